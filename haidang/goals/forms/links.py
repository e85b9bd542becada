"""What is asked about a link: to which parent, what it means, what it does to the number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haidang.goals.access import goal_for
from haidang.goals.forms.states import VersionedForm
from haidang.goals.models import ALLOWED, Alignment, Goal, Mode, Relation, Rule
from haidang.goals.queries.choices import to_pick
from haidang.goals.words import MODES, RELATIONS, RULES
from haidang.people.models import Person
from haidang.web.forms import PickField, WholeField

SHOWN_ONLY = {Relation.COMPUTES, Relation.SUPPORTS, Relation.DEPENDS_ON}


def goal_field(
    person: Person, *, kinds: set[str] | None = None, without: str = "", **options: Any
) -> PickField:
    """A goal that the person sees, searched by title; a few are offered without scripts."""

    def offer() -> list[tuple[str, str]]:
        found = to_pick(person, kinds=kinds or (), without=[without])
        return [(one.public_id, name(one)) for one in found.goals]

    def name(one: Goal) -> str:
        return f"{one.public_id} {one.title}"

    return PickField(
        find=lambda public_id: goal_for(person, public_id), name_of=name, offer=offer, **options
    )


def relations_of(child_kind: str, parent_kind: str | None = None) -> list[tuple[str, Any]]:
    """(relation, plain words) that may join a child of this kind to a parent (of that kind)."""
    found = []
    for relation, pairs in ALLOWED.items():
        fits = any(c == child_kind and parent_kind in (None, p) for c, p in pairs)
        if fits and relation != Relation.COMPOSITION:
            found.append((str(relation), RELATIONS[relation]))
    return found


def modes_of(child_kind: str) -> list[tuple[str, Any]]:
    """Modes a child of this kind can have: only measures have an actual that adds up."""
    measured = child_kind in ("key_result", "kpi")
    return [(str(m), MODES[m]) for m in Mode if measured or m != Mode.VALUE]


class LinkForm(forms.Form):
    """A new link from a goal up to a parent."""

    use_required_attribute = False

    def __init__(self, person: Person, child: Goal, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent"] = goal_field(
            person, without=child.public_id, label=_("Parent goal"), required=True
        )
        self.fields["relation"] = forms.ChoiceField(
            label=_("What the link means"),
            choices=[("", _("The usual one for these two")), *relations_of(child.kind)],
            required=False,
        )
        self.fields["mode"] = forms.ChoiceField(
            label=_("What it does to the parent's number"),
            choices=[("", _("The usual for this link")), *modes_of(child.kind)],
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields["weight"] = WholeField(
            label=_("Weight"), low=0, high=10_000, required=False,
            help_text=_("Beside the parent's other goals; empty: as much as they have on average."),
        )  # fmt: skip


class ChangeLinkForm(forms.Form):
    """A link as it is to be from now on; what is not sent stays as it is."""

    use_required_attribute = False

    def __init__(
        self, edge: Alignment, *args: Any, links: bool, weighs: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        child, parent = edge.child, edge.parent
        composed = edge.relation == Relation.COMPOSITION
        if links and not composed:
            self.fields["relation"] = forms.ChoiceField(
                label=_("What the link means"),
                choices=relations_of(child.kind, parent.kind),
                initial=edge.relation,
                required=False,
            )
        if links:
            modes = modes_of("" if composed else child.kind)
            self.fields["mode"] = forms.ChoiceField(
                label=_("What it does to the parent's number"),
                choices=modes,
                initial=edge.proposed_mode or edge.mode,
                required=False,
                widget=forms.RadioSelect,
            )
        if weighs:
            self.fields["weight"] = WholeField(
                label=_("Weight"), low=0, high=10_000, initial=edge.weight, required=False,
                help_text=_("Beside the parent's other goals. 0 shows it without counting it."),
            )  # fmt: skip


class RuleForm(VersionedForm):
    rule = forms.ChoiceField(
        label=_("The number is made of"),
        choices=[(str(rule), RULES[rule]) for rule in Rule],
        widget=forms.RadioSelect,
    )
