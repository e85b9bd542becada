"""The columns of each kind of list, by the names that people write above them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from haidang.lib.errors import Invalid
from haidang.lib.tables.limits import refused
from haidang.lib.tables.table import Broken, Row, Value
from haidang.lib.text import clean_line, folded

GOALS, PEOPLE, UNITS, ACTUALS = "goals", "people", "units", "actuals"
#: Lists that come in and go out; actuals of KPIs only come in.
KINDS = (GOALS, PEOPLE, UNITS)
LOADED = (*KINDS, ACTUALS)
LANGUAGES = ("vi", "en")
#: What the column of a field of the organisation's own begins with.
OWN = "field:"


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is the fact that it holds, `label` what stands above it in a file of ours, `also`
    other names that companies give it (folded), `width` in characters, `words` the
    vocabulary of its values (`words.CHOICES`)."""

    key: str
    label: Any
    help: Any
    also: Sequence[str] = ()
    width: int = 16
    words: str = ""


def _column(
    key: str, label: Any, help_: Any, *also: str, width: int = 16, words: str = ""
) -> Column:
    return Column(key, label, help_, also, width, words)


#: Above the messages that a list of errors carries; whoever sends it again need not take it out.
MESSAGES = _column("messages", _("To mend"), "", "loi", "errors", "messages", width=60)

COLUMNS: Mapping[str, Sequence[Column]] = {
    GOALS: (
        _column(
            "public_id", _("ID"),
            _("Of a goal that is there already: it is changed. Empty for a new one."),
            "public id", "ma so", "ma muc tieu", "code", width=10,
        ),
        _column(
            "level", pgettext_lazy("for whom a goal is", "Scope"),
            _("Company, unit (department) or individual; of objectives and KPIs."),
            "level", "cap do", "cap", width=13, words="level",
        ),
        _column(
            "kind", pgettext_lazy("of goal", "Type"),
            _("Ultimate goal, pillar, objective, key result or KPI. “OKR” is a key result where"
              " it has a measure, else an objective."),
            "kind", "okr or kpi", "okr/kpi", "okr hoac kpi", "loai muc tieu", width=18,
            words="kind",
        ),
        _column(
            "parent", _("Parent"),
            _("ID or title of the goal above; several with a semicolon. It may be a line further"
              " down."),
            "parent goal", "muc tieu cap tren", "muc tieu cha", "cha", "thuoc ve", width=26,
        ),
        _column("title", _("Title"), _("At most 300 characters."),
                "name", "ten", "ten muc tieu", "noi dung", "goal", width=46),
        _column(
            "metric_kind", _("Measured in"),
            _("Number, percent, currency, duration, count, yes / no or text; guessed from the"
              " unit where it is empty."),
            "metric", "metric kind", "chi so do", "loai do luong", "do luong", width=14,
            words="metric_kind",
        ),
        _column("metric_unit", _("Unit of measure"), _("For example tỷ ₫, %, h, orders."),
                "unit of measurement", "metric unit", "dvt", width=12),
        _column("baseline", _("Baseline"), _("Where it started; empty when it is not known."),
                "start value", "gia tri bat dau", "dau ky", width=12),
        _column("target", _("Target"), _("What it should be."), "muc tieu so", "gia tri muc tieu",
                width=12),
        _column("low", pgettext_lazy("lower end", "Range from"), _("Lower end of a range."),
                "low", "from", width=10),
        _column("high", pgettext_lazy("upper end", "Range to"), _("Upper end of a range."),
                "high", "to", width=10),
        _column("tolerance", _("Tolerance"), _("How far outside of the range counts a little."),
                width=10),
        _column(
            "direction", _("Direction"),
            _("Key results: increase, decrease, at least, at most, within range, pass / fail. KPIs:"
              " higher or lower is better, within range, pass / fail."),
            "chieu huong", "huong", width=20, words="direction",
        ),
        _column("frequency", _("Frequency"), _("How often a KPI is measured; a month if empty."),
                "tan suat", width=12, words="frequency"),
        _column(
            "aggregation", _("Over several periods"),
            _("How the periods of a KPI become one number: cumulative, average, last value,"
              " highest, lowest."),
            "aggregation", "cach tinh", "cong don", width=16, words="aggregation",
        ),
        _column("formula", _("Formula in words"), _("Of a KPI: how its number is worked out."),
                "formula", "cong thuc", "cach tinh toan", width=36),
        _column("source", _("Source of the number"),
                _("Of a KPI: the system or list from which it is taken."),
                "source", "data source", "nguon", "nguon so lieu", "nguon du lieu", width=24),
        _column("freshness_days", _("Days until the actual"),
                _("Of a KPI: so many days after a period its actual has to be there; 0 to 366."),
                "han so lieu", "freshness", width=12),
        _column("unit", _("Department"), _("Code, ID or name of the unit."),
                "unit", "team", "don vi", "bo phan", "phong", width=20),
        _column("owner", _("Owner"), _("E-mail, ID or name."), "email", "nguoi so huu",
                "phu trach", "chu tri", width=26),
        _column("data_owner", _("Data owner"), _("Who reports a KPI, if not the owner."), width=22),
        _column("cycle", _("Cycle"), _("Name or ID, of objectives; the one that runs if empty."),
                "period", "ky", "quy", width=14),
        _column("starts", pgettext_lazy("day", "Start"), _("As 31/12/2026; the cycle's if empty."),
                "start date", "ngay bat dau", "bat dau", width=12),
        _column("ends", pgettext_lazy("day", "End"), _("As 31/12/2026; the cycle's if empty."),
                "end date", "deadline", "due date", "han", "han chot", "ngay ket thuc", "ket thuc",
                width=12),
        _column("commitment", _("Commitment"), _("Committed or aspirational; of objectives."),
                "committed/aspirational", "committed / aspirational", "cam ket/khat vong",
                "cam ket / khat vong", width=12,
                words="commitment"),
        _column("weight", _("Weight"), _("A whole number from 0 to 10,000, among the children of"
                " the first parent."), "ty trong", width=9),
        _column("visibility", _("Visible to"), _("Everyone, unit, participants or private."),
                "visibility", "hien thi", "quyen xem", width=22, words="visibility"),
        _column("why", pgettext_lazy("reason of a goal", "Why"), _("Why this matters now."),
                "reason", "ly do", width=30),
        _column("success", _("What success looks like"), _("How one will know."),
                "success", "the nao la thanh cong", width=30),
        _column("description", _("Description"), _("Anything else."), "notes", "ghi chu", width=30),
    ),
    PEOPLE: (
        _column("public_id", _("ID"), _("Of somebody who is there already. Empty for somebody"
                " new."), "public id", "ma", "ma so", "ma nhan vien", "code", width=10),
        _column("name", pgettext_lazy("of a person", "Name"), _("Family name first, as it is"
                " written."), "full name", "ho ten", "ho va ten", "ten", width=28),
        _column("email", _("E-mail"), _("With which the person signs in."), "email", "mail",
                "thu dien tu", width=30),
        _column("title", _("Job title"), "", "position", "title", "chuc vu", "vi tri", width=26),
        _column("unit", _("Department"), _("Code, ID or name of the unit."),
                "unit", "don vi", "bo phan", "phong", width=22),
        _column("manager", _("Manager"), _("E-mail, ID or name; may be a line further down."),
                "line manager", "quan ly", "nguoi quan ly", "cap tren", width=28),
        _column("region", _("Region"), "", "location", "area", "khu vuc", "dia diem", width=16),
        _column("joined_on", _("Joined on"), _("As 31/12/2026."), "start date", "ngay vao",
                "ngay vao lam", width=12),
    ),
    UNITS: (
        _column("public_id", _("ID"), _("Of a unit that is there already. Empty for a new one."),
                "public id", "ma so", width=10),
        _column("code", pgettext_lazy("of a unit", "Code"), _("Short, as it is said in the house."),
                "ma don vi", "ma", "ma phong", width=12),
        _column("name", pgettext_lazy("of a unit", "Unit name"), "", "name", "unit", "department",
                "ten", "don vi", "phong ban", "ten phong ban", width=34),
        _column("kind", pgettext_lazy("of unit", "Kind"), _("Division, department or team."),
                "type", "loai", width=14, words="unit_kind"),
        _column("parent", _("Below"), _("Code, ID or name of the unit above; may be a line further"
                " down. The organisation itself if empty."), "parent", "parent unit", "thuoc",
                "don vi cha", "truc thuoc", "don vi cap tren", width=28),
        _column("leaders", _("Leaders"), _("E-mail, ID or name; several with a semicolon."),
                "leader", "head", "truong don vi", "truong phong", "nguoi dung dau", width=30),
    ),
    # Columns of periods stand beside these: actual_columns.
    ACTUALS: (
        _column("public_id", _("ID"), _("Of the KPI, such as KPI-12. Then its title may be left"
                " out."), "public id", "ma kpi", "kpi id", "ma", "ma so", "code", width=10),
        _column("title", _("KPI"), _("Its title, or its ID."), "title", "ten kpi", "kpi name",
                "ten", "tieu de", "chi so", "ten chi so", "noi dung", width=44),
        _column("owner", _("Owner"), _("Name, e-mail or ID, where several KPIs have one title."),
                "phu trach", "nguoi", "ho ten", "ho va ten", "nhan vien", "ten nhan vien",
                "person", "email", width=24),
        _column("unit", _("Department"), _("Name, code or ID, where several KPIs have one title."),
                "unit", "don vi", "bo phan", "phong", width=22),
        _column("metric_unit", _("Unit of measure"), _("To look at; another scale than the KPI's"
                " is refused."), "metric unit", "dvt", width=12),
        _column("part", _("Which number"), _("Of a ratio with a column for each period: a line for"
                " the numerator, a line for the denominator."), "phan", "so nao", width=14),
        _column("period", _("Period"), _("T10/2026, 10/2026, 2026-10, Q3/2026, 2026, W40/2026 or"
                " any day of it."), "ky bao cao", "thang", "quy", "nam", "tuan", "ngay",
                "thoi gian", "month", "quarter", "year", "week", "day", "date", width=13),
        _column("value", _("Actual"), _("1234,5 or 1234.5; a unit may stand behind it. Empty: the"
                " line is left out."), "value", "actuals", "gia tri", "thuc hien", "thuc te",
                "so lieu", "so thuc dat", "so thuc hien", "ket qua", width=14),
        _column("numerator", _("Numerator"), _("Of a ratio of sums."), width=12),
        _column("denominator", _("Denominator"), _("Of a ratio of sums."), width=12),
        _column("note", _("Note"), _("It stands beside the number."), "ghi chu", "notes",
                "comment", "dien giai", width=30),
    ),
}  # fmt: skip


@lru_cache(maxsize=8)
def _names(kind: str) -> dict[str, str]:
    """Column by the names of it that a header may have, without diacritics and signs; what
    is said in full comes before other names."""
    found: dict[str, str] = {}
    columns = (*COLUMNS[kind], MESSAGES)
    for language in LANGUAGES:
        with override(language):
            for column in columns:
                found.setdefault(plain_name(str(column.label)), column.key)
    for column in columns:
        for name in (*column.also, column.key):
            found.setdefault(plain_name(name), column.key)
    return found


def plain_name(text: str) -> str:
    """How a header is compared: "Đơn vị tính (*)" and "don vi tinh" are the same."""
    return re.sub(r"[^\w/]+", " ", folded(text).replace("_", " ")).strip()


@lru_cache(maxsize=128)
def column_of(kind: str, key: str) -> Column:
    if key.startswith(OWN):
        return Column(key, key, "")
    return next(column for column in (*COLUMNS[kind], MESSAGES) if column.key == key)


def how_well(kind: str, values: Sequence[Value]) -> int:
    """How many cells of a line name a column."""
    names = _names(kind)
    return len({names[name] for name in map(_header_name, values) if name in names})


def _header_name(value: Value) -> str:
    shown = value.shown if isinstance(value, Broken) else value
    return plain_name(shown[:200]) if isinstance(shown, str) else ""


@dataclass(frozen=True, slots=True)
class Header:
    """The place of each column that was found, the names that nobody knows, and what the file
    calls the others."""

    places: Mapping[str, int]
    unknown: Sequence[str]
    said: Mapping[str, str]


def header_of(kind: str, row: Row, own: Iterable[tuple[str, str]] = ()) -> Header:
    """What the header says. `own` are (name, column) of the organisation's own fields. Raises
    Invalid where a column is missing or stands twice."""
    names = dict(_names(kind))
    for called, column in own:
        names.setdefault(plain_name(called), column)
    places: dict[str, int] = {}
    said: dict[str, str] = {}
    unknown: list[str] = []
    for place, value in enumerate(row.values):
        name = _header_name(value)
        key = names.get(name)
        shown = clean_line(str(value.shown if isinstance(value, Broken) else value))[:60]
        if key is None:
            if name:
                unknown.append(shown)
            continue
        if key in places and key != MESSAGES.key:
            raise refused(
                str(_("The column “%(name)s” stands twice. Please leave one out.")),
                "column_twice",
                name=column_of(kind, key).label,
            )
        places[key], said[key] = place, shown
    required = "title" if kind in (GOALS, ACTUALS) else "name"
    if required not in places and "public_id" not in places:
        raise no_column(kind, required)
    return Header(places, unknown, said)


def no_column(kind: str, key: str) -> Invalid:
    """What is wrong with a list in which a column is missing."""
    return refused(
        str(_("There is no column “%(name)s”. The first line has to name the columns, as in the"
              " template.")),
        "no_column",
        name=column_of(kind, key).label,
    )  # fmt: skip
