"""A real browser against the real server. What it complains about fails the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from haidang.people.models import Person
from tests.support.serving import Server, session_cookie

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

#: The first, which draws no window, takes half the processor of the second.
NAMES = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable", "chrome"),
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
MARKS = ("browser", "a11y_matrix", "tours")


def browser_path() -> str | None:
    """An installed Chromium or Chrome."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests last: while the browser runs, no other test can have an event loop."""
    with_browser = [i for i in items if any(i.get_closest_marker(mark) for mark in MARKS)]
    without = [i for i in items if i not in set(with_browser)]
    if with_browser and browser_path() is None and os.environ.get("CI") != "true":
        config.hook.pytest_deselected(items=with_browser)
        config.stash[_left_out] = len(with_browser)
        with_browser = []
    items[:] = without + with_browser


_left_out = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if browser_path() is None:
        terminalreporter.section("no browser", red=True)
        terminalreporter.line(
            "Browser tests were NOT run: no Chromium or Chrome was found. "
            "On Debian: apt-get install chromium"
        )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    path = browser_path()
    assert path is not None, "no Chromium or Chrome is installed; browser tests cannot run"
    # Playwright's synchronous interface keeps an event loop in this thread, which Django
    # takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            yield running
            running.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Complaints(list[str]):
    """What went wrong in the browser: errors of scripts, of the content policy, answers 5xx.

    An answer 4xx is none: tests ask for what is refused. A test that provokes a complaint
    takes it off the list.
    """

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.append(f"script: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        refused = message.text.startswith("Failed to load resource: the server responded")
        if message.type in {"error", "warning"} and not refused:
            self.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.append(f"{response.status} {response.request.method} {response.url}")


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    found = Complaints()
    yield found
    assert not found, "\n".join(found)


@pytest.fixture
def make_context(
    browser: Browser, server: Server, complaints: Complaints
) -> Iterator[Callable[..., BrowserContext]]:
    """`make_context(person, locale="en-US")`: a browser of its own, signed in (or a stranger)."""
    made: list[BrowserContext] = []

    def make(person: Person | None = None, **options: object) -> BrowserContext:
        options = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", **options}
        context = browser.new_context(base_url=server.url, **options)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        context.on("page", complaints.watch)
        made.append(context)
        if person is not None:
            name, value = session_cookie(person).split("=", 1)
            context.add_cookies([{"name": name, "value": value, "url": server.url}])
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(make_context: Callable[..., BrowserContext]) -> Page:
    """A stranger's page; sign in through the form, or use `make_context(person)`."""
    return make_context().new_page()
