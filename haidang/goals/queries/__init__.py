"""Page-shaped reads of the graph; none of them writes, none asks who may see."""

from haidang.goals.queries.asof import AsOf, as_of, goals_as_of, subtree_as_of, told
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
    "goals_as_of",
    "outlook",
    "subtree",
    "subtree_as_of",
    "thresholds_of",
    "told",
]
