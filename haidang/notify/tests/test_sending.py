"""A letter goes once, whatever the mail server or another worker does."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haidang.checkins import actions as checkins
from haidang.goals.models import Goal
from haidang.notify import actions, queries
from haidang.notify.actions import send_letters
from haidang.notify.models import Letter
from haidang.people.actions import set_setting
from haidang.people.models import Person
from tests.concurrency.together import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_sends")]
Morning = Callable[..., datetime]
To = Callable[[Person], list[str]]
Submit = Callable[[str], Goal]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> dict[str, Exception]:
    """`failing["chi@…"] = error`: what the server answers to a letter to that address."""
    errors: dict[str, Exception] = {}
    real = EmailBackend.send_messages

    def send(self: EmailBackend, messages: list[EmailMultiAlternatives]) -> int:
        for one in messages:
            if one.to[0] in errors:
                raise errors[one.to[0]]
        return int(real(self, messages))

    monkeypatch.setattr(EmailBackend, "send_messages", send)
    return errors


@pytest.fixture
def two(an: Person, chi: Person, submit: Submit, key_result: Goal, morning: Morning) -> None:
    """Chi has something to approve, An to report."""
    submit("Xin duyệt")
    actions.choose(chi, reports_on=None, decisions=True)
    actions.choose(an, reports_on=morning().weekday(), decisions=True)


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPServerDisconnected("away"),
        smtplib.SMTPDataError(451, b"later"),
        smtplib.SMTPRecipientsRefused({"chi@tamlong.example": (450, b"greylisted")}),
        TimeoutError("slow"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.usefixtures("two")
def test_what_was_not_taken_is_tried_again(
    an: Person, chi: Person, failing: dict[str, Exception], error: Exception, morning: Morning,
    to: To, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    failing[chi.email] = error
    assert send_letters(morning()) == 1
    assert len(to(an)) == 1  # the others get theirs
    assert not Letter.objects.filter(person=chi).exists()
    assert f"a letter to {chi.public_id} was not sent" in caplog.text
    assert chi.email not in caplog.text
    failing.clear()
    assert send_letters(morning(hour=10)) == 1
    assert (len(to(an)), len(to(chi))) == (1, 1)


@pytest.mark.usefixtures("two")
def test_a_refused_address_is_left_in_peace_for_the_day(
    an: Person, chi: Person, failing: dict[str, Exception], morning: Morning, to: To
) -> None:
    failing[chi.email] = smtplib.SMTPRecipientsRefused({chi.email: (550, b"no such user")})
    assert send_letters(morning()) == 1
    failing.clear()
    assert send_letters(morning(hour=10)) == 0
    assert send_letters(morning(1)) == 1  # nothing of it counts as said
    assert len(to(chi)) == 1


@pytest.mark.usefixtures("two")
def test_a_server_that_is_away_ends_the_round(
    monkeypatch: pytest.MonkeyPatch, morning: Morning, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[int] = []

    def away(_self: Any) -> bool:
        asked.append(1)
        raise ConnectionRefusedError("nobody there")

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "open", away)
        assert send_letters(morning()) == 0
    assert len(asked) == 1
    assert "the mail server does not answer: nobody there" in caplog.text
    assert not Letter.objects.exists()
    assert send_letters(morning()) == 2


@pytest.mark.usefixtures("two")
def test_a_fault_in_one_letter_stops_no_other(
    an: Person, chi: Person, monkeypatch: pytest.MonkeyPatch, morning: Morning, to: To,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    real = queries.content_of

    def content_of(person: Person, *rest: Any) -> Any:
        if person == chi:
            raise ZeroDivisionError
        return real(person, *rest)

    monkeypatch.setattr(queries, "content_of", content_of)
    assert send_letters(morning()) == 1
    assert len(to(an)) == 1
    assert f"no letter for {chi.public_id}" in caplog.text


@pytest.mark.usefixtures("two")
def test_a_database_that_is_away_ends_the_round(
    monkeypatch: pytest.MonkeyPatch, morning: Morning
) -> None:
    def content_of(*_: Any) -> Any:
        raise OperationalError("away")

    monkeypatch.setattr(queries, "content_of", content_of)
    with pytest.raises(OperationalError):
        send_letters(morning())


@pytest.mark.usefixtures("two")
def test_a_claim_of_a_dead_worker_is_taken_over(
    an: Person, chi: Person, morning: Morning, to: To
) -> None:
    day, now = morning().date(), timezone.now()
    fresh = Letter.objects.create(person=chi, day=day, claimed_at=now, said=["approve:O-9@1"])
    assert send_letters(morning()) == 1
    assert to(chi) == []
    Letter.objects.filter(pk=fresh.pk).update(claimed_at=now - timedelta(hours=2))
    assert send_letters(morning()) == 1
    assert len(to(chi)) == 1


@pytest.mark.usefixtures("two")
def test_who_had_nothing_is_looked_at_again_when_something_happens(
    an: Person, chi: Person, submit: Submit, morning: Morning, to: To,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    looked: actions.Looked = {}
    send_letters(morning(), looked)
    assert send_letters(morning(1), looked) == 0
    asked: list[Person] = []
    real = queries.content_of

    def content_of(person: Person, *rest: Any) -> Any:
        asked.append(person)
        return real(person, *rest)

    monkeypatch.setattr(queries, "content_of", content_of)
    checkins.record(an, Goal.objects.get(kind="key_result"), value=Decimal(1))
    assert send_letters(morning(1), looked) == 0
    assert asked == []
    actions.choose(chi, reports_on=(morning().weekday() + 1) % 7, decisions=True)
    assert send_letters(morning(1), looked) == 0
    assert asked == [chi]
    submit("Nữa")
    assert send_letters(morning(1), looked) == 1
    assert "Nữa" in to(chi)[1]
    assert send_letters(morning(2), looked) == 0  # another day is looked at anew
    assert chi in asked


def test_300_goals_cost_what_3_cost(
    an: Person, chi: Person, objective: Goal, make_key_result: Callable[..., Goal],
    submit: Submit, morning: Morning,
) -> None:  # fmt: skip
    def cost() -> int:
        Letter.objects.all().delete()
        with CaptureQueriesContext(connection) as seen:
            assert send_letters(morning()) == 2
        return len(seen)

    for person in (an, chi):
        actions.choose(person, reports_on=morning().weekday(), decisions=True)
    for at in range(3):
        make_key_result(objective, f"Một {at}")
        submit(f"Xin duyệt {at}")
    few = cost()
    made = list(Goal.objects.filter(kind="key_result").select_related("standing"))
    _copies(made[0], 297)
    for at in range(17):
        submit(f"Xin duyệt nữa {at}")
    assert cost() <= few
    assert few <= 50


def _copies(goal: Goal, count: int) -> None:
    """As many goals like it: rows, so that making them costs no time."""
    from haidang.goals.models import Standing

    standing = goal.standing
    for at in range(count):
        goal.pk, goal.public_id, goal.number = None, f"KR-{9000 + at}", 9000 + at
        goal._state.adding = True
        goal.save()
        fields = {
            f.attname: getattr(standing, f.attname)
            for f in Standing._meta.concrete_fields
            if not f.primary_key and f.name != "goal"
        }
        Standing.objects.create(goal_id=goal.pk, **fields)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("two")
def test_two_workers_send_one_letter(an: Person, chi: Person, morning: Morning, to: To) -> None:
    for day in range(4):
        outcomes = together(*[lambda day=day: send_letters(morning(day)) for _ in range(3)])
        assert sum(outcomes) == (2 if day == 0 else 1), outcomes
        Letter.objects.update(said=[])  # so that tomorrow it is news again
    assert (len(to(an)), len(to(chi))) == (1, 4)


@pytest.mark.usefixtures("two")
def test_nobody_is_written_to_on_a_holiday(
    administrator: Person, an: Person, chi: Person, morning: Morning, to: To
) -> None:
    set_setting(administrator, "calendar.holidays", [morning().date().isoformat()])
    assert send_letters(morning()) == 0
    assert queries.today_for(chi, morning()).content.is_empty
    assert send_letters(morning(1)) == 2  # An's check-in, due on the holiday, and Chi's decision
    assert [len(to(an)), len(to(chi))] == [1, 1]
