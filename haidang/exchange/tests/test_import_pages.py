"""The pages of lists: sent, looked at, applied, mended."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from haidang.exchange.loading import actions
from haidang.exchange.loading.blank import template_csv, template_xlsx
from haidang.exchange.models import Import
from haidang.exchange.tests.loads import applied, lines_of, problems_of, taken
from haidang.goals import actions as goals
from haidang.goals.models import Goal
from haidang.lib.tests.made import csv_of
from haidang.people.models import Person

pytestmark = pytest.mark.django_db

GOOD = [["Type", "Parent", "Title"], ["Pillar", "", "Dẫn đầu"], ["Pillar", "", "Bền vững"]]
BAD = [*GOOD, ["Vision", "", "<b>Tầm nhìn</b>"]]


@pytest.fixture
def signed(client: Client, administrator: Person) -> Client:
    account = administrator.account
    assert account is not None
    account.language = "en"
    account.save()
    client.force_login(account)
    return client


def sent(client: Client, data: bytes, name: str = "okr.csv", **fields: str) -> Any:
    file = SimpleUploadedFile(name, data)
    return client.post("/import/", {"kind": "goals", "file": file, **fields})


def worked() -> None:
    """What the worker does with what waits for it, once for each."""
    for task in DBTaskResult.objects.ready().order_by("enqueued_at"):
        task.task.func(*task.args_kwargs["args"])
    DBTaskResult.objects.all().delete()


def test_sent_looked_at_and_applied(signed: Client) -> None:
    answer = sent(signed, csv_of(GOOD))
    assert answer.status_code == 302
    where = answer["Location"]
    assert "The list is being checked" in signed.get(where).content.decode()
    assert signed.get(f"{where}progress/", headers={"HX-Request": "true"}).status_code == 200
    worked()
    done = signed.get(f"{where}progress/", headers={"HX-Request": "true"})
    assert (done.status_code, done["HX-Redirect"]) == (204, where)
    page = signed.get(where).content.decode()
    assert "2 new, 0 changed, 0 as before." in page
    assert not Goal.objects.exists()
    assert signed.post(where).status_code == 302
    assert signed.post(where).status_code == 302  # pressed twice
    worked()
    assert Goal.objects.count() == 2
    assert "Everything is saved." in signed.get(where).content.decode()


def test_the_same_form_twice_is_one_file(signed: Client) -> None:
    key = {"form_key": "k" * 20}
    first, second = (sent(signed, csv_of(GOOD), **key) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Import.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [({"kind": "secrets"}, "secrets"), ({"file": ""}, "Please choose a file.")],
)
def test_what_is_no_form(signed: Client, fields: dict[str, str], says: str) -> None:
    answer = signed.post(
        "/import/", {"kind": "goals", "file": SimpleUploadedFile("x.csv", b"x"), **fields}
    )
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Import.objects.exists()


def test_an_empty_file(signed: Client) -> None:
    answer = sent(signed, b"")
    assert answer.status_code == 422
    assert "The file is empty." in answer.content.decode()


def test_a_file_that_cannot_be_read(signed: Client, administrator: Person) -> None:
    job = taken(administrator, b"%PDF-1.7")
    page = signed.get(f"/import/{job.pk}/").content.decode()
    assert "This is not a spreadsheet that can be read." in page
    assert signed.get(f"/import/{job.pk}/to-mend/").status_code == 404


def test_reasons_stand_beside_their_lines(signed: Client, administrator: Person) -> None:
    job = taken(administrator, csv_of(BAD))
    page = signed.get(f"/import/{job.pk}/").content.decode()
    assert "1 line cannot be taken yet." in page
    assert "“Vision” is none of the values" in page
    assert "<b>Tầm nhìn</b>" not in page
    assert "Save everything" not in page
    only = signed.get(f"/import/{job.pk}/?show=wrong").content.decode()
    assert "Dẫn đầu" not in only
    assert signed.post(f"/import/{job.pk}/").status_code == 409


def test_what_is_to_mend_comes_first_in_the_order_of_the_file(
    signed: Client, administrator: Person
) -> None:
    rows = [
        ["Loại", "Mục tiêu cấp trên", "Nội dung", "Hạn"],
        ["Mục tiêu", "Bền vững", "Ít hao gỗ", "30/02/2027"],
        ["KR", "Ít hao gỗ", "Hao hụt", ""],
        ["Trụ cột", "", "Bền vững", ""],
        ["Trụ", "", "Nhân lực", ""],
    ]
    job = taken(administrator, csv_of(rows))
    page = signed.get(f"/import/{job.pk}/").content.decode()
    # Under the name that the column has in the file; what waits for it is on a tab of its own.
    assert "<b>Hạn:</b> There is no 30/02/2027 in the calendar." in page
    assert page.index("Ít hao gỗ") < page.index("Nhân lực")
    assert "Hao hụt" not in page
    assert "2 lines cannot be taken yet." in page
    assert "1 more is right and waits" in page
    assert "Hao hụt" in signed.get(f"/import/{job.pk}/?show=waiting").content.decode()
    tree = signed.get(f"/import/{job.pk}/?show=tree").content.decode()
    assert tree.index("Bền vững") < tree.index("Hao hụt")


def test_a_new_line_tells_what_was_understood(signed: Client, administrator: Person) -> None:
    rows = [
        ["Type", "Scope", "Title", "Baseline", "Target", "Unit of measure", "Owner"],
        ["KPI", "Company", "Hao hụt", "14", "10.5", "%", administrator.name],
    ]
    job = taken(administrator, csv_of(rows))
    page = signed.get(f"/import/{job.pk}/").content.decode()
    assert "Quản Trị · 14 → 10.5%" in page
    applied(job)
    saved = signed.get(f"/import/{job.pk}/").content.decode()
    assert "Open the map" in saved


def test_files_are_named_in_the_language_of_the_page(signed: Client, administrator: Person) -> None:
    account = administrator.account
    assert account is not None
    account.language = "vi"
    account.save()
    job = taken(administrator, csv_of(BAD), language="vi")
    for where, name in (
        (f"/import/{job.pk}/to-mend/", "list cần sửa.csv"),
        ("/import/template/goals.csv", "Mục tiêu (mẫu).csv"),
    ):
        said = signed.get(where)["Content-Disposition"]
        assert quote(name) in said, said


@pytest.mark.parametrize("query", ["?show=nothing", "?page=9999999", "?page=-1", "?page=x"])
def test_an_address_edited_by_hand(signed: Client, administrator: Person, query: str) -> None:
    job = taken(administrator, csv_of(BAD))
    assert signed.get(f"/import/{job.pk}/{query}").status_code == 200


def test_many_lines_come_in_pages(signed: Client, administrator: Person) -> None:
    rows = [GOOD[0], *[["Pillar", "", f"Trụ {n}"] for n in range(250)]]
    job = taken(administrator, csv_of(rows))
    page = signed.get(f"/import/{job.pk}/?page=2").content.decode()
    assert "Trụ 249" in page
    assert "Trụ 1<" not in page


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_list_of_errors_is_mended_and_sent_again(
    signed: Client, administrator: Person, file_format: str
) -> None:
    data = csv_of([*BAD, ["Pillar", "", "=1+1"]])
    if file_format == "xlsx":
        book = openpyxl.Workbook()
        for row in (*BAD, ["Pillar", "", "Ba"]):
            book.active.append(row)  # type: ignore[union-attr]
        file = io.BytesIO()
        book.save(file)
        data = file.getvalue()
    job = taken(administrator, data)
    answer = signed.get(f"/import/{job.pk}/to-mend/")
    assert (
        "to%20mend" in answer["Content-Disposition"] or "to mend" in answer["Content-Disposition"]
    )
    listed = answer.getvalue()
    again = taken(administrator, listed)
    assert problems_of(again).keys() == problems_of(job).keys()
    if file_format == "csv":
        assert "'=1+1" in listed.decode("utf-8-sig")
        assert "none of the values" in listed.decode("utf-8-sig")
        mended = taken(administrator, listed.replace(b"Vision", b"Pillar"))
        assert not problems_of(mended)
        assert len(lines_of(mended)) == 4


def test_checked_again_as_things_stand_now(signed: Client, administrator: Person) -> None:
    job = taken(administrator, csv_of([*GOOD, ["Pillar", "SP-1", "Ba"]]))
    assert problems_of(job)
    goals.create_goal(administrator, "ultimate", {"title": "Số 1"})
    assert signed.post(f"/import/{job.pk}/again/").status_code == 302
    actions.check(job.pk)
    assert Import.objects.get().state == "checked"


def test_removed(signed: Client, administrator: Person) -> None:
    job = taken(administrator, csv_of(GOOD))
    assert signed.post(f"/import/{job.pk}/removal/").status_code == 302
    assert not Import.objects.exists()
    assert signed.get(f"/import/{job.pk}/").status_code == 404


def test_the_list_of_ones_files(signed: Client, administrator: Person, an: Person) -> None:
    taken(administrator, csv_of(GOOD))
    taken(an, csv_of(GOOD))
    Import.objects.filter(person=an).update(file_name="another.csv")
    page = signed.get("/import/").content.decode()
    assert "list.csv" in page
    assert "another.csv" not in page


def test_the_same_questions_for_3_and_300_lines(
    signed: Client, administrator: Person, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for lines in (3, 300):
        rows = [GOOD[0], *[["Pillar", "", f"Trụ {n}"] for n in range(lines)]]
        job = taken(administrator, csv_of(rows))
        with django_assert_max_num_queries(30) as counted:
            signed.get(f"/import/{job.pk}/")
        counts.append(len(counted.captured_queries))
    assert counts[0] == counts[1]


# --- lists to fill in ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["goals", "people", "units"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_template_is_right_as_it_is(
    signed: Client, administrator: Person, kind: str, language: str, cycle_now: None
) -> None:
    with translation.override(language):
        files = [b"".join(template_csv(kind)), template_xlsx(kind)]
    for data in files:
        job = taken(administrator, data, kind, language)
        assert not problems_of(job), job.problem
        assert job.counts["new"] == 2
    assert applied(job).state == "applied"
    sheet: Any = openpyxl.load_workbook(io.BytesIO(files[1]))
    assert len(sheet.worksheets) == (2 if kind == "people" else 3)
    rules = sheet.worksheets[0].data_validations.dataValidation
    assert bool(rules) == (kind != "people")


@pytest.fixture
def cycle_now(administrator: Person) -> None:
    year = date.today().year
    facts = {"name": "Năm", "kind": "year", "starts": date(year, 1, 1), "ends": date(year, 12, 31)}
    goals.create_cycle(administrator, facts)


@pytest.mark.parametrize("name", ["goals.xlsx", "goals.csv", "people.xlsx", "units.csv"])
def test_templates_are_downloaded(signed: Client, name: str) -> None:
    assert signed.get(f"/import/template/{name}").status_code == 200


def test_no_such_template(signed: Client, client: Client, an: Person) -> None:
    assert signed.get("/import/template/goals.pdf").status_code == 404
    client.force_login(an.account)  # type: ignore[arg-type]
    assert client.get("/import/template/people.csv").status_code == 403
