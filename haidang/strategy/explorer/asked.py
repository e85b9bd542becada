"""What a table's address asks for; what means nothing in it is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.http import QueryDict

from haidang.goals.access import fields_visible
from haidang.goals.models import CustomField
from haidang.people.models import Person
from haidang.strategy.explorer.addressed import Addressed
from haidang.strategy.explorer.columns import GOAL, GOALS, Column, chosen, named
from haidang.strategy.explorer.order import Term, terms_of
from haidang.strategy.explorer.own import (
    PREFIX,
    Narrowing,
    columns_of,
    narrowings,
    term_of,
    words_of,
)
from haidang.strategy.queries.goals import Filters

#: Groups of goals by their word in the address.
GROUPS = ("unit", "owner", "cycle", "kind", "health", "pillar", "state", "level")
#: What a goal can be without, to be looked for.
WITHOUT = ("parent", "data", "owner")


def order_of(
    asked: QueryDict, first: Column, columns: Sequence[Column], usual: str = ""
) -> tuple[str, bool]:
    """(column to sort by or `usual`, whether downward) of `sort=title` or `sort=-title`."""
    text = str(asked.get("sort", ""))[:60]
    name = text.removeprefix("-")
    able = {column.name for column in (first, *columns) if column.sorts}
    return (name, text.startswith("-")) if name in able else (usual, False)


@dataclass(frozen=True)
class Asked(Addressed):
    """A table of goals. `after` and `before` are public ids of the goals between which the
    page lies; both empty, it is the first one."""

    filters: Filters = field(default_factory=Filters)
    group: str = ""
    without: str = ""
    after: str = ""
    before: str = ""
    #: The organisation's own fields, and what is asked of them.
    fields: tuple[CustomField, ...] = ()
    own: tuple[Narrowing, ...] = ()

    @classmethod
    def of(cls, person: Person, asked: QueryDict) -> Asked:
        def one_of(name: str, offered: Sequence[str]) -> str:
            value = str(asked.get(name, ""))
            return value if value in offered else ""

        plain: Mapping[str, str] = {
            name: str(asked.get(name, ""))
            for name in (
                *("kind", "state", "level", "health", "q", "tag"),
                *("cycle", "unit", "owner", "under"),
            )
        }
        fields = tuple(fields_visible(person))
        sort, down = order_of(asked, GOAL, (*GOALS, *columns_of(fields)))
        return cls(
            filters=Filters.of(person, plain),
            fields=fields,
            own=narrowings(fields, asked),
            names=named(
                (*GOALS, *columns_of(fields)), [str(text) for text in asked.getlist("columns")]
            ),
            group=one_of("group", GROUPS),
            sort=sort,
            down=down,
            without=one_of("without", WITHOUT),
            after=str(asked.get("after", ""))[:16],
            before=str(asked.get("before", ""))[:16],
        )

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return chosen(self.all_columns, self.names)

    @cached_property
    def all_columns(self) -> tuple[Column, ...]:
        return (*GOALS, *columns_of(self.fields))

    @property
    def own_shown(self) -> list[CustomField]:
        """The own fields that have a column."""
        return [field for field in self.fields if self.has(PREFIX + field.key)]

    def own_word(self, name: str) -> str:
        """What is asked by that name, as it was typed."""
        return words_of(self.own).get(name, "")

    def terms(self, group: str = "") -> list[Term]:
        """The order that the database keeps for it."""
        return terms_of(self.sort, self.down, group, term_of(self.fields, self.sort))

    def words(self) -> dict[str, str]:
        words = {
            **self.filters.words(),
            **words_of(self.own),
            "without": self.without,
            "group": self.group,
            "sort": self.sorted_by,
            "columns": ",".join(self.names),
        }
        return {name: value for name, value in words.items() if value}

    @property
    def narrowed(self) -> bool:
        return bool(self.without or self.own) or self.filters.narrowed
