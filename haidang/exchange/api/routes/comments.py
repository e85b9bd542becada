"""Comments on a KPI's period."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fields import Day, PublicId, RowId
from haidang.exchange.api.operation import WHO_SEES, operation
from haidang.exchange.api.represent import some_ref
from haidang.exchange.api.schemas.comments import CommentIn, PeriodCommentOut, PeriodCommentsOut
from haidang.exchange.api.versions import answer
from haidang.goals.rules.periods import period_of
from haidang.kpis import actions
from haidang.kpis.access import comments_on, kpi_for
from haidang.kpis.models import PeriodComment

router = Router(tags=["numbers"])


def comment_out(one: PeriodComment) -> PeriodCommentOut:
    return PeriodCommentOut(
        id=one.pk,
        kpi=one.goal.public_id,
        starts=one.starts,
        author=some_ref(one.author),
        text=one.text,
        written_at=one.written_at,
        taken_back_at=one.taken_back_at,
    )


@operation(
    router,
    "get",
    "goals/{goal_id}/periods/{starts}/comments",
    summary=N_("What is said about a KPI's period"),
    who=WHO_SEES,
    scope="read",
    answers=PeriodCommentsOut,
    note=N_("The earliest first; `starts` is any day of the period."),
)
def list_period_comments(request: HttpRequest, goal_id: PublicId, starts: Day) -> HttpResponse:
    me = actor(request)
    kpi = kpi_for(me, goal_id)
    first = period_of(starts, kpi.frequency, me.organisation.fiscal_year_start)[0]
    rows = comments_on(kpi).select_related("goal").filter(starts=first)
    return answer(request, PeriodCommentsOut(items=[comment_out(one) for one in rows]))


@operation(
    router,
    "post",
    "goals/{goal_id}/periods/{starts}/comments",
    summary=N_("Comment on a KPI's period"),
    who=N_("Who sees the KPI, but for viewers"),
    scope="write",
    answers=PeriodCommentOut,
    status=201,
    note=N_("Closed or open; no number changes."),
)
def comment_on_period(
    request: HttpRequest, goal_id: PublicId, starts: Day, body: CommentIn
) -> HttpResponse:
    me = actor(request)
    kpi = kpi_for(me, goal_id, to="comment")
    made = actions.comment_period(me, kpi, starts, body.text)
    return answer(request, comment_out(made), status=201)


@operation(
    router,
    "delete",
    "kpis/comments/{comment_id}",
    summary=N_("Take one's own comment back"),
    who=N_("Who wrote it"),
    scope="write",
    answers=PeriodCommentOut,
    note=N_("Its words are gone; that it was there stays."),
)
def take_back_period_comment(request: HttpRequest, comment_id: RowId) -> HttpResponse:
    return answer(request, comment_out(actions.take_back_comment(actor(request), comment_id)))
