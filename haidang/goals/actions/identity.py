"""Writing what an organisation is for; each edit is kept with who made it and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import log
from haidang.goals.access.identity import may_identity
from haidang.goals.actions.change import restructuring
from haidang.goals.models import Citation, CoreValue, Goal, Identity, IdentityVersion
from haidang.goals.rules.identity import ICONS, MOST_VALUES, moved
from haidang.lib.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, Stale
from haidang.lib.text import clean_line, clean_text
from haidang.people.models import Organisation, Person
from haidang.people.sequences import take

WORDS = ("vision_vi", "vision_en", "mission_vi", "mission_en")
VALUE_FACTS = ("name_vi", "name_en", "words_vi", "words_en", "icon")
LONGEST_WORDS = 2000
LONGEST_NAME = 80


def edit_identity(actor: Person, version: int | None, words: Mapping[str, Any]) -> Identity:
    """Change vision and mission (`WORDS`; what is not given stays).

    `version` is the one the edit was made over; None does not ask. Raises Forbidden, Stale,
    Invalid with every reason.
    """
    _require(actor)
    errors: list[FieldError] = []
    given = {name: _text(words, name, LONGEST_WORDS, errors) for name in WORDS if name in words}
    if errors:
        raise Invalid(errors=errors)
    with restructuring(actor) as at:
        now = _identity(actor.organisation_id)
        if version is not None and now.version != version:
            raise Stale(current={"version": now.version, **_words_of(now)})
        changed = sorted(name for name, text in given.items() if getattr(now, name) != text)
        if not changed:
            return now
        for name in changed:
            setattr(now, name, given[name])
        now.version += 1
        now.save(update_fields=[*changed, "version"])
        _keep(actor, at)
        _log(actor, "identity.edited", at, fields=changed)
        return now


def add_value(actor: Person, facts: Mapping[str, Any]) -> CoreValue:
    """Make a core value (`VALUE_FACTS` and the `place` it takes, by default the last)."""
    _require(actor)
    values = _cleaned(facts)
    with restructuring(actor) as at:
        if _current(actor).count() >= MOST_VALUES:
            raise Conflict(
                _("Twelve core values are more than anybody remembers: remove one first."),
                code="too_many",
            )
        number = take(actor.organisation_id, "value")
        last = _current(actor).aggregate(last=Max("rank"))["last"] or 0
        value = CoreValue.objects.create(
            organisation_id=actor.organisation_id,
            number=number,
            public_id=f"V-{number}",
            rank=last + 1,
            **values,
        )
        _place(actor, value, facts.get("place"))
        _keep(actor, at)
        _log(actor, "value.created", at, value)
        return value


def edit_value(
    actor: Person, value: CoreValue, version: int | None, facts: Mapping[str, Any]
) -> CoreValue:
    """Change a core value's words, sign or place among the others."""
    _require(actor)
    with restructuring(actor) as at:
        value = _again(value, version)
        values = _cleaned({name: getattr(value, name) for name in VALUE_FACTS} | dict(facts))
        for name, text in values.items():
            setattr(value, name, text)
        value.version += 1
        value.save(update_fields=[*values, "version"])
        _place(actor, value, facts.get("place"))
        _keep(actor, at)
        _log(actor, "value.edited", at, value)
        value.refresh_from_db(fields=["rank"])
        return value


def remove_value(actor: Person, value: CoreValue, version: int | None) -> None:
    """Take a core value away; objectives no longer cite it, its history stays."""
    _require(actor)
    with restructuring(actor) as at:
        value = _again(value, version)
        value.removed_at, value.rank = at, 0
        value.version += 1
        value.save(update_fields=["removed_at", "rank", "version"])
        Citation.objects.filter(value=value, until=None).update(until=at)
        _renumber(actor, [one.pk for one in _current(actor)])
        _keep(actor, at)
        _log(actor, "value.removed", at, value)


def cite(goal: Goal, wanted: Iterable[CoreValue], at: datetime, actor_id: int | None) -> None:
    """Let an objective cite exactly these values from now on, in the caller's transaction."""
    ids = {value.pk for value in wanted}
    now = Citation.objects.filter(goal=goal, until=None)
    have = set(now.values_list("value_id", flat=True))
    now.exclude(value_id__in=ids).update(until=at)
    Citation.objects.bulk_create(
        Citation(goal=goal, value_id=pk, since=at, actor_id=actor_id) for pk in sorted(ids - have)
    )


def cited_by(goal: Goal) -> list[CoreValue]:
    """The values that an objective cites now, in their order."""
    return list(CoreValue.objects.filter(citations__goal=goal, citations__until=None))


def _require(actor: Person) -> None:
    if not may_identity(actor, "see"):
        raise NotFound
    if not may_identity(actor, "edit"):
        raise Forbidden


def _identity(organisation_id: int) -> Identity:
    return Identity.objects.get_or_create(organisation_id=organisation_id)[0]


def _current(actor: Person) -> Any:
    return CoreValue.objects.filter(organisation_id=actor.organisation_id, removed_at=None)


def _again(value: CoreValue, version: int | None) -> CoreValue:
    fresh = CoreValue.objects.filter(pk=value.pk, removed_at=None).first()
    if fresh is None:
        raise NotFound
    if version is not None and fresh.version != version:
        facts = {name: getattr(fresh, name) for name in VALUE_FACTS}
        raise Stale(current={"version": fresh.version, **facts})
    return fresh


def _place(actor: Person, value: CoreValue, place: Any) -> None:
    order = [one.pk for one in _current(actor)]
    _renumber(actor, order if place is None else moved(order, value.pk, int(place)))


def _renumber(actor: Person, order: list[int]) -> None:
    for rank, pk in enumerate(order, 1):
        _current(actor).filter(pk=pk).exclude(rank=rank).update(rank=rank)


def _cleaned(facts: Mapping[str, Any]) -> dict[str, str]:
    errors: list[FieldError] = []
    found = {
        name: _text(facts, name, LONGEST_NAME, errors, line=True) for name in ("name_vi", "name_en")
    }
    if not any(found.values()):
        errors.append(FieldError("name_vi", "required", _("Please name it in one language.")))
    found |= {name: _text(facts, name, LONGEST_WORDS, errors) for name in ("words_vi", "words_en")}
    found["icon"] = str(facts.get("icon") or "")
    if found["icon"] and found["icon"] not in ICONS:
        errors.append(FieldError("icon", "choice", _("Please choose one of the list.")))
    place = facts.get("place")
    if place is not None and not (isinstance(place, int) and 1 <= place <= MOST_VALUES):
        errors.append(FieldError("place", "out_of_bounds", _("This number is out of bounds.")))
    if errors:
        raise Invalid(errors=errors)
    return found


def _text(
    facts: Mapping[str, Any], name: str, most: int, errors: list[FieldError], *, line: bool = False
) -> str:
    text = (clean_line if line else clean_text)(str(facts.get(name) or ""))
    if len(text) > most:
        errors.append(
            FieldError(name, "too_long", _("At most %(most)d characters.") % {"most": most})
        )
    return text


def _words_of(identity: Identity) -> dict[str, str]:
    return {name: getattr(identity, name) for name in WORDS}


def _keep(actor: Person, at: datetime) -> None:
    """Close the open version and open the one that holds from now."""
    keep_identity(actor.organisation, at, actor.pk)


def keep_identity(organisation: Organisation, at: datetime, actor_id: int | None) -> None:
    """The same for what writes rows by itself, in its transaction."""
    values = CoreValue.objects.filter(organisation=organisation, removed_at=None)
    facts: dict[str, Any] = _words_of(_identity(organisation.pk))
    facts["values"] = [
        {"id": value.public_id, **{name: getattr(value, name) for name in VALUE_FACTS}}
        for value in values
    ]
    open_one = IdentityVersion.objects.filter(organisation=organisation, until=None)
    open_one.update(until=at)
    IdentityVersion.objects.create(
        organisation=organisation, since=at, actor_id=actor_id, facts=facts
    )


def _log(
    actor: Person, verb: str, at: datetime, value: CoreValue | None = None, **data: Any
) -> None:
    log(
        organisation_id=actor.organisation_id,
        at=at,
        actor_id=actor.pk,
        verb=verb,
        subject_kind="identity" if value is None else "value",
        subject_id=actor.organisation_id if value is None else value.pk,
        subject="" if value is None else value.public_id,
        data=data,
    )
