"""A list of actuals to fill in, and read again."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from haidang.exchange.loading.actual_blank import Blank, blank_csv, blank_xlsx
from haidang.exchange.tests.actual_loads import sent, stands
from haidang.exchange.tests.loads import applied, problems_of
from haidang.kpis.actions import close_period
from tests.support.keeping import kept
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def world() -> World:
    return World()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("form", ["wide", "long"])
@pytest.mark.parametrize("frequency", ["day", "week", "month", "quarter", "half", "year"])
def test_a_list_to_fill_in_is_read_again(
    world: World, language: str, form: str, frequency: str
) -> None:
    one = world.kpi(title="Doanh thu", frequency=frequency)
    ratio = world.kpi(title="Tỷ lệ", aggregation="ratio", metric_kind="percent",
                      metric_unit="%", frequency=frequency)  # fmt: skip
    world.kpi(title="Của người khác", owner=world.binh, frequency=frequency)
    with translation.override(language):
        wanted = Blank.of(world.an, {"frequency": frequency, "form": form, "n": "3",
                                     "to": "2025-11-15"})  # fmt: skip
        files = [blank_csv(world.an, wanted), blank_xlsx(world.an, wanted)]
    empty = sent(world.an, files[1], language)
    assert empty.state == "refused"  # nothing is filled in
    lines = files[0].decode("utf-8-sig").splitlines()
    assert one.public_id in lines[1]
    assert not any("Của người khác" in line for line in lines)
    filled = [lines[0]]
    for line in lines[1:]:
        cells = line.split(",")
        if form == "wide":
            cells = [cell or "7" if place > 5 else cell for place, cell in enumerate(cells)]
        elif ratio.public_id in line:
            cells[-3:-1] = ["1", "2"]
        else:
            cells[-4] = "7"
        filled.append(",".join(cells))
    job = sent(world.an, "\n".join(filled).encode(), language)
    assert not problems_of(job), (filled, problems_of(job), job.problem)
    assert job.counts["new"] == 6
    applied(job)
    assert len(stands(one)) == len(stands(ratio)) == 3


def test_closed_periods_are_not_asked_for(world: World) -> None:
    world.kpi(title="Doanh thu")
    close_period(world.chi, "month", date(2025, 1, 1))
    asked = {"to": "2025-02-15", "n": "3"}
    for form, many in (("wide", 1), ("long", 3)):
        with translation.override("vi"):
            blank = Blank.of(world.an, asked | {"form": form})
            data = blank_csv(world.an, blank).decode("utf-8-sig")
        assert "T1/2025" not in data
        assert "T2/2025" in data
        assert len(data.splitlines()) == 1 + (many if form == "wide" else 2)
