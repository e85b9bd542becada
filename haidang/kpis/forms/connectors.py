"""Forms of connectors: made of what their source asks to be told."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from haidang.goals.access import goal_for, visible
from haidang.goals.models import Frequency, Goal, Kind
from haidang.kpis.actions.connecting import LONGEST_NAME, MOST_UPLOADED, Plan
from haidang.kpis.actions.connector_settings import LONGEST_SETTING
from haidang.kpis.actions.foreign_names import LONGEST_FOREIGN
from haidang.kpis.connectors.sources.base import Setting, Source
from haidang.kpis.models import Asks, Connector, Every
from haidang.lib.errors import FieldError, Invalid, Refusal
from haidang.people import queries as people
from haidang.people.access import person_for
from haidang.people.models import Person
from haidang.web.forms import DecimalField, LineField, PickField, TextField, WholeField, add_refusal

_PLAIN = ("frequency", "asks", "jump", "lowest", "highest", "every", "at", "weekday", "month_day")


def kpi_field(actor: Person, **options: Any) -> PickField:
    """One KPI that the actor sees."""

    def find(public_id: str) -> Goal | None:
        found = goal_for(actor, public_id)
        return found if found.kind == Kind.KPI else None

    return PickField(find=find, name_of=lambda one: f"{one.public_id} {one.title}", **options)


@dataclass(frozen=True, slots=True)
class Part:
    """Settings of a source that belong together; those seldom needed are folded away, unless
    there is something in them."""

    title: Any
    fields: list[forms.BoundField]
    rare: list[forms.BoundField]
    is_open: bool


class ConnectorForm(forms.Form):
    """What a connector is told; fields `s_…` are the settings of its source."""

    use_required_attribute = False

    name = LineField(label=_("Name"), max_length=LONGEST_NAME)
    frequency = forms.ChoiceField(
        label=_("KPIs by"), choices=Frequency.choices, initial=Frequency.MONTH
    )
    asks = forms.ChoiceField(
        label=_("It asks for"),
        choices=Asks.choices,
        initial=Asks.LAST,
        help_text=_(
            "The running period is asked for until its last day only, so that what is booked "
            "later is missing. The period that ended last brings its final number."
        ),
    )
    jump = DecimalField(
        label=_("Largest jump"),
        required=False,
        help_text=_("Against the last value. What moves further waits until somebody accepts it."),
    )
    lowest = DecimalField(label=_("Never below"), required=False)
    highest = DecimalField(label=_("Never above"), required=False)
    every = forms.ChoiceField(label=_("It asks by itself"), choices=Every.choices)
    at = forms.TimeField(
        label=_("At"),
        initial=time(6),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=_("In the time of the organisation."),
    )
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"), choices=list(WEEKDAYS.items()), coerce=int, initial=0
    )
    month_day = WholeField(label=_("Day of the month"), low=1, high=28, initial=3)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0, min_value=0, required=False)

    def __init__(
        self,
        actor: Person,
        source: Source,
        data: Any = None,
        files: Any = None,
        *,
        connector: Connector | None = None,
    ) -> None:
        self.source, self.connector = source, connector
        super().__init__(data, files, initial=self._stands(actor, connector))
        self.fields["keeper"] = PickField(
            find=lambda public_id: person_for(actor, public_id),
            offer=lambda: people.offered_people(actor),
            label=_("On whose behalf it writes"),
            help_text=_("Their rights decide which KPIs it reports; records bear their name."),
        )
        self.fields["below"] = kpi_field(
            actor,
            required=False,
            label=_("KPIs below"),
            help_text=_("Names are suggested among the KPIs below this one."),
        )
        for one in source.settings:
            field = self.fields[f"s_{one.name}"] = self._field(one)
            if one.depends or one.form == "choice":  # a choice is always made
                field.depends = True  # type: ignore[attr-defined]  # read by the label

    @staticmethod
    def _stands(actor: Person, connector: Connector | None) -> dict[str, Any]:
        if connector is None:
            return {"keeper": actor}
        facts = {name: getattr(connector, name) for name in (*_PLAIN, "name", "keeper", "below")}
        if connector.below_id and connector.below not in visible(actor):
            facts["below"] = None
        facts |= {f"s_{name}": text for name, text in connector.settings.items()}
        return facts | {"version": connector.version}

    def _field(self, one: Setting) -> forms.Field:
        secrets = {} if self.connector is None else self.connector.secrets
        kept, was_kept = bool(secrets.get(one.name)), one.name in secrets
        options: dict[str, Any] = {
            "label": one.label,
            "required": one.required,
            "help_text": one.help,
            "initial": one.start,
        }
        if one.form == "secret":
            options["required"] = (one.required or was_kept) and not kept
            if kept:
                options["help_text"] = _(
                    "Kept, and never shown. Type it only to change it, or when the address "
                    "changes or is protected less."
                )
            elif was_kept:
                options["help_text"] = _("It was destroyed when the connector was retired.")
            widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
            return forms.CharField(
                widget=widget, strip=False, max_length=LONGEST_SETTING, **options
            )
        if one.form == "text":
            code = forms.Textarea(
                attrs={"rows": 7, "spellcheck": "false", "class": "input code", "dir": "ltr"}
            )
            return TextField(max_length=LONGEST_SETTING, widget=code, **options)
        if one.form == "choice":
            return forms.ChoiceField(choices=one.choices, **options)
        if one.form == "whole":
            return WholeField(low=0, high=1_000_000, **options)
        if one.form == "file":
            options["required"] = one.required and not (self.connector and self.connector.upload)
            return forms.FileField(**options)
        return LineField(max_length=4000, **options)

    @property
    def parts(self) -> list[Part]:
        """The settings of the source, by what they are about, in its order."""
        titles = dict.fromkeys(one.part for one in self.source.settings)
        return [
            self._part(title, [one for one in self.source.settings if one.part is title])
            for title in titles
        ]

    def _part(self, title: Any, settings: Sequence[Setting]) -> Part:
        fields = {one: self[f"s_{one.name}"] for one in settings}
        rare = [one for one in settings if one.rare]
        return Part(
            title,
            [field for one, field in fields.items() if not one.rare],
            [fields[one] for one in rare],
            any(fields[one].errors or self._differs(one, fields[one]) for one in rare),
        )

    @staticmethod
    def _differs(one: Setting, field: forms.BoundField) -> bool:
        return str(field.value() or "") not in ("", one.start)

    def clean(self) -> dict[str, Any]:
        for one in self.source.settings:
            name = f"s_{one.name}"
            file = self.cleaned_data.get(name)
            if one.form == "file" and file and file.size > MOST_UPLOADED:
                self.add_error(name, _("At most 5 MB."))
        return self.cleaned_data

    def plan(self) -> Plan:
        """What is typed, for the action."""
        got = self.cleaned_data
        settings, secrets, upload = {}, {}, ""
        for one in self.source.settings:
            value = got.get(f"s_{one.name}")
            if one.form == "file":
                upload = base64.b64encode(value.read()).decode() if value else ""
            elif one.form == "secret":
                secrets[one.name] = value or ""
            else:
                settings[one.name] = "" if value is None else str(value)
        return Plan(
            name=got["name"],
            keeper=got["keeper"],
            below=got["below"],
            settings=settings,
            secrets=secrets,
            upload=upload,
            **{name: got[name] for name in _PLAIN},
        )

    def refuse(self, refusal: Refusal) -> int:
        """Put an action's reasons beside their fields; the status to answer with."""
        reasons = [
            FieldError(name.replace("settings.", "s_") if name else name, code, message)
            for name, code, message in refusal.errors
        ]
        add_refusal(self, Invalid(errors=reasons))
        return refusal.status


class NameForm(forms.Form):
    """One foreign name and its KPI."""

    use_required_attribute = False

    name = LineField(label=_("Name there"), max_length=LONGEST_FOREIGN, required=False)

    def __init__(
        self, actor: Person, offer: Callable[[], Any], place: int, data: Any = None, **facts: Any
    ) -> None:
        super().__init__(data, prefix=f"r{place}", initial=facts)
        self.place = place
        self.is_suggested = False
        self.fields["kpi"] = kpi_field(actor, required=False, offer=offer, label=_("KPI here"))
        for field in self.fields.values():
            field.depends = True  # type: ignore[attr-defined]  # read by the label: a blank row is none


def names_typed(
    actor: Person, offer: Callable[[], Any], data: Mapping[str, str], most: int
) -> list[NameForm]:
    """The rows as they were sent."""
    text = data.get("rows", "0")
    count = min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return [NameForm(actor, offer, place, data) for place in range(count)]


class DecisionForm(forms.Form):
    use_required_attribute = False

    verdict = forms.ChoiceField(choices=[("accepted", ""), ("refused", "")])
    #: The record that the page showed as standing; 0: none.
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    reason = TextField(
        label=_("Why?"),
        max_length=2000,
        help_text=_("It stays readable beside the number."),
    )
