"""The page of one's account about letters."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from haidang.lib.errors import Invalid
from haidang.notify import actions, queries
from haidang.notify.forms import PreferenceForm
from haidang.notify.letters import known_words, subject_of
from haidang.people.access import person_of, signed_in, zone_of
from haidang.people.models import Person
from haidang.web.forms import add_refusal


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def notifications(request: HttpRequest) -> HttpResponse:
    """What one is told by e-mail, and what today's letter says."""
    person = person_of(request)
    if request.method != "POST":
        return _show(request, person)
    form = PreferenceForm(request.POST)
    if form.is_valid():
        try:
            actions.choose(person, **form.cleaned_data)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("notifications")
    return _show(request, person, form, 422)


def _show(
    request: HttpRequest, person: Person, form: PreferenceForm | None = None, status: int = 200
) -> HttpResponse:
    today = queries.today_for(person, timezone.now())
    account = person.account
    facts = {
        "form": form or PreferenceForm.of(today.preference),
        "tab": "notifications",
        "today": today,
        "subject": subject_of(today.content),
        "known": known_words(today.content.known),
        "demo": queries.is_demo(person.organisation),
        "missing": queries.missing(),
        "zone": zone_of(person),
        "mailbox": person.email or (account.email if account is not None else ""),
        "several": len(request.memberships) > 1,  # type: ignore[attr-defined]
    }
    return render(request, "notify/notifications.html", facts, status=status)
