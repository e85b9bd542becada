"""What waits for somebody, a line for each thing, in the language of the moment."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from haidang.goals.models import Goal, Level
from haidang.goals.queries.waiting import Asked, decisions, proposals, returned
from haidang.kpis.access import (
    may_connect,
    reopenings_stuck,
    target_requests_stuck,
    target_requests_to_decide,
)
from haidang.kpis.queries.closing import to_decide
from haidang.kpis.queries.connectors import alerts
from haidang.people.access import zone_of
from haidang.people.models import Person
from haidang.web.formats import day as written_day
from haidang.web.jinja import language
from haidang.web.navigation import address

#: Of the reason why a goal came back, or why something is asked.
LONGEST_REASON = 140
#: Held-back values, and failing connectors.
MOST_ALERTS = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of a letter, in the language of the moment; `path` leads to it."""

    title: str
    about: str
    path: str


def waiting_for(person: Person) -> dict[str, Line]:
    """What waits for the person, by a key that another such thing would not have."""
    found = decisions(person)
    lines: dict[str, Line] = {}
    for goal in proposals(person):
        assert goal.proposed_by is not None
        words = _("%(name)s proposes this to you") % {"name": goal.proposed_by.name}
        lines[_key("answer", goal)] = _line(goal, words)
    for goal in found.approvals:
        words = _("%(name)s asks for approval") % {"name": goal.owner.name if goal.owner else "–"}
        lines[_key("approve", goal)] = _line(goal, words)
    for goal in found.closings:
        assert goal.close_proposed_by is not None
        words = _("%(name)s proposes to close it") % {"name": goal.close_proposed_by.name}
        lines[_key("confirm", goal)] = _line(goal, words)
    for asked in found.links:
        lines[f"link:{asked.link.pk}@{asked.link.since.timestamp():.0f}"] = _link(asked)
    for goal in returned(person):
        lines[_key("rework", goal)] = _line(goal, _why(goal))
    return lines | _of_kpis(person)


def _of_kpis(person: Person) -> dict[str, Line]:
    """Of the months and targets of KPIs, and of the systems that their values come from."""
    lines: dict[str, Line] = {}
    for opening in to_decide(person):
        words = _("%(name)s asks to open a closed period again: %(reason)s")
        said = words % {"name": opening.asked_by.name, "reason": _short(opening.reason)}
        path = address("kpi_reopening_answer", opening.pk) or "/"
        lines[f"reopening:{opening.pk}"] = Line(_name(opening.goal), said, path)
    for wish in target_requests_to_decide(person):
        words = _("%(name)s asks for other targets: %(reason)s")
        said = words % {"name": wish.asked_by.name, "reason": _short(wish.reason)}
        path = address("kpi_target_request", wish.pk) or "/"
        lines[f"targets:{wish.pk}"] = Line(_name(wish.goal), said, path)
    words = _("nobody can decide about what %(name)s asked for; see to it that somebody can")
    for wish in target_requests_stuck(person):
        path = address("kpi_target_request", wish.pk) or "/"
        lines[f"stuck:{wish.pk}"] = Line(
            _name(wish.goal), words % {"name": wish.asked_by.name}, path
        )
    for opening in reopenings_stuck(person):
        path = address("kpi_reopening_answer", opening.pk) or "/"
        lines[f"stuck-reopening:{opening.pk}"] = Line(
            _name(opening.goal), words % {"name": opening.asked_by.name}, path
        )
    found = alerts(person, MOST_ALERTS)
    for held in found.held:
        words = _("a value from %(name)s waits to be looked at")
        said = words % {"name": held.run.connector.name}
        path = address("kpi_quarantined", held.pk) or "/"
        lines[f"held:{held.pk}"] = Line(_name(held.kpi), said, path)
    for one in (failing.connector for failing in found.failing):
        since = one.failing_since
        local = since and since.astimezone(zone_of(person)).date()
        when = "" if local is None else written_day(local, language())
        said = _("has brought nothing since %(day)s") % {"day": when}
        place = address("connector", one.pk) if may_connect(person) else address("attention")
        stamp = 0 if since is None else since.timestamp()
        lines[f"connector:{one.pk}@{stamp:.0f}"] = Line(one.name, said, place or "/")
    return lines


def _name(goal: Goal) -> str:
    return f"{goal.public_id} {goal.title}"


def _short(reason: str) -> str:
    return Truncator(" ".join(reason.split())).chars(LONGEST_REASON)


def _key(what: str, goal: Goal) -> str:
    return f"{what}:{goal.public_id}@{goal.version}"


def _line(goal: Goal, about: str) -> Line:
    path = address("goal", goal.public_id) or "/"
    return Line(_name(goal), about, path)


def _link(asked: Asked) -> Line:
    """Told beside the parent, which the reader sees, whatever hides the child."""
    parent = asked.link.parent
    words = _("asks to count in %(title)s") % {"title": f"{parent.public_id} {parent.title}"}
    if asked.child is not None:
        return _line(asked.child, words)
    return Line(_("A goal that is not open to you"), words, address("home") or "/")


def _why(goal: Goal) -> str:
    declined = goal.level == Level.INDIVIDUAL and goal.proposed_by_id not in {None, goal.owner_id}
    reason = Truncator(goal.reason).chars(LONGEST_REASON)
    if declined and goal.owner is not None:
        words = {"name": goal.owner.name, "reason": reason}
        return _("Declined by %(name)s: %(reason)s") % words
    return _("Returned: %(reason)s") % {"reason": reason}
