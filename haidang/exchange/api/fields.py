"""Kinds of values that occur in many shapes, with their bounds and their spelling in JSON."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from django.utils.translation import gettext_noop
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic.json_schema import WithJsonSchema
from pydantic_core import PydanticCustomError

from haidang.lib.decimals import WHOLE_DIGITS, in_bounds, text
from haidang.lib.text import clean_line

#: Days that a plan can speak of; what lies outside is a slip of the hand.
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)
#: The largest number that both databases keep in an integer column.
MAX_INTEGER = 2**31 - 1
MAX_ID = 2**63 - 1

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PUBLIC_ID = re.compile(r"[A-Z]{1,4}-[0-9]{1,9}")


class Shape(BaseModel):
    """What is sent: unknown names are refused, so that a misspelt one is not lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def example(*bodies: dict[str, Any]) -> ConfigDict:
    """What a body may look like, for the reference (a test holds them valid)."""
    return ConfigDict(json_schema_extra={"examples": list(bodies)})


class Answer(BaseModel):
    """What is answered."""

    model_config = ConfigDict(frozen=True)


def read_decimal(value: Any) -> Decimal:
    """An exact decimal from a string ("3.1") or a JSON number, within the bounds."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise PydanticCustomError("decimal_type", "a decimal")
    if isinstance(value, str):
        value = value.strip()
        if "," in value:
            raise PydanticCustomError("decimal_comma", "a dot, not a comma")
        if len(value) > 400 or not _DECIMAL.fullmatch(value):
            raise PydanticCustomError("decimal_parsing", "a decimal")
    try:
        number = Decimal(value)
    except (InvalidOperation, ValueError) as error:
        raise PydanticCustomError("decimal_parsing", "a decimal") from error
    if not number.is_finite():
        raise PydanticCustomError("not_finite", "finite")
    # Far outside, so that no arithmetic is done on an exponent of a million.
    if (number and not -400 <= number.adjusted() <= WHOLE_DIGITS) or not in_bounds(number):
        raise PydanticCustomError("decimal_bounds", "within bounds")
    return number


def read_day(value: Any) -> date:
    """A calendar day, "2025-03-31", from 1990 to 2199."""
    if not isinstance(value, str) or not _DAY.fullmatch(value.strip()):
        raise PydanticCustomError("date_format", "YYYY-MM-DD")
    try:
        day = date.fromisoformat(value.strip())
    except ValueError as error:
        raise PydanticCustomError("date_unknown", "no such day") from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise PydanticCustomError("date_bounds", "within bounds")
    return day


def read_line(value: Any) -> Any:
    return clean_line(value) if isinstance(value, str) else value


def read_public_id(value: Any) -> Any:
    """`kr-1042` is `KR-1042`; what cannot be the id of anything is not looked up."""
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "text")
    value = clean_line(value).upper()
    if not _PUBLIC_ID.fullmatch(value):
        raise PydanticCustomError("public_id", "a public id")
    return value


def nine_places(billionths: int | None) -> str | None:
    """Progress as a decimal to nine places: 633333333 > "0.633333333"."""
    if billionths is None:
        return None
    return f"{billionths // 10**9}.{billionths % 10**9:09d}"


_HERE = re.compile(r"#[A-Za-z0-9._-]{1,40}")


def not_blank(value: str) -> str:
    if not value:
        raise PydanticCustomError("blank", "not blank")
    return value


ExactDecimal = Annotated[
    Decimal,
    BeforeValidator(read_decimal),
    PlainSerializer(text, return_type=str),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "pattern": r"^[+-]?\d{1,24}(\.\d{1,10})?$",
            "examples": ["3.1"],
        }
    ),
]
#: Sums over many goals may be longer than anything that may be entered.
DecimalOut = Annotated[
    Decimal,
    PlainSerializer(text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}),
]
DayOut = Annotated[date, WithJsonSchema({"type": "string", "format": "date"})]
IdOut = Annotated[str, WithJsonSchema({"type": "string", "examples": ["KR-1042"]})]
Day = Annotated[
    date,
    BeforeValidator(read_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2025-03-31"]}),
]
Moment = Annotated[datetime, WithJsonSchema({"type": "string", "format": "date-time"})]
PublicId = Annotated[
    str,
    BeforeValidator(read_public_id),
    WithJsonSchema({"type": "string", "examples": ["KR-1042"], "maxLength": 16}),
]
#: A goal by its id, or one of the same request by the name it was given there ("#launch").
GoalName = Annotated[
    str,
    BeforeValidator(
        lambda v: v if isinstance(v, str) and _HERE.fullmatch(v) else read_public_id(v)
    ),
    WithJsonSchema({"type": "string", "examples": ["SP-1", "#launch"], "maxLength": 41}),
]
HereName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
RowId = Annotated[int, Field(ge=1, le=MAX_ID)]
Count = Annotated[int, Field(ge=0, le=MAX_INTEGER, strict=True)]
Weight = Annotated[int, Field(ge=0, le=10_000, strict=True)]
Version = Annotated[int, Field(ge=1, le=MAX_INTEGER, strict=True)]
Flag = Annotated[bool, Field(strict=True)]


#: An answer to an organisation's own field: what it may be, its definition says, and the
#: action that knows it checks.
AnswerIn = Annotated[
    Any,
    WithJsonSchema(
        {"type": ["string", "number", "array", "null"], "examples": ["1500.5", ["north"]]}
    ),
]
FieldKey = Annotated[str, Field(max_length=40)]

#: Put after `Field(max_length=...)`, so that the length is told as that of text.
LINE = BeforeValidator(read_line)
NOT_BLANK = AfterValidator(not_blank)

Title = Annotated[str, Field(max_length=300), LINE, NOT_BLANK]
Name = Annotated[str, Field(max_length=200), LINE, NOT_BLANK]
ShortName = Annotated[str, Field(max_length=100), LINE, NOT_BLANK]
Line = Annotated[str, Field(max_length=200), LINE]
ShortLine = Annotated[str, Field(max_length=40), LINE]
LongText = Annotated[str, Field(max_length=20_000)]
Reason = Annotated[str, Field(max_length=2_000)]
Email = Annotated[str, Field(max_length=254), LINE]

PROGRESS = gettext_noop("In billionths: 633333333 is 63.3333333%. Null: no data.")
PROGRESS_DECIMAL = gettext_noop("The same to nine places, as text.")
