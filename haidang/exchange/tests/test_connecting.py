"""Connectors made, changed, tried and removed by a program."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from haidang.activity.models import Event
from haidang.checkins.models import CheckIn
from haidang.exchange.models import StoredAnswer
from haidang.exchange.tests.conftest import Program
from haidang.goals.models import Goal
from haidang.goals.rules.periods import add_months
from haidang.kpis.actions.fetching import folder_of, secrets_of
from haidang.kpis.connectors.sources.base import Fetched, Reading, SourceError
from haidang.kpis.connectors.sources.sql import Sql
from haidang.kpis.models import Connector, Delivered, Run
from haidang.kpis.tasks import carry_out_run
from haidang.people.models import Person

pytestmark = pytest.mark.django_db
PATH = "kpis/connectors"
SECRET = "bí mật 42"
URL = "postgresql://kho@db.example.vn/sales"
BODY: dict[str, Any] = {
    "kind": "sql",
    "name": "Doanh thu",
    "settings": {"url": URL, "query": "SELECT name, value FROM sales"},
    "secrets": {"password": SECRET},
    "highest": "50",
    "every": "day",
    "at": "06:30",
}


@pytest.fixture
def month(today: date) -> date:
    return add_months(today.replace(day=1), -1)


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch, month: date) -> Callable[..., None]:
    """`answering(("KD", 4))`: what the other system says from now on."""

    def says(*rows: tuple[str, Any]) -> None:
        readings = [Reading(name, month, value, raw=f"{name};{value}") for name, value in rows]
        monkeypatch.setattr(Sql, "fetch", lambda *_words: Fetched(readings, "tất cả"))

    return says


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(carry_out_run), "enqueue", lambda task, pk: carry_out_run.call(pk))


def errors_of(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content.decode()
    return {error["field"]: error["code"] for error in answer.json()["errors"]}


def test_the_whole_life_of_a_connector(
    admin: Program, kpi: Goal, answering: Callable[..., None], month: date
) -> None:
    made = admin.post(PATH, BODY)
    assert made.status_code == 201, made.content.decode()
    one = made["Location"].removeprefix("/api/v1/")
    told = made.json()
    assert (told["is_on"], told["version"], told["at"]) == (False, 1, "06:30")
    assert told["keeper"]["id"] == admin.person.public_id
    assert (told["settings"]["url"], told["secrets"]) == (URL, ["password"])
    assert admin.etag(one) == made["ETag"]
    answering(("KD", Decimal(4)), ("Lạ", Decimal(1)), ("Quá", Decimal(80)))
    tried = admin.post(f"{one}/trial").json()
    assert [line["code"] for line in tried["lines"]] == ["unknown_name"] * 3
    assert (tried["starts"], tried["answer"]) == (month.isoformat(), "tất cả")
    assert not Run.objects.exists()
    names = {"names": [{"name": "KD", "kpi": kpi.public_id}]}
    named = admin.change("PUT", f"{one}/names", names, of=one)
    assert named.json()["names"][0]["kpi"]["id"] == kpi.public_id
    on = admin.change("PUT", f"{one}/state", {"is_on": True}, of=one).json()
    assert on["is_on"]
    assert on["next_at"]
    line = admin.post(f"{one}/trial").json()["lines"][0]
    assert (line["what"], line["kpi"]["id"], line["value"]) == ("new", kpi.public_id, "4")
    run = admin.made(f"{one}/runs", None)
    ended = admin.get(f"kpis/connector-runs/{run['id']}").json()
    assert (ended["recorded"], ended["not_taken"], ended["answer"]) == (1, 2, "tất cả")
    (record,) = admin.get(f"kpis/connector-runs/{run['id']}/records").json()["items"]
    assert (record["value"], record["raw"]) == ("4", "KD;4")
    assert record["check_in"] == CheckIn.objects.get().pk
    gone = admin.change("DELETE", one).json()
    assert (gone["gone"], gone["connector"]["secrets"]) == ("retired", [])
    assert gone["connector"]["retired_at"]
    assert admin.post(f"{one}/runs").status_code == 409
    assert admin.post(f"{one}/trial").status_code == 409
    assert admin.change("DELETE", one).status_code == 409
    assert errors_of(admin.change("PATCH", one, {"name": "Mới"})) == {
        "secrets.password": "required"
    }
    back = admin.change("PATCH", one, {"secrets": {"password": "khác"}}).json()
    assert (back["retired_at"], back["secrets"], back["every"]) == (None, ["password"], "day")
    assert Delivered.objects.count() == 1


def test_one_that_brought_nothing_is_deleted(admin: Program) -> None:
    one = f"{PATH}/{admin.made(PATH, BODY)['id']}"
    assert admin.delete(one).status_code == 428
    assert admin.delete(one, etag='"7-0"').status_code == 412
    assert admin.change("DELETE", one).json() == {"gone": "deleted", "connector": None}
    assert admin.get(one).status_code == 404
    assert Event.objects.filter(verb="connector.deleted").count() == 1


def test_no_secret_is_told_or_kept_in_the_open(admin: Program) -> None:
    first = admin.post(PATH, BODY, key="mot")
    again = admin.post(PATH, BODY, key="mot")
    assert again["Idempotency-Replayed"] == "true"
    assert Connector.objects.count() == 1
    one = f"{PATH}/{first.json()['id']}"
    patched = admin.change("PATCH", one, {"secrets": {"password": SECRET + "x"}})
    assert secrets_of(Connector.objects.get()) == {"password": SECRET + "x"}
    texts = [answer.content.decode() for answer in (first, again, patched, admin.get(PATH))]
    texts += map(str, StoredAnswer.objects.values_list("body", "headers"))
    texts += map(str, Event.objects.values_list("data", flat=True))
    texts += map(str, Connector.objects.values_list("settings", "secrets"))
    # Nor how long it is, as a number by itself: an ETag may end in those digits.
    told = re.compile(rf"""{re.escape(SECRET)}|[":] ?{len(SECRET)}[",}}]""")
    assert not [text for text in texts if told.search(text)]


def test_a_change_leaves_what_is_not_sent(admin: Program, chi: Person, kpi: Goal) -> None:
    one = f"{PATH}/{admin.made(PATH, BODY)['id']}"
    changes = {"jump": "30", "keeper": chi.public_id, "below": kpi.public_id, "highest": None}
    told = admin.change("PATCH", one, changes).json()
    assert (told["jump"], told["highest"], told["every"]) == ("30", None, "day")
    assert told["at"] == "06:30"
    assert (told["keeper"]["id"], told["below"]["id"]) == (chi.public_id, kpi.public_id)
    assert told["settings"]["url"] == URL
    query = {"settings": {"query": "SELECT 1 AS value"}}
    told = admin.change("PATCH", one, query).json()
    assert (told["settings"]["url"], told["settings"]["query"]) == (URL, "SELECT 1 AS value")
    assert secrets_of(Connector.objects.get()) == {"password": SECRET}
    moved = {"settings": {"url": URL.replace("db", "evil")}}
    assert errors_of(admin.change("PATCH", one, moved)) == {"secrets.password": "required"}
    worse = {"settings": {"tls": "off"}}
    assert errors_of(admin.change("PATCH", one, worse)) == {"secrets.password": "required"}
    stale = admin.patch(one, {"jump": "3"}, etag='"1-0"')
    assert (stale.status_code, stale.json()["current"]["jump"]) == (412, "30")
    assert admin.patch(one, {"jump": "3"}).status_code == 428


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "telepathy"}, "kind"),
        ({"name": " "}, "name"),
        ({"keeper": "P-99999"}, "keeper"),
        ({"below": "KPI-99999"}, "below"),
        ({"settings": {"url": "x", "query": "SELECT 1 AS value"}}, "settings.url"),
        ({"settings": {"url": URL}}, "settings.query"),
        ({"settings": {"url": URL, "query": "DELETE FROM x"}}, "settings.query"),
        ({"settings": {"colour": "red"}}, "settings.colour"),
        ({"settings": {"password": "x"}}, "settings.password"),
        ({"secrets": {"query": "x"}}, "secrets.query"),
        ({"settings": {"url": 7}}, "settings.url"),
        ({"file": "AAAA"}, "file"),
        ({"at": "25:00"}, "at"),
        ({"month_day": 31}, "month_day"),
        ({"jump": "-1"}, "jump"),
        ({"lowest": "9", "highest": "3"}, "highest"),
        ({"every": "hour"}, "every"),
        ({"color": "red"}, "color"),
    ],
)
def test_what_cannot_be_is_said_of_its_field(
    admin: Program, facts: dict[str, Any], field: str
) -> None:
    assert field in errors_of(admin.post(PATH, BODY | facts))
    assert not Connector.objects.exists()


def test_a_file_is_handed_over(admin: Program) -> None:
    body = {
        "kind": "files", "name": "Bảng tính",
        "settings": {"place": "upload", "name": "Tên", "value": "Số"},
    }  # fmt: skip
    assert errors_of(admin.post(PATH, body | {"file": "không"})) == {"file": "base64"}
    text = base64.b64encode("Tên,Số\nKD,4\n".encode()).decode()
    made = admin.made(PATH, body | {"file": text})
    assert made["has_file"]
    assert made["settings"]["several"] == "refuse"  # what counts where it is not told
    tried = admin.post(f"{PATH}/{made['id']}/trial").json()
    assert [(line["name"], line["value"]) for line in tried["lines"]] == [("KD", "4")]


def test_kinds_say_what_they_have_to_be_told(admin: Program) -> None:
    kinds = {one["kind"]: one for one in admin.get("kpis/connector-kinds").json()["items"]}
    assert list(kinds) == ["sql", "http", "files", "odoo", "erpnext", "push"]
    told = {one["name"]: one for one in kinds["sql"]["settings"]}
    assert (told["password"]["form"], told["url"]["required"]) == ("secret", True)
    assert [one["value"] for one in told["tls"]["choices"]] == ["", "verify-full", "require", "off"]


def test_a_trial_that_fails_says_why(admin: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_words: Any) -> Any:
        raise SourceError("refused", "Sai mật khẩu", detail=f"password {SECRET}")

    monkeypatch.setattr(Sql, "fetch", refuses)
    one = f"{PATH}/{admin.made(PATH, BODY)['id']}"
    tried = admin.post(f"{one}/trial")
    assert tried.status_code == 200
    told = tried.json()
    assert (told["code"], told["message"], told["lines"]) == ("refused", "Sai mật khẩu", [])
    assert SECRET not in tried.content.decode()


def test_a_trial_does_not_hold_up_writers(admin: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever key is sent: it is no transaction while the other system is asked."""
    depths: list[int] = []
    outside = len(connection.savepoint_ids)

    def fetch(*_words: Any) -> Any:
        depths.append(len(connection.savepoint_ids) - outside)
        raise SourceError("timeout", "chậm")

    monkeypatch.setattr(Sql, "fetch", fetch)
    one = f"{PATH}/{admin.made(PATH, BODY)['id']}"
    assert admin.post(f"{one}/trial", key="mot").status_code == 200
    assert depths == [0]


def test_a_run_by_a_key_is_begun_once(
    admin: Program, kpi: Goal, answering: Callable[..., None]
) -> None:
    answering(("KD", Decimal(4)))
    one = f"{PATH}/{admin.made(PATH, BODY)['id']}"
    assert admin.post(f"{one}/runs", key="mot").status_code == 201
    assert admin.post(f"{one}/runs", key="mot")["Idempotency-Replayed"] == "true"
    assert Run.objects.count() == 1


def test_names_that_cannot_be(admin: Program, kpi: Goal) -> None:
    one = f"{PATH}/{admin.made(PATH, BODY)['id']}"
    same = [{"name": "KD", "kpi": kpi.public_id}] * 2
    wrong = errors_of(admin.change("PUT", f"{one}/names", {"names": same}, of=one))
    assert wrong == {"names.1.name": "duplicate", "names.1.kpi": "duplicate"}
    strange = {"names": [{"name": "KD", "kpi": "KPI-99999"}]}
    assert errors_of(admin.change("PUT", f"{one}/names", strange, of=one)) == {
        "names.0.kpi": "unknown"
    }
    assert admin.change("PUT", f"{one}/state", {"is_on": True}, of=one).status_code == 409


def test_runs_come_in_pages(admin: Program) -> None:
    made = admin.made(PATH, BODY)
    connector = Connector.objects.get(pk=made["id"])
    now = timezone.now()
    for _n in range(7):
        Run.objects.create(
            organisation=connector.organisation, connector=connector, why="hand", began_at=now,
            ended_at=now, outcome="failed", starts=now.date(), ends=now.date(), raw="x" * 50,
        )  # fmt: skip
    seen: list[int] = []
    cursor = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        page = admin.get(f"{PATH}/{made['id']}/runs?limit=3{more}")
        assert "xxx" not in page.content.decode()
        seen += [one["id"] for one in page.json()["items"]]
        cursor = page.json()["next"]
    assert seen == sorted(Run.objects.values_list("pk", flat=True), reverse=True)


def test_of_nobody_else(
    admin: Program, as_: Callable[..., Program], chi: Person, emma: Person
) -> None:
    one = f"{PATH}/{admin.made(PATH, BODY)['id']}"
    for person, status in ((chi, 403), (emma, 201)):
        assert as_(person).post(PATH, BODY).status_code == status
        program = as_(person)
        for method, path, body in (
            ("GET", one, None), ("PATCH", one, {"name": "X"}), ("DELETE", one, None),
            ("PUT", f"{one}/names", {"names": []}), ("PUT", f"{one}/state", {"is_on": True}),
            ("POST", f"{one}/trial", None), ("POST", f"{one}/runs", None),
        ):  # fmt: skip
            assert program.send(method, path, body, etag="*").status_code == 404, path
    reader = as_(admin.person, ("read", "check_in", "write"))
    assert reader.get(one).status_code == 200
    assert reader.send("PATCH", one, {"name": "X"}, etag="*").status_code == 403
    assert reader.post(f"{one}/trial").status_code == 403
    assert Connector.objects.get(pk=one.rpartition("/")[2]).name == "Doanh thu"


def test_files_of_the_server_are_those_of_the_organisation(
    admin: Program, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "connectors" / "other").mkdir(parents=True)
    (tmp_path / "connectors" / "other" / "x.csv").write_text("Tên,Số\nKD,4\n")
    folder_of(admin.person.organisation).mkdir(parents=True)
    body = {
        "kind": "files", "name": "Bảng tính",
        "settings": {"place": "folder", "path": "../other/x.csv", "name": "Tên", "value": "Số"},
    }  # fmt: skip
    answer = admin.post(PATH, body)
    if answer.status_code == 201:
        tried = admin.post(f"{PATH}/{answer.json()['id']}/trial").json()
        assert tried["code"]
        assert not tried["lines"]
    else:
        assert answer.status_code == 422


def test_quarantine_in_pages_and_by_verdict(
    admin: Program, as_: Callable[..., Program], kpi: Goal, an: Person, binh: Person,
    answering: Callable[..., None],
) -> None:  # fmt: skip
    answering(("KD", Decimal(80)))
    one = f"{PATH}/{admin.made(PATH, BODY)['id']}"
    names = {"names": [{"name": "KD", "kpi": kpi.public_id}]}
    assert admin.change("PUT", f"{one}/names", names, of=one).status_code == 200
    admin.made(f"{one}/runs", None)
    (held,) = as_(an).get("kpis/quarantine").json()["items"]
    assert as_(binh).get("kpis/quarantine").json() == {"items": [], "next": None}
    assert as_(binh).get("kpis/quarantine?mine=false").json()["items"] == [held]
    where = f"kpis/quarantine/{held['id']}/decision"
    assert as_(an).post(where, {"verdict": "refused", "reason": "Sai"}).status_code == 200
    assert as_(an).get("kpis/quarantine").json()["items"] == []
    refused = as_(an).get("kpis/quarantine?mine=false&verdict=refused").json()["items"]
    assert [one["id"] for one in refused] == [held["id"]]
    assert as_(an).get("kpis/quarantine?verdict=maybe").status_code == 422
