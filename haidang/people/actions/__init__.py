"""Every write about accounts, organisations, units, persons, roles and tokens.

Each takes the acting person first, checks through `people.access` itself, and raises a
Refusal; nothing is written then. Each writes its line of the activity log.
"""

from haidang.people.actions.accounts import (
    create_account,
    edit_account,
    remove_second_factor,
    reset_link,
)
from haidang.people.actions.handing import hand_reports, hand_units
from haidang.people.actions.invitations import (
    accept,
    invitation_of,
    invitation_path,
    invite,
    join,
    pass_on,
)
from haidang.people.actions.links import Link
from haidang.people.actions.merging import merge_unit
from haidang.people.actions.operator import Way, access_link, invitation_link, renew_secrets
from haidang.people.actions.organisations import (
    create_organisation,
    edit_organisation,
    facts_of,
    set_setting,
    set_settings,
    stand_of,
)
from haidang.people.actions.persons import (
    create_guest,
    create_person,
    deactivate_person,
    edit_person,
    reactivate_person,
)
from haidang.people.actions.roles import set_roles
from haidang.people.actions.sessions import end_account_sessions
from haidang.people.actions.terms import TERM_FACTS, checked_terms, edit_terms, term_facts
from haidang.people.actions.tokens import create_token, revoke_token
from haidang.people.actions.units import (
    archive_unit,
    create_unit,
    edit_unit,
    move_unit,
    set_leader,
    set_team_members,
)

__all__ = [
    "TERM_FACTS",
    "Link",
    "Way",
    "accept",
    "access_link",
    "archive_unit",
    "checked_terms",
    "create_account",
    "create_guest",
    "create_organisation",
    "create_person",
    "create_token",
    "create_unit",
    "deactivate_person",
    "edit_account",
    "edit_organisation",
    "edit_person",
    "edit_terms",
    "edit_unit",
    "end_account_sessions",
    "facts_of",
    "hand_reports",
    "hand_units",
    "invitation_link",
    "invitation_of",
    "invitation_path",
    "invite",
    "join",
    "merge_unit",
    "move_unit",
    "pass_on",
    "reactivate_person",
    "remove_second_factor",
    "renew_secrets",
    "reset_link",
    "revoke_token",
    "set_leader",
    "set_roles",
    "set_setting",
    "set_settings",
    "set_team_members",
    "stand_of",
    "term_facts",
]
