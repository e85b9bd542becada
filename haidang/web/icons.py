"""Icons: single vendored SVGs, written into the page, so that they colour with the text."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

FOLDER = Path(__file__).resolve().parent / "static" / "vendor" / "icons"
#: What is drawn; each file also holds an empty square, which says that it has no stroke.
_LINE = re.compile(r'<path d="(M[^"]*)" ?/>')

#: What a kind of goal and a health look like; words stand beside them everywhere.
KINDS = {
    "ultimate": "star",
    "pillar": "building-bank",
    "objective": "target",
    "key_result": "key",
    "kpi": "chart-bar",
}
HEALTH = {
    "no_data": "circle-dashed",
    "not_started": "circle-dotted",
    "on_track": "circle-check",
    "at_risk": "alert-triangle",
    "off_track": "circle-arrow-down",
    "done": "flag-check",
    "outdated": "clock-exclamation",
}


@cache
def shapes(name: str) -> str:
    """The lines of an icon, as one path; KeyError when no such icon is vendored.

    One element instead of four or five: a page has dozens of icons, and a browser gives each
    element its style and its place before it paints anything.
    """
    path = FOLDER / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        raise KeyError(f"no vendored icon {name!r}: add it to haidang/web/vendor.py")
    return f'<path d="{"".join(_LINE.findall(path.read_text(encoding="utf-8")))}"/>'


@cache
def icon(name: str, label: str = "", size: int = 16) -> Markup:
    """An icon that says nothing to a screen reader, or `label` when it stands alone."""
    said = Markup('role="img" aria-label="{}"').format(label) if label else 'aria-hidden="true"'
    return Markup(  # noqa: S704  vendored shapes and an escaped label
        f'<svg class="icon" viewBox="0 0 24 24" width="{size}" height="{size}" {said}>'
        f"{shapes(name)}</svg>"
    )
