"""The settings of the organisation: who changes which, history, refusals, concurrent edits."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from haidang.activity.models import Event
from haidang.checkins import actions as checkins
from haidang.goals import actions as goals
from haidang.goals.models import Goal
from haidang.lib.errors import Conflict, Forbidden, Invalid, Stale
from haidang.people import actions, settings
from haidang.people.models import Organisation, OrganisationSetting, Person
from haidang.strategy.actions.settings import edit_organisation
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db
ADDRESS = "/settings/"
THRESHOLDS = {
    "part": "thresholds", "on_track": "95", "at_risk": "70", "committed": "1",
    "aspirational": "0,7",
}  # fmt: skip


def stand(client: Client, part: str) -> str:
    """What the form of a part says that it was filled in over."""
    shown = body_of(client.get(ADDRESS))
    found = re.search(rf'name="part" value="{part}"><input[^>]*name="stand" value="(\w+)"', shown)
    assert found
    return found.group(1)


@pytest.fixture
def admin(administrator: Person, enter: Enter) -> Client:
    return enter(administrator)


@pytest.fixture
def strategist(administrator: Person, dung: Person, enter: Enter) -> Client:
    actions.set_roles(administrator, dung, ["strategist"])
    return enter(dung)


def test_thresholds_with_their_history(
    admin: Client, administrator: Person, organisation: Organisation
) -> None:
    sent = THRESHOLDS | {"stand": stand(admin, "thresholds")}
    assert admin.post(ADDRESS, sent)["Location"] == ADDRESS
    assert settings.get(organisation.pk, "health.on_track") == "0.95"
    row = OrganisationSetting.objects.get(key="health.on_track")
    assert row.until is None
    shown = body_of(admin.get(ADDRESS))
    assert 'value="95"' in shown
    assert "90%" in shown  # from, in its history
    assert administrator.name in shown
    assert (
        Event.objects.filter(verb="setting.changed").count() == 1
    )  # what did not change is not told


def test_somebody_was_faster(admin: Client, strategist: Client, organisation: Organisation) -> None:
    before = stand(admin, "thresholds")
    strategist.post(ADDRESS, THRESHOLDS | {"on_track": "85", "stand": before})
    late = admin.post(ADDRESS, THRESHOLDS | {"stand": before})
    assert late.status_code == 409
    assert 'value="95"' in body_of(late)
    assert settings.get(organisation.pk, "health.on_track") == "0.85"
    again = re.findall(r'name="stand" value="(\w+)"', body_of(late))[1]
    assert admin.post(ADDRESS, THRESHOLDS | {"stand": again}).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"on_track": "60"}, "at_risk"),  # below at risk
        ({"on_track": "0"}, "on_track"),
        ({"on_track": "101"}, "on_track"),
        ({"on_track": "abc"}, "on_track"),
        ({"committed": ""}, "committed"),
        ({"aspirational": "2"}, "aspirational"),
    ],
)
def test_thresholds_that_do_not_fit(
    admin: Client, organisation: Organisation, wrong: dict[str, str], said: str
) -> None:
    sent = THRESHOLDS | wrong | {"stand": stand(admin, "thresholds")}
    answer = admin.post(ADDRESS, sent)
    assert answer.status_code == 422
    assert f'id="id_{said}_error"' in body_of(answer)
    assert not OrganisationSetting.objects.exists()


def test_thresholds_that_contradict_by_another_door(administrator: Person) -> None:
    with pytest.raises(Invalid) as raised:
        actions.set_setting(administrator, "health.at_risk", "0.95")
    assert (raised.value.code, raised.value.field) == ("reversed", "health.at_risk")


def test_a_look_before(
    admin: Client, an: Person, key_result: Goal, organisation: Organisation
) -> None:
    checkins.record(an, key_result, value=Decimal(88))
    sent = THRESHOLDS | {"on_track": "100", "at_risk": "99", "preview": "1"}
    answer = admin.post(ADDRESS, sent)
    assert answer.status_code == 200
    assert "mục tiêu sẽ đổi trạng thái" in body_of(answer) or "Không mục tiêu nào" in body_of(
        answer
    )
    assert not OrganisationSetting.objects.exists()


def test_the_calendar(admin: Client, organisation: Organisation) -> None:
    sent: dict[str, Any] = {
        "part": "calendar", "working_days": ["0", "1", "2", "3", "4", "5"],
        "add_from": "24/12/2026", "add_until": "26/12/2026",
        "remove": ["2026-02-16/2026-02-20"], "stand": stand(admin, "calendar"),
    }  # fmt: skip
    assert "2026-02-16/2026-02-20" in body_of(admin.get(ADDRESS))
    assert admin.post(ADDRESS, sent).status_code == 302
    days = settings.get(organisation.pk, "calendar.holidays")
    assert {"2026-12-24", "2026-12-25", "2026-12-26"} <= set(days)
    assert "2026-02-18" not in days
    assert "2026-01-01" in days
    assert settings.get(organisation.pk, "calendar.working_days") == [0, 1, 2, 3, 4, 5]
    for wrong, said in [
        ({"add_from": "26/12/2026", "add_until": "24/12/2026"}, "add_until"),
        ({"add_from": "01/01/2026", "add_until": "31/12/2026"}, "add_until"),
        ({"add_from": "", "add_until": "31/12/2026"}, "add_from"),
        ({"working_days": []}, "working_days"),
    ]:
        answer = admin.post(ADDRESS, sent | {"remove": []} | wrong)
        assert answer.status_code == 422
        assert f'id="id_{said}_error"' in body_of(answer)


def test_the_organisation(
    admin: Client, strategist: Client, administrator: Person, organisation: Organisation
) -> None:
    sent = {
        "part": "organisation", "name": "Tâm Long Mới", "language": "en",
        "time_zone": "Asia/Tokyo", "currency": "eur", "fiscal_year_start": "4",
        "stand": stand(admin, "organisation"),
    }  # fmt: skip
    assert strategist.post(ADDRESS, sent).status_code == 403
    for wrong in ({"time_zone": "Trăng"}, {"currency": "12"}, {"name": ""}, {"language": "xx"}):
        assert admin.post(ADDRESS, sent | wrong).status_code == 422
    assert admin.post(ADDRESS, sent).status_code == 302
    organisation.refresh_from_db()
    assert (organisation.name, organisation.currency) == ("Tâm Long Mới", "EUR")
    assert (organisation.time_zone, organisation.fiscal_year_start) == ("Asia/Tokyo", 4)
    told = Event.objects.get(verb="organisation.edited")
    assert told.data["to"]["fiscal_year_start"] == 4
    assert "Tâm Long Mới" in body_of(admin.get(ADDRESS))
    with pytest.raises(Stale):
        edit_organisation(administrator, sent["stand"], {"name": "Khác"})


def test_the_fiscal_year_stays_once_kpis_have_periods(
    admin: Client, administrator: Person, an: Person, kpi: Goal, organisation: Organisation
) -> None:
    assert kpi.periods.exists()
    assert re.search(r"<select[^>]*fiscal_year_start[^>]*disabled", body_of(admin.get(ADDRESS)))
    with pytest.raises(Conflict) as raised:
        edit_organisation(administrator, None, {"fiscal_year_start": 4})
    assert raised.value.code == "periods"
    with pytest.raises(Forbidden):
        edit_organisation(an, None, {"name": "X"})
    organisation.refresh_from_db()
    assert organisation.fiscal_year_start == 1


def test_who_sees_new_goals(
    admin: Client, administrator: Person, an: Person, organisation: Organisation, enter: Enter
) -> None:
    sent = {
        "part": "visibility", "company": "organisation", "unit": "unit",
        "individual": "participants", "stand": stand(admin, "visibility"),
    }  # fmt: skip
    assert admin.post(ADDRESS, sent).status_code == 302
    shown = body_of(enter(an).get("/goals/new/kpi/"))  # a member's first level is individual
    assert re.search(r'value="participants" selected', shown)
    facts = {
        "title": "Tự học", "level": "individual", "owner": an, "metric_kind": "count",
        "direction": "higher", "frequency": "month", "aggregation": "sum", "target": Decimal(1),
    }  # fmt: skip
    goal = goals.create_goal(an, "kpi", facts)
    assert goal.visibility == "participants"
    said = goals.create_goal(an, "kpi", facts | {"visibility": "organisation"})
    assert said.visibility == "organisation"


def test_others_read_and_change_nothing(an: Person, enter: Enter) -> None:
    member = enter(an)
    shown = body_of(member.get(ADDRESS))
    assert "fieldset" in shown
    assert ">Lưu<" not in shown
    assert member.post(ADDRESS, THRESHOLDS).status_code == 403
    assert member.post(ADDRESS, {"part": "nothing"}).status_code == 404


def test_the_closing_day_of_kpis(strategist: Client, organisation: Organisation) -> None:
    sent = {"part": "closing", "closing_day": "5", "stand": stand(strategist, "closing")}
    assert strategist.post(ADDRESS, sent).status_code == 302
    assert settings.get(organisation.pk, "kpi.closing_day") == 5
    shown = body_of(strategist.get(ADDRESS))
    assert "thủ công" in shown  # from, in its history
    assert strategist.post(ADDRESS, sent).status_code == 409  # filled in over what it was
    for wrong in ("0", "29", "x", "2,5"):
        again = sent | {"closing_day": wrong, "stand": stand(strategist, "closing")}
        assert strategist.post(ADDRESS, again).status_code == 422, wrong
    again = sent | {"closing_day": "", "stand": stand(strategist, "closing")}
    assert strategist.post(ADDRESS, again).status_code == 302
    assert settings.get(organisation.pk, "kpi.closing_day") == 0


@pytest.mark.parametrize("value", [-1, 29, 2.5, "x", None, True, [5]])
def test_a_closing_day_by_another_door(administrator: Person, value: Any) -> None:
    with pytest.raises(Invalid):
        actions.set_settings(administrator, {"kpi.closing_day": value})


CARDS = {
    "part": "scorecards", "cap": "150", "floor": "40", "outstanding": "115", "good": "100",
    "met": "87,5", "improve": "70", "ranking": "on",
}  # fmt: skip


def test_how_scorecards_count(strategist: Client, organisation: Organisation) -> None:
    sent = CARDS | {"stand": stand(strategist, "scorecards")}
    assert strategist.post(ADDRESS, sent).status_code == 302
    found = settings.everything(organisation.pk)
    assert (found["scorecard.cap"], found["scorecard.ranking"]) == ("150", True)
    assert found["scorecard.bands"] == {"A+": "115", "A": "100", "B": "87.5", "C": "70"}
    shown = body_of(strategist.get(ADDRESS))
    assert "B ≥ 87.5%" in shown  # in its history
    assert strategist.post(ADDRESS, sent).status_code == 409
    for wrong in ({"floor": "150"}, {"good": "120"}, {"cap": "x"}, {"cap": "-1"}, {"met": "1e9"}):
        again = CARDS | wrong | {"stand": stand(strategist, "scorecards")}
        assert strategist.post(ADDRESS, again).status_code == 422, wrong


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("scorecard.cap", "NaN"),
        ("scorecard.cap", None),
        ("scorecard.cap", True),
        ("scorecard.cap", "1e30"),
        ("scorecard.floor", -1),
        ("scorecard.bands", {"A+": "110"}),
        ("scorecard.bands", ["110"]),
        ("scorecard.bands", {"A+": "70", "A": "100", "B": "85", "C": "70"}),
        ("scorecard.ranking", "yes"),
    ],
)
def test_settings_of_scorecards_by_another_door(
    administrator: Person, key: str, value: Any
) -> None:
    with pytest.raises(Invalid):
        actions.set_settings(administrator, {key: value})
