"""The goals on the page of a person and of a unit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from haidang.goals.models import Goal, Visibility
from haidang.people.models import Person, Unit
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db


def test_a_person_has_their_goals(
    enter: Enter,
    an: Person,
    binh: Person,
    dung: Person,
    objective: Goal,
    key_result: Goal,
    kpi: Goal,
) -> None:
    address = f"/people/{an.public_id}/"
    page = body_of(enter(dung).get(address))
    for goal in (objective, key_result, kpi):
        assert f'href="/goals/{goal.public_id}/"' in page
    assert f'href="/goals/?owner={an.public_id}"' in page
    assert page.index(objective.title) < page.index(key_result.title) < page.index(kpi.title)
    Goal.objects.filter(pk=objective.pk).update(visibility=Visibility.PRIVATE)
    assert objective.title not in body_of(enter(dung).get(address))
    assert objective.title in body_of(enter(an).get(address))
    assert "/goals/O" not in body_of(enter(dung).get(f"/people/{binh.public_id}/"))


def test_a_unit_has_its_goals(
    enter: Enter, dung: Person, factory_unit: Unit, sales_unit: Unit, objective: Goal, kpi: Goal
) -> None:
    client = enter(dung)
    page = body_of(client.get(f"/units/{sales_unit.public_id}/"))
    assert f'href="/goals/{objective.public_id}/"' in page
    assert f'href="/goals/{kpi.public_id}/"' in page
    assert f'href="/goals/?unit={sales_unit.public_id}"' in page
    page = body_of(client.get(f"/units/{factory_unit.public_id}/"))
    assert objective.title not in page
    assert "Chưa có mục tiêu nào đang thực hiện." in page


def test_many_goals_cost_what_few_cost(
    enter: Enter, an: Person, sales_unit: Unit, objective: Goal, kpi: Goal,
    make_key_result: Callable[..., Goal],
) -> None:  # fmt: skip
    client = enter(an)
    addresses = (f"/people/{an.public_id}/", f"/units/{sales_unit.public_id}/")
    for at in range(3):
        make_key_result(objective, f"Ít {at}")
    few = [queries_of(client, address) for address in addresses]
    for at in range(27):
        make_key_result(objective, f"Nhiều {at}")
    assert [queries_of(client, address) for address in addresses] == few
