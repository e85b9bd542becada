"""Page-shaped reads of records: what somebody owes, what a goal was told, how it went."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from haidang.checkins.forms import LISTED, CheckInForm
from haidang.checkins.models import CheckIn
from haidang.goals.access import visible
from haidang.goals.models import Goal, Kind, KpiPeriod, Participant, ParticipantRole, Rule, State
from haidang.goals.models.kinds import MEASURED
from haidang.goals.queries import Outlook, asked_since, outlook
from haidang.goals.rules.freshness import due_by, overdue
from haidang.goals.rules.periods import period_of
from haidang.people.access import readers_among, standing_of, today_of
from haidang.people.models import Organisation, Person

#: More than anybody is asked for at once.
MOST_OWED = 200
#: Goals of many people that are looked at for what these owe.
MOST_LOOKED_AT = 2000
#: What falls due within so many days is shown as coming.
AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Owed:
    """A check-in that a person is asked for. `due_on` lies before today when it is late."""

    goal: Goal
    outlook: Outlook
    due_on: date
    late: int  # days, 0 when due today, negative when still to come
    last: CheckIn | None
    form: CheckInForm


class Asked(NamedTuple):
    """A goal that a check-in is asked for from a day on, and its last record."""

    goal: Goal
    last: CheckIn | None
    due_on: date


def prepared(goals: Sequence[Goal], today: date) -> Sequence[Goal]:
    """Goals with what their check-in forms read (milestones, recent periods), in two queries."""
    periods = KpiPeriod.objects.filter(
        starts__gte=today - timedelta(days=800), starts__lte=today
    ).filter(Q(own_value__isnull=False) | Q(locked_at__isnull=False))
    prefetch_related_objects(list(goals), "milestones", Prefetch("periods", queryset=periods))
    return goals


def form_for(person: Person, goal: Goal, *, shape: str = "quick") -> CheckInForm:
    """The blank form of one goal."""
    today = today_of(person)
    prepared([goal], today)
    return CheckInForm(goal, person.organisation, today, shape=shape)


def reported_by(person: Person) -> QuerySet[Goal]:
    """The goals whose check-ins this person is asked for: active key results and KPIs that
    take own reports, those whose data the person owns, else those that the person owns or
    stands in for."""
    me = standing_of(person)
    if me.is_viewer or not me.is_active:
        return Goal.objects.none()
    today = today_of(person)
    # A union of three look-ups by index: an OR of them would read every goal there is.
    delegated = Participant.objects.filter(
        Q(since=None) | Q(since__lte=today),
        Q(until=None) | Q(until__gte=today),
        person_id=me.person_id,
        role=ParticipantRole.DELEGATE,
    )
    fed = Goal.objects.filter(data_owner_id=me.person_id).values("pk").order_by()
    owned = Goal.objects.filter(data_owner=None, owner_id=me.person_id).values("pk").order_by()
    mine = fed.union(owned, delegated.values("goal_id").order_by())
    return _reporting(visible(person)).filter(pk__in=mine)


def _reporting(rows: QuerySet[Goal]) -> QuerySet[Goal]:
    """Those that somebody is asked to report."""
    active = rows.filter(state=State.ACTIVE, kind__in=MEASURED, calculation="")
    return active.exclude(rule=Rule.CHILDREN)


def owed(person: Person, *, shape: str = "row") -> list[Owed]:
    """The check-ins that this person is asked for, the longest overdue first."""
    today = today_of(person)
    asked = _asked_of(person, today)
    if not asked:
        return []
    looks = outlook(person.organisation, [one.goal.pk for one in asked], today)
    found = []
    for goal, record, due in asked:
        form = CheckInForm(goal, person.organisation, today, shape=shape)
        found.append(Owed(goal, looks[goal.pk], due, (today - due).days, record, form))
    return found


def due_now(person: Person) -> list[Asked]:
    """The check-ins that this person is asked for today or was before, the longest overdue
    first: without the numbers of the goals, which cost more than all the rest."""
    today = today_of(person)
    return [one for one in _asked_of(person, today) if one.due_on <= today]


def _asked_of(person: Person, today: date) -> list[Asked]:
    rows = reported_by(person).select_related("standing", "owner", "unit", "cycle")
    goals = list(rows.order_by("rank", "id")[:MOST_OWED])
    if not goals:
        return []
    prepared(goals, today)
    last = last_records(goals)
    found = []
    for goal in goals:
        record = last.get(goal.pk)
        found.append(Asked(goal, record, due_on(goal, record, today, person.organisation)))
    found.sort(key=lambda one: one.due_on)
    return found


def late_of(reader: Person, people: Collection[Person]) -> dict[int, int]:
    """How many check-ins that are due today or late each of these people is asked for, as
    far as the reader sees the goals: by the person's id, in a fixed number of queries."""
    today = today_of(reader)
    ids = {one.pk for one in people if one.is_active}
    ids -= readers_among(ids)
    standing_in = list(
        Participant.objects.filter(
            (Q(since=None) | Q(since__lte=today)) & (Q(until=None) | Q(until__gte=today)),
            person_id__in=ids,
            role=ParticipantRole.DELEGATE,
        ).values_list("goal_id", "person_id")
    )
    keepers = Q(data_owner_id__in=ids) | Q(data_owner=None, owner_id__in=ids)
    rows = _reporting(visible(reader)).filter(keepers | Q(pk__in=[pk for pk, _who in standing_in]))
    goals = list(rows.select_related("standing").order_by("id")[:MOST_LOOKED_AT])
    prepared(goals, today)
    last = last_records(goals)
    found = dict.fromkeys((one.pk for one in people), 0)
    for goal in goals:
        if due_on(goal, last.get(goal.pk), today, reader.organisation) > today:
            continue
        whose = {person_id for pk, person_id in standing_in if pk == goal.pk}
        whose.add(goal.data_owner_id or goal.owner_id or 0)
        for person_id in whose & ids:
            found[person_id] += 1
    return found


class Due(NamedTuple):
    """How many check-ins are asked for today or were before, and how many soon."""

    now: int
    coming: int


def count_due(owed: Iterable[Owed]) -> Due:
    late = [one.late for one in owed]
    return Due(
        sum(1 for days in late if days >= 0), sum(1 for days in late if -AHEAD.days <= days < 0)
    )


def count_owed(person: Person) -> int:
    """How many check-ins are due today or late."""
    return count_due(owed(person)).now


def last_records(goals: Iterable[Goal]) -> dict[int, CheckIn]:
    """The current record of each goal that has one, by goal id."""
    ids = [g.standing.own_record_id for g in goals if g.standing.own_record_id]
    rows = CheckIn.objects.filter(pk__in=ids).select_related("author", "on_behalf_of")
    return {record.goal_id: record for record in rows}


def due_on(goal: Goal, last: CheckIn | None, today: date, organisation: Organisation) -> date:
    """The day from which a check-in is asked for.

    The day named at the last one, else a cadence after it, else the start (or the day the
    goal was made, if that was later). A KPI is asked
    the day after each of its periods, or a cadence after its last report; one with a limit of
    its own (`freshness_days`) by that limit alone. `goal` is `prepared`.
    """
    began = asked_since(goal, organisation)
    if goal.kind == Kind.KPI and goal.freshness_days is not None:
        return _due_by_limit(goal, goal.freshness_days, today, began, organisation)
    if goal.kind == Kind.KPI and goal.frequency in LISTED:
        first_month = organisation.fiscal_year_start
        start, end = period_of(today, goal.frequency, first_month)
        before = period_of(start - timedelta(days=1), goal.frequency, first_month)
        reported = {p.starts for p in goal.periods.all() if p.own_value is not None}
        asked = end + timedelta(days=1)
        if before[1] >= began and before[0] not in reported:
            asked = start
        # A KPI may also be followed more closely than its periods end.
        since = last.for_day if last is not None else began
        return min(asked, since + timedelta(days=goal.cadence_days + 1))
    if last is not None:
        return last.next_on or last.for_day + timedelta(days=goal.cadence_days)
    return began


def _due_by_limit(
    goal: Goal, days: int, today: date, began: date, organisation: Organisation
) -> date:
    """The last day on which the first actual that is missing is in time."""
    first_month = organisation.fiscal_year_start
    reported = {p.starts for p in goal.periods.all() if p.own_value is not None}
    late = overdue(
        today, goal.frequency, days, asked_since=began, until=goal.ends, first_month=first_month
    )
    if late is not None and late.starts not in reported:
        return late.due
    start, end = period_of(today, goal.frequency, first_month)
    before = period_of(start - timedelta(days=1), goal.frequency, first_month)
    missing = before[1] >= began and before[0] not in reported
    return due_by(before[1] if missing else end, days)


def records_of(goal: Goal, *, most: int = 20, before: int | None = None) -> list[CheckIn]:
    """A goal's records, the latest recorded first, superseded and void ones included."""
    rows = CheckIn.objects.filter(goal=goal)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    rows = rows.select_related("author", "on_behalf_of", "period", "voiding__by", "supersedes")
    return list(rows.order_by("-pk")[:most])


def in_place_of(record: CheckIn) -> CheckIn | None:
    """The record that counts in the place of a corrected one; None where none does."""
    found: CheckIn | None = record
    while found is not None and not found.live:
        rows = CheckIn.objects.filter(supersedes=found)
        found = rows.select_related("author", "on_behalf_of", "period", "goal").first()
    return found


def told(goal: Goal, *, since: date | None = None) -> list[dict[str, Any]]:
    """What was reported for which day, in order of days: the current word of each day."""
    rows = CheckIn.objects.filter(goal=goal, live=True)
    if since is not None:
        rows = rows.filter(for_day__gte=since)
    latest: dict[date, dict[str, Any]] = {}
    for row in rows.order_by("for_day", "pk").values("for_day", "value", "milestones"):
        latest[row["for_day"]] = dict(row)
    return list(latest.values())
