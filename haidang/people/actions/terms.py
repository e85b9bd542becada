"""What an organisation calls its things, in place of the program's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import log
from haidang.lib.database import lock, writing
from haidang.lib.errors import FieldError, Invalid, Stale
from haidang.lib.text import folded
from haidang.people.access import require_organisation
from haidang.people.actions import inputs
from haidang.people.actions.organisations import stand_of
from haidang.people.models import Organisation, Person
from haidang.web import terms

#: What `edit_terms` takes: `objective_vi`, `objective_en`, `objective_en_many`, ...
TERM_FACTS = tuple(
    f"{term}_{language}{part}"
    for term in terms.TERMS
    for language, has_plural in terms.PLURALS.items()
    for part in (("", "_many") if has_plural else ("",))
)


def term_facts(organisation: Organisation) -> dict[str, str]:
    """The organisation's words by TERM_FACTS; empty where it keeps the program's."""
    found = dict.fromkeys(TERM_FACTS, "")
    for language, words in organisation.terms.items():
        for term, said in words.items():
            for name, word in zip(_names(term, language), said, strict=False):
                found[name] = word
    return found


def checked_terms(facts: Mapping[str, Any]) -> dict[str, dict[str, list[str]]]:
    """Facts by TERM_FACTS as they are stored. Raises Invalid with every reason: one kind of
    thing cannot be called what another is called, and a word needs its plural."""
    errors: list[FieldError] = []
    stored: dict[str, dict[str, list[str]]] = {}
    for language in terms.PLURALS:
        for term in terms.TERMS:
            names = _names(term, language)
            said = [_word(facts.get(name, ""), name, errors) for name in names]
            if not any(said):
                continue
            for name, word in zip(names, said, strict=True):
                if not word and not any(error.field == name for error in errors):
                    errors.append(
                        FieldError(name, "required", _("Please give both, one and many."))
                    )
            stored.setdefault(language, {})[term] = said
    errors += _taken(stored)
    if errors:
        raise Invalid(errors=errors)
    return stored


def edit_terms(actor: Person, stand: str | None, facts: Mapping[str, Any]) -> Organisation:
    """Call things by these words from now on. `stand` is the `stand_of(term_facts(...))` that
    the form was filled in over. Raises Stale, Invalid at the fields."""
    require_organisation(actor, "strategic_settings")
    stored = checked_terms(facts)
    with writing():
        lock(actor.organisation_id)
        current = Organisation.objects.select_for_update().get(pk=actor.organisation_id)
        before = term_facts(current)
        if stand is not None and stand != stand_of(before):
            raise Stale(current)
        current.terms = stored
        after = term_facts(current)
        changed = [name for name in TERM_FACTS if before[name] != after[name]]
        if not changed:
            return current
        current.save(update_fields=["terms"])
        log(
            organisation_id=current.pk,
            at=timezone.now(),
            verb="organisation.edited",
            subject_kind="setting",
            subject_id=None,
            subject="terms",
            actor_id=actor.pk,
            data={
                "from": {f"terms.{name}": before[name] for name in changed},
                "to": {f"terms.{name}": after[name] for name in changed},
            },
        )
    actor.organisation = current
    return current


def _names(term: str, language: str) -> list[str]:
    name = f"{term}_{language}"
    return [name, f"{name}_many"] if terms.PLURALS.get(language) else [name]


def _word(value: Any, name: str, errors: list[FieldError]) -> str:
    try:
        word = inputs.line(value, name, longest=terms.LONGEST, required=False)
        if terms.FORBIDDEN.search(word):
            raise Invalid(
                _("Please leave out the signs < > { } % and \\."), code="signs", field=name
            )
    except Invalid as refusal:
        errors += refusal.errors
        return ""
    return word


def _taken(stored: Mapping[str, Mapping[str, list[str]]]) -> Iterator[FieldError]:
    """Words that two kinds of things would share, at what was renamed."""
    for language, own in stored.items():
        with translation.override(language), terms.using(None):
            called = {
                term: own.get(term) or [translation.gettext(word) for word in words]
                for term, words in terms.TERMS.items()
            }
        for term, said in own.items():
            others = {
                folded(word): other
                for other, words in called.items()
                if other != term
                for word in words
            }
            for name, word in zip(_names(term, language), said, strict=True):
                if word and folded(word) in others:
                    yield FieldError(name, "taken", _("Something else is already called that."))
