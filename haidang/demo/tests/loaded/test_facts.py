"""What the story says must be there to be seen in the numbers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from haidang.checkins import actions as checkins
from haidang.checkins.models import CheckIn
from haidang.checkins.queries import owed
from haidang.checkins.recompute import recompute
from haidang.demo import cast
from haidang.demo.actions import doors, load, sign_ins
from haidang.demo.story import identity
from haidang.demo.story.calendar import ZONE
from haidang.demo.tests.rows import DAY, EVERYTHING, empty, rows
from haidang.goals.access import may
from haidang.goals.models import (
    Alignment,
    Citation,
    CoreValue,
    Cycle,
    Goal,
    GoalVersion,
    HistoryPoint,
    IdentityVersion,
    KpiPeriod,
)
from haidang.lib.errors import Conflict
from haidang.people import demo_signin
from haidang.people.models import Organisation, Person, PersonUnitHistory, UnitHistory
from tests.oracle.compare import differences

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("huong_sen")]
D = Decimal


def goal(title: str) -> Goal:
    return Goal.objects.select_related("standing", "owner", "unit", "cycle").get(title=title)


def on(title: str, day: date) -> int | None:
    """The number of a goal at the end of a day."""
    point = HistoryPoint.objects.filter(goal__title=title, day__lte=day).order_by("-day").first()
    return point.progress if point else None


def mailbox(key: str) -> Person:
    return Person.objects.select_related("organisation", "unit").get(email=cast.addresses()[key])


# -- whole -----------------------------------------------------------------------------


def test_the_stored_numbers_are_those_of_the_records(huong_sen: Organisation) -> None:
    assert recompute(huong_sen.pk, check=True) == []


def test_two_loads_write_equal_rows() -> None:
    first = rows(EVERYTHING)
    with transaction.atomic():
        empty()
        load(today=DAY)
        second = rows(EVERYTHING)
        transaction.set_rollback(True)
    for name, table in first.items():
        assert table == second[name], name


def test_an_independent_calculation_agrees(huong_sen: Organisation) -> None:
    assert differences(huong_sen.pk) == []


def test_two_years_of_check_ins(huong_sen: Organisation) -> None:
    count = CheckIn.objects.filter(organisation=huong_sen).count()
    assert 8_000 <= count <= 15_000
    first, last = CheckIn.objects.order_by("recorded_at").values_list("recorded_at", flat=True)[
        :: count - 1
    ]
    assert first.astimezone(ZONE).date() < date(2025, 2, 1)
    assert (DAY - last.astimezone(ZONE).date()).days < 4


def test_it_is_loaded_only_into_an_empty_database() -> None:
    with pytest.raises(Conflict) as refused:
        load(today=DAY)
    assert refused.value.code == "not_empty"
    assert Organisation.objects.count() == 1


def test_people_and_doors(huong_sen: Organisation) -> None:
    assert huong_sen.people.filter(is_active=True).count() == 120
    assert huong_sen.people.filter(name="Nguyễn Thị Lan").count() == 2
    assert [person.email for _, person in doors(huong_sen)] == [e for _, e in sign_ins()]
    with override_settings(DEMO=True):
        assert [email for _, email in demo_signin.offered()] == [e for _, e in sign_ins()]
    with override_settings(DEMO=False):
        assert demo_signin.offered() == []


def test_cycles() -> None:
    states = dict(Cycle.objects.values_list("name", "state"))
    assert states["Quý 4/2026"] == states["Năm 2026"] == states["Chiến lược 2025–2027"] == "active"
    assert states["Quý 3/2026"] == states["Năm 2025"] == "closed"
    assert len(states) == 13


def test_what_the_company_is_for(huong_sen: Organisation) -> None:
    assert "2035" in huong_sen.identity.vision_vi
    assert IdentityVersion.objects.filter(organisation=huong_sen).count() == 2
    values = CoreValue.objects.filter(organisation=huong_sen)
    assert [value.rank for value in values] == [1, 2, 3, 4, 5]
    cited = Citation.objects.filter(until=None).values_list("value_id", "goal__title")
    assert {value for value, _title in cited} == {value.pk for value in values}
    told = sum(len(one.cited_by) for one in identity.VALUES)
    assert len(cited) == told  # every key of the story names a goal


# -- E1 to E4 ---------------------------------------------------------------------------


def test_e1_nine_of_nine_after_the_first_quarter() -> None:
    kpi = goal("Doanh thu khu vực Bình Dương")
    point = HistoryPoint.objects.get(goal=kpi, day=date(2026, 4, 2))
    assert (point.progress, point.actual) == (10**9, D(9))
    edges = {e.parent.title: e.mode for e in Alignment.objects.filter(child=kpi)}
    assert edges["Doanh thu phía Nam"] == "value"
    distributors = goal("Nhà phân phối mới tại Bình Dương")
    link = Alignment.objects.get(child=distributors, parent__title="Doanh thu phía Nam")
    assert link.mode == "none"
    assert KpiPeriod.objects.get(goal=distributors, starts=date(2026, 1, 1)).own_value == 1


def test_e2_half_of_the_way() -> None:
    assert goal("Gia tăng tỷ lệ chuyển đổi").standing.progress == 500_000_000
    assert goal("Tối đa hóa hiệu suất khai thác khách hàng").standing.progress == 450_000_000
    company = goal("Mở rộng hiện diện thương hiệu phía Nam")
    assert (company.standing.progress, company.score) == (350_000_000, D("0.35"))


def test_e3_crm_in_week_6_in_week_12_and_by_the_end_of_october() -> None:
    title = "Triển khai CRM toàn doanh nghiệp"
    assert on(title, date(2026, 8, 7)) == 200_000_000
    assert on(title, date(2026, 9, 18)) == 633_333_333
    assert on(title, date(2026, 10, 31)) == 750_000_000


def test_e4_a_year_and_its_quarters() -> None:
    year = goal("Thương hiệu tuyển dụng chuyên nghiệp")
    assert year.standing.progress == 683_333_333
    children = {
        e.child.title: e.child.state
        for e in Alignment.objects.filter(parent=year, relation="decomposes")
    }
    assert children == {
        "Xác định EVP": "closed",
        "Truyền thông EVP": "closed",
        "Tiếp cận ứng viên ở đại học": "draft",
    }


# -- the story --------------------------------------------------------------------------


def test_the_first_quarter_was_all_at_100() -> None:
    scores = Goal.objects.filter(kind="objective", cycle__name="Quý 1/2025").values_list(
        "score", flat=True
    )
    assert set(scores) == {D(1)}
    assert len(scores) >= 16


def test_binh_duong_falls_in_august_and_is_recovered() -> None:
    months = {
        p.starts.month: p.own_value
        for p in KpiPeriod.objects.filter(
            goal__title="Doanh thu khu vực Bình Dương", starts__year=2026
        )
    }
    assert (months[7], months[8]) == (D("3.1"), D("1.8"))
    assert months[9] == D("2.7")
    assert months[10] is months[11] is None  # for who tries the demonstration
    rhythm = "Nhịp doanh thu tháng của Bình Dương"
    assert on(rhythm, date(2026, 8, 4)) == 10**9
    assert on(rhythm, date(2026, 9, 3)) == 600_000_000  # below 0.7: red
    assert on(rhythm, date(2026, 10, 5)) == 900_000_000  # on track again
    recovery = goal("Khôi phục doanh số Bình Dương")
    link = Alignment.objects.get(child=recovery, parent__title=rhythm)
    assert (link.relation, link.mode) == ("improves", "none")


def test_it_misses_three_check_ins() -> None:
    days = CheckIn.objects.filter(
        goal__title__startswith="Tích hợp CRM", for_day__range=(date(2026, 8, 8), date(2026, 9, 1))
    )
    assert not days.exists()


def test_response_time_is_retargeted() -> None:
    versions = GoalVersion.objects.filter(goal__title="Thời gian phản hồi dưới 3 giờ").order_by(
        "version"
    )
    targets = [v.facts["target"] for v in versions]
    assert targets[0] == "2"
    assert targets[-1] == "3"
    assert "thai sản" in next(v.reason for v in versions if v.facts["target"] == "3")
    then = CheckIn.objects.filter(goal__title="Thời gian phản hồi dưới 3 giờ")
    assert set(then.values_list("target_then", flat=True)) == {D(2), D(3)}


def test_one_month_is_without_data() -> None:
    kpi = goal("Tỷ lệ khiếu nại trên giao dịch")
    missing = KpiPeriod.objects.filter(
        goal=kpi, own_value=None, starts__lt=date(2026, 10, 1), year__gte=2025
    )
    assert [p.starts for p in missing] == [date(2026, 4, 1)]


def test_near_the_threshold_and_not_reached() -> None:
    near = goal("Hương Sen vào mọi bếp ăn của Thành phố mới")
    assert (near.commitment, near.score) == ("aspirational", D("0.65"))
    not_reached = goal("Đưa nợ quá hạn về mức an toàn")
    assert (not_reached.commitment, not_reached.score) == ("committed", D("0.95"))


def test_a_watermelon() -> None:
    """Green outside: confidence high, the number far behind."""
    melon = goal("Mỗi phiên chợ quê một gian bếp Hương Sen")
    assert melon.standing.progress is not None
    assert melon.standing.progress < 200_000_000
    results = Goal.objects.filter(parent_links__parent=melon).select_related("standing")
    assert all((r.standing.confidence or 0) >= 8 for r in results)


def test_a_leaver_hands_over() -> None:
    leaver = huong_sen_person(cast.LEAVER.name)
    assert not leaver.is_active
    assert leaver.left_on == date(2026, 5, 15)
    assert not Goal.objects.filter(owner=leaver, state="active").exists()
    handed = GoalVersion.objects.filter(reason__contains=leaver.name)
    assert handed.count() >= 3
    assert goal("Doanh thu khu vực Tây Ninh").owner.name == "Huỳnh Văn Lộc"
    assert CheckIn.objects.filter(author=leaver).exists()


def huong_sen_person(name: str) -> Person:
    return Person.objects.get(name=name)


def test_a_joiner_is_prorated() -> None:
    joiner = mailbox(cast.JOINER)
    assert joiner.joined_on == date(2026, 8, 17)
    kpi = goal("Doanh thu khu vực Vũng Tàu")
    assert kpi.owner == joiner
    period = KpiPeriod.objects.get(goal=kpi, starts=date(2026, 8, 1))
    assert period.target == D("0.84")  # 11 of 21 working days of 1.6


def test_two_departments_merge() -> None:
    names = set(UnitHistory.objects.exclude(until=None).values_list("name", flat=True))
    assert names == {"Phòng Thu mua", "Phòng Kho vận"}
    moved = goal("Giao hàng đúng hẹn")
    assert moved.unit.name == "Phòng Cung ứng"
    assert GoalVersion.objects.filter(goal=moved, reason__contains="Sáp nhập").exists()
    assert PersonUnitHistory.objects.exclude(until=None).count() == 3


def test_cross_team() -> None:
    pairs = {
        (e.child.unit.name, e.parent.title)
        for e in Alignment.objects.filter(relation="cross_team").select_related(
            "child__unit", "parent"
        )
    }
    assert {title for _, title in pairs} >= {
        "100% nhân viên sử dụng thành thạo CRM trong 2 tuần đầu",
        "Ít nhất 90% người dùng hài lòng với CRM",
        "Điểm bán lên kệ trong tháng đầu",
        "Mã hàng chậm luân chuyển",
    }


def test_some_are_drafts_submitted_returned_dropped_private() -> None:
    objectives = Goal.objects.filter(kind="objective")
    for state in ("draft", "submitted", "returned", "dropped", "active", "closed"):
        assert objectives.filter(state=state).exists(), state
    assert objectives.filter(visibility="private").exists()


# -- the first thing that somebody tries -------------------------------------------------


def test_the_reps_check_in_moves_the_strategy(
    huong_sen: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KPI of Bình Dương > revenue of the South > pillar > Ultimate Goal, visibly."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 20, 14, tzinfo=ZONE))
    rep = mailbox("rep.binhduong")
    titles = [
        "Doanh thu khu vực Bình Dương",
        "Doanh thu phía Nam",
        "Tăng trưởng thị phần phía Nam",
        "Mở rộng thị phần phía Nam 2025–2027",
    ]
    before = [goal(t).standing.progress or 0 for t in titles]
    kpi = goal(titles[0])
    assert kpi.owner == rep
    asked = owed(rep)[0]
    assert (asked.goal, asked.due_on) == (kpi, date(2026, 11, 7))  # seven days, it says
    assert may(rep, kpi, "check_in")
    october = {"value": D("3.1"), "for_day": date(2026, 10, 31)}
    checkins.record(rep, kpi, measure_version=kpi.standing.measure_version, **october)
    after = [goal(t).standing.progress or 0 for t in titles]
    rise: list[Any] = [b - a for a, b in zip(before, after, strict=True)]
    assert all(r >= 1_000_000 for r in rise), rise  # a tenth of a percent and more: seen
    assert recompute(huong_sen.pk, check=True) == []
