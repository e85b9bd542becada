"""Queries to real servers and files: what is read, and what is refused."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from haidang.kpis.connectors.sources.base import Fetched, Limits, SourceError, Wanted
from haidang.kpis.connectors.sources.sql import Sql
from haidang.kpis.connectors.sources.statement import bare, fault
from haidang.lib.errors import Invalid
from tests.support.databases import PASSWORD, DatabaseServer

OCTOBER = Wanted(date(2026, 10, 1), date(2026, 10, 31), ("An", "Bình"))
ROWS = [
    ("An", "2026-10-05", "1.50"), ("An", "2026-10-31", "2.25"), ("Bình", "2026-10-09", "0.1"),
    ("Bình", "2026-11-01", "7"),
]  # fmt: skip
SUMS = (
    "SELECT who AS name, sum(amount) AS value FROM sales"
    " WHERE day BETWEEN :starts AND :ends GROUP BY who ORDER BY who"
)
Ask = Callable[..., Fetched]


def asking(url: str, password: str, folder: Path | None = None) -> Ask:
    def ask(query: str, **facts: Any) -> Fetched:
        secret = facts.pop("password", password)
        limits = Limits(**{"seconds": 5.0, "inside": True, "folder": folder, **facts})
        return Sql().fetch({"url": url, "query": query}, {"password": secret}, OCTOBER, limits)

    return ask


@pytest.fixture(scope="session")
def postgresql(postgres_server: DatabaseServer) -> Ask:
    import psycopg

    with psycopg.connect(
        host="127.0.0.1", port=postgres_server.port, user="kho", password=PASSWORD, dbname="sales"
    ) as connection:
        connection.execute("CREATE TABLE sales (who text, day date, amount numeric)")
        connection.cursor().executemany("INSERT INTO sales VALUES (%s, %s, %s)", ROWS)
    return asking(postgres_server.url, PASSWORD)


@pytest.fixture(scope="session")
def mariadb(mariadb_server: DatabaseServer) -> Ask:
    import pymysql

    connection = pymysql.connect(
        host="127.0.0.1", port=mariadb_server.port, user="kho", password=PASSWORD.encode(),
        database="sales", autocommit=True,
    )  # fmt: skip
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE sales (who varchar(40), day date, amount decimal(20, 4))")
        cursor.executemany("INSERT INTO sales VALUES (%s, %s, %s)", ROWS)
    return asking(mariadb_server.url, PASSWORD)


@pytest.fixture
def sqlite(tmp_path: Path) -> Ask:
    (tmp_path / "connectors").mkdir()
    file = sqlite3.connect(tmp_path / "connectors" / "s.db", isolation_level=None)
    file.execute("CREATE TABLE sales (who, day, amount REAL)")
    file.executemany("INSERT INTO sales VALUES (?, ?, ?)", ROWS)
    file.close()
    return asking("sqlite:///s.db", "", tmp_path / "connectors")


@pytest.fixture(params=["postgresql", "mariadb", "sqlite"])
def ask(request: pytest.FixtureRequest) -> Ask:
    found: Ask = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> Ask:
    found: Ask = request.getfixturevalue(request.param)
    return found


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(SourceError) as refused:
        call()
    assert PASSWORD not in str(refused.value.message) + refused.value.detail
    return refused.value.code


def told(fetched: Fetched) -> list[tuple[str, Decimal | None]]:
    return [(one.name, one.value) for one in fetched.readings]


def test_sums_of_a_period(ask: Ask) -> None:
    assert told(ask(SUMS)) == [("An", Decimal("3.75")), ("Bình", Decimal("0.1"))]
    assert ask(SUMS + ";").readings[0].raw.startswith("name=An; value=3.75")


def test_asked_name_by_name(ask: Ask) -> None:
    query = "SELECT sum(amount) AS value FROM sales WHERE who = :name AND day <= :ends"
    assert told(ask(query)) == [("An", Decimal("3.75")), ("Bình", Decimal("0.1"))]


def test_days_and_ratios(ask: Ask) -> None:
    query = (
        "SELECT who AS NAME, day, amount AS numerator, 2 AS denominator FROM sales"
        " WHERE who = 'An' ORDER BY day -- với ghi chú; vô hại"
    )
    found = ask(query).readings
    assert [one.day for one in found] == [date(2026, 10, 5), date(2026, 10, 31)]
    assert (found[0].value, found[0].numerator, found[0].denominator) == (None, Decimal("1.5"), 2)


def test_texts_and_nothing_are_of_their_row(ask: Ask) -> None:
    found = ask("SELECT 'nhiều' AS value UNION ALL SELECT NULL ORDER BY value").readings
    assert sorted(bool(one.wrong) for one in found) == [False, True]
    assert {one.value for one in found} == {None}


@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO sales VALUES ('x', '2026-10-01', 1)",
        "DELETE FROM sales",
        "SELECT 1 AS value; DELETE FROM sales",
        "SELECT 1 AS value INTO OUTFILE '/tmp/x'",
        "DROP TABLE sales",
        "SELECT /*! 1 */ AS value",
        "PRAGMA query_only = 0",
        "SET TRANSACTION READ WRITE",
        "WITH x AS (DELETE FROM sales RETURNING *) SELECT 1 AS value FROM x",
        "EXPLAIN SELECT 1",
        "",
    ],
)
def test_what_is_no_query_is_refused_before_it_is_sent(sqlite: Ask, query: str) -> None:
    assert code_of(lambda: sqlite(query)) in ("writes", "required")
    with pytest.raises(Invalid) as refused:
        Sql().check({"url": "sqlite:///s.db", "query": query}, {})
    assert {error.field for error in refused.value.errors} == {"query"}


#: What MySQL and MariaDB read otherwise than PostgreSQL, around words that write a file.
_WRITING_FILES = (
    r"SELECT '\'' INTO OUTFILE '{}'",
    r"""SELECT "\"" INTO DUMPFILE '{}'""",
    "SELECT 1 AS value # '\n INTO OUTFILE '{}'",
    "SELECT 1--1 INTO OUTFILE '{}'",
    "SELECT 1 AS $$ INTO OUTFILE '{}' -- $$",
    "SELECT 1 AS value INTO OUTFILE '{}'",
    "SELECT 1 AS value /*!50000 INTO OUTFILE '{}' */",
    "SELECT 1 AS value /*M!100100 INTO OUTFILE '{}' */",
)


@pytest.mark.parametrize("query", _WRITING_FILES)
def test_no_file_of_the_server_is_written(query: str, mariadb: Ask, tmp_path: Path) -> None:
    query = query.format(tmp_path / "x")
    assert code_of(lambda: mariadb(query)) == "writes"
    for scheme in ("mysql", "mariadb"):
        with pytest.raises(Invalid) as refused:
            Sql().check({"url": f"{scheme}://u@h/d", "query": query}, {})
        assert {error.code for error in refused.value.errors} == {"writes"}


def test_texts_and_comments_by_dialect() -> None:
    assert bare(r"a '\' b' c", "mysql").split() == ["a", "c"]
    assert bare(r"a '\' b", "postgresql").split() == ["a", "b"]
    assert bare("a # b\nc", "mysql").split() == ["a", "c"]
    assert bare("a # b", "postgresql").split() == ["a", "#", "b"]
    assert bare("a--b", "mysql") == "a--b"
    assert bare("a-- b\nc --", "mysql").split() == ["a", "c"]
    assert bare("a--b").split() == ["a"]
    assert bare("a $$ b $$ c", "mysql") == "a $$ b $$ c"
    assert bare("a $$ b $$ c").split() == ["a", "c"]
    assert fault("SELECT 'into' AS value, a--1 FROM x # into", "mysql") is None


def test_the_servers_refuse_it_again(
    postgresql: Ask, mariadb: Ask, sqlite: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the statement not looked at first, nothing could be written either."""
    monkeypatch.setattr("haidang.kpis.connectors.sources.sql.fault", lambda *_words: None)
    for ask in (postgresql, mariadb, sqlite):
        before = told(ask(SUMS))
        for query in (
            "DELETE FROM sales",
            "SELECT 1 AS value; DELETE FROM sales",
            "SELECT 1 AS value; COMMIT; DELETE FROM sales; COMMIT",
            "CREATE TABLE more (x int)",
            "SET TRANSACTION READ WRITE",
        ):
            assert code_of(partial(ask, query)) in ("writes", "shape"), query
        assert told(ask(SUMS)) == before
    writes = "WITH x AS (DELETE FROM sales RETURNING *) SELECT count(*) AS value FROM x"
    assert code_of(lambda: postgresql(writes)) in ("writes", "shape")
    attach = "ATTACH DATABASE '/tmp/other.db' AS other"
    assert code_of(lambda: sqlite(attach)) == "writes"


_NEVER = {
    "postgresql": "SELECT pg_sleep(60), 1 AS value",
    "mariadb": "SELECT sleep(60), benchmark(9999999999, sha2('x', 512)) AS value",
    "sqlite": (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
        " SELECT count(*) AS value FROM n"
    ),
}


@pytest.mark.parametrize("name", _NEVER)
def test_what_never_ends_is_stopped(request: pytest.FixtureRequest, name: str) -> None:
    ask = request.getfixturevalue(name)
    began = time.monotonic()
    assert code_of(lambda: ask(_NEVER[name], seconds=0.4)) == "timeout"
    assert time.monotonic() - began < 5


_ENDLESS = {
    "postgresql": "SELECT generate_series(1, 9000000000) AS value",
    "mariadb": "SELECT seq AS value FROM seq_1_to_9000000000",
    "sqlite": (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS value FROM n"
    ),
}


@pytest.mark.parametrize("name", _ENDLESS)
def test_more_rows_than_are_taken(request: pytest.FixtureRequest, name: str) -> None:
    ask = request.getfixturevalue(name)
    assert code_of(lambda: ask(_ENDLESS[name], rows=1000)) == "large"


def test_too_much_text(ask: Ask) -> None:
    query = "SELECT 1 AS value, who AS name, 'xxxxxxxxxxxxxxxxxxxx' AS more FROM sales"
    assert code_of(lambda: ask(query, octets=50)) == "large"


def test_text_counts_over_all_names(ask: Ask) -> None:
    query = "SELECT 1 AS value, :name AS name, 'xxxxxxxxxxxxxxxxxxxx' AS more"
    assert len(ask(query, octets=60).readings) == 2
    assert code_of(lambda: ask(query, octets=40)) == "large"


def test_columns_that_are_missing_or_twice(ask: Ask) -> None:
    assert code_of(lambda: ask("SELECT 1 AS amount")) == "shape"
    assert code_of(lambda: ask("SELECT 1 AS value, 2 AS Value")) == "shape"
    assert code_of(lambda: ask("SELECT nothing AS value FROM nowhere")) == "shape"


def test_a_wrong_password_or_database(server: Ask) -> None:
    assert code_of(lambda: server(SUMS, password="sai")) == "refused"
    assert code_of(lambda: server(SUMS, password="")) == "refused"


def test_nobody_listens_and_a_strange_database(
    postgres_server: DatabaseServer, mariadb_server: DatabaseServer
) -> None:
    for url in (postgres_server.url, mariadb_server.url):
        other = asking(url.replace("/sales", "/kho"), PASSWORD)
        assert code_of(partial(other, SUMS)) in ("connect", "refused")
        nobody = url.rpartition(":")[0] + ":9/sales"
        with pytest.raises(SourceError) as refused:
            asking(nobody, PASSWORD)(SUMS)
        assert (refused.value.code, refused.value.passing) == ("connect", True)


def test_inside_only_where_it_is_allowed(postgresql: Ask) -> None:
    assert code_of(lambda: postgresql(SUMS, inside=False)) == "address"


def test_colons_that_are_no_parameters(postgresql: Ask, mariadb: Ask, sqlite: Ask) -> None:
    assert told(postgresql("SELECT '12:30' AS name, 1.5::numeric AS value")) == [
        ("12:30", Decimal("1.5"))
    ]
    for ask in (mariadb, sqlite):
        query = "SELECT '12:30 100%' AS name, 1.5 AS value"
        assert told(ask(query)) == [("12:30 100%", Decimal("1.5"))]
    assert code_of(lambda: sqlite("SELECT :nhan_vien AS value")) == "settings"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///../haidang.sqlite3", "sqlite:////etc/passwd", "sqlite:///nowhere.db",
        "sqlite:///link.db", "sqlite:///.",
    ],
)  # fmt: skip
def test_files_of_elsewhere(sqlite: Ask, tmp_path: Path, url: str) -> None:
    sqlite3.connect(tmp_path / "haidang.sqlite3").close()
    (tmp_path / "connectors" / "link.db").symlink_to(tmp_path / "haidang.sqlite3")
    assert (
        code_of(lambda: asking(url, "", tmp_path / "connectors")("SELECT 1 AS value")) == "address"
    )


def test_without_a_folder_no_file_is_read(sqlite: Ask) -> None:
    assert sqlite("SELECT 1 AS value").readings
    assert code_of(lambda: sqlite("SELECT 1 AS value", folder=None)) == "address"


def test_a_file_that_is_no_database(sqlite: Ask, tmp_path: Path) -> None:
    (tmp_path / "connectors" / "x.db").write_text("không phải cơ sở dữ liệu " * 100)
    assert (
        code_of(lambda: asking("sqlite:///x.db", "", tmp_path / "connectors")("SELECT 1 AS value"))
        == "connect"
    )


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "oracle://u@h/d", "postgresql://h/d", "postgresql://u@h", "mysql://u:p@h/d",
        "postgresql://u@h:x/d", "postgresql://u@h/d?host=/tmp", "postgresql://u@h/d?service=x",
        "mysql://u@h/d?ssl_ca=/etc/passwd", "sqlite://h/x", "sqlite:///", "sqlite:///x?mode=rwc",
        "postgresql://u@[::1/d", "x" * 100_000,
    ],
)  # fmt: skip
def test_addresses_that_cannot_be(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        Sql().check({"url": url, "query": "SELECT 1 AS value"}, {})
    assert {error.field for error in refused.value.errors} == {"url"}


def test_numbers_as_they_come(sqlite: Ask) -> None:
    found = sqlite(
        "SELECT 0.1 + 0.2 AS value UNION ALL SELECT 9e999 UNION ALL SELECT 1e30"
        " UNION ALL SELECT 1e-30 UNION ALL SELECT 9223372036854775807"
    ).readings
    assert [one.value for one in found] == [
        Decimal("0.3"), None, None, Decimal(0), Decimal("9223372036854775807"),
    ]  # fmt: skip
    assert [bool(one.wrong) for one in found] == [False, True, True, False, False]
