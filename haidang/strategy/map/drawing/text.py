"""How wide a text is and where its lines break, without a browser: pure.

Widths are those of Inter at weight 600; a Vietnamese letter is as wide as the plain letter
under its marks. Another font that takes Inter's place differs by a few per cent, for which
lines keep a little room.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from haidang.strategy.map.drawing.widths import OTHER, WIDTHS

#: Room for fonts that run wider than Inter.
SAFE = 1.04


@lru_cache(maxsize=4096)
def _letter(letter: str) -> int:
    if letter in WIDTHS:
        return WIDTHS[letter]
    plain = unicodedata.normalize("NFD", letter)[0]
    return WIDTHS.get(plain, OTHER)


@lru_cache(maxsize=16384)
def _thousandths(word: str) -> int:
    return sum(map(_letter, word))


def width(text: str, size: float) -> float:
    """The width of a text in pixels at a size of font."""
    return _thousandths(text) * size * SAFE / 1000


def wrap(text: str, size: float, room: float, most: int) -> list[str]:
    """At most `most` lines no wider than `room`; the last ends in … where words are left."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if not line or width(longer, size) <= room:
            line = longer
            continue
        if len(lines) == most - 1:
            return [*lines, cut(line + " " + word, size, room)]
        lines.append(line)
        line = word
    return [*lines, cut(line, size, room)] if line else lines


def cut(text: str, size: float, room: float) -> str:
    """The text, or as much of it as fits with … behind it."""
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        shorter = text.rpartition(" ")[0]
        text = shorter or text[:-1]
    return text.rstrip(" ,;:–-") + "…"
