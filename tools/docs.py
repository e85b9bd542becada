"""The documentation holds together: every link leads somewhere, every page can be reached.

`python -m tools.docs` reads all Markdown of the repository. It follows relative links to
files and to headings, and starts from README.md to find pages that nothing leads to.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[1]
START = ROOT / "README.md"
#: Folders whose Markdown is not ours to check.
FOREIGN = {".venv", "node_modules", "vendor", "var", ".git"}

_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_REFERENCE = re.compile(r"^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
_MARKS = re.compile(r"[*_`]|\[|\]\([^)]*\)")


def problems() -> list[str]:
    """One line for each broken link and each page that nothing leads to."""
    pages = sorted(_pages())
    found: list[str] = []
    leads_to: dict[Path, set[Path]] = {}
    for page in pages:
        leads_to[page] = set()
        for target in _links(page):
            path, _hash, heading = target.partition("#")
            file = (page.parent / unquote(path)).resolve() if path else page
            where = f"{page.relative_to(ROOT)}: {target}"
            if not file.is_relative_to(ROOT) or not file.exists():
                found.append(f"{where} leads nowhere")
                continue
            if file.is_dir() and (file / "README.md").exists():
                file /= "README.md"
            if heading and file.suffix == ".md" and unquote(heading) not in _anchors(file):
                found.append(f"{where} has no such heading")
            leads_to[page].add(file)
    reached = {START}
    waiting = [START]
    while waiting:
        for file in leads_to.get(waiting.pop(), set()) - reached:
            reached.add(file)
            waiting.append(file)
    found += [
        f"{page.relative_to(ROOT)}: nothing leads here" for page in pages if page not in reached
    ]
    return found


def _pages() -> Iterator[Path]:
    for path in ROOT.rglob("*.md"):
        if not FOREIGN & set(path.relative_to(ROOT).parts):
            yield path


def _text(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def _links(page: Path) -> Iterator[str]:
    """Targets inside the repository."""
    text = _CODE.sub("", _text(page))
    for pattern in (_LINK, _REFERENCE):
        for target in pattern.findall(text):
            if not re.match(r"[a-z][a-z0-9+.-]*:|/", target):
                yield target


def _anchors(page: Path) -> set[str]:
    """Names of the headings, as they are linked to."""
    names: dict[str, int] = {}
    anchors = set()
    for heading in _HEADING.findall(_text(page)):
        words = _MARKS.sub("", heading).strip().lower()
        kept = "".join(c for c in words if c in " -_" or unicodedata.category(c)[0] in "LNM")
        name = kept.replace(" ", "-")
        count = names.get(name, 0)
        names[name] = count + 1
        anchors.add(f"{name}-{count}" if count else name)
    return anchors


def main() -> int:
    found = problems()
    for line in found:
        print(line)
    if not found:
        print(f"{len(list(_pages()))} pages, every link leads somewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
