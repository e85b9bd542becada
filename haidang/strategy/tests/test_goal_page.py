"""A goal's page and the derivation of its number."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from haidang.checkins import actions as checkins
from haidang.goals import actions
from haidang.goals.access import goal_for
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Goal, Visibility
from haidang.goals.queries import derivation
from haidang.people.actions import set_settings
from haidang.people.models import Person
from haidang.strategy.queries.charts import period_rows, progress_of, target_to_date
from haidang.strategy.queries.goal import goal_page
from haidang.strategy.queries.number import number_of
from haidang.strategy.queries.trail import trail
from haidang.web.formats import shown
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def client(enter: Enter, an: Person) -> Client:
    return enter(an)


@pytest.fixture
def pillar(administrator: Person, objective: Goal, kpi: Goal) -> Goal:
    """Under an Ultimate Goal; the objective and the KPI count in it."""
    ultimate = actions.create_goal(administrator, "ultimate", {"title": "Đích"})
    made = actions.create_goal(
        administrator, "pillar", {"title": "Thị phần"}, parents=[LinkRequest(ultimate)]
    )
    for goal in (objective, kpi):
        actions.link(administrator, goal, LinkRequest(made))
    return made


def test_it_says_what_how_measured_who_and_where_it_stands(
    client: Client, an: Person, objective: Goal, key_result: Goal, pillar: Goal, today: date
) -> None:
    checkins.record(an, key_result, value=Decimal(40), confidence=8, note="Gặp ba nhà")
    # On the first day of a year nothing would be expected yet.
    Goal.objects.filter(pk=key_result.pk).update(starts=today - timedelta(days=100))
    page = body_of(client.get(f"/goals/{key_result.public_id}/"))
    for words in (
        key_result.title, key_result.public_id, an.name, "40", "100\u00a0NPP", "40%",
        "Kỳ vọng hôm nay", "Nhịp độ", "Tăng từ 0\u00a0NPP lên 100\u00a0NPP", "Gặp ba nhà",
        objective.title, "Đích", "Thị phần",
    ):  # fmt: skip
        assert words in page, words
    way = page.split('class="crumbs"')[1].split("</nav>")[0]
    assert way.index("Đích") < way.index("Thị phần") < way.index(objective.title)


def test_the_way_up_prefers_the_ultimate_goal(
    administrator: Person, an: Person, objective: Goal, key_result: Goal, pillar: Goal
) -> None:
    assert [s.title for s in trail(an, key_result.pk)] == ["Đích", "Thị phần", objective.title]
    pillar.visibility = Visibility.PRIVATE
    pillar.save(update_fields=["visibility"])
    assert [s.title for s in trail(an, key_result.pk)] == [objective.title]


def test_a_goal_below_what_is_not_seen_stands_beside_nothing(
    enter: Enter, binh: Person, objective: Goal, key_result: Goal
) -> None:
    """That there is nothing above it would be wrong: the reader may only not know what."""
    objective.visibility = Visibility.PRIVATE
    objective.save(update_fields=["visibility"])
    page = body_of(enter(binh).get(f"/goals/{key_result.public_id}/"))
    assert "không mở cho anh/chị" in page
    assert "đứng ngoài chiến lược" not in page
    assert objective.title not in page


def test_the_number_opens_its_terms(
    client: Client, an: Person, objective: Goal, make_key_result: Callable[..., Goal]
) -> None:
    for value, weight in ((50, 3), (90, 1)):
        goal = make_key_result(objective, f"KR {value}")
        edge = goal.parent_links.get()
        actions.change_link(an, edge, weight=weight)
        checkins.record(an, goal, value=Decimal(value))
    make_key_result(objective, "Chưa có gì")
    page = body_of(client.get(f"/goals/{objective.public_id}/number/"))
    for words in ("60%", "75%", "25%", "37,5%", "22,5%", "2/3"):
        assert words in page, words
    dialog = body_of(client.get(f"/goals/{objective.public_id}/number/", headers=HX))
    assert dialog.lstrip().startswith("<dialog")


def test_a_private_child_counts_and_stays_hidden(
    enter: Enter, an: Person, binh: Person, administrator: Person, objective: Goal, year: object
) -> None:
    facts = {
        "title": "Chuyện riêng của An", "level": "individual", "owner": an, "cycle": year,
        "visibility": "private",
    }  # fmt: skip
    secret = actions.create_goal(an, "objective", facts)
    actions.link(an, secret, LinkRequest(objective, mode="average"))
    page = body_of(enter(binh).get(f"/goals/{objective.public_id}/"))
    number = body_of(enter(binh).get(f"/goals/{objective.public_id}/number/"))
    for text in (page, number):
        assert "Chuyện riêng" not in text
        assert secret.public_id not in text
    assert "Một mục tiêu không mở cho anh/chị" in page
    assert enter(binh).get(f"/goals/{secret.public_id}/").status_code == 404
    assert "Chuyện riêng" in body_of(enter(an).get(f"/goals/{objective.public_id}/"))


def test_a_kpi_stands_by_its_periods(client: Client, an: Person, kpi: Goal, today: date) -> None:
    year = today.year - 1
    for month, value in ((1, "3.1"), (2, "2.7")):
        checkins.record(an, kpi, value=Decimal(value), for_day=date(year, month, 5))
    goal = goal_for(an, kpi.public_id)
    rows = period_rows(goal, 1, today)
    assert [(r.label, r.actual, r.health) for r in rows] == [
        (f"01/{year}", Decimal("3.1"), "done"),
        (f"02/{year}", Decimal("2.7"), "on_track"),
    ]
    assert rows[0].attainment == 1_033_333_333
    assert target_to_date(goal, rows) == 6
    page = body_of(client.get(f"/goals/{kpi.public_id}/"))
    for words in ("5,8\u00a0tỷ ₫", "/ 6\u00a0tỷ ₫", "103,3%", "90%"):
        assert words in page, words


def test_the_chart_follows_the_days_that_reports_are_for(
    an: Person, key_result: Goal, today: date
) -> None:
    for days, value in ((1, 80), (20, 40), (10, 60)):
        checkins.record(an, key_result, value=Decimal(value), for_day=today - timedelta(days=days))
    series = progress_of(an, goal_for(an, key_result.public_id), today)
    assert series is not None
    assert [p for _day, p in series.points] == [400_000_000, 600_000_000, 800_000_000]
    assert series.expected[-1] == (date(today.year, 12, 31), 10**9)
    assert series.starts == date(today.year, 1, 1)


def test_the_chart_of_an_objective_follows_what_was_known(
    an: Person, objective: Goal, key_result: Goal, today: date
) -> None:
    checkins.record(an, key_result, value=Decimal(40), for_day=today - timedelta(days=9))
    series = progress_of(an, goal_for(an, objective.public_id), today)
    assert series is not None
    assert series.points[-1] == (today, 400_000_000)


def test_over_and_under_are_said(client: Client, an: Person, key_result: Goal) -> None:
    address = f"/goals/{key_result.public_id}/"
    checkins.record(an, key_result, value=Decimal(150))
    assert "Vượt chỉ tiêu: 150%" in body_of(client.get(address))
    checkins.record(an, key_result, value=Decimal(-25))
    assert "Dưới giá trị ban đầu: −25%" in body_of(client.get(address))


def test_no_data_is_not_zero(client: Client, objective: Goal, key_result: Goal) -> None:
    for goal in (objective, key_result):
        page = body_of(client.get(f"/goals/{goal.public_id}/"))
        assert "Chưa có dữ liệu" in page
        big = page.split('class="big num"')[1].split("</a>")[0]
        assert big.endswith(">–")


def test_the_part_that_repaints(client: Client, objective: Goal, key_result: Goal) -> None:
    part = body_of(client.get(f"/goals/{objective.public_id}/", headers=HX))
    assert part.lstrip().startswith('<div class="goal-page"')
    assert f'data-live="{objective.public_id} {key_result.public_id}' in part


def test_strangers_and_missing_goals(
    enter: Enter, emma: Person, objective: Goal, client: Client
) -> None:
    missing = enter(emma).get("/goals/O-999/")
    foreign = enter(emma).get(f"/goals/{objective.public_id}/")
    assert foreign.status_code == missing.status_code == 404
    pages = [re.sub(r'"X-CSRFToken": "\w+"', "", body_of(a)) for a in (foreign, missing)]
    pages = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in pages]
    assert pages[0].replace(objective.public_id, "O-999") == pages[1]
    for odd in ("x", "O-", "O-1e9", "O-1'", "%00", "O-" + "9" * 40):
        assert client.get(f"/goals/{odd}/").status_code == 404
    assert Client().get(f"/goals/{objective.public_id}/").status_code == 302


def test_many_children_cost_what_few_cost(
    client: Client, an: Person, objective: Goal, make_key_result: Callable[..., Goal]
) -> None:
    address = f"/goals/{objective.public_id}/"
    for at in range(3):
        checkins.record(an, make_key_result(objective, f"Một {at}"), value=Decimal(at))
    few = queries_of(client, address)
    number = queries_of(client, address + "number/")
    for at in range(30):
        checkins.record(an, make_key_result(objective, f"Hai {at}"), value=Decimal(at))
    assert queries_of(client, address) <= few
    assert queries_of(client, address + "number/") == number
    assert few <= 40


def test_a_long_list_of_children_is_cut(
    an: Person, objective: Goal, make_key_result: Callable[..., Goal]
) -> None:
    for at in range(63):
        make_key_result(objective, f"Một {at}")
    page = goal_page(an, goal_for(an, objective.public_id))
    assert (len(page.key_results), page.more_children) == (60, 3)


def test_the_log_is_told_in_words(client: Client, chi: Person, key_result: Goal) -> None:
    actions.edit_goal(chi, key_result, key_result.version, {"title": "Tên mới"})
    page = body_of(client.get(f"/goals/{key_result.public_id}/"))
    feed = page.split('class="feed"')[1]
    assert feed.index("đã sửa") < feed.index("đã tạo")
    assert "Tiêu đề" in feed


def test_what_is_left_out_says_so_and_why(
    client: Client, administrator: Person, chi: Person, an: Person, pillar: Goal,
    objective: Goal, key_result: Goal, make_key_result: Callable[..., Goal],
) -> None:  # fmt: skip
    other = make_key_result(objective, "Bỏ dở")
    checkins.record(an, key_result, value=Decimal(40))
    actions.drop(chi, other, other.version, "Việc khác gấp hơn")
    page = body_of(client.get(f"/goals/{objective.public_id}/"))
    row = page.split("Bỏ dở")[1].split("</li>")[0]
    assert "không tính (đã ngừng theo đuổi)" in row
    number = body_of(client.get(f"/goals/{objective.public_id}/number/"))
    left = number.split("Có liên kết nhưng không tính")[1]
    assert "Bỏ dở" in left
    assert "Không tính (đã ngừng theo đuổi)" in left
    # Closed, the objective leaves the pillar, but stays among what hangs below it: at the end.
    objective.refresh_from_db()
    actions.close(chi, objective, objective.version, score=Decimal(1))
    rows = body_of(client.get(f"/goals/{pillar.public_id}/")).split('id="children"')[1]
    rows = rows.split("</section>")[0]
    assert "Không tính (đã đóng)" in rows
    assert rows.count("Tính tiến độ") == 1
    assert rows.index("Doanh thu") < rows.index(objective.title)
    for goal in (pillar, objective):
        page = goal_page(an, goal_for(an, goal.public_id))
        derived = derivation(an, goal)
        counted = {t.child.pk for t in derived.terms if t.child}
        assert counted == {
            one.goal.pk for one in (*page.key_results, *page.children) if one.goal and not one.out
        }


def test_a_dropped_objective_keeps_its_key_results(
    client: Client, chi: Person, objective: Goal, key_result: Goal
) -> None:
    objective.refresh_from_db()
    actions.drop(chi, objective, objective.version, "Đổi hướng", children="along")
    page = body_of(client.get(f"/goals/{objective.public_id}/"))
    assert key_result.title in page
    assert "Chưa có kết quả then chốt" not in page


def test_what_stands_high_has_an_expected_line_too(
    client: Client, an: Person, pillar: Goal, key_result: Goal, today: date
) -> None:
    checkins.record(an, key_result, value=Decimal(40))
    series = progress_of(an, goal_for(an, pillar.public_id), today)
    assert series is not None
    assert any(value for _day, value in series.expected)
    page = body_of(client.get(f"/goals/{pillar.public_id}/"))
    assert 'class="expected"' in page.split('class="legend"')[1].split("</figcaption>")[0]


def test_what_was_reported_after_the_end_is_drawn(
    an: Person, key_result: Goal, today: date
) -> None:
    Goal.objects.filter(pk=key_result.pk).update(
        starts=today - timedelta(days=200), ends=today - timedelta(days=100)
    )
    checkins.record(an, key_result, value=Decimal(40))
    series = progress_of(an, goal_for(an, key_result.public_id), today)
    assert series is not None
    assert series.points[-1][0] == series.ends == today


def test_the_explanation_adds_up_and_says_who_said_it_when(
    client: Client, an: Person, objective: Goal, make_key_result: Callable[..., Goal]
) -> None:
    for at, value in enumerate(("33.333", "66.666", "12.345")):
        checkins.record(an, make_key_result(objective, f"KR {at}"), value=Decimal(value))
    number = number_of(an, goal_for(an, objective.public_id))
    assert sum(line.share or 0 for line in number.lines) == 1_000_000_000
    shown_total = shown(number.derived.standing.progress, 2)
    assert sum(line.brings or 0 for line in number.lines) == shown_total
    page = body_of(client.get(f"/goals/{objective.public_id}/number/"))
    terms = page.split("Cộng lại")[0]
    assert terms.count(f"{an.name} · <time") == 3
    assert "33,33%" in terms
    assert number.due is not None
    assert number.due.how == "parts"
    assert {line.expected for line in number.lines} == {number.due.expected}
    assert "theo cùng trọng số" in page


def test_another_unit_of_measure_is_told_with_both(
    client: Client, an: Person, chi: Person, administrator: Person, kpi: Goal
) -> None:
    unit = kpi.metric_unit
    set_settings(administrator, {"kpi.target_approval": False})
    facts = {"metric_unit": "triệu ₫"}
    actions.edit_goal(chi, kpi, None, facts, reason="Số nhỏ")
    page = body_of(client.get(f"/goals/{kpi.public_id}/"))
    change = page.split("Đơn vị tính")[1][:200]
    assert unit in change
    assert "triệu ₫" in change
    assert page.split('class="feed')[1].count("Đơn vị tính") == 1


def test_what_is_expected_says_why(
    client: Client, an: Person, pillar: Goal, key_result: Goal, kpi: Goal
) -> None:
    said = {
        key_result: "Tăng đều theo ngày làm việc, từ",
        kpi: "KPI và mức cần giữ được kỳ vọng trọn vẹn ngay từ khi bắt đầu.",
    }
    for goal, words in said.items():
        page = body_of(client.get(f"/goals/{goal.public_id}/number/"))
        assert "Kỳ vọng đến hôm nay:" in page
        assert words in page


def test_a_kpi_is_explained_against_its_target(
    client: Client, an: Person, kpi: Goal, today: date
) -> None:
    for month in (1, 2):
        checkins.record(an, kpi, value=Decimal("2.7"), for_day=date(today.year - 1, month, 3))
    page = body_of(client.get(f"/goals/{kpi.public_id}/number/"))
    formula = page.split('class="formula num"')[1].split("</p>")[0]
    assert re.search(r"5,4[^/]* / 6\D", formula), formula
    total = page.split('class="sum"')[-1].split("</tr>")[0]
    assert "5,4" in total
    assert "90%" in total
    assert page.count(f"{an.name} · <time") == 2


def test_what_counts_twice_names_its_ways(
    client: Client, administrator: Person, an: Person, chi: Person, pillar: Goal, objective: Goal,
    key_result: Goal,
) -> None:  # fmt: skip
    ultimate = pillar.parent_links.get().parent
    other = actions.create_goal(
        administrator, "pillar", {"title": "Con người"}, parents=[LinkRequest(ultimate)]
    )
    actions.link(administrator, objective, LinkRequest(other))
    found = number_of(an, goal_for(an, ultimate.public_id))
    assert found.ways == {objective.pk: [[pillar], [other]]}
    page = body_of(client.get(f"/goals/{ultimate.public_id}/number/")).split('class="small ways"')
    assert pillar.public_id in page[1]
    assert other.public_id in page[1]
    other.visibility = Visibility.PRIVATE
    other.save(update_fields=["visibility"])
    assert number_of(an, goal_for(an, ultimate.public_id)).ways[objective.pk] == [[pillar], [None]]
    page = body_of(client.get(f"/goals/{ultimate.public_id}/number/")).split('class="small ways"')
    assert other.public_id not in page[1]


def test_check_ins_that_stand_beside_are_not_told_again(
    client: Client, an: Person, objective: Goal, make_key_result: Callable[..., Goal]
) -> None:
    steps = [{"title": "Bàn giao"}, {"title": "Chạy thử"}, {"title": "Nghiệm thu"}]
    goal = make_key_result(
        objective, "Kho mới", metric_kind="milestones", direction="", target=None,
        baseline=None, metric_unit="", milestones=steps,
    )  # fmt: skip
    checkins.record(an, goal, milestones=[0, 1])
    feed = body_of(client.get(f"/goals/{goal.public_id}/")).split('class="feed"')[1]
    assert "đã check-in" not in feed
    feed = body_of(client.get(f"/goals/{objective.public_id}/")).split('class="feed"')[1]
    assert "đã check-in" in feed
    assert "2/3 cột mốc" in feed


def test_a_chart_without_data_is_one_line(client: Client, pillar: Goal) -> None:
    page = body_of(client.get(f"/goals/{pillar.public_id}/"))
    assert "Chưa có dữ liệu: biểu đồ bắt đầu từ báo cáo đầu tiên." in page
    assert 'class="plots"' not in page


def test_what_is_not_reported_here_has_no_cadence(
    client: Client, an: Person, objective: Goal, key_result: Goal
) -> None:
    address = f"/goals/{key_result.public_id}/"
    assert "mỗi 7 ngày" in body_of(client.get(address))
    Goal.objects.filter(pk=key_result.pk).update(rule="children")
    assert "mỗi 7 ngày" not in body_of(client.get(address))


def test_cycles_are_reached_from_every_page(client: Client, objective: Goal) -> None:
    side = body_of(client.get(f"/goals/{objective.public_id}/")).split("</nav>")[0]
    assert 'href="/cycles/"' in side


def test_a_key_result_does_not_tell_of_an_objective_that_is_hidden(
    enter: Enter, dung: Person, objective: Goal, key_result: Goal
) -> None:
    address = f"/goals/{key_result.public_id}/"
    assert objective.title in body_of(enter(dung).get(address))
    Goal.objects.filter(pk=objective.pk).update(visibility="private")
    page = body_of(enter(dung).get(address))
    assert objective.title not in page
    assert objective.public_id not in page
