"""Actuals of KPIs from files: what is read, what is refused, what is written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils import timezone, translation

from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.exchange.loading import access, actions
from haidang.exchange.loading.actual_blank import Blank, blank_csv, blank_xlsx
from haidang.exchange.loading.blank import to_mend
from haidang.exchange.loading.periods import is_period, read_period
from haidang.exchange.models import Import
from haidang.exchange.tests.loads import applied, lines_of, problems_of, taken
from haidang.goals.models import Goal, KpiPeriod
from haidang.kpis.actions import close_period
from haidang.lib.errors import Conflict, Forbidden, Invalid
from haidang.lib.tests.made import csv_of, xlsx_of
from haidang.people.access import forget
from haidang.people.models import Person, Role, RoleGrant
from tests.support.keeping import kept
from tests.worlds import World, fresh

pytestmark = pytest.mark.django_db
LONG = ["KPI", "Kỳ", "Thực đạt", "Tử số", "Mẫu số", "Ghi chú"]


@pytest.fixture
@kept
def world() -> World:
    return World()


def sent(who: Person, rows: Sequence[Sequence[Any]] | bytes, language: str = "vi") -> Import:
    data = rows if isinstance(rows, bytes) else csv_of(rows)
    return taken(who, data, "actuals", language)


def stands(kpi: Goal) -> dict[date, Decimal | None]:
    return dict(
        KpiPeriod.objects.filter(goal=kpi)
        .exclude(own_record_id=None)
        .order_by("starts")
        .values_list("starts", "own_value")
    )


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def told(job: Import) -> list[tuple[int, str, list[tuple[str, str, str]]]]:
    return [
        (one.number, one.status, [(c.column, plain(c.old), plain(c.new)) for c in one.changes])
        for one in lines_of(job)
    ]


# --- both forms ------------------------------------------------------------------------------


def test_a_line_for_each_value(world: World) -> None:
    sales = world.kpi(title="Doanh thu", metric_unit="đơn")
    rate = world.kpi(title="Tỷ lệ chốt", aggregation="ratio", metric_kind="percent",
                     metric_unit="%")  # fmt: skip
    rows = [
        LONG,
        ["doanh thu", "T1/2025", "1.234,5", "", "", "Đủ"],
        [sales.public_id, "2025-02", "12.5 đơn", "", "", ""],
        ["Tỷ lệ chốt", "31/01/2025", "", "81", "90", ""],
        ["Tỷ lệ chốt", "Tháng 2 năm 2025", "40 / 80", "", "", ""],
        ["Doanh thu", "03/2025", "-", "", "", ""],
    ]
    job = sent(world.an, rows)
    assert not problems_of(job), problems_of(job)
    assert told(job)[0] == (2, "new", [("01/2025", "", "1.234,5 đơn"), ("Ghi chú", "", "Đủ")])
    assert told(job)[2][2] == [("01/2025", "", "81 / 90")]
    assert any("1" in note and "không có số" in note for note in job.notes), job.notes
    assert not CheckIn.objects.exists()
    assert applied(job).state == "applied"
    assert stands(sales) == {date(2025, 1, 1): Decimal("1234.5"), date(2025, 2, 1): Decimal("12.5")}
    assert stands(rate) == {date(2025, 1, 1): Decimal(90), date(2025, 2, 1): Decimal(50)}
    first, second = CheckIn.objects.filter(goal=sales).order_by("for_day")
    assert (first.source, first.note, first.for_day) == ("import", "Đủ", date(2025, 1, 31))
    assert second.note == "Nhập từ tệp: list.csv, dòng 3"
    assert not recompute(world.organisation.pk, check=True)
    again = sent(world.an, rows)
    assert {one.status for one in lines_of(again)} == {"unchanged"}


def test_a_column_for_each_period(world: World) -> None:
    sales = world.kpi(title="Doanh thu", metric_unit="đơn")
    rate = world.kpi(title="Tỷ lệ", aggregation="ratio", metric_kind="percent", metric_unit="%")
    world.check_in(sales, 10, day=date(2025, 2, 10))
    rows = [
        ["STT", "KPI", "Số nào", "T1/2025", "Thg2-25", "2025-03", "Tổng"],
        [1, "Doanh thu", "", 5, "12", "", "=SUM(D2:F2)"],
        [2, "Tỷ lệ", "Tử số", "1", "", "9", ""],
        [2, "Tỷ lệ", "Mẫu số", "2", "", "10", ""],
    ]
    job = sent(world.an, rows)
    assert not problems_of(job), problems_of(job)
    assert told(job) == [
        (2, "new", [("01/2025", "", "5 đơn")]),
        (2, "changed", [("02/2025", "10 đơn", "12 đơn")]),
        (3, "new", [("01/2025", "", "1 / 2")]),
        (3, "new", [("03/2025", "", "9 / 10")]),
    ]
    assert (job.counts["new"], job.counts["changed"]) == (3, 1)
    applied(job)
    assert stands(sales) == {date(2025, 1, 1): Decimal(5), date(2025, 2, 1): Decimal(12)}
    assert stands(rate) == {date(2025, 1, 1): Decimal(50), date(2025, 3, 1): Decimal(90)}


def test_months_without_a_year_below_a_title_that_has_one(world: World) -> None:
    kpi = world.kpi(title="Doanh thu")
    table = [["KPI", "T1", "Tháng 2", "Mar"], ["Doanh thu", 1, 2, 3]]
    job = sent(world.an, [["KẾT QUẢ KPI NĂM 2025"], *table])
    assert not problems_of(job), job.problem
    assert any("2025" in note for note in job.notes)
    applied(job)
    assert list(stands(kpi)) == [date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)]
    refused = sent(world.an, table)
    assert refused.state == "refused"
    assert "T1" in refused.problem
    beside = [["KPI", "Năm", "T1", "T2"], ["Doanh thu", "2024", 4, 5], ["Doanh thu", "", 4, ""]]
    job = sent(world.an, beside)
    assert [(n, s) for n, s, _changes in told(job)] == [(2, "new"), (2, "new"), (3, "wrong")]


def test_a_workbook_with_real_days_and_percentages(world: World) -> None:
    kpi = world.kpi(title="Tỷ lệ lỗi", metric_kind="percent", metric_unit="%")
    book: Any = openpyxl.Workbook()
    book.active.append(["KPI", date(2025, 1, 1), date(2025, 2, 1)])
    book.active.append(["Tỷ lệ lỗi", 0.125, 7])
    book.active["B2"].number_format = "0.0%"
    file = io.BytesIO()
    book.save(file)
    job = sent(world.an, file.getvalue())
    assert not problems_of(job), job.problem
    applied(job)
    assert list(stands(kpi).values()) == [Decimal("12.5"), Decimal(7)]


@pytest.mark.parametrize(
    ("unit", "cell", "value"),
    [
        ("tỷ ₫", "500 triệu", "0.5"),
        ("tỷ ₫", "1,5 tỷ", "1.5"),
        ("tỷ ₫", "1.5 tỉ đồng", "1.5"),
        ("triệu ₫", "3 tỷ", "3000"),
        ("tỷ ₫", "1.234.567.890 ₫", "1.23456789"),
        ("tỷ ₫", "−2,5", "-2.5"),
    ],
)
def test_money_in_another_scale(world: World, unit: str, cell: str, value: str) -> None:
    kpi = world.kpi(title="Doanh thu", metric_kind="currency", metric_unit=unit)
    job = sent(world.an, [LONG, ["Doanh thu", "T1/2025", cell, "", "", ""]])
    assert not problems_of(job), problems_of(job)
    applied(job)
    assert list(stands(kpi).values()) == [Decimal(value)]


def test_yes_and_no(world: World) -> None:
    kpi = world.kpi(title="Chứng nhận", metric_kind="yes_no", metric_unit="",
                    direction="pass_fail", target=None)  # fmt: skip
    rows = [LONG, *[["Chứng nhận", f"T{n}/2025", text, "", "", ""]
                    for n, text in enumerate(["Đạt", "chưa đạt", "1", "No"], 1)]]  # fmt: skip
    job = sent(world.an, rows)
    assert not problems_of(job), problems_of(job)
    applied(job)
    assert list(stands(kpi).values()) == [1, 0, 1, 0]


def test_quarters_and_years_are_those_of_the_fiscal_year() -> None:
    world = World(fiscal_year_start=4)
    quarter = world.kpi(title="Quý", frequency="quarter")
    year = world.kpi(title="Năm", frequency="year", aggregation="last")
    rows = [LONG, ["Quý", "Q1/2025", "1", "", "", ""], ["Quý", "T9/2025", "2", "", "", ""],
            ["Năm", "2024", "3", "", "", ""]]  # fmt: skip
    job = sent(world.an, rows)
    assert not problems_of(job), problems_of(job)
    applied(job)
    assert list(stands(quarter)) == [date(2025, 4, 1), date(2025, 7, 1)]
    assert list(stands(year)) == [date(2024, 4, 1)]


# --- what is wrong ---------------------------------------------------------------------------


def only_problem(job: Import) -> tuple[str, str]:
    (found,) = problems_of(job).values()
    (problem,) = found
    return problem


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


# --- taking over -----------------------------------------------------------------------------


def test_what_changed_since_it_was_shown_is_shown_again(world: World) -> None:
    kpi = world.kpi(title="Doanh thu")
    world.check_in(kpi, 5, day=date(2025, 1, 31))
    job = sent(world.an, [["KPI", "T1/2025", "T2/2025"], ["Doanh thu", 6, 7]])
    world.check_in(kpi, 9, day=date(2025, 1, 31), actor=world.chi)
    applied(job)
    assert (job.state, bool(job.problem)) == ("checked", True)
    assert stands(kpi) == {date(2025, 1, 1): 9}
    assert told(job)[0][2] == [("01/2025", "9 cái", "6 cái")]
    close_period(world.chi, "month", date(2025, 1, 1))
    applied(job)
    assert list(problems_of(job)) == [2]
    assert stands(kpi) == {date(2025, 1, 1): 9}


def test_a_right_that_was_lost_meanwhile(world: World) -> None:
    kpi = world.kpi(title="Doanh thu", owner=world.binh)
    job = sent(world.binh, [["KPI", "T1/2025"], ["Doanh thu", 6]])
    world.edit(kpi, owner=world.dung)
    forget()
    applied(job)
    assert only_problem(job)[0] == "KPI"
    assert not stands(kpi)


def test_who_sees_a_kpi_but_does_not_report_it(world: World) -> None:
    world.kpi(title="Doanh thu")
    private = world.kpi(title="Kín", visibility="private")
    rows = [["KPI", "T1/2025"], ["Doanh thu", 6], ["Kín", 1], [private.public_id, 1],
            ["KPI-999", 1]]  # fmt: skip
    found = problems_of(sent(world.binh, rows))
    assert "không phải người nhập" in found[2][0][1]
    # What is not open to somebody is as if it were not there.
    assert found[4][0][1].replace(private.public_id, "KPI-999") == found[5][0][1]
    assert "Không có KPI" in found[3][0][1]


def test_viewers_load_no_actuals_and_guests_do(world: World) -> None:
    for role, may in ((Role.VIEWER, False), (Role.GUEST, True)):
        who = world.person(str(role), world.sales)
        RoleGrant.objects.create(person=who, role=role, since=timezone.now())
        assert ("actuals" in access.kinds_open(who)) == may
    with pytest.raises(Forbidden):
        actions.take(Person.objects.get(name="viewer"), "actuals", "x.csv", b"x", "vi")


def test_the_same_questions_for_3_and_60_lines(
    world: World, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for many in (3, 60):
        rows = [LONG]
        for n in range(many):
            kpi = world.kpi(title=f"KPI {many} {n}")
            rows.append([kpi.title, "T1/2025", str(n), "", "", ""])
        with django_assert_max_num_queries(60) as counted:
            job = sent(world.an, rows)
        assert not problems_of(job)
        counts.append(len(counted.captured_queries))
    assert counts[0] == counts[1]


# --- a list to fill in -----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("form", ["wide", "long"])
@pytest.mark.parametrize("frequency", ["day", "week", "month", "quarter", "half", "year"])
def test_a_list_to_fill_in_is_read_again(
    world: World, language: str, form: str, frequency: str
) -> None:
    one = world.kpi(title="Doanh thu", frequency=frequency)
    ratio = world.kpi(title="Tỷ lệ", aggregation="ratio", metric_kind="percent",
                      metric_unit="%", frequency=frequency)  # fmt: skip
    world.kpi(title="Của người khác", owner=world.binh, frequency=frequency)
    with translation.override(language):
        wanted = Blank.of(world.an, {"frequency": frequency, "form": form, "n": "3",
                                     "to": "2025-11-15"})  # fmt: skip
        files = [blank_csv(world.an, wanted), blank_xlsx(world.an, wanted)]
    empty = sent(world.an, files[1], language)
    assert empty.state == "refused"  # nothing is filled in
    lines = files[0].decode("utf-8-sig").splitlines()
    assert one.public_id in lines[1]
    assert not any("Của người khác" in line for line in lines)
    filled = [lines[0]]
    for line in lines[1:]:
        cells = line.split(",")
        if form == "wide":
            cells = [cell or "7" if place > 5 else cell for place, cell in enumerate(cells)]
        elif ratio.public_id in line:
            cells[-3:-1] = ["1", "2"]
        else:
            cells[-4] = "7"
        filled.append(",".join(cells))
    job = sent(world.an, "\n".join(filled).encode(), language)
    assert not problems_of(job), (filled, problems_of(job), job.problem)
    assert job.counts["new"] == 6
    applied(job)
    assert len(stands(one)) == len(stands(ratio)) == 3


def test_closed_periods_are_not_asked_for(world: World) -> None:
    world.kpi(title="Doanh thu")
    close_period(world.chi, "month", date(2025, 1, 1))
    asked = {"to": "2025-02-15", "n": "3"}
    for form, many in (("wide", 1), ("long", 3)):
        with translation.override("vi"):
            blank = Blank.of(world.an, asked | {"form": form})
            data = blank_csv(world.an, blank).decode("utf-8-sig")
        assert "T1/2025" not in data
        assert "T2/2025" in data
        assert len(data.splitlines()) == 1 + (many if form == "wide" else 2)


# --- periods as they are written -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("T10/2026", "2026-10-01", "2026-10-31"),
        ("t 10-26", "2026-10-01", "2026-10-31"),
        ("Tháng 02 năm 2024", "2024-02-01", "2024-02-29"),
        ("Thg 3/26", "2026-03-01", "2026-03-31"),
        ("Oct-26", "2026-10-01", "2026-10-31"),
        ("September 2026", "2026-09-01", "2026-09-30"),
        ("10/2026", "2026-10-01", "2026-10-31"),
        ("2026-10", "2026-10-01", "2026-10-31"),
        ("Quý IV/2026", "2026-10-01", "2026-12-31"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("Quarter 4/2026", "2026-10-01", "2026-12-31"),
        ("Nửa năm 2/2026", "2026-07-01", "2026-12-31"),
        ("6 tháng đầu năm 2026", "2026-01-01", "2026-06-30"),
        ("H2 2026", "2026-07-01", "2026-12-31"),
        ("W40/2026", "2026-09-28", "2026-10-04"),
        ("Tuần 1 năm 2026", "2025-12-29", "2026-01-04"),
        ("2026-W40", "2026-09-28", "2026-10-04"),
        ("Năm 2026", "2026-01-01", "2026-12-31"),
        ("31/10/2026", "2026-10-31", "2026-10-31"),
        (Decimal(2026), "2026-01-01", "2026-12-31"),
        (Decimal(202610), "2026-10-01", "2026-10-31"),
        (date(2026, 10, 9), "2026-10-09", "2026-10-09"),
    ],
)
def test_periods(text: Any, first: str, last: str) -> None:
    found = read_period(text, 1)
    assert found is not None
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)
    assert is_period(text) == (text != Decimal(202610))


@pytest.mark.parametrize(
    "text",
    ["Marketing", "Mục tiêu", "T13/2026", "Q5/2026", "W54/2026", "2026-13", "T0/2026", "KPI-1",
     "Tổng", "STT", Decimal("10.5"), True, "x" * 5000, "29/02/2026", "1/2/3", "Q", "T", "٣/2026"],
)  # fmt: skip
def test_what_is_no_period(text: Any) -> None:
    assert not is_period(text)
    with pytest.raises(Invalid):
        read_period(text, 1)


def test_the_world_is_fresh(world: World) -> None:
    """A record of a file moves the numbers above as any other does."""
    parent = world.kpi(title="Cả công ty")
    part = world.kpi(title="Một phần")
    world.link(part, parent, mode="value")
    job = sent(world.an, [["KPI", "T1/2025"], ["Một phần", 40]])
    applied(job)
    assert world.standing(fresh(parent)).progress is not None
    assert not recompute(world.organisation.pk, check=True)
