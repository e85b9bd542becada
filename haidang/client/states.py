"""The life of a goal, its rule and its targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from haidang.client.core import Core, Number, guard, id_of
from haidang.client.shapes import Goal


class States(Core):
    """Each takes a goal as it was seen, or its id, and gives it as it is then."""

    def _state(
        self, method: str, goal: Goal | str, what: str, body: Mapping[str, Any] | None = None
    ) -> Goal:
        path = f"goals/{id_of(goal)}/{what}"
        return self._seen(Goal, self.request(method, path, body=body, etag=guard(goal)))

    def submit(self, goal: Goal | str) -> Goal:
        """A draft to its approver; a proposal that was declined to its owner again."""
        return self._state("POST", goal, "submission")

    def accept(self, goal: Goal | str) -> Goal:
        """Accept a personal goal that was proposed to oneself."""
        return self._state("POST", goal, "acceptance")

    def decline(self, goal: Goal | str, reason: str) -> Goal:
        return self._state("POST", goal, "refusal", {"reason": reason})

    def approve(self, goal: Goal | str) -> Goal:
        return self._state("POST", goal, "approval")

    def give_back(self, goal: Goal | str, reason: str) -> Goal:
        """Return a submitted goal to be reworked, saying why."""
        return self._state("POST", goal, "return", {"reason": reason})

    def close(self, goal: Goal | str, score: Number | None = None, *, reason: str = "") -> Goal:
        """Propose to close (its owner), or confirm it (its approver); `score` 0 to 1, its
        progress without one."""
        body: dict[str, Any] = {"reason": reason}
        if score is not None:
            body["score"] = score
        return self._state("POST", goal, "closure", body)

    def reopen(self, goal: Goal | str) -> Goal:
        return self._state("DELETE", goal, "closure")

    def drop(
        self,
        goal: Goal | str,
        reason: str,
        *,
        children: str = "",
        relink_to: Goal | str | None = None,
    ) -> Goal:
        """Give a goal up. Where goals hang below it, `children` says whether they go "along"
        or "relink" to another (Conflict tells them in `choices`)."""
        return self._state("POST", goal, "drop", _leaving(reason, children, relink_to))

    def archive(
        self, goal: Goal | str, *, children: str = "", relink_to: Goal | str | None = None
    ) -> Goal:
        return self._state("POST", goal, "archive", _leaving("", children, relink_to))

    def restore(self, goal: Goal | str) -> Goal:
        """Take a dropped or archived goal back."""
        return self._state("POST", goal, "restoration")

    def delete(self, goal: Goal | str) -> None:
        """Remove a draft without records for good."""
        self.request("DELETE", f"goals/{id_of(goal)}", etag=guard(goal))

    def set_rule(self, goal: Goal | str, rule: str) -> Goal:
        """Which terms make its number: "own", "children" or "both"."""
        return self._state("PUT", goal, "rule", {"rule": rule})

    def set_targets(
        self, goal: Goal | str, year: int, targets: Iterable[Mapping[str, Any]], *, reason: str = ""
    ) -> Goal:
        """Targets of a KPI's periods in a fiscal year: `{"starts": day, "target": 25}`."""
        body = {"targets": list(targets), "reason": reason}
        return self._state("PUT", goal, f"targets/{year}", body)


def _leaving(reason: str, children: str, relink_to: Goal | str | None) -> dict[str, Any]:
    relink = None if relink_to is None else id_of(relink_to)
    return {"reason": reason, "children": children, "relink_to": relink}
