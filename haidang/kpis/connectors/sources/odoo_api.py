"""The two APIs of Odoo, asked for sums by group."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources import revenue, xmlrpc
from haidang.kpis.connectors.sources.base import SourceError
from haidang.kpis.connectors.sources.net import (
    MOST_SAID,
    Answer,
    Conversation,
    is_page,
    page_instead,
)
from haidang.kpis.connectors.sources.values import number_of
from haidang.lib.errors import Invalid
from haidang.lib.text import clean_line

#: Fault codes of XML-RPC in Odoo (odoo/addons/base/controllers/rpc.py): not let in, not allowed.
_ACCESS_DENIED, _ACCESS_ERROR = 3, 4
_WORDS = revenue.Words(
    "Odoo",
    _("Odoo does not let us in. The database, the user or the API key may be wrong; keys"
      " expire too."),
    _("The user in Odoo may not read these figures."),
    _("Odoo answers with an error. Is the app (Sales, Invoicing) installed there, and is it"
      " the right version?"),
    (404, 422),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """What is added up: the field `amount` of a model, grouped by `person` or `team`, and by
    `kind` of money, which must not be mixed."""

    model: str
    amount: str
    person: str
    kind: str

    def groups(self, by: str) -> list[str]:
        first = {"person": self.person, "person_id": self.person, "team": "team_id"}.get(by)
        return [first, self.kind] if first else [self.kind]


class XmlRpc:
    """The API of Odoo 14 to 18."""

    def __init__(self, talk: Conversation, settings: Mapping[str, str], key: str) -> None:
        self._talk = talk
        self._base = revenue.site_of(settings)
        self._database = settings.get("database", "").strip()
        self._key = key
        user = settings.get("user", "").strip()
        found = self._call("common", "authenticate", [self._database, user, key, {}])
        if not isinstance(found, int) or isinstance(found, bool):
            raise _not_let_in("")
        self._user = found

    def _call(self, service: str, method: str, params: Sequence[Any]) -> Any:
        answer = self._talk.ask(
            "POST",
            f"{self._base}/xmlrpc/2/{service}",
            headers={"content-type": "text/xml"},
            body=xmlrpc.call_of(method, params),
        )
        if is_page(answer):
            raise page_instead()
        try:
            return xmlrpc.answer_of(answer.body)
        except xmlrpc.Fault as fault:
            # The words are a traceback; its last line says what happened.
            lines = [line.strip() for line in fault.words.splitlines() if line.strip()]
            said = self._talk.without_secrets(lines[-1] if lines else "")[:MOST_SAID]
            if fault.code == _ACCESS_DENIED:
                raise _not_let_in(said) from None
            if fault.code == _ACCESS_ERROR:
                raise _not_allowed(said) from None
            if "database" in said and "does not exist" in said:
                raise _no_database(self._database, said) from None
            raise _refused(said) from None

    def execute(self, model: str, method: str, params: list[Any], named: dict[str, Any]) -> Any:
        login = [self._database, self._user, self._key]
        return self._call("object", "execute_kw", [*login, model, method, params, named])

    def grouped(
        self, query: Query, domain: list[Any], groups: list[str], most: int
    ) -> list[dict[str, Any]]:
        """One dict for each group, the sum under the name of the amount."""
        found = self.execute(
            query.model,
            "read_group",
            [domain, [f"{query.amount}:sum"], groups],
            {"lazy": False, "limit": most},
        )
        return _groups(found, query.amount, query.amount, groups)

    def currencies(self, companies: list[int]) -> Any:
        return self.execute(
            "res.company", "search_read", [[["id", "in", companies]]], {"fields": ["currency_id"]}
        )


class Json2:
    """The API of Odoo 19 and later."""

    def __init__(self, talk: Conversation, settings: Mapping[str, str], key: str) -> None:
        self._talk = talk
        self._base = revenue.site_of(settings)
        self._headers = {"content-type": "application/json; charset=utf-8"}
        self._database = settings.get("database", "").strip()
        if self._database:
            self._headers["x-odoo-database"] = self._database
        self._secret = {"authorization": f"bearer {key}"}

    def execute(self, model: str, method: str, named: dict[str, Any]) -> Any:
        answer = self._talk.ask(
            "POST",
            f"{self._base}/json/2/{model}/{method}",
            headers=self._headers,
            secret=self._secret,
            body=json.dumps(named).encode(),
            errors_are_answers=True,
        )
        return revenue.content_of(self._talk, answer, self._refusal)

    def _refusal(self, answer: Answer) -> SourceError:
        said = str(revenue.said_in(self._talk, answer).get("message", ""))
        return revenue.refusal(self._talk, answer, _WORDS, said)

    def grouped(
        self, query: Query, domain: list[Any], groups: list[str], most: int
    ) -> list[dict[str, Any]]:
        """See `XmlRpc.grouped`."""
        amount = f"{query.amount}:sum"
        found = self.execute(
            query.model,
            "formatted_read_group",
            {"domain": domain, "groupby": groups, "aggregates": [amount], "limit": most},
        )
        return _groups(found, amount, query.amount, groups)

    def currencies(self, companies: list[int]) -> Any:
        return self.execute(
            "res.company",
            "search_read",
            {"domain": [["id", "in", companies]], "fields": ["currency_id"]},
        )


def _groups(found: Any, amount: str, name: str, groups: list[str]) -> list[dict[str, Any]]:
    """Groups in one form: (number, name) or None for each field that was grouped by, and the
    sum as a decimal under `name`. Raises SourceError("shape") for what has another one."""
    if not isinstance(found, list):
        raise unexpected()
    result = []
    for one in found:
        if not isinstance(one, dict) or amount not in one or not set(groups) <= set(one):
            raise unexpected()
        try:
            # Odoo gives False for the sum of nothing.
            value = Decimal(0) if one[amount] in (False, None) else number_of(one[amount])
        except Invalid:
            raise unexpected() from None
        if value is None:
            raise unexpected()
        result.append({**{field: pair(one[field]) for field in groups}, name: value})
    return result


def pair(value: Any) -> tuple[int, str] | None:
    """A record as it is named: its number and its name; None where there is none."""
    if value in (False, None):
        return None
    if not isinstance(value, list) or len(value) < 2 or not isinstance(value[1], str):
        raise unexpected()
    try:
        number = int(value[0])
    except (TypeError, ValueError, OverflowError):
        raise unexpected() from None
    return number, clean_line(value[1])[:200]


def unexpected() -> SourceError:
    return SourceError("shape", _("Odoo answered otherwise than its documentation says."))


def _not_let_in(said: str) -> SourceError:
    return SourceError("refused", _WORDS.not_let_in, detail=said)


def _not_allowed(said: str) -> SourceError:
    return SourceError("refused", _WORDS.not_allowed, detail=said)


def _no_database(name: str, said: str) -> SourceError:
    return SourceError(
        "settings",
        format_lazy(_("There is no database “{name}” in this Odoo."), name=name),
        detail=said,
    )


def _refused(said: str) -> SourceError:
    return SourceError("status", _WORDS.wrong, detail=said)
