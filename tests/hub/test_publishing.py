"""Scheduled publishing, as the worker calls it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hub.publishing import publish_scheduled
from news.models import NewsPage
from tests import content

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def scheduled(title: str, *, minutes: int) -> NewsPage:
    """A draft that a moderator has approved to go live so many minutes from now."""
    page = content.post(title, live=False)
    page.go_live_at = timezone.now() + timedelta(hours=1)
    revision = page.save_revision()
    revision.publish()
    revision.refresh_from_db()
    revision.approved_go_live_at = timezone.now() + timedelta(minutes=minutes)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    return page


def is_live(page: NewsPage) -> bool:
    return NewsPage.objects.get(pk=page.pk).live


def test_a_page_goes_live_at_its_time_and_not_before():
    due, later = scheduled("Due", minutes=-1), scheduled("Later", minutes=30)
    assert publish_scheduled() == 1
    assert (is_live(due), is_live(later)) == (True, False)


def test_a_page_is_unpublished_when_its_time_is_over():
    page = content.post("Over")
    NewsPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert publish_scheduled() == 1
    assert not is_live(page)


def test_nothing_is_carried_out_twice():
    scheduled("Due", minutes=-1)
    publish_scheduled()
    assert publish_scheduled() == 0


def test_a_page_that_fails_keeps_no_other_from_going_live(monkeypatch, caplog):
    broken, fine = scheduled("Broken", minutes=-2), scheduled("Fine", minutes=-1)
    publish = NewsPage.publish

    def fail_for_one(page, *args, **kwargs):
        if page.pk == broken.pk:
            raise RuntimeError("no")
        return publish(page, *args, **kwargs)

    monkeypatch.setattr(NewsPage, "publish", fail_for_one)
    assert publish_scheduled() == 1
    assert (is_live(broken), is_live(fine)) == (False, True)
    assert "trying again" in caplog.text
