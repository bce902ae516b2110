"""People, and a thing of each kind, made once for a file of tests."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.template.backends.django import Template
from django.test import Client
from django.utils import timezone
from django.utils.safestring import SafeString
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query
from wagtail.images.tests.utils import get_test_image_file
from wagtail.images.utils import generate_signature
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    PageViewRestriction,
    Site,
    Task,
    Workflow,
)
from wagtail_localize.models import OverridableSegment

from hub.models import HomePage, HubDocument, HubImage, SharingSettings
from hub.roles import EDITORS, MODERATORS, TRANSLATORS
from hub.share_pictures import SharePicture
from tests import content
from tests.editing import log_in
from tests.hub.reading import organisation, person
from tests.translation.desk import start
from translation.models import (
    Concept,
    Job,
    LanguageVersion,
    MemoryImport,
    SavedView,
    SegmentNote,
    TranslationRequest,
    TranslatorLanguage,
)
from translation.progress import refresh_stale

from .addresses import WHO


@pytest.fixture(scope="module")
def people(module_db) -> dict[str, Client]:
    roles = (TRANSLATORS, EDITORS, MODERATORS, None)
    clients = [Client(), *(log_in(role, who) for role, who in zip(roles, WHO[1:], strict=True))]
    for client in clients:
        client.raise_request_exception = False
    return dict(zip(WHO, clients, strict=True))


@pytest.fixture(scope="module")
def names(people, tmp_path_factory) -> dict[str, Any]:
    """A thing of each kind: what stands in addresses for a parameter, some under the beginning of an address."""
    users = get_user_model().objects
    theme = content.theme("food")
    post = content.post("Post", slug="post", themes=[theme], live=False)
    post.save_revision(user=users.get(username="editor")).publish()
    hub = content.thematic_hub(theme, "Hub", slug="hub")
    event = content.event("Event", slug="event", themes=[theme])
    waiting = content.post("Waiting", slug="waiting", live=False)
    workflow = Workflow.objects.get()
    state = workflow.start(waiting, users.get(username="editor"))
    translation = start(post, "de")
    refresh_stale()
    version = LanguageVersion.objects.get(work=post.translation_key, locale__language_code="de")
    segment = translation.source.stringsegment_set.first()
    image = HubImage.objects.create(title="Bridge", file=ImageFile(get_test_image_file().file, name="bridge.png"))
    document = HubDocument.objects.create(title="Plan", file=ContentFile(b"plan", name="plan.txt"))
    collection = Collection.objects.get(depth=1).add_child(name="Members")
    translator, editor = users.get(username="translator"), users.get(username="editor")
    job = Job.objects.create(kind=Job.Kind.EXPORT, user=translator)
    note = SegmentNote.objects.create(
        string=segment.string,
        context=segment.context,
        locale=translation.target_locale,
        text="?",
        written_by=translator,
    )
    asked = TranslationRequest.objects.create(title="Please", requested_by=editor)
    asked.versions.create(version=version)
    concept = Concept.objects.create()
    sharing = SharingSettings.load()
    person_, organisation_ = person("ada"), organisation("city")
    place = content.city("ghent", "BE")
    post.contact_people, post.organisations, post.places = [person_], [organisation_], [place]
    post.save_revision().publish()
    restriction = {"restriction_type": PageViewRestriction.PASSWORD, "password": "open"}
    members = content.post("Members", slug="members")
    spec = "width-100"
    overridable = OverridableSegment.objects.filter(source=translation.source).first()
    pk = {
        "admin/api/main/^pages/": post.pk,
        "admin/api/main/^documents/": document.pk,
        "admin/api/main/^images/": image.pk,
        "admin/collections/": collection.pk,
        "admin/workflows/tasks/": Task.objects.get().pk,
        "admin/workflows/": workflow.pk,
        "admin/translations/requests/": asked.pk,
        "admin/translations/jobs/": job.pk,
        "admin/translations/languages/": TranslatorLanguage.objects.first().pk,
        "admin/translations/glossary/": concept.pk,
        "admin/settings/": sharing.pk,
        "admin/documents/": document.pk,
        "admin/images/": image.pk,
        "admin/locales/": Locale.objects.get(language_code="pl").pk,
        "admin/sites/": Site.objects.get().pk,
        "admin/users/": translator.pk,
        "admin/groups/": Group.objects.get(name=TRANSLATORS).pk,
        "admin/pages/": post.pk,
        "admin/localize/": theme.pk,
        "admin/login/factor/": 1,
    }
    for model, each in {"theme": theme, "place": place, "organisation": organisation_, "person": person_}.items():
        pk |= {f"admin/snippets/hub/{model}/": each.pk, f"admin/snippets/choose/hub/{model}/": each.pk}
    return {
        "pk": pk,
        "page_id": {"admin/pages/workflow/": waiting.pk, "en/": members.pk, "": post.pk},
        "parent_page_id": {"admin/pages/add/": post.get_parent().pk, "": post.get_parent().pk},
        "page_to_move_id": post.pk,
        "page_pk": HomePage.objects.first().pk,
        "destination_id": HomePage.objects.get(locale__language_code="fr").pk,
        "revision_id": post.latest_revision_id,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "collection_id": collection.pk,
        "doc_id": document.pk,
        "document_id": document.pk,
        "document_name": document.filename,
        "image_id": image.pk,
        "import_id": MemoryImport.objects.create(name="x.tmx", imported_by=translator).pk,
        "job_id": Job.objects.create(
            kind=Job.Kind.IMPORT, user=translator, options={"approved": False, "name": "x.zip"}
        ).pk,
        "note_id": note.pk,
        "overridable_segment_id": overridable.pk if overridable else 1,
        "page_view_restriction_id": PageViewRestriction.objects.create(page=members, **restriction).pk,
        "restriction_id": CollectionViewRestriction.objects.create(collection=collection, **restriction).pk,
        "part": 1,
        "query_id": Query.objects.create(query_string="water").pk,
        "redirect_id": Redirect.objects.create(old_path="/old", redirect_link="/new").pk,
        "segment_id": segment.pk,
        "string_segment_id": segment.pk,
        "session_id": EditingSession.objects.create(
            user=translator, content_object=post, last_seen_at=timezone.now()
        ).pk,
        "task_id": Task.objects.get().pk,
        "task_state_id": state.current_task_state.pk,
        "translation_id": translation.pk,
        "translation_source_id": translation.source.pk,
        "uploaded_file_id": 1,
        "user_id": translator.pk,
        "version_id": version.pk,
        "view_id": SavedView.objects.create(user=translator, name="Mine", query="").pk,
        "workflow_pk": workflow.pk,
        "workflow_state_id": state.pk,
        "path": image.get_rendition(spec).file.name,
        "provider_id": "oidc",
        "action_name": {"admin/api/": "publish", "": "approve"},
        "app_label": {
            "admin/pages/create/": "news",
            "admin/workflows/": "wagtailcore",
            "admin/bulk/": "wagtailcore",
            "admin/editing-sessions/": "news",
            "": "hub",
        },
        "model_name": {
            "admin/pages/create/": "newspage",
            "admin/workflows/": "groupapprovaltask",
            "admin/bulk/": "page",
            "admin/editing-sessions/": "newspage",
            "admin/settings/": "sharingsettings",
            "": "theme",
        },
        "app_name": {"admin/tag-autocomplete/": "taggit", "": "hub"},
        "content_type_app_name": "news",
        "content_type_model_name": "newspage",
        "object_id": post.pk,
        "kind": "assign",
        "action": "publish",
        "filter_spec": spec,
        "form": "bib",
        "index": "news",
        "language": "en",
        "mode": "default",
        "signature": generate_signature(image.pk, spec),
        "signed": SharePicture("Post", "Hub").url.removeprefix("/share/").removesuffix(".png"),
        "slug": {
            "en/hubs/": hub.slug,
            "en/events/": event.slug,
            "en/people/": person_.slug,
            "en/organisations/": organisation_.slug,
            "en/places/": place.slug,
            "en/themes/": theme.slug,
            "en/": post.slug,
        },
        "token": "x" * 32,
        "uidb64": "MQ",
    }


@pytest.fixture
def unrendered(monkeypatch):
    """Who gets what is decided before a page is written, which would take most of the time."""
    monkeypatch.setattr(Template, "render", lambda self, context=None, request=None: SafeString(""))
