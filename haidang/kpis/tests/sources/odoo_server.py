"""A server that speaks Odoo's external API after its published documentation, over a few
records, and rejects what Odoo rejects: a wrong database, user or key, a model that is not
installed, fields, operators and arguments that do not exist.
"""

from __future__ import annotations

import inspect
import json
import traceback
from collections.abc import Iterable, Sequence
from typing import Any
from xmlrpc import client

from haidang.kpis.tests.sources.serving import Handler

DATABASE, LOGIN, KEY, UID = "huongsen", "bot@huongsen.example", "6578616d706c65206b6579", 7
WEAK_KEY = "a key of somebody who may read no figures"

AN, BINH, OTHER_AN = (2, "Nguyễn Văn An"), (3, "Trần Thị Bình"), (9, "Nguyễn Văn An")
NORTH = (1, "Miền Bắc")
VND, USD = (23, "VND"), (2, "USD")
OURS, THEIRS = (1, "Hương Sen"), (4, "Hương Sen Lào")


class AccessDenied(Exception):
    pass


class AccessError(Exception):
    pass


class UserError(Exception):
    pass


class OperationalError(Exception):
    pass


def order(user: Any, when: str, amount: float, **more: Any) -> dict[str, Any]:
    return {"user_id": user, "team_id": NORTH, "date_order": when, "state": "sale",
            "amount_untaxed": amount, "currency_id": VND, "company_id": OURS, **more}  # fmt: skip


def invoice(user: Any, day: str, amount: float, **more: Any) -> dict[str, Any]:
    """`amount` as `amount_untaxed_signed`: below zero for a refund."""
    kind = "out_refund" if amount < 0 else "out_invoice"
    return {"invoice_user_id": user, "team_id": NORTH, "invoice_date": day, "state": "posted",
            "move_type": kind, "amount_untaxed_signed": amount, "amount_untaxed": abs(amount),
            "company_id": OURS, "currency_id": VND, **more}  # fmt: skip


class Odoo:
    """`records` by model; answers as `Handler.answer`."""

    def __init__(self, **records: list[dict[str, Any]]) -> None:
        self.records = {
            "res.company": [
                {"id": 1, "currency_id": VND},
                {"id": 4, "currency_id": (9, "LAK")},
            ],
            **{name.replace("_", "."): rows for name, rows in records.items()},
        }

    def __call__(self, its: Handler) -> None:
        if its.path.startswith("/xmlrpc/2/"):
            self.xmlrpc(its)
        elif its.path.startswith("/json/2/"):
            self.json2(its)
        else:
            its.say(b"<!DOCTYPE html><html>Odoo</html>", 404, "text/html; charset=utf-8")

    # --- XML-RPC -------------------------------------------------------------------------

    def xmlrpc(self, its: Handler) -> None:
        try:
            params, method = client.loads(its.body)
            service = its.path.removeprefix("/xmlrpc/2/")
            found = getattr(self, f"{service}_{method}")(*params)
            body = client.dumps((found,), methodresponse=True)
        except Exception as error:
            body = client.dumps(self._fault(error))
        its.say(body.encode(), kind="text/xml")

    @staticmethod
    def _fault(error: Exception) -> client.Fault:
        numbers = {UserError: 2, AccessDenied: 3, AccessError: 4}
        if number := numbers.get(type(error)):
            return client.Fault(number, str(error))
        return client.Fault(1, "".join(traceback.format_exception(error)))

    def common_version(self) -> dict[str, Any]:
        return {"server_version": "18.0", "protocol_version": 1}

    def common_authenticate(self, database: str, login: str, key: str, _agent: Any) -> Any:
        self._open(database)
        return UID if login == LOGIN and key in (KEY, WEAK_KEY) else False

    def object_execute_kw(
        self,
        database: str,
        uid: int,
        key: str,
        model: str,
        method: str,
        params: list[Any],
        named: dict[str, Any] | None = None,
    ) -> Any:
        self._open(database)
        if uid != UID or key not in (KEY, WEAK_KEY):
            raise AccessDenied("Access Denied")
        if model not in self.records:
            raise UserError(f"Object {model} doesn't exist")
        if key == WEAK_KEY:
            raise AccessError(f"You are not allowed to access '{model}' records.")
        methods = {"read_group": self.read_group, "search_read": self.search_read}
        if method not in methods:
            raise AttributeError(f"The method '{model}.{method}' does not exist")
        return methods[method](model, *params, **(named or {}))

    @staticmethod
    def _open(database: str) -> None:
        if database != DATABASE:
            raise OperationalError(
                'connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: '
                f'FATAL:  database "{database}" does not exist'
            )

    def read_group(
        self,
        model: str,
        domain: list[Any],
        fields: list[str],
        groupby: list[str],
        offset: int = 0,
        limit: int | None = None,
        orderby: Any = False,
        lazy: bool = True,
        context: Any = None,
    ) -> list[dict[str, Any]]:
        names = [field.split(":")[0] for field in fields]
        groups = self._grouped(model, domain, groupby[:1] if lazy else groupby, names)
        return [
            {**{k: list(v) if v else False for k, v in key.items()}, **sums,
             "__count": count, "__domain": domain}
            for key, sums, count in groups
        ][offset:][:limit]  # fmt: skip

    # --- JSON-2 --------------------------------------------------------------------------

    def json2(self, its: Handler) -> None:
        try:
            its.say(self._json2(its), kind="application/json; charset=utf-8")
        except tuple(_STATUS) as error:
            name = f"werkzeug.exceptions.{type(error).__name__}"
            said = {"name": name, "message": str(error), "arguments": [str(error)], "context": {},
                    "debug": "Traceback (most recent call last): …"}  # fmt: skip
            its.say(said, _STATUS[type(error)], "application/json; charset=utf-8")

    def _json2(self, its: Handler) -> Any:
        _json, _2, model, method = its.path.strip("/").split("/")
        if its.headers.get("x-odoo-database", DATABASE) != DATABASE:
            raise NotFound("No database is selected")
        scheme, _space, key = (its.headers["authorization"] or "").partition(" ")
        if scheme.lower() != "bearer" or key not in (KEY, WEAK_KEY):
            raise Unauthorized("Invalid apikey")
        if its.command != "POST" or "application/json" not in its.headers["content-type"]:
            raise NotFound("Did you mean POST /json/2/<model>/<method>?")
        if model not in self.records:
            raise NotFound(f"the model {model!r} does not exist")
        if key == WEAK_KEY:
            raise AccessError("You are not allowed to access these records.")
        methods = {
            "formatted_read_group": self.formatted_read_group,
            "search_read": self.search_read,
        }
        if method not in methods:
            raise NotFound(f"The method '{model}.{method}' does not exist")
        named = json.loads(its.body)
        named.pop("context", None)
        try:
            inspect.signature(methods[method]).bind(model, **named)
        except TypeError as error:
            raise Unprocessable(str(error)) from None
        return methods[method](model, **named)

    def formatted_read_group(
        self,
        model: str,
        domain: list[Any],
        groupby: Sequence[str] = (),
        aggregates: Sequence[str] = (),
        having: Any = (),
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
    ) -> list[dict[str, Any]]:
        names = [one.split(":")[0] for one in aggregates]
        return [
            {**{k: list(v) if v else False for k, v in key.items()},
             **{f"{k}:sum": v for k, v in sums.items()}, "__extra_domain": domain}
            for key, sums, _count in self._grouped(model, domain, groupby, names)
        ][offset:][:limit]  # fmt: skip

    # --- records -------------------------------------------------------------------------

    def search_read(self, model: str, domain: list[Any], fields: list[str]) -> list[Any]:
        return [
            {"id": row["id"], **{field: list(self._get(model, row, field)) for field in fields}}
            for row in self._found(model, domain)
        ]

    def _grouped(
        self, model: str, domain: list[Any], groupby: Iterable[str], names: list[str]
    ) -> list[tuple[dict[str, Any], dict[str, float], int]]:
        groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for row in self._found(model, domain):
            key = tuple(self._get(model, row, field) for field in groupby)
            groups.setdefault(key, []).append(row)
        return [
            (
                dict(zip(groupby, key, strict=True)),
                {name: sum(self._get(model, row, name) for row in rows) for name in names},
                len(rows),
            )
            for key, rows in groups.items()
        ]

    def _found(self, model: str, domain: list[Any]) -> list[dict[str, Any]]:
        def holds(row: dict[str, Any]) -> bool:
            return all(self._holds(model, row, *one) for one in domain)

        return list(filter(holds, self.records[model]))

    def _holds(
        self, model: str, row: dict[str, Any], field: str, operator: str, value: Any
    ) -> bool:
        found = self._get(model, row, field)
        found = found[0] if isinstance(found, tuple) else found
        match operator:
            case "=":
                return bool(found == value)
            case "in":
                return found in value
            case ">=":
                return bool(found >= value)
            case "<=":
                return bool(found <= value)
            case "<":
                return bool(found < value)
        raise ValueError(f"Invalid operator {operator!r} in domain")

    def _get(self, model: str, row: dict[str, Any], field: str) -> Any:
        if field not in row:
            raise ValueError(f"Invalid field {field!r} on model {model!r}")
        return row[field]


class NotFound(Exception):
    pass


class Unauthorized(Exception):
    pass


class Unprocessable(Exception):
    pass


_STATUS = {NotFound: 404, Unauthorized: 401, Unprocessable: 422, AccessError: 403, ValueError: 500}
