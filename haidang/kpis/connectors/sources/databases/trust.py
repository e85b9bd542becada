"""Which authorities are trusted to vouch for a server."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from haidang.kpis.connectors.sources.databases.address import FULL, REQUIRED, Address

#: Where systems keep the authorities that they trust, beside where OpenSSL says.
_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")


@contextmanager
def trusted_file(address: Address) -> Iterator[str]:
    """The authorities that PostgreSQL's library is to trust: it knows them from files only."""
    if address.dialect != "postgresql" or address.tls != FULL:
        yield ""
        return
    with tempfile.NamedTemporaryFile("w", prefix="haidang-", suffix=".pem") as file:
        file.write(address.authorities or _of_the_system())
        file.flush()
        yield file.name


def _of_the_system() -> str:
    """What the system trusts, where a company adds its own, and what Mozilla does."""
    import certifi

    found = dict.fromkeys([ssl.get_default_verify_paths().cafile, *_BUNDLES, certifi.where()])
    texts = []
    for name in found:
        with suppress(OSError):
            texts.append(Path(name or "").read_text(encoding="utf-8", errors="ignore"))
    return "\n".join(texts)


class _ForName(ssl.SSLContext):
    """Certificates are for the name that was asked for, whatever address the driver goes to."""

    name = ""

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        return super().wrap_socket(*args, **{**kwargs, "server_hostname": self.name})


def context_for(address: Address) -> ssl.SSLContext:
    """How the driver of MySQL and MariaDB checks a server."""
    context = _ForName(ssl.PROTOCOL_TLS_CLIENT)  # which compares names
    context.name = address.host
    if address.authorities:
        context.load_verify_locations(cadata=address.authorities)
    else:
        import certifi

        context.load_default_certs()
        context.load_verify_locations(certifi.where())
    if address.tls != FULL:
        context.check_hostname = False
    if address.tls == REQUIRED:
        context.verify_mode = ssl.CERT_NONE
    return context
