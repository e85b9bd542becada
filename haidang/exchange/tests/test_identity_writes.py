"""Writing /identity and its core values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.tests.conftest import Program
from haidang.goals.models import CoreValue, IdentityVersion
from haidang.people.models import Person

As = Callable[..., Program]
HONEST: dict[str, Any] = {"name": {"vi": "Trung thực", "en": "Honesty"}, "icon": "scale"}


def test_vision_and_mission(as_: As, an: Person, admin: Program) -> None:
    assert admin.patch("identity", {"vision": {"vi": "X"}}).status_code == 428
    tag = admin.etag("identity")
    done = admin.patch("identity", {"vision": {"vi": "Vị quê", "en": "Home taste"}}, etag=tag)
    assert done.status_code == 200, done.content.decode()
    assert done.json()["vision"] == {"vi": "Vị quê", "en": "Home taste"}
    late = admin.patch("identity", {"vision": {"vi": "Khác"}}, etag=tag)
    assert (late.status_code, late.json()["current"]["vision"]["vi"]) == (412, "Vị quê")
    half = admin.patch("identity", {"vision": {"en": ""}, "mission": {"vi": "Nuôi"}}, etag="*")
    assert half.json()["vision"] == {"vi": "Vị quê", "en": ""}  # what is not sent stays
    assert IdentityVersion.objects.filter(until=None).count() == 1
    assert as_(an).patch("identity", {"vision": {"vi": "X"}}, etag="*").status_code == 403
    for body, field in (
        ({"vision": {"vi": "x" * 2001}}, "vision.vi"),
        ({"vision": {"fr": "x"}}, "vision.fr"),
        ({"vision": "x"}, "vision"),
    ):
        refused = admin.patch("identity", body, etag="*")
        assert refused.status_code == 422
        assert [e["field"] for e in refused.json()["errors"]] == [field]


def test_values_are_added_changed_and_taken_away(as_: As, an: Person, admin: Program) -> None:
    made = admin.post("identity/values", HONEST, key="v1")
    assert made.status_code == 201, made.content.decode()
    first = made.json()
    assert made["Location"].endswith(f"/identity/values/{first['id']}")
    assert admin.post("identity/values", HONEST, key="v1").json() == first
    second = admin.made("identity/values", {"name": {"en": "Speed"}, "place": 1})
    seen = admin.get("identity").json()["values"]
    assert [(v["id"], v["rank"]) for v in seen] == [(second["id"], 1), (first["id"], 2)]
    path = f"identity/values/{first['id']}"
    tag = admin.etag(path)
    done = admin.patch(path, {"words": {"vi": "Nói đúng"}, "place": 1}, etag=tag)
    assert (done.json()["name"], done.json()["words"]["vi"], done.json()["rank"]) == (
        HONEST["name"], "Nói đúng", 1,
    )  # fmt: skip
    assert admin.patch(path, {"icon": "star"}, etag=tag).status_code == 412
    assert admin.delete(path, etag=tag).status_code == 412
    assert as_(an).get(path).status_code == 200
    assert as_(an).delete(path, etag="*").status_code == 403
    assert admin.delete(path, etag=done["ETag"]).status_code == 204
    assert admin.get(path).status_code == 404
    assert CoreValue.objects.get(public_id=first["id"]).removed_at is not None


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "name.vi", "required"),
        ({"name": {"vi": " "}}, "name.vi", "required"),
        ({"name": {"vi": "x" * 81}}, "name.vi", "too_long"),
        ({"name": {"vi": "x"}, "icon": "nothing"}, "icon", "choice"),
        ({"name": {"vi": "x"}, "place": 13}, "place", "less_than_equal"),
        ({"name_vi": "x"}, "name_vi", "extra_forbidden"),
    ],
)
def test_values_that_do_not_fit(admin: Program, body: Any, field: str, code: str) -> None:
    refused = admin.post("identity/values", body)
    assert refused.status_code == 422, refused.content.decode()
    assert [(e["field"], e["code"]) for e in refused.json()["errors"]] == [(field, code)]
    assert not CoreValue.objects.exists()
