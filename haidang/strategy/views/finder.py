"""Ctrl+K: what a search finds, as the rows of its dialog."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from haidang.lib.database import reading
from haidang.lib.text import clean_line
from haidang.people.access import person_of, signed_in
from haidang.strategy.queries.finder import Entry, find
from haidang.web.errors import is_htmx
from haidang.web.navigation import shown


@require_safe
@signed_in
def finder(request: HttpRequest) -> HttpResponse:
    """The rows for `q`; opened as an address, the list of goals with these words."""
    asked = request.GET.get("q", "")[:1000]
    text = clean_line(asked)[:120]
    everything = reverse("goals") + (f"?{urlencode({'q': text})}" if text else "")
    if not is_htmx(request):
        return HttpResponseRedirect(everything)
    pages = [
        Entry(page.href, page.item.label, icon=page.item.icon, keys=page.item.key)
        for page in shown(request)
    ]
    pages.append(Entry(reverse("account"), _("My account"), icon="settings"))
    with reading():
        groups = find(person_of(request), text, pages)
        facts = {"groups": groups, "text": text, "asked": asked, "everything": everything}
        return render(request, "strategy/_finder.html", facts)
