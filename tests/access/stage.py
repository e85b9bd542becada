"""Everybody who may ask, and what fills an address: names of things made ids."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.test import Client

from haidang.people import actions as people
from haidang.people.access import forget
from tests.access.book import ACTORS
from tests.access.building import Building

MISSING = "999999"


class Stage(Building):
    """Built once for all walks; every request is taken back."""

    def __init__(self) -> None:
        super().__init__()
        # They have signed in while everybody could.
        self.clients = {name: self._client(name) for name in ACTORS}
        people.deactivate_person(self.setter, self.actor("deactivated"))
        people.set_roles(self.setter, self.setter, ["administrator"])
        for person in self.actors.values():
            if person is not None:
                forget(person)

    def _client(self, name: str) -> Client:
        client = Client()
        person = self.actors[name]
        if person is not None:
            client.force_login(person.account)
        return client

    # --- what an address names ---

    def ids(self, thing: str, scope: str) -> dict[str, str] | None:
        """What fills the placeholders of an address; None where there is no such thing."""
        if scope == "missing":
            return self._missing(thing)
        if thing in ("objective", "second", "key_result", "kpi", "proposal"):
            return {"goal": self._goal(thing, scope).public_id}
        if thing == "record":
            record = self.records[scope]
            return {
                "goal": self._goal("key_result", scope).public_id,
                "number": str(record.pk),
            }
        if thing == "link":
            child, parent = self.links[scope]
            return {"goal": child.public_id, "parent": parent.public_id}
        if thing in (
            *("token", "session", "import", "view", "reopening", "comment", "target_request"),
            *("connector", "run", "held"),
        ):
            found = getattr(self, f"{thing}s").get(scope)
            return {"id": str(found)} if found else None
        return self._in_organisation(thing, scope)

    def _in_organisation(self, thing: str, scope: str) -> dict[str, str] | None:
        people_ = {"own": "owner", "other": "other_unit", "foreign": "foreign"}
        units = {"own": self.sales, "other": self.factory, "foreign": self.away_unit}
        if thing == "person" and scope in people_:
            return {"id": self.actor(people_[scope]).public_id}
        if thing == "person_token" and scope in people_:
            token = str(self.tokens[scope])
            return {"id": self.actor(people_[scope]).public_id, "token": token}
        if thing == "person_leave" and scope in people_:
            return {"id": self.actor(people_[scope]).public_id, "leave": str(self.leaves[scope])}
        lines = {"person_line": "person", "unit_line": "unit"}
        if thing in lines:
            found = self._in_organisation(lines[thing], scope)
            return found and found | {"goal": self._goal("kpi", scope).public_id}
        if thing == "unit" and scope in units:
            return {"id": units[scope].public_id}
        if thing == "team" and scope in ("own", "foreign"):
            return {"id": (self.team if scope == "own" else self.away_unit).public_id}
        if thing == "value" and scope in self.values:
            return {"id": self.values[scope].public_id}
        if thing == "cycle" and scope in ("own", "foreign"):
            return {"id": (self.cycle if scope == "own" else self.away_cycle).public_id}
        return None

    def _missing(self, thing: str) -> dict[str, str]:
        prefix = {
            "objective": "O",
            "second": "O",
            "key_result": "KR",
            "record": "KR",
            "kpi": "KPI",
            "link": "O",
            "proposal": "O",
            "person": "P",
            "person_token": "P",
            "person_leave": "P",
            "person_line": "P",
            "unit": "U",
            "unit_line": "U",
            "team": "U",
            "cycle": "C",
            "value": "V",
        }.get(thing)
        one = f"{prefix}-{MISSING}" if prefix else MISSING
        found = {"goal": one, "parent": f"O-{MISSING}8", "id": one, "number": MISSING}
        if thing.endswith("_line"):
            found["goal"] = f"KPI-{MISSING}"
        if thing == "person_leave":
            found["leave"] = MISSING
        return found | ({"token": MISSING} if thing == "person_token" else {})

    def fill(self, value: Any) -> Any:
        """A body with names such as "@unit.own" or "@objective.foreign" made ids."""
        if isinstance(value, dict):
            return {key: self.fill(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.fill(one) for one in value]
        if isinstance(value, str) and value.startswith("@"):
            thing, _dot, scope = value[1:].partition(".")
            ids = self.ids(thing, scope)
            assert ids is not None, value
            return ids.get("goal") or ids["id"]
        return value

    def unseen(self, actor: str) -> set[str]:
        """Marks that must not stand in any answer to the actor."""
        marks = {"MARKprivate", "MARKforeign"}
        if actor in {"owner", "contributor", "delegate", "data_owner"}:
            marks.discard("MARKprivate")
        if actor == "foreign":
            return {"MARKhome", "MARKown", "MARKother", "MARKprivate", "MARKowner"}
        if actor == "guest":
            marks |= {"MARKown", "MARKother", "MARKmanager", "MARKleader"}
        if actor in {"stranger", "deactivated"}:
            marks |= {"MARKhome", "MARKown", "MARKother"}
        return marks

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        """Whatever happens inside leaves no trace."""
        cache.clear()
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
