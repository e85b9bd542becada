"""A machine that builds and upsets random organisations through the actions.

Its rules are what people do: make goals of every kind, link and unlink them, check in,
correct, void, retarget, close, reopen, drop. What they stand on, and what has to hold after
them, is the ground.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from haidang.checkins import actions as check_ins
from haidang.goals import actions as goals
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Alignment, Goal, KpiPeriod, Milestone
from tests.graph.drawing import (
    FORMULAS,
    D,
    days,
    indexes,
    key_result_measures,
    kpi_measures,
    modes,
    mostly,
    numbers,
    positive,
    relations,
    weights,
)
from tests.graph.ground import Ground
from tests.worlds import fresh


class GraphMachine(Ground):
    """What people do to goals, links, records, definitions and states."""

    # --- making ---

    @rule(under=indexes, linked=st.booleans(), weight=weights)
    def make_pillar(self, under: int, linked: bool, weight: int | None) -> None:
        parent = self.goal(under, "ultimate")
        assert parent is not None
        links = [LinkRequest(parent, weight=weight)] if linked else []
        self.attempt("make pillar", self.world.pillar, *links)

    @rule(under=indexes, linked=st.booleans(), cycle=st.integers(0, 4), weight=weights)
    def make_objective(self, under: int, linked: bool, cycle: int, weight: int | None) -> None:
        parent = self.goal(under)
        assert parent is not None
        links = [LinkRequest(parent, weight=weight)] if linked else []
        world = self.world
        cycles = [world.year, *world.quarters]
        units = [world.sales, world.south, world.it]
        self.attempt(
            "make objective",
            world.objective,
            *links,
            cycle=cycles[cycle],
            level="unit",
            unit=units[under % 3],
        )

    @rule(cycle=st.integers(0, 4), under=indexes)
    def draft_objective(self, cycle: int, under: int) -> None:
        world = self.world
        draft = self.attempt(
            "draft",
            world.create,
            "objective",
            actor=self.lan,
            level="individual",
            commitment="aspirational",
            cycle=[world.year, *world.quarters][cycle],
        )
        parent = self.goal(under, "objective", "pillar", "key_result")
        if draft is not None and parent is not None:
            self.attempt("link draft", world.link, draft, parent)

    @rule(under=indexes, facts=key_result_measures(), weight=weights)
    def make_key_result(self, under: int, facts: dict[str, Any], weight: int | None) -> None:
        objective = self.open_goal(under, "objective")
        if objective is None:
            return
        self.attempt("make key result", self.world.key_result, objective, weight=weight, **facts)

    @rule(under=indexes, facts=kpi_measures(), linked=st.booleans(), weight=weights, mode=modes)
    def make_kpi(
        self, under: int, facts: dict[str, Any], linked: bool, weight: int | None, mode: str | None
    ) -> None:
        parent = self.goal(under, "pillar", "kpi")
        assert parent is not None
        links = [LinkRequest(parent, weight=weight, mode=mode)] if linked else []
        self.attempt("make kpi", self.world.kpi, *links, **facts)

    @rule(under=indexes, value=numbers, more=indexes)
    def make_like(self, under: int, value: Decimal, more: int) -> None:
        """A goal of the same measure as another, adding to it, with a first report."""
        parent = self.open_goal(under, "key_result", "kpi")
        if parent is None or not parent.direction:
            return
        names = ["metric_kind", "metric_unit", "direction", "baseline", "target"]
        names += ["low", "high", "tolerance", "relative_change", "frequency", "aggregation"]
        facts = {name: getattr(parent, name) for name in names} | {"steps": parent.steps}
        link = LinkRequest(parent, mode="value")
        if parent.kind == "kpi":
            child = self.attempt("make like kpi", self.world.kpi, link, **facts)
        else:
            for name in ("frequency", "aggregation", "steps"):
                facts.pop(name)
            objective = self.open_goal(more, "objective")
            if objective is None:
                return
            child = self.attempt(
                "make like key result", self.world.key_result, objective, link, **facts
            )
        if child is not None:
            self.report(child, value, date(2025, 3, 1), more)

    @rule(
        first=indexes,
        second=indexes,
        operation=st.sampled_from(["sum", "difference", "product", "ratio", *FORMULAS]),
        aim=positive,
    )
    def make_calculated(self, first: int, second: int, operation: str, aim: Decimal) -> None:
        inputs = [self.goal(first, "kpi"), self.goal(second, "kpi")]
        if inputs[0] is None:
            return
        if operation in FORMULAS:
            ids = {"a": inputs[0].public_id, "b": (inputs[1] or inputs[0]).public_id}
            self.attempt(
                "make by formula",
                self.world.kpi,
                calculation="expression",
                expression=operation.format(**ids),
                frequency=inputs[0].frequency,
                metric_kind=inputs[0].metric_kind,
                metric_unit=inputs[0].metric_unit,
                target=aim,
            )
            return
        calculated = self.attempt(
            "make calculated",
            self.world.kpi,
            calculation=operation,
            frequency=inputs[0].frequency,
            target=aim,
        )
        for one in inputs:
            if calculated is not None and one is not None:
                self.attempt("link input", self.world.link, one, calculated, "computes")

    # --- links ---

    @rule(child=indexes, parent=indexes, relation=relations, mode=modes, weight=weights)
    def link(
        self, child: int, parent: int, relation: str | None, mode: str | None, weight: int | None
    ) -> None:
        below = self.goal(child)
        above = self.goal(parent, besides=below)
        assert below is not None
        assert above is not None
        self.attempt("link", self.world.link, below, above, relation, mode, weight)

    @rule(child=indexes, parent=indexes, mode=modes, weight=weights)
    def link_measures(self, child: int, parent: int, mode: str | None, weight: int | None) -> None:
        below = self.open_goal(child, "key_result", "kpi")
        above = self.goal(parent, "key_result", "kpi", besides=below)
        if below is not None and above is not None:
            self.attempt("link measures", self.world.link, below, above, None, mode, weight)

    @rule(index=indexes, mode=st.sampled_from([None, "average", "value", "none"]), weight=weights)
    def change_link(self, index: int, mode: str | None, weight: int | None) -> None:
        edge = self.edge(index)
        if edge is not None:
            self.attempt(
                "change link", goals.change_link, self.world.an, edge, mode=mode, weight=weight
            )

    @rule(index=indexes)
    def unlink(self, index: int) -> None:
        edge = self.edge(index)
        if edge is not None:
            self.attempt("unlink", goals.unlink, self.world.an, edge)

    @rule(index=indexes, parent=indexes)
    def move(self, index: int, parent: int) -> None:
        edge, above = self.edge(index), self.goal(parent)
        if edge is not None and above is not None:
            self.attempt("move", goals.move_link, self.world.an, edge, above)

    @rule(index=indexes, accept=st.booleans())
    def answer_proposal(self, index: int, accept: bool) -> None:
        waiting = Alignment.objects.filter(organisation=self.world.organisation).exclude(
            proposed_mode=""
        )
        count = waiting.count()
        if count:
            edge = waiting.order_by("id").select_related("child", "parent")[index % count]
            action = goals.accept_link if accept else goals.decline_link
            self.attempt("answer proposal", action, self.world.chi, edge)

    # --- records ---

    def report(self, goal: Goal, value: Decimal, day: date, picks: int) -> None:
        values = self.values(goal, value, picks)
        self.attempt(f"check in {goal.kind}", self.world.check_in, goal, day=day, **values)

    def values(self, goal: Goal, value: Decimal, picks: int) -> dict[str, Any]:
        if goal.aggregation == "ratio":
            return {"numerator": value, "denominator": abs(value) + picks % 7}
        if goal.direction == "milestones":
            steps = Milestone.objects.filter(goal=goal).values_list("position", flat=True)
            return {"milestones": [p for n, p in enumerate(sorted(steps)) if picks >> n & 1]}
        if goal.direction == "pass_fail":
            return {"value": D(picks % 2)}
        return {"value": value}

    @rule(index=indexes, value=numbers, day=days, picks=indexes)
    def check_in(self, index: int, value: Decimal, day: date, picks: int) -> None:
        goal = self.open_goal(index, "key_result", "kpi")
        if goal is not None:
            self.report(goal, value, day, picks)

    @rule(reports=st.lists(st.tuples(indexes, numbers, days, indexes), min_size=2, max_size=5))
    def check_in_several(self, reports: list[tuple[int, Decimal, date, int]]) -> None:
        for index, value, day, picks in reports:
            goal = self.goal(index, "key_result", "kpi", state="active", rule__in=["own", "both"])
            if goal is not None:
                self.report(goal, value, day, picks)

    @rule(index=indexes, value=numbers, picks=indexes, day=st.one_of(st.none(), days))
    def correct(self, index: int, value: Decimal, picks: int, day: date | None) -> None:
        record = self.record(index)
        if record is not None:
            values = self.values(record.goal, value, picks)
            for name in ("numerator", "denominator", "milestones"):
                if name in values:
                    values.setdefault("value", None)
            self.attempt(
                "correct",
                check_ins.correct,
                self.world.an,
                record,
                for_day=day or record.for_day,
                **values,
            )

    @rule(index=indexes)
    def void(self, index: int) -> None:
        record = self.record(index)
        if record is not None:
            self.attempt("void", check_ins.void, self.world.an, record, "nhập nhầm")

    # --- definitions ---

    @rule(index=indexes, to=st.sampled_from(["own", "children", "both", "both"]))
    def set_rule(self, index: int, to: str) -> None:
        goal = self.goal(index, "key_result", "kpi")
        if goal is not None:
            self.attempt("set rule", goals.set_rule, self.world.an, goal, to, goal.version)

    @rule(index=indexes, name=st.sampled_from(["target", "baseline", "forget"]), value=numbers)
    def retarget(self, index: int, name: str, value: Decimal) -> None:
        goal = self.open_goal(index, "key_result", "kpi")
        if goal is not None:
            actor = self.world.chi if goal.kind == "kpi" else self.world.an
            change = {"baseline": None} if name == "forget" else {name: value}
            self.attempt("retarget", self.world.edit, goal, actor, **change)

    @rule(index=indexes, facts=key_result_measures())
    def remeasure(self, index: int, facts: dict[str, Any]) -> None:
        """Another unit or direction altogether."""
        goal = self.open_goal(index, "key_result")
        if goal is not None:
            self.attempt("remeasure", self.world.edit, goal, **facts)

    @rule(index=indexes, facts=kpi_measures())
    def remeasure_kpi(self, index: int, facts: dict[str, Any]) -> None:
        kpi = self.open_goal(index, "kpi")
        if kpi is not None:
            self.attempt("remeasure kpi", self.world.edit, kpi, self.world.chi, **facts)

    @rule(
        index=indexes,
        other=indexes,
        operation=st.sampled_from(["", "sum", "difference", "product", "ratio", *FORMULAS]),
        chosen=mostly,
    )
    def recalculate(self, index: int, other: int, operation: str, chosen: bool) -> None:
        """Another operation for a KPI, mostly for one that is calculated already."""
        kpi = self.goal(index, "kpi", **({"calculation__gt": ""} if chosen else {}))
        one = self.goal(other, "kpi")
        if kpi is None or one is None:
            return
        changes = {"calculation": operation}
        if operation in FORMULAS:
            formula = operation.format(a=one.public_id, b=one.public_id)
            changes = {"calculation": "expression", "expression": formula}
        self.attempt("recalculate", self.world.edit, kpi, self.world.chi, **changes)

    @rule(index=indexes, starts=days, span=st.integers(0, 200))
    def redate(self, index: int, starts: date, span: int) -> None:
        goal = self.open_goal(index, "key_result", "objective")
        if goal is not None:
            self.attempt(
                "redate", self.world.edit, goal, starts=starts, ends=starts + timedelta(days=span)
            )

    @rule(
        index=indexes,
        day=days,
        name=st.sampled_from(["target", "target", "baseline", "low", "high", "tolerance"]),
        value=st.one_of(st.none(), positive),
    )
    def set_target(self, index: int, day: date, name: str, value: Decimal | None) -> None:
        kpi = self.goal(index, "kpi")
        if kpi is None:
            return
        period = KpiPeriod.objects.filter(goal=kpi, starts__lte=day, ends__gte=day).first()
        year = period.year if period else day.year
        self.attempt(
            "set target",
            goals.set_targets,
            self.world.chi,
            kpi,
            year,
            {day: {name: value}},
            kpi.version,
            reason="điều chỉnh",
        )

    # --- states ---

    @rule(
        index=indexes,
        what=st.sampled_from(["close"] * 3 + ["drop", "drop along", "relink", "archive", "delete"]),
        to=indexes,
    )
    def end(self, index: int, what: str, to: int) -> None:
        world, goal = self.world, self.open_goal(index)
        if goal is None:
            return
        if what == "close":
            self.attempt(what, goals.close, world.chi, goal, goal.version)
        elif what == "archive":
            self.attempt(what, goals.archive, world.an, goal, goal.version, children="along")
        elif what == "delete":
            self.attempt(what, goals.delete, world.an, goal, goal.version)
        else:
            choice = {"drop": "", "drop along": "along", "relink": "relink"}[what]
            self.attempt(
                what,
                goals.drop,
                world.an,
                goal,
                goal.version,
                "thôi",
                children=choice,
                relink_to=self.goal(to, besides=goal) if choice == "relink" else None,
            )

    @rule(index=indexes)
    def reopen(self, index: int) -> None:
        goal = self.one_in(index, "closed")
        if goal is None:  # little is closed in a short history, and less of it can come back
            goal = self.open_goal(index)
            if goal is None:
                return
            goal = self.attempt("close", goals.close, self.world.chi, goal, goal.version)
        if goal is not None:
            self.attempt("bring back closed", goals.reopen, self.world.chi, goal, goal.version)

    @rule(index=indexes)
    def restore(self, index: int) -> None:
        goal = self.one_in(index, "dropped", "archived")
        if goal is not None:
            what = f"bring back {goal.state}"
            self.attempt(what, goals.restore, self.world.chi, goal, goal.version)

    @rule(index=indexes)
    def move_draft_on(self, index: int) -> None:
        found = Goal.objects.filter(
            organisation=self.world.organisation, state__in=["draft", "submitted", "returned"]
        ).order_by("id")
        count = found.count()
        if not count:
            return
        goal = fresh(found[index % count])
        if goal.state == "submitted" and index % 3 == 0:
            self.attempt("return", goals.return_goal, self.world.chi, goal, goal.version, "chưa rõ")
        elif goal.state == "submitted":
            self.attempt("approve", goals.approve, self.world.chi, goal, goal.version)
        else:
            self.attempt("submit", goals.submit, self.lan, goal, goal.version)

    @rule(index=indexes)
    def delete(self, index: int) -> None:
        goal = self.goal(index)
        assert goal is not None
        self.attempt("delete", goals.delete, self.world.an, goal, goal.version)
