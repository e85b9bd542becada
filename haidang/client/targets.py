"""The targets of KPIs with their ledger, and requests to change approved ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from haidang.client.core import Core, id_of
from haidang.client.links import AnyGoal
from haidang.client.plain import shaped
from haidang.client.target_shapes import (
    Allocation,
    AllocationSaved,
    TargetRequest,
    TargetYear,
)


class KpiTargets(Core):
    def targets(self, kpi: AnyGoal, year: int) -> TargetYear:
        """The targets of a fiscal year: those that stand, the original ones, the ledger."""
        return shaped(TargetYear, self.request("GET", f"goals/{id_of(kpi)}/targets/{year}").facts)

    def ask_targets(
        self, kpi: AnyGoal, targets: Iterable[Mapping[str, Any]], reason: str, *, key: str = ""
    ) -> TargetRequest:
        """Ask for other targets; somebody else decides. Each names a day of its period by
        "starts" (without one: the usual target), and may name another "kpi" below."""
        body = {"targets": [dict(one) for one in targets], "reason": reason}
        path = f"goals/{id_of(kpi)}/target-requests"
        return shaped(TargetRequest, self.request("POST", path, body=body, key=key).facts)

    def target_requests(self) -> list[TargetRequest]:
        """The requests that wait for one's answer."""
        reply = self.request("GET", "kpis/target-requests")
        return [shaped(TargetRequest, facts) for facts in reply.facts["items"]]

    def target_request(self, request_id: int) -> TargetRequest:
        return shaped(
            TargetRequest, self.request("GET", f"kpis/target-requests/{request_id}").facts
        )

    def decide_targets(
        self, request_id: int, granted: bool, reason: str = "", *, key: str = ""
    ) -> TargetRequest:
        """Grant or decline; Conflict with what stands when a target has changed meanwhile."""
        body = {"granted": granted, "reason": reason}
        path = f"kpis/target-requests/{request_id}/decision"
        return shaped(TargetRequest, self.request("POST", path, body=body, key=key).facts)

    def withdraw_targets(self, request_id: int, *, key: str = "") -> TargetRequest:
        """Take back what one asked for."""
        path = f"kpis/target-requests/{request_id}/withdrawal"
        return shaped(TargetRequest, self.request("POST", path, body={}, key=key).facts)

    def allocation(self, kpi: AnyGoal, year: int, *, month: int = 1, page: int = 1) -> Allocation:
        """How the target of a year is allocated to the KPIs below; by days, of a month."""
        params = {"month": month, "page": page}
        path = f"goals/{id_of(kpi)}/allocation/{year}"
        return shaped(Allocation, self.request("GET", path, params=params).facts)

    def spread_allocation(
        self,
        kpi: AnyGoal,
        year: int,
        over: str,
        by: str,
        *,
        totals: Mapping[str, Any] | None = None,
        month: int = 1,
        page: int = 1,
    ) -> Allocation:
        """The same as it would be, spread over "periods" or "kpis": "equal", by "last_year" or
        "working_days". `totals` are KPI > total over the periods. Nothing is saved."""
        body = {
            "over": over, "by": by, "month": month, "page": page,
            "totals": [{"kpi": one, "total": total} for one, total in (totals or {}).items()],
        }  # fmt: skip
        path = f"goals/{id_of(kpi)}/allocation/{year}/spread"
        return shaped(Allocation, self.request("POST", path, body=body).facts)

    def allocate(
        self,
        kpi: AnyGoal,
        targets: Iterable[Mapping[str, Any]],
        reason: str = "",
        *,
        seen: Mapping[str, int] | None = None,
        key: str = "",
    ) -> AllocationSaved:
        """Set targets of KPIs below, each with "kpi", "starts" and "target"; what needs it goes
        into one request. `seen` are KPI > version."""
        body = {
            "targets": [dict(one) for one in targets], "reason": reason,
            "seen": [{"kpi": one, "version": version} for one, version in (seen or {}).items()],
        }  # fmt: skip
        path = f"goals/{id_of(kpi)}/allocation"
        return shaped(AllocationSaved, self.request("POST", path, body=body, key=key).facts)
