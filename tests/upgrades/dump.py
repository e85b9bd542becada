"""Writes down a small company as this version stores it: `python -m tests.upgrades.dump NAME`.

Needs an empty, migrated database (DATABASE_URL, HAIDANG_DATA). Every release leaves one dump
of each engine in `dumps`; what was written once is never written again, because later
versions have to bring exactly that up to date.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

DUMPS = Path(__file__).resolve().parent / "dumps"


def main() -> None:
    import django

    django.setup()
    from django.db import connection

    name = sys.argv[1]
    if name == "--told":
        print(json.dumps(told()))  # noqa: T201
        return
    path = DUMPS / f"{name}.{connection.vendor}.sql.gz"
    if path.exists():
        sys.exit(f"{path} is kept as it is.")
    _fill()
    text = "\n".join(_sqlite() if connection.vendor == "sqlite" else _postgresql()) + "\n"
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    facts = DUMPS / f"{name}.json"
    found = json.dumps(told(), indent=1) + "\n"
    if facts.exists() and facts.read_text("utf-8") != found:
        sys.exit(f"{facts} tells something else, of the other engine.")
    facts.write_text(found, "utf-8")


def _fill() -> None:
    """Of everything that is stored something, also what was ended, corrected or refused."""
    from django.utils import timezone

    from haidang.checkins import actions as check_ins
    from haidang.goals import actions as goals
    from haidang.goals.actions import LinkRequest
    from haidang.people.actions import (
        create_token,
        edit_person,
        move_unit,
        set_leader,
        set_team_members,
    )
    from haidang.people.models import Account, Role, RoleGrant
    from tests.worlds import World, fresh

    for fiscal in (1, 4):
        world = World(f"Công ty {fiscal}", fiscal_year_start=fiscal)
        world.an.account = Account.objects.create_user(f"an{fiscal}@huongsen.vn", "một hai ba bốn")
        world.an.save(update_fields=["account"])
        admin = world.person("Nhi", world.root)
        RoleGrant.objects.create(person=admin, role=Role.ADMINISTRATOR, since=timezone.now())
        set_leader(admin, world.sales, world.an)
        set_team_members(admin, world.unit("Đội CRM", world.root, kind="team"), [world.dung])
        move_unit(admin, world.south, world.root)
        edit_person(admin, world.binh, None, {"unit": world.south})
        create_token(world.an, "máy", ["read", "check_in"], timezone.now() + timedelta(days=365))
        ultimate = world.ultimate(title="Ngọn hải đăng")
        pillars = [world.pillar(LinkRequest(ultimate, weight=w)) for w in (1, 3)]
        top = world.objective(pillars[0], tags=["trọng điểm"], contributors=[world.binh])
        quarter = world.objective(top, cycle=world.quarters[0])
        results = [world.key_result(quarter, weight=n + 1) for n in range(3)]
        milestones = world.key_result(
            top, metric_kind="milestones", direction="milestones", metric_unit="",
            baseline=None, target=None, decimals=0,
            milestones=[{"title": "Một", "weight": 1}, {"title": "Hai", "weight": 2}],
        )  # fmt: skip
        sales = world.kpi(pillars[1], target=25)
        south = world.kpi(sales, level="unit", unit=world.south, owner=world.binh, target=10)
        share = world.kpi(
            pillars[1], metric_kind="percent", metric_unit="%", aggregation="ratio", target="0.8"
        )
        world.link(results[0], sales)
        records = [world.check_in(result, 10 * n + 5) for n, result in enumerate(results)]
        world.check_in(milestones, milestones=[1])
        for month in range(1, 7):
            world.check_in(south, Decimal("1.25") * month, date(2025, month, 20))
            world.check_in(share, day=date(2025, month, 20), numerator=month, denominator=8)
        world.correct(records[0], 7)
        check_ins.void(world.an, fresh_record(records[1]), "nhập nhầm")
        world.edit(top, title="Mục tiêu mới")
        world.edit(results[2], target=120)
        world.close(results[2])
        world.drop(world.objective(pillars[0]))
        goals.set_rule(world.an, fresh(sales), "both", fresh(sales).version)


def fresh_record(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)


def _sqlite() -> Iterator[str]:
    from django.db import connection

    connection.ensure_connection()
    return iter(list(connection.connection.iterdump()))


def _postgresql() -> Iterator[str]:
    from django.db import connection

    facts = connection.settings_dict
    words = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", str(facts["NAME"])]
    host = facts["HOST"] or facts["OPTIONS"].get("host")
    if host:
        words += ["--host", host]
    if facts["USER"]:
        words += ["--username", facts["USER"]]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    # What psql alone understands is for psql alone.
    return (line for line in done.stdout.splitlines() if not line.startswith("\\"))


def told() -> dict[str, Any]:
    """What has to be the same after any number of upgrades: how many rows there are of each
    sort, and where each goal stands."""
    from django.apps import apps

    from haidang.goals.models import Standing

    rooms = ("people", "goals", "checkins", "activity")
    return {
        "rows": {
            model._meta.label: model._default_manager.count()
            for room in rooms
            for model in apps.get_app_config(room).get_models()
        },
        "standings": {
            f"{standing.organisation_id}.{standing.goal.public_id}": standing.progress
            for standing in Standing.objects.select_related("goal").order_by("goal_id")
        },
    }


if __name__ == "__main__":
    main()
