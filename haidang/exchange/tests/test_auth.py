"""Who is let in: tokens, sessions, scopes, languages, limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from haidang.exchange.api import auth
from haidang.exchange.api.limits import Bucket
from haidang.exchange.tests.conftest import Program
from haidang.people.actions import deactivate_person
from haidang.people.models import Person, PersonalToken

As = Callable[..., Program]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer hd_00000000_unknown",
        "Bearer hd_" + "x" * 5000,
        "Basic aGQ6aGQ=",
        "hd_no_scheme",
        "Bearer \x00\x7f",
        "Bearer hd_ü",
    ],
)
def test_strangers_get_401(db: None, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = Client().get("/api/v1/goals", headers=headers)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="haidang"'
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "unauthorised"


@pytest.mark.parametrize("change", ["expired", "revoked", "deactivated", "account closed"])
def test_a_dead_token_gets_401(as_: As, an: Person, administrator: Person, change: str) -> None:
    api = as_(an)
    assert api.get("me").status_code == 200
    tokens = PersonalToken.objects.filter(pk=api.token.pk)
    if change == "expired":
        tokens.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif change == "revoked":
        tokens.update(revoked_at=timezone.now())
    elif change == "deactivated":
        deactivate_person(administrator, an)
    else:
        assert an.account is not None
        an.account.is_active = False
        an.account.save()
    assert api.get("me").status_code == 401


def test_a_bad_token_is_not_saved_by_a_session(an: Person, client: Client) -> None:
    assert an.account is not None
    client.force_login(an.account)
    assert client.get("/api/v1/me").status_code == 200
    response = client.get("/api/v1/me", headers={"Authorization": "Bearer hd_gone"})
    assert response.status_code == 401


def test_a_session_writes_only_with_its_csrf_token(administrator: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    assert administrator.account is not None
    client.force_login(administrator.account)
    body = {"name": "Giang"}
    bare = client.post("/api/v1/people", body, content_type="application/json")
    assert bare.status_code == 403
    assert bare.json()["code"] == "csrf"
    assert not Person.objects.filter(name="Giang").exists()
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    token = client.cookies["csrf"].value
    sent = client.post(
        "/api/v1/people", body, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert sent.status_code == 201


SCOPES = [
    ("GET", "goals", None, "read"),
    ("POST", "goals", {"kind": "pillar", "title": "X"}, "write"),
    ("POST", "people", {"name": "X"}, "admin"),
    ("POST", "goals/KR-1/check-ins", {"value": "1"}, "check_in"),
]


@pytest.mark.parametrize("scope", ["read", "check_in", "write", "admin"])
def test_a_token_opens_only_its_scopes(as_: As, administrator: Person, scope: str) -> None:
    api = as_(administrator, (scope,))
    for method, path, body, needed in SCOPES:
        response = api.send(method, path, body, etag="*")
        refused = response.status_code == 403 and response.json()["code"] == "scope"
        assert refused == (needed not in auth.OPENS[scope]), (scope, path, response.content)


def test_a_token_without_scopes_opens_nothing(as_: As, an: Person) -> None:
    assert as_(an, ()).get("me").status_code == 403


def test_scopes_never_exceed_the_person(as_: As, an: Person) -> None:
    for scopes in (("admin",), ("write",)):
        response = as_(an, scopes).post("people", {"name": "X"})
        assert (response.status_code, response.json()["code"]) == (403, "forbidden")
        assert as_(an, scopes).patch("people/P-999", {"name": "X"}).status_code == 404


def test_accept_language_then_the_account_decides(as_: As, an: Person) -> None:
    api = as_(an)
    assert an.account is not None

    def detail(language: str) -> str:
        text: str = api.get("goals/KR-9", language=language).json()["detail"]
        return text

    english = "There is nothing here, or it is not open to you."
    assert detail("en") == english
    assert detail("xx, en;q=0.5") == english
    for code, expected in (("en", True), ("vi", False)):
        an.account.language = code
        an.account.save()
        assert (detail("") == english) == expected
        assert (detail("de") == english) == expected


def test_each_token_has_a_bucket_that_refills(
    as_: As, an: Person, binh: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(auth, "bucket", Bucket(60, burst=3, clock=lambda: now[0]))
    api, other = as_(an), as_(binh)
    assert [api.get("me").status_code for _ in range(4)] == [200, 200, 200, 429]
    late = api.get("me")
    assert late["Retry-After"] == "1"
    assert late.json()["code"] == "throttled"
    assert other.get("me").status_code == 200
    now[0] = 1.0
    assert [api.get("me").status_code for _ in range(2)] == [200, 429]


def test_full_buckets_are_forgotten() -> None:
    now = [0.0]
    bucket = Bucket(60, clock=lambda: now[0])
    for number in range(10_000):
        assert bucket.take(str(number)) == 0
    now[0] = 61.0
    assert bucket.take("one more") == 0
    assert set(bucket.levels) == {"one more"}


def test_no_limit_at_zero() -> None:
    bucket = Bucket(0, burst=1)
    assert [bucket.take("x") for _ in range(5)] == [0] * 5


def test_me(as_: As, chi: Person, sales_unit: Any) -> None:
    found = as_(chi, ("read",)).get("me").json()
    assert found["person"]["name"] == "Lê Thị Chi"
    assert found["organisation"]["name"] == "Tâm Long"
    assert found["leads"] == [{"id": sales_unit.public_id, "name": "Kinh doanh"}]
    assert found["scopes"] == ["read"]
    assert found["expires_at"]


def test_tokens_are_made_in_a_session_only_and_shown_once(
    as_: As, an: Person, client: Client
) -> None:
    refused = as_(an).post("me/tokens", {"name": "ERP", "scopes": ["read"]})
    assert (refused.status_code, refused.json()["code"]) == (403, "token")
    assert an.account is not None
    client.force_login(an.account)
    body = {"name": "ERP", "scopes": ["read", "check_in"], "expires_in_days": 30}
    sent: dict[str, Any] = {
        "data": body,
        "content_type": "application/json",
        "headers": {"Idempotency-Key": "a"},
    }
    first = client.post("/api/v1/me/tokens", **sent)
    assert first.status_code == 201
    secret = first.json()["secret"]
    assert secret.startswith(first.json()["prefix"])
    again = client.post("/api/v1/me/tokens", **sent)
    assert again.json() == first.json() | {"secret": None}
    answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json()["scopes"] == ["read", "check_in"]
    listed = client.get("/api/v1/me/tokens").json()["items"]
    assert [t["name"] for t in listed] == ["ERP", "test"]
    assert "secret" not in listed[0]


def test_only_administrators_give_the_scope_admin(an: Person, client: Client) -> None:
    assert an.account is not None
    client.force_login(an.account)
    response = client.post(
        "/api/v1/me/tokens",
        {"name": "x", "scopes": ["admin"]},
        content_type="application/json",
    )
    assert response.status_code == 403


def test_a_token_revokes_itself_or_with_write_any(as_: As, an: Person, binh: Person) -> None:
    one, two, other = as_(an, ("read",)), as_(an), as_(binh)
    assert one.delete(f"me/tokens/{two.token.pk}").status_code == 403
    third = as_(an)
    assert two.delete(f"me/tokens/{third.token.pk}").status_code == 204
    assert third.get("me").status_code == 401
    assert one.delete(f"me/tokens/{other.token.pk}").status_code == 404
    assert one.delete(f"me/tokens/{10**30}").status_code == 404
    assert one.delete(f"me/tokens/{one.token.pk}").status_code == 204
    assert one.get("me").status_code == 401


@pytest.mark.parametrize("body", [{"nonsense": 1}, b"{", None])
def test_the_scope_is_asked_before_the_body(as_: As, an: Person, body: Any) -> None:
    reader = as_(an, ("read",))
    answer = reader.post("goals", body)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope")
