"""The Ultimate Goal, pillars and KPIs as they were made, with their targets and reports."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from haidang.demo.cast import JOINED_ON, LEAVER, MERGED_ON
from haidang.demo.story import notes
from haidang.demo.story.calendar import months_later
from haidang.demo.story.definitions import definition_of
from haidang.demo.story.deliveries import LATE_ORDERS, TOO_LITTLE, Ending, ending_of
from haidang.demo.story.kpis import BINH_DUONG, KPIS, PILLARS, ULTIMATE, KpiFacts
from haidang.demo.story.script import Script, manager_of, unit_of
from haidang.demo.story.shapes import Edit, GoalFacts, LinkFacts, Number, Report, Targets, exact

_LENGTH = {"month": 1, "quarter": 3}


def tell(script: Script) -> None:
    founded = script.story_moment(date(2024, 12, 2), 9)
    first, last = script.calendar.cycle("S2025")
    script.add(
        GoalFacts(
            ULTIMATE, "ultimate", script.words("Mở rộng thị phần phía Nam {S:2025/2027}"),
            "ceo", "company", founded, starts=first, ends=last,
            more={
                "why": "Hương Sen sinh ra ở phương Nam; giữ được sân nhà mới nghĩ đến cả nước.",
                "success": "Cứ tám căn bếp phía Nam thì một căn bếp có sản phẩm Hương Sen.",
            },
        )
    )  # fmt: skip
    for rank, (key, title, owner, weight, perspective, why) in enumerate(PILLARS, 1):
        at = founded + timedelta(minutes=10 * rank)
        link = LinkFacts(at, key, ULTIMATE, "strategy", "average", weight)
        script.add(
            GoalFacts(
                key, "pillar", title, owner, "company", at, starts=first, ends=last,
                more={"rank": rank, "perspective": perspective, "why": why}, parents=[link],
            )
        )  # fmt: skip
    for number, kpi in enumerate(KPIS):
        _kpi(script, kpi, number)


#: Who had it first: areas change hands in the story, and departments merge.
_FIRST_OWNERS = {
    "kpi.revenue.tayninh": LEAVER.key,
    "kpi.revenue.vungtau": "east.lead",
    "kpi.ontime": "stock.lead",
    "kpi.stock": "stock.lead",
}


def _kpi(script: Script, kpi: KpiFacts, number: int) -> None:
    since = kpi.since or date(2025, 1, 1)
    at = script.story_moment(since - timedelta(days=18), 10) + timedelta(minutes=number)
    owner = _FIRST_OWNERS.get(kpi.key, kpi.owner)
    unit = kpi.unit if owner == kpi.owner or not kpi.unit else unit_of(owner)
    more: dict[str, Any] = {
        "frequency": kpi.frequency,
        "aggregation": kpi.aggregation,
        "perspective": kpi.perspective,
        "why": kpi.why,
        "description": kpi.description,
        "cadence_days": 35 if kpi.frequency == "month" else 100,
        **definition_of(kpi.key),
    }
    if kpi.data_owner:
        more["data_owner"] = kpi.data_owner
    links = [LinkFacts(at, kpi.key, kpi.parent, kpi.relation, kpi.mode, kpi.weight)]
    links += [LinkFacts(at, kpi.key, *served) for served in kpi.serves]
    script.add(
        GoalFacts(
            kpi.key, "kpi", kpi.title, owner, unit, at, level=kpi.level,
            starts=script.calendar.day(since), metric=kpi.metric, more=more, parents=links,
            tags=["Chỉ số chính"] if kpi.relation == "strategy" else [],
        )
    )  # fmt: skip
    if kpi.key == "kpi.area.binhduong":
        link = LinkFacts(at + timedelta(minutes=1), BINH_DUONG, kpi.key, "cascade", "value")
        script.add(link)
    if kpi.unit != unit:
        merged = script.story_moment(MERGED_ON, 9) + timedelta(minutes=number)
        script.owners[kpi.key].append((merged, kpi.owner))
        changes = {"owner": kpi.owner, "unit": kpi.unit}
        script.add(Edit(merged, kpi.key, "deputy", changes, "Sáp nhập thành Phòng Cung ứng."))
    _targets(script, kpi, at)
    if kpi.way is not None:
        _reports(script, kpi)


def _targets(script: Script, kpi: KpiFacts, made: datetime) -> None:
    """Each December the coming year's targets are set, period by period."""
    m = kpi.metric
    if m.direction == "pass_fail":
        return
    usual: dict[str, Decimal | None] = (
        {"low": m.low, "high": m.high, "tolerance": m.tolerance}
        if m.direction == "range"
        else {"target": m.target}
    )
    for year in (2025, 2026):
        if kpi.since and kpi.since.year > year:
            continue
        fields = dict(usual)
        if year == 2025 and kpi.first_target is not None:
            fields = {"target": exact(kpi.first_target)}
        at = made + timedelta(hours=2)
        if year == 2026 and not kpi.since:
            at = script.story_moment(date(2025, 12, 15), 14) + timedelta(seconds=len(kpi.key))
        step = _LENGTH[kpi.frequency]
        periods = {
            script.calendar.day(date(year, month, 1)): fields for month in range(1, 13, step)
        }
        actor = "strategy"
        if kpi.level == "individual":
            actor = manager_of(script.owner_at(kpi.key, at))
        script.add(Targets(at, kpi.key, actor, periods, "Chỉ tiêu năm được giao."))
    if kpi.key == "kpi.revenue.vungtau":
        at = script.story_moment(JOINED_ON, 10, 30)
        first, last = script.calendar.month(JOINED_ON.year, JOINED_ON.month)
        joined = script.calendar.day(JOINED_ON)
        all_days, her_days = _working_days(first, last), _working_days(joined, last)
        assert m.target is not None
        share = round(m.target * her_days / all_days, 2)
        reason = "Người mới nhận khu vực giữa tháng: chỉ tiêu theo số ngày làm việc."
        asker = script.owner_at(kpi.key, at)
        asked = script.story_moment(JOINED_ON, 9, 40)
        revised: dict[date, dict[str, Decimal | None]] = {first: {"target": share}}
        script.add(Targets(at, kpi.key, manager_of(asker), revised, reason, asker, asked))


def _working_days(first: date, last: date) -> int:
    days = (last - first).days + 1
    return sum((first + timedelta(days=i)).weekday() < 5 for i in range(days))


# -- reports ------------------------------------------------------------------------------


def _reports(script: Script, kpi: KpiFacts) -> None:
    assert kpi.way is not None
    rng = script.rng(kpi.key)
    values = kpi.way(rng)
    step = _LENGTH[kpi.frequency]
    open_from = months_later(script.calendar.today.replace(day=1), -1)
    for i, value in enumerate(values):
        year, month = 2025 + (i * step) // 12, (i * step) % 12 + 1
        if value is None:
            continue
        first = script.calendar.month(year, month)[0]
        last = months_later(first, step) - timedelta(days=1)
        if kpi.key == BINH_DUONG and last >= open_from:
            continue  # still to be reported, by whoever tries the demonstration
        if kpi.running:
            _running(script, kpi, first, last, value, rng)
        elif kpi.frequency == "quarter" and kpi.aggregation == "sum":
            _counted(script, kpi, first, last, value, rng)
        else:
            _final(script, kpi, last, value, rng)


def _report(
    kpi: KpiFacts, at: datetime, day: date, value: Number | tuple[Number, Number], author: str,
    note: str = "", source: str = "person",
) -> Report:  # fmt: skip
    one = Report(at, kpi.key, day, author, note=note, source=source)
    if isinstance(value, tuple):
        one.numerator, one.denominator = exact(value[0]), exact(value[1])
    else:
        one.value = exact(value)
    return one


def _final(
    script: Script, kpi: KpiFacts, last: date, value: Number | tuple[Number, Number], rng: Random
) -> None:
    """Delivered on day 2 to 5 after the period."""
    day = script.calendar.working_day(last + timedelta(days=rng.randint(2, 4)))
    author = kpi.data_owner or ""
    note = rng.choice(notes.MONTHLY) if rng.random() < 0.3 else ""
    script.add(_report(kpi, script.moment(day, rng), last, value, author, note))


def _running(
    script: Script, kpi: KpiFacts, first: date, last: date,
    value: Number | tuple[Number, Number], rng: Random,
) -> None:  # fmt: skip
    """Orders of the month: on its first day, at its middle, and when it is closed.

    The ordering system does not reach Bình Dương, where all is entered by hand. What the sales
    database delivers at the end of a month is told in `deliveries`.
    """
    assert not isinstance(value, tuple)
    whole = exact(value)
    early = round(whole * exact(round(rng.uniform(0.84, 0.95), 3)), 2)
    middle = round(whole * exact(round(rng.uniform(0.94, 0.99), 3)), 2)
    by_hand = kpi.key == BINH_DUONG
    ending = Ending.BY_PEOPLE if by_hand else ending_of(script.calendar, kpi.key, first)
    if by_hand:
        early, middle = round(early, 1), round(middle, 1)
        day = script.calendar.working_day(first + timedelta(days=4))
        script.add(_report(kpi, script.moment(day, rng), day, early, ""))
    else:
        at = script.calendar.at(first, 0, rng.randrange(5, 50))
        author = kpi.data_owner
        if ending.is_told_before:
            script.add(_report(kpi, at, first, early, author, notes.OPENING, "connector"))
    day = script.calendar.working_day(first + timedelta(days=rng.randint(13, 17)))
    note = rng.choice(notes.RUNNING) if rng.random() < 0.5 else ""
    if ending.is_late:
        middle, note = round(whole * TOO_LITTLE, 2), LATE_ORDERS
    at = script.moment(day, rng)
    if ending.is_told_before:
        script.add(_report(kpi, at, day, middle, "", note))
    closing = script.calendar.working_day(last + timedelta(days=2 if by_hand else 3))
    note = rng.choice(notes.MONTHLY) if rng.random() < 0.4 else ""
    if by_hand and whole < 2:
        note = "Hai nhà phân phối lớn chuyển sang đối thủ; đang gặp lại từng người."
    at = script.moment(closing, rng, 9, 11 if by_hand else 17)
    if ending is Ending.BY_PEOPLE:
        script.add(_report(kpi, at, last, whole, "", note))
    else:
        script.sold.setdefault(first, {})[kpi.key] = whole


def _counted(
    script: Script, kpi: KpiFacts, first: date, last: date,
    value: Number | tuple[Number, Number], rng: Random,
) -> None:  # fmt: skip
    """A count that grows within the quarter."""
    assert not isinstance(value, tuple)
    whole = int(exact(value))
    day = script.calendar.working_day(first + timedelta(days=rng.randint(40, 50)))
    if whole > 1:
        script.add(_report(kpi, script.moment(day, rng), day, whole // 2, ""))
    day = script.calendar.working_day(last - timedelta(days=rng.randint(3, 9)))
    if day <= last:
        script.add(_report(kpi, script.moment(day, rng), day, whole, ""))
