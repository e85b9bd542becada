"""An installation that sends letters, and the morning on which it does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.core.mail import EmailMultiAlternatives

from haidang.goals import actions
from haidang.goals.models import Cycle, Goal
from haidang.notify.actions import choose
from haidang.people.models import Person, Unit


@pytest.fixture
def _sends(settings: Any, administrator: Person) -> None:
    """Letters can go; the administrator, a strategist who decides about much, wants none."""
    settings.PUBLIC_URL = urlsplit("https://okr.example.vn")
    choose(administrator, reports_on=None, decisions=False)


@pytest.fixture
def morning(today: date) -> Callable[..., datetime]:
    """`morning()`: nine o'clock today at the organisation; `morning(1)` tomorrow."""

    def made(days: int = 0, hour: int = 9, minute: int = 0) -> datetime:
        at = time(hour, minute, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
        return datetime.combine(today + timedelta(days=days), at)

    return made


@pytest.fixture
def to(mailoutbox: list[EmailMultiAlternatives]) -> Callable[[Person], list[str]]:
    """`to(an)`: the subjects and texts of what was sent to An, in order."""

    def texts(person: Person) -> list[str]:
        return [f"{m.subject}\n{m.body}" for m in mailoutbox if m.to == [person.email]]

    return texts


@pytest.fixture
def submit(an: Person, sales_unit: Unit, year: Cycle) -> Callable[[str], Goal]:
    """`submit("Xin duyệt")`: an objective of An's that waits for Chi's approval."""

    def made(title: str) -> Goal:
        facts = {
            "title": title, "level": "unit", "unit": sales_unit, "owner": an, "cycle": year,
        }  # fmt: skip
        return actions.create_goal(an, "objective", facts, submit=True)

    return made
