"""One's own choices and letters: nobody reads or changes those of somebody else."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from haidang.notify.models import Letter, Preference
from haidang.people.models import Person


def preference_of(person: Person) -> Preference:
    """What the person wants to be told; unsaved and by default where nothing was chosen."""
    return preferences_of([person])[person.pk]


def preferences_of(people: Iterable[Person]) -> dict[int, Preference]:
    """The same for many, by the person's id, in one query."""
    people = list(people)
    rows = Preference.objects.filter(person__in=people)
    chosen = {row.person_id: row for row in rows}
    return {one.pk: chosen.get(one.pk) or Preference(person=one) for one in people}


def letters_of(person: Person) -> QuerySet[Letter]:
    """The letters of a person, the latest day first."""
    return Letter.objects.filter(person=person).order_by("-day")
