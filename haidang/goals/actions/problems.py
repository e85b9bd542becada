"""Reasons against what people say of a goal."""

from __future__ import annotations

from typing import Any

from haidang.lib.errors import FieldError, Invalid


class Problems:
    """Reasons collected while reading; raised together."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def add(self, field: str | None, code: str, message: Any) -> None:
        self.errors.append(FieldError(field, code, message))

    def raise_any(self) -> None:
        if self.errors:
            raise Invalid(errors=self.errors)
