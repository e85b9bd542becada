"""The page on which one chooses what to be told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from haidang.goals.models import Goal
from haidang.lib.errors import Invalid
from haidang.notify import actions
from haidang.notify.access import preference_of
from haidang.notify.models import Letter, Preference
from haidang.people.actions import set_roles
from haidang.people.models import Organisation, Person
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
ADDRESS = "/accounts/notifications/"


@pytest.fixture
def mine(enter: Enter, an: Person) -> Client:
    return enter(an)


def chosen(person: Person) -> tuple[int | None, bool]:
    row = preference_of(person)
    return row.reports_on, row.decisions


def test_fridays_and_decisions_to_begin_with(mine: Client, an: Person) -> None:
    page = body_of(mine.get(ADDRESS))
    assert '<option value="4" selected>' in page
    assert (
        'name="decisions" aria-describedby="id_decisions_helptext" id="id_decisions" checked'
        in page
    )
    assert an.email in page
    assert chosen(an) == (4, True)
    assert not Preference.objects.exists()


def test_it_is_a_tab_of_the_account(mine: Client) -> None:
    assert f'href="{ADDRESS}"' in body_of(mine.get("/account/"))
    assert f'href="{ADDRESS}" aria-current="page"' in body_of(mine.get(ADDRESS))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"reports_on": "0", "decisions": "on"}, (0, True)),
        ({"reports_on": "6"}, (6, False)),
        ({"reports_on": "never", "decisions": "on"}, (None, True)),
        ({"reports_on": "never"}, (None, False)),
    ],
)
def test_choosing(
    mine: Client, an: Person, binh: Person, given: dict[str, str],
    kept: tuple[int | None, bool],
) -> None:  # fmt: skip
    for _twice in range(2):
        answer = mine.post(ADDRESS, given, follow=True)
        assert answer.redirect_chain == [(ADDRESS, 302)]
        assert "Đã lưu." in body_of(answer)
        assert chosen(an) == kept
    assert chosen(binh) == (4, True)


@pytest.mark.parametrize("wrong", ["", "7", "-1", "x", "\0", "9" * 400, "4.0", "thứ sáu"])
def test_no_such_day(mine: Client, an: Person, wrong: str) -> None:
    answer = mine.post(ADDRESS, {"reports_on": wrong})
    assert answer.status_code == 422
    page = body_of(answer)
    assert 'id="id_reports_on_error"' in page
    assert 'id="id_decisions" checked' not in page  # what was chosen is kept
    assert not Preference.objects.exists()


def test_the_action_checks_too(an: Person) -> None:
    with pytest.raises(Invalid):
        actions.choose(an, reports_on=7, decisions=True)


def test_says_what_is_missing(mine: Client, settings: Any, organisation: Organisation) -> None:
    settings.PUBLIC_URL = None
    page = body_of(mine.get(ADDRESS))
    assert "HAIDANG_URL" in page
    assert "HAIDANG_MAIL" not in page
    settings.MAIL_CONFIGURED = False
    assert "HAIDANG_MAIL, HAIDANG_URL" in body_of(mine.get(ADDRESS))
    settings.PUBLIC_URL, settings.MAIL_CONFIGURED = urlsplit("https://okr.example.vn"), True
    page = body_of(mine.get(ADDRESS))
    assert "Hiện chưa gửi e-mail" not in page
    organisation.is_demo = True
    organisation.save()
    assert "công ty mẫu" in body_of(mine.get(ADDRESS))


def test_shows_what_today_s_letter_says(
    mine: Client, an: Person, chi: Person, key_result: Goal, today: date, enter: Enter
) -> None:
    actions.choose(an, reports_on=today.weekday(), decisions=True)
    page = body_of(mine.get(ADDRESS))
    assert "1 check-in đến hạn" in page
    assert f'href="/goals/{key_result.public_id}/check-ins/"' in page
    assert key_result.title not in body_of(enter(chi).get(ADDRESS))
    actions.choose(an, reports_on=None, decisions=True)
    page = body_of(mine.get(ADDRESS))
    assert "Không có gì cần báo" in page
    assert key_result.title not in page


@pytest.mark.usefixtures("_sends")
def test_shows_that_it_has_gone(
    mine: Client, an: Person, key_result: Goal, today: date, morning: Callable[..., datetime]
) -> None:
    actions.choose(an, reports_on=today.weekday(), decisions=True)
    actions.send_letters(morning())
    page = body_of(mine.get(ADDRESS))
    assert "Đã gửi lúc" in page
    assert key_result.title not in page
    Letter.objects.update(sent_at=None, refused=True)
    assert "Máy chủ thư không nhận e-mail" in body_of(mine.get(ADDRESS))


def test_guests_and_readers_have_it_too(
    mine: Client, administrator: Person, an: Person, key_result: Goal, today: date
) -> None:
    actions.choose(an, reports_on=today.weekday(), decisions=True)
    for role in ("viewer", "guest"):
        set_roles(administrator, an, [role])
        page = body_of(mine.get(ADDRESS))
        assert (key_result.title in page) == (role == "guest")
        assert mine.post(ADDRESS, {"reports_on": "1"}).status_code == 302
        actions.choose(an, reports_on=today.weekday(), decisions=True)


def test_in_each_organisation_for_itself(
    mine: Client, an: Person, other_organisation: Organisation, emma: Person
) -> None:
    assert "chỉ áp dụng cho" not in body_of(mine.get(ADDRESS))
    there = Person.objects.create(
        organisation=other_organisation, number=99, public_id="P-99", name="An", account=an.account
    )
    session = mine.session
    session["organisation"] = an.organisation_id
    session.save()
    assert "chỉ áp dụng cho Tâm Long" in body_of(mine.get(ADDRESS))
    mine.post(ADDRESS, {"reports_on": "2"})
    assert (chosen(an), chosen(there)) == ((2, False), (4, True))


def test_in_english(mine: Client, an: Person) -> None:
    account = an.account
    assert account is not None
    account.language = "en"
    account.save()
    page = body_of(mine.get(ADDRESS))
    assert "What waits for you" in page
    assert "Friday" in page


def test_300_goals_cost_what_3_cost(
    mine: Client, an: Person, objective: Goal, make_key_result: Callable[..., Goal], today: date
) -> None:
    actions.choose(an, reports_on=today.weekday(), decisions=True)
    for at in range(3):
        make_key_result(objective, f"Một {at}")
    few = queries_of(mine, ADDRESS)
    for at in range(30):
        make_key_result(objective, f"Hai {at}")
    assert queries_of(mine, ADDRESS) <= few
    assert few <= 30


def test_strangers_are_asked_to_sign_in() -> None:
    assert Client().get(ADDRESS).status_code == 302
    assert Client().post(ADDRESS, {"reports_on": "1"}).status_code == 302
    assert not Preference.objects.exists()
