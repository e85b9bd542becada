"""What somebody would be told now, read as their own pages read it: through access."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from haidang.activity.latest import latest_of
from haidang.checkins.queries import Asked as Report
from haidang.checkins.queries import due_now
from haidang.lib.database import reading
from haidang.notify.access import letters_of, preference_of, preferences_of
from haidang.notify.models import Letter, Preference
from haidang.notify.rules import day_to_write, news, tells_reports
from haidang.notify.waiting import Line, waiting_for
from haidang.people import settings as organisation_settings
from haidang.people.access import standing_of, today_of, zone_of
from haidang.people.models import Organisation, Person
from haidang.web.formats import day as written_day
from haidang.web.jinja import language
from haidang.web.navigation import address

#: Lines of a letter; what is beyond is counted.
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Content:
    """What one letter says: what newly waits for the person, then what is to be reported."""

    waiting: Sequence[Line]
    due: Sequence[Line]
    waiting_count: int
    due_count: int
    known: int  # what waits and was told before
    said: Sequence[str]  # see `Letter.said`

    @property
    def is_empty(self) -> bool:
        return not (self.waiting_count or self.due_count)

    @property
    def more(self) -> int:
        """How many things there was no room for."""
        return self.waiting_count + self.due_count - len(self.waiting) - len(self.due)


def missing() -> list[str]:
    """The settings without which no letter can be sent; links need the public address."""
    there = {
        "HAIDANG_MAIL": settings.MAIL_CONFIGURED,
        "HAIDANG_URL": settings.PUBLIC_URL is not None,
    }
    return [name for name, is_there in there.items() if not is_there]


def is_on() -> bool:
    """Whether this installation sends letters; a demo never does."""
    return not missing() and not settings.DEMO


def is_demo(organisation: Organisation) -> bool:
    """Whether nobody of this organisation is ever written to: it is made up."""
    return settings.DEMO or organisation.is_demo


class Recipient(NamedTuple):
    """Somebody who may be written to on this day of theirs, and what they want to be told."""

    person: Person
    preference: Preference
    day: date


def recipients(organisation: Organisation, now: datetime) -> Iterator[Recipient]:
    """Everybody of an organisation whose letter of the day may still go at this moment: who
    is active, can sign in, and wants to be told something today; nobody on a holiday of the
    organisation. Four queries."""
    rows = Person.objects.filter(
        organisation=organisation, is_active=True, account__is_active=True
    ).select_related("organisation", "account")
    people = list(rows.order_by("pk"))
    holidays = holidays_of(organisation)
    chosen = preferences_of(people)
    letters = Letter.objects.filter(Q(sent_at__isnull=False) | Q(refused=True))
    letters = letters.filter(
        person__organisation=organisation, day__gte=now.date() - timedelta(days=2)
    )
    gone = set(letters.values_list("person_id", "day"))
    for person in people:
        day = day_to_write(now, zone_of(person))
        if day is None or day in holidays or (person.pk, day) in gone:
            continue
        preference = chosen[person.pk]
        if preference.decisions or tells_reports(day, preference.reports_on, holidays):
            yield Recipient(person, preference, day)


def holidays_of(organisation: Organisation) -> frozenset[date]:
    """Tết and the other days off on which the organisation writes to nobody."""
    days = organisation_settings.everything(organisation.pk)["calendar.holidays"]
    return frozenset(date.fromisoformat(day) for day in days)


def last_move(organisation: Organisation) -> int:
    """A number that grows with everything in an organisation that can give somebody
    something to decide."""
    rows = latest_of(organisation.pk).exclude(verb="check_in.recorded")
    return rows.values_list("pk", flat=True).first() or 0


def content_of(person: Person, preference: Preference, day: date) -> Content:
    """What a letter of that day says to the person, in the language of the moment.

    In a fixed number of queries, one snapshot. Nothing for who only reads, and
    on a holiday.
    """
    with reading():
        holidays = holidays_of(person.organisation)
        if standing_of(person).is_viewer or day in holidays:
            return Content([], [], 0, 0, 0, [])
        last = letters_of(person).filter(sent_at__isnull=False).first()
        before: Sequence[str] = last.said if last is not None else []
        found = waiting_for(person) if preference.decisions else {}
        told = news(list(found), before)
        due = due_now(person) if tells_reports(day, preference.reports_on, holidays) else []
        today = today_of(person)
    waiting = [found[key] for key in told.new[:MOST_LINES]]
    return Content(
        waiting=waiting,
        due=[_report(one, today) for one in due[: MOST_LINES - len(waiting)]],
        waiting_count=len(told.new),
        due_count=len(due),
        known=told.known,
        said=told.said if preference.decisions else before,
    )


def _report(one: Report, today: date) -> Line:
    since = written_day(one.due_on, language())
    words = _("due today") if one.due_on == today else _("due since %(day)s") % {"day": since}
    path = address("check_in", one.goal.public_id) or "/"
    return Line(f"{one.goal.public_id} {one.goal.title}", words, path)


@dataclass(frozen=True, slots=True)
class Today:
    """How it stands with the letter of a person's day."""

    sent_at: datetime | None  # None: it has not gone
    refused: bool  # the mail server does not take letters for the person's address
    content: Content  # of the letter that would go now
    preference: Preference


def today_for(person: Person, now: datetime) -> Today:
    """What stands on the person's own page about letters."""
    day = now.astimezone(zone_of(person)).date()
    letter = letters_of(person).filter(day=day).first()
    preference = preference_of(person)
    return Today(
        sent_at=letter.sent_at if letter is not None else None,
        refused=letter is not None and letter.refused,
        content=content_of(person, preference, day),
        preference=preference,
    )


def all_but_demos() -> Iterable[Organisation]:
    """The organisations whose people may be written to."""
    return Organisation.objects.filter(is_demo=False).order_by("pk")
