"""Connectors: their runs, pushing values, deciding on what they hold back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from haidang.client.connector_shapes import Connector, ConnectorRun, HeldBack
from haidang.client.core import Core
from haidang.client.plain import shaped


class Connectors(Core):
    def connectors(self) -> list[Connector]:
        reply = self.request("GET", "kpis/connectors")
        return [shaped(Connector, facts) for facts in reply.facts["items"]]

    def connector(self, connector_id: int) -> Connector:
        return shaped(Connector, self.request("GET", f"kpis/connectors/{connector_id}").facts)

    def connector_runs(self, connector_id: int) -> list[ConnectorRun]:
        """The latest 50, without their rows."""
        reply = self.request("GET", f"kpis/connectors/{connector_id}/runs")
        return [shaped(ConnectorRun, facts) for facts in reply.facts["items"]]

    def connector_run(self, run_id: int) -> ConnectorRun:
        return shaped(ConnectorRun, self.request("GET", f"kpis/connector-runs/{run_id}").facts)

    def run_connector(self, connector_id: int, *, key: str = "") -> ConnectorRun:
        """Begin a run; ask `connector_run` how it went."""
        path = f"kpis/connectors/{connector_id}/runs"
        return shaped(ConnectorRun, self.request("POST", path, key=key).facts)

    def push(
        self, connector_id: int, rows: Iterable[Mapping[str, Any]], *, key: str = ""
    ) -> ConnectorRun:
        """Send rows of `name`, `day` and `value` (or `numerator` and `denominator`)."""
        path = f"kpis/connectors/{connector_id}/push"
        body = {"rows": [dict(row) for row in rows]}
        return shaped(ConnectorRun, self.request("POST", path, body=body, key=key).facts)

    def held_back(self) -> list[HeldBack]:
        """The values that wait for one's decision."""
        reply = self.request("GET", "kpis/quarantine")
        return [shaped(HeldBack, facts) for facts in reply.facts["items"]]

    def held_back_value(self, held_id: int) -> HeldBack:
        return shaped(HeldBack, self.request("GET", f"kpis/quarantine/{held_id}").facts)

    def decide_held_back(
        self, held_id: int, accepted: bool, reason: str, *, seen: int | None = None, key: str = ""
    ) -> HeldBack:
        """Accept or refuse a value. `seen`: the record that stands in its period (0: none); the
        refusal 409 tells it as `current`."""
        body: dict[str, Any] = {
            "verdict": "accepted" if accepted else "refused",
            "reason": reason,
        }
        if seen is not None:
            body["seen"] = seen
        path = f"kpis/quarantine/{held_id}/decision"
        return shaped(HeldBack, self.request("POST", path, body=body, key=key).facts)
