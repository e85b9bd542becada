"""Tokens of everybody, for administrators."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.operation import operation
from haidang.exchange.api.pages import page
from haidang.exchange.api.represent import some_ref, token_facts
from haidang.exchange.api.routes.organisation import ADMINISTRATOR
from haidang.exchange.api.schemas.administration import TokenFilters, TokenOfOut, TokensOfAll
from haidang.exchange.api.versions import answer
from haidang.people.access import require_organisation
from haidang.people.models import PersonalToken

router = Router(tags=["people"])


@operation(
    router,
    "get",
    "tokens",
    summary=N_("Tokens of everybody"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=TokensOfAll,
    note=N_("The youngest first. They are revoked at their person's address."),
)
def list_all_tokens(request: HttpRequest, filters: Query[TokenFilters]) -> HttpResponse:
    me = actor(request)
    require_organisation(me, "see_tokens")
    rows = PersonalToken.objects.filter(person__organisation_id=me.organisation_id)
    if filters.live is not None:
        working: dict[str, Any] = {"revoked_at": None, "expires_at__gt": timezone.now()}
        rows = rows.filter(**working) if filters.live else rows.exclude(**working)
    found, following = page(rows.select_related("person"), ("-id",), filters, of=me.organisation_id)
    items = [TokenOfOut(**token_facts(token), person=some_ref(token.person)) for token in found]
    return answer(request, TokensOfAll(items=items, next=following))
