"""The fields of a goal's form, in groups, by kind."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms

from haidang.goals.access import cycles_visible, levels_open, values_visible
from haidang.goals.actions.facts import LATEST, LONGEST_TEXT, LONGEST_TITLE
from haidang.goals.actions.metric_facts import CALCULATIONS, LONGEST_FORMULA, LONGEST_SOURCE
from haidang.goals.forms.identity import ValuesField
from haidang.goals.forms.links import goal_field, modes_of, relations_of
from haidang.goals.forms.measure import (
    CALCULATED,
    KEY_RESULT_CHOICES,
    KPI_CHOICES,
    METRIC_KINDS,
    PercentField,
)
from haidang.goals.models import (
    Commitment,
    Cycle,
    CycleState,
    Frequency,
    Goal,
    Horizon,
    Kind,
    Level,
    Visibility,
)
from haidang.goals.models.kinds import Aggregation, Perspective, PlanCurve
from haidang.goals.queries.choices import parent_kinds
from haidang.goals.rules.formula import LONGEST
from haidang.people import queries as people
from haidang.people.access import person_for, unit_for
from haidang.people.models import Person
from haidang.web.forms import DayField, DecimalField, LineField, PickField, TextField, WholeField
from haidang.web.terms import gettext_lazy as _

Fields = dict[str, forms.Field]
_NUMBERS = {"baseline": _("Baseline"), "target": _("Target"), "low": _("From"), "high": _("To"),
            "tolerance": _("Tolerance")}  # fmt: skip


def choice(label: Any, choices: Any, widget: Any = forms.Select) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=widget)


def words_of(person: Person, kind: str, names: Collection[str]) -> Fields:
    """What a goal says of itself."""
    fields: Fields = {}
    fields["title"] = LineField(
        label=_("Title"),
        max_length=LONGEST_TITLE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 1, "class": "title-input"}),
    )
    for name, label, lines in (
        ("why", _("Why?"), 2),
        ("success", _("What does success look like?"), 2),
        ("description", _("Description"), 3),
    ):
        fields[name] = TextField(
            label=label,
            max_length=LONGEST_TEXT,
            required=False,
            widget=forms.Textarea(attrs={"rows": lines}),
        )
    fields["tags"] = LineField(
        label=_("Tags"),
        max_length=900,
        required=False,
        help_text=_("Separated by commas."),
    )
    if kind in (Kind.OBJECTIVE, Kind.PILLAR):
        fields["rank"] = WholeField(
            label=_("Rank"), low=0, high=10**6, required=False, help_text=_("1 comes first.")
        )
    if kind in (Kind.KEY_RESULT, Kind.KPI):
        fields["cadence_days"] = WholeField(
            label=_("Check-in every … days"), low=1, high=366, required=False
        )
    if "commitment" in names:
        fields["commitment"] = choice(_("Commitment"), Commitment.choices)
        fields["horizon"] = choice(_("Horizon"), [("", _("Not said")), *Horizon.choices])
    if "cited" in names and (values := list(values_visible(person))):
        fields["cited"] = ValuesField(values, label=_("Core values that it lives"))
    if "perspective" in names:
        fields["perspective"] = choice(_("Perspective"), Perspective.choices)
    return fields


def people_of(person: Person, goal: Goal | None, names: Collection[str]) -> Fields:
    """Whose it is, where it stands, and who sees it."""
    fields: Fields = {}
    if "level" in names:
        open_to = levels_open(person, goal)
        levels = [level for level in Level.choices if level[0] in open_to]
        fields["level"] = choice(_("Level"), levels, forms.RadioSelect)
    for name, label, multiple in (
        ("owner", _("Owner"), False),
        ("data_owner", _("Data owner"), False),
        ("contributors", _("Contributors"), True),
        ("named", _("Others who may see it"), True),
    ):
        if name in names:
            fields[name] = PickField(
                label=label,
                required=False,
                multiple=multiple,
                find=lambda public_id: person_for(person, public_id),
                offer=lambda: people.offered_people(person),
            )
    fields["unit"] = PickField(
        label=_("Unit"),
        required=False,
        find=lambda public_id: unit_for(person, public_id),
        offer=lambda: [(n.unit.public_id, n.unit.name) for n in people.unit_lines(person)],
    )
    fields["visibility"] = choice(_("Visibility"), Visibility.choices)
    return fields


def span_of(person: Person, kind: str) -> Fields:
    """Its cycle and its days."""
    fields: Fields = {}
    if kind == Kind.OBJECTIVE:
        fields["cycle"] = CycleField(person, label=_("Cycle"))
    labels = {
        Kind.KEY_RESULT: (_("From"), _("Deadline")),
        Kind.ULTIMATE: (_("Horizon from"), _("Horizon to")),
    }.get(Kind(kind), (_("From"), _("To")))
    for name, label in zip(("starts", "ends"), labels, strict=True):
        fields[name] = DayField(label=label, required=False)
    return fields


def measure_of(kind: str, monthly: bool) -> Fields:
    """Its measure; `monthly` offers the monthly plan, which only a goal that has one keeps."""
    fields: Fields = {}
    kpi = kind == Kind.KPI
    fields["metric_kind"] = choice(_("Measured in"), METRIC_KINDS[kind])
    fields["direction"] = choice(_("What is good"), KPI_CHOICES if kpi else KEY_RESULT_CHOICES)
    fields["metric_unit"] = LineField(label=_("Unit of measure"), max_length=24, required=False)
    fields["decimals"] = WholeField(label=_("Decimals"), low=0, high=10, required=False)
    for name, label in _NUMBERS.items():
        fields[name] = DecimalField(label=label, required=False)
    fields["relative_change"] = PercentField(label=_("Change"), required=False)
    curves = [c for c in PlanCurve.choices if c[0] != PlanCurve.MONTHLY or monthly]
    fields["plan_curve"] = choice(_("Expected line"), curves)
    if kpi:
        fields["frequency"] = choice(_("Measured"), Frequency.choices)
        fields["aggregation"] = choice(_("Over several periods"), Aggregation.choices)
        choices = [("", _("Not calculated"))] + [(c, CALCULATED[c]) for c in CALCULATIONS]
        fields["calculation"] = choice(_("Calculated"), choices)
        fields["expression"] = LineField(
            label=_("Formula"),
            max_length=LONGEST,
            required=False,
            help_text=_(
                "KPIs by their ids (KPI-12) or by their titles with _ between the words "
                "(doanh_thu); numbers with a point; + - * / ( ) min max abs."
            ),
        )
        fields["steps"] = forms.Field(required=False, label=_("Steps"))
        fields |= _told()
    else:
        fields["milestones"] = forms.Field(required=False, label=_("Milestones"))
    return fields


def _told() -> Fields:
    """How a KPI's number is worked out, from where it comes, and by when it is there."""
    fields: Fields = {}
    fields["formula"] = TextField(
        label=_("Formula in words"),
        max_length=LONGEST_FORMULA,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("How the number is worked out, and what counts in it."),
    )
    fields["source"] = LineField(
        label=_("Source of the number"),
        max_length=LONGEST_SOURCE,
        required=False,
        help_text=_("The system or list from which it is taken."),
    )
    fields["freshness_days"] = WholeField(
        label=_("Days until the actual"),
        low=0,
        high=LATEST,
        required=False,
        help_text=_(
            "So many days after a period its actual has to be there; later it is shown as "
            "outdated. Empty: by the days between check-ins."
        ),
    )
    return fields


def links_of(person: Person, kind: str) -> Fields:
    """What it hangs below."""
    fields: Fields = {}
    if kind == Kind.KEY_RESULT:
        fields["objective"] = goal_field(
            person,
            kinds={Kind.OBJECTIVE},
            label=_("Objective"),
            error_messages={"required": _("A key result belongs to exactly one objective.")},
        )
        fields["weight"] = WholeField(
            label=_("Weight"), low=0, high=10_000, required=False,
            help_text=_("Empty: as much as its siblings have on average."),
        )  # fmt: skip
        return fields
    if kind == Kind.ULTIMATE:
        return fields
    fields["parent"] = goal_field(
        person, kinds=parent_kinds(kind), label=_("Contributes to"), required=False
    )
    usual = ("", _("The usual for this link"))
    fields["mode"] = forms.ChoiceField(
        label=_("What it does to the parent's number"),
        choices=[usual, *modes_of(kind)],
        required=False,
        widget=forms.RadioSelect,
    )
    fields["relation"] = forms.ChoiceField(
        label=_("What the link means"),
        choices=[("", _("The usual one for these two")), *relations_of(kind)],
        required=False,
    )
    fields["weight"] = WholeField(
        label=_("Weight"), low=0, high=10_000, required=False,
        help_text=_("Beside the parent's other goals; empty: as much as they have on average."),
    )  # fmt: skip
    return fields


class CycleField(forms.ChoiceField):
    """A cycle by its public id; closed ones are not offered."""

    def __init__(self, person: Person, **options: Any) -> None:
        rows = cycles_visible(person).exclude(state=CycleState.CLOSED).order_by("-starts", "ends")
        self.known: dict[str, Cycle] = {cycle.public_id: cycle for cycle in rows}
        choices = [("", "–")] + [(c.public_id, c.name) for c in self.known.values()]
        super().__init__(choices=choices, required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Cycle):
            if value.public_id not in self.known:  # the goal's own, closed meanwhile
                self.known[value.public_id] = value
                # The stubs know what can be read of choices, not that they are set.
                self.choices = [*self.choices, (value.public_id, value.name)]  # type: ignore[misc]
            return value.public_id
        return value

    def clean(self, value: Any) -> Any:
        public_id = super().clean(value)
        return self.known.get(public_id) if public_id else None
