"""Choosing what one is told, and sending the letters of the day."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, OperationalError
from django.utils import timezone, translation

from haidang.lib.database import writing
from haidang.lib.errors import Invalid
from haidang.notify import queries
from haidang.notify.letters import letter
from haidang.notify.models import Letter, Preference
from haidang.notify.queries import Content, Recipient
from haidang.people.access import require_person, today_of
from haidang.people.models import Person

#: A claim that is older belongs to a process that ended in the middle.
ABANDONED = timedelta(hours=1)
#: For how long letters are kept; the latest of a person always is.
KEPT = timedelta(days=60)

_logger = logging.getLogger(__name__)

#: What the worker keeps from round to round, by the person's id: under which circumstances
#: (day, choices, how far the organisation had got) there was nothing to tell.
Looked = dict[int, tuple[object, ...]]


def choose(person: Person, *, reports_on: int | None, decisions: bool) -> Preference:
    """Set what the person wants to be told: due check-ins on a day of the week (0, Monday,
    to 6; None: never), and what waits for a decision. Raises Invalid at "reports_on"."""
    require_person(person, person, "see")
    if reports_on is not None and not 0 <= reports_on <= 6:
        raise Invalid(field="reports_on")
    with writing():
        row, _made = Preference.objects.update_or_create(
            person=person, defaults={"reports_on": reports_on, "decisions": decisions}
        )
    return row


def send_letters(now: datetime, looked: Looked | None = None) -> int:
    """Send everybody the letter that is due at this moment; how many went.

    Nothing that concerns one person stops the others: it is logged and tried at the next
    round. A mail server that does not answer ends the round. With `looked`, who had nothing
    today is not looked at again before something happens in the organisation.
    """
    if not queries.is_on():
        return 0
    post = get_connection()
    sent = 0
    try:
        for organisation in queries.all_but_demos():
            moved = queries.last_move(organisation)
            people = queries.recipients(organisation, now)
            sent += sum(_send_one(one, post, moved, looked) for one in people)
    except _Away as away:
        _logger.warning("letters wait, the mail server does not answer: %s", away)
    finally:
        _close(post)
    if sent:
        _logger.info("letters sent: %s", sent)
    return sent


class _Away(Exception):
    """The mail server cannot be reached."""


def _send_one(to: Recipient, post: BaseEmailBackend, moved: int, looked: Looked | None) -> bool:
    person, preference = to.person, to.preference
    mark = (to.day, today_of(person), moved, preference.reports_on, preference.decisions)
    if looked is not None and looked.get(person.pk) == mark:
        return False
    try:
        with translation.override(person.account.language if person.account else None):
            content = queries.content_of(person, preference, to.day)
            if not content.is_empty:
                return _send(to, content, post)
    except (_Away, OperationalError):
        raise
    except Exception:
        _logger.exception("no letter for %s; it is tried again", person.public_id)
        return False
    if looked is not None:
        looked[person.pk] = mark
    return False


def _send(to: Recipient, content: Content, post: BaseEmailBackend) -> bool:
    message = letter(to.person, content)
    try:
        post.open()
    except (OSError, smtplib.SMTPException) as error:
        raise _Away(error) from error
    claim = _claim(to, content)
    if claim is None:
        return False
    try:
        post.send_messages([message])
    except (OSError, smtplib.SMTPException) as error:
        _close(post)  # whatever state the conversation is in: the next begins anew
        _take_back(claim, to.person, error)
        return False
    except BaseException:
        claim.delete()
        raise
    claim.sent_at = timezone.now()
    with writing():
        claim.save(update_fields=["sent_at"])
        Letter.objects.filter(person=to.person, day__lt=to.day - KEPT).delete()
    return True


def _claim(to: Recipient, content: Content) -> Letter | None:
    """The letter of the day, for this worker alone; None where another has it."""
    now = timezone.now()
    try:
        with writing():
            left = Letter.objects.filter(person=to.person, day=to.day, sent_at=None, refused=False)
            left.filter(claimed_at__lt=now - ABANDONED).delete()
            return Letter.objects.create(
                person=to.person, day=to.day, said=list(content.said), claimed_at=now
            )
    except IntegrityError:
        return None


def _take_back(claim: Letter, person: Person, error: Exception) -> None:
    """So that the next round tries again; only tomorrow where the address is refused."""
    if _is_refusal(error):
        claim.refused = True
        claim.save(update_fields=["refused"])
        _logger.warning("the mail server refuses the address of %s", person.public_id)
        return
    claim.delete()
    # Some of the mail server's errors name the address; the person's id says enough.
    said = type(error).__name__ if isinstance(error, smtplib.SMTPRecipientsRefused) else error
    _logger.warning("a letter to %s was not sent, and is tried again: %s", person.public_id, said)


def _is_refusal(error: Exception) -> bool:
    """Whether the server said for good that it does not take letters for the address."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    answers: Iterable[tuple[int, bytes]] = error.recipients.values()
    return all(code >= 500 for code, _words in answers)


def _close(post: BaseEmailBackend) -> None:
    try:
        post.close()
    except (OSError, smtplib.SMTPException):
        _logger.debug("the mail server did not say goodbye", exc_info=True)
