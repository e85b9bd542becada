"""`haidang migrate`, `recompute`, `doctor`, `version`: looking after what runs."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import haidang
from haidang.config import doctor
from haidang.config.cli.prepare import migrate, missing_database, pending
from haidang.config.cli.progress import Bar
from haidang.people.models import Organisation

#: Differences that are listed; the rest are counted.
LISTED = 50


def add_commands(commands: Any) -> None:
    step = commands.add_parser("migrate", help=_("bring the database up to date"))
    step.set_defaults(run=_migrate)

    numbers = commands.add_parser(
        "recompute",
        help=_("rebuild every number from the records, or check them"),
        description=_("Exit code 1 means that --check has found differences."),
    )
    numbers.add_argument(
        "--check", action="store_true", help=_("change nothing; only say what differs")
    )
    numbers.add_argument("--organisation", help=_("only this one: its short name, or its number"))
    numbers.set_defaults(run=_recompute)

    look = commands.add_parser(
        "doctor",
        help=_("look at configuration, database, disk, clock and mail"),
        description=_("Exit code 1 means that something has to be mended."),
    )
    look.set_defaults(run=_doctor)

    version = commands.add_parser("version", help=_("say which version it is"))
    version.set_defaults(run=lambda _options: print(f"haidang {haidang.__version__}"))


def _migrate(_options: argparse.Namespace) -> int:
    if not migrate(say=True):
        print(_("The database is up to date."))
    return 0


def _recompute(options: argparse.Namespace) -> int:
    from haidang.checkins.recompute import recompute

    missing = missing_database()
    if missing is not None:
        print(_("There is no database yet: %s") % missing, file=sys.stderr)
        return 1
    if pending():
        print(_("The database is not up to date. Run: haidang migrate"), file=sys.stderr)
        return 1
    organisation_id = None
    if options.organisation is not None:
        rows = Organisation.objects.filter(slug=options.organisation)
        if options.organisation.isascii() and options.organisation.isdigit():
            rows |= Organisation.objects.filter(pk=int(options.organisation))
        organisation_id = rows.values_list("pk", flat=True).first()
        if organisation_id is None:
            known = ", ".join(Organisation.objects.values_list("slug", flat=True)[:20])
            print(_("There is no such organisation. There are: %s") % known, file=sys.stderr)
            return 2
    bar = Bar()
    found = recompute(organisation_id, check=options.check, progress=bar)
    bar.end()
    for difference in found[:LISTED]:
        print(difference)
    if len(found) > LISTED:
        print(_("… and %d more") % (len(found) - LISTED))
    if not found:
        print(_("Every number is what its records say."))
        return 0
    counted = ngettext("%d difference", "%d differences", len(found)) % len(found)
    print(counted if options.check else _("%s put right.") % counted)
    return 1 if options.check else 0


def _doctor(_options: argparse.Namespace) -> int:
    worst = 0
    for finding in doctor.findings():
        sign = {doctor.GOOD: "✓", doctor.WARNING: "!", doctor.BAD: "✗"}[finding.grade]
        print(f"{sign} {finding.what}: {finding.text}")
        worst = max(worst, finding.grade)
    return 1 if worst == doctor.BAD else 0
