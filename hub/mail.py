"""Mail leaves the hub by the worker.

What a request sends becomes a task in the transaction of that request: so it goes only if the request succeeds,
nobody waits for a mail server, and while that is away mails wait for it (see `TaskWorker`). A mail has its Message-ID
from the beginning: if a worker is killed between handing it over and noting so, it goes again under the same one, by
which mail servers know a mail that they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from typing import Any

from django.core.mail import DNS_NAME, EmailMessage, EmailMultiAlternatives, make_msgid
from django.core.mail.backends.base import BaseEmailBackend
from django.tasks import task

# The mailer of the setting EMAIL_URL, for who is already in the worker. All others use the default one.
OUTSIDE = "outside"


class QueueBackend(BaseEmailBackend):
    """Leaves mails to the worker. Mails with attachments are not sent from here: raises ValueError."""

    def __init__(self, **kwargs: Any) -> None:
        # Wagtail hands on a name and a password, which it has not.
        super().__init__(**{name: value for name, value in kwargs.items() if value is not None})

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            if message.attachments:
                raise ValueError("Mails with attachments cannot wait for the worker.")
            people = {name: [str(each) for each in getattr(message, name)] for name in ("to", "cc", "bcc", "reply_to")}
            fields = people | {
                "subject": str(message.subject),
                "body": str(message.body),
                "from_email": str(message.from_email),
                "headers": {"Message-ID": make_msgid(domain=DNS_NAME)} | message.extra_headers,
                "alternatives": [[str(part) for part in each] for each in getattr(message, "alternatives", ())],
            }
            send.enqueue(fields)
        return len(email_messages)


@task()
def send(fields: dict[str, Any]) -> None:
    """Send a mail, given as `QueueBackend` writes it. The worker keeps no record of one that was sent.

    Raises Refused and Delayed, which name nobody, in place of smtplib's errors, which name who should have got it.
    """
    try:
        EmailMultiAlternatives(**fields).send(using=OUTSIDE)
    except SMTPException as error:
        raise _unsent(error) from None


class Refused(Exception):  # noqa: N818 - what the mail server does
    """The mail server will never take this mail."""


class Delayed(OSError):  # noqa: N818
    """The mail server may take this mail another time."""


def _unsent(error: SMTPException) -> Exception:
    if isinstance(error, SMTPRecipientsRefused):
        codes = {code for code, _answer in error.recipients.values()}
    else:
        codes = {error.smtp_code} if isinstance(error, SMTPResponseException) else set()
    about_the_mail = isinstance(error, SMTPRecipientsRefused | SMTPSenderRefused | SMTPDataError)
    kind = Refused if about_the_mail and codes and min(codes) >= 500 else Delayed
    return kind(f"The mail server answers {', '.join(map(str, sorted(codes))) or type(error).__name__}.")
