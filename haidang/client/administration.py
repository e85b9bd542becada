"""People, units, cycles, settings, tokens and the log, for who administers them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from haidang.client.admin_shapes import (
    AuditEntry,
    GoalField,
    Holdings,
    Merger,
    RoleSpan,
    SettingChange,
    TokenOf,
    Wording,
)
from haidang.client.core import Core, Reply, guard, id_of
from haidang.client.links import AnyPerson
from haidang.client.plain import shaped
from haidang.client.shapes import Cycle, Organisation, Person, Ref, Token, Unit

AnyUnit = Unit | Ref | str


class Administration(Core):
    """What asks for a version takes it from the shape; of an id any version is meant."""

    # --- people -------------------------------------------------------------------------

    def set_roles(self, person: Person | str, roles: Iterable[str]) -> Person:
        """Exactly these roles; with none the person is a member."""
        path = f"people/{id_of(person)}/roles"
        reply = self.request("PUT", path, body={"roles": list(roles)}, etag=self._whole(person))
        return self._seen(Person, reply)

    def role_history(self, person: AnyPerson) -> list[RoleSpan]:
        reply = self.request("GET", f"people/{id_of(person)}/roles/history")
        return [shaped(RoleSpan, facts) for facts in reply.facts["items"]]

    def invite(self, person: AnyPerson) -> str | None:
        """A new link by which the person sets a password; None when the answer is a repeat."""
        link: str | None = self.request("POST", f"people/{id_of(person)}/invitation").facts["link"]
        return link

    def deactivate(self, person: Person | str) -> Person:
        """End access at once; what they hold stays (`depart` hands it over)."""
        path = f"people/{id_of(person)}/deactivation"
        return self._seen(Person, self.request("POST", path, etag=guard(person)))

    def reactivate(self, person: Person | str) -> Person:
        path = f"people/{id_of(person)}/deactivation"
        return self._seen(Person, self.request("DELETE", path, etag=guard(person)))

    def holdings(self, person: AnyPerson) -> Holdings:
        """What somebody holds that others must take over when they go."""
        return self._seen(Holdings, self.request("GET", f"people/{id_of(person)}/holdings"))

    def depart(
        self,
        person: Person | str,
        choices: Mapping[str, AnyPerson] | None = None,
        *,
        otherwise: AnyPerson | None = None,
        last_day: date | None = None,
        etag: str = "",
    ) -> Person:
        """Let somebody leave: each thing of `holdings` goes, by its key, to a person, or to
        "end" or "unit"; what is not named to `otherwise`."""
        body: dict[str, Any] = {"choices": _ids(choices), "last_day": last_day}
        if otherwise is not None:
            body["otherwise"] = id_of(otherwise)
        path = f"people/{id_of(person)}/departure"
        return self._seen(Person, self.request("POST", path, body=body, etag=guard(person, etag)))

    def transfer(
        self,
        person: Person | str,
        choices: Mapping[str, AnyPerson] | None = None,
        *,
        otherwise: AnyPerson = "stay",
        etag: str = "",
        **place: Any,
    ) -> Person:
        """Put somebody into another `unit` or under another `manager` (None: under nobody);
        what no choice speaks of stays with them."""
        body: dict[str, Any] = {"choices": _ids(choices), "otherwise": id_of(otherwise)}
        body |= {n: None if one is None else id_of(one) for n, one in place.items()}
        path = f"people/{id_of(person)}/transfer"
        return self._seen(Person, self.request("POST", path, body=body, etag=guard(person, etag)))

    # --- tokens -------------------------------------------------------------------------

    def tokens(self, person: AnyPerson | None = None) -> list[Token]:
        """One's own latest 100 tokens, or somebody else's."""
        path = "me/tokens" if person is None else f"people/{id_of(person)}/tokens"
        return [shaped(Token, facts) for facts in self.request("GET", path).facts["items"]]

    def all_tokens(self, *, live: bool | None = None) -> Iterator[TokenOf]:
        """Tokens of everybody, the youngest first."""
        return self._each(TokenOf, "tokens", {"live": live})

    def revoke_token(self, token: Token | TokenOf | int, person: AnyPerson | None = None) -> None:
        """End a token at once: one's own, or that of `person`."""
        number = token if isinstance(token, int) else token.id
        whose = token.person if isinstance(token, TokenOf) else person
        path = "me" if whose is None else f"people/{id_of(whose)}"
        self.request("DELETE", f"{path}/tokens/{number}")

    # --- units and cycles ---------------------------------------------------------------

    def archive_unit(self, unit: Unit | str) -> Unit:
        """Close a unit without people and open parts."""
        path = f"units/{id_of(unit)}/archival"
        return self._seen(Unit, self.request("POST", path, etag=guard(unit)))

    def set_leaders(self, unit: Unit | str, people: Iterable[AnyPerson]) -> Unit:
        """Let exactly these people lead a unit."""
        body = {"people": [id_of(one) for one in people]}
        path = f"units/{id_of(unit)}/leaders"
        return self._seen(Unit, self.request("PUT", path, body=body, etag=self._whole(unit)))

    def members(self, team: AnyUnit) -> list[Ref]:
        reply = self.request("GET", f"units/{id_of(team)}/members")
        return [shaped(Ref, facts) for facts in reply.facts["items"]]

    def set_members(
        self, team: AnyUnit, people: Iterable[AnyPerson], *, etag: str = "*"
    ) -> list[Ref]:
        """Let exactly these people belong to a team across units."""
        body = {"people": [id_of(one) for one in people]}
        reply = self.request("PUT", f"units/{id_of(team)}/members", body=body, etag=etag)
        return [shaped(Ref, facts) for facts in reply.facts["items"]]

    def merger(self, unit: AnyUnit, into: AnyUnit) -> Merger:
        """What would move if the unit were merged into the other."""
        params = {"into": id_of(into)}
        return self._seen(Merger, self.request("GET", f"units/{id_of(unit)}/merger", params=params))

    def merge(
        self,
        unit: Unit | str,
        into: AnyUnit,
        *,
        leaders: Iterable[AnyPerson] | None = None,
        etag: str = "",
    ) -> Unit:
        """Merge a unit into another, with people, parts and goals; the one that took it in.
        Without `leaders` who leads either now leads it then."""
        body: dict[str, Any] = {"into": id_of(into)}
        if leaders is not None:
            body["leaders"] = [id_of(one) for one in leaders]
        path = f"units/{id_of(unit)}/merger"
        return self._seen(Unit, self.request("POST", path, body=body, etag=guard(unit, etag)))

    def set_cycle_state(self, cycle: Cycle | str, state: str) -> Cycle:
        path = f"cycles/{id_of(cycle)}/state"
        reply = self.request("PUT", path, body={"state": state}, etag=guard(cycle))
        return self._seen(Cycle, reply)

    # --- the organisation ---------------------------------------------------------------

    def organisation(self) -> Organisation:
        return self._seen(Organisation, self.request("GET", "organisation"))

    def edit_organisation(self, seen: Organisation | None = None, **changes: Any) -> Organisation:
        """Change name, language, time_zone, currency or fiscal_year_start; `seen` guards."""
        reply = self.request("PATCH", "organisation", body=changes, etag=guard(seen))
        return self._seen(Organisation, reply)

    def settings(self, *, as_of: date | None = None) -> dict[str, Any]:
        """Every setting by its key, now or at the end of a day; fractions are text."""
        reply = self.request("GET", "organisation/settings", params={"as_of": as_of})
        return _by_key(reply.facts)

    def setting(self, key: str) -> Any:
        return self.request("GET", f"organisation/settings/{key}").facts["value"]

    def set_setting(self, key: str, value: Any, *, etag: str = "*") -> Any:
        """Change a setting from now on; how it stands then."""
        path = f"organisation/settings/{key}"
        return self.request("PUT", path, body={"value": value}, etag=etag).facts["value"]

    def set_settings(self, values: Mapping[str, Any], *, etag: str = "*") -> dict[str, Any]:
        """Change several from now on, or none of them; every setting by its key then."""
        items = [{"key": key, "value": value} for key, value in values.items()]
        path = "organisation/settings"
        return _by_key(self.request("PATCH", path, body={"items": items}, etag=etag).facts)

    def goal_fields(self) -> list[GoalField]:
        """The organisation's own fields of goals, in the order in which they are asked."""
        reply = self.request("GET", "organisation/goal-fields")
        return [shaped(GoalField, facts) for facts in reply.facts["items"]]

    def goal_field(self, key: str) -> GoalField:
        reply = self.request("GET", f"organisation/goal-fields/{key}")
        return shaped(GoalField, reply.facts)

    def create_goal_field(self, kind: str, kinds: Iterable[str], **facts: Any) -> GoalField:
        """Ask text, a number, a choice of goals of these kinds: name_vi, options, place."""
        body = {"type": kind, "kinds": list(kinds), **facts}
        return shaped(GoalField, self.request("POST", "organisation/goal-fields", body=body).facts)

    def edit_goal_field(self, key: str, *, etag: str = "*", **changes: Any) -> GoalField:
        path = f"organisation/goal-fields/{key}"
        return shaped(GoalField, self.request("PATCH", path, body=changes, etag=etag).facts)

    def retire_goal_field(self, key: str, *, retired: bool = True, etag: str = "*") -> GoalField:
        """Ask a field no longer, or with `retired=False` again."""
        path, body = f"organisation/goal-fields/{key}/state", {"retired": retired}
        return shaped(GoalField, self.request("PUT", path, body=body, etag=etag).facts)

    def delete_goal_field(self, key: str, *, etag: str = "*") -> None:
        """Delete a field that no goal has answered."""
        self.request("DELETE", f"organisation/goal-fields/{key}", etag=etag)

    def terms(self) -> list[Wording]:
        """What the organisation calls its things."""
        return self._terms(self.request("GET", "organisation/terms"))

    def set_terms(self, terms: Iterable[Mapping[str, str]], *, etag: str = "*") -> list[Wording]:
        """Call things by these words (`term`, `vi`, `en`, `en_many`) from now on; a term that is
        not given keeps the program's word."""
        body = {"items": [dict(term) for term in terms]}
        return self._terms(self.request("PUT", "organisation/terms", body=body, etag=etag))

    def _terms(self, reply: Reply) -> list[Wording]:
        return [shaped(Wording, facts) for facts in reply.facts["items"]]

    def setting_changes(self) -> Iterator[SettingChange]:
        """Who changed which setting or fact of the organisation, the latest first."""
        return self._each(SettingChange, "organisation/settings/history", {})

    def audit(self, **filters: Any) -> Iterator[AuditEntry]:
        """Who did what to what, the latest first; filters since, until, who, what, thing,
        unit, source."""
        return self._each(AuditEntry, "audit", filters)

    def _whole(self, thing: Person | Unit | str) -> str:
        """Roles and leaders have no version: a tag made from a list would not fit."""
        etag = guard(thing)
        return "*" if etag.endswith('-0"') else etag


def _ids(choices: Mapping[str, AnyPerson] | None) -> dict[str, str]:
    return {key: id_of(one) for key, one in (choices or {}).items()}


def _by_key(facts: Any) -> dict[str, Any]:
    return {one["key"]: one["value"] for one in facts["items"]}
