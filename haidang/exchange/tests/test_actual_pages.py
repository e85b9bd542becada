"""The pages on which a file of actuals is sent, looked at and saved."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from haidang.checkins.models import CheckIn
from haidang.exchange.models import Import
from haidang.exchange.tests.loads import taken
from haidang.exchange.tests.test_import_pages import worked
from haidang.goals.models import Goal
from haidang.lib.tests.made import csv_of
from haidang.people.models import Person, Role, RoleGrant

pytestmark = pytest.mark.django_db
PAGE = "/kpis/actuals/import/"
Enter = Callable[[Person], Client]


def month(ago: int) -> date:
    today = timezone.localdate()
    index = today.year * 12 + today.month - 1 - ago
    return date(index // 12, index % 12 + 1, 1)


def name(ago: int) -> str:
    return f"T{month(ago).month}/{month(ago).year}"


def send(client: Client, data: bytes, path: str = PAGE, **fields: str) -> Any:
    file = SimpleUploadedFile("kpi.csv", data)
    return client.post(path, {"kind": "actuals", "file": file, **fields})


@pytest.mark.parametrize("path", [PAGE, "/import/"])
def test_sent_looked_at_and_saved(enter: Enter, an: Person, kpi: Goal, path: str) -> None:
    client = enter(an)
    answer = send(client, csv_of([["KPI", name(2), name(1)], [kpi.title, 5, 6]]), path)
    assert answer.status_code == 302
    where = answer["Location"]
    worked()
    page = client.get(where).content.decode()
    assert kpi.public_id in page
    assert not CheckIn.objects.exists()
    assert client.post(where).status_code == 302
    assert client.post(where).status_code == 302  # pressed twice
    worked()
    assert CheckIn.objects.count() == 2
    assert set(CheckIn.objects.values_list("source", flat=True)) == {"import"}
    assert 'href="/kpis/actuals/"' in client.get(where).content.decode()
    period = f"/kpis/periods/{kpi.public_id}/{month(1).isoformat()}/"
    assert "kpi.csv" in client.get(period).content.decode()
    assert "kpi.csv" in client.get(PAGE).content.decode()
    assert "kpi.csv" in client.get("/import/").content.decode()
    assert client.get("/audit/").status_code == 200


def test_what_is_wrong_is_downloaded(enter: Enter, an: Person, kpi: Goal) -> None:
    client = enter(an)
    rows = [["KPI", name(2), name(1), "Ghi gì đó"], [kpi.title, "x", "#N/A", "=1+1"]]
    job = taken(an, csv_of(rows), "actuals", "vi")
    page = client.get(f"/import/{job.pk}/").content.decode()
    assert f"<b>{name(2)}:</b>" in page
    assert client.post(f"/import/{job.pk}/").status_code == 409
    listed = client.get(f"/import/{job.pk}/to-mend/").getvalue().decode("utf-8-sig")
    header, line = listed.splitlines()
    assert header.endswith(f"KPI,{name(2)},{name(1)},Ghi gì đó")
    assert f"{name(2)}: " in line
    assert f"{name(1)}: " in line
    assert "'=1+1" in line
    assert client.get(f"/import/{job.pk}/?show=tree").status_code == 200


def test_the_grid_leads_to_it(enter: Enter, an: Person, kpi: Goal) -> None:
    page = enter(an).get("/kpis/actuals/?n=3").content.decode()
    assert f'href="{PAGE}?frequency=month&amp;n=3&amp;to=' in page
    assert f'href="{PAGE}"' in enter(an).get("/import/").content.decode()


def test_a_list_to_fill_in(enter: Enter, an: Person, kpi: Goal) -> None:
    client = enter(an)
    for query in ("", "?form=long&n=12", "?unit=U-1&frequency=x&n=x&to=x"):
        assert client.get(f"/import/template/actuals.xlsx{query}").status_code == 200
    assert client.get("/import/template/actuals.xlsx?unit=U-999").status_code == 404
    book: Any = openpyxl.load_workbook(
        io.BytesIO(client.get("/import/template/actuals.xlsx").content)
    )
    rows = list(book.worksheets[0].values)
    assert rows[0][-1] == name(0)
    assert rows[1][0] == kpi.public_id
    assert client.get("/import/template/actuals.csv?form=long").status_code == 200
    assert client.get("/export/actuals.csv").status_code == 404


def test_who_may_not(enter: Enter, an: Person, binh: Person, kpi: Goal) -> None:
    RoleGrant.objects.create(person=binh, role=Role.VIEWER, since=timezone.now())
    client = enter(binh)
    assert client.get(PAGE).status_code == 403
    assert send(client, b"x").status_code == 403
    assert client.get("/import/template/actuals.csv").status_code == 403
    assert PAGE not in client.get("/kpis/actuals/").content.decode()
    assert not Import.objects.exists()


def test_a_list_of_another_kind_is_not_sent_here(enter: Enter, an: Person) -> None:
    assert send(enter(an), b"x", kind="people").status_code == 403
    assert send(enter(an), b"x", kind="goals").status_code == 422
    assert send(enter(an), b"x", "/import/", kind="people").status_code == 403
    assert not Import.objects.exists()


@pytest.mark.parametrize("data", [b"", None])
def test_no_file(enter: Enter, an: Person, data: bytes | None) -> None:
    client = enter(an)
    answer = client.post(PAGE, {"kind": "actuals"}) if data is None else send(client, data)
    assert answer.status_code == 422
    assert PAGE in answer.content.decode()


def test_of_somebody_else(enter: Enter, an: Person, dung: Person, kpi: Goal) -> None:
    job = taken(an, csv_of([["KPI", name(1)], [kpi.title, 5]]), "actuals")
    assert enter(dung).get(f"/import/{job.pk}/").status_code == 404
    assert "list.csv" not in enter(dung).get(PAGE).content.decode()
