"""The log as a page: who reads what, filters, pages, words, and the file."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

import haidang
from haidang.activity.actions import log
from haidang.activity.models import Event
from haidang.checkins import actions as checkins
from haidang.exchange.audit import queries
from haidang.exchange.audit.asked import Asked
from haidang.exchange.audit.words import VERBS
from haidang.goals import actions
from haidang.goals.models import Goal
from haidang.people import actions as people
from haidang.people.models import Person, Unit
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def said(person: Person, **asked: str) -> list[tuple[str, str]]:
    found = queries.page(person, Asked.of(person, asked), limit=500)
    return [(entry.verb, entry.public_id or entry.name) for entry in found.entries]


def verbs(person: Person, **asked: str) -> set[str]:
    return {verb for verb, _subject in said(person, **asked)}


def test_every_event_that_is_written_has_its_words() -> None:
    """Whoever writes a new kind of event names it for people, too."""
    heads = "check_in|goal|link|cycle|person|unit|token|setting|organisation|list"
    written = set()
    for path in Path(haidang.__file__).parent.glob("**/*.py"):
        if "tests" not in path.parts and (
            "actions" in str(path) or path.name == "recompute.py" or "exporting" in path.name
        ):
            written |= set(re.findall(rf'"((?:{heads})\.[a-z_]+)"', path.read_text("utf-8")))
    assert len(written) > 40
    assert written - VERBS.keys() == set()


def test_the_newest_first_with_before_and_after(
    enter: Enter, an: Person, chi: Person, binh: Person, objective: Goal, key_result: Goal
) -> None:
    checkins.record(an, key_result, value=Decimal(25), note="Đã gặp NPP")
    actions.edit_goal(chi, key_result, None, {"owner": binh, "visibility": "unit"})
    page = body_of(enter(chi).get("/audit/", headers=HX))
    edited, reported = page.index("đã sửa"), page.index("đã check-in")
    assert edited < reported
    assert f'<span class="muted">{an.name}</span>' in page
    assert f"<b>{binh.name}</b>" in page
    assert "<b>25%</b>" in page
    assert "25 NPP" in page.replace("\u00a0", " ")
    assert f'href="/goals/{key_result.public_id}/"' in page
    assert f'href="/goals/{objective.public_id}/"' in page


def test_administrators_see_what_happens_to_people_but_no_private_goal(
    administrator: Person, chi: Person, an: Person, binh: Person, dung: Person, objective: Goal,
    make_person: Any,
) -> None:  # fmt: skip
    other = make_person("Quản trị hai", "qt2")
    people.set_roles(administrator, other, ["administrator"])
    people.reset_link(administrator, binh)
    Goal.objects.filter(pk=objective.pk).update(visibility="private")
    assert ("person.reset_link_made", binh.public_id) in said(other)
    assert "goal.created" not in verbs(other)
    assert ("goal.created", objective.public_id) in said(an)
    # To others an account is none of their business; that somebody has a role is open.
    assert "person.reset_link_made" not in verbs(chi)
    assert ("person.reset_link_made", binh.public_id) in said(binh)
    assert "person.roles_set" in verbs(chi)
    # Nothing hidden leaves a trace: no entry, not under its id, not in a count.
    for person in (dung, chi, other):
        assert said(person, thing=objective.public_id) == []
        assert said(person, what="goal.created") == []


def test_strategists_see_events_of_all_goals_but_private_ones(
    administrator: Person, chi: Person, binh: Person, dung: Person, objective: Goal,
    key_result: Goal,
) -> None:  # fmt: skip
    people.set_roles(administrator, dung, ["strategist"])
    Goal.objects.filter(pk=objective.pk).update(visibility="participants")
    Goal.objects.filter(pk=key_result.pk).update(visibility="private")
    told = said(dung, what="goal.")
    assert ("goal.created", objective.public_id) in told
    assert ("goal.created", key_result.public_id) not in told
    assert said(binh, what="goal.") == []


def test_another_organisation_sees_nothing(
    enter: Enter, emma: Person, an: Person, objective: Goal
) -> None:
    assert verbs(emma) == {"organisation.created"}
    assert said(emma, thing=objective.public_id, who=an.public_id) == []


def test_a_guest_sees_what_is_theirs(
    administrator: Person, dung: Person, an: Person, objective: Goal, factory_unit: Unit
) -> None:
    people.set_roles(administrator, dung, ["guest"])
    told = {subject for _verb, subject in said(dung)}
    assert told == {dung.public_id, factory_unit.public_id}
    entries = queries.page(dung, Asked.of(dung, {})).entries
    assert all(entry.actor is None for entry in entries)


def test_who_exported_is_known_to_themself_and_administrators(
    enter: Enter, administrator: Person, an: Person, chi: Person, objective: Goal
) -> None:
    enter(an).get("/explorer/export/")
    assert ("list.exported", "mục tiêu") in said(an, what="list.")
    assert "list.exported" in verbs(administrator)
    assert "list.exported" not in verbs(chi)


def test_each_filter_narrows(
    administrator: Person, an: Person, chi: Person, dung: Person, objective: Goal, key_result: Goal,
    sales_unit: Unit, factory_unit: Unit,
) -> None:  # fmt: skip
    checkins.record(an, key_result, value=Decimal(5), source="api")
    assert verbs(chi, what="check_in.") == {"check_in.recorded"}
    assert verbs(chi, what="goal.created") == {"goal.created"}
    assert verbs(chi, who=an.public_id) == {"check_in.recorded"}
    assert verbs(chi, source="api") == {"check_in.recorded"}
    assert {s for _v, s in said(chi, thing=key_result.public_id)} == {key_result.public_id}
    assert {s for _v, s in said(chi, thing=an.public_id.lower())} == {an.public_id}
    within = {s for _v, s in said(chi, unit=sales_unit.public_id)}
    assert {objective.public_id, key_result.public_id, an.public_id} <= within
    assert dung.public_id not in within
    today = timezone.localdate()
    Event.objects.filter(verb="goal.created").update(at=timezone.now() - timedelta(days=3))
    assert "goal.created" not in verbs(chi, **{"from": today.isoformat()})
    assert verbs(chi, to=(today - timedelta(days=2)).strftime("%d/%m/%Y")) == {"goal.created"}
    assert said(chi, **{"from": "01/01/2031"}) == []
    odd = {"from": "x", "to": "31/02/2026", "who": "P-\x00", "what": "y", "source": "z",
           "thing": "\x00'--", "unit": "U-", "below": "-1"}  # fmt: skip
    assert Asked.of(chi, odd).words() == {"thing": "'--"}


def test_a_day_that_is_none_is_said(enter: Enter, chi: Person, objective: Goal) -> None:
    page = body_of(enter(chi).get("/audit/?from=31/02/2026&what=%00&below=x"))
    assert "Không phải ngày: 31/02/2026" in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    "query",
    ["from=31/02/2026", "to=x", "who=P-999", "what=nothing", "unit=U-999", "source=pigeon"],
)
def test_what_means_nothing_finds_nothing(
    enter: Enter, chi: Person, objective: Goal, query: str
) -> None:
    client = enter(chi)
    page = body_of(client.get(f"/audit/?{query}"))
    assert objective.title not in page
    assert 'role="alert"' in page
    assert "Bỏ bộ lọc" in page
    rows = client.get(f"/audit/export/?{query}").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 1


def test_pages_lead_on_over_every_entry_once(
    chi: Person, objective: Goal, key_result: Goal, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = said(chi)
    monkeypatch.setattr(queries, "STRETCH", 5)
    for what in ("", "goal."):
        wanted = said(chi, what=what) if what else everything
        found, below, turns = [], 0, 0
        while turns < 100:
            part = queries.page(chi, Asked.of(chi, {"what": what, "below": str(below)}), limit=2)
            found += [(entry.verb, entry.public_id or entry.name) for entry in part.entries]
            below, turns = part.below, turns + 1
            if not below:
                break
        assert found == wanted


def test_a_long_search_stops_and_can_go_on(
    enter: Enter, administrator: Person, chi: Person, objective: Goal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for _ in range(30):
        log(organisation_id=chi.organisation_id, at=timezone.now(), verb="goal.edited",
            subject_kind="goal", subject_id=None, subject="O-1")  # fmt: skip
    monkeypatch.setattr(queries, "STRETCH", 3)
    monkeypatch.setattr(queries, "MOST_QUESTIONS", 2)
    found = queries.page(chi, Asked.of(chi, {"what": "goal.created"}))
    assert (found.entries, found.unfinished) == ([], True)
    assert "Chưa thấy trong các mục gần đây" in body_of(enter(chi).get("/audit/?what=goal.created"))


def test_the_file_has_what_the_filters_let_through(
    enter: Enter, chi: Person, an: Person, objective: Goal, key_result: Goal
) -> None:
    checkins.record(an, key_result, value=Decimal(25), note="=1+1")
    client = enter(chi)
    answer = client.get("/audit/export/?what=check_in.")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][1] == an.name
    assert rows[1][4] == key_result.public_id
    assert "25" in rows[1][6]
    assert "spreadsheetml" in client.get("/audit/export/?format=xlsx")["Content-Type"]
    told = Event.objects.filter(verb="list.exported").order_by("id").first()
    assert told is not None
    assert (told.subject, told.data["rows"], told.data["query"]) == ("events", 1, "what=check_in.")


def test_many_entries_cost_what_few_cost(
    enter: Enter, an: Person, chi: Person, key_result: Goal
) -> None:
    client = enter(chi)
    checkins.record(an, key_result, value=Decimal(1))
    few = [queries_of(client, "/audit/"), queries_of(client, "/audit/?what=goal.")]
    for at in range(20):
        checkins.record(an, key_result, value=Decimal(at))
    assert [queries_of(client, "/audit/"), queries_of(client, "/audit/?what=goal.")] == few
    assert max(few) <= 34
    part = body_of(client.get("/audit/", headers=HX))
    assert part.lstrip().startswith('<div id="found"')


@pytest.mark.parametrize(("asked", "index"), [
    ({}, "activity_by_organisation"),
    ({"what": "person."}, "activity_without_goals"),
    ({"thing": "key_result"}, "activity_by_subject"),
])  # fmt: skip
def test_each_question_goes_by_an_index(
    asked: dict[str, str], index: str, chi: Person, key_result: Goal
) -> None:
    names = {"key_result": key_result.public_id}
    filters = Asked.of(chi, {name: names.get(value, value) for name, value in asked.items()})
    events = queries._filtered(chi, filters).filter(id__lt=10**9, id__gte=1).order_by("-id")[:50]
    if connection.vendor == "postgresql":
        # Small tables are read whole unless that is forbidden.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        assert "Index" in events.explain()
    else:
        plan = events.explain()
        assert index in plan
        assert "TEMP B-TREE" not in plan
