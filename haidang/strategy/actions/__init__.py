"""Every write of the strategy's pages, such as those that concern people and goals at once:
each is one transaction, and checks access."""

from haidang.strategy.actions.handing import Choice, depart, transfer
from haidang.strategy.actions.merging import merge_units

__all__ = ["Choice", "depart", "merge_units", "transfer"]
