"""The shape of what is entered about people, units and one's own account."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from typing import Any

from django import forms

from haidang.people import queries
from haidang.people.access import person_for, unit_for
from haidang.people.models import Person, Role, Scope, Unit
from haidang.web.forms import DayField, LineField, PickField
from haidang.web.terms import gettext_lazy as _

ROLE_WORDS = {
    Role.ADMINISTRATOR: _("People, units, roles, settings. Sees no private goals."),
    Role.STRATEGIST: _("Company goals and cycles; all goals that are not private."),
    Role.HR: _("Evaluation, surveys, people's data."),
    Role.MEMBER: _("Takes part in everything."),
    Role.VIEWER: _("Reads what members read, and changes nothing."),
    Role.GUEST: _("Sees only goals that are shared with them."),
}


def _units(actor: Person, *, teams: bool, outside: Unit | None = None) -> Iterable[tuple[str, str]]:
    return [
        (node.unit.public_id, node.unit.name)
        for node in queries.unit_lines(actor)
        if (teams or node.unit.kind != Unit.Kind.TEAM)
        and not (outside and node.unit.path.startswith(outside.path))
    ]


def _unit_field(
    actor: Person, *, teams: bool = False, outside: Unit | None = None, **options: Any
) -> PickField:
    """`outside`: without that unit and what is below it."""
    return PickField(
        find=lambda public_id: unit_for(actor, public_id),
        offer=lambda: _units(actor, teams=teams, outside=outside),
        **options,
    )


def _person_field(actor: Person, **options: Any) -> PickField:
    return PickField(
        find=lambda public_id: person_for(actor, public_id),
        offer=lambda: queries.offered_people(actor),
        **options,
    )


class PersonForm(forms.Form):
    """A person's facts, for who administers people."""

    name = LineField(
        label=_("Full name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = LineField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        help_text=_("The invitation goes here; it is also the name to sign in with."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    title = LineField(label=_("Job title"), max_length=200, required=False)
    region = LineField(label=_("Region"), max_length=120, required=False)
    joined_on = DayField(label=_("First day"), required=False)

    def __init__(self, *args: Any, actor: Person, signs_in_as: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = _unit_field(actor, label=_("Unit"), required=False)
        self.fields["manager"] = _person_field(actor, label=_("Manager"), required=False)
        if signs_in_as:
            self.fields["email"].help_text = _(
                "They belong to another organisation too, and go on signing in with %(email)s; "
                "this address only receives mail."
            ) % {"email": signs_in_as}


class NewPersonForm(PersonForm):
    invite = forms.BooleanField(
        label=_("Invite at once"),
        help_text=_("They get a link by which they choose a password, good for seven days."),
        required=False,
        initial=True,
    )


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(role.value, role.label) for role in Role if role != Role.MEMBER],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Roles add up. Who holds none is a member."),
    )


class UnitForm(forms.Form):
    """A unit's name, kind and short code."""

    name = LineField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(kind.value, kind.label) for kind in Unit.Kind if kind != Unit.Kind.COMPANY],
        initial=Unit.Kind.DEPARTMENT,
        help_text=_("A team has members from several units, who keep their own unit."),
    )
    code = LineField(label=_("Short code"), max_length=20, required=False)

    def __init__(self, *args: Any, whole: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if whole:  # the organisation itself stays what it is
            del self.fields["kind"]


class NewUnitForm(UnitForm):
    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = _unit_field(actor, teams=True, label=_("Part of"))


class MoveUnitForm(forms.Form):
    def __init__(self, *args: Any, actor: Person, subject: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = _unit_field(actor, teams=True, outside=subject, label=_("Part of"))


class PeopleForm(forms.Form):
    """Several people: leaders of a unit, members of a team."""

    def __init__(self, *args: Any, actor: Person, label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"] = _person_field(actor, label=label, multiple=True, required=False)


class AccountForm(forms.Form):
    """What one sets for oneself."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("vi", "Tiếng Việt"), ("en", "English")]
    )
    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = _("The organisation's (%(zone)s)") % {"zone": person.organisation.time_zone}
        zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone)
        self.fields["time_zone"].choices = [("", own), *((zone, zone) for zone in zones)]  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    """A personal token: its name, what it may do, and until when."""

    name = LineField(
        label=_("Name"),
        max_length=100,
        help_text=_("So that you know it again, for example “Sales report”."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=["read"],
    )
    days = forms.TypedChoiceField(
        label=_("It ends after"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (365, _("A year"))],
        initial=90,
    )

    def __init__(self, *args: Any, admin: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not admin:
            self.fields["scopes"].choices = Scope.choices[:-1]  # type: ignore[attr-defined]


class JoinForm(forms.Form):
    """The password of somebody who was invited: a new one, typed twice."""

    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Ten characters or more; a few words in a row are easy to keep."),
        strip=False,
    )
    again = forms.CharField(
        label=_("The same once more"),
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("The two are not the same."), code="mismatch")
        return again


class PresentPasswordForm(forms.Form):
    """The password of an account that exists."""

    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
