"""Saved views over HTTP: kept, opened, renamed, shared, deleted."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haidang.goals.access import goal_for
from haidang.lib.errors import Conflict, Invalid, NotFound
from haidang.people.access import person_of, signed_in
from haidang.people.models import Person
from haidang.strategy.access import may_share, may_view, view_for, views_visible
from haidang.strategy.actions import saved_views as actions
from haidang.strategy.map import filters, place
from haidang.strategy.models import SavedView
from haidang.web.errors import is_htmx
from haidang.web.forms import add_refusal
from haidang.web.once import once

#: Views that the menu lists; the rest are on the page of views.
IN_MENU = 12


class ViewForm(forms.Form):
    """A name, and who may open it; the view itself comes along, hidden."""

    use_required_attribute = False

    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=actions.MOST_NAME)
    is_shared = forms.BooleanField(
        label=gettext_lazy("Shared with the organisation"),
        help_text=gettext_lazy("Whoever opens it sees only the goals that are open to them."),
        required=False,
    )
    query = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    place = forms.CharField(required=False, max_length=place.MOST, widget=forms.HiddenInput)

    def __init__(self, person: Person, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_share(person):
            del self.fields["is_shared"]

    def clean_query(self) -> str:
        """As the map itself writes it; what cannot be meant is left out."""
        return canonical(self.cleaned_data["query"])

    def clean_place(self) -> str:
        return place.clean(self.cleaned_data["place"].removeprefix("#"))


def canonical(query: str) -> str:
    """The filters of an address, in their order."""
    return filters.read(QueryDict(query.removeprefix("?")[:4000])).query()


class Listed(NamedTuple):
    """A saved view in a list."""

    view: SavedView
    mine: bool
    may_delete: bool


def offered(person: Person) -> list[Listed]:
    """The views that the person may open, their own first: one query."""
    rows = list(views_visible(person).select_related("owner").order_by("name", "pk")[:200])
    rows.sort(key=lambda view: view.owner_id != person.pk)
    return [Listed(v, v.owner_id == person.pk, may_view(person, v, "delete")) for v in rows]


def opened_view(person: Person, named: str) -> SavedView | None:
    """The view that an address says it shows, if the person may open it."""
    if not (named.isascii() and named.isdigit() and len(named) < 19):
        return None
    return views_visible(person).filter(pk=named).first()


def _answer(request: HttpRequest, facts: dict[str, Any], status: int = 200) -> HttpResponse:
    name = "strategy/_map_saved_dialog.html" if is_htmx(request) else "strategy/map_saved.html"
    return render(request, name, facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def views(request: HttpRequest) -> HttpResponse:
    """The views that can be opened, and the form that keeps another one."""
    person = person_of(request)
    if request.method != "POST":
        asked = {name: request.GET.get(name, "") for name in ("query", "place")}
        form = ViewForm(person, initial=asked)
        return _answer(request, {"form": form, "view": None, "saved": offered(person)})
    form = ViewForm(person, request.POST)
    status = 422
    if form.is_valid():
        got = form.cleaned_data
        try:
            with once(request) as sent:
                if not sent.answer:
                    made = actions.save_view(
                        person,
                        got["name"],
                        query=got["query"],
                        place=got["place"],
                        is_shared=got.get("is_shared", False),
                    )
                    sent.answer = str(made.pk)
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The view is kept under this name."))
            return HttpResponseRedirect(reverse("map_view", args=[sent.answer]))
    facts = {"form": form, "view": None, "saved": offered(person)}
    return _answer(request, facts, status)


@require_safe
@signed_in
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a view: the map under its filters, at its place, as far as the reader sees it."""
    person = person_of(request)
    saved = view_for(person, pk)
    asked = filters.read(QueryDict(saved.query))
    changes = {}
    for name in ("root", "also"):
        try:
            if getattr(asked, name):
                goal_for(person, getattr(asked, name))
        except NotFound:
            changes[name] = ""
            if name == "root":
                messages.info(request, _("The branch of this view is not open to you."))
    query = QueryDict(asked.query(**changes), mutable=True)
    query["saved"] = str(saved.pk)
    where = place.seen_by(person, saved.place)
    return HttpResponseRedirect(
        f"{reverse('map')}?{query.urlencode()}" + (f"#{where}" if where else "")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a view, share it or keep it for oneself."""
    person = person_of(request)
    saved = view_for(person, pk, to="change")
    if request.method != "POST":
        initial = {"name": saved.name, "is_shared": saved.is_shared}
        facts = {"form": ViewForm(person, initial=initial), "view": saved, "saved": []}
        return _answer(request, facts)
    form = ViewForm(person, request.POST)
    status = 422
    if form.is_valid():
        got = form.cleaned_data
        try:
            actions.change_view(person, saved, name=got["name"], is_shared=got.get("is_shared"))
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("map_view", args=[saved.pk]))
    return _answer(request, {"form": form, "view": saved, "saved": []}, status)


@require_POST
@signed_in
def deletion(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a view; the goals it showed are not touched."""
    person = person_of(request)
    saved = view_for(person, pk, to="delete")
    actions.delete_view(person, saved)
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": saved.name})
    return HttpResponseRedirect(reverse("map_views"))
