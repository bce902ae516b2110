"""Work on many versions: one step after the other, whatever fails, and on after a kill."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from wagtail.models import Locale
from wagtail.users.models import UserProfile
from wagtail_localize.models import Translation

from hub.roles import EDITORS, MODERATORS, TRANSLATORS
from news.models import NewsPage
from tests import content
from tests.editing import log_in
from translation import jobs, machine, requests
from translation.models import Job, JobStep, LanguageVersion, State, TranslationRequest, TranslatorLanguage
from translation.progress import check_versions, refresh_stale

from .desk import fill, start

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def user_of(client):
    return get_user_model().objects.get(pk=client.session["_auth_user_id"])


def translator(name, *languages):
    client = log_in(TRANSLATORS, name)
    for code in languages:
        TranslatorLanguage.objects.create(user=user_of(client), locale=Locale.objects.get(language_code=code))
    return client


@pytest.fixture
def pages():
    made = [content.post(title, language="de") for title in ("Eins", "Zwei", "Drei")]
    check_versions()
    return made


def versions(language="fr"):
    return LanguageVersion.objects.filter(locale__language_code=language)


def failures(job):
    return {step.version.title: step.failure for step in job.steps.select_related("version") if step.failure}


def bulk(client, kind, query, **data):
    return client.post(f"{reverse('translation_desk:bulk', args=[kind])}?{query}", data)


def test_all_that_match_are_asked_for_as_one_request(pages):
    client = log_in(EDITORS)
    translator("anna", "fr")
    response = bulk(client, "request", "id=all&locale=fr", title="Alles", message="", due=str(TODAY))
    job, request = Job.objects.get(), TranslationRequest.objects.get()
    assert response.url == reverse("translation_desk:job", args=[job.pk])
    assert job.finished_at and request.versions.count() == 3
    assert [message.to for message in mail.outbox] == [["anna@example.org"]]
    assert reverse("translation_desk:request", args=[request.pk]) in client.get(response.url).content.decode()

    bulk(client, "request", "id=all&locale=fr&locale=es", title="Mehr", message="", due="")
    assert TranslationRequest.objects.get(title="Mehr").versions.count() == 3
    assert request.events.filter(kind="joined").count() == 3
    assert Job.objects.first().options["joined"] == [request.pk]


def test_a_request_that_only_joins_leaves_no_row(pages):
    client = log_in(EDITORS)
    for title in ("Alles", "Nochmals"):
        bulk(client, "request", "id=all&locale=fr", title=title, message="", due="")
    assert TranslationRequest.objects.get().title == "Alles"
    assert client.get(reverse("translation_desk:job", args=[Job.objects.first().pk])).status_code == 200


def test_translators_hear_of_an_earlier_date_that_a_job_brings(pages):
    translator("anna", "fr")
    client = log_in(EDITORS)
    bulk(client, "request", "id=all&locale=fr", title="Alles", message="", due="")
    mail.outbox.clear()
    bulk(client, "request", "id=all&locale=fr", title="Bald", message="", due=str(TODAY))
    [message] = mail.outbox
    assert message.to == ["anna@example.org"]
    assert date_format(TODAY) in message.body and "Eins" in message.body


def test_an_editor_assigns_to_somebody_with_the_language(pages):
    anna = user_of(translator("anna", "fr"))
    client = log_in(EDITORS)
    request = requests.ask(versions(), user=user_of(client), title="Eins").request
    mail.outbox.clear()
    bulk(client, "assign", "id=all&locale=fr&locale=es", translator=anna.pk, due=str(TODAY))
    job = Job.objects.get()
    assert {(row.translator, row.due) for row in versions()} == {(anna, TODAY)}
    assert {row.translator for row in versions("es")} == {None}
    assert set(failures(job).values()) == {"anna does not translate into Spanish."}
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["anna@example.org"], "3 translations are yours now")
    ]
    assert request.events.filter(kind="assigned", text="anna").count() == 3
    bulk(client, "assign", "id=all&locale=fr", translator="", due="")
    assert {(row.translator, row.due) for row in versions()} == {(None, TODAY)}


def test_only_who_translates_into_the_languages_is_offered(pages):
    for name, code in (("anna", "fr"), ("ben", "it")):
        translator(name, code)
    get_user_model().objects.filter(username="anna").update(first_name="Anna", last_name="Lind")
    log_in(MODERATORS, "mona")
    log_in(name="root")

    def offered(client, query):
        html = client.get(f"{reverse('translation_desk:bulk', args=['assign'])}?id=all&{query}")
        return {label for _value, label in html.context["form"].fields["translator"].choices}

    editor = log_in(EDITORS)
    assert offered(editor, "locale=fr") == {"Nobody", "Anna Lind", "mona", "root"}
    assert offered(editor, "locale=it&locale=fr") == {"Nobody", "Anna Lind", "ben", "mona", "root"}
    assert offered(translator("carla", "es"), "locale=es") == {"I", "Nobody"}
    assert offered(translator("dora", "es"), "locale=fr") == {"Nobody"}


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


def test_a_translator_takes_and_gives_back_his_own_only(pages):
    ben, client = user_of(translator("ben", "fr")), translator("anna", "fr")
    anna = user_of(client)
    one, two, _three = versions().order_by("pk")
    LanguageVersion.objects.filter(pk=one.pk).update(translator=ben)
    bulk(client, "assign", f"id={one.pk}&id={two.pk}", translator=anna.pk, due="")
    assert [row.translator for row in versions().order_by("pk")] == [ben, anna, None]
    assert failures(Job.objects.get()) == {one.title: "You may not do this with this page."}
    assert mail.outbox == []  # nobody writes to himself
    page = bulk(client, "assign", f"id={one.pk}", translator=ben.pk, due="")
    assert "Select a valid choice" in page.content.decode()


def test_publishing_says_of_each_why_not(pages, django_capture_on_commit_callbacks):
    client = translator("anna", "fr")
    ready, waiting = start(pages[0], "fr"), start(pages[1], "fr")
    fill(ready)
    refresh_stale()
    with django_capture_on_commit_callbacks(execute=True):
        bulk(client, "publish", "id=all&locale=fr")
    job = Job.objects.get()
    assert failures(job) == {
        "Zwei": "2 texts are still to be translated.",
        "Drei": "Nobody has begun it.",
    }
    assert ready.get_target_instance().live
    assert not waiting.get_target_instance().live
    html = client.get(reverse("translation_desk:job", args=[job.pk])).content.decode()
    assert "1 of 3" in html and "Nobody has begun it." in html
    assert reverse("translation_desk:open", args=[versions().get(title="Drei").pk]) in html
    refresh_stale()
    assert versions().get(title="Eins").state == State.PUBLISHED


def test_what_an_editor_has_locked_is_not_published(pages, django_capture_on_commit_callbacks):
    locked, open_one = start(pages[0], "fr"), start(pages[1], "fr")
    fill(locked)
    fill(open_one)
    page = locked.get_target_instance()
    NewsPage.objects.filter(pk=page.pk).update(
        locked=True, locked_by=user_of(log_in(EDITORS)), locked_at=timezone.now()
    )
    both, anna = versions().filter(title__in=["Eins", "Zwei"]), user_of(translator("anna", "fr"))
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.start(Job.Kind.PUBLISH, both, anna)
    [(title, reason)] = failures(job).items()
    assert title == "Eins"
    assert "was locked" in reason
    assert not NewsPage.objects.get(pk=page.pk).live
    assert open_one.get_target_instance().live


def test_nobody_publishes_in_languages_of_others(pages):
    translation = start(pages[0], "fr")
    fill(translation)
    job = jobs.start(Job.Kind.PUBLISH, versions().filter(title="Eins"), user_of(translator("carla", "it")))
    assert failures(job) == {"Eins": "You may not do this with this page."}
    assert not translation.get_target_instance().live


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
            Job.objects.update(held_until=timezone.now() - timedelta(minutes=1))  # so long has it taken
            return [f"[{text}]" for text in texts]

    held = []
    monkeypatch.setattr(machine, "provider", Slow)
    monkeypatch.setattr(machine, "TEXTS", 1)
    job = jobs.start(Job.Kind.MACHINE, versions().filter(title="Eins"), user_of(translator("anna", "fr")))
    assert failures(job) == {}
    assert len(held) == 2
    assert all(until > timezone.now() for until in held)


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


def test_files_are_exported_and_only_their_owner_gets_them(pages):
    client = translator("anna", "fr")
    running = start(pages[0], "fr")
    refresh_stale()
    formats = client.get(f"{reverse('translation_desk:bulk', args=['export'])}?id=all&locale=fr").context["form"]
    chosen = formats.fields["format"].choices[0][0]
    bulk(client, "export", "id=all&locale=fr&locale=es", format=chosen)
    job = Job.objects.get()
    assert job.failure == ""
    assert set(failures(job).values()) == {"You do not translate into Spanish."}
    check_versions()
    assert [row.state for row in versions()] == [State.IN_PROGRESS, State.MISSING, State.MISSING]
    assert NewsPage.objects.filter(locale__language_code="fr").count() == 1
    assert Translation.objects.filter(enabled=True).get() == running
    url = reverse("translation_desk:job_file", args=[job.pk])
    answer = client.get(url)
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert sum("fr" in name for name in names) >= 3
    assert "attachment" in answer["Content-Disposition"]
    assert translator("ben", "fr").get(url).status_code != 200
    assert log_in(name="root").get(url).status_code == 200
    assert not str(job.result.path).startswith(str(settings.MEDIA_ROOT))


def test_an_export_of_nothing_says_so(pages):
    job = jobs.start(Job.Kind.EXPORT, versions(), user_of(translator("carla", "it")), format="xliff")
    job.refresh_from_db()
    assert job.failure == "There was nothing to export."
    assert not job.result


def test_machine_translation_without_a_provider_says_so(pages, monkeypatch):
    monkeypatch.setattr(machine, "provider", lambda: None)
    job = jobs.start(Job.Kind.MACHINE, versions(), user_of(translator("anna", "fr")))
    assert set(failures(job).values()) == {"No machine translation is set up."}
    assert not Translation.objects.exists()


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


def test_an_action_leads_back_to_the_filters_it_came_from_and_nowhere_else(pages):
    client, url = log_in(EDITORS), reverse("translation_desk:bulk", args=["assign"])
    for address, back in (("/admin/translations/?locale=fr",) * 2, ("https://evil.example/", "/admin/translations/")):
        query = urlencode({"id": versions().first().pk, "next": address})
        assert f'href="{back}" class="button' in client.get(f"{url}?{query}").content.decode()
