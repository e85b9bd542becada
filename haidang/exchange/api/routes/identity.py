"""What the organisation is for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_  # noqa: N812
from ninja import Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.operation import operation
from haidang.exchange.api.represent import goal_ref
from haidang.exchange.api.routes.organisation import INSIDERS
from haidang.exchange.api.schemas.goals import GoalRef
from haidang.exchange.api.schemas.identity import CoreValueOut, IdentityOut, Words
from haidang.exchange.api.versions import answer
from haidang.goals.access import identity_of, values_visible, visible
from haidang.goals.models import Citation, State
from haidang.people.access import require_organisation
from haidang.people.models import Person

router = Router(tags=["organisation"])


@operation(
    router,
    "get",
    "identity",
    summary=N_("Vision, mission and core values"),
    who=INSIDERS,
    scope="read",
    answers=IdentityOut,
)
def get_identity(request: HttpRequest) -> HttpResponse:
    me = actor(request)
    require_organisation(me, "see_settings")
    now = identity_of(me)
    citing = _citing(me)
    values = [
        CoreValueOut(
            id=value.public_id,
            rank=value.rank,
            name=Words(vi=value.name_vi, en=value.name_en),
            words=Words(vi=value.words_vi, en=value.words_en),
            icon=value.icon,
            cited_by=citing.get(value.pk, []),
            version=value.version,
        )
        for value in values_visible(me)
    ]
    out = IdentityOut(
        vision=Words(vi=now.vision_vi, en=now.vision_en),
        mission=Words(vi=now.mission_vi, en=now.mission_en),
        values=values,
        version=now.version,
    )
    return answer(request, out)


def _citing(me: Person) -> dict[int, list[GoalRef]]:
    """The goals that cite each value, by its key, as far as the person sees them."""
    seen = visible(me).exclude(state__in=(State.DROPPED, State.ARCHIVED)).order_by()
    rows = Citation.objects.filter(
        until=None, value__organisation_id=me.organisation_id, goal__in=seen
    )
    found: dict[int, list[GoalRef]] = {}
    for row in rows.select_related("goal").order_by("goal__rank", "goal_id"):
        found.setdefault(row.value_id, []).append(goal_ref(row.goal))
    return found
