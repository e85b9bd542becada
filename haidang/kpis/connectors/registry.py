"""The kinds of systems that a connector can ask, by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from haidang.kpis.connectors.sources.base import Source

_SOURCES = (
    "haidang.kpis.connectors.sources.sql:Sql",
    "haidang.kpis.connectors.sources.http:Http",
    "haidang.kpis.connectors.sources.files:Files",
    "haidang.kpis.connectors.sources.odoo:Odoo",
    "haidang.kpis.connectors.sources.erpnext:Erpnext",
    "haidang.kpis.connectors.sources.push:Push",
)


@cache
def sources() -> Mapping[str, Source]:
    """Every kind of source by its `kind`, in the order in which they are offered. Imported
    when first asked for: most processes never ask."""
    found: dict[str, Source] = {}
    for place in _SOURCES:
        module, _colon, name = place.partition(":")
        source = getattr(import_module(module), name)()
        found[source.kind] = source
    return found
