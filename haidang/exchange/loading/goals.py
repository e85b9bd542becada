"""Goals from a list: what each line wishes for, in which order, and its fulfilment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from haidang.exchange.loading import cells as cell
from haidang.exchange.loading import own
from haidang.exchange.loading.columns import COLUMNS, GOALS, OWN, Header, column_of
from haidang.exchange.loading.finding import Cycles, Index, People, Units, in_order, is_id, one_of
from haidang.exchange.loading.goal_facts import default_level, facts_of, kind_of
from haidang.exchange.loading.lines import Line, Status
from haidang.exchange.loading.trees import refuse_circle
from haidang.goals.access import visible
from haidang.goals.models import OVER, FieldType, Goal, Kind
from haidang.goals.queries.choices import parent_kinds
from haidang.lib.errors import Invalid
from haidang.lib.tables.table import Table
from haidang.people.models import Person

_BATCH = 500
FIELDS = tuple(column.key for column in COLUMNS[GOALS])
Said = Callable[[int, int], None]


@dataclass(eq=False)
class Place:
    """Something that a line can hang below: a goal that is there, or one that a line makes."""

    kind: str
    title: str
    public_id: str = ""
    wish: Wish | None = None
    goal: Goal | None = None

    def said(self) -> str:
        if self.public_id:
            return self.public_id
        return _("line %(number)s") % {"number": self.wish.line.number if self.wish else 0}


@dataclass(eq=False)
class Wish:
    """What one line asks for."""

    line: Line
    cells: dict[str, Any]
    kind: str = ""
    goal: Goal | None = None  # that is there already
    facts: dict[str, Any] = field(default_factory=dict)
    parents: list[Place] | None = None  # None: the line says nothing of parents
    weight: int | None = None
    made: Goal | None = None

    @property
    def broken(self) -> bool:
        return bool(self.line.problems)


class GoalList:
    """The wishes of a table, each with its reasons, in the order in which they can be had."""

    def __init__(
        self,
        actor: Person,
        table: Table,
        header: Header,
        language: str,
        fields: own.Fields = own.NOTHING,
    ) -> None:
        self.actor, self.header, self.fields = actor, header, fields
        reader = cell.Reader(GOALS, header, language, fields)
        self.wishes: list[Wish] = []
        for row in table:
            line = Line(row.number, Status.NEW, "", public_id="")
            self.wishes.append(Wish(line, reader.facts(row, line)))
        self._known()
        self._references()
        self._places()
        for wish in self.wishes:
            self._parents(wish)
        above = {
            wish: [place.wish for place in wish.parents or () if place.wish is not None]
            for wish in self.wishes
        }
        self.order, circles = in_order(self.wishes, above)
        for circle in circles:
            refuse_circle([wish.line for wish in circle], GOALS, "parent")
            for wish in circle:
                wish.parents = None

    # -- what is there already --

    def rows(self) -> QuerySet[Goal]:
        return visible(self.actor).select_related(
            "standing", "owner__unit", "unit", "cycle", "data_owner"
        )

    def _known(self) -> None:
        """The goals that lines name by their ids."""
        first: dict[str, Wish] = {}
        for wish in self.wishes:
            given = wish.cells.get("public_id", "").upper()
            if not given:
                continue
            wish.line.public_id = given
            if given in first:
                wish.line.wrong(GOALS, "public_id", _("Line %(line)s has this ID, too.")
                                % {"line": first[given].line.number})  # fmt: skip
            first.setdefault(given, wish)
        found = {goal.public_id: goal for goal in self._by_ids(first)}
        for given, wish in first.items():
            wish.goal = found.get(given)
            if wish.goal is None:
                said = _("There is no goal %(id)s. Leave the ID empty to make a new one.")
                wish.line.wrong(GOALS, "public_id", said % {"id": given[:20]})
            else:
                wish.goal.organisation = self.actor.organisation

    def _by_ids(self, ids: Iterable[str]) -> list[Goal]:
        wanted = [one for one in ids if is_id(one)]
        found: list[Goal] = []
        for i in range(0, len(wanted), _BATCH):
            found += self.rows().filter(public_id__in=wanted[i : i + _BATCH])
        return found

    # -- what the cells mean --

    def _references(self) -> None:
        people, units, cycles = People(self.actor), Units(self.actor), Cycles(self.actor)
        finders: Mapping[str, Callable[[str], Any]] = {
            "owner": _once(people.find),
            "data_owner": _once(people.find),
            "unit": _once(units.find),
            "cycle": _once(cycles.find),
        }
        for wish in self.wishes:
            cells, line = dict(wish.cells), wish.line
            line.title = cells.get("title") or (wish.goal.title if wish.goal else "")
            wish.kind = line.kind = kind_of(cells, wish.goal, line)
            wish.weight = cells.get("weight")
            for name, find in finders.items():
                if name in cells:
                    try:
                        cells[name] = find(cells[name])
                    except Invalid as invalid:
                        line.wrong(GOALS, name, invalid.message)
                        del cells[name]
            answers = self._answers(cells, line, finders["owner"])
            if not wish.kind:
                continue
            wish.facts = facts_of(wish.kind, cells, line, wish.goal)
            if answers:
                wish.facts["fields"] = answers
            if wish.goal is None:
                self._complete(wish, cycles)
            elif wish.kind == Kind.KEY_RESULT and cells.get("cycle") not in (None, wish.goal.cycle):
                line.wrong(GOALS, "cycle", _("A key result is in the cycle of its objective."))

    def _answers(
        self, cells: dict[str, Any], line: Line, find: Callable[[str], Any]
    ) -> dict[str, Any]:
        """What the cells say to the organisation's own fields, by key; taken out of them."""
        found = {}
        for name in [name for name in cells if name.startswith(OWN)]:
            key, value = name.removeprefix(OWN), cells.pop(name)
            if self.fields[key].type == FieldType.PERSON:
                try:
                    value = find(value)
                except Invalid as invalid:
                    line.wrong(GOALS, name, invalid.message)
                    continue
            found[key] = value
        return found

    def _complete(self, wish: Wish, cycles: Cycles) -> None:
        """What a new goal takes where the line says nothing."""
        facts = wish.facts
        if wish.kind == Kind.OBJECTIVE and "cycle" not in wish.cells and cycles.default:
            facts["cycle"] = cycles.default
        leveled = wish.kind in (Kind.OBJECTIVE, Kind.KPI)
        if leveled and "level" not in wish.cells:
            # A department that could not be read was named all the same.
            said = {problem.column for problem in wish.line.problems}
            unread = {n for n in ("unit", "owner") if str(column_of(GOALS, n).label) in said}
            if level := default_level(facts.keys() | unread):
                facts["level"] = level

    # -- what hangs below what --

    def place_of(self, wish: Wish) -> Place:
        return self._of_wish[wish]

    def _places(self) -> None:
        texts = {text for wish in self.wishes for text in cell.parts(wish.cells.get("parent", ""))}
        ids = {text.upper() for text in texts if is_id(text)}
        self._by_id = {
            wish.goal.public_id: Place(
                wish.kind, wish.line.title, wish.goal.public_id, wish, wish.goal
            )
            for wish in self.wishes
            if wish.goal is not None
        }
        for goal in self._by_ids(ids - self._by_id.keys()):
            goal.organisation = self.actor.organisation
            self._by_id[goal.public_id] = Place(goal.kind, goal.title, goal.public_id, None, goal)
        self._of_wish = {place.wish: place for place in self._by_id.values() if place.wish}
        self._titles: Index[Place] = Index()
        for wish in self.wishes:
            place = self._of_wish.setdefault(wish, Place(wish.kind, wish.line.title, "", wish))
            self._titles.add(place.title, place)
            if wish.goal is not None and wish.goal.title != place.title:
                self._titles.add(wish.goal.title, place)
        if len(texts) > len(ids) or texts - {one for one in texts if is_id(one)}:
            here = visible(self.actor).exclude(state__in=OVER).order_by()
            for public_id, kind, title in here.values_list("public_id", "kind", "title"):
                if public_id not in self._by_id:
                    self._titles.add(title, Place(kind, title, public_id))

    def _parents(self, wish: Wish) -> None:
        said = cell.parts(wish.cells.get("parent", ""))
        if not said:
            if wish.kind == Kind.KEY_RESULT and wish.goal is None:
                wish.line.wrong(
                    GOALS, "parent", _("A key result belongs to exactly one objective.")
                )
            return
        wish.parents = []
        for number, text in enumerate(said):
            try:
                place = self._place(wish, text, first=number == 0)
            except Invalid as invalid:
                wish.line.wrong(GOALS, "parent", invalid.message)
            else:
                if place not in wish.parents:
                    wish.parents.append(place)

    def _place(self, wish: Wish, text: str, *, first: bool) -> Place:
        if is_id(text):
            if found := self._by_id.get(text.upper()):
                if found.wish is wish:
                    raise Invalid(_("A goal cannot hang below itself."))
                return found
            raise Invalid(_("There is no goal “%(text)s”.") % {"text": text})
        named = [one for one in self._titles.named(text) if one.wish is not wish]
        if len(named) > 1:
            fitting = {Kind.OBJECTIVE} if first and wish.kind == Kind.KEY_RESULT else (
                parent_kinds(wish.kind)
            )  # fmt: skip
            named = [one for one in named if one.kind in fitting] or named
        place = one_of(
            text, list(dict.fromkeys(named)), Place.said,
            none=_("There is no goal “%(text)s”, neither in the list nor in the program."),
            many=_("Several goals are called “%(text)s”: %(which)s. Please give the ID."),
        )  # fmt: skip
        if place.wish is None and place.goal is None:
            place.goal = self.rows().get(public_id=place.public_id)
            place.goal.organisation = self.actor.organisation
            self._by_id[place.public_id] = place
        return place


def _once(find: Callable[[str], Any]) -> Callable[[str], Any]:
    """The same question has the same answer, also when that is a reason."""
    known: dict[str, Any] = {}

    def found(text: str) -> Any:
        if text not in known:
            try:
                known[text] = find(text)
            except Invalid as invalid:
                known[text] = invalid
        answer = known[text]
        if isinstance(answer, Invalid):
            raise answer
        return answer

    return found
