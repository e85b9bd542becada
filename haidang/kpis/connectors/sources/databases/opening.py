"""Connections to databases of others: read-only, bounded in time, to checked addresses."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from haidang.kpis.connectors.sources.base import Limits
from haidang.kpis.connectors.sources.databases.address import Address
from haidang.kpis.connectors.sources.databases.asking import Asking
from haidang.kpis.connectors.sources.databases.errors import told
from haidang.kpis.connectors.sources.databases.files import opened_file
from haidang.kpis.connectors.sources.databases.servers import Server, engine_for
from haidang.kpis.connectors.sources.databases.trust import trusted_file
from haidang.kpis.connectors.sources.net import allowed_addresses


@contextmanager
def opened(address: Address, password: str, limits: Limits) -> Iterator[Asking]:
    """A connection of its own, read-only; rolled back and closed in the end."""
    if address.dialect == "sqlite":
        with opened_file(address, limits) as connection:
            yield connection
        return
    hosts = allowed_addresses(address.host, address.port, limits.inside)
    deadline = time.monotonic() + limits.seconds
    # Stopping a query opens another connection, so the file stays for as long as this one.
    with trusted_file(address) as trusted:
        with told(deadline):
            engine = engine_for(address, password, hosts[0], limits, trusted)
            connection = engine.connect()
        try:
            yield Server(connection, address.dialect)
        finally:
            with suppress(Exception):
                connection.invalidate()
            with suppress(Exception):
                connection.close()
            engine.dispose()
