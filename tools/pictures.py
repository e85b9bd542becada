"""The pictures of README and tours, taken of the real program.

`python -m tools.pictures` starts the demo company, and a company that moves in with its
spreadsheet, in a temporary folder, and writes docs/tours/pictures in Vietnamese and English.
`python -m tools.pictures map kpis` takes only these. Needs an installed Chromium or Chrome.

Dates and numbers are those of the day on which they are taken.
"""

from __future__ import annotations

import base64
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools.browser import NAMES
from tools.program import Program

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "tours" / "pictures"
SAMPLES = ROOT / "docs" / "tours" / "samples"
LANGUAGES = {"vi": "vi-VN", "en": "en-US"}
QUALITY = 74
#: Of all pictures together: they are part of every copy of the repository.
MOST_BYTES = 1_500_000
DESK, PHONE = (1440, 900), (390, 780)
EMAIL, PASSWORD = "ha@mocan.example", "một mật khẩu thật dài"  # of a server that lives a minute


class Picture(NamedTuple):
    """`who` signs in to the demo company (nobody: the company that moves in)."""

    name: str
    who: str
    address: str
    size: tuple[int, int] = DESK
    dark: bool = False
    prepare: Callable[[Page], None] | None = None
    languages: tuple[str, ...] = tuple(LANGUAGES)


def _map(page: Page) -> None:
    """Far away, with the panel of one goal open."""
    page.locator("#map-box[data-ready]").wait_for()
    box = page.get_by_role("combobox").first
    box.fill("binh duong")
    page.get_by_role("option", name="Doanh thu khu vực Bình Dương").first.click()
    page.wait_for_timeout(700)
    page.keyboard.press("Enter")
    page.locator("#map-panel h2").wait_for()
    page.wait_for_timeout(700)


def _whole_map(page: Page) -> None:
    page.locator("#map-box[data-ready]").wait_for()
    page.wait_for_timeout(900)


def _open_kpi(page: Page) -> None:
    page.get_by_role("link", name="KPI-1", exact=False).first.click()
    page.wait_for_timeout(700)


PICTURES = [
    Picture("overview", "bao.tran.quoc", "/overview/"),
    Picture("overview-dark", "bao.tran.quoc", "/overview/", dark=True, languages=("en",)),
    Picture("map", "bao.tran.quoc", "/map/", prepare=_map),
    Picture("map-whole", "bao.tran.quoc", "/map/", prepare=_whole_map, languages=("en",)),
    Picture("explorer", "ha.pham.thu", "/explorer/?group=pillar"),
    Picture("kpis", "hung.nguyen.van", "/kpis/", prepare=_open_kpi),
    Picture("unit", "hung.nguyen.van", "/units/U-3/"),
    Picture("phone-home", "mai.nguyen.thi", "/", PHONE),
    Picture("alignment", "mai.nguyen.thi", "/my/alignment/"),
    Picture("administration", "hai.bui.thanh", "/administration/"),
    Picture("import-wrong", "", "okr-kpi-2027.xlsx"),
    Picture("import-tree", "", "okr-kpi-2027-da-sua.csv"),
]


def _context(browser: Browser, url: str, language: str, picture: Picture) -> BrowserContext:
    width, height = picture.size
    return browser.new_context(
        base_url=url,
        locale=LANGUAGES[language],
        timezone_id="Asia/Ho_Chi_Minh",
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.dark else "light",
        reduced_motion="reduce",
    )


def _in_language(page: Page, language: str) -> None:
    """As somebody does it, in the menu of their account."""
    page.locator("[popovertarget=account-menu]").click()
    page.locator(f"#account-menu button[name=language][value={language}]").click()
    page.locator(f"html[lang={language}]").wait_for(state="attached")


def _take(page: Page, name: str) -> None:
    """What the window shows, as WebP: a third of a PNG."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.mouse.move(0, 0)
    session = page.context.new_cdp_session(page)
    asked = {"format": "webp", "quality": QUALITY}
    data = base64.b64decode(session.send("Page.captureScreenshot", asked)["data"])
    (FOLDER / f"{name}.webp").write_bytes(data)
    print(f"{name}: {len(data) / 1000:.0f} kB")


def _of_the_demo(browser: Browser, program: Program, picture: Picture, language: str) -> None:
    context = _context(browser, program.url, language, picture)
    page = context.new_page()
    page.goto("/")
    page.locator(f"button[value='{picture.who}@huongsen.example']").click()
    page.locator(".app").wait_for()
    _in_language(page, language)
    page.goto(picture.address)
    if picture.prepare:
        picture.prepare(page)
    _take(page, f"{picture.name}-{language}")
    context.close()


def _send(page: Page, kind: str, name: str) -> None:
    page.goto(f"/import/?kind={kind}")
    page.locator("input[type=file]").set_input_files(SAMPLES / name)
    page.locator("main form button[type=submit]").first.click()
    page.locator(".import-lines").wait_for()


def _move_in(page: Page) -> None:
    """Units, people and cycles: what the plan rests on."""
    for kind, name in (("units", "phong-ban.csv"), ("people", "nhan-vien.xlsx")):
        _send(page, kind, name)
        page.locator(".import-foot button[type=submit]").click()
        page.locator(".notice .actions").wait_for()
    for kind, name, ends in (
        ("year", "2027", "2027-12-31"),
        ("quarter", "Quý 1/2027", "2027-03-31"),
    ):
        page.goto("/cycles/new/")
        page.locator(f'label:has(input[name=kind][value="{kind}"])').click()
        for field, value in (("name", name), ("starts", "2027-01-01"), ("ends", ends)):
            page.locator(f"input[name={field}]").fill(value)
        page.locator("main form button[type=submit]").click()
        page.locator(".cycles", has_text=name).wait_for()


def _of_moving_in(browser: Browser, program: Program, wanted: list[Picture]) -> None:
    context = _context(browser, program.url, "vi", wanted[0])
    page = context.new_page()
    page.goto("/")
    page.locator("input[name=login]").fill(EMAIL)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator(".app").wait_for()
    _move_in(page)
    for language in LANGUAGES:
        _in_language(page, language)
        for picture in wanted:
            _send(page, "goals", picture.address)
            _take(page, f"{picture.name}-{language}")
    context.close()


def main(names: list[str]) -> int:
    wanted = [one for one in PICTURES if not names or one.name in names]
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None or not wanted:
        print("no Chromium or Chrome" if wanted else "no such picture", file=sys.stderr)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        if visits := [one for one in wanted if one.who]:
            demo = Program(Path(folder, "demo"))
            demo.run("demo")
            with demo.running("demo", "--serve"):
                for picture in visits:
                    for language in picture.languages:
                        _of_the_demo(browser, demo, picture, language)
        if moving := [one for one in wanted if not one.who]:
            fresh = Program(Path(folder, "fresh"))
            fresh.run(
                "init", "--language", "vi", "--organisation", "Nội thất Mộc An",
                "--name", "Lê Thu Hà", "--email", EMAIL, "--password", PASSWORD,
            )  # fmt: skip
            with fresh.running("serve"):
                _of_moving_in(browser, fresh, moving)
        browser.close()
    total = sum(file.stat().st_size for file in FOLDER.glob("*.webp"))
    print(f"{total / 1000:.0f} kB in all")
    return int(total > MOST_BYTES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
