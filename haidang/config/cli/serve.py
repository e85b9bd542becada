"""`haidang serve` and `haidang worker`."""

from __future__ import annotations

import argparse
import socket
import sys
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from haidang.config.cli.prepare import prepare
from haidang.people.models import Organisation


def add_commands(commands: Any) -> None:
    serve = commands.add_parser(
        "serve",
        help=_("run the program: pages, event stream and background work on one port"),
    )
    add_address(serve)
    serve.set_defaults(run=lambda options: run(options.host, options.port))
    worker = commands.add_parser("worker", help=_("run only the background work, without a port"))
    worker.add_argument(
        "--batch", action="store_true", help=_("end when there is nothing left to do")
    )
    worker.set_defaults(run=_work)


def add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help=_("address to listen on (default: %(default)s)")
    )
    parser.add_argument(
        "--port", type=_port, default=8000, help=_("port to listen on (default: %(default)s)")
    )


def run(host: str, port: int) -> int:
    """Serve until told to stop."""
    from haidang.config import server

    prepare(static=True)
    if not Organisation.objects.exists():
        print(_("There is no organisation yet. Make one with: haidang init"))
    try:
        numeric = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0]
        server.claim_port(str(numeric), port)
    except server.PortTakenError:
        print(
            _("Port %(port)s of %(host)s is taken. Choose another: --port %(other)s")
            % {"port": port, "host": host, "other": port + 1},
            file=sys.stderr,
        )
        return 1
    except OSError as error:
        words = {"port": port, "host": host, "reason": error.strerror or error}
        print(_("Port %(port)s of %(host)s cannot be had: %(reason)s") % words, file=sys.stderr)
        return 1
    web = server.Server(str(numeric), port, server.default_workers())
    said = _("Haidang is at %s (stop it with Ctrl-C)") % address(host, port)
    # Said once the port is open: loading takes a second, on a busy machine several.
    web.on_startup(lambda: print(said, flush=True))
    web.run()
    return 0


def address(host: str, port: int) -> str:
    """Where a person at this machine, or everybody, finds the program."""
    if settings.PUBLIC_URL is not None:
        return str(settings.PUBLIC_URL.geturl())
    name = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host  # noqa: S104
    return f"http://{name}:{port}/"


def _work(options: argparse.Namespace) -> int:
    from haidang.config import worker

    prepare()
    worker.run(batch=options.batch)
    return 0


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(_("a port is a number from 1 to 65535"))
    return int(text)
