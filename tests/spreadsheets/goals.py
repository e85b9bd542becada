"""The 1,500 lines of the company's plan for a year, as they should be."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date

from tests.spreadsheets import company, plans
from tests.spreadsheets.company import DEPARTMENTS, Person
from tests.spreadsheets.plans import PLANS, Kpi, Measure

LINES = 1_500
COLUMNS = (
    "STT", "Phạm vi", "OKR/KPI", "Mục tiêu cấp trên", "Nội dung", "ĐVT", "Đầu kỳ", "Chỉ tiêu",
    "Chiều hướng", "Tần suất đo", "Gộp nhiều kỳ", "Phòng ban", "Người phụ trách", "Chu kỳ",
    "Bắt đầu", "Kết thúc", "Cam kết / Khát vọng", "Tỷ trọng", "Ai được xem", "Ghi chú",
)  # fmt: skip
Line = dict[str, object]

#: An objective that nobody has hung below anything yet, and below what it belongs.
ORPHAN = "Mỗi dự án căn hộ có một người lo từ đầu đến cuối"
ITS_PARENT = plans.APARTMENTS
ITS_RESULT = "Dự án có người phụ trách riêng"


def lines(year: int) -> list[Line]:
    """The plan of a year, numbered: what hangs below may stand before what it hangs below."""
    maker = _Maker(year)
    found = list(maker.all())
    spare = maker.spare()
    while len(found) < LINES:
        found.append(next(spare))
    assert len(found) == LINES
    for number, line in enumerate(found, 1):
        line["STT"] = number
    return found


class _Maker:
    def __init__(self, year: int) -> None:
        self.year, self.quarter = str(year), f"Quý 1/{year}"
        self.begin, self.close = date(year, 1, 1), date(year, 3, 31)
        everybody = company.people()
        self.by_unit: dict[str, list[Person]] = {}
        for one in everybody:
            self.by_unit.setdefault(one.unit, []).append(one)
        self.top = everybody[0]

    def all(self) -> Iterator[Line]:
        yield {
            "OKR/KPI": "Mục tiêu tổng thể", "Nội dung": plans.ULTIMATE,
            "Người phụ trách": self.top.name,
        }  # fmt: skip
        for title in plans.PILLARS:
            # The title stands decomposed here: as a Mac writes it into a file.
            yield {
                "OKR/KPI": "Trụ cột", "Mục tiêu cấp trên": plans.ULTIMATE,
                "Nội dung": unicodedata.normalize("NFD", title), "Người phụ trách": self.top.name,
            }  # fmt: skip
        for pillar, title, measures in plans.COMPANY_OBJECTIVES:
            yield self._objective("Công ty", pillar, title, "", self.top, cycle=self.year)
            yield from self._results(title, measures, "", self.top)
        for department in DEPARTMENTS:
            yield from self._department(department)
        # Below what many lines above hang: a list is not sorted by its tree.
        for pillar, kpi in plans.COMPANY_KPIS:
            yield self._kpi("Công ty", pillar, kpi, "", self.top)

    def spare(self) -> Iterator[Line]:
        """Key figures of team leaders, as many as it takes."""
        for department, (_code, teams) in DEPARTMENTS.items():
            for kpi in PLANS[department].kpis[:2]:
                for team in teams:
                    lead = self.by_unit[team][0]
                    yield self._kpi("Bộ phận", _of(kpi.title, team), kpi, team, lead, own=True)

    def _department(self, department: str) -> Iterator[Line]:
        plan, teams = PLANS[department], DEPARTMENTS[department][1]
        head = self.by_unit[department][0]
        for above, title, measures in plan.objectives:
            yield self._objective("Phòng ban", above, title, department, head)
            yield from self._results(title, measures, department, head)
        if department == "Phòng Kinh doanh":
            # Nobody said what it serves: found and linked on the map.
            yield self._objective("Phòng ban", "", ORPHAN, department, head)
            yield self._result(ORPHAN, Measure(ITS_RESULT, "%", "0", "100"), department, head)
        for kpi in plan.kpis:
            yield self._kpi("Phòng ban", kpi.serves, kpi, department, head)
        for number, team in enumerate(teams):
            lead, *members = self.by_unit[team]
            for shift in range(2):
                _above, title, measures = plan.objectives[(number + shift) % 3]
                yield self._objective("Bộ phận", title, _of(title, team), team, lead)
                yield from self._results(_of(title, team), measures, team, lead)
            for kpi in plan.kpis[:3]:
                yield self._kpi("Bộ phận", kpi.title, kpi, team, lead, title=_of(kpi.title, team))
            for place, person in enumerate(members):
                yield from self._person(plan, team, number, place, person)

    # What somebody in a team answers for. It is the team's: personal goals of others are not
    # loaded by one person for all, their managers propose them.
    def _person(
        self, plan: plans.Plan, team: str, number: int, place: int, person: Person
    ) -> Iterator[Line]:
        _above, above, _measures = plan.objectives[(number + place % 2) % 3]
        goal, measures = plan.personal[place % len(plan.personal)]
        title = f"{goal} ({person.name}, {team})"
        yield self._objective("Bộ phận", _of(above, team), title, team, person)
        yield from self._results(title, measures, team, person)
        for kpi in (plan.kpis[place % 3], plan.kpis[(place + 1) % 3]):
            yield self._kpi("Bộ phận", _of(kpi.title, team), kpi, team, person, own=True)

    # -- lines --

    def _objective(
        self, scope: str, above: str, title: str, unit: str, owner: Person, *, cycle: str = ""
    ) -> Line:
        line: Line = {
            "Phạm vi": scope, "OKR/KPI": "OKR", "Mục tiêu cấp trên": above, "Nội dung": title,
            "Phòng ban": unit, "Người phụ trách": _owner(owner), "Chu kỳ": cycle or self.quarter,
            "Cam kết / Khát vọng": "Khát vọng" if len(title) % 3 == 0 else "Cam kết",
        }  # fmt: skip
        if not cycle:
            line |= {"Bắt đầu": self.begin, "Kết thúc": self.close}
        return line

    def _results(
        self, objective: str, measures: tuple[Measure, ...], unit: str, owner: Person
    ) -> Iterator[Line]:
        for number, one in enumerate(measures):
            yield {
                **self._result(objective, one, unit, owner),
                "Tỷ trọng": (40, 30, 30, 20)[number],
            }

    def _result(self, objective: str, one: Measure, unit: str, owner: Person) -> Line:
        return {
            "OKR/KPI": "OKR", "Mục tiêu cấp trên": objective, "Nội dung": one.title,
            "ĐVT": one.unit, "Đầu kỳ": one.baseline, "Chỉ tiêu": one.target, "Phòng ban": unit,
            "Người phụ trách": _owner(owner),
        }  # fmt: skip

    def _kpi(
        self, scope: str, above: str, kpi: Kpi, unit: str, owner: Person, *,
        title: str = "", own: bool = False,
    ) -> Line:  # fmt: skip
        mine = f"{kpi.title} – {owner.name} ({unit})"
        return {
            "Phạm vi": scope, "OKR/KPI": "KPI", "Mục tiêu cấp trên": above,
            "Nội dung": mine if own else title or kpi.title,
            "ĐVT": kpi.unit, "Chỉ tiêu": kpi.target, "Chiều hướng": kpi.direction,
            "Tần suất đo": "Hằng tháng", "Gộp nhiều kỳ": kpi.over, "Phòng ban": unit,
            "Người phụ trách": _owner(owner),
        }  # fmt: skip


def _of(title: str, team: str) -> str:
    return f"{title} – {team}"


def _owner(person: Person) -> str:
    """As people write it: by name, and where two have it by the address."""
    return person.email if person.name == company.TWICE else person.name
