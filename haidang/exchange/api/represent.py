"""Rows as shapes. What a person may not see is left out here, once for all routes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from haidang.checkins.models import CheckIn
from haidang.exchange.api.fields import nine_places
from haidang.exchange.api.schemas.alignment import LinkOut
from haidang.exchange.api.schemas.checkins import CheckInOut, PeriodRef, VoidingOut
from haidang.exchange.api.schemas.cycles import CycleOut
from haidang.exchange.api.schemas.goals import (
    GoalOut,
    GoalRef,
    HistoryPointOut,
    MilestoneOut,
    ParentOut,
    StandingOut,
)
from haidang.exchange.api.schemas.own import GoalFieldOut, OptionOut
from haidang.exchange.api.schemas.people import (
    OrganisationOut,
    PersonOut,
    Ref,
    TokenOut,
    UnitOut,
)
from haidang.exchange.api.schemas.periods import PeriodOut
from haidang.goals.access import verbs_of, visible
from haidang.goals.models import (
    Alignment,
    CustomField,
    Cycle,
    Goal,
    HistoryPoint,
    KpiPeriod,
    ParticipantRole,
    Standing,
)
from haidang.people.models import Organisation, Person, PersonalToken, Unit


def ref(row: Person | Unit | Cycle | None) -> Ref | None:
    return None if row is None else Ref(id=row.public_id, name=row.name)


def some_ref(row: Person | Unit | Cycle) -> Ref:
    return Ref(id=row.public_id, name=row.name)


def public_ids(rows: QuerySet[Any], wanted: set[int | None]) -> dict[int | None, str]:
    """Public ids by row id, in one query: of the wanted, or of all when they are many."""
    if len(wanted) <= 500:
        rows = rows.filter(pk__in=[pk for pk in wanted if pk is not None])
    return dict(rows.order_by().values_list("pk", "public_id"))


def goal_ref(goal: Goal) -> GoalRef:
    return GoalRef(id=goal.public_id, kind=goal.kind, title=goal.title)


def goal_versions(goal: Goal) -> tuple[int, int]:
    """What guards a goal: its definition, its measure."""
    return goal.version, goal.standing.measure_version


def goals_out(person: Person, goals: Sequence[Goal]) -> list[GoalOut]:
    """Goals of `queries.shaped`, with those of their parents that the person may see."""
    above = {link.parent_id for goal in goals for link in goal.parent_links.all()}
    seen = set(visible(person).filter(id__in=above).values_list("id", flat=True)) if above else ()
    return [_goal(goal, frozenset(seen)) for goal in goals]


def goal_out(person: Person, goal: Goal) -> GoalOut:
    """One goal with what the person may do to it."""
    verbs = sorted(verbs_of(person, goal))
    return goals_out(person, [goal])[0].model_copy(update={"may": verbs})


_PLAIN = (
    "kind", "title", "description", "why", "success", "state", "visibility", "level",
    "commitment", "horizon", "perspective", "rank", "starts", "ends", "metric_kind",
    "metric_unit", "metric_scale", "decimals", "direction", "baseline", "target", "low", "high",
    "tolerance", "relative_change", "rule", "plan_curve", "plan", "frequency", "aggregation",
    "steps", "calculation", "expression", "formula", "source", "freshness_days", "cadence_days",
    "fields", "score", "proposed_score", "closed_on", "reason", "created_at", "version",
)  # fmt: skip


def _goal(goal: Goal, seen: frozenset[int]) -> GoalOut:
    facts: dict[str, Any] = {name: getattr(goal, name) for name in _PLAIN}
    parts = list(goal.participants.all())
    return GoalOut(
        **facts,
        id=goal.public_id,
        owner=ref(goal.owner),
        data_owner=ref(goal.data_owner),
        unit=ref(goal.unit),
        cycle=ref(goal.cycle),
        tags=[tag.name for tag in goal.tags.all()],
        contributors=_people(parts, ParticipantRole.CONTRIBUTOR),
        named=_people(parts, ParticipantRole.NAMED),
        milestones=[
            MilestoneOut(
                position=m.position, title=m.title, weight=m.weight, due=m.due, reached=m.reached
            )
            for m in goal.milestones.all()
        ],
        parents=[parent_out(e) for e in goal.parent_links.all() if e.parent_id in seen],
        standing=standing_out(goal.standing),
        created_by=ref(goal.created_by),
        proposed_by=ref(goal.proposed_by),
        close_proposed_by=ref(goal.close_proposed_by),
        may=None,
        measure_version=goal.standing.measure_version,
    )


def goal_field_out(field: CustomField) -> GoalFieldOut:
    return GoalFieldOut(
        key=field.key,
        type=field.type,
        name_vi=field.name_vi,
        name_en=field.name_en,
        help_vi=field.help_vi,
        help_en=field.help_en,
        unit=field.unit,
        decimals=field.decimals,
        options=[OptionOut(**option) for option in field.options],
        kinds=field.kinds,
        required=field.required,
        retired=field.retired_at is not None,
    )


def _people(parts: Iterable[Any], role: str) -> list[Ref]:
    return [some_ref(part.person) for part in parts if part.role == role]


def parent_out(edge: Alignment) -> ParentOut:
    return ParentOut(
        parent=goal_ref(edge.parent),
        relation=edge.relation,
        mode=edge.mode,
        weight=edge.weight,
        position=edge.position,
        proposed_mode=edge.proposed_mode,
        since=edge.since,
    )


def link_out(edge: Alignment, *, child: bool = True) -> LinkOut:
    """A link; `child` says whether the person may see its child."""
    return LinkOut(
        child=goal_ref(edge.child) if child else None,
        parent=goal_ref(edge.parent),
        relation=edge.relation,
        mode=edge.mode,
        weight=edge.weight,
        position=edge.position,
        proposed_mode=edge.proposed_mode,
        proposed_by=ref(edge.proposed_by),
        since=edge.since,
    )


def standing_out(standing: Standing) -> StandingOut:
    return StandingOut(
        progress=standing.progress,
        progress_decimal=nine_places(standing.progress),
        raw=standing.raw,
        actual=standing.actual,
        terms_measured=standing.terms_measured,
        terms_total=standing.terms_total,
        own_value=standing.own_value,
        own_day=standing.own_day,
        confidence=standing.confidence,
        checked_in_at=standing.checked_in_at,
    )


def history_out(point: HistoryPoint) -> HistoryPointOut:
    return HistoryPointOut(
        day=point.day,
        progress=point.progress,
        progress_decimal=nine_places(point.progress),
        raw=point.raw,
        actual=point.actual,
        terms_measured=point.terms_measured,
        terms_total=point.terms_total,
    )


def period_out(period: KpiPeriod) -> PeriodOut:
    return PeriodOut(
        **{name: getattr(period, name) for name in PeriodOut.model_fields},
    )


def check_in_out(check_in: CheckIn) -> CheckInOut:
    """A record of `queries.shaped_check_ins`."""
    successor = getattr(check_in, "successor", None)
    voiding = getattr(check_in, "voiding", None)
    plain = (
        "id", "for_day", "value", "numerator", "denominator", "milestones", "text_value",
        "confidence", "pace", "note", "words", "next_on", "source", "recorded_at",
        "baseline_then", "target_then", "low_then", "high_then", "live",
    )  # fmt: skip
    facts: dict[str, Any] = {name: getattr(check_in, name) for name in plain}
    period = check_in.period
    return CheckInOut(
        **facts,
        goal=goal_ref(check_in.goal),
        period=None if period is None else PeriodRef(starts=period.starts, ends=period.ends),
        author=some_ref(check_in.author),
        on_behalf_of=ref(check_in.on_behalf_of),
        supersedes=check_in.supersedes_id,
        superseded_by=None if successor is None else successor.pk,
        voiding=None
        if voiding is None
        else VoidingOut(by=some_ref(voiding.by), reason=voiding.reason, at=voiding.at),
    )


def cycle_out(cycle: Cycle) -> CycleOut:
    return CycleOut(
        id=cycle.public_id,
        name=cycle.name,
        kind=cycle.kind,
        state=cycle.state,
        parent=ref(cycle.parent),
        starts=cycle.starts,
        ends=cycle.ends,
        version=cycle.version,
    )


def organisation_out(organisation: Organisation) -> OrganisationOut:
    return OrganisationOut(
        **{name: getattr(organisation, name) for name in OrganisationOut.model_fields}
    )


def person_out(person: Person) -> PersonOut:
    """A person of `queries.shaped_people`."""
    roles: list[Any] = person.current_roles  # type: ignore[attr-defined]
    return PersonOut(
        id=person.public_id,
        name=person.name,
        email=person.email,
        title=person.title,
        region=person.region,
        unit=ref(person.unit),
        manager=ref(person.manager),
        roles=[grant.role for grant in roles],
        joined_on=person.joined_on,
        left_on=person.left_on,
        is_active=person.is_active,
        can_sign_in=person.is_active and person.account_id is not None,
        version=person.version,
    )


def unit_out(unit: Unit) -> UnitOut:
    """A unit of `queries.shaped_units`."""
    leaders: list[Any] = unit.current_leaders  # type: ignore[attr-defined]
    return UnitOut(
        id=unit.public_id,
        kind=unit.kind,
        name=unit.name,
        code=unit.code,
        parent=ref(unit.parent),
        rank=unit.rank,
        leaders=[some_ref(row.person) for row in leaders],
        archived_at=unit.archived_at,
        version=unit.version,
    )


def token_facts(token: PersonalToken) -> dict[str, Any]:
    return {name: getattr(token, name) for name in TokenOut.model_fields}
