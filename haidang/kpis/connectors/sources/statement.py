"""What a statement in SQL is, as far as it is known before a database is asked (pure).

The databases refuse the same again (a read-only transaction, one statement in a message);
this is where it is said in words, before anything is sent. Only writing into a file of the
server is refused here alone: MySQL and MariaDB allow it in a read-only transaction.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

#: What may stand first.
_READS = frozenset({"select", "with", "values", "table"})
_WRITES = re.compile(
    r"\b(insert\s+into|delete\s+from|update\s+\S+\s+set|merge\s+into|into)\b", re.IGNORECASE
)
_PARAMETER = re.compile(r"(?<![:\w])::?(\w+)")
PARAMETERS = frozenset({"starts", "ends", "name"})


#: MySQL and MariaDB write a file of the server by these words, whatever stands around them.
_FILES = re.compile(r"\b(outfile|dumpfile)\b", re.IGNORECASE)


def bare(sql: str, dialect: str = "") -> str:
    """The statement without comments, texts and quoted names, each of which is a blank.

    In the dialect "mysql" a backslash escapes in a text, `#` begins a comment, `--` only
    before a blank, and `$$` quotes nothing.
    """
    mysql = dialect == "mysql"
    found: list[str] = []
    place, size = 0, len(sql)
    while place < size:
        sign, two = sql[place], sql[place : place + 2]
        if (two == "--" and (not mysql or sql[place + 2 : place + 3] <= " ")) or (
            mysql and sign == "#"
        ):
            end = sql.find("\n", place)
            place = size if end < 0 else end
        elif two == "/*":
            end = sql.find("*/", place + 2)
            place = size if end < 0 else end + 2
        elif sign in "'\"`":
            place = _behind_quoted(sql, place, sign, escapes=mysql and sign != "`")
        elif not mysql and sign == "$" and (tag := re.match(r"\$\w*\$", sql[place : place + 80])):
            end = sql.find(tag.group(), place + tag.end())
            place = size if end < 0 else end + tag.end()
        else:
            found.append(sign)
            place += 1
            continue
        found.append(" ")
    return "".join(found)


def _behind_quoted(sql: str, place: int, quote: str, *, escapes: bool) -> int:
    place += 1
    while place < len(sql):
        if escapes and sql[place] == "\\":
            place += 1
        elif sql[place] == quote:
            if sql[place + 1 : place + 2] != quote:
                return place + 1
            place += 1
        place += 1
    return place


def fault(sql: str, dialect: str = "") -> tuple[str, Any] | None:
    """What is wrong with a statement: (code, message), or None where it may be sent.

    `dialect` is "postgresql", "mysql" (of MariaDB, too), "sqlite", or "" where it is not known.
    """
    if re.search(r"/\*M?!", sql):  # MariaDB and MySQL run what stands in such a comment
        return "writes", _("Comments with an exclamation mark (/*! … */) are not taken.")
    if dialect == "mysql" and (found := _FILES.search(sql)):
        return "writes", _would_write(found.group())
    text = bare(sql, dialect).strip()
    text = text.removesuffix(";").strip()
    if not text:
        return "required", _("Please write a query.")
    if ";" in text:
        return "writes", _("One statement only, please: everything behind the semicolon has to go.")
    first = re.match(r"[\s(]*(\w+)", text)
    if first is None or first.group(1).lower() not in _READS:
        return "writes", _("Only a query is taken: it begins with SELECT, WITH, VALUES or TABLE.")
    if found := _WRITES.search(text):
        return "writes", _would_write(found.group(1).split()[0])
    unknown = {name for name in _PARAMETER.findall(_without_casts(text)) if name not in PARAMETERS}
    if unknown:
        return "settings", format_lazy(
            _("There is no parameter :{name}. There are :starts, :ends and :name."),
            name=sorted(unknown)[0][:40],
        )
    return None


def _would_write(word: str) -> Any:
    return format_lazy(
        _("This query would write ({word}); only reading is taken."), word=word.upper()
    )


def _without_casts(text: str) -> str:
    """`value::numeric` names no parameter."""
    return re.sub(r"::\s*\w+", " ", text)


def named(sql: str, dialect: str = "") -> frozenset[str]:
    """Which parameters a statement names."""
    return frozenset(_PARAMETER.findall(_without_casts(bare(sql, dialect)))) & PARAMETERS
