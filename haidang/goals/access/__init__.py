"""Who may do what to a goal, a cycle and a link: the only way to any of them.

The table of verbs is data (`VERBS`): a verb is open to whoever stands in one of the named
relations to the goal and may see it. Seeing is decided twice by the same facts: in SQL for
lists (`visible`) and in Python for a goal at hand (`sees`); a test holds them equal.

A guest has only relations that name them; a viewer sees and does nothing else; an
administrator has no right to goals as such.
"""

from haidang.goals.access.doors import (
    CYCLE_VERBS,
    LINK_VERBS,
    Born,
    alignment_for,
    born_below,
    cycle_for,
    cycles_visible,
    goal_for,
    levels_open,
    may_create,
    may_cycle,
    may_place,
    tags_visible,
    usual_place,
)
from haidang.goals.access.facts import (
    check_in_rights,
    facts_of,
    may,
    on_behalf,
    relations_of,
    require,
    require_any,
    require_check_in,
    verbs_of,
    verbs_of_each,
)
from haidang.goals.access.fields import field_for, fields_visible
from haidang.goals.access.identity import (
    identity_of,
    may_identity,
    value_for,
    values_visible,
)
from haidang.goals.access.seeing import seen_among, visible
from haidang.goals.access.verbs import (
    VERBS,
    Facts,
    Relation,
    is_proposal,
    openers,
    relations,
    sees,
)

__all__ = [
    "CYCLE_VERBS",
    "LINK_VERBS",
    "VERBS",
    "Born",
    "Facts",
    "Relation",
    "alignment_for",
    "born_below",
    "check_in_rights",
    "cycle_for",
    "cycles_visible",
    "facts_of",
    "field_for",
    "fields_visible",
    "goal_for",
    "identity_of",
    "is_proposal",
    "levels_open",
    "may",
    "may_create",
    "may_cycle",
    "may_identity",
    "may_place",
    "on_behalf",
    "openers",
    "relations",
    "relations_of",
    "require",
    "require_any",
    "require_check_in",
    "seen_among",
    "sees",
    "tags_visible",
    "usual_place",
    "value_for",
    "values_visible",
    "verbs_of",
    "verbs_of_each",
    "visible",
]
