"""Units: making, moving, closing, leading; with their history, and in no loop."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections

from haidang.activity.models import Event
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from haidang.people import actions
from haidang.people.models import (
    Organisation,
    Person,
    TeamMember,
    Unit,
    UnitHistory,
    UnitLeader,
)

pytestmark = pytest.mark.django_db


def paths(organisation: Organisation) -> dict[str, str]:
    """Each unit's path, spelt with names: "/Tâm Long/Kinh doanh/"."""
    units = {unit.pk: unit for unit in organisation.units.all()}
    return {
        unit.name: "/".join(units[int(part)].name for part in unit.path.split("/") if part)
        for unit in units.values()
    }


def test_create(administrator: Person, root_unit: Unit, organisation: Organisation) -> None:
    unit = actions.create_unit(administrator, "  Kinh\tdoanh ", code="KD")
    assert (unit.name, unit.folded_name, unit.code) == ("Kinh doanh", "kinh doanh", "KD")
    assert unit.parent == root_unit
    assert unit.path == f"{root_unit.path}{unit.pk}/"
    assert unit.public_id == "U-2"
    span = UnitHistory.objects.get(unit=unit)
    assert (span.name, span.kind, span.parent, span.until) == (
        "Kinh doanh",
        "department",
        root_unit,
        None,
    )
    event = Event.objects.get(verb="unit.created")
    assert (event.organisation_id, event.subject, event.actor_id) == (
        organisation.pk,
        "U-2",
        administrator.pk,
    )


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": " \u202e "}, "name", "required"),
        ({"name": "x" * 201}, "name", "too_long"),
        ({"name": "x" * 1_000_000}, "name", "too_long"),
        ({"name": 5}, "name", "not_text"),
        ({"name": "X", "kind": "company"}, "kind", "choice"),
        ({"name": "X", "kind": "galaxy"}, "kind", "choice"),
        ({"name": "X", "kind": None}, "kind", "choice"),
        ({"name": "X", "code": "x" * 21}, "code", "too_long"),
    ],
)
def test_create_refuses(
    administrator: Person, facts: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        actions.create_unit(administrator, **facts)
    assert (caught.value.field, caught.value.code) == (field, code)
    assert Unit.objects.count() == 1


def test_names_are_cleaned(administrator: Person) -> None:
    unit = actions.create_unit(administrator, "Phòng\0 \u202eMua\u200f")
    assert unit.name == "Phòng Mua"


def test_siblings_have_different_names(administrator: Person, sales_unit: Unit) -> None:
    with pytest.raises(Invalid, match="duplicate"):
        actions.create_unit(administrator, "KINH DOANH")
    actions.create_unit(administrator, "Kinh doãnh")  # other marks, another name
    actions.create_unit(administrator, "Kinh doanh", parent=sales_unit)
    assert Unit.objects.filter(name="Kinh doanh").count() == 2


def test_depth_is_bounded(administrator: Person, root_unit: Unit) -> None:
    unit = root_unit
    for level in range(2, 21):
        unit = actions.create_unit(administrator, f"Cấp {level}", parent=unit)
    with pytest.raises(Invalid, match="too_deep"):
        actions.create_unit(administrator, "Sâu nữa", parent=unit)
    top = Unit.objects.get(name="Cấp 2")
    beside = actions.create_unit(administrator, "Bên cạnh")
    with pytest.raises(Invalid, match="too_deep"):
        actions.move_unit(administrator, top, beside)


def test_edit(administrator: Person, sales_unit: Unit) -> None:
    unit = actions.edit_unit(administrator, sales_unit, 1, name="Bán hàng", kind="division")
    assert (unit.name, unit.kind, unit.version) == ("Bán hàng", "division", 2)
    spans = list(UnitHistory.objects.filter(unit=unit).order_by("pk"))
    assert [(s.name, s.kind, s.until is None) for s in spans] == [
        ("Kinh doanh", "department", False),
        ("Bán hàng", "division", True),
    ]
    assert spans[0].until == spans[1].since
    unit = actions.edit_unit(administrator, unit, 2, name="Bán hàng", code="BH")
    assert UnitHistory.objects.filter(unit=unit).count() == 2
    again = actions.edit_unit(administrator, unit, 3, name="Bán hàng", code="BH")
    assert again.version == 3


def test_edit_over_an_old_version(administrator: Person, sales_unit: Unit) -> None:
    actions.edit_unit(administrator, sales_unit, 1, name="Một")
    with pytest.raises(Stale) as caught:
        actions.edit_unit(administrator, sales_unit, 1, name="Hai")
    assert caught.value.current.name == "Một"


def test_a_rename_may_not_meet_a_sibling(
    administrator: Person, sales_unit: Unit, factory_unit: Unit, root_unit: Unit
) -> None:
    with pytest.raises(Invalid, match="duplicate"):
        actions.edit_unit(administrator, sales_unit, 1, name="Sản xuất")
    with pytest.raises(Invalid, match="choice"):
        actions.edit_unit(administrator, root_unit, 1, name="X", kind="team")
    assert actions.edit_unit(administrator, root_unit, 1, name="Tên mới").name == "Tên mới"


def test_move_takes_everything_below_along(
    administrator: Person, organisation: Organisation, sales_unit: Unit, factory_unit: Unit
) -> None:
    east = actions.create_unit(administrator, "Miền Đông", parent=sales_unit)
    actions.create_unit(administrator, "Bình Dương", parent=east)
    moved = actions.move_unit(administrator, sales_unit, factory_unit, 1)
    assert moved.version == 2
    assert paths(organisation) == {
        "Tâm Long": "Tâm Long",
        "Sản xuất": "Tâm Long/Sản xuất",
        "Kinh doanh": "Tâm Long/Sản xuất/Kinh doanh",
        "Miền Đông": "Tâm Long/Sản xuất/Kinh doanh/Miền Đông",
        "Bình Dương": "Tâm Long/Sản xuất/Kinh doanh/Miền Đông/Bình Dương",
    }
    assert UnitHistory.objects.filter(unit=sales_unit).count() == 2
    again = actions.move_unit(administrator, moved, factory_unit)
    assert again.version == 2


def test_move_refuses_loops(
    administrator: Person, root_unit: Unit, sales_unit: Unit, factory_unit: Unit
) -> None:
    below = actions.create_unit(administrator, "Miền Đông", parent=sales_unit)
    for unit, parent, code in [
        (sales_unit, sales_unit, "cycle"),
        (sales_unit, below, "cycle"),
        (root_unit, sales_unit, "invalid"),
    ]:
        with pytest.raises(Invalid) as caught:
            actions.move_unit(administrator, unit, parent)
        assert (caught.value.field, caught.value.code) == ("parent", code)
    with pytest.raises(Stale):
        actions.move_unit(administrator, sales_unit, factory_unit, 7)


def test_move_where_the_name_is_taken(administrator: Person, sales_unit: Unit) -> None:
    below = actions.create_unit(administrator, "Dự án", parent=sales_unit)
    actions.create_unit(administrator, "Dự án")
    with pytest.raises(Invalid, match="duplicate"):
        actions.move_unit(administrator, below, Unit.objects.get(parent=None))


def test_parents_elsewhere_are_not_found(
    administrator: Person, sales_unit: Unit, emma: Person
) -> None:
    away = emma.unit
    assert away is not None
    with pytest.raises(NotFound):
        actions.create_unit(administrator, "X", parent=away)
    with pytest.raises(NotFound):
        actions.move_unit(administrator, sales_unit, away)
    with pytest.raises(NotFound):
        actions.move_unit(emma, sales_unit, away)


def test_close(administrator: Person, an: Person, chi: Person, sales_unit: Unit) -> None:
    with pytest.raises(Conflict, match="has_people"):
        actions.archive_unit(administrator, sales_unit)
    below = actions.create_unit(administrator, "Miền Đông", parent=sales_unit)
    for person in (an, chi):
        actions.edit_person(administrator, person, person.version, {"unit": below})
    with pytest.raises(Conflict, match="has_units"):
        actions.archive_unit(administrator, sales_unit)
    actions.move_unit(administrator, below, Unit.objects.get(parent=None))
    closed = actions.archive_unit(administrator, sales_unit)
    assert closed.archived_at is not None
    assert not UnitLeader.objects.filter(unit=sales_unit, until=None).exists()
    assert not UnitHistory.objects.filter(unit=sales_unit, until=None).exists()
    for act in (
        lambda: actions.archive_unit(administrator, closed),
        lambda: actions.edit_unit(administrator, closed, 2, name="X"),
        lambda: actions.set_leader(administrator, closed, chi),
    ):
        with pytest.raises(Conflict, match="archived"):
            act()
    with pytest.raises(Invalid, match="archived"):
        actions.create_unit(administrator, "X", parent=closed)
    with pytest.raises(Conflict):
        actions.archive_unit(administrator, Unit.objects.get(parent=None))


def test_leaders(administrator: Person, an: Person, chi: Person, sales_unit: Unit) -> None:
    def leading() -> set[int]:
        rows = UnitLeader.objects.filter(unit=sales_unit, until=None)
        return set(rows.values_list("person_id", flat=True))

    actions.set_leader(administrator, sales_unit, [chi, an, an])
    assert leading() == {chi.pk, an.pk}
    before = Event.objects.count()
    actions.set_leader(administrator, sales_unit, [an, chi])
    assert Event.objects.count() == before
    actions.set_leader(administrator, sales_unit, an)
    assert leading() == {an.pk}
    actions.set_leader(administrator, sales_unit, None)
    assert leading() == set()
    assert UnitLeader.objects.filter(unit=sales_unit).count() == 2


def test_who_cannot_lead(administrator: Person, an: Person, emma: Person, sales_unit: Unit) -> None:
    with pytest.raises(NotFound):
        actions.set_leader(administrator, sales_unit, emma)
    gone = actions.deactivate_person(administrator, an)
    with pytest.raises(Invalid, match="inactive"):
        actions.set_leader(administrator, sales_unit, gone)


def test_team_members(
    administrator: Person, an: Person, dung: Person, emma: Person, sales_unit: Unit
) -> None:
    team = actions.create_unit(administrator, "Dự án", kind="team")
    actions.set_team_members(administrator, team, [an, dung])
    assert set(TeamMember.objects.filter(until=None).values_list("person_id", flat=True)) == {
        an.pk,
        dung.pk,
    }
    with pytest.raises(Invalid, match="team_members"):
        actions.edit_unit(administrator, team, 1, name="Dự án", kind="department")
    with pytest.raises(Conflict, match="has_people"):
        actions.archive_unit(administrator, team)
    with pytest.raises(NotFound):
        actions.set_team_members(administrator, team, [emma])
    actions.set_team_members(administrator, team, [])
    assert actions.edit_unit(administrator, team, 1, name="Dự án", kind="department").version == 2
    with pytest.raises(Invalid, match="not_a_team"):
        actions.set_team_members(administrator, sales_unit, [an])


def test_only_administrators(chi: Person, emma: Person, sales_unit: Unit) -> None:
    acts = [
        lambda who: actions.edit_unit(who, sales_unit, 1, name="X"),
        lambda who: actions.move_unit(who, sales_unit, sales_unit),
        lambda who: actions.archive_unit(who, sales_unit),
        lambda who: actions.set_leader(who, sales_unit, chi),
        lambda who: actions.set_team_members(who, sales_unit, []),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act(chi)
        with pytest.raises(NotFound):
            act(emma)
    with pytest.raises(Forbidden):
        actions.create_unit(chi, "X")


def test_a_vanished_unit_is_not_found(administrator: Person, sales_unit: Unit) -> None:
    UnitHistory.objects.all().delete()
    Unit.objects.filter(pk=sales_unit.pk).delete()
    with pytest.raises(NotFound):
        actions.edit_unit(administrator, sales_unit, 1, name="X")


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_loop(organisation: Organisation) -> None:
    """A below B and B below A, at the same moment: one of them is refused."""
    administrator = organisation.people.get()
    root = organisation.units.get(parent=None)

    def move(unit: Unit, parent: Unit, start: threading.Barrier, refused: list[Unit]) -> None:
        actor = Person.objects.get(pk=administrator.pk)
        start.wait(10)
        try:
            actions.move_unit(actor, unit, parent)
        except Invalid:
            refused.append(unit)
        finally:
            connections.close_all()

    for number in range(5):
        one = actions.create_unit(administrator, f"A{number}", parent=root)
        two = actions.create_unit(administrator, f"B{number}", parent=root)
        start, refused = threading.Barrier(2), []
        threads = [
            threading.Thread(target=move, args=(*pair, start, refused))
            for pair in ((one, two), (two, one))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert len(refused) == 1
        one.refresh_from_db()
        two.refresh_from_db()
        assert one.path.startswith(two.path) != two.path.startswith(one.path)
