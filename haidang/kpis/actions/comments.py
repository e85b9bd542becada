"""Writing about a KPI's period, and taking it back."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from haidang.goals.access import require
from haidang.goals.actions.change import again, record_event, restructuring
from haidang.goals.models import Goal, Kind
from haidang.goals.rules.periods import FIRST, LAST, period_of
from haidang.kpis.access import own_comment
from haidang.kpis.models import PeriodComment
from haidang.lib.errors import Invalid
from haidang.lib.text import clean_text
from haidang.people.models import Person

LONGEST_COMMENT = 5_000


def comment_period(actor: Person, kpi: Goal, day: date, text: str) -> PeriodComment:
    """Say something about the period that holds `day`, closed or open.

    Nothing of its number changes. Raises Invalid for no words, too many, or no such period.
    """
    require(actor, kpi, "comment")
    text = clean_text(text)
    if not text:
        raise Invalid(_("Please write something."), code="required", field="text")
    if len(text) > LONGEST_COMMENT:
        raise Invalid(_("At most 5,000 characters."), code="too_long", field="text")
    if kpi.kind != Kind.KPI or not FIRST <= day <= LAST:
        raise Invalid(_("There is no such period."), code="period", field="starts")
    with restructuring(actor) as at:
        kpi = again(kpi)
        require(actor, kpi, "comment")
        starts, _ends = period_of(day, kpi.frequency, actor.organisation.fiscal_year_start)
        comment = PeriodComment.objects.create(
            organisation_id=kpi.organisation_id,
            goal=kpi,
            starts=starts,
            author=actor,
            text=text,
            written_at=at,
        )
        data = {"period": starts.isoformat(), "comment": comment.pk}
        record_event(actor, "period.commented", kpi, at, data=data)
    return comment


def take_back_comment(actor: Person, pk: int) -> PeriodComment:
    """Take one's own words back; a second time changes nothing."""
    with restructuring(actor) as at:
        comment = own_comment(actor, pk)
        if comment.taken_back_at is None:
            comment.text, comment.taken_back_at = "", at
            comment.save(update_fields=["text", "taken_back_at"])
            data = {"period": comment.starts.isoformat(), "comment": comment.pk}
            record_event(actor, "period.comment_taken_back", comment.goal, at, data=data)
    return comment
