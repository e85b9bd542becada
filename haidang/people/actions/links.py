"""Links that let somebody in: how they are made, mailed and spelt out."""

from __future__ import annotations

import hashlib
import logging
import secrets
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation

from haidang.people.models import Person

_logger = logging.getLogger(__name__)


class Link(str):
    """An address that lets somebody in; `mailed` says whether it was sent to them."""

    mailed: bool = False


def new_secret() -> str:
    """256 random bits, as they stand in a link."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What is stored of a link's secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def spelt_out(path: str, site: str = "") -> str:
    """The whole address of a path: at the public address, else at `site`, where the request
    came in; the bare path when neither is known."""
    public = settings.PUBLIC_URL
    base = f"{public.scheme}://{public.netloc}" if public is not None else site
    return base.rstrip("/") + path


def mail(person: Person, address: str, subject: str, text: str, link: str) -> Link:
    """The link, mailed in the organisation's language where there is a mail server.

    `subject` and `text` are marked message ids with %(organisation)s, %(name)s and %(link)s.
    A mail server that does not answer is no reason to fail: the link can be copied.
    """
    answer = Link(link)
    if not settings.MAIL_CONFIGURED:
        return answer
    facts = {"organisation": person.organisation.name, "name": person.name, "link": link}
    with translation.override(person.organisation.language):
        try:
            send_mail(
                translation.gettext(subject) % facts,
                translation.gettext(text) % facts,
                None,
                [address],
            )
        except (OSError, SMTPException):
            _logger.exception("a link could not be mailed")
        else:
            answer.mailed = True
    return answer
