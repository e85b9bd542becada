"""The Jinja2 environment of all pages."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def environment(**options: Any) -> Environment:
    options["loader"] = PackageLoader("haidang.web", "templates")
    options["undefined"] = StrictUndefined
    return Environment(**options)  # noqa: S701  Django's backend passes autoescape
