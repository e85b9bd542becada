"""The lint of templates finds each fault that is planted, and nothing in what is right."""

from __future__ import annotations

import pytest

from tools import lint_templates


def faults(source: str) -> list[str]:
    return [fault.text for fault in lint_templates.faults_of("app/page.html", source)]


def test_our_templates_are_clean() -> None:
    assert lint_templates.problems() == []


@pytest.mark.parametrize(
    "source",
    [
        '<p style="color: red">{{ _("x") }}</p>',
        "<script>go()</script>",
        "<style>p {}</style>",
        '<button onclick="go()">{{ _("x") }}</button>',
        '<a href="javascript:go()">{{ _("x") }}</a>',
        '<div hx-on:click="go()"></div>',
        '<div data-hx-on--after="go()"></div>',
        """<div hx-vals='js:{a: 1}'></div>""",
        """<div hx-headers="javascript:{a: 1}"></div>""",
        '<div hx-vars="a:1"></div>',
        '<div hx-trigger="click[ctrlKey]"></div>',
        "{{ ui.button(_('x'), hx_on='go()') }}",
        "{{ ui.button(_('x'), hx_trigger='click[ctrlKey]') }}",
        "{{ ui.button(_('x'), hx_vals='js:{a: 1}') }}",
        "<p>Hello</p>",
        "<p>{{ name }} wrote</p>",
        "<p>Đã lưu</p>",
        '<input placeholder="Search">',
        '<button aria-label="Close"></button>',
        '{{ ui.button("Save") }}',
        '{{ ui.submit("Save", icon="check") }}',
        "{{ body|safe }}",
        "{% autoescape false %}{% endautoescape %}",
        "<img src='x.png'>",
    ],
)
def test_a_planted_fault_is_found(source: str) -> None:
    assert faults(source)


@pytest.mark.parametrize(
    "source",
    [
        '<p class="muted">{{ _("Saved") }} · 12%</p>',
        "{% trans %}Saved{% endtrans %}",
        '<script src="{{ static("x.js") }}" type="module"></script>',
        '<script type="application/json" id="facts">{{ facts }}</script>',
        '<div hx-get="/x" hx-trigger="input delay:300ms, live" hx-vals=\'{"a": 1}\'></div>',
        '<input placeholder="{{ _("Search") }}" value="as typed">',
        '{{ ui.button(_("Save"), icon="check") }}',
        "{# a remark #}",
        "<svg><path d='M0 0'/></svg>",
        "<kbd>Ctrl</kbd>",
        "{% block layout %}narrow{% endblock %}",
    ],
)
def test_what_is_right_passes(source: str) -> None:
    assert faults(source) == []


def test_a_fault_names_its_line() -> None:
    (fault,) = lint_templates.faults_of("app/page.html", "\n{# a\n remark #}\n<p>Hello</p>")
    assert fault.line == 4
