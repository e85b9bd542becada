"""Whatever stands in an address or in a form: an answer below 500."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Goal
from haidang.kpis.models import TargetChange, TargetRequest
from haidang.people.models import Person
from tests.support.pages import Enter

pytestmark = pytest.mark.django_db

ODD = st.sampled_from(
    [
        *("", " ", "\x00", "a\x00b", "\u202eabc", "<script>", "%s%n{0}", "x" * 400, "x" * 30_000),
        *("0", "1", "-1", "2", "9" * 20, "9" * 5000, "1e30", "NaN", "-Infinity", "3,1", "٢"),
        *("0001-01-01", "31/12/2199", "01/01/1989", "2026-02-30", "01/02/2026"),
        *(
            "O-1",
            "KR-1",
            "KR-2",
            "KPI-1",
            "UG-1",
            "P-1",
            "P-2",
            "U-1",
            "U-2",
            "C-1",
            "C-9999999999",
        ),
        *("KR-\x00", "O-1,KR-1,\x00", "me", "all", "unit", "owner", "cycle", "objective~0~1"),
        *("active", "open", "outdated", "own", "both", "children", "along", "relink", "average"),
        *(
            "value",
            "none",
            "number",
            "milestones",
            "yes_no",
            "increase",
            "range",
            "relative",
            "sum",
        ),
        *("month", "company", "unit", "individual", "committed", "private", "participants"),
        *(
            "organisation",
            "thresholds",
            "calendar",
            "visibility",
            "scorecards",
            "delegate",
            "named",
        ),
    ]
)
NAMES = {
    "/": ("x",),
    "/goals/": (
        "q", "tag", "kind", "state", "level", "health", "group", "cycle", "unit", "owner",
        "under", "after",
    ),
    "/goals/options/": ("q", "for", "kind", "without", "closed"),
    "/attention/": ("reason", "unit", "cycle", "page"),
    "/my/alignment/": ("x",),
    "/kpis/": ("open",),
    "/kpis/actuals/": ("unit", "frequency", "n", "to", "page", "seen-KPI-1"),
    "/kpis/closing/": ("frequency", "period", "unit", "state", "page"),
    "/kpis/closing/close/": ("frequency", "period", "unit"),
    "/kpis/closing/KPI-1/2026-01-01/reopening/": ("reason",),
    "/kpis/connectors/new/?source=sql": (
        "name", "keeper", "frequency", "asks", "below", "s_url", "s_password", "s_query", "jump",
        "lowest", "highest", "every", "at", "weekday", "month_day", "version", "form_key",
    ),
    "/kpis/quarantine/": ("x",),
    "/kpis/bowler/": ("unit", "person", "year", "page"),
    "/kpis/units/": ("kpi", "year"),
    "/kpis/scorecards/": ("of", "frequency", "period", "page"),
    "/kpis/scorecards/person/P-2/": ("frequency", "period"),
    "/kpis/scorecards/person/P-2/lines/": (
        "starts", "ends", "seen", "kpi", "weight-KPI-1", "cap-KPI-1", "floor-KPI-1",
        "perspective-KPI-1", "prorated-KPI-1", "more", "add",
    ),
    "/kpis/scorecards/unit/U-2/lines/": ("starts", "ends", "seen", "kpi", "weight-KPI-1"),
    "/kpis/scorecards/person/P-2/leave/": ("leave-starts", "leave-ends"),
    "/kpis/library/": ("q", "department", "perspective"),
    "/kpis/library/net_revenue/draft/": ("form_key",),
    "/overview/": ("x",),
    **{
        f"/map/{what}": (
            "cycle", "unit", "team", "person", "kind", "health", "tag", "text", "root", "also",
            "limit", "view", "saved", "d", "t", "at", "f", "k", "c",
        )
        for what in ("", "svg/", "print/")
    },
    "/map/views/": ("name", "is_shared", "query", "place", "form_key"),
    "/map/move/O-1/": ("from", "to", "undo", "relation", "mode", "weight"),
    "/map/places/O-1/": ("x",),
    "/map/data/": ("ids", "cycle", "unit", "kind", "health", "tag", "text", "root", "limit"),
    "/people/options/": ("q",),
    "/people/P-2/departure/": ("to", "version", "last_day", "refresh", "leads-U-2", "reports"),
    "/people/P-2/transfer/": ("to", "version", "unit", "manager", "refresh", "leads-U-2"),
    "/units/U-2/merge/": ("into", "version", "leaders"),
    "/administration/tokens/": ("page",),
    "/settings/": (
        "part", "stand", "preview", "name", "language", "time_zone", "currency",
        "fiscal_year_start", "on_track", "at_risk", "committed", "aspirational", "working_days",
        "add_from", "add_until", "remove", "company", "unit", "individual", "closing_day",
        "cap", "floor", "outstanding", "good", "met", "improve", "ranking",
    ),
    "/goals/O-1/participants/": ("person", "role", "since", "until"),
    "/goals/O-1/participants/removal/": ("person", "role"),
    "/goals/O-1/guests/": ("name", "email", "form_key"),
    "/units/options/": ("q",),
    "/check-ins/": ("shape",),
    "/goals/KR-1/check-ins/": (
        "shape", "back", "measure_version", "value", "confidence", "note", "pace", "for_day",
        "next_on", "switch", "achieved",
    ),
    "/goals/KPI-1/check-ins/": ("shape", "measure_version", "value", "period", "switch"),
    "/goals/O-1/edit/": (
        "title", "version", "level", "commitment", "horizon", "rank", "tags", "owner", "unit",
        "visibility", "contributors", "cycle", "starts", "ends", "reason", "refresh",
        "fields.budget", "fields.review", "fields.market", "fields.markets", "fields.sponsor",
        "fields.document",
    ),
    "/goals/KR-1/edit/": (
        "title", "version", "metric_kind", "direction", "metric_unit", "decimals", "baseline",
        "target", "low", "high", "tolerance", "relative_change", "plan_curve", "cadence_days",
        "visibility", "ms-0-title", "ms-0-weight", "ms-0-due", "ms-0-position", "reason",
        "refresh",
    ),
    "/goals/KPI-1/edit/": (
        "title", "version", "metric_kind", "direction", "target", "frequency", "aggregation",
        "calculation", "formula", "source", "freshness_days", "step-0-from", "step-0-gives",
        "level", "visibility", "reason", "refresh",
    ),
    **{
        f"/goals/new/{kind}/": (
            "title", "parent", "objective", "cycle", "refresh", "level", "commitment", "visibility",
            "metric_kind", "direction", "target", "baseline", "frequency", "aggregation", "weight",
            "mode", "relation", "owner", "unit", "starts", "ends", "form_key", "another", "submit",
        )
        for kind in ("ultimate", "pillar", "objective", "key_result", "kpi", "dream")
    },
    "/goals/KPI-1/targets/": ("version", "reason", "total", "spread", "year_total"),
    "/goals/KPI-1/targets/2026/": (
        "version", "reason", "total", "target-2026-01-01", "target-2026-05-01", "target-usual",
        "spread", "year_total",
    ),
    "/kpis/KPI-1/allocation/": ("year", "page", "reason", "spread", "v-KPI-1"),
    "/kpis/targets/requests/1/": ("answer", "reason", "back"),
    "/kpis/targets/requests/1/withdrawal/": ("back",),
    "/kpis/closing/requests/1/withdrawal/": ("back",),
    "/goals/KR-1/rule/": ("version", "rule"),
    "/goals/O-1/parents/": ("parent", "relation", "mode", "weight"),
    "/goals/KR-1/parents/O-1/": ("relation", "mode", "weight", "back"),
    **{
        f"/goals/O-1/{what}/": ("version", "reason", "score", "children", "relink_to")
        for what in ("closure", "drop", "archive", "return", "deletion", "approval", "submission")
    },
    "/cycles/new/": ("name", "kind", "starts", "ends", "parent", "form_key"),
    "/explorer/": (
        "columns", "sort", "group", "after", "before", "without", "field:budget:from",
        "field:budget:to", "field:review:from", "field:market", "field:markets", "field:x",
    ),
    "/administration/terms/": (
        "stand", "preview", "objective_vi", "objective_en", "objective_en_many", "unit_vi",
    ),
    **{
        f"/administration/fields/{way}/": (
            "type", "version", "name_vi", "name_en", "help_vi", "unit", "decimals", "kinds",
            "required", "place", "option-0-name_vi", "option-0-name_en", "option-0-key",
            "option-1-name_vi", "refresh", "form_key",
        )
        for way in ("new", "budget/edit", "market/edit")
    },
    "/cycles/C-1/edit/": ("name", "kind", "starts", "ends", "parent", "version"),
    "/cycles/C-1/state/": ("state", "version"),
    "/preferences/": ("language", "theme", "next"),
}  # fmt: skip


@pytest.fixture
def client(
    enter: Enter, administrator: Person, objective: Goal, kpi: Goal,
    make_key_result: Callable[..., Goal],
) -> Client:  # fmt: skip
    make_key_result(objective)
    above = make_key_result(objective, "Cả vùng")
    actions.link(administrator, above, LinkRequest(Goal.objects.get(public_id="KR-1")))
    options = [{"name_en": "North"}, {"name_en": "South"}]
    for kind, name in (
        *(("number", "Budget"), ("day", "Review"), ("choice", "Market"), ("choices", "Markets")),
        *(("person", "Sponsor"), ("link", "Document")),
    ):
        facts = {"type": kind, "name_en": name, "kinds": ["objective"], "options": options}
        actions.create_field(administrator, facts)
    request = TargetRequest.objects.create(
        pk=1, organisation=kpi.organisation, goal=kpi, asked_by=kpi.owner,
        asked_at=timezone.now(), reason="x",
    )  # fmt: skip
    TargetChange.objects.create(request=request, goal=kpi, fields={"target": ["3", "4"]})
    return enter(administrator)


def test_the_addresses_are_there(client: Client) -> None:
    for address in NAMES.keys() - {"/goals/new/dream/"}:
        assert client.get(address).status_code != 404, address


@given(data=st.data())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=300,
    deadline=None,
)
def test_nothing_is_a_500(client: Client, data: st.DataObject) -> None:
    address = data.draw(st.sampled_from(sorted(NAMES)), "address")
    fields = st.dictionaries(st.sampled_from(NAMES[address]), ODD, max_size=8)
    query: dict[str, Any] = data.draw(fields, "query")
    headers = {"HX-Request": "true"} if data.draw(st.booleans(), "htmx") else {}
    with transaction.atomic():
        if data.draw(st.booleans(), "post"):
            body = data.draw(fields, "body")
            answer = client.post(address, body, query_params=query, headers=headers)
        else:
            answer = client.get(address, query, headers=headers)
        transaction.set_rollback(True)  # each example begins in the same world
    assert answer.status_code < 500
