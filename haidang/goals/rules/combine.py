"""The one rule: a node's number is the weighted mean of those of its terms that have data."""

from __future__ import annotations

from collections.abc import Iterable


def half_even(numerator: int, denominator: int) -> int:
    """numerator / denominator to the nearest integer, ties to the even one (both >= 0)."""
    quotient, rest = divmod(numerator, denominator)
    twice = 2 * rest
    if twice > denominator or (twice == denominator and quotient & 1):
        return quotient + 1
    return quotient


def mean(weight: int, weighted: int) -> int | None:
    """Weighted mean of billionths from its sums; None when nothing has weight."""
    return half_even(weighted, weight) if weight > 0 else None


def mean_of_terms(terms: Iterable[tuple[int, int | None]]) -> int | None:
    """The same from (weight, progress) pairs; a term without data is left out.

    >>> mean_of_terms([(1, 500_000_000), (1, None)])
    500000000
    """
    weight = weighted = 0
    for w, p in terms:
        if p is not None:
            weight += w
            weighted += w * p
    return mean(weight, weighted)


def weight_among(siblings: Iterable[int]) -> int:
    """A new child's weight: the mean of its siblings', half-even; 1 if it is the first."""
    known = list(siblings)
    return half_even(sum(known), len(known)) if known else 1
