"""The walk proves itself first: for each verb and door a hole is planted, and must be found."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any

import pytest
from django.db.models import QuerySet
from django.http import HttpResponse

from haidang.exchange.api.routes import me as api_me
from haidang.exchange.loading import access as loading
from haidang.goals import access as goals
from haidang.goals.access import doors as goal_doors
from haidang.goals.access import verbs as goal_verbs
from haidang.goals.access.verbs import Relation
from haidang.kpis.access import comments, connectors, reopening, targets
from haidang.kpis.access import scorecards as cards
from haidang.kpis.models import ReopeningRequest, TargetRequest
from haidang.lib.errors import NotFound  # in a planted body: the name of the one it replaces
from haidang.people import access as people
from haidang.people.access import persons
from haidang.people.models import Person, PersonalToken
from haidang.people.views import account as account_views
from haidang.strategy import access as strategy_access
from haidang.strategy.models import SavedView
from tests.access import walk as walking
from tests.access.book import Verb
from tests.access.routes import ROUTES, Route
from tests.access.stage import Stage
from tests.access.walk import walk

pytestmark = pytest.mark.django_db

#: A verb of the book > the verb of the program that opens it.
GOAL_VERBS = {
    "check in": "check_in",
    "edit words": "edit_words",
    "set targets": "set_targets",
    "ask to reopen period": "check_in",
    "submit": "submit",
    "approve": "approve",
    "return": "return",
    "link": "link",
    "weigh": "weigh",
    "close or confirm": "close",
    "reopen": "reopen",
    "drop": "drop",
    "archive": "archive",
    "restore": "restore",
    "delete": "delete",
    "share": "share",
    "invite guest": "share",
    "accept": "accept",
    "decline": "decline",
}
LINK_VERBS = {
    "accept": "accept_link",
    "decline": "accept_link",
    "weigh": "weigh",
    "change": "link",
    "move": "link",
    "unlink": "link",
    "change or weigh": "link",
}
EVERYBODY = frozenset(Relation)
#: Verbs of everybody who sees; what keeps viewers out of all but the first has its own test.
OPEN_TO_READERS = {"see", "follow", "comment"}
#: Doors by which something is made or set.
MAKING = {"administer", "strategy", "administer or strategy"}


@contextmanager
def replaced(function: Callable[..., Any], by: Callable[..., Any]) -> Iterator[None]:
    """Another body in a function, for everybody who has imported it."""
    assert isinstance(function, FunctionType)
    assert isinstance(by, FunctionType)
    before = function.__code__
    function.__code__ = by.__code__
    try:
        yield
    finally:
        function.__code__ = before


def _found(stage: Stage, route: Route, use: str) -> bool:
    """Whether the walk of one use of a route finds fault."""
    try:
        walk(stage, route, uses=[use])
    except AssertionError:
        return True
    return False


Use = tuple[Route, str]


def _uses(thing: str) -> list[Use]:
    return [
        (route, use)
        for route in ROUTES
        for use, door in route.doors.items()
        if door.verb.thing == thing
    ]


def _named(uses: list[Use]) -> Any:
    names = [f"{use} {route.pattern}" for route, use in uses]
    return pytest.mark.parametrize(("route", "use"), uses, ids=names)


# --- a verb is open to everybody who sees ------------------------------------------------

_goal_uses = [
    (route, use)
    for route, use in [*_uses("goal"), *_uses("kpi")]
    if route.doors[use].verb.name not in OPEN_TO_READERS
]


@_named(_goal_uses)
def test_a_verb_open_to_all_who_see(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, route: Route, use: str
) -> None:
    name = route.doors[use].verb.name
    if name.startswith("edit measure"):
        with replaced(goal_verbs.measure_editors, lambda goal: frozenset(Relation)):
            assert _found(stage, route, use)
        return
    monkeypatch.setitem(goals.VERBS, GOAL_VERBS[name], EVERYBODY)
    assert _found(stage, route, use)


@_named(
    [
        (r, u)
        for r, u in [*_uses("goal"), *_uses("kpi")]
        if r.doors[u].verb.name in OPEN_TO_READERS - {"see"}
    ]
)
def test_following_open_to_who_only_reads(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, route: Route, use: str
) -> None:
    monkeypatch.setattr(people.Membership, "is_viewer", property(lambda me: False))
    assert _found(stage, route, use)


@_named([(r, u) for r, u in _uses("link") if r.doors[u].verb.name != "see"])
def test_a_link_open_to_all_who_see(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, route: Route, use: str
) -> None:
    monkeypatch.setitem(goals.VERBS, LINK_VERBS[route.doors[use].verb.name], EVERYBODY)
    assert _found(stage, route, use)


@_named([(r, u) for r, u in _uses("organisation") if not r.doors[u].verb.name.endswith(".see")])
def test_people_units_and_cycles_open_to_all_who_see(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, route: Route, use: str
) -> None:
    for table in (persons.PERSON_VERBS, persons.UNIT_VERBS):
        for verb in table:
            monkeypatch.setitem(table, verb, frozenset({"anyone"}))
    with (
        replaced(cards.sees_card, lambda actor, holder: True),
        replaced(cards.may_set_card, lambda actor, holder: True),
        replaced(goals.may_cycle, lambda person, verb: True),
        replaced(goals.may_identity, lambda person, verb: True),
    ):
        assert _found(stage, route, use)


@_named([(r, u) for r, u in _uses("door") if r.doors[u].verb.name in MAKING])
def test_making_open_to_all(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, route: Route, use: str
) -> None:
    for verb in persons.ORGANISATION_VERBS:
        monkeypatch.setitem(persons.ORGANISATION_VERBS, verb, frozenset({"anyone"}))
    with (
        replaced(goals.may_cycle, lambda person, verb: True),
        replaced(goals.may_identity, lambda person, verb: True),
        replaced(goals.may_create, _active),
        replaced(connectors.may_connect, lambda person: True),
    ):
        assert _found(stage, route, use)


def _active(person, kind, level="", unit=None, *, owner=None, parent=None):  # type: ignore[no-untyped-def]
    return "active"


# --- what should not be seen is seen ------------------------------------------------------


def _all_goals(person):  # type: ignore[no-untyped-def]
    return Goal.objects.all()  # noqa: F821  a name of the function that this replaces


def _all_people(actor):  # type: ignore[no-untyped-def]
    return Person.objects.all()


def _all_units(actor):  # type: ignore[no-untyped-def]
    return Unit.objects.all()  # noqa: F821


def _all_cycles(person):  # type: ignore[no-untyped-def]
    return Cycle.objects.all()  # noqa: F821


def _all_values(person):  # type: ignore[no-untyped-def]
    return CoreValue.objects.all()  # noqa: F821


def _sees_all(me, goal, facts):  # type: ignore[no-untyped-def]
    return True


@contextmanager
def blind() -> Iterator[None]:
    """Nobody looks whose things they are, nor who may see them."""
    with (
        replaced(goals.visible, _all_goals),
        replaced(goals.sees, _sees_all),
        replaced(goals.cycles_visible, _all_cycles),
        replaced(goals.values_visible, _all_values),
        replaced(people.people_visible, _all_people),
        replaced(people.units_visible, _all_units),
        replaced(persons.may_person, lambda actor, person, verb: True),
        replaced(persons.may_unit, lambda actor, unit, verb: True),
        replaced(cards.sees_card, lambda actor, holder: True),
    ):
        yield


@_named([use for thing in ("goal", "kpi", "organisation") for use in _uses(thing)])
def test_other_organisations_and_private_goals_open(stage: Stage, route: Route, use: str) -> None:
    with blind():
        assert _found(stage, route, use)


@_named(_uses("link"))
def test_links_of_others_open(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, route: Route, use: str
) -> None:
    everything = goals.VERBS.keys()
    monkeypatch.setattr(
        goal_doors,
        "verbs_of_each",
        lambda _person, ends: {end.pk: frozenset(everything) for end in ends},
    )
    with blind():
        assert _found(stage, route, use)


@_named(_uses("view"))
def test_saved_views_of_others_open(stage: Stage, route: Route, use: str) -> None:
    with (
        replaced(strategy_access.views_visible, lambda person: SavedView.objects.all()),
        replaced(strategy_access.may_view, lambda person, view, verb: True),
    ):
        assert _found(stage, route, use)


#: Lists and searches: what is in them must not leak.
_lists = [
    (route, "GET")
    for route, use in _uses("door")
    if use == "GET"
    and route.doors[use].verb.name == "signed in"
    and route.pattern
    in {
        "people/",
        "people/options/",
        "units/",
        "units/options/",
        "goals/",
        "goals/options/",
        "attention/",
        "kpis/",
        "overview/",
        "map/",
        "map/data/",
        "map/svg/",
        "map/print/",
        "cycles/",
        "api/v1/people",
        "api/v1/units",
        "api/v1/cycles",
        "api/v1/goals",
    }
]


@_named(_lists)
def test_lists_of_everything(stage: Stage, route: Route, use: str) -> None:
    with blind():
        assert _found(stage, route, use)


# --- the door itself is open ---------------------------------------------------------------


@_named(
    [
        (route, use)
        for route, use in _uses("door")
        if route.doors[use].verb.name == "signed in" and not route.is_api
    ]
)
def test_strangers_come_in(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, route: Route, use: str
) -> None:
    """A page that forgot to ask who is there: what stands before its view is taken away."""
    _undecorated(monkeypatch, route)
    for client in stage.clients.values():
        # What such a view does for nobody may well be to fail, which is an answer too.
        monkeypatch.setattr(client, "raise_request_exception", False)
    assert _found(stage, route, use)


def _undecorated(monkeypatch: pytest.MonkeyPatch, route: Route) -> None:
    where = next(p for text, p in walking.addresses() if text == route.pattern)
    view_class = getattr(where.callback, "view_class", None)
    if route.pattern == "stream/":  # asks by itself
        monkeypatch.setattr(where, "callback", lambda request: HttpResponse(status=503))
    elif view_class is not None:
        for one in view_class.__mro__:
            inner = inspect.unwrap(one.__dict__["dispatch"]) if "dispatch" in vars(one) else None
            if inner is not None and inner is not one.__dict__["dispatch"]:
                monkeypatch.setattr(one, "dispatch", inner)
    else:
        assert hasattr(where.callback, "__wrapped__"), "nothing stands before this view"
        monkeypatch.setattr(where, "callback", inspect.unwrap(where.callback))


def _any_token(request, pk):  # type: ignore[no-untyped-def]
    token = PersonalToken.objects.filter(pk=pk).first()
    if token is None:
        raise NotFound
    PersonalToken.objects.filter(pk=pk).update(revoked_at=token.created_at)
    return redirect("tokens")  # noqa: F821


def _any_session(request, pk):  # type: ignore[no-untyped-def]
    row = UserSession.objects.filter(pk=pk).first()  # noqa: F821
    if row is None:
        raise NotFound
    row.end()
    return redirect("sessions")  # noqa: F821


def _any_organisation(request):  # type: ignore[no-untyped-def]
    from haidang.people.models import Organisation

    found = Organisation.objects.get(slug=request.POST["organisation"])
    request.session[CHOSEN] = found.pk  # noqa: F821
    return redirect("/")  # noqa: F821


def _any_token_of_the_api(request, token_id):  # type: ignore[no-untyped-def]
    if not PersonalToken.objects.filter(pk=token_id).delete()[0]:
        raise NotFound
    return nothing()  # noqa: F821


def _any_import(_person, pk):  # type: ignore[no-untyped-def]
    found = Import.objects.filter(pk=pk).first()  # noqa: F821
    if found is None:
        raise NotFound
    return found


def _any_comment(_person, pk):  # type: ignore[no-untyped-def]
    found = PeriodComment.objects.select_related("goal").filter(pk=pk).first()  # noqa: F821
    if found is None:
        raise NotFound
    return found


#: Address of a thing of an account > its view (or what fetches it for several), and one that
#: takes it by its key alone.
CARELESS = {
    "account/tokens/<row:pk>/revocation/": (account_views.token_revocation, _any_token),
    "account/sessions/<row:pk>/end/": (account_views.session_end, _any_session),
    "organisations/": (account_views.organisations, _any_organisation),
    "api/v1/me/tokens/<token_id>": (api_me.revoke_token, _any_token_of_the_api),
    "kpis/comments/<row:pk>/taking-back/": (comments.own_comment, _any_comment),
    "api/v1/kpis/comments/<comment_id>": (comments.own_comment, _any_comment),
    **{
        f"import/<row:pk>/{part}": (loading.import_for, _any_import)
        for part in ("", "progress/", "to-mend/", "again/", "removal/")
    },
}


@_named(_uses("own"))
def test_things_of_others_open(stage: Stage, route: Route, use: str) -> None:
    """An account's things taken by their key alone, whoever asks."""
    view, careless = CARELESS[route.pattern]
    with replaced(inspect.unwrap(view), careless):
        assert _found(stage, route, use)


def _any_reopening(_person: Person, pk: int, to: str = "see") -> ReopeningRequest:
    found = ReopeningRequest.objects.select_related("goal").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _any_target_request(_person: Person, pk: int, to: str = "see") -> TargetRequest:
    found = TargetRequest.objects.select_related("goal").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


_request_uses = [
    (route, use)
    for route, use in [*_uses("reopening"), *_uses("target_request")]
    # Who decides about a period that was closed is asked a second time.
    if route.doors[use].verb != Verb("reopening", "decide")
]


@_named(_request_uses)
def test_requests_about_kpis_open_to_all(stage: Stage, route: Route, use: str) -> None:
    """A request fetched by its number alone, whatever one wants of it."""
    is_reopening = route.doors[use].verb.thing == "reopening"
    view = reopening.reopening_for if is_reopening else targets.target_request_for
    careless = _any_reopening if is_reopening else _any_target_request
    with replaced(view, careless):
        assert _found(stage, route, use)


# --- what the walk reads -------------------------------------------------------------------


def test_a_leak_in_the_words_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The status is right, but the answer names what must not be known."""
    route = next(route for route in ROUTES if route.pattern == "people/")
    real = walking.ask

    def ask(*asked: Any) -> Any:
        answer = real(*asked)
        answer.content = answer.content + b"<p>KPI MARKprivate</p>"
        return answer

    monkeypatch.setattr(walking, "ask", ask)
    assert _found(stage, route, "GET")


def test_a_foreign_thing_that_answers_otherwise_is_found(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """404 as it should be, but in other words than for what is missing."""
    route = next(route for route in ROUTES if route.pattern == "goals/<str:public_id>/")
    foreign = stage.ids("objective", "foreign")
    assert foreign is not None
    real = walking.ask

    def ask(*asked: Any) -> Any:
        answer = real(*asked)
        if foreign["goal"] in asked[-1]:
            answer.content = answer.content.replace(b"</main>", b" </main>")
        return answer

    monkeypatch.setattr(walking, "ask", ask)
    assert _found(stage, route, "GET")


def test_without_a_hole_nothing_is_found(stage: Stage) -> None:
    for pattern in ("people/", "goals/<str:public_id>/drop/", "api/v1/goals/<goal_id>"):
        walk(stage, next(route for route in ROUTES if route.pattern == pattern))
    assert isinstance(goals.visible(stage.actor("owner")), QuerySet)
