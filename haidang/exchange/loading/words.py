"""The words that a cell may say for one of a few values, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, override

from haidang.exchange.loading.columns import LANGUAGES, plain_name
from haidang.goals.models import Commitment, Frequency, Kind, Level, Visibility
from haidang.goals.models.kinds import Aggregation, Direction, MetricKind
from haidang.people.models import Unit
from haidang.web import terms

OKR = "okr"

CHOICES: Mapping[str, Any] = {
    "level": Level,
    "kind": Kind,
    "metric_kind": MetricKind,
    "direction": Direction,
    "frequency": Frequency,
    "aggregation": Aggregation,
    "commitment": Commitment,
    "visibility": Visibility,
    "unit_kind": Unit.Kind,
}
#: Values that are read and not offered: they say more than a cell holds.
NOT_OFFERED: Mapping[str, Any] = {
    "metric_kind": {MetricKind.MILESTONES},
    "direction": {
        Direction.RELATIVE, Direction.MILESTONES, Direction.STEPS, Direction.LINEAR,
    },
    "aggregation": {Aggregation.RATIO},
    "unit_kind": {Unit.Kind.COMPANY},
}  # fmt: skip
#: Other words for a value, besides its names in the program.
ALSO: Mapping[str, Mapping[str, Iterable[str]]] = {
    "level": {
        Level.COMPANY: ("cong ty", "toan cong ty", "to chuc", "organisation", "organization"),
        Level.UNIT: ("department", "phong ban", "don vi", "bo phan", "phong", "team", "nhom"),
        Level.INDIVIDUAL: ("personal", "person", "ca nhan", "nhan vien"),
    },
    "kind": {
        Kind.ULTIMATE: ("ultimate", "ultimate goal", "muc tieu cuoi cung", "muc tieu tong the"),
        Kind.PILLAR: ("pillar", "tru cot", "tru cot chien luoc"),
        Kind.OBJECTIVE: ("o", "muc tieu"),
        Kind.KEY_RESULT: ("kr", "ket qua chinh", "ket qua then chot"),
        OKR: ("okr",),
    },
    "metric_kind": {
        MetricKind.NUMBER: ("so", "con so"),
        MetricKind.PERCENT: ("%", "percentage", "phan tram", "ty le"),
        MetricKind.CURRENCY: ("tien", "tien te", "money", "vnd"),
        MetricKind.DURATION: ("thoi gian", "thoi luong", "time"),
        MetricKind.COUNT: ("dem", "so luong", "so dem"),
        MetricKind.YES_NO: ("yes/no", "co/khong", "co khong", "yes no"),
        MetricKind.TEXT: ("van ban", "text", "chu"),
    },
    "direction": {
        Direction.INCREASE: ("tang", "up", "tang len"),
        Direction.DECREASE: ("giam", "down", "giam xuong"),
        Direction.AT_LEAST: ("toi thieu", "it nhat", ">=", "min"),
        Direction.AT_MOST: ("toi da", "nhieu nhat", "khong qua", "<=", "max"),
        Direction.RANGE: ("range", "trong khoang", "khoang"),
        Direction.PASS_FAIL: ("pass/fail", "dat/chua dat", "dat chua dat", "pass fail"),
        Direction.HIGHER: ("cang cao cang tot", "cao", "higher"),
        Direction.LOWER: ("cang thap cang tot", "thap", "lower"),
    },
    "frequency": {
        Frequency.DAY: ("daily", "hang ngay", "ngay"),
        Frequency.WEEK: ("weekly", "hang tuan", "tuan"),
        Frequency.MONTH: ("monthly", "hang thang", "thang"),
        Frequency.QUARTER: ("quarterly", "hang quy", "quy"),
        Frequency.HALF: ("half year", "nua nam", "6 thang"),
        Frequency.YEAR: ("yearly", "annually", "hang nam", "nam"),
    },
    "aggregation": {
        Aggregation.SUM: ("sum", "total", "tong", "luy ke", "cong don"),
        Aggregation.AVERAGE: ("average", "mean", "trung binh"),
        Aggregation.LAST: ("last", "cuoi ky", "gia tri cuoi ky"),
        Aggregation.MAX: ("max", "cao nhat", "lon nhat"),
        Aggregation.MIN: ("min", "thap nhat", "nho nhat"),
    },
    "commitment": {
        Commitment.COMMITTED: ("cam ket", "roofshot"),
        Commitment.ASPIRATIONAL: ("khat vong", "moonshot", "stretch"),
    },
    "visibility": {
        Visibility.ORGANISATION: (
            "everyone", "all", "public", "moi nguoi", "tat ca", "toan cong ty", "cong khai",
        ),
        Visibility.UNIT: ("don vi", "phong ban", "department", "unit and above"),
        Visibility.PARTICIPANTS: ("nguoi tham gia",),
        Visibility.PRIVATE: ("rieng tu", "ca nhan"),
    },
    "unit_kind": {
        Unit.Kind.DIVISION: ("khoi", "chi nhanh", "branch"),
        # What a factory calls "tổ" or "đội" has people of its own; a team borrows them.
        Unit.Kind.DEPARTMENT: (
            "phong", "phong ban", "bo phan", "ban", "to", "doi", "xuong", "trung tam",
        ),
        Unit.Kind.TEAM: ("nhom", "nhom lien don vi", "nhom du an"),
    },
}  # fmt: skip


def _key(text: str) -> str:
    """Signs matter here (%, >=); words are compared as headers are."""
    return plain_name(text) or text.strip()


@lru_cache(maxsize=16)
def _known(name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with override(language), terms.using(None):
            for value, label in CHOICES[name].choices:
                found.setdefault(_key(str(label)), value)
    for value in CHOICES[name].values:
        found.setdefault(_key(value), value)
    for value, words in ALSO.get(name, {}).items():
        for word in words:
            found.setdefault(_key(word), str(value))
    return found


@lru_cache(maxsize=4096)
def value_of(name: str, text: str) -> str | None:
    """The value that a cell says, or None for a word that is none of it."""
    return _known(name).get(_key(text))


def offered(name: str) -> list[str]:
    """The words to choose from, in the language that is on."""
    left_out: set[Any] = set(NOT_OFFERED.get(name, ()))
    with terms.using(None):  # files speak the program's words, which every company's reads
        return [str(label) for value, label in CHOICES[name].choices if value not in left_out]


def word_of(name: str, value: str) -> str:
    """How a value is written, in the language that is on; "" for none."""
    return _words(name, get_language() or "vi")[value] if value else ""


@lru_cache(maxsize=64)
def _words(name: str, language: str) -> dict[str, str]:
    with override(language), terms.using(None):
        return {value: str(label) for value, label in CHOICES[name].choices}
