"""Runs: what is recorded, held back, refused, tried again; what stands stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from haidang.activity.models import Event
from haidang.checkins.actuals import Actual, record_actuals
from haidang.checkins.models import CheckIn
from haidang.goals.models import Goal, KpiPeriod
from haidang.goals.rules.periods import add_months
from haidang.kpis.actions import close_period
from haidang.kpis.actions.connecting import switch_connector
from haidang.kpis.actions.quarantine import decide_quarantined
from haidang.kpis.actions.running import begin, begin_due, carry_out, push, trial
from haidang.kpis.connectors.sources.base import Fetched, Reading, SourceError
from haidang.kpis.connectors.sources.sql import Sql
from haidang.kpis.connectors.tests.conftest import Sales
from haidang.kpis.models import Connector, Delivered, Quarantined, Run
from haidang.kpis.tasks import run_what_is_due
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from haidang.people.models import Person

pytestmark = pytest.mark.django_db
Make = Callable[..., Connector]


def ran(connector: Connector) -> Run:
    return carry_out(begin(connector, "hand", timezone.now()))


def stands(kpi: Goal, starts: date) -> Decimal | None:
    rows = KpiPeriod.objects.filter(goal=kpi, starts=starts)
    return rows.values_list("own_value", flat=True).first()


def test_a_value_is_recorded_once_with_its_way_back(
    connector: Connector, sales: Sales, kpi: Goal, month: date
) -> None:
    sales.say(("kd ", month, 4.5))
    run = ran(connector)
    assert (run.outcome, run.recorded, run.wrong) == ("good", 1, 0), run.lines or run.said
    record = CheckIn.objects.get(goal=kpi)
    assert (record.source, record.value, record.author_id) == (
        "connector", Decimal("4.5"), connector.keeper_id,
    )  # fmt: skip
    delivered = Delivered.objects.get(check_in=record)
    assert (delivered.run, delivered.raw) == (run, f"name=kd ; day={month}; value=4.5")
    again = ran(connector)
    assert (again.recorded, again.same) == (0, 1)
    assert CheckIn.objects.count() == 1
    assert Event.objects.get(verb="check_in.recorded").source == "connector"


def test_bad_rows_do_not_stop_good_ones(
    connector: Connector, sales: Sales, kpi: Goal, month: date, today: date
) -> None:
    connector.settings["query"] = "SELECT * FROM sales"
    connector.save()
    older = add_months(month, -2)
    sales.say(
        ("KD", month, 4), ("Nhà lạ", month, 7), ("KD", older, "nhiều"), ("KD", older, None),
        ("KD", add_months(today, 14), 5), ("", month, 1),
    )  # fmt: skip
    run = ran(connector)
    assert (run.outcome, run.recorded, run.wrong) == ("partly", 1, 5)
    assert stands(kpi, month) == 4
    codes = [line["code"] for line in run.lines]
    assert codes == ["unknown_name", "value", "nothing", "future", "unknown_name"]
    assert "nhiều" in run.lines[1]["said"]["vi"]
    assert run.lines[1]["said"]["vi"] != run.lines[1]["said"]["en"]


def test_two_rows_for_one_thing_are_both_left_out(
    connector: Connector, sales: Sales, kpi: Goal, month: date
) -> None:
    sales.say(("KD", month, 4), ("kd", month, 5))
    run = ran(connector)
    assert (run.outcome, run.recorded, run.wrong) == ("failed", 0, 2)
    assert {line["code"] for line in run.lines} == {"many"}
    assert stands(kpi, month) is None


def test_a_jump_waits_and_the_last_good_value_stays(
    connector: Connector, sales: Sales, kpi: Goal, month: date, month_before: date, an: Person
) -> None:
    sales.say(("KD", month_before, 10))
    connector.settings["query"] = "SELECT * FROM sales"
    connector.save()
    assert ran(connector).recorded == 1
    sales.say(("KD", month_before, 10), ("KD", month, 100))
    run = ran(connector)
    assert (run.outcome, run.same, run.quarantined) == ("partly", 1, 1)
    assert stands(kpi, month) is None
    held = Quarantined.objects.get()
    assert (held.why, held.percent, held.stood) == ("jump", Decimal(900), Decimal(10))
    assert ran(connector).quarantined == 1
    assert Quarantined.objects.count() == 1  # asked once
    with pytest.raises(Invalid):
        decide_quarantined(an, held, True, " ")
    decided = decide_quarantined(an, held, True, "Hợp đồng lớn")
    assert stands(kpi, month) == 100
    record = CheckIn.objects.get(pk=decided.check_in_id)
    assert (record.source, record.author_id) == ("connector", an.pk)
    assert Delivered.objects.get(check_in=record).run_id == run.pk
    with pytest.raises(Conflict):
        decide_quarantined(an, held, False, "Nhầm")
    assert ran(connector).same == 2


def test_refused_it_is_not_asked_again_until_it_is_another(
    make: Make, sales: Sales, kpi: Goal, month: date, an: Person
) -> None:
    connector = make(highest=Decimal(50))
    sales.say(("KD", month, 80))
    ran(connector)
    decide_quarantined(an, Quarantined.objects.get(), False, "Sai đơn vị")
    assert stands(kpi, month) is None
    run = ran(connector)
    assert run.quarantined == 1  # said in the run
    assert Quarantined.objects.filter(verdict="waiting").count() == 0
    sales.say(("KD", month, 81))
    ran(connector)
    assert Quarantined.objects.filter(verdict="waiting").count() == 1
    sales.say(("KD", month, 40))
    assert ran(connector).recorded == 1
    assert not Quarantined.objects.filter(verdict="waiting").exists()
    assert Quarantined.objects.order_by("-pk")[0].verdict == "replaced"


def test_who_decides_on_a_held_back_value(
    make: Make, sales: Sales, kpi: Goal, month: date, binh: Person, emma: Person,
    administrator: Person,
) -> None:  # fmt: skip
    sales.say(("KD", month, 80))
    ran(make(highest=Decimal(50)))
    held = Quarantined.objects.get()
    with pytest.raises(Forbidden):
        decide_quarantined(binh, held, True, "x")
    with pytest.raises(NotFound):
        decide_quarantined(emma, held, True, "x")
    decide_quarantined(administrator, held, True, "Đúng")  # she is a strategist too
    assert stands(kpi, month) == 80


def test_a_closed_period_is_refused_and_said(
    connector: Connector, sales: Sales, kpi: Goal, month: date, administrator: Person
) -> None:
    close_period(administrator, "month", month)
    sales.say(("KD", month, 4))
    run = ran(connector)
    assert (run.outcome, run.lines[0]["code"]) == ("failed", "locked")
    assert "chốt số" in run.lines[0]["said"]["vi"]
    assert stands(kpi, month) is None


def test_a_held_back_value_of_a_period_closed_meanwhile(
    make: Make, sales: Sales, kpi: Goal, month: date, administrator: Person
) -> None:
    sales.say(("KD", month, 80))
    ran(make(highest=Decimal(50)))
    close_period(administrator, "month", month)
    with pytest.raises(Conflict) as refused:
        decide_quarantined(administrator, Quarantined.objects.get(), True, "Đúng")
    assert refused.value.code == "locked"
    assert Quarantined.objects.get().verdict == "waiting"


def test_a_trial_says_what_would_happen_and_writes_nothing(
    connector: Connector, sales: Sales, kpi: Goal, month: date
) -> None:
    sales.say(("KD", month, 4), ("lạ", month, 1))
    tried = trial(connector, timezone.now())
    assert tried.settled is not None
    assert [line.what for line in tried.settled.lines] == ["new", "wrong"]
    assert not CheckIn.objects.exists()
    assert not Run.objects.exists()
    assert stands(kpi, month) is None


def test_passing_errors_are_tried_again_and_then_told(
    make: Make, sales: Sales, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector = make(every="day")
    error = SourceError("timeout", "chậm", passing=True)

    def never(*_words: Any) -> Any:
        raise error

    monkeypatch.setattr(Sql, "fetch", never)
    now = timezone.now()
    for minutes in (1, 5, 25, None):
        run = ran(connector)
        assert (run.outcome, run.code) == ("failed", "timeout")
        connector.refresh_from_db()
        if minutes is None:
            assert connector.retry_at is None
        else:
            assert connector.retry_at is not None
            waits = connector.retry_at - now
            assert timedelta(minutes=minutes) <= waits < timedelta(minutes=minutes + 1)
            assert connector.failing_since is None
    assert connector.failing_since is not None
    assert Event.objects.filter(verb="connector.failed").count() == 1
    monkeypatch.undo()
    sales.say(("KD", date(2020, 1, 1), 1))
    ran(connector)  # no rows: it fails still, and is not told twice
    assert Event.objects.filter(verb="connector.failed").count() == 1


def test_the_schedule_runs_once_and_sets_the_next_time(
    make: Make, sales: Sales, kpi: Goal, month: date
) -> None:
    connector = make(every="day")
    sales.say(("KD", month, 4))
    assert run_what_is_due(timezone.now()) == 0
    assert connector.next_at is not None
    assert run_what_is_due(connector.next_at) == 1
    assert Run.objects.get().why == "schedule"
    before = connector.next_at
    connector.refresh_from_db()
    assert connector.next_at == before + timedelta(days=1)
    assert stands(kpi, month) == 4


def test_files_of_another_organisation_are_not_read(
    connector: Connector, sales: Sales, month: date
) -> None:
    sales.say(("KD", month, 4))
    other = sales.file.parent.parent / "khac"
    sales.file.parent.rename(other)
    assert ran(connector).code == "address"
    for name in ("../khac/sales.sqlite3", "khac/sales.sqlite3", str(other / "sales.sqlite3")):
        connector.settings["url"] = f"sqlite:///{name}"
        connector.save()
        assert ran(connector).code == "address", name


def test_a_newer_value_is_not_replaced_unseen(
    make: Make, sales: Sales, kpi: Goal, month: date, an: Person
) -> None:
    sales.say(("KD", month, 80))
    ran(make(highest=Decimal(50)))
    held = Quarantined.objects.get()
    (typed,) = record_actuals(an, [Actual(kpi.public_id, month, Decimal(20))])
    for seen in (None, 0, typed.record + 1):
        with pytest.raises(Stale) as refused:
            decide_quarantined(an, held, True, "Đúng", seen)
        assert refused.value.current == {
            "seen": typed.record, "value": "20", "numerator": None, "denominator": None,
        }  # fmt: skip
    assert stands(kpi, month) == 20
    decide_quarantined(an, held, True, "Đúng", typed.record)
    assert stands(kpi, month) == 80


def test_a_second_run_at_once_is_refused(connector: Connector) -> None:
    begin(connector, "hand", timezone.now())
    with pytest.raises(Conflict) as refused:
        begin(connector, "hand", timezone.now())
    assert refused.value.code == "running"
    later = timezone.now() + timedelta(minutes=11)
    begin(connector, "hand", later)
    assert Run.objects.filter(code="cut_off").count() == 1


def test_a_scheduled_run_that_was_cut_off_is_tried_again(
    make: Make, sales: Sales, kpi: Goal, month: date
) -> None:
    connector = make(every="month")
    assert connector.next_at is not None
    begin_due(connector, connector.next_at)  # and the worker dies
    sales.say(("KD", month, 4))
    later = connector.next_at + timedelta(minutes=11)
    assert run_what_is_due(later - timedelta(minutes=2)) == 0
    assert run_what_is_due(later) == 0
    assert [run.code for run in Run.objects.all()] == ["cut_off"]
    connector.refresh_from_db()
    assert connector.retry_at == later + timedelta(minutes=1)
    assert run_what_is_due(connector.retry_at) == 1
    assert Run.objects.latest("pk").why == "retry"


def test_a_retry_asks_for_the_period_that_failed(make: Make, sales: Sales) -> None:
    connector = make(every="month")
    first = connector.next_at
    assert first is not None
    began = begin_due(connector, first)  # and the worker is away for a month
    assert began is not None
    connector.refresh_from_db()
    second = connector.next_at
    assert second is not None
    assert run_what_is_due(second) == 0  # the schedule waits for what failed
    connector.refresh_from_db()
    assert connector.retry_at is not None
    again = begin_due(connector, connector.retry_at)
    assert again is not None
    assert (again.why, again.starts, again.ends) == ("retry", began.starts, began.ends)
    sales.say(("KD", again.starts, 4))
    carry_out(again)
    scheduled = begin_due(connector, second)
    assert scheduled is not None
    assert (scheduled.why, scheduled.starts) == ("schedule", add_months(began.starts, 1))


@pytest.mark.parametrize("off", [True, False])
def test_changed_while_it_runs_nothing_is_written(
    make: Make, sales: Sales, month: date, administrator: Person, off: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    connector = make(every="month")
    sales.say(("KD", month, 4))
    fetch = Sql.fetch

    def changing(*words: Any) -> Fetched:
        found = fetch(*words)
        if off:
            switch_connector(administrator, connector, connector.version, False)
        else:
            Connector.objects.update(version=connector.version + 1)  # as an edit does
        return found

    monkeypatch.setattr(Sql, "fetch", changing)
    run = ran(connector)
    assert (run.outcome, run.code, run.recorded) == ("failed", "changed", 0)
    assert "không ghi" in run.said["vi"]
    assert not CheckIn.objects.exists()
    connector.refresh_from_db()
    assert (connector.retry_at is None) == off
    assert connector.failing_since is None
    monkeypatch.undo()
    if not off:
        assert connector.retry_at is not None
        assert run_what_is_due(connector.retry_at) == 1
        assert CheckIn.objects.count() == 1


def test_switched_off_before_its_turn_it_is_not_asked(
    make: Make, administrator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector = make(every="month")
    assert connector.next_at is not None
    run = begin_due(connector, connector.next_at)
    assert run is not None
    switch_connector(administrator, connector, connector.version, False)
    monkeypatch.setattr(Sql, "fetch", lambda *_words: pytest.fail("asked"))
    assert carry_out(run).code == "changed"


def test_a_run_of_another_period_leaves_the_retry(make: Make, sales: Sales, month: date) -> None:
    connector = make(every="month")
    older = add_months(month, -1)
    now = timezone.now()
    Connector.objects.update(retry_at=now, attempt=1)
    Run.objects.create(
        organisation=connector.organisation, connector=connector, why="schedule",
        outcome="failed", starts=older, ends=month - timedelta(days=1), began_at=now, ended_at=now,
    )  # fmt: skip
    sales.say(("KD", month, 4))
    by_hand = begin(connector, "hand", now)
    assert begin_due(connector, now) is None  # it waits for the run by hand
    assert carry_out(by_hand).recorded == 1
    again = begin_due(connector, now)
    assert again is not None
    assert (again.why, again.starts) == ("retry", older)


def test_cut_off_again_and_again_it_raises_the_alarm(make: Make) -> None:
    connector = make(every="month")
    now = connector.next_at
    assert now is not None
    for _time in range(4):
        assert begin_due(connector, now) is not None
        now += timedelta(minutes=40)
        run_what_is_due(now)
        connector.refresh_from_db()
        now += timedelta(minutes=25)
    assert connector.failing_since is not None
    assert Event.objects.filter(verb="connector.failed").count() == 1


def test_pushed_values_go_through_the_same_contract(
    make: Make, administrator: Person, kpi: Goal, month: date
) -> None:
    connector = make(highest=Decimal(50))
    rows = [Reading("KD", month, Decimal(80)), Reading("lạ", month, Decimal(1))]
    with pytest.raises(Conflict):
        push(connector, administrator, rows, "")
    Connector.objects.filter(pk=connector.pk).update(kind="push")
    connector.refresh_from_db()
    run = push(connector, administrator, rows, "[]")
    assert (run.why, run.quarantined, run.wrong) == ("push", 1, 1)
    assert stands(kpi, month) is None


def test_what_is_pushed_as_it_is_switched_off_is_not_taken(
    make: Make, administrator: Person, kpi: Goal, month: date
) -> None:
    connector = make()
    Connector.objects.filter(pk=connector.pk).update(kind="push")
    connector.refresh_from_db()
    Connector.objects.filter(pk=connector.pk).update(is_on=False)  # somebody was faster
    with pytest.raises(Conflict) as refused:
        push(connector, administrator, [Reading("KD", month, Decimal(8))], "")
    assert refused.value.code == "off"
    assert not Run.objects.exists()
    assert stands(kpi, month) is None


def test_a_keeper_who_may_not_report_or_has_left(
    connector: Connector, sales: Sales, month: date, kpi: Goal, dung: Person
) -> None:
    sales.say(("KD", month, 4))
    connector.keeper = dung  # as if he had lost his rights since
    connector.save()
    run = ran(connector)
    assert [line["code"] for line in run.lines] == ["forbidden"]
    Person.objects.filter(pk=dung.pk).update(is_active=False)
    run = ran(Connector.objects.get(pk=connector.pk))
    assert (run.outcome, run.code) == ("failed", "settings")
    assert dung.name in run.said["vi"]


ODD = [
    Reading("\x00KD\ud800", raw="\x00\ud800", value=Decimal(1)),
    Reading("lạ\x00", raw="\x00"),
    Reading("KD", date(1, 1, 1), Decimal(1)),
    Reading("KD", date(2199, 1, 1), Decimal(1)),
    *(Reading("KD", None, Decimal(text)) for text in ("NaN", "Infinity", "1e999999", "1e-99")),
    Reading("KD", None, None, Decimal(1), Decimal(2)),
    Reading("KD", None, None, Decimal(1), Decimal(0)),
    Reading("KD", None, None, Decimal("NaN"), Decimal(1)),
    Reading("KD", wrong="\x00 không phải số"),
    Reading("x" * 10_000, value=Decimal(1), raw="y" * 10_000),
]


def test_whatever_a_source_answers(
    connector: Connector, kpi: Goal, month: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = Fetched(ODD, "\x00\ud800" + "x" * 50_000, ["\x00ghi chú"])
    monkeypatch.setattr(Sql, "fetch", lambda *_words: odd)
    run = ran(connector)
    assert (run.outcome, run.recorded, run.wrong) == ("partly", 1, len(ODD) - 1)
    assert stands(kpi, month) == 1  # the first: its name is An's when cleaned
    assert Run.objects.get(pk=run.pk).notes == ["ghi chú"]


def test_too_many_rows(connector: Connector, monkeypatch: pytest.MonkeyPatch) -> None:
    many = Fetched([Reading("KD", None, Decimal(1))] * 10_001)
    monkeypatch.setattr(Sql, "fetch", lambda *_words: many)
    assert ran(connector).code == "large"


def test_an_answer_that_the_program_cannot_settle(
    connector: Connector, sales: Sales, month: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_words: Any) -> Any:
        raise ZeroDivisionError

    sales.say(("KD", month, 1))
    monkeypatch.setattr("haidang.kpis.actions.running.settle", broken)
    run = ran(connector)
    assert (run.outcome, run.code) == ("failed", "broken")
    assert not CheckIn.objects.exists()


def test_a_fault_of_a_source_is_a_failed_run(
    connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_words: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(Sql, "fetch", broken)
    assert ran(connector).code == "broken"


def test_a_name_that_the_answer_does_not_mention(
    connector: Connector, sales: Sales, month: date
) -> None:
    sales.say(("Lạ", month, 1))
    run = ran(connector)
    assert (run.wrong, run.absent) == (1, 1)
    assert [(line["name"], line["code"]) for line in run.lines] == [
        ("Lạ", "unknown_name"), ("KD", "absent"),
    ]  # fmt: skip


def test_one_that_is_off_raises_no_alarm(connector: Connector, sales: Sales) -> None:
    Connector.objects.update(is_on=False)
    assert ran(connector).code == "empty"
    connector.refresh_from_db()
    assert connector.failing_since is None
    assert not Event.objects.filter(verb="connector.failed").exists()
