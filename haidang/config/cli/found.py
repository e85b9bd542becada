"""`haidang init` and `access`: the first administrator, and a way in for who is locked out."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from django.utils.translation import gettext as _

from haidang.config.cli.prepare import missing_database, prepare
from haidang.config.cli.serve import address
from haidang.lib.errors import Invalid
from haidang.people.actions import access_link, create_organisation, invitation_link
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

    access = commands.add_parser(
        "access",
        help=_("make a one-time link for who cannot sign in any more"),
        description=_(
            "Prints a link by which the person chooses a new password; for somebody who has never "
            "signed in, their invitation. It is not mailed, and is written to the activity log."
        ),
    )
    access.add_argument("email", metavar=_("EMAIL"), help=_("the address that signs in"))
    access.add_argument(
        "--remove-second-factor",
        action="store_true",
        help=_("also remove a lost second factor, and sign the person out everywhere"),
    )
    access.set_defaults(run=_access)


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
    first = organisation.people.get()
    facts = {"organisation": organisation.name, "email": first.email}
    if first.account is None:
        # The address signs in elsewhere with another password: only its owner can join.
        print(_("%(organisation)s is ready.") % facts)
        print(
            _(
                "%(email)s has an account already, with another password than this. It joins by "
                "this link, within seven days, with its own password, after: haidang serve"
            )
            % facts
        )
        print(invitation_link(first, site=_site()))
        return 0
    print(_("%(organisation)s is ready. %(email)s signs in after: haidang serve") % facts)
    return 0


def _access(options: argparse.Namespace) -> int:
    missing = missing_database()
    if missing is not None:
        print(_("There is no database yet: %s") % missing, file=sys.stderr)
        return 1
    prepare()
    way = access_link(options.email, site=_site(), second_factor=not options.remove_second_factor)
    if way.is_invitation:
        print(_("%s has not signed in yet. The invitation, good for seven days:") % way.email)
    else:
        print(_("%s chooses a new password here, once, within a day:") % way.email)
        if options.remove_second_factor:
            print(_("The second factor is removed, and they are signed out."), file=sys.stderr)
    print(way.link)
    return 0


def _site() -> str:
    """Where links lead without HAIDANG_URL: this machine, at the usual port."""
    return address("127.0.0.1", 8000).rstrip("/")


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
