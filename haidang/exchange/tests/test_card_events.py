"""What was done to a scorecard is told to who reads the card, and to nobody else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from haidang.activity.models import Event
from haidang.exchange.audit.entries import entries
from haidang.exchange.changes import Sight
from haidang.kpis.actions import LineFacts, set_card, set_leave
from tests.worlds import World

pytestmark = pytest.mark.django_db


def test_who_is_told() -> None:
    world = World()
    line = LineFacts(world.kpi().public_id, Decimal(20))
    set_card(world.chi, world.binh, date(2025, 1, 1), [line])
    set_leave(world.chi, world.binh, date(2025, 3, 1), date(2025, 5, 1))
    set_card(world.chi, world.it, date(2025, 1, 1), [line])
    card, leave, unit = Event.objects.filter(subject_kind__endswith="_card").order_by("pk")
    assert card.data["to"] == [["KPI-1", "20"]]
    told = {
        person.name: [Sight(person, [one]).shows(one) for one in (card, leave, unit)]
        for person in (world.binh, world.chi, world.dung)
    }
    assert told == {
        "Bình": [True, True, False],
        "Chi": [True, True, True],
        "Dũng": [False, False, True],
    }
    shown = entries(world.chi, [card, leave, unit])
    assert [(one.name, one.verb) for one in shown] == [
        ("Bình", "person_card.set"),
        ("Bình", "person_card.leave_set"),
        ("Công nghệ thông tin", "unit_card.set"),
    ]
    assert shown[0].details[0].new == "KPI-1 20%"
    assert shown[0].href == f"/kpis/scorecards/person/{world.binh.public_id}/"
