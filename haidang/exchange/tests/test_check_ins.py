"""Check-ins: made, corrected, voided, listed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from haidang.activity.models import Event
from haidang.checkins.models import CheckIn
from haidang.exchange.tests.conftest import Program, composed
from haidang.people.models import Person

As = Callable[..., Program]
Facts = dict[str, Any]


@pytest.fixture
def api(as_: As, an: Person) -> Program:
    return as_(an)


@pytest.fixture
def path(key_result: Facts) -> str:
    return f"goals/{key_result['id']}/check-ins"


def test_says_all_that_was_said(api: Program, path: str, key_result: Facts) -> None:
    today = timezone.localdate()
    body = {
        "value": "12.5",
        "for_day": today.isoformat(),
        "confidence": 8,
        "pace": "fast",
        "note": "Đủ hàng",
        "words": {"achieved": "Hai tỉnh", "obstacle": "<b>Xe</b>"},
        "next_on": (today + timedelta(days=7)).isoformat(),
        "measure_version": key_result["measure_version"],
    }
    response = api.post(path, body)
    assert response.status_code == 201, response.content
    found = response.json()
    assert response["Location"] == f"/api/v1/check-ins/{found['id']}"
    assert api.get(f"check-ins/{found['id']}").json() == found
    assert found["value"] == "12.5"
    assert found["words"] == {"achieved": "Hai tỉnh", "obstacle": "<b>Xe</b>"}
    assert found["source"] == "api"
    assert found["author"]["name"] == "Nguyễn Văn An"
    assert (found["baseline_then"], found["target_then"]) == ("0", "100")
    assert found["live"] is True
    event = Event.objects.filter(verb="check_in.recorded").get()
    assert event.source == "api"
    standing = api.get(f"goals/{key_result['id']}").json()["standing"]
    assert (standing["progress"], standing["progress_decimal"]) == (125_000_000, "0.125000000")
    assert (standing["actual"], standing["confidence"]) == ("12.5", 8)


def test_the_measure_seen_is_named_by_header_or_body(
    api: Program, path: str, key_result: Facts, as_: As, chi: Person
) -> None:
    goal = f"goals/{key_result['id']}"
    assert api.post(path, {"value": "1"}).status_code == 428
    etag = api.etag(goal)
    assert api.post(path, {"value": "1"}, etag=etag).status_code == 201
    by_header = api.post(path, {"value": "2"}, etag=etag)
    assert by_header.status_code == 412
    assert by_header.json()["current"]["standing"]["own_value"] == "1"
    by_body = api.post(path, {"value": "2", "measure_version": key_result["measure_version"]})
    assert (by_body.status_code, by_body.json()["code"]) == (409, "stale")
    assert by_body.json()["detail"] == by_header.json()["detail"]  # no words of a form
    assert by_body.json()["current"]["measure_version"] == key_result["measure_version"] + 1
    assert api.post(path, {"value": "2"}, etag="*").status_code == 201
    assert CheckIn.objects.count() == 2


def test_an_edit_of_words_does_not_disturb_a_check_in(
    api: Program, path: str, key_result: Facts
) -> None:
    goal = f"goals/{key_result['id']}"
    etag = api.etag(goal)
    assert api.patch(goal, {"title": "Khác"}, etag=etag).status_code == 200
    assert api.post(path, {"value": "1"}, etag=etag).status_code == 201


def test_a_lost_race_is_told(
    api: Program, path: str, key_result: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    from haidang.exchange.api.routes import check_ins as routes
    from haidang.goals.models import Standing

    checked = routes.expect

    def slow(*args: Any, **kwargs: Any) -> int:
        version = checked(*args, **kwargs)
        Standing.objects.filter(goal__public_id=key_result["id"]).update(measure_version=9)
        return version

    monkeypatch.setattr(routes, "expect", slow)
    response = api.post(path, {"value": "1"}, etag=api.etag(f"goals/{key_result['id']}"))
    assert response.status_code == 412
    assert response.json()["current"]["measure_version"] == 9


def test_a_late_word_about_an_early_day_changes_no_current_value(
    api: Program, path: str, key_result: Facts
) -> None:
    today = timezone.localdate()
    for back, value in ((1, "80"), (10, "60")):
        day = (today - timedelta(days=back)).isoformat()
        assert api.post(path, {"value": value, "for_day": day}, etag="*").status_code == 201
    assert api.get(f"goals/{key_result['id']}").json()["standing"]["own_value"] == "80"
    listed = api.get(path).json()["items"]
    assert [c["value"] for c in listed] == ["60", "80"]
    day = (today - timedelta(days=5)).isoformat()
    assert [c["value"] for c in api.get(f"{path}?since={day}").json()["items"]] == ["80"]
    assert [c["value"] for c in api.get(f"{path}?until={day}").json()["items"]] == ["60"]


def test_corrections_supersede_once(api: Program, path: str, key_result: Facts) -> None:
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    first = api.post(path, {"value": "1", "for_day": yesterday}, etag="*").json()
    corrected = api.post(f"check-ins/{first['id']}/correction", {"value": "2"})
    assert corrected.status_code == 201
    second = corrected.json()
    assert (second["supersedes"], second["for_day"]) == (first["id"], yesterday)
    old = api.get(f"check-ins/{first['id']}").json()
    assert (old["live"], old["superseded_by"], old["value"]) == (False, second["id"], "1")
    late = api.post(f"check-ins/{first['id']}/correction", {"value": "3"})
    assert (late.status_code, late.json()["code"]) == (409, "superseded")
    assert [c["id"] for c in api.get(f"{path}?live=true").json()["items"]] == [second["id"]]
    assert api.get(f"goals/{key_result['id']}").json()["standing"]["own_value"] == "2"


def test_voided_it_stays_readable_and_counts_nothing(
    api: Program, path: str, key_result: Facts
) -> None:
    made = api.post(path, {"value": "1"}, etag="*").json()
    voiding = f"check-ins/{made['id']}/voiding"
    assert api.post(voiding, {}).json()["errors"][0]["field"] == "reason"
    void = api.post(voiding, {"reason": "Nhập nhầm"})
    assert void.status_code == 201
    assert void.json()["live"] is False
    assert void.json()["voiding"]["reason"] == "Nhập nhầm"
    assert void.json()["voiding"]["by"]["name"] == "Nguyễn Văn An"
    assert api.post(voiding, {"reason": "x"}).status_code == 409
    assert api.get(f"goals/{key_result['id']}").json()["standing"]["progress"] is None


def test_a_leader_reports_on_behalf_shown_as_such(
    as_: As, chi: Person, an: Person, path: str
) -> None:
    found = as_(chi).post(path, {"value": "1"}, etag="*").json()
    assert found["author"]["id"] == chi.public_id
    assert found["on_behalf_of"]["id"] == an.public_id


def test_on_behalf_is_told_by_who_one_is(
    as_: As, chi: Person, an: Person, binh: Person, administrator: Person, path: str
) -> None:
    for person, named in [(an, binh), (an, an), (chi, chi), (chi, binh), (administrator, chi)]:
        answer = as_(person).post(path, {"value": "1", "on_behalf_of": named.public_id}, etag="*")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "on_behalf_of"
    assert not CheckIn.objects.exists()
    made = as_(chi).made(path, {"value": "1", "on_behalf_of": an.public_id, "measure_version": 1})
    assert made["on_behalf_of"]["id"] == an.public_id


def test_a_correction_and_a_voiding_are_their_own_act(
    as_: As, chi: Person, an: Person, path: str
) -> None:
    """Nothing of who the first record was for stays with the next."""
    on_behalf = as_(chi).post(path, {"value": "1"}, etag="*").json()
    mine = as_(an).made(f"check-ins/{on_behalf['id']}/correction", {"value": "2"})
    assert mine["on_behalf_of"] is None
    again = as_(chi).made(f"check-ins/{mine['id']}/correction", {"value": "3"})
    assert again["on_behalf_of"]["id"] == an.public_id
    as_(an).made(f"check-ins/{again['id']}/voiding", {"reason": "Nhầm"})
    logged = Event.objects.filter(verb__startswith="check_in.").order_by("id")
    assert list(logged.values_list("actor_id", "on_behalf_of_id")) == [
        (chi.pk, an.pk),
        (an.pk, None),
        (chi.pk, an.pk),
        (an.pk, None),
    ]


def test_the_same_check_in_again_is_one(api: Program, path: str) -> None:
    body = {"value": "1", "measure_version": 1}
    first = api.post(path, body, key="week 14")
    assert api.post(path, body, key="week 14").content == first.content
    assert CheckIn.objects.count() == 1


TODAY = timezone.localdate()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value": None}, "value"),
        ({"value": "1e30"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "1,5"}, "value"),
        ({"value": True}, "value"),
        ({"for_day": (TODAY + timedelta(days=3)).isoformat()}, "for_day"),
        ({"for_day": "0001-01-01"}, "for_day"),
        ({"for_day": "9999-12-31"}, "for_day"),
        ({"for_day": "2025-02-29"}, "for_day"),
        ({"confidence": 11}, "confidence"),
        ({"confidence": -1}, "confidence"),
        ({"confidence": "8"}, "confidence"),
        ({"pace": "warp"}, "pace"),
        ({"note": "x" * 20_001}, "note"),
        ({"note": "x" * 900_000}, "note"),
        ({"words": {"poem": "x"}}, "words.poem"),
        ({"words": ["x"]}, "words"),
        ({"milestones": [-1]}, "milestones.0"),
        ({"milestones": [10**20]}, "milestones.0"),
        ({"next_on": "soon"}, "next_on"),
        ({"on_behalf_of": "P-999"}, "on_behalf_of"),
        ({"measure_version": 0}, "measure_version"),
        ({"measure_version": 10**20}, "measure_version"),
        ({"progress": 1}, "progress"),
    ],
)
def test_bad_input(api: Program, path: str, change: Facts, field: str) -> None:
    response = api.post(path, {"value": "1", "measure_version": 1} | change)
    assert response.status_code == 422, response.content[:500]
    assert response.json()["errors"][0]["field"] == field
    assert not CheckIn.objects.exists()


def test_what_is_closed_or_not_measured_takes_none(
    as_: As, admin: Program, chi: Person, objective: Facts, key_result: Facts, path: str
) -> None:
    whole = admin.post(f"goals/{objective['id']}/check-ins", {"value": "1"}, etag="*")
    assert (whole.status_code, whole.json()["code"]) == (422, "not_measured")
    goal = f"goals/{key_result['id']}"
    admin.change("PUT", f"{goal}/rule", {"rule": "children"}, of=goal)
    below = admin.post(path, {"value": "1"}, etag="*")
    assert (below.status_code, below.json()["code"]) == (409, "measured_by_children")
    assert set(below.json()["choices"]) == {"own", "both"}
    admin.change("PUT", f"{goal}/rule", {"rule": "own"}, of=goal)
    admin.change("POST", f"{goal}/closure", of=goal)
    closed = admin.post(path, {"value": "1"}, etag="*")
    assert (closed.status_code, closed.json()["code"]) == (409, "not_active")


def test_milestones_and_yes_no(admin: Program, objective: Facts) -> None:
    parents = [composed(objective)]
    steps = admin.made(
        "goals",
        {
            "kind": "key_result",
            "title": "Ba nơi",
            "metric_kind": "milestones",
            "milestones": [{"title": t, "weight": 30} for t in ("A", "B", "C")],
            "parents": parents,
        },
    )
    path = f"goals/{steps['id']}/check-ins"
    unknown = admin.post(path, {"milestones": [7]}, etag="*")
    assert unknown.json()["errors"][0]["field"] == "milestones"
    assert admin.post(path, {"milestones": [1]}, etag="*").json()["milestones"] == [1]
    standing = admin.get(f"goals/{steps['id']}").json()["standing"]
    assert standing["progress_decimal"] == "0.333333333"
    yes = admin.made(
        "goals",
        {"kind": "key_result", "title": "Đạt", "metric_kind": "yes_no", "parents": parents},
    )
    path = f"goals/{yes['id']}/check-ins"
    assert admin.post(path, {"value": "2"}, etag="*").status_code == 422
    assert admin.post(path, {"value": 1}, etag="*").status_code == 201
    assert admin.get(f"goals/{yes['id']}").json()["standing"]["progress"] == 10**9


def test_a_kpi_takes_a_period_and_a_ratio_both_its_sides(admin: Program) -> None:
    kpi = admin.made(
        "goals",
        {
            "kind": "kpi",
            "title": "Tỷ lệ lỗi",
            "level": "company",
            "metric_kind": "percent",
            "metric_unit": "%",
            "direction": "lower",
            "frequency": "month",
            "aggregation": "ratio",
            "target": "5",
        },
    )
    path = f"goals/{kpi['id']}/check-ins"
    day = TODAY.replace(day=1).isoformat()
    bare = admin.post(path, {"value": "3", "for_day": day}, etag="*")
    assert {e["field"] for e in bare.json()["errors"]} == {"numerator", "denominator"}
    zero = admin.post(path, {"numerator": "1", "denominator": 0}, etag="*")
    assert zero.json()["errors"][0]["field"] == "denominator"
    made = admin.post(path, {"numerator": "5", "denominator": "100", "for_day": day}, etag="*")
    assert made.status_code == 201, made.content
    assert made.json()["value"] == "5"
    assert made.json()["period"]["starts"] == day
    assert admin.get(f"goals/{kpi['id']}").json()["standing"]["progress"] == 10**9


def test_others_check_in_nowhere(
    as_: As, binh: Person, dung: Person, emma: Person, api: Program, path: str, key_result: Facts
) -> None:
    made = api.post(path, {"value": "1"}, etag="*").json()
    record = f"check-ins/{made['id']}"
    for person, status in ((dung, 403), (binh, 403), (emma, 404)):
        other = as_(person)
        assert other.post(path, {"value": "1"}, etag="*").status_code == status
        assert other.post(f"{record}/correction", {"value": "1"}).status_code == status
        assert other.post(f"{record}/voiding", {"reason": "x"}).status_code == status
    foreign = as_(emma).get(record)
    assert foreign.status_code == 404
    assert foreign.content == as_(emma).get("check-ins/999999").content
    assert api.get(f"check-ins/{10**30}").status_code == 404
    assert api.get("check-ins/0").status_code == 404
    assert api.get("check-ins/-1").status_code == 404
    assert CheckIn.objects.count() == 1
