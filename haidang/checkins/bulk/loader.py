"""Events fed in the order of time, moved through the graph in memory, written at the end.

The same pure rules as the single actions (`goals.rules`, `facts.cleaned`, `cleaned` of
check-ins), the same rows; only who may do what is not asked: a load is the installation's
own act. Everything happens in the caller's transaction.
"""

from __future__ import annotations

from haidang.checkins.bulk.changes import Changes
from haidang.checkins.bulk.goals import Goals
from haidang.checkins.bulk.records import Records


class Bulk(Goals, Records, Changes):
    """A load into one organisation. Feed events in the order of time, then `flush`."""
