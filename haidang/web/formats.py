"""Numbers, dates and names as people of a language write them.

Pure: the language ("vi" or "en"), the time and the time zone are arguments. Words that are
part of a format (tỷ, "2 giờ trước") are here and not in the catalogues, because what varies
between languages is the pattern and not only the word.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from haidang.lib.decimals import EXACT, canonical

#: What stands for a number that is not there.
NOTHING = "–"
MINUS = "−"
#: Keeps a number and its unit on one line.
NBSP = "\u00a0"

BILLION = 1_000_000_000


class _Language(NamedTuple):
    group: str
    point: str
    short_scale: tuple[tuple[int, str], ...]  # power of ten, its word with its space


_LANGUAGES = {
    "vi": _Language(
        ".", ",", ((12, f"{NBSP}nghìn{NBSP}tỷ"), (9, f"{NBSP}tỷ"), (6, f"{NBSP}triệu"))
    ),
    "en": _Language(",", ".", ((12, "T"), (9, "B"), (6, "M"))),
}


class Measured(Protocol):
    """What `value` reads from a goal."""

    metric_kind: str
    metric_unit: str
    decimals: int


def _language(code: str) -> _Language:
    return _LANGUAGES.get(code[:2], _LANGUAGES["en"])


@lru_cache(maxsize=16_384)  # a map writes thousands, nearly all of them at each view
def number(value: Decimal | int | None, language: str, decimals: int | None = None) -> str:
    """`1.234.567,89` in Vietnamese, `1,234,567.89` in English.

    Without `decimals` every digit is written; with it the value is rounded half-even and
    zeros at the end are dropped, so that 3 and 3.1 stay as short as they were typed.
    """
    if value is None:
        return NOTHING
    words = _language(language)
    exact = Decimal(value)
    if decimals is not None:
        step = Decimal(1).scaleb(-decimals)
        exact = exact.quantize(step, rounding=ROUND_HALF_EVEN, context=EXACT)
    whole, _, fraction = format(canonical(abs(exact)), "f").partition(".")
    groups = f"{int(whole):,}".replace(",", words.group)
    sign = MINUS if exact < 0 else ""
    return sign + groups + (words.point + fraction if fraction else "")


def plain(value: Decimal | int | None, language: str) -> str:
    """As it is put into an input: every digit, no grouping, the language's decimal mark."""
    if value is None:
        return ""
    return format(canonical(Decimal(value)), "f").replace(".", _language(language).point)


def compact(value: Decimal | None, language: str, digits: int = 1) -> str:
    """Millions and more by word: `300 tỷ`, `3,1 triệu`; `300B`, `3.1M` in English."""
    if value is None:
        return NOTHING
    words = _language(language)
    scaled = [(power, word) for power, word in words.short_scale if abs(value) >= 10**power]
    if not scaled:
        return number(value, language, 2 if abs(value) < 1000 else 0)
    power, word = scaled[0]
    return number(value.scaleb(-power, context=EXACT), language, digits) + word


def value(amount: Decimal | None, goal: Measured, language: str) -> str:
    """A goal's value with its unit: `300 tỷ ₫`, `63,3%`, `12 NPP`; `Đạt` for a yes.

    Currency in its base unit is written compactly from a million up; all else with the
    goal's own decimals.
    """
    if amount is None:
        return NOTHING
    unit = goal.metric_unit
    if goal.metric_kind == "yes_no":
        reached = {"vi": ("Chưa đạt", "Đạt"), "en": ("Not met", "Met")}
        return reached["vi" if language.startswith("vi") else "en"][amount >= 1]
    if goal.metric_kind == "currency" and len(unit) == 1 and abs(amount) >= 10**6:
        return f"{compact(amount, language)}{NBSP}{unit}"
    written = number(amount, language, max(goal.decimals, 0))
    if not unit:
        return written + ("%" if goal.metric_kind == "percent" else "")
    return written + unit if unit == "%" else f"{written}{NBSP}{unit}"


def without_unit(amount: str, beside: str) -> str:
    """A written value without its unit where the value beside it has the same one.

    `17.814 điểm bán` beside `19.000 điểm bán` is `17.814`; `3 triệu ₫` beside `3 tỷ ₫` stays.
    """
    number, _space, unit = amount.partition(NBSP)
    return number if unit and unit == beside.partition(NBSP)[2] else amount


def percent(billionths: int | Decimal | None, language: str, decimals: int = 1) -> str:
    """Progress of 0..10^9 as `63,3%`. What is short of the whole is never written as 100%."""
    if billionths is None:
        return NOTHING
    return number(_percents(billionths, decimals), language) + "%"


def _percents(billionths: int | Decimal, decimals: int) -> Decimal:
    exact = Decimal(billionths).scaleb(-7, context=EXACT)
    step = Decimal(1).scaleb(-decimals)
    rounded = exact.quantize(step, rounding=ROUND_HALF_UP, context=EXACT)
    return rounded - step if rounded == 100 and exact < 100 else rounded


def shown(billionths: int | None, decimals: int = 1) -> int | None:
    """Progress as `percent` writes it, in billionths: what differences are taken of."""
    return None if billionths is None else int(_percents(billionths, decimals).scaleb(7))


def points(difference: int, language: str, decimals: int = 1) -> str:
    """A difference of two percentages, without its sign: `10,8 điểm %`, `10.8 points`."""
    written = number(_percents(abs(difference), decimals), language)
    unit = "điểm %" if language.startswith("vi") else "point" if written == "1" else "points"
    return f"{written}{NBSP}{unit}"


def day(when: date | None, language: str) -> str:
    """`05/03/2026`; in English `5 Mar 2026`."""
    if when is None:
        return NOTHING
    if language.startswith("vi"):
        return f"{when.day:02}/{when.month:02}/{when.year:04}"
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def short_day(when: date | None, language: str) -> str:
    """A day without its year: `05/03`, `5 Mar`."""
    if when is None:
        return NOTHING
    if language.startswith("vi"):
        return f"{when.day:02}/{when.month:02}"
    return f"{when.day} {_MONTHS[when.month - 1]}"


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def day_time(when: datetime | None, language: str, zone: tzinfo = UTC) -> str:
    """`05/03/2026 14:05` in the reader's time zone."""
    if when is None:
        return NOTHING
    local = when.astimezone(zone)
    return f"{day(local.date(), language)} {local.hour:02}:{local.minute:02}"


def month(when: date, language: str) -> str:
    """A month of a year: `03/2026`, `Mar 2026`."""
    if language.startswith("vi"):
        return f"{when.month:02}/{when.year}"
    return f"{_MONTHS[when.month - 1]} {when.year}"


def month_short(when: date, language: str) -> str:
    """A month without its year: `T3`, `Mar`."""
    return f"T{when.month}" if language.startswith("vi") else _MONTHS[when.month - 1]


def quarter(when: date, language: str) -> str:
    """`Quý 3/2025`, `Q3 2025` of the calendar."""
    which = (when.month + 2) // 3
    return f"Quý {which}/{when.year}" if language.startswith("vi") else f"Q{which} {when.year}"


_AGO = {
    "vi": {
        "now": "vừa xong",
        "minute": "{} phút trước",
        "hour": "{} giờ trước",
        "yesterday": "hôm qua",
        "day": "{} ngày trước",
        "today": "hôm nay",
        "tomorrow": "ngày mai",
        "in": "còn {} ngày",
        "late": "trễ {} ngày",
    },
    "en": {
        "now": "just now",
        "minute": "{} min ago",
        "hour": "{} h ago",
        "yesterday": "yesterday",
        "day": "{} days ago",
        "today": "today",
        "tomorrow": "tomorrow",
        "in": "{} days left",
        "late": "{} days late",
    },
}


def _words(language: str) -> dict[str, str]:
    return _AGO["vi" if language.startswith("vi") else "en"]


def ago(when: datetime | None, language: str, now: datetime, zone: tzinfo = UTC) -> str:
    """How long since: to the minute, the hour, the day; after a week the date itself."""
    if when is None:
        return NOTHING
    words, passed = _words(language), now - when
    days = (now.astimezone(zone).date() - when.astimezone(zone).date()).days
    if passed < timedelta(minutes=1):
        return words["now"]
    if passed < timedelta(hours=1):
        return words["minute"].format(int(passed.total_seconds() // 60))
    if days == 0:
        return words["hour"].format(int(passed.total_seconds() // 3600))
    if days == 1:
        return words["yesterday"]
    if days < 7:
        return words["day"].format(days)
    return day(when.astimezone(zone).date(), language)


def until(when: date | None, language: str, today: date) -> str:
    """How long to a day: `hôm nay`, `còn 12 ngày`, `trễ 3 ngày`."""
    if when is None:
        return NOTHING
    words, days = _words(language), (when - today).days
    if days == 0:
        return words["today"]
    if days == 1:
        return words["tomorrow"]
    return words["in"].format(days) if days > 0 else words["late"].format(-days)


def initials(name: Any) -> str:
    """Two letters of a name: first word and given name, `Nguyễn Thị Hương` > `NH`."""
    words = [word for word in unicodedata.normalize("NFC", str(name)).split() if word[0].isalnum()]
    if not words:
        return "?"
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()


def tone(name: Any) -> int:
    """Which of the eight avatar tones a name has; always the same one."""
    return sum(ord(letter) * (place + 1) for place, letter in enumerate(str(name))) % 8
