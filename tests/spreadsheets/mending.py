"""Somebody who mends a list of errors: looks at the reasons in its first column, and puts in
what is right."""

from __future__ import annotations

import io

import openpyxl

from tests.spreadsheets import files
from tests.spreadsheets.goals import COLUMNS, lines


def mended(data: bytes, year: int = files.YEAR) -> bytes:
    """The workbook of a list of errors with each line that has a reason made right.

    The lines are known by the number in the planner's own column, which comes back though the
    program does not know it.
    """
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.active
    assert sheet is not None
    names = list(COLUMNS)  # below the titles of the file that was sent
    rows = sheet.iter_rows(max_row=files.HEADER_ROW)
    (header,) = [r[0].row for r in rows if [c.value for c in r[1 : len(names) + 1]] == names]
    for cells in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(cells))
    right = lines(year)
    for row in sheet.iter_rows(min_row=header + 1):
        if not row[0].value:
            continue
        line = right[int(str(row[1].value)) - 1]
        for place, name in enumerate(COLUMNS[1:], 2):
            value = files.cell_of(line, name, year, row[0].row)
            row[place].value = value  # type: ignore[assignment]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
