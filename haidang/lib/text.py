"""Text as it is stored and searched: NFC, without characters that lie about themselves."""

from __future__ import annotations

import re
import unicodedata

#: Controls (but tab and newline), unpaired surrogates, and the marks that reverse or
#: reorder the text around them.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]"
)
_SPACES = re.compile(r"\s+")


def clean_line(value: str) -> str:
    """One line, NFC, single spaces, no control characters."""
    return _SPACES.sub(" ", clean_text(value)).strip()


def clean_text(value: str) -> str:
    """Several lines, NFC, no control characters; line ends become \\n."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNSAFE.sub("", value)).strip()


def folded(value: str) -> str:
    """For search and comparison: lower case, without diacritics, đ as d, tỉ as tỷ."""
    value = unicodedata.normalize("NFD", value.casefold().replace("đ", "d"))
    plain = "".join(c for c in value if not unicodedata.combining(c))
    return _SPACES.sub(" ", re.sub(r"\bti\b", "ty", plain)).strip()


#: Letters of their own in Vietnamese, spelt so that they follow their plain sister: no
#: Vietnamese word has a z. Tones are no letters and do not count here.
_LETTERS = str.maketrans(
    {"ă": "azx", "â": "azy", "đ": "dz", "ê": "ez", "ô": "ozx", "ơ": "ozy", "ư": "uz"}
)
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


def given_name_key(name: str) -> str:
    """Vietnamese order: by given name (the last word), then by the whole name.

    Plain letters and spaces only, so that every database sorts it alike: An, Ánh, Ân, Bình,
    Dũng, Đức.
    """
    bare = _TONES.sub("", unicodedata.normalize("NFD", name.casefold()))
    words = folded(unicodedata.normalize("NFC", bare).translate(_LETTERS)).split()
    return f"{words[-1]} {' '.join(words)}" if words else ""
