"""No cell of ours ever starts a formula, and what was written is what comes out again."""

from __future__ import annotations

import re

#: A spreadsheet takes a text for a formula that begins with one of these; after any number
#: of apostrophes, so that taking one off is always right.
_RISKY = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"''*[=+\-@\t\r]")


def safe(text: str) -> str:
    """The text, with an apostrophe before it where it would start a formula."""
    return f"'{text}" if _RISKY.match(text) else text


def plain(text: str) -> str:
    """What `safe` was given."""
    return text[1:] if _GUARDED.match(text) else text
