"""Words of goals are found alike on both databases, however the goal was written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from haidang.goals import fulltext
from haidang.goals.actions import edit_goal
from haidang.goals.models import Goal
from haidang.goals.queries.choices import matching, wanted_words
from haidang.people.models import Person

pytestmark = pytest.mark.django_db


def found(person: Person, text: str) -> set[str]:
    return set(matching(Goal.objects.all(), person, text).values_list("public_id", flat=True))


def everywhere(person: Person, text: str) -> set[str]:
    having = fulltext.Having(person.organisation_id, wanted_words(text), everywhere=True)
    return set(Goal.objects.filter(having).values_list("public_id", flat=True))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tăng doanh thu (miền Nam), 30%", ["tang", "doanh", "thu", "mien", "nam", "30"]),
        ("KR-1042", ["kr", "1042"]),
        ("Đường sắt a/b @c_d 'x':\\y & | ! <->", ["duong", "sat", "a", "b", "c", "d", "x", "y"]),
        ("\x00 \u202e…", []),
        ("x" * 5000, ["x" * 60]),
        ("tỉ đồng", ["ty", "dong"]),
        ("東京 ถนน", ["東京", "ถนน"]),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert fulltext.words_of(text) == words


def test_every_word_or_its_beginning(an: Person, objective: Goal, key_result: Goal) -> None:
    edit_goal(an, objective, None, {"title": "Tăng doanh thu (miền Nam) 30%"})
    here = {objective.public_id}
    for text in ("tang doanh", "DOANH  thu", "doa mie", "30%", "Nam", objective.public_id):
        assert found(an, text) >= here, text
    for text in ("tang chi", "oanh", "mien bac"):
        assert not found(an, text), text


def test_signs_of_the_query_language_are_words(an: Person, objective: Goal) -> None:
    edit_goal(an, objective, None, {"title": "a AND b NOT c"})
    for text in ('"a" OR x', "a* NEAR(b)", "words : a", "a & !b", "'a':*", "a:A", "-a +b", "^a"):
        found(an, text)  # no error
    assert found(an, "and not") == {objective.public_id}
    assert found(an, "a or") == set()


def test_other_texts_are_found_only_where_asked_for(an: Person, objective: Goal) -> None:
    edit_goal(an, objective, None, {"why": "Vì đối thủ đã đi trước"})
    assert not found(an, "doi thu")
    assert everywhere(an, "doi thu") == {objective.public_id}
    edit_goal(an, objective, None, {"why": ""})
    assert not everywhere(an, "doi thu")


def test_another_organisations_words_are_not_found(
    an: Person, emma: Person, objective: Goal
) -> None:
    word = objective.title.split()[0]
    assert found(an, word)
    assert not found(emma, word)


def test_what_is_gone_is_not_found(an: Person, objective: Goal) -> None:
    Goal.objects.filter(pk=objective.pk).update(words=f"o{objective.organisation_id} khac")
    assert found(an, "khac") == {objective.public_id}
    assert not found(an, objective.title)


def test_thousands_of_words(an: Person, objective: Goal) -> None:
    edit_goal(an, objective, None, {"description": "từ " * 5000 + "cuối"})
    assert everywhere(an, "tu") == {objective.public_id}


def test_lost_triggers_are_made_again(
    an: Person, objective: Goal, make_key_result: Callable[..., Goal]
) -> None:
    """As when Django makes SQLite's table anew to alter it; PostgreSQL keeps its own."""
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        for name in ("added", "removed", "changed") if sqlite else ():
            cursor.execute(f"DROP TRIGGER goals_words_{name}")
    make_key_result(objective, "Một kết quả lạc lõng")
    assert bool(found(an, "lac long")) is not sqlite
    fulltext.keep()
    assert found(an, "lac long")
    make_key_result(objective, "Một kết quả khác hẳn")
    assert found(an, "khac han")


def test_the_index_is_used(an: Person, objective: Goal) -> None:
    rows = matching(Goal.objects.order_by(), an, "doanh thu")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "goal_words" in rows.explain() or "goals_words" in rows.explain()
