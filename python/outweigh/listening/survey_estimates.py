"""Means, totals, ratios, quantiles, proportions and differences, with errors that know the design."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .. import _core
from ..core.arguments import checked
from ..core.columns import Column, encode, kind_in, name_of, numbers_of, text_of
from ..core.errors import MissingInput, Place, TypeMismatch
from ..core.numbers import short
from ..core.table import Frame, Kind, Table, listed
from .weights import SurveyWeights, weights_of

__all__ = [
    "Estimates",
    "effective_sample_size",
    "estimate_difference",
    "estimate_mean",
    "estimate_proportions",
    "estimate_quantile",
    "estimate_ratio",
    "estimate_total",
]


class Estimates(Sequence[_core.SurveyEstimate]):
    """Estimates by domain: a sequence, a mapping by level, and a table.

    Each has ``estimate``, ``se``, ``interval(level)``, ``status`` with its ``reason``, ``rows`` and
    ``degrees_of_freedom``.
    """

    __slots__ = ("_estimates", "_kind")

    def __init__(self, estimates: Sequence[_core.SurveyEstimate], kind: Kind = "table") -> None:
        self._estimates = list(estimates)
        self._kind = kind

    def __len__(self) -> int:
        return len(self._estimates)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, int | np.integer | slice) and not isinstance(key, bool):
            return self._estimates[key]
        if not isinstance(key, str):
            raise TypeMismatch(
                "an estimate is taken by its level or its position", Place(column="level", value=short(key))
            )
        for estimate in self._estimates:
            if estimate.level == key:
                return estimate
        raise MissingInput(
            f"there is no estimate of such a level; there are {listed(self.levels)}", Place(column="level", value=key)
        )

    def __iter__(self) -> Iterator[_core.SurveyEstimate]:
        return iter(self._estimates)

    @property
    def levels(self) -> list[str]:
        """Names of the domains, in order."""
        return [estimate.level for estimate in self._estimates]

    @property
    def estimate(self) -> list[float | None]:
        """Estimates in the order of `levels`."""
        return [estimate.estimate for estimate in self._estimates]

    @property
    def se(self) -> list[float | None]:
        """Standard errors in the order of `levels`; None where nothing tells one."""
        return [estimate.se for estimate in self._estimates]

    def to_table(self) -> Table:
        """``level``, ``estimate``, ``se``, ``rows``, ``status``, ``reason``."""
        return Table(
            {
                "level": self.levels,
                "estimate": self.estimate,
                "se": self.se,
                "rows": np.array([estimate.rows for estimate in self._estimates], dtype=np.int64),
                "status": [estimate.status for estimate in self._estimates],
                "reason": [estimate.reason for estimate in self._estimates],
            }
        )._in(self._kind)

    def to_frame(self, kind: Kind | None = None) -> Frame:
        """`to_table` in the kind of tables that the sample was, or in `kind`."""
        return self.to_table().to_frame(kind)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_table().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return repr(self.to_table())


@checked
def estimate_mean(weights: SurveyWeights | Any, y: Column, by: Column | None = None) -> Any:
    """Weighted mean, with a standard error that knows the design and the calibration.

    Parameters
    ----------
    weights
        `SurveyWeights`, `ReplicateWeights`, a `Design` or numbers.
    y
        The outcome: numbers, or the name of a column of the sample that the weights were made for.
    by
        Domains: a column. Default: the whole sample.

    Returns
    -------
    SurveyEstimate or Estimates
        ``.estimate``, ``.se``, ``.interval(level)``, ``.status`` and its ``.reason``; by domain a sequence of them.
        ``se`` is None where nothing tells it, as of a single row without a design.

    Raises
    ------
    InvalidInput
        For a column of another length than the weights, and a value that is unknown or not finite; it names the row.
    MissingInput
        For a name that is no column of the sample.
    TypeMismatch
        For an outcome that is not numbers.

    Examples
    --------
    >>> import outweigh as ow
    >>> sample = {"size": ["s", "s", "l", "l"], "score": [1.0, 3.0, 7.0, 9.0]}
    >>> weights = ow.poststratify(sample, {"size": {"s": 90, "l": 10}})
    >>> mean = ow.estimate_mean(weights, "score")
    >>> round(mean.estimate, 3)
    2.6
    >>> ow.estimate_mean(weights, "score", by="size")["l"].estimate
    8.0
    """
    read = weights_of(weights, y)
    values = numbers_of(y, "outcome", read._sample)
    return _by(_core.estimate_mean, read, (values,), by)


@checked
def estimate_total(weights: SurveyWeights | Any, y: Column, by: Column | None = None) -> Any:
    """Weighted total.

    Parameters
    ----------
    weights, y, by
        As for `estimate_mean`.

    Returns
    -------
    SurveyEstimate or Estimates
        As of `estimate_mean`, in the unit of `y`.

    Raises
    ------
    InvalidInput
        For a column of another length than the weights, and a value that is unknown or not finite; it names the row.
    MissingInput
        For a name that is no column of the sample.
    TypeMismatch
        For an outcome that is not numbers.

    Examples
    --------
    >>> import outweigh as ow
    >>> sample = {"size": ["s", "s", "l", "l"], "score": [1.0, 3.0, 7.0, 9.0]}
    >>> weights = ow.poststratify(sample, {"size": {"s": 90, "l": 10}})
    >>> round(ow.estimate_total(weights, "score").estimate, 3)
    260.0
    """
    read = weights_of(weights, y)
    return _by(_core.estimate_total, read, (numbers_of(y, "outcome", read._sample),), by)


@checked
def estimate_ratio(
    weights: SurveyWeights | Any, numerator: Column, denominator: Column, by: Column | None = None
) -> Any:
    """Weighted total of one column over that of another.

    Parameters
    ----------
    weights, by
        As for `estimate_mean`.
    numerator, denominator
        Columns of numbers, or names of such of the sample.

    Returns
    -------
    SurveyEstimate or Estimates
        As of `estimate_mean`; ``undefined`` where the denominator adds up to 0.

    Raises
    ------
    InvalidInput
        For a column of another length than the weights, and a value that is unknown or not finite; it names the row.
    MissingInput
        For a name that is no column of the sample.
    TypeMismatch
        For an outcome that is not numbers.

    Examples
    --------
    >>> import outweigh as ow
    >>> sample = {"size": ["s", "s", "l", "l"], "score": [1.0, 3.0, 7.0, 9.0]}
    >>> weights = ow.poststratify(sample, {"size": {"s": 90, "l": 10}})
    >>> round(ow.estimate_ratio(weights, "score", [1.0, 1.0, 2.0, 2.0]).estimate, 3)
    2.364
    """
    read = weights_of(weights, numerator)
    columns = (numbers_of(numerator, "numerator", read._sample), numbers_of(denominator, "denominator", read._sample))
    return _by(_core.estimate_ratio, read, columns, by)


@checked
def estimate_quantile(
    weights: SurveyWeights | Any, y: Column, probability: float = 0.5, by: Column | None = None, *, level: float = 0.95
) -> Any:
    """Smallest value whose weighted distribution reaches `probability`, with Woodruff's interval at `level`.

    Parameters
    ----------
    weights, y, by
        As for `estimate_mean`.
    probability
        Of the quantile, 0..1; the median by default.
    level
        Probability of the interval; ``interval`` of the result takes the same level.

    Returns
    -------
    SurveyEstimate or Estimates
        As of `estimate_mean`.

    Raises
    ------
    InvalidInput
        As `estimate_mean`; for a probability or level outside 0..1.
    MissingInput
        For a name that is no column of the sample.

    Examples
    --------
    >>> import outweigh as ow
    >>> sample = {"size": ["s", "s", "l", "l"], "score": [1.0, 3.0, 7.0, 9.0]}
    >>> weights = ow.poststratify(sample, {"size": {"s": 90, "l": 10}})
    >>> ow.estimate_quantile(weights, "score").estimate
    3.0
    """
    read = weights_of(weights, y)
    columns = (numbers_of(y, "outcome", read._sample), float(probability), float(level))
    return _by(_core.estimate_quantile, read, columns, by)


@checked
def estimate_proportions(weights: SurveyWeights | Any, variable: Column) -> Estimates:
    """Weighted share of each level of a column, with intervals that stay within 0 and 1.

    Parameters
    ----------
    weights
        As for `estimate_mean`.
    variable
        A column of levels, or the name of one of the sample.

    Returns
    -------
    Estimates
        One a level, by its name; shares add up to 1.

    Raises
    ------
    InvalidInput
        For a column of another length than the weights.
    MissingInput
        For a name that is no column of the sample.

    Examples
    --------
    >>> import outweigh as ow
    >>> sample = {"size": ["s", "s", "l", "l"], "score": [1.0, 3.0, 7.0, 9.0]}
    >>> weights = ow.poststratify(sample, {"size": {"s": 90, "l": 10}})
    >>> round(ow.estimate_proportions(weights, "size")["s"].estimate, 3)
    0.9
    """
    read = weights_of(weights, variable)
    levels, codes = encode(variable, name_of(variable, "variable"), read._sample)
    shares = _core.estimate_proportions(read._core, (name_of(variable, "variable"), levels, codes))
    return Estimates(shares, kind_in(read._sample))


@checked
def estimate_difference(weights: SurveyWeights | Any, y: Column, by: Column, first: Any, second: Any) -> Any:
    """Mean in the domain `first` less the mean in `second`, with their covariance.

    Parameters
    ----------
    weights, y
        As for `estimate_mean`.
    by
        The column of domains.
    first, second
        Two of its levels.

    Returns
    -------
    SurveyEstimate

    Raises
    ------
    InvalidInput
        As `estimate_mean`; for a level that `by` does not have.
    MissingInput
        For a name that is no column of the sample.

    Examples
    --------
    >>> import outweigh as ow
    >>> sample = {"size": ["s", "s", "l", "l"], "score": [1.0, 3.0, 7.0, 9.0]}
    >>> weights = ow.poststratify(sample, {"size": {"s": 90, "l": 10}})
    >>> round(ow.estimate_difference(weights, "score", "size", "l", "s").estimate, 3)
    6.0
    """
    read = weights_of(weights, y)
    levels, codes = encode(by, name_of(by, "by"), read._sample)
    values = numbers_of(y, "outcome", read._sample)
    return _core.estimate_difference(
        read._core, values, (name_of(by, "by"), levels, codes), text_of(first), text_of(second)
    )


@checked
def effective_sample_size(weights: SurveyWeights | Any) -> float:
    """Kish's effective sample size (sum w)^2 / sum w^2 [1]_.

    Parameters
    ----------
    weights
        `SurveyWeights` or numbers.

    Returns
    -------
    float
        In rows; 0 where all weights are 0 or there is none.

    Raises
    ------
    InvalidInput
        For a weight that is not finite.

    References
    ----------
    .. [1] Kish 1965, Survey Sampling, Wiley

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.effective_sample_size([1.0, 3.0])
    1.6
    """
    return _core.effective_sample_size(numbers_of(weights, "weights", None))


def _by(estimator: Any, weights: Any, columns: tuple[Any, ...], by: Column | None) -> Any:
    if by is None:
        return estimator(weights._core, *columns)[0]
    name = name_of(by, "by")
    levels, codes = encode(by, name, weights._sample)
    return Estimates(estimator(weights._core, *columns, by=(name, levels, codes)), kind_in(weights._sample))
