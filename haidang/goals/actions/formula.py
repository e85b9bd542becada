"""A KPI calculated by a formula: the KPIs that it names are its inputs, and nothing else.

The links to them follow the formula (docs/decisions/a-formula-makes-its-links.md): whoever
changes it makes and removes them, and they are not changed otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.access import may, visible
from haidang.goals.actions.edges import insert_link, remove_link
from haidang.goals.actions.fits import input_problem, refuse_cycle
from haidang.goals.models import GONE, Alignment, Goal, Kind, Mode, Relation, Visibility
from haidang.goals.rules.formula import Formula, FormulaError, Unit, parse, renamed, unit_of
from haidang.goals.rules.units import powers
from haidang.lib.errors import Invalid
from haidang.lib.text import folded
from haidang.people.models import Person

EXPRESSION = "expression"


def resolved(actor: Person, text: str, before: str = "") -> str:
    """The formula with a public id for each KPI, found by its id or by its title
    (`doanh_thu` is the KPI "Doanh thu").

    Only KPIs that the actor sees are found, and those that the formula `before` names.
    Raises Invalid for a name that no KPI has, or several have.
    """
    formula = parse(text)
    known = set(parse(before).names) if before else set()
    words = [name for name in formula.names if not name.startswith("KPI-")]
    titled = _by_title(actor) if words else {}
    ids = {word: _only(word, titled.get(_plain(word), [])) for word in words}
    formula = renamed(formula, {word: found.replace("-", "_") for word, found in ids.items()})
    asked = [name for name in formula.names if name not in known]
    seen = {kpi.public_id: kpi for kpi in visible(actor).filter(kind=Kind.KPI, public_id__in=asked)}
    for name in asked:
        _refuse_input(actor, name, seen.get(name))
    return formula.text


def _refuse_input(actor: Person, name: str, kpi: Goal | None) -> None:
    if kpi is None:
        raise _refused("not_found", _("There is no KPI %(name)s."), name=name)
    if kpi.state in GONE:
        raise _refused("gone", _("%(name)s is dropped or archived."), name=name)
    if kpi.visibility == Visibility.PRIVATE and not may(actor, kpi, "link"):
        raise _refused(
            "private", _("%(name)s is private: only its owner lets it count."), name=name
        )


def _by_title(actor: Person) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = visible(actor).filter(kind=Kind.KPI).exclude(state__in=GONE).order_by("number")
    for public_id, title in rows.values_list("public_id", "title"):
        found.setdefault(_plain(title), []).append(public_id)
    return found


def _plain(words: str) -> str:
    return re.sub(r"[\W_]+", "_", folded(words)).strip("_")


def _only(word: str, found: list[str]) -> str:
    if not found:
        raise _refused(
            "not_found",
            _("There is no KPI called “%(name)s”: write its id, such as KPI-12."),
            name=word,
        )
    if len(found) > 1:
        raise _refused(
            "several",
            _("Several KPIs are called “%(name)s”: write which one (%(ids)s)."),
            name=word,
            ids=", ".join(found[:5]),
        )
    return found[0]


def _refused(code: str, message: Any, **names: str) -> Invalid:
    return Invalid(message % names, code=code, field=EXPRESSION)


def inputs_of(kpi: Goal) -> dict[str, Goal]:
    """The KPIs that the formula names, by public id; one that is gone is left out."""
    names = parse(kpi.expression).names
    rows = Goal.objects.filter(
        organisation_id=kpi.organisation_id, kind=Kind.KPI, public_id__in=names
    )
    found = {one.public_id: one for one in rows}
    return {name: found[name] for name in names if name in found}


def keep_inputs(actor: Person, kpi: Goal, at: datetime) -> list[int]:
    """Link what the formula names, and nothing else; ids of goals whose links changed.

    Inside a structural change that is open. Raises Invalid for a KPI that depends on this
    one itself, one measured at another rhythm, or one that is linked here otherwise.
    """
    wanted = inputs_of(kpi)
    links = {
        edge.child_id: edge
        for edge in Alignment.objects.select_related("child", "parent").filter(parent=kpi)
    }
    ids = {one.pk for one in wanted.values()}
    touched = []
    for child_id, edge in links.items():
        if edge.relation == Relation.COMPUTES and child_id not in ids:
            remove_link(actor, edge, at)
            touched.append(child_id)
    for position, one in enumerate(wanted.values()):
        held = links.get(one.pk)
        if held is not None and held.relation == Relation.COMPUTES:
            continue
        if held is not None:
            raise _refused(
                "already_linked",
                _("%(name)s is linked to this KPI otherwise: remove that link first."),
                name=one.public_id,
            )
        _refuse_as_input(one, kpi)
        insert_link(
            actor, one, kpi, relation=Relation.COMPUTES, mode=Mode.NONE, weight=None,
            position=position, accepted=True, at=at,
        )  # fmt: skip
        touched.append(one.pk)
    return touched


def _refuse_as_input(one: Goal, kpi: Goal) -> None:
    if one.pk == kpi.pk:
        raise _refused("cycle", _("A KPI is not calculated from itself."))
    try:
        refuse_cycle(one, kpi)
    except Invalid:
        raise _refused(
            "cycle", _("%(name)s is itself calculated from this KPI."), name=one.public_id
        ) from None
    if wrong := input_problem(one, kpi):
        raise _refused(wrong[1], "%(name)s: %(why)s", name=one.public_id, why=str(wrong[2]))


# -- units ----------------------------------------------------------------------------------


def refuse_units(kpi: Goal, fresh: Iterable[Goal] = ()) -> None:
    """Refuse a formula that adds what does not add up, or gives another unit than the KPI's.

    `fresh` are goals as they are about to be, in the place of what is stored.
    """
    inputs = inputs_of(kpi) | {one.public_id: one for one in fresh}
    formula = parse(kpi.expression)
    if not inputs.keys() >= set(formula.names):
        return  # one is gone: there is no value to be in any unit
    try:
        unit = unit_of(formula, _units(formula, inputs))
    except FormulaError as error:
        raise _refused(
            "dimension",
            _("%(one)s and %(other)s do not add up: they are in different units."),
            one=error.what,
            other=error.other,
        ) from None
    own = powers(kpi.metric_kind, kpi.metric_unit)
    if unit is None or unit.powers == own:
        return
    if own and list(unit.powers.values()) not in ([], [1]):
        return  # ₫ per customer: what that is called is not known
    if not unit.powers and next(iter(own)).startswith("count:"):
        return  # a plain number has whatever name: turns, points
    raise _refused(
        "dimension",
        _("The formula does not give %(unit)s."),
        unit=kpi.metric_unit or str(kpi.get_metric_kind_display()),
    )


def _units(formula: Formula, inputs: Mapping[str, Goal]) -> dict[str, Unit]:
    return {
        name: Unit(powers(one.metric_kind, one.metric_unit), _named(one))
        for name, one in ((name, inputs[name]) for name in formula.names)
    }


def _named(one: Goal) -> str:
    return f"{one.public_id} ({one.metric_unit})" if one.metric_unit else one.public_id
