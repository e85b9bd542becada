"""What a letter tells, to whom, in which language; that nothing is told twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from haidang.checkins import actions as checkins
from haidang.goals import actions as goals
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Cycle, Goal, State
from haidang.goals.rules.periods import add_months
from haidang.kpis.actions import (
    ask_reopening,
    ask_targets,
    close_period,
    withdraw_reopening,
)
from haidang.kpis.actions.connecting import Plan, make_connector
from haidang.kpis.actions.targets import Wanted
from haidang.kpis.models import Connector, ForeignName, Quarantined, Run
from haidang.kpis.rules.closing import ended_before
from haidang.notify import actions
from haidang.notify.actions import send_letters
from haidang.notify.models import Letter
from haidang.people import actions as people
from haidang.people.models import Person, Role, RoleGrant, Unit, UnitLeader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_sends")]
Morning = Callable[..., datetime]
To = Callable[[Person], list[str]]
Submit = Callable[[str], Goal]


def remind(person: Person, today: date, days: int = 0) -> None:
    """Let today, or another day, be the one on which the person is reminded."""
    on = (today + timedelta(days=days)).weekday()
    actions.choose(person, reports_on=on, decisions=True)


def test_due_check_ins_on_the_chosen_day(
    an: Person, key_result: Goal, kpi: Goal, morning: Morning, to: To, today: date
) -> None:
    remind(an, today)
    assert send_letters(morning()) == 1
    (text,) = to(an)
    assert text.startswith("1 check-in đến hạn · Tâm Long\nXin chào Nguyễn Văn An,\n")
    assert f"- {key_result.public_id} Nhà phân phối mới (đến hạn hôm nay)" in text
    assert f"https://okr.example.vn/goals/{key_result.public_id}/check-ins/" in text
    assert kpi.title not in text  # its month is not over
    assert text.endswith("https://okr.example.vn/accounts/notifications/")


def test_not_on_another_day_and_not_when_done(
    an: Person, key_result: Goal, morning: Morning, to: To, today: date
) -> None:
    remind(an, today, days=1)
    assert send_letters(morning()) == 0
    actions.choose(an, reports_on=None, decisions=True)
    assert send_letters(morning()) == 0
    remind(an, today)
    checkins.record(an, key_result, value=Decimal(1))
    assert send_letters(morning()) == 0
    assert to(an) == []


def test_friday_without_a_choice(
    an: Person, key_result: Goal, morning: Morning, to: To, today: date
) -> None:
    friday = (4 - today.weekday()) % 7
    for days in (friday + 1, friday + 6):
        assert send_letters(morning(days)) == 0
    assert send_letters(morning(friday + 7)) == 1
    assert len(to(an)) == 1


def test_late_ones_say_since_when(
    an: Person, key_result: Goal, morning: Morning, to: To, today: date
) -> None:
    checkins.record(an, key_result, value=Decimal(1), for_day=today - timedelta(days=9))
    remind(an, today)
    send_letters(morning())
    assert f"(đến hạn từ {today - timedelta(days=2):%d/%m/%Y})" in to(an)[0]


def test_what_waits_for_a_decision_is_told_once(
    chi: Person, submit: Submit, morning: Morning, to: To
) -> None:
    actions.choose(chi, reports_on=None, decisions=True)
    first = submit("Xin duyệt")
    assert send_letters(morning()) == 1
    assert send_letters(morning(hour=10)) == 0
    assert send_letters(morning(1)) == 0
    second = submit("Xin duyệt nữa")
    assert send_letters(morning(1, hour=14)) == 1  # on the day, not only in the morning
    one, two = to(chi)
    assert one.startswith("1 việc đang chờ anh/chị · Tâm Long")
    assert f"- {first.public_id} Xin duyệt (Nguyễn Văn An đề nghị duyệt)" in one
    assert f"https://okr.example.vn/goals/{first.public_id}/\n" in one
    assert two.startswith("1 việc đang chờ")
    assert f"- {first.public_id} " not in two
    assert f"- {second.public_id} Xin duyệt nữa" in two
    assert "Còn 1 việc đã báo trước đây vẫn đang chờ anh/chị." in two


def test_at_most_one_a_day(chi: Person, submit: Submit, morning: Morning, to: To) -> None:
    actions.choose(chi, reports_on=None, decisions=True)
    submit("Một")
    send_letters(morning())
    submit("Hai")
    assert send_letters(morning(hour=15)) == 0
    assert send_letters(morning(1)) == 1
    assert "Hai" in to(chi)[1]


def test_what_is_submitted_again_is_told_again(
    an: Person, chi: Person, submit: Submit, morning: Morning, to: To
) -> None:
    for person in (an, chi):
        actions.choose(person, reports_on=None, decisions=True)
    goal = submit("Xin duyệt")
    send_letters(morning())
    goals.return_goal(chi, goal, goal.version, "Chưa rõ số")
    send_letters(morning(1))
    (returned,) = to(an)
    assert "(Bị trả lại: Chưa rõ số)" in returned
    goal.refresh_from_db()
    goals.submit(an, goal, goal.version)
    send_letters(morning(2))
    assert [text.count("Xin duyệt") for text in to(chi)] == [1, 1]


def test_without_decisions_only_reminders(
    chi: Person, submit: Submit, morning: Morning, to: To, today: date
) -> None:
    actions.choose(chi, reports_on=today.weekday(), decisions=False)
    submit("Xin duyệt")
    assert send_letters(morning()) == 0
    actions.choose(chi, reports_on=None, decisions=True)
    assert send_letters(morning()) == 1


def test_a_choice_in_between_forgets_nothing_that_was_said(
    chi: Person, an: Person, objective: Goal, submit: Submit, morning: Morning, to: To,
    today: date, make_key_result: Callable[..., Goal],
) -> None:  # fmt: skip
    make_key_result(objective, owner=chi)
    actions.choose(chi, reports_on=None, decisions=True)
    submit("Xin duyệt")
    send_letters(morning())
    actions.choose(chi, reports_on=(today.weekday() + 1) % 7, decisions=False)
    send_letters(morning(1))
    assert "check-in" in to(chi)[1]
    actions.choose(chi, reports_on=None, decisions=True)
    assert send_letters(morning(2)) == 0


def test_every_kind_of_what_waits(
    administrator: Person, an: Person, binh: Person, chi: Person, dung: Person, objective: Goal,
    year: Cycle, factory_unit: Unit, submit: Submit, morning: Morning, to: To,
) -> None:  # fmt: skip
    for person in (administrator, an, binh, chi, dung):
        actions.choose(person, reports_on=None, decisions=True)
    proposal = goals.create_goal(
        chi, "objective",
        {"title": "Giao cho Bình", "level": "individual", "owner": binh, "cycle": year},
    )  # fmt: skip
    goals.close(an, objective, objective.version)
    people.set_leader(administrator, factory_unit, [dung])
    below = goals.create_goal(
        dung, "objective",
        {"title": "Nhà máy", "level": "unit", "unit": factory_unit, "owner": dung, "cycle": year},
    )  # fmt: skip
    goals.link(dung, below, LinkRequest(objective, mode="average"))
    send_letters(morning())
    assert f"- {proposal.public_id} Giao cho Bình (Lê Thị Chi đề xuất cho anh/chị)" in to(binh)[0]
    assert f"- {objective.public_id} {objective.title} (Nguyễn Văn An đề nghị đóng)" in to(chi)[0]
    words = f"đề nghị được tính vào {objective.public_id} {objective.title}"
    assert f"- {below.public_id} Nhà máy ({words})" in to(an)[0]
    # The same link under a child that An may not see: without its words.
    Goal.objects.filter(pk=below.pk).update(visibility="private")
    Letter.objects.all().delete()
    send_letters(morning())
    text = to(an)[1]
    assert f"- Một mục tiêu không mở cho anh/chị ({words})" in text
    assert "Nhà máy" not in text
    assert below.public_id not in text


def test_private_goals_are_told_to_nobody_else(
    administrator: Person, chi: Person, submit: Submit, morning: Morning, to: To
) -> None:
    goal = submit("Riêng tư")
    Goal.objects.filter(pk=goal.pk).update(visibility="private")
    send_letters(morning())
    assert not [text for one in (administrator, chi) for text in to(one) if "Riêng tư" in text]


def test_nothing_crosses_an_organisation(
    emma: Person, chi: Person, submit: Submit, morning: Morning, to: To
) -> None:
    submit("Xin duyệt")
    send_letters(morning())
    assert to(emma) == []
    assert len(to(chi)) == 1


def test_who_only_reads_is_told_nothing(
    administrator: Person, chi: Person, an: Person, key_result: Goal, submit: Submit,
    morning: Morning, to: To, today: date,
) -> None:  # fmt: skip
    submit("Xin duyệt")
    for person in (an, chi):
        remind(person, today)
        people.set_roles(administrator, person, ["viewer"])
    send_letters(morning())
    assert to(an) == to(chi) == []


def test_a_guest_is_told_what_they_keep_and_no_more(
    administrator: Person, dung: Person, objective: Goal, make_key_result: Callable[..., Goal],
    submit: Submit, morning: Morning, to: To, today: date,
) -> None:  # fmt: skip
    kept = make_key_result(objective, "Khách giữ", owner=dung)
    submit("Xin duyệt")
    people.set_roles(administrator, dung, ["guest"])
    remind(dung, today)
    send_letters(morning())
    (text,) = to(dung)
    assert text.startswith("1 check-in đến hạn · ")
    assert f"- {kept.public_id} Khách giữ" in text


def test_who_cannot_sign_in_is_not_written_to(
    administrator: Person, chi: Person, an: Person, dung: Person, submit: Submit,
    morning: Morning, to: To,
) -> None:  # fmt: skip
    submit("Xin duyệt")
    without = people.create_person(administrator, "Chưa mời", email="moi@tamlong.example")
    people.set_leader(administrator, an.unit, [chi, without])
    account = chi.account
    assert account is not None
    account.is_active = False
    account.save()
    assert send_letters(morning()) == 0
    account.is_active = True
    account.save()
    Person.objects.filter(pk=chi.pk).update(is_active=False)
    assert send_letters(morning(1)) == 0
    assert to(chi) == to(without) == []


def test_in_the_language_of_the_reader(
    chi: Person, submit: Submit, morning: Morning, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    account = chi.account
    assert account is not None
    account.language = "en"
    account.save()
    submit("Tăng <b>doanh thu</b> & lãi")
    send_letters(morning())
    (letter,) = [one for one in mailoutbox if one.to == [chi.email]]
    assert letter.subject == "1 thing waits for you · Tâm Long"
    assert "Tăng <b>doanh thu</b> & lãi (Nguyễn Văn An asks for approval)" in letter.body
    html, kind = letter.alternatives[0]
    assert kind == "text/html"
    assert '<html lang="en">' in str(html)
    assert "Tăng &lt;b&gt;doanh thu&lt;/b&gt; &amp; lãi" in str(html)
    assert letter.extra_headers == {
        "List-Unsubscribe": "<https://okr.example.vn/accounts/notifications/>",
        "Auto-Submitted": "auto-generated",
    }


def test_twenty_lines_and_the_rest_is_counted(
    an: Person, chi: Person, objective: Goal, make_key_result: Callable[..., Goal],
    submit: Submit, morning: Morning, today: date, mailoutbox: list[EmailMultiAlternatives],
) -> None:  # fmt: skip
    for at in range(22):
        make_key_result(objective, f"KR {at}", owner=chi)
    submit("Xin duyệt")
    remind(chi, today)
    send_letters(morning())
    (letter,) = [one for one in mailoutbox if one.to == [chi.email]]
    assert letter.subject == "1 việc đang chờ anh/chị, 22 check-in đến hạn · Tâm Long"
    assert letter.body.count("\n- ") == 20
    assert "3 mục nữa: https://okr.example.vn/\n" in letter.body
    assert str(letter.alternatives[0][0]).count("<li>") == 20


def test_goes_to_the_address_of_the_organisation(
    chi: Person, submit: Submit, morning: Morning, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    Person.objects.filter(pk=chi.pk).update(email="")
    submit("Xin duyệt")
    send_letters(morning())
    assert [chi.email] in [one.to for one in mailoutbox]  # that of the account


def test_nothing_without_a_server_an_address_or_in_a_demo(
    chi: Person, submit: Submit, morning: Morning, settings: Any, to: To
) -> None:
    submit("Xin duyệt")
    for name, value in (("MAIL_CONFIGURED", False), ("PUBLIC_URL", None), ("DEMO", True)):
        before = getattr(settings, name)
        setattr(settings, name, value)
        assert send_letters(morning()) == 0
        setattr(settings, name, before)
    organisation = chi.organisation
    organisation.is_demo = True
    organisation.save()
    assert send_letters(morning()) == 0
    assert not Letter.objects.exists()
    organisation.is_demo = False
    organisation.save()
    assert send_letters(morning()) > 0


def test_eight_in_the_morning_where_one_lives(
    chi: Person, submit: Submit, morning: Morning, to: To
) -> None:
    submit("Xin duyệt")
    send_letters(morning(hour=7, minute=59))
    send_letters(morning(hour=20))
    assert to(chi) == []
    account = chi.account
    assert account is not None
    account.time_zone = "Asia/Tokyo"  # two hours ahead
    account.save()
    send_letters(morning(hour=5, minute=59))
    assert to(chi) == []
    send_letters(morning(hour=6))
    assert len(to(chi)) == 1
    assert Letter.objects.get(person=chi).day == morning().date()


def test_old_letters_are_dropped_but_for_the_last(
    chi: Person, submit: Submit, morning: Morning, today: date
) -> None:
    submit("Một")
    send_letters(morning())
    Letter.objects.filter(person=chi).update(day=today - timedelta(days=100))
    assert send_letters(morning(1)) == 0  # said is said
    submit("Hai")
    send_letters(morning(2))
    assert Letter.objects.filter(person=chi).count() == 1
    assert Goal.objects.filter(state=State.SUBMITTED).count() == 2


def test_what_waits_around_kpis(
    administrator: Person, an: Person, binh: Person, chi: Person, kpi: Goal, today: date,
    morning: Morning, to: To,
) -> None:  # fmt: skip
    for person in (administrator, binh):
        actions.choose(person, reports_on=None, decisions=True)
    month = ended_before(today, "month", 1)[0]
    checkins.record(an, kpi, for_day=month, value=Decimal("2.5"))
    close_period(administrator, "month", month)
    ask_reopening(an, kpi, month, "Hai hoá đơn\nvề muộn")
    wanted = Wanted(kpi, {add_months(month, 3): {"target": Decimal(4)}})
    ask_targets(an, kpi, [wanted], "Thị trường giảm")
    plan = Plan(name="Bán hàng", keeper=chi, settings={})
    connector = make_connector(administrator, "push", plan)
    night = morning(-1).astimezone(UTC).replace(hour=18, minute=30)  # here it is the next day
    Connector.objects.filter(pk=connector.pk).update(failing_since=night)
    ForeignName.objects.create(connector=connector, name="KD", key="kd", kpi=kpi)
    Goal.objects.filter(pk=kpi.pk).update(data_owner=binh)
    run = Run.objects.create(
        organisation=kpi.organisation, connector=connector, why="push", starts=month,
        ends=month, began_at=morning(-1),
    )  # fmt: skip
    held = Quarantined.objects.create(
        organisation=kpi.organisation, run=run, kpi=kpi, starts=month, ends=month,
        value=Decimal(40), why="jump",
    )  # fmt: skip
    send_letters(morning())
    text = to(administrator)[0]
    name = f"{kpi.public_id} {kpi.title}"
    for line in (
        f"- {name} (Nguyễn Văn An đề nghị mở lại một kỳ đã chốt: Hai hoá đơn về muộn)",
        f"- {name} (Nguyễn Văn An đề nghị đổi chỉ tiêu: Thị trường giảm)",
        f"- {name} (một giá trị từ Bán hàng đang chờ xem xét)",
        f"- Bán hàng (không mang về gì từ {night + timedelta(days=1):%d/%m/%Y})",
        f"/kpis/quarantine/{held.pk}/",
    ):
        assert line in text, line
    for line in ("một giá trị từ Bán hàng đang chờ xem xét", "- Bán hàng (không mang về gì từ "):
        assert line in to(binh)[0]  # the data owner
    send_letters(morning(1))
    assert len(to(administrator)) == 1
    assert "đề nghị" not in to(an)[0]  # what An asked is decided by others


def test_a_request_that_nobody_can_decide_about_any_more(
    administrator: Person, an: Person, chi: Person, kpi: Goal, today: date, morning: Morning, to: To
) -> None:
    actions.choose(administrator, reports_on=None, decisions=True)
    wanted = Wanted(kpi, {add_months(today, 3): {"target": Decimal(4)}})
    request = ask_targets(chi, kpi, [wanted], "Thị trường giảm")
    RoleGrant.objects.filter(role=Role.STRATEGIST).update(until=timezone.now())
    UnitLeader.objects.filter(person=administrator).update(until=timezone.now())
    send_letters(morning())
    text = to(administrator)[0]
    assert f"- {kpi.public_id} {kpi.title} (chưa ai quyết định được điều " in text
    assert f"/kpis/targets/requests/{request.pk}/" in text


def test_what_is_withdrawn_is_told_to_nobody(
    administrator: Person, an: Person, kpi: Goal, today: date, morning: Morning, to: To
) -> None:
    actions.choose(administrator, reports_on=None, decisions=True)
    month = ended_before(today, "month", 1)[0]
    close_period(administrator, "month", month)
    withdraw_reopening(an, ask_reopening(an, kpi, month, "Hai hoá đơn về muộn"))
    send_letters(morning())
    assert "đề nghị mở lại" not in "".join(to(administrator))
