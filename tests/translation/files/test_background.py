"""Large files are read and applied by a job, in pieces, whatever happens meanwhile."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests import content
from tests.editing import log_in
from tests.translation.desk import fill, republish, start
from translation import jobs
from translation.files import background, export_archive, uploads
from translation.models import Job

from .steps import export, put, targets, wipe

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What a task ends with, and nobody else."""


@pytest.fixture(autouse=True)
def small(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(background, "LARGE", 0)
    monkeypatch.setattr(background, "PIECE", 1)
    monkeypatch.setattr(jobs, "HOLD", timedelta(0))


@pytest.fixture
def begun():
    return [start(content.post(title, language="de"), "fr") for title in ("Eins", "Zwei")]


@pytest.fixture
def file(begun):
    """Both, translated, and one of them with another original since."""
    for each in begun:
        fill(each)
    with export_archive(begun, "xliff2") as archive:
        made = archive.read()
    for each in begun:
        wipe(each)
    republish(begun[0].source.get_source_instance(), title="Neu")
    return made


def send(client, file):
    return client.post(reverse("translation_desk:upload"), {"file": SimpleUploadedFile("a.zip", file)})


def address(job, name="import_report"):
    return reverse(f"translation_desk:{name}", args=[job.pk])


def numbers(response):
    return {outcome.value: count for outcome, count in response.context["outcomes"]}


def test_a_large_file_is_shown_and_then_taken_over(begun, file, french, tmp_path):
    response = send(french, file)
    job = Job.objects.get()
    assert response.url == address(job, "job")
    assert french.get(response.url).url == address(job)
    report = french.get(address(job))
    assert numbers(report) == {"applied": job.parts - 1, "suggested": 1}
    assert not any(targets(begun[1]).values())
    french.post(address(job))
    done = french.get(address(job))
    assert numbers(done) == numbers(report)
    assert "<form" not in done.content.decode().split("Outcomes")[1]
    assert all(targets(begun[1]).values())
    assert "[fr] Zwei" in french.get(address(job), {"outcome": "applied"}).content.decode()
    assert not list((tmp_path / "private" / "translation-uploads").iterdir())
    job.refresh_from_db()
    assert job.parts_done == job.parts
    assert french.post(address(job)).status_code == 200  # again, and nothing happens


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_one_whose_worker_was_killed_goes_on_and_its_report_is_the_same(at, begun, file, french, monkeypatch):
    written = []
    write_line = background.write_line

    def killed(file, line, user):
        write_line(file, line, user)
        written.append(line)
        if len(written) == at:
            raise Killed

    send(french, file)
    job = Job.objects.get()
    report = numbers(french.get(address(job)))
    monkeypatch.setattr(background, "write_line", killed)
    french.post(address(job))
    assert french.get(address(job)).url == address(job, "job")
    assert 'value="' in french.get(address(job, "job")).content.decode()
    Job.objects.update(created_at=timezone.now() - timedelta(hours=1))
    jobs.resume()
    assert numbers(french.get(address(job))) == report
    assert all(targets(begun[1]).values())


def test_one_killed_while_it_reads_reads_the_rest(file, french, monkeypatch):
    read_file = background.read_file

    def killed(*args):
        if Job.objects.get().parts_done == 1:
            raise Killed
        return read_file(*args)

    monkeypatch.setattr(background, "read_file", killed)
    send(french, file)
    monkeypatch.setattr(background, "read_file", read_file)
    Job.objects.update(created_at=timezone.now() - timedelta(hours=1))
    jobs.resume()
    job = Job.objects.get()
    assert sum(numbers(french.get(address(job))).values()) == job.parts == job.texts.count()


def test_it_lets_others_pass_after_each_piece(begun, file, french, monkeypatch):
    monkeypatch.setattr(jobs, "SLICE", 0)
    send(french, file)
    job = Job.objects.get()
    french.post(address(job))
    assert all(targets(begun[1]).values())


def test_what_is_written_after_the_report_stays_and_is_said(begun, file, french):
    send(french, file)
    job = Job.objects.get()
    put(begun[1], "title", "Deux")
    french.post(address(job), {"overwrite": "on"})
    assert numbers(french.get(address(job)))["changed_here"] == 1
    assert targets(begun[1])[("title", "Zwei")] == "Deux"


def test_only_who_sent_it_sees_its_report(file, french):
    send(french, file)
    assert log_in(name="other").get(address(Job.objects.get()), follow=True).status_code == 404


def test_it_is_held_while_a_file_is_read(file, french, monkeypatch):
    held = []
    hold_on = jobs.hold_on
    monkeypatch.setattr(jobs, "hold_on", lambda job: (hold_on(job), held.append(job.parts_done)))
    send(french, file)
    assert held.count(0) >= 2  # the first file is not written yet


def test_who_has_lost_it_leaves_it_to_the_other(file, french, monkeypatch):
    read_file = background.read_file

    def slow(*args):
        Job.objects.update(held_until=timezone.now() + timedelta(minutes=2))  # somebody else holds it now
        return read_file(*args)

    monkeypatch.setattr(background, "read_file", slow)
    send(french, file)
    job = Job.objects.get()
    assert (job.finished_at, job.failure, job.parts_done, job.texts.count()) == (None, "", 0, 0)


def test_only_who_holds_it_finishes_it(french):
    job = Job.objects.create(kind=Job.Kind.IMPORT, held_until=timezone.now())
    Job.objects.update(held_until=timezone.now() + timedelta(minutes=2))
    with pytest.raises(jobs.Taken):
        jobs._finish(job)
    assert Job.objects.get().finished_at is None


def test_one_that_is_read_says_that_it_waits_for_approval(file, french):
    client = log_in(name="root")

    def pages():
        addresses = [reverse("translation_desk:jobs"), address(Job.objects.get(), "job")]
        return [client.get(url).content.decode() for url in addresses]

    send(french, file)
    assert all("Read, and waits for approval" in html for html in pages())
    french.post(address(Job.objects.get()))
    assert not any("waits for approval" in html for html in pages())


def test_one_that_fails_halfway_says_what_it_has_done_and_why_no_more(begun, file, french, monkeypatch):
    written = []
    write_line = background.write_line

    def fails(file, line, user):
        written.append(line)
        if len(written) == 2:
            raise RuntimeError
        write_line(file, line, user)

    send(french, file)
    job = Job.objects.get()
    monkeypatch.setattr(background, "write_line", fails)
    french.post(address(job))
    assert french.get(address(job, "job")).url == address(job)
    report = french.get(address(job))
    assert sum(numbers(report).values()) == 1
    assert "Something unexpected went wrong." in report.content.decode()
    assert f"Finished: 1 of {job.parts} done." in report.content.decode()


def test_texts_that_cannot_be_read_again_are_unknown(begun, file, french, monkeypatch):
    read_file = background.read_file

    def fewer(path, *args):
        files = list(read_file(path, *args))
        if Job.objects.get().options["approved"] and not done:
            done.append(path)
            files[0].lines.pop()
            files[0].error = "It is empty."
        return files

    done = []
    send(french, file)
    job = Job.objects.get()
    monkeypatch.setattr(background, "read_file", fewer)
    french.post(address(job))
    job.refresh_from_db()
    assert (job.failure, job.parts_done) == ("", job.parts)
    unknown = job.texts.get(outcome="unknown")
    assert (unknown.number, unknown.reason) == (job.texts.filter(file=unknown.file).count() - 1, "It is empty.")
    assert numbers(french.get(address(job)))["unknown"] == 1


def test_a_file_that_comes_twice_has_as_many_texts_whoever_may_write(begun, french):
    fill(begun[0])
    content = export(begun[0])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("a.xlf", "b.xlf"):
            archive.writestr(name, content)
    send(french, packed.getvalue())
    job = Job.objects.get()
    assert numbers(french.get(address(job))) == {"unchanged": job.parts // 2, "unknown": job.parts // 2}


def test_a_file_that_cannot_be_used_says_why(french):
    send(french, b"PK\x03\x04")
    assert "The ZIP is damaged" in french.get(address(Job.objects.get(), "job")).content.decode()


def test_of_files_that_wait_only_the_last_are_kept(french, tmp_path):
    for _number in range(uploads.MOST_KEPT + 2):
        send(french, b"PK\x03\x04")
    assert len(list((tmp_path / "private" / "translation-uploads").iterdir())) == uploads.MOST_KEPT
