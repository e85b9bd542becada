"""A database field that keeps every digit of a decimal.

NUMERIC on PostgreSQL; text on SQLite, whose DECIMAL is a float and loses digits. Because
of the text, no SQL arithmetic, ordering or aggregate may be done on these columns.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from haidang.lib.decimals import canonical, text


class ExactDecimalField(models.Field[Decimal | None, Decimal | None]):
    """A decimal of any length, equal on both databases to the last digit.

    Bounds on what people may enter are checked where input is read (`in_bounds`); sums
    over many goals may be longer than any entered value.
    """

    description = "Exact decimal"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric" if connection.vendor == "postgresql" else "text"

    def get_internal_type(self) -> str:
        return "ExactDecimalField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else canonical(Decimal(value))

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return Decimal(str(value))
        except InvalidOperation as error:
            raise ValueError(f"not a decimal: {value!r}") from error

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        if value is None:
            return None
        if not value.is_finite():
            raise ValueError("only finite numbers can be stored")
        return canonical(value) if connection.vendor == "postgresql" else text(value)

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else text(value)


class DecimalOrder(models.Func):
    """A decimal that is kept as text, as something that sorts as the number does, exactly on
    both databases; NULL for text that is none. Both sides of a comparison go through it."""

    arity = 1
    function = "decimal_order"  # `lib.sqlite` has it
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # A row of somebody else, which may hold words there, must not break the statement.
        inner, params = compiler.compile(self.source_expressions[0])
        guarded = f"CASE WHEN {inner} ~ '^-?[0-9]+([.][0-9]+)?$' THEN ({inner})::numeric END"
        return f"({guarded})", (*params, *params)
