"""Cycles through pages."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from haidang.goals.models import Cycle, Goal
from haidang.people.models import Person
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def strategist(enter: Enter, administrator: Person) -> Client:
    return enter(administrator)


def quarter(today: date, **more: str) -> dict[str, str]:
    return {
        "name": "Quý 1",
        "kind": "quarter",
        "starts": f"01/01/{today.year}",
        "ends": f"31/03/{today.year}",
        **more,
    }


def test_the_first_form_proposes_the_year_then_the_quarter(strategist: Client, today: date) -> None:
    page = body_of(strategist.get("/cycles/new/"))
    assert f'value="01/01/{today.year}"' in page
    data = {
        "name": "Năm",
        "kind": "year",
        "starts": f"01/01/{today.year}",
        "ends": f"31/12/{today.year}",
    }
    assert strategist.post("/cycles/new/", data).status_code == 302
    assert Cycle.objects.get().state == "active"
    number = (today.month + 2) // 3
    assert f'value="Quý {number}/{today.year}"' in body_of(strategist.get("/cycles/new/"))


def test_a_cycle_lies_within_another(strategist: Client, year: Cycle, today: date) -> None:
    wrong = strategist.post(
        "/cycles/new/",
        quarter(today, parent=year.public_id, ends=f"31/03/{today.year + 1}"),
    )
    assert wrong.status_code == 422
    assert "Phải nằm trong chu kỳ đó." in body_of(wrong)
    strategist.post("/cycles/new/", quarter(today, parent=year.public_id))
    made = Cycle.objects.get(name="Quý 1")
    assert made.parent == year
    page = body_of(strategist.get("/cycles/"))
    assert page.index(f">{year.name}<") < page.index(">Quý 1<")
    assert "depth-1" in page


@pytest.mark.parametrize(
    "facts",
    [
        {"name": ""},
        {"name": "x" * 200},
        {"kind": "decade"},
        {"starts": ""},
        {"ends": "31/02/2026"},
        {"starts": "01/01/9999", "ends": "02/01/9999"},
        {"ends": "01/01/2000"},
        {"parent": "C-99"},
    ],
)
def test_what_is_wrong_with_a_cycle(strategist: Client, today: date, facts: dict[str, str]) -> None:
    answer = strategist.post("/cycles/new/", quarter(today) | facts)
    assert answer.status_code == 422
    assert 'class="error"' in body_of(answer)
    assert not Cycle.objects.exists()


def test_editing_a_cycle_over_somebody_else(strategist: Client, year: Cycle) -> None:
    address = f"/cycles/{year.public_id}/edit/"
    data = {
        "version": "1",
        "name": "Năm đổi tên",
        "kind": "year",
        "starts": year.starts.isoformat(),
        "ends": year.ends.isoformat(),
    }
    assert strategist.post(address, data).status_code == 302
    answer = strategist.post(address, data | {"name": "Lần hai"})
    page = body_of(answer)
    assert answer.status_code == 409
    assert 'value="Lần hai"' in page
    assert 'name="version" value="2"' in page


def test_a_cycle_moves_step_by_step(strategist: Client, year: Cycle, objective: Goal) -> None:
    address = f"/cycles/{year.public_id}/state/"

    def go(state: str) -> str:
        year.refresh_from_db()
        data = {"version": year.version, "state": state}
        return body_of(strategist.post(address, data, follow=True))

    go("closing")
    assert "Còn 1 mục tiêu đang thực hiện" in go("closed")
    assert "Mỗi lần một bước." in go("planning")
    go("active")
    year.refresh_from_db()
    assert year.state == "active"


def test_cycles_are_for_strategists(enter: Enter, an: Person, emma: Person, year: Cycle) -> None:
    client = enter(an)
    page = body_of(client.get("/cycles/"))
    assert year.name in page
    assert "/cycles/new/" not in page
    assert client.get("/cycles/new/").status_code == 403
    assert client.get(f"/cycles/{year.public_id}/edit/").status_code == 403
    assert client.post(f"/cycles/{year.public_id}/state/", {"state": "closing"}).status_code == 403
    assert enter(emma).get(f"/cycles/{year.public_id}/edit/").status_code == 404
