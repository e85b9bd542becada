"""/audit, and what settings were and who changed them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haidang.exchange.tests.conftest import Program
from haidang.goals.models import Goal
from haidang.people import actions
from haidang.people.models import OrganisationSetting, Person, Unit

As = Callable[..., Program]
Facts = dict[str, Any]


def got(program: Program, path: str, status: int = 200) -> Facts:
    response = program.get(path)
    assert response.status_code == status, response.content.decode()
    found: Facts = response.json()
    return found


def every(program: Program, path: str) -> list[Facts]:
    found: list[Facts] = []
    cursor = ""
    while True:
        page = got(program, path + cursor)
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


# --- the log ----------------------------------------------------------------------------


def test_says_who_did_what(as_: As, an: Person, admin: Program, key_result: Facts) -> None:
    made = as_(an).post(f"goals/{key_result['id']}/check-ins", {"value": "40"}, etag="*")
    assert made.status_code == 201
    (entry,) = got(admin, "audit?what=check_in.")["items"]
    assert (entry["verb"], entry["source"]) == ("check_in.recorded", "api")
    assert entry["actor"]["id"] == an.public_id
    assert entry["subject"] == {"id": key_result["id"], "name": key_result["title"]}
    assert {"name": "Reported", "before": "", "after": "40 NPP"} in [
        one | {"after": one["after"].replace("\u00a0", " ")} for one in entry["details"]
    ]
    assert entry["said"]
    vi = admin.get("audit?what=check_in.", language="vi").json()["items"][0]
    assert vi["verb"] == entry["verb"]
    assert vi["said"] != entry["said"]


def test_whatever_is_done_by_the_api_says_so(
    admin: Program, an: Person, objective: Facts, factory_unit: Unit
) -> None:
    by_hand = actions.edit_person(admin.person, an, an.version, {"title": "Nhân viên"})
    assert (
        admin.patch(f"units/{factory_unit.public_id}", {"name": "Bán hàng"}, etag="*").status_code
        == 200
    )
    assert (
        admin.patch(f"people/{an.public_id}", {"title": "Chuyên viên"}, etag="*").status_code == 200
    )
    log = [(one["verb"], one["subject"]["id"], one["source"]) for one in every(admin, "audit?")]
    assert ("unit.edited", factory_unit.public_id, "api") in log
    edits = [
        source for verb, who, source in log if (verb, who) == ("person.edited", by_hand.public_id)
    ]
    assert edits == ["api", "person"]
    assert {source for _, thing, source in log if thing == objective["id"]} == {"api"}


def test_filters_and_pages(
    as_: As, an: Person, dung: Person, admin: Program, objective: Facts, key_result: Facts
) -> None:
    whole = every(admin, "audit?limit=200")
    assert every(admin, "audit?limit=3") == whole
    assert len(whole) > 8
    goals = every(admin, "audit?what=goal.&limit=2")
    assert goals == [one for one in whole if one["verb"].startswith("goal.")]
    about = every(admin, f"audit?thing={objective['id']}")
    assert {one["subject"]["id"] for one in about} == {objective["id"]}
    assert every(admin, f"audit?who={an.public_id}") == []
    assert every(admin, "audit?source=api") == [o for o in whole if o["source"] == "api"]
    today = timezone.localdate()
    assert every(admin, f"audit?since={today}&until={today}") == whole
    assert every(admin, f"audit?until={today - timedelta(days=1)}") == []
    inside = every(admin, f"audit?unit={an.unit.public_id}" if an.unit else "audit")
    assert objective["id"] in {one["subject"]["id"] for one in inside}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("what=goal.x", "what"),
        ("what=goal", "what"),
        ("source=x", "source"),
        ("who=P-99", "who"),
        ("unit=U-99", "unit"),
        ("since=yesterday", "since"),
        ("cursor=abc", "cursor"),
        ("page=2", "page"),
    ],
)
def test_refuses_what_means_nothing(admin: Program, query: str, field: str) -> None:
    refused = got(admin, f"audit?{query}", 422)
    assert [(e["field"], e["in"]) for e in refused["errors"]] == [(field, "query")]


def test_only_what_one_may_know_of(
    as_: As, an: Person, dung: Person, admin: Program, objective: Facts
) -> None:
    Goal.objects.filter(public_id=objective["id"]).update(visibility="private")
    until = timezone.now() + timedelta(days=1)
    actions.create_token(an, "ERP", ["read"], until)
    other = every(as_(dung), "audit?limit=200")
    assert objective["id"] not in str(other)
    assert "token.created" not in {one["verb"] for one in other}
    assert "token.created" in {one["verb"] for one in every(as_(an), "audit?limit=200")}
    assert every(as_(dung), f"audit?thing={objective['id']}") == []


def test_the_log_costs_the_same(admin: Program) -> None:
    def grow(count: int) -> None:
        for n in range(count):
            admin.made("goals", {"kind": "pillar", "title": f"Trụ {n}"})

    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            got(admin, "audit?limit=200")
        return len(caught)

    grow(2)
    few = cost()
    grow(9)
    assert cost() == few <= 24


# --- the organisation -------------------------------------------------------------------


def test_the_organisations_facts(as_: As, an: Person, admin: Program) -> None:
    assert admin.patch("organisation", {"name": "Mới"}).status_code == 428
    tag = admin.etag("organisation")
    done = admin.patch("organisation", {"name": "Tâm Long Mới", "currency": "eur"}, etag=tag)
    assert done.status_code == 200, done.content.decode()
    assert (done.json()["name"], done.json()["currency"]) == ("Tâm Long Mới", "EUR")
    assert got(as_(an), "organisation")["name"] == "Tâm Long Mới"
    late = admin.patch("organisation", {"name": "X"}, etag=tag)
    assert (late.status_code, late.json()["current"]["name"]) == (412, "Tâm Long Mới")
    for body, field in (
        ({"name": ""}, "name"),
        ({"language": "xx"}, "language"),
        ({"time_zone": "Asia/Nowhere"}, "time_zone"),
        ({"currency": "đồng"}, "currency"),
        ({"fiscal_year_start": 13}, "fiscal_year_start"),
        ({"slug": "x"}, "slug"),
    ):
        refused = admin.patch("organisation", body, etag="*")
        assert refused.status_code == 422, body
        assert [e["field"] for e in refused.json()["errors"]] == [field]
    assert as_(an).patch("organisation", {"name": "X"}, etag="*").status_code == 403


def test_the_fiscal_year_stays_once_kpis_have_periods(admin: Program) -> None:
    body = {
        "kind": "kpi", "title": "Doanh thu", "level": "company", "metric_kind": "number",
        "direction": "higher", "frequency": "month", "aggregation": "sum", "target": "3",
    }  # fmt: skip
    made = admin.made("goals", body)
    year = timezone.localdate().year
    targets = {"targets": [{"starts": f"{year}-01-01", "target": "10"}]}
    admin.put(f"goals/{made['id']}/targets/{year}", targets, etag="*")
    refused = admin.patch("organisation", {"fiscal_year_start": 4}, etag="*")
    assert (refused.status_code, refused.json()["code"]) == (409, "periods")


def test_settings_that_belong_together(as_: As, an: Person, admin: Program) -> None:
    path = "organisation/settings"
    tag = admin.etag(path)
    both = [{"key": "health.on_track", "value": "0.6"}, {"key": "health.at_risk", "value": "0.5"}]
    done = admin.patch(path, {"items": both}, etag=tag)
    assert done.status_code == 200, done.content.decode()
    found = {one["key"]: one["value"] for one in done.json()["items"]}
    assert (found["health.on_track"], found["health.at_risk"]) == ("0.6", "0.5")
    assert admin.patch(path, {"items": both}, etag=tag).status_code == 412
    for items, wrong in (
        ([both[0], {"key": "health.at_risk", "value": "0.9"}], {"items.1.value": "reversed"}),
        ([{"key": "health.on_track", "value": "0.4"}], {"items": "reversed"}),
        ([both[0], {"key": "x", "value": 1}], {"items.1.key": "unknown"}),
        ([both[0], both[0]], {"items.1.key": "duplicate"}),
        ([both[0], {"key": "calendar.holidays", "value": 5}], {"items.1.value": "invalid"}),
        ([], {"items": "too_short"}),
    ):
        refused = admin.patch(path, {"items": items}, etag="*")
        assert refused.status_code == 422, items
        assert {e["field"]: e["code"] for e in refused.json()["errors"]} == wrong
    assert as_(an).patch(path, {"items": both}, etag="*").status_code == 403
    one = admin.put(f"{path}/health.on_track", {"value": "2"}, etag="*")
    assert one.json()["errors"][0]["field"] == "value"


def test_settings_of_the_past(as_: As, an: Person, admin: Program) -> None:
    path = "organisation/settings"
    day = timezone.localdate() - timedelta(days=1)

    def then(at: Any) -> Any:
        items = got(admin, f"{path}?as_of={at}")["items"]
        return {one["key"]: one["value"] for one in items}["health.on_track"]

    for value in ("0.8", "0.75"):
        admin.patch(path, {"items": [{"key": "health.on_track", "value": value}]}, etag="*")
        back = timedelta(days=1)
        OrganisationSetting.objects.update(since=F("since") - back, until=F("until") - back)
    assert (then(day - timedelta(days=2)), then(day - timedelta(days=1)), then(day)) == (
        "0.9", "0.8", "0.75",
    )  # fmt: skip
    assert admin.patch("organisation", {"name": "Mới", "currency": "USD"}, etag="*")
    changes = every(as_(an), f"{path}/history?limit=1")
    assert sorted((c["key"], c["before"], c["after"]) for c in changes[:2]) == [
        ("currency", "VND", "USD"),
        ("name", "Tâm Long", "Mới"),
    ]
    assert [(c["key"], c["before"], c["after"]) for c in changes[2:]] == [
        ("health.on_track", "0.8", "0.75"),
        ("health.on_track", "0.9", "0.8"),
    ]
    assert {c["by"]["id"] for c in changes} == {admin.person.public_id}
    assert got(admin, f"{path}/history?cursor=x", 422)["errors"][0]["field"] == "cursor"
