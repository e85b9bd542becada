"""Objectives and key results as they were made, agreed, closed and given up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from haidang.demo.cast import JOINER, LEAVER, PEOPLE
from haidang.demo.story import care, marketing, production, sales, supply, support
from haidang.demo.story.calendar import PRESENT, QUARTERS
from haidang.demo.story.examples import ANSWERS, SPECIALS, Special
from haidang.demo.story.persons import FIELDS, PATTERNS
from haidang.demo.story.script import (
    Script,
    department_of,
    leader_of,
    manager_of,
    unit_of,
)
from haidang.demo.story.shapes import (
    Aim,
    Catalogue,
    Edit,
    GoalFacts,
    LinkFacts,
    Result,
    StateChange,
)
from haidang.demo.story.values import varied

CATALOGUES: dict[str, Catalogue] = {
    "sales": sales.CATALOGUE,
    "production": production.CATALOGUE,
    "care": care.CATALOGUE,
    "supply": supply.CATALOGUE,
    "marketing": marketing.CATALOGUE,
    "it": support.IT,
    "hr": support.HR,
    "finance": support.FINANCE,
}

#: Which of the company's goals of the year a department's objective serves, by its theme
#: where that says more than the department.
_YEARLY = {
    "sales": "market", "marketing": "market", "care": "customer", "production": "ops",
    "supply": "ops", "it": "ops", "hr": "people", "finance": "ops",
}  # fmt: skip
_BY_THEME = {
    ("production", "safety"): "people", ("production", "skill"): "people",
    ("production", "lab"): "market", ("sales", "skill"): "people", ("care", "skill"): "people",
    ("supply", "ship"): "customer", ("supply", "return"): "customer",
    ("finance", "debt"): "market", ("finance", "cost"): "market",
}  # fmt: skip
_TAGS = {
    "launch": "Sản phẩm mới", "lab": "Sản phẩm mới", "safety": "An toàn", "data": "Dữ liệu",
    "cash": "Công nợ", "debt": "Công nợ", "hire": "Tuyển dụng", "recover": "Bình Dương",
}  # fmt: skip
#: Persons began in the second quarter of the story; this part of them has an objective.
_SHARE = 0.68
#: Those whose part in the story needs an objective in each quarter.
_ALWAYS = {"rep.binhduong", "rep.tayninh"}
#: What becomes of a few of the persons' objectives of the present, in order of their keys.
_PRESENT_FATES = {4: "draft", 11: "submitted", 17: "returned", 23: "draft", 29: "submitted"}


def tell(script: Script) -> None:
    for special in SPECIALS:
        if special.cycle[0] != "Q":
            _special(script, special)
    for year, quarter in QUARTERS:
        cycle = f"Q{quarter}/{year}"
        open_aims: dict[str, list[tuple[str, Aim]]] = {}
        own = [s for s in SPECIALS if s.cycle == cycle]
        for special in own:
            key = _special(script, special)
            if special.aim.theme and special.aim.open and special.level == "unit":
                department = department_of(unit_of(special.aim.owner))
                open_aims.setdefault(department, []).append((key, special.aim))
        for department, catalogue in CATALOGUES.items():
            for number, aim in enumerate(catalogue[year, quarter], 1):
                key = aim.key or f"{department}.{year}Q{quarter}.{number}"
                _department(script, key, department, cycle, aim, year)
                if aim.open:
                    open_aims.setdefault(department, []).append((key, aim))
        if (year, quarter) != QUARTERS[0]:
            _persons(script, cycle, year, quarter, open_aims)
    for child, parent, relation, mode in ANSWERS:
        at = script.goals[child].at + timedelta(days=2)
        script.add(LinkFacts(at, child, parent, relation, mode))
    _retarget(script)


def _special(script: Script, special: Special) -> str:
    aim = special.aim
    key = aim.key
    links = aim.serves
    if not links and special.level == "unit":
        links = [_serves_year(department_of(unit_of(aim.owner)), aim, int(special.cycle[-4:]))]
    _objective(
        script, key, special.cycle, special.level, aim, links,
        days_before=20 if special.level == "company" else 14,
        every=special.every, weight=special.weight, since=special.since,
    )  # fmt: skip
    return key


def _serves_year(department: str, aim: Aim, year: int) -> tuple[str, str, str]:
    pillar = _BY_THEME.get((department, aim.theme), _YEARLY[department])
    return f"c{year % 100}.{pillar}", "decomposes", "average"


def _department(script: Script, key: str, department: str, cycle: str, aim: Aim, year: int) -> None:
    links = [_serves_year(department, aim, year), *aim.serves]
    _objective(script, key, cycle, "unit", aim, links, days_before=12)


def _persons(
    script: Script, cycle: str, year: int, quarter: int,
    open_aims: dict[str, list[tuple[str, Aim]]],
) -> None:  # fmt: skip
    number = 0
    for department, fields in FIELDS.items():
        aims = open_aims.get(department, [])
        for person, field in fields.items():
            rng = script.rng(f"{person}/{cycle}")
            busy = rng.random() < _SHARE or person in _ALWAYS
            owner = _holder(person, year, quarter)
            used = script.goals.keys()
            fitting = [
                (index, pattern, key)
                for index, pattern in enumerate(PATTERNS[department])
                for key, aim in aims
                if aim.theme == pattern.theme and f"{person}.{index}" not in used
            ]
            if not busy or owner is None or not fitting:
                continue
            index, pattern, parent = rng.choice(fitting)
            number += 1
            factor = rng.uniform(0.7, 1.35)
            mine = Aim(
                pattern.title.replace("{x}", field),
                owner,
                pattern.theme,
                [varied(r, field, factor, rng) for r in pattern.results],
            )
            fate = _PRESENT_FATES.get(number, "") if (year, quarter) == PRESENT else ""
            mine.visibility = {7: "participants", 13: "private"}.get(number, "organisation")
            mode = "none" if mine.visibility == "private" else "average"
            _objective(
                script, f"{person}.{index}", cycle, "individual", mine,
                [(parent, "cascade", mode)], days_before=6, fate=fate,
            )  # fmt: skip


def _holder(person: str, year: int, quarter: int) -> str | None:
    """Who spoke for a field in a quarter: people come and go."""
    if person == "rep.tayninh" and (year, quarter) <= (2026, 2):
        return LEAVER.key
    if person == JOINER and (year, quarter) < PRESENT:
        return None
    return person


# -- one objective --------------------------------------------------------------------------


def _objective(
    script: Script, key: str, cycle: str, level: str, aim: Aim,
    links: list[tuple[str, str, str]], *,
    days_before: int, every: int = 1, weight: int | None = None, fate: str = "",
    since: date | None = None,
) -> None:  # fmt: skip
    rng = script.rng(key)
    first, last = script.calendar.cycle(cycle)
    day = script.calendar.working_day(first - timedelta(days=days_before))
    if since is not None:
        day = first = script.calendar.working_day(script.calendar.day(since))
    at = script.calendar.at(day, 8) + timedelta(minutes=len(script.goals) % 500)
    unit = "company" if level == "company" else unit_of(aim.owner)
    state = _born(aim, level, fate, rng)
    more: dict[str, Any] = {
        "why": script.words(aim.why),
        "success": aim.success,
        "commitment": "aspirational" if aim.aspirational else "committed",
        "horizon": "strategic" if aim.strategic or level == "company" else "tactical",
        "visibility": aim.visibility,
    }
    parents = [
        LinkFacts(at, key, parent, relation, mode, weight if relation == "strategy" else None)
        for parent, relation, mode in links
    ]
    script.add(
        GoalFacts(
            key, "objective", script.words(aim.title), aim.owner, unit, at, level=level,
            cycle=cycle, starts=first, ends=last, state=state, more=more, parents=parents,
            contributors=_contributors(aim, level, rng),
            tags=[_TAGS[aim.theme]] if aim.theme in _TAGS else [],
        )
    )  # fmt: skip
    for number, result in enumerate(aim.results, 1):
        _key_result(script, key, number, result, at, state, every)
    _life(script, key, aim, at, last, state, fate, rng)


def _born(aim: Aim, level: str, fate: str, rng: Random) -> str:
    if aim.draft or fate or (level == "individual" and rng.random() < 0.3):
        return "draft"
    return "active"


def _contributors(aim: Aim, level: str, rng: Random) -> list[str]:
    if level == "individual":
        return []
    unit = unit_of(aim.owner)
    near = [p.key for p in PEOPLE if p.unit.startswith(unit) and p.key != aim.owner]
    return sorted(rng.sample(near, min(len(near), rng.randint(1, 3))))


def _key_result(
    script: Script, objective: str, number: int, result: Result, at: datetime,
    state: str, every: int,
) -> None:  # fmt: skip
    key = result.key or f"{objective}/{number}"
    above = script.goals[objective]
    first, last = above.starts, above.ends
    owner = result.owner or above.owner
    more: dict[str, Any] = {"description": result.description}
    if result.metric.milestones:
        more["milestones"] = [{"title": title} for title in result.metric.milestones]
    if every > 1:
        more["cadence_days"] = 7 * every + 7
    at += timedelta(seconds=5 * number)
    deadline = script.calendar.day(result.deadline) if result.deadline else last
    script.add(
        GoalFacts(
            key, "key_result", script.words(result.title), owner,
            unit_of(owner) if result.owner else above.unit, at, starts=first, ends=deadline,
            metric=result.metric, state=state, more=more,
            parents=[LinkFacts(at, key, objective, "composition", "average", result.weight)],
        )
    )  # fmt: skip
    script.results[key] = (result, objective, every)


def _life(
    script: Script, key: str, aim: Aim, at: datetime, last: date, state: str, fate: str,
    rng: Random,
) -> None:  # fmt: skip
    """From draft to active by the manager's word; closed in the first days after the cycle."""
    manager = manager_of(aim.owner)
    if aim.draft or fate == "draft":
        return
    if state == "draft":
        submitted = at + timedelta(hours=rng.randint(20, 30))
        script.add(StateChange(submitted, key, "submitted", aim.owner))
        if fate == "submitted":
            return
        answered = submitted + timedelta(hours=rng.randint(18, 40))
        if fate == "returned":
            reason = "Kết quả then chốt thứ hai chưa có số ban đầu; bổ sung rồi gửi lại."
            script.add(StateChange(answered, key, "returned", manager, reason))
            return
        script.add(StateChange(answered, key, "active", manager))
    if script.goals[key].level == "individual" and rng.random() < 0.025:
        dropped = script.moment(script.calendar.working_day(last - timedelta(days=45)), rng)
        reason = "Ưu tiên chuyển sang việc cấp bách hơn của phòng; không theo đuổi tiếp."
        script.add(StateChange(dropped, key, "dropped", manager, reason))
        return
    late = 12 if script.goals[key].cycle[0] in "YS" else 0
    person = script.goals[key].level == "individual"
    offset = late + (rng.randint(1, 3) if person else rng.randint(4, 6))
    day = script.calendar.working_day(last + timedelta(days=offset))
    actor = manager if manager != aim.owner else leader_of("company")
    script.add(StateChange(script.moment(day, rng), key, "closed", actor))


def _retarget(script: Script) -> None:
    """E5: under two hours becomes under three, for lack of staff."""
    first = script.calendar.quarter(2026, 1)[0]
    at = script.calendar.at(script.calendar.working_day(first + timedelta(days=53)), 15, 20)
    script.add(
        Edit(
            at, "kr.e5.response", "care.head",
            {"target": 3, "title": "Thời gian phản hồi dưới 3 giờ"},
            "Hai chuyên viên nghỉ thai sản, chưa tuyển kịp; nới từ 2 giờ lên 3 giờ.",
        )
    )  # fmt: skip
