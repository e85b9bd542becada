"""What a connector is told of the other system: settings in the open, secrets sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sealing import opened, sealed
from haidang.kpis.connectors.sources.base import Encrypting, Source
from haidang.kpis.models import Connector
from haidang.lib.text import clean_line, clean_text

LONGEST_SETTING = 20_000
#: Says what is wrong: of which field, a code and a message.
Refuse = Callable[[str, str, Any], None]
#: In the place of a secret that was there once: it has to be typed again.
DESTROYED = ""


def settings_of(
    source: Source, told: Mapping[str, str], refuse: Refuse, *, has_file: bool
) -> dict[str, str]:
    """The settings as they are kept: what the source knows, cleaned."""
    found = {}
    for one in source.settings:
        if one.form == "secret":
            continue
        if one.form == "file":
            if one.required and not has_file:
                refuse(f"settings.{one.name}", "required", _("Please choose a file."))
            continue
        text = told.get(one.name, "")
        if len(text) > LONGEST_SETTING:
            refuse(f"settings.{one.name}", "too_long", _("At most 20,000 characters."))
            continue
        text = clean_text(text) if one.form == "text" else clean_line(text)
        if one.required and not text:
            refuse(f"settings.{one.name}", "required", _("This is needed."))
        if one.form == "choice" and text and text not in {value for value, _label in one.choices}:
            refuse(f"settings.{one.name}", "choice", _("Please choose one of the list."))
        found[one.name] = text
    return found


def secrets_of(
    source: Source,
    typed: Mapping[str, str],
    connector: Connector,
    settings: Mapping[str, str],
    refuse: Refuse,
) -> dict[str, str]:
    """The sealed secrets: those typed anew, and those that were there.

    One that was there goes to no other host than the one that it was typed for, and over no
    line that is less well protected: whoever changes that types it again.
    """
    moved = _hosts(connector.settings) != _hosts(settings)
    if isinstance(source, Encrypting):
        moved = moved or source.weakens(connector.settings, settings)
    found = {}
    for one in source.settings:
        if one.form != "secret":
            continue
        text = typed.get(one.name, "")
        kept = connector.secrets.get(one.name)
        if text:
            if len(text) > LONGEST_SETTING or "\0" in text:
                refuse(f"settings.{one.name}", "too_long", _("At most 20,000 characters."))
                continue
            found[one.name] = sealed(text)
        elif kept == DESTROYED:
            refuse(
                f"settings.{one.name}",
                "required",
                _("It was destroyed when the connector was retired: please type it again."),
            )
        elif kept and moved:
            refuse(
                f"settings.{one.name}",
                "required",
                _("The address or its protection has changed: please type it again."),
            )
        elif kept and opened(kept) is None:
            refuse(
                f"settings.{one.name}",
                "required",
                _("It can no longer be read: please type it again."),
            )
        elif kept:
            found[one.name] = kept
        elif one.required:
            refuse(f"settings.{one.name}", "required", _("This is needed."))
    return found


def opened_secrets(secrets: Mapping[str, str]) -> dict[str, str]:
    """The secrets as a source takes them."""
    return {name: opened(text) or "" for name, text in secrets.items()}


def _hosts(settings: Mapping[str, str]) -> set[tuple[str, str]]:
    """Every place on the network that settings name: scheme, and who is there."""
    found = set()
    for text in settings.values():
        if "://" in text[:100]:
            try:
                parts = urlsplit(text.strip())
            except ValueError:
                continue
            found.add((parts.scheme.lower(), parts.netloc.lower()))
    return found
