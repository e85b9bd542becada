"""A person who knows the pages: forms filled in as somebody at a browser fills them in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

PASSWORD = "một mật khẩu thật dài 2026"

#: What the pages say to who reads them in English > in Vietnamese.
WORDS = {
    "Accept": "Chấp nhận",
    "Add": "Thêm",
    "Add key result": "Thêm kết quả then chốt",
    "Close": "Đóng",
    "Close with a score": "Đóng và chấm điểm",
    "Closed on": "Đã đóng ngày",
    "Create": "Tạo",
    "Cross-team": "Liên phòng ban",
    "High": "Cao",
    "More actions": "Thao tác khác",
    "New cycle": "Chu kỳ mới",
}
_SEPARATORS = str.maketrans(",.", ".,")


class Author:
    """Enters goals through the forms only; `page` is signed in and speaks `language`."""

    def __init__(self, page: Page, language: str = "vi") -> None:
        self.page = page
        self.language = language

    # -- small things ---------------------------------------------------------------------

    def says(self, english: str) -> str:
        """What the pages say, in the person's language."""
        return WORDS[english] if self.language == "vi" else english

    def number(self, vietnamese: str) -> str:
        """A number as the person writes and reads it: 1.234,5 or 1,234.5."""
        return vietnamese if self.language == "vi" else vietnamese.translate(_SEPARATORS)

    def save(self, name: str = "Create") -> None:
        self.page.get_by_role("button", name=self.says(name), exact=True).click()

    def add(self) -> None:
        """Send a form that adds somebody or something."""
        form = self.page.locator("main form")
        form.get_by_role("button", name=self.says("Add"), exact=True).click()

    def pick(self, field: str, text: str) -> None:
        """Choose in a picker by typing."""
        box = self.page.locator(f"x-picker:has(select[name={field}])")
        box.locator(".pick-input").click()
        box.locator(".pick-input").fill(text)
        option = box.locator(".pick-option", has_text=text).first
        option.click()

    def choose(self, field: str, value: str) -> None:
        """Press one of a row of buttons."""
        self.page.locator(f'label:has(input[name={field}][value="{value}"])').click()

    def measured(self, metric: str, direction: str = "", **values: str) -> None:
        """Say how it is measured: each choice brings the fields that fit it."""
        self._change("metric_kind", metric)
        if direction:
            self._change("direction", direction)
        for name, value in values.items():
            field = self.page.locator(f"#measure [name={name}]")
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(self.number(value) if name == "target" else value)

    def _change(self, field: str, value: str) -> None:
        select = self.page.locator(f"#measure select[name={field}]")
        if select.input_value() == value:
            return
        with self.page.expect_response(lambda r: "refresh=measure" in r.url):
            select.select_option(value)
        self.page.locator(f"#measure select[name={field}]:not(.htmx-request)").wait_for()

    def opened(self) -> str:
        """The public id of the goal whose page this is."""
        self.page.wait_for_url(re.compile(r"/goals/[A-Z]+-\d+/"))
        found = re.search(r"/goals/([A-Z]+-\d+)/", self.page.url)
        assert found is not None
        return found.group(1)

    # -- goals ----------------------------------------------------------------------------

    def goal(
        self,
        kind: str,
        title: str,
        *,
        parent: str = "",
        level: str = "",
        unit: str = "",
        cycle: str = "",
        submit: bool = True,
        **measure: Any,
    ) -> str:
        """Make a goal and give its public id."""
        self.page.goto(f"/goals/new/{kind}/")
        self.page.locator("textarea[name=title]").fill(title)
        if level:
            self.choose("level", level)
        if cycle:
            self.page.locator("select[name=cycle]").select_option(label=cycle)
        if parent:
            self.pick("parent", parent)
        if unit:
            self.pick("unit", unit)
        if measure:
            self.measured(**measure)
        if not submit:
            self.page.locator("input[name=submit]").uncheck()
        self.save()
        return self.opened()

    def key_result(self, objective: str, title: str, **measure: Any) -> str:
        """Add a key result on its objective's page, in the dialog."""
        self.page.goto(f"/goals/{objective}/")
        self.page.locator("#key-results").get_by_role(
            "link", name=self.says("Add key result")
        ).first.click()
        dialog = self.page.locator("#key-result-dialog")
        dialog.locator("textarea[name=title]").fill(title)
        milestones = measure.pop("milestones", [])
        self.measured(**measure)
        for at, name in enumerate(milestones):
            dialog.locator(f"[name=ms-{at}-title]").fill(name)
        dialog.get_by_role("button", name=self.says("Add"), exact=True).click()
        row = self.page.locator("#key-results .kr", has_text=title)
        row.wait_for()
        href = row.locator("a.title").get_attribute("href") or ""
        return href.strip("/").rpartition("/")[2]

    def check_in(self, goal: str, value: str = "", **more: Any) -> None:
        """Report through the quick form at the side of a goal's page."""
        self.page.goto(f"/goals/{goal}/")
        form = self.page.locator(f"#quick-{goal}")
        if "period" in more:
            form.locator("select[name=period]").select_option(more["period"])
        for name in more.get("reached", ()):
            form.get_by_label(name).check()
        if value:
            form.locator("input[name=value]").fill(self.number(value))
        form.locator("label", has_text=self.says("High")).click()
        form.locator("input[name=note]").press("Enter")
        self.page.locator(".toast", has_text=goal).wait_for()

    # -- what it shows --------------------------------------------------------------------

    def shown(self, goal: str) -> str:
        """The number as the goal's page writes it."""
        self.page.goto(f"/goals/{goal}/")
        return (self.page.locator(".goal-number .big").text_content() or "").strip()

    def exact(self, goal: str) -> str | None:
        """The number as the API tells it, nine places."""
        answer = self.page.request.get(f"/api/v1/goals/{goal}")
        assert answer.ok, answer.text()
        number: str | None = answer.json()["standing"]["progress_decimal"]
        return number


def signed_in(context: BrowserContext, email: str) -> Page:
    """Through the sign-in form."""
    page = context.new_page()
    page.goto("/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator("nav.side").wait_for()
    return page


def text_of(locator: Locator) -> str:
    return " ".join((locator.text_content() or "").split())
