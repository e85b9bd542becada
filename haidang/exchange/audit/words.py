"""What the log's events, kinds, sources and fields are called."""

from __future__ import annotations

from typing import Any

from haidang.strategy.words import FIELDS as GOAL_FIELDS
from haidang.strategy.words import VERBS as GOAL_VERBS
from haidang.web.terms import gettext_lazy as _

#: verb of the log > (what was done, its icon), for what is no goal.
OTHER_VERBS: dict[str, tuple[Any, str]] = {
    "cycle.created": (_("created the cycle"), "plus"),
    "cycle.edited": (_("edited the cycle"), "edit"),
    "cycle.state": (_("moved the cycle on"), "calendar-check"),
    "person.created": (_("added the person"), "user-plus"),
    "person.edited": (_("edited the person"), "edit"),
    "person.invited": (_("invited"), "mail"),
    "person.joined": (_("accepted the invitation"), "user-check"),
    "person.deactivated": (_("deactivated"), "user-off"),
    "person.reactivated": (_("reactivated"), "user-check"),
    "person.roles_set": (_("changed the roles of"), "user-shield"),
    "person.reset_link_made": (_("made a link to a new password for"), "key"),
    "person.second_factor_removed": (_("took away the second factor of"), "shield"),
    "person.sign_in_address_changed": (_("changed the sign-in address of"), "at"),
    "unit.created": (_("created the unit"), "plus"),
    "unit.edited": (_("edited the unit"), "edit"),
    "unit.moved": (_("moved the unit"), "transfer"),
    "unit.archived": (_("closed the unit"), "archive"),
    "unit.leaders_set": (_("changed the leaders of"), "user-star"),
    "unit.members_set": (_("changed the members of"), "users-group"),
    "unit.merged": (_("merged away the unit"), "git-merge"),
    "unit.took_in": (_("took another unit into"), "git-merge"),
    "person.departed": (_("recorded the departure of"), "user-x"),
    "person.transferred": (_("transferred"), "transfer"),
    "token.created": (_("created the token"), "key"),
    "token.revoked": (_("revoked the token"), "circle-x"),
    "organisation.created": (_("founded the organisation"), "building"),
    "organisation.edited": (_("edited the organisation"), "edit"),
    "numbers.recomputed": (_("rebuilt the numbers from the records"), "refresh"),
    "field.created": (_("added the field"), "forms"),
    "field.edited": (_("edited the field"), "edit"),
    "field.retired": (_("no longer asks the field"), "archive"),
    "field.restored": (_("asks again the field"), "restore"),
    "field.deleted": (_("deleted the field"), "trash"),
    "list.imported": (_("imported a list of"), "upload"),
    "connector.created": (_("made the connector"), "plus"),
    "connector.edited": (_("edited the connector"), "edit"),
    "connector.retired": (_("retired the connector"), "archive"),
    "connector.revived": (_("revived the connector"), "restore"),
    "connector.deleted": (_("deleted the connector"), "trash"),
    "connector.named": (_("changed the names of the connector"), "edit"),
    "connector.switched_on": (_("switched on the connector"), "circle-check"),
    "connector.switched_off": (_("switched off the connector"), "circle-minus"),
    "connector.ran": (_("ran the connector"), "database"),
    "connector.failed": (_("could not get an answer for the connector"), "alert-circle"),
    "setting.changed": (_("changed the setting"), "adjustments-horizontal"),
    "list.exported": (_("exported a list of"), "download"),
    "person_card.set": (_("set the scorecard of"), "checklist"),
    "person_card.leave_set": (_("recorded a long leave of"), "calendar"),
    "person_card.leave_taken_back": (_("took back a long leave of"), "calendar"),
    "unit_card.set": (_("set the scorecard of"), "checklist"),
}
VERBS: dict[str, tuple[Any, str]] = {**GOAL_VERBS, **OTHER_VERBS}

#: The beginning of a verb > (what the filter calls all of them, the kind of thing they are of).
GROUPS: dict[str, tuple[Any, str]] = {
    "check_in.": (_("Check-ins"), "goal"),
    "goal.": (_("Goals"), "goal"),
    "link.": (_("Links"), "goal"),
    "period.": (_("Closed periods"), "goal"),
    "value.": (_("Held-back values"), "goal"),
    "connector.": (_("Connectors"), "connector"),
    "cycle.": (_("Cycles"), "cycle"),
    "person.": (_("People"), "person"),
    "unit.": (_("Units"), "unit"),
    "person_card.": (_("Scorecards of people"), "person_card"),
    "unit_card.": (_("Scorecards of units"), "unit_card"),
    "token.": (_("Tokens"), "token"),
    "setting.": (_("Settings"), "setting"),
    "field.": (_("Fields"), "setting"),
    "organisation.": (_("The organisation"), "organisation"),
    "list.": (_("Imports and exports"), "list"),
}

SOURCES: dict[str, Any] = {
    "person": _("Page"),
    "api": _("API"),
    "import": _("Import"),
    "connector": _("Connector"),
    "survey": _("Survey"),
    "operator": _("The operator"),
    "system": _("By itself"),
}

#: What a list was of that came in or went out.
LISTS: dict[str, Any] = {
    "actuals": _("actuals of KPIs"),
    "goals": _("goals"),
    "people": _("people"),
    "units": _("units"),
    "events": _("events of the log"),
}

FIELDS: dict[str, Any] = {
    **GOAL_FIELDS,
    "name": _("Name"),
    "email": _("E-mail"),
    "region": _("Region"),
    "manager": _("Manager"),
    "joined_on": _("Joined"),
    "left_on": _("Left"),
    "kind": _("Kind"),
    "code": _("Code"),
    "roles": _("Roles"),
    "state": _("State"),
    "parent": _("Part of"),
    "into": _("Merged into"),
    "added": _("Added"),
    "ended": _("Ended"),
    "progress": _("Progress"),
    "reported": _("Reported"),
    "rule": _("What makes the number"),
    "scopes": _("May"),
    "rows": _("Rows"),
    "format": _("Format"),
    "person": _("Person"),
    "weights": _("Weights"),
}
