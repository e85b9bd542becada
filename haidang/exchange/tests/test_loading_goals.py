"""Goals from lists: what a line means, what it may, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from haidang.activity.models import Event
from haidang.exchange.loading import limits
from haidang.exchange.loading.lines import Status
from haidang.exchange.models import Import
from haidang.exchange.tests.loads import applied, lines_of, problems_of, taken
from haidang.goals import actions as goals
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Alignment, Cycle, Goal, GoalVersion, Mode
from haidang.lib.tests.made import csv_of, xlsx_of
from haidang.people import actions as people
from haidang.people.models import Person, Unit

pytestmark = pytest.mark.django_db

HEADER = ["Scope", "Type", "Parent", "Title", "Unit of measure", "Baseline", "Target", "Department",
          "Owner", "Start", "End", "Weight", "Visible to"]  # fmt: skip


@pytest.fixture(autouse=True)
def cycle(administrator: Person) -> Cycle:
    year = date.today().year
    facts = {"name": str(year), "kind": "year", "starts": date(year, 1, 1),
             "ends": date(year, 12, 31)}  # fmt: skip
    return goals.create_cycle(administrator, facts)


@pytest.fixture
def pillar(administrator: Person) -> Goal:
    return goals.create_goal(administrator, "pillar", {"title": "Dẫn đầu"})


def line(**cells: Any) -> list[Any]:
    names = {name.lower().replace(" ", "_"): name for name in HEADER}
    assert cells.keys() <= names.keys()
    return [cells.get(key, "") for key in names]


def load(actor: Person, *lines: list[Any], **options: Any) -> Import:
    return taken(actor, csv_of([HEADER, *lines]), **options)


OBJECTIVE = {"scope": "Company", "type": "Objective", "title": "Mở rộng"}
KEY_RESULT = {"type": "KR", "parent": "Mở rộng", "title": "Doanh thu", "target": "12.5",
              "unit_of_measure": "tỷ ₫"}  # fmt: skip


def only(job: Import) -> tuple[str, str]:
    """The one reason of the one line that is wrong."""
    found = problems_of(job)
    assert len(found) == 1, found
    (reasons,) = found.values()
    assert len(reasons) == 1, reasons
    return reasons[0]


# --- what a line means ------------------------------------------------------------------


def test_a_parent_may_stand_further_down(administrator: Person) -> None:
    job = applied(load(administrator, line(**KEY_RESULT), line(**OBJECTIVE)))
    assert job.state == "applied"
    key_result = Goal.objects.get(kind="key_result")
    assert key_result.parent_links.get().parent.title == "Mở rộng"
    assert (key_result.metric_kind, key_result.direction) == ("currency", "increase")
    assert (key_result.target, key_result.decimals) == (Decimal("12.5"), 1)
    assert [one.depth for one in lines_of(job)] == [1, 0]


def test_everything_in_vietnamese(administrator: Person, an: Person, sales_unit: Unit) -> None:
    header = ["phạm vi", "LOẠI", "Tiêu đề", "Đơn vị tính", "Chỉ tiêu", "Phòng ban",
              "Người phụ trách", "Chiều hướng tốt", "Tần suất đo", "Gộp nhiều kỳ",
              "Ngày bắt đầu"]  # fmt: skip
    row = ["Đơn vị", "KPI", "Tỷ lệ lỗi", "%", "1.234,5", "kinh doanh", "nguyễn văn an",
           "Càng thấp càng tốt", "Quý", "Trung bình", "1/2/2026"]  # fmt: skip
    job = applied(taken(administrator, csv_of([header, row]), language="vi"))
    assert job.state == "applied", problems_of(job)
    kpi = Goal.objects.get()
    assert (kpi.level, kpi.unit, kpi.owner) == ("unit", sales_unit, an)
    assert (kpi.metric_kind, kpi.direction, kpi.target) == ("percent", "lower", Decimal("1234.5"))
    assert (kpi.frequency, kpi.aggregation) == ("quarter", "average")
    assert kpi.starts == date(2026, 2, 1)


@pytest.mark.parametrize(
    ("target", "kind"), [("", "objective"), ("5", "key_result")]
)  # fmt: skip
def test_okr_is_told_by_its_measure(
    administrator: Person, pillar: Goal, target: str, kind: str
) -> None:
    job = load(administrator, line(**OBJECTIVE), line(type="OKR", scope="Company", title="X",
               parent="Mở rộng", target=target))  # fmt: skip
    assert lines_of(job)[1].kind == kind
    assert not problems_of(job)


def test_values_of_a_workbook(administrator: Person) -> None:
    rows = [HEADER, line(**OBJECTIVE | {"start": date(2026, 1, 5)}),
            line(**KEY_RESULT | {"target": 12.5, "weight": 3})]  # fmt: skip
    job = applied(taken(administrator, xlsx_of(rows)))
    assert job.state == "applied", problems_of(job)
    assert Goal.objects.get(kind="objective").starts == date(2026, 1, 5)
    assert Alignment.objects.get().weight == 3


def test_several_parents(administrator: Person, pillar: Goal) -> None:
    other = goals.create_goal(administrator, "pillar", {"title": "Bền vững"})
    job = applied(load(administrator, line(**OBJECTIVE, parent=f"{pillar.public_id}; bền vững")))
    assert job.state == "applied", problems_of(job)
    assert {e.parent_id for e in Alignment.objects.all()} == {pillar.pk, other.pk}


# --- what is wrong ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"type": "Vision"}, "Type", "none of the values"),
        ({"type": ""}, "Type", "say what it is"),
        ({"title": ""}, "Title", "give it a title"),
        ({"title": "x" * 301}, "Title", "300"),
        ({"title": "x" * 1_000_000}, "Title", "too long"),
        ({"start": "29/02/2026"}, "Start", "29/02/2026"),
        ({"start": "01/01/0001"}, "Start", "year"),
        ({"end": "9999-12-31"}, "End", "year"),
        ({"start": "soon"}, "Start", "not a day"),
        ({"start": "31/12/2026", "end": "01/01/2026"}, "End", "before the start"),
        ({"owner": "Ai Đó"}, "Owner", "nobody called"),
        ({"owner": "ai@do.vn"}, "Owner", "Nobody has the address"),
        ({"owner": "P-999"}, "Owner", "nobody called"),
        ({"department": "Phòng Ma"}, "Department", "no unit"),
        ({"parent": "O-999"}, "Parent", "no goal “O-999”"),
        ({"parent": "Chưa có"}, "Parent", "no goal “Chưa có”"),
        ({"visible_to": "friends"}, "Visible to", "none of the values"),
        ({"start": "#REF!"}, "Start", "error"),
    ],
)
def test_a_cell_that_cannot_be(
    administrator: Person, cells: dict[str, Any], column: str, says: str
) -> None:
    job = load(administrator, line(**OBJECTIVE | cells))
    found = only(job)
    assert found[0] == column
    assert says in found[1]
    assert Goal.objects.count() == 0


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("NaN", "not a number"),
        ("Infinity", "not a number"),
        ("1e5", "exponent"),
        ("1" * 25, "24 digits"),
        ("0." + "1" * 11, "10 digits"),
        ("mười", "not a number"),
    ],
)
def test_numbers_that_cannot_be(administrator: Person, value: str, says: str) -> None:
    job = load(administrator, line(**OBJECTIVE), line(**KEY_RESULT | {"target": value}))
    column, message = only(job)
    assert column == "Target"
    assert says in message


def test_a_number_of_twenty_digits(administrator: Person) -> None:
    number = "12345678901234567890"
    job = applied(load(administrator, line(**OBJECTIVE), line(**KEY_RESULT | {"target": number})))
    assert job.state == "applied", problems_of(job)
    assert Goal.objects.get(kind="key_result").target == Decimal(number)


def test_text_is_cleaned(administrator: Person) -> None:
    title = "Ta\u0306ng\u202e tru\u031bo\u031b\u0309ng\x07"
    applied(load(administrator, line(**OBJECTIVE | {"title": title})))
    assert Goal.objects.get().title == "Tăng trưởng"


def test_a_formula_and_merged_cells(administrator: Person) -> None:
    rows = [HEADER, line(**OBJECTIVE), line(**KEY_RESULT | {"target": "=1+1"})]
    assert only(taken(administrator, xlsx_of(rows))) == (
        "Target",
        "This is a formula. Please copy the cells and paste them as values.",
    )


def test_a_line_that_is_longer_than_the_header(administrator: Person) -> None:
    job = load(administrator, [*line(**OBJECTIVE), "one more"])
    assert only(job)[1] == "This line has more cells than the header."


def test_two_people_of_one_name(administrator: Person, make_person: Callable[..., Person]) -> None:
    first, second = make_person("Lê Văn Tám", "tam1"), make_person("Lê Văn Tám", "tam2")
    column, message = only(load(administrator, line(**OBJECTIVE, owner="lê văn tám")))
    assert column == "Owner"
    assert first.public_id in message
    assert second.public_id in message
    job = load(administrator, line(**OBJECTIVE, owner=second.public_id))
    assert not problems_of(job)


def test_a_title_that_several_goals_have(administrator: Person) -> None:
    one = goals.create_goal(administrator, "pillar", {"title": "Số hoá"})
    two = goals.create_goal(administrator, "pillar", {"title": "SỐ HOÁ"})
    column, message = only(load(administrator, line(**OBJECTIVE, parent="số hoá")))
    assert column == "Parent"
    assert one.public_id in message
    assert two.public_id in message


def test_an_ambiguous_title_is_told_by_what_can_be_a_parent(administrator: Person) -> None:
    goals.create_goal(administrator, "pillar", {"title": "Mở rộng"})
    job = load(administrator, line(**OBJECTIVE), line(**KEY_RESULT))
    assert not problems_of(job)


def test_a_circle_in_the_list_is_named_by_its_lines(administrator: Person) -> None:
    one, two, three = (
        line(**OBJECTIVE | {"title": title, "parent": parent})
        for title, parent in (("A", "B"), ("B", "C"), ("C", "A"))
    )
    found = problems_of(load(administrator, one, two, three))
    assert set(found) == {2, 3, 4}
    assert "2 > 3 > 4 > 2" in found[2][0][1]


def test_what_hangs_below_a_wrong_line_waits(administrator: Person) -> None:
    job = load(administrator, line(**OBJECTIVE | {"start": "soon"}), line(**KEY_RESULT))
    assert [one.status for one in lines_of(job)] == [Status.WRONG, Status.WAITING]


def test_one_bad_line_and_nothing_is_written(administrator: Person) -> None:
    lines = [line(**OBJECTIVE | {"title": f"Mục tiêu {n}"}) for n in range(300)]
    lines[150] = line(**OBJECTIVE | {"title": ""})
    job = load(administrator, *lines)
    assert set(problems_of(job)) == {152}
    assert job.counts["new"] == 299
    assert Goal.objects.count() == 0


# --- rights -----------------------------------------------------------------------------


def test_a_member_loads_own_drafts_and_no_company_goals(an: Person, binh: Person) -> None:
    mine = line(**OBJECTIVE | {"scope": "Individual", "owner": "an@tamlong.example"})
    others = {"title": "Của Bình", "scope": "Individual", "owner": "Trần Thị Bình"}
    job = load(an, mine, line(**OBJECTIVE | {"title": "Công ty"}), line(**OBJECTIVE | others))
    found = problems_of(job)
    assert set(found) == {3, 4}
    assert "strategists" in found[3][0][1]
    assert "manager" in found[4][0][1]
    applied(load(an, mine))
    assert Goal.objects.get().state == "draft"


def test_who_loads_somebodys_goal_instead_is_named(
    administrator: Person, make_person: Callable[..., Person], an: Person, chi: Person
) -> None:
    """Strategists may not either: the reason says who can, and what else to write."""
    strategist = make_person("Lê Văn Quý", "quy")
    people.set_roles(administrator, strategist, ["strategist"])
    theirs = OBJECTIVE | {"scope": "Individual"}
    column, said = only(load(strategist, line(**theirs, owner="an@tamlong.example")))
    assert column == "Scope"
    assert f"loaded by themself or by their manager, {chi.name}" in said
    assert "write “Unit”" in said
    said = only(load(strategist, line(**theirs, owner=chi.email)))[1]
    assert "themself alone: they have no manager" in said
    job = load(strategist, line(**theirs | {"scope": "Unit", "department": "Kinh doanh"}))
    assert problems_of(job) == {}


def test_a_leader_loads_goals_of_the_unit_and_below(
    chi: Person, administrator: Person, sales_unit: Unit, factory_unit: Unit
) -> None:
    people.create_unit(administrator, "Miền Tây", parent=sales_unit)
    unit = OBJECTIVE | {"scope": "Department"}
    job = load(chi, line(**unit, department="Miền Tây"), line(**unit, department="Sản xuất"))
    assert set(problems_of(job)) == {3}
    applied(load(chi, line(**unit, department="Miền Tây")))
    assert Goal.objects.get().state == "active"


def test_a_parent_that_is_not_seen_is_unknown(an: Person, administrator: Person) -> None:
    facts = {"title": "Bí mật", "visibility": "private", "owner": administrator}
    secret = goals.create_goal(administrator, "pillar", facts)
    mine = OBJECTIVE | {"scope": "Individual", "owner": "an@tamlong.example"}
    by_id = only(load(an, line(**mine, parent=secret.public_id)))[1]
    assert by_id == only(load(an, line(**mine, parent="SP-99")))[1].replace(
        "SP-99", secret.public_id
    )
    assert "no goal" in only(load(an, line(**mine, parent="Bí mật")))[1]


def test_a_link_that_counts_waits_for_the_side_of_the_parent(
    an: Person, administrator: Person, pillar: Goal
) -> None:
    mine = OBJECTIVE | {"scope": "Individual", "owner": "an@tamlong.example"}
    job = applied(load(an, line(**mine, parent="Dẫn đầu")))
    assert job.state == "applied", problems_of(job)
    edge = Alignment.objects.get()
    assert (edge.mode, edge.proposed_mode, edge.proposed_by) == (Mode.NONE, Mode.AVERAGE, an)
    assert only(load(an, line(**mine, parent="Dẫn đầu", weight="7")))[0] == "Weight"


def test_a_key_result_below_an_objective_that_is_not_ones_own(
    an: Person, administrator: Person
) -> None:
    facts = {"title": "Mở rộng", "level": "company", "cycle": Cycle.objects.get()}
    goals.create_goal(administrator, "objective", facts)
    assert "may not add key results" in only(load(an, line(**KEY_RESULT)))[1]


# --- changes ----------------------------------------------------------------------------


@pytest.fixture
def known(administrator: Person, pillar: Goal, cycle: Cycle, an: Person) -> Goal:
    facts = {"title": "Mở rộng", "level": "company", "cycle": cycle, "owner": an}
    objective = goals.create_goal(administrator, "objective", facts, parents=[LinkRequest(pillar)])
    below = [LinkRequest(objective, relation="composition")]
    measure = {"title": "Doanh thu", "metric_kind": "number", "direction": "increase",
               "baseline": Decimal(0), "target": Decimal(10), "owner": administrator}  # fmt: skip
    return goals.create_goal(administrator, "key_result", measure, parents=below)


def change(actor: Person, goal: Goal, **cells: Any) -> Import:
    return taken(actor, csv_of([["ID", *cells], [goal.public_id, *cells.values()]]))


def test_only_what_is_given_and_differs_is_changed(administrator: Person, known: Goal) -> None:
    job = change(administrator, known, Title="Doanh thu", Target="12", Owner="")
    (found,) = lines_of(job)
    assert [(c.column, c.old, c.new) for c in found.changes] == [("Target", "10", "12")]
    applied(job, "thị trường đổi")
    known.refresh_from_db()
    assert (known.target, known.owner, known.version) == (12, administrator, 2)
    version = GoalVersion.objects.get(goal=known, until=None)
    assert version.reason == "thị trường đổi"
    assert Event.objects.get(verb="goal.edited").source == "import"


def test_more_changes_than_others_can_wait_for(
    administrator: Person, known: Goal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_SINGLY", 0)
    assert change(administrator, known, Target="10").state == "checked"
    assert "divide" in change(administrator, known, Target="11").problem


def test_nothing_new_is_unchanged(administrator: Person, known: Goal) -> None:
    job = change(administrator, known, Title="Doanh thu", Target="10", Weight="1", Parent="O-1")
    assert [one.status for one in lines_of(job)] == [Status.UNCHANGED]


def test_a_change_that_one_may_not_make(an: Person, binh: Person, known: Goal) -> None:
    assert "can see this" in only(change(binh, known, Title="Khác"))[1]
    assert known.version == 1


def test_who_changes_a_measure_instead_is_said(
    administrator: Person, an: Person, known: Goal, cycle: Cycle
) -> None:
    """At the column that was changed: others may still change its words."""
    people.set_roles(administrator, an, ["strategist"])
    assert lines_of(change(an, known, Title="Tổng thu"))[0].status == Status.CHANGED
    assert only(change(an, known, Target="12")) == (
        "Target",
        "Measure and dates of this goal are its owner's to change.",
    )
    for state in ("active", "closing"):
        goals.set_cycle_state(administrator, cycle, state, None)
    column, reason = only(change(administrator, known, Target="12"))
    assert (column, "approver" in reason) == ("Target", True)
    goals.close(administrator, known, None)
    assert "reopen it first" in only(change(administrator, known, Target="12"))[1]


def test_an_id_that_is_not_seen_or_stands_twice(administrator: Person, known: Goal) -> None:
    rows = [["ID", "Title"], ["KR-99", "X"], [known.public_id, "X"], [known.public_id, "Y"]]
    found = problems_of(taken(administrator, csv_of(rows)))
    assert set(found) == {2, 4}


def test_a_goal_keeps_its_type(administrator: Person, known: Goal) -> None:
    assert only(change(administrator, known, Type="KPI"))[0] == "Type"


def test_a_goal_is_hung_elsewhere(administrator: Person, known: Goal) -> None:
    other = goals.create_goal(administrator, "pillar", {"title": "Bền vững"})
    objective = Goal.objects.get(kind="objective")
    job = applied(change(administrator, objective, Parent="Bền vững"))
    assert job.state == "applied", problems_of(job)
    edge = Alignment.objects.get(child=objective)
    assert (edge.parent, edge.mode) == (other, Mode.AVERAGE)


def test_a_key_result_stays_with_its_objective(administrator: Person, known: Goal) -> None:
    goals.create_goal(administrator, "objective", {"title": "Khác", "level": "company",
                                                   "cycle": known.cycle})  # fmt: skip
    assert only(change(administrator, known, Parent="Khác"))[0] == "Parent"
