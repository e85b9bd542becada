"""Fields of an organisation's own: made, changed, retired, deleted while nobody answered."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import log
from haidang.goals.actions.change import restructuring
from haidang.goals.models import CustomField, FieldType, Goal, Kind
from haidang.goals.models.field import DEFINED
from haidang.goals.rules.identity import moved
from haidang.lib.errors import Conflict, FieldError, Invalid, NotFound, Stale
from haidang.lib.text import clean_line, folded
from haidang.people.access import require_organisation
from haidang.people.models import Person

#: Fields that are asked at the same time.
MOST_FIELDS = 30
MOST_OPTIONS = 50
LONGEST = {"name": 80, "help": 200, "unit": 24}
_PLAIN = re.compile(r"[^a-z0-9]+")


def create_field(actor: Person, facts: Mapping[str, Any]) -> CustomField:
    """Ask something more of goals. `facts` are `type`, DEFINED and `place` among the others.
    Raises Forbidden, Invalid with every reason, Conflict beyond MOST_FIELDS."""
    require_organisation(actor, "strategic_settings")
    kind = facts.get("type")
    errors: list[FieldError] = []
    if kind not in FieldType.values:
        errors.append(FieldError("type", "choice", _("Please choose one of the list.")))
    with restructuring(actor) as at:
        others = _all(actor)
        _refuse_too_many(others)
        values = _checked({**_BLANK, **facts}, str(kind), [], errors)
        _refuse_same_name(values, others, errors)
        if errors:
            raise Invalid(errors=errors)
        last = max((field.rank for field in others), default=0)
        field = CustomField.objects.create(
            organisation_id=actor.organisation_id,
            key=_key(values["name_en"] or values["name_vi"], {one.key for one in others}),
            type=str(kind),
            rank=last + 1,
            created_at=at,
            **values,
        )
        _place(actor, field, facts.get("place"))
        _log(actor, "field.created", field, at, new=_short(field.facts()))
        return field


def edit_field(
    actor: Person, field: CustomField, version: int | None, facts: Mapping[str, Any]
) -> CustomField:
    """Change what DEFINED names, or its `place`. An option that goals have cannot go. Raises
    Forbidden, Stale, Invalid with every reason, Conflict."""
    require_organisation(actor, "strategic_settings")
    errors: list[FieldError] = []
    with restructuring(actor) as at:
        field = _again(field, version)
        before = field.facts()
        values = _checked({**before, **facts}, field.type, field.options, errors)
        _refuse_same_name(values, [o for o in _all(actor) if o.pk != field.pk], errors)
        if errors:
            raise Invalid(errors=errors)
        _refuse_lost_options(field, values["options"])
        changed = [name for name in DEFINED if before[name] != values[name]]
        for name in changed:
            setattr(field, name, values[name])
        if changed:
            field.version += 1
            field.save()
            _log(
                actor, "field.edited", field, at,
                old=_short({name: before[name] for name in changed}),
                new=_short({name: values[name] for name in changed}),
            )  # fmt: skip
        _place(actor, field, facts.get("place"))
        return field


def retire_field(actor: Person, field: CustomField, version: int | None) -> CustomField:
    """Ask it no longer; what was answered stays readable."""
    require_organisation(actor, "strategic_settings")
    with restructuring(actor) as at:
        field = _again(field, version)
        if field.retired_at is None:
            field.retired_at = at
            field.version += 1
            field.save()
            _log(actor, "field.retired", field, at)
        return field


def restore_field(actor: Person, field: CustomField, version: int | None) -> CustomField:
    """Ask it again."""
    require_organisation(actor, "strategic_settings")
    with restructuring(actor) as at:
        field = _again(field, version)
        if field.retired_at is not None:
            others = [one for one in _all(actor) if one.pk != field.pk]
            _refuse_too_many(others)
            errors: list[FieldError] = []
            _refuse_same_name(field.facts(), others, errors)
            if errors:
                raise Conflict(errors[0].message, code=errors[0].code)
            field.retired_at = None
            field.version += 1
            field.save()
            _log(actor, "field.restored", field, at)
        return field


def delete_field(actor: Person, field: CustomField, version: int | None) -> None:
    """Take a field away that no goal has answered; else it can only be retired."""
    require_organisation(actor, "strategic_settings")
    with restructuring(actor) as at:
        field = _again(field, version)
        if answered(field).exists():
            raise Conflict(
                _("Goals have answers to it: retire it, so that they stay readable."),
                code="answered",
            )
        _log(actor, "field.deleted", field, at, old=_short(field.facts()))
        field.delete()


def answered(field: CustomField) -> Any:
    """The goals that have an answer to it, whoever sees them."""
    return Goal.objects.filter(
        organisation_id=field.organisation_id, fields__has_key=field.key
    ).order_by()


_BLANK: Mapping[str, Any] = {
    "name_vi": "", "name_en": "", "help_vi": "", "help_en": "", "unit": "", "decimals": 0,
    "options": [], "kinds": [], "required": False,
}  # fmt: skip


def _all(actor: Person) -> list[CustomField]:
    return list(CustomField.objects.filter(organisation_id=actor.organisation_id))


def _again(field: CustomField, version: int | None) -> CustomField:
    fresh = CustomField.objects.filter(pk=field.pk, organisation_id=field.organisation_id).first()
    if fresh is None:
        raise NotFound
    if version is not None and fresh.version != version:
        raise Stale(current=fresh)
    return fresh


def _refuse_too_many(others: Collection[CustomField]) -> None:
    if sum(one.retired_at is None for one in others) >= MOST_FIELDS:
        raise Conflict(_("Thirty fields are asked already: retire one first."), code="too_many")


def _refuse_same_name(
    values: Mapping[str, Any], others: Collection[CustomField], errors: list[FieldError]
) -> None:
    for name in ("name_vi", "name_en"):
        taken = {folded(getattr(one, name)) for one in others if one.retired_at is None}
        if values[name] and folded(values[name]) in taken:
            errors.append(FieldError(name, "taken", _("Another field has this name.")))


def _checked(
    facts: Mapping[str, Any],
    kind: str,
    options: Sequence[Mapping[str, str]],
    errors: list[FieldError],
) -> dict[str, Any]:
    """The facts of DEFINED as they are stored; `options` are those that there are."""
    found: dict[str, Any] = {}
    for name in ("name_vi", "name_en", "help_vi", "help_en", "unit"):
        longest = LONGEST[name.partition("_")[0]]
        words = clean_line(str(facts[name] or "")[: longest * 4])
        if len(words) > longest:
            said = _("At most %(most)s characters.") % {"most": longest}
            errors.append(FieldError(name, "too_long", said))
        found[name] = words
    if not found["name_vi"] and not found["name_en"]:
        errors.append(FieldError("name_vi", "required", _("Please give it a name.")))
    decimals = facts["decimals"] or 0
    if not isinstance(decimals, int) or not 0 <= decimals <= 10:
        errors.append(FieldError("decimals", "out_of_bounds", _("0 to 10 decimals.")))
        decimals = 0
    is_number = kind == FieldType.NUMBER
    found["unit"] = found["unit"] if is_number else ""
    found["decimals"] = decimals if is_number else 0
    kinds = list(facts["kinds"] or ())
    found["kinds"] = [str(one) for one in Kind.values if one in kinds]
    if not found["kinds"] or len(found["kinds"]) != len(set(map(str, kinds))):
        errors.append(FieldError("kinds", "required", _("Please say which goals are asked.")))
    found["required"] = bool(facts["required"])
    is_choice = kind in (FieldType.CHOICE, FieldType.CHOICES)
    found["options"] = _options(facts["options"], options, errors) if is_choice else []
    return found


def _options(
    given: Any, known: Sequence[Mapping[str, str]], errors: list[FieldError]
) -> list[dict[str, str]]:
    """Options with their keys: an option given with the key of a known one is that one."""
    rows = [dict(one) for one in given or ()]
    if not 1 <= len(rows) <= MOST_OPTIONS:
        errors.append(FieldError("options", "required", _("Please list 1 to 50 options.")))
        return []
    keys = {one["key"] for one in known}
    found: list[dict[str, str]] = []
    names: dict[str, set[str]] = {"name_vi": set(), "name_en": set()}
    for row in rows:
        option = {n: clean_line(str(row.get(n) or "")[:400]) for n in ("name_vi", "name_en")}
        said = option["name_vi"] or option["name_en"]
        if any(";" in name for name in option.values()):  # files list several with it
            message = _("The name of an option has no semicolon.")
            errors.append(FieldError("options", "semicolon", message))
            return []
        if not said or any(len(name) > LONGEST["name"] for name in option.values()):
            errors.append(FieldError("options", "required", _("Each option needs a short name.")))
            return []
        for name, words in option.items():
            if words and folded(words) in names[name]:
                errors.append(FieldError("options", "twice", _("Two options have the same name.")))
                return []
            names[name].add(folded(words))
        taken = {one["key"] for one in found}
        key = str(row.get("key") or "")
        if key not in keys or key in taken:
            key = _key(option["name_en"] or option["name_vi"], keys | taken)
        found.append({"key": key, **option})
    return found


def _refuse_lost_options(field: CustomField, options: Sequence[Mapping[str, str]]) -> None:
    lost = {one["key"] for one in field.options} - {one["key"] for one in options}
    if not lost:
        return
    used = set()
    for value in answered(field).values_list("fields", flat=True).iterator():
        answer = value[field.key]
        used |= lost.intersection(answer if isinstance(answer, list) else [answer])
    if used:
        names = [one for key, one in field.option_names().items() if key in used]
        raise Conflict(
            _("Goals have this answer: %(names)s. Change them first, or keep the option.")
            % {"names": ", ".join(names[:5])},
            code="answered",
            field="options",
        )


def _key(name: str, taken: Collection[str]) -> str:
    """A name for machines, that no other has: `Ngân sách 2026` > `ngan_sach_2026`."""
    stem = _PLAIN.sub("_", folded(name)).strip("_")[:28].rstrip("_") or "field"
    stem = f"f_{stem}" if stem[0].isdigit() else stem  # a number would be a place in a list
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}_{number}"
    return key


def _place(actor: Person, field: CustomField, to: int | None) -> None:
    """Put it at a place (from 1) among those that are asked."""
    if to is None:
        return
    asked = CustomField.objects.filter(organisation_id=actor.organisation_id, retired_at=None)
    order = [one.pk for one in asked]
    for rank, pk in enumerate(moved(order, field.pk, to), 1):
        CustomField.objects.filter(pk=pk).exclude(rank=rank).update(rank=rank)
    field.refresh_from_db(fields=["rank"])


def _short(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as the log keeps them: of options only their names."""
    found = dict(facts)
    if "options" in found:
        found["options"] = [one["name_vi"] or one["name_en"] for one in found["options"]]
    return found


def _log(
    actor: Person, verb: str, field: CustomField, at: datetime, **data: Mapping[str, Any]
) -> None:
    log(
        organisation_id=actor.organisation_id,
        at=at,
        verb=verb,
        subject_kind="setting",
        subject_id=None,
        subject=field.key[:32],
        actor_id=actor.pk,
        data=data,
    )
