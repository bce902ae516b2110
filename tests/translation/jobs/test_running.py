"""Jobs go on whatever fails, and after a kill; who began them sees how far they are."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from hub.roles import EDITORS, MODERATORS
from tests.editing import log_in
from translation import jobs, machine, requests
from translation.models import Job, JobStep, LanguageVersion

from .steps import failures, translator, user_of, versions

pytestmark = pytest.mark.django_db


def test_a_list_of_jobs_says_languages_people_and_what_was_done(pages, django_assert_max_num_queries):
    anna = user_of(translator("anna", "fr"))
    get_user_model().objects.filter(pk=anna.pk).update(first_name="Anna", last_name="Lind")
    jobs.start(Job.Kind.PUBLISH, versions(), anna)
    jobs.start(Job.Kind.ASSIGN, versions("es") | versions("it"), anna, translator=None, due="")
    client, url = log_in(name="root"), reverse("translation_desk:jobs")
    with django_assert_max_num_queries(16):
        html = client.get(url).content.decode()
    assert "Italian, Spanish" in html and "Anna Lind" in html
    assert "0 of 3" in html and "3 failed" in html and "3 of 3" not in html
    for query, kinds in {"kind=publish": ["publish"], "locale=it": ["assign"], "locale=pl": []}.items():
        assert [job.kind for job in client.get(f"{url}?{query}").context["object_list"]] == kinds
    assert "Nothing matches these filters." in client.get(f"{url}?locale=pl").content.decode()


def test_one_that_breaks_keeps_nothing_from_the_others(pages, monkeypatch):
    def breaks(version, **kwargs):
        LanguageVersion.objects.filter(pk=version.pk).update(translator=kwargs["translator"])
        if version.title == "Zwei":
            raise RuntimeError

    monkeypatch.setattr(requests, "assign", breaks)
    client = log_in(EDITORS)
    anna = user_of(translator("anna", "fr"))
    job = jobs.start(Job.Kind.ASSIGN, versions(), user_of(client), translator=anna.pk, due="")
    job.refresh_from_db()
    assert job.finished_at
    assert failures(job) == {"Zwei": "Something unexpected went wrong. The log of the server says what."}
    assert {row.title for row in versions().filter(translator=anna)} == {"Eins", "Drei"}


class Killed(BaseException):
    pass


def test_a_job_whose_worker_was_killed_goes_on_where_it_was(pages, monkeypatch):
    done = []
    assign = requests.assign

    def counted(version, **kwargs):
        if len(done) == 1 and "killed" not in done:
            done.append("killed")
            raise Killed
        done.append(version.title)
        assign(version, **kwargs)

    monkeypatch.setattr(requests, "assign", counted)
    anna, editor = user_of(translator("anna", "fr")), user_of(log_in(EDITORS))
    job = Job.objects.create(kind=Job.Kind.ASSIGN, options={"translator": anna.pk, "due": ""}, user=editor)
    JobStep.objects.bulk_create(JobStep(job=job, version=version) for version in versions())
    with pytest.raises(Killed):
        jobs.work(job.pk)
    assert job.steps.filter(done_at=None).count() == 2
    jobs.work(job.pk)
    jobs.resume()
    assert job.steps.filter(done_at=None).count() == 2  # somebody seems to be at it
    Job.objects.update(
        created_at=timezone.now() - timedelta(hours=1), held_until=timezone.now() - timedelta(minutes=1)
    )
    jobs.resume()
    job.refresh_from_db()
    assert job.finished_at and not job.steps.filter(done_at=None).exists()
    assert sorted(title for title in done if title != "killed") == ["Drei", "Eins", "Zwei"]
    assert len(mail.outbox) == 1


def test_a_long_job_lets_others_pass_and_goes_on(pages, monkeypatch):
    runs = []
    work = jobs.work
    monkeypatch.setattr(jobs, "SLICE", 0)
    monkeypatch.setattr(jobs, "work", lambda pk: (runs.append(pk), work(pk)))
    job = jobs.start(Job.Kind.ASSIGN, versions(), user_of(log_in(EDITORS)), translator=None, due="")
    job.refresh_from_db()
    assert job.finished_at and len(runs) == 4


def test_somebody_is_at_a_job_each_time_that_a_machine_is_asked(pages, monkeypatch):
    class Slow:
        name = "Slow"

        def translate(self, texts, source, target):
            held.append(Job.objects.get().held_until)
            return [f"[{text}]" for text in texts]

    held = []
    monkeypatch.setattr(machine, "provider", Slow)
    monkeypatch.setattr(machine, "TEXTS", 1)
    job = jobs.start(Job.Kind.MACHINE, versions().filter(title="Eins"), user_of(translator("anna", "fr")))
    assert failures(job) == {}
    assert len(held) == 2
    assert held[0] < held[1]


def test_a_request_that_is_withdrawn_meanwhile_asks_nobody(pages, monkeypatch):
    add, editor = requests.add, user_of(log_in(EDITORS))
    translator("anna", "fr")
    first = requests.ask(versions().filter(title="Eins"), user=user_of(log_in(EDITORS, "other")), title="Eins").request
    mail.outbox.clear()

    def added(request, version, user):
        is_asked = add(request, version, user)
        if version.title == "Zwei":
            requests.withdraw(request, editor)
        return is_asked

    monkeypatch.setattr(requests, "add", added)
    request = requests.open_request(user=editor, title="Alles")
    job = jobs.start(Job.Kind.REQUEST, versions().order_by("pk"), editor, request=request.pk)
    job.refresh_from_db()
    assert job.finished_at and job.failure == ""
    assert failures(job) == {"Drei": "The request is withdrawn."}
    assert mail.outbox == []
    assert not request.versions.filter(done_at=None).exists()
    assert list(request.events.values_list("kind", flat=True)) == ["asked", "closed"]
    assert first.versions.get().done_at is None


def test_others_join_a_request_that_is_still_being_written(pages, monkeypatch):
    add, other = requests.add, user_of(log_in(EDITORS, "other"))

    def added(request, version, user):
        is_asked = add(request, version, user)
        if request.title == "Alles" and version.title == "Eins":
            requests.ask([version], user=other, title="Auch", message="Me too")
        return is_asked

    monkeypatch.setattr(requests, "add", added)
    editor = user_of(log_in(EDITORS))
    request = requests.open_request(user=editor, title="Alles")
    job = jobs.start(Job.Kind.REQUEST, versions().order_by("pk"), editor, request=request.pk)
    job.refresh_from_db()
    assert (job.failure, job.options["request"], job.options["joined"]) == ("", request.pk, [])
    assert request.events.get(kind="joined").text == "Me too"


def test_old_jobs_go_with_their_files(pages):
    job = Job.objects.create(kind=Job.Kind.EXPORT, user=user_of(log_in(EDITORS)), finished_at=timezone.now())
    job.result.save("x.zip", ContentFile(b"zip"))
    path = job.result.path
    jobs.resume()
    assert Job.objects.exists() and Path(path).exists()
    Job.objects.update(finished_at=timezone.now() - timedelta(days=31))
    jobs.resume()
    assert not Job.objects.exists()
    assert not Path(path).exists()


def test_failures_are_said_in_the_language_of_who_asked(pages):
    anna = user_of(translator("anna", "fr"))
    UserProfile.objects.create(user=anna, preferred_language="de")
    job = jobs.start(Job.Kind.PUBLISH, versions(), anna)
    assert job.steps.count() == 3
    assert not job.steps.filter(failure="").exists()


def test_others_see_no_jobs_but_administrators(pages):
    owner = translator("anna", "fr")
    job = jobs.start(Job.Kind.PUBLISH, versions(), user_of(owner))
    url = reverse("translation_desk:job", args=[job.pk])
    for client, is_shown in ((owner, True), (log_in(MODERATORS), False), (log_in(name="root"), True)):
        assert (client.get(url).status_code == 200) == is_shown
        assert (url in client.get(reverse("translation_desk:jobs")).content.decode()) == is_shown


def test_a_running_job_is_shown_with_its_bar_and_reloads(pages):
    client = log_in(EDITORS)
    job = Job.objects.create(kind=Job.Kind.ASSIGN, user=user_of(client))
    steps = [JobStep(job=job, version=version) for version in versions()]
    steps[0].done_at = timezone.now()
    JobStep.objects.bulk_create(steps)
    html = client.get(reverse("translation_desk:job", args=[job.pk])).content.decode()
    assert 'value="33"' in html and "1 of 3" in html
    assert "http-equiv" in html and "data-running" in html
    Job.objects.update(finished_at=timezone.now())
    assert "http-equiv" not in client.get(reverse("translation_desk:job", args=[job.pk])).content.decode()
