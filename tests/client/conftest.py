"""The client, as somebody, at the running program."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from haidang.client import Haidang
from haidang.people import actions
from haidang.people.models import Person
from tests.support.serving import Server


class Connect:
    """`connect(an)`: a client with a token of An's."""

    def __init__(self, url: str) -> None:
        self.url = url

    def token_of(self, person: Person, *scopes: str) -> str:
        expires_at = timezone.now() + timedelta(days=1)
        wanted = list(scopes or ("read", "check_in", "write"))
        return actions.create_token(person, "client", wanted, expires_at)[1]

    def __call__(self, person: Person, *scopes: str, **facts: Any) -> Haidang:
        return Haidang(self.url, self.token_of(person, *scopes), **facts)


@pytest.fixture
def connect(server: Server) -> Connect:
    return Connect(server.url)
