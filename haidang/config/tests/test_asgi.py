"""The frame around every request: its id, its line in the log, and what is too large."""

from __future__ import annotations

import logging
import re

import pytest
from django.conf import settings
from django.test import Client as DjangoClient
from django.test import override_settings
from django.urls import reverse

from haidang.config import asgi, faults
from haidang.config.asgi import Application
from haidang.config.bridge import TOO_LARGE
from haidang.config.logs import JsonFormatter, LineFormatter, RequestFilter, request_id
from haidang.config.tests.asking import Client, run, scope
from haidang.lib.errors import Busy
from haidang.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


def ask(path: str, *pieces: bytes, method: str = "GET", **headers: str) -> Client:
    async def go() -> Client:
        client = Client(*pieces)
        await Application()(scope(path, method, **headers), client.receive, client.send)
        return client

    return run(go)


def test_every_answer_has_an_id_and_a_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "haidang.access")
    client = ask("/nowhere?secret=1")
    assert client.status == 404
    assert re.fullmatch(r"[0-9a-f]{16}", client.headers["x-request-id"])
    [line] = [r.getMessage() for r in caplog.records if r.name == "haidang.access"]
    assert re.fullmatch(r"GET /nowhere 404 \d+ [\d.]+ms", line)


def test_the_id_of_a_proxy_is_kept_only_with_a_proxy() -> None:
    assert ask("/nowhere", x_request_id="abc-1").headers["x-request-id"] != "abc-1"
    with override_settings(PROXIES=1):
        assert ask("/nowhere", x_request_id="abc-1").headers["x-request-id"] == "abc-1"
        forged = ask("/nowhere", x_request_id="abc 1").headers["x-request-id"]
    assert " " not in forged


def test_warming_up_answers_nobody(caplog: pytest.LogCaptureFixture) -> None:
    Application().warm_up()
    assert "could not be answered" not in caplog.text
    assert "haidang.access" not in [record.name for record in caplog.records]


def test_the_stream_is_not_a_page() -> None:
    client = ask(asgi.STREAM_PATH)
    assert (client.status, client.body) == (401, b"Please sign in.")


def test_too_much_is_413_as_a_page_and_in_the_api() -> None:
    page = ask("/x", b"y" * (1024 * 1024 + 1), method="POST")
    assert page.status == 413
    assert b"<html" in page.body
    assert "1 MB" in page.body.decode()
    problem = ask("/api/v1/x", b"", method="POST", content_length="99999999")
    assert problem.status == 413
    assert problem.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("path", "size"), [("/import/", 200), ("/kpis/actuals/import/", 50)])
def test_a_large_file_is_refused_before_it_is_read(path: str, size: int) -> None:
    kind = "multipart/form-data; boundary=x"
    length = str(size * 1024 * 1024)
    client = ask(path, method="POST", content_type=kind, content_length=length)
    assert client.status == 413
    assert f"{settings.UPLOAD_LIMIT // 1024**2} MB" in client.body.decode()


def test_a_body_that_was_taken_passes(rf: object) -> None:
    assert DjangoClient().post("/nowhere", {"a": "b"}).status_code == 404
    assert TOO_LARGE == "haidang.too_large"


def test_a_busy_database_is_503(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*args: object, **kwargs: object) -> None:
        raise Busy

    monkeypatch.setattr("haidang.web.middleware.PreferencesMiddleware.__call__", busy)
    client = DjangoClient(raise_request_exception=False)
    page = client.get("/")
    assert page.status_code == 503
    assert page["Retry-After"] == faults.RETRY_AFTER
    problem = client.get("/api/v1/x")
    assert (problem.status_code, problem["Content-Type"]) == (503, "application/problem+json")


def test_without_our_server_there_is_no_stream(an: Person) -> None:
    client = DjangoClient()
    assert client.get(reverse("stream")).status_code == 401
    assert an.account is not None
    client.force_login(an.account)
    assert client.get(reverse("stream")).status_code == 503
    assert client.post(reverse("stream")).status_code == 405
    assert reverse("stream") == asgi.STREAM_PATH


def test_another_fault_is_500(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("haidang.web.middleware.PreferencesMiddleware.__call__", broken)
    assert DjangoClient(raise_request_exception=False).get("/").status_code == 500


def test_log_lines_name_the_request_and_stay_one_line() -> None:
    record = logging.LogRecord("a.b", logging.INFO, "", 0, "one\ntwo %s", ("ba",), None)
    token = request_id.set("r-1")
    try:
        RequestFilter().filter(record)
    finally:
        request_id.reset(token)
    line = LineFormatter().format(record)
    assert line.endswith("INFO a.b r-1 one\\ntwo ba")
    assert '"request": "r-1"' in JsonFormatter().format(record)
    try:
        raise ValueError("why")
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    assert "ValueError: why" in LineFormatter().format(record)
    assert "ValueError: why" in JsonFormatter().format(record)


def test_a_link_that_lets_somebody_in_is_cut_in_the_log() -> None:
    links = (
        reverse("invitation", args=["9SbXNDQtmhYEY6ufVXW"]),
        reverse("account_reset_password_from_key", args=["32", "dix9lp-5a659c97e1a9d6"]),
    )
    for link, secret in zip(links, ("9SbXND", "5a659c"), strict=True):
        said = "GET %s 200 12 1.0ms"
        record = logging.LogRecord("a.b", logging.INFO, "", 0, said, (link,), None)
        try:
            raise ValueError(f"at {link}")
        except ValueError as error:
            record.exc_info = (type(error), error, error.__traceback__)
        for formatter in (LineFormatter(), JsonFormatter()):
            line = formatter.format(record)
            assert secret in link
            assert secret not in line
            assert "…/ 200 12 1.0ms" in line
