"""What the sales database delivers when a month has ended, and a month that is closed like the
books: in the one that was closed last a value jumped and was accepted, and one was missing; it
was opened again and closed anew. Of the month that is to be closed one waits and one is missing.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, auto

from haidang.demo.cast import PEOPLE
from haidang.demo.story.calendar import Calendar, months_later
from haidang.demo.story.kpis import AREAS
from haidang.demo.story.script import Script
from haidang.demo.story.shapes import Acceptance, ClosedPeriod, Delivery, Reopened, Report

#: Months that have ended since the connector is there.
MONTHS = 3
#: On whose behalf it writes: whose the data are. Also who decides, and who is missed.
KEEPER = "desk.data"
#: Of the month that was closed last: a value that jumped, and one that nobody recognised, for
#: the sales database knew the salesperson without the marks of his name.
JUMPED, UNREAD, UNREAD_AS = "cantho", "camau", "Tran Chi Cong"
#: Of the month that is to be closed.
WAITING, MISSING = "hcm2", "soctrang"
#: What was reported by the middle of a month whose end is a jump.
TOO_LITTLE = Decimal("0.6")
LATE_ORDERS = "Hai đơn lớn xin dời lịch giao sang cuối tháng, tạm trừ ra."

_WHY_ACCEPTED = "Đúng số: hai đơn lớn đã giao ngày cuối tháng, đối chiếu đủ hóa đơn và biên bản."
_WHY_OPENED = (
    "Hóa đơn của anh Trần Chí Công nằm dưới tên viết không dấu nên kết nối không nhận ra; kỳ đã "
    "chốt là thiếu số."
)
_ENTERED = "Nhập theo sổ bán hàng, đã sửa lại tên trong phần mềm."


class Ending(Enum):
    """How the end of a month of an area is told."""

    BY_PEOPLE = auto()
    DELIVERED = auto()
    JUMPED = auto()
    UNREAD = auto()
    WAITING = auto()
    MISSING = auto()

    @property
    def is_told_before(self) -> bool:
        """Whether anything is reported while the month runs."""
        return self not in (Ending.UNREAD, Ending.MISSING)

    @property
    def is_late(self) -> bool:
        """Whether the middle of the month says too little."""
        return self in (Ending.JUMPED, Ending.WAITING)


def months(calendar: Calendar) -> list[date]:
    """First days of the months that were delivered: of the last of them, which is still to be
    closed, the latest."""
    running = calendar.today.replace(day=1)
    return [months_later(running, -ago) for ago in range(MONTHS, 0, -1)]


def ending_of(calendar: Calendar, kpi: str, first: date) -> Ending:
    """How the end of that month of an area is told."""
    delivered = months(calendar)
    if first not in delivered:
        return Ending.BY_PEOPLE
    area = kpi.rpartition(".")[2]
    told = {
        (delivered[-2], JUMPED): Ending.JUMPED,
        (delivered[-2], UNREAD): Ending.UNREAD,
        (delivered[-1], WAITING): Ending.WAITING,
        (delivered[-1], MISSING): Ending.MISSING,
    }
    return told.get((first, area), Ending.DELIVERED)


def sellers() -> dict[str, str]:
    """Who sells in the area of a KPI, by their names."""
    names = {one.key: one.name for one in PEOPLE}
    return {f"kpi.revenue.{key}": names[seller] for key, _name, seller, _target in AREAS}


def tell(script: Script) -> None:
    """On the first of a month, at one in the morning, the month before is asked for."""
    names = sellers()
    for first, sold in sorted(script.sold.items()):
        at = script.calendar.at(months_later(first, 1), 1)
        rows = []
        for kpi, value in sold.items():
            ending = ending_of(script.calendar, kpi, first)
            if ending is not Ending.MISSING:
                name = UNREAD_AS if ending is Ending.UNREAD else names[kpi]
                rows.append((kpi, name, value))
        script.add(Delivery(at, first, rows))
        jumped = f"kpi.revenue.{JUMPED}"
        if ending_of(script.calendar, jumped, first) is Ending.JUMPED:
            at = script.calendar.at(script.calendar.working_day(at.date()), 9, 10)
            script.add(Acceptance(at, jumped, first, KEEPER, _WHY_ACCEPTED))


def open_again(script: Script, first: date, last: date, closed: date, closer: str) -> None:
    """The missing value of the month that was closed last: who keeps the data asks, the head
    of sales grants it, and when the value is there the month is closed again."""
    unread = f"kpi.revenue.{UNREAD}"
    if ending_of(script.calendar, unread, first) is not Ending.UNREAD:
        return
    calendar = script.calendar
    day = calendar.working_day(closed + timedelta(days=3))
    asked, granted = calendar.at(day, 9, 40), calendar.at(day, 14, 10)
    script.add(Reopened(asked, unread, first, KEEPER, "sales.head", _WHY_OPENED, granted))
    entered = granted + timedelta(minutes=25)
    value = script.sold[first][unread]
    script.add(Report(entered, unread, last, KEEPER, value, note=_ENTERED))
    again = calendar.at(calendar.working_day(day + timedelta(days=1)), 17)
    script.add(ClosedPeriod(again, "month", first, closer))
