"""What the address of the log asks for. Where something in it means nothing, nothing is found:
everything would look as if it were the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from haidang.exchange.audit.words import GROUPS, SOURCES, VERBS
from haidang.lib.errors import Invalid
from haidang.lib.input import parse_date
from haidang.lib.text import clean_line
from haidang.people.access import people_visible, units_visible
from haidang.people.models import Person, Unit
from haidang.strategy.queries.goals import named


@dataclass(frozen=True)
class Asked:
    """Filters of the log. `since` and `until` are days, both included; `below` is the id that
    the page begins below, 0 for the newest. `wrong` holds days that cannot be read, `unknown`
    says whether something is named that is not there, or not this person's to see."""

    since: date | None = None
    until: date | None = None
    who: Person | None = None
    what: str = ""  # a verb, or the beginning of some ("goal.")
    thing: str = ""  # a public id
    unit: Unit | None = None
    source: str = ""
    below: int = 0
    wrong: Mapping[str, str] = field(default_factory=dict)
    unknown: bool = False

    @classmethod
    def of(cls, person: Person, asked: Mapping[str, str]) -> Asked:
        wrong: dict[str, str] = {}

        def day(name: str) -> date | None:
            text = asked.get(name, "").strip()
            if not text:
                return None
            try:
                return parse_date(text)
            except Invalid:
                wrong[name] = text[:40]
                return None

        what, source = asked.get("what", ""), asked.get("source", "")
        below = asked.get("below", "")
        found: dict[str, Any] = {
            "who": named(people_visible(person), asked.get("who", "")),
            "what": what if what in VERBS or what in GROUPS else "",
            "unit": named(units_visible(person), asked.get("unit", "")),
            "source": source if source in SOURCES else "",
        }
        return cls(
            since=day("from"),
            until=day("to"),
            thing=clean_line(asked.get("thing", ""))[:32].upper(),
            below=int(below) if below.isascii() and below.isdigit() and len(below) < 18 else 0,
            wrong=wrong,
            unknown=any(asked.get(name) and not one for name, one in found.items()),
            **found,
        )

    def words(self) -> dict[str, str]:
        words = {
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
            "who": self.who.public_id if self.who else "",
            "what": self.what,
            "thing": self.thing,
            "unit": self.unit.public_id if self.unit else "",
            "source": self.source,
        }
        return {name: value for name, value in words.items() if value}

    def query(self, **changes: str) -> str:
        words = {**self.words(), **changes}
        return urlencode({name: value for name, value in words.items() if value})

    def address(self, **changes: str) -> str:
        """The query of this list with something changed, from its newest on."""
        return f"?{self.query(**changes)}"

    @property
    def kind(self) -> str:
        """The kind of thing that `what` is done to; empty for any."""
        head = self.what.partition(".")[0] + "."
        return GROUPS[head][1] if head in GROUPS else ""

    @property
    def understood(self) -> bool:
        return not self.wrong and not self.unknown

    @property
    def narrowed(self) -> bool:
        return bool(self.words()) or not self.understood
