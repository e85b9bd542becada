"""/organisation"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.tests.conftest import Program
from haidang.people import actions, settings
from haidang.people.models import Person

As = Callable[..., Program]


def test_shows_itself_and_its_settings(as_: As, an: Person) -> None:
    api = as_(an)
    found = api.get("organisation").json()
    assert (found["name"], found["currency"]) == ("Tâm Long", "VND")
    items = {s["key"]: s["value"] for s in api.get("organisation/settings").json()["items"]}
    assert items["health.on_track"] == "0.9"
    assert api.get("organisation/settings/health.on_track").json()["value"] == "0.9"
    assert api.get("organisation/settings/nothing").status_code == 404


def test_settings_change_from_now_on(admin: Program) -> None:
    path = "organisation/settings/health.on_track"
    assert admin.put(path, {"value": "0.8"}).status_code == 428
    etag = admin.etag(path)
    assert admin.put(path, {"value": "0.8"}, etag=etag).json()["value"] == "0.8"
    late = admin.put(path, {"value": "0.7"}, etag=etag)
    assert late.status_code == 412
    assert late.json()["current"] == {"key": "health.on_track", "value": "0.8"}
    assert settings.get(admin.person.organisation_id, "health.on_track") == "0.8"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("health.on_track", "2"),
        ("health.on_track", None),
        ("health.on_track", {"a": 1}),
        ("health.on_track", "9" * 4000),
        ("health.on_track", 1e300),
        ("calendar.working_days", [9]),
        ("calendar.working_days", 5),
        ("calendar.working_days", ["x"]),
        ("calendar.working_days", [10**20]),
        ("calendar.holidays", ["2026-02-30"]),
        ("calendar.holidays", [1]),
        ("calendar.holidays", {"a": "2026-01-01"}),
        ("calendar.holidays", "2026-01-01"),
    ],
)
def test_values_that_do_not_fit(admin: Program, key: str, value: Any) -> None:
    response = admin.put(f"organisation/settings/{key}", {"value": value}, etag="*")
    assert response.status_code == 422, response.content
    assert response.json()["errors"][0]["message"]


def test_only_administrators_set(as_: As, an: Person) -> None:
    path = "organisation/settings/health.on_track"
    assert as_(an).put(path, {"value": "0.8"}, etag="*").status_code == 403


def test_settings_are_not_for_guests(as_: As, administrator: Person, an: Person) -> None:
    actions.set_roles(administrator, an, ["guest"])
    guest = as_(Person.objects.get(pk=an.pk))
    assert guest.get("organisation").status_code == 200
    assert guest.get("organisation/settings").status_code == 403
    assert guest.get("organisation/settings/health.on_track").status_code == 403
