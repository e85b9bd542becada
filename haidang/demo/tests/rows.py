"""The company's rows, with keys that a second load may give otherwise replaced by names."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import connection, models

from haidang.activity.models import Event
from haidang.checkins.models import CheckIn
from haidang.goals.models import (
    Alignment,
    AlignmentSpan,
    Citation,
    CoreValue,
    Cycle,
    Goal,
    GoalVersion,
    HistoryPoint,
    Identity,
    IdentityVersion,
    KpiPeriod,
    Milestone,
    Participant,
    Standing,
    TargetVersion,
)
from haidang.kpis.models import (
    ClosedFigure,
    Connector,
    Delivered,
    ForeignName,
    Quarantined,
    ReopeningRequest,
    Run,
    TargetChange,
    TargetRequest,
)
from haidang.people.models import (
    Organisation,
    OrganisationSetting,
    Person,
    PersonUnitHistory,
    RoleGrant,
    TeamMember,
    Unit,
    UnitHistory,
    UnitLeader,
)

#: The day on which the tests load the story: a Friday in its own week 8.
DAY = date(2026, 11, 20)

EVERYTHING: list[type[models.Model]] = [
    Unit, UnitHistory, Person, PersonUnitHistory, UnitLeader, TeamMember, RoleGrant, Cycle, Goal,
    Milestone, Participant, GoalVersion, Alignment, AlignmentSpan, KpiPeriod, Standing,
    HistoryPoint, CheckIn, Event, Identity, CoreValue, IdentityVersion, Citation, ClosedFigure,
    ReopeningRequest, TargetVersion, TargetRequest, TargetChange, Connector, ForeignName, Run,
    Delivered, Quarantined,
]  # fmt: skip
#: What does not say on which way it came about (submitted and approved, or at once).
STANDING: list[type[models.Model]] = [
    Goal, Milestone, Participant, Alignment, KpiPeriod, Standing, HistoryPoint, CheckIn,
    ClosedFigure, TargetVersion,
]  # fmt: skip
_WAY = {"version", "created_by_id", "proposed_by_id", "definition", "by_id"}

_PEOPLE = {
    "owner_id", "data_owner_id", "author_id", "on_behalf_of_id", "created_by_id", "actor_id",
    "proposed_by_id", "close_proposed_by_id", "person_id", "manager_id", "by_id",
    "asked_by_id", "decided_by_id", "approved_by_id", "keeper_id",
}  # fmt: skip
_DROPPED = {
    "id", "account_id", "organisation_id", "own_record_id", "record_id", "period_id",
    "supersedes_id", "path", "xact", "request_id", "connector_id", "run_id", "check_in_id",
}  # fmt: skip


class Names:
    def __init__(self) -> None:
        def named(model: Any) -> dict[int, str]:
            return dict(model.objects.values_list("pk", "public_id"))

        self.people, self.units, self.goals = named(Person), named(Unit), named(Goal)
        self.cycles, self.values = named(Cycle), named(CoreValue)

    def row(self, model: type[models.Model], values: dict[str, Any]) -> str:
        result = {}
        kept_back = _DROPPED
        if values.get("subject_kind") == "connector":
            kept_back = kept_back | {"subject_id"}
        for name, value in values.items():
            if name in kept_back:
                continue
            result[name] = self.value(model, name, value)
        return repr(sorted(result.items()))

    def value(self, model: type[models.Model], name: str, value: Any) -> Any:
        if name in _PEOPLE:
            return self.people.get(value)
        if name in {"unit_id", "team_id"} or (name == "parent_id" and model in (Unit, UnitHistory)):
            return self.units.get(value)
        if name == "cycle_id" or (name == "parent_id" and model is Cycle):
            return self.cycles.get(value)
        if name in {"goal_id", "child_id", "parent_id", "subject_id", "kpi_id"}:
            return self.goals.get(value)
        if name == "value_id":
            return self.values.get(value)
        if name == "words" and model is Goal:
            return value.partition(" ")[2]  # behind the mark of the organisation
        if name == "touched":
            return [self.goals[pk] for pk in value]
        if name == "facts" and model is GoalVersion:
            return sorted((n, self.value(model, n, v)) for n, v in value.items())
        if name == "data" and model is Event:
            return sorted((n, v) for n, v in value.items() if n not in {"check_in", "run"})
        return value


def rows(
    models_: list[type[models.Model]], *, without: Collection[str] = ()
) -> dict[str, list[str]]:
    """Every row of each table, by the table's name; `without` some columns."""
    names = Names()
    return {
        model.__name__: sorted(
            names.row(model, {k: v for k, v in values.items() if k not in without})
            for values in model._default_manager.values()
        )
        for model in models_
    }


def standing_rows() -> dict[str, list[str]]:
    return rows(STANDING, without=_WAY)


def without_requests(organisation: Organisation) -> None:
    """Targets are set by who approves, at once."""
    OrganisationSetting.objects.create(
        organisation=organisation,
        key="kpi.target_approval",
        value=False,
        since=organisation.created_at,
    )


def empty() -> None:
    """Delete every row there is; only in a transaction that is taken back."""
    assert connection.in_atomic_block
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608  our tables
