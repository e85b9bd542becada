"""The KPI tree and the timeline by keyboard and without scripts, and linking what is linked to
nothing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Goal
from haidang.people.models import Person

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Make = Callable[..., "BrowserContext"]


@pytest.fixture
def below(administrator: Person, kpi: Goal) -> Goal:
    """A KPI below the sales unit's."""
    facts = {
        "title": "Doanh thu Thủ Dầu Một", "level": "unit", "unit": kpi.unit, "owner": kpi.owner,
        "metric_kind": "currency", "metric_unit": "tỷ ₫", "direction": "higher",
        "target": Decimal(1), "frequency": "month", "aggregation": "sum",
    }  # fmt: skip
    return actions.create_goal(administrator, "kpi", facts, parents=[LinkRequest(kpi)])


def test_a_branch_opens_and_closes_by_keyboard(
    make_context: Make, an: Person, kpi: Goal, below: Goal
) -> None:
    page = make_context(an).new_page()
    page.goto("/kpis/")
    branch = page.get_by_role("link", name=f"KPI dưới {kpi.public_id}")
    assert branch.get_attribute("aria-expanded") == "false"
    branch.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name=below.title).wait_for()
    assert branch.get_attribute("aria-expanded") == "true"
    assert branch.evaluate("link => link === document.activeElement")
    assert page.url.endswith(f"/kpis/?open={kpi.public_id}")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=below.title).wait_for(state="detached")
    assert branch.get_attribute("aria-expanded") == "false"


def test_pages_do_without_scripts(
    make_context: Make, an: Person, kpi: Goal, below: Goal, objective: Goal
) -> None:
    page = make_context(an, java_script_enabled=False).new_page()
    page.goto("/kpis/")
    page.get_by_role("link", name=f"KPI dưới {kpi.public_id}").click()
    page.get_by_role("link", name=below.title).wait_for()
    page.goto("/my/alignment/")
    page.locator(f'a.btn[href="/goals/{objective.public_id}/parents/"]').click()
    assert page.url.endswith(f"/goals/{objective.public_id}/parents/")
    page.goto("/attention/")
    page.get_by_role("combobox", name="Đơn vị").select_option(label=objective.unit.name)
    page.get_by_role("button", name="Lọc", exact=True).click()
    assert f"unit={objective.unit.public_id}" in page.url


def test_what_is_linked_to_nothing_is_linked_in_a_dialog(
    make_context: Make, an: Person, objective: Goal
) -> None:
    page = make_context(an).new_page()
    page.goto("/my/alignment/")
    form = f"/goals/{objective.public_id}/parents/"
    page.locator(f'a.btn[href="{form}"]').click()
    page.locator(f'dialog[open] form[action="{form}"]').wait_for()
    assert page.url.endswith("/my/alignment/")


def test_the_timeline_by_keyboard(
    make_context: Make, an: Person, objective: Goal, key_result: Goal
) -> None:
    page = make_context(an).new_page()
    page.goto("/timeline/")
    row = page.get_by_role("link", name=f"Kết quả then chốt của {objective.public_id}")
    row.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name=key_result.title).wait_for()
    assert row.get_attribute("aria-expanded") == "true"
    assert row.evaluate("link => link === document.activeElement")
    assert page.url.endswith(f"/timeline/?open={objective.public_id}")
    page.get_by_role("combobox", name="Chia làn").select_option(label="Theo người phụ trách")
    page.get_by_role("rowheader", name=an.name).wait_for()
    page.get_by_role("link", name="Quý", exact=True).click()
    page.get_by_role("link", name=objective.title).wait_for()
    assert "zoom=quarter" in page.url
