"""The whole story, chapter by chapter: what `actions.load` feeds to the bulk path."""

from __future__ import annotations

from datetime import timedelta

from haidang.demo.cast import JOINED_ON, JOINER, LEAVER
from haidang.demo.story import closings, deliveries, objectives, records, roots
from haidang.demo.story.calendar import Calendar
from haidang.demo.story.script import Script


def tell(calendar: Calendar) -> Script:
    """All that happens in the story's two years, whenever now may be."""
    script = Script(calendar)
    roots.tell(script)
    objectives.tell(script)
    records.tell(script)
    _leaver(script)
    _joiner(script)
    deliveries.tell(script)
    closings.tell(script)
    return script


def _leaver(script: Script) -> None:
    """The rep of Tây Ninh leaves; on the next Monday his successor takes his goals over."""
    assert LEAVER.left is not None
    at = script.story_moment(LEAVER.left + timedelta(days=3), 9, 30)
    left = script.calendar.day(LEAVER.left)
    reason = f"{LEAVER.name} nghỉ việc từ {left:%d/%m/%Y}; bàn giao cho người kế nhiệm."
    for key, goal in list(script.goals.items()):
        if goal.owner == LEAVER.key and (goal.ends is None or goal.ends >= at.date()):
            script.hand_over(key, at, "rep.tayninh", "east.lead", reason)


def _joiner(script: Script) -> None:
    at = script.story_moment(JOINED_ON, 10)
    reason = "Nhân viên mới nhận khu vực; chỉ tiêu tháng đầu tính theo số ngày làm việc."
    script.hand_over("kpi.revenue.vungtau", at, JOINER, "east.lead", reason)
