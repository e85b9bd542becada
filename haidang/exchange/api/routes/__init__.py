"""The operations, by what they speak of."""

from haidang.exchange.api.routes import (
    alignment,
    as_of,
    bulk,
    changes,
    check_ins,
    cycles,
    goals,
    identity,
    me,
    numbers,
    organisation,
    overview,
    people,
    search,
    states,
    strategy_map,
    units,
)

ROUTERS = [
    me.router,
    organisation.router,
    identity.router,
    people.router,
    units.router,
    cycles.router,
    bulk.router,  # before goals and check-ins, whose ids any word might be
    goals.router,
    states.router,
    alignment.router,
    check_ins.router,
    numbers.router,
    as_of.router,
    strategy_map.router,
    overview.router,
    changes.router,
    search.router,
]
