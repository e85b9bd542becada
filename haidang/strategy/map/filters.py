"""What a map is narrowed to, as it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from haidang.goals.models import Kind, State
from haidang.goals.rules.health import ALL as HEALTHS
from haidang.lib.text import clean_line, folded
from haidang.strategy.map.rules import CAP

#: States that a map leaves out: nobody works toward these.
GONE = (State.DROPPED, State.ARCHIVED)


@dataclass(frozen=True)
class Filters:
    """Empty text means no condition. `cycle` is a public id, "all", or empty for today's."""

    cycle: str = ""
    unit: str = ""
    kind: str = ""
    health: str = ""
    tag: str = ""
    text: str = ""
    root: str = ""  # only this goal and what lies below
    limit: int = CAP

    @property
    def narrow(self) -> bool:
        """Whether single goals are looked for, wherever they are in the tree."""
        return any((self.unit, self.kind, self.tag, self.text))

    @property
    def count(self) -> int:
        """How many conditions a person has set."""
        return sum(map(bool, (self.cycle, self.unit, self.kind, self.health, self.tag, self.text)))

    def is_tag(self, name: str) -> bool:
        return bool(self.tag) and folded(name) == self.tag

    def query(self, **changes: str) -> str:
        """The address's query for these conditions, with changes."""
        named = replace(self, **changes)  # type: ignore[arg-type]
        facts = {name: getattr(named, name) for name in NAMES if getattr(named, name)}
        return urlencode(facts)


NAMES = ("cycle", "unit", "kind", "health", "tag", "text", "root")


def read(query: Mapping[str, str]) -> Filters:
    """Filters from a query; what cannot be meant is left out."""

    def one(name: str, allowed: object = None, most: int = 40) -> str:
        value = clean_line(query.get(name, ""))[:most]
        return value if allowed is None or value in allowed else ""  # type: ignore[operator]

    limit = query.get("limit", "")
    number = int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 6 else CAP
    return Filters(
        cycle=one("cycle"),
        unit=one("unit"),
        kind=one("kind", Kind.values),
        health=one("health", (*HEALTHS, "outdated")),
        tag=folded(one("tag")),
        text=one("text", most=120),
        root=one("root", most=16).upper(),
        limit=min(CAP, max(1, number)),
    )
