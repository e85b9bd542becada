"""A list from a file to goals, in a browser and with the worker behind the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from haidang.checkins.models import CheckIn
from haidang.goals import actions
from haidang.goals.models import Alignment, Goal
from haidang.people.models import Person

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, FilePayload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Make = Callable[..., "BrowserContext"]

LIST = """Loại,Phạm vi,Cấp trên,Tiêu đề,Đơn vị tính,Chỉ tiêu
KR,,Mở rộng miền Tây,Doanh thu,tỷ ₫,"12,5"
OKR,Công ty,{pillar},Mở rộng miền Tây,,
Trụ cột chiến lược,,,Bền vững,,
"""


def test_a_list_is_sent_mended_and_saved(make_context: Make, administrator: Person) -> None:
    year = date.today().year
    facts = {"name": "Năm", "kind": "year", "starts": date(year, 1, 1), "ends": date(year, 12, 31)}
    actions.create_cycle(administrator, facts)
    page = make_context(administrator).new_page()
    for pillar in ("Chưa có", "Bền vững"):
        page.goto("/goals/")
        page.get_by_role("button", name="Tạo mới").click()
        page.get_by_role("link", name="Từ bảng tính").click()
        text = LIST.replace("{pillar}", pillar).encode("utf-16")
        file: FilePayload = {"name": "OKR.csv", "mimeType": "text/csv", "buffer": text}
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Kiểm tra tệp").click()
        page.wait_for_url(re.compile(r"/import/\d+/$"))
        page.locator(".import-lines").wait_for()
        if pillar == "Chưa có":
            page.get_by_text("Không có mục tiêu “Chưa có”", exact=False).wait_for()
            assert not page.get_by_role("button", name="Lưu tất cả").count()
    assert page.locator(".import-lines tbody tr").all_inner_texts()[0].startswith("4")
    page.get_by_role("button", name="Lưu tất cả").dblclick()
    page.get_by_text("Đã lưu tất cả.").wait_for()
    assert Goal.objects.count() == 3
    assert Alignment.objects.count() == 2


def test_a_file_is_chosen_in_the_words_of_the_page(
    make_context: Make, administrator: Person
) -> None:
    """A browser that speaks English would say "Choose File" on a page in Vietnamese."""
    page = make_context(administrator).new_page()
    page.goto("/import/")
    box = page.locator("x-file")
    assert box.inner_text().split("\n") == ["Chọn tệp", "Chưa chọn tệp"]
    with page.expect_file_chooser() as chooser:
        page.get_by_label("Tệp", exact=True).press("Enter")
    chooser.value.set_files({"name": "OKR quý 4.csv", "mimeType": "text/csv", "buffer": b"x"})
    box.get_by_text("OKR quý 4.csv").wait_for()
    plain = make_context(administrator, java_script_enabled=False).new_page()
    plain.goto("/import/")
    assert plain.locator("x-file").inner_text() == ""  # the browser's own field is seen
    assert plain.locator("x-file input").evaluate("e => getComputedStyle(e).opacity") == "1"


def test_actuals_are_sent_looked_at_and_saved(
    make_context: Make, administrator: Person, an: Person, kpi: Goal
) -> None:
    page = make_context(an).new_page()
    page.goto("/kpis/actuals/")
    year = date.today().year - 1
    for second in ("hai", "2,5"):
        page.get_by_role("link", name="Nhập từ tệp").first.click()
        text = f"KPI;T11/{year};T12/{year}\n{kpi.title};1,5;{second}\n".encode("utf-8-sig")
        file: FilePayload = {"name": "KPI.csv", "mimeType": "text/csv", "buffer": text}
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Kiểm tra tệp").click()
        page.wait_for_url(re.compile(r"/import/\d+/$"))
        page.locator(".import-lines").wait_for()
        if second == "hai":
            page.get_by_text(f"T12/{year}:").wait_for()
            assert not page.get_by_role("button", name="Lưu tất cả").count()
    assert not CheckIn.objects.exists()
    page.get_by_role("button", name="Lưu tất cả").dblclick()
    page.get_by_text("Đã lưu tất cả.").wait_for()
    values = CheckIn.objects.order_by("for_day").values_list("value", flat=True)
    assert list(values) == [Decimal("1.5"), Decimal("2.5")]
    page.get_by_role("link", name="Nhập số thực đạt").last.click()
    page.wait_for_url("**/kpis/actuals/")
