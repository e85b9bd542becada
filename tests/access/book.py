"""docs/access.md as data, written a second time and by hand: shares no code with the program.

A *scope* is the thing that an address names: `own` is An's in the sales unit, `other` Dũng's
in the factory, `private` An's and private, `foreign` of the other organisation, `missing`
of nobody. A *verb* is what the address does to it. `answer` says how its door answers an
actor: "open" (whatever else may be wrong with the request), "forbidden", "missing", or
"sign in".
"""

from __future__ import annotations

from typing import NamedTuple

#: Everybody who walks. The foreign one is administrator and strategist at home.
STAFF = {
    "administrator",
    "strategist",
    "hr",
    "leader",  # of the sales unit
    "manager",  # An's
    "owner",  # An
    "same_unit",  # Bình
    "other_unit",  # Dũng, who owns what is `other`
    "other_leader",  # of the factory
    "viewer",
    "contributor",
    "delegate",
    "data_owner",
}
OUTSIDE = {"stranger", "deactivated"}
ACTORS = sorted(STAFF | {"guest", "foreign"} | OUTSIDE)
SCOPES = ["own", "other", "private", "foreign", "missing"]

#: Who stands in which relation to a goal, by scope.
RELATIONS: dict[str, dict[str, set[str]]] = {
    "own": {
        "owner": {"owner"},
        "contributor": {"contributor"},
        "delegate": {"delegate"},
        "data owner": {"data_owner"},
        "manager": {"manager"},
        "leader": {"leader"},
        "strategist": {"strategist"},
    },
    "other": {
        "owner": {"other_unit"},
        "contributor": set(),
        "delegate": set(),
        "data owner": set(),
        "manager": set(),
        "leader": {"other_leader"},
        "strategist": {"strategist"},
    },
}
RELATIONS["private"] = RELATIONS["own"]

#: Who sees a goal of each scope; the data owner a KPI alone.
SEES = {
    "own": STAFF,
    "other": STAFF,
    "private": {"owner", "contributor", "delegate", "data_owner"},
}

EDITORS = {"owner", "contributor", "leader", "strategist"}
KEEPERS = {"owner", "leader", "strategist"}
APPROVERS = {"leader", "strategist"}  # of a unit's goal; a leader or strategist never of one's own

#: The table of docs/access.md for goals of a unit that are active.
GOAL_VERBS: dict[str, set[str]] = {
    "see": set(),
    "comment": {"*"},
    "check in": {"owner", "contributor", "delegate", "data owner", "leader", "strategist"},
    "edit words": EDITORS,
    "edit measure": {"owner"},
    "edit measure of KPI": APPROVERS,
    "set targets": KEEPERS,
    "close period": {"leader", "strategist"},
    # Whoever reports a KPI, or closes its periods.
    "ask to reopen period": {
        *("owner", "contributor", "delegate", "data owner", "leader", "strategist"),
    },
    "submit": {"owner"},
    "approve": APPROVERS,
    "return": APPROVERS,
    "link": EDITORS,
    "accept link": KEEPERS,
    "weigh": KEEPERS,
    "close": {"owner", "strategist"},
    # One page for two verbs: who proposes to close, and who confirms it.
    "close or confirm": {"owner"} | APPROVERS,
    "reopen": APPROVERS,
    "drop": KEEPERS,
    "archive": KEEPERS,
    "restore": KEEPERS,
    "delete": {"owner"},
    "share": KEEPERS,
    "follow": {"*"},
    # Sharing it with somebody who is not in the organisation yet.
    "invite guest": {"strategist"},
    # A personal goal that somebody proposed to its owner.
    "accept": {"owner"},
    "decline": {"owner"},
    # Making a key result below an objective.
    "add key result": EDITORS,
}

#: Links: An's objective below Dũng's; `other` lies in the factory at both ends; `private`
#: is An's private objective below Dũng's.
LINK_SEERS = {
    "own": STAFF,
    "other": STAFF,
    "private": {"owner", "contributor", "delegate"},
}
_CHILD = {
    "own": {"owner", "contributor", "leader", "strategist"},
    "other": {"other_unit", "other_leader", "strategist"},
    "private": {"owner", "contributor"},
}
_PARENT = {
    scope: {"other_unit", "other_leader", "strategist"} for scope in ("own", "other", "private")
}
#: verb > scope > who. Who keeps the parent decides about a child that they do not see.
LINK_VERBS: dict[str, dict[str, set[str]]] = {
    "see": {scope: set() for scope in LINK_SEERS},
    "accept": _PARENT,
    "decline": _PARENT,
    "weigh": _PARENT,
    "change": _CHILD,
    "move": _CHILD,
    "unlink": {scope: _CHILD[scope] | _PARENT[scope] for scope in _CHILD},
    # One page for the child's side and the parent's: mode and relation, or the weight. It
    # shows both ends, so it is not for who keeps the parent of a private child.
    "change or weigh": {
        "own": _CHILD["own"] | _PARENT["own"],
        "other": _CHILD["other"] | _PARENT["other"],
        "private": _CHILD["private"],
    },
}

#: Who reads a unit's card: its members, who leads it or above, strategists.
UNIT_CARDS: dict[str, set[str]] = {
    "own": {"owner", "same_unit", "viewer", "leader", "strategist"},
    "other": {
        *("other_unit", "contributor", "delegate", "data_owner"),  # all of the factory
        *("other_leader", "strategist"),
    },
}
#: People, units, cycles and the organisation: verb > who; what is not named here is missing
#: to the guest, who sees only themself (nothing that is walked). Where it differs by whose
#: it is: verb > scope > who.
ORGANISATION_VERBS: dict[str, set[str] | dict[str, set[str]]] = {
    "person.see": STAFF,
    "person.change": {"administrator"},
    "person.tokens": {
        "own": {"administrator", "owner"},
        "other": {"administrator", "other_unit"},
    },
    # An's card and Dũng's; nobody sets their own. Of others it is as if there were none.
    "person.card": {
        "own": {"owner", "leader", "manager", "strategist"},
        "other": {"other_unit", "other_leader", "strategist"},
    },
    "person.set card": {
        "own": {"leader", "manager", "strategist"},
        "other": {"other_leader", "strategist"},
    },
    # The card of the sales unit (with its team), and that of the factory.
    "unit.card": UNIT_CARDS,
    "unit.set card": {
        "own": {"leader", "strategist"},
        "other": {"other_leader", "strategist"},
    },
    "unit.see": STAFF,
    "unit.change": {"administrator"},
    "team.see": STAFF,
    "team.members": {"administrator", "leader"},  # the team lies in the sales unit
    "cycle.see": STAFF,
    "cycle.change": {"strategist"},
    "value.see": STAFF,
    "value.change": {"strategist"},
}
#: Saved views of the map: `own` is An's alone, `other` Dũng's and shared. Verb > scope > who.
VIEW_VERBS: dict[str, dict[str, set[str]]] = {
    "see": {"own": {"owner"}, "other": STAFF},
    "change": {"own": {"owner"}, "other": {"other_unit"}},
    "delete": {"own": {"owner"}, "other": {"other_unit", "strategist"}},
}
#: Requests to open a period of the KPI of each scope, asked by its owner: who decides.
REOPENING_DECIDERS: dict[str, set[str]] = {
    "own": {"leader", "strategist"},
    "other": {"other_leader", "strategist"},
    "private": set(),  # who sees it does not lead it
}
#: Requests about these KPIs, asked by their owners: who takes them back.
ASKED_BY: dict[str, set[str]] = {
    "own": {"owner"},
    "other": {"other_unit"},
    "private": {"owner"},
}
#: Connectors: `own` is kept by the leader, and what it brought is of An's KPI; `other` by the
#: leader of the factory, of Dũng's KPI. Nobody but these sees one.
CONNECTOR_VERBS: dict[str, dict[str, set[str]]] = {
    "change": {"own": {"administrator"}, "other": {"administrator"}},
    "push": {"own": {"administrator", "leader"}, "other": {"administrator", "other_leader"}},
}
#: A run is seen by administrators, by its keeper, and with a KPI that it held a value back of.
RUN_SEERS: dict[str, set[str]] = {"own": STAFF, "other": STAFF}
#: Who decides on a value of the KPI of each scope that a connector held back.
HELD_DECIDERS: dict[str, set[str]] = {
    "own": {"owner", "data_owner", "strategist"},
    "other": {"other_unit", "strategist"},
}
#: Without a thing in the address: verb > who comes in; others are forbidden.
DOORS: dict[str, set[str]] = {
    "anyone": set(ACTORS),
    "nobody": set(),
    "not by a token": set(),
    "signed in": STAFF | {"guest", "foreign"},
    "insiders": STAFF | {"foreign"},
    "administer": {"administrator", "foreign"},
    "strategy": {"strategist", "foreign"},
    "administer or strategy": {"administrator", "strategist", "foreign"},
    # Strategists and leaders of units: each the periods of their own KPIs.
    "close periods": {"strategist", "leader", "other_leader", "foreign"},
    # Whoever may make any goal at all: viewers and guests make none.
    "make goals": (STAFF - {"viewer"}) | {"foreign"},
    # Who loads any list at all: a guest may feed a KPI.
    "send lists": (STAFF - {"viewer"}) | {"guest", "foreign"},
    "make in sales": {"strategist", "leader", "owner", "same_unit"},
    "make individual": (STAFF - {"viewer"}) | {"foreign"},
}
#: Things of an account: their owner's alone; to others they are missing.
OWN: dict[str, dict[str, set[str]]] = {
    "token": {"own": {"owner"}, "other": {"other_unit"}},
    "token or administer": {
        "own": {"owner", "administrator"},
        "other": {"other_unit", "administrator"},
    },
    "import": {"own": {"owner"}, "other": {"other_unit"}},
    "comment": {"own": {"owner"}, "other": {"other_unit"}},
    "session": {"own": {"owner"}, "other": {"other_unit"}},
    "organisation": {"own": STAFF | {"guest"}},
}


class Verb(NamedTuple):
    """What an address does: to a kind of thing ("goal", "link", ...) or as a door alone."""

    thing: str
    name: str


def answer(actor: str, verb: Verb, scope: str) -> str:
    """How the door answers, by the book."""
    if verb.thing == "door":
        allowed = DOORS[verb.name]
        if verb.name == "nobody":
            return "missing"
        if actor in allowed:
            return "open"
        return "sign in" if actor in OUTSIDE else "forbidden"
    if actor in OUTSIDE:
        return "sign in"
    if verb.thing == "own":
        if actor == "foreign" == scope:
            return "at home"
        return "open" if actor in OWN[verb.name].get(scope, set()) else "missing"
    if scope == "missing" or (actor == "foreign") != (scope == "foreign"):
        return "missing"
    if scope == "foreign":
        return "at home"  # the foreign one's own things: not walked
    if actor == "guest":
        return "missing"
    if verb.thing == "organisation" and verb.name.endswith("set card"):
        seers = ORGANISATION_VERBS[verb.name.replace("set ", "")]
        assert isinstance(seers, dict)
        if actor not in seers[scope]:
            return "missing"
    if verb.thing == "organisation" and verb.name.endswith(".card"):
        seers = ORGANISATION_VERBS[verb.name]
        assert isinstance(seers, dict)
        return "open" if actor in seers[scope] else "missing"
    if verb.thing == "organisation":
        who = ORGANISATION_VERBS[verb.name]
        return "open" if actor in (who[scope] if isinstance(who, dict) else who) else "forbidden"
    if verb.thing == "link":
        return _link(actor, verb.name, scope)
    if verb.thing == "connector":
        return "open" if actor in CONNECTOR_VERBS[verb.name].get(scope, set()) else "missing"
    if verb.thing == "run":
        return "open" if actor in RUN_SEERS[scope] else "missing"
    if verb.thing == "held":
        decides = verb.name == "see" or actor in HELD_DECIDERS[scope]
        return "open" if decides else "forbidden"
    if verb.thing == "reopening":
        if actor not in SEES[scope]:
            return "missing"
        who = {"decide": REOPENING_DECIDERS, "withdraw": ASKED_BY}
        return "open" if verb.name == "see" or actor in who[verb.name][scope] else "forbidden"
    if verb.thing == "target_request":
        if actor not in SEES[scope]:
            return "missing"
        who = {"decide": REOPENING_DECIDERS, "withdraw": ASKED_BY}
        return "open" if verb.name == "see" or actor in who[verb.name][scope] else "forbidden"
    if verb.thing == "view":
        if actor not in VIEW_VERBS["see"][scope]:
            return "missing"
        return "open" if actor in VIEW_VERBS[verb.name][scope] else "forbidden"
    return _goal(actor, verb.name, scope, kpi=verb.thing == "kpi")


def _goal(actor: str, verb: str, scope: str, *, kpi: bool) -> str:
    if actor not in SEES[scope] or (scope == "private" and actor == "data_owner" and not kpi):
        return "missing"
    if verb == "see":
        return "open"
    relations = RELATIONS[scope]
    allowed = set().union(*(relations.get(who, set()) for who in GOAL_VERBS[verb]))
    if not kpi:
        allowed -= relations["data owner"]
    if "*" in GOAL_VERBS[verb]:
        allowed = set(STAFF)
    return "open" if actor in allowed - {"viewer"} else "forbidden"


def _link(actor: str, verb: str, scope: str) -> str:
    if actor in LINK_VERBS[verb][scope]:
        return "open"
    if actor not in LINK_SEERS[scope]:
        return "missing"
    return "open" if verb == "see" else "forbidden"
