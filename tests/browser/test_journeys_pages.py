"""Every page of goals before axe: nobody is kept from using it, and nothing runs off the side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from haidang.checkins import actions as checkins
from haidang.checkins.models import CheckIn
from haidang.exchange.loading import actions as loading
from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Cycle, Goal
from haidang.kpis.actions.connecting import Plan, make_connector, name_kpis, switch_connector
from haidang.kpis.actions.running import push
from haidang.kpis.connectors.sources.base import Reading
from haidang.kpis.models import Quarantined
from haidang.people.models import Person
from haidang.strategy.actions.saved_views import save_view
from tests.support.axe import faults, violations

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., "BrowserContext"]


@pytest.fixture
def addresses(
    administrator: Person, an: Person, chi: Person, year: Cycle, objective: Goal,
    make_key_result: Callable[..., Goal], kpi: Goal, today: date,
) -> list[str]:  # fmt: skip
    """One of each page, with something on it."""
    ultimate = actions.create_goal(administrator, "ultimate", {"title": "Đích đến"})
    pillar = actions.create_goal(
        administrator, "pillar", {"title": "Thị phần"}, parents=[LinkRequest(ultimate)]
    )
    actions.link(administrator, objective, LinkRequest(pillar))
    number = make_key_result(objective)
    places = make_key_result(
        objective, "Tích hợp ba nơi", metric_kind="milestones", direction="", target=None,
        baseline=None, milestones=[{"title": "TP.HCM"}, {"title": "Hà Nội", "due": today}],
    )  # fmt: skip
    checkins.record(an, number, value=Decimal(20), confidence=5, note="Tạm được")
    checkins.record(an, kpi, value=Decimal("2.7"), for_day=date(today.year - 1, 3, 1))
    actions.edit_identity(administrator, None, {"vision_vi": "Mọi gian bếp", "mission_en": "Feed"})
    value = actions.add_value(administrator, {"name_vi": "Thật thà", "icon": "star"})
    actions.edit_goal(administrator, objective, None, {"cited": [value]})
    facts = {"title": "Đề xuất", "level": "unit", "unit": an.unit, "owner": an, "cycle": year}
    draft = actions.create_goal(an, "objective", facts, parents=[LinkRequest(pillar)], submit=True)
    record = CheckIn.objects.get(goal=number)
    view = save_view(administrator, "Chỉ KPI", query="kind=kpi", place="", is_shared=True)
    goals = (ultimate, pillar, objective, number, places, kpi, draft)
    o, k = f"/goals/{objective.public_id}/", f"/goals/{number.public_id}/"
    return [
        "/",
        "/check-ins/",
        "/cycles/",
        "/cycles/new/",
        f"/cycles/{year.public_id}/edit/",
        "/attention/",
        "/attention/?reason=no_owner",
        "/explorer/",
        "/explorer/?group=health&state=all&columns=tags,parents,children,weight",
        "/explorer/people/",
        "/explorer/units/",
        "/audit/",
        "/audit/?what=cycle.&from=x",
        "/my/alignment/",
        f"/people/{an.public_id}/",
        f"/people/{an.public_id}/alignment/",
        f"/units/{objective.unit.public_id}/",  # type: ignore[union-attr]
        "/identity/",
        "/identity/edit/",
        f"/identity/values/{value.public_id}/edit/",
        f"/timeline/?open={objective.public_id}",
        "/timeline/?zoom=quarter&by=owner",
        "/kpis/",
        "/kpis/actuals/",
        "/kpis/actuals/import/",
        f"/import/{_actuals(administrator, kpi)}/",
        "/kpis/closing/",
        "/kpis/closing/close/",
        "/kpis/connectors/new/",
        "/kpis/connectors/new/?source=sql",
        *_connector(administrator, kpi),
        "/kpis/library/",
        "/kpis/periods/KPI-1/2026-08-01/",
        "/kpis/library/?q=zzzz",
        "/overview/",
        "/administration/",
        "/administration/tokens/",
        "/settings/",
        f"/units/{an.unit.public_id}/merge/",
        f"/units/{an.unit.public_id}/merge/?into=U-1",
        f"/people/{an.public_id}/departure/",
        f"/people/{an.public_id}/transfer/",
        f"{o}participants/",
        "/map/print/",
        "/map/views/?query=kind%3Dkpi",
        f"/map/views/{view.pk}/edit/",
        f"/map/move/{objective.public_id}/?from={pillar.public_id}&to={ultimate.public_id}",
        "/goals/",
        "/goals/?group=unit",
        "/goals/?q=khong-co-gi",
        "/import/",
        f"/import/{_list(administrator)}/",
        "/export/",
        *(f"/goals/new/{kind}/" for kind in ("ultimate", "pillar", "objective", "kpi")),
        f"/goals/new/key_result/?objective={objective.public_id}",
        *(f"/goals/{goal.public_id}/" for goal in goals),
        *(f"/goals/{goal.public_id}/number/" for goal in (pillar, number, kpi)),
        *(f"{o}{what}/" for what in ("edit", "parents", "closure", "drop", "archive")),
        f"{o}parents/{pillar.public_id}/",
        f"/goals/{draft.public_id}/return/",
        f"{k}edit/",
        f"{k}rule/",
        f"{k}check-ins/",
        f"/goals/{places.public_id}/edit/",
        f"/goals/{kpi.public_id}/check-ins/",
        f"/goals/{kpi.public_id}/targets/",
        f"{k}check-ins/{record.pk}/correction/",
        f"{k}check-ins/{record.pk}/voiding/",
    ]


def _actuals(person: Person, kpi: Goal) -> int:
    """A list of actuals with something to mend."""
    data = f"KPI,T1/2026,T2/2026\n{kpi.public_id},12,#REF!\n"
    job = loading.take(person, "actuals", "KPI.csv", data.encode(), "vi")
    loading.check(job.pk)
    return job.pk


def _list(person: Person) -> int:
    """A list with something to mend."""
    data = "Loại,Tiêu đề,Cấp trên\nTrụ cột,Bền vững,\nMục tiêu,Mở rộng,Bền vững\nGì đó,X,\n"
    job = loading.take(person, "goals", "OKR.csv", data.encode(), "vi")
    loading.check(job.pk)
    return job.pk


def _connector(person: Person, kpi: Goal) -> list[str]:
    """The pages of a connector that holds a value back and does not know another name."""
    made = make_connector(person, "push", Plan("ERP", person, highest=Decimal(5)))
    made = switch_connector(person, name_kpis(person, made, 1, [("KD", kpi)]), 2, True)
    day = date(date.today().year - 1, 1, 31)
    run = push(made, person, [Reading("KD", day, Decimal(9)), Reading("Lạ", day, Decimal(1))], "[]")
    held = Quarantined.objects.get(run=run)
    one = f"/kpis/connectors/{made.pk}/"
    return [
        "/kpis/connectors/", one, f"{one}edit/", f"{one}names/", f"{one}removal/",
        f"/kpis/connectors/runs/{run.pk}/", "/kpis/quarantine/", f"/kpis/quarantine/{held.pk}/",
    ]  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("third", [0, 1, 2])  # which can run beside each other
def test_nobody_is_kept_out(
    make_context: Make, administrator: Person, addresses: list[str], third: int
) -> None:
    context = make_context(administrator, viewport={"width": 1440, "height": 900})
    assert faults(context, addresses[third::3], 1440) == []


@pytest.mark.browser
def test_dialogs_are_open_to_all_too(
    make_context: Make, administrator: Person, objective: Goal, key_result: Goal
) -> None:
    # What is still fading in has no colours to judge yet.
    page = make_context(administrator, reduced_motion="reduce").new_page()
    for name in ("Thêm kết quả then chốt", "Giải thích con số này", "Liên kết lên cấp trên"):
        page.goto(f"/goals/{objective.public_id}/")
        page.locator(".goal-main").get_by_role("link", name=name).first.click()
        page.locator("dialog[open]").wait_for()
        assert violations(page) == [], name


@pytest.mark.a11y_matrix
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_in_both_languages_themes_and_widths(
    make_context: Make, administrator: Person, addresses: list[str],
    language: str, theme: str, width: int,
) -> None:  # fmt: skip
    account = administrator.account
    assert account is not None
    account.language, account.theme = language, theme
    account.save(update_fields=["language", "theme"])
    context = make_context(administrator, viewport={"width": width, "height": 900})
    assert faults(context, addresses, width) == []
