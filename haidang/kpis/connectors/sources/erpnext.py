"""Revenue from ERPNext, by the REST API of Frappe as it is published.

`GET /api/resource/<DocType>` with `fields`, `filters`, `order_by` and `limit_page_length`,
signed in by `Authorization: token <api_key>:<api_secret>`
(https://docs.frappe.io/framework/user/en/api/rest,
https://docs.frappe.io/framework/user/en/guides/integration/rest_api/listing_documents).

What the query adds up: `base_net_total` (before tax, in the company's currency) of submitted
(`docstatus` 1) Sales Invoices by `posting_date`, returns being negative there, or Sales Orders
by `transaction_date`. A document counts for the persons of its sales team by their
`allocated_percentage`.

Pages follow the names of documents instead of counting rows, so that one that is submitted
meanwhile moves no other from one page to the next. A page that is full may end within the
team of its last document, which the next page then begins with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources import revenue
from haidang.kpis.connectors.sources.base import (
    Fetched,
    Limits,
    Reading,
    Setting,
    SourceError,
    Wanted,
)
from haidang.kpis.connectors.sources.net import Answer, Conversation
from haidang.kpis.connectors.sources.rows import MOST_RAW, MOST_ROW, scaled
from haidang.kpis.connectors.sources.settings import SCALE, checked
from haidang.kpis.connectors.sources.values import json_text, number_of
from haidang.lib.decimals import EXACT
from haidang.lib.errors import Invalid
from haidang.lib.text import clean_line

#: Rows of a page.
PAGE = 1_000
_DAYS = {"Sales Invoice": "posting_date", "Sales Order": "transaction_date"}
_TEAM = ("sales_team.sales_person", "sales_team.allocated_percentage")
_HUNDRED = Decimal(100)
_WORDS = revenue.Words(
    "ERPNext",
    _("ERPNext does not let us in. The API key or secret may be wrong or replaced."),
    _("The user in ERPNext may not read these figures."),
    _("ERPNext answers with an error. Is the address right, and is it version 14 or later?"),
    (404, 417),
)


class Erpnext:
    """Revenue of a period by salesperson, by who made the document, or as a whole."""

    kind: ClassVar[str] = "erpnext"
    label: ClassVar[Any] = _("ERPNext: revenue")
    about: ClassVar[Any] = _(
        "Revenue before tax by salesperson and month, from invoices or orders of ERPNext."
    )
    settings: ClassVar[tuple[Setting, ...]] = revenue.told(
        system=(
            Setting("url", _("Address of ERPNext"), help=_("Such as https://company.erpnext.com.")),
        ),
        who=(
            Setting(
                "key",
                _("API key"),
                help=_("In ERPNext: User > Settings > API Access > Generate Keys. A user of its"
                       " own, who may only read sales, is best."),
            ),
            Setting("secret", _("API secret"), "secret"),
        ),
        value=(
            revenue.added_up(
                "document",
                (
                    ("Sales Invoice", _("Submitted invoices less returns")),
                    ("Sales Order", _("Submitted sales orders")),
                ),
            ),
            revenue.one_for_each(
                ("person", _("Salesperson of the sales team, by share")),
                ("owner", _("User who made the document")),
            ),
            SCALE,
            Setting(
                "company",
                _("Company"),
                required=False,
                help=_("The name in ERPNext. Empty: all that the user sees, if they have one"
                       " currency."),
            ),
        ),
    )  # fmt: skip

    def check(self, settings: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """See `Source.check`."""
        wrong = checked(self.settings, settings, secrets)
        revenue.check_site(wrong, settings)
        if ":" in settings.get("key", ""):
            wrong.add("key", "characters", _("The key alone; the secret has a field of its own."))
        wrong.done()

    def fetch(
        self,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
        wanted: Wanted,
        limits: Limits,
    ) -> Fetched:
        """See `Source.fetch`."""
        by = settings.get("by") or "person"
        secret = secrets.get("secret", "").strip()
        key = settings.get("key", "").strip()
        with Conversation(limits, [secret, f"{key}:{secret}"]) as talk:
            site = _Site(talk, revenue.site_of(settings), f"token {key}:{secret}")
            rows = list(_rows(site, settings, wanted, limits))
            if not settings.get("company", "").strip():
                _refuse_mixed(site, rows)
        raw = talk.without_secrets(json_text(rows[:200]))[:MOST_RAW]
        if by == "total":
            amounts = {row["name"]: row["base_net_total"] for row in rows}
            return revenue.the_total(amounts.values(), raw, settings)
        readings, notes = _by_name(rows, by)
        return Fetched(scaled(readings, settings), raw, notes)


class _Site:
    """Requests to one site of Frappe."""

    def __init__(self, talk: Conversation, base: str, token: str) -> None:
        self._talk = talk
        self._base = base
        self._secret = {"authorization": token}

    def list(self, doctype: str, **query: Any) -> list[dict[str, Any]]:
        """`data` of a list; raises SourceError."""
        told = {name: value if isinstance(value, str | int) else json.dumps(value)
                for name, value in query.items()}  # fmt: skip
        answer = self._talk.ask(
            "GET",
            f"{self._base}/api/resource/{quote(doctype)}?{urlencode(told, quote_via=quote)}",
            headers={"accept": "application/json"},
            secret=self._secret,
            errors_are_answers=True,
        )
        found = revenue.content_of(self._talk, answer, self._refusal)
        data = found.get("data") if isinstance(found, dict) else None
        if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
            raise _unexpected()
        return data

    def _refusal(self, answer: Answer) -> SourceError:
        """Frappe says what was wrong as `exc_type` and, for people, in `_server_messages`."""
        error = revenue.said_in(self._talk, answer)
        kind = str(error.get("exc_type") or "")
        said = str(error.get("exception") or error.get("message") or kind)
        is_stranger = kind == "AuthenticationError"
        return revenue.refusal(self._talk, answer, _WORDS, said, is_stranger=is_stranger)


def _rows(
    site: _Site, settings: Mapping[str, str], wanted: Wanted, limits: Limits
) -> Iterator[dict[str, Any]]:
    """Documents of the period, once for each person of their team where that is asked for."""
    doctype = settings.get("document") or "Sales Invoice"
    by = settings.get("by") or "person"
    fields = ["name", "base_net_total", "company", "owner", *(_TEAM if by == "person" else ())]
    filters: list[list[Any]] = [
        ["docstatus", "=", 1],
        [_DAYS[doctype], ">=", wanted.starts.isoformat()],
        [_DAYS[doctype], "<=", wanted.ends.isoformat()],
    ]
    if company := settings.get("company", "").strip():
        filters.append(["company", "=", company])
    after: list[list[Any]] = []
    count = 0
    while True:
        page = site.list(
            doctype,
            fields=fields,
            filters=[[doctype, *one] for one in (*filters, *after)],
            order_by=f"`tab{doctype}`.`name` asc",
            limit_start=0,
            limit_page_length=PAGE,
        )
        rows = [_row(row, by) for row in page]
        full = len(rows) >= PAGE
        if full:
            last = rows[-1]["name"]
            rows = [row for row in rows if row["name"] != last]
            if not rows:  # a team of a thousand
                raise _unexpected()
            after = [["name", ">", rows[-1]["name"]]]
        count += len(rows)
        revenue.refuse_too_many(count, limits.rows)
        yield from rows
        if not full:
            return


def _row(row: Mapping[str, Any], by: str) -> dict[str, Any]:
    """A row in the types that it should have; raises SourceError("shape")."""
    name, amount = row.get("name"), row.get("base_net_total")
    if not isinstance(name, str) or not isinstance(amount, Decimal):
        raise _unexpected()
    found: dict[str, Any] = {"name": name}
    try:
        found["base_net_total"] = number_of(amount)
        if by == "person":
            share = row.get("allocated_percentage")
            found["allocated_percentage"] = number_of(share) or Decimal(0)
    except Invalid:
        raise _unexpected() from None
    for field in ("company", "owner", *(("sales_person",) if by == "person" else ())):
        value = row.get(field)
        if value is not None and not isinstance(value, str):
            raise _unexpected()
        found[field] = clean_line(value or "")[:200]
    return found


def _refuse_mixed(site: _Site, rows: list[dict[str, Any]]) -> None:
    """Amounts of several currencies are no sum."""
    companies = sorted({row["company"] for row in rows})
    if len(companies) < 2:
        return
    found = site.list(
        "Company",
        fields=["name", "default_currency"],
        filters=[["Company", "name", "in", companies]],
        limit_page_length=len(companies),
    )
    currencies = sorted({str(one.get("default_currency")) for one in found})
    if len(currencies) > 1:
        raise SourceError(
            "many",
            format_lazy(
                _("The companies have several currencies ({currencies}), which cannot be added up."
                  " Please choose a company."),
                currencies=", ".join(currencies),
            ),
        )  # fmt: skip


def _by_name(rows: list[dict[str, Any]], by: str) -> tuple[list[Reading], list[Any]]:
    totals: dict[str, Decimal] = {}
    parts: dict[str, list[Any]] = {}
    nobody: list[Decimal] = []
    for row in rows:
        who = row["sales_person"] if by == "person" else row["owner"]
        amount: Decimal = row["base_net_total"]
        if by == "person" and who:
            share = EXACT.divide(row["allocated_percentage"], _HUNDRED)
            amount = EXACT.multiply(amount, share)
        if who:
            totals[who] = EXACT.add(totals.get(who, Decimal(0)), amount)
            parts.setdefault(who, []).append(row)
        else:
            nobody.append(amount)
    readings = [
        Reading(who, None, revenue.kept(total), raw=json_text(parts[who][:20])[:MOST_ROW])
        for who, total in totals.items()
    ]
    note = _("Without a salesperson in ERPNext, left out: {amount}.")
    return readings, revenue.left_out(note, nobody)


def _unexpected() -> SourceError:
    return SourceError("shape", _("ERPNext answered otherwise than its documentation says."))
