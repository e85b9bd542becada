"""Fields read what people type, keep it when it is refused, and say why."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.utils import translation

from haidang.lib.errors import FieldError, Invalid, NotFound
from haidang.web.forms import (
    DayField,
    DecimalField,
    LineField,
    PickField,
    TextField,
    WholeField,
    add_refusal,
)

THINGS = {key: SimpleNamespace(public_id=key, name=f"Name {key}") for key in ("P-1", "P-2", "P-3")}


def find(public_id: str) -> object:
    if public_id == "P-9":
        raise NotFound
    return THINGS.get(public_id)


class Everything(forms.Form):
    title = LineField(max_length=10)
    note = TextField(max_length=20, required=False)
    value = DecimalField(required=False)
    weight = WholeField(low=0, high=10_000, required=False)
    ends = DayField(required=False)
    owner = PickField(find=find, name_of=lambda one: one.name, required=False)
    others = PickField(find=find, name_of=lambda one: one.name, multiple=True, required=False)


def filled(**given: object) -> Everything:
    return Everything({"title": "x", **given})


def test_everything_is_read() -> None:
    with translation.override("vi"):
        form = filled(
            title="  Tiê\u0301n   độ ",
            note="a\r\nb\x00",
            value="1.234,5",
            weight="10.000",
            ends="31/12/2026",
            owner="P-1",
            others=["P-2", "P-3", "P-2"],
        )
        assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "title": "Tiến độ",
        "note": "a\nb",
        "value": Decimal("1234.5"),
        "weight": 10_000,
        "ends": date(2026, 12, 31),
        "owner": THINGS["P-1"],
        "others": [THINGS["P-2"], THINGS["P-3"]],
    }


def test_nothing_is_nothing() -> None:
    form = filled()
    assert form.is_valid()
    assert form.cleaned_data["value"] is None
    assert form.cleaned_data["ends"] is None
    assert form.cleaned_data["owner"] is None
    assert form.cleaned_data["others"] == []


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("title", "", "required"),
        ("title", "\x00\u200e ", "required"),
        ("title", "x" * 11, "max_length"),
        ("title", "x" * 1_000_000, "max_length"),
        ("value", "NaN", "not_a_number"),
        ("value", "1e30", "exponent"),
        ("weight", "1,5", "not_whole"),
        ("weight", "-1", "out_of_range"),
        ("ends", "29/02/2025", "no_such_day"),
        ("ends", "01/01/0001", "year_out_of_range"),
        ("owner", "P-4", "not_found"),
        ("owner", "P-9", "not_found"),
        ("others", ["P-1", "P-4"], "not_found"),
    ],
)
def test_a_reason_stands_at_its_field_and_what_was_typed_stays(
    field: str, typed: object, code: str
) -> None:
    with translation.override("vi"):
        form = filled(**{field: typed})
        assert not form.is_valid()
        assert [error.code for error in form.errors.as_data()[field]] == [code]
        if isinstance(typed, str) and len(typed) < 100:
            assert form[field].value() == typed


def test_values_are_shown_as_they_are_read() -> None:
    with translation.override("vi"):
        form = Everything(initial={"value": Decimal("1234.5"), "ends": date(2026, 1, 2)})
        assert 'value="1234,5"' in str(form["value"])
        assert 'value="02/01/2026"' in str(form["ends"])
    with translation.override("en"):
        assert 'value="1234.5"' in str(Everything(initial={"value": Decimal("1234.5")})["value"])


def test_a_choice_shows_its_name_without_script() -> None:
    form = Everything(initial={"owner": THINGS["P-1"], "others": [THINGS["P-2"]]})
    assert '<option value="P-1" selected>Name P-1</option>' in str(form["owner"])
    assert "Name P-3" not in str(form["others"])
    # A refused form keeps what was chosen, and never names what may not be seen.
    again = filled(owner="P-2", others=["P-9"], title="")
    assert "Name P-2" in str(again["owner"])
    assert "P-9" not in str(again["others"])


def test_what_did_not_change_is_known() -> None:
    initial = {
        "title": "x",
        "value": Decimal("1.5"),
        "owner": THINGS["P-1"],
        "others": [THINGS["P-2"]],
    }
    same = Everything(
        {"title": "x", "value": "1.5", "owner": "P-1", "others": ["P-2"]}, initial=initial
    )
    with translation.override("en"):
        assert same.changed_data == []
        assert filled(value="x").has_changed()


def test_a_refusal_goes_to_its_fields() -> None:
    form = filled()
    form.is_valid()
    add_refusal(
        form,
        Invalid(
            errors=[
                FieldError("value", "too_large", "Too large."),
                FieldError("parents", "cycle", "A cycle."),
                FieldError(None, "whole", "Not at all."),
            ]
        ),
    )
    assert form.errors["value"] == ["Too large."]
    assert form.non_field_errors() == ["A cycle.", "Not at all."]
