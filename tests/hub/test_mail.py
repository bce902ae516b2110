"""Mails wait for the worker, which tries again while no mail server answers."""

import smtplib

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from hub.management.commands.worker import TaskWorker
from translation import notices

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture(autouse=True)
def queue(settings):
    """As in production, with a mail server that is asked by the worker."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    outside = settings.MAILERS["outside"]
    settings.MAILERS = {"default": {"BACKEND": "hub.mail.QueueBackend"}, "outside": outside}


@pytest.fixture
def no_server(settings):
    """A mail server that is away."""
    backend = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": {"host": "127.0.0.1", "port": 1}}
    settings.MAILERS = settings.MAILERS | {"outside": backend}


def write(**fields):
    message = EmailMultiAlternatives("Hallo", "Text", to=["anna@example.org"], headers={"X-One": "1"}, **fields)
    message.attach_alternative("<p>Text</p>", "text/html")
    message.send()


def run():
    TaskWorker(batch=True).run()


def test_a_mail_is_sent_by_the_worker_as_it_was_written():
    write(cc=["b@example.org"], reply_to=["c@example.org"])
    assert mail.outbox == []
    run()
    (sent,) = mail.outbox
    assert (sent.subject, sent.body, sent.to, sent.cc) == ("Hallo", "Text", ["anna@example.org"], ["b@example.org"])
    assert sent.alternatives[0].content == "<p>Text</p>"
    assert sent.message()["X-One"] == "1"
    assert not DBTaskResult.objects.exists(), "it may hold a link to a new password"


def test_what_is_rolled_back_sends_no_mail():
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    run()
    assert mail.outbox == []


def test_one_with_an_attachment_is_refused():
    message = EmailMultiAlternatives("Hallo", "Text", to=["anna@example.org"])
    message.attach("a.txt", "words", "text/plain")
    with pytest.raises(ValueError, match="attachments"):
        message.send()


@pytest.mark.parametrize("told", [False, True], ids=["any mail", "a mail of the desk"])
def test_one_whose_worker_was_killed_before_it_was_noted_goes_again_under_the_same_id(told, admin_user):
    if told:
        notices.tell(admin_user, "approved", {"title": "Plan", "by": "Anna", "message": "", "path": "/"})
    else:
        write()
    before = DBTaskResult.objects.values().get()
    run()
    DBTaskResult.objects.all().delete()
    DBTaskResult.objects.create(**before)
    run()
    first, second = mail.outbox
    assert first.message()["Message-ID"] == second.message()["Message-ID"]


def test_while_no_server_answers_mails_wait_and_then_go(no_server, settings):
    write()
    run()
    row = DBTaskResult.objects.get()
    assert (row.status, row.exception_class_path) == (TaskResultStatus.READY, "builtins.ConnectionRefusedError")
    settings.MAILERS = settings.MAILERS | {"outside": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    run()
    assert mail.outbox == []
    DBTaskResult.objects.update(run_after=row.enqueued_at)
    run()
    assert len(mail.outbox) == 1


def test_a_server_that_refuses_is_a_fault_from_outside(monkeypatch):
    def refuse(self, messages):
        raise smtplib.SMTPAuthenticationError(535, b"who are you?")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    write()
    run()
    assert DBTaskResult.objects.get().status == TaskResultStatus.READY


def test_who_forgot_a_password_sees_no_fault_of_the_mail_server(no_server, admin_user, client):
    admin_user.set_password("a password for the tests")
    admin_user.save()
    response = client.post("/admin/password_reset/", {"email": admin_user.email})
    assert response.status_code == 302
    assert DBTaskResult.objects.filter(task_path="hub.mail.send").count() == 1


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (smtplib.SMTPRecipientsRefused({"anna@example.org": (550, b"no such user")}), TaskResultStatus.FAILED),
        (smtplib.SMTPRecipientsRefused({"anna@example.org": (450, b"later")}), TaskResultStatus.READY),
        (smtplib.SMTPDataError(554, b"anna@example.org is spam"), TaskResultStatus.FAILED),
        (smtplib.SMTPAuthenticationError(535, b"wrong"), TaskResultStatus.READY),
        (smtplib.SMTPServerDisconnected("anna@example.org"), TaskResultStatus.READY),
    ],
)
def test_what_a_server_refuses_for_good_is_not_tried_again_and_nobody_is_named(monkeypatch, caplog, error, status):
    def refuse(*args):
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    write()
    run()
    task = DBTaskResult.objects.get()
    assert task.status == status
    assert "anna@" not in task.traceback + caplog.text
