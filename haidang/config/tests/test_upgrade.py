"""`haidang upgrade`: nothing is changed before a backup is there, and the way back is said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from haidang.config.tests.test_backup import Place
from haidang.config.tests.test_backup import make_place as make_place
from haidang.config.tests.test_backup import place as place

#: A version of tomorrow: one room has one more step, which does what is given.
TOMORROW = """
import os, sys
from django.db import migrations
from django.db.migrations.loader import MigrationLoader

class Migration(migrations.Migration):
    atomic = True
    dependencies = []
    operations = [migrations.RunSQL("CREATE TABLE of_tomorrow (x integer)"), {step}]

real = MigrationLoader.load_disk

def load_disk(loader):
    real(loader)
    last = max(name for app, name in loader.disk_migrations if app == "checkins")
    Migration.dependencies = [("checkins", last)]
    made = Migration("9999_of_tomorrow", "checkins")
    loader.disk_migrations["checkins", "9999_of_tomorrow"] = made

MigrationLoader.load_disk = load_disk
from haidang.config import cli
{first}
sys.exit(cli.main(sys.argv[1:]))
"""


def tomorrow(place: Place, step: str, *words: str, first: str = "") -> tuple[int, str]:
    """A command of that version, after what is to be done `first`."""
    done = subprocess.run(
        [sys.executable, "-c", TOMORROW.format(step=step, first=first), *words],
        env=place.server.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_with_nothing_to_do_it_says_so(place: Place) -> None:
    assert "nothing to do" in place.run("upgrade")
    assert not (place.data / "backups").exists()


def test_it_backs_up_and_brings_up_to_date(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "before.zip"
    code, said = tomorrow(place, "", "upgrade", "--backup", str(file))
    assert code == 0, said
    assert "1 step taken. Every number is what its records say." in said
    assert place.ask("SELECT * FROM of_tomorrow") == []
    # The way back, with the version of today.
    place.run("restore", str(file))
    assert place.organisations() == ["Tâm Long"]
    with pytest.raises(Exception, match="of_tomorrow"):
        place.ask("SELECT * FROM of_tomorrow")


def test_a_step_that_fails_leaves_nothing_and_says_the_way_back(place: Place) -> None:
    code, said = tomorrow(place, "migrations.RunSQL('nonsense')", "upgrade")
    assert code == 1, said
    assert "Traceback" not in said
    [file] = (place.data / "backups").iterdir()
    assert f"install the former version, then: haidang restore {file}" in said
    with pytest.raises(Exception, match="of_tomorrow"):
        place.ask("SELECT * FROM of_tomorrow")
    place.run("restore", str(file))


def test_the_way_back_is_the_backup_from_before_the_first_try(place: Place) -> None:
    """A later one may be of tables that the former version does not know any more."""
    code, said = tomorrow(place, "migrations.RunPython(lambda *_: os._exit(9))", "upgrade")
    assert code == 9, said
    [first] = (place.data / "backups").iterdir()
    second = place.data / "second.zip"
    broken = "migrations.RunSQL('nonsense')"
    code, said = tomorrow(place, broken, "upgrade", "--backup", str(second))
    assert (code, second.exists()) == (1, True), said
    assert f"The backup from before it: {first}" in said
    assert f"install the former version, then: haidang restore {first}" in said
    place.run("restore", str(first))
    assert "nothing to do" in place.run("upgrade")


def test_what_was_not_proven_yet_is_proven_by_the_next_one(place: Place) -> None:
    dies = "from haidang.config.cli import upgrading; upgrading.end = lambda: os._exit(9)"
    code, said = tomorrow(place, "", "upgrade", first=dies)
    assert code == 9, said
    code, said = tomorrow(place, "", "upgrade")
    assert code == 0, said
    assert "An upgrade was interrupted" in said
    assert "Every number is what its records say." in said
    assert len(list((place.data / "backups").iterdir())) == 1
    assert "nothing to do" in tomorrow(place, "", "upgrade")[1]


def test_a_program_that_was_started_needs_no_way_back(place: Place) -> None:
    """It has taken the steps that were left, and works with them."""
    broken = "migrations.RunSQL('nonsense')"
    assert tomorrow(place, broken, "upgrade")[0] == 1
    assert tomorrow(place, "", "worker", "--batch")[0] == 0
    assert "nothing to do" in tomorrow(place, "", "upgrade")[1]


def test_a_backup_of_tomorrow_is_refused_and_an_older_one_brought_up_to_date(
    place: Place, tmp_path: Path, make_place: Callable[[], Place]
) -> None:
    today, later = tmp_path / "today.zip", tmp_path / "later.zip"
    place.run("backup", str(today))
    assert tomorrow(place, "", "migrate")[0] == 0
    assert tomorrow(place, "", "backup", str(later))[0] == 0
    said = place.run("restore", str(later), code=1)
    assert "checkins.9999_of_tomorrow" in said
    code, said = tomorrow(place, "", "restore", str(today))
    assert code == 0, said
    assert "brought up to date" in said
    assert place.ask("SELECT * FROM of_tomorrow") == []


def test_without_a_database_there_is_nothing_to_upgrade(tmp_path: Path, place: Place) -> None:
    if place.url:
        return
    for path in place.data.glob("haidang.sqlite3*"):
        path.unlink()
    assert "no database yet" in place.run("upgrade", code=1)
    assert not list(place.data.glob("haidang.sqlite3"))
