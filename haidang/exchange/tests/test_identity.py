"""/identity"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.tests.conftest import Program
from haidang.goals import actions
from haidang.goals.models import Goal, Visibility
from haidang.people import actions as people
from haidang.people.models import Person

pytestmark = pytest.mark.django_db
As = Callable[..., Program]


def test_what_the_organisation_is_for(
    as_: As, administrator: Person, an: Person, dung: Person, objective: dict[str, Any]
) -> None:
    goal = Goal.objects.get(public_id=objective["id"])
    blank = as_(an).get("identity").json()
    assert (blank["vision"], blank["values"]) == ({"vi": "", "en": ""}, [])
    actions.edit_identity(administrator, None, {"vision_vi": "Mọi gian bếp"})
    value = actions.add_value(administrator, {"name_vi": "Thật", "name_en": "True"})
    actions.edit_goal(administrator, goal, None, {"cited": [value]})
    found = as_(an).get("identity").json()
    assert found["vision"] == {"vi": "Mọi gian bếp", "en": ""}
    (one,) = found["values"]
    assert (one["id"], one["rank"], one["name"]) == ("V-1", 1, {"vi": "Thật", "en": "True"})
    assert [cites["id"] for cites in one["cited_by"]] == [goal.public_id]
    Goal.objects.filter(pk=goal.pk).update(visibility=Visibility.PRIVATE)
    assert as_(dung).get("identity").json()["values"][0]["cited_by"] == []


def test_not_for_guests(as_: As, administrator: Person, binh: Person) -> None:
    people.set_roles(administrator, binh, ["guest"])
    assert as_(binh).get("identity").status_code == 403
