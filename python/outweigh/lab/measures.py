"""Measures of how near an estimate, a ranking or a choice comes to the truth."""

from __future__ import annotations

import numpy.typing as npt

from .. import _core
from ..core.arguments import typed

__all__ = [
    "interval_coverage",
    "interval_score",
    "kendall_tau_b",
    "ndcg_at",
    "precision_at",
    "recall_at",
    "relative_regret",
    "root_mean_square_error",
    "set_value",
]

Numbers = npt.ArrayLike


@typed
def root_mean_square_error(estimates: Numbers, truth: Numbers) -> float:
    """Square root of the mean squared difference; 0 for no numbers.

    Raises
    ------
    InvalidInput
        For lengths that differ and numbers that are not finite.

    Examples
    --------
    >>> import outweigh as ow
    >>> round(ow.root_mean_square_error([1, 2, 3], [1, 2, 5]), 4)
    1.1547
    """
    return _core.root_mean_square_error(estimates, truth)


@typed
def interval_coverage(lower: Numbers, upper: Numbers, truth: Numbers) -> float:
    """Share of the closed intervals that contain the truth.

    Raises
    ------
    InvalidInput
        For lengths that differ and numbers that are not finite.

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.interval_coverage([0, 0], [1, 1], [1, 2])
    0.5
    """
    return _core.interval_coverage(lower, upper, truth)


@typed
def interval_score(lower: Numbers, upper: Numbers, truth: Numbers, level: float = 0.9) -> float:
    """Mean interval score: width, and 2 / (1 - level) times the distance of a truth outside [1]_. Smaller is better.

    Raises
    ------
    InvalidInput
        For lengths that differ, numbers that are not finite, and a level that is not between 0 and 1.

    References
    ----------
    .. [1] Gneiting and Raftery 2007, doi:10.1198/016214506000001437

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.interval_score([0, 0], [1, 1], [0.5, 1.5], level=0.5)
    2.0
    """
    return _core.interval_score(lower, upper, truth, level)


@typed
def kendall_tau_b(a: Numbers, b: Numbers) -> float:
    """Kendall's rank correlation of two scores of the same items, with ties (tau-b).

    Returns
    -------
    float
        -1 .. 1; 0 when either side is all tied or there are fewer than two items. O(n log n).

    Examples
    --------
    >>> import outweigh as ow
    >>> round(ow.kendall_tau_b([1, 2, 3, 4], [1, 3, 2, 4]), 4)
    0.6667
    """
    return _core.kendall_tau_b(a, b)


@typed
def precision_at(k: int, scores: Numbers, relevant: Numbers) -> float:
    """Share of the `k` items of the highest score that are relevant; tied items share their places.

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.precision_at(2, [3, 2, 1], [True, False, True])
    0.5
    """
    return _core.precision_at(k, scores, relevant)


@typed
def recall_at(k: int, scores: Numbers, relevant: Numbers) -> float:
    """Share of the relevant items that are among the `k` of the highest score; tied items share their places.

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.recall_at(2, [3, 2, 1], [True, False, True])
    0.5
    """
    return _core.recall_at(k, scores, relevant)


@typed
def ndcg_at(k: int, scores: Numbers, gains: Numbers) -> float:
    """Normalised discounted cumulative gain of the `k` items of the highest score, 0 .. 1 [1]_.

    References
    ----------
    .. [1] Jaervelin and Kekaelaeinen 2002, doi:10.1145/582415.582418

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.ndcg_at(2, [3, 2, 1], [5, 1, 0])
    1.0
    """
    return _core.ndcg_at(k, scores, gains)


@typed
def set_value(chosen: Numbers, solutions: Numbers, needs: Numbers, shares: Numbers, need_values: Numbers) -> float:
    """Value of a set of solutions: each need counts once, by the best single share among the chosen ones.

    Parameters
    ----------
    chosen
        One truth value a solution.
    solutions, needs
        Positions of the solution and the need of each row of what covers what.
    shares
        How much of the need the solution meets, 0 .. 1.
    need_values
        What each need is worth.

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.set_value([True, True], [0, 1], [0, 0], [0.5, 0.75], [100.0])
    75.0
    """
    return _core.set_value(chosen, solutions, needs, shares, need_values)


@typed
def relative_regret(chosen_value: float, best_value: float) -> float:
    """What is lost by a choice: 1 - chosen_value / best_value.

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.relative_regret(75, 100)
    0.25
    """
    return _core.relative_regret(chosen_value, best_value)
