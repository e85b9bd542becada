"""The map's own stylesheet and script, each joined into one file."""

from __future__ import annotations

from pathlib import Path

from haidang.web import bundles

FOLDER = Path(__file__).resolve().parents[1] / "static" / "strategy" / "map"

#: Each after those that it imports.
SCRIPTS = (
    *("words", "graph", "layout", "camera", "paint", "cards", "minimap", "sight"),
    *("tree", "place", "live", "map"),
)
#: What a hand needs that touches the map; asked for by the first script at the first touch.
MORE = (
    *("more/ask", "more/drag", "more/find", "more/seek"),
    *("more/beside", "more/paper", "more/units"),
)


def register() -> None:
    """Make them known to `static(name)` in templates."""
    bundles.register("strategy/map.css", FOLDER, ["map"])
    bundles.register("strategy/map.js", FOLDER, SCRIPTS)
    bundles.register("strategy/map-more.css", FOLDER, ["more/more"])
    bundles.register("strategy/map-more.js", FOLDER, MORE)
