"""E1 to E4 entered in a browser, through the forms only, after `haidang init`, in each language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.browser.fresh import EMAIL, fresh, open_context
from tests.browser.journeys import PASSWORD, Author, signed_in

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser

__all__ = ["fresh", "open_context"]

TODAY = date.today()
YEAR = str(TODAY.year)
#: Months that are over, whatever day it is.
LAST = TODAY.year - 1


@pytest.fixture(params=["vi", pytest.param("en", marks=pytest.mark.tours)])  # as long again
def home_language(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def author(open_context: Callable[[], BrowserContext], home_language: str) -> Author:
    """The first administrator, who is the strategy office too, with a year and its units."""
    page = signed_in(open_context(), EMAIL)
    author = Author(page, home_language)
    page.get_by_role("link", name=author.says("New cycle")).click()
    page.locator("input[name=name]").fill(YEAR)
    author.save()
    page.locator(".cycles", has_text=YEAR).wait_for()
    for name in ("Phòng Kinh doanh", "Phòng CNTT", "Phòng Chăm sóc khách hàng", "Phòng Nhân sự"):
        page.goto("/units/new/")
        page.locator("input[name=name]").fill(name)
        author.add()
        page.get_by_role("heading", name=name).wait_for()
    return author


SALES, IT, CARE, HR = (
    "Phòng Kinh doanh", "Phòng CNTT", "Phòng Chăm sóc khách hàng", "Phòng Nhân sự",
)  # fmt: skip
REVENUE = {"metric": "currency", "metric_unit": "tỷ ₫", "frequency": "month"}


def count(target: str, unit: str) -> dict[str, str]:
    return {"metric": "count", "direction": "at_least", "metric_unit": unit, "target": target}


def percent(target: str) -> dict[str, str]:
    return {"metric": "percent", "direction": "at_least", "metric_unit": "%", "target": target}


def test_e1_and_e2_move_the_ultimate_goal(author: Author) -> None:
    page = author.page
    ultimate = author.goal("ultimate", "Mở rộng thị phần phía Nam 2025")
    pillar = author.goal("pillar", "Tăng trưởng thị phần phía Nam", parent="Mở rộng thị phần")
    department = author.goal(
        "kpi", "Doanh thu phía Nam", parent="Tăng trưởng thị phần", level="unit", unit=SALES,
        target="25", **REVENUE,
    )  # fmt: skip
    revenue = author.goal(
        "kpi", "Doanh thu Bình Dương", parent="Doanh thu phía Nam", level="individual",
        target="3", **REVENUE,
    )  # fmt: skip
    distributors = author.goal(
        "kpi", "Nhà phân phối mới Bình Dương", parent="Doanh thu phía Nam", level="individual",
        metric="count", metric_unit="NPP", frequency="quarter", target="1",
    )  # fmt: skip
    for month, value in ((1, "3,1"), (2, "2.7"), (3, "3,2")):
        author.check_in(revenue, value, period=f"{LAST}-{month:02}-01")
    author.check_in(distributors, "1", period=f"{LAST}-01-01")
    numbers = {
        revenue: ("100%", "1.000000000"),
        distributors: ("100%", "1.000000000"),
        department: ("12%", "0.120000000"),
        pillar: ("12%", "0.120000000"),
    }
    for goal, (written, exact) in numbers.items():
        assert (author.shown(goal), author.exact(goal)) == (author.number(written), exact), goal
    page.goto(f"/goals/{revenue}/")
    crumbs = page.locator(".crumbs li").all_text_contents()
    assert [c.strip() for c in crumbs] == [
        "Mở rộng thị phần phía Nam 2025", "Tăng trưởng thị phần phía Nam", "Doanh thu phía Nam",
        revenue,
    ]  # fmt: skip

    company = author.goal(
        "objective", "Mở rộng hiện diện thương hiệu phía Nam", parent="Mở rộng thị phần",
        level="company",
    )  # fmt: skip
    events = author.key_result(company, "4 sự kiện marketing", **count("4", "sự kiện"))
    sales = author.goal(
        "objective", "Tối đa hóa hiệu suất khai thác khách hàng", parent="Mở rộng hiện diện",
        level="unit", unit=SALES,
    )  # fmt: skip
    potential = author.key_result(sales, "100 NPP tiềm năng", **count("100", "NPP"))
    rep = author.goal(
        "objective", "Gia tăng tỷ lệ chuyển đổi", parent="Tối đa hóa hiệu suất", level="individual"
    )
    converted = author.key_result(rep, "Tối thiểu 10 NPP", **count("10", "NPP"))
    author.check_in(events, "1")
    author.check_in(potential, "40")
    author.check_in(converted, "5")
    numbers = {
        rep: ("50%", "0.500000000"),
        sales: ("45%", "0.450000000"),
        company: ("35%", "0.350000000"),
        ultimate: ("23,5%", "0.235000000"),
    }
    for goal, (written, exact) in numbers.items():
        assert (author.shown(goal), author.exact(goal)) == (author.number(written), exact), goal


def test_e3_is_answered_by_other_departments(author: Author) -> None:
    it = author.goal("objective", "Triển khai CRM toàn doanh nghiệp", level="unit", unit=IT)
    one = author.key_result(
        it, "Tích hợp ở ba nơi", metric="milestones", milestones=["TP.HCM", "Hà Nội", "Đà Nẵng"]
    )
    two = author.key_result(it, "100% nhân viên thành thạo", **percent("100"))
    three = author.key_result(it, "Tối thiểu 90% hài lòng về CRM", **percent("90"))
    answer = author.goal(
        "objective", "Tăng tốc ứng dụng CRM", parent="100% nhân viên", level="unit", unit=SALES
    )
    sessions = author.key_result(answer, "3 buổi đào tạo", **count("3", "buổi"))
    care = author.goal(
        "objective", "Tối ưu trải nghiệm dữ liệu khách hàng", parent="Tối thiểu 90% hài lòng",
        level="unit", unit=CARE,
    )  # fmt: skip
    happy = author.key_result(care, "90% hài lòng sau 1 tháng", **percent("90"))
    author.check_in(one, reached=["TP.HCM"])
    author.check_in(sessions, "2")
    author.check_in(happy, "81")
    numbers = {
        one: ("33,3%", "0.333333333"),
        two: ("66,7%", "0.666666667"),
        three: ("90%", "0.900000000"),
        it: ("63,3%", "0.633333333"),
    }
    for goal, (written, exact) in numbers.items():
        assert (author.shown(goal), author.exact(goal)) == (author.number(written), exact), goal
    author.page.goto(f"/goals/{two}/")
    assert author.says("Cross-team") in author.page.locator("#children").inner_text()


def test_e4_a_year_of_quarters(author: Author, open_context: Callable[[], BrowserContext]) -> None:
    page = author.page
    for number, (first, last) in enumerate([("01/01", "31/03"), ("01/04", "30/06"), ("01/07", "30/09")], 1):  # fmt: skip # noqa: E501
        page.goto("/cycles/new/")
        author.choose("kind", "quarter")
        page.locator("input[name=name]").fill(f"Quý {number}/{YEAR}")
        page.locator("input[name=starts]").fill(f"{first}/{YEAR}")
        page.locator("input[name=ends]").fill(f"{last}/{YEAR}")
        page.locator("select[name=parent]").select_option(label=YEAR)
        author.save()
        page.locator(".cycles", has_text=f"Quý {number}/{YEAR}").wait_for()
    year = author.goal(
        "objective", "Thương hiệu tuyển dụng chuyên nghiệp", level="unit", unit=HR, cycle=YEAR
    )
    reach = author.key_result(year, "10.000 lượt tiếp cận", **count("10.000", "lượt"))
    first = author.goal(
        "objective", "Xác định EVP", parent="Thương hiệu tuyển dụng", level="unit", unit=HR,
        cycle=f"Quý 1/{YEAR}",
    )  # fmt: skip
    interviews = author.key_result(first, "10 phỏng vấn", **count("10", "phỏng vấn"))
    second = author.goal(
        "objective", "Truyền thông EVP", parent="Thương hiệu tuyển dụng", level="unit", unit=HR,
        cycle=f"Quý 2/{YEAR}",
    )  # fmt: skip
    month = author.key_result(second, "5.000 lượt trong tháng đầu", **count("5000", "lượt"))
    author.check_in(reach, "2.500")
    author.check_in(interviews, "10")
    author.check_in(month, "4 000")
    page.goto(f"/goals/{first}/")
    page.get_by_role("button", name=author.says("More actions")).click()
    page.get_by_role("link", name=author.says("Close with a score")).click()
    assert page.locator("input[name=score]").input_value() == "1"
    author.save("Close")
    page.get_by_text(author.says("Closed on")).wait_for()

    third = _proposed_by_a_member(author, open_context)
    numbers = {
        reach: ("25%", "0.250000000"),
        first: ("100%", "1.000000000"),
        second: ("80%", "0.800000000"),
        year: ("68,3%", "0.683333333"),
    }
    for goal, (written, exact) in numbers.items():
        assert (author.shown(goal), author.exact(goal)) == (author.number(written), exact), goal
    asks = page.locator(".waiting li", has_text="Tiếp cận ứng viên ở đại học")
    asks.get_by_role("button", name=author.says("Accept")).click()
    page.locator("#children").get_by_text("Tiếp cận ứng viên ở đại học").wait_for()
    assert author.exact(third) is None
    assert author.exact(year) == "0.683333333"


def _proposed_by_a_member(author: Author, open_context: Callable[[], BrowserContext]) -> str:
    """The third quarter's objective: a member of HR saves it as a draft."""
    page = author.page
    page.goto("/people/new/")
    page.locator("input[name=name]").fill("Trần Thị Lan")
    page.locator("input[name=email]").fill("lan@huongsen.example")
    author.pick("unit", HR)
    author.add()
    link = page.locator("input[readonly]").input_value()

    other = open_context().new_page()
    other.goto(link)
    for field in other.locator("input[type=password]").all():
        field.fill(PASSWORD)
    other.locator("input[type=password]").last.press("Enter")
    other.locator("nav.side").wait_for()
    return Author(other, author.language).goal(
        "objective", "Tiếp cận ứng viên ở đại học", parent="Thương hiệu tuyển dụng",
        level="unit", unit=HR, cycle=f"Quý 3/{YEAR}", submit=False,
    )  # fmt: skip
