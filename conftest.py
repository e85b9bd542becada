"""For all tests: no network, the cast, the real server, a browser, and how hard to search."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.support.compiling",
    "tests.support.stack",
    "tests.support.network",
    "tests.support.keeping",
    "tests.support.emptying",
    "tests.support.cast",
    "tests.support.pages",
    "tests.support.serving",
    "tests.support.browsing",
    "tests.support.databases",
]

# Examples are built through the database, so their time says nothing about their size.
_common = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", max_examples=30, **_common)
settings.register_profile("ci", max_examples=100, print_blob=True, **_common)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "dev")
