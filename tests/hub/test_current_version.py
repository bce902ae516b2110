"""The version of all content: moved by what readers see, by nothing else, and known without waiting."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import PageViewRestriction

from hub.current_version import CurrentVersion
from hub.models import ContentChange, HubImage, Organisation, SharingSettings
from hub.roles import EDITORS
from news.models import NewsPage
from tests import content
from tests.editing import log_in

pytestmark = pytest.mark.django_db


def commit():
    """A test is one transaction, which would note one change."""
    connection.run_on_commit.clear()


@pytest.fixture
def post():
    page = content.post("Water", slug="water")
    commit()
    return page


def _retitle(post):
    post.title = "Fire"
    post.save_revision().publish()


@pytest.fixture
def picture(post):
    return HubImage.objects.create(title="A picture", file=get_test_image_file(size=(40, 20)))


@pytest.mark.parametrize(
    "change",
    [
        _retitle,
        lambda post: post.unpublish(),
        lambda post: post.delete(),
        lambda post: content.post("Another"),
        lambda post: content.theme("energy", en="Energy"),
        lambda post: post.themes.add(content.theme("energy", en="Energy")),
        lambda post: Organisation.objects.create(name="Agency", slug="agency"),
        lambda post: PageViewRestriction.objects.create(page=post, restriction_type="login"),
        lambda post: SharingSettings.objects.create(),
        lambda post: HubImage.objects.all()[0].save(),
        lambda post: post.move(post.get_parent().get_parent(), pos="last-child"),
    ],
)
def test_every_change_that_readers_see_moves_the_version(post, picture, change):
    commit()
    before = ContentChange.objects.version()
    change(NewsPage.objects.get(pk=post.pk))
    assert ContentChange.objects.version() != before


def test_drafts_locks_and_what_editors_do_do_not(post):
    before = ContentChange.objects.version()
    post.title = "Draft"
    post.save_revision()
    post.locked = True
    post.save(update_fields=["locked"])
    log_in(EDITORS)
    assert ContentChange.objects.version() == before


def test_no_version_comes_again():
    seen = []
    for _ in range(3):
        content.post()
        commit()
        seen.append(ContentChange.objects.version())
        ContentChange.objects.tidy()
        seen.append(ContentChange.objects.version())
    assert len(set(seen)) == 6
    assert ContentChange.objects.count() == 1


def test_a_transaction_leaves_one_row_and_none_if_it_is_rolled_back(post):
    before = ContentChange.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        post.save()
        raise RuntimeError
    assert ContentChange.objects.count() == before
    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            post.save()
            raise RuntimeError
        post.save()
        post.save()
    assert ContentChange.objects.count() == before + 1


def test_nobody_waits_while_another_asks_a_database_that_takes_long(post, monkeypatch):
    monkeypatch.setattr("hub.current_version.CHECK_EVERY", 0)
    version, asked, answered = CurrentVersion(), threading.Event(), threading.Event()
    first = version()

    def slow():
        asked.set()
        assert answered.wait(5)
        return "later"

    monkeypatch.setattr(ContentChange.objects, "version", slow)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(version)
        assert asked.wait(5)
        assert version() == first
        answered.set()
        assert other.result() == "later"


def test_a_process_that_has_never_reached_the_database_shows_nothing(monkeypatch):
    def fail():
        raise OperationalError("gone")

    monkeypatch.setattr(ContentChange.objects, "version", fail)
    version = CurrentVersion()
    for _number in range(2):
        with pytest.raises(OperationalError):
            version()


def test_the_version_is_asked_for_five_times_a_second_at_most(post, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("hub.current_version.CHECK_EVERY", 60)
    version = CurrentVersion()
    with django_assert_num_queries(1):
        assert version() == version()
