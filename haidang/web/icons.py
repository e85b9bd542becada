"""Icons: single vendored SVGs, written into the page, so that they colour with the text."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

FOLDER = Path(__file__).resolve().parent / "static" / "vendor" / "icons"
_PATHS = re.compile(r"<(?:path|circle|rect|line|polyline)\b[^>]*>")
_EMPTY = '<path stroke="none"'

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
    """The inner shapes of an icon; KeyError when no such icon is vendored."""
    path = FOLDER / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        raise KeyError(f"no vendored icon {name!r}: add it to haidang/web/vendor.py")
    found = _PATHS.findall(path.read_text(encoding="utf-8"))
    return "".join(
        re.sub(r"\s*/>$", "/>", shape) for shape in found if not shape.startswith(_EMPTY)
    )


@cache
def icon(name: str, label: str = "", size: int = 16) -> Markup:
    """An icon that says nothing to a screen reader, or `label` when it stands alone."""
    said = Markup('role="img" aria-label="{}"').format(label) if label else 'aria-hidden="true"'
    return Markup(  # noqa: S704  vendored shapes and an escaped label
        f'<svg class="icon" viewBox="0 0 24 24" width="{size}" height="{size}" {said}>'
        f"{shapes(name)}</svg>"
    )
