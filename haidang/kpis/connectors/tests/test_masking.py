"""Secrets that a system sends back are kept nowhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from django.utils import timezone, translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from hypothesis import given
from hypothesis import strategies as st

from haidang.goals.models import Goal
from haidang.kpis.actions.running import begin, carry_out, trial
from haidang.kpis.connectors.masking import forms_of, masked
from haidang.kpis.connectors.sealing import sealed
from haidang.kpis.connectors.sources.base import Fetched, Reading, SourceError
from haidang.kpis.connectors.sources.sql import Sql
from haidang.kpis.models import Connector, Delivered, Quarantined

SECRET = 'khoá/"bí & mật"+42'
Make = Callable[..., Connector]


@given(st.text(min_size=4, max_size=30), st.text(max_size=20))
def test_in_whatever_form_it_comes_back(secret: str, around: str) -> None:
    forms = forms_of({"user": "kho"}, {"secret": secret})
    sent = (
        secret,
        secret.strip() if len(secret.strip()) >= 4 else secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret, safe=""),
        quote_plus(secret),
        base64.b64encode(f"kho:{secret}".encode()).decode(),
    )
    for one in sent:
        assert one not in masked(f"#{one}#", forms) or one in "#***#"


def test_one_that_is_cut_at_the_end() -> None:
    forms = forms_of({}, {"secret": "0123456789abcdef"})
    assert masked("key=0123456789abc", forms) == "key=***"
    assert masked("key=012", forms) == "key=012"
    assert masked("1234 Sales", forms_of({}, {"secret": "1"})) == "1234 Sales"


@pytest.mark.django_db
def test_an_echo_is_kept_nowhere(make: Make, kpi: Goal, monkeypatch: pytest.MonkeyPatch) -> None:
    connector = make(highest=Decimal(50))
    Connector.objects.update(secrets={"password": sealed(SECRET)})
    connector.refresh_from_db()
    text = f"asked with {SECRET} and {json.dumps(SECRET)} and {quote(SECRET, safe='')}"
    wrong = format_lazy(_("day is no day but “{text}”."), text=SECRET)
    readings = [
        Reading("KD", None, Decimal(4), raw=text),
        Reading(f"Lạ {SECRET}", raw=text, wrong=wrong),
    ]
    monkeypatch.setattr(Sql, "fetch", lambda *_words: Fetched(readings, text, [wrong]))
    run = carry_out(begin(connector, "hand", timezone.now()))
    assert (run.recorded, run.wrong) == (1, 1)
    readings[0] = Reading("KD", None, Decimal(80), raw=text)
    held = carry_out(begin(connector, "hand", timezone.now()))
    assert held.quarantined == 1
    kept = [Delivered.objects.get().raw, Quarantined.objects.get().raw]
    for one in (run, held):
        kept += [one.raw, str(one.notes), json.dumps(one.lines, ensure_ascii=False)]
    assert "***" in run.lines[0]["said"]["en"]
    assert run.lines[0]["said"]["en"] != run.lines[0]["said"]["vi"]
    tried = trial(connector, timezone.now())
    assert tried.fetched is not None
    kept += [str(one) for one in (tried.fetched.raw, *tried.fetched.readings)]
    _nowhere(kept)


@pytest.mark.django_db
def test_nor_is_it_in_a_refusal(connector: Connector, monkeypatch: pytest.MonkeyPatch) -> None:
    connector.secrets = {"password": sealed(SECRET)}
    connector.save()

    def refuse(*_words: Any) -> Any:
        message = format_lazy(_("day is no day but “{text}”."), text=SECRET)
        raise SourceError("refused", message, detail=f"wrong: {SECRET}", passing=True)

    monkeypatch.setattr(Sql, "fetch", refuse)
    run = carry_out(begin(connector, "hand", timezone.now()))
    assert run.code == "refused"
    assert run.detail == "wrong: ***"
    connector.refresh_from_db()
    assert connector.retry_at is not None
    with translation.override("en"):
        _nowhere([run.detail, run.words, str(run.said)])


def _nowhere(texts: list[str]) -> None:
    for text in texts:
        for one in (SECRET, json.dumps(SECRET)[1:-1], quote(SECRET, safe="")):
            assert one not in text
