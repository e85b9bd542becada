"""A server that speaks the REST API of Frappe after its published documentation, over a few
documents of ERPNext, and rejects what they reject: a wrong token, a document type, a field or an
operator that does not exist, a document type that the user may not read. Lists are of 20 rows
unless another length is asked for; fields of a child table make a row of each child.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from haidang.kpis.tests.sources.serving import Handler

KEY, SECRET = "0f3b2c", "a1b2c3d4"
_FIELDS = {
    "Sales Invoice": {"name", "owner", "posting_date", "docstatus", "company", "base_net_total"},
    "Sales Order": {"name", "owner", "transaction_date", "docstatus", "company", "base_net_total"},
    "Company": {"name", "default_currency"},
    "Salary Slip": {"name"},
}
_TEAM = {"sales_person", "allocated_percentage"}
_ORDER = re.compile(r"`tab([A-Za-z ]+)`\.`?(\w+)`? (asc|desc)")


def document(name: str, day: str, amount: float, *team: tuple[str, float], **more: Any) -> Any:
    return {"name": name, "owner": "an@huongsen.example", "posting_date": day,
            "transaction_date": day, "docstatus": 1, "company": "Hương Sen",
            "base_net_total": amount, "team": team, **more}  # fmt: skip


class Rejected(Exception):
    def __init__(self, status: int, kind: str, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.kind = kind


class Erpnext:
    """`documents` by type; answers as `Handler.answer`."""

    def __init__(self, *invoices: Any, orders: tuple[Any, ...] = ()) -> None:
        self.documents = {
            "Sales Invoice": list(invoices),
            "Sales Order": list(orders),
            "Company": [
                {"name": "Hương Sen", "default_currency": "VND"},
                {"name": "Hương Sen Lào", "default_currency": "LAK"},
            ],
            "Salary Slip": [],
        }

    def __call__(self, its: Handler) -> None:
        try:
            its.say({"data": self._list(its)})
        except Rejected as error:
            told = json.dumps([json.dumps({"message": str(error)})])
            said = {"exception": f"frappe.exceptions.{error.kind}: {error}",
                    "exc_type": error.kind, "exc": '["Traceback (most recent call last)…"]',
                    "_server_messages": told}  # fmt: skip
            its.say(said, error.status)

    def _list(self, its: Handler) -> list[dict[str, Any]]:
        parts = urlsplit(its.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if its.headers["authorization"] != f"token {KEY}:{SECRET}":
            raise Rejected(401, "AuthenticationError", "Invalid Authorization Token")
        doctype = unquote(parts.path).removeprefix("/api/resource/")
        if doctype not in self.documents:
            raise Rejected(404, "DoesNotExistError", f"DocType {doctype} not found")
        if doctype == "Salary Slip":
            raise Rejected(403, "PermissionError", "Insufficient Permission for Salary Slip")
        fields = json.loads(query.get("fields", '["name"]'))
        rows = [row for row in self.documents[doctype] if self._holds(doctype, row, query)]
        if order := query.get("order_by"):
            rows = self._sorted(doctype, rows, order)
        found = [line for row in rows for line in self._lines(doctype, row, fields)]
        start, length = int(query.get("limit_start", 0)), int(query.get("limit_page_length", 20))
        return found[start : start + length] if length else found[start:]

    def _holds(self, doctype: str, row: dict[str, Any], query: dict[str, str]) -> bool:
        for one in json.loads(query.get("filters", "[]")):
            table, field, operator, value = one
            if table != doctype or field not in _FIELDS[doctype]:
                raise Rejected(417, "DataError", f"Field not permitted in query: {field}")
            found = row[field]
            match operator:
                case "=":
                    holds = found == value
                case ">=":
                    holds = found >= value
                case "<=":
                    holds = found <= value
                case ">":
                    holds = found > value
                case "in":
                    holds = found in value
                case _:
                    raise Rejected(417, "ValidationError", f"Operator {operator} is unknown")
            if not holds:
                return False
        return True

    @staticmethod
    def _sorted(doctype: str, rows: list[Any], order: str) -> list[Any]:
        found = _ORDER.fullmatch(order)
        if not found or found[1] != doctype or found[2] not in _FIELDS[doctype]:
            raise Rejected(417, "ValidationError", "Please select atleast 1 column to sort/group")
        return sorted(rows, key=lambda row: row[found[2]], reverse=found[3] == "desc")

    @staticmethod
    def _lines(doctype: str, row: dict[str, Any], fields: list[str]) -> list[dict[str, Any]]:
        """Joined with the children whose fields are asked for: none is a line of nulls."""
        own = [field for field in fields if "." not in field]
        children = [field.partition(".") for field in fields if "." in field]
        if unknown := set(own) - _FIELDS[doctype]:
            raise Rejected(417, "DataError", f"Field not permitted in query: {unknown.pop()}")
        if any(table != "sales_team" or field not in _TEAM for table, _dot, field in children):
            raise Rejected(417, "DataError", "Field not permitted in query")
        line = {field: row[field] for field in own}
        if not children:
            return [line]
        team = row["team"] or ((None, None),)
        return [{**line, "sales_person": who, "allocated_percentage": share} for who, share in team]
