"""Random organisations, built and upset through the actions, equal the oracle throughout."""

from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.graph.effort import EFFORT
from tests.graph.machine import GraphMachine


@pytest.mark.django_db
def test_every_stored_number_equals_the_oracle() -> None:
    GraphMachine.outcomes.clear()
    run_state_machine_as_test(GraphMachine, settings=EFFORT)
    done = {what for what in GraphMachine.outcomes if ":" not in what}
    assert done >= {
        "link measures",
        "check in kpi",
        "correct",
        "void",
        "move",
        "close",
        "drop along",
    }
