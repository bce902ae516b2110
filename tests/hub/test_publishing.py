"""Scheduled publishing, as the worker calls it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from hub import publishing
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


def history(page: NewsPage) -> list[str]:
    """What was done with it, the oldest first."""
    return list(PageLogEntry.objects.filter(page=page.pk).order_by("timestamp", "pk").values_list("action", flat=True))


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


def test_what_was_missed_for_hours_goes_live_once_and_keeps_its_time():
    missed = scheduled("Missed", minutes=-180)
    time = Revision.objects.get(approved_go_live_at__lt=timezone.now()).approved_go_live_at
    assert publish_scheduled() == 1
    page = NewsPage.objects.get(pk=missed.pk)
    assert (page.live, page.go_live_at) == (True, time)
    assert not Revision.objects.exclude(approved_go_live_at=None).exists()
    assert history(page).count("wagtail.publish.scheduled") == 1


def test_what_is_over_before_a_worker_runs_again_is_never_seen():
    page = scheduled("Over", minutes=-180)
    revision = Revision.objects.get(approved_go_live_at__lt=timezone.now())
    revision.content["expire_at"] = (timezone.now() - timedelta(hours=1)).isoformat()
    revision.save()
    assert publish_scheduled() == 1
    over = NewsPage.objects.get(pk=page.pk)
    assert (over.live, over.expired) == (False, True)
    assert history(over)[-2:] == ["wagtail.publish.scheduled", "wagtail.unpublish.scheduled"]


def test_two_workers_that_find_the_same_carry_it_out_once(monkeypatch):
    page, over = scheduled("Due", minutes=-1), content.post("Over")
    NewsPage.objects.filter(pk=over.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    carry_out = publishing._carry_out

    def after_another(due, action):
        """Another worker has found the same, and was faster."""
        carry_out(due.all(), action)
        return carry_out(due, action)

    monkeypatch.setattr(publishing, "_carry_out", after_another)
    assert publish_scheduled() == 0
    assert history(page).count("wagtail.publish.scheduled") == 1
    assert history(over).count("wagtail.unpublish.scheduled") == 1


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
