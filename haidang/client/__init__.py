"""A client of the JSON API: typed, synchronous, with nothing but the standard library.

    from haidang.client import Haidang

    haidang = Haidang("https://okr.example.vn", token)
    for goal in haidang.goals(state="active"):
        print(goal.id, goal.title, goal.standing.progress_decimal)

Its guide is docs/client.md. It stands alone: it needs neither Django nor the rest of this
package, and may be copied.
"""

from haidang.client.api import Haidang, Reply
from haidang.client.changes import Changes
from haidang.client.errors import (
    Conflict,
    Fault,
    Forbidden,
    HaidangError,
    Invalid,
    NoAnswer,
    NotFound,
    Problem,
    Reason,
    SignIn,
    Stale,
    TryLater,
)
from haidang.client.shapes import (
    Change,
    CheckIn,
    CheckInMade,
    Cycle,
    Found,
    Goal,
    GoalFound,
    GoalMade,
    GoalRef,
    Me,
    Milestone,
    Organisation,
    Parent,
    Period,
    Person,
    PersonFound,
    Ref,
    Standing,
    Subject,
    Unit,
    UnitFound,
    Voiding,
)

__all__ = [
    "Change",
    "Changes",
    "CheckIn",
    "CheckInMade",
    "Conflict",
    "Cycle",
    "Fault",
    "Forbidden",
    "Found",
    "Goal",
    "GoalFound",
    "GoalMade",
    "GoalRef",
    "Haidang",
    "HaidangError",
    "Invalid",
    "Me",
    "Milestone",
    "NoAnswer",
    "NotFound",
    "Organisation",
    "Parent",
    "Period",
    "Person",
    "PersonFound",
    "Problem",
    "Reason",
    "Ref",
    "Reply",
    "SignIn",
    "Stale",
    "Standing",
    "Subject",
    "TryLater",
    "Unit",
    "UnitFound",
    "Voiding",
]
