"""Refusals: what every door (page, API, command) answers when it says no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class FieldError(NamedTuple):
    """One reason, next to its cause; `field` is None when it is about the whole."""

    field: str | None
    code: str
    message: Any


class Refusal(Exception):
    """A request that is understood and not done; nothing was written."""

    status = 400
    code = "refused"
    default: Any = _("This cannot be done.")

    def __init__(
        self,
        message: Any = None,
        *,
        code: str | None = None,
        field: str | None = None,
        choices: dict[str, Any] | None = None,
    ) -> None:
        self.message = message or self.default
        self.code = code or self.code
        self.field = field
        #: Ways out that the person may take, by code ("switch_to_both": label).
        self.choices = choices or {}
        #: Which of several things alike (links of one goal) it is about, from 0.
        self.place: int | None = None
        super().__init__(self.code)

    @property
    def errors(self) -> list[FieldError]:
        return [FieldError(self.field, self.code, self.message)]


class NotFound(Refusal):
    """Missing, or not to be known of: both answer the same."""

    status = 404
    code = "not_found"
    default = _("There is nothing here, or it is not open to you.")


class Forbidden(Refusal):
    """Seen, but not allowed."""

    status = 403
    code = "forbidden"
    default = _("You can see this, but you are not allowed to do that.")


class Invalid(Refusal):
    """Input that cannot be taken; every reason at once."""

    status = 422
    code = "invalid"
    default = _("Please check what was entered.")

    def __init__(
        self,
        message: Any = None,
        *,
        code: str | None = None,
        field: str | None = None,
        choices: dict[str, Any] | None = None,
        errors: Sequence[FieldError] = (),
    ) -> None:
        if errors and message is None:
            message, code, field = errors[0].message, errors[0].code, errors[0].field
        super().__init__(message, code=code, field=field, choices=choices)
        self._errors = list(errors)

    @property
    def errors(self) -> list[FieldError]:
        return self._errors or super().errors


class Conflict(Refusal):
    """It could have been done, had something else not happened first."""

    status = 409
    code = "conflict"
    default = _("Something else happened first.")


class Stale(Conflict):
    """The form was filled in over an older state; `current` is what stands now."""

    code = "stale"
    default = _("Someone changed this in the meantime. What you typed is kept; please look again.")

    def __init__(self, current: Any = None, message: Any = None) -> None:
        super().__init__(message)
        self.current = current


class Busy(Refusal):
    """Nothing is wrong with the request; the program could not take it in time."""

    status = 503
    code = "busy"
    default = _("Many people are saving at this moment. Nothing was saved; please try again.")
