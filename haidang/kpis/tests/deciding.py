"""Two requests that one person makes and another decides: for opening a closed period again,
and for other targets. Who decides is found by the same rule, so that both are tried by the same
questions; these are their words.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from haidang.goals.models import Goal, KpiPeriod
from haidang.kpis import access, actions
from haidang.kpis.actions import Wanted
from haidang.kpis.models import ReopeningRequest, TargetRequest
from haidang.lib.errors import Conflict
from haidang.people.access import forget
from haidang.people.models import OrganisationSetting, Person, RoleGrant
from tests.worlds import World, fresh

DAY = date(2025, 2, 10)
JAN = date(2025, 1, 1)

_FACTS: dict[str, Any] = {
    "metric_kind": "number", "metric_unit": "cái", "decimals": 2, "direction": "higher",
    "target": Decimal(100), "frequency": "month", "aggregation": "sum", "starts": JAN,
}  # fmt: skip


def only_strategist() -> World:
    """Chi is the only strategist; approved targets change by a request; nobody leads anything."""
    world = World()
    OrganisationSetting.objects.all().delete()
    RoleGrant.objects.filter(person=world.an).delete()
    forget(world.an)
    return world


class Reopening:
    """February, which is closed, is to be opened again."""

    model: type[ReopeningRequest | TargetRequest] = ReopeningRequest
    #: Queries that a list of what waits for somebody takes, whatever its length.
    most = 12

    may_decide = staticmethod(access.may_decide_reopening)
    nobody = staticmethod(access.nobody_reopens)
    stuck = staticmethod(access.reopenings_stuck)
    decide = staticmethod(actions.decide_reopening)
    withdraw = staticmethod(actions.withdraw_reopening)

    def kpi(self, world: World, by: Person | None = None, **facts: Any) -> Goal:
        kpi = world.create("kpi", (), by or world.chi, **(_FACTS | facts))
        actions.close_period(world.chi, "month", DAY)
        return fresh(kpi)

    def ask(self, person: Person, kpi: Goal) -> Any:
        return actions.ask_reopening(person, kpi, DAY, "Hoá đơn về muộn")

    def waits_for(self, person: Person) -> list[Any]:
        return list(access.reopenings_to_decide(person))

    def is_granted(self, kpi: Goal) -> bool:
        return not KpiPeriod.objects.filter(goal=kpi, locked_at__isnull=False).exists()

    def refused(self, person: Person, *kpis: Goal) -> str:
        """What it says to who asks where nobody could decide."""
        with pytest.raises(Conflict) as caught:
            self.ask(person, *kpis)
        assert caught.value.code == "nobody_decides"
        assert not self.model.objects.exists()
        return str(caught.value.message)


class Targets(Reopening):
    """January is to have another target."""

    model = TargetRequest
    most = 9

    may_decide = staticmethod(access.may_decide_targets)
    nobody = staticmethod(access.nobody_decides)
    stuck = staticmethod(access.target_requests_stuck)
    decide = staticmethod(actions.decide_targets)
    withdraw = staticmethod(actions.withdraw_targets)

    def kpi(self, world: World, by: Person | None = None, **facts: Any) -> Goal:
        return fresh(world.create("kpi", (), by or world.chi, **(_FACTS | facts)))

    def ask(self, person: Person, *kpis: Goal) -> Any:
        wanted = [Wanted(kpi, {JAN: {"target": Decimal(50)}}) for kpi in kpis]
        return actions.ask_targets(person, kpis[0], wanted, "Mùa thấp điểm")

    def waits_for(self, person: Person) -> list[Any]:
        return list(access.target_requests_to_decide(person))

    def is_granted(self, kpi: Goal) -> bool:
        return kpi.periods.get(starts=JAN).target == 50
