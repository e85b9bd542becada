"""Loading many goals, links and records at once, by the same rules and with equal rows."""

from haidang.checkins.bulk.loader import Bulk

__all__ = ["Bulk"]
