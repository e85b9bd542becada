"""The client against the running program, over its real port."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from haidang.checkins.models import CheckIn as Record
from haidang.client import (
    Change,
    Changes,
    Conflict,
    Cycle,
    Forbidden,
    Goal,
    Haidang,
    Invalid,
    NotFound,
    Person,
    SignIn,
    Stale,
    Subject,
    Unit,
)
from haidang.people import models
from tests.client.conftest import Connect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin(connect: Connect, administrator: models.Person) -> Haidang:
    return connect(administrator, "admin")


@pytest.fixture
def objective(admin: Haidang, an: models.Person, sales_unit: models.Unit) -> Goal:
    today = date.today()
    cycle = admin.create_cycle("Quý này", "quarter", today - timedelta(45), today + timedelta(45))
    return admin.create_goal(
        "objective",
        "Mở rộng thị trường",
        level="unit",
        unit=sales_unit.public_id,
        owner=an.public_id,
        cycle=cycle,
    )


def heard(follower: Changes, number: int) -> list[Change]:
    """On PostgreSQL a change is held back while an older transaction still writes."""
    changes: list[Change] = []
    end = time.monotonic() + 20
    while len(changes) < number and time.monotonic() < end:
        changes += follower
    return changes


COUNT = {"metric_kind": "count", "direction": "increase", "baseline": 0, "target": Decimal(100)}


def key_result(client: Haidang, objective: Goal, **facts: Any) -> Goal:
    return client.create_goal(
        "key_result",
        facts.pop("title", "100 nhà phân phối"),
        parents=[{"parent": objective, "relation": "composition"}],
        **COUNT,
        **facts,
    )


def test_reads_what_there_is(
    admin: Haidang, connect: Connect, an: models.Person, objective: Goal
) -> None:
    made = key_result(admin, objective)
    client = connect(an)
    assert client.me().person.id == an.public_id
    goal = client.goal(made.id)
    assert (goal.target, goal.baseline, goal.standing.progress) == (Decimal(100), Decimal(0), None)
    assert goal.parents[0].parent.id == objective.id
    assert goal.owner is not None
    assert goal.owner.id == an.public_id
    assert "check_in" in (goal.may or ())
    assert isinstance(client.cycle("C-1"), Cycle)
    assert isinstance(client.unit("U-1"), Unit)
    assert isinstance(client.person("P-1"), Person)
    assert [c.starts for c in client.cycles()] == [date.today() - timedelta(45)]
    assert client.search("NHA PHAN PHOI").goals[0].id == made.id


def test_goes_through_every_page(admin: Haidang) -> None:
    for n in range(7):
        admin.create_unit(f"Đơn vị {n}")
    whole = [unit.id for unit in admin.units()]
    assert len(whole) == 8
    assert [unit.id for unit in admin.units(limit=3)] == whole
    assert [person.id for person in admin.people(limit=1)] == [p.id for p in admin.people()]


def test_checks_in_corrects_and_voids(
    connect: Connect, admin: Haidang, an: models.Person, objective: Goal
) -> None:
    client = connect(an, "check_in")
    goal = client.goal(key_result(admin, objective).id)
    check_in = client.check_in(goal, Decimal("12.5"), confidence=8, note="Đủ hàng")
    assert (check_in.value, check_in.confidence) == (Decimal("12.5"), 8)
    with pytest.raises(Conflict) as stale:
        client.check_in(goal, 13)  # its measure has another version since
    assert stale.value.code == "stale"
    corrected = client.correct(check_in, 20)
    assert corrected.supersedes == check_in.id
    void = client.void(corrected, "Nhầm")
    assert void.voiding is not None
    assert void.voiding.reason == "Nhầm"
    assert [c.live for c in client.check_ins(goal)] == [False, False]
    today = date.today()
    rows: list[dict[str, Any]] = [
        {"goal": client.goal(goal.id), "value": "30", "for_day": today - timedelta(1)},
        {"goal": goal.id, "value": Decimal("40.0")},
    ]
    assert [one.for_day for one in client.check_in_many(rows)] == [today - timedelta(1), today]
    with pytest.raises(Invalid) as wrong:
        client.check_in_many([*rows, rows[0]])
    assert [e.field for e in wrong.value.errors][-1] == "rows.2.for_day"
    assert Record.objects.count() == 4
    assert client.goal(goal.id).standing.actual == 40


def test_edits_what_was_seen(admin: Haidang, objective: Goal) -> None:
    (listed,) = admin.goals(kind="objective")
    edited = admin.edit(listed, title="Mở rộng phía Nam")
    assert edited.title == "Mở rộng phía Nam"
    link = {"parent": listed, "relation": "composition"}
    below = {"kind": "key_result", "title": "Thêm", "parents": [link], **COUNT}
    made = admin.create_many([below | {"name": "one"}, below])
    assert [(goal.name, goal.kind) for goal in made] == [
        ("one", "key_result"),
        (None, "key_result"),
    ]
    with pytest.raises(Stale) as late:
        admin.edit(listed, title="Quá muộn")
    assert late.value.current is not None
    assert late.value.current["title"] == "Mở rộng phía Nam"
    assert late.value.etag == admin.goal(listed.id).etag
    unit = next(iter(admin.units()))
    assert admin.edit(unit, name="Tâm Long JSC").name == "Tâm Long JSC"
    person = next(p for p in admin.people() if p.id == "P-1")
    assert admin.edit(person, title="Giám đốc").title == "Giám đốc"
    assert admin.edit(admin.cycle("C-1"), name="Q").name == "Q"


def test_a_key_makes_one_of_two(admin: Haidang) -> None:
    body = {"kind": "pillar", "title": "Khách hàng"}
    first = admin.request("POST", "goals", body=body, key="pillar-1")
    again = admin.request("POST", "goals", body=body, key="pillar-1")
    assert first == again
    assert len(list(admin.goals(kind="pillar"))) == 1


def test_says_why_not(
    connect: Connect, admin: Haidang, an: models.Person, dung: models.Person, objective: Goal
) -> None:
    goal = key_result(admin, objective)
    with pytest.raises(Forbidden):
        connect(dung).check_in(goal.id, 1)
    with pytest.raises(Forbidden) as narrow:
        connect(an, "read").check_in(goal.id, 1)
    assert narrow.value.code == "scope"
    with pytest.raises(NotFound) as missing:
        admin.goal("KR-999")
    assert missing.value.detail == "There is nothing here, or it is not open to you."
    with pytest.raises(Invalid) as comma:
        admin.check_in(goal.id, "3,1")
    (reason,) = comma.value.errors
    assert (reason.field, reason.code, reason.pointer) == ("value", "decimal_comma", "/value")
    with pytest.raises(SignIn):
        Haidang(connect.url, "hd_nobody").me()
    vi = connect(dung, language="vi")
    with pytest.raises(NotFound) as missing:
        vi.goal("KR-999")
    assert missing.value.detail != "There is nothing here, or it is not open to you."


def test_follows_what_happens(
    connect: Connect, admin: Haidang, an: models.Person, dung: models.Person, objective: Goal
) -> None:
    goal = key_result(admin, objective)
    hidden = key_result(admin, objective, title="Kín", visibility="private", owner=an.public_id)
    client, other = connect(an), connect(dung)
    mine, theirs = client.changes("now"), other.changes("now")
    assert [*mine, *theirs] == []
    client.check_in(goal.id, 10)
    client.check_in(hidden.id, 20)
    first, second = heard(mine, 2)
    assert (first.verb, first.goals) == ("check_in.recorded", (goal.id, objective.id))
    assert second.subject is not None
    assert second.subject.id == hidden.id
    assert [c.verb for c in heard(theirs, 2)] == ["check_in.recorded", "numbers.moved"]
    assert list(mine) == []
    assert [c.cursor for c in client.changes(first.cursor)] != []
    # Whoever stops in between gets the last one again.
    follower = client.changes(verb="goal.created")
    for _change in follower:
        break
    assert next(iter(client.changes(follower.cursor))).verb != ""
    assert [c.subject for c in client.changes(verb="goal.created", subject=goal.id)] == [
        Subject("goal", goal.id)
    ]


def test_needs_nothing_but_the_standard_library() -> None:
    code = (
        "import sys; import haidang.client;"
        "print([m for m in sys.modules if m.partition('.')[0] in"
        " {'django', 'pydantic', 'ninja', 'psycopg', 'jinja2'} or"
        " (m.startswith('haidang.') and not m.startswith('haidang.client'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
