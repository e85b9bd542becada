"""Each tour is true: what it names is there, and what it says can be done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.fresh import EMAIL, fresh, home_language, open_context
from tests.browser.journeys import PASSWORD
from tests.support.browsing import Complaints
from tests.support.serving import Server
from tests.tours.following import LANGUAGES, TOURS, Follower, words

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

__all__ = ["fresh", "home_language", "open_context"]

MakeDatabase = Callable[[], str]
#: Tours through the demo company, and as whom.
VISITS = {
    "director.md": "bao.tran.quoc",
    "strategy-office.md": "ha.pham.thu",
    "department-head.md": "hung.nguyen.van",
    "employee.md": "mai.nguyen.thi",
    "engineer.md": "hai.bui.thanh",
}
#: Changes what it visits, so each language has a demo company of its own; it ends as whom.
MONTH, LAST = "month.md", "bao.tran.quoc"
MOVE = "spreadsheet.md"
_FENCE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def demo(make_database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo company as `haidang demo --serve` shows it."""
    server = Server(tmp_path_factory.mktemp("demo"), make_database()).start("demo")
    yield server
    server.stop()


@pytest.fixture
def own_demo(make_database: MakeDatabase, tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path, make_database()).start("demo")
    yield server
    server.stop()


@pytest.fixture
def visitor(
    browser: Browser, complaints: Complaints
) -> Iterator[Callable[[Server, str], BrowserContext]]:
    made: list[BrowserContext] = []

    def opened(server: Server, language: str) -> BrowserContext:
        context = browser.new_context(
            base_url=server.url,
            locale={"vi": "vi-VN", "en": "en-US"}[language],
            timezone_id="Asia/Ho_Chi_Minh",
            viewport={"width": 1440, "height": 900},
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        context.on("page", complaints.watch)
        made.append(context)
        return context

    yield opened
    for context in made:
        context.close()


def test_every_tour_is_there_in_both_languages() -> None:
    for language in LANGUAGES:
        names = {path.name for path in (TOURS / language).glob("*.md")}
        assert names == {*VISITS, MONTH, MOVE}, language
    for name in (*VISITS, MONTH, MOVE):
        first, second = (
            [word.text for word in words(TOURS / language / name) if _is_address(word.text)]
            for language in LANGUAGES
        )
        assert first == second, name


def _is_address(text: str) -> bool:
    return text.startswith("/")


@pytest.mark.tours
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", VISITS)
def test_a_visit_to_the_demo_company(
    name: str, language: str, demo: Server, visitor: Callable[[Server, str], BrowserContext]
) -> None:
    _visit(visitor(demo, language), TOURS / language / name, VISITS[name])


@pytest.mark.tours
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_in_the_demo_company(
    language: str, own_demo: Server, visitor: Callable[[Server, str], BrowserContext]
) -> None:
    _visit(visitor(own_demo, language), TOURS / language / MONTH, LAST)


def _visit(context: BrowserContext, tour: Path, last: str) -> None:
    """Follow the tour; in the end it is that person who is signed in."""
    page = context.new_page()
    assert last in tour.read_text(encoding="utf-8")
    Follower(page).follow(tour)
    who = page.locator("#account-menu .menu-who").text_content() or ""
    assert last in who


@pytest.mark.tours
@pytest.mark.parametrize("language", LANGUAGES)
def test_moving_in_with_a_spreadsheet(
    language: str, open_context: Callable[[], BrowserContext]
) -> None:
    page = open_context().new_page()
    page.goto("/")
    page.locator("input[name=login]").fill(EMAIL)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator("nav.side").wait_for()
    Follower(page).follow(TOURS / language / MOVE)


@pytest.mark.tours
def test_what_the_engineer_types(make_database: MakeDatabase, tmp_path: Path) -> None:
    commands, others = (_commands(TOURS / language / "engineer.md") for language in LANGUAGES)
    assert commands == others
    assert len(commands) > 4
    server = Server(tmp_path, make_database())
    for command in commands:
        assert command[0] == "haidang", command
        if "serve" in command or "--serve" in command:
            server.start("demo" if "demo" in command else "serve")
            server.stop()
            continue
        command = [_backup_in(tmp_path) if word == "FILE" else word for word in command]
        done = server.command(*command[1:])
        if "fsync=off" in done.stdout:  # the doctor is right: of the suite's own PostgreSQL
            assert done.stdout.count("✗") == 1, done.stdout
            continue
        assert done.returncode == 0, (command, done.stdout, done.stderr)


def _commands(tour: Path) -> list[list[str]]:
    """The lines of its console, without what is told of them."""
    fences = _FENCE.findall(tour.read_text(encoding="utf-8"))
    lines = [line for fence in fences for line in fence.splitlines() if line]
    return [line.removeprefix("$ ").split("#")[0].split() for line in lines]


def _backup_in(folder: Path) -> str:
    """The file that the backup before has written."""
    return str(next(iter(sorted((folder / "backups").glob("*")))))
