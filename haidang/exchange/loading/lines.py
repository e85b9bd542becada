"""What became of each line: what it would make or change, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from haidang.exchange.loading.columns import OWN, column_of
from haidang.lib.errors import Refusal


class Status(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"
    #: It is right by itself; what it hangs below is not.
    WAITING = "waiting"
    #: No line: a thing that is there already and has lines below it.
    THERE = "there"


@dataclass(slots=True)
class Problem:
    """What is wrong with a line, the name of its column (or "") and what to do."""

    column: str
    message: str


@dataclass(slots=True)
class Change:
    column: str
    old: str
    new: str


@dataclass
class Line:
    """A line as it is shown: `depth` is its place in the tree of what it hangs below, `notes`
    what a new thing was understood to be."""

    number: int
    status: str
    title: str
    kind: str = ""
    public_id: str = ""
    depth: int = 0
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def wrong(self, kind: str, key: str | None, message: Any) -> None:
        """Add a reason, each of them once."""
        name = str(column_of(kind, key).label) if key else ""
        problem = Problem(name, str(message))
        if problem not in self.problems:
            self.problems.append(problem)
        self.status = Status.WRONG

    def refused(self, kind: str, refusal: Refusal, fields: Iterable[str], main: str) -> None:
        """The reasons of a refusal, each at its column; of no column at `main`. A column whose
        cell could not be read has its reason already: that it is missing follows from it."""
        known = set(fields)
        said = {problem.column for problem in self.problems}
        for error in refusal.errors:
            name = _COLUMN_OF.get(error.field or "", error.field or "")
            if name.startswith("fields."):
                name = OWN + name.removeprefix("fields.")
            elif name not in known:
                name = main
            if str(column_of(kind, name).label) not in said:
                self.wrong(kind, name, error.message)


#: Fields of actions that stand in a column of another name.
_COLUMN_OF = {
    "objective": "parent", "relation": "parent", "mode": "parent", "milestones": "metric_kind",
    "relative_change": "direction", "steps": "direction", "calculation": "direction",
    "expression": "direction",
    "leaders": "leaders",
}  # fmt: skip


def to_json(line: Line) -> dict[str, Any]:
    """As it is stored; what is empty is left out, there may be ten thousand."""
    return {name: value for name, value in asdict(line).items() if value or name == "number"}


def from_json(stored: dict[str, Any]) -> Line:
    values = dict(stored)
    values["problems"] = [Problem(**one) for one in stored.get("problems", ())]
    values["changes"] = [Change(**one) for one in stored.get("changes", ())]
    return Line(**{"status": "", "title": "", **values})


def counts_of(lines: Sequence[Line]) -> dict[str, int]:
    found = Counter(line.status for line in lines)
    return {status: found.get(status, 0) for status in Status if status != Status.THERE}
