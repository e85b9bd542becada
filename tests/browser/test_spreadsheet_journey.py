"""A company moves in with its spreadsheet of 1,500 lines, in a browser after `haidang init`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.fresh import EMAIL, fresh, home_language, open_context
from tests.browser.journeys import Author, signed_in
from tests.browser.map_pages import until
from tests.spreadsheets import files, goals, plans
from tests.spreadsheets.__main__ import FOLDER
from tests.spreadsheets.mending import mended

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

__all__ = ["fresh", "home_language", "open_context"]

YEAR = files.YEAR
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send(page: Page, kind: str, name: str, data: bytes) -> None:
    """Through the page of lists; comes back when the file is checked."""
    page.locator("nav.side").get_by_role("link", name="Quản trị").click()
    page.get_by_role("link", name="Nhập danh sách").click()
    page.locator(f'label:has(input[name=kind][value="{kind}"])').click()
    file = {"name": name, "mimeType": XLSX, "buffer": data}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Kiểm tra tệp").click()
    page.locator(".import-lines").wait_for(timeout=30_000)


def save(page: Page) -> None:
    page.get_by_role("button", name="Lưu tất cả").click()
    page.get_by_text("Đã lưu tất cả.").wait_for(timeout=60_000)


def test_a_company_moves_in(open_context: Callable[[], BrowserContext], tmp_path: Path) -> None:
    page = signed_in(open_context(), EMAIL)
    author = Author(page)

    # Units and people, as their programs write them; the first steps show the way.
    page.get_by_role("link", name="Từ bảng tính").click()
    page.get_by_role("heading", name="Nhập danh sách").wait_for()
    send(page, "units", "phong-ban.csv", (FOLDER / "phong-ban.csv").read_bytes())
    assert "Windows-1258" in page.locator("main").inner_text()
    save(page)
    send(page, "people", "nhan-vien.xlsx", (FOLDER / "nhan-vien.xlsx").read_bytes())
    save(page)
    for name, kind, ends in (
        (str(YEAR), "year", f"{YEAR}-12-31"),
        (f"Quý 1/{YEAR}", "quarter", f"{YEAR}-03-31"),
    ):
        page.goto("/cycles/new/")
        author.choose("kind", kind)
        page.locator("input[name=name]").fill(name)
        page.locator("input[name=starts]").fill(f"{YEAR}-01-01")
        page.locator("input[name=ends]").fill(ends)
        author.save()
        page.get_by_role("link", name=name, exact=True).wait_for()

    # The plan with its mistakes: each is told at its line, in Vietnamese; nothing is written.
    name = f"okr-kpi-{YEAR}.xlsx"
    send(page, "goals", name, (FOLDER / name).read_bytes())
    assert not page.get_by_role("button", name="Lưu tất cả").count()
    told = page.locator(".import-lines tbody tr").all_inner_texts()
    for one in files.goals_xlsx(wrong=True).mistakes:
        line = next(t for t in told if t.split()[0] == str(one.number + files.HEADER_ROW))
        assert f"{one.column}:" in line
        assert one.says in line
    # Mended in the list of errors and sent again.
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải danh sách lỗi").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    send(page, "goals", path.name, mended(path.read_bytes()))
    tree = page.locator(".import-lines tbody tr")
    assert plans.ULTIMATE in tree.first.inner_text()
    assert "1.500" in page.get_by_role("link", name=re.compile("Dạng cây")).inner_text()
    save(page)

    # On the map: what hangs below nothing is found, and linked.
    page.get_by_role("link", name="Mở bản đồ").click()
    page.locator("#map-box[data-ready]").wait_for()
    box = page.get_by_role("combobox", name="Tìm trên bản đồ")
    box.fill("nguoi lo tu dau den cuoi")
    page.get_by_role("option", name=re.compile(goals.ORPHAN)).wait_for()
    box.press("Enter")
    until(page, "!!document.activeElement?.node")
    page.keyboard.press("Enter")
    panel = page.locator("#map-panel")
    panel.get_by_role("heading", name=goals.ORPHAN).wait_for()
    orphan = panel.locator(".id").first.inner_text()
    panel.get_by_role("link", name="Liên kết…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").fill("dan dau phan khuc")
    page.get_by_role("option", name=re.compile(goals.ITS_PARENT)).first.click()
    dialog.get_by_role("button", name="Liên kết", exact=True).click()
    until(page, f"!!strategyMap.graph.byId.get('{orphan}').up")
    above = page.evaluate(f"strategyMap.graph.byId.get('{orphan}').up.id")
    assert page.evaluate(f"strategyMap.graph.byId.get('{above}').title") == goals.ITS_PARENT

    # Its key result is reported beside the map, and everything above moves.
    ways: list[str] = page.evaluate(
        f"""() => {{ const way = [];
          for (let n = strategyMap.graph.byId.get('{orphan}'); n; n = n.up) way.push(n.id);
          return way; }}"""
    )
    assert [name.split("-")[0] for name in ways] == ["O", "O", "SP", "UG"]
    assert [author.exact(name) for name in ways] == [None] * 4
    panel.get_by_role("link", name=re.compile(goals.ITS_RESULT)).click()
    panel.get_by_role("link", name="Check-in").click()
    value = panel.locator("form.quick [name=value]")
    value.fill("40")
    value.press("Enter")
    until(page, f"strategyMap.graph.byId.get('{ways[0]}').progress === 400000000")
    for name in ways:
        assert author.exact(name) is not None, name
    assert author.exact(ways[0]) == "0.400000000"
    assert author.shown(ways[-1]) != "–"
