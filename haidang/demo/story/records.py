"""The weekly check-ins of two years."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from haidang.demo.story import notes
from haidang.demo.story.examples import ANSWERS
from haidang.demo.story.script import Script, manager_of
from haidang.demo.story.shapes import GoalFacts, Report, Result, exact
from haidang.demo.story.values import Value, progress, way

#: Key results that are answered by other departments' objectives are not reported.
_ANSWERED = {"kr.crm.skill", "kr.crm.happy", *(parent for _, parent, _, _ in ANSWERS)}
_FIRST_QUARTER = "Q1/2025"


def tell(script: Script) -> None:
    luck: dict[str, float] = {}
    for key, (result, objective, every) in script.results.items():
        if key in _ANSWERED:
            continue
        above = script.goals[objective]
        if objective not in luck:
            luck[objective] = _luck(script.rng(f"{objective}/luck"), above)
        rng = script.rng(f"{key}/records")
        days = _days(script, above, result, every, rng)
        end = _end(result, above, luck[objective], rng)
        _reports(script, script.goals[key], result, above, days, end, rng)


def _luck(rng: Random, objective: GoalFacts) -> float:
    """How well an objective goes; the aspirational ones mostly stop short."""
    if objective.more["commitment"] == "aspirational":
        return rng.triangular(0.4, 1.0, 0.7)
    return rng.triangular(0.5, 1.15, 1.0)


def _end(result: Result, objective: GoalFacts, luck: float, rng: Random) -> float:
    if objective.cycle == _FIRST_QUARTER:
        return 1.0  # all of the first quarter's at 100%: the targets were too easy
    if result.ends_at is not None:
        return result.ends_at
    return min(1.12, max(0.1, luck + rng.gauss(0, 0.11)))


def _days(
    script: Script, objective: GoalFacts, result: Result, every: int, rng: Random
) -> list[tuple[int, date]]:
    """(week of the cycle, real day) of each check-in; people miss some, and rest over Tết."""
    first, last = script.calendar.cycle(objective.cycle)
    weekday = rng.choice([3, 4, 4])
    open_days = []
    for week in range(1, (last - first).days // 7 + 2):
        start = first + timedelta(days=7 * (week - 1))
        day = start + timedelta(days=(weekday - start.weekday()) % 7)
        if day <= last:
            open_days.append((week, day))
    if result.values:
        # What is told is not lost over Tết, but said after it.
        told = [(week, day) for week, day in open_days if week in result.values]
        return [
            (week, script.calendar.working_day(day) if script.calendar.rests(day) else day)
            for week, day in told
        ]
    found = []
    for week, day in open_days:
        if script.calendar.rests(day) or (week % every and week != open_days[-1][0]):
            continue
        skipped = week == 1 or rng.random() < 0.07
        if every == 1 and skipped and week != open_days[-1][0]:
            continue
        found.append((week, day))
    return found


def _reports(
    script: Script, goal: GoalFacts, result: Result, objective: GoalFacts,
    days: list[tuple[int, date]], end: float, rng: Random,
) -> None:  # fmt: skip
    if not days:
        return
    length = (objective.ends - objective.starts).days + 1  # type: ignore[operator]
    moments = [min(1.0, ((day - objective.starts).days + 4) / length) for _, day in days]  # type: ignore[operator]
    if result.values:
        values = [_told(result, week) for week, _ in days]
    else:
        moments[-1] = 1.0
        values = way(result, moments, end, rng)
    for (_, day), t, value in zip(days, moments, values, strict=True):
        report = Report(script.moment(day, rng), goal.key, day, "")
        if isinstance(value, list):
            report.milestones = value
        else:
            report.value = value
        _say(report, result, progress(result.metric, value) / max(t, 0.05), rng)
        if rng.random() < 0.03 and manager_of(goal.owner) != goal.owner:
            report.author, report.on_behalf_of = manager_of(goal.owner), goal.owner
        script.add(report)


def _told(result: Result, week: int) -> Value:
    value = result.values[week]
    if result.metric.direction == "milestones":
        return list(range(int(exact(value))))
    return Decimal(exact(value))


def _say(report: Report, result: Result, pace: float, rng: Random) -> None:
    """Confidence, and words in the tone of the number."""
    tone = 0 if pace >= 0.93 else 1 if pace >= 0.72 else 2
    usual = (8, 5, 2)[tone]
    report.confidence = min(10, max(0, usual + rng.choice([-1, 0, 0, 0, 1])))
    if result.confidence is not None:
        report.confidence, tone = result.confidence, 0
    lines = (notes.GOOD, notes.FAIR, notes.POOR)[tone]
    if rng.random() < 0.45:
        report.note = rng.choice(lines)
    if rng.random() < 0.06:
        report.words = dict(zip(notes.LONG_FIELDS, rng.choice(notes.LONG), strict=True))
        report.pace = ("fast", "normal", "slow")[tone]
        report.next_on = report.day + timedelta(days=7)
