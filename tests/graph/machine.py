"""A machine that builds and upsets random organisations through the actions.

Its rules are what people do: make goals of every kind, link and unlink them, check in,
correct, void, retarget, close, reopen, drop, wait for tomorrow. A refusal is an answer and
changes nothing; anything else that goes wrong is a fault. After every few steps each stored
number must equal the oracle's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from unittest import mock
from zoneinfo import ZoneInfo

from django.db import transaction
from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from haidang.checkins import actions as check_ins
from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.goals import actions as goals
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Alignment, Goal, KpiPeriod, Milestone, Standing
from haidang.goals.queries import expected_on, memory, outlook
from haidang.lib.errors import Refusal
from tests.oracle import facts as raw
from tests.oracle.compare import differences, expected_standing
from tests.oracle.oracle import Oracle
from tests.worlds import KPI, NUMBER, World, fresh

D = Decimal
HCM = ZoneInfo("Asia/Ho_Chi_Minh")
BEGINNING = datetime(2025, 6, 2, 9, 0, tzinfo=HCM)
CHECK_EVERY = 3

#: Units of measure: values convert inside a family and nowhere else.
FAMILIES: dict[str, list[tuple[str, str]]] = {
    "money": [("currency", unit) for unit in ("tỷ ₫", "triệu ₫", "₫")],
    "time": [("duration", unit) for unit in ("h", "phút")],
    "count": [("count", "NPP")],
}

numbers = st.one_of(
    st.integers(-20, 150).map(D),
    st.decimals(-20, 150, places=3),
    st.sampled_from([D("0.0000000001"), D(10) ** 23 + D("0.0000000007"), D("-1e12"), D(0)]),
)
positive = st.one_of(
    st.integers(1, 150).map(D), st.decimals("0.001", 150, places=3), st.just(D("0.0000000003"))
)
indexes = st.integers(0, 10_000)
mostly = st.sampled_from([True] * 7 + [False])
weights = st.one_of(st.none(), st.integers(0, 5), st.sampled_from([9_999, 10_000]))
days = st.dates(date(2024, 11, 1), date(2025, 6, 2))
relations = st.one_of(
    st.none(),
    st.sampled_from(["strategy", "cascade", "supports", "cross_team", "decomposes", "improves"]),
    st.sampled_from(["depends_on", "computes", "composition"]),
)
modes = st.sampled_from([None, None, "average", "value", "value", "none"])


@st.composite
def units(draw: Callable[..., Any]) -> dict[str, Any]:
    kind, unit = draw(st.sampled_from(FAMILIES[draw(st.sampled_from(sorted(FAMILIES)))]))
    return {"metric_kind": kind, "metric_unit": unit}


@st.composite
def key_result_measures(draw: Callable[..., Any]) -> dict[str, Any]:
    """Facts of a key result's metric; some of them will be refused."""
    direction = draw(
        st.sampled_from(
            ["increase"] * 4
            + ["decrease", "at_least", "at_most", "relative", "range", "pass_fail"]
            + ["milestones", ""]
        )
    )
    facts = NUMBER | draw(units()) | {"direction": direction, "baseline": None, "target": None}
    if direction in ("increase", "decrease", "relative"):
        facts["baseline"] = draw(st.one_of(st.none(), st.just(D(0)), numbers))
    if direction in ("increase", "decrease", "at_least", "at_most"):
        facts["target"] = draw(numbers)
    if direction in ("increase", "decrease") and facts["baseline"] is not None and draw(mostly):
        ends = sorted((facts["baseline"], facts["target"]), reverse=direction == "decrease")
        facts["baseline"], facts["target"] = ends
    if direction == "relative":
        facts["relative_change"] = draw(st.sampled_from([D("0.2"), D("-0.5"), D("1.5")]))
    if direction == "range":
        low = draw(numbers)
        facts |= {"low": low, "high": low + draw(positive), "tolerance": draw(positive)}
    if direction == "pass_fail":
        facts |= {"metric_kind": "yes_no", "metric_unit": ""}
    if direction == "milestones":
        facts |= {
            "metric_kind": "milestones",
            "metric_unit": "",
            "milestones": [
                {"title": f"Bước {n}", "weight": weight, "due": None}
                for n, weight in enumerate(draw(st.lists(st.integers(0, 5), min_size=1)))
            ][:5],
        }
    if direction == "":
        facts |= {"metric_kind": "", "metric_unit": "", "decimals": 0}
    return facts


@st.composite
def kpi_measures(draw: Callable[..., Any]) -> dict[str, Any]:
    direction = draw(
        st.sampled_from(["higher"] * 4 + ["lower", "steps", "linear", "range", "pass_fail"])
    )
    aggregation = draw(
        st.sampled_from(["sum"] * 4 + ["average", "last", "max", "min", "ratio", "ratio"])
    )
    facts = KPI | draw(units()) | {"direction": direction, "aggregation": aggregation}
    facts["frequency"] = draw(
        st.sampled_from(["month", "month", "quarter", "year", "week", "day", "half"])
    )
    facts["target"] = draw(st.one_of(st.none(), positive, positive))
    if direction == "steps":
        facts["steps"] = [["0.5", "0.3"], ["0.9", "0.8"], ["1", "1"]]
    if direction == "linear":
        facts["baseline"] = draw(numbers)
        facts["target"] = draw(numbers)
    if direction == "range":
        low = draw(numbers)
        facts |= {"low": low, "high": low + draw(positive), "tolerance": draw(positive)}
        facts["target"] = None
    if direction == "pass_fail":
        facts |= {"metric_kind": "yes_no", "metric_unit": "", "target": None}
    if aggregation == "ratio" and draw(st.booleans()):
        facts |= {"metric_kind": "percent", "metric_unit": "%"}
    return facts


#: Formulas of two KPIs; some are refused for their units, some divide by zero.
FORMULAS = ("({a} - {b}) / {a} * {b}", "max({a}, 2 * {b}) - {a} / 3", "-({a} + {b}) * 0.5")


class GraphMachine(RuleBasedStateMachine):
    """Each run is one organisation in a transaction that is rolled back at its end."""

    outcomes: ClassVar[Counter[str]] = Counter()  # of all runs: what was done, what refused

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        self.unchecked = False
        self.broken = False
        self.evenings: list[tuple[date, dict[int, dict[str, Any]]]] = []
        self.now = BEGINNING
        self.clock = mock.patch("django.utils.timezone.now", self.tick)
        self.clock.start()
        memory.forget()  # ids of a run that was taken back come again
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def tick(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def teardown(self) -> None:
        try:
            if not self.broken:
                self.check()
                self.check_evenings()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)
            self.clock.stop()

    # --- what there is ---

    def goal(
        self, index: int, *kinds: str, besides: Goal | None = None, **where: Any
    ) -> Goal | None:
        """One of the goals (of these kinds, and like `where`); None when there is none."""
        found = Goal.objects.filter(organisation=self.world.organisation, **where).order_by("id")
        if kinds:
            found = found.filter(kind__in=kinds)
        if besides is not None:
            found = found.exclude(pk=besides.pk)
        ids = list(found.values_list("id", flat=True))
        return fresh(Goal(pk=ids[index % len(ids)])) if ids else None

    def open_goal(self, index: int, *kinds: str) -> Goal | None:
        """Mostly one that is active; now and then any, to be refused."""
        return self.goal(index, *kinds, **({} if index % 8 == 7 else {"state": "active"}))

    def edge(self, index: int) -> Alignment | None:
        found = Alignment.objects.filter(organisation=self.world.organisation).order_by("id")
        count = found.count()
        if not count:
            return None
        return found.select_related("child", "parent")[index % count]

    def record(self, index: int) -> CheckIn | None:
        found = CheckIn.objects.filter(organisation=self.world.organisation).order_by("id")
        count = found.count()
        return found.select_related("goal")[index % count] if count else None

    def attempt(self, what: str, action: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Do it; a refusal is counted and must have left nothing behind."""
        self.unchecked = True
        try:
            done = action(*arguments, **named)
        except Refusal as refusal:
            self.outcomes[f"{what}: {refusal.code}"] += 1
            event(f"{what}: refused")
            return None
        self.outcomes[what] += 1
        event(f"{what}: done")
        return done

    # --- beginning ---

    @initialize(fiscal=st.sampled_from([1, 1, 4, 7, 12]))
    def begin(self, fiscal: int) -> None:
        world = self.world = World(fiscal_year_start=fiscal)
        self.lan = world.person("Lan", world.sales, manager=world.chi)
        pillar = world.pillar(world.ultimate())
        top = world.objective(pillar)
        world.key_result(top)
        world.key_result(world.objective(top, cycle=world.quarters[0]))
        world.kpi(pillar)

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

    def one_in(self, index: int, *states: str) -> Goal | None:
        found = Goal.objects.filter(
            organisation=self.world.organisation, state__in=states
        ).order_by("id")
        count = found.count()
        return fresh(found[index % count]) if count else None

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

    # --- time ---

    @rule(count=st.integers(1, 3))
    def next_day(self, count: int) -> None:
        """Remember how the evening stood, and wake up some days later."""
        self.evenings.append((self.now.astimezone(HCM).date(), self.expected()))
        self.now = self.now.replace(hour=9) + timedelta(days=count)

    def expected(self) -> dict[int, dict[str, Any]]:
        facts = raw.read(self.world.organisation.pk)
        return {
            goal: expected_standing(number, facts.nodes[goal])
            for goal, number in Oracle(facts).numbers().items()
        }

    def check_evenings(self) -> None:
        """The history point last written by an evening says what then stood."""
        names = ("progress", "raw", "actual", "terms_measured", "terms_total")
        for evening, standings in self.evenings:
            points: dict[int, dict[str, Any]] = {}
            for row in raw.rows(
                "SELECT h.* FROM goals_historypoint h JOIN goals_goal g ON g.id = h.goal_id"
                " WHERE g.organisation_id = %s AND h.day <= %s ORDER BY h.day",
                self.world.organisation.pk,
                evening,
            ):
                points[row["goal_id"]] = row
            for goal, right in standings.items():
                if not Standing.objects.filter(pk=goal).exists():
                    continue  # deleted since, as a draft may be
                point = points.get(goal)
                if point is None:
                    assert right["progress"] is None, (evening, goal, right)
                    continue
                for name in names:
                    there = raw.number(point[name])
                    assert there == right[name], (evening, goal, name, there, right[name])

    # --- the promise ---

    @invariant()
    def every_number_is_the_oracles(self) -> None:
        self.steps += 1
        if self.unchecked and self.steps % CHECK_EVERY == 0:
            self.check()

    def misremembered(self) -> list[str]:
        """Where what is kept in memory differs from what is computed from all that is below."""
        organisation, today = self.world.organisation, self.now.astimezone(HCM).date()
        ids = list(Goal.objects.filter(organisation=organisation).values_list("pk", flat=True))
        days = [today + timedelta(days=n) for n in (-40, 0, 25)]

        def seen() -> list[Any]:
            lines = [expected_on(organisation, i, days, today) for i in ids]
            return [outlook(organisation, ids, today), *zip(ids, lines, strict=True)]

        with mock.patch("haidang.goals.queries.memory.in_own_snapshot", return_value=True):
            kept = seen()
        return [
            f"remembered {a}, computed {b}" for a, b in zip(kept, seen(), strict=True) if a != b
        ]

    def check(self) -> None:
        if not hasattr(self, "world"):
            return
        self.unchecked = False
        found = [
            *differences(self.world.organisation.pk),
            *recompute(self.world.organisation.pk, check=True),
            *self.misremembered(),
        ]
        if found:
            self.broken = True
            raise AssertionError("\n".join(map(str, found)))
