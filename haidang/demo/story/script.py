"""What a story is written in: who leads whom, and what happens, put in order of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from random import Random

from haidang.demo.cast import EVERYONE, LEADERS, UNITS
from haidang.demo.story.calendar import QUARTERS, Calendar
from haidang.demo.story.shapes import Edit, GoalFacts, Happening, Report, Result, StateChange

SEED = "Hương Sen"


@dataclass(frozen=True)
class CycleFacts:
    key: str
    kind: str
    parent: str


CYCLES = [
    CycleFacts("S2025", "strategic", ""),
    *(CycleFacts(f"Y{year}", "year", "S2025") for year in (2025, 2026)),
    CycleFacts("H1/2026", "months", "Y2026"),
    CycleFacts("H2/2026", "months", "Y2026"),
    *(CycleFacts(f"Q{quarter}/{year}", "quarter", f"Y{year}") for year, quarter in QUARTERS),
]

_PEOPLE = {p.key: p for p in EVERYONE}
_PARENT_UNIT = {u.key: u.parent for u in UNITS}


def leader_of(unit: str) -> str:
    """Who leads a unit: as said, else the one named first in it."""
    if unit in LEADERS:
        return LEADERS[unit][0]
    return next(p.key for p in EVERYONE if p.unit == unit)


def manager_of(person: str) -> str:
    """The leader of one's unit, or of the one above where one leads it oneself."""
    unit = _PEOPLE[person].unit
    while True:
        leader = leader_of(unit)
        if leader != person or not _PARENT_UNIT[unit]:
            return leader
        unit = _PARENT_UNIT[unit]


def unit_of(person: str) -> str:
    return _PEOPLE[person].unit


def department_of(unit: str) -> str:
    return unit.split(".", maxsplit=1)[0]


@dataclass
class Script:
    """Collects what happens; `told` puts it in order and leaves out what lies ahead."""

    calendar: Calendar
    happenings: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    goals: dict[str, GoalFacts] = field(default_factory=dict)
    #: Key results with what the catalogue says of them, their objective, weeks between reports.
    results: dict[str, tuple[Result, str, int]] = field(default_factory=dict)
    #: Whose a goal is from when on.
    owners: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    #: What was sold in the months that the sales database delivers, by first day and KPI.
    sold: dict[date, dict[str, Decimal]] = field(default_factory=dict)

    def rng(self, key: str) -> Random:
        """Chance that belongs to one thing alone: a change elsewhere does not move it."""
        return Random(f"{SEED}/{key}")  # noqa: S311  a story, no secret

    def add(self, one: Happening) -> None:
        self.happenings.append((one.at, len(self.happenings), one))
        if isinstance(one, GoalFacts):
            self.goals[one.key] = one
            self.owners[one.key] = [(one.at, one.owner)]

    def words(self, text: str) -> str:
        return self.calendar.words(text)

    def moment(self, day: date, rng: Random, early: int = 9, late: int = 17) -> datetime:
        """Some minute of a working day."""
        return self.calendar.at(day, rng.randrange(early, late), rng.randrange(60))

    def story_moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        return self.calendar.at(self.calendar.working_day(self.calendar.day(day)), hour, minute)

    def owner_at(self, goal: str, at: datetime) -> str:
        return [who for since, who in self.owners[goal] if since <= at][-1]

    def hand_over(self, goal: str, at: datetime, to: str, actor: str, reason: str) -> None:
        self.owners[goal].append((at, to))
        self.add(Edit(at, goal, actor, {"owner": to}, reason))

    def told(self, now: datetime) -> list[Happening]:
        """In order of time, up to now; the owner of the day is the author."""
        self.happenings.sort(key=lambda entry: entry[:2])
        result: list[Happening] = []
        closed: set[str] = set()
        composed: dict[str, list[str]] = {}
        for key, goal in self.goals.items():
            if goal.kind == "key_result":
                composed.setdefault(goal.parents[0].parent, []).append(key)
        for at, _, one in self.happenings:
            if at > now:
                break
            if isinstance(one, Report):
                if one.goal in closed:
                    continue
                owner = self.owner_at(one.goal, at)
                if one.on_behalf_of:
                    one.on_behalf_of = owner
                elif not one.author:
                    one.author = owner
            elif isinstance(one, StateChange) and one.state in {"closed", "dropped"}:
                if one.goal in closed:
                    continue
                closed.add(one.goal)
                closed.update(composed.get(one.goal, ()))
            result.append(one)
        return result
