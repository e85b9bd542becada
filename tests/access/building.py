"""Two organisations with everything that an address can name, built through the actions."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone

from haidang.checkins import actions as check_ins
from haidang.exchange.loading import actions as loading
from haidang.goals import actions as goals
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Cycle, Goal, Kind, Participant
from haidang.kpis.actions import LineFacts, comment_period, set_card, set_leave
from haidang.kpis.models import (
    Connector,
    ForeignName,
    LongLeave,
    Quarantined,
    ReopeningRequest,
    Run,
    TargetChange,
    TargetRequest,
)
from haidang.people import actions as people
from haidang.people.access import forget
from haidang.people.adapters import MFAAdapter
from haidang.people.models import Person, Sequence, Unit
from haidang.strategy.actions import saved_views
from tests.support.cast import PASSWORD

_MEASURE: dict[str, Any] = {
    "metric_kind": "number",
    "metric_unit": "cái",
    "decimals": 0,
}


def _factor(kind: str) -> dict[str, Any]:
    seal = MFAAdapter().encrypt
    if kind == "totp":
        return {"secret": seal("JBSWY3DPEHPK3PXP")}
    return {"seed": seal("0" * 40), "used_mask": 0}


class Building:
    """Who is there, and what each of them has, by scope: own, other, private, foreign.

    Every name that only some may read begins with MARK, so that a leak is found in any answer.
    """

    def __init__(self) -> None:
        self.organisation = people.create_organisation(
            "Tâm Long MARKhome", "vi", "Quản Trị", "quantri@tamlong.example", PASSWORD
        )
        self.setter = self.organisation.people.get()
        self.root = self.organisation.units.get()
        self.sales = people.create_unit(self.setter, "Kinh doanh MARKhome", parent=self.root)
        self.factory = people.create_unit(self.setter, "Sản xuất MARKhome", parent=self.root)
        self.team = people.create_unit(self.setter, "Nhóm MARKhome", kind="team", parent=self.sales)
        self.actors: dict[str, Person | None] = {"stranger": None}
        self._people()
        self.cycle = self._cycle(self.actor("strategist"), "Năm MARKhome")
        self.home = self._goals(
            "own", self.actor("strategist"), self.actor("owner"), self.sales, "organisation"
        )
        self.other = self._goals(
            "other",
            self.actor("strategist"),
            self.actor("other_unit"),
            self.factory,
            "organisation",
        )
        self.private = self._goals(
            "private", self.actor("strategist"), self.actor("owner"), self.sales, "private"
        )
        self.khac = people.create_organisation(
            "Khác MARKforeign", "vi", "Emma MARKforeign", "emma@khac.example", PASSWORD
        )
        self._number_apart()
        emma = self.khac.people.get()
        self.actors["foreign"] = emma
        self.away_unit = people.create_unit(emma, "Phòng MARKforeign", kind="team")
        self.away_cycle = self._cycle(emma, "Năm MARKforeign")
        self.away = self._goals("foreign", emma, emma, self.away_unit, "organisation")
        self._links(emma)
        for setter in (self.setter, emma):  # each organisation has one of that key
            facts = {"type": "text", "name_vi": "Mã dự án", "kinds": ["objective"]}
            goals.create_field(setter, facts)
        self.values = {
            "own": goals.add_value(self.setter, {"name_vi": "Trung thực MARKhome"}),
            "foreign": goals.add_value(emma, {"name_vi": "Nhanh MARKforeign"}),
        }
        goals.edit_goal(
            self.actor("strategist"), self.home["objective"], None, {"cited": [self.values["own"]]}
        )
        self._own_things(emma)
        self._cards(emma)

    def _cards(self, emma: Person) -> None:
        """A card of each person and unit that is walked, with the KPI of its scope, and a leave."""
        setter = self.actor("strategist")
        starts = date(2020, 1, 1)
        self.leaves: dict[str, int] = {}
        for scope, name, unit in (
            ("own", "owner", self.sales),
            ("other", "other_unit", self.factory),
        ):
            person = self.actor(name)
            lines = [LineFacts(self._goal("kpi", scope).public_id, Decimal(20))]
            set_card(setter, person, starts, lines)
            set_card(setter, unit, starts, lines)
            self.leaves[scope] = set_leave(setter, person, starts, starts).pk
        leave = LongLeave(organisation=self.khac, person=emma, starts=starts, ends=starts)
        leave.since = timezone.now()
        leave.save()
        self.leaves["foreign"] = leave.pk

    def actor(self, name: str) -> Person:
        person = self.actors[name]
        assert person is not None
        return person

    def _goal(self, thing: str, scope: str) -> Goal:
        sets = {
            "own": self.home,
            "other": self.other,
            "private": self.private,
            "foreign": self.away,
        }
        return sets[scope][thing]

    # --- building ---

    def _people(self) -> None:
        self.actors["administrator"] = self.setter
        plan: dict[str, tuple[Unit | None, list[str]]] = {
            "strategist": (self.root, ["strategist"]),
            "hr": (self.root, ["hr"]),
            "leader": (self.sales, []),
            "manager": (self.root, []),
            "owner": (self.sales, []),
            "same_unit": (self.sales, []),
            "other_unit": (self.factory, []),
            "other_leader": (self.factory, []),
            "viewer": (self.sales, ["viewer"]),
            "guest": (None, ["guest"]),
            "contributor": (self.factory, []),
            "delegate": (self.factory, []),
            "data_owner": (self.factory, []),
            "deactivated": (self.sales, ["strategist"]),
        }
        for name, (unit, roles) in plan.items():
            person = people.create_person(
                self.setter, f"Người MARK{name}", email=f"{name}@tamlong.example", unit=unit
            )
            if roles:
                people.set_roles(self.setter, person, roles)
            person.account = people.create_account(person.email, PASSWORD, "vi")
            person.save(update_fields=["account"])
            self.actors[name] = person
        people.edit_person(self.setter, self.actor("owner"), 1, {"manager": self.actor("manager")})
        people.set_leader(self.setter, self.sales, self.actor("leader"))
        people.set_leader(self.setter, self.factory, self.actor("other_leader"))
        for person in self.actors.values():
            if person is not None:
                person.refresh_from_db()
                forget(person)

    def _number_apart(self) -> None:
        """Numbers begin anew in each organisation; here no id may mean a thing of both."""
        for kind in ("unit", "person", "cycle", "value", *Kind.values):
            Sequence.objects.update_or_create(
                organisation=self.khac, name=kind, defaults={"last": 7000}
            )
        for row in (self.khac.people.get(), self.khac.units.get()):
            prefix = row.public_id.partition("-")[0]
            type(row).objects.filter(pk=row.pk).update(public_id=f"{prefix}-7000", number=7000)

    def _cycle(self, actor: Person, name: str) -> Cycle:
        year = date.today().year
        cycle = goals.create_cycle(
            actor,
            {
                "name": name,
                "kind": "year",
                "starts": date(year, 1, 1),
                "ends": date(year, 12, 31),
            },
        )
        return goals.set_cycle_state(actor, cycle, "active", cycle.version)

    def _goals(
        self, name: str, maker: Person, owner: Person, unit: Unit, visibility: str
    ) -> dict[str, Goal]:
        """An objective, a key result with a record, a KPI, a second objective, a proposal."""
        cycle = self.cycle if maker.organisation_id == self.organisation.pk else self.away_cycle
        shared = {"owner": owner, "unit": unit, "visibility": visibility}
        contributors = [self.actor("contributor")] if name in ("own", "private") else []
        made: dict[str, Goal] = {}
        for key in ("objective", "second"):
            made[key] = goals.create_goal(
                maker,
                "objective",
                shared
                | {
                    "title": f"Mục tiêu MARK{name} {key}",
                    "level": "unit",
                    "cycle": cycle,
                    "contributors": contributors,
                },
            )
        made["key_result"] = self._key_result(maker, made["objective"], name, shared, contributors)
        made["kpi"] = goals.create_goal(
            maker,
            "kpi",
            shared
            | _MEASURE
            | {
                "title": f"KPI MARK{name}",
                "level": "unit",
                "direction": "higher",
                "target": Decimal(10),
                "frequency": "month",
                "aggregation": "sum",
                "contributors": contributors,
                "data_owner": self.actor("data_owner") if contributors else owner,
            },
        )
        facts = {"title": f"Đề xuất MARK{name}", "level": "individual", "cycle": cycle}
        proposal = goals.create_goal(owner, "objective", shared | facts)
        # As if the maker had proposed it: not every owner here has a manager who could.
        Goal.objects.filter(pk=proposal.pk).update(state="draft", proposed_by=maker)
        made["proposal"] = proposal
        if contributors:
            proposal.participants.create(person=self.actor("contributor"), role="contributor")
            for goal in made.values():
                Participant.objects.create(
                    goal=goal, person=self.actor("delegate"), role="delegate"
                )
        return made

    def _key_result(
        self,
        maker: Person,
        objective: Goal,
        name: str,
        shared: dict[str, Any],
        contributors: list[Person],
    ) -> Goal:
        # A private objective is made by a strategist, who does not see it: its owner adds to it.
        by = shared["owner"] if name == "private" else maker
        made = goals.create_goal(
            by,
            "key_result",
            shared
            | _MEASURE
            | {
                "title": f"Kết quả MARK{name}",
                "direction": "increase",
                "baseline": Decimal(0),
                "target": Decimal(100),
                "contributors": contributors,
            },
            parents=[LinkRequest(objective, relation="composition")],
        )
        record = check_ins.record(
            shared["owner"], made, measure_version=None, value=Decimal(5), note=f"MARK{name}"
        )
        self.records = {**getattr(self, "records", {}), name: record}
        return made

    def _links(self, emma: Person) -> None:
        an, dung = self.actor("owner"), self.actor("other_unit")
        self.links = {
            "own": (self.home["objective"], self.other["objective"]),
            "other": (self.other["second"], self.other["objective"]),
            "private": (self.private["objective"], self.other["objective"]),
            "foreign": (self.away["second"], self.away["objective"]),
        }
        who = {"own": an, "other": dung, "private": an, "foreign": emma}
        for name, (child, parent) in self.links.items():
            goals.link(who[name], child, LinkRequest(parent, mode="average"))

    def _own_things(self, emma: Person) -> None:
        until = timezone.now() + timedelta(days=1)
        an, dung = self.actor("owner"), self.actor("other_unit")
        whose = {"own": an, "other": dung, "foreign": emma}
        at = {"own": self.home, "other": self.other, "private": self.private, "foreign": self.away}
        asking = [("own", an), ("other", dung), ("private", an), ("foreign", emma)]
        self.tokens = {
            name: people.create_token(person, "MARKtoken", ["read"], until)[0].pk
            for name, person in whose.items()
        }
        marks = {"own": "MARKprivate", "other": "MARKother", "foreign": "MARKforeign"}
        self.views = {
            name: saved_views.save_view(
                person, marks[name], query="", place="", is_shared=name == "other"
            ).pk
            for name, person in whose.items()
        }
        self.comments = {
            name: comment_period(person, at[name]["kpi"], date(2025, 1, 1), "MARKcomment").pk
            for name, person in whose.items()
        }
        self.reopenings = {
            name: ReopeningRequest.objects.create(
                organisation=at[name]["kpi"].organisation,
                goal=at[name]["kpi"],
                starts=date(2025, 1, 1),
                ends=date(2025, 1, 31),
                asked_by=person,
                asked_at=timezone.now(),
                reason=f"MARK{name}",
            ).pk
            for name, person in asking
        }
        self.target_requests = {
            name: _asked_targets(at[name]["kpi"], person, f"MARK{name}") for name, person in asking
        }
        self._connectors(emma)
        self.sessions = {
            name: UserSession.objects.create(
                user=person.account, ip="127.0.0.1", session_key=f"walk-{name}", user_agent="x"
            ).pk
            for name, person in whose.items()
        }
        self.imports = {name: self._import(person) for name, person in whose.items()}
        for person in self.actors.values():
            if person is not None:
                for kind in ("totp", "recovery_codes"):
                    Authenticator.objects.create(user=person.account, type=kind, data=_factor(kind))
        self.bearers: dict[str, str] = {}
        for name, person in self.actors.items():
            if person is not None:
                token, self.bearers[name] = people.create_token(person, "walk", ["read"], until)
                # More than its owner may: access must hold without the scopes' help.
                token.scopes = ["read", "check_in", "write", "admin"]
                token.save(update_fields=["scopes"])

    def _connectors(self, emma: Person) -> None:
        """One for each of three KPIs, with a run that held a value back."""
        now = timezone.now()
        self.connectors, self.runs, self.helds = {}, {}, {}
        for name, goals_of, keeper in (
            ("own", self.home, self.actor("leader")),
            ("other", self.other, self.actor("other_leader")),
            ("foreign", self.away, emma),
        ):
            organisation = goals_of["kpi"].organisation
            connector = Connector.objects.create(
                organisation=organisation, name=f"MARK{name}", kind="push", keeper=keeper,
                at=time(6), created_by=keeper, created_at=now, is_on=True,
            )  # fmt: skip
            ForeignName.objects.create(
                connector=connector, name="KD", key="kd", kpi=goals_of["kpi"]
            )
            span = {"starts": date(2025, 1, 1), "ends": date(2025, 1, 31)}
            run = Run.objects.create(
                organisation=organisation, connector=connector, why="push", began_at=now,
                ended_at=now, outcome="partly", quarantined=1, **span,
            )  # fmt: skip
            held = Quarantined.objects.create(
                organisation=organisation, run=run, kpi=goals_of["kpi"], value=Decimal(7),
                why="high", **span,
            )  # fmt: skip
            self.connectors[name], self.runs[name] = connector.pk, run.pk
            self.helds[name] = held.pk

    @staticmethod
    def _import(person: Person) -> int:
        """A list with something to mend in it."""
        job = loading.take(person, "goals", "MARKlist.csv", b"Type,Title\nx,MARKlist\n", "vi")
        loading.check(job.pk)
        return job.pk


def _asked_targets(kpi: Goal, person: Person, reason: str) -> int:
    """A request of somebody for another target; its number."""
    request = TargetRequest.objects.create(
        organisation=kpi.organisation,
        goal=kpi,
        asked_by=person,
        asked_at=timezone.now(),
        reason=reason,
    )
    fields = {"target": ["0", "1"]}
    TargetChange.objects.create(request=request, goal=kpi, starts=date(2025, 1, 1), fields=fields)
    return request.pk
