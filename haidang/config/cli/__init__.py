"""The `haidang` command.

Exit codes: 0 done; 1 not done, or something is wrong that was looked for; 2 the command or
the configuration cannot be understood; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, NoReturn

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from haidang.config import environment, in_use
from haidang.config.backup import swap
from haidang.lib.errors import Refusal

#: Commands that leave something behind, so that the data folder and its key are made first.
LASTING = {"serve", "init", "demo", "migrate", "worker"}
#: Commands that work on the data beside each other, and those that want it for themselves.
BESIDE = LASTING | {"access", "backup", "recompute"}
ALONE = {"restore", "upgrade"}
LANGUAGES = ("vi", "en")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the answer is its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haidang.config.settings")
    os.umask(0o077)  # what is kept is for this account only
    command, language = _early(words)
    if command == "demo":
        environment.imply("HAIDANG_DEMO", "1")
    with ExitStack() as place:
        in_use_by_others = False
        try:
            data = environment.data_dir()
            if command in LASTING | {"restore"}:
                data.mkdir(mode=0o700, parents=True, exist_ok=True)
            swap.finish(data)
            if not {"-h", "--help"} & set(words):
                # Before the settings are read: the key is one of the things that are replaced.
                in_use_by_others = not in_use.take(place, data, _how(command))
            if command in LASTING:
                environment.keep_secret_key(data)
            django.setup()
        except ImproperlyConfigured as error:
            return complain(str(error), 2)
        except OSError as error:
            return complain(f"{error.filename}: {error.strerror}", 2)
        with translation.override(language):
            if in_use_by_others:
                return complain(_in_use(command) % {"data": data})
            return _run(words)


def _how(command: str) -> in_use.How | None:
    if command in ALONE:
        return in_use.How.ALONE
    return in_use.How.BESIDE if command in BESIDE else None


def _in_use(command: str) -> str:
    if command in ALONE:
        return _("Haidang is running on %(data)s. Stop it first, its worker too.")
    return _("The data in %(data)s is being restored or upgraded at this moment.")


def _run(words: list[str]) -> int:
    options = _parser().parse_args(words)
    try:
        return int(options.run(options) or 0)
    except Refusal as refusal:
        return complain("\n".join(str(e.message) for e in refusal.errors))
    except DatabaseError as error:
        return complain(_("The database cannot be used: %s") % str(error).strip())
    except (KeyboardInterrupt, EOFError):  # Ctrl-C; Ctrl-D where something was asked
        print(file=sys.stderr)
        return 130


def complain(text: str, code: int = 1) -> int:
    """Say on the error channel what is wrong; the exit code is passed on."""
    print(f"haidang: {text}", file=sys.stderr)
    return code


class _Early(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def _early(words: list[str]) -> tuple[str, str]:
    """The command and the language of the texts, before the rest is parsed: the help speaks
    it too, and what is wrong is said later, by the whole parser."""
    early = _Early(add_help=False)
    early.add_argument("--language")
    early.add_argument("command", nargs="?", default="")
    try:
        found = early.parse_known_args(words)[0]
    except ValueError:
        return "", environment.language()
    known = found.language in LANGUAGES
    return found.command, found.language if known else environment.language()


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, _("usage: ") if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """Speaks the person's language throughout; says what is wrong first, then how it is meant."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "add_help": False, "formatter_class": _Formatter})
        self._optionals.title = _("options")
        self.add_argument("-h", "--help", action="help", help=_("show this help"))
        # Without a default: what stands before the command holds when nothing stands behind.
        self.add_argument(
            "--language",
            choices=LANGUAGES,
            default=argparse.SUPPRESS,
            help=_("language of the texts (else from LANG)"),
        )

    def error(self, message: str) -> NoReturn:
        print(f"haidang: {message}\n", file=sys.stderr)
        self.print_usage(sys.stderr)
        raise SystemExit(2)


def _parser() -> argparse.ArgumentParser:
    from haidang.config.cli import care, demo, found, keep, serve

    parser = _Parser(
        prog="haidang",
        description=_("Keeps everybody in a company working toward the same strategy."),
    )
    parser.set_defaults(language=None)
    commands = parser.add_subparsers(
        title=_("commands"), metavar=_("COMMAND"), required=True, dest="command"
    )
    for room in (serve, found, demo, care, keep):
        room.add_commands(commands)
    return parser
