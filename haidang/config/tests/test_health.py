"""What a balancer asks: alive, and ready; nothing else is told."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings

from haidang.config import health
from haidang.config.tests.test_asgi import ask


def answer(path: str, **headers: Any) -> tuple[int, str]:
    got = Client().get(path, **headers)
    assert got["Cache-Control"] == "no-store"
    assert got["Content-Type"].startswith("text/plain")
    assert not got.cookies
    return got.status_code, got.content.decode().strip()


def test_alive_without_a_database() -> None:
    """The mark for the database is not set: asking it would be an error here."""
    assert answer("/health/") == (200, "ok")


@pytest.mark.django_db
class TestReady:
    def test_when_all_is_well(self) -> None:
        assert answer("/ready/") == (200, "ready")

    def test_not_while_steps_are_missing(self) -> None:
        MigrationRecorder.Migration.objects.filter(app="goals").delete()
        assert answer("/ready/") == (503, "migrations")

    def test_not_while_the_database_is_away(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def away(_recorder: object) -> None:
            raise OperationalError("no route to secret.host")

        monkeypatch.setattr(MigrationRecorder, "applied_migrations", away)
        monkeypatch.setattr(health.connection, "close", lambda: None)
        assert answer("/ready/") == (503, "database")
        assert "secret.host" in caplog.text

    def test_a_missing_file_is_not_made(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
    ) -> None:
        monkeypatch.setattr(health, "missing_database", lambda: tmp_path / "x")
        assert answer("/ready/") == (503, "database")

    def test_behind_https_and_by_any_name(self) -> None:
        with override_settings(SECURE_SSL_REDIRECT=True, ALLOWED_HOSTS=["okr.example.vn"]):
            for path in ("/health/", "/ready/"):
                assert answer(path, HTTP_HOST="10.0.0.7:8000")[0] == 200

    def test_only_to_be_read(self) -> None:
        for path in ("/health/", "/ready/"):
            assert Client().head(path).status_code == 200
            assert Client(enforce_csrf_checks=True).post(path).status_code == 405


def test_only_what_is_wrong_has_a_line_in_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, "haidang.access")
    assert ask("/health/").status == 200
    assert "/health/" not in caplog.text
    monkeypatch.setattr(health, "missing_database", lambda: "x")
    assert ask("/ready/").status == 503
    assert "GET /ready/ 503" in caplog.text
