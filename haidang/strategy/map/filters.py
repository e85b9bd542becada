"""What a map is narrowed to, as it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from haidang.goals.models import Kind
from haidang.goals.rules.health import ALL as HEALTHS
from haidang.lib.text import clean_line, folded
from haidang.strategy.map.rules import CAP

#: States that a map leaves out: nobody works toward these.


@dataclass(frozen=True)
class Filters:
    """Empty text means no condition. `cycle` is a public id, "all", or empty for today's;
    `person` a public id or "me"."""

    cycle: str = ""
    unit: str = ""
    team: str = ""
    person: str = ""
    kind: str = ""
    health: str = ""
    tag: str = ""
    text: str = ""
    root: str = ""  # only this goal and what lies below
    also: str = ""  # this goal too, wherever it stands: it was searched for
    limit: int = CAP

    @property
    def narrow(self) -> bool:
        """Whether single goals are looked for, wherever they are in the tree."""
        return any((self.unit, self.team, self.person, self.kind, self.tag, self.text))

    @property
    def count(self) -> int:
        """How many conditions a person has set."""
        return sum(bool(getattr(self, name)) for name in CONDITIONS)

    def is_tag(self, name: str) -> bool:
        return bool(self.tag) and folded(name) == self.tag

    def query(self, **changes: str) -> str:
        """The address's query for these conditions, with changes."""
        named = replace(self, **changes)  # type: ignore[arg-type]
        facts = {name: getattr(named, name) for name in NAMES if getattr(named, name)}
        return urlencode(facts)


#: What a person narrows the map by, in the order in which it is told.
CONDITIONS = ("cycle", "unit", "team", "person", "kind", "health", "tag", "text")
NAMES = (*CONDITIONS, "root", "also")


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
        team=one("team"),
        person=one("person"),
        kind=one("kind", Kind.values),
        health=one("health", (*HEALTHS, "outdated")),
        tag=folded(one("tag")),
        text=one("text", most=120),
        root=one("root", most=16).upper(),
        also=one("also", most=16).upper(),
        limit=min(CAP, max(1, number)),
    )
