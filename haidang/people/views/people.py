"""People: the list, a person, and what administrators do for them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from haidang.lib.errors import Conflict, Invalid
from haidang.people import actions, queries
from haidang.people.access import (
    may_organisation,
    person_for,
    person_of,
    require_organisation,
    signed_in,
    unit_for,
)
from haidang.people.forms import ROLE_WORDS, NewPersonForm, PersonForm, RolesForm
from haidang.people.models import Person, Role
from haidang.people.views.saving import (
    attempt,
    saved,
    site_of,
    version_of,
    whole_number,
)
from haidang.web import formats
from haidang.web.once import once


@require_GET
@signed_in
def people(request: HttpRequest) -> HttpResponse:
    """The list, with filters in the address."""
    actor = person_of(request)
    asked = request.GET
    unit = unit_for(actor, asked["unit"]) if asked.get("unit") else None
    role = asked.get("role", "") if asked.get("role") in Role.values else ""
    left = asked.get("left") == "1"
    found = queries.found_people(actor, text=asked.get("q", ""), unit=unit, role=role, left=left)
    facts = {
        "page": queries.people_page(found, whole_number(asked.get("page", ""), 1)),
        "text": asked.get("q", "")[:200],
        "unit": unit,
        "role": role,
        "left": left,
        "roles": Role,
        "units": queries.unit_lines(actor),
        "filtered": bool(asked.get("q") or unit or role or left),
        "may_create": may_organisation(actor, "create_person"),
        "filters": _filters(request),
    }
    return render(request, "people/people.html", facts)


def _filters(request: HttpRequest) -> str:
    """The filters of this page as a query without the page, to continue from."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


@require_GET
@signed_in
def person_options(request: HttpRequest) -> HttpResponse:
    """Options of a picker of people."""
    found, more = queries.person_options(person_of(request), request.GET.get("q", ""))
    options = [
        {
            "value": person.public_id,
            "label": person.name,
            "hint": person.unit.name if person.unit else person.email,
            "initials": formats.initials(person.name),
            "tone": formats.tone(person.name),
        }
        for person in found
    ]
    return JsonResponse({"options": options, "more": more})


@require_http_methods(["GET", "POST"])
@signed_in
def new_person(request: HttpRequest) -> HttpResponse:
    actor = person_of(request)
    require_organisation(actor, "create_person")
    status = 200
    if request.method == "POST":
        form = NewPersonForm(request.POST, actor=actor)
        tried = attempt(form, lambda facts: _create(request, actor, facts))
        if tried.done:
            person, link = tried.result
            if link is not None:
                return _show_link(request, person, link)
            messages.success(request, saved())
            return redirect("person", person.public_id)
        status = tried.status
    else:
        unit = unit_for(actor, request.GET["unit"]) if request.GET.get("unit") else None
        form = NewPersonForm(actor=actor, initial={"unit": unit})
    return render(request, "people/person_new.html", {"form": form}, status=status)


def _create(
    request: HttpRequest, actor: Person, facts: dict[str, Any]
) -> tuple[Person, actions.Link | None]:
    """Sent twice, the form makes one person, and one link: it was shown with the first answer."""
    wanted = facts.pop("invite")
    if wanted and not facts["email"]:
        raise Invalid(_("An invitation needs an e-mail address."), code="required", field="email")
    with once(request) as sent:
        if sent.answer:
            return person_for(actor, sent.answer), None
        person = actions.create_person(actor, **facts)
        sent.answer = person.public_id
    return person, actions.invite(actor, person, site=site_of(request)) if wanted else None


@require_http_methods(["GET", "POST"])
@signed_in
def edit_person(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = person_of(request)
    subject = person_for(actor, public_id, to="edit")
    status, version = 200, subject.version
    beyond = queries.address_beyond(subject)
    if request.method == "POST":
        form = PersonForm(request.POST, actor=actor, signs_in_as=beyond)
        version = version_of(request)
        tried = attempt(form, lambda facts: actions.edit_person(actor, subject, version, facts))
        if tried.done:
            messages.success(request, saved())
            return redirect("person", subject.public_id)
        status = tried.status
        version = tried.current.version if tried.current else version
    else:
        facts = {field: getattr(subject, field) for field in PersonForm.base_fields}
        form = PersonForm(
            actor=actor,
            signs_in_as=beyond,
            initial=facts | {"unit": subject.unit, "manager": subject.manager},
        )
    return render(
        request,
        "people/person_edit.html",
        {"form": form, "subject": subject, "version": version, "stale": status == 409},
        status=status,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def roles(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = person_of(request)
    subject = person_for(actor, public_id, to="set_roles")
    status = 200
    if request.method == "POST":
        form = RolesForm(request.POST)
        tried = attempt(form, lambda facts: actions.set_roles(actor, subject, facts["roles"]))
        if tried.done:
            messages.success(request, saved())
            return redirect("person", subject.public_id)
        status = tried.status
    else:
        form = RolesForm(initial={"roles": queries.person_facts(actor, subject).roles})
    return render(
        request,
        "people/roles.html",
        {"form": form, "subject": subject, "words": ROLE_WORDS},
        status=status,
    )


@require_POST
@signed_in
def invitation(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = person_of(request)
    subject = person_for(actor, public_id, to="invite")
    try:
        link = actions.invite(actor, subject, site=site_of(request))
    except (Invalid, Conflict) as refusal:
        return _back(request, subject, refusal)
    return _show_link(request, subject, link)


@require_POST
@signed_in
def reset(request: HttpRequest, public_id: str) -> HttpResponse:
    """A link to choose a new password."""
    actor = person_of(request)
    subject = person_for(actor, public_id, to="reset")
    try:
        link = actions.reset_link(actor, subject, site=site_of(request))
    except Conflict as refusal:
        return _back(request, subject, refusal)
    return _show_link(request, subject, link, reset=True)


@require_POST
@signed_in
def second_factor(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take away a lost second factor."""
    actor = person_of(request)
    subject = person_for(actor, public_id, to="reset")
    try:
        actions.remove_second_factor(actor, subject)
    except Conflict as refusal:
        return _back(request, subject, refusal)
    messages.success(request, _("The second factor is removed, and they are signed out."))
    return redirect("person", subject.public_id)


@require_POST
@signed_in
def deactivation(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = person_of(request)
    subject = person_for(actor, public_id, to="deactivate")
    try:
        actions.deactivate_person(actor, subject)
    except Conflict as refusal:
        return _back(request, subject, refusal)
    messages.success(request, _("%(name)s can no longer sign in.") % {"name": subject.name})
    return redirect("person", subject.public_id)


@require_POST
@signed_in
def reactivation(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = person_of(request)
    subject = person_for(actor, public_id, to="deactivate")
    try:
        actions.reactivate_person(actor, subject)
    except Invalid as refusal:
        return _back(request, subject, refusal)
    messages.success(request, _("%(name)s is active again.") % {"name": subject.name})
    return redirect("person", subject.public_id)


def _show_link(
    request: HttpRequest, subject: Person, link: actions.Link, *, reset: bool = False
) -> HttpResponse:
    """The link, this once: only its digest is kept."""
    facts = {"subject": subject, "link": link, "reset": reset}
    answer = render(request, "people/link.html", facts)
    answer["Cache-Control"] = "no-store"
    return answer


def _back(request: HttpRequest, subject: Person, refusal: Invalid | Conflict) -> HttpResponse:
    """The person's page again, with the reason on top."""
    messages.error(request, refusal.message)
    facts = queries.person_page(person_of(request), subject)
    return render(request, "people/person.html", facts, status=refusal.status)
