"""The library of ready KPIs: data in `kpis/library`, a file for each department."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from haidang.lib.text import folded

#: The departments, in the order of the page; each is a file.
DEPARTMENTS = (
    "sales", "marketing", "care", "production", "supply", "quality", "hr", "finance", "it",
    "executive",
)  # fmt: skip
PERSPECTIVES = ("financial", "customer", "process", "learning")
LANGUAGES = ("vi", "en")
#: The longest text that is searched for.
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Words:
    """What an entry says in one language. `purpose` is what it is for, `pitfall` what goes
    wrong with it."""

    title: str
    unit: str
    formula: str
    source: str
    purpose: str
    pitfall: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A ready KPI; low, high and tolerance are suggested ends of a range."""

    key: str
    department: str
    perspective: str
    kind: str
    decimals: int
    direction: str
    frequency: str
    aggregation: str
    freshness_days: int
    low: Decimal | None
    high: Decimal | None
    tolerance: Decimal | None
    vi: Words
    en: Words

    def said(self, language: str) -> Words:
        """Its words in a language; in Vietnamese where it has none in that."""
        return self.en if language.startswith("en") else self.vi

    def facts(self, language: str) -> dict[str, Any]:
        """What it says of a KPI, as `goals.actions` takes it. The target is not in it."""
        said = self.said(language)
        return {
            "title": said.title,
            "perspective": self.perspective,
            "metric_kind": self.kind,
            "metric_unit": said.unit,
            "decimals": self.decimals,
            "direction": self.direction,
            "frequency": self.frequency,
            "aggregation": self.aggregation,
            "low": self.low,
            "high": self.high,
            "tolerance": self.tolerance,
            "formula": said.formula,
            "source": said.source,
            "freshness_days": self.freshness_days,
            "why": said.purpose,
            "description": said.pitfall,
        }


@lru_cache(maxsize=1)
def library() -> Mapping[str, Entry]:
    """Every entry by its key, department by department."""
    place = files("haidang.kpis") / "library"
    found: dict[str, Entry] = {}
    for department in DEPARTMENTS:
        text = (place / f"{department}.toml").read_text(encoding="utf-8")
        for one in tomllib.loads(text)["kpi"]:
            entry = _entry(department, one)
            if entry.key in found:
                raise ValueError(f"two KPIs of the library are called {entry.key}")
            found[entry.key] = entry
    return found


def _entry(department: str, said: Mapping[str, Any]) -> Entry:
    measure: dict[str, Any] = dict(said["measure"])
    ends = {name: measure.pop(name, None) for name in ("low", "high", "tolerance")}
    measure |= {name: None if end is None else Decimal(end) for name, end in ends.items()}
    return Entry(
        key=said["key"],
        department=department,
        perspective=said["perspective"],
        **measure,
        vi=Words(**said["vi"]),
        en=Words(**said["en"]),
    )


def found(*, department: str = "", perspective: str = "", text: str = "") -> Sequence[Entry]:
    """The entries of a department and a perspective ("" for all) that say the text, in either
    language, with or without diacritics: as it stands, or where none does so, all its words."""
    return [
        entry
        for entry in _saying(_plain(text[:LONGEST]))
        if department in ("", entry.department) and perspective in ("", entry.perspective)
    ]


def _saying(text: str) -> Sequence[Entry]:
    """Words count from their beginnings: they may still be being typed."""
    every = list(library().values())
    whole = [entry for entry in every if f" {text}" in _searched(entry)]
    if whole or not text:
        return whole
    words = text.split()
    return [one for one in every if all(f" {word}" in _searched(one) for word in words)]


def by_department(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The entries of each department that has some, in the order of the page."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.department, []).append(entry)
    return groups


@lru_cache(maxsize=512)
def _searched(entry: Entry) -> str:
    said = (entry.vi, entry.en)
    return " " + _plain(" ".join(f"{w.title} {w.formula} {w.source} {w.purpose}" for w in said))


def _plain(text: str) -> str:
    return re.sub(r"[^\w%]+", " ", folded(text)).strip()
