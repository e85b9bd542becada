"""Lines to databases: encrypted or not, and to whom they lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from haidang.kpis.actions.connecting import Plan, edit_connector, make_connector
from haidang.kpis.connectors.sealing import opened
from haidang.kpis.connectors.sources.base import Limits, SourceError
from haidang.kpis.connectors.sources.databases import opening
from haidang.kpis.connectors.sources.sql import Sql
from haidang.kpis.connectors.tests.test_sql import OCTOBER
from haidang.lib.errors import Invalid
from haidang.people.models import Person
from tests.support.databases import PASSWORD, DatabaseServer

ENCRYPTED = {
    "postgres_server": "SELECT count(*) AS value FROM pg_stat_ssl"
    " WHERE pid = pg_backend_pid() AND ssl",
    "mariadb_server": "SELECT count(*) AS value FROM information_schema.session_status"
    " WHERE variable_name = 'Ssl_cipher' AND variable_value <> ''",
}
FORGED = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


@pytest.fixture(params=ENCRYPTED)
def server(request: pytest.FixtureRequest) -> tuple[DatabaseServer, str]:
    found: DatabaseServer = request.getfixturevalue(request.param)
    return found, ENCRYPTED[request.param]


def is_encrypted(server: tuple[DatabaseServer, str], url: str = "", **settings: str) -> bool:
    told = {"url": url or server[0].url, "query": server[1], **settings}
    limits = Limits(seconds=5.0, inside=True)
    (one,) = Sql().fetch(told, {"password": PASSWORD}, OCTOBER, limits).readings
    return bool(one.value)


def refusal(*words: Any, **settings: str) -> SourceError:
    with pytest.raises(SourceError) as refused:
        is_encrypted(*words, **settings)
    assert PASSWORD not in str(refused.value.message) + refused.value.detail
    return refused.value


def test_encrypted_or_not(server: tuple[DatabaseServer, str]) -> None:
    assert is_encrypted(server)  # where it is offered
    assert is_encrypted(server, tls="require")
    assert not is_encrypted(server, tls="off")


def test_a_certificate_that_is_checked(server: tuple[DatabaseServer, str]) -> None:
    authority = server[0].authority
    assert is_encrypted(server, tls="verify-full", authorities=authority)
    assert is_encrypted(server, tls="verify-full", authorities=f"\n{authority}\n")
    error = refusal(server, tls="verify-full")  # nobody in the world knows that authority
    assert error.code == "connect"
    assert not error.passing
    assert "certificate" in error.detail.lower()
    assert "chứng thư" in str(error.message).lower() or "certificate" in str(error.message)


def test_it_is_for_the_name(
    server: tuple[DatabaseServer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody with a certificate of another name answers in the place of the server."""
    monkeypatch.setattr(opening, "allowed_addresses", lambda *_words: ["127.0.0.1"])
    url = server[0].url.replace("127.0.0.1", "db.example")
    assert is_encrypted(server, url, tls="require")
    authority = server[0].authority
    error = refusal(server, url, tls="verify-full", authorities=authority)
    assert (error.code, error.passing) == ("connect", False)


def test_what_is_asked_is_stopped_all_the_same(server: tuple[DatabaseServer, str]) -> None:
    """Over a checked line too: stopping opens a connection of its own."""
    slow = "SELECT pg_sleep(20), 1 AS value" if "pg_" in server[1] else "SELECT sleep(20) AS value"
    told = {
        "url": server[0].url, "query": slow, "tls": "verify-full",
        "authorities": server[0].authority,
    }  # fmt: skip
    with pytest.raises(SourceError):
        Sql().fetch(told, {"password": PASSWORD}, OCTOBER, Limits(seconds=1.0, inside=True))


@pytest.mark.parametrize(
    ("url", "settings", "field"),
    [
        ("?sslmode=require", {"tls": "verify-full"}, "tls"),
        ("?sslmode=disable", {"tls": "require"}, "tls"),
        ("", {"tls": "require", "authorities": FORGED}, "authorities"),
        ("", {"tls": "verify-full", "authorities": FORGED}, "authorities"),
        ("", {"tls": "verify-full", "authorities": "/etc/passwd"}, "authorities"),
    ],
)
def test_what_cannot_be(url: str, settings: dict[str, str], field: str) -> None:
    told = {"url": "postgresql://kho@db.example.vn/sales" + url, "query": "SELECT 1 AS value"}
    with pytest.raises(Invalid) as refused:
        Sql().check(told | settings, {})
    assert [error.field for error in refused.value.errors] == [field]


def test_an_option_that_says_the_same_is_fine() -> None:
    for url, tls in (("?sslmode=require", "require"), ("?sslmode=verify-full", "verify-full")):
        told = {"url": f"postgresql://kho@db.example.vn/sales{url}", "tls": tls}
        Sql().check(told | {"query": "SELECT 1 AS value"}, {})


# --- a secret goes over no worse line -------------------------------------------------------


@pytest.fixture
def plan(chi: Person) -> Callable[..., Plan]:
    def made(url: str = "", **settings: str) -> Plan:
        told = {"url": "postgresql://kho@db.example.vn/sales" + url, "query": "SELECT 1 AS value"}
        return Plan(name="Doanh thu", keeper=chi, settings=told | settings)

    return made


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("", {"tls": "verify-full"}), ("", {"tls": "require"})),
        (("", {"tls": "require"}), ("", {})),
        (("", {}), ("", {"tls": "off"})),
        (("?sslmode=require", {}), ("", {})),
        (("?sslmode=require", {}), ("?sslmode=prefer", {})),
        (("?sslmode=verify-full", {}), ("", {"tls": "require"})),
    ],
)
def test_who_protects_it_less_types_it_again(
    administrator: Person, plan: Callable[..., Plan], before: Any, after: Any
) -> None:
    first, second = plan(before[0], **before[1]), plan(after[0], **after[1])
    made = make_connector(administrator, "sql", replace(first, secrets={"password": "bí mật"}))
    with pytest.raises(Invalid) as refused:
        edit_connector(administrator, made, None, second)
    assert [error.field for error in refused.value.errors] == ["settings.password"]
    typed = replace(second, secrets={"password": "bí mật"})
    assert opened(edit_connector(administrator, made, None, typed).secrets["password"]) == "bí mật"
    back = edit_connector(administrator, made, None, first)  # more is no reason to ask
    assert opened(back.secrets["password"]) == "bí mật"


@pytest.mark.django_db
def test_another_authority_is_another_server(
    administrator: Person, plan: Callable[..., Plan], postgres_server: DatabaseServer,
    mariadb_server: DatabaseServer,
) -> None:  # fmt: skip
    first = plan(tls="verify-full", authorities=postgres_server.authority)
    second = plan(tls="verify-full", authorities=mariadb_server.authority)
    made = make_connector(administrator, "sql", replace(first, secrets={"password": "bí mật"}))
    assert edit_connector(administrator, made, None, first).secrets
    with pytest.raises(Invalid):
        edit_connector(administrator, made, None, second)
