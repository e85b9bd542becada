"""The table of routes: every address and method of the program, and who comes in.

**Adding an address.** A test walks the urlconf and fails until its pattern stands here. Write

    _("notes/<str:public_id>/", {"GET": see, "POST": on("objective", "edit words")}, text="Hi")

with the pattern exactly as the urlconf joins it, every method that it answers (a word behind
it, "PATCH measure", tells several uses of one apart), and for each what it does to what it
names: `on("objective", verb)` to a goal (`key_result`, `kpi`, `proposal`,
`record`), `link(verb)` to a link, `place("person" | "unit" | "team" | "cycle" | "value", verb)` to
what an organisation has, `view(verb)` to a saved view of the map, `reopening(verb)` to a
request to open a period again, `asked_targets(verb)` to a request for other targets,
`connector(verb)` to a connector, `run()` to one of its runs,
`held(verb)` to a value that one held back, `own("token")` to a thing of an account, `door(name)`
where the address names nothing. Verbs are those of `tests/access/book.py`; a new one is written
there, by docs/access.md. Keywords are what is sent with writes; "@unit.own" is the id of the
sales unit, "@objective.foreign" of a goal of the other organisation. Placeholders of the pattern
are filled by their names (`_PLACES` in `walk.py`).

What is sent need not succeed: the walk asks whether the door opens (anything but 401, 403,
404), not whether the request is any good. Where an action refuses bad input before it asks
who is there, send something good.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.access.book import Verb


@dataclass(frozen=True)
class Door:
    """A method of an address: what it does to which thing, and what is sent."""

    verb: Verb
    thing: str = ""
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    pattern: str
    doors: dict[str, Door]

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("api/")


def on(thing: str, verb: str, /, **body: Any) -> Door:
    kind = "kpi" if thing == "kpi" else "goal"
    return Door(Verb(kind, verb), thing, body)


def link(verb: str, /, **body: Any) -> Door:
    return Door(Verb("link", verb), "link", body)


def place(thing: str, verb: str, /, **body: Any) -> Door:
    return Door(Verb("organisation", f"{thing.partition('_')[0]}.{verb}"), thing, body)


def view(verb: str, /, **body: Any) -> Door:
    return Door(Verb("view", verb), "view", body)


def own(thing: str, verb: str = "", /, **body: Any) -> Door:
    return Door(Verb("own", verb or thing), thing, body)


def reopening(verb: str, /, **body: Any) -> Door:
    return Door(Verb("reopening", verb), "reopening", body)


def connector(verb: str, /, **body: Any) -> Door:
    """To a connector, or (`run`, `held`) to what came of its run for the KPI of the scope."""
    return Door(Verb("connector", verb), "connector", body)


def run() -> Door:
    return Door(Verb("run", "see"), "run")


def held(verb: str, /, **body: Any) -> Door:
    return Door(Verb("held", verb), "held", body)


def door(name: str, /, **body: Any) -> Door:
    return Door(Verb("door", name), "", body)


def asked_targets(verb: str, /, **body: Any) -> Door:
    return Door(Verb("target_request", verb), "target_request", body)


def both(made: Door) -> dict[str, Door]:
    return {"GET": Door(made.verb, made.thing), "POST": made}


signed_in = door("signed in")
anyone = door("anyone")

ROUTES: list[Route] = []


def _(pattern: str, doors: dict[str, Door]) -> None:
    ROUTES.append(Route(pattern, doors))


# --- the shell --------------------------------------------------------------------------
_("preferences/", {"POST": anyone})
_("stream/", {"GET": signed_in})  # what it says to whom: haidang/config/tests/test_stream.py
_("health/", {"GET": anyone})
_("ready/", {"GET": anyone})
_("metrics/", {"GET": door("nobody")})  # whom it answers: haidang/config/tests/test_metrics.py

# --- people -----------------------------------------------------------------------------
_person = "people/<str:public_id>/"
_("people/", {"GET": signed_in})
_("people/options/", {"GET": signed_in})
_("people/new/", both(door("administer", name="X")))
_(_person, {"GET": place("person", "see")})
_(_person + "alignment/", {"GET": place("person", "see")})
_(_person + "edit/", both(place("person", "change", name="X", version="1")))
_(_person + "roles/", both(place("person", "change", roles=["hr"])))
_(_person + "transfer/", both(place("person", "change", unit="@unit.other", version="1")))
_(_person + "departure/", both(place("person", "change", version="1")))
for _part in ("invitation", "reset", "second-factor-removal", "deactivation", "reactivation"):
    _(_person + _part + "/", {"POST": place("person", "change")})

_unit = "units/<str:public_id>/"
_("units/", {"GET": signed_in})
_("units/options/", {"GET": signed_in})
_("units/new/", both(door("administer", name="X", kind="department")))
_(_unit, {"GET": place("unit", "see")})
_(_unit + "edit/", both(place("unit", "change", name="X", version="1")))
_(_unit + "move/", both(place("unit", "change", parent="@unit.other", version="1")))
_(
    _unit + "merge/",
    both(place("unit", "change", into="@unit.other", leaders=["@person.own"], version="1")),
)
_(_unit + "leaders/", both(place("unit", "change", people=["@person.own"])))
_(_unit + "members/", both(place("team", "members", people=["@person.own"])))
_(_unit + "closure/", {"POST": place("unit", "change")})

_("administration/", {"GET": signed_in})
_("administration/tokens/", {"GET": door("administer")})
_("administration/terms/", both(door("administer or strategy", unit_vi="Ban")))
_("administration/fields/", {"GET": door("administer or strategy")})
_("administration/fields/new/", both(door("administer or strategy", type="text", name_vi="X")))
for _part in ("edit", "retirement", "restoration", "deletion"):
    _(
        f"administration/fields/<str:field_key>/{_part}/",
        {
            **({"GET": door("administer or strategy")} if _part == "edit" else {}),
            "POST": door("administer or strategy", version="1"),
        },
    )
_(
    "settings/",
    {
        "GET": door("insiders"),
        "POST": door("administer", part="organisation"),
        "POST thresholds": door("administer or strategy", part="thresholds"),
    },
)

# --- one's account ----------------------------------------------------------------------
_("account/", both(signed_in))
_("accounts/notifications/", both(door("signed in", reports_on="0")))
_("account/tokens/", both(signed_in))
_("account/tokens/<row:pk>/revocation/", {"POST": own("token", "token or administer")})
_("account/sessions/", {"GET": signed_in})
_("account/sessions/end/", {"POST": signed_in})
_("account/sessions/<row:pk>/end/", {"POST": own("session")})
_(
    "organisations/",
    {
        "GET": signed_in,
        "POST": Door(Verb("own", "organisation"), "", {"organisation": "tam-long-markhome"}),
    },
)
_("invitations/<str:secret>/", {"GET": door("nobody"), "POST": door("nobody")})

# --- signing in -------------------------------------------------------------------------
for _part in ("login", "logout", "password/reset"):
    _(f"accounts/{_part}/", both(anyone))
for _part in ("inactive", "password/reset/done", "password/reset/key/done"):
    _(f"accounts/{_part}/", {"GET": anyone})
_(
    "^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    both(door("nobody")),
)
_("accounts/demo/", {"POST": door("nobody")})
_("accounts/second-factor/", both(anyone))  # leads to signing in, unless a password was given
_("accounts/passkey/", both(anyone))
for _part in (
    "reauthenticate",
    "second-factor/again",
    "passkey/again",
    "password/change",
    "password/set",
    "security/app/on",
    "security/app/off",
    "security/codes/new",
    "security/passkeys/add",
):
    _(f"accounts/{_part}/", both(signed_in))
_("accounts/security/", {"GET": signed_in})
_("accounts/security/codes/", {"GET": signed_in})
# Asks who it is again before it looks: everybody signed in is sent there, whatever the key.
for _part in ("edit", "remove"):
    _(f"accounts/security/passkeys/<row:pk>/{_part}/", both(signed_in))

# --- goals ------------------------------------------------------------------------------
see = on("objective", "see")
_goal = "goals/<str:public_id>/"
_("", {"GET": signed_in})
_("find/", {"GET": signed_in})
_("attention/", {"GET": signed_in})
_("explorer/", {"GET": signed_in})
_("explorer/export/", {"GET": signed_in})
_("explorer/changes/", {"POST": door("signed in", what="archive", goal="O-1:1")})
_("explorer/people/", {"GET": signed_in})
_("explorer/people/export/", {"GET": signed_in})
_("explorer/units/", {"GET": signed_in})
_("explorer/units/export/", {"GET": signed_in})
_("audit/", {"GET": signed_in})
_("audit/export/", {"GET": signed_in})
_("my/alignment/", {"GET": signed_in})
_("kpis/", {"GET": signed_in})
_("kpis/actuals/", both(signed_in))
_("kpis/library/", {"GET": signed_in})
_("kpis/library/<str:entry_key>/draft/", {"POST": door("make goals")})
_("overview/", {"GET": signed_in})
_("timeline/", {"GET": signed_in})
_("map/", {"GET": signed_in})
_("map/data/", {"GET": signed_in})
_("map/panel/<str:public_id>/", {"GET": see})
_("map/places/<str:public_id>/", {"GET": on("objective", "link")})
_("map/move/<str:public_id>/", both(on("objective", "link", to="@second.own")))
_("map/views/", both(signed_in))
_view = "map/views/<row:pk>/"
_(_view, {"GET": view("see")})
_(_view + "edit/", both(view("change", name="X")))
_(_view + "deletion/", {"POST": view("delete")})
_("map/svg/", {"GET": signed_in})
_("map/print/", {"GET": signed_in})
_("goals/", {"GET": signed_in})
_("goals/options/", {"GET": signed_in})
_("goals/new/<str:kind>/", both(door("make goals", title="X", level="individual")))
_(_goal, {"GET": see})
_(_goal + "number/", {"GET": see})
_(_goal + "edit/", both(on("objective", "edit words", title="X", version="1")))
for _part in ("targets/", "targets/<int:year>/"):
    _(_goal + _part, {"GET": on("kpi", "see"), "POST": on("kpi", "set targets")})
_(
    _goal + "participants/",
    {"GET": see, "POST": on("objective", "share", person="@person.other", role="named")},
)
_(
    _goal + "participants/removal/",
    {"POST": on("objective", "share", person="@person.other", role="named")},
)
_(_goal + "following/", {"POST": on("objective", "follow", on="1")})
_(
    _goal + "guests/",
    {"POST": on("objective", "invite guest", name="X", email="x@ngoai.example")},
)
_(_goal + "rule/", both(on("key_result", "weigh", rule="own", version="1")))
_(_goal + "parents/", both(on("objective", "link", parent="@second.own")))
_link = "goals/<str:public_id>/parents/<str:parent_id>/"
_(_link, both(link("change or weigh", mode="none", weight="2")))
_(_link + "acceptance/", {"POST": link("accept")})
_(_link + "declining/", {"POST": link("decline")})
_(_link + "removal/", {"POST": link("unlink")})
_(_goal + "submission/", {"POST": on("objective", "submit", version="1")})
_(_goal + "acceptance/", {"POST": on("proposal", "accept", version="1")})
_(_goal + "declining/", both(on("proposal", "decline", version="1", reason="X")))
_(_goal + "approval/", {"POST": on("objective", "approve", version="1")})
_(_goal + "return/", both(on("objective", "return", version="1", reason="X")))
_(_goal + "closure/", both(on("objective", "close or confirm", version="1")))
_(_goal + "reopening/", {"POST": on("objective", "reopen", version="1")})
_(_goal + "drop/", both(on("objective", "drop", version="1", reason="X")))
_(_goal + "archive/", both(on("objective", "archive", version="1")))
_(_goal + "restoration/", {"POST": on("objective", "restore", version="1")})
_(_goal + "deletion/", {"POST": on("objective", "delete", version="1")})
_("identity/", {"GET": signed_in})
_("identity/edit/", both(door("strategy", vision_vi="X", version="1")))
_("identity/values/new/", both(door("strategy", name_vi="X")))
_value = "identity/values/<str:public_id>/"
_(_value + "edit/", both(place("value", "change", name_vi="X", version="1")))
_(_value + "removal/", {"POST": place("value", "change", version="1")})
_("cycles/", {"GET": signed_in})
_("cycles/new/", both(door("strategy", name="X")))
_("cycles/<str:public_id>/edit/", both(place("cycle", "change", name="X", version="1")))
_("cycles/<str:public_id>/state/", {"POST": place("cycle", "change", state="closing", version="1")})

# --- check-ins --------------------------------------------------------------------------
_record = "goals/<str:public_id>/check-ins/<int:number>/"
_("check-ins/", {"GET": signed_in})
_(_goal + "check-ins/", both(on("key_result", "check in", value="7")))
_(_record + "correction/", both(on("record", "check in", value="7")))
_(_record + "voiding/", both(on("record", "check in", reason="X")))

# --- closing the months of KPIs -----------------------------------------------------------
_("kpis/closing/", {"GET": signed_in})
_("kpis/closing/close/", both(door("close periods", frequency="month")))
_(
    "kpis/closing/<str:public_id>/<str:day>/reopening/",
    both(on("kpi", "ask to reopen period", reason="X")),
)
_(
    "kpis/periods/<str:public_id>/<str:day>/",
    {"GET": on("kpi", "see"), "POST": on("kpi", "comment", text="X")},
)
_("kpis/comments/<row:pk>/taking-back/", {"POST": own("comment")})
# --- connectors: KPIs from other systems ---------------------------------------------------
_connectors = "kpis/connectors/"
_("kpis/connectors/", {"GET": door("administer")})
_("kpis/connectors/new/", both(door("administer", source="push", name="X")))
_(_connectors + "<row:pk>/", {"GET": connector("change")})
_(_connectors + "<row:pk>/edit/", both(connector("change", name="X", version="1")))
_(_connectors + "<row:pk>/names/", both(connector("change", rows="0", version="1")))
_(_connectors + "<row:pk>/state/", {"POST": connector("change", is_on="0", version="1")})
_(_connectors + "<row:pk>/removal/", both(connector("change", version="1")))
_(_connectors + "<row:pk>/trial/", {"POST": connector("change")})
_(_connectors + "<row:pk>/run/", {"POST": connector("change")})
_(_connectors + "runs/<row:pk>/", {"GET": run()})
_("kpis/quarantine/", {"GET": signed_in})
_(
    "kpis/quarantine/<row:pk>/",
    {"GET": held("see"), "POST": held("decide", verdict="refused", reason="X")},
)
_reopening = "kpis/closing/requests/<row:pk>/"
_(_reopening, {"GET": reopening("see"), "POST": reopening("decide", answer="granted")})
_(_reopening + "withdrawal/", {"POST": reopening("withdraw")})

# --- targets of KPIs ----------------------------------------------------------------------
_("kpis/<str:public_id>/allocation/", both(on("kpi", "set targets")))
_("kpis/targets/requests/", {"GET": signed_in})
_request = "kpis/targets/requests/<row:pk>/"
_(_request, {"GET": asked_targets("see"), "POST": asked_targets("decide", answer="granted")})
_(_request + "withdrawal/", {"POST": asked_targets("withdraw")})
# --- scorecards, the bowler -----------------------------------------------------------------
for _address in ("bowler/", "units/", "scorecards/"):
    _("kpis/" + _address, {"GET": signed_in})
_person_card = "kpis/scorecards/person/<str:person_id>/"
_unit_card = "kpis/scorecards/unit/<str:unit_id>/"
_(_person_card, {"GET": place("person", "card")})
_(_unit_card, {"GET": place("unit", "card")})
_(_person_card + "lines/", both(place("person", "set card", starts="2020-01-01", seen="0")))
_(_unit_card + "lines/", both(place("unit", "set card", starts="2020-01-01", seen="0")))
_(
    _person_card + "leave/",
    both(place("person", "set card", **{"leave-starts": "2020-01-01", "leave-ends": "2020-03-01"})),
)
_(
    _person_card + "leave/<row:leave_id>/",
    {"POST": place("person_leave", "set card")},
)
_(_person_card + "kpi/<str:public_id>/", {"GET": place("person_line", "card")})
_(_unit_card + "kpi/<str:public_id>/", {"GET": place("unit_line", "card")})

# --- lists ------------------------------------------------------------------------------
_sent = {"GET": door("send lists"), "POST": door("make goals", kind="goals")}
_("import/", _sent | {"POST actuals": door("send lists", kind="actuals")})
_("kpis/actuals/import/", both(door("send lists", kind="actuals")))
_("import/template/<str:listed>.<str:file_format>", {"GET": door("make goals")})
_("import/<row:pk>/", both(own("import")))
_("import/<row:pk>/progress/", {"GET": own("import")})
_("import/<row:pk>/to-mend/", {"GET": own("import")})
_("import/<row:pk>/again/", {"POST": own("import")})
_("import/<row:pk>/removal/", {"POST": own("import")})
_("export/", {"GET": signed_in})
_("export/<str:listed>.<str:file_format>", {"GET": signed_in})

# --- the API ----------------------------------------------------------------------------
_api = "api/v1/"
for _part in ("", "openapi.json", "docs"):
    _(_api + _part, {"GET": anyone})
_(_api + "^.*$", {"GET": door("nobody"), "POST": door("nobody")})

_(_api + "me", {"GET": signed_in})
_(
    _api + "me/tokens",
    {
        "GET": signed_in,
        # The walk comes with a token, and a token makes no tokens.
        "POST": door("not by a token", name="X", scopes=["read"], expires_in_days=1),
    },
)
_(_api + "me/tokens/<token_id>", {"DELETE": own("token")})
_(_api + "organisation", {"GET": signed_in, "PATCH": door("administer", name="X")})
_(
    _api + "identity",
    {"GET": door("insiders"), "PATCH": door("strategy", vision={"vi": "X"})},
)
_(_api + "identity/values", {"POST": door("strategy", name={"vi": "X"})})
_(
    _api + "identity/values/<value_id>",
    {
        "GET": place("value", "see"),
        "PATCH": place("value", "change", icon="star"),
        "DELETE": place("value", "change"),
    },
)
_items = [{"key": "health.on_track", "value": "0.8"}]
_shown = [{"key": "visibility.unit", "value": "unit"}]
_(
    _api + "organisation/settings",
    {
        "GET": door("insiders"),
        "PATCH": door("administer or strategy", items=_items),
        "PATCH visibility": door("administer", items=_shown),
    },
)
_(_api + "organisation/settings/history", {"GET": door("insiders")})
_(_api + "tokens", {"GET": door("administer")})
_terms = [{"term": "unit", "vi": "Ban"}]
_(
    _api + "organisation/terms",
    {"GET": signed_in, "PUT": door("administer or strategy", items=_terms)},
)
_field = {"type": "text", "name_vi": "X", "kinds": ["objective"]}
_(
    _api + "organisation/goal-fields",
    {"GET": door("insiders"), "POST": door("administer or strategy", **_field)},
)
_(
    _api + "organisation/goal-fields/<field_key>",
    {
        "GET": door("insiders"),
        "PATCH": door("administer or strategy", name_vi="Y"),
        "DELETE": door("administer or strategy"),
    },
)
_(
    _api + "organisation/goal-fields/<field_key>/state",
    {"PUT": door("administer or strategy", retired=True)},
)
_(
    _api + "organisation/settings/<key>",
    {"GET": door("insiders"), "PUT": door("administer or strategy", value="0.8")},
)

_person = _api + "people/<person_id>"
_(_api + "people", {"GET": signed_in, "POST": door("administer", name="X")})
_(_person, {"GET": place("person", "see"), "PATCH": place("person", "change", name="X")})
_(_person + "/roles", {"PUT": place("person", "change", roles=["hr"])})
_(
    _person + "/deactivation",
    {"POST": place("person", "change"), "DELETE": place("person", "change")},
)
_(_person + "/invitation", {"POST": place("person", "change")})
_(_person + "/roles/history", {"GET": place("person", "see")})
_(_person + "/holdings", {"GET": place("person", "change")})
_(_person + "/transfer", {"POST": place("person", "change", unit="@unit.other")})
_(_person + "/departure", {"POST": place("person", "change", otherwise="@person.other")})
_(_person + "/tokens", {"GET": place("person", "tokens")})
_(_person + "/tokens/<token_id>", {"DELETE": place("person_token", "tokens")})

_unit = _api + "units/<unit_id>"
_(_api + "units", {"GET": signed_in, "POST": door("administer", name="X")})
_(_unit, {"GET": place("unit", "see"), "PATCH": place("unit", "change", name="X")})
_(_unit + "/archival", {"POST": place("unit", "change")})
_(
    _unit + "/merger",
    {
        "GET": place("unit", "change"),
        "POST": place("unit", "change", into="@unit.other", leaders=["@person.own"]),
    },
)
_(_unit + "/leaders", {"PUT": place("unit", "change", people=["@person.own"])})
_(
    _unit + "/members",
    {"GET": place("team", "see"), "PUT": place("team", "members", people=["@person.own"])},
)

_period = {"starts": f"{date.today().year + 1}-01-01", "target": "10"}
_span = {"starts": "2031-01-01", "ends": "2031-12-31"}
_(
    _api + "cycles",
    {"GET": signed_in, "POST": door("strategy", name="X", kind="year", **_span)},
)
_(
    _api + "cycles/<cycle_id>",
    {"GET": place("cycle", "see"), "PATCH": place("cycle", "change", name="X")},
)
_(_api + "cycles/<cycle_id>/state", {"PUT": place("cycle", "change", state="closing")})

_goal = _api + "goals/<goal_id>"
_(
    _api + "goals",
    {
        "GET": signed_in,
        "POST": door("strategy", kind="pillar", title="X"),
    },
)
_(
    _goal,
    {
        "GET": see,
        "PATCH": on("objective", "edit words", title="X"),
        "PATCH measure": on("key_result", "edit measure", target="7", reason="X"),
        "PATCH KPI": on("kpi", "edit measure of KPI", decimals=2, reason="X"),
        "PATCH share": on("objective", "share", visibility="participants"),
        "DELETE": on("objective", "delete"),
    },
)
_(_goal + "/participants", {"GET": see})
_(
    _goal + "/participants/<role>/<person_id>",
    {"PUT": on("objective", "share"), "DELETE": on("objective", "share")},
)
_(
    _goal + "/guests",
    {"POST": on("objective", "invite guest", name="X", email="x@ngoai.example")},
)
_(
    _goal + "/following",
    {"PUT": on("objective", "follow"), "DELETE": on("objective", "follow")},
)
_(_goal + "/rule", {"PUT": on("key_result", "weigh", rule="own")})
for _part, _verb in (
    ("submission", "submit"),
    ("approval", "approve"),
    ("restoration", "restore"),
):
    _(f"{_goal}/{_part}", {"POST": on("objective", _verb)})
_(_goal + "/acceptance", {"POST": on("proposal", "accept")})
_(_goal + "/refusal", {"POST": on("proposal", "decline", reason="X")})
for _part, _verb in (("return", "return"), ("drop", "drop"), ("archive", "archive")):
    _(f"{_goal}/{_part}", {"POST": on("objective", _verb, reason="X")})
_(
    _goal + "/closure",
    {"POST": on("objective", "close or confirm"), "DELETE": on("objective", "reopen")},
)
_(
    _goal + "/parents",
    {"GET": see, "POST": on("second", "link", parent="@objective.own", mode="none")},
)
_(_goal + "/children", {"GET": see})
_link = _goal + "/parents/<parent_id>"
_(
    _link,
    {
        "GET": link("see"),
        "PATCH": link("change", mode="none"),
        "PATCH weight": link("weigh", weight=3),
        "PATCH parent": link("move", parent="@second.other"),
        "DELETE": link("unlink"),
    },
)
_(_link + "/acceptance", {"POST": link("accept")})
_(_link + "/refusal", {"POST": link("decline")})
for _part in ("number", "subtree", "history"):
    _(f"{_goal}/{_part}", {"GET": on("key_result", "see")})
_(_goal + "/as-of/<day>", {"GET": on("key_result", "see")})
_(_api + "goals/as-of/<day>", {"GET": signed_in})
_(_goal + "/periods", {"GET": on("kpi", "see")})
_(
    _goal + "/targets/<year>",
    {"GET": on("kpi", "see"), "PUT": on("kpi", "set targets", targets=[_period])},
)
_(_goal + "/allocation/<year>", {"GET": on("kpi", "set targets")})
_(
    _goal + "/allocation/<year>/spread",
    {"POST": on("kpi", "set targets", over="kpis", by="equal")},
)
_(
    _goal + "/allocation",
    {"POST": on("kpi", "set targets", targets=[_period], reason="X")},
)
_asked = [{"starts": f"{date.today().year}-12-01", "target": "9"}]
_(
    _goal + "/target-requests",
    {"POST": on("kpi", "set targets", targets=_asked, reason="X")},
)
_(
    _goal + "/check-ins",
    {"GET": on("key_result", "see"), "POST": on("key_result", "check in", value="7")},
)
_record = _api + "check-ins/<check_in_id>"
_(_record, {"GET": on("record", "see")})
_(_record + "/correction", {"POST": on("record", "check in", value="7")})
_(_record + "/voiding", {"POST": on("record", "check in", reason="X")})
# What each sees, and whose rows are taken, is told and tested beside these.
_rows = [{"goal": "@key_result.own", "value": "7", "measure_version": None}]
_(_api + "check-ins/bulk", {"POST": door("signed in", rows=_rows)})
_rows = [{"kpi": "@kpi.own", "day": f"{date.today().year - 1}-01-31", "value": "7"}]
_(_api + "kpis/actuals", {"GET": signed_in, "POST": door("signed in", rows=_rows)})
_rows = [{"kind": "objective", "title": "X", "level": "individual", "cycle": "@cycle.own"}]
_(_api + "goals/bulk", {"POST": door("signed in", rows=_rows)})
_many = [{"id": "O-1", "version": 1}]
_(_api + "goals/bulk/changes", {"POST": door("signed in", goals=_many, what="archive")})
_(_api + "map/views", {"GET": signed_in, "POST": door("signed in", name="X")})
_(
    _api + "map/views/<view_id>",
    {"GET": view("see"), "PATCH": view("change", name="X"), "DELETE": view("delete")},
)
_(_api + "changes", {"GET": signed_in})
_(_api + "search", {"GET": signed_in})
_(_api + "kpis/library/<entry_key>/draft", {"POST": door("make goals")})
for _part in ("map", "kpis/tree", "kpis/library", "overview", "attention", "audit"):
    _(_api + _part, {"GET": signed_in})

_comments = _goal + "/periods/<starts>/comments"
_(_comments, {"GET": on("kpi", "see"), "POST": on("kpi", "comment", text="X")})
_(_api + "kpis/comments/<comment_id>", {"DELETE": own("comment")})
_(_api + "kpis/scorecards", {"GET": signed_in})
for _part in ("bowler", "comparable", "scorecards/ranking"):
    _(_api + "kpis/" + _part, {"GET": signed_in})
_(_goal + "/units", {"GET": on("kpi", "see")})
_card: dict[str, Any] = {"starts": "2020-01-01", "lines": []}
_(
    _person + "/scorecard",
    {"GET": place("person", "card"), "PUT": place("person", "set card", **_card)},
)
_(_unit + "/scorecard", {"GET": place("unit", "card"), "PUT": place("unit", "set card", **_card)})
_(
    _person + "/leaves",
    {
        "GET": place("person", "set card"),
        "POST": place("person", "set card", starts="2020-01-01", ends="2020-03-01"),
    },
)
_(_person + "/leaves/<leave_id>", {"DELETE": place("person_leave", "set card")})
_closing = _api + "kpis/closings/<frequency>/<starts>"
_(_closing, {"GET": signed_in, "POST": door("close periods")})
_(_closing + "/state", {"GET": signed_in})
_(_goal + "/periods/<starts>/reopening", {"POST": on("kpi", "ask to reopen period", reason="X")})
_(_api + "kpis/reopenings", {"GET": signed_in})
_connector = _api + "kpis/connectors/<connector_id>"
_made = door("administer", kind="push", name="X")
_(_api + "kpis/connectors", {"GET": door("administer"), "POST": _made})
_(_api + "kpis/connector-kinds", {"GET": door("administer")})
_(
    _connector,
    {
        "GET": connector("change"),
        "PATCH": connector("change", name="X"),
        "DELETE": connector("change"),
    },
)
_(_connector + "/names", {"PUT": connector("change", names=[])})
_(_connector + "/state", {"PUT": connector("change", is_on=False)})
_(_connector + "/trial", {"POST": connector("change")})
_(_connector + "/runs", {"GET": connector("change"), "POST": connector("change")})
_pushed = [{"name": "KD", "day": f"{date.today().year - 1}-01-31", "value": "7"}]
_(_connector + "/push", {"POST": connector("push", rows=_pushed)})
_(_api + "kpis/connector-runs/<run_id>", {"GET": run()})
_(_api + "kpis/connector-runs/<run_id>/records", {"GET": run()})
_(_api + "kpis/quarantine", {"GET": signed_in})
_held = _api + "kpis/quarantine/<held_id>"
_(_held, {"GET": held("see")})
_(_held + "/decision", {"POST": held("decide", verdict="refused", reason="X")})
_reopening = _api + "kpis/reopenings/<request_id>"
_(_reopening, {"GET": reopening("see")})
_(_reopening + "/decision", {"POST": reopening("decide", granted=True)})
_(_reopening + "/withdrawal", {"POST": reopening("withdraw")})
_(_api + "kpis/target-requests", {"GET": signed_in})
_asked = _api + "kpis/target-requests/<request_id>"
_(_asked, {"GET": asked_targets("see")})
_(_asked + "/decision", {"POST": asked_targets("decide", granted=True)})
_(_asked + "/withdrawal", {"POST": asked_targets("withdraw")})
