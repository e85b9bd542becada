"""What the sources of revenue have in common: what they are told, how they add up, how a system
that refuses is told of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import Fetched, Reading, Setting, SourceError
from haidang.kpis.connectors.sources.net import (
    MOST_SAID,
    Answer,
    Conversation,
    is_page,
    page_instead,
)
from haidang.kpis.connectors.sources.rows import MOST_ROW, amount_text, scaled
from haidang.kpis.connectors.sources.settings import WHO, Wrong, check_url, in_part
from haidang.kpis.connectors.sources.values import bounded, json_of
from haidang.lib.decimals import EXACT
from haidang.lib.errors import Invalid
from haidang.lib.text import clean_line

Choices = Sequence[tuple[str, Any]]


def told(
    system: Sequence[Setting], who: Sequence[Setting], value: Sequence[Setting]
) -> tuple[Setting, ...]:
    """The settings of such a source in its three parts."""
    return (
        *in_part(_("The system"), *system),
        *in_part(WHO, *who),
        *in_part(_("Which revenue"), *value),
    )


def added_up(name: str, choices: Choices) -> Setting:
    """Which documents are added up: the first choice unless another is made."""
    start = choices[0][0]
    return Setting(name, _("What is added up"), "choice", choices=choices, start=start)


def one_for_each(*choices: tuple[str, Any]) -> Setting:
    """Of whom there is a number each; the last choice is the total."""
    every = (*choices, ("total", _("Nothing: the total")))
    return Setting("by", _("One number for each"), "choice", choices=every, start=every[0][0])


def check_site(wrong: Wrong, settings: Mapping[str, str]) -> None:
    """The address of a whole system, without a path of the API and without placeholders."""
    url = settings.get("url", "")
    check_url(wrong, "url", url)
    if "?" in url or "{" in url:
        wrong.add("url", "address", _("Please enter the address alone, without anything behind."))


def site_of(settings: Mapping[str, str]) -> str:
    """That address, as paths are put behind it."""
    return settings["url"].strip().rstrip("/")


def refuse_too_many(count: int, most: int) -> None:
    """Raises SourceError("large") where that many rows are more than are read."""
    if count > most:
        raise SourceError(
            "large",
            format_lazy(_("The answer has more than {most} rows. Please ask for less."), most=most),
        )


def added(amounts: Iterable[Decimal]) -> Decimal:
    """Their exact sum, of any length."""
    total = Decimal(0)
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


def kept(total: Decimal) -> Decimal:
    """A sum as it may be recorded; raises SourceError("value")."""
    try:
        return bounded(total)
    except Invalid as error:
        raise SourceError("value", error.message) from None


def the_total(amounts: Iterable[Decimal], raw: str, settings: Mapping[str, str]) -> Fetched:
    """The only number of who asked for nothing but the total."""
    reading = Reading(value=kept(added(amounts)), raw=raw[:MOST_ROW])
    return Fetched(scaled([reading], settings), raw)


def left_out(note: Any, nobody: Sequence[Decimal]) -> list[Any]:
    """What is said of amounts that belong to nobody (`note` has {amount}); nothing of none."""
    total = added(nobody)
    return [format_lazy(note, amount=amount_text(kept(total)))] if total else []


@dataclass(frozen=True, slots=True)
class Words:
    """How the refusals of a system are told: who signs in is not known, who is known may not
    read, something there is not as it should be (by these statuses)."""

    system: str
    not_let_in: Any
    not_allowed: Any
    wrong: Any
    statuses: Sequence[int]


def content_of(talk: Conversation, answer: Answer, refused: Callable[[Answer], SourceError]) -> Any:
    """The JSON of an answer; raises what `refused` makes of one that is a refusal."""
    if answer.status >= 400:
        raise refused(answer)
    if is_page(answer):
        raise page_instead()
    return json_of(answer.body, talk.limits.cells)


def said_in(talk: Conversation, answer: Answer) -> Mapping[str, Any]:
    """What a system says in JSON where it refuses; nothing where it does not say it so."""
    if is_page(answer):
        return {}
    try:
        found = json_of(answer.body, talk.limits.cells)
    except SourceError:
        return {}
    return found if isinstance(found, dict) else {"message": str(found)}


def refusal(
    talk: Conversation, answer: Answer, words: Words, said: str, *, is_stranger: bool = False
) -> SourceError:
    """A refusal in these words; `said` is what the system says of it, `is_stranger` that it says
    who we are is not known."""
    said = talk.without_secrets(clean_line(said))[:MOST_SAID]
    if answer.status == 401 or is_stranger:
        return SourceError("refused", words.not_let_in, detail=said)
    if answer.status == 403:
        return SourceError("refused", words.not_allowed, detail=said)
    if answer.status in words.statuses and not is_page(answer):
        return SourceError("status", words.wrong, detail=said)
    return talk.refusal(words.system, answer, said)
