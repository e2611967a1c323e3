"""Intervals for proportions."""

from __future__ import annotations

from typing import Literal

from .. import _core

__all__ = ["proportion_interval"]


def proportion_interval(
    successes: float,
    trials: float,
    *,
    level: float = 0.9,
    method: Literal["wilson", "clopper_pearson", "jeffreys"] = "wilson",
) -> tuple[float, float]:
    """Interval for the proportion behind so many successes.

    Parameters
    ----------
    successes, trials
        May be fractional, such as effective counts. Without trials nothing is known: 0 to 1.
    level
        Probability with which the interval covers.
    method
        ``wilson`` inverts the score test [1]_; ``clopper_pearson`` never covers less than the level [2]_; ``jeffreys`` is
        the posterior under Beta(1/2, 1/2) [3]_.

    Returns
    -------
    tuple of float
        Lower and upper end.

    Raises
    ------
    InvalidInput
        Unless 0 <= successes <= trials, and for a level outside 0..1.

    References
    ----------
    .. [1] Wilson 1927, doi:10.1080/01621459.1927.10502953
    .. [2] Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404
    .. [3] Brown, Cai and DasGupta 2001, doi:10.1214/ss/1009213286

    Examples
    --------
    >>> import outweigh as ow
    >>> [round(end, 4) for end in ow.proportion_interval(3, 10, level=0.95)]
    [0.1078, 0.6032]
    """
    return _core.proportion_interval(successes, trials, level=level, method=method)
