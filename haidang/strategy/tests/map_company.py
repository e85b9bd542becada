"""A company of any number of goals for tests of the map, written in bulk.

The numbers are plausible and not computed: the map shows what stands in the tables.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from haidang.goals.models import Alignment, Cycle, Goal, Standing
from haidang.lib.text import folded
from haidang.people.models import Organisation, Person, RoleGrant, Unit

UNITS = [
    *("Kinh doanh", "Sản xuất", "Chăm sóc khách hàng", "Cung ứng", "Marketing"),
    *("Công nghệ thông tin", "Nhân sự", "Tài chính"),
]
PILLARS = [
    "Tăng trưởng thị phần phía Nam",
    "Trải nghiệm khách hàng vượt trội",
    "Vận hành số, tinh gọn và an toàn",
    "Con người và văn hoá học tập",
]
_VERBS = [
    *("Nâng cao", "Rút ngắn", "Mở rộng", "Chuẩn hoá", "Xây dựng", "Triển khai", "Củng cố"),
    *("Giảm thiểu", "Tối ưu", "Đẩy mạnh", "Hoàn thiện", "Tăng tốc"),
]
_THINGS = [
    "tỷ lệ khách hàng quay trở lại sau lần mua đầu tiên",
    "mạng lưới nhà phân phối tại Đồng bằng sông Cửu Long",
    "thời gian xử lý khiếu nại và hoàn tiền",
    "hệ thống CRM trên toàn doanh nghiệp",
    "năng lực lãnh đạo của đội ngũ quản lý cấp trung",
    "chất lượng dữ liệu khách hàng",
    "chuỗi cung ứng nguyên vật liệu từ vùng trồng đến nhà máy",
    "quy trình kiểm soát chất lượng đầu vào",
    "văn hoá an toàn tại xưởng sản xuất",
    "thương hiệu tuyển dụng ở các trường đại học",
    "độ ổn định của nền tảng thanh toán trong giờ cao điểm",
    "doanh thu kênh thương mại điện tử",
    "mức độ gắn kết của nhân viên tuyến đầu",
    "kỹ năng bán hàng tư vấn",
]
_ENDS = [
    *("", " trong quý", " trước ngày 31/12", " ở cả ba miền"),
    " với chi phí không vượt ngân sách",
]
_NAMES = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Đặng", "Bùi"]
_GIVEN = ["Hương", "Tuấn", "Ẩn", "Lan", "Đức", "Yến", "Phúc", "Mỹ Duyên", "Quốc Bảo", "Thuỷ"]
BILLION = 10**9


@dataclass
class Company:
    """What was written."""

    organisation: Organisation
    strategist: Person
    people: list[Person]
    units: list[Unit]
    cycle: Cycle
    goals: list[Goal] = field(default_factory=list)

    def by_id(self, public_id: str) -> Goal:
        return next(goal for goal in self.goals if goal.public_id == public_id)


class _Writer:
    def __init__(self, company: Company, seed: int) -> None:
        self.company = company
        self.dice = random.Random(seed)
        self.numbers: dict[str, int] = {}
        self.goals: list[Goal] = []
        self.standings: list[dict[str, Any]] = []
        self.links: list[tuple[int, int, str, str]] = []  # indexes: child, parent

    def goal(self, kind: str, title: str, unit: Unit | None, up: int | None, **facts: Any) -> int:
        prefix = {"ultimate": "UG", "pillar": "SP", "objective": "O", "key_result": "KR"}
        number = self.numbers[kind] = self.numbers.get(kind, 0) + 1
        dice, company = self.dice, self.company
        owners = [p for p in company.people if p.unit_id == (unit.pk if unit else None)]
        start = company.cycle.starts
        measured = kind in ("key_result", "kpi")
        progress = None
        if dice.random() > 0.07:
            progress = min(BILLION, int(dice.betavariate(3, 2) * 1.15e9))
        target = Decimal(dice.choice([10, 24, 50, 90, 100, 300]))
        if measured:
            facts = {
                "metric_kind": "number", "metric_unit": dice.choice(["tỷ ₫", "NPP", "giờ", "%"]),
                "metric_scale": Decimal(1), "decimals": 1, "baseline": Decimal(0),
                "target": target, "rule": "own",
            } | facts  # fmt: skip
        if kind == "kpi":
            facts = {
                "direction": "higher", "frequency": "month", "aggregation": "sum",
                "level": "company", "baseline": None,
            } | facts  # fmt: skip
        elif kind == "key_result":
            facts = {"direction": "increase"} | facts
        if kind in ("objective", "key_result"):
            facts["cycle"] = company.cycle
        if kind == "objective":
            facts = {"commitment": "committed", "level": "unit"} | facts
        self.goals.append(
            Goal(
                organisation=company.organisation,
                kind=kind,
                number=number,
                public_id=f"{prefix.get(kind, 'KPI')}-{number}",
                title=title,
                folded_title=folded(title),
                owner=dice.choice(owners or company.people),
                unit=unit,
                state=facts.pop("state", "active"),
                rank=number,
                starts=start,
                ends=company.cycle.ends,
                created_at=timezone.now(),
                **facts,
            )
        )
        actual = None
        if measured and progress is not None:
            actual = (target * progress / BILLION).quantize(Decimal("0.1"))
        self.standings.append(
            {
                "progress": progress,
                "actual": actual,
                "own_progress": progress if measured else None,
                "own_day": start + timedelta(days=dice.randint(20, 60)) if actual else None,
                "terms_total": 3,
                "terms_measured": 0 if progress is None else dice.choice([2, 3, 3, 3]),
            }
        )
        index = len(self.goals) - 1
        if up is not None:
            self.link(index, up)
        return index

    def link(self, child: int, parent: int, relation: str = "", mode: str = "average") -> None:
        kinds = self.goals[child].kind, self.goals[parent].kind
        if not relation:
            relation = {
                ("key_result", "objective"): "composition",
                ("pillar", "ultimate"): "strategy",
                ("objective", "pillar"): "strategy",
                ("kpi", "pillar"): "strategy",
                ("objective", "ultimate"): "strategy",
                ("objective", "key_result"): "cross_team",
                ("objective", "kpi"): "improves",
            }.get(kinds, "cascade")
        if relation == "improves":
            mode = "none"
        self.links.append((child, parent, relation, mode))

    def title(self) -> str:
        dice = self.dice
        return f"{dice.choice(_VERBS)} {dice.choice(_THINGS)}{dice.choice(_ENDS)}"

    def save(self) -> None:
        company, now = self.company, timezone.now()
        Goal.objects.bulk_create(self.goals, batch_size=500)
        company.goals += self.goals
        Standing.objects.bulk_create(
            [
                Standing(goal=goal, organisation_id=company.organisation.pk, **facts)
                for goal, facts in zip(self.goals, self.standings, strict=True)
            ],
            batch_size=500,
        )
        seen: set[tuple[int, int]] = set()
        rows = []
        for child, parent, relation, mode in self.links:
            if (child, parent) not in seen:
                seen.add((child, parent))
                rows.append(
                    Alignment(
                        organisation=company.organisation,
                        child=self.goals[child],
                        parent=self.goals[parent],
                        relation=relation,
                        mode=mode,
                        since=now,
                    )
                )
        Alignment.objects.bulk_create(rows, batch_size=500)


def company(size: int, *, seed: int = 1, today: date | None = None) -> Company:
    """An organisation with about `size` goals: Ultimate Goal, four pillars, company goals,
    goals of departments and of persons with their key results, links across, a few goals
    that hang on nothing. The cycle began eight weeks before `today`."""
    made = _organisation(today or timezone.localdate())
    writer = _Writer(made, seed)
    dice = writer.dice
    top = writer.goal("ultimate", "Dẫn đầu thị trường thực phẩm phía Nam vào năm 2027", None, None)
    pillars = [writer.goal("pillar", title, None, top) for title in PILLARS]
    tops: list[int] = []
    for pillar in pillars:
        for n in range(max(2, min(12, size // 90))):
            kind = "kpi" if n % 3 == 1 else "objective"
            tops.append(writer.goal(kind, writer.title(), made.units[0], pillar, level="company"))
    loose = max(1, size // 60)
    while len(writer.goals) < size - loose:
        _branch(writer, dice.choices(tops, [3 if i % 4 == 0 else 1 for i in range(len(tops))])[0])
    for _ in range(loose):
        unit = dice.choice(made.units[1:])
        writer.goal("objective", writer.title(), unit, None, level="individual")
    measures = [i for i, goal in enumerate(writer.goals) if goal.kind == "key_result"]
    aims = [i for i, goal in enumerate(writer.goals) if goal.kind == "objective" and i > 20]
    for _ in range(size // 40):
        child, parent = sorted(dice.sample(aims, 2), reverse=True)
        how = dice.choice(["supports", "supports", "depends_on"])
        writer.link(child, parent, how, "none")
    for _ in range(size // 60):
        child = dice.choice(aims)
        earlier = [i for i in measures if i < child]
        if earlier:
            writer.link(child, dice.choice(earlier), "cross_team")
    writer.save()
    return made


def _branch(writer: _Writer, top: int) -> None:
    """A department's goal under a company goal, with key results and goals of persons."""
    dice, made = writer.dice, writer.company
    unit = dice.choice(made.units[1:])
    if writer.goals[top].kind == "kpi":
        below = writer.goal("kpi", writer.title(), unit, top, level="unit")
        for _ in range(dice.randint(0, 4)):
            writer.goal("kpi", writer.title(), unit, below, level="individual")
        return
    aim = writer.goal("objective", writer.title(), unit, top)
    for _ in range(dice.randint(1, 4)):
        result = writer.goal("key_result", writer.title(), unit, aim)
        if dice.random() < 0.35:
            state = dice.choice(["active", "active", "active", "draft", "closed"])
            own = writer.goal(
                "objective", writer.title(), unit, result, level="individual", state=state
            )
            for _ in range(dice.randint(1, 3)):
                writer.goal("key_result", writer.title(), unit, own)


def _organisation(today: date) -> Company:
    number = Organisation.objects.count() + 1
    organisation = Organisation.objects.create(name="Hương Sen", slug=f"huong-sen-{number}")
    names: Sequence[str] = ["Hương Sen", *UNITS]
    units: list[Unit] = []
    for n, name in enumerate(names, 1):
        unit = Unit(organisation=organisation, number=n, public_id=f"U-{n}", name=name, rank=n)
        unit.parent = units[0] if units else None
        unit.save()
        unit.path = f"{units[0].path if units else '/'}{unit.pk}/"
        unit.save()
        units.append(unit)
    dice = random.Random(7)
    people = []
    for n in range(1, 61):
        name = f"{dice.choice(_NAMES)} {dice.choice(_GIVEN)}"
        people.append(
            Person.objects.create(
                organisation=organisation,
                number=n,
                public_id=f"P-{n}",
                name=name,
                unit=units[n % len(units)],
            )
        )
    RoleGrant.objects.create(person=people[0], role="strategist", since=timezone.now())
    cycle = Cycle.objects.create(
        organisation=organisation,
        number=1,
        public_id="C-1",
        name="Quý này",
        kind="quarter",
        state="active",
        starts=today - timedelta(days=56),
        ends=today + timedelta(days=34),
    )
    return Company(organisation, people[0], people, units, cycle)
