"""The check of texts finds what is missing, what is left over, and words that are ruled out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import messages

CATALOGUE = messages._HEADER + "\n".join(
    [
        "#: haidang/room/views.py",
        "#, python-brace-format",
        'msgid "Saved {n}"',
        'msgstr "Đã lưu {n}"',
        "",
    ]
)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "haidang"
    folder = package / "room"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "views.py").write_text('from x import gettext_lazy as _\n\ntext = _("Saved {n}")\n')
    monkeypatch.setattr(messages, "PACKAGE", package)
    path = messages.catalogue_of("room")
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, encoding="utf-8")
    return folder


def test_a_complete_room_has_no_problem(room: Path) -> None:
    assert messages.problems() == []
    assert messages.main(["check"]) == 0


def test_texts_of_templates_count_too(room: Path) -> None:
    templates = room / "templates" / "room"
    templates.mkdir(parents=True)
    (templates / "page.html").write_text('{{ _("Close") }}{% trans %}Open{% endtrans %}')
    found = messages.problems()
    assert "room: 'Close' is not translated" in found
    assert "room: 'Open' is not translated" in found
    assert messages.main(["check"]) == 1


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('"Đã lưu {n}"', '""', "is not translated"),
        ('"Đã lưu {n}"', '"Đã lưu"', "loses or invents a place"),
        ('"Đã lưu {n}"', '"Thất bại {n}"', "which is ruled out"),
        ("#: haidang", "#, fuzzy\n#: haidang", "is marked fuzzy"),
        ('msgid "Saved {n}"', 'msgid "Gone {n}"', "is not translated"),
    ],
)
def test_a_planted_fault_is_found(room: Path, before: str, after: str, words: str) -> None:
    path = messages.catalogue_of("room")
    path.write_text(CATALOGUE.replace(before, after), encoding="utf-8")
    assert any(words in problem for problem in messages.problems())


def test_left_over_texts_are_dropped(room: Path) -> None:
    (room / "views.py").write_text("")
    assert any("out of date" in problem for problem in messages.problems())
    messages.main(["extract", "room"])
    assert not messages.catalogue_of("room").exists()


def test_a_text_is_translated_once(room: Path) -> None:
    other = room.parent / "other"
    other.mkdir()
    (other / "__init__.py").touch()
    (other / "views.py").write_text('text = _("Saved {n}")\n')
    messages.main(["extract"])
    assert messages.problems() == []
    path = messages.catalogue_of("other")
    path.write_text(path.read_text().replace("Đã lưu", "Xong"), encoding="utf-8")
    assert any("translated otherwise" in problem for problem in messages.problems())


def test_catalogues_are_compiled(room: Path) -> None:
    messages.main(["compile"])
    assert messages.catalogue_of("room").with_suffix(".mo").stat().st_size > 0


def test_the_shell_speaks_vietnamese() -> None:
    ours = [problem for problem in messages.problems() if problem.startswith(("web:", "lib:"))]
    assert [problem for problem in ours if "otherwise" not in problem] == []
