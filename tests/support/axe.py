"""axe: what keeps people with other senses or hands from using a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from haidang.web import vendor

if TYPE_CHECKING:
    from playwright.sync_api import Page

SOURCE = vendor.TESTS.path / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """One line for each fault of the page as it stands: the rule, what it says, and where."""
    page.evaluate(SOURCE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(result => result.violations)", RULES
    )
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]}"
        for one in found
        for node in one["nodes"]
    ]
