"""axe: what keeps people with other senses or hands from using a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from haidang.web import vendor

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

SOURCE = vendor.TESTS.path / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What passes is not written down node by node.
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"]}


def violations(page: Page) -> list[str]:
    """One line for each fault of the page as it stands: the rule, what it says, and where.

    The whole page is in the window meanwhile: what scrolls under a bar that stays at the
    bottom would else be taken for covered, here or there, as the lines happen to fall.
    """
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    if height > size["height"]:
        page.set_viewport_size({"width": size["width"], "height": min(height, 12_000)})
    page.evaluate(SOURCE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "options => axe.run(document, options).then(result => result.violations)", OPTIONS
    )
    page.set_viewport_size(size)
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]}"
        for one in found
        for node in one["nodes"]
    ]


def faults(
    context: BrowserContext, addresses: Iterable[str], width: int, *, status: int = 200
) -> list[str]:
    """What axe finds on each of these pages, and which run off the side; each has to answer
    with `status`."""
    page = context.new_page()
    found = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status, address
        assert page.url.endswith(address) or status != 200, f"{address} leads to {page.url}"
        found += faults_of(page, address, width)
    page.close()
    return found


#: What reaches beyond the page, but for what is folded up or scrolls within.
_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter(e => !e.closest("details:not([open]) > :not(summary)"))
  .filter(e => {
    for (let p = e.parentElement; p; p = p.parentElement)
      if (p !== document.body && getComputedStyle(p).overflowX !== "visible") return false;
    return true;
  })
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => `${e.localName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`)
  .slice(0, 12)"""


def faults_of(page: Page, name: str, width: int) -> list[str]:
    """The same of a page that is open already."""
    found = [f"{name}: {fault}" for fault in violations(page)]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(f"{name}: runs off the side: {page.evaluate(_WIDE)}")
    return found
