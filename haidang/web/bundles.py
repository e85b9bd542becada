"""The common stylesheet and script: many small source files, one request each.

A finder of static files joins them, so that `collectstatic` (and in debug mode every
request) sees `web/app.css` and `web/app.js` like any other file: hashed, compressed and
cached for a year. Nothing generated is committed and nothing has to be built to run.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

FOLDER = Path(__file__).resolve().parent / "static" / "web"

#: Source files in the order in which they are joined.
_STYLES = """
layers tokens reset base layout button field choice date picker pill avatar bar card table list
menu dialog finder toast chart empty skeleton page print responsive
"""
_SCRIPTS = "core theme menus dialogs toasts forms dates stream shortcuts"
BUNDLES = {
    "web/app.css": [FOLDER / "css" / f"{name}.css" for name in _STYLES.split()],
    "web/app.js": [FOLDER / "js" / f"{name}.js" for name in _SCRIPTS.split()],
    # These come with each field of their kind (`ui.html`).
    "web/picker.js": [FOLDER / "js" / "picker.js"],
    "web/file.css": [FOLDER / "css" / "file.css"],
    "web/file.js": [FOLDER / "js" / "file.js"],
}
#: Scripts whose sources are modules that import each other (`register`).
_MODULES: set[str] = set()

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DOC_COMMENT = re.compile(r"^\s*/\*.*?\*/", re.DOTALL | re.MULTILINE)
_LINE_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
_INDENT = re.compile(r"\n\s+")
_STRING = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)""")
_AROUND = re.compile(r"[ \t]*([{}()\[\];,:?=<>&|!*])[ \t]*")
#: Between two terms; not where two signs would become one (`a - -b`).
_BETWEEN = re.compile(r"(?<![-+]) ([-+/%]) (?![-+])")
#: Signs after which a statement goes on, or has ended: in a source every statement that is no
#: block ends with a semicolon.
_OPEN = re.compile(r"([{}(\[,;:?=>&|])\n")
_IMPORT = re.compile(r"^import .*?;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)


def register(name: str, folder: Path, sources: Sequence[str]) -> None:
    """Let an app have a joined file of its own, from source files in their order.

    Sources of a script are modules, each listed after those that it imports; joined they
    are one module, so a name at the top of one may not be at the top of another.
    """
    suffix = name.rpartition(".")[2]
    BUNDLES[name] = [folder / f"{source}.{suffix}" for source in sources]
    if suffix == "js":
        _MODULES.add(name)


def style(text: str) -> str:
    """A stylesheet without comments and spare spaces, its addresses seen from `web/`."""
    text = _INDENT.sub("\n", _COMMENT.sub("", text)).replace('url("../../', 'url("../')
    return re.sub(r"\s*([{};,])\s*", r"\1", text).replace(";}", "}").strip()


def script(text: str) -> str:
    """A script that keeps its names to itself, without comments on lines of their own."""
    return "{\n" + _tight(text) + "\n}"


def module(text: str) -> str:
    """A module without what it imports from its neighbours, which stand in the same file."""
    return _tight(_EXPORT.sub("", _IMPORT.sub("", text)))


def _tight(text: str) -> str:
    """Spaces around signs go, but not inside strings; a source holds no regular expression
    with a quote or with a space beside a sign."""
    parts = _STRING.split(_bare(text))
    # Every second part is a string, which stays as it is.
    parts[::2] = [
        _OPEN.sub(r"\1", _AROUND.sub(r"\1", _BETWEEN.sub(r"\1", part))) for part in parts[::2]
    ]
    return "".join(parts)


def _bare(text: str) -> str:
    return _INDENT.sub("\n", _LINE_COMMENT.sub("", _DOC_COMMENT.sub("", text))).strip()


def joined(name: str) -> str:
    """The content of a bundle; KeyError when there is none of that name."""
    tidy = style if name.endswith(".css") else module if name in _MODULES else script
    return "\n".join(tidy(path.read_text(encoding="utf-8")) for path in BUNDLES[name])


class BundleFinder(BaseFinder):
    """Gives the joined files to `collectstatic`, and in debug mode to the server."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(settings.DATA_DIR) / "bundles"
        self.storage = FileSystemStorage(location=self.folder)

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def _written(self, name: str) -> Path:
        """The joined file on disk, made anew when a source is younger; whole or not at all."""
        target = self.folder / name
        newest = max(path.stat().st_mtime for path in [*BUNDLES[name], Path(__file__)])
        if not target.exists() or target.stat().st_mtime < newest:
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            draft.write_text(joined(name), encoding="utf-8")
            draft.replace(target)
        return target

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in BUNDLES:
            return []
        found = str(self._written(path))
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[Any]:
        for name in BUNDLES:
            self._written(name)
            yield name, self.storage
