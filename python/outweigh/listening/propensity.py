"""Propensity weights: how readily each row is heard, learned against a reference, and its inverse as weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.arguments import checked
from ..core.columns import Column, Rows, codes_of, encode, kind_in, names_of, numbers_of
from ..core.errors import InvalidInput, MissingInput, Place
from ..core.numbers import is_number, is_unknown
from ..core.progress import Progress
from ..core.table import Table, TableLike, count
from .weights import Base, SurveyWeights, base_of

__all__ = ["PropensityWeights", "propensity_weights"]


class PropensityWeights(SurveyWeights):
    """`SurveyWeights` with the overlap of sample and reference. Made by `propensity_weights`."""

    __slots__ = ("_fit",)

    def __init__(self, fit: _core.PropensityFit, sample: Rows | None = None) -> None:
        super().__init__(fit.weights, sample)
        self._fit = fit

    @property
    def odds(self) -> npt.NDArray[np.float64]:
        """How readily rows of each kind are heard against the average: 2 is twice as readily."""
        return self._fit.odds

    @property
    def balance(self) -> Table:
        """By column and level: share or mean in the sample, weighted and in the reference, and standardised differences."""
        names = ("column", "level", "sample", "weighted", "reference", "difference_before", "difference_after")
        rows = self._fit.balance
        return Table({name: [row[i] for row in rows] for i, name in enumerate(names)})._in(kind_in(self._sample))

    @property
    def ridge(self) -> float:
        """The penalty; 0 without."""
        return self._fit.ridge

    @property
    def concordance(self) -> float:
        """Chance that a row of the sample has higher odds than one of the reference; 0.5: nothing tells them apart."""
        return self._fit.concordance

    @property
    def uncovered_share(self) -> float:
        """Share of the reference unlike anybody in the sample."""
        return self._fit.uncovered_share

    @property
    def largest_weight_share(self) -> float:
        """Share of the total weight on one row."""
        return self._fit.largest_weight_share

    @property
    def trimmed_share(self) -> float:
        """Share of the total weight that trimming moved."""
        return self._fit.trimmed_share

    @property
    def status(self) -> str:
        """``"estimated"`` or ``"doubtful"``."""
        return self._fit.status

    @property
    def reason(self) -> str:
        """Why the weights are doubtful; empty when they are not."""
        return self._fit.reason

    def __repr__(self) -> str:
        doubt = f", doubtful: {self.reason}" if self.reason else ""
        return (
            f"outweigh.PropensityWeights({count(len(self), 'row')}, sum {self.total:.6g}, worth {self.effective_sample_size:.6g} "
            f"equally weighted rows{doubt})"
        )


@checked
def propensity_weights(
    sample: TableLike,
    reference: TableLike,
    columns: Sequence[str],
    *,
    weights: Base = None,
    reference_weights: Column | None = None,
    method: Literal["logistic", "ridge"] = "logistic",
    ridge: float | None = None,
    categorical: Sequence[str] = (),
    folds: int = 0,
    trim: float | None = None,
    seed: int = 0,
    threads: int | None = 1,
    progress: Progress = None,
) -> PropensityWeights:
    """Weights that make a sample look like a reference: the population row by row, or a weighted sample of it.

    A logistic regression learns how readily rows of each kind are in the sample, sample and reference brought to one total
    weight; the weight is the inverse of the odds.

    Parameters
    ----------
    sample, reference
        Any tables.
    columns
        Columns of both. Numbers enter as numbers, all else as categories.
    weights
        Base weights of the sample: numbers, the name of a column, a `Design`, or other `SurveyWeights`.
    reference_weights
        Weights of the reference: numbers, or the name of one of its columns. Default: all 1.
    method
        ``"logistic"``, or ``"ridge"`` with a penalty on the coefficients.
    ridge
        The penalty. Default: chosen by deviance on rows left out.
    categorical
        Columns of numbers that are categories.
    folds
        From 2 on, each row's propensity comes from a fit without its part of the rows (cross-fitting).
    trim
        Largest weight as a multiple of the mean weight; what is cut goes to the others in proportion.
    seed
        Of the parts.
    threads
        None means all cores.
    progress
        True, or a function of (task, done).

    Returns
    -------
    PropensityWeights
        Weights that sum to the reference's total, with ``balance``, ``uncovered_share`` and other signs of overlap.
        Standard errors take the weights as given, which is usually cautious.

    Raises
    ------
    InvalidInput
        Unknown values, no columns, and, without ridge, levels that only one of the tables has.
    NotIdentified
        When a column separates sample and reference; names it.

    Examples
    --------
    >>> import outweigh as ow
    >>> sample = {"size": ["s", "l", "l", "l"]}
    >>> population = {"size": ["s"] * 60 + ["l"] * 40}
    >>> weights = ow.propensity_weights(sample, population, ["size"])
    >>> weights.values.round(6)
    array([60.      , 13.333333, 13.333333, 13.333333])
    """
    names = names_of(columns, "columns")
    if not names:
        raise InvalidInput("propensities need at least one column", Place(column="columns"))
    categories_of = names_of(categorical, "categorical")
    for name in categories_of:
        if name not in names:
            raise MissingInput(
                f"{name!r} is said to hold categories, but is not among the columns",
                Place(column="categorical", value=str(name)),
            )
    rows, others = Rows(sample), Rows(reference)
    categories = []
    numbers = []
    length = 0
    for name in names:
        values = rows.column(name)
        if name not in categories_of and codes_of(values) is None and _holds_numbers(values):
            numbers.append((name, numbers_of(name, name, rows), numbers_of(name, name, others)))
            length = len(numbers[-1][1])
            continue
        levels, codes = encode(name, name, rows)
        length = len(codes)
        other_levels, other_codes = encode(name, name, others)
        merged = sorted(set(levels) | set(other_levels))
        position = {level: i for i, level in enumerate(merged)}
        categories.append(
            (name, merged, _recode(levels, codes, position), _recode(other_levels, other_codes, position))
        )
    base = _core.Weights(length, base_of(weights, rows))
    known = None if reference_weights is None else numbers_of(reference_weights, "reference_weights", others)
    if known is not None and len(known) == 0:
        raise InvalidInput(
            "there are no weights of the reference; leave them out where all rows count alike",
            Place(column="reference_weights"),
        )
    fit = _core.propensity_weights(
        base,
        categories,
        numbers,
        known,
        method=method,
        ridge=None if ridge is None else float(ridge),
        folds=int(folds),
        trim=None if trim is None else float(trim),
        seed=int(seed),
        threads=threads,
        progress=progress,
    )
    return PropensityWeights(fit, rows)


def _holds_numbers(values: Any) -> bool:
    """Numbers of any kind, also those that numpy keeps as objects: decimals, and numbers among unknown ones."""
    if not (isinstance(values, np.ndarray | list | tuple) or hasattr(values, "to_numpy")):
        return False
    if isinstance(values, list | tuple):
        values = np.fromiter(values, dtype=object, count=len(values))
    array = np.asarray(values)
    if array.dtype.kind != "O":
        return array.dtype.kind in "iuf"
    known = (value for value in array.ravel().tolist() if not is_unknown(value))
    first = next(known, None)
    return first is not None and is_number(first) and all(is_number(value) for value in known)


def _recode(levels: list[str], codes: npt.NDArray[Any], position: dict[str, int]) -> npt.NDArray[np.int64]:
    number = np.array([position[level] for level in levels] + [-1], dtype=np.int64)
    return number[np.asarray(codes, dtype=np.int64)]
