"""Loading the demo company, told relative to today."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haidang.checkins.bulk import Bulk
from haidang.checkins.models import CheckIn
from haidang.demo import cast, scorecards, selling
from haidang.demo.company import Company, found
from haidang.demo.story import identity
from haidang.demo.story.calendar import ZONE, Calendar
from haidang.demo.story.shapes import (
    Acceptance,
    ClosedPeriod,
    Delivery,
    Edit,
    GoalFacts,
    Happening,
    LinkFacts,
    Reopened,
    Report,
    StateChange,
    Targets,
    exact,
)
from haidang.demo.story.telling import tell
from haidang.goals.actions import LinkRequest
from haidang.goals.actions.identity import keep_identity
from haidang.goals.models import Citation, CoreValue, Goal, Identity
from haidang.kpis.bulk import BulkClosings
from haidang.kpis.bulk_runs import BulkRuns
from haidang.kpis.bulk_targets import BulkTargets
from haidang.lib.database import writing
from haidang.lib.errors import Conflict
from haidang.people.models import Organisation, Person
from haidang.people.sequences import take

#: What is being done, how much of it is done, and of how much.
Progress = Callable[[str, int, int], None]

#: The roles of the one-click sign-ins, in the order of `cast.SIGN_INS`.
ROLES: list[Promise] = [
    gettext_lazy("Chief executive"),
    gettext_lazy("Strategy office"),
    gettext_lazy("Head of sales"),
    gettext_lazy("Sales rep of Bình Dương"),
    gettext_lazy("Sales data analyst"),
    gettext_lazy("Head of HR"),
    gettext_lazy("Head of IT"),
    gettext_lazy("Administrator"),
]


def sign_ins() -> list[tuple[Any, str]]:
    """(role, e-mail address) of those as whom the demonstration can be entered."""
    addresses = cast.addresses()
    return [(role, addresses[key]) for role, key in zip(ROLES, cast.SIGN_INS, strict=True)]


def doors(organisation: Organisation) -> list[tuple[str, Person]]:
    """(role, person) of the one-click sign-ins that are there."""
    people = {p.email: p for p in organisation.people.filter(is_active=True)}
    return [(str(role), people[email]) for role, email in sign_ins() if email in people]


def load(progress: Progress | None = None, today: date | None = None) -> Organisation:
    """Write Công ty CP Thực phẩm Hương Sen with its two years of goals and check-ins.

    The story's present (Q4/2026) becomes the quarter of `today` (in Vietnam; by default
    the day of the clock, and then nothing later than the moment is told). One transaction.
    Raises Conflict in a database that holds an organisation already.
    """
    moment = timezone.now().astimezone(ZONE)
    calendar = Calendar(today or moment.date())
    until = moment if today is None else calendar.at(calendar.today, 23, 59)
    with writing():
        if Organisation.objects.exists():
            raise Conflict(
                _(
                    "The demo company is loaded only into a database without organisations; "
                    "this one has some already."
                ),
                code="not_empty",
            )
        with _without_collector():
            return Loader(calendar, progress).run(until)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Everything made while loading stays until it is written: looking for garbage among it
    again and again costs a sixth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class Loader:
    """Feeds the story to the bulk path."""

    def __init__(self, calendar: Calendar, progress: Progress | None = None) -> None:
        self.calendar = calendar
        self.progress = progress
        self.goals: dict[str, Goal] = {}
        self.told: dict[tuple[str, date], CheckIn] = {}  # the latest report of a day

    def run(self, until: datetime) -> Organisation:
        self._say(_("Founding the company"), 0, 1)
        self.begin()
        happenings = tell(self.calendar).told(until)
        for done, one in enumerate(happenings):
            if done % 200 == 0:
                self._say(_("Telling two years of goals"), done, len(happenings))
            self.feed(one)
        self._ask_for_less(until)
        self.bulk.flush(lambda what, done, of: self._say(_("Writing"), done, of))
        scorecards.write(self.goals, self.company, self.calendar)
        self.closings.write()
        self.targets.write()
        self.sales.write(until)
        self._identity()
        return self.company.organisation

    def begin(self) -> None:
        """The company without goals, ready to be fed."""
        self.company: Company = found(self.calendar)
        self.bulk = Bulk(self.company.organisation)
        self.closings = BulkClosings(self.bulk)
        self.targets = BulkTargets(self.bulk)
        self.sales = selling.Sales(self.company, BulkRuns(self.bulk, self.closings))

    def _say(self, what: str, done: int, of: int) -> None:
        if self.progress:
            self.progress(what, done, of)

    def feed(self, one: Happening) -> None:
        """One event of the story, in the order of time."""
        if isinstance(one, GoalFacts):
            self._goal(one)
        elif isinstance(one, Report):
            self._report(one)
        elif isinstance(one, StateChange):
            self.bulk.state(
                one.at, self._person(one.actor), self.goals[one.goal], one.state, reason=one.reason
            )
        elif isinstance(one, LinkFacts):
            child = self.goals[one.child]
            self.bulk.link(one.at, child.owner, child, self._request(one))
        elif isinstance(one, Edit):
            self.bulk.edit(
                one.at,
                self._person(one.actor),
                self.goals[one.goal],
                {name: self._value(name, value) for name, value in one.changes.items()},
                reason=one.reason,
            )
        elif isinstance(one, Targets) and one.asked_at is not None:
            asker, kpi = self._person(one.asker), self.goals[one.goal]
            request = self.targets.ask(one.asked_at, asker, kpi, one.targets, one.reason)
            self.targets.grant(one.at, self._person(one.actor), request, one.targets)
        elif isinstance(one, Targets):
            self.bulk.targets(
                one.at,
                self._person(one.actor),
                self.goals[one.goal],
                one.targets,
                reason=one.reason,
            )
        elif isinstance(one, Delivery):
            self.sales.deliver(one, self.goals)
        elif isinstance(one, Acceptance):
            kpi = self.goals[one.goal]
            self.sales.runs.accept(one.at, self._person(one.actor), kpi, one.day, one.reason)
        elif isinstance(one, ClosedPeriod):
            self.closings.close(one.at, self._person(one.actor), one.frequency, one.day)
        elif isinstance(one, Reopened):
            asker, decider = self._person(one.asker), self._person(one.decider)
            kpi = self.goals[one.goal]
            self.closings.reopen(one.at, asker, decider, kpi, one.day, one.reason, one.granted_at)

    def _goal(self, one: GoalFacts) -> None:
        owner = self._person(one.owner)
        self.goals[one.key] = self.bulk.goal(
            one.at,
            owner,
            one.kind,
            facts_of(one, self.company),
            state=one.state,
            parents=[self._request(link) for link in one.parents],
        )

    def _ask_for_less(self, until: datetime) -> None:
        """The head of sales asks for a lower target of the running month; it waits."""
        kpi = self.goals["kpi.revenue"]
        month = until.date().replace(day=1)
        if month not in self.bulk.graph.nodes[kpi.pk].periods:
            return
        reason = "Hai nhà phân phối lớn ở Đồng Nai ngừng nhập hàng từ đầu tháng."
        wanted: dict[date, dict[str, Decimal | None]] = {month: {"target": Decimal("23.5")}}
        self.targets.ask(until, self._person("sales.head"), kpi, wanted, reason)

    def _identity(self) -> None:
        """Vision, mission and values from the beginning, and what cites them since it was
        made; the mission was sharpened a year later."""
        organisation, at = self.company.organisation, self.calendar.at
        founded = at(self.calendar.day(date(2024, 12, 2)), 10)
        author = self._person("strategy").pk
        row = Identity(organisation=organisation)
        row.vision_vi, row.vision_en = identity.VISION
        row.mission_vi, row.mission_en = identity.FIRST_MISSION
        row.save(force_insert=True)
        number = take(organisation.pk, "value", len(identity.VALUES))
        citations = []
        for rank, one in enumerate(identity.VALUES):
            value = CoreValue.objects.create(
                organisation=organisation,
                number=number + rank,
                public_id=f"V-{number + rank}",
                rank=rank + 1,
                name_vi=one.name[0],
                name_en=one.name[1],
                words_vi=one.words[0],
                words_en=one.words[1],
                icon=one.icon,
            )
            citations += [
                Citation(goal=goal, value=value, since=goal.created_at, actor_id=goal.owner_id)
                for goal in (self.goals[key] for key in one.cited_by if key in self.goals)
            ]
        Citation.objects.bulk_create(citations)
        keep_identity(organisation, founded, author)
        row.mission_vi, row.mission_en = identity.MISSION
        row.version += 1
        row.save(update_fields=["mission_vi", "mission_en", "version"])
        keep_identity(organisation, at(self.calendar.day(date(2025, 12, 8)), 10), author)

    def _report(self, one: Report) -> None:
        goal = self.goals[one.goal]
        if goal.state != "active":
            return  # not approved yet
        self.closings.refuse_closed(goal, one.day)
        self.told[one.goal, one.day] = self.bulk.check_in(
            one.at,
            self._person(one.author),
            goal,
            on_behalf_of=self._person(one.on_behalf_of) if one.on_behalf_of else None,
            source=one.source,
            supersedes=self.told[one.goal, one.day] if one.corrects else None,
            **values_of(one),
        )

    def _person(self, key: str) -> Person:
        return self.company.people[key]

    def _request(self, link: LinkFacts) -> LinkRequest:
        return LinkRequest(
            self.goals[link.parent], relation=link.relation, mode=link.mode, weight=link.weight
        )

    def _value(self, name: str, value: Any) -> Any:
        if name in {"owner", "data_owner"}:
            return self._person(value)
        if name == "unit":
            return self.company.units[value]
        return exact(value) if name == "target" else value


def facts_of(one: GoalFacts, company: Company) -> dict[str, Any]:
    """A goal's facts as `create_goal` takes them."""
    facts: dict[str, Any] = {
        "title": one.title,
        "owner": company.people[one.owner],
        "starts": one.starts,
        "ends": one.ends,
        **(one.metric.facts() if one.metric else {}),
        **one.more,
    }
    if one.unit:
        facts["unit"] = company.units[one.unit]
    if one.level:
        facts["level"] = one.level
    if one.cycle:
        facts["cycle"] = company.cycles[one.cycle]
    if "data_owner" in facts:
        facts["data_owner"] = company.people[facts["data_owner"]]
    for name in ("contributors", "named"):
        if people := getattr(one, name):
            facts[name] = [company.people[key] for key in people]
    if one.tags:
        facts["tags"] = one.tags
    return facts


def values_of(one: Report) -> dict[str, Any]:
    """A report's values as `record` takes them."""
    return {
        "for_day": one.day,
        "value": one.value,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "milestones": one.milestones,
        "confidence": one.confidence,
        "pace": one.pace,
        "note": one.note,
        "words": one.words,
        "next_on": one.next_on,
    }
