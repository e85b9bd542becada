"""/docs in a browser: under the strict policy, by keyboard, without a fault that axe finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support import axe

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_opens_an_operation_and_its_shape(
    browser: Browser, live_server: Any, complaints: Any
) -> None:
    context = browser.new_context(base_url=live_server.url, locale="vi-VN")
    context.on("page", complaints.watch)
    page = context.new_page()
    page.goto("/api/v1/docs")
    operation = page.locator("#create_check_in")
    operation.locator("summary").press("Enter")
    assert operation.get_by_text("measure_version", exact=True).first.is_visible()
    operation.get_by_role("link", name="CheckInCreate").click()
    shape = page.locator("#shape-CheckInCreate")
    assert shape.locator("summary").is_visible()
    shape.locator("summary").press("Enter")
    assert shape.get_by_role("row").count() > 10
    assert axe.violations(page) == []
    context.close()
