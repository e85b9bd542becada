"""What a second is worth on the machine that runs the tests."""

from __future__ import annotations

import time

#: Rounds of a loop that a fair machine does in about a tenth of a second.
_TENTH = 2_000_000


def fair_second() -> float:
    """Seconds of processor that this machine, as slow or busy as it is now, takes for what a
    fair one does in one and a half."""
    start = time.process_time()
    sum(1 for _ in range(_TENTH))
    return 15 * (time.process_time() - start)
