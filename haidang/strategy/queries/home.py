"""What one person finds in the morning: what they owe, what waits for them, what moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from haidang.activity.latest import latest_about
from haidang.checkins.models import CheckIn
from haidang.checkins.queries import Due, Owed, count_due, owed, reported_by
from haidang.goals.access import cycles_visible, visible
from haidang.goals.models import Alignment, Goal, HistoryPoint, Kind, State
from haidang.goals.queries import Outlook, outlook
from haidang.goals.queries.choices import KIND_ORDER
from haidang.goals.queries.outlook import NOTHING
from haidang.goals.queries.waiting import Asked, decisions, proposals, returned
from haidang.kpis.access import target_requests_to_decide
from haidang.kpis.models import ReopeningRequest, TargetRequest
from haidang.kpis.queries.closing import to_decide
from haidang.kpis.queries.connectors import Alerts, alerts
from haidang.people.access import (
    may_organisation,
    people_visible,
    standing_of,
    today_of,
    units_visible,
)
from haidang.people.models import Person
from haidang.strategy.queries.charts import targets_of
from haidang.strategy.queries.feed import SAVED, Line, lines
from haidang.strategy.queries.moves import MOST_MOVES, WEEK, Move, moves
from haidang.web.formats import shown

MOST_GOALS = 12
MOST_OWED = 6
MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Card:
    """A goal with where it stands, and where it stood a week ago (billionths)."""

    goal: Goal
    outlook: Outlook
    before: int | None
    target: Decimal | None = None  # of a KPI, over what was reported

    @property
    def moved(self) -> int | None:
        """The difference of what is shown, so that it can be reckoned up on the page."""
        now, then = shown(self.outlook.progress), shown(self.before)
        return None if now is None or then is None else now - then


@dataclass(frozen=True, slots=True)
class Start:
    """What a fresh organisation does first; what is there already is ticked."""

    #: None: somebody else sees to it.
    has_units: bool | None
    has_people: bool | None
    has_cycle: bool
    ultimate: Goal | None
    pillars: int
    goals: int
    to_report: Goal | None  # a goal whose first check-in the reader can give
    has_check_in: bool

    @property
    def steps(self) -> list[bool]:
        own = [step for step in (self.has_units, self.has_people) if step is not None]
        above = [self.has_cycle, self.ultimate is not None, self.pillars > 0, self.goals > 0]
        return [*own, *above, self.has_check_in]


@dataclass(frozen=True, slots=True)
class Home:
    today: date
    owed: Sequence[Owed]
    owed_more: int
    due: Due
    approvals: Sequence[Goal]
    proposals: Sequence[Goal]  # personal goals that others proposed to the reader
    closings: Sequence[Goal]
    links: Sequence[Asked]
    returned: Sequence[Goal]
    reopenings: Sequence[ReopeningRequest]  # of closed periods of KPIs
    targets: Sequence[TargetRequest]  # other targets that somebody asks for
    connectors: Alerts  # values that they hold back, and those that fail
    mine: Sequence[Card]
    mine_more: bool
    top: Sequence[Card]  # the Ultimate Goals and the pillars
    moves: Sequence[Move]
    lines: Sequence[Line]
    start: Start | None


def home(person: Person) -> Home:
    """Everything of the home page, in a fixed number of queries."""
    today = today_of(person)
    me = standing_of(person)
    due = owed(person)
    late = [one for one in due if one.late >= 0]
    owned = Goal.objects.filter(owner_id=me.person_id).values("pk").order_by()
    fed = Goal.objects.filter(data_owner_id=me.person_id).values("pk").order_by()
    mine = list(
        visible(person)
        .filter(pk__in=owned.union(fed), state=State.ACTIVE)
        .select_related("standing", "owner", "unit", "cycle")
        .order_by("rank", "id")[:60]
    )
    mine = sorted(mine, key=lambda g: KIND_ORDER.index(Kind(g.kind)))[: MOST_GOALS + 1]
    top = top_of(person)
    ids = [g.pk for g in (*mine, *top)]
    looks = outlook(person.organisation, ids, today)
    before = week_ago(ids, today)
    targets = targets_of([*mine, *top])

    def cards(goals: Sequence[Goal]) -> list[Card]:
        return [
            Card(g, looks.get(g.pk, NOTHING), before.get(g.pk), targets.get(g.pk)) for g in goals
        ]

    waiting = decisions(person)
    return Home(
        today=today,
        owed=late[:MOST_OWED],
        owed_more=max(0, len(late) - MOST_OWED),
        due=count_due(due),
        approvals=waiting.approvals,
        proposals=proposals(person),
        closings=waiting.closings,
        links=waiting.links,
        returned=returned(person),
        reopenings=to_decide(person),
        targets=target_requests_to_decide(person, 20),
        connectors=alerts(person),
        mine=cards(mine[:MOST_GOALS]),
        mine_more=len(mine) > MOST_GOALS,
        top=cards(top),
        moves=moves(
            person,
            today,
            [*top, *(g for g in mine if g.pk not in {t.pk for t in top})],
            before,
            {pk: look.progress for pk, look in looks.items()},
        )[:MOST_MOVES],
        lines=_lines(person, mine, top),
        start=_start(person, top),
    )


def top_of(person: Person) -> list[Goal]:
    """The Ultimate Goals and the pillars: what everything serves."""
    rows = visible(person).filter(kind__in=[Kind.ULTIMATE, Kind.PILLAR], state=State.ACTIVE)
    rows = rows.select_related("standing", "owner", "unit", "cycle").order_by("rank", "id")
    found = list(rows[:24])
    return sorted(found, key=lambda g: g.kind != Kind.ULTIMATE)


def week_ago(ids: Sequence[int], today: date) -> dict[int, int | None]:
    """Each goal's progress as it was known seven days ago: one query."""
    points = HistoryPoint.objects.filter(goal_id__in=ids, day__lte=today - WEEK)
    points = points.filter(day__gte=today - timedelta(days=400)).order_by("day")
    return dict(points.values_list("goal_id", "progress"))


def _lines(person: Person, mine: Sequence[Goal], top: Sequence[Goal]) -> list[Line]:
    """What others (and oneself) did in a week to one's goals, to those above and at the top."""
    near = {g.pk for g in (*mine, *top)}
    above = Alignment.objects.filter(child_id__in=[g.pk for g in mine])
    near |= set(above.values_list("parent_id", flat=True))
    below = Alignment.objects.filter(parent_id__in=[g.pk for g in mine])
    near |= set(below.values_list("child_id", flat=True)[:200])
    events = latest_about(person.organisation_id, "goal", near)
    events = events.filter(at__gte=timezone.now() - WEEK)[: MOST_LINES * 3]
    wanted = [e for e in events if e.verb in SAVED or e.verb.startswith("goal.")]
    return lines(person, wanted[:MOST_LINES])


def _start(person: Person, top: Sequence[Goal]) -> Start | None:
    """First steps, for whoever may take them, until all are done."""
    me = standing_of(person)
    if not me.is_strategist:
        return None
    has_check_in = CheckIn.objects.filter(organisation_id=me.organisation_id).exists()
    ultimate = next((g for g in top if g.kind == Kind.ULTIMATE), None)
    pillars = sum(1 for g in top if g.kind == Kind.PILLAR)
    others = visible(person).filter(kind__in=[Kind.OBJECTIVE, Kind.KPI]).order_by()[:1]
    units = people = None
    if may_organisation(person, "create_person"):
        units = units_visible(person).filter(archived_at=None, parent__isnull=False).exists()
        people = people_visible(person).filter(is_active=True).exclude(pk=person.pk).exists()
    found = Start(
        has_units=units,
        has_people=people,
        has_cycle=cycles_visible(person).exists(),
        ultimate=ultimate,
        pillars=pillars,
        goals=len(others),
        to_report=None if has_check_in else reported_by(person).order_by("id").first(),
        has_check_in=has_check_in,
    )
    return None if all(found.steps) else found
