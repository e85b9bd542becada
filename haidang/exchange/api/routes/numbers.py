"""A goal's number with its terms, its history, what hangs below it, a KPI's periods."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fields import PublicId, nine_places
from haidang.exchange.api.operation import WHO_SEES, operation
from haidang.exchange.api.pages import page
from haidang.exchange.api.problems import BadParameter
from haidang.exchange.api.represent import (
    goal_ref,
    goal_versions,
    history_out,
    period_out,
    public_ids,
)
from haidang.exchange.api.routes.goals import current_of, expect_definition, shown
from haidang.exchange.api.schemas.goals import GoalOut, HistoryFilters, HistoryOut
from haidang.exchange.api.schemas.numbers import (
    BranchOut,
    CrossOut,
    NumberOut,
    SubtreeFilters,
    SubtreeOut,
    TermOut,
    ValueTermOut,
)
from haidang.exchange.api.schemas.periods import (
    PeriodFilters,
    PeriodsOut,
    TargetsIn,
    Year,
)
from haidang.exchange.api.versions import answer, unless_stale
from haidang.goals import actions
from haidang.goals.access import goal_for, verbs_of
from haidang.goals.models import Goal
from haidang.goals.queries import (
    Subtree,
    Term,
    ValueTerm,
    derivation,
    outlook,
    subtree,
    subtree_as_of,
)
from haidang.lib.errors import Forbidden, Invalid
from haidang.people.access import today_of
from haidang.people.models import Person, Unit

router = Router(tags=["numbers"])


NINE_PLACES = Decimal("1e-9")
#: A subtree of more goals is asked for in parts.
MOST_BRANCHES = 20_000


def term_out(term: Term) -> TermOut:
    return TermOut(
        own=term.is_own,
        goal=None if term.child is None else goal_ref(term.child),
        hidden=term.masked,
        relation=term.link.relation if term.link else "",
        weight=term.weight,
        progress=term.progress,
        progress_decimal=nine_places(term.progress),
        share=None if term.share is None else term.share.quantize(NINE_PLACES),
        contribution=term.contribution,
    )


def value_term_out(term: ValueTerm) -> ValueTermOut:
    return ValueTermOut(
        goal=None if term.child is None else goal_ref(term.child),
        hidden=term.masked,
        relation=term.link.relation,
        actual=term.actual,
        stands_at=term.stands_at,
        factor=term.factor,
    )


@operation(
    router,
    "get",
    "goals/{goal_id}/number",
    summary=N_("A goal's number with the terms that make it"),
    note=N_(
        "A goal that you may not see is a term without its name. `expected` and `health` are as"
        " of today and stored nowhere."
    ),
    who=WHO_SEES,
    scope="read",
    answers=NumberOut,
)
def get_number(request: HttpRequest, goal_id: PublicId) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id)
    found = derivation(me, goal)
    standing = found.standing
    today = outlook(me.organisation, [goal.pk], today_of(me))[goal.pk]
    content = NumberOut(
        goal=goal_ref(goal),
        rule=goal.rule,
        progress=standing.progress,
        progress_decimal=nine_places(standing.progress),
        raw=standing.raw,
        actual=standing.actual,
        baseline=found.baseline,
        terms_measured=standing.terms_measured,
        terms_total=standing.terms_total,
        weight=found.weight,
        expected=today.expected,
        expected_decimal=nine_places(today.expected),
        health=today.health,
        outdated=today.outdated,
        terms=[term_out(term) for term in found.terms],
        value_terms=[value_term_out(term) for term in found.value_terms],
        left_out=[term_out(term) for term in found.left_out],
        periods=[period_out(period) for period in found.periods],
        counted_twice=[goal_ref(twice) for twice in found.twice],
        recorded_at=found.recorded_at,
    )
    return answer(request, content, versions=goal_versions(goal))


@operation(
    router,
    "get",
    "goals/{goal_id}/subtree",
    summary=N_("A goal and what hangs below it"),
    note=N_(
        "As far as you may see it, to `depth` levels; with `as_of` as it was known at the end of"
        " that day: links, words, states and numbers of then. Beyond 20,000 goals 422: ask for"
        " fewer levels, or for a goal further down."
    ),
    who=WHO_SEES,
    scope="read",
    answers=SubtreeOut,
)
def get_subtree(
    request: HttpRequest, goal_id: PublicId, filters: Query[SubtreeFilters]
) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id)
    found = _below(me, goal, filters)
    if len(found.branches) > MOST_BRANCHES:
        raise _too_many()
    ids = {branch.id: branch.public_id for branch in found.branches}
    people = Person.objects.filter(organisation_id=me.organisation_id)
    owners = public_ids(people, {b.owner_id for b in found.branches})
    units = public_ids(
        Unit.objects.filter(organisation_id=me.organisation_id), {b.unit_id for b in found.branches}
    )
    content = SubtreeOut(
        items=[
            BranchOut(
                id=b.public_id,
                parent=None if b.parent_id is None else ids[b.parent_id],
                depth=b.depth,
                relation=b.relation,
                mode=b.mode,
                weight=b.weight,
                kind=b.kind,
                title=b.title,
                state=b.state,
                owner=owners.get(b.owner_id),
                unit=units.get(b.unit_id),
                progress=b.progress,
                progress_decimal=nine_places(b.progress),
                terms_measured=b.terms_measured,
                terms_total=b.terms_total,
                ends=b.ends,
            )
            for b in found.branches
        ],
        cross=[
            CrossOut(child=ids[child], parent=ids[parent], relation=relation, mode=mode)
            for child, parent, relation, mode in found.cross
        ],
        as_of=filters.as_of,
    )
    return answer(request, content)


def _below(me: Person, goal: Goal, filters: SubtreeFilters) -> Subtree:
    if filters.as_of is None:
        return subtree(me, goal, filters.depth)
    try:
        return subtree_as_of(me, goal, filters.as_of, filters.depth, most=MOST_BRANCHES)
    except Invalid as refusal:
        raise _too_many() from refusal


def _too_many() -> BadParameter:
    return BadParameter(
        _("More than 20,000 goals hang below it: ask for fewer levels."),
        code="too_many",
        field="depth",
    )


@operation(
    router,
    "get",
    "goals/{goal_id}/history",
    summary=N_("A goal's numbers day by day, latest first"),
    who=WHO_SEES,
    scope="read",
    answers=HistoryOut,
    note=N_("One point for each day on which they moved, as they were at its end."),
)
def list_history(
    request: HttpRequest, goal_id: PublicId, filters: Query[HistoryFilters]
) -> HttpResponse:
    me = actor(request)
    rows = goal_for(me, goal_id).history.all()
    if filters.since:
        rows = rows.filter(day__gte=filters.since)
    if filters.until:
        rows = rows.filter(day__lte=filters.until)
    found, following = page(rows, ("-day", "id"), filters, of=me.organisation_id)
    return answer(request, HistoryOut(items=[history_out(p) for p in found], next=following))


@operation(
    router,
    "get",
    "goals/{goal_id}/periods",
    summary=N_("A KPI's periods: targets and what was reported"),
    who=WHO_SEES,
    scope="read",
    answers=PeriodsOut,
    note=N_("The latest 400, or those of one fiscal year. The ETag guards its targets."),
)
def list_periods(
    request: HttpRequest, goal_id: PublicId, filters: Query[PeriodFilters]
) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id)
    rows = goal.periods.order_by("-starts")
    if filters.year is not None:
        rows = rows.filter(year=filters.year)
    content = PeriodsOut(items=[period_out(p) for p in reversed(rows[:400])])
    return answer(request, content, versions=goal_versions(goal))


@operation(
    router,
    "put",
    "goals/{goal_id}/targets/{year}",
    summary=N_("Set targets of a KPI's periods"),
    who=N_("Owner, leader of its unit, strategists; to change one of an approved KPI its approver"),
    scope="write",
    answers=GoalOut,
    guarded=True,
    refusals=[409],
    note=N_(
        "Of one fiscal year; a field that is not sent stays as it is. A locked period stays: "
        "409. Changing a target that was set needs a `reason`."
    ),
)
def put_targets(
    request: HttpRequest, goal_id: PublicId, year: Year, body: TargetsIn
) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id)
    if not verbs_of(me, goal) & {"set_targets", "edit_measure"}:
        raise Forbidden()
    version = expect_definition(request, me, goal)
    targets: dict[Any, dict[str, Any]] = {}
    for target in body.targets:
        sent = target.model_fields_set - {"starts"}
        targets.setdefault(target.starts, {}).update({n: getattr(target, n) for n in sent})
    with unless_stale(current_of(me, goal)):
        actions.set_targets(me, goal, year, targets, version, reason=body.reason)
    return shown(request, me, goal)
