"""Events in words: what was done to what, what it was and what it is then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import get_language

from haidang.activity.models import Event
from haidang.exchange.audit.words import FIELDS, LISTS, OTHER_VERBS
from haidang.goals.access import cycles_visible
from haidang.goals.models import CycleState, Level, Visibility
from haidang.goals.queries.fields import names_of
from haidang.goals.words import RULES
from haidang.people.access import people_visible, standing_of, units_visible
from haidang.people.models import Person, Role, Scope, Unit
from haidang.strategy.queries import feed
from haidang.strategy.words import setting_name
from haidang.web import formats

#: Facts whose values are words of ours.
_LABELS: Mapping[str, Mapping[str, Any]] = {
    "visibility": dict(Visibility.choices),
    "level": dict(Level.choices),
    "roles": dict(Role.choices),
    "kind": dict(Unit.Kind.choices),
    "state": dict(CycleState.choices),
    "rule": RULES,
    "scopes": dict(Scope.choices),
}
#: Facts whose values name things by their public id.
_THINGS = ("owner", "data_owner", "unit", "cycle", "parent", "person")
#: Kinds of things that events name by their public id, besides goals.
_NAMED = ("person", "unit", "cycle")
#: What is told of somebody's scorecard > the kind of whose it is.
_CARDS = {"person_card": "person", "unit_card": "unit"}
_MOST = 12


class Detail(NamedTuple):
    """A fact that changed; either side is empty where it is not known."""

    name: Any
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is told. `name` and `href` are of what it was done to."""

    id: int
    at: datetime
    verb: str
    said: Any
    icon: str
    actor: Person | None
    on_behalf_of: Person | None
    source: str
    public_id: str
    name: str
    href: str
    other: Any = None  # the goal at the other end of a link, where it is seen
    details: Sequence[Detail] = ()
    reason: str = ""


def entries(person: Person, events: Sequence[Event]) -> list[Entry]:
    """Events that the person may know of as entries, in their order."""
    known = {line.id: line for line in feed.lines(person, [e for e in events if _is_goal(e)])}
    names = _Names(person, events)
    found = []
    for event in events:
        if _is_goal(event):
            line = known.get(event.pk)
            if line is not None:
                found.append(_of_goal(event, line, names))
        else:
            found.append(_of_other(event, names))
    return found


def _is_goal(event: Event) -> bool:
    return event.subject_kind == "goal"


class _Names:
    """What the things that events name are called, as far as the reader may know of them."""

    def __init__(self, person: Person, events: Sequence[Event]) -> None:
        self.is_guest, self.me = standing_of(person).is_guest, person.pk
        wanted: set[str] = {e.subject for e in events if e.subject_kind in (*_NAMED, *_CARDS)}
        for event in events:
            wanted |= set(_named_in(event.data))
        facts = (name for e in events if _is_goal(e) for name in e.data.get("fields") or ())
        self.own = names_of(person, facts)
        people = Person.objects.filter(organisation_id=person.organisation_id)
        actors = {pk for e in events for pk in (e.actor_id, e.on_behalf_of_id) if pk}
        self.people = people.in_bulk(actors)
        self.known: dict[str, str] = {}
        for rows, head in (
            (people_visible(person), "P-"),
            (units_visible(person), "U-"),
            (cycles_visible(person), "C-"),
        ):
            ids = [public_id for public_id in wanted if public_id.startswith(head)]
            found: Any = rows.filter(public_id__in=ids).order_by()
            self.known.update(found.values_list("public_id", "name"))

    def who(self, event: Event, pk: int | None) -> Person | None:
        """Who did it; a guest knows only those who do something to goals that they see."""
        if self.is_guest and not _is_goal(event) and pk != self.me:
            return None
        return self.people.get(pk or 0)

    def text(self, name: str, value: Any) -> str:
        """A value as people read it; of a text of a goal nothing."""
        language = (get_language() or "vi")[:2]
        if value is None or value == "" or value == []:
            return ""
        if isinstance(value, list):
            return ", ".join(filter(None, (self.text(name, one) for one in value[:_MOST])))
        if name in _LABELS and str(value) in _LABELS[name]:
            return str(_LABELS[name][str(value)])
        if name in _THINGS:
            return self.known.get(str(value), "")
        text = str(value)
        if len(text) == 10 and text[4:5] == "-":
            try:
                return formats.day(date.fromisoformat(text), language)
            except ValueError:
                return ""
        try:
            return formats.number(Decimal(text), language)
        except (InvalidOperation, ValueError):
            return ""


def _named_in(data: Mapping[str, Any]) -> Iterable[str]:
    for side in ("old", "new"):
        facts = data.get(side)
        if isinstance(facts, dict):
            for name in _THINGS:
                if isinstance(facts.get(name), str):
                    yield facts[name]
    for name in ("to", "person", "into", "unit"):
        if isinstance(data.get(name), str):
            yield data[name]


def _of_goal(event: Event, line: feed.Line, names: _Names) -> Entry:
    language = (get_language() or "vi")[:2]
    data, details = event.data, []
    assert line.goal is not None
    if line.record is not None and line.record.value is not None:
        value = formats.value(line.record.value, line.goal, language)
        details.append(Detail(FIELDS["reported"], "", value))
    if line.moved and line.after is not None:
        old = "" if line.before is None else formats.percent(line.before, language)
        details.append(Detail(FIELDS["progress"], old, formats.percent(line.after, language)))
    if event.verb == "goal.edited":
        for name in data.get("fields", ())[:_MOST]:
            old, new = data.get("old", {}).get(name), data.get("new", {}).get(name)
            said = "" if name == "tags" else names.text(name, old)
            then = "" if name == "tags" else names.text(name, new)
            label = names.own.get(name) or FIELDS.get(name, name)
            details.append(Detail(label, said, then))
    elif event.verb == "goal.rule":
        old, new = names.text("rule", data.get("old")), names.text("rule", data.get("new"))
        details.append(Detail(FIELDS["rule"], old, new))
    elif event.verb == "goal.targets":
        for key, pair in list(data.get("changes", {}).items())[:_MOST]:
            day, _dot, name = key.partition(".")
            label = f"{FIELDS.get(name, name)} {names.text('', day)}"
            details.append(Detail(label, names.text(name, pair[0]), names.text(name, pair[1])))
    return Entry(
        event.pk, event.at, event.verb, line.said, line.icon, line.actor, line.on_behalf_of,
        event.source, line.goal.public_id, line.goal.title,
        reverse("goal", args=[line.goal.public_id]), line.other, details, line.reason,
    )  # fmt: skip


def _of_other(event: Event, names: _Names) -> Entry:
    said, icon = OTHER_VERBS.get(event.verb, (event.verb, "activity"))
    kind, name, href = event.subject_kind, event.subject, ""
    public_id = event.subject if kind in _NAMED else ""
    if public_id:
        name = names.known.get(public_id, public_id)
        href = reverse("cycles") if kind == "cycle" else reverse(kind, args=[public_id])
    elif kind in _CARDS:
        name = names.known.get(name, name)
        href = reverse(f"kpi_card_of_{_CARDS[kind]}", args=[event.subject])
    elif kind == "list":
        name = str(LISTS.get(event.subject, event.subject))
    elif kind == "organisation" or event.verb == "organisation.edited":
        name = ""
    return Entry(
        event.pk, event.at, event.verb, said, icon, names.who(event, event.actor_id),
        names.who(event, event.on_behalf_of_id), event.source, public_id, name, href,
        details=_details(event, names),
    )  # fmt: skip


def _details(event: Event, names: _Names) -> list[Detail]:
    data, verb = event.data, event.verb
    if verb == "person.edited":
        return [Detail(FIELDS.get(name, name), "", "") for name in data.get("fields", ())[:_MOST]]
    if verb == "person.roles_set":
        old, new = names.text("roles", data.get("from")), names.text("roles", data.get("to"))
        return [Detail(FIELDS["roles"], old, new)]
    if verb == "unit.edited":
        before, after = data.get("from", {}), data.get("to", {})
        return [
            Detail(FIELDS.get(name, name), _plain(names, name, before), _plain(names, name, after))
            for name in after
            if before.get(name) != after.get(name)
        ]
    if verb == "unit.moved":
        return [Detail(FIELDS["parent"], "", names.text("parent", data.get("to")))]
    if verb == "unit.merged":
        return [Detail(FIELDS["into"], "", names.known.get(str(data.get("into")), ""))]
    if verb == "unit.took_in":
        return [Detail(FIELDS["unit"], "", names.known.get(str(data.get("unit")), ""))]
    if verb == "cycle.state":
        return [Detail(FIELDS["state"], "", names.text("state", data.get("state")))]
    if verb == "organisation.edited":
        before, after = data.get("from", {}), data.get("to", {})
        return [
            Detail(setting_name(name), _short(before.get(name)), _short(after[name]))
            for name in list(after)[:_MOST]
        ]
    if verb == "setting.changed":
        return [Detail("", _short(data.get("from")), _short(data.get("to")))]
    if verb in ("person_card.set", "unit_card.set"):
        return [Detail(FIELDS["weights"], _weights(data.get("from")), _weights(data.get("to")))]
    if verb.startswith("token."):
        return [
            Detail(FIELDS[name], "", names.text(name, data.get(name)))
            for name in ("person", "scopes")
        ]
    return [
        Detail(FIELDS[name], "", _short(data[name]))
        for name in ("added", "ended", "rows", "format")
        if data.get(name)
    ]


def _weights(lines: Any) -> str:
    return _short(", ".join(f"{kpi} {weight}%" for kpi, weight in lines or ()))


def _plain(names: _Names, name: str, facts: Mapping[str, Any]) -> str:
    value = facts.get(name)
    return names.text(name, value) if name in _LABELS else _short(value)


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 80 else text[:79] + "…"
