"""Words of the pages: what the log's verbs and a goal's fields are called."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

#: verb of the log > (what was done, its icon).
VERBS: dict[str, tuple[Any, str]] = {
    "check_in.recorded": (_("checked in"), "checkbox"),
    "check_in.corrected": (_("corrected a record"), "pencil"),
    "check_in.voided": (_("declared a record void"), "circle-x"),
    "goal.created": (_("created this"), "plus"),
    "goal.edited": (_("edited"), "edit"),
    "goal.submitted": (_("submitted this for approval"), "send"),
    "goal.proposed": (_("proposed this again"), "send"),
    "goal.accepted": (_("accepted this"), "circle-check"),
    "goal.declined": (_("declined this"), "arrow-back-up"),
    "goal.approved": (_("approved this"), "circle-check"),
    "goal.returned": (_("returned this"), "arrow-back-up"),
    "goal.close_proposed": (_("proposed to close this"), "flag"),
    "goal.closed": (_("closed this"), "flag-check"),
    "goal.reopened": (_("reopened this"), "lock-open"),
    "goal.dropped": (_("dropped this"), "target-off"),
    "goal.archived": (_("archived this"), "archive"),
    "goal.restored": (_("restored this"), "restore"),
    "goal.deleted": (_("deleted this"), "trash"),
    "goal.rule": (_("changed what makes the number"), "adjustments-horizontal"),
    "goal.targets": (_("changed targets"), "target-arrow"),
    "link.made": (_("linked this to"), "link"),
    "link.proposed": (_("asked to let this count in"), "link-plus"),
    "link.accepted": (_("accepted that this counts in"), "circle-check"),
    "link.declined": (_("declined that this counts in"), "circle-x"),
    "link.changed": (_("changed the link to"), "adjustments-horizontal"),
    "link.removed": (_("removed the link to"), "unlink"),
}

#: A fact of a goal > its name on pages.
FIELDS: dict[str, Any] = {
    "title": _("Title"),
    "description": _("Description"),
    "why": _("Why"),
    "success": _("What success looks like"),
    "tags": _("Tags"),
    "rank": _("Rank"),
    "cadence_days": _("Check-in every"),
    "owner": _("Owner"),
    "data_owner": _("Data owner"),
    "unit": _("Unit"),
    "level": _("Level"),
    "visibility": _("Visibility"),
    "contributors": _("Contributors"),
    "named": _("Named readers"),
    "cited": _("Core values"),
    "commitment": _("Commitment"),
    "horizon": _("Horizon"),
    "perspective": _("Perspective"),
    "cycle": _("Cycle"),
    "starts": _("Start"),
    "ends": _("Deadline"),
    "metric_kind": _("Kind of measure"),
    "metric_unit": _("Unit of measure"),
    "metric_scale": _("Unit of measure"),
    "decimals": _("Decimals"),
    "direction": _("Direction"),
    "baseline": _("Baseline"),
    "target": _("Target"),
    "low": _("From"),
    "high": _("To"),
    "tolerance": _("Tolerance"),
    "relative_change": _("Change"),
    "plan_curve": _("Expected line"),
    "plan": _("Monthly plan"),
    "milestones": _("Milestones"),
    "frequency": _("Frequency"),
    "aggregation": _("Over several periods"),
    "steps": _("Steps"),
    "calculation": _("Calculation"),
}

#: What can be wrong with a goal (`queries.attention`) > (its name in a list, its icon).
WRONG: dict[str, tuple[Any, str]] = {
    "off_track": (_("Off track"), "circle-arrow-down"),
    "at_risk": (_("At risk"), "alert-triangle"),
    "outdated": (_("Outdated"), "clock-exclamation"),
    "no_data": (_("No data yet"), "circle-dashed"),
    "no_owner": (_("No owner"), "user-x"),
    "no_parent": (_("No parent"), "unlink"),
}

#: A link beside the way up, read from one's own goal: (relation, whether the other is above).
TIES: dict[tuple[str, bool], Any] = {
    ("improves", True): _("Improves"),
    ("improves", False): _("Improved by"),
    ("decomposes", True): _("A part of"),
    ("decomposes", False): _("Decomposed into"),
    ("supports", True): _("Supports"),
    ("supports", False): _("Supported by"),
    ("depends_on", True): _("Waits for"),
    ("depends_on", False): _("Awaited by"),
    ("computes", True): _("Calculated into"),
    ("computes", False): _("Calculated from"),
}
#: Every other one.
FEEDS = {True: _("Also contributes to"), False: _("Fed by")}

#: A link to another unit's goal, read from that one: (relation, whether it stands above ours).
CROSSES: dict[tuple[str, bool], Any] = {
    ("cross_team", True): _("is answered by our"),
    ("cross_team", False): _("answers our"),
    ("depends_on", True): _("is waited for by our"),
    ("depends_on", False): _("waits for our"),
    ("supports", True): _("is supported by our"),
    ("supports", False): _("supports our"),
}
