"""A goal as it is created and edited: the fields of its kind, in groups."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from haidang.goals.access import usual_place
from haidang.goals.actions.answers import PREFIX
from haidang.goals.actions.create import usual_visibility
from haidang.goals.actions.facts import FIELDS
from haidang.goals.forms import groups, rows
from haidang.goals.forms.fields import first_answers, question
from haidang.goals.forms.measure import NOTHING, shown_fields
from haidang.goals.models import Commitment, CustomField, Frequency, Goal, Kind, Level
from haidang.goals.models.kinds import MetricKind, PlanCurve
from haidang.goals.queries.choices import running_cycle
from haidang.goals.queries.fields import asked_of
from haidang.lib.text import clean_line
from haidang.people.access import today_of
from haidang.people.models import Person
from haidang.web.forms import LineField, TextField
from haidang.web.terms import gettext_lazy as _

#: Facts of the measure and dates; the others are words, people and nature.
MEASURE_FIELDS = (
    "metric_kind", "metric_unit", "decimals", "direction", "baseline", "target", "low", "high",
    "tolerance", "relative_change", "plan_curve", "frequency", "aggregation", "calculation",
    "expression",
)  # fmt: skip
SPAN_FIELDS = ("cycle", "starts", "ends")
PEOPLE_FIELDS = ("owner", "data_owner", "unit", "level", "visibility", "contributors", "named")
LINK_FIELDS = ("parent", "objective", "relation", "mode", "weight")


class GoalForm(forms.Form):
    """The facts of one goal. `goal` is the one to be edited, None for a new one.

    `may` says which groups the person may change (verbs of `goals.access`); the others are
    left out. Values go to the actions by `facts()`.
    """

    use_required_attribute = False

    def __init__(
        self,
        person: Person,
        kind: str,
        data: Any = None,
        *,
        goal: Goal | None = None,
        initial: Mapping[str, Any] | None = None,
        may: Collection[str] = ("edit_words", "share", "edit_measure", "link"),
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id=f"{kind}-%s")
        self.person, self.kind, self.goal, self.may = person, kind, goal, may
        self.names = FIELDS[kind]
        self.own: list[CustomField] = []
        if "edit_words" in may:
            self.fields |= groups.words_of(person, kind, self.names)
            self._own()
        if "share" in may:
            self.fields |= groups.people_of(person, goal, self.names)
        if "edit_measure" in may:
            self.fields |= groups.span_of(person, kind)
            if kind in (Kind.KEY_RESULT, Kind.KPI):
                self.fields |= groups.measure_of(kind, self._is_monthly())
                self._rows()
        self._require()
        if goal is None:
            self.fields |= groups.links_of(person, kind)
        else:
            self.fields["version"] = forms.IntegerField(
                widget=forms.HiddenInput, min_value=0, max_value=2**31
            )
            self.fields["reason"] = TextField(
                label=_("Why the measure or the dates change"),
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields["reason"].depends = True  # type: ignore[attr-defined]

    # -- groups ---------------------------------------------------------------------------

    def _own(self) -> None:
        """What the organisation asks beside."""
        self.own = asked_of(self.person, self.kind)
        for field in self.own:
            self.fields[PREFIX + field.key] = question(self.person, field)
        for name, value in first_answers(self.own, self.initial.get("fields") or {}).items():
            self.initial.setdefault(name, value)

    @property
    def own_names(self) -> list[str]:
        """The names of what the organisation asks beside, in order."""
        return [PREFIX + field.key for field in self.own]

    @property
    def own_needed(self) -> list[str]:
        """Those that have to be filled in."""
        return [PREFIX + field.key for field in self.own if field.required]

    def _require(self) -> None:
        """What must be filled in, as far as it is shown: the others say "optional", but for
        those that depend on what else is chosen."""
        always = {"title", "level", "cycle", "commitment", "visibility", "plan_curve"}
        for name in always & self.fields.keys():
            self.fields[name].required = True
        if "metric_kind" in self.fields:
            needed = self.shown & {
                *("metric_kind", "direction", "low", "high", "relative_change"),
                *("frequency", "aggregation", "target", "expression"),
            }
            if self.kind == Kind.KPI:
                needed -= {"target"}
            for name in needed:
                self.fields[name].required = True
            if "plan_curve" not in self.shown:
                self.fields["plan_curve"].required = False
        if "level" in self.names:
            for name in {"owner", "unit"} & self.fields.keys():
                self.fields[name].depends = True  # type: ignore[attr-defined]

    def _is_monthly(self) -> bool:
        return self.goal is not None and self.goal.plan_curve == PlanCurve.MONTHLY

    def _rows(self) -> None:
        """Milestones or steps, as typed or as they stand."""
        prefix, names = ("step", rows.STEP) if self.kind == Kind.KPI else ("ms", rows.MILESTONE)
        if self.is_bound:
            self.typed = rows.read(self.data, prefix, names)
        elif self.kind == Kind.KPI:
            self.typed = rows.steps_typed(self.initial.get("steps") or [])
        else:
            self.typed = rows.milestones_typed(self.initial.get("milestones") or [])

    # -- what the page asks ---------------------------------------------------------------

    def now(self, name: str) -> str:
        """A field's value as it stands in the form, typed or initial."""
        return str(self[name].value() or "") if name in self.fields else ""

    @property
    def shown(self) -> frozenset[str]:
        """Fields of the measure that have a meaning for what is chosen now."""
        found = shown_fields(self.kind, self.now("metric_kind"), self.now("direction"))
        return found | {"expression"} if self.now("calculation") == "expression" else found

    @property
    def hidden_measure(self) -> list[str]:
        """Fields that keep their value without being shown, so that nothing typed is lost."""
        return [n for n in MEASURE_FIELDS if n in self.fields and n not in self.shown]

    @property
    def list_rows(self) -> list[rows.Row]:
        """Milestones or steps with room for more."""
        names = rows.STEP if self.kind == Kind.KPI else rows.MILESTONE
        return rows.with_blanks(self.typed, names)

    # -- what was answered ----------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        got = super().clean() or self.cleaned_data
        for name in self.hidden_measure:  # what has no meaning now cannot be wrong either
            self.errors.pop(name, None)
        if "milestones" in self.fields and "milestones" in self.shown:
            got["milestones"] = rows.milestones_read(self.typed)
            if got["milestones"] is None:
                self.add_error("milestones", _("Please look at the marked rows."))
            elif not got["milestones"]:
                self.add_error("milestones", _("Please list 1 to 100 milestones."))
        if "steps" in self.fields and "steps" in self.shown:
            got["steps"] = rows.steps_read(self.typed)
            if got["steps"] is None:
                self.add_error("steps", _("Please look at the marked rows."))
            elif not got["steps"]:
                self.add_error("steps", _("Please give 1 to 20 steps."))
        if got.get("level") == Level.UNIT and "unit" in got and got["unit"] is None:
            self.add_error("unit", _("Please choose the unit."))
        if got.get("level") == Level.INDIVIDUAL and "owner" in got and got["owner"] is None:
            self.add_error("owner", _("A person's goal needs that person."))
        return got

    def facts(self) -> dict[str, Any]:
        """Facts for `actions.create_goal` and `edit_goal`: of what the form asked."""
        got = self.cleaned_data
        found: dict[str, Any] = {}
        for name in self.names & self.fields.keys():
            if name in MEASURE_FIELDS or name in ("milestones", "steps"):
                continue
            found[name] = got.get(name)
        for name in ("rank", "cadence_days"):
            if name in found and found[name] is None:
                del found[name]
        if self.kind == Kind.KPI and "cadence_days" not in found and self.goal is None:
            found["cadence_days"] = EVERY_DAYS.get(got.get("frequency", ""), 31)
        if "tags" in found:
            tags = (clean_line(tag) for tag in (found["tags"] or "").split(","))
            found["tags"] = [tag for tag in tags if tag]
        if self.own:
            found["fields"] = {field.key: got.get(PREFIX + field.key) for field in self.own}
        if "metric_kind" in self.fields:
            found |= self._measured(got)
        return found

    def _measured(self, got: Mapping[str, Any]) -> dict[str, Any]:
        """The measure as chosen; what has no meaning for it is left empty."""
        shown = self.shown
        found: dict[str, Any] = {}
        for name in MEASURE_FIELDS:
            if name in self.fields:
                empty = (
                    "" if isinstance(self.fields[name], (forms.ChoiceField, LineField)) else None
                )
                found[name] = got.get(name) if name in shown else empty
        if found["metric_kind"] == NOTHING:
            found["metric_kind"] = ""
        if found["metric_kind"] == MetricKind.CURRENCY and not found["metric_unit"]:
            currency = self.person.organisation.currency
            found["metric_unit"] = "₫" if currency == "VND" else currency
        if found.get("decimals") is None:
            found["decimals"] = 0 if found["metric_kind"] in _WHOLE else 2
        if not found.get("plan_curve"):
            found["plan_curve"] = PlanCurve.WORKING_DAYS
        if "milestones" in self.fields:
            found["milestones"] = got.get("milestones") or []
        if "steps" in self.fields:
            found["steps"] = got.get("steps") or []
        return found


#: How often a KPI of a frequency is asked for, where nobody says otherwise.
EVERY_DAYS: dict[str, int] = {
    Frequency.DAY: 1,
    Frequency.WEEK: 7,
    Frequency.MONTH: 31,
    Frequency.QUARTER: 92,
    Frequency.HALF: 184,
    Frequency.YEAR: 366,
}
_WHOLE = ("", MetricKind.COUNT, MetricKind.YES_NO, MetricKind.MILESTONES, MetricKind.TEXT)


def first_values(person: Person, kind: str) -> dict[str, Any]:
    """What a blank form begins with."""
    level, unit = usual_place(person) or (Level.INDIVIDUAL, person.unit)
    found: dict[str, Any] = {
        "owner": person,
        "unit": unit,
        "commitment": Commitment.COMMITTED,
        "cadence_days": None if kind == Kind.KPI else 7,
        "plan_curve": PlanCurve.WORKING_DAYS,
        "level": level,
    }
    if kind == Kind.OBJECTIVE:
        found["cycle"] = running_cycle(person)
    if kind == Kind.KEY_RESULT:
        found |= {"metric_kind": "number", "direction": "increase", "baseline": Decimal(0)}
    if kind == Kind.KPI:
        found |= {
            "metric_kind": "number",
            "direction": "higher",
            "frequency": "month",
            "aggregation": "sum",
        }
    if kind == Kind.ULTIMATE:
        year = today_of(person).year
        found |= {"starts": date(year, 1, 1), "ends": date(year + 2, 12, 31)}
    if kind in (Kind.ULTIMATE, Kind.PILLAR):
        found["unit"] = None
    level = "" if kind in (Kind.ULTIMATE, Kind.PILLAR) else found["level"]
    found["visibility"] = usual_visibility(person, kind, level)
    return found
