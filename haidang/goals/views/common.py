"""What the views of goals share."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from haidang.goals.models import Goal
from haidang.lib.errors import Refusal
from haidang.web.forms import add_refusal

FORM = ["GET", "HEAD", "POST"]


def to_goal(goal: Goal, part: str = "") -> HttpResponseRedirect:
    """Back to a goal's page."""
    return HttpResponseRedirect(reverse("goal", args=[goal.public_id]) + part)


def safe_next(request: HttpRequest) -> str:
    """Where the person came from, if it lies on this site; else nothing."""
    way = request.POST.get("next") or request.GET.get("next") or ""
    fits = url_has_allowed_host_and_scheme(way, {request.get_host()}, request.is_secure())
    return way if fits and len(way) < 2000 else ""


def version_of(request: HttpRequest) -> int:
    """The version that a form was filled in over; -1, which is never current, if broken."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def refuse(form: forms.BaseForm, refusal: Refusal) -> int:
    """Put the reasons next to their fields; the status to answer with."""
    add_refusal(form, refusal)
    return refusal.status
