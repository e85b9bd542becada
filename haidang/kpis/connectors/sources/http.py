"""Numbers from any system that answers JSON over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.asking import (
    AUTH,
    HEADER,
    SAMPLE,
    SAMPLED,
    SECRET,
    USER,
    access,
    check_access,
    filled,
    hidden,
    in_json,
    in_url,
)
from haidang.kpis.connectors.sources.base import Fetched, Limits, Setting, SourceError, Wanted
from haidang.kpis.connectors.sources.net import Conversation, is_page, page_instead
from haidang.kpis.connectors.sources.paths import Path, only
from haidang.kpis.connectors.sources.rows import (
    MOST_RAW,
    MOST_ROW,
    Line,
    Manner,
    readings_of,
    scaled,
)
from haidang.kpis.connectors.sources.settings import (
    DECIMALS,
    SCALE,
    SEVERAL,
    WHERE,
    WHO,
    check_url,
    checked,
    headers_of,
    in_part,
    seldom,
    value_or_ratio,
)
from haidang.kpis.connectors.sources.values import json_of, json_text

_FACTS = ("name", "day", "value", "numerator", "denominator")


class Http:
    """A request whose answer is JSON, and paths (JMESPath) to what is wanted of it."""

    kind: ClassVar[str] = "http"
    label: ClassVar[Any] = _("Web service (HTTP, JSON)")
    about: ClassVar[Any] = _("Any system that answers a web request with JSON.")
    settings: ClassVar[tuple[Setting, ...]] = (
        *in_part(
            _("Address and method"),
            Setting(
                "url",
                _("Address"),
                help=_(
                    "For example https://erp.company.vn/api/revenue?from={starts}&to={ends}."
                    " Placeholders: {starts} and {ends} are the first and the last day of the"
                    " period (2026-10-01), {after} is the day after it, {year} and {month} are"
                    " 2026 and 10, {name} is the name in the other system; with it, each name is"
                    " asked for."
                    " {secret} is the key below, where a system wants it in the address."
                ),
            ),
            Setting(
                "method",
                _("Method"),
                "choice",
                choices=(("GET", "GET"), ("POST", "POST")),
                start="GET",
            ),
            *seldom(
                Setting(
                    "headers",
                    _("Other headers"),
                    "text",
                    required=False,
                    help=_("One per line, such as Accept-Language: vi. Nothing secret: they"
                           " are shown."),
                ),
                Setting(
                    "body",
                    _("JSON that is sent"),
                    "text",
                    required=False,
                    help=_("For POST. The same placeholders, inside quotation marks."),
                ),
            ),
        ),
        *in_part(WHO, AUTH, USER, HEADER, SECRET),
        *in_part(
            WHERE,
            Setting(
                "rows",
                _("Path to the rows"),
                required=False,
                help=_(
                    "JMESPath to the list, such as data.items. Empty where the answer has one"
                    " value; the paths below then start at the top, else at the row."
                ),
            ),
            Setting(
                "name",
                _("Path to the name"),
                required=False,
                help=_("What the row is of: the salesperson, the branch, the code of the KPI."),
            ),
            Setting(
                "day",
                _("Path to the day or the period"),
                required=False,
                help=_("Rows of other periods are left out. Understood: 2026-10-31, 31/10/2026,"
                       " 2026-10, 10/2026, 2026-Q4, 2026."),
            ),
            Setting(
                "value",
                _("Path to the value"),
                required=False,
                depends=True,
                help=_("Such as data[0].revenue."),
            ),
            SCALE,
            *seldom(
                Setting("numerator", _("Path to the numerator"), required=False),
                Setting("denominator", _("Path to the denominator"), required=False),
                DECIMALS,
                SEVERAL,
            ),
        ),
    )  # fmt: skip

    def check(self, settings: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """See `Source.check`."""
        wrong = checked(self.settings, settings, secrets)
        check_url(wrong, "url", settings.get("url", ""))
        check_access(wrong, settings, secrets)
        try:
            headers_of(settings.get("headers", ""))
        except SourceError as error:
            wrong.add("headers", "headers", error.message)
        if body := settings.get("body", "").strip():
            if settings.get("method") != "POST":
                wrong.add("body", "body", _("Only POST sends something along."))
            try:
                json.loads(filled(body, SAMPLE, SAMPLED, in_json))
            except (ValueError, RecursionError):
                wrong.add("body", "json", _("This is not JSON."))
        for name in ("rows", *_FACTS):
            if text := settings.get(name, "").strip():
                try:
                    Path(text)
                except SourceError as error:
                    wrong.add(name, "path", error.message)
        value_or_ratio(wrong, settings, _("Please say where in the answer the value stands."))
        wrong.done()

    def fetch(
        self,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
        wanted: Wanted,
        limits: Limits,
    ) -> Fetched:
        """See `Source.fetch`."""
        secret = access(settings, secrets)
        headers = {"accept": "application/json", **headers_of(settings.get("headers", ""))}
        lines: list[Line] = []
        seen: list[str] = []
        with Conversation(limits, hidden(settings, secrets)) as talk:
            for asked, url, body in _requests(settings, secrets, wanted):
                answer = talk.ask(
                    settings.get("method") or "GET",
                    url,
                    headers={**headers, "content-type": "application/json"} if body else headers,
                    secret=secret,
                    body=body,
                )
                if is_page(answer):
                    raise page_instead()
                text = answer.body[: 4 * MOST_RAW].decode("utf-8", "replace")
                seen.append(talk.without_secrets(text)[:MOST_RAW])
                lines += _lines(settings, json_of(answer.body, limits.cells), asked)
                if len(lines) > limits.rows:
                    raise SourceError(
                        "large",
                        format_lazy(
                            _("The answer has more than {most} rows. Please ask for less."),
                            most=limits.rows,
                        ),
                    )
        readings, notes = readings_of(
            lines,
            wanted,
            Manner(
                comma=settings.get("decimals") == "comma",
                dated=bool(settings.get("day", "").strip()),
                named=bool(settings.get("name", "").strip()) or _asks_by_name(settings),
                add=settings.get("several") == "add",
            ),
        )
        return Fetched(scaled(readings, settings), "\n".join(seen)[:MOST_RAW], notes)


def _asks_by_name(settings: Mapping[str, str]) -> bool:
    return "{name}" in settings["url"] or "{name}" in settings.get("body", "")


def _requests(
    settings: Mapping[str, str], secrets: Mapping[str, str], wanted: Wanted
) -> Iterator[tuple[str, str, bytes | None]]:
    """The name that is asked for ("" for all), the address and the body of each request."""
    url, body = settings["url"], settings.get("body", "").strip()
    by_name = _asks_by_name(settings)
    if by_name and not wanted.names:
        raise SourceError(
            "settings", _("The address asks for one name after the other, and none is mapped yet.")
        )
    for name in dict.fromkeys(wanted.names) if by_name else ("",):
        more = {"name": name, "secret": secrets.get("secret", "").strip()}
        sent = filled(body, wanted, more, in_json).encode() if body else None
        yield name, filled(url, wanted, more, in_url), sent


def _lines(settings: Mapping[str, str], document: Any, asked: str) -> Iterator[Line]:
    """The rows of an answer, or the one value that it has."""
    paths = {name: Path(text) for name in _FACTS if (text := settings.get(name, "").strip())}
    if rows_at := settings.get("rows", "").strip():
        path = Path(rows_at)
        rows = path.search(document)
        if not isinstance(rows, list):
            raise SourceError(
                "shape",
                format_lazy(_("The path “{path}” finds no list in the answer."), path=path.text),
            )
        for number, row in enumerate(rows, 1):
            facts = {name: path.search(row) for name, path in paths.items()}
            where = format_lazy(_("Row {number}"), number=number)
            yield _line(where, facts, asked, row)
        return
    facts = {name: only(path.search(document), path) for name, path in paths.items()}
    for name in ("value", "numerator", "denominator"):
        if name in paths and facts[name] is None:
            raise SourceError(
                "empty",
                format_lazy(
                    _("The path “{path}” finds nothing in the answer."), path=paths[name].text
                ),
            )
    yield _line(asked or _("The answer"), facts, asked, facts)


def _line(where: Any, facts: dict[str, Any], asked: str, row: Any) -> Line:
    return Line(
        where=where,
        name=facts.get("name", asked),
        day=facts.get("day"),
        value=facts.get("value"),
        numerator=facts.get("numerator"),
        denominator=facts.get("denominator"),
        raw=json_text(row)[:MOST_ROW],
    )
