"""Concepts in the admin: found in any language, protected while in use, merged without loss."""

import json

import pytest
from django.db.models import ProtectedError
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import ModelLogEntry, ReferenceIndex, Revision
from wagtail_localize.models import TranslationSource

from events.models import EventPage
from hub.language_trees import ensure_language_trees
from hub.merging import merge_concepts
from hub.models import HubDocument, Organisation, Person, Place, Theme
from hub.roles import EDITORS, MODERATORS
from hub.signals import concepts_merged
from news.models import NewsIndexPage, NewsPage
from tests import content
from tests.editing import add_url, log_in

pytestmark = pytest.mark.django_db


def person(slug="ada", **fields):
    return Person.objects.create(slug=slug, **{"name": slug.capitalize()} | fields)


def speaking(someone, title="Talk"):
    return content.event(title, speakers=json.dumps([speaker(someone)]))


def speaker(someone):
    value = {"person": someone.pk, "role": "keynote", "topic": "Cities"}
    return {"type": "speaker", "id": "7f4b1f4e-0000-4000-8000-000000000001", "value": value}


def url(concept, view):
    return reverse(concept.snippet_viewset.get_url_name(view), args=[concept.pk])


def listing(model):
    return reverse(model.snippet_viewset.get_url_name("list"))


# Finding


@pytest.mark.parametrize("words", ["mobilitat", "MOBILITÄT", "verkehr", "Żywność miejska", "ywnosc", "mobility"])
def test_a_theme_is_found_by_any_label_in_any_language(words):
    theme = content.theme("mobility", en="Mobility", de="Mobilität", pl="Żywność miejska")
    theme.labels.filter(language="de").update(alternative_labels="Stadtverkehr\nÖPNV")
    content.theme("other", en="Other")
    assert list(Theme.objects.matching(words)) == [theme]


def test_a_country_is_found_by_its_name_in_any_language_of_the_network():
    germany = Place.objects.create(slug="germany", kind="country", country="DE")
    content.city("koln", name="Köln")
    for words in ("Niemcy", "allemagne", "Deutschland"):
        assert list(Place.objects.matching(words)) == [germany]
    assert [place.slug for place in Place.objects.matching("koln")] == ["koln"]


def test_the_listing_is_searched():
    content.theme("mobility", en="Mobility", de="Mobilität")
    content.theme("food", en="Food")
    admin = log_in(EDITORS)
    html = admin.get(listing(Theme), {"q": "mobilitat"}).content.decode()
    assert "Mobility" in html
    assert "Food" not in html
    assert admin.get(listing(Theme), {"q": '"'}).status_code == 200


def test_themes_are_listed_as_a_tree_with_their_uses():
    content.post(themes=[content.theme("b", content.theme("a", en="Alpha"), en="Beta")])
    response = log_in(EDITORS).get(listing(Theme))
    rows = [(theme.label(), theme.depth, theme.uses) for theme in response.context["table"].data]
    assert rows == [("Alpha", 0, 1), ("Beta", 1, 1)]


def test_more_rows_need_no_more_queries(django_assert_max_num_queries, django_assert_num_queries):
    editor = log_in(EDITORS)
    for model, make in ((Theme, content.theme), (Place, content.city), (Person, person)):
        make("one")
        editor.get(listing(model))
        with django_assert_max_num_queries(60) as few:
            editor.get(listing(model))
        for number in range(6):
            make(f"more-{number}")
        with django_assert_num_queries(len(few)):
            editor.get(listing(model))


# Deleting


def test_a_concept_in_use_is_not_deleted_but_shown_with_its_uses():
    theme = content.theme("mobility")
    page = content.post("On bicycles", themes=[theme])
    moderator = log_in(MODERATORS)
    for response in (moderator.get(url(theme, "delete")), moderator.post(url(theme, "delete"))):
        assert "On bicycles" in response.content.decode()
        assert url(theme, "merge") in response.content.decode()
    assert list(Theme.objects.all()) == [theme]
    with pytest.raises(ProtectedError):
        theme.delete()
    page.delete()
    assert moderator.post(url(theme, "delete")).status_code == 302
    assert not Theme.objects.exists()


def test_uses_are_shown_even_if_the_reference_index_has_not_caught_up():
    theme, someone = content.theme("mobility"), person()
    content.post("On bicycles", themes=[theme])
    speaking(someone, "On trams")
    ReferenceIndex.objects.all().delete()
    admin = log_in(MODERATORS)
    assert "On bicycles" in admin.get(url(theme, "usage")).content.decode()
    ReferenceIndex.objects.all().delete()
    assert "On trams" in admin.get(url(someone, "delete")).content.decode()


def test_a_use_that_is_over_does_not_hold_a_concept():
    theme = content.theme("mobility")
    page = content.post(themes=[theme])
    NewsPage.themes.through.objects.filter(newspage=page).delete()
    Revision.objects.all().delete()
    theme.delete()
    assert not Theme.objects.exists()


@pytest.mark.parametrize("use", ["document", "sub-theme", "hub", "draft"])
def test_every_kind_of_use_protects(use):
    theme = content.theme("mobility")
    if use == "document":
        document = HubDocument.objects.create(title="Study", file="study.txt")
        document.themes.add(theme)
    elif use == "sub-theme":
        content.theme("cycling", theme)
    elif use == "hub":
        content.thematic_hub(theme)
    else:
        page = content.post("Published without")
        page.themes = [theme]
        page.save_revision()
    html = log_in(MODERATORS).post(url(theme, "delete")).content.decode()
    names = {"document": "Study", "sub-theme": "Cycling", "hub": "A hub", "draft": "Published without"}
    assert names[use] in html
    assert Theme.objects.filter(pk=theme.pk).exists()


def test_of_several_concepts_none_is_deleted_if_one_is_in_use():
    used, unused = content.theme("used"), content.theme("unused")
    content.post("On bicycles", themes=[used])
    bulk = reverse("wagtail_bulk_action", args=["hub", "theme", "delete"])
    moderator = log_in(MODERATORS)
    assert "On bicycles" in moderator.get(f"{bulk}?id={used.pk}&id={unused.pk}").content.decode()
    moderator.post(f"{bulk}?id={used.pk}&id={unused.pk}&next=/admin/")
    assert Theme.objects.count() == 2
    assert moderator.post(f"{bulk}?id={unused.pk}&next=/admin/").status_code == 302
    assert list(Theme.objects.all()) == [used]


def test_an_old_revision_with_a_deleted_person_can_still_be_opened():
    someone = person()
    page = content.post(submitted_by=someone)
    old = page.latest_revision
    page.submitted_by = None
    page.save_revision().publish()
    someone.delete()
    assert Revision.objects.get(pk=old.pk).as_object().submitted_by is None


# Merging


def test_merging_moves_every_kind_of_use():
    old, new = content.theme("old", en="Old", de="Alt"), content.theme("new", en="New")
    only_old, both = content.post(themes=[old]), content.post(themes=[old, new])
    hub, child = content.thematic_hub(old), content.theme("child", old)
    document = HubDocument.objects.create(title="Study", file="study.txt")
    document.themes.add(old)
    TranslationSource.get_or_create_from_instance(NewsPage.objects.get(pk=only_old.pk))
    heard = []

    def hear(**signal):
        heard.append(signal["source_pk"])

    concepts_merged.connect(hear)

    moderator = log_in(MODERATORS)
    preview = moderator.get(url(old, "merge"), {"target": new.pk}).content.decode()
    assert "Alt" in preview
    assert "Old" in preview
    assert Theme.objects.filter(pk=old.pk).exists(), "looking changes nothing"
    response = moderator.post(url(old, "merge"), {"target": new.pk})
    assert response.status_code == 302

    assert not Theme.objects.filter(pk=old.pk).exists()
    for page in (only_old, both):
        live = NewsPage.objects.get(pk=page.pk)
        assert list(live.themes.all()) == [new]
        assert live.latest_revision.content["themes"] == [new.pk]
        assert list(live.get_latest_revision_as_object().themes.all()) == [new]
    hub.refresh_from_db()
    child.refresh_from_db()
    assert (hub.theme, child.parent) == (new, new)
    assert list(document.themes.all()) == [new]
    assert json.loads(TranslationSource.objects.get().content_json)["themes"] == [new.pk]
    new = Theme.objects.get(pk=new.pk)
    assert new.label("de") == "Alt"
    assert new.labels.get(language="en").alternatives == ["Old"]
    assert not ReferenceIndex.objects.filter(to_object_id=str(old.pk), model_path__contains="themes").exists()
    assert ReferenceIndex.get_references_to(new).count() == 6
    assert Redirect.objects.get(old_path="/de/themes/old").redirect_link == "/de/themes/new/"
    assert ModelLogEntry.objects.filter(action="hub.merge_concepts", object_id=str(new.pk)).count() == 1
    assert heard == [old.pk]


def test_merging_people_moves_speakers_also_in_drafts():
    old = person("a", name="A. Lovelace", role="Mathematician")
    new = person("ada", name="Ada Lovelace")
    event = speaking(old)
    draft = speaking(new)
    draft.speakers = EventPage._meta.get_field("speakers").to_python(json.dumps([speaker(old)]))
    draft.save_revision()
    post = content.post(submitted_by=old)
    merge_concepts(source=old, target=new)

    assert EventPage.objects.get(pk=event.pk).speakers[0].value["person"] == new
    assert EventPage.objects.get(pk=draft.pk).get_latest_revision_as_object().speakers[0].value["person"] == new
    assert NewsPage.objects.get(pk=post.pk).submitted_by == new
    assert NewsPage.objects.get(pk=post.pk).get_latest_revision_as_object().submitted_by == new
    new.refresh_from_db()
    assert new.role == "Mathematician"
    assert not Person.objects.filter(pk=old.pk).exists()


def test_a_theme_merged_into_its_own_sub_theme_leaves_no_circle():
    top = content.theme("top")
    middle = content.theme("middle", top)
    low = content.theme("low", middle)
    merge_concepts(source=top, target=low)
    assert {theme.slug: theme.parent_id for theme in Theme.objects.all()} == {"low": None, "middle": low.pk}
    assert [theme.slug for theme in Theme.objects.tree()] == ["low", "middle"]


def test_only_who_may_delete_may_merge():
    old, new = content.theme("old"), content.theme("new")
    editor = log_in(EDITORS)
    assert editor.post(url(old, "merge"), {"target": new.pk}).status_code == 302
    assert Theme.objects.count() == 2
    assert url(old, "merge") not in editor.get(listing(Theme)).content.decode()


def test_a_city_is_not_merged_into_a_country_nor_anything_into_itself():
    city = content.city("berlin")
    country = Place.objects.create(slug="germany", kind="country", country="DE")
    moderator = log_in(MODERATORS)
    for target in (country, city):
        response = moderator.post(url(city, "merge"), {"target": target.pk})
        assert "Choose another one of the same kind." in response.content.decode()
    with pytest.raises(ValueError, match="different concepts"):
        merge_concepts(source=city, target=city)


# Choosing


def test_a_chooser_is_searched_in_any_language_and_adds_new_ones():
    ensure_language_trees()
    Organisation.objects.create(slug="difu", name="Deutsches Institut für Urbanistik", acronym="difu")
    Organisation.objects.create(slug="other", name="Other")
    editor = log_in(EDITORS)
    namespace = "wagtailsnippetchoosers_hub_organisation"
    found = editor.get(reverse(f"{namespace}:choose_results"), {"q": "INSTITUT fur", "multiple": 1}).content.decode()
    assert "Urbanistik" in found
    assert "Other" not in found
    made = editor.post(reverse(f"{namespace}:create") + "?multiple=1", {"name": "Eurocities", "acronym": ""})
    assert made.json()["step"] == "chosen"
    assert Organisation.objects.get(slug="eurocities").name == "Eurocities"


def test_hundreds_of_organisations_do_not_weigh_on_the_form():
    Organisation.objects.bulk_create(Organisation(slug=f"o{n}", name=f"Organisation {n}") for n in range(300))
    ensure_language_trees()
    index = NewsIndexPage.objects.get(locale__language_code="en")
    html = log_in(EDITORS).get(add_url(index, NewsPage)).content.decode()
    assert "Organisation 7" not in html
