"""What every answer carries, and how a refusal is said: page, notice or JSON; both languages."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from haidang.web import errors, navigation
from haidang.web.middleware import POLICY

pytestmark = [pytest.mark.django_db, pytest.mark.urls("haidang.web.tests.urls")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    with translation.override("vi"):
        yield


def test_the_policy_is_strict() -> None:
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in POLICY


@pytest.mark.parametrize("path", ["/design/", "/nowhere/", "/refuse/403/", "/refuse/500/"])
def test_every_answer_carries_the_policy(client: Client, path: str) -> None:
    assert client.get(path)["Content-Security-Policy"] == POLICY


def test_pages_obey_the_policy(client: Client) -> None:
    page = client.get("/design/").content.decode()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\bsrc=)", page)


@pytest.mark.parametrize(("accepts", "packed"), [("gzip, br", True), ("identity", False)])
def test_pages_are_sent_compressed(client: Client, accepts: str, packed: bool) -> None:
    sent = client.get("/design/", headers={"accept-encoding": accepts})
    assert sent.headers.get("Content-Encoding") == ("gzip" if packed else None)
    assert "Accept-Encoding" in sent["Vary"]
    assert b"</html>" in (gzip.decompress(sent.content) if packed else sent.content)


def test_the_design_page_is_for_debugging_only() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("design", urlconf="haidang.web.urls")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("status", sorted(errors.PAGES))
def test_every_status_is_explained(status: int, language: str) -> None:
    request = RequestFactory().get("/x/")
    with translation.override(language):
        answer = errors.answer(request, status)
        page = answer.content.decode()
        words = errors.PAGES[status]
        assert answer.status_code == status
        for text in (words.title, words.advice):
            assert str(text).split("“")[0] in page
    assert f'<html lang="{language}"' in page


def test_the_two_languages_differ() -> None:
    for words in [*errors.PAGES.values(), errors.CSRF]:
        for text in words[:3]:
            with translation.override("en"):
                english = str(text)
            assert str(text) != english


@pytest.mark.parametrize("status", [403, 404, 409, 422, 503])
def test_a_refusal_becomes_its_page(client: Client, status: int) -> None:
    answer = client.get(f"/refuse/{status}/")
    assert answer.status_code == status
    assert "<h1>" in answer.content.decode()


def test_htmx_gets_a_notice_and_keeps_its_page(client: Client) -> None:
    answer = client.get("/refuse/409/", headers=HTMX)
    assert answer.status_code == 409
    assert answer["HX-Reswap"] == "none"
    assert 'hx-target="#toasts"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_scripts_get_json(client: Client) -> None:
    answer = client.get("/refuse/403/", headers={"Accept": "application/json"})
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 403


def test_a_redirect_tells_htmx_to_go(client: Client) -> None:
    plain = client.post("/page/", {"title": "x"})
    assert (plain.status_code, plain["Location"]) == (302, "/after/")
    swapped = client.post("/page/", {"title": "x"}, headers=HTMX)
    assert (swapped.status_code, swapped["HX-Redirect"]) == (204, "/after/")
    assert not swapped.has_header("Location")


def test_a_bare_status_gets_words_and_keeps_its_headers(client: Client) -> None:
    answer = client.get("/refuse/405/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "<h1>" in answer.content.decode()
    assert client.get("/refuse/bare/").status_code == 413


def test_a_broken_page_is_explained(client: Client) -> None:
    answer = client.get("/refuse/broken/")
    assert answer.status_code == 500
    assert str(errors.PAGES[500].title) in answer.content.decode()


def test_even_a_broken_error_page_answers(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(errors, "render", fail)
    answer = client.get("/refuse/broken/")
    assert answer.status_code == 500
    assert "chưa được lưu" in answer.content.decode()


def test_a_form_of_another_session_is_explained() -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    answer = strict.post("/page/", {"title": "x"})
    assert answer.status_code == 403
    assert str(errors.CSRF.title) in answer.content.decode()


def test_preferences_are_kept_in_cookies(client: Client) -> None:
    answer = client.post(
        "/preferences/", {"theme": "dark", "language": "en", "next": "/design/?a=1"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/design/?a=1")
    page = client.get("/design/")
    assert page["Content-Language"] == "en"
    assert '<html lang="en" data-theme="dark">' in page.content.decode()


@pytest.mark.parametrize(
    "given",
    [
        {"theme": "pink", "language": "xx"},
        {"theme": "", "next": "https://evil.example/"},
        {"next": "//evil.example/"},
        {"next": "javascript:alert(1)"},
    ],
)
def test_preferences_take_only_what_is_offered(client: Client, given: dict[str, str]) -> None:
    answer = client.post("/preferences/", given)
    assert answer["Location"] == "/"
    assert not answer.cookies


def test_preferences_refuse_to_be_read(client: Client) -> None:
    answer = client.get("/preferences/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"


def test_a_theme_that_is_switched_by_script_needs_no_page(client: Client) -> None:
    answer = client.post(
        "/preferences/", {"theme": "light"}, headers={"X-Requested-With": "preferences"}
    )
    assert answer.status_code == 204
    assert answer.cookies["theme"].value == "light"


def test_a_broken_cookie_changes_nothing(client: Client) -> None:
    client.cookies.load({"theme": '"><script>', "django_language": "zz"})
    page = client.get("/design/").content.decode()
    assert 'data-theme="auto"' in page


def asked(path: str) -> HttpRequest:
    return RequestFactory().get(path)


def test_navigation_leaves_out_what_is_not_there() -> None:
    names = [shown.item.name for shown in navigation.shown(asked("/goals/"))]
    assert names == ["home", "goals"]


def test_navigation_marks_where_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(navigation._counts, "goals", lambda _request: 3)
    home, goals = navigation.shown(asked("/goals/O-7/"))
    assert (home.current, goals.current) == (False, True)
    assert (home.count, goals.count) == (0, 3)


def test_a_page_that_lies_elsewhere_is_marked_where_it_belongs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Connectors are below the KPIs in their address, and of the administration."""
    places = {
        "kpis": "/kpis/",
        "administration": "/administration/",
        "connectors": "/kpis/connectors/",
    }
    monkeypatch.setattr(navigation, "address", lambda name: places.get(name))

    def marked(path: str) -> list[str]:
        return [one.item.name for one in navigation.shown(asked(path)) if one.current]

    assert marked("/kpis/connectors/") == ["administration"]
    assert marked("/kpis/connectors/3/edit/") == ["administration"]
    assert marked("/kpis/quarantine/") == ["kpis"]
    assert marked("/administration/settings/") == ["administration"]
    assert marked("/elsewhere/") == []


def test_the_account_s_language_and_theme_win(client: Client, an: Any) -> None:
    an.account.language, an.account.theme = "en", "dark"
    an.account.save()
    client.force_login(an.account)
    client.cookies["django_language"] = "vi"
    page = client.get("/design/")
    assert page["Content-Language"] == "en"
    assert 'data-theme="dark"' in page.content.decode()
    client.post("/preferences/", {"language": "vi", "theme": "light"})
    an.account.refresh_from_db()
    assert (an.account.language, an.account.theme) == ("vi", "light")


def test_several_messages_of_a_kind_are_one_notice() -> None:
    request = asked("/")
    request._messages = [  # type: ignore[attr-defined]
        Message(constants.SUCCESS, "Đã tạo"),
        Message(constants.SUCCESS, "Đã gửi"),
        Message(constants.ERROR, "Hỏng"),
    ]
    page = errors.answer(request, 404).content.decode()
    assert page.count('class="notice h-on_track"') == 1
    assert page.count('class="notice t-danger"') == 1
    assert page.index("Đã tạo") < page.index("Đã gửi")


def test_no_answer_opens_the_devices_senses(client: Client) -> None:
    for path in ("/design/", "/refuse/500/"):
        policy = client.get(path)["Permissions-Policy"]
        assert {"camera=()", "microphone=()", "geolocation=()"} <= set(policy.split(", "))


@pytest.mark.parametrize("path", ["/page/", "/live/", "/refuse/409/"])
def test_a_part_of_a_page_is_never_kept_in_its_place(client: Client, path: str) -> None:
    whole, part = client.get(path), client.get(path, headers=HTMX)
    assert part["Cache-Control"] == "no-store"
    assert not whole.has_header("Cache-Control")  # a stranger's page
    for answer in (whole, part):
        assert "HX-Request" in [name.strip() for name in answer["Vary"].split(",")]


def test_nothing_of_an_account_is_kept(client: Client, an: Any) -> None:
    client.force_login(an.account)
    for path in ("/page/", "/after/", "/options/", "/refuse/404/"):
        assert client.get(path)["Cache-Control"] == "no-store"
