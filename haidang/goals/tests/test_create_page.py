"""Creating goals of every kind through the form."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from haidang.goals.models import Alignment, Cycle, Goal
from haidang.people.actions import set_roles
from haidang.people.models import Person, Unit
from haidang.web.models import SentForm
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def strategist(enter: Enter, administrator: Person) -> Client:
    return enter(administrator)


@pytest.fixture
def as_an(enter: Enter, an: Person) -> Client:
    return enter(an)


def typed(year: Cycle, **more: Any) -> dict[str, Any]:
    """An objective as its form sends it."""
    return {
        "title": "Khách hàng tin chúng ta",
        "level": "company",
        "cycle": year.public_id,
        "commitment": "committed",
        "visibility": "organisation",
        **more,
    }


def key_result(objective: Goal, **more: Any) -> dict[str, Any]:
    return {
        "title": "100 khách hàng mới",
        "objective": objective.public_id,
        "metric_kind": "count",
        "metric_unit": "khách hàng",
        "direction": "increase",
        "baseline": "0",
        "target": "100",
        "visibility": "organisation",
        "plan_curve": "working_days",
        **more,
    }


@pytest.mark.parametrize("kind", ["ultimate", "pillar", "objective", "key_result", "kpi"])
def test_each_kind_has_a_form_with_defaults(
    strategist: Client, administrator: Person, year: Cycle, kind: str
) -> None:
    page = body_of(strategist.get(f"/goals/new/{kind}/"))
    assert 'name="title"' in page
    assert f'<option value="{administrator.public_id}" selected' in page


def test_a_kind_that_does_not_exist(strategist: Client) -> None:
    assert strategist.get("/goals/new/dream/").status_code == 404


def test_the_strategy_is_for_strategists(
    as_an: Client, enter: Enter, administrator: Person, binh: Person, emma: Person, year: Cycle
) -> None:
    assert as_an.get("/goals/new/ultimate/").status_code == 403
    assert as_an.post("/goals/new/pillar/", {"title": "x"}).status_code == 403
    assert 'value="company"' not in body_of(as_an.get("/goals/new/objective/"))
    answer = as_an.post("/goals/new/objective/", typed(year))
    assert answer.status_code == 422
    assert "Khách hàng tin chúng ta" in body_of(answer)
    set_roles(administrator, binh, ["viewer"])
    assert enter(binh).get("/goals/new/objective/").status_code == 403
    # A cycle of another organisation is none of Emma's choices.
    assert enter(emma).post("/goals/new/objective/", typed(year)).status_code == 422
    assert not Goal.objects.exists()


def test_an_objective_with_its_parent(strategist: Client, year: Cycle) -> None:
    strategist.post("/goals/new/ultimate/", {"title": "Đích đến", "visibility": "organisation"})
    above = Goal.objects.get(kind="ultimate")
    page = body_of(strategist.get(f"/goals/new/objective/?parent={above.public_id}"))
    assert f'<option value="{above.public_id}" selected' in page
    answer = strategist.post(
        "/goals/new/objective/",
        typed(year, parent=above.public_id, tags="khách hàng,  tin cậy ,", why="Vì họ trả lương"),
    )
    made = Goal.objects.get(kind="objective")
    assert answer["Location"] == f"/goals/{made.public_id}/"
    assert (made.state, made.why, made.cycle) == ("active", "Vì họ trả lương", year)
    assert sorted(t.name for t in made.tags.all()) == ["khách hàng", "tin cậy"]
    edge = Alignment.objects.get(child=made)
    assert (edge.parent, edge.relation, edge.mode) == (above, "strategy", "average")


def test_a_member_submits_or_keeps_a_draft(as_an: Client, year: Cycle, sales_unit: Unit) -> None:
    data = typed(year, level="unit", unit=sales_unit.public_id)
    as_an.post("/goals/new/objective/", data)
    as_an.post("/goals/new/objective/", {**data, "submit": "1"})
    assert list(Goal.objects.order_by("number").values_list("state", flat=True)) == [
        "draft",
        "submitted",
    ]


def test_a_key_result_comes_back_to_its_objective(strategist: Client, objective: Goal) -> None:
    answer = strategist.post("/goals/new/key_result/", key_result(objective, weight="3"))
    assert answer["Location"] == f"/goals/{objective.public_id}/#key-results"
    made = Goal.objects.get(kind="key_result")
    assert (made.target, made.baseline, made.decimals) == (100, 0, 0)
    assert Alignment.objects.get(child=made).weight == 3
    again = strategist.post(
        "/goals/new/key_result/", key_result(objective, title="Nữa", another="1")
    )
    assert again["Location"] == f"/goals/new/key_result/?objective={objective.public_id}"


def test_a_key_result_in_a_dialog(strategist: Client, objective: Goal) -> None:
    address = f"/goals/new/key_result/?objective={objective.public_id}"
    dialog = body_of(strategist.get(address, headers=HX))
    assert "<dialog" in dialog
    assert "<html" not in dialog
    answer = strategist.post("/goals/new/key_result/", key_result(objective, target=""), headers=HX)
    assert answer.status_code == 422
    assert 'value="khách hàng"' in body_of(answer)
    done = strategist.post("/goals/new/key_result/", key_result(objective), headers=HX)
    assert done.status_code == 204
    assert done["HX-Redirect"].endswith("#key-results")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"target": "1e30"}, "target"),
        ({"target": "9" * 25}, "target"),
        ({"direction": "decrease"}, "direction"),
        ({"direction": "relative", "baseline": "0", "relative_change": "20"}, "baseline"),
        ({"direction": "range", "low": "9", "high": "3"}, "high"),
        ({"ends": "31/02/2026"}, "ends"),
        ({"ends": "01/01/0001"}, "ends"),
        ({"starts": "01/06/2026", "ends": "01/05/2026"}, "ends"),
        ({"weight": "10001"}, "weight"),
        ({"weight": "1,5"}, "weight"),
        ({"owner": "P-999"}, "owner"),
        ({"objective": "O-999"}, "objective"),
        ({"metric_kind": "milestones"}, "milestones"),
        ({"metric_kind": "nonsense"}, "metric_kind"),
        ({"metric_unit": "x" * 25}, "metric_unit"),
        ({"visibility": "nobody"}, "visibility"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    strategist: Client, objective: Goal, facts: dict[str, str], field: str
) -> None:
    data = key_result(objective, why="Lý do giữ lại") | facts
    answer = strategist.post("/goals/new/key_result/", data)
    page = body_of(answer)
    assert answer.status_code == 422
    assert f'id="key_result-{field}_error"' in page or field == "milestones"
    assert "Lý do giữ lại" in page
    assert Goal.objects.filter(kind="key_result").count() == 0


def test_text_is_cleaned(strategist: Client, objective: Goal) -> None:
    title = "Co\u0301  \x00gắng\u202e <script>alert(1)</script>\n thêm"
    strategist.post("/goals/new/key_result/", key_result(objective, title=title))
    made = Goal.objects.get(kind="key_result")
    assert made.title == "Có gắng <script>alert(1)</script> thêm"
    page = body_of(strategist.get(f"/goals/{made.public_id}/"))
    assert "<script>alert" not in page


def test_milestones_are_rows(strategist: Client, objective: Goal) -> None:
    rows = {
        "metric_kind": "milestones",
        "ms-0-title": "TP.HCM",
        "ms-0-weight": "2",
        "ms-0-due": "31/10/2026",
        "ms-1-title": "",
        "ms-2-title": "Hà Nội",
        "ms-2-weight": "",
    }
    wrong = strategist.post(
        "/goals/new/key_result/", key_result(objective, **rows, **{"ms-3-due": "31/02/2026"})
    )
    page = body_of(wrong)
    assert wrong.status_code == 422
    assert "31/02/2026" in page
    assert "Mỗi cột mốc cần một tên ngắn." in page
    strategist.post("/goals/new/key_result/", key_result(objective, **rows))
    made = Goal.objects.get(kind="key_result")
    assert [(m.title, m.weight, m.due) for m in made.milestones.all()] == [
        ("TP.HCM", 2, date(2026, 10, 31)),
        ("Hà Nội", 1, None),
    ]


def test_a_kpi_with_steps(strategist: Client) -> None:
    data = {
        "title": "Doanh thu",
        "level": "company",
        "metric_kind": "currency",
        "metric_unit": "tỷ ₫",
        "direction": "steps",
        "frequency": "month",
        "aggregation": "sum",
        "target": "25,5",
        "visibility": "organisation",
        "step-0-from": "90",
        "step-0-gives": "40",
        "step-1-from": "95",
        "step-1-gives": "60,5",
    }
    assert strategist.post("/goals/new/kpi/", data).status_code == 302
    made = Goal.objects.get()
    assert made.steps == [["0.9", "0.4"], ["0.95", "0.605"]]
    assert (made.target, made.decimals, made.cadence_days) == (Decimal("25.5"), 2, 31)
    assert made.periods.count() == 12
    wrong = strategist.post("/goals/new/kpi/", {**data, "step-1-from": "80"})
    assert wrong.status_code == 422
    assert 'value="80"' in body_of(wrong)


def test_a_change_in_percent_is_stored_as_a_share(strategist: Client, objective: Goal) -> None:
    facts = {"direction": "relative", "baseline": "50", "relative_change": "20"}
    strategist.post("/goals/new/key_result/", key_result(objective, **facts))
    made = Goal.objects.get(kind="key_result")
    assert (made.relative_change, made.target) == (Decimal("0.2"), 60)
    page = body_of(strategist.get(f"/goals/{made.public_id}/edit/"))
    assert re.search(r'name="relative_change" value="20"', page)


def test_what_has_no_meaning_for_the_measure_is_left_empty(
    strategist: Client, objective: Goal
) -> None:
    facts = {"direction": "at_least", "low": "1", "high": "2", "tolerance": "3"}
    strategist.post("/goals/new/key_result/", key_result(objective, **facts))
    made = Goal.objects.get(kind="key_result")
    assert (made.target, made.baseline, made.low, made.high) == (100, None, None, None)


def test_another_measure_asks_other_fields_and_keeps_what_was_typed(
    strategist: Client, objective: Goal
) -> None:
    data = key_result(objective, direction="range", target="77", low="abc")
    answer = strategist.post("/goals/new/key_result/?refresh=measure", data, headers=HX)
    part = body_of(answer)
    assert answer.status_code == 200
    assert "<html" not in part
    assert 'type="hidden" name="target" value="77"' in part
    assert 'name="low" value="abc"' in part
    assert "aria-invalid" not in part
    # Without scripts the whole page comes back, and nothing is saved.
    whole = strategist.post("/goals/new/key_result/", {**data, "refresh": "measure"})
    assert "<html" in body_of(whole)
    assert 'name="low" value="abc"' in body_of(whole)
    assert Goal.objects.filter(kind="key_result").count() == 0


def test_a_parent_that_is_not_open_cannot_be_chosen(
    enter: Enter, dung: Person, an: Person, objective: Goal, year: Cycle, chi: Person
) -> None:
    objective.visibility = "private"
    objective.save(update_fields=["visibility"])
    data = typed(year, level="individual", parent=objective.public_id)
    answer = enter(dung).post("/goals/new/objective/", data)
    assert answer.status_code == 422
    assert objective.title not in body_of(answer)


def test_a_form_without_any_cycle_says_where_to_make_one(strategist: Client, as_an: Client) -> None:
    assert "/cycles/new/" in body_of(strategist.get("/goals/new/objective/"))
    page = body_of(as_an.get("/goals/new/objective/"))
    assert "Chưa có chu kỳ nào đang mở" in page
    assert "/cycles/new/" not in page


def key_of(page: str) -> str:
    found = re.search(r'name="form_key" value="([A-Za-z0-9_-]+)"', page)
    assert found is not None
    return found[1]


def test_a_form_that_is_sent_again_makes_nothing_again(
    strategist: Client, year: Cycle, enter: Enter, chi: Person
) -> None:
    key = key_of(body_of(strategist.get("/goals/new/objective/")))
    data = typed(year, form_key=key)
    first = strategist.post("/goals/new/objective/", data)
    for _again in range(2):
        answer = strategist.post("/goals/new/objective/", data)
        assert (answer.status_code, answer["Location"]) == (302, first["Location"])
    assert Goal.objects.count() == 1
    # Another form, and the same key from somebody else, are another goal.
    assert key_of(body_of(strategist.get("/goals/new/objective/"))) != key
    assert chi.unit is not None
    theirs = data | {"level": "unit", "unit": chi.unit.public_id}
    assert enter(chi).post("/goals/new/objective/", theirs).status_code == 302
    other = typed(year, form_key="another-key-of-mine")
    assert strategist.post("/goals/new/objective/", other).status_code == 302
    assert Goal.objects.count() == 3


def test_what_was_refused_can_be_mended_and_sent_again(strategist: Client, year: Cycle) -> None:
    data = typed(year, form_key="0123456789abcdef")
    wrong = data | {"starts": "31/12/2026", "ends": "01/12/2026"}
    assert strategist.post("/goals/new/objective/", wrong).status_code == 422
    assert not SentForm.objects.exists()
    assert strategist.post("/goals/new/objective/", data).status_code == 302
    assert SentForm.objects.get().answer == Goal.objects.get().public_id


@pytest.mark.parametrize("key", ["", "short", "x" * 33, "\x00" * 20, "ü" * 20])
def test_a_key_that_is_none_is_no_key(strategist: Client, year: Cycle, key: str) -> None:
    for _again in range(2):
        data = typed(year, form_key=key)
        assert strategist.post("/goals/new/objective/", data).status_code == 302
    assert Goal.objects.count() == 2
    assert not SentForm.objects.exists()


def test_old_keys_are_forgotten(strategist: Client, year: Cycle) -> None:
    strategist.post("/goals/new/objective/", typed(year, form_key="0123456789abcdef"))
    SentForm.objects.update(at=timezone.now() - timedelta(hours=25))
    strategist.post("/goals/new/objective/", typed(year, form_key="fedcba9876543210"))
    assert [row.key for row in SentForm.objects.all()] == ["fedcba9876543210"]


def test_a_cycle_is_made_once_too(strategist: Client, year: Cycle) -> None:
    key = key_of(body_of(strategist.get("/cycles/new/")))
    data = {
        "name": "Quý", "kind": "quarter", "form_key": key,
        "starts": f"01/01/{year.starts.year}", "ends": f"31/03/{year.starts.year}",
    }  # fmt: skip
    for _again in range(2):
        assert strategist.post("/cycles/new/", data).status_code == 302
    assert Cycle.objects.exclude(pk=year.pk).count() == 1


def test_every_reason_comes_at_once(strategist: Client, year: Cycle) -> None:
    data = key_result(Goal(public_id=""), title="", target="")
    answer = strategist.post("/goals/new/key_result/", data)
    page = body_of(answer)
    assert answer.status_code == 422
    for name in ("title", "objective", "target"):
        assert f"key_result-{name}_error" in page
    for level, missing in (("unit", "unit"), ("individual", "owner")):
        data = typed(year, level=level, title="", owner="", unit="")
        page = body_of(strategist.post("/goals/new/objective/", data))
        assert "objective-title_error" in page
        assert f"objective-{missing}_error" in page


@pytest.mark.parametrize("kind", ["ultimate", "pillar", "objective"])
@pytest.mark.parametrize("headers", [{}, HX])
def test_what_has_no_measure_has_none_to_ask_for_again(
    strategist: Client, year: Cycle, kind: str, headers: dict[str, str]
) -> None:
    address = f"/goals/new/{kind}/?refresh=1"
    assert strategist.get(address, headers=headers).status_code == 200
    assert strategist.post(address, {"title": "x"}, headers=headers).status_code == 200
    assert not Goal.objects.exists()


@pytest.mark.parametrize("cycle", ["\x00", "C-\x00", "C-9999999999", "x" * 3000])
def test_a_cycle_in_the_address_that_is_none(strategist: Client, cycle: str) -> None:
    assert strategist.get("/goals/new/objective/", {"cycle": cycle}).status_code == 200
