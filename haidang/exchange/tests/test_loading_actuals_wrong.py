"""Actuals from files: what is wrong is told at its line and column, and nothing is written."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from haidang.checkins.models import CheckIn
from haidang.exchange.loading import actions
from haidang.exchange.loading.blank import to_mend
from haidang.exchange.tests.actual_loads import LONG, only_problem, sent, stands, told
from haidang.exchange.tests.loads import applied, lines_of, problems_of
from haidang.goals.models import Goal
from haidang.kpis.actions import close_period
from haidang.lib.errors import Conflict
from haidang.lib.tests.made import csv_of, xlsx_of
from tests.support.keeping import kept
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def world() -> World:
    return World()


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        (["Doanh số", "T1/2025", "1", "", "", ""], "KPI", "Doanh số"),
        (["", "T1/2025", "1", "", "", ""], "KPI", "KPI nào"),
        (["Doanh thu", "T13/2025", "1", "", "", ""], "Kỳ", "10/2026"),
        (["Doanh thu", "", "1", "", "", ""], "Kỳ", "kỳ nào"),
        (["Doanh thu", "2025", "1", "", "", ""], "Kỳ", "Tháng"),
        (["Doanh thu", "T1", "1", "", "", ""], "Kỳ", "năm nào"),
        (["Doanh thu", "T1/1980", "1", "", "", ""], "Kỳ", ""),
        (["Doanh thu", "T12/2199", "1", "", "", ""], "Kỳ", "chưa bắt đầu"),
        (["Doanh thu", "T1/2025", "nhiều", "", "", ""], "Thực đạt", "không phải là số"),
        (["Doanh thu", "T1/2025", "12 m²", "", "", ""], "Thực đạt", "m²"),
        (["Doanh thu", "T1/2025", "NaN", "", "", ""], "Thực đạt", "không phải là số"),
        (["Doanh thu", "T1/2025", "1e30", "", "", ""], "Thực đạt", ""),
        (["Doanh thu", "T1/2025", "9" * 30, "", "", ""], "Thực đạt", "24"),
        (["Doanh thu", "T1/2025", "#REF!", "", "", ""], "Thực đạt", "lỗi"),
        (["Doanh thu", "T1/2025", "", "1", "2", ""], "Tử số", "Chỉ"),
        (["Doanh thu", "T1/2025", "", "", "", "Chưa chốt"], "Thực đạt", ""),
        (["Tỷ lệ", "T1/2025", "5", "", "", ""], "Thực đạt", "hai số"),
        (["Tỷ lệ", "T1/2025", "", "5", "", ""], "Mẫu số", ""),
        (["Tỷ lệ", "T1/2025", "", "5", "0", ""], "Mẫu số", ""),
        (["Tính ra", "T1/2025", "5", "", "", ""], "KPI", ""),
        (["Nháp", "T1/2025", "5", "", "", ""], "KPI", ""),
    ],
)
def test_what_is_wrong_is_told_at_its_line_and_column(
    world: World, line: list[str], column: str, says: str
) -> None:
    one = world.kpi(title="Doanh thu", metric_unit="đơn")
    world.kpi(title="Tỷ lệ", aggregation="ratio", metric_kind="percent", metric_unit="%")
    calculated = world.kpi(title="Tính ra")
    Goal.objects.filter(pk=calculated.pk).update(calculation="sum")
    draft = world.kpi(title="Nháp")
    Goal.objects.filter(pk=draft.pk).update(state="draft")
    job = sent(world.an, [LONG, ["Doanh thu", "T2/2025", "7", "", "", ""], line])
    assert list(problems_of(job)) == [3], (job.problem, told(job))
    found = problems_of(job)[3]
    if len(line[1]) and line[2] == "" and line[3:5] == ["1", "2"]:
        assert [name for name, _message in found] == ["Tử số", "Mẫu số"]
    else:
        ((name, message),) = found
        assert name == column
        assert says in message
    with pytest.raises(Conflict):
        actions.begin(job, "")
    assert not stands(one)


def test_one_title_of_several_kpis(world: World) -> None:
    mine = world.kpi(title="Doanh thu", level="individual", actor=world.binh, owner=world.binh)
    other = world.kpi(title="Doanh Thu", unit=world.it, level="unit", owner=world.dung)
    rows = [["KPI", "Người phụ trách", "Phòng ban", "T1/2025"]]
    ambiguous = sent(world.an, [*rows, ["Doanh thu", "", "", 1]])
    name, message = only_problem(ambiguous)
    assert name == "KPI"
    assert mine.public_id in message
    assert other.public_id in message
    for cells in (["binh", ""], ["", "Kinh doanh"], [world.binh.public_id, ""]):
        job = sent(world.an, [*rows, ["Doanh thu", *cells, 1]])
        assert not problems_of(job), problems_of(job)
        assert lines_of(job)[0].public_id == mine.public_id
    # Of several those are meant that one reports; those of somebody else never are.
    job = sent(world.binh, [*rows, ["doanh thu", "", "", 1]])
    assert lines_of(job)[0].public_id == mine.public_id
    job = sent(world.binh, [*rows, ["doanh thu", "Dũng", "", 1]])
    assert "không" in only_problem(job)[1]
    namesake = world.person("Bình", world.it)
    third = world.kpi(title="Doanh thu", level="individual", actor=namesake, owner=namesake)
    job = sent(world.an, [*rows, ["Doanh thu", "Bình", "", 1]])
    assert third.public_id in only_problem(job)[1]
    job = sent(world.an, [*rows, ["Doanh thu", "Bình", "Kinh doanh", 1]])
    assert lines_of(job)[0].public_id == mine.public_id


def test_an_id_with_another_title_beside_is_refused(world: World) -> None:
    one, _two = world.kpi(title="Doanh thu"), world.kpi(title="Chi phí")
    rows = [["ID", "KPI", "T1/2025"], [one.public_id, "Chi phí", 3]]
    assert only_problem(sent(world.an, rows))[0] == "KPI"
    rows[1] = [one.public_id.lower(), "DOANH THU", 3]
    assert not problems_of(sent(world.an, rows))
    rows[1] = ["KPI-999", "", 3]
    assert only_problem(sent(world.an, rows))[0] == "ID"


def test_another_scale_in_the_column_of_the_unit_is_refused(world: World) -> None:
    world.kpi(title="Doanh thu", metric_kind="currency", metric_unit="tỷ ₫")
    rows = [["KPI", "Đơn vị tính", "T1/2025"], ["Doanh thu", "triệu đồng", 3]]
    assert only_problem(sent(world.an, rows))[0] == "Đơn vị tính"
    for same in ("tỷ ₫", "tỉ đồng", "TỶ ₫", ""):
        rows[1][1] = same
        assert not problems_of(sent(world.an, rows)), same


def test_a_month_twice(world: World) -> None:
    world.kpi(title="Doanh thu")
    quarter = world.kpi(title="Quý", frequency="quarter")
    rows = [
        LONG,
        ["Doanh thu", "T1/2025", "1", "", "", ""],
        ["Doanh thu", "31/01/2025", "2", "", "", ""],
    ]
    job = sent(world.an, rows)
    assert "2" in problems_of(job)[3][0][1]
    wide = [["KPI", "T1/2025", "T2/2025", "01/2025"], [quarter.public_id, 1, 2, ""]]
    assert problems_of(sent(world.an, wide))[2][0][0] == "T2/2025"
    wide = [["KPI", "T1/2025", "01/2025"], ["Doanh thu", 1, 2]]
    assert problems_of(sent(world.an, wide))[2][0][0] == "01/2025"


def test_a_month_that_is_closed(world: World) -> None:
    kpi = world.kpi(title="Doanh thu")
    world.check_in(kpi, 5, day=date(2025, 1, 31))
    close_period(world.chi, "month", date(2025, 1, 1))
    rows = [["KPI", "T1/2025", "T2/2025"], ["Doanh thu", 6, 7]]
    job = sent(world.an, rows)
    name, message = only_problem(job)
    assert name == "T1/2025"
    assert "chốt" in message
    assert stands(kpi) == {date(2025, 1, 1): 5}
    rows[1][1] = 5  # what stands there already is no change
    assert applied(sent(world.an, rows)).state == "applied"
    assert stands(kpi) == {date(2025, 1, 1): 5, date(2025, 2, 1): 7}


def test_cells_that_cannot_be_trusted(world: World) -> None:
    for title in ("Một", "Hai", "Ba", "Bốn"):
        world.kpi(title=title)
    book: Any = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["KPI", "T1/2025", "T2/2025", "Tổng"])
    sheet.append(["Một", "=1+1", 3, "=B2+C2"])
    sheet.append(["Hai", "#REF!", 3, None])
    sheet.append(["Ba", 5, None, None])
    sheet.append(["Bốn", date(2025, 10, 9), "9/10", None])
    sheet["B3"].data_type = "e"
    sheet.merge_cells("B4:C4")
    file = io.BytesIO()
    book.save(file)
    job = sent(world.an, file.getvalue())
    found = problems_of(job)
    assert list(found) == [2, 3, 4, 5]
    says = [text for _name, text in (found[2][0], found[3][0], found[4][0], found[5][0])]
    for part, text in zip(("công thức", "lỗi", "gộp", "09/10/2025"), says, strict=True):
        assert part in text, text
    assert [name for name, _text in found[5]] == ["T1/2025", "T2/2025"]
    # The list of errors is as it was sent: what is merged does not pass unseen the second time.
    file_format, data = to_mend("actuals", file.getvalue(), lines_of(job))
    assert file_format == "xlsx"
    again = sent(world.an, data)
    assert list(problems_of(again)) == [2, 3, 4, 5]
    assert "gộp" in problems_of(again)[4][0][1]
    # Not even from the list of errors of the list of errors.
    data = to_mend("actuals", data, lines_of(again))[1]
    assert list(problems_of(sent(world.an, data))) == [2, 3, 4, 5]


def test_the_list_of_errors_keeps_titles_blank_lines_apart_and_what_is_merged(
    world: World,
) -> None:
    for title in ("Một", "Hai"):
        world.kpi(title=title)
    book: Any = openpyxl.Workbook()
    sheet = book.active
    rows = [["Số liệu năm 2025"], [], ["KPI", "T1", "T2"], [], ["Một", 5, None], ["Hai", "x", 3]]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("B5:C5")
    file = io.BytesIO()
    book.save(file)
    job = sent(world.an, file.getvalue())
    assert list(problems_of(job)) == [5, 6]
    data = to_mend("actuals", file.getvalue(), lines_of(job))[1]
    mended = openpyxl.load_workbook(io.BytesIO(data)).active
    assert {str(one) for one in mended.merged_cells.ranges} == {"B1:D1", "C3:D3"}
    assert mended["B1"].value == "Số liệu năm 2025", "the year of the columns"
    assert mended["A2"].font.bold
    assert mended.freeze_panes == "A3"
    assert list(problems_of(sent(world.an, data))) == [3, 4]
    mended.unmerge_cells("C3:D3")
    mended["D3"] = 6
    mended["C4"] = 2
    file = io.BytesIO()
    mended.parent.save(file)
    assert not problems_of(sent(world.an, file.getvalue()))


@pytest.mark.parametrize("cells", [("x", "9"), ("9", "x")])
def test_a_part_of_a_ratio_that_cannot_be_read_is_told_once(
    world: World, cells: tuple[str, str]
) -> None:
    world.kpi(title="Tỷ lệ", aggregation="ratio", metric_kind="percent", metric_unit="%")
    rows = [["KPI", "Số nào", "T1/2025", "T2/2025"], ["Tỷ lệ", "Tử số", cells[0], 1],
            ["Tỷ lệ", "Mẫu số", cells[1], 2]]  # fmt: skip
    job = sent(world.an, rows)
    assert only_problem(job)[0] == "T1/2025"
    assert sorted(one.status for one in lines_of(job)) == ["new", "wrong"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1258"])
def test_encodings(world: World, encoding: str) -> None:
    kpi = world.kpi(title="Chi phí")
    text = "KPI;Kỳ;Thực đạt\r\nChi phi;T1/2025;1.234,5\r\n"
    if encoding == "cp1258":
        text = "KPI;Period;Actual\r\nChi phí;T1/2025;1.234,5\r\n"
    job = sent(world.an, text.encode(encoding))
    assert not problems_of(job), job.problem
    applied(job)
    assert list(stands(kpi).values()) == [Decimal("1234.5")]


def bomb() -> bytes:
    whole = io.BytesIO(xlsx_of([["KPI", "T1/2025"], ["Doanh thu", 1]]))
    out = io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            new.writestr(part.filename, b"<a>" + b"0" * (30 << 20) if "sheet1" in part.filename
                         else data)  # fmt: skip
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "trống"),
        (b"%PDF-1.7", "không phải"),
        (xlsx_of([["KPI", "T1/2025"], ["Doanh thu", 1]])[:900], "giữa chừng"),
        (bomb(), "quá lớn"),
        (csv_of([["KPI", "T1/2025"]]), "tiêu đề"),
        (csv_of([["KPI", "T1/2025"], ["Doanh thu", ""]]), "Không có dòng nào"),
        (csv_of([["KPI", "Thực đạt"], ["Doanh thu", "1"]]), "Kỳ"),
        (csv_of([["KPI", "Kỳ"], ["Doanh thu", "T1/2025"]]), "Thực đạt"),
        (csv_of([["KPI", "Thực đạt", "T1/2025"], ["Doanh thu", "1", "2"]]), "T1/2025"),
        (csv_of([["Tên", "Tên KPI", "T1/2025"], ["Doanh thu", "1", "2"]]), "hai lần"),
        (csv_of([["Số", "T1/2025"], ["Doanh thu", "1"]]), "KPI"),
        (b'KPI,T1/2025\n"Doanh thu,1\n', ""),
    ],
)
def test_a_file_that_cannot_be_taken(world: World, data: bytes, says: str) -> None:
    world.kpi(title="Doanh thu")
    job = sent(world.an, data)
    assert job.state == "refused", told(job)
    assert says in job.problem
    assert not CheckIn.objects.exists()


def test_more_values_than_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("haidang.exchange.loading.actuals.MOST", 2)
    world.kpi(title="Doanh thu")
    job = sent(world.an, [["KPI", "T1/2025", "T2/2025", "T3/2025"], ["Doanh thu", 1, 2, 3]])
    assert job.state == "refused"
    assert "2" in job.problem
