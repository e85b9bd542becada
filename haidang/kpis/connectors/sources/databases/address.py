"""What an address of a database says, and how its line is to be protected."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import SourceError

_POSTGRES = {"postgresql", "postgres", "postgresql+psycopg"}
_MYSQL = {"mysql", "mariadb", "mysql+pymysql", "mariadb+pymysql"}
#: What an address may say behind its question mark; anything else could name a file.
_OPTIONS = {
    "sslmode": {"disable", "prefer", "require", "verify-full"},
    "tls": {"require", "verify", "verify-full"},
}
#: How a line is protected, by how well: not at all, where the server offers it, always, always
#: with a certificate that is checked, and also for the name of the server.
OFF, OFFERED, REQUIRED, CERTIFIED, FULL = "off", "", "require", "verify", "verify-full"
PROTECTION = (OFF, OFFERED, REQUIRED, CERTIFIED, FULL)


@dataclass(frozen=True, slots=True)
class Address:
    dialect: str  # postgresql, mysql or sqlite
    host: str = ""
    port: int = 0
    user: str = ""
    database: str = ""
    tls: str = OFFERED  # one of PROTECTION
    authorities: str = ""  # that are trusted instead of the system's, as PEM
    file: str = ""


def parts_of(url: str) -> Address:
    """What an address says; raises SourceError("settings") for one that cannot be."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or 0
    except ValueError:
        raise _unclear() from None
    scheme = parts.scheme.lower()
    if scheme == "sqlite":
        name = unquote(parts.path)[1:]
        if parts.netloc or parts.query or not name or "\0" in name:
            raise _unclear()
        return Address("sqlite", file=name)
    if scheme not in _POSTGRES | _MYSQL:
        raise SourceError(
            "driver",
            _("The address has to begin with postgresql://, mysql://, mariadb:// or sqlite:///."),
        )
    if parts.password:
        raise SourceError(
            "settings", _("The password does not belong here; please put it into its own field.")
        )
    database = unquote(parts.path.lstrip("/"))
    if not parts.hostname or not database or not parts.username:
        raise _unclear()
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name, value in options.items():
        if value not in _OPTIONS.get(name, ()):
            raise SourceError(
                "settings",
                format_lazy(_("The option {name} cannot be set here."), name=name[:40]),
            )
    postgres = scheme in _POSTGRES
    tls = options.get("sslmode" if postgres else "tls", OFFERED)
    return Address(
        "postgresql" if postgres else "mysql",
        parts.hostname,
        port or (5432 if postgres else 3306),
        unquote(parts.username),
        database,
        {"disable": OFF, "prefer": OFFERED}.get(tls, tls),
    )


def protected(address: Address, tls: str, authorities: str) -> Address:
    """The address with what is said beside it; raises SourceError("settings") where both speak
    of the protection and not alike."""
    if tls and address.tls not in (OFFERED, tls):
        raise SourceError(
            "settings", _("The address says otherwise; please take the option out of it.")
        )
    return replace(address, tls=tls or address.tls, authorities=authorities.strip())


def check_authorities(text: str) -> None:
    """Raises SourceError("settings") for what is no certificate."""
    try:
        if "-----BEGIN CERTIFICATE-----" not in text:
            raise ValueError
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text.strip())
    except (ValueError, ssl.SSLError):
        raise SourceError(
            "settings", _("This is no certificate in PEM, from -----BEGIN CERTIFICATE----- on.")
        ) from None


def _unclear() -> SourceError:
    return SourceError(
        "settings", _("This is no address of a database, such as postgresql://user@host/sales.")
    )
