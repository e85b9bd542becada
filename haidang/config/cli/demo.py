"""`haidang demo`: the demo company, in a database of its own."""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import Any

from django.utils.translation import gettext as _

from haidang.config.cli.figures import tenths
from haidang.config.cli.prepare import prepare
from haidang.config.cli.progress import Bar
from haidang.config.cli.serve import add_address, run
from haidang.people.models import Organisation


def add_commands(commands: Any) -> None:
    demo = commands.add_parser(
        "demo",
        help=_("load the demo company into an empty database"),
        description=_(
            "Loads a made-up company with two years of goals and check-ins, told relative to "
            "today. Anybody can then sign in as anybody by one click: not for real data."
        ),
    )
    demo.add_argument("--serve", action="store_true", help=_("then run the program"))
    add_address(demo)
    demo.set_defaults(run=_demo)


def _demo(options: argparse.Namespace) -> int:
    from haidang.demo import actions, selling

    prepare()
    company = Organisation.objects.filter(is_demo=True).first()
    if company is None and Organisation.objects.exists():
        print(
            _("This database holds a real organisation. Name another folder: HAIDANG_DATA=…"),
            file=sys.stderr,
        )
        return 1
    if company is None:
        bar, began = Bar(), time.monotonic()
        company = actions.load(progress=bar)
        selling.connect_sales(company)
        bar.end()
        words = {"name": company.name, "seconds": tenths(time.monotonic() - began)}
        print(_("%(name)s is loaded (%(seconds)s s).") % words)
        if options.serve:
            # A process that has just loaded two years keeps the memory, and its children would
            # share it: the same command begins anew, and now finds the company.
            sys.stdout.flush()
            os.execv(sys.executable, sys.orig_argv)  # noqa: S606
    print(_("You can sign in by one click as:"))
    for role, person in actions.doors(company):
        print(f"  {role}: {person.name}")
    return run(options.host, options.port) if options.serve else 0
