"""What the editor of the torture test does: everything that changes what readers find, at random."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction, Site

from events.models import EventIndexPage, EventPage
from hub.language_trees import ensure_language_trees
from hub.merging import merge_concepts
from hub.models import HomePage, Organisation, Person, Place, Theme, ThemeLabel
from news.models import NewsIndexPage, NewsPage

WORDS = ("water", "energy", "tram", "bicycle", "forest", "harbour", "budget", "school", "library", "archive", "market")
LANGUAGES = ("en", "de", "fr")
FEWEST, MOST = 20, 40


class Rollback(Exception):  # noqa: N818
    """Ends a transaction that is to leave nothing."""


def prepare() -> None:
    """What the editor needs to begin with."""
    ensure_language_trees()
    get_user_model().objects.create_superuser("editor", "editor@example.org", "a password for the torture")
    top = [_theme() for _number in range(3)]
    for parent in [*top, None, top[0]]:
        _theme(parent)
    for country in ("DE", "FR"):
        Place.objects.create(slug=f"country-{country.lower()}", kind=Place.Kind.COUNTRY, country=country)
        for number in range(2):
            slug = f"city-{country.lower()}-{number}"
            Place.objects.create(slug=slug, kind=Place.Kind.CITY, country=country, name=slug)
    for number in range(3):
        Organisation.objects.create(name=f"Organisation {number}", slug=f"organisation-{number}")
        Person.objects.create(name=f"Person {number}", slug=f"person-{number}")


def _theme(parent: Theme | None = None) -> Theme:
    name = uuid.uuid4().hex[:8]
    theme = Theme(slug=name, parent=parent)
    theme.labels = [ThemeLabel(language=language, label=f"{name} {language}") for language in LANGUAGES]
    theme.save()
    return theme


class Editor:
    """Does one thing after the other. What comes next depends on the random numbers and on what there is."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.client = Client(headers={"host": "127.0.0.1"})
        self.client.force_login(get_user_model().objects.get(username="editor"))
        weights: dict[Callable[[], object], int] = {
            self.publish_new: 5,
            self.translate: 3,
            self.publish_edited: 7,
            self.keep_draft: 2,
            self.save_links: 7,
            self.unpublish: 12,
            self.publish_again: 10,
            self.delete: 3,
            self.move: 6,
            self.new_section: 1,
            self.delete_section: 1,
            self.move_section: 2,
            self.rename_section: 2,
            self.restrict: 4,
            self.open: 7,
            self.restrict_in_view: 3,
            self.open_in_view: 4,
            self.relabel: 14,
            self.move_theme: 3,
            self.merge: 1,
            self.rename_concept: 14,
            self.roll_back: 3,
            self.two_at_once: 2,
            self.save_site: 1,
        }
        self.operations, self.weights = list(weights), list(weights.values())

    def step(self) -> str:
        """Does one thing, and returns what."""
        operation: Any = self.random.choices(self.operations, self.weights)[0]
        number = NewsPage.objects.count() + EventPage.objects.count()
        if number < FEWEST:
            operation = self.publish_new
        elif number > MOST:
            operation = self.delete
        operation()
        return str(operation.__name__)

    # Choosing

    def _one(self, rows: Any) -> Any:
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.get(pk=self.random.choice(keys)) if keys else None

    def _some(self, rows: Any, most: int = 2) -> list[Any]:
        found = list(rows.order_by("pk"))
        return self.random.sample(found, self.random.randint(0, min(most, len(found))))

    def _page(self, **conditions: Any) -> Any:
        pages = Page.objects.type(NewsPage, EventPage).filter(**conditions)
        page = self._one(pages)
        return page.specific if page else None

    def _words(self) -> str:
        return " ".join(self.random.choices(WORDS, k=3))

    # Pages

    def publish_new(self) -> None:
        model: Any = self.random.choice([NewsPage, NewsPage, EventPage])
        page = model(title=self._words(), lead=self._words(), slug=uuid.uuid4().hex)
        if model is EventPage:
            page.start = timezone.now() + timedelta(days=self.random.randint(-20, 20))
            page.end = page.start + timedelta(hours=2)
            page.event_languages, page.venue = ["en"], "A hall"
            page.speakers = [
                ("speaker", {"person": person, "role": "keynote", "topic": self._words()})
                for person in self._some(Person.objects)
            ]
        index = self._one((EventIndexPage if model is EventPage else NewsIndexPage).objects.all())
        page.locale = index.locale
        self._choose(page)
        page.live = False
        # Nothing of a page that its editor did not keep is left in the tree.
        with transaction.atomic():
            index.add_child(instance=page)
            revision = page.save_revision()
        revision.publish()

    def _choose(self, page: Any) -> None:
        page.themes = self._some(Theme.objects)
        page.places = self._some(Place.objects)
        page.organisations = self._some(Organisation.objects)
        page.submitted_by = self._one(Person.objects.all())

    def translate(self) -> None:
        page = self._page()
        locale = Locale.objects.get(language_code=self.random.choice(LANGUAGES))
        parent = page.get_parent()
        if page.has_translation(locale) or not parent.has_translation(locale):
            return
        with transaction.atomic():
            version = page.copy_for_translation(locale)
            version.title = self._words()
            version.slug = uuid.uuid4().hex
            # Or one that is killed now would leave the original's slug, and bar the original's way.
            version.save()
            revision = version.save_revision()
        revision.publish()

    def publish_edited(self) -> None:
        page = self._page()
        page.title, page.lead = self._words(), self._words()
        self._choose(page)
        page.save_revision().publish()

    def keep_draft(self) -> None:
        page = self._page()
        page.title = self._words()
        page.save_revision()

    def save_links(self) -> None:
        page = self._page()
        self._choose(page)
        page.save()

    def unpublish(self) -> None:
        if page := self._page(live=True):
            page.unpublish()

    def publish_again(self) -> None:
        if page := self._page(live=False):
            page.save_revision().publish()

    def delete(self) -> None:
        with transaction.atomic():
            self._page().delete()

    def move(self) -> None:
        page = self._page()
        index = self._one(type(page.get_parent().specific).objects.exclude(pk=page.get_parent().pk))
        if index:
            page.move(index, pos="last-child")

    # Branches

    def _section(self) -> Any:
        return self._one(NewsIndexPage.objects.filter(slug__startswith="section-"))

    def new_section(self) -> None:
        home = self._one(HomePage.objects.filter(locale__language_code__in=LANGUAGES))
        slug = f"section-{uuid.uuid4().hex[:8]}"
        with transaction.atomic():
            home.add_child(instance=NewsIndexPage(title=self._words(), slug=slug, locale=home.locale))

    def delete_section(self) -> None:
        if section := self._section():
            with transaction.atomic():
                section.delete()

    def move_section(self) -> None:
        section, other = self._section(), self._one(NewsIndexPage.objects.all())
        if section and not other.is_descendant_of(section) and other != section:
            section.move(other, pos="last-child")

    def rename_section(self) -> None:
        if section := self._section():
            section.slug = f"section-{uuid.uuid4().hex[:8]}"
            section.save_revision().publish()

    # Privacy

    def _restrictable(self) -> Page:
        """A page, now and then one with all that is below it."""
        branch = self.random.random()
        if branch < 0.1:
            return self._one(Page.objects.type(HomePage))
        if branch < 0.3:
            return self._one(Page.objects.type(NewsIndexPage, EventIndexPage))
        return self._page()

    def restrict(self) -> None:
        kind = self.random.choice(["login", "password", "groups"])
        PageViewRestriction.objects.create(page=self._restrictable(), restriction_type=kind, password="secret")

    def open(self) -> None:
        if restriction := self._one(PageViewRestriction.objects.all()):
            restriction.delete()

    def restrict_in_view(self) -> None:
        self._set_privacy(self._restrictable(), restriction_type="login")

    def open_in_view(self) -> None:
        if restriction := self._one(PageViewRestriction.objects.all()):
            self._set_privacy(restriction.page, restriction_type="none")

    def _set_privacy(self, page: Page, **choice: str) -> None:
        answer = self.client.post(reverse("wagtailadmin_pages:set_privacy", args=[page.pk]), choice)
        if answer.json().get("step") != "set_privacy_done":
            raise RuntimeError(f"The privacy of page {page.pk} was not set: {answer.content.decode()[:500]}")

    # Concepts

    def relabel(self) -> None:
        label = self._one(ThemeLabel.objects.all())
        label.label = uuid.uuid4().hex[:8]
        label.save()

    def move_theme(self) -> None:
        theme, parent = self._one(Theme.objects.all()), self._one(Theme.objects.all())
        if parent.pk not in Theme.objects.descendant_ids(theme.pk) and parent != theme:
            theme.parent = parent
            theme.save()

    def merge(self) -> None:
        with transaction.atomic():
            _theme()
        source, target = self._one(Theme.objects.all()), self._one(Theme.objects.all())
        if source != target:
            merge_concepts(source=source, target=target)

    def rename_concept(self) -> None:
        model: Any = self.random.choice([Organisation, Person, Place])
        concept = self._one(model.objects.all())
        concept.name = uuid.uuid4().hex[:8]
        concept.save()

    # Transactions

    def roll_back(self) -> None:
        with contextlib.suppress(Rollback), transaction.atomic():
            self.random.choice([self.unpublish, self.delete, self.move, self.restrict, self.relabel])()
            raise Rollback

    def two_at_once(self) -> None:
        with transaction.atomic():
            self.publish_edited()
            self.random.choice([self.unpublish, self.move, self.restrict, self.relabel, self.publish_new])()

    def save_site(self) -> None:
        Site.objects.get(is_default_site=True).save()
