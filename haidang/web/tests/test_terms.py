"""An organisation's own words in labels, and nowhere else."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as plain
from django.utils.translation import override

from haidang.web.jinja import environment
from haidang.web.terms import LABELS, gettext, gettext_lazy, lowered, using
from tools.messages import memory

WORDS = {
    "vi": {"objective": ["Mục tiêu lớn"], "key_result": ["KQTC"], "check_in": ["Cập nhật"]},
    "en": {"objective": ["Big Rock", "Big Rocks"], "unit": ["Branch", "Branches"]},
}


@pytest.mark.parametrize(
    ("language", "label", "said"),
    [
        ("vi", "Objective", "Mục tiêu lớn"),
        ("vi", "Objectives", "Mục tiêu lớn"),
        ("vi", "New objective", "Mục tiêu lớn mới"),
        ("vi", "Add objective", "Thêm mục tiêu lớn"),
        ("vi", "Add key result", "Thêm KQTC"),
        ("vi", "Check in", "Cập nhật"),
        ("vi", "Check-ins due", "Cập nhật đến hạn"),
        ("vi", "Unit", "Đơn vị"),
        ("vi", "Unit of measure", "Đơn vị tính"),
        ("en", "Objectives", "Big Rocks"),
        ("en", "Add objective", "Add Big Rock"),
        ("en", "All units", "All branches"),
        ("en", "Key result", "Key result"),
        ("en", "An objective belongs to a cycle.", "An objective belongs to a cycle."),
    ],
)
def test_labels(language: str, label: str, said: str) -> None:
    with override(language), using(WORDS):
        assert gettext(label) == said
        assert str(gettext_lazy(label)) == said
    with override(language):
        assert gettext(label) == plain(label)


def test_words_end_with_their_request() -> None:
    label = gettext_lazy("Objective")
    with override("en"):
        with using(WORDS), using(None):
            assert str(label) == "Objective"
        with using(WORDS):
            assert str(label) == "Big Rock"
        assert str(label) == "Objective"


def test_a_template_takes_a_word_for_text() -> None:
    page = environment(autoescape=True).from_string('{{ _("Objective") }} {{ _("By %(x)s", x=1) }}')
    with override("en"), using({"en": {"objective": ["<b>100%</b> & more", "x"]}}):
        assert page.render() == "&lt;b&gt;100%&lt;/b&gt; &amp; more By 1"


def test_inside_a_label_a_word_begins_small_unless_it_is_a_name() -> None:
    said = {"Mục tiêu": "mục tiêu", "Đích": "đích", "OKR": "OKR", "Big Rock": "Big Rock", "O": "O"}
    assert {word: lowered(word) for word in said} == said


def test_every_label_is_one_that_the_pages_show() -> None:
    """A label that is written otherwise some day would silently keep the program's word."""
    from pathlib import Path

    sources = [
        path.read_text()
        for path in Path("haidang").rglob("*")
        if path.suffix in {".py", ".html"} and path.name != "terms.py" and "tests" not in path.parts
    ]
    known = {text for _context, text in memory()}
    for label in LABELS:
        assert label in known, label
        assert any(f'"{label}"' in text for text in sources), label
