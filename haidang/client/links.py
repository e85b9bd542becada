"""Links between goals, and who takes part in one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from haidang.client.core import Core, Reply, id_of
from haidang.client.plain import shaped
from haidang.client.shapes import Goal, GoalRef, Guest, Link, Parent, Participant, Person, Ref

AnyGoal = Goal | GoalRef | str
AnyPerson = Person | Ref | str


class Links(Core):
    """A link is named by its child and its parent."""

    def parents(self, goal: AnyGoal) -> list[Parent]:
        """The links to the goals right above, as far as they may be seen."""
        reply = self.request("GET", f"goals/{id_of(goal)}/parents")
        return [shaped(Parent, facts) for facts in reply.facts["items"]]

    def children(self, goal: AnyGoal) -> Iterator[Link]:
        """The links from the goals right below, as far as they may be seen."""
        return self._each(Link, f"goals/{id_of(goal)}/children", {})

    def link(self, goal: AnyGoal, parent: AnyGoal, **terms: Any) -> Link:
        """Hang a goal below another; `terms` are relation, mode, weight, position. A mode that
        the parent's side must accept first waits in `proposed_mode`."""
        body = {"parent": id_of(parent), **terms}
        return self._seen(Link, self.request("POST", f"goals/{id_of(goal)}/parents", body=body))

    def linked(self, goal: AnyGoal, parent: AnyGoal) -> Link:
        """A link as it stands, with the tag by which it is changed."""
        return self._seen(Link, self.request("GET", _path(goal, parent)))

    def change_link(
        self, goal: AnyGoal, parent: AnyGoal, /, *, etag: str = "*", **changes: Any
    ) -> Link:
        """Another relation, mode or weight; another `parent` moves the link."""
        body = {name: _named(value) for name, value in changes.items()}
        reply = self.request("PATCH", _path(goal, parent), body=body, etag=etag)
        return self._seen(Link, reply)

    def unlink(self, goal: AnyGoal, parent: AnyGoal, *, etag: str = "*") -> None:
        self.request("DELETE", _path(goal, parent), etag=etag)

    def accept_link(self, goal: AnyGoal, parent: AnyGoal) -> Link:
        """Agree, on the parent's side, that the child counts."""
        return self._seen(Link, self.request("POST", f"{_path(goal, parent)}/acceptance"))

    def decline_link(self, goal: AnyGoal, parent: AnyGoal) -> Link:
        """Decline that it counts; the link stays, shown only."""
        return self._seen(Link, self.request("POST", f"{_path(goal, parent)}/refusal"))

    # --- who takes part -----------------------------------------------------------------

    def participants(self, goal: AnyGoal) -> list[Participant]:
        return _parts(self.request("GET", f"goals/{id_of(goal)}/participants"))

    def give_part(
        self,
        goal: AnyGoal,
        person: AnyPerson,
        role: str,
        *,
        since: date | None = None,
        until: date | None = None,
        etag: str = "*",
    ) -> list[Participant]:
        """Make somebody "contributor", "delegate" (with days), "stakeholder" or "named", who
        may read it; everybody's parts then."""
        path = f"goals/{id_of(goal)}/participants/{role}/{id_of(person)}"
        body = {"since": since, "until": until}
        return _parts(self.request("PUT", path, body=body, etag=etag))

    def end_part(
        self, goal: AnyGoal, person: AnyPerson, role: str, *, etag: str = "*"
    ) -> list[Participant]:
        path = f"goals/{id_of(goal)}/participants/{role}/{id_of(person)}"
        return _parts(self.request("DELETE", path, etag=etag))

    def share_with_guest(self, goal: AnyGoal, name: str, email: str) -> Guest:
        """Let somebody from outside read a goal; `link` is what lets them in, shown once."""
        body = {"name": name, "email": email}
        return shaped(Guest, self.request("POST", f"goals/{id_of(goal)}/guests", body=body).facts)

    def follow(self, goal: AnyGoal) -> None:
        self.request("PUT", f"goals/{id_of(goal)}/following")

    def unfollow(self, goal: AnyGoal) -> None:
        self.request("DELETE", f"goals/{id_of(goal)}/following")


def _path(goal: AnyGoal, parent: AnyGoal) -> str:
    return f"goals/{id_of(goal)}/parents/{id_of(parent)}"


def _named(value: Any) -> Any:
    return id_of(value) if hasattr(value, "id") else value


def _parts(reply: Reply) -> list[Participant]:
    return [shaped(Participant, facts) for facts in reply.facts["items"]]
