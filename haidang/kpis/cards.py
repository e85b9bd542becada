"""Cards as they are set: what holds of a holder's lines in a span of days, and the copies
that a closing keeps of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from haidang.goals.models import Goal
from haidang.goals.rules.periods import LAST
from haidang.goals.rules.plan import Calendar
from haidang.kpis.models import ClosedFigure, ClosedLine, LongLeave, Scorecard, ScorecardLine
from haidang.kpis.rules.scorecard import Limits, Stay, worked_in
from haidang.lib.decimals import of_fraction
from haidang.lib.insert import insert_many, made
from haidang.people import settings
from haidang.people.models import OrganisationSetting, Person

#: What a row belongs to: ("person" or "unit", its id).
Key = tuple[str, int]

_ONE_DAY = timedelta(days=1)
_DEFAULT_KEYS = ("scorecard.cap", "scorecard.floor", "scorecard.bands")


class Settings(NamedTuple):
    """What is set about cards at a moment: limits, and from what on each band begins."""

    limits: Limits
    bands: Mapping[str, Decimal]


class History:
    """How the settings of cards stood at any moment: one query."""

    def __init__(self, organisation_id: int) -> None:
        rows = OrganisationSetting.objects.filter(
            organisation_id=organisation_id, key__in=_DEFAULT_KEYS
        )
        self._rows = list(rows.values_list("key", "value", "since", "until"))

    def at(self, moment: datetime | None = None) -> Settings:
        """As of a moment; without one as they stand."""
        found = {key: settings.DEFAULTS[key] for key in _DEFAULT_KEYS}
        found |= {
            key: value
            for key, value, since, until in self._rows
            if (until is None if moment is None else _within(since, until, moment))
        }
        limits = Limits(Decimal(found["scorecard.cap"]), Decimal(found["scorecard.floor"]))
        bands = {name: Decimal(text) for name, text in found["scorecard.bands"].items()}
        return Settings(limits, bands)


def calendar_of(organisation_id: int) -> Calendar:
    """The organisation's working days as they are set."""
    found = settings.everything(organisation_id)
    return Calendar.of(found["calendar.working_days"], found["calendar.holidays"])


def _within(since: datetime, until: datetime | None, moment: datetime) -> bool:
    return since <= moment and (until is None or moment < until)


class Piece(NamedTuple):
    """A line with the days on which it holds, and for which it was set: of who joined later
    or left earlier those are more."""

    line: ScorecardLine
    stay: Stay
    meant: Stay


@dataclass(slots=True)
class Sheet:
    """What is set of one holder: the pieces of each KPI in order of time, and the days on
    which the holder is away."""

    pieces: dict[int, list[Piece]] = field(default_factory=dict)
    away: list[Stay] = field(default_factory=list)


class Counted(NamedTuple):
    """With what a KPI's period counts: weight (the mean by the days worked) and limits in
    percent, the working days of the period and those on the card."""

    weight: Fraction
    worked: int
    days: int
    line: ScorecardLine  # the last one that holds in the period


def key_of(row: Scorecard | ClosedLine) -> Key:
    return ("unit", row.unit_id) if row.unit_id is not None else ("person", row.person_id or 0)


def sheets(cards: Iterable[Scorecard], leaves: Iterable[LongLeave]) -> dict[Key, Sheet]:
    """The cards that stand (with their lines and their person at hand) by holder."""
    found: dict[Key, Sheet] = {}
    of_each: dict[Key, list[Scorecard]] = {}
    for card in cards:
        of_each.setdefault(key_of(card), []).append(card)
    for key, some in of_each.items():
        sheet = found[key] = Sheet()
        some.sort(key=lambda card: card.starts)
        for at, card in enumerate(some):
            following = some[at + 1].starts if at + 1 < len(some) else None
            meant = _meant(card, following)
            if meant.last < meant.first:
                continue
            stay = _present(card.person, meant)
            for line in card.lines.all():
                sheet.pieces.setdefault(line.goal_id, []).append(Piece(line, stay, meant))
    for leave in leaves:
        if (sheet_of := found.get(("person", leave.person_id))) is not None:
            sheet_of.away.append(Stay(leave.starts, leave.ends))
    return found


def _meant(card: Scorecard, following: date | None) -> Stay:
    """From when to when a card was set."""
    last = card.ends or LAST
    return Stay(card.starts, last if following is None else min(last, following - _ONE_DAY))


def _present(person: Person | None, stay: Stay) -> Stay:
    """A person's not before they joined or after they left."""
    if person is None:
        return stay
    first = max(stay.first, person.joined_on or stay.first)
    return Stay(first, min(stay.last, person.left_on or stay.last))


def counted(sheet: Sheet, goal_id: int, period: Stay, calendar: Calendar) -> Counted | None:
    """With what a KPI's period counts; None where it is not on the card on any working day."""
    weighted, worked, days = Fraction(0), 0, 0
    last: ScorecardLine | None = None
    for piece in sheet.pieces.get(goal_id, ()):
        some, days = worked_in([piece.stay], sheet.away, period, calendar)
        if some:
            weighted += Fraction(piece.line.weight or 0) * some
            worked, last = worked + some, piece.line
    if last is None:
        return None
    return Counted(weighted / worked, worked, days, last)


def not_theirs(sheet: Sheet, goal_id: int, period: Stay, calendar: Calendar) -> Counted | None:
    """What is kept of a KPI's period that a card was set for, but none of whose days was the
    holder's: they were away, not there yet or gone."""
    for piece in reversed(sheet.pieces.get(goal_id, ())):
        if piece.meant.first <= period.last and piece.meant.last >= period.first:
            return Counted(Fraction(0), 0, worked_in([], [], period, calendar)[1], piece.line)
    return None


def whole_weight(kept: Decimal, worked: int) -> Fraction:
    """A weight that was kept with ten places, whole again: it is the mean by that many days of
    weights with two."""
    if not worked:
        return Fraction(0)
    return Fraction(round(Fraction(kept) * worked * 100), worked * 100)


def limits_of(line: ScorecardLine, usual: Limits) -> Limits:
    """A line's own cap and floor, else the organisation's."""
    return Limits(
        usual.cap if line.cap is None else line.cap,
        usual.floor if line.floor is None else line.floor,
    )


def standing_cards(**wanted: Any) -> list[Scorecard]:
    """The cards that stand, with lines and person: two queries."""
    rows = Scorecard.objects.filter(until=None, **wanted).select_related("person")
    return list(rows.prefetch_related("lines").order_by("starts"))


def keep_lines(organisation_id: int, figures: Sequence[ClosedFigure]) -> None:
    """Keep with what these figures count on cards, in the transaction that closes them; the
    same number of statements for any number of them."""
    if not figures:
        return
    goal_ids = {figure.goal_id for figure in figures}
    lines = ScorecardLine.objects.filter(
        goal_id__in=goal_ids,
        scorecard__until=None,
        scorecard__starts__lte=max(figure.ends for figure in figures),
    )
    holders = set(lines.order_by().values_list("scorecard__person_id", "scorecard__unit_id"))
    if not holders:
        return
    people = [person for person, _unit in holders if person is not None]
    units = [unit for _person, unit in holders if unit is not None]
    cards = standing_cards(person_id__in=people) if people else []
    cards += standing_cards(unit_id__in=units) if units else []
    leaves = LongLeave.objects.filter(person_id__in=people, until=None)
    found = sheets(cards, leaves)
    usual = History(organisation_id).at().limits
    calendar = calendar_of(organisation_id)
    perspectives = dict(Goal.objects.filter(pk__in=goal_ids).values_list("pk", "perspective"))
    on: dict[int, list[tuple[Key, Sheet]]] = {}
    for key, sheet in found.items():
        for goal_id in sheet.pieces:
            on.setdefault(goal_id, []).append((key, sheet))
    rows = []
    for figure in figures:
        for key, sheet in on.get(figure.goal_id, ()):
            asked = (sheet, figure.goal_id, Stay(figure.starts, figure.ends), calendar)
            part = counted(*asked) or not_theirs(*asked)
            if part is not None:
                perspective = perspectives.get(figure.goal_id, "") or part.line.perspective
                rows.append(_copy(figure, key, part, perspective, usual))
    insert_many(ClosedLine, rows, has_keys=False)


def _copy(
    figure: ClosedFigure, key: Key, part: Counted, perspective: str, usual: Limits
) -> ClosedLine:
    limits = limits_of(part.line, usual)
    return made(
        ClosedLine,
        organisation_id=figure.organisation_id,
        person_id=key[1] if key[0] == "person" else None,
        unit_id=key[1] if key[0] == "unit" else None,
        goal_id=figure.goal_id,
        starts=figure.starts,
        ends=figure.ends,
        version=figure.version,
        position=part.line.position,
        weight=of_fraction(part.weight),
        perspective=perspective,
        cap=limits.cap,
        floor=limits.floor,
        prorated=part.line.prorated,
        worked=part.worked,
        days=part.days,
    )
