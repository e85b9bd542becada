"""How a letter reads: its subject, its plain text and the same in HTML."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from haidang.notify.queries import Content
from haidang.notify.waiting import Line
from haidang.people.actions.links import spelt_out
from haidang.people.models import Person


def subject_of(content: Content) -> str:
    """What the letter is about, in numbers: of each kind what there is."""
    parts = []
    if count := content.waiting_count:
        parts.append(
            ngettext("%(num)s thing waits for you", "%(num)s things wait for you", count)
            % {"num": count}
        )
    if count := content.due_count:
        parts.append(
            ngettext("%(num)s check-in due", "%(num)s check-ins due", count) % {"num": count}
        )
    return ", ".join(parts)


def letter(person: Person, content: Content) -> EmailMultiAlternatives:
    """The letter to a person, in the language of the moment, ready to be sent."""
    home, choices = spelt_out("/"), spelt_out(reverse("notifications"))
    where = " ".join(person.organisation.name.split())
    account = person.account
    assert account is not None
    message = EmailMultiAlternatives(
        f"{subject_of(content)} · {where}",
        _text(person, content, home, choices),
        None,
        [person.email or account.email],
        headers={
            "List-Unsubscribe": f"<{choices}>",
            # So that nobody's note of absence answers.
            "Auto-Submitted": "auto-generated",
        },
    )
    facts = {
        "to": person,
        "content": content,
        "subject": subject_of(content),
        "home": home,
        "choices": choices,
        "whole": spelt_out,
        "known": known_words(content.known),
    }
    message.attach_alternative(render_to_string("notify/letter.html", facts), "text/html")
    return message


def _text(person: Person, content: Content, home: str, choices: str) -> str:
    lines = [_("Hello %(name)s,") % {"name": person.name}, ""]
    for title, some in (
        (_("Waiting for you"), content.waiting),
        (_("To check in"), content.due),
    ):
        if some:
            lines += [title, "", *(row for one in some for row in _rows(one)), ""]
    if content.more:
        lines.append(f"{_('%(n)s more') % {'n': content.more}}: {home}")
    if content.known:
        lines.append(f"{known_words(content.known)} {home}")
    if content.more or content.known:
        lines.append("")
    lines += [
        "-- ",
        _("Haidang sends you at most one e-mail a day. Choose what it tells you:"),
        choices,
    ]
    return "\n".join(lines)


def _rows(line: Line) -> list[str]:
    return [f"- {line.title} ({line.about})", f"  {spelt_out(line.path)}"]


def known_words(count: int) -> str:
    """That earlier letters told of some more that still wait."""
    words = ngettext(
        "%(num)s thing that you were told of before still waits.",
        "%(num)s things that you were told of before still wait.",
        count,
    )
    return words % {"num": count}
