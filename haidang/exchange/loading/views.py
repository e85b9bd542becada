"""Lists that come in: sent, looked at, applied; and lists that go out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haidang.exchange.loading import actions, actual_blank, blank, own
from haidang.exchange.loading import export as going_out
from haidang.exchange.loading.access import (
    import_for,
    imports_of,
    kinds_open,
    require_any,
    require_kind,
)
from haidang.exchange.loading.actual_blank import Blank
from haidang.exchange.loading.columns import ACTUALS, GOALS, KINDS, LOADED
from haidang.exchange.loading.forms import KIND_NAMES, UploadForm
from haidang.exchange.loading.lines import Status, from_json
from haidang.exchange.models import Import, ImportState
from haidang.exchange.tasks import apply_import, check_import
from haidang.goals.models import Frequency
from haidang.kpis.access import reportable, units_open
from haidang.lib.database import reading
from haidang.lib.errors import NotFound
from haidang.people.access import person_of, signed_in
from haidang.people.models import Person
from haidang.web.once import once
from haidang.web.sheets import csv_lines, xlsx

SHOWN = 200
FORMATS = ("xlsx", "csv")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: What can be looked at alone, and its name.
TABS = (Status.WRONG, Status.WAITING, Status.NEW, Status.CHANGED, Status.UNCHANGED)
TREE = "tree"
#: After which one may ask again for work in the background that does not end.
_PATIENCE = timedelta(minutes=2)
_BUSY = (ImportState.CHECKING, ImportState.APPLYING)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def imports(request: HttpRequest) -> HttpResponseBase:
    """One's files of the last days, and the form that takes another."""
    person = person_of(request)
    require_any(person)
    return _sending(request, person, kinds_open(person), "exchange/imports.html")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def actual_imports(request: HttpRequest) -> HttpResponseBase:
    """The same for actuals of KPIs alone, with lists to fill in."""
    person = person_of(request)
    require_kind(person, ACTUALS)
    with reading():
        wanted = Blank.of(person, request.GET)
        units = list(units_open(person))
        mine = reportable(person).filter(frequency=wanted.frequency)
        if units and wanted.unit is None and not mine.exists():
            wanted = replace(wanted, unit=units[0])  # who reports nothing leads those who do
        more = {
            "wanted": wanted,
            "units_of": [(unit.public_id, unit.name) for unit in units],
            "examples": actual_blank.examples(get_language() or "vi", wanted.to),
            "frequencies": Frequency.choices,
            "counts": [(n, _("%(n)s periods") % {"n": n}) for n in actual_blank.COUNTS],
            "forms": [
                (actual_blank.WIDE, _("A column for each period")),
                (actual_blank.LONG, _("A line for each period")),
            ],
        }
    return _sending(request, person, [ACTUALS], "exchange/actual_imports.html", more)


def _sending(
    request: HttpRequest,
    person: Person,
    kinds: list[str],
    name: str,
    more: Mapping[str, Any] | None = None,
) -> HttpResponseBase:
    """One's files of these kinds, and the form that takes another."""
    form = UploadForm(kinds, initial={"kind": _asked_kind(request, kinds)})
    if request.method == "POST":
        if (asked := request.POST.get("kind", "")) in LOADED:
            require_kind(person, asked)
        form = UploadForm(kinds, request.POST, request.FILES)
        if form.is_valid():
            return _taken(request, person, form)
    facts = {
        "form": form,
        "imports": list(imports_of(person).filter(kind__in=kinds).order_by("-pk")[:20]),
        "kinds": [(kind, KIND_NAMES[kind]) for kind in kinds],
        "KIND_NAMES": KIND_NAMES,
        "days": actions.KEPT.days,
        **(more or {}),
    }
    status = 422 if form.errors else 200
    return render(request, name, facts, status=status)


def _asked_kind(request: HttpRequest, kinds: list[str]) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in kinds else kinds[0]


def _taken(request: HttpRequest, person: Person, form: UploadForm) -> HttpResponseBase:
    with once(request) as sent:
        if not sent.answer:
            file = form.cleaned_data["file"]
            job = actions.take(
                person, form.cleaned_data["kind"], file.name, file.read(), get_language() or "vi"
            )
            check_import.enqueue(job.pk)
            sent.answer = str(job.pk)
    return redirect("import", pk=int(sent.answer))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file: how far it is, what it would do; sent, it is applied."""
    person = person_of(request)
    if request.method == "POST":
        job = import_for(person, pk)
        require_kind(person, job.kind)
        if actions.begin(job, request.POST.get("reason", "")):
            apply_import.enqueue(job.pk)
        return redirect("import", pk=pk)
    with reading():
        job = import_for(person, pk)
        return render(request, "exchange/import.html", _facts(request, job))


def _facts(request: HttpRequest, job: Import) -> dict[str, Any]:
    lines = [from_json(line) for line in job.lines]
    counts = dict.fromkeys(Status, 0) | (job.counts or {})
    tab = _tab(request, counts)
    shown = [line for line in lines if line.status == tab] if tab else lines
    if tab == Status.WRONG:
        shown.sort(key=lambda line: line.number)  # as one goes through the file to mend it
    page, pages = _page(request, len(shown))
    return {
        "job": job,
        "kind_name": KIND_NAMES.get(job.kind, ""),
        "busy": job.state in _BUSY,
        "progress": actions.progress_of(job),
        "lines": shown[(page - 1) * SHOWN : page * SHOWN],
        "as_tree": not tab,
        "tab": tab,
        "page": page,
        "pages": pages,
        "counts": counts,
        "all": sum(counts.values()),
        "wrong": counts.get(Status.WRONG, 0) + counts.get(Status.WAITING, 0),
        "to_do": counts.get(Status.NEW, 0) + counts.get(Status.CHANGED, 0),
        "asks_reason": job.kind == GOALS and bool(counts.get(Status.CHANGED)),
        "stuck": job.state in _BUSY and timezone.now() - job.made_at > _PATIENCE,
    }


def _tab(request: HttpRequest, counts: dict[str, int]) -> str:
    """What is looked at alone, "" for the whole tree; what is to mend comes first."""
    asked = request.GET.get("show", "")
    if asked in TABS:
        return asked
    return str(Status.WRONG) if asked != TREE and counts.get(Status.WRONG) else ""


def _page(request: HttpRequest, rows: int) -> tuple[int, int]:
    pages = max(1, -(-rows // SHOWN))
    asked = request.GET.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return min(max(1, page), pages), pages


@require_safe
@signed_in
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the work is; once it is done the page is asked for anew."""
    job = import_for(person_of(request), pk)
    if job.state not in _BUSY:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("import", args=[pk])})
    facts = {"job": job, "progress": actions.progress_of(job)}
    return render(request, "exchange/_import_progress.html", facts)


@require_safe
@signed_in
def to_mend(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was sent, with what is wrong beside each line."""
    job = Import.objects.get(pk=import_for(person_of(request), pk).pk)
    if not (job.counts or {}).get(Status.WRONG):
        raise NotFound
    lines = [from_json(line) for line in job.lines]
    file_format, data = blank.to_mend(job.kind, bytes(job.file), lines)
    stem = job.file_name.rpartition(".")[0] or job.file_name
    name = _("%(name)s to mend") % {"name": stem}
    return _file(data, f"{name}.{file_format}", file_format)


@require_POST
@signed_in
def again(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Check a file once more, as things stand now; or go on with one that got stuck."""
    job = import_for(person_of(request), pk)
    if job.state == ImportState.APPLYING:
        apply_import.enqueue(job.pk)
    elif actions.check_again(job):
        check_import.enqueue(job.pk)
    return redirect("import", pk=pk)


@require_POST
@signed_in
def removal(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a file away."""
    person = person_of(request)
    actions.remove(person, import_for(person, pk))
    messages.success(request, _("The file is removed."))
    return redirect("imports")


@require_safe
@signed_in
def template(request: HttpRequest, listed: str, file_format: str) -> HttpResponse:
    """A list to fill in."""
    person = person_of(request)
    kind = _known(listed, file_format, LOADED)
    require_kind(person, kind)
    name = "{} ({}).{}".format(KIND_NAMES[kind], _("template"), file_format)
    if kind == ACTUALS:
        make = actual_blank.blank_csv if file_format == "csv" else actual_blank.blank_xlsx
        with reading():
            return _file(make(person, Blank.of(person, request.GET)), name, file_format)
    fields = own.fields_of(person) if kind == GOALS else {}
    if file_format == "csv":
        return _file(b"".join(blank.template_csv(kind, fields)), name, file_format)
    return _file(blank.template_xlsx(kind, fields), name, file_format)


@require_safe
@signed_in
def exports(request: HttpRequest) -> HttpResponse:
    """Which lists can be taken out."""
    person = person_of(request)
    with reading():
        kinds = [(kind, KIND_NAMES[kind], going_out.count(kind, person)) for kind in KINDS]
        facts = {"kinds": kinds, "loads": bool(kinds_open(person))}
        return render(request, "exchange/exports.html", facts)


@require_safe
@signed_in
def export(request: HttpRequest, listed: str, file_format: str) -> HttpResponseBase:
    """A list of what the person sees."""
    person = person_of(request)
    kind = _known(listed, file_format)
    today = timezone.localdate()
    name = f"{KIND_NAMES[kind]} {today:%Y-%m-%d}.{file_format}"
    actions.log_export(person, kind, file_format)
    if file_format == "csv":
        answer = StreamingHttpResponse(_streamed(kind, person), content_type=_TYPES["csv"])
        answer["Content-Disposition"] = _attached(name)
        return answer
    with reading():
        data = xlsx(
            going_out.rows(kind, person), title=str(KIND_NAMES[kind]), widths=going_out.widths(kind)
        )
    return _file(data, name, file_format)


def _known(listed: str, file_format: str, kinds: Sequence[str] = KINDS) -> str:
    if listed not in kinds or file_format not in FORMATS:
        raise NotFound
    return listed


def _streamed(kind: str, person: Person) -> Iterator[bytes]:
    with reading():
        yield from csv_lines(going_out.rows(kind, person))


def _file(data: bytes, name: str, file_format: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=_TYPES[file_format])
    answer["Content-Disposition"] = _attached(name)
    return answer


def _attached(name: str) -> str:
    return content_disposition_header(True, name) or "attachment"
