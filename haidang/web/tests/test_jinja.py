"""The environment: strict, escaping, translated, and closed to other people's templates."""

from __future__ import annotations

import pytest
from django.forms import Form
from django.template import TemplateDoesNotExist, engines
from django.test import RequestFactory
from django.utils import translation
from jinja2 import UndefinedError

from haidang.web.forms import DayField, DecimalField, LineField


def render(source: str, **context: object) -> str:
    return str(engines["jinja2"].from_string(source).render(context, RequestFactory().get("/")))


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("{{ missing }}")


def test_what_people_type_is_escaped() -> None:
    assert render("{{ title }}", title="<script>") == "&lt;script&gt;"


def test_texts_follow_the_language() -> None:
    with translation.override("en"):
        assert render('{{ _("Home") }}') == "Home"
        assert render("{{ n|number }}", n=1234) == "1,234"
    with translation.override("vi"):
        assert render("{{ n|number }}", n=1234) == "1.234"


def test_only_our_templates_are_loaded() -> None:
    with pytest.raises(TemplateDoesNotExist):
        engines["jinja2"].get_template("registration/password_reset_form.html")


UI = '{% import "web/ui.html" as ui with context %}'


def test_attributes_are_hyphenated_and_escaped() -> None:
    button = render(
        UI + '{{ ui.button("Save", hx_get=url, disabled=True, data_x=none) }}', url='"x"'
    )
    assert 'hx-get="&#34;x&#34;"' in button
    assert " disabled>" in button
    assert "data-x" not in button


def test_a_button_with_an_address_is_a_link() -> None:
    link = render(UI + '{{ ui.icon_button("home", "Home", href="/") }}')
    assert link.startswith('<a class="btn ghost square" href="/" aria-label="Home"')


class Sample(Form):
    title = LineField(label="Title", max_length=10, help_text="Short.")
    value = DecimalField(label="Value", required=False)
    ends = DayField(label="Ends", required=False)


def test_a_field_ties_reason_and_help_to_its_input() -> None:
    form = Sample({"title": "", "value": "x"})
    shown = render(UI + '{{ ui.field(f["title"]) }}{{ ui.field(f["value"], unit="%") }}', f=form)
    assert '<label class="label" for="id_title">' in shown
    assert 'aria-invalid="true"' in shown
    assert 'id="id_title_error"' in shown
    assert 'id="id_title_helptext"' in shown
    assert "id_title_error" in shown.split("<input")[1].split(">")[0]
    assert 'inputmode="decimal"' in shown
    assert 'value="x"' in shown


def test_a_day_has_its_calendar() -> None:
    shown = render(UI + '{{ ui.field(f["ends"]) }}', f=Sample())
    assert "<x-date>" in shown
    assert 'type="date"' in shown


def test_bars_carry_no_style() -> None:
    shown = render(UI + '{{ ui.bar(520000000, 600000000, "at_risk") }}{{ ui.bar(none) }}')
    assert 'width="52.0%"' in shown
    assert "style=" not in shown
    assert 'role="img"' in shown


@pytest.mark.parametrize(
    "health", ["no_data", "not_started", "on_track", "at_risk", "off_track", "done", "outdated"]
)
def test_health_is_a_sign_a_word_and_a_colour(health: str) -> None:
    shown = render(UI + "{{ ui.pill(health) }}", health=health)
    assert "<svg" in shown
    assert f"h-{health}" in shown
    assert shown.rsplit("</svg>", 1)[1].removesuffix("</span>").strip()


def test_a_count_in_a_text_is_written_as_a_number() -> None:
    source = '{{ ngettext("%(num)s goal", "%(num)s goals", n) }}'
    with translation.override("en"):
        assert render(source, n=1) == "1 goal"
        assert render(source, n=1393) == "1,393 goals"
    with translation.override("vi"):
        assert "1.393" in render(source, n=1393)
    source = '{{ ngettext("%(num)s goal", "%(num)s goals", 2, num="two") }}'
    with translation.override("en"):
        assert render(source) == "two goals"
