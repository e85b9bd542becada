"""The operations, by what they speak of."""

from haidang.exchange.api.routes import (
    alignment,
    bulk,
    changes,
    check_ins,
    cycles,
    goals,
    identity,
    me,
    numbers,
    organisation,
    people,
    search,
    states,
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
    changes.router,
    search.router,
]
