"""The API as OpenAPI 3.1, in the language of who asks."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as N_
from ninja.responses import NinjaJSONEncoder
from pydantic import ConfigDict, Field

from haidang.exchange.api.fields import Answer
from haidang.exchange.api.problems import REFERENCE, TITLES, TYPE
from haidang.exchange.api.root import PREFIX, api

#: What each group of operations is about, in the order of the reference.
GROUPS = {
    "me": N_("Oneself and one's tokens"),
    "organisation": N_("The organisation and its settings"),
    "people": N_("People"),
    "units": N_("Units and teams"),
    "cycles": N_("Cycles"),
    "goals": N_("Goals of every kind"),
    "states": N_("The life of a goal"),
    "participants": N_("Who takes part in a goal"),
    "alignment": N_("Links between goals"),
    "check-ins": N_("Check-ins"),
    "numbers": N_("Numbers, history, targets"),
    "strategy": N_("The map, the tree of KPIs, overview and attention"),
    "changes": N_("What has happened, to be followed"),
    "audit": N_("The audit log"),
    "search": N_("Search"),
}
#: Members whose text is a msgid.
_WORDS = {"summary", "description", "x-who-may"}


class ErrorOut(Answer):
    __doc__ = N_("One reason, next to its cause.")

    field: str | None = Field(description=N_("A dotted path, such as targets.0.target."))
    code: str
    message: str = Field(description=N_("In your language."))
    where: str = Field(alias="in", description=N_("body, query or header."))
    pointer: str | None = Field(
        default=None, description=N_("The same as a JSON pointer into the body.")
    )


class Problem(Answer):
    __doc__ = N_("Why a request was not done (RFC 9457). Nothing was written.")

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": REFERENCE.format(status=422),
                    "title": "Please check what was sent",
                    "status": 422,
                    "code": "invalid",
                    "detail": "Please check what was entered.",
                    "errors": [
                        {
                            "field": "target",
                            "code": "decimal_comma",
                            "message": 'Write the number with a dot, such as "3.1".',
                            "in": "body",
                            "pointer": "/target",
                        }
                    ],
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    code: str = Field(description=N_("For programs; does not change with the language."))
    detail: str = Field(description=N_("For people, in their language."))
    errors: list[ErrorOut]
    choices: dict[str, Any] | None = Field(
        default=None, description=N_("Ways out that may be taken, by their code.")
    )
    current: dict[str, Any] | None = Field(
        default=None, description=N_("What stands now, when the version seen was stale.")
    )
    request_id: str | None = Field(default=None, description=N_("Of a 500: tell it to support."))


def document() -> dict[str, Any]:
    """The OpenAPI document in the active language."""
    return _document((get_language() or "vi")[:2])


@lru_cache(maxsize=8)
def _document(language: str) -> dict[str, Any]:
    raw = api.get_openapi_schema(path_prefix=PREFIX)
    found: dict[str, Any] = json.loads(json.dumps(raw, cls=NinjaJSONEncoder))
    found["servers"] = [{"url": "/"}]
    found["tags"] = [{"name": name, "description": about} for name, about in GROUPS.items()]
    found["security"] = [{"token": []}, {"session": []}]
    components = found["components"]
    components["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": N_("A personal token, hd_…, with the scopes it was made with."),
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "haidang",
            "description": N_("The browser's session; writes also need X-CSRFToken."),
        },
    }
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}", by_alias=True)
    components["schemas"].update(schema.pop("$defs"))
    components["schemas"]["Problem"] = schema
    components["responses"] = {
        f"problem-{status}": {
            "description": str(TITLES[status]),
            "content": {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted(TITLES)
    }
    for path in found["paths"].values():
        for operation in path.values():
            operation.pop("security", None)
            for parameter in operation["parameters"]:
                parameter.pop("examples", None)  # they stand in its schema
    translated: dict[str, Any] = _translated(found)
    return translated


def _translated(value: Any) -> Any:
    """The same with every summary and description in the active language.

    Examples and the names of fields stay as they are: a field may be called `description`.
    """
    if isinstance(value, list):
        return [_translated(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: gettext(item)
        if key in _WORDS and isinstance(item, str) and item
        else item
        if key in {"example", "examples", "enum", "default"}
        else _translated(item)
        for key, item in value.items()
    }
