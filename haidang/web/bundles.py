"""The common stylesheet and script: many small source files, one request each.

Joined when the process starts, named by the digest of what they hold, and served for a
year by `haidang.web.views.bundle`. There is no build step and no generated file to commit;
in debug mode a changed source file is seen by the next request.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse

FOLDER = Path(__file__).resolve().parent / "static" / "web"

#: Source files in the order in which they are joined.
STYLES = """
layers tokens reset base layout button field choice date picker pill avatar bar card table list
menu dialog toast chart empty skeleton page print responsive
""".split()
SCRIPTS = "core theme menus dialogs toasts forms dates picker stream shortcuts".split()
BUNDLES = {
    "app.css": [FOLDER / "css" / f"{name}.css" for name in STYLES],
    "app.js": [FOLDER / "js" / f"{name}.js" for name in SCRIPTS],
}
CONTENT_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


class Bundle(NamedTuple):
    """What is served under one name."""

    body: bytes
    packed: bytes  # the same, gzipped
    digest: str


_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LINE_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
_INDENT = re.compile(r"\n\s+")
_VENDORED = re.compile(r"url\(\"?\.\./\.\./(vendor/[^\")]+)\"?\)")


def _style(text: str) -> str:
    text = _INDENT.sub("\n", _COMMENT.sub("", text))
    text = re.sub(r"\s*([{};,])\s*", r"\1", text).replace(";}", "}")
    return _VENDORED.sub(lambda found: f'url("{static(found[1])}")', text).strip()


def _script(text: str) -> str:
    """Each source keeps its names to itself; comments on lines of their own are dropped."""
    text = _LINE_COMMENT.sub("", re.sub(r"^\s*/\*\*?.*?\*/", "", text, flags=re.S | re.M))
    return "{\n" + _INDENT.sub("\n", text).strip() + "\n}"


@lru_cache(maxsize=8)
def _joined(name: str, _stamp: float) -> Bundle:
    tidy = _style if name.endswith(".css") else _script
    texts = [tidy(path.read_text(encoding="utf-8")) for path in BUNDLES[name]]
    body = "\n".join(texts).encode()
    return Bundle(body, gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest()[:12])


def joined(name: str) -> Bundle:
    """The bundle of that name; KeyError when there is none."""
    paths = BUNDLES[name]
    stamp = max(path.stat().st_mtime for path in paths) if settings.DEBUG else 0.0
    return _joined(name, stamp)


def address(name: str) -> str:
    """Where a page finds a bundle; changes whenever its content does."""
    return reverse("bundle", kwargs={"digest": joined(name).digest, "name": name})
