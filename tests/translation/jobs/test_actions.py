"""What is done with many versions: each in turn, and whatever fails is said of it."""

import io
import zipfile

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from wagtail_localize.models import Translation

from hub.roles import EDITORS, MODERATORS
from news.models import NewsPage
from tests.editing import log_in
from tests.translation.desk import fill, start
from translation import jobs, machine, requests
from translation.models import Job, LanguageVersion, State, TranslationRequest
from translation.progress import check_versions, refresh_stale

from .steps import bulk, failures, translator, user_of, versions

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


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


def test_an_action_leads_back_to_the_filters_it_came_from_and_nowhere_else(pages):
    client, url = log_in(EDITORS), reverse("translation_desk:bulk", args=["assign"])
    for address, back in (("/admin/translations/?locale=fr",) * 2, ("https://evil.example/", "/admin/translations/")):
        query = urlencode({"id": versions().first().pk, "next": address})
        assert f'href="{back}" class="button' in client.get(f"{url}?{query}").content.decode()
