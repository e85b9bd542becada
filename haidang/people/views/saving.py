"""How a form and an action meet: what the person typed is kept whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from haidang.lib.errors import Forbidden, NotFound, Refusal, Stale
from haidang.web.forms import add_refusal


class Attempt(NamedTuple):
    """What became of it: the result, or the status with which the form is shown again."""

    done: bool
    result: Any = None
    status: int = 422
    #: What stands now, when somebody else was faster.
    current: Any = None


def attempt(form: forms.BaseForm, act: Callable[[dict[str, Any]], Any]) -> Attempt:
    """Run `act` on what a valid form holds; a refusal goes next to the fields it is about.

    Strangers and the forbidden are answered by the middleware, as everywhere.
    """
    if not form.is_valid():
        return Attempt(done=False)
    try:
        return Attempt(done=True, result=act(form.cleaned_data))
    except (NotFound, Forbidden):
        raise
    except Stale as stale:
        add_refusal(form, stale)
        return Attempt(done=False, status=stale.status, current=stale.current)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return Attempt(done=False, status=refusal.status)


def version_of(request: HttpRequest) -> int:
    """The version that the form was filled in over; -1, which is never current, if broken."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def whole_number(text: str, default: int) -> int:
    """A small number from the address, or the default for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def site_of(request: HttpRequest) -> str:
    """Where this request came in, for links that are to be copied."""
    return f"{request.scheme}://{request.get_host()}"


def saved() -> str:
    return _("Saved.")
