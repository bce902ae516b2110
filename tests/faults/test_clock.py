"""The clock is moved back by hours: what was noted before lies in the future then, and nothing waits for it.

Kept pages are in tests/hub/test_page_cache.py, queued tasks in tests/hub/test_worker.py.
"""

import uuid
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts import lock, upkeep
from hub.models import HubDocument
from hub.publishing import publish_scheduled
from search.attachments import Reason, read_waiting
from search.engines import get_engine
from search.models import DocumentText, IndexChange, IndexState
from search.outbox import drain, next_moment, touch_passed_events
from search.rebuild import rebuild, rebuild_if_needed
from tests import content
from tests.accounts.people import is_logged_in, log_in, person
from tests.hub.test_publishing import is_live, scheduled
from translation import jobs
from translation.models import Job, TranslationRequest
from translation.requests import follow_changes

pytestmark = pytest.mark.django_db

HOURS = timedelta(hours=5)


@pytest.fixture(autouse=True)
def index(settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    rebuild()
    yield
    get_engine().close()


def in_hours():
    return timezone.now() + HOURS


def test_an_engine_that_failed_is_asked_again():
    content.post("Water")
    IndexState.objects.update(failures=3, retry_at=in_hours())
    assert drain()


def test_a_work_that_failed_is_tried_again():
    content.post("Water")
    IndexChange.objects.update(failures=3, retry_at=in_hours())
    assert drain()
    assert not IndexChange.objects.exists()


def test_a_rebuild_that_was_killed_bars_no_other_and_keeps_no_changes():
    content.post("Water")
    IndexState.objects.update(rebuild=uuid.uuid4(), rebuild_seen_at=in_hours())
    assert drain()
    assert not IndexChange.objects.exists()
    IndexState.objects.update(rebuild=uuid.uuid4(), rebuild_seen_at=in_hours())
    assert rebuild()


def test_a_killed_rebuild_leaves_no_claim():
    IndexState.objects.update(rebuild=uuid.uuid4(), rebuild_seen_at=in_hours())
    assert not rebuild_if_needed()
    assert IndexState.objects.current().rebuild is None


def test_works_are_read_later_than_ever_before():
    """Or Elasticsearch would take none, as it has some that were read later."""
    ahead = in_hours()
    IndexState.objects.update(moment=ahead)
    assert ahead < next_moment() < next_moment()


def test_dates_that_had_passed_are_shown_again():
    event = content.event("Fair", recurrence="FREQ=DAILY;COUNT=3")
    touch_passed_events()
    drain()
    end = event.occurrences.order_by("end").first().end
    IndexState.objects.update(events_seen_at=end + timedelta(hours=1))
    assert touch_passed_events() == 1


def test_a_document_whose_file_was_missing_is_read_again():
    document = HubDocument.objects.create(title="Plan", file=ContentFile(b"lighthouses", "plan.txt"))
    read_waiting()
    DocumentText.objects.update(text="", error=Reason.MISSING, read_at=in_hours())
    read_waiting()
    assert document.search_text.text == "lighthouses"


def test_a_job_that_a_killed_worker_held_goes_on():
    job = Job.objects.create(kind=Job.Kind.ASSIGN, options={})
    Job.objects.update(created_at=in_hours(), held_until=in_hours())
    jobs.resume()
    job.refresh_from_db()
    assert job.finished_at


def test_a_request_that_asks_for_nothing_is_closed():
    request = TranslationRequest.objects.create(title="Alles")
    TranslationRequest.objects.update(created_at=in_hours())
    follow_changes([])
    request.refresh_from_db()
    assert request.closed_at


def test_nobody_is_locked_out(client):
    user = person()
    for _number in range(lock.LIMITS[0]):
        log_in(client, password="wrong")
    assert lock.is_locked(user)
    AccessAttempt.objects.update(attempt_time=in_hours())
    assert not lock.is_locked(user)
    log_in(client)
    assert is_logged_in(client)
    AccessAttempt.objects.create(username="anna", failures_since_start=1)
    AccessAttempt.objects.update(attempt_time=in_hours())
    upkeep.tidy()
    assert not AccessAttempt.objects.exists()


def test_what_is_to_be_published_keeps_its_time():
    due, later = scheduled("Due", minutes=-1), scheduled("Later", minutes=300)
    publish_scheduled()
    assert (is_live(due), is_live(later)) == (True, False)
