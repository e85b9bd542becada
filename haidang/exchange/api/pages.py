"""Pages by cursor: the place after which to go on, signed, so that nobody can make one up.

A cursor holds the sort key of the last row shown. Rows that appear or vanish meanwhile
neither repeat nor hide others, and page 1,000 costs what page 1 costs.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from pydantic import Field

from haidang.exchange.api.fields import Shape
from haidang.exchange.api.problems import BadParameter

M = TypeVar("M", bound=Model)

_SALT = "haidang.exchange.cursor"


class Paging(Shape):
    """Query parameters of every list."""

    cursor: Annotated[str, Field(max_length=4_000)] | None = Field(
        default=None, description=gettext_noop("`next` of the page before.")
    )
    limit: Annotated[int, Field(ge=1, le=200)] = Field(
        default=50, description=gettext_noop("Rows on a page, 1 to 200.")
    )


def page(
    rows: QuerySet[M], order: tuple[str, ...], paging: Paging, *, of: int
) -> tuple[list[M], str | None]:
    """The rows after the cursor, and the next cursor or None at the end.

    `order` names columns that no row has null in, the last of them unique; a leading `-`
    is descending. `of` binds cursors to an organisation.
    """
    after = _read(paging.cursor, order, of)
    if after is not None:
        rows = rows.filter(_beyond(order, after))
    found = list(rows.order_by(*order)[: paging.limit + 1])
    if len(found) <= paging.limit:
        return found, None
    found = found[: paging.limit]
    last = [_plain(getattr(found[-1], name.lstrip("-"))) for name in order]
    return found, signing.dumps(last, salt=f"{_SALT}:{of}:{','.join(order)}", compress=False)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _beyond(order: tuple[str, ...], after: list[Any]) -> Q:
    """(a, b) > (x, y) written out, so that each column may have its own direction."""
    condition = Q()
    equal = Q()
    for name, value in zip(order, after, strict=True):
        column = name.lstrip("-")
        way = "lt" if name.startswith("-") else "gt"
        condition |= equal & Q(**{f"{column}__{way}": value})
        equal &= Q(**{column: value})
    return condition


def _read(cursor: str | None, order: tuple[str, ...], of: int) -> list[Any] | None:
    if not cursor:
        return None
    try:
        after = signing.loads(cursor, salt=f"{_SALT}:{of}:{','.join(order)}")
    except (signing.BadSignature, ValueError) as error:
        raise bad_cursor() from error
    if not isinstance(after, list) or len(after) != len(order):
        raise bad_cursor()
    return after


def bad_cursor() -> BadParameter:
    return BadParameter(
        _("This cursor is not one of this list's. Start again without it."),
        code="cursor",
        field="cursor",
    )
