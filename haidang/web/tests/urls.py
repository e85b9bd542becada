"""Addresses that only the tests of the shell have: what every page could do, once."""

from __future__ import annotations

import time
from types import SimpleNamespace

from django import forms
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path

from haidang.lib import errors
from haidang.web import design as samples
from haidang.web.forms import LineField
from haidang.web.views import design

handler400 = "haidang.web.errors.bad_request"
handler403 = "haidang.web.errors.permission_denied"
handler404 = "haidang.web.errors.not_found"
handler500 = "haidang.web.errors.server_error"

REFUSALS = {
    "404": errors.NotFound,
    "403": errors.Forbidden,
    "409": errors.Conflict,
    "422": errors.Invalid,
    "503": errors.Busy,
}
saved: list[str] = []


FORM = """
<form id="edit" method="post" action="/page/" class="fields" hx-post="/page/" data-guard
  {%- if ask %} hx-confirm="Sure?"{% endif %}>
  {{ csrf_input }}{{ ui.form_errors(form) }}
  {{ ui.field(form["title"], data_echo="#echo") }}
  {{ ui.field(form["note"]) }}
  {{ ui.submit("Save") }}
</form>
"""
LIVE = """
<section id="live" data-live="O-7 KR-1" hx-get="/live/" hx-trigger="live">
  <p id="moving">{{ moving }}</p>FORM
</section>
""".replace("FORM", FORM)
PAGE = """
{% block content %}
<h1 id="echo">Before</h1>
{% if "live" in request.GET %}LIVE{% else %}FORM{% endif %}
<x-picker data-url="/options/">
  <select id="owner" name="owner" aria-label="Owner"><option value=""></option></select>
</x-picker><script type="module" src="{{ static("web/picker.js") }}"></script>
<button id="key" type="button" data-key="x">Key</button>
<button id="broken" type="button" hx-post="/refuse/409/">Refused</button>
<p id="count">{{ saved|length }}</p>
{% endblock %}
""".replace("LIVE", LIVE).replace("FORM", FORM)
UI = '{% import "web/ui.html" as ui with context %}'


def shown(source: str, request: HttpRequest, facts: dict[str, object], status: int) -> HttpResponse:
    template = engines["jinja2"].from_string(source)
    given = {"ask": "ask" in request.GET, "moving": "old", **facts}
    return HttpResponse(template.render(given, request), status=status)


class TitleForm(forms.Form):
    title = LineField(label="Title", max_length=20)
    note = LineField(label="Note", max_length=40, required=False)


def somebody(request: HttpRequest) -> None:
    company = SimpleNamespace(name="Công ty Phương Nam", is_demo=True)
    request.person = SimpleNamespace(  # type: ignore[attr-defined]
        name="Nguyễn An", email="an@example.com", public_id="P-1", organisation=company
    )


def page(request: HttpRequest) -> HttpResponse:
    somebody(request)
    form = TitleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        time.sleep(0.3)
        if request.POST["title"] == "stale":
            raise errors.Stale
        saved.append(form.cleaned_data["title"])
        return redirect("after")
    facts: dict[str, object] = {"form": form, "saved": saved}
    if request.method == "POST":
        return shown(UI + FORM, request, facts, 422)
    return shown('{% extends "web/base.html" %}' + UI + PAGE, request, facts, 200)


def after(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>After</title><h1>After</h1>")


def live(request: HttpRequest) -> HttpResponse:
    form = TitleForm(initial={"title": "from the server"})
    return shown(UI + LIVE, request, {"form": form, "moving": "new"}, 200)


def stream(request: HttpRequest) -> StreamingHttpResponse:
    hello = 'id: 6\nevent: hello\ndata: {"cursor": "6"}\n\n'
    event = 'id: 7\nevent: goals\ndata: {"ids": ["O-7"], "cursor": "7"}\n\n'
    return StreamingHttpResponse(
        [f"retry: 600000\n{hello}{event}"], content_type="text/event-stream"
    )


def refuse(request: HttpRequest, what: str) -> HttpResponse:
    if what in REFUSALS:
        raise REFUSALS[what]
    if what == "405":
        return HttpResponseNotAllowed(["POST"])
    if what == "bare":
        return HttpResponse(status=413)
    raise RuntimeError


def options(request: HttpRequest) -> JsonResponse:
    wanted = request.GET.get("q", "").lower()
    found = [one for one in samples.PEOPLE if wanted in one.name.lower()]
    return JsonResponse(
        {
            "options": [
                {"value": one.public_id, "label": one.name, "hint": "Sales", "initials": "AB"}
                for one in found
            ]
        }
    )


urlpatterns = [
    path("", include("haidang.web.urls")),
    path("design/", design, name="design"),
    path("page/", page, name="home"),
    path("goals/", page, name="goals"),
    path("after/", after, name="after"),
    path("live/", live, name="live"),
    path("stream/", stream, name="stream"),
    path("options/", options, name="options"),
    path("refuse/<what>/", refuse, name="refuse"),
]
