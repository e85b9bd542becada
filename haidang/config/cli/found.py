"""`haidang init`: the organisation and its first administrator."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from django.utils.translation import gettext as _

from haidang.config.cli.prepare import prepare
from haidang.lib.errors import Invalid
from haidang.people.actions import create_organisation
from haidang.people.models import Organisation

#: Name of the input in the action > option of the command.
OPTIONS = {
    "name": "organisation",
    "admin_name": "name",
    "admin_email": "email",
    "password": "password",
}


def add_commands(commands: Any) -> None:
    init = commands.add_parser(
        "init",
        help=_("make an organisation and its first administrator"),
        description=_("Asks for what is not given. Give everything to run without questions."),
    )
    init.add_argument("--organisation", help=_("name of the organisation"))
    init.add_argument("--name", help=_("name of the administrator"))
    init.add_argument("--email", help=_("e-mail address of the administrator"))
    secret = init.add_mutually_exclusive_group()
    secret.add_argument("--password", help=_("password of the administrator"))
    secret.add_argument(
        "--password-stdin", action="store_true", help=_("read the password from standard input")
    )
    init.add_argument(
        "--another", action="store_true", help=_("make one beside those that exist already")
    )
    init.set_defaults(run=_init)


def _init(options: argparse.Namespace) -> int:
    prepare()
    present = list(Organisation.objects.order_by("pk").values_list("name", flat=True)[:3])
    if present and not options.another:
        print(
            _("There is an organisation already: %s. To make another, add --another.")
            % ", ".join(present),
            file=sys.stderr,
        )
        return 1
    if options.password_stdin:
        options.password = sys.stdin.readline().rstrip("\n")
    can_ask = sys.stdin.isatty() and not options.password_stdin
    language = options.language or "vi"  # of the organisation, whatever the terminal speaks
    while True:
        missing = [o for o in OPTIONS.values() if getattr(options, o) is None]
        if missing and not can_ask:
            print(
                _("Still missing: %s") % ", ".join(f"--{option}" for option in missing),
                file=sys.stderr,
            )
            return 2
        for option in missing:
            setattr(options, option, _ask(option))
        try:
            organisation = create_organisation(
                options.organisation, language, options.name, options.email, options.password
            )
            break
        except Invalid as refusal:
            for error in refusal.errors:
                option = OPTIONS.get(error.field or "", "")
                print(f"{f'--{option}: ' if option else ''}{error.message}", file=sys.stderr)
                if not can_ask or not option:
                    return 1
                setattr(options, option, None)
    print(
        _("%(organisation)s is ready. %(email)s signs in after: haidang serve")
        % {"organisation": organisation.name, "email": options.email}
    )
    return 0


def _ask(option: str) -> str:
    if option == "password":
        while True:
            first = getpass.getpass(_("Password of the administrator: "))
            if getpass.getpass(_("The same password again: ")) == first:
                return first
            print(_("The two are not the same."), file=sys.stderr)
    return input(
        {
            "organisation": _("Name of the organisation: "),
            "name": _("Name of the administrator: "),
            "email": _("E-mail address of the administrator: "),
        }[option]
    )
