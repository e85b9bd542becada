"""Texts of the interface: from the sources into catalogues, and into what the program reads.

    python -m tools.messages extract [ROOM ...]   collect new texts, drop those that are gone
    python -m tools.messages compile              write the .mo files (not committed)
    python -m tools.messages check                every text translated, nothing left over

Source texts are English; `haidang/ROOM/locale/vi/LC_MESSAGES/django.po` has them in
Vietnamese.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "haidang"
LANGUAGE = "vi"

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "N_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_METHODS = [
    ("**/tests/**", "ignore"),
    ("**/migrations/**", "ignore"),
    ("**/static/**", "ignore"),
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
    ("**/templates/**.md", "jinja2"),
]
_OPTIONS = {
    "**/templates/**": {
        "extensions": "jinja2.ext.do",
        "newstyle_gettext": "true",
        "trimmed": "true",
        "silent": "false",
    }
}
_HEADER = """msgid ""
msgstr ""
"Language: vi\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
_PLACE = re.compile(r"%\(\w+\)[sd]|\{\w*\}")

#: Words that are ruled out: the interface has another one for what they would say.
RULED_OUT = ["chủ sở hữu", "căn chỉnh", "đường cơ sở", "hiệu chuẩn", "thất bại"]


def rooms() -> list[str]:
    """The folders of the package that may hold texts."""
    return sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file())


def catalogue_of(room: str) -> Path:
    return PACKAGE / room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def extracted(room: str) -> Catalog:
    """What the sources of a room ask for."""
    found = Catalog(charset="utf-8")
    options = {pattern: dict(_OPTIONS["**/templates/**"]) for pattern, _ in _METHODS[4:]}
    for name, _line, message, comments, context in extract_from_dir(
        PACKAGE / room, _METHODS, options, keywords=KEYWORDS, comment_tags=["Translators:"]
    ):
        place = (f"haidang/{room}/{name}", 0)
        found.add(message, locations=[place], auto_comments=comments, context=context)
    return found


def translated(room: str) -> Catalog:
    """What the room's catalogue has; empty when there is none."""
    path = catalogue_of(room)
    if not path.is_file():
        return Catalog(locale=LANGUAGE, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, charset="utf-8")


def memory() -> dict[tuple[str, str], object]:
    """How the rooms translate, so that the same text is not translated twice."""
    known: dict[tuple[str, str], object] = {}
    for room in rooms():
        for message in _messages(translated(room)):
            if message.string and any(message.string):
                known.setdefault(_key(message), message.string)
    return known


def merged(room: str, known: dict[tuple[str, str], object]) -> Catalog:
    """The room's catalogue as it should be: its sources' texts with what is translated."""
    catalogue = translated(room)
    catalogue.update(extracted(room), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    for message in _messages(catalogue):
        words = known.get(_key(message))
        if (
            words
            and not any(message.string or ())
            and isinstance(message.id, str) == isinstance(words, str)
        ):
            message.string = words  # type: ignore[assignment]
    return catalogue


def written(catalogue: Catalog) -> str:
    """A catalogue as text, the same for the same texts: no dates, no lines, sorted."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=96, omit_header=True, sort_output=True, include_lineno=False)
    return _HEADER + buffer.getvalue().decode().strip() + "\n"


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _key(message: Message) -> tuple[str, str]:
    singular = message.id[0] if isinstance(message.id, tuple | list) else message.id
    return (message.context or "", str(singular))


def _faults(room: str, message: Message) -> Iterator[str]:
    where = f"{room}: {_key(message)[1]!r}"
    given = message.string if isinstance(message.string, tuple | list) else [message.string]
    parts = [part or "" for part in given]
    if not all(parts):
        yield f"{where} is not translated"
        return
    if message.fuzzy:
        yield f"{where} is marked fuzzy"
    ids = message.id if isinstance(message.id, tuple | list) else [message.id]
    wanted = set(_PLACE.findall(ids[-1]))
    for part in parts:
        if set(_PLACE.findall(part)) != wanted:
            yield f"{where} loses or invents a place: {part!r}"
        for word in RULED_OUT:
            if word in part.lower():
                yield f"{where} uses {word!r}, which is ruled out"


def problems() -> list[str]:
    """Everything that keeps the texts from being complete."""
    found: list[str] = []
    known = memory()
    said: dict[tuple[str, str], tuple[str, object]] = {}
    for room in rooms():
        catalogue = merged(room, known)
        for message in _messages(catalogue):
            found += _faults(room, message)
            key = _key(message)
            other, words = said.setdefault(key, (room, message.string))
            if words and message.string and words != message.string:
                found.append(f"{room}: {key[1]!r} is translated otherwise in {other}")
        path = catalogue_of(room)
        present = path.read_text(encoding="utf-8") if path.is_file() else ""
        if (present or len(catalogue)) and present != written(catalogue):
            found.append(f"{room}: out of date; run python -m tools.messages extract {room}")
    return found


def extract(chosen: list[str]) -> None:
    known = memory()
    for room in chosen or rooms():
        catalogue = merged(room, known)
        path = catalogue_of(room)
        if not len(catalogue):
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written(catalogue), encoding="utf-8")
        missing = [m for m in _messages(catalogue) if any(_faults(room, m))]
        sys.stdout.write(f"{room}: {len(catalogue)} texts, {len(missing)} to translate\n")


def compile_all() -> int:
    """Write a .mo beside each .po; gives how many."""
    done = 0
    for room in rooms():
        path = catalogue_of(room)
        if not path.is_file():
            continue
        # Whole or not at all: another process may be reading it.
        draft = path.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, translated(room))
        draft.replace(path.with_suffix(".mo"))
        done += 1
    return done


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("command", choices=["extract", "compile", "check"])
    parser.add_argument("rooms", nargs="*")
    given = parser.parse_args(arguments)
    if given.command == "extract":
        extract(given.rooms)
    elif given.command == "compile":
        sys.stdout.write(f"{compile_all()} catalogues\n")
    else:
        found = problems()
        sys.stderr.write("".join(f"{line}\n" for line in found))
        return 1 if found else 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
