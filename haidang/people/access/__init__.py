"""Who somebody is in an organisation, and who may reach which person or unit.

Everybody who belongs to an organisation sees its people and units; guests see themselves
and the units they are in. Only administrators change them.
"""

from haidang.people.access.identity import (
    CHOSEN,
    chosen_of,
    digest_of,
    memberships_of,
    person_of,
    person_of_session,
    person_of_token,
    signed_in,
)
from haidang.people.access.membership import (
    Membership,
    forget,
    readers_among,
    standing_of,
    today_of,
    zone_of,
)
from haidang.people.access.persons import (
    ORGANISATION_VERBS,
    PERSON_VERBS,
    UNIT_VERBS,
    may_organisation,
    may_person,
    may_unit,
    people_visible,
    person_for,
    public_id_of,
    require_organisation,
    require_person,
    require_unit,
    unit_for,
    units_visible,
)

__all__ = [
    "CHOSEN",
    "ORGANISATION_VERBS",
    "PERSON_VERBS",
    "UNIT_VERBS",
    "Membership",
    "chosen_of",
    "digest_of",
    "forget",
    "may_organisation",
    "may_person",
    "may_unit",
    "memberships_of",
    "people_visible",
    "person_for",
    "person_of",
    "person_of_session",
    "person_of_token",
    "public_id_of",
    "readers_among",
    "require_organisation",
    "require_person",
    "require_unit",
    "signed_in",
    "standing_of",
    "today_of",
    "unit_for",
    "units_visible",
    "zone_of",
]
