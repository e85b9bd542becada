"""Another program brings the values by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import Fetched, Limits, Setting, SourceError, Wanted


class Push:
    """Nothing is asked: rows of name, day and value are sent to the API with a token."""

    kind: ClassVar[str] = "push"
    label: ClassVar[Any] = _("Pushed by a program")
    about: ClassVar[Any] = _(
        "Another program sends rows of name, day and value to the API, with a personal token."
    )
    settings: ClassVar[Sequence[Setting]] = ()

    def check(self, settings: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """There is nothing that could be wrong."""

    def fetch(
        self,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
        wanted: Wanted,
        limits: Limits,
    ) -> Fetched:
        raise SourceError(
            "settings", _("This connector asks nobody: it waits for what is sent to it.")
        )
