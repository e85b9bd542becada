"""Every write to goals, links and cycles. Each checks access itself and raises a Refusal."""

from haidang.goals.actions.create import create_goal
from haidang.goals.actions.cycles import create_cycle, edit_cycle, set_cycle_state
from haidang.goals.actions.edit import edit_goal, set_rule, would_edit
from haidang.goals.actions.fields import (
    create_field,
    delete_field,
    edit_field,
    restore_field,
    retire_field,
)
from haidang.goals.actions.identity import add_value, edit_identity, edit_value, remove_value
from haidang.goals.actions.leaving import archive, delete, drop, restore
from haidang.goals.actions.link_terms import LinkRequest
from haidang.goals.actions.links import (
    accept_link,
    change_link,
    decline_link,
    link,
    move_link,
    unlink,
)
from haidang.goals.actions.many import Change, Wish, change_many
from haidang.goals.actions.participants import (
    add_participant,
    follow,
    remove_participant,
    share_with_guest,
)
from haidang.goals.actions.states import (
    accept_goal,
    approve,
    close,
    decline_goal,
    reopen,
    return_goal,
    submit,
)
from haidang.goals.actions.targets import set_targets

__all__ = [
    "Change",
    "LinkRequest",
    "Wish",
    "accept_goal",
    "accept_link",
    "add_participant",
    "add_value",
    "approve",
    "archive",
    "change_link",
    "change_many",
    "close",
    "create_cycle",
    "create_field",
    "create_goal",
    "decline_goal",
    "decline_link",
    "delete",
    "delete_field",
    "drop",
    "edit_cycle",
    "edit_field",
    "edit_goal",
    "edit_identity",
    "edit_value",
    "follow",
    "link",
    "move_link",
    "remove_participant",
    "remove_value",
    "reopen",
    "restore",
    "restore_field",
    "retire_field",
    "return_goal",
    "set_cycle_state",
    "set_rule",
    "set_targets",
    "share_with_guest",
    "submit",
    "unlink",
    "would_edit",
]
