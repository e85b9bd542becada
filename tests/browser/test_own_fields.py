"""A field of one's own, by hand: defined, filled in, and goals filtered by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from haidang.goals.models import CustomField, Goal
from haidang.people.models import Person

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Make = Callable[..., "BrowserContext"]


def test_defined_filled_in_and_filtered_by(
    make_context: Make, administrator: Person, objective: Goal,
    make_key_result: Callable[..., Goal],
) -> None:  # fmt: skip
    make_key_result(objective)
    page = make_context(administrator).new_page()
    page.goto("/administration/")
    page.get_by_role("link", name="Trường thông tin").click()
    page.get_by_role("link", name="Trường mới").first.click()
    page.get_by_role("link", name="Chọn một").click()
    page.get_by_label("Tên, bằng tiếng Việt").fill("Mức ưu tiên")
    page.get_by_label("Lựa chọn 1, tiếng Việt").fill("Cao")
    page.get_by_label("Lựa chọn 2, tiếng Việt").fill("Thấp")
    page.get_by_role("button", name="Thêm", exact=True).click()
    page.get_by_text("Đã thêm trường.").wait_for()
    assert CustomField.objects.get().key == "muc_uu_tien"

    page.goto(f"/goals/{objective.public_id}/edit/")
    page.get_by_label("Mức ưu tiên").select_option(label="Cao")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.locator(".own-answers").get_by_text("Cao", exact=True).wait_for()

    page.goto("/explorer/")
    rows = page.locator("#found tbody tr")
    assert rows.count() > 1
    page.locator("summary", has_text="Cột").click()
    page.get_by_role("checkbox", name="Mức ưu tiên").check()
    page.locator("th", has_text="Mức ưu tiên").wait_for()
    page.keyboard.press("Escape")
    page.locator("summary", has_text="Lọc thêm").click()
    page.locator("select[name='field:muc_uu_tien']").select_option("cao")
    page.locator("#found tbody tr").nth(1).wait_for(state="detached")
    assert rows.count() == 1
    assert objective.public_id in rows.first.inner_text()
    assert "muc_uu_tien=cao" in page.url


def test_renamed_terms_are_on_the_page(
    make_context: Make, administrator: Person, objective: Goal
) -> None:
    page = make_context(administrator).new_page()
    page.goto("/administration/terms/")
    page.locator("[name=objective_vi]").fill("Đích lớn")
    page.get_by_role("button", name="Xem trước thay đổi").click()
    page.get_by_text("Thêm đích lớn").wait_for()
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_text("Đã lưu").first.wait_for()
    page.goto("/map/")
    page.locator("#map-kind option", has_text="Đích lớn").first.wait_for(state="attached")
    page.goto(f"/goals/{objective.public_id}/")
    page.get_by_title("Đích lớn").first.wait_for()
