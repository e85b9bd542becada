"""JMESPath (https://jmespath.org/specification.html) over exact decimals, of bounded cost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import localcontext
from functools import lru_cache
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import SourceError
from haidang.lib.decimals import EXACT

_LONGEST = 1_000
#: An expression may list what it looks at several times, and lists of such lists grow with
#: every step: how many it may make, how many things each lists, and how many steps there are.
_MOST_LISTS, _MOST_LISTED, _MOST_NODES = 3, 10, 200


class Path:
    """A compiled expression."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._compiled = _compiled(text)

    def search(self, document: Any) -> Any:
        """What it finds, None for nothing; raises SourceError("shape") where it does not go
        with the document (the sum of a text)."""
        from jmespath.exceptions import JMESPathError

        try:
            with localcontext(EXACT):  # sums and averages of large numbers keep their digits
                return self._compiled.search(document)
        except (JMESPathError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
            raise SourceError(
                "shape",
                format_lazy(_("The path “{path}” does not go with the answer."), path=self.text),
                detail=str(error)[:300],
            ) from None


@lru_cache(maxsize=256)
def _compiled(text: str) -> Any:
    """Raises SourceError("settings")."""
    import jmespath
    from jmespath import functions
    from jmespath.exceptions import JMESPathError

    # The functions (sum, max_by) know numbers by the names of their types.
    functions.TYPES_MAP.setdefault("Decimal", "number")
    if "Decimal" not in functions.REVERSE_TYPES_MAP["number"]:
        functions.REVERSE_TYPES_MAP["number"] += ("Decimal",)
    try:
        if len(text) > _LONGEST:
            raise ValueError
        compiled = jmespath.compile(text)
        nodes = list(_nodes(dict(compiled.parsed)))
    except (JMESPathError, ValueError, RecursionError):
        raise SourceError(
            "settings",
            format_lazy(
                _("“{path}” is not a JMESPath expression. Example: data[0].revenue."),
                path=text[:80],
            ),
        ) from None
    lists = [node for node in nodes if node["type"].startswith("multi_select")]
    if (
        len(nodes) > _MOST_NODES
        or len(lists) > _MOST_LISTS
        or any(len(node["children"]) > _MOST_LISTED for node in lists)
    ):
        raise SourceError("settings", _("This JMESPath expression is too large."))
    return compiled


def _nodes(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [child for child in node.get("children", ()) if isinstance(child, dict)]


def only(found: Any, path: Path) -> Any:
    """The one thing that a path found; raises SourceError("many") for several."""
    if not isinstance(found, list):
        return found
    if len(found) > 1:
        raise SourceError(
            "many",
            format_lazy(
                _("The path “{path}” finds {count} values instead of one."),
                path=path.text,
                count=len(found),
            ),
        )
    return found[0] if found else None
