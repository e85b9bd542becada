"""What the program counts of itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory, override_settings
from prometheus_client.parser import text_string_to_metric_families

from haidang.activity.models import Event
from haidang.config import meters
from haidang.config.metrics import MetricsMiddleware

TOKEN = "a-token"
DOCS = Path(__file__).resolve().parents[3] / "docs" / "operations" / "metrics.md"


@pytest.fixture
def counting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> meters.Meters:
    """The real counters, of this process alone."""
    monkeypatch.setattr(meters, "meters", None)
    with override_settings(METRICS_TOKEN=TOKEN, DATA_DIR=tmp_path):
        meters.start()
        assert meters.meters is not None
        yield meters.meters


def asked(**headers: str) -> dict[str, float]:
    got = Client().get("/metrics/", headers={"Authorization": f"Bearer {TOKEN}"} | headers)
    assert got.status_code == 200
    assert got["Content-Type"].startswith("text/plain; version=")
    return {
        sample.name + "".join(f"|{v}" for _, v in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(got.content.decode())
        for sample in family.samples
    }


def test_without_a_token_there_is_no_such_address() -> None:
    assert Client().get("/metrics/", headers={"Authorization": "Bearer "}).status_code == 404


def test_nothing_is_counted_without_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meters, "meters", None)
    with override_settings(METRICS_TOKEN="", DATA_DIR=tmp_path):
        meters.start()
    assert meters.meters is None
    assert not list(tmp_path.iterdir())


def test_an_answer_sent_in_parts_is_measured_to_its_end(counting: meters.Meters) -> None:
    def counted() -> float:
        return counting.requests.labels("GET", "none", "200")._value.get()

    request = RequestFactory().get("/parts/")
    request.resolver_match = None
    parts = StreamingHttpResponse([b"one", b"two"])
    answer = MetricsMiddleware(lambda _request: parts)(request)
    assert counted() == 0
    assert list(answer) == [b"one", b"two"]
    assert counted() == 1


@pytest.mark.django_db
class TestFigures:
    def test_the_wrong_token_is_told_nothing(self, counting: meters.Meters) -> None:
        for given in ("", "Bearer", f"Bearer {TOKEN}x", TOKEN, "Bearer \u00e9"):
            got = Client().get("/metrics/", headers={"Authorization": given})
            assert got.status_code == 401
            assert b"haidang_" not in got.content

    def test_requests_are_counted_by_route_and_not_by_address(
        self, counting: meters.Meters
    ) -> None:
        for _ in range(3):
            Client().get("/goals/O-1/")
        Client().get("/nothing-is-here/")
        found = asked()
        assert found["haidang_http_requests_total|GET|/goals/<str:public_id>/|302"] == 3
        assert found["haidang_http_requests_total|GET|none|404"] == 1
        assert found["haidang_http_request_seconds_count|/goals/<str:public_id>/"] == 3
        assert not [name for name in found if "O-1" in name or "nothing-is-here" in name]

    def test_the_database_is_asked(self, counting: meters.Meters) -> None:
        found = asked()
        assert found["haidang_database_up"] == 1
        assert found["haidang_tasks|ready"] == 0

    def test_it_says_when_the_database_is_away(
        self, counting: meters.Meters, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_: object) -> None:
            raise DatabaseError("gone")

        monkeypatch.setattr(Event.objects, "order_by", away)
        found = asked()
        assert found["haidang_database_up"] == 0
        assert "haidang_events" not in found

    def test_every_figure_is_documented_and_nothing_else(self, counting: meters.Meters) -> None:
        counting.refused.inc()
        counting.inside.inc()
        counting.listeners.inc()
        counting.delay.observe(0.1)
        Client().get("/nothing-is-here/")
        found = {re.split(r"\|", name)[0] for name in asked()}
        told = {re.sub(r"_(bucket|count|sum)$", "", name) for name in found}
        documented = set(re.findall(r"^\| `(haidang_\w+)`", DOCS.read_text("utf-8"), re.M))
        assert told == documented

    def test_what_the_dead_had_open_is_open_no_more(self, counting: meters.Meters) -> None:
        counting.listeners.inc(2)
        (mine,) = counting.folder.glob("gauge_livesum_*.db")
        mine.rename(counting.folder / "gauge_livesum_4194999.db")  # beyond any process
        assert asked().get("haidang_stream_listeners", 0) == 0
