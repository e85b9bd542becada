"""What leaders read: the tree of KPIs, where the pillars stand, what needs attention."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import named
from haidang.exchange.api.fields import nine_places
from haidang.exchange.api.operation import WHO_SEES, operation
from haidang.exchange.api.pages import page
from haidang.exchange.api.represent import goal_ref, ref, some_ref
from haidang.exchange.api.routes.strategy_map import outlook_facts
from haidang.exchange.api.schemas.overview import (
    AttentionFilters,
    AttentionOut,
    KpiFilters,
    KpiOut,
    KpisOut,
    MoverOut,
    OverviewOut,
    PillarOut,
    ReportOut,
    TopOut,
    TroubledOut,
    TroubleOut,
)
from haidang.exchange.api.versions import answer
from haidang.goals.access import cycle_for, goal_for
from haidang.goals.models import Goal, Kind
from haidang.lib.errors import NotFound
from haidang.people.access import unit_for
from haidang.people.models import Person
from haidang.strategy.queries import kpis
from haidang.strategy.queries.attention import Attention, Wanted, Wrong, attention
from haidang.strategy.queries.home import Card
from haidang.strategy.queries.overview import Mover, Pillar, overview

router = Router(tags=["strategy"])


@operation(
    router,
    "get",
    "kpis/tree",
    summary=N_("The tree of KPIs, level by level"),
    who=WHO_SEES,
    scope="read",
    answers=KpisOut,
    note=N_(
        "KPIs under way. Without `parent` those that hang below no other KPI that you may see, "
        "the company's first; with it those right below one. A KPI that hangs below several "
        "comes below each."
    ),
)
def list_kpis(request: HttpRequest, filters: Query[KpiFilters]) -> HttpResponse:
    me = actor(request)
    rows = kpis.kpis_of(me)
    if filters.parent:
        above = named(me, "parent", _kpi_for, filters.parent, query=True)
        links = kpis.links_below(rows, above)
        some, following = page(links, kpis.BELOW_ORDER, filters, of=me.organisation_id)
        found = [link.child for link in some]
    else:
        tops = kpis.tops(rows)
        found, following = page(tops, kpis.TOPS_ORDER, filters, of=me.organisation_id)
    items = [_kpi_out(one) for one in kpis.shown(me, rows, found)]
    return answer(request, KpisOut(items=items, next=following))


def _kpi_for(me: Person, public_id: str) -> Goal:
    goal = goal_for(me, public_id)
    if goal.kind != Kind.KPI:
        raise NotFound
    return goal


def _kpi_out(one: kpis.Kpi) -> KpiOut:
    goal = one.goal
    return KpiOut(
        **outlook_facts(one.outlook),
        id=goal.public_id,
        title=goal.title,
        level=goal.level,
        owner=ref(goal.owner),
        unit=ref(goal.unit),
        metric_unit=goal.metric_unit,
        direction=goal.direction,
        target=one.target,
        low=goal.low,
        high=goal.high,
        actual=goal.standing.actual,
        attainment=goal.standing.raw,
        trend=list(one.trend),
        below=one.below,
    )


@operation(
    router,
    "get",
    "overview",
    summary=N_("Where the strategy stands"),
    who=WHO_SEES,
    scope="read",
    answers=OverviewOut,
    note=N_(
        "The Ultimate Goals and pillars under way, at most 24, with what they stood at a week "
        "ago and which goals below moved them, and what needs attention."
    ),
)
def get_overview(request: HttpRequest) -> HttpResponse:
    found = overview(actor(request))
    content = OverviewOut(
        ultimate_goals=[TopOut(**_card(card)) for card in found.tops],
        pillars=[_pillar_out(pillar) for pillar in found.pillars],
        attention=_attention_out(found.attention),
    )
    return answer(request, content)


def _card(card: Card) -> dict[str, Any]:
    return {
        **outlook_facts(card.outlook),
        "goal": goal_ref(card.goal),
        "owner": ref(card.goal.owner),
        "unit": ref(card.goal.unit),
        "week_ago": card.before,
        "week_ago_decimal": nine_places(card.before),
    }


def _pillar_out(pillar: Pillar) -> PillarOut:
    return PillarOut(
        **_card(pillar.card),
        at_risk=pillar.at_risk,
        off_track=pillar.off_track,
        movers=[_mover_out(mover) for mover in pillar.movers],
        other_movers=pillar.others,
    )


def _mover_out(mover: Mover) -> MoverOut:
    record = mover.record
    return MoverOut(
        goal=goal_ref(mover.goal),
        owner=ref(mover.goal.owner),
        progress=mover.after,
        progress_decimal=nine_places(mover.after),
        week_ago=mover.before,
        week_ago_decimal=nine_places(mover.before),
        check_in=None
        if record is None
        else ReportOut(
            id=record.pk,
            for_day=record.for_day,
            author=some_ref(record.author),
            recorded_at=record.recorded_at,
        ),
    )


@operation(
    router,
    "get",
    "attention",
    summary=N_("What needs attention"),
    who=WHO_SEES,
    scope="read",
    answers=AttentionOut,
    note=N_(
        "Goals under way that are off track, at risk, not reported when due, without data, "
        "owner or parent: the furthest behind first, or the longest silent. A goal with several "
        "reasons stands in the group of each."
    ),
)
def get_attention(request: HttpRequest, filters: Query[AttentionFilters]) -> HttpResponse:
    me = actor(request)
    wanted = Wanted(
        reason=filters.reason or "",
        unit=named(me, "unit", unit_for, filters.unit, query=True) if filters.unit else None,
        cycle=named(me, "cycle", cycle_for, filters.cycle, query=True) if filters.cycle else None,
    )
    found = attention(me, wanted, shown=filters.limit, size=filters.limit)
    return answer(request, _attention_out(found))


def _attention_out(found: Attention) -> AttentionOut:
    return AttentionOut(
        groups=[
            TroubleOut(
                reason=group.reason,  # type: ignore[arg-type]  # one of its words
                count=group.count,
                items=[_troubled_out(row) for row in group.rows],
            )
            for group in found.groups
        ],
        goals=found.goals,
        looked_at=found.looked_at,
        cut=found.cut,
    )


def _troubled_out(row: Wrong) -> TroubledOut:
    return TroubledOut(
        **outlook_facts(row.outlook),
        goal=goal_ref(row.goal),
        owner=ref(row.goal.owner),
        unit=ref(row.goal.unit),
        cycle=ref(row.goal.cycle),
        reasons=list(row.reasons),
        silent_days=row.silent,
        act=row.act,
    )
