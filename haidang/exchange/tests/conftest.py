"""A program that acts as a person through the API."""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from haidang.exchange.api import auth
from haidang.people.access import digest_of
from haidang.people.models import Person, PersonalToken, Unit
from tests.support.keeping import derived, kept

ALL_SCOPES = ("read", "check_in", "write", "admin")


class Program:
    """Requests with a personal token. Bodies are JSON unless they are bytes already."""

    def __init__(self, person: Person, scopes: tuple[str, ...] = ALL_SCOPES) -> None:
        self.person = person
        self.secret = f"hd_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"
        self.token = PersonalToken.objects.create(
            person=person,
            name="test",
            prefix=self.secret[:11],
            digest=digest_of(self.secret),
            scopes=list(scopes),
            expires_at=timezone.now() + timedelta(days=30),
        )
        self.client = Client()

    def __deepcopy__(self, memo: dict[int, Any]) -> Program:
        """The same program and token, with a client that nobody has used."""
        made = Program.__new__(Program)
        made.__dict__ = copy.deepcopy({**self.__dict__, "client": None}, memo)
        made.client = Client()
        return made

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        etag: str | None = None,
        key: str | None = None,
        language: str = "en",
        content_type: str = "application/json",
        **headers: str,
    ) -> HttpResponse:
        sent = {"Authorization": f"Bearer {self.secret}", "Accept-Language": language}
        if etag is not None:
            sent["If-Match"] = etag
        if key is not None:
            sent["Idempotency-Key"] = key
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        url = path if path.startswith("/") else f"/api/v1/{path}"
        return self.client.generic(method, url, data, content_type=content_type, headers=sent)

    def get(self, path: str, **facts: Any) -> HttpResponse:
        return self.send("GET", path, **facts)

    def post(self, path: str, body: Any = None, **facts: Any) -> HttpResponse:
        return self.send("POST", path, body, **facts)

    def patch(self, path: str, body: Any = None, **facts: Any) -> HttpResponse:
        return self.send("PATCH", path, body, **facts)

    def put(self, path: str, body: Any = None, **facts: Any) -> HttpResponse:
        return self.send("PUT", path, body, **facts)

    def delete(self, path: str, **facts: Any) -> HttpResponse:
        return self.send("DELETE", path, **facts)

    def etag(self, path: str) -> str:
        """What a GET of the address is guarded by now."""
        response = self.get(path)
        assert response.status_code == 200, response.content
        return response["ETag"]

    def change(self, method: str, path: str, body: Any = None, *, of: str = "") -> HttpResponse:
        """A guarded write: first reads the ETag of `of` (default: the address itself)."""
        return self.send(method, path, body, etag=self.etag(of or path))

    def made(self, path: str, body: Any) -> dict[str, Any]:
        """What a creation that must succeed answers."""
        response = self.post(path, body)
        assert response.status_code == 201, response.content.decode()
        answer: dict[str, Any] = response.json()
        return answer


@pytest.fixture(autouse=True)
def _full_bucket() -> None:
    auth.bucket.levels.clear()


@pytest.fixture
@derived
def as_(db: None) -> Callable[..., Program]:
    """`as_(an)`: a program with a token of An."""
    return Program


@pytest.fixture
@kept
def admin(administrator: Person) -> Program:
    return Program(administrator)


@pytest.fixture
@kept
def cycle(admin: Program) -> dict[str, Any]:
    """A quarter around today."""
    today = timezone.localdate()
    return admin.made(
        "cycles",
        {
            "name": "Quý này",
            "kind": "quarter",
            "starts": (today - timedelta(days=45)).isoformat(),
            "ends": (today + timedelta(days=45)).isoformat(),
        },
    )


@pytest.fixture
@kept
def objective(
    admin: Program, an: Person, sales_unit: Unit, cycle: dict[str, Any]
) -> dict[str, Any]:
    """An active objective of the unit, owned by An."""
    return admin.made(
        "goals",
        {
            "kind": "objective",
            "title": "Mở rộng thị trường",
            "level": "unit",
            "unit": sales_unit.public_id,
            "owner": an.public_id,
            "cycle": cycle["id"],
        },
    )


@pytest.fixture
@kept
def key_result(admin: Program, objective: dict[str, Any]) -> dict[str, Any]:
    """An active key result of An's: 0 > 100 NPP."""
    return admin.made("goals", KEY_RESULT | {"parents": [composed(objective)]})


KEY_RESULT = {
    "kind": "key_result",
    "title": "100 nhà phân phối",
    "metric_kind": "count",
    "metric_unit": "NPP",
    "direction": "increase",
    "baseline": "0",
    "target": "100",
}


def composed(objective: dict[str, Any]) -> dict[str, Any]:
    return {"parent": objective["id"], "relation": "composition"}


@pytest.fixture
def sales_kpi(as_: Callable[..., Program], an: Person, chi: Person, sales_unit: Unit) -> Any:
    """An's, who lies in Chi's unit: 10 a month, approved; as the API answers it."""
    body = {
        "kind": "kpi", "title": "Doanh thu", "level": "unit", "unit": sales_unit.public_id,
        "owner": an.public_id, "metric_kind": "number", "direction": "higher", "target": "10",
        "frequency": "month", "aggregation": "sum", "starts": "2025-01-01",
    }  # fmt: skip
    return as_(chi).made("goals", body)
