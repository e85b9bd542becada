"""Somebody who follows a tour word for word: reads its numbered steps, and does what they say.

What a tour may say, in either language:

- an address in `code` is opened, and has to answer 200;
- **bold** is on the screen: it is looked for, and pressed after "press" or "choose" ("bấm",
  "chọn"). "Choose **X** in **Y**" chooses in a list;
- "type `text` into **field**" ("gõ `chữ` vào **ô**") fills in, "press `Ctrl K`" presses keys,
  "attach `file`" ("đính kèm `tệp`") sends one of the samples;
- whatever else is written is for people.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.spreadsheets.__main__ import FOLDER

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

TOURS = FOLDER.parent
LANGUAGES = ("vi", "en")
_STEP = re.compile(r"^\d+\. (.+(?:\n {3}.+)*)", re.MULTILINE)
_TOKEN = re.compile(r"\*\*(.+?)\*\*|`([^`]+)`|!\[[^\]]*\]\([^)]*\)")
_PRESS = re.compile(r"(?:^|[\s(])(?:press|choose|bấm|chọn)$", re.IGNORECASE)
_TYPE = re.compile(r"(?:^|\s)(?:type|gõ)$", re.IGNORECASE)
_ATTACH = re.compile(r"(?:^|\s)(?:attach|đính kèm)$", re.IGNORECASE)
_INTO = {"into", "in", "vào", "vào ô", "ở", "trong"}
_KEYS = {"Ctrl K": "Control+k", "Enter": "Enter", "Esc": "Escape"}
_ROLES = ("button", "link", "tab", "menuitem", "option", "treeitem")
PATIENCE = 12.0


class Word(NamedTuple):
    """Something that a step says: bold or code, what stands before it, and in which step."""

    text: str
    is_code: bool
    before: str
    step: str


def words(tour: Path) -> list[Word]:
    """What is to be done, in order."""
    found = []
    for step in _STEP.findall(tour.read_text(encoding="utf-8")):
        end = 0
        for match in _TOKEN.finditer(step):
            before = " ".join(step[end : match.start()].split())
            end = match.end()
            if match[1] or match[2]:
                found.append(Word(match[1] or match[2], bool(match[2]), before, step))
    return found


class Follower:
    """Does what a tour says on a page; raises AssertionError with the step that is not true."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.typed: str | None = None
        self.chosen: str | None = None

    def follow(self, tour: Path) -> None:
        told = words(tour)
        assert told, f"{tour} has no steps"
        for number, word in enumerate(told):
            coming = told[number + 1] if number + 1 < len(told) else None
            try:
                self._do(word, coming)
            except Exception as error:
                where = f"{tour.parent.name}/{tour.name}: “{word.text}” in: {word.step}"
                raise AssertionError(f"{where}\n\nat {self.page.url}\n{error}") from error

    def _do(self, word: Word, coming: Word | None) -> None:
        if word.is_code:
            self._code(word)
        elif self.typed is not None:
            self._field(word.text).fill(self.typed)
            self.typed = None
        elif self.chosen is not None:
            self._field(word.text).select_option(label=self.chosen)
            self.chosen = None
            self._settle()
        elif not _PRESS.search(word.before):
            self._seen(word.text)
        elif coming is not None and coming.before in _INTO and not coming.is_code:
            self.chosen = word.text
        else:
            self._press(word.text)

    def _code(self, word: Word) -> None:
        if word.text.startswith("/"):
            answer = self.page.goto(word.text)
            assert answer is not None
            assert answer.status == 200, f"{word.text} answers {answer.status}"
            self._settle()
        elif _TYPE.search(word.before):
            self.typed = word.text
        elif _ATTACH.search(word.before):
            self.page.locator("input[type=file]").set_input_files(FOLDER / word.text)
        elif _PRESS.search(word.before):
            self.page.keyboard.press(_KEYS[word.text])
            self._settle()

    # -- finding --

    def _scopes(self) -> list[Locator]:
        """What lies on top first; beside an open dialog there is nothing to press."""
        dialog = self.page.locator("dialog[open]").locator("visible=true")
        if dialog.count():
            return [dialog.last]
        menu = self.page.locator(":popover-open, details[open] > .menu").locator("visible=true")
        return [
            *([menu.last] if menu.count() else []),
            self.page.locator("main"),
            self.page.locator("body"),
        ]

    def _seen(self, label: str) -> None:
        def there() -> Locator | None:
            for body in self._scopes():
                found = body.get_by_text(label).or_(body.get_by_label(label))
                found = found.or_(body.get_by_placeholder(label))
                if (visible := found.locator("visible=true")).count():
                    return visible.first
            return None

        self._wait(there, f"“{label}” is not on the screen")

    def _field(self, label: str) -> Locator:
        def there() -> Locator | None:
            for scope in self._scopes():
                for found in (scope.get_by_label(label), scope.get_by_placeholder(label)):
                    fields = found.and_(self.page.locator("input, textarea, select"))
                    if (visible := fields.locator("visible=true")).count():
                        return visible.first
            return None

        return self._wait(there, f"there is no field “{label}”")

    def _press(self, label: str) -> None:
        whole = re.compile(rf"^\s*{re.escape(label)}\s*$")
        part = re.compile(re.escape(label))  # in the case in which it is written

        def there() -> Locator | None:
            for words in (whole, part):
                for scope in self._scopes():
                    # A choice is pressed by its words, a button of a picture by what it shows.
                    found = scope.locator("label:has(input), summary", has_text=words)
                    if words is whole:
                        found = found.or_(scope.locator("button", has_text=words))
                    for role in _ROLES:
                        found = found.or_(scope.get_by_role(role, name=words))  # type: ignore[arg-type]
                    if (visible := found.locator("visible=true")).count():
                        return visible.first
            return None

        self._wait(there, f"there is nothing to press called “{label}”").click()
        self._settle()

    def _wait(self, there: object, problem: str) -> Locator:
        end = time.monotonic() + PATIENCE
        while (found := there()) is None:  # type: ignore[operator]
            assert time.monotonic() < end, problem
            self.page.wait_for_timeout(50)
        return found  # type: ignore[no-any-return]

    def _settle(self) -> None:
        """Until what was pressed has had its effect."""
        self.page.wait_for_timeout(120)
        self.page.wait_for_load_state("load")
        self.page.wait_for_timeout(80)
