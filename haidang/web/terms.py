"""What an organisation calls its things: its own words in place of the program's.

Words are in force for one request (`using`). A label that is one of LABELS says them; what is
a sentence, a name of the API or a heading in a file never does. Labels in Python come from
this module's `gettext_lazy`, those in templates by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import gettext_noop as N_
from markupsafe import escape

#: language > term > its words: one, and where the language has it also its plural.
Words = Mapping[str, Mapping[str, Sequence[str]]]

#: Languages that write a plural.
PLURALS = {"vi": False, "en": True}
LONGEST = 40
#: What would be read as markup or as a place to fill in.
FORBIDDEN = re.compile(r"[<>{}%\\]")

#: term > the program's word and its plural.
TERMS: dict[str, tuple[str, str]] = {
    "ultimate": (N_("Ultimate Goal"), N_("Ultimate Goals")),
    "pillar": (N_("Strategic Pillar"), N_("Strategic pillars")),
    "objective": (N_("Objective"), N_("Objectives")),
    "key_result": (N_("Key result"), N_("Key results")),
    "kpi": (N_("KPI"), N_("KPIs")),
    "unit": (N_("Unit"), N_("Units")),
    "team": (N_("Team"), N_("Teams")),
    "cycle": (N_("Cycle"), N_("Cycles")),
    "check_in": (N_("Check-in"), N_("Check-ins")),
}

#: A pattern > the labels that it makes, by term. `word` is one, `words` are many.
COMPOSED: dict[str, dict[str, list[str]]] = {
    "%(word)s": {"check_in": [N_("Check in")]},
    "%(words)s": {"pillar": [N_("Pillars")]},
    N_("New %(word)s"): {
        "ultimate": [N_("New Ultimate Goal")],
        "pillar": [N_("New pillar"), N_("New strategic pillar")],
        "objective": [N_("New objective")],
        "key_result": [N_("New key result")],
        "kpi": [N_("New KPI")],
        "unit": [N_("New unit")],
        "cycle": [N_("New cycle")],
    },
    N_("Add %(word)s"): {
        "pillar": [N_("Add pillar")],
        "objective": [N_("Add objective")],
        "key_result": [N_("Add key result")],
        "kpi": [N_("Add KPI")],
        "unit": [N_("Add a unit")],
    },
    N_("Any %(word)s"): {"unit": [N_("Any unit")], "cycle": [N_("Any cycle")]},
    N_("All %(words)s"): {
        "unit": [N_("All units")],
        "team": [N_("All teams")],
        "cycle": [N_("All cycles")],
    },
    N_("By %(word)s"): {
        "pillar": [N_("By pillar")],
        "unit": [N_("By unit")],
        "cycle": [N_("By cycle")],
    },
    N_("Colour by %(word)s"): {"unit": [N_("Colour by unit")]},
    N_("No %(word)s"): {
        "unit": [N_("Without a unit"), N_("No unit")],
        "cycle": [N_("Without a cycle")],
    },
    N_("No %(words)s yet"): {
        "pillar": [N_("No pillars yet")],
        "key_result": [N_("No key results yet")],
        "unit": [N_("No units yet")],
        "cycle": [N_("No cycles yet")],
    },
    N_("Create %(word)s"): {"cycle": [N_("Create a cycle")]},
    N_("Edit %(word)s"): {"cycle": [N_("Edit a cycle")]},
    N_("Save %(word)s"): {"check_in": [N_("Save check-in")]},
    N_("Last %(word)s"): {"check_in": [N_("Last check-in")]},
    N_("%(word)s every"): {"check_in": [N_("Check-in every")]},
    N_("%(words)s due"): {
        "key_result": [N_("Key results due")],
        "check_in": [N_("Check-ins due")],
    },
    N_("%(words)s to give"): {"check_in": [N_("To check in")]},
    N_("%(words)s below"): {"unit": [N_("Units below")]},
    N_("%(word)s tree"): {"kpi": [N_("KPI tree")]},
}


class Label(NamedTuple):
    """How a label of the program is made of a term."""

    pattern: str
    term: str


#: A label, as the sources write it > how it is made.
LABELS: dict[str, Label] = {
    text: Label(pattern, term)
    for pattern, terms in (
        ("%(word)s", {term: [words[0]] for term, words in TERMS.items()}),
        ("%(words)s", {term: [words[1]] for term, words in TERMS.items()}),
        *COMPOSED.items(),
    )
    for term, texts in terms.items()
    for text in texts
}

#: Patterns that say nothing themselves.
_BARE = ("%(word)s", "%(words)s")

_now: ContextVar[Words | None] = ContextVar("terms", default=None)


@contextmanager
def using(words: Words | None) -> Iterator[None]:
    """These words inside; with None the program's own, for what is kept or read by programs."""
    token = _now.set(words or None)
    try:
        yield
    finally:
        _now.reset(token)


def use(words: Words | None) -> None:
    """These words from here on, inside a `using` that ends it."""
    _now.set(words or None)


def labelled(text: str) -> str | None:
    """A label in the organisation's words; None where it has none of its own for it."""
    words = _now.get()
    if words is None or (label := LABELS.get(text)) is None:
        return None
    own = words.get((translation.get_language() or "vi")[:2], {}).get(label.term)
    if not own:
        return None
    pattern = label.pattern
    if pattern not in _BARE:
        pattern = translation.gettext(pattern)
    said = [one if pattern.startswith("%(word") else lowered(one) for one in own]
    return pattern % {"word": said[0], "words": said[-1]}


def lowered(word: str) -> str:
    """A word as it stands inside a label: `Mục tiêu lớn` > `mục tiêu lớn`, but `OKR` and
    `Big Rock` as they are."""
    rest = word[1:]
    return word[:1].lower() + rest if rest and rest == rest.lower() else word


def gettext(text: str) -> str:
    """Django's `gettext`, with the organisation's words in labels."""
    return labelled(text) or translation.gettext(text)


#: The same, read when it is shown.
gettext_lazy: Any = lazy(gettext, str)


def page_gettext(text: str) -> str:
    """`gettext` for templates, which take a translation for markup with places to fill in."""
    own = labelled(text)
    return translation.gettext(text) if own is None else str(escape(own)).replace("%", "%%")
