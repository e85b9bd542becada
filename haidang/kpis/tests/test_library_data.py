"""The library itself: every entry complete, in both languages, and a KPI by the rules."""

from __future__ import annotations

from dataclasses import astuple
from decimal import Decimal

import pytest

from haidang.goals.actions.facts import cleaned
from haidang.goals.actions.metric_facts import LONGEST_FORMULA, LONGEST_SOURCE
from haidang.goals.models import Kind, Level
from haidang.goals.models.kinds import Perspective
from haidang.goals.rules.units import dimension
from haidang.kpis.rules.library import (
    DEPARTMENTS,
    LANGUAGES,
    PERSPECTIVES,
    Entry,
    by_department,
    found,
    library,
)
from haidang.kpis.words import DEPARTMENTS as CALLED
from haidang.lib.text import clean_line

ENTRIES = list(library().values())
KEYS = [entry.key for entry in ENTRIES]
#: What stands at a moment, or spans months of its own, is not divided anew: its last counts.
STANDS = ("last day of the period", "latest", "up to the last day", "up to the end", "survey")


def test_there_are_enough_of_each() -> None:
    assert len(ENTRIES) >= 60
    assert list(by_department(ENTRIES)) == list(DEPARTMENTS) == list(CALLED)
    assert all(len(some) >= 6 for some in by_department(ENTRIES).values())
    assert {entry.perspective for entry in ENTRIES} == set(PERSPECTIVES)
    assert set(PERSPECTIVES) == set(Perspective.values) - {""}


@pytest.mark.parametrize("entry", ENTRIES, ids=KEYS)
def test_it_is_complete_in_both_languages(entry: Entry) -> None:
    for language in LANGUAGES:
        said = entry.said(language)
        for text in (said.title, said.formula, said.source, said.purpose, said.pitfall):
            assert len(text) > 2
            assert text == clean_line(text)
        assert len(said.formula) >= 30
        assert said.unit or entry.kind == "yes_no"
    alike = {"EBITDA"}
    for one, other in zip(astuple(entry.vi), astuple(entry.en), strict=True):
        same_unit = one in (entry.vi.unit, *alike)
        assert one != other or same_unit, f"{one} is not translated"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("entry", ENTRIES, ids=KEYS)
def test_it_fits_the_rules_of_a_kpi(entry: Entry, language: str) -> None:
    facts = entry.facts(language) | {"level": Level.COMPANY}
    found = cleaned(Kind.KPI, facts, 1, answered={})
    for name, value in facts.items():
        assert found[name] == value, name
    assert len(found["formula"]) <= LONGEST_FORMULA
    assert len(found["source"]) <= LONGEST_SOURCE


@pytest.mark.parametrize("entry", ENTRIES, ids=KEYS)
def test_its_unit_means_the_same_in_both_languages(entry: Entry) -> None:
    if entry.kind in ("currency", "duration") and "/" not in entry.vi.unit:
        vi, en = (dimension(entry.kind, entry.said(language).unit) for language in LANGUAGES)
        assert vi == en
        assert vi[0] in ("currency:VND", "duration")


@pytest.mark.parametrize("entry", ENTRIES, ids=KEYS)
def test_a_quotient_is_a_ratio_of_sums(entry: Entry) -> None:
    """No mean of percentages; what stands at a moment or rolls over months is the last."""
    if entry.kind == "percent":
        assert entry.aggregation in ("ratio", "last")
    if entry.aggregation == "last":
        assert any(word in entry.en.formula for word in STANDS), entry.en.formula
    if entry.aggregation == "ratio":
        assert "÷" in entry.vi.formula
        assert "÷" in entry.en.formula
    if entry.kind == "percent":
        assert "× 100" in entry.vi.formula
        assert "× 100" in entry.en.formula


def test_no_two_have_one_title() -> None:
    for language in LANGUAGES:
        titles = [entry.said(language).title for entry in ENTRIES]
        assert len(set(titles)) == len(titles)


def test_a_range_comes_with_its_ends() -> None:
    ranges = [entry for entry in ENTRIES if entry.direction == "range"]
    assert ranges
    assert all(isinstance(entry.low, Decimal) for entry in ranges)
    assert all(entry.low is None for entry in ENTRIES if entry.direction != "range")


def test_found_by_words_without_diacritics_in_either_language() -> None:
    def keys(**asked: str) -> set[str]:
        return {entry.key for entry in found(**asked)}

    assert "net_revenue" in keys(text="doanh thu thuan")
    assert "net_revenue" in keys(text="DOANH THU THUẦN")
    assert "employee_turnover" in keys(text="turnover left")
    assert keys(text="nghỉ việc", department="hr") >= {"employee_turnover"}
    assert keys(department="hr", perspective="financial") == {
        "personnel_cost_ratio",
        "revenue_per_employee",
    }
    # As it stands before word by word: "kho" begins "không", too.
    assert "days_of_inventory" in keys(text="ton kho")
    assert "win_rate" not in keys(text="ton kho")
    assert "net_promoter_score" in keys(text="(NPS)") & keys(text="nps")
    assert "on_time_in_full" in keys(text="OTIF giao hang")
    assert keys(text="zzzz") == set()
    assert len(keys()) == len(ENTRIES)
