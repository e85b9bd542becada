"""What other words would change on the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.utils.translation import override

from haidang.web.terms import LABELS, PLURALS, Words, gettext, using


class Relabelled(NamedTuple):
    """A label of the pages as it stands, and as it would be called."""

    language: str
    term: str
    before: str
    after: str


def relabelled(now: Words, wanted: Words) -> list[Relabelled]:
    """Every label that other words would change, by language and term."""
    return [one for language in PLURALS for one in _in(language, now, wanted)]


def _in(language: str, now: Words, wanted: Words) -> Iterator[Relabelled]:
    before, after = _labels(language, now), _labels(language, wanted)
    seen = set()
    for text, label in sorted(LABELS.items(), key=lambda one: _PLACE[one[1].term]):
        pair = (before[text], after[text])
        if pair[0] != pair[1] and pair not in seen:
            seen.add(pair)
            yield Relabelled(language, label.term, *pair)


_PLACE: Mapping[str, int] = {
    term: place for place, term in enumerate(dict.fromkeys(one.term for one in LABELS.values()))
}


def _labels(language: str, words: Words) -> dict[str, str]:
    with override(language), using(words):
        return {text: gettext(text) for text in LABELS}
