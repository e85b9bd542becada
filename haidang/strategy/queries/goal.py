"""Everything that one goal's page shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Case, IntegerField, Q, Value, When
from django.forms import Form

from haidang.checkins.models import CheckIn, Source
from haidang.checkins.queries import form_for, last_records, records_of
from haidang.goals.access import is_proposal, verbs_of, visible
from haidang.goals.actions.edges import asks_rule
from haidang.goals.models import (
    Alignment,
    CoreValue,
    Goal,
    HistoryPoint,
    Kind,
    Milestone,
    Participant,
    ParticipantRole,
    Relation,
    Rule,
    State,
    Tag,
)
from haidang.goals.queries import Outlook, outlook
from haidang.goals.queries.derivation import counted_twice, left_out
from haidang.goals.queries.fields import Answer, answers_of
from haidang.goals.queries.outlook import NOTHING
from haidang.goals.rules.identity import Said
from haidang.kpis.models import Delivered
from haidang.kpis.queries.connectors import lineage
from haidang.kpis.queries.period import comment_counts
from haidang.people.access import standing_of, today_of
from haidang.people.models import Person
from haidang.strategy.queries.charts import (
    PeriodRow,
    Series,
    period_rows,
    progress_of,
    target_to_date,
    targets_of,
    years_of,
)
from haidang.strategy.queries.feed import Line, feed_of
from haidang.strategy.queries.identity import values_cited
from haidang.strategy.queries.kpi_year import Compared, compared
from haidang.strategy.queries.originals import Original, originals_of
from haidang.strategy.queries.trail import Step, trail
from haidang.web.jinja import language

#: Children listed on the page; the list of goals has all of them.
MOST_CHILDREN = 60
SPARK_DAYS = 120
SPARK_POINTS = 24


@dataclass(frozen=True, slots=True)
class Linked:
    """A goal beside this one, over one link. `goal` is None where the reader may not know
    what it is (its number counts all the same)."""

    link: Alignment
    goal: Goal | None
    outlook: Outlook
    spark: Sequence[int | None] = ()
    out: str = ""  # why it does not count (`goals.words.LEFT_OUT`), "" where it does
    target: Decimal | None = None  # of a KPI, over what was reported

    @property
    def waits(self) -> bool:
        return bool(self.link.proposed_mode)


@dataclass(frozen=True, slots=True)
class GoalPage:
    """A goal as its page shows it to one person."""

    goal: Goal
    verbs: frozenset[str]
    outlook: Outlook
    today: date
    trail: Sequence[Step]
    objective: Goal | None  # of a key result
    parents: Sequence[Linked]
    hidden_parents: bool  # whether there are more, which the reader may not know
    key_results: Sequence[Linked]
    children: Sequence[Linked]
    more_children: int
    waiting: Sequence[Linked]  # children that wait for acceptance
    series: Series | None
    periods: Sequence[PeriodRow]  # of the year of its number
    shown_periods: Sequence[Compared]  # of the year that was asked for
    as_total: bool  # whether each of them is the year up to it
    said: Mapping[date, int]  # comments on a KPI's periods, by their first days
    target_to_date: Decimal | None  # of a KPI, over what was reported
    originals: Mapping[date, Original]  # of its shown periods whose target was revised
    milestones: Sequence[Milestone]
    people: Mapping[str, Sequence[Person]]
    tags: Sequence[Tag]
    years: Sequence[int]  # fiscal years that a KPI has periods of
    records: Sequence[CheckIn]
    ways: Mapping[int, Delivered]  # of records that a connector brought, back to its run
    all_records: int  # how many there are
    corrected: frozenset[int]  # ids of records that a later one replaced
    last: CheckIn | None
    feed: Sequence[Line]
    form: Form | None  # to check in with, where the reader may
    asks_rule: bool
    twice: bool  # something below reaches it by two counting paths
    cites: Sequence[tuple[CoreValue, Said]]  # core values, each with its name for the reader
    answers: Sequence[Answer]  # to the organisation's own fields
    may_add: frozenset[str]  # kinds that the reader may hang below it
    reader: Person

    @property
    def share(self) -> Decimal | None:
        """How much of its plan the goal has made: 1 is exactly as planned."""
        return self.outlook.pace

    @property
    def follows(self) -> bool:
        """Whether the reader follows it."""
        return self.reader.pk in {one.pk for one in self.people[ParticipantRole.FOLLOWER]}

    @property
    def is_proposal(self) -> bool:
        """Whether its owner has not accepted yet what somebody proposed to them."""
        return is_proposal(self.goal)


#: Records of a page: at first, and when all are asked for.
SOME, MOST = 12, 1000


def goal_page(
    person: Person,
    goal: Goal,
    *,
    every_record: bool = False,
    year: int | None = None,
    as_total: bool = False,
) -> GoalPage:
    """`goal` comes from `goals.access.goal_for`; `year` is the fiscal year of the table of a
    KPI's periods, without one that of its number; `as_total` tells the year up to each."""
    today = today_of(person)
    verbs = verbs_of(person, goal)
    up = _links(Alignment.objects.filter(child=goal), "parent")
    down, more = _down(goal)
    near = {e.parent_id for e in up} | {e.child_id for e in down}
    seen = set(visible(person).filter(pk__in=near).values_list("pk", flat=True))
    looks = outlook(person.organisation, [goal.pk, *near], today)
    targets = targets_of(g for g in (*(e.parent for e in up), *(e.child for e in down)))
    sparks = sparks_of([e.child_id for e in down if e.relation == Relation.COMPOSITION], today)
    parents = [
        _linked(e, e.parent, seen, looks, out=left_out(e, goal, e.parent), targets=targets)
        for e in up
        if e.parent_id in seen
    ]
    below = [
        _linked(e, e.child, seen, looks, sparks, out=left_out(e, e.child, goal), targets=targets)
        for e in down
    ]
    key_results = [c for c in below if c.link.relation == Relation.COMPOSITION]
    records = records_of(goal, most=MOST if every_record else SOME) if goal.is_measured else []
    people = _people(goal)
    first_month = person.organisation.fiscal_year_start
    periods = period_rows(goal, first_month, today)
    years = years_of(goal)
    shown = period_rows(goal, first_month, today, year) if year in years else periods
    return GoalPage(
        goal=goal,
        verbs=verbs,
        outlook=looks.get(goal.pk, NOTHING),
        today=today,
        trail=trail(person, goal.pk),
        objective=next((p.goal for p in parents if p.link.relation == Relation.COMPOSITION), None),
        parents=parents,
        hidden_parents=len(parents) < len(up),
        key_results=[c for c in key_results if c.goal is not None],
        children=[c for c in below if c.link.relation != Relation.COMPOSITION and not c.waits]
        + [c for c in key_results if c.goal is None],
        more_children=more,
        waiting=[c for c in below if c.waits],
        series=progress_of(person, goal, today),
        periods=periods,
        shown_periods=compared(goal, shown, first_month, today, total=as_total),
        as_total=as_total,
        said=comment_counts(goal) if goal.kind == Kind.KPI else {},
        years=years,
        target_to_date=target_to_date(goal, periods) if periods else None,
        originals=originals_of(goal, shown),
        milestones=list(goal.milestones.all()) if goal.kind == Kind.KEY_RESULT else [],
        people=people,
        tags=list(goal.tags.all()),
        records=records,
        ways=lineage(r.pk for r in records if r.source == Source.CONNECTOR),
        all_records=goal.check_ins.count() if goal.is_measured else 0,
        corrected=frozenset(r.supersedes_id for r in records if r.supersedes_id),
        last=last_records([goal]).get(goal.pk) if goal.is_measured else None,
        feed=feed_of(
            person,
            [goal.pk, *(c.goal.pk for c in below if c.goal)],
            told=goal.pk if goal.is_measured else None,
        ),
        form=_form(person, goal, verbs),
        asks_rule="weigh" in verbs and goal.is_measured and asks_rule(goal),
        twice=bool(down) and bool(counted_twice(person, goal, most=SMALL)),
        cites=values_cited(person, goal, language()),
        answers=answers_of(person, goal),
        may_add=_may_add(person),
        reader=person,
    )


#: Goals below one; where more are, the search for double paths is left to the explanation.
SMALL = 300


def _may_add(person: Person) -> frozenset[str]:
    me = standing_of(person)
    if me.is_viewer or me.is_guest:
        return frozenset()
    everyone = frozenset({Kind.OBJECTIVE, Kind.KPI, Kind.KEY_RESULT})
    return everyone | {Kind.PILLAR, Kind.ULTIMATE} if me.is_strategist else everyone


def _form(person: Person, goal: Goal, verbs: Iterable[str]) -> Form | None:
    takes = (
        goal.is_measured
        and goal.state == State.ACTIVE
        and goal.rule != Rule.CHILDREN
        and not goal.calculation
    )
    return form_for(person, goal) if takes and "check_in" in verbs else None


def _links(rows: object, other: str) -> list[Alignment]:
    assert hasattr(rows, "select_related")
    return list(
        rows.select_related(
            f"{other}__standing", f"{other}__owner", f"{other}__unit", f"{other}__cycle"
        ).select_related("proposed_by")
    )


def _down(goal: Goal) -> tuple[list[Alignment], int]:
    """Links from below that are shown, and how many more there are: pillars first, what is
    over last. What was dropped is left out but for key results: they say what was meant."""
    rows = Alignment.objects.filter(parent=goal).exclude(child__state=State.ARCHIVED)
    rows = rows.exclude(~Q(relation=Relation.COMPOSITION), child__state=State.DROPPED)
    rows = rows.annotate(over=_one_where(child__state__in=(State.CLOSED, State.DROPPED)))
    rows = rows.annotate(lower=Value(1) - _one_where(child__kind=Kind.PILLAR))
    rows = rows.order_by("over", "lower", "child__rank", "-weight", "position", "id")
    found = _links(rows[: MOST_CHILDREN + 1], "child")
    if len(found) <= MOST_CHILDREN:
        return found, 0
    return found[:MOST_CHILDREN], rows.count() - MOST_CHILDREN


def _one_where(**facts: object) -> Case:
    return Case(When(**facts, then=1), default=0, output_field=IntegerField())


def _linked(
    edge: Alignment,
    goal: Goal,
    seen: set[int],
    looks: Mapping[int, Outlook],
    sparks: Mapping[int, Sequence[int | None]] | None = None,
    *,
    out: str,
    targets: Mapping[int, Decimal],
) -> Linked:
    known = goal.pk in seen
    return Linked(
        edge,
        goal if known else None,
        looks.get(goal.pk, NOTHING) if known else NOTHING,
        (sparks or {}).get(goal.pk, ()) if known else (),
        out if known or out in ("", "mode") else "masked",
        targets.get(goal.pk) if known else None,
    )


def sparks_of(ids: Sequence[int], today: date) -> dict[int, list[int | None]]:
    """The latest points of history of each goal, one query."""
    found: dict[int, list[int | None]] = {}
    rows = HistoryPoint.objects.filter(
        goal_id__in=ids, day__gte=today - timedelta(days=SPARK_DAYS)
    ).order_by("day")
    for goal_id, progress in rows.values_list("goal_id", "progress"):
        found.setdefault(goal_id, []).append(progress)
    return {goal_id: points[-SPARK_POINTS:] for goal_id, points in found.items()}


def _people(goal: Goal) -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = {role: [] for role in ParticipantRole.values}
    rows = Participant.objects.filter(goal=goal).select_related("person")
    for row in rows.order_by("person__sort_key"):
        found[row.role].append(row.person)
    return found
