"""Words of the pages: what the log's verbs and a goal's fields are called."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.dates import MONTHS, WEEKDAYS_ABBR
from django.utils.translation import get_language, gettext, ngettext

from haidang.goals.models import Kind, Level, State, Visibility
from haidang.web import formats
from haidang.web.terms import TERMS
from haidang.web.terms import gettext_lazy as _

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
    "goal.participants": (_("changed who takes part"), "users"),
    "goal.targets": (_("changed targets"), "target-arrow"),
    "period.closed": (_("closed a period (chốt số)"), "lock"),
    "period.commented": (_("wrote about a period"), "message-circle"),
    "period.comment_taken_back": (_("took back words about a period"), "message-circle"),
    "period.reopening_asked": (_("asked to open a closed period again"), "lock-open"),
    "period.reopened": (_("opened a closed period again"), "lock-open"),
    "period.reopening_declined": (_("declined to open a closed period again"), "lock"),
    "period.reopening_withdrawn": (
        _("took back a request to open a closed period again"),
        "arrow-back-up",
    ),
    "targets.asked": (_("asked for other targets"), "target-arrow"),
    "targets.granted": (_("granted other targets"), "target-arrow"),
    "targets.declined": (_("declined other targets"), "x"),
    "targets.withdrawn": (_("took back a request for other targets"), "arrow-back-up"),
    "value.held_back": (_("held back a value from a connector"), "eye-check"),
    "value.accepted": (_("accepted a held-back value"), "circle-check"),
    "value.refused": (_("refused a held-back value"), "circle-x"),
    "link.made": (_("linked this to"), "link"),
    "link.proposed": (_("asked to let this count in"), "link-plus"),
    "link.accepted": (_("accepted that this counts in"), "circle-check"),
    "link.declined": (_("declined that this counts in"), "circle-x"),
    "link.changed": (_("changed the link to"), "adjustments-horizontal"),
    "link.removed": (_("removed the link to"), "unlink"),
}

#: What changed a goal from outside, by its verb > (what was done, its icon).
BY: dict[str, tuple[Any, str]] = {
    "unit.merged": (_("merged its unit into another"), "git-merge"),
    "person.transferred": (_("handed this over at a transfer"), "arrow-guide"),
    "person.departed": (_("handed this over at a departure"), "user-x"),
}

#: A setting, or a fact of the organisation > its name on pages.
SETTINGS: dict[str, Any] = {
    "name": _("Name"),
    "language": _("Language"),
    "time_zone": _("Time zone"),
    "currency": _("Currency"),
    "fiscal_year_start": _("Start of the fiscal year"),
    "health.on_track": _("On track from"),
    "health.at_risk": _("At risk from"),
    "score.committed": _("A committed goal succeeds from"),
    "score.aspirational": _("An aspirational goal succeeds from"),
    "calendar.working_days": _("Working days"),
    "calendar.holidays": _("Holidays"),
    "kpi.closing_day": _("KPIs close by themselves on day"),
    "kpi.target_approval": _("Approved targets change by a request"),
    "scorecard.cap": _("Cap on scorecards"),
    "scorecard.floor": _("Floor on scorecards"),
    "scorecard.bands": _("Bands of scorecards"),
    "scorecard.ranking": _("Ranking of units"),
    "visibility.company": _("New goals of the company"),
    "visibility.unit": _("New goals of units"),
    "visibility.individual": _("New goals of persons"),
}


_LANGUAGES = dict(settings.LANGUAGES)


def setting_name(key: str) -> Any:
    """What a setting is called in its history."""
    if not key.startswith("terms."):
        return SETTINGS.get(key, key)
    term, language = key.removeprefix("terms.").removesuffix("_many").rsplit("_", 1)
    many = key.endswith("_many")
    named = {"term": gettext(TERMS.get(term, (term, term))[many]), "language": _LANGUAGES[language]}
    return gettext("What is called “%(term)s” (%(language)s)") % named


def setting_text(key: str, value: Any) -> Any:
    """A value of a setting in short words, for its history."""
    if key.startswith("health."):
        return formats.number(Decimal(value) * 100, (get_language() or "vi")[:2], 2) + "%"
    if key.startswith("score."):
        return formats.number(Decimal(value), (get_language() or "vi")[:2], 2)
    if key.startswith("terms."):
        return value or gettext("the program's word")
    if key == "calendar.working_days":
        return ", ".join(str(WEEKDAYS_ABBR[day]) for day in value)
    if key == "calendar.holidays":
        return ngettext("%(n)s day", "%(n)s days", len(value)) % {"n": len(value)}
    if key == "kpi.closing_day":
        return value or gettext("by hand")
    if key == "kpi.target_approval":
        return gettext("yes") if value else gettext("no")
    if key.startswith("scorecard."):
        return _scorecard_text(value)
    if key.startswith("visibility."):
        return dict(Visibility.choices).get(value, value)
    return MONTHS.get(value, value) if key == "fiscal_year_start" else value


def _scorecard_text(value: Any) -> Any:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, dict):
        return ", ".join(f"{name} ≥ {start}%" for name, start in sorted(value.items()))
    return f"{value}%"


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
    "state": _("State"),
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
    "formula": _("Formula in words"),
    "source": _("Source of the number"),
    "freshness_days": _("Days until the actual"),
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

#: What a goal's health is called where no template draws it.
HEALTHS: dict[str, Any] = {
    "on_track": _("On track"),
    "at_risk": _("At risk"),
    "off_track": _("Off track"),
    "done": _("Done"),
    "not_started": _("Not started"),
    "no_data": _("No data"),
    "outdated": _("Outdated"),
}

#: What groups of a table are called by their words.
ASPECTS: dict[str, dict[str, Any]] = {
    "kind": {str(value): label for value, label in Kind.choices},
    "state": {str(value): label for value, label in State.choices},
    "level": {str(value): label for value, label in Level.choices},
    "health": HEALTHS,
}

#: The group of those that belong to none.
NOWHERE: dict[str, Any] = {
    "unit": _("Without a unit"),
    "owner": _("Without an owner"),
    "cycle": _("Without a cycle"),
    "pillar": _("Below no pillar"),
    "level": _("Without a level"),
}

#: A link to another unit's goal, read from that one: (relation, whether it stands above ours).
CROSSES: dict[tuple[str, bool], Any] = {
    ("cross_team", True): _("is answered by our"),
    ("cross_team", False): _("answers our"),
    ("depends_on", True): _("is waited for by our"),
    ("depends_on", False): _("waits for our"),
    ("supports", True): _("is supported by our"),
    ("supports", False): _("supports our"),
}
