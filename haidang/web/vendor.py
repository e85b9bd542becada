"""Copies the listed front-end files out of node_modules into the package, with licences.

    npm ci --ignore-scripts && python -m haidang.web.vendor     writes them and a manifest
    python -m haidang.web.vendor --check                        compares, needs no node_modules

The files are committed, so that running the program needs neither npm nor a network.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "node_modules"

#: Outline icons of Tabler that templates may name, in order.
_ICON_NAMES = """
activity adjustments-horizontal alert-circle alert-octagon alert-triangle archive
arrow-autofit-height arrow-back-up arrow-down arrow-down-right arrow-guide arrow-left
arrow-narrow-right arrow-right arrow-up arrow-up-right arrows-diff arrows-maximize arrows-minimize
arrows-sort at bell binary-tree bolt book bookmark building building-bank building-community
building-lighthouse building-skyscraper bulb calendar calendar-check calendar-event calendar-time
chart-bar chart-dots chart-line check checkbox checklist checks chevron-down chevron-left
chevron-right chevron-up chevrons-down circle circle-arrow-down circle-check circle-dashed
circle-dot circle-dotted circle-minus circle-plus circle-x click clipboard-check clock
clock-exclamation columns columns-3 command compass copy corner-down-right database device-desktop
device-mobile dots dots-vertical download edit exclamation-circle external-link eye eye-check
eye-off file-export file-import file-spreadsheet file-text filter flag flag-check focus-centered
folder-open forms gauge git-branch git-fork git-merge grip-vertical hash heart-handshake
help-circle hierarchy-2 history home hourglass id inbox info-circle key keyboard language
layout-grid layout-list link link-off link-plus list list-details list-tree loader-2 lock lock-open
login logout mail map-2 maximize message-circle minimize minus mood-empty moon mountain notes
palette password pencil percentage photo pin player-play plus point presentation printer progress
refresh restore rosette-discount-check route ruler-measure scale search send settings share shield
shield-check shield-lock sitemap sort-ascending sort-descending sparkles square-check stack-2 star
sun sun-moon switch-horizontal table tag target target-arrow target-off timeline tool tournament
transfer trash trending-down trending-up trophy unlink upload user user-check user-circle user-off
user-plus user-shield user-star user-x users users-group variable wand wifi-off world x zoom-in
zoom-out zoom-scan
"""
ICONS = _ICON_NAMES.split()


class Folder(NamedTuple):
    """A folder of copies: which pins they belong to, and (package, file in it, file here)."""

    path: Path
    pins: str
    files: list[tuple[str, str, str]]

    @property
    def manifest(self) -> Path:
        return self.path / "manifest.json"


_INTER = "@fontsource-variable/inter"
PACKAGE = Folder(
    Path(__file__).resolve().parent / "static" / "vendor",
    "dependencies",
    [
        ("htmx.org", "dist/htmx.min.js", "htmx/htmx.min.js"),
        ("htmx.org", "LICENSE", "htmx/LICENSE"),
        (_INTER, "files/inter-latin-wght-normal.woff2", "inter/inter-latin.woff2"),
        (_INTER, "files/inter-vietnamese-wght-normal.woff2", "inter/inter-vietnamese.woff2"),
        (_INTER, "LICENSE", "inter/LICENSE"),
        ("@tabler/icons", "LICENSE", "icons/LICENSE"),
        *(("@tabler/icons", f"icons/outline/{name}.svg", f"icons/{name}.svg") for name in ICONS),
    ],
)
#: What only tests need: they run from a clone without npm, too.
TESTS = Folder(
    ROOT / "tests" / "support" / "vendor",
    "devDependencies",
    [
        ("axe-core", "axe.min.js", "axe-core/axe.min.js"),
        ("axe-core", "LICENSE", "axe-core/LICENSE"),
    ],
)
FOLDERS = [PACKAGE, TESTS]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _pins(folder: Folder) -> dict[str, str]:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    pins: dict[str, str] = package[folder.pins]
    return pins


def _files(folder: Folder) -> dict[str, str]:
    """The digest of every file that lies in a folder now."""
    return {
        path.relative_to(folder.path).as_posix(): _digest(path)
        for path in sorted(folder.path.rglob("*"))
        if path.is_file() and path != folder.manifest
    }


def copy(folder: Folder) -> None:
    """Replace a folder with the listed files of the installed packages."""
    pins = _pins(folder)
    for name, pin in pins.items():
        found = json.loads((MODULES / name / "package.json").read_text(encoding="utf-8"))
        if found["version"] != pin:
            raise SystemExit(f"{name} is {found['version']}, pinned is {pin}: run npm ci")
    shutil.rmtree(folder.path, ignore_errors=True)
    for package, source, target in folder.files:
        destination = folder.path / target
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / package / source, destination)
    facts = {"packages": pins, "files": _files(folder)}
    folder.manifest.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def problems(folder: Folder) -> list[str]:
    """Differences between what is listed, what the manifest promises, and what is there."""
    promised = json.loads(folder.manifest.read_text(encoding="utf-8"))
    if promised["packages"] != _pins(folder):
        return ["package.json pins other versions than the vendored ones"]
    old, new = promised["files"], _files(folder)
    listed = {target for _, _, target in folder.files}
    return [
        *(f"missing: {name}" for name in sorted(old.keys() - new.keys())),
        *(f"not in the manifest: {name}" for name in sorted(new.keys() - old.keys())),
        *(f"changed: {n}" for n in sorted(old.keys() & new.keys()) if old[n] != new[n]),
        *(f"listed but not vendored: {name}" for name in sorted(listed - new.keys())),
        *(f"vendored but not listed: {name}" for name in sorted(new.keys() - listed)),
    ]


def main(arguments: list[str]) -> int:
    if "--check" not in arguments:
        for folder in FOLDERS:
            copy(folder)
        return 0
    found = [line for folder in FOLDERS for line in problems(folder)]
    for line in found:
        sys.stderr.write(line + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
