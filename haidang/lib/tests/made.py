"""Files as programs and people make them, for tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import openpyxl


def csv_of(rows: Sequence[Sequence[Any]], *, separator: str = ",") -> bytes:
    """Rows as a CSV of a plain program: UTF-8 without a mark."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode()


def xlsx_of(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as a workbook that somebody typed: what begins with "=" is a formula."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
