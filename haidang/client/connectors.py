"""Connectors: making and changing them, their runs, pushing values, deciding on what they hold
back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from haidang.client.connector_shapes import (
    Connector,
    ConnectorGone,
    ConnectorKind,
    ConnectorRun,
    ConnectorTrial,
    Delivered,
    HeldBack,
)
from haidang.client.core import Core
from haidang.client.plain import shaped


class Connectors(Core):
    def connectors(self) -> list[Connector]:
        reply = self.request("GET", "kpis/connectors")
        return [self._of_list(facts) for facts in reply.facts["items"]]

    @staticmethod
    def _of_list(facts: Mapping[str, Any]) -> Connector:
        return shaped(Connector, {**facts, "etag": f'"{facts["version"]}-0"'})

    def connector_kinds(self) -> list[ConnectorKind]:
        """Kinds of connectors, and what each has to be told."""
        reply = self.request("GET", "kpis/connector-kinds")
        return [shaped(ConnectorKind, facts) for facts in reply.facts["items"]]

    def connector(self, connector_id: int) -> Connector:
        return self._seen(Connector, self.request("GET", f"kpis/connectors/{connector_id}"))

    def create_connector(self, kind: str, name: str, *, key: str = "", **facts: Any) -> Connector:
        """Make a connector, switched off. `facts` are those of the API, with `settings`,
        `secrets` and `file` (base64)."""
        body = {"kind": kind, "name": name, **facts}
        return self._seen(Connector, self.request("POST", "kpis/connectors", body=body, key=key))

    def edit_connector(self, connector: Connector | int, **facts: Any) -> Connector:
        """Change what is named; with all its secrets this revives a retired connector."""
        path = f"kpis/connectors/{_id(connector)}"
        reply = self.request("PATCH", path, body=facts, etag=_tag(connector))
        return self._seen(Connector, reply)

    def name_kpis(
        self, connector: Connector | int, names: Iterable[Mapping[str, str]]
    ) -> Connector:
        """Say which `kpi` each `name` of the other system means: the whole list."""
        path = f"kpis/connectors/{_id(connector)}/names"
        body = {"names": [dict(one) for one in names]}
        reply = self.request("PUT", path, body=body, etag=_tag(connector))
        return self._seen(Connector, reply)

    def switch_connector(self, connector: Connector | int, is_on: bool) -> Connector:
        path = f"kpis/connectors/{_id(connector)}/state"
        reply = self.request("PUT", path, body={"is_on": is_on}, etag=_tag(connector))
        return self._seen(Connector, reply)

    def remove_connector(self, connector: Connector | int) -> ConnectorGone:
        """Delete it, or retire it where it has brought something; `gone` says which."""
        path = f"kpis/connectors/{_id(connector)}"
        return shaped(ConnectorGone, self.request("DELETE", path, etag=_tag(connector)).facts)

    def try_connector(self, connector_id: int) -> ConnectorTrial:
        """Ask now; tells what a run would write, and writes nothing."""
        path = f"kpis/connectors/{connector_id}/trial"
        return shaped(ConnectorTrial, self.request("POST", path).facts)

    def connector_runs(self, connector_id: int) -> Iterator[ConnectorRun]:
        """The latest first, without their rows."""
        return self._each(ConnectorRun, f"kpis/connectors/{connector_id}/runs", {})

    def connector_run(self, run_id: int) -> ConnectorRun:
        return shaped(ConnectorRun, self.request("GET", f"kpis/connector-runs/{run_id}").facts)

    def run_records(self, run_id: int) -> Iterator[Delivered]:
        """What a run recorded, each with the row that it was read from."""
        return self._each(Delivered, f"kpis/connector-runs/{run_id}/records", {})

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

    def held_back(self, *, mine: bool = True, verdict: str | None = None) -> Iterator[HeldBack]:
        """The values that wait for one's decision; else those of KPIs that one sees."""
        filters = {"mine": mine, "verdict": verdict}
        return self._each(HeldBack, "kpis/quarantine", filters)

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


def _id(connector: Connector | int) -> int:
    return connector if isinstance(connector, int) else connector.id


def _tag(connector: Connector | int) -> str:
    """What guards a change: the connector as it was seen, or whatever stands."""
    return "*" if isinstance(connector, int) else connector.etag
