"""Many check-ins at once: all of them or none, each by the rules of a single one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.checkins.actions import record_admitted
from haidang.checkins.models import CheckIn, Source
from haidang.checkins.reports import Report, cleaned
from haidang.goals.access import require_check_in, visible
from haidang.goals.models import Goal
from haidang.lib.database import writing
from haidang.lib.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, Refusal
from haidang.people.access import today_of
from haidang.people.models import Person

MOST = 1_000
#: What is wrong with a line; anything else (nobody's turn came) is wrong with the whole.
_OF_A_LINE = (Conflict, Forbidden, Invalid, NotFound)
#: Codes of refusals that name no field > the field of a line that they are about.
_FIELDS = {"stale": "measure_version"}


@dataclass(frozen=True, slots=True)
class Line:
    """One report of many: whose number by public id, the measure seen, fields of `Report`."""

    goal: str
    measure_version: int | None
    values: Mapping[str, Any]


def record_all(
    actor: Person, lines: Sequence[Line], *, source: str = Source.PERSON
) -> list[CheckIn]:
    """Record every line, in their order, in one durable transaction.

    A goal may come several times, for different days; its `measure_version` is the one seen
    before all of them. Raises Invalid with every reason, each at `rows.<line>.<field>`, and
    nothing is recorded.
    """
    rows = visible(actor).filter(public_id__in={line.goal for line in lines})
    rows = rows.select_related("standing", "owner", "unit", "cycle", "organisation")
    goals = {goal.public_id: goal for goal in rows.prefetch_related("milestones")}
    admitted = {public_id: _admitted(actor, goal) for public_id, goal in goals.items()}
    wrong = _wrong_beforehand(actor, lines, goals, admitted)
    if wrong:
        raise _refusal(wrong, len(lines))
    made: list[CheckIn] = []
    earlier: Counter[str] = Counter()
    with writing():
        for place, line in enumerate(lines):
            version = line.measure_version
            if version is not None:
                version += earlier[line.goal]
            goal, owner = goals[line.goal], admitted[line.goal]
            assert not isinstance(owner, Refusal)
            if made:  # which may have moved it
                goal.standing.refresh_from_db(fields=["progress"])
            try:
                check_in = record_admitted(
                    actor, goal, owner, measure_version=version, source=source, **line.values
                )
            except _OF_A_LINE as refusal:
                wrong += _at(place, refusal)
            else:
                made.append(check_in)
                earlier[line.goal] += 1
        if wrong:
            raise _refusal(wrong, len(lines))
    return made


def _wrong_beforehand(
    actor: Person,
    lines: Sequence[Line],
    goals: Mapping[str, Goal],
    admitted: Mapping[str, Person | Refusal | None],
) -> list[FieldError]:
    """What can be said before there is a lock that others wait for."""
    today = today_of(actor)
    first: dict[tuple[str, date], int] = {}
    wrong: list[FieldError] = []
    for place, line in enumerate(lines):
        goal = goals.get(line.goal)
        if goal is None:
            wrong += _at(place, NotFound())
            continue
        refusal = admitted[line.goal]
        if isinstance(refusal, Refusal):
            wrong += _at(place, refusal)
            continue
        report = Report(**line.values)
        try:
            cleaned(goal, report, today, {step.position for step in goal.milestones.all()})
        except Invalid as invalid:
            wrong += _at(place, invalid)
        before = first.setdefault((line.goal, report.for_day or today), place)
        if before != place:
            wrong.append(
                FieldError(
                    f"rows.{place}.for_day",
                    "duplicate",
                    _("Line %(line)s reports the same goal for the same day.")
                    % {"line": before + 1},
                )
            )
    return wrong


def _admitted(actor: Person, goal: Goal) -> Person | Refusal | None:
    """On whose behalf, as `record` asks it, or why not."""
    try:
        return goal.owner if require_check_in(actor, goal) else None
    except (Forbidden, NotFound) as refusal:
        return refusal


def _at(place: int, refusal: Refusal) -> list[FieldError]:
    """The reasons of a line's refusal, by the names of its fields."""
    return [
        FieldError(f"rows.{place}.{field or _FIELDS.get(code, 'goal')}", code, message)
        for field, code, message in refusal.errors
    ]


def _refusal(wrong: Sequence[FieldError], count: int) -> Invalid:
    lines = len({error.field.split(".")[1] for error in wrong if error.field})
    return Invalid(
        _("Nothing was recorded: %(wrong)s of %(count)s lines cannot be taken.")
        % {"wrong": lines, "count": count},
        code="invalid",
        errors=wrong,
    )
