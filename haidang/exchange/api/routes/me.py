"""Oneself, and one's own tokens."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_
from ninja import Router

from haidang.exchange.api.auth import OPENS, actor, require_scope, token_of
from haidang.exchange.api.fields import RowId
from haidang.exchange.api.operation import ANYONE, operation
from haidang.exchange.api.represent import organisation_out, person_out, some_ref, token_facts
from haidang.exchange.api.schemas.people import (
    MeOut,
    TokenCreate,
    TokenCreated,
    TokenOut,
    TokensOut,
)
from haidang.exchange.api.versions import answer, nothing
from haidang.exchange.queries import shaped_people
from haidang.lib.errors import Forbidden, NotFound
from haidang.people import actions
from haidang.people.models import Person, PersonalToken, Unit

router = Router(tags=["me"])

ONESELF = N_("Oneself")


@operation(
    router,
    "get",
    "me",
    summary=N_("Who you are here"),
    who=ANYONE,
    scope="read",
    answers=MeOut,
)
def get_me(request: HttpRequest) -> HttpResponse:
    me = actor(request)
    row = shaped_people(Person.objects.filter(pk=me.pk)).get()
    token = token_of(request)
    led = Unit.objects.filter(leaders__person=me, leaders__until=None, archived_at=None)
    teams = Unit.objects.filter(members__person=me, members__until=None, archived_at=None)
    content = MeOut(
        person=person_out(row),
        organisation=organisation_out(me.organisation),
        leads=[some_ref(unit) for unit in led],
        teams=[some_ref(unit) for unit in teams],
        language=me.account.language if me.account else me.organisation.language,
        scopes=list(OPENS) if token is None else list(token.scopes),
        expires_at=None if token is None else token.expires_at,
    )
    return answer(request, content)


@operation(
    router,
    "get",
    "me/tokens",
    summary=N_("Your tokens"),
    who=ONESELF,
    scope="read",
    answers=TokensOut,
    note=N_("The latest 100, expired and revoked ones too."),
)
def list_tokens(request: HttpRequest) -> HttpResponse:
    rows = PersonalToken.objects.filter(person=actor(request)).order_by("-id")[:100]
    return answer(request, TokensOut(items=[TokenOut(**token_facts(t)) for t in rows]))


@operation(
    router,
    "post",
    "me/tokens",
    summary=N_("Make a token"),
    who=N_("Oneself, in a session: a token makes no tokens"),
    scope="read",
    answers=TokenCreated,
    status=201,
    note=N_(
        "It never allows more than you may, and ends with your membership. Its secret is "
        "shown this once. Only administrators give it the scope `admin`."
    ),
)
def create_token(request: HttpRequest, body: TokenCreate) -> HttpResponse:
    me = actor(request)
    if token_of(request) is not None:
        raise Forbidden(_("Make tokens in the browser: a token makes no tokens."), code="token")
    expires_at = timezone.now() + timedelta(days=body.expires_in_days)
    token, secret = actions.create_token(me, body.name, body.scopes, expires_at)
    facts = token_facts(token)
    response = answer(request, TokenCreated(**facts, secret=secret), status=201)
    # A secret is not kept with the stored answer.
    kept = TokenCreated(**facts, secret=None).model_dump_json()
    response.to_keep = kept  # type: ignore[attr-defined]  # ours, read by `once`
    return response


@operation(
    router,
    "delete",
    "me/tokens/{token_id}",
    summary=N_("Revoke a token"),
    who=N_("Oneself; a token itself, with the scope write any of yours"),
    scope="read",
    answers=None,
    status=204,
    note=N_("At once; again is the same."),
)
def revoke_token(request: HttpRequest, token_id: RowId) -> HttpResponse:
    me = actor(request)
    token = PersonalToken.objects.filter(pk=token_id, person=me).select_related("person").first()
    if token is None:
        raise NotFound
    used = token_of(request)
    if used is not None and used.pk != token.pk:
        require_scope(request, "write")
    actions.revoke_token(me, token)
    return nothing()
