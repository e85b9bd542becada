"""A table as a file, and the line in the log that says who took it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from haidang.activity.actions import log
from haidang.lib.database import writing
from haidang.people.access import today_of
from haidang.people.models import Person
from haidang.web import sheets

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def format_of(request: HttpRequest) -> str:
    """The kind of file that is asked for; CSV where nothing is said."""
    asked = request.GET.get("format", "")
    return asked if asked in FORMATS else "csv"


def file_of(
    person: Person,
    kind: str,
    rows: Iterable[Sequence[sheets.Cell]],
    *,
    name: str,
    title: str,
    widths: Sequence[int],
) -> HttpResponse:
    """The answer with the file; `kind` is a key of `FORMATS`."""
    body = (
        sheets.xlsx(rows, title=title, widths=widths)
        if kind == "xlsx"
        else b"".join(sheets.csv_lines(rows))
    )
    answer = HttpResponse(body, content_type=FORMATS[kind])
    stem = f"{name}-{today_of(person).isoformat()}"
    answer["Content-Disposition"] = f'attachment; filename="{stem}.{kind}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def log_export(person: Person, what: str, *, kind: str, rows: int, query: str) -> None:
    """Write down that the person took a list, how large, and by which filters. `what` is
    "goals", "people", "units" or "events"."""
    with writing():
        log(
            organisation_id=person.organisation_id,
            at=timezone.now(),
            actor_id=person.pk,
            verb="list.exported",
            subject_kind="list",
            subject_id=None,
            subject=what,
            data={"format": kind, "rows": rows, "query": query[:1000]},
        )
