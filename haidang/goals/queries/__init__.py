"""Page-shaped reads of the graph; none of them writes, none asks who may see."""

from haidang.goals.queries.asof import AsOf, as_of
from haidang.goals.queries.derivation import Derivation, Term, ValueTerm, derivation
from haidang.goals.queries.outlook import (
    Outlook,
    asked_since,
    expected_on,
    outlook,
    thresholds_of,
)
from haidang.goals.queries.tree import Subtree, subtree

__all__ = [
    "AsOf",
    "Derivation",
    "Outlook",
    "Subtree",
    "Term",
    "ValueTerm",
    "as_of",
    "asked_since",
    "derivation",
    "expected_on",
    "outlook",
    "subtree",
    "thresholds_of",
]
