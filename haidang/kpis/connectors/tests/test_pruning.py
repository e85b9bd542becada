"""What connectors keep goes after a time; a number keeps its way back."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from haidang.checkins.models import CheckIn
from haidang.goals.models import Goal
from haidang.kpis.actions import pruning
from haidang.kpis.actions.connecting import remove_connector
from haidang.kpis.actions.fetching import folder_of
from haidang.kpis.actions.pruning import prune
from haidang.kpis.actions.quarantine import decide_quarantined
from haidang.kpis.actions.running import begin, carry_out
from haidang.kpis.connectors.tests.conftest import Sales
from haidang.kpis.models import Connector, Delivered, Quarantined, Run
from haidang.people.models import Person
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db
Make = Callable[..., Connector]
NOW = timezone.now()


def ran(connector: Connector, *, days: float = 0) -> Run:
    """A run, as if it had been so many days ago."""
    run = carry_out(begin(connector, "hand", timezone.now()))
    Run.objects.filter(pk=run.pk).update(ended_at=NOW - timedelta(days=days))
    return run


def test_runs_that_brought_nothing_go_after_90_days(
    connector: Connector, sales: Sales, month: date
) -> None:
    sales.say(("KD", month, 4))
    brought = ran(connector, days=300)
    same = ran(connector, days=91)
    young = ran(connector, days=89)
    latest = ran(connector, days=0)
    assert (brought.recorded, same.same) == (1, 1)
    assert prune(NOW) == (1, 0, 0)
    assert set(Run.objects.all()) == {brought, young, latest}
    assert prune(NOW) == (0, 0, 0)


def test_the_latest_run_stays(connector: Connector, sales: Sales, month: date) -> None:
    sales.say(("Lạ", month, 4))
    run = ran(connector, days=300)
    assert prune(NOW)[0] == 0
    assert Run.objects.get() == run


def test_answers_go_and_the_line_of_a_number_stays(
    enter: Enter, administrator: Person, an: Person, connector: Connector, sales: Sales,
    month: date, settings: Any,
) -> None:  # fmt: skip
    settings.CONNECTORS_KEEP_DAYS = 400
    sales.say(("KD", month, 4), ("Lạ", month, 1))
    young = ran(connector, days=399)
    sales.say(("KD", month, 5), ("Lạ", month, 1))
    old = ran(connector, days=401)
    assert prune(NOW) == (0, 1, 0)
    old.refresh_from_db()
    assert (old.raw, old.lines, old.kept_until) == ("", [], NOW)
    assert (old.outcome, old.recorded, old.wrong) == ("partly", 1, 1)
    young.refresh_from_db()
    assert young.raw
    assert young.kept_until is None
    row = Delivered.objects.get(run=old)
    assert row.raw.startswith("name=KD")
    assert row.check_in == CheckIn.objects.get(value=5)
    page = body_of(enter(administrator).get(f"/kpis/connectors/runs/{old.pk}/"))
    assert "được giữ đến" in page
    assert "name=KD" in page
    assert "được giữ đến" not in body_of(enter(an).get(f"/kpis/connectors/runs/{old.pk}/"))


def test_decisions_stay(make: Make, sales: Sales, month: date, an: Person) -> None:
    connector = make(highest=Decimal(5))
    sales.say(("KD", month, 80))
    held = ran(connector, days=1000)
    ran(connector)
    decide_quarantined(an, Quarantined.objects.get(), False, "Sai đơn vị")
    prune(NOW)
    assert Quarantined.objects.get().run == held


def test_it_goes_on_where_a_batch_ends(
    connector: Connector, sales: Sales, month: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales.say(("KD", month, 4))
    for _n in range(6):
        ran(connector, days=500)
    monkeypatch.setattr(pruning, "BATCH", 2)
    assert prune(NOW)[0] == 4  # the first brought the number, the last is the latest
    monkeypatch.setattr(pruning, "MOST", 2)
    Run.objects.update(kept_until=None, raw="x")
    assert prune(NOW)[1] == 2


# --- files ----------------------------------------------------------------------------------


def lay(folder: Path, name: str, *, days: float) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text("x")
    then = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))
    return path


def test_files_go_only_where_that_is_set(
    administrator: Person, make: Make, sales: Sales, month: date, settings: Any, tmp_path: Path
) -> None:
    make()
    folder = folder_of(administrator.organisation)
    sold = lay(folder, "sales.sqlite3", days=900)
    old = lay(folder, "2024/doanh-thu-2024-01.csv", days=900)
    young = lay(folder, "doanh-thu-2026-10.csv", days=20)
    outside = lay(tmp_path, "outside.csv", days=900)
    (folder / "link.csv").symlink_to(outside)
    (folder / "away").symlink_to(tmp_path, target_is_directory=True)
    assert prune(NOW)[2] == 0
    settings.CONNECTORS_KEEP_FILES_DAYS = 400
    assert prune(NOW)[2] == 1
    assert not old.exists()
    assert sold.exists()  # a connector asks for it by its name
    assert young.exists()
    assert outside.exists()
    assert (folder / "link.csv").is_symlink()


def test_what_only_a_retired_connector_named_goes(
    administrator: Person, make: Make, sales: Sales, month: date, settings: Any
) -> None:
    settings.CONNECTORS_KEEP_FILES_DAYS = 400
    connector = make()
    sales.say(("KD", month, 4))
    ran(connector)
    remove_connector(administrator, connector, None)
    sold = lay(folder_of(administrator.organisation), "sales.sqlite3", days=900)
    assert prune(NOW)[2] == 1
    assert not sold.exists()


def test_the_lineage_of_a_deleted_kpi_goes_with_it(
    connector: Connector, sales: Sales, month: date, kpi: Goal
) -> None:
    """Nothing holds on to a run once its numbers are gone."""
    sales.say(("KD", month, 4))
    run = ran(connector, days=500)
    ran(connector)
    Delivered.objects.all().delete()
    prune(NOW)
    assert not Run.objects.filter(pk=run.pk).exists()
