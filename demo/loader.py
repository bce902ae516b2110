"""Fills the hub with the demonstration. See docs/demo.md.

What is there already is left as it is: concepts are found by slug, works by their translation key, and only what was
missing is made. So a second run changes nothing, and what editors have changed stays theirs.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models.signals import post_save
from django.utils import timezone
from modelsearch.index import class_is_indexed, get_indexed_models, insert_or_update_object
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.contrib.redirects.signal_handlers import autocreate_redirects_on_slug_change
from wagtail.models import Locale, Page, PageViewRestriction, ReferenceIndex, Site
from wagtail.rich_text import RichText
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.signals import page_published, page_slug_changed
from wagtail.utils.file import hash_filelike
from wagtail_localize.models import TranslationSource

from hub.language_trees import ensure_language_trees
from hub.models import (
    ContentPage,
    HomePage,
    HubDocument,
    Organisation,
    Person,
    Place,
    PlaceName,
    RelatedWork,
    Theme,
    ThemeLabel,
    content_models,
)
from translation.integrity import differences, repair
from translation.memory import remember_all
from translation.signals import remember_publication

from . import pictures
from .checking import check
from .desk import load_glossary, load_requests
from .logins import create_logins, keep_passwords
from .pages import MODELS, PARENTS, Writer, key_of, pictures_of, published_at
from .reading import FOLDER, Content, ContentError, Work, read
from .studio import Studio
from .translations import Source, stamp, stamp_translation, translate


def is_empty() -> bool:
    """Whether nobody has put anything into the hub yet: no content, no themes, no users."""
    content = any(model._default_manager.exists() for model in content_models())
    return not (content or Theme.objects.exists() or get_user_model()._default_manager.exists())


def load() -> int:
    """Makes whatever of the demonstration is missing, and returns the number of new works. Raises ContentError."""
    content = read()
    check(content)
    ensure_language_trees()
    # All in one: a load that is interrupted leaves an empty hub, and is repeated at the next start.
    with Studio() as studio, transaction.atomic(), indexed_at_the_end() as made:
        loader = Loader(content, studio, made)
        loader.load()
        remember_all()
        # Plain pages came into each language as they were translated.
        repair(list(differences()))
        load_glossary(content, {code: loader.locales[code] for code in loader.languages})
        made += load_requests(content, loader.users)
    return len(loader.new)


@contextmanager
def indexed_at_the_end() -> Iterator[list[Any]]:
    """Enters what is put into the list in Wagtail's search and reference index at the end, once and directly.

    Otherwise each of several saves of each object would leave two tasks for the worker, and each page that gets its
    own address in its own language a redirect from an address that nobody has seen.
    """
    made: list[Any] = []
    for model in get_indexed_models():
        post_save.disconnect(post_save_signal_handler, sender=model)
    page_slug_changed.disconnect(autocreate_redirects_on_slug_change)
    page_published.disconnect(remember_publication)
    try:
        with disable_reference_index_auto_update():
            yield made
    finally:
        for model in get_indexed_models():
            post_save.connect(post_save_signal_handler, sender=model)
        page_slug_changed.connect(autocreate_redirects_on_slug_change)
        page_published.connect(remember_publication)
    with transaction.atomic():
        for instance in made:
            if class_is_indexed(type(instance)):
                insert_or_update_object(instance)
            if ReferenceIndex.model_is_indexable(type(instance)):
                ReferenceIndex.create_or_update_for_object(instance)


@dataclass
class Loader:
    content: Content
    studio: Studio
    made: list[Any]
    new: list[Work] = field(default_factory=list)
    found: dict[tuple[str, str], Any] = field(default_factory=dict)

    def load(self) -> None:
        self.locales = {locale.language_code: locale for locale in Locale.objects.all()}
        self.languages = [code for code, _name in settings.LANGUAGES]
        present = set(Page.objects.values_list("translation_key", flat=True))
        self.new = [
            work for work in map(self._in_our_languages, self.content.works.values())
            if work and key_of(work) not in present
        ]  # fmt: skip
        self._order_pictures()
        self._load_concepts()
        self.users, passwords = create_logins()
        if passwords:
            # Before they are in use, or nobody would know them if this were the end.
            keep_passwords(passwords)
        self._load_documents()
        self.writer = Writer(self.find, lambda name: self.studio.images[name].pk)
        for work in self.new:
            self._create(work)
        for work in self.new:
            self._write(work)
        self._load_homes()

    def _in_our_languages(self, work: Work) -> Work | None:
        """The work in the languages that the hub has; None if there is none."""
        texts = {language: text for language, text in work.texts.items() if language in self.languages}
        if not texts:
            return None
        return Work(work.kind, work.name, work.facts | {"first_language": next(iter(texts))}, texts)

    def find(self, kind: str, name: str) -> Any:
        """The row or page that a slug, file or key of the content folder stands for; None for an empty one."""
        if not name:
            return None
        if (kind, name) not in self.found:
            self.found[kind, name] = self._look_up(kind, name)
        return self.found[kind, name]

    def _look_up(self, kind: str, name: str) -> Any:
        if kind == "documents":
            content = (FOLDER / "documents" / name).read_bytes()
            return HubDocument.objects.filter(file_hash=hash_filelike(BytesIO(content))).first()
        if kind == "works":
            work = self._in_our_languages(self.content.works[name])
            key = key_of(self.content.works[name])
            pages = Page.objects.filter(translation_key=key)
            return pages.filter(locale__language_code=work.first_language).first() or pages.get() if work else None
        model = {"themes": Theme, "places": Place, "organisations": Organisation, "people": Person}[kind]
        return model._default_manager.get(slug=name)

    def _order_pictures(self) -> None:
        """Everything that will be needed, in the order in which it will be needed."""
        for slug in self.content.organisations:
            if not Organisation.objects.filter(slug=slug).exists():
                self.studio.order(f"logo-{slug}", pictures.logo, slug)
        for slug in self.content.people:
            if not Person.objects.filter(slug=slug).exists():
                self.studio.order(f"portrait-{slug}", pictures.portrait, slug)
        for work in self.new:
            themes = work.facts.get("themes") or [None]
            for name, (motif, _alt) in pictures_of(work).items():
                self.studio.order_picture(name, motif, self.content.palette(themes[0]))
            if work.kind == "platforms":
                self.studio.order(f"logo-{work.name}", pictures.logo, work.key)
        self.studio.order_picture("home", self.content.home.facts["motif"], 0)

    def _load_concepts(self) -> None:
        for number, (slug, row) in enumerate(self.content.themes.items()):
            parent = self.find("themes", row.get("parent", ""))
            theme, created = Theme.objects.get_or_create(
                slug=slug, defaults={"parent": parent, "uri": row.get("uri", ""), "sort_order": number}
            )
            if created:
                ThemeLabel.objects.bulk_create(
                    ThemeLabel(
                        theme=theme,
                        language=language,
                        label=label["label"],
                        alternative_labels="\n".join(label.get("alternative_labels", [])),
                        description=label.get("description", ""),
                    )
                    for language, label in row["labels"].items()
                    if language in self.languages
                )
                self.made.append(theme)
        for slug, row in self.content.places.items():
            fields = {name: row.get(name) for name in ("kind", "country", "latitude", "longitude")}
            place, created = Place.objects.get_or_create(slug=slug, defaults=fields | {"name": row.get("name", "")})
            if created:
                PlaceName.objects.bulk_create(
                    PlaceName(place=place, language=language, name=name)
                    for language, name in row.get("names", {}).items()
                    if language in self.languages
                )
                self.made.append(place)
        self._load_organisations_and_people()

    def _load_organisations_and_people(self) -> None:
        for slug, row in self.content.organisations.items():
            if not Organisation.objects.filter(slug=slug).exists():
                logo = self._image(f"logo-{slug}", row["name"])
                fields = {name: row.get(name, "") for name in ("name", "acronym", "website", "country")}
                self.made.append(Organisation.objects.create(slug=slug, logo=logo, **fields))
        for slug, row in self.content.people.items():
            if not Person.objects.filter(slug=slug).exists():
                photo = self._image(f"portrait-{slug}", row["name"])
                fields = {name: row.get(name, "") for name in ("name", "role", "biography")}
                organisation = self.find("organisations", row.get("organisation", ""))
                self.made.append(Person.objects.create(slug=slug, photo=photo, organisation=organisation, **fields))

    def _image(self, name: str, title: str, description: str = "") -> Any:
        known = name in self.studio.images
        image = self.studio.image(name, title, description)
        if not known:
            self.made.append(image)
        return image

    def _load_documents(self) -> None:
        for name, row in self.content.documents.items():
            if self._look_up("documents", name) is None:
                with (FOLDER / "documents" / name).open("rb") as content:
                    document = HubDocument(
                        title=row["title"],
                        language=row["language"],
                        description=row.get("description", ""),
                        uploaded_by_user=self.users["editor"],
                        file=File(content, name=name),
                    )
                    document._set_document_file_metadata()
                    document.save()
                document.themes.set([self.find("themes", slug) for slug in row.get("themes", [])])
                self.made.append(document)

    def _create(self, work: Work) -> None:
        """The page in the first language, without its text, so that others can link to it."""
        language = work.first_language
        for name, (_motif, alt) in pictures_of(work).items():
            self._image(name, f"{work.texts[language]['title']}", alt)
        fields = self.writer.facts(work) | self.writer.words(work, language)
        if work.kind == "platforms":
            fields["logo"] = self._image(f"logo-{work.name}", fields["title"])
        page = MODELS[work.kind](
            **fields,
            image=self.studio.images[work.key],
            locale=self.locales[language],
            translation_key=key_of(work),
            live=False,
            owner=self.users["editor"],
        )
        parent = apps.get_model(PARENTS[work.kind])._default_manager.get(locale=self.locales[language])
        try:
            parent.add_child(instance=page)
        except ValidationError as error:
            raise ContentError(f"{work.file}: {'; '.join(error.messages)}") from error
        self.found["works", work.key] = page

    def _write(self, work: Work) -> None:
        """The text, the related works and the translations, published and dated."""
        page = self.find("works", work.key)
        for name, values in self.writer.relations(work).items():
            setattr(page, name, values)
        related = [self.find("works", key) for key in work.facts.get("related", [])]
        page.related_works = [
            RelatedWork(work=Page(pk=other.pk), sort_order=number)
            for number, other in enumerate(filter(None, related))
        ]
        published = published_at(work)
        edited = self._later(published, work.key, 0 if zlib.crc32(work.key.encode()) % 3 else 9)
        late = [language for language in work.facts.get("outdated", []) if language in work.texts]
        streams = {language: self.writer.streams(work, language) for language in work.texts}
        if late:
            first = {language: _shorter(streams[language]) for language in [work.first_language, *late]}
            self._publish(page, first[work.first_language], work.state)
            self._translate(work, page, late, first, published)
            edited = max(edited, self._later(published, work.key, 20))
        self._publish(page, streams[work.first_language], work.state)
        if work.state == "restricted":
            PageViewRestriction.objects.get_or_create(page=page, restriction_type=PageViewRestriction.LOGIN)
        self._translate(work, page, [one for one in work.translations if one not in late], streams, edited)
        stamp(page, published=published, edited=edited)
        TranslationSource.objects.filter(object_id=key_of(work)).update(created_at=edited, last_updated_at=edited)
        self.made.append(page)

    def _publish(self, page: ContentPage, streams: dict[str, str], state: str) -> None:
        for name, stream in streams.items():
            setattr(page, name, stream)
        revision = page.save_revision(user=self.users["editor"], log_action=True)
        if state != "draft":
            revision.publish(user=self.users["moderator"], skip_permission_checks=True)
            page.refresh_from_db()

    def _translate(
        self, work: Work, page: ContentPage, languages: list[str], streams: dict[str, dict[str, str]], after: datetime
    ) -> None:
        if not languages:
            return
        source = Source(page)
        for number, language in enumerate(languages, start=2):
            translation = translate(
                source,
                locale=self.locales[language],
                words=self.writer.words(work, language) | streams[language],
                where=f"{work.file}, [{language}]",
                user=self.users["translator"],
                publish=work.state != "draft",
            )
            moment = self._later(after, f"{work.key} {language}", number * 2)
            target = translation.get_target_instance()
            stamp(target, published=moment, edited=moment)
            stamp_translation(translation, moment)
            self.made.append(target)

    def _later(self, moment: datetime, name: str, days: int) -> datetime:
        """Some days after the moment, at an hour of its own, but never in the future."""
        if not days:
            return moment
        minutes = zlib.crc32(name.encode()) % 400
        return min(moment + timedelta(days=days, minutes=minutes), timezone.now() - timedelta(minutes=30))

    def _load_homes(self) -> None:
        """The welcome on the home pages that nobody has written to, and the name of the site."""
        home = self.content.home
        site = Site.objects.get(is_default_site=True)
        if not site.site_name:
            site.site_name = home.texts[home.first_language]["site_name"]
            site.save()
        for page in HomePage.objects.filter(hero_title="", locale__language_code__in=self.languages):
            text = home.texts.get(page.language)
            if text is None:
                continue
            page.title, page.hero_title, page.hero_lead = text["site_name"], text["hero_title"], text["hero_lead"]
            page.seo_title = page.search_description = text["site_tagline"]
            page.hero_image = self._image("home", text["hero_title"], home.texts[home.first_language]["image_alt"])
            highlights = [self.find("works", key) for key in home.facts.get("highlights", [])]
            page.related_works = [
                RelatedWork(work=Page(pk=other.pk), sort_order=number)
                for number, other in enumerate(filter(None, highlights))
            ]
            usual = [(block.block_type, block.value) for block in page.body]
            page.body = [usual[0], ("passage", self._passage(text)), *usual[1:3], _figures(text), *usual[3:]]
            page.save_revision(user=self.users["editor"]).publish(
                user=self.users["moderator"], skip_permission_checks=True
            )
            self.made.append(page)

    def _passage(self, text: dict[str, Any]) -> dict[str, Any]:
        about = {"label": text["passage_more"], "page": self.find("works", "pages/about"), "url": ""}
        body = [("text", RichText(text["passage_text"])), ("button", about)]
        return {"heading": text["passage_heading"], "picture": None, "body": body}


def _figures(text: dict[str, Any]) -> tuple[str, list[dict[str, str]]]:
    return "figures", [{"number": number, "text": counted} for number, counted in text["figures"]]


def _shorter(streams: dict[str, str]) -> dict[str, str]:
    """The streams as they were before the last sentence of the first longer paragraph was added."""
    body, count = re.subn(r"([.!?]) [^.!?<>]{20,}[.!?]</p>", r"\1</p>", streams["body"], count=1)
    if not count:
        raise ContentError("An outdated translation needs a paragraph of two sentences.")
    return streams | {"body": body}
