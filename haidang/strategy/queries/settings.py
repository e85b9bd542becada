"""How settings were changed, and what other thresholds would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from haidang.activity.latest import latest_of
from haidang.activity.models import Event
from haidang.goals.models import Goal, State
from haidang.goals.queries import outlook
from haidang.goals.queries.outlook import thresholds_of
from haidang.goals.rules.health import AT_RISK, OFF_TRACK, ON_TRACK, Thresholds
from haidang.people.access import today_of
from haidang.people.models import Person

#: Changes that are shown, the newest first.
MOST = 30
#: Beyond so many goals a preview would keep everybody waiting.
LOOKED_AT = 5_000
_JUDGED = (ON_TRACK, AT_RISK, OFF_TRACK)


@dataclass(frozen=True, slots=True)
class Change:
    """A setting (or fact of the organisation) that somebody changed."""

    at: datetime
    actor: Person | None
    key: str
    before: Any
    after: Any


def history(actor: Person, subject: str = "") -> list[Change]:
    """The latest changes of settings and of the organisation's facts, or of the one `subject`
    of the log: two queries."""
    events = latest_of(actor.organisation_id).filter(subject_kind="setting")
    if subject:
        events = events.filter(subject=subject)
    else:  # fields of goals are told where they are defined
        events = events.exclude(verb__startswith="field.")
    return changes_of(list(events[:MOST]))


def changes_of(rows: Sequence[Event]) -> list[Change]:
    """What these events changed, in their order: one query for who did it."""
    people = Person.objects.in_bulk([row.actor_id for row in rows if row.actor_id])
    found: list[Change] = []
    for row in rows:
        who = people.get(row.actor_id or 0)
        before, after = row.data.get("from"), row.data.get("to")
        if row.verb == "organisation.edited" and isinstance(after, dict):
            found += [Change(row.at, who, key, before.get(key), after[key]) for key in after]
        else:
            found.append(Change(row.at, who, row.subject, before, after))
    return found


@dataclass(frozen=True, slots=True)
class Preview:
    """How many goals under way would be called otherwise: (health, health then) > how many.
    `is_whole` is False where there are too many to look at all."""

    moves: Mapping[tuple[str, str], int]
    looked_at: int
    is_whole: bool

    @property
    def count(self) -> int:
        return sum(self.moves.values())


def preview(actor: Person, wanted: Mapping[str, Any]) -> Preview:
    """What the thresholds `wanted` would change today, of all goals whoever sees them."""
    rows = Goal.objects.filter(organisation_id=actor.organisation_id, state=State.ACTIVE)
    ids = list(rows.order_by("-pk").values_list("pk", flat=True)[: LOOKED_AT + 1])
    looks = outlook(actor.organisation, ids[:LOOKED_AT], today_of(actor))
    limits = thresholds_of(wanted)
    moves: Counter[tuple[str, str]] = Counter()
    for look in looks.values():
        if look.health not in _JUDGED or look.pace is None:
            continue
        then = _called(look.pace, limits)
        if then != look.health:
            moves[look.health, then] += 1
    return Preview(moves, min(len(ids), LOOKED_AT), len(ids) <= LOOKED_AT)


def _called(pace: Any, limits: Thresholds) -> str:
    if pace >= limits.on_track:
        return ON_TRACK
    return AT_RISK if pace >= limits.at_risk else OFF_TRACK


@dataclass(frozen=True, slots=True)
class Stretch:
    """Holidays without a gap between them but days off."""

    first: date
    last: date

    @property
    def key(self) -> str:
        return f"{self.first.isoformat()}/{self.last.isoformat()}"


def stretches(holidays: Sequence[str], working_days: Sequence[int]) -> list[Stretch]:
    """Days (ISO) as stretches, the latest year first, in a year in their order."""
    days = sorted(date.fromisoformat(day) for day in holidays)
    found: list[Stretch] = []
    for day in days:
        if found and _joined(found[-1].last, day, working_days):
            found[-1] = Stretch(found[-1].first, day)
        else:
            found.append(Stretch(day, day))
    return sorted(found, key=lambda one: (-one.first.year, one.first))


def _joined(before: date, day: date, working_days: Sequence[int]) -> bool:
    """Whether nobody works between two holidays."""
    between = (before + timedelta(days=n) for n in range(1, (day - before).days))
    near = (day - before).days <= 4 and before.year == day.year
    return near and all(one.weekday() not in working_days for one in between)
