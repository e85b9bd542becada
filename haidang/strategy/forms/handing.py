"""Handing over what somebody holds: to whom, and one choice for each thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from haidang.people.models import Person
from haidang.strategy.actions.handing import END, STAY, UNIT, Choice
from haidang.strategy.forms.picks import people_field, unit_field
from haidang.strategy.queries.holdings import Holding, Holdings, can_hold
from haidang.web.forms import DayField
from haidang.web.terms import gettext_lazy as _

_UNIT = _("Nobody: its unit keeps it")
_ENDS = {
    "data": _("Nobody: the owner reports it"),
    "contributor": _("Nobody: it ends"),
    "delegate": _("Nobody: it ends"),
    "leads": _("Nobody"),
    "reports": _("Their own manager"),
    "proposals": _("Nobody: the owner decides"),
}
_STAYS = _("Stays with them")


class HandoverForm(forms.Form):
    """`to` are those whom the choices offer; the first of them is each choice at first.

    A choice is the public id of a person or a word of `actions.handing`.
    """

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)

    def __init__(
        self,
        *args: Any,
        actor: Person,
        held: Holdings,
        heirs: Sequence[Person],
        stays: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.held, self.heirs = held, list(heirs)
        self.fields["to"] = people_field(
            actor,
            label=_("Who takes over"),
            multiple=True,
            required=False,
            help_text=_("The lists below offer these people; what you leave as it is stays.")
            if stays
            else _("The lists below offer these people; the first takes what you leave as it is."),
        )
        for one in held.rows:
            self.fields[one.key] = self._choice(one, stays=stays)

    def _choice(self, one: Holding, *, stays: bool) -> forms.ChoiceField:
        offered: list[tuple[str, Any]] = [(heir.public_id, heir.name) for heir in self.heirs]
        if one.what in _ENDS:
            offered.append((END, _ENDS[one.what]))
        elif one.may_lie:
            offered.append((UNIT, _UNIT))
        if stays:
            offered.insert(0, (STAY, _STAYS))
        if not offered:
            offered = [("", "–")]
        return forms.ChoiceField(
            label=name_of(one),
            choices=offered,
            initial=offered[0][0],
            widget=forms.Select(attrs={"class": "input"}),
            error_messages={"required": _("Please say who takes this over.")},
        )

    def groups(self) -> Iterable[tuple[str, list[tuple[Holding, Any]]]]:
        """The choices by what they are about: (what, [(holding, field)])."""
        found: dict[str, list[tuple[Holding, Any]]] = {}
        for one in self.held.rows:
            found.setdefault(one.what, []).append((one, self[one.key]))
        return found.items()

    def choices(self) -> Mapping[str, Choice]:
        """What was chosen, by key, as the actions take it."""
        known = {heir.public_id: heir for heir in self.heirs}
        chosen = {one.key: self.cleaned_data[one.key] for one in self.held.rows}
        return {key: known.get(value, value) for key, value in chosen.items()}


class DepartureForm(HandoverForm):
    last_day = DayField(label=_("Last working day"), required=False)


class TransferForm(HandoverForm):
    def __init__(self, *args: Any, actor: Person, **options: Any) -> None:
        super().__init__(*args, actor=actor, stays=True, **options)
        self.fields["unit"] = unit_field(actor, teams=False, label=_("New unit"), required=False)
        self.fields["manager"] = people_field(actor, label=_("New manager"), required=False)


def name_of(one: Holding) -> str:
    """What a holding is called beside its choice."""
    if one.goal is not None:
        return f"{one.goal.public_id} {one.goal.title}"
    if one.unit is not None:
        return one.unit.name
    if one.people:
        return ", ".join(person.name for person in one.people)
    return str(_("Goals that they proposed to others"))


def usual_heirs(person: Person) -> list[Person]:
    """Who takes over when nobody else is named: the manager."""
    manager = person.manager
    return [manager] if manager is not None and can_hold(manager) else []
