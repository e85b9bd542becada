"""What needs attention: goals under way with something wrong, by what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet

from haidang.goals.access import cycles_visible, verbs_of_each, visible
from haidang.goals.models import GONE, Alignment, Cycle, Goal, Kind, Relation, Rule, State
from haidang.goals.queries import Outlook, asked_since, outlook
from haidang.goals.queries.choices import KIND_ORDER
from haidang.goals.queries.outlook import NOTHING, today_in
from haidang.goals.rules.health import AT_RISK, NO_DATA, OFF_TRACK, since_when
from haidang.people.access import today_of, units_visible
from haidang.people.models import Organisation, Person, Unit
from haidang.strategy.queries.goals import named

OUTDATED, NO_OWNER, NO_PARENT = "outdated", "no_owner", "no_parent"
#: What can be wrong, the gravest first.
REASONS = (OFF_TRACK, AT_RISK, OUTDATED, NO_DATA, NO_OWNER, NO_PARENT)
#: So many goals are looked at, from the strategy downward; beyond, the page says so.
LOOKED_AT = 2000
#: Rows of each reason where all stand together, and of a page of one reason.
SHOWN = 8
PAGE = 40
#: Links that hang a goal nowhere: it only helps the other, or waits for it.
BESIDE = (Relation.SUPPORTS, Relation.DEPENDS_ON)


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; values that mean nothing are left out."""

    reason: str = ""
    unit: Unit | None = None
    cycle: Cycle | None = None
    page: int = 1

    @classmethod
    def of(cls, person: Person, asked: Mapping[str, str]) -> Wanted:
        reason, page = asked.get("reason", ""), asked.get("page", "")
        return cls(
            reason=reason if reason in REASONS else "",
            unit=named(units_visible(person), asked.get("unit", "")),
            cycle=named(cycles_visible(person), asked.get("cycle", "")),
            page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 else 1,
        )

    def address(self, **changes: str) -> str:
        """The query of this list with something changed, from its first page on."""
        words = {
            "reason": self.reason,
            "unit": self.unit.public_id if self.unit else "",
            "cycle": self.cycle.public_id if self.cycle else "",
            **changes,
        }
        query = urlencode({name: value for name, value in words.items() if value})
        return f"?{query}" if query else "?"

    @property
    def narrowed(self) -> bool:
        return bool(self.unit or self.cycle)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A goal and what is wrong with it, the reason of its group first."""

    goal: Goal
    outlook: Outlook
    reasons: Sequence[str]
    silent: int  # days since its last report, or since reports are asked for
    act: str  # what the reader can do at once: "check_in", "link", "edit" or ""


@dataclass(frozen=True, slots=True)
class Group:
    reason: str
    count: int
    rows: Sequence[Wrong]


@dataclass(frozen=True, slots=True)
class Attention:
    """The groups with something in them; `ids` has the goals of every reason, and `goals`
    counts each of them once."""

    groups: Sequence[Group]
    ids: Mapping[str, Sequence[int]]
    goals: int
    looked_at: int
    cut: bool  # there are more goals than were looked at
    page: int = 1
    pages: int = 1

    @property
    def counts(self) -> dict[str, int]:
        return {reason: len(ids) for reason, ids in self.ids.items()}

    @property
    def rows(self) -> list[Wrong]:
        return [row for group in self.groups for row in group.rows]


class _Fact(NamedTuple):
    """What the search reads of a goal."""

    id: int
    kind: str
    starts: date | None
    made: datetime
    owner_id: int | None
    owner_here: bool | None
    own_day: date | None
    linked: bool


def attention(
    person: Person, wanted: Wanted, *, shown: int = SHOWN, size: int | None = None
) -> Attention:
    """The goals under way that the person sees and that have something wrong.

    Of one reason a page of `size` (PAGE); else the first `shown` of each. The same number of
    queries for any number of goals.
    """
    today = today_of(person)
    facts, cut = _facts(person, wanted)
    looks = outlook(person.organisation, [fact.id for fact in facts], today)
    found: dict[str, list[_Fact]] = {reason: [] for reason in REASONS}
    reasons: dict[int, list[str]] = {}
    for fact in facts:
        reasons[fact.id] = _reasons(fact, looks.get(fact.id, NOTHING), today)
        for reason in reasons[fact.id]:
            found[reason].append(fact)
    for reason, some in found.items():
        _sort(reason, some, looks, person.organisation)
    page = pages = 1
    if wanted.reason:
        size = size or PAGE
        pages = max(1, -(-len(found[wanted.reason]) // size))
        page = min(max(1, wanted.page), pages)
        some = found[wanted.reason][(page - 1) * size : page * size]
        chosen = {wanted.reason: some}
    else:
        chosen = {reason: some[:shown] for reason, some in found.items()}
    rows = _rows(person, chosen, reasons, looks, today)
    return Attention(
        groups=[Group(reason, len(found[reason]), some) for reason, some in rows.items() if some],
        ids={reason: [fact.id for fact in some] for reason, some in found.items()},
        goals=sum(1 for some in reasons.values() if some),
        looked_at=len(facts),
        cut=cut,
        page=page,
        pages=pages,
    )


def _facts(person: Person, wanted: Wanted) -> tuple[list[_Fact], bool]:
    """The goals to look at, kind by kind from the strategy downward, and whether some are
    left; a kind at a time keeps to the index that orders within a kind."""
    rows = _narrowed(visible(person).filter(state=State.ACTIVE), wanted)
    rows = rows.annotate(linked=is_linked()).order_by("rank", "id")
    found: list[_Fact] = []
    for kind in KIND_ORDER:
        room = LOOKED_AT + 1 - len(found)
        if room <= 0:
            break
        some = rows.filter(kind=kind).values_list(
            "id", "kind", "starts", "created_at", "owner_id", "owner__is_active",
            "standing__own_day", "linked",
        )  # fmt: skip
        found += [_Fact(*row) for row in some[:room]]
    return found[:LOOKED_AT], len(found) > LOOKED_AT


def is_linked() -> Exists:
    """Whether a goal hangs below another one that was not given up."""
    above = Alignment.objects.filter(child_id=OuterRef("pk")).exclude(relation__in=BESIDE)
    return Exists(above.exclude(parent__state__in=GONE))


def _narrowed(rows: QuerySet[Goal], wanted: Wanted) -> QuerySet[Goal]:
    if wanted.cycle:
        rows = rows.filter(cycle=wanted.cycle)
    if wanted.unit:
        path = wanted.unit.path
        theirs = Q(unit=None, owner__unit__path__startswith=path)
        rows = rows.filter(Q(unit__path__startswith=path) | theirs)
    return rows


def _reasons(fact: _Fact, look: Outlook, today: date) -> list[str]:
    begun = fact.starts is None or fact.starts <= today
    wrong = {
        OFF_TRACK: look.health == OFF_TRACK,
        AT_RISK: look.health == AT_RISK,
        OUTDATED: look.outdated,
        NO_DATA: look.health == NO_DATA and begun,
        NO_OWNER: fact.owner_id is None or not fact.owner_here,
        NO_PARENT: fact.kind != Kind.ULTIMATE and not fact.linked,
    }
    return [reason for reason in REASONS if wrong[reason]]


def _sort(
    reason: str,
    facts: list[_Fact],
    looks: Mapping[int, Outlook],
    organisation: Organisation,
) -> None:
    """The furthest behind first, or the longest silent; else from the strategy downward."""
    if reason in (OFF_TRACK, AT_RISK):
        facts.sort(key=lambda f: (looks[f.id].progress or 0) - (looks[f.id].expected or 0))
    elif reason == OUTDATED:
        facts.sort(key=lambda f: f.own_day or since_when(f.starts, today_in(organisation, f.made)))


def _rows(
    person: Person,
    chosen: Mapping[str, Sequence[_Fact]],
    reasons: Mapping[int, Sequence[str]],
    looks: Mapping[int, Outlook],
    today: date,
) -> dict[str, list[Wrong]]:
    ids = {fact.id for some in chosen.values() for fact in some}
    rows = visible(person).filter(pk__in=ids)
    rows = rows.select_related("standing", "owner__unit", "unit", "cycle")
    goals = {goal.pk: goal for goal in rows.order_by()}
    verbs = verbs_of_each(person, goals.values())

    def wrong(goal: Goal, reason: str) -> Wrong:
        since = goal.standing.own_day or asked_since(goal, person.organisation)
        all_of_it = [reason, *(other for other in reasons[goal.pk] if other != reason)]
        act = _act(goal, all_of_it, verbs[goal.pk])
        return Wrong(goal, looks.get(goal.pk, NOTHING), all_of_it, (today - since).days, act)

    return {
        reason: [wrong(goals[fact.id], reason) for fact in some] for reason, some in chosen.items()
    }


def _act(goal: Goal, reasons: Sequence[str], verbs: frozenset[str]) -> str:
    """What the reader can do at once about the first of the reasons; "" is to open it."""
    if reasons[0] == NO_PARENT:
        return "link" if "link" in verbs else ""
    if reasons[0] == NO_OWNER:
        return "edit" if "edit_words" in verbs else ""
    reports = goal.is_measured and goal.rule != Rule.CHILDREN and not goal.calculation
    asked = OUTDATED in reasons or NO_DATA in reasons
    return "check_in" if reports and asked and "check_in" in verbs else ""
