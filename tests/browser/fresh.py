"""A fresh organisation in its own server and database, and browsers that open it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.journeys import PASSWORD
from tests.support.browsing import Complaints
from tests.support.serving import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

EMAIL = "quantri@huongsen.example"


@pytest.fixture
def home_language() -> str:
    """The organisation's language, and its administrator's; a module may have its own."""
    return "vi"


@pytest.fixture
def fresh(own_database: str, make_server: Callable[..., Server], home_language: str) -> Server:
    """A fresh organisation, as `haidang init` leaves it."""
    server = make_server(DATABASE_URL=own_database).start()
    done = server.command(
        "init", "--language", home_language, "--organisation", "Hương Sen", "--name", "Quản Trị",
        "--email", EMAIL, "--password", PASSWORD,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return server


@pytest.fixture
def open_context(
    browser: Browser, fresh: Server, complaints: Complaints, home_language: str
) -> Iterator[Callable[[], BrowserContext]]:
    made: list[BrowserContext] = []

    def opened() -> BrowserContext:
        locale = {"vi": "vi-VN", "en": "en-GB"}[home_language]
        context = browser.new_context(
            base_url=fresh.url, locale=locale, timezone_id="Asia/Ho_Chi_Minh"
        )
        context.set_default_timeout(15_000)
        context.on("page", complaints.watch)
        made.append(context)
        return context

    yield opened
    for context in made:
        context.close()
