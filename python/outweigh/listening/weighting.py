"""Survey weighting of any table: post-stratification, raking, calibration, trimming."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.arguments import checked
from ..core.columns import Rows, encode, look_up, numbers_of, text_of
from ..core.errors import InvalidInput, Place, TypeMismatch
from ..core.numbers import number_of
from ..core.progress import Progress
from ..core.table import TableLike
from .weights import Base, SurveyWeights, base_of, survey_weights_of

__all__ = [
    "calibrate",
    "poststratify",
    "rake",
    "trim",
]


@checked
def poststratify(
    sample: TableLike, totals: Mapping[str, Any], *, weights: Base = None, threads: int | None = 1
) -> SurveyWeights:
    """Scale weights within each level of a variable so that they add up to its known total.

    Parameters
    ----------
    sample
        Any table.
    totals
        ``{variable: {level: total}}`` of one variable. Several are crossed, named by a tuple, with levels that are tuples:
        ``{("region", "size"): {("north", "small"): 120, ...}}``.
    weights
        Base weights: numbers, the name of a column, a `Design`, or other `SurveyWeights`.
    threads
        None means all cores.

    Returns
    -------
    SurveyWeights

    Raises
    ------
    InvalidInput
        Naming variable and level: a level that only one of sample and totals has, totals that are NaN or negative.

    Examples
    --------
    >>> import outweigh as ow
    >>> weights = ow.poststratify({"size": ["s", "s", "l"]}, {"size": {"s": 8, "l": 2}})
    >>> weights.values
    array([4., 4., 2.])
    """
    require_totals(totals, "totals")
    rows = Rows(sample)
    if len(totals) != 1:
        raise InvalidInput(
            "post-stratification takes one variable, or a tuple of variables with totals of their crossing",
            Place(column="totals", value=str(len(totals))),
        )
    ((variable, known),) = totals.items()
    base = base_of(weights, rows)
    core = _with_margins([(variable, known)], rows, lambda read: _core.poststratify(read[0], base, threads=threads))
    return SurveyWeights(core, rows)


@checked
def rake(
    sample: TableLike,
    margins: Mapping[Any, Mapping[Any, float]],
    *,
    weights: Base = None,
    bounds: tuple[float, float] | None = None,
    max_iterations: int = 5000,
    threads: int | None = 1,
    progress: Progress = None,
) -> SurveyWeights:
    """The weights nearest to the base weights that meet the totals of several variables at once.

    Parameters
    ----------
    sample
        Any table.
    margins
        ``{variable: {level: total}}``; a variable may be a tuple of columns, with tuples as levels.
    weights
        Base weights: numbers, the name of a column, a `Design`, or other `SurveyWeights`.
    bounds
        Least and greatest factor by which a weight may change.
    max_iterations
        Most sweeps over all margins.
    threads
        None means all cores.
    progress
        True, or a function of (task, done).

    Returns
    -------
    SurveyWeights
        Every margin is met to 1e-10. Standard errors are those of R's raking, ten rounds of centring within each margin in
        the order given, with all rows alike: too large where base weights vary much. ``calibrate(..., method="raking")``
        gives the same weights with errors that know the base weights and no order; within bounds these are given here,
        too.

    Raises
    ------
    InvalidInput
        Margins that contradict each other, levels that only one of sample and totals has, NaN, negative totals.
    Infeasible
        When no weights meet the margins; names the worst variable and level.

    Examples
    --------
    >>> import outweigh as ow
    >>> sample = {"size": ["s", "s", "l", "l"], "region": ["n", "w", "n", "w"]}
    >>> weights = ow.rake(sample, {"size": {"s": 40, "l": 60}, "region": {"n": 30, "w": 70}})
    >>> weights.values.round(9)
    array([12., 28., 18., 42.])
    """
    require_totals(margins, "margins")
    rows = Rows(sample)
    lower, upper = _bounds(bounds, 0.0)
    base = base_of(weights, rows)

    def call(read: list[_Margin]) -> _core.Weights:
        return _core.rake(
            read,
            base,
            bounds=(lower, upper),
            max_iterations=max_iterations,
            threads=threads,
            progress=progress,
        )

    return SurveyWeights(_with_margins(list(margins.items()), rows, call), rows)


@checked
def calibrate(
    sample: TableLike,
    totals: Mapping[Any, Any],
    *,
    weights: Base = None,
    bounds: tuple[float, float] | None = None,
    method: Literal["linear", "raking", "logit"] = "linear",
    max_iterations: int = 200,
    threads: int | None = 1,
    progress: Progress = None,
) -> SurveyWeights:
    """The weights nearest to the base weights that meet known totals of categorical and numeric columns.

    Parameters
    ----------
    sample
        Any table.
    totals
        By variable: ``{level: total}`` for a category, one number for a numeric column.
    weights
        Base weights: numbers, the name of a column, a `Design`, or other `SurveyWeights`.
    bounds
        Least and greatest factor by which a weight may change. They hold exactly.
    method
        ``"linear"`` is the generalised regression estimator, ``"raking"`` keeps weights positive, ``"logit"`` keeps
        them smoothly between the bounds.
    max_iterations
        Most steps of Newton's method.
    threads
        None means all cores.
    progress
        True, or a function of (task, done).

    Returns
    -------
    SurveyWeights
        Every total is met to 1e-10.

    Raises
    ------
    InvalidInput
        Values or totals that are NaN, margins that contradict each other, levels that only one of sample and totals
        has, collinear auxiliaries; names the variable and level.
    Infeasible
        When no weights meet the totals within the bounds.

    Examples
    --------
    >>> import outweigh as ow
    >>> weights = ow.calibrate({"x": [1.0, 2.0, 3.0]}, {"x": 12.0})
    >>> weights.values.round(4)
    array([1.4286, 1.8571, 2.2857])
    """
    require_totals(totals, "totals")
    rows = Rows(sample)
    margins = []
    numeric = []
    for variable, known in totals.items():
        if isinstance(known, Mapping):
            margins.append((variable, known))
        else:
            numeric.append((str(variable), numbers_of(variable, str(variable), rows), number_of(known, str(variable))))
    lower, upper = _bounds(bounds, -float("inf"))
    base = base_of(weights, rows)

    def call(read: list[_Margin]) -> _core.Weights:
        return _core.calibrate(
            read,
            numeric,
            base,
            method=method,
            bounds=(lower, upper),
            max_iterations=max_iterations,
            threads=threads,
            progress=progress,
        )

    return SurveyWeights(_with_margins(margins, rows, call), rows)


@checked
def trim(
    weights: SurveyWeights | Any,
    *,
    lower: float = 0.0,
    upper: float = float("inf"),
    redistribution: Literal["equal", "proportional"] = "equal",
    strict: bool = True,
) -> SurveyWeights:
    """Cut weights to bounds and give what is cut to the others; their sum stays.

    Parameters
    ----------
    weights
        `SurveyWeights`, or numbers.
    lower, upper
        Bounds of the weights.
    redistribution
        Every other row gets the same amount (as R's survey), or in proportion to its weight.
    strict
        Repeat until no weight is outside of the bounds. A row that was raised to the lower bound takes its part of what is
        cut later, and the reverse.

    Returns
    -------
    SurveyWeights
        The margins that the weights met before are no longer met. Standard errors take the factors of the trim as given.

    Raises
    ------
    InvalidInput
        Bounds that are not lower <= upper.
    Infeasible
        When no weights within the bounds have the same sum.

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.trim([1.0, 1.0, 4.0], upper=3.0).values
    array([1.5, 1.5, 3. ])
    """
    read = survey_weights_of(weights)
    if redistribution not in ("equal", "proportional"):
        raise InvalidInput(
            "redistribution is 'equal' or 'proportional'", Place(column="redistribution", value=redistribution)
        )
    core = _core.trim(
        read._core, lower=float(lower), upper=float(upper), proportional=redistribution == "proportional", strict=strict
    )
    return SurveyWeights(core, read._sample)


_Margin: TypeAlias = tuple[str, list[str], Any, dict[str, float]]


def require_totals(totals: Any, name: str) -> None:
    if not isinstance(totals, Mapping):
        raise TypeMismatch(f"{name} must be known totals by variable, in a dictionary", Place(column=name))


def _bounds(bounds: Any, lowest: float) -> tuple[float, float]:
    if bounds is None:
        return lowest, float("inf")
    try:
        if any(isinstance(bound, str | bytes) for bound in bounds):
            raise TypeError
        lower, upper = (float(bound) for bound in bounds)
    except (TypeError, ValueError):
        raise TypeMismatch("bounds must be two numbers", Place(column="bounds", value=str(bounds))) from None
    return lower, upper


def _with_margins(
    margins: Sequence[tuple[Any, Mapping[Any, float]]], rows: Rows, call: Callable[[list[_Margin]], _core.Weights]
) -> _core.Weights:
    """Calls with margins read in the quick way; where that fails, with those read with care, which find and name levels."""
    try:
        return call([margin_of(variable, known, rows, quick=True) for variable, known in margins])
    except InvalidInput:
        pass
    return call([margin_of(variable, known, rows) for variable, known in margins])


def _known_codes(column: Any, known: Mapping[Any, float], rows: Rows) -> tuple[list[str], npt.NDArray[Any]] | None:
    """Small integers whose totals are given by number are their own codes: the column need not be read to find levels."""
    values = look_up(column, str(column), rows)
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "iu" or values.ndim != 1:
        return None
    if isinstance(values, np.ma.MaskedArray):
        return None
    if not known or not all(isinstance(level, int | np.integer) and not isinstance(level, bool) for level in known):
        return None
    low, high = int(min(known)), int(max(known))
    if low < 0 or high > 255:
        return None
    return [str(level) for level in range(high + 1)], np.ascontiguousarray(values)


def margin_of(variable: Any, known: Mapping[Any, float], rows: Rows, *, quick: bool = False) -> _Margin:
    if not isinstance(known, Mapping):
        raise TypeMismatch(f"the totals of {variable!r} must be given by level", Place(column=str(variable)))
    names = variable if isinstance(variable, tuple) else (variable,)
    if not names:
        raise InvalidInput(
            "a margin must name its variable, or several in a tuple", Place(column="margins", value="()")
        )
    name = " x ".join(str(part) for part in names)
    totals = {}
    for level, total in known.items():
        text = text_of(level)
        if text in totals:
            raise InvalidInput(f"the margin {name!r} has two totals for a level", Place(column=name, value=text))
        totals[text] = number_of(total, name)
    if len(names) == 1:
        known_codes = _known_codes(names[0], known, rows) if quick else None
        levels, codes = known_codes or encode(names[0], name, rows, present_only=False)
        return name, levels, codes, totals
    columns = [encode(part, str(part), rows) for part in names]
    for part, (_, codes) in zip(names, columns, strict=True):
        if (codes < 0).any():
            row = int(np.argmax(codes < 0))
            raise InvalidInput(f"the level of {part!r} is unknown in a row", Place(column=str(part), row=row))
    lengths = {len(codes) for _, codes in columns}
    if len(lengths) != 1:
        raise InvalidInput(f"the columns of {name!r} differ in length", Place(column=name))
    crossed = np.zeros(lengths.pop(), dtype=np.int64)
    for levels, codes in columns:
        crossed = crossed * len(levels) + codes
    found, codes = np.unique(crossed, return_inverse=True)
    levels = []
    for cell in found.tolist():
        parts = []
        for part_levels, _ in reversed(columns):
            parts.append(part_levels[cell % len(part_levels)])
            cell //= len(part_levels)
        levels.append(" x ".join(reversed(parts)))
    return name, levels, codes.astype(np.int64), totals
