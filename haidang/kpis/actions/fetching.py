"""Asking another system: within limits, with secrets opened for as long as it takes."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.masking import error_without_secrets, forms_of, without_secrets
from haidang.kpis.connectors.registry import sources
from haidang.kpis.connectors.sealing import is_present, opened, sealed
from haidang.kpis.connectors.sources.base import Fetched, Limits, SourceError, Wanted
from haidang.kpis.models import Connector
from haidang.lib.database import writing
from haidang.people.access import standing_of
from haidang.people.models import Organisation

_logger = logging.getLogger(__name__)


def fetch(connector: Connector, span: tuple[date, date], seconds: float) -> Fetched:
    """What the other system answers, without our secrets; raises SourceError, whatever goes
    wrong."""
    source = sources().get(connector.kind)
    if source is None:
        raise SourceError("settings", _("This kind of connector is not installed."))
    if not standing_of(connector.keeper).is_active:
        raise SourceError(
            "settings",
            format_lazy(
                _("{name}, on whose behalf it writes, is no longer active; name somebody else."),
                name=connector.keeper.name,
            ),
        )
    names = tuple(connector.names.order_by("pk").values_list("name", flat=True))
    limits = Limits(
        seconds=seconds,
        inside=settings.CONNECTORS_INSIDE,
        folder=folder_of(connector.organisation),
    )
    given = {**connector.settings}
    if connector.upload:
        given["file"] = connector.upload
    secrets = secrets_of(connector)
    forms = forms_of(connector.settings, secrets)
    try:
        fetched = source.fetch(given, secrets, Wanted(*span, tuple(n for n in names if n)), limits)
    except SourceError as error:
        raise error_without_secrets(error, forms) from None
    except Exception:
        _logger.exception("connector %s failed by a fault of the program", connector.pk)
        raise broken() from None
    if len(fetched.readings) > limits.rows:
        raise SourceError(
            "large", format_lazy(_("The answer has more than {most} rows."), most=limits.rows)
        )
    if not fetched.readings:
        raise SourceError("empty", _("The answer has no rows for this period."))
    return without_secrets(fetched, forms)


def folder_of(organisation: Organisation) -> Path:
    """Where the files of an organisation lie that its connectors may read: one folder for each,
    so that no administrator reads those of another organisation."""
    return Path(settings.DATA_DIR) / "connectors" / organisation.slug


def broken() -> SourceError:
    return SourceError("broken", _("The program made a mistake here; its log says which."))


def secrets_of(connector: Connector) -> dict[str, str]:
    """The secrets in the open; raises SourceError for one that no key opens."""
    found = {}
    for name, text in connector.secrets.items():
        plain = opened(text)
        if plain is None:
            raise SourceError(
                "settings",
                _(
                    "A secret can no longer be read, because the server's key is another one: "
                    "enter it again."
                ),
            )
        found[name] = plain
    return found


def renew_secrets() -> int:
    """Seal anew what only a former key opens, of every connector; how many were."""
    if not settings.SECRET_KEY_FALLBACKS:
        return 0
    renewed = 0
    with writing():
        for row in Connector.objects.select_for_update().exclude(secrets={}).defer("upload"):
            texts = {name: _renewed(text) for name, text in row.secrets.items()}
            if texts != row.secrets:
                Connector.objects.filter(pk=row.pk).update(secrets=texts)
                renewed += 1
    return renewed


def _renewed(text: str) -> str:
    plain = None if is_present(text) else opened(text)
    return text if plain is None else sealed(plain)
