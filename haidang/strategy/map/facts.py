"""What is sent of a map: columns of equal length, texts once, indexes instead of names."""

from __future__ import annotations

import json
from typing import Any

from haidang.goals.models import Kind, State
from haidang.strategy.map.queries import Row, View
from haidang.web import formats

#: The order in which the client knows them.
HEALTHS = ("no_data", "not_started", "on_track", "at_risk", "off_track", "done")
KINDS = tuple(Kind.values)
STATES = (
    State.ACTIVE,
    State.CLOSED,
    State.DRAFT,
    State.SUBMITTED,
    State.RETURNED,
    State.DROPPED,
    State.ARCHIVED,
)

_HEALTH = {word: place for place, word in enumerate(HEALTHS)}
_KIND = {kind: place for place, kind in enumerate(KINDS)}
_STATE = {str(state): place for place, state in enumerate(STATES)}


def payload(view: View, language: str) -> dict[str, Any]:
    """The view as JSON types. Progress and expected are billionths or null; `up` is the index
    of the parent or -1; `links` are triples of child, parent and what the link does."""
    rows = view.rows
    index = {row.id: place for place, row in enumerate(rows)}
    people = {key: place for place, key in enumerate(view.people)}
    units = {key: place for place, key in enumerate(view.units)}
    none_owner, none_unit = len(people), len(units)
    looks = [view.outlooks[row.id] for row in rows]
    links: list[int] = []
    for edge in view.links:
        links += (index[edge.child], index[edge.parent], edge.does)
    facts: dict[str, Any] = {
        "people": [[n, formats.initials(n), formats.tone(n)] for n in view.people.values()],
        "units": list(view.units.values()),
        "id": [row.public_id for row in rows],
        "title": [row.title for row in rows],
        "kind": [_KIND[row.kind] for row in rows],
        "state": [_STATE[row.state] for row in rows],
        "owner": [people.get(row.owner_id or 0, none_owner) for row in rows],
        "unit": [units.get(row.unit_id or 0, none_unit) for row in rows],
        "progress": [row.progress for row in rows],
        "expected": [look.expected for look in looks],
        "health": [_HEALTH[look.health] for look in looks],
        "measured": [row.measured or 0 for row in rows],
        "terms": [row.terms or 0 for row in rows],
        "amount": [amount(row, language) for row in rows],
        "up": [index.get(view.parents.get(row.id, 0), -1) for row in rows],
        "outdated": [place for place, look in enumerate(looks) if look.outdated],
        "context": [index[key] for key in view.context if key in index],
        "links": links,
        "more": {row.public_id: view.hidden[row.id] for row in rows if view.hidden.get(row.id)},
        "cut": view.cut,
    }
    if view.single:
        facts["parents"] = [view.above.get(row.id, []) for row in rows]
    return facts


def amount(row: Row, language: str) -> str:
    """What was reached of what is wanted: `9 / 75 tỷ ₫`, `– / 75 tỷ ₫` while nothing was
    reported; empty without a measure."""
    if not row.metric_kind or row.metric_kind in ("milestones", "text"):
        return ""
    reached = formats.value(row.actual, row, language) if row.actual is not None else ""
    wanted = ""
    if row.low is not None and row.high is not None:
        low = formats.number(row.low, language, row.decimals)
        wanted = f"{low}–{formats.value(row.high, row, language)}"
    elif row.target is not None and row.kind == Kind.KEY_RESULT and row.metric_kind != "yes_no":
        wanted = formats.value(row.target, row, language)
    if not wanted:
        return reached
    if not reached:
        return f"– / {wanted}"
    if row.metric_unit and row.actual is not None:
        plain = formats.number(row.actual, language, row.decimals)
        if reached == f"{plain}{formats.NBSP}{row.metric_unit}" and wanted.endswith(
            row.metric_unit
        ):
            reached = plain
    return f"{reached} / {wanted}"


def dump(facts: dict[str, Any]) -> str:
    """JSON that may stand inside a script element."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
