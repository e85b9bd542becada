"""What people get wrong in such a list: where, how, what the program says, what is right."""

from __future__ import annotations

from typing import NamedTuple

from tests.spreadsheets import company
from tests.spreadsheets.goals import Line


class Mistake(NamedTuple):
    """In line `number` (STT) the column holds `wrong`; `right` is what was there. `says` is a
    part of the reason, in Vietnamese."""

    number: int
    column: str
    wrong: str
    right: object
    says: str


#: A range of lines whose department somebody merged into one cell.
MERGED_COLUMN = "Phòng ban"
ERROR, FORMULA = "#REF!", "=H{row}*0.9"


def plant(lines: list[Line]) -> tuple[list[Mistake], tuple[int, int]]:
    """Put the mistakes into the lines (numbered, in order); gives them, and the first and last
    number of the lines whose departments are merged (mistakes among the others)."""
    found: list[Mistake] = []

    def wrong(number: int, column: str, value: str, says: str) -> None:
        line = lines[number - 1]
        found.append(Mistake(number, column, value, line.get(column), says))
        line[column] = value

    kinds = [
        ("result", lambda one: one["OKR/KPI"] == "OKR" and bool(one.get("ĐVT"))),
        ("objective", lambda one: one["OKR/KPI"] == "OKR" and not one.get("ĐVT")),
        ("kpi", lambda one: one["OKR/KPI"] == "KPI"),
    ]
    of = {name: [int(str(one["STT"])) for one in lines if fits(one)] for name, fits in kinds}
    results, objectives, kpis = of["result"], of["objective"], of["kpi"]
    personal = [n for n in kpis if str(lines[n - 1]["Nội dung"]).endswith(")")]
    lan = next(n for n in personal if "lan." in str(lines[n - 1]["Người phụ trách"]))
    team, other = (n for n in kpis if lines[n - 1]["Phạm vi"] == "Bộ phận"), kpis[3]

    wrong(objectives[40], "Phòng ban", "Phòng Kinh doan", "Không có đơn vị “Phòng Kinh doan”")
    wrong(lan, "Người phụ trách", company.TWICE, f"Có nhiều người tên “{company.TWICE}”")
    wrong(results[210], "Người phụ trách", "Trần Văn Khôn", "Không có ai tên “Trần Văn Khôn”")
    wrong(objectives[77], "Kết thúc", "31/02/{year}", "ngày")
    wrong(results[333], "Chỉ tiêu", ERROR, "báo lỗi")
    wrong(results[401], "Đầu kỳ", FORMULA, "công thức")
    wrong(results[480], "Mục tiêu cấp trên", "Giảm chi phí quý 5", "Không có mục tiêu")
    wrong(results[512], "Mục tiêu cấp trên", "", "đúng một mục tiêu")
    wrong(results[550], "Chỉ tiêu", "khoảng 500", "không phải là số")
    wrong(results[610], "Tỷ trọng", "3,5", "số nguyên")
    wrong(personal[90], "OKR/KPI", "Chỉ số", "Chỉ số")
    wrong(objectives[150], "Kết thúc", "01/12/{before}", "trước ngày bắt đầu")
    wrong(personal[120], "Chiều hướng", "Tăng dần đều", "Tăng dần đều")
    wrong(objectives[201], "Nội dung", "", "tiêu đề")
    wrong(personal[150], "Phạm vi", "Cá nhân", "quản lý trực tiếp là")
    # Two figures, each said to be below the other.
    first, second = next(team), other
    title = str(lines[first - 1]["Nội dung"])
    upper = str(lines[second - 1]["Nội dung"])
    if lines[first - 1]["Mục tiêu cấp trên"] != upper:
        wrong(first, "Mục tiêu cấp trên", upper, "vòng tròn")
    wrong(second, "Mục tiêu cấp trên", title, "vòng tròn")
    merged = results[260], results[260] + 2
    for number in range(merged[0], merged[1] + 1):
        line = lines[number - 1]
        found.append(
            Mistake(number, MERGED_COLUMN, str(line[MERGED_COLUMN]), line[MERGED_COLUMN], "gộp")
        )
    return found, merged
