"""A page of the timeline: objectives in lanes, their key results, and the cycles above."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max, Min, QuerySet

from haidang.goals.access import cycles_visible, visible
from haidang.goals.models import Cycle, CycleKind, Goal, Kind, Milestone, State
from haidang.goals.queries import Outlook, outlook
from haidang.goals.queries.outlook import NOTHING
from haidang.goals.rules.periods import FIRST, LAST
from haidang.lib.errors import NotFound
from haidang.people.access import public_id_of, today_of
from haidang.people.models import Person
from haidang.strategy.queries.board import key_results_of
from haidang.strategy.queries.goals import LOOKED_AT, Filters, filtered, fits
from haidang.strategy.timeline.rules import ZOOMS, Place, Window, gathered, rows_of, window

#: Objectives of a page, and of those the most that are open.
PAGE = 60
MOST_OPEN = 20
LANES = {
    "unit": ("unit__path", "starts", "rank", "id"),
    "cycle": ("-cycle__starts", "cycle__ends", "cycle_id", "starts", "rank", "id"),
    "owner": ("owner__sort_key", "owner_id", "starts", "rank", "id"),
}
_LAYERS = (CycleKind.STRATEGIC, CycleKind.YEAR, CycleKind.MONTHS, CycleKind.QUARTER)


@dataclass(frozen=True)
class Asked:
    """What the address asks for; values that mean nothing are left out."""

    filters: Filters
    by: str = "unit"
    zoom: str = "year"
    at: date | None = None
    page: int = 1
    open: tuple[str, ...] = ()

    @classmethod
    def of(cls, person: Person, query: Mapping[str, str]) -> Asked:
        by, zoom, page = query.get("by", ""), query.get("zoom", ""), query.get("page", "")
        filters = Filters.of(person, query)
        return cls(
            filters=replace(filters, kind=Kind.OBJECTIVE, group="", after=""),
            by=by if by in LANES else "unit",
            zoom=zoom if zoom in ZOOMS else "year",
            at=_day(query.get("at", "")),
            page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 else 1,
            open=_ids(query.get("open", "")),
        )

    def words(self) -> dict[str, str]:
        """Everything but the page, as it stands in an address."""
        own = {
            "by": self.by if self.by != "unit" else "",
            "zoom": self.zoom if self.zoom != "year" else "",
            "at": self.at.isoformat() if self.at else "",
            "open": ".".join(self.open),
        }
        named = {**self.filters.words(), **own}
        return {name: value for name, value in named.items() if value and name != "kind"}

    def address(self, **changes: str) -> str:
        """The query with something changed, from its first page on."""
        words = {**self.words(), **changes}
        query = urlencode({name: value for name, value in words.items() if value})
        return f"?{query}" if query else "?"

    def toggled(self, public_id: str) -> str:
        """The query with an objective opened, or closed, on the same page."""
        rest = tuple(one for one in self.open if one != public_id)
        ids = rest if public_id in self.open else (*rest, public_id)[-MOST_OPEN:]
        page = str(self.page) if self.page > 1 else ""
        return self.address(open=".".join(ids), page=page)

    @property
    def narrowed(self) -> bool:
        return bool(set(self.filters.words()) - {"kind"})


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None


def _ids(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in text[:400].split(".")[:MOST_OPEN]:
        try:
            found.append(public_id_of(part))
        except NotFound:
            continue
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Mark:
    """What is due on a day: `names` of key results or milestones."""

    x: float
    day: date
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Row:
    """A goal on the axis; `fill` and `mark` are where its progress and what is expected of it
    stand, None where nothing is known."""

    goal: Goal
    outlook: Outlook
    place: Place
    fill: float | None
    mark: float | None
    deadlines: Sequence[Mark] = ()
    milestones: Sequence[Mark] = ()
    key_results: Sequence[Row] = ()  # of an open objective
    count: int = 0  # key results that it has
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Band:
    """A cycle or the horizon of an Ultimate Goal."""

    name: str
    starts: date
    ends: date
    place: Place
    cycle: Cycle | None = None
    goal: Goal | None = None
    runs: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    window: Window
    today: date
    bands: Sequence[Sequence[Band]]
    lanes: Sequence[Lane]
    total: int
    page: int
    pages: int
    cut: bool  # a search by health did not look at everything

    @property
    def rows(self) -> list[Row]:
        return [row for lane in self.lanes for row in lane.rows]


def timeline(person: Person, asked: Asked) -> Timeline:
    """The page that is asked for, in a fixed number of queries."""
    today = today_of(person)
    cycles = list(cycles_visible(person).order_by("starts", "-ends", "id"))
    tops = list(
        visible(person)
        .filter(kind=Kind.ULTIMATE, state=State.ACTIVE, starts__isnull=False, ends__isnull=False)
        .order_by("rank", "id")[:4]
    )
    states = (State.ACTIVE, State.CLOSED) if not asked.filters.state else None
    rows = filtered(person, asked.filters, states=states).exclude(starts=None).exclude(ends=None)
    whole: list[date] = []
    if asked.zoom == "all":
        ends = rows.aggregate(first=Min("starts"), last=Max("ends"))
        lasting: Iterable[Any] = [*cycles, *tops]
        whole = [day for one in lasting for day in (one.starts, one.ends)]
        whole += [day for day in ends.values() if day is not None]
    shown = window(asked.zoom, asked.at or today, whole, person.organisation.fiscal_year_start)
    rows = rows.filter(starts__lte=shown.ends, ends__gte=shown.starts)
    ids, total, cut = _found(person, asked, rows, today)
    pages = max(1, -(-total // PAGE))
    page = min(asked.page, pages)
    chosen = ids[(page - 1) * PAGE : page * PAGE] if ids is not None else None
    goals = _goals(asked, rows, chosen, page)
    return Timeline(
        window=shown,
        today=today,
        bands=_bands(shown, cycles, tops, today),
        lanes=_lanes(person, asked, goals, shown, today),
        total=total,
        page=page,
        pages=pages,
        cut=cut,
    )


def _found(
    person: Person, asked: Asked, rows: QuerySet[Goal], today: date
) -> tuple[list[int] | None, int, bool]:
    """Which objectives are found where each has to be looked at (None where not), how many
    there are, and whether some were not looked at."""
    if not asked.filters.health:
        return None, rows.count(), False
    looked = list(rows.order_by(*LANES[asked.by]).values_list("pk", flat=True)[: LOOKED_AT + 1])
    cut, looked = len(looked) > LOOKED_AT, looked[:LOOKED_AT]
    looks = outlook(person.organisation, looked, today)
    found = [pk for pk in looked if fits(looks.get(pk, NOTHING), asked.filters.health)]
    return found, len(found), cut


def _goals(asked: Asked, rows: QuerySet[Goal], chosen: list[int] | None, page: int) -> list[Goal]:
    rows = rows.select_related("standing", "owner", "unit", "cycle")
    if chosen is not None:
        return list(rows.filter(pk__in=chosen).order_by(*LANES[asked.by]))
    return list(rows.order_by(*LANES[asked.by])[(page - 1) * PAGE : page * PAGE])


def _bands(
    shown: Window, cycles: Sequence[Cycle], tops: Sequence[Goal], today: date
) -> list[list[Band]]:
    """Rows of what lasts longer, the longest first."""
    found: list[list[Band]] = []
    horizons = [
        Band(goal.title, goal.starts, goal.ends, shown.place(goal.starts, goal.ends), goal=goal)
        for goal in tops
        if goal.starts and goal.ends and _overlaps(shown, goal.starts, goal.ends)
    ]
    found += rows_of(horizons)
    for kind in _LAYERS:
        layer = [
            Band(
                cycle.name,
                cycle.starts,
                cycle.ends,
                shown.place(cycle.starts, cycle.ends),
                cycle=cycle,
                runs=cycle.starts <= today <= cycle.ends,
            )
            for cycle in cycles
            if cycle.kind == kind and _overlaps(shown, cycle.starts, cycle.ends)
        ]
        found += rows_of(layer)
    return found


def _overlaps(shown: Window, starts: date, ends: date) -> bool:
    return starts <= shown.ends and ends >= shown.starts


def _lanes(
    person: Person, asked: Asked, goals: Sequence[Goal], shown: Window, today: date
) -> list[Lane]:
    below = key_results_of(person, [goal.pk for goal in goals])
    measured = [goal for some in below.values() for goal in some]
    looks = outlook(person.organisation, [g.pk for g in (*goals, *measured)], today)
    steps: dict[int, list[tuple[date, str]]] = {}
    due = Milestone.objects.filter(goal__in=[goal.pk for goal in measured]).exclude(due=None)
    for goal_id, day, title in due.values_list("goal_id", "due", "title"):
        if day is not None:
            steps.setdefault(goal_id, []).append((day, title))

    def key_result(goal: Goal) -> Row:
        marks = _marks(shown, steps.get(goal.pk, ()))
        return _row(goal, looks.get(goal.pk, NOTHING), shown, milestones=marks)

    def objective(goal: Goal) -> Row:
        some = below.get(goal.pk, [])
        is_open = goal.public_id in asked.open
        deadlines = [(kr.ends, kr.title) for kr in some if kr.ends]
        due = [] if is_open else [one for kr in some for one in steps.get(kr.pk, ())]
        return _row(
            goal,
            looks.get(goal.pk, NOTHING),
            shown,
            deadlines=_marks(shown, deadlines),
            milestones=_marks(shown, due),
            key_results=[key_result(kr) for kr in some] if is_open else [],
            count=len(some),
            is_open=is_open,
        )

    lanes: list[tuple[Any, str, list[Row]]] = []
    for goal in goals:
        key, name = _lane(goal, asked.by)
        if not lanes or lanes[-1][0] != key:
            lanes.append((key, name, []))
        lanes[-1][2].append(objective(goal))
    return [Lane(name, rows) for _key, name, rows in lanes]


def _lane(goal: Goal, by: str) -> tuple[Any, str]:
    thing: Any = getattr(goal, by)
    return (thing.pk, thing.name) if thing is not None else (None, "–")


def _row(goal: Goal, look: Outlook, shown: Window, **more: Any) -> Row:
    starts, ends = goal.starts or shown.starts, goal.ends or shown.ends
    place = shown.place(min(starts, ends), ends)
    return Row(
        goal,
        look,
        place,
        _share(place.width, look.progress),
        None if look.expected is None else _expected(place, look.expected),
        **more,
    )


def _share(width: float, billionths: int | None) -> float | None:
    return None if billionths is None else round(width * billionths / 10**9, 3)


def _expected(place: Place, billionths: int) -> float:
    return round(place.x + place.width * min(billionths, 10**9) / 10**9, 3)


def _marks(shown: Window, days: Iterable[tuple[date, str]]) -> list[Mark]:
    return [
        Mark(round(shown.x(day) + 50 / shown.days, 3), day, names)
        for day, names in gathered(list(days))
        if shown.within(day)
    ]
