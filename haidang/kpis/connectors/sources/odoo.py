"""Revenue from Odoo, by its external API as it is published.

Odoo 14 to 18: XML-RPC, `authenticate` of `/xmlrpc/2/common` and `execute_kw` of
`/xmlrpc/2/object`, with `read_group`
(https://www.odoo.com/documentation/18.0/developer/reference/external_api.html; deprecated in 19:
https://www.odoo.com/documentation/19.0/developer/reference/external_rpc_api.html). Odoo 19 and
later: JSON-2, `POST /json/2/<model>/<method>` with the key as bearer and the database in
`X-Odoo-Database`, with `formatted_read_group`
(https://www.odoo.com/documentation/19.0/developer/reference/external_api.html).

What the query adds up, over exactly the days of the period (so that a week or a quarter is
right as well as a month):

- orders: `amount_untaxed` of `sale.order` in state `sale` or `done`, by `date_order`; times are
  UTC in Odoo, the days are those of a time zone;
- invoices: `amount_untaxed_signed` of posted `account.move`, customer invoices and their
  refunds (which are negative there), by `invoice_date`, in the company's currency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

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
from haidang.kpis.connectors.sources.net import Conversation
from haidang.kpis.connectors.sources.odoo_api import Json2, Query, XmlRpc, pair, unexpected
from haidang.kpis.connectors.sources.rows import MOST_RAW, MOST_ROW, scaled
from haidang.kpis.connectors.sources.settings import SCALE, checked, seldom
from haidang.kpis.connectors.sources.values import json_text

_QUERIES = {
    "orders": Query("sale.order", "amount_untaxed", "user_id", "currency_id"),
    "invoices": Query("account.move", "amount_untaxed_signed", "invoice_user_id", "company_id"),
}


class Odoo:
    """Revenue of a period by salesperson, by sales team or as a whole."""

    kind: ClassVar[str] = "odoo"
    label: ClassVar[Any] = _("Odoo: revenue")
    about: ClassVar[Any] = _(
        "Revenue before tax by salesperson and month, from orders or invoices of Odoo."
    )
    settings: ClassVar[tuple[Setting, ...]] = revenue.told(
        system=(
            Setting("url", _("Address of Odoo"), help=_("Such as https://company.odoo.com.")),
            Setting(
                "api",
                _("Version of Odoo"),
                "choice",
                choices=(("xmlrpc", _("14 to 18 (XML-RPC)")), ("json2", _("19 or later (JSON-2)"))),
                start="xmlrpc",
            ),
            Setting(
                "database",
                _("Database"),
                required=False,
                depends=True,
                help=_("Always for 14 to 18; from 19 on only where a server has several."),
            ),
        ),
        who=(
            Setting(
                "user",
                _("User name"),
                required=False,
                depends=True,
                help=_("For 14 to 18: the e-mail that the user signs in with. A user of its own,"
                       " who may only read sales, is best."),
            ),
            Setting(
                "secret",
                _("API key"),
                "secret",
                help=_("In Odoo: Preferences > Account Security > New API Key."),
            ),
        ),
        value=(
            revenue.added_up(
                "query",
                (
                    ("invoices", _("Posted customer invoices less refunds")),
                    ("orders", _("Confirmed sales orders")),
                ),
            ),
            revenue.one_for_each(
                ("person", _("Salesperson, by name")),
                ("person_id", _("Salesperson, by the number of the user")),
                ("team", _("Sales team")),
            ),
            SCALE,
            *seldom(
                Setting(
                    "company",
                    _("Number of the company in Odoo"),
                    "whole",
                    required=False,
                    help=_("Where Odoo has several companies. Empty: all that the user sees."),
                ),
                Setting(
                    "timezone",
                    _("Time zone"),
                    required=False,
                    start="Asia/Ho_Chi_Minh",
                    help=_("For orders: the day that an order is of. Empty: Asia/Ho_Chi_Minh."),
                ),
            ),
        ),
    )  # fmt: skip

    def check(self, settings: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """See `Source.check`."""
        wrong = checked(self.settings, settings, secrets)
        revenue.check_site(wrong, settings)
        if settings.get("api") == "xmlrpc":
            for name in ("database", "user"):
                if not settings.get(name, "").strip():
                    wrong.add(name, "required", _("This is missing."))
        try:
            _zone(settings)
        except (KeyError, ValueError, OSError):
            wrong.add("timezone", "timezone", _("There is no such time zone."))
        wrong.done()

    def fetch(
        self,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
        wanted: Wanted,
        limits: Limits,
    ) -> Fetched:
        """See `Source.fetch`."""
        query = _QUERIES[settings.get("query") or "invoices"]
        by = settings.get("by") or "person"
        key = secrets.get("secret", "").strip()
        with Conversation(limits, [key]) as talk:
            api = Json2 if settings.get("api") == "json2" else XmlRpc
            odoo = api(talk, settings, key)
            groups = odoo.grouped(
                query, _domain(settings, wanted), query.groups(by), limits.rows + 1
            )
            revenue.refuse_too_many(len(groups), limits.rows)
            _refuse_mixed(odoo, query, groups)
        raw = talk.without_secrets(json_text(groups))[:MOST_RAW]
        if by == "total":
            return revenue.the_total((group[query.amount] for group in groups), raw, settings)
        readings, notes = _by_name(groups, query, by)
        return Fetched(scaled(readings, settings), raw, notes)


def _zone(settings: Mapping[str, str]) -> ZoneInfo:
    return ZoneInfo(settings.get("timezone", "").strip() or "Asia/Ho_Chi_Minh")


def _domain(settings: Mapping[str, str], wanted: Wanted) -> list[list[Any]]:
    """Which records count."""
    if settings.get("query") == "orders":
        zone = _zone(settings)

        def utc(day: date) -> str:
            midnight = datetime.combine(day, time.min, zone)
            return f"{midnight.astimezone(ZoneInfo('UTC')):%Y-%m-%d %H:%M:%S}"

        found: list[list[Any]] = [
            ["state", "in", ["sale", "done"]],
            ["date_order", ">=", utc(wanted.starts)],
            ["date_order", "<", utc(wanted.ends + timedelta(days=1))],
        ]
    else:
        found = [
            ["move_type", "in", ["out_invoice", "out_refund"]],
            ["state", "=", "posted"],
            ["invoice_date", ">=", wanted.starts.isoformat()],
            ["invoice_date", "<=", wanted.ends.isoformat()],
        ]
    if company := settings.get("company", "").strip():
        found.append(["company_id", "=", int(company)])
    return found


def _refuse_mixed(odoo: XmlRpc | Json2, query: Query, groups: list[dict[str, Any]]) -> None:
    """Amounts of several currencies are no sum."""
    kinds = {kind[0]: kind[1] for group in groups if (kind := group[query.kind])}
    if len(kinds) > 1 and query.kind == "company_id":
        found = odoo.currencies(sorted(kinds))
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise unexpected()
        pairs = [pair(one.get("currency_id")) for one in found]
        kinds = {one[0]: one[1] for one in pairs if one}
    if len(kinds) > 1:
        raise SourceError(
            "many",
            format_lazy(
                _(
                    "The amounts are in several currencies ({currencies}), which cannot be added"
                    " up. Invoices of one company are in its own currency."
                ),
                currencies=", ".join(sorted(kinds.values())),
            ),
        )


_SAME_NAME = _("Two have the name “{name}” in Odoo. Please choose numbers instead.")


def _by_name(
    groups: Sequence[dict[str, Any]], query: Query, by: str
) -> tuple[list[Reading], list[Any]]:
    """A reading for each salesperson or team; two of one name are not told apart by it."""
    field = query.groups(by)[0]
    found: dict[int, list[dict[str, Any]]] = {}
    nobody: list[Decimal] = []
    for group in groups:
        if who := group[field]:
            found.setdefault(who[0], []).append(group)
        else:
            nobody.append(group[query.amount])
    called = Counter(parts[0][field][1] for parts in found.values())
    readings = []
    for number, parts in found.items():
        name = parts[0][field][1]
        double = by != "person_id" and called[name] > 1
        readings.append(
            Reading(
                str(number) if by == "person_id" else name,
                value=revenue.kept(revenue.added(part[query.amount] for part in parts)),
                raw=json_text(parts)[:MOST_ROW],
                wrong=format_lazy(_SAME_NAME, name=name) if double else "",
            )
        )
    return readings, revenue.left_out(_("Without a name in Odoo, left out: {amount}."), nobody)
