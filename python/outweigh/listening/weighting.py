"""Survey weighting of any table: post-stratification, raking, calibration, and estimates that know the design."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.errors import InvalidInput, MissingInput, Place, TypeMismatch
from ..core.table import Table, TableLike

__all__ = [
    "Design",
    "Estimates",
    "SurveyWeights",
    "calibrate",
    "effective_sample_size",
    "estimate_difference",
    "estimate_mean",
    "estimate_proportions",
    "estimate_quantile",
    "estimate_ratio",
    "estimate_total",
    "poststratify",
    "rake",
    "trim",
]

Column: TypeAlias = Any
"""A name of a column of the sample, or values: an array, a list, a pandas, polars or arrow column."""

Base: TypeAlias = Any
"""Base weights: a column, a `Design`, or `SurveyWeights` to start from; None: all rows alike."""


class Design:
    """How a sample was drawn.

    Parameters
    ----------
    strata, clusters, fpc
        A column, or for several stages a list of them from the largest units to the smallest. ``fpc`` is the number of
        units in the population of each row's stratum (all 1 or more), or the share of them that was drawn (all 1 or
        less).
    weights
        Base weights. Default: the inverse of what ``fpc`` says was drawn, otherwise all alike.
    sample
        Where names of columns are looked up.
    nest
        Clusters of one name in different strata are different clusters.
    lonely
        What a stratum with a single cluster does: ``"fail"``, ``"remove"`` (adds no variance), ``"adjust"`` (adds its
        squared distance from zero) or ``"average"`` (adds the mean of the others).

    Examples
    --------
    >>> import outweigh as ow
    >>> design = ow.Design(clusters=["a", "a", "b", "b"], fpc=[4, 4, 4, 4])
    >>> design.weights
    array([2., 2., 2., 2.])
    """

    __slots__ = ("_core",)

    def __init__(
        self,
        *,
        strata: Column | Sequence[Column] | None = None,
        clusters: Column | Sequence[Column] | None = None,
        fpc: Column | Sequence[Column] | None = None,
        weights: Column | None = None,
        sample: TableLike | None = None,
        nest: bool = False,
        lonely: Literal["fail", "remove", "adjust", "average"] = "fail",
    ) -> None:
        rows = None if sample is None else _Rows(sample)
        self._core = _core.Design(
            strata=[_encode(column, "strata", rows)[1] for column in _stages(strata)],
            clusters=[_encode(column, "clusters", rows)[1] for column in _stages(clusters)],
            fpc=[_numbers(column, "fpc", rows) for column in _stages(fpc)],
            weights=None if weights is None else _numbers(weights, "weights", rows),
            nest=nest,
            lonely=lonely,
        )

    @property
    def weights(self) -> npt.NDArray[np.float64] | None:
        """Base weights; None where all rows are alike."""
        weights: npt.NDArray[np.float64] | None = self._core.weights
        return weights

    def __repr__(self) -> str:
        return f"outweigh.Design({self._core.rows} rows)"


class SurveyWeights:
    """Weights of the rows of a sample, the design behind them, and the totals they were made to meet.

    ``numpy.asarray(weights)`` gives the numbers.
    """

    __slots__ = ("_core", "_sample")

    def __init__(self, core: _core.Weights, sample: _Rows | None = None) -> None:
        self._core = core
        self._sample = sample

    @property
    def values(self) -> npt.NDArray[np.float64]:
        """One weight a row; read-only."""
        return self._core.values

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return self._core.total

    @property
    def effective_sample_size(self) -> float:
        """Kish's (sum w)^2 / sum w^2."""
        return self._core.effective_sample_size

    @property
    def design_effect(self) -> float:
        """Rows over effective sample size."""
        return self._core.design_effect

    @property
    def iterations(self) -> int:
        """Iterations of the last adjustment."""
        return self._core.iterations

    @property
    def residual(self) -> float:
        """Largest relative distance of a weighted total from the known one; at most 1e-10."""
        return self._core.residual

    @property
    def worst_margin(self) -> str:
        """The variable of that total."""
        return self._core.worst_margin

    @property
    def worst_level(self) -> str:
        """Its level; empty for a numeric column."""
        return self._core.worst_level

    def __len__(self) -> int:
        return len(self._core)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return np.array(self.values, dtype=dtype) if copy or dtype is not None else self.values

    def replicates(self, **options: Any) -> Any:
        """Replicates of these weights for standard errors: `ow.replicate_weights` with the same options."""
        from .replicate_weights import replicate_weights

        return replicate_weights(self, **options)

    def to_table(self) -> Table:
        """One row a row of the sample, with its ``weight``."""
        return Table({"weight": np.array(self.values)})

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_table().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return (
            f"outweigh.SurveyWeights({len(self)} rows, sum {self.total:.6g}, worth {self.effective_sample_size:.6g} "
            f"equally weighted rows)"
        )


class Estimates(Sequence[_core.SurveyEstimate]):
    """Estimates by domain: a sequence, a mapping by level, and a table.

    Each has ``estimate``, ``se``, ``interval(level)``, ``status``, ``rows`` and ``degrees_of_freedom``.
    """

    __slots__ = ("_estimates",)

    def __init__(self, estimates: Sequence[_core.SurveyEstimate]) -> None:
        self._estimates = list(estimates)

    def __len__(self) -> int:
        return len(self._estimates)

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, str):
            return self._estimates[key]
        for estimate in self._estimates:
            if estimate.level == key:
                return estimate
        raise KeyError(key)

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
        """Standard errors in the order of `levels`."""
        return [estimate.se for estimate in self._estimates]

    def to_table(self) -> Table:
        """``level``, ``estimate``, ``se``, ``rows``, ``status``."""
        return Table(
            {
                "level": self.levels,
                "estimate": self.estimate,
                "se": self.se,
                "rows": np.array([estimate.rows for estimate in self._estimates], dtype=np.int64),
                "status": [estimate.status for estimate in self._estimates],
            }
        )

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_table().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return repr(self.to_table())


def poststratify(
    sample: TableLike, totals: Mapping[str, Any], *, weights: Base = None, threads: int | None = 1
) -> SurveyWeights:
    """Scale weights within each level of a variable so that they add up to its known total.

    Parameters
    ----------
    sample
        Any table.
    totals
        ``{variable: {level: total}}``. Several variables, or one named by a tuple with levels that are tuples, are
        crossed: ``{("region", "size"): {("north", "small"): 120, ...}}``.
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
    rows = _Rows(sample)
    if len(totals) != 1:
        raise InvalidInput("post-stratification takes one variable, or a tuple of variables with totals of their crossing")
    ((variable, known),) = totals.items()
    base = _base(weights, rows)
    core = _with_margins([(variable, known)], rows, lambda read: _core.poststratify(read[0], base, threads=threads))
    return SurveyWeights(core, rows)


def rake(
    sample: TableLike,
    margins: Mapping[Any, Mapping[Any, float]],
    *,
    weights: Base = None,
    bounds: tuple[float, float] | None = None,
    max_iterations: int = 5000,
    threads: int | None = 1,
    progress: Any = None,
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
        Every margin is met to 1e-10.

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
    rows = _Rows(sample)
    lower, upper = (0.0, float("inf")) if bounds is None else bounds
    base = _base(weights, rows)

    def call(read: list[_Margin]) -> _core.Weights:
        return _core.rake(
            read,
            base,
            bounds=(float(lower), float(upper)),
            max_iterations=max_iterations,
            threads=threads,
            progress=progress,
        )

    return SurveyWeights(_with_margins(list(margins.items()), rows, call), rows)


def calibrate(
    sample: TableLike,
    totals: Mapping[Any, Any],
    *,
    weights: Base = None,
    bounds: tuple[float, float] | None = None,
    method: Literal["linear", "raking", "logit"] = "linear",
    max_iterations: int = 200,
    threads: int | None = 1,
    progress: Any = None,
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
    rows = _Rows(sample)
    margins = []
    numeric = []
    for variable, known in totals.items():
        if isinstance(known, Mapping):
            margins.append((variable, known))
        else:
            numeric.append((str(variable), _numbers(variable, str(variable), rows), _number(known, str(variable))))
    lower, upper = (-float("inf"), float("inf")) if bounds is None else bounds
    base = _base(weights, rows)

    def call(read: list[_Margin]) -> _core.Weights:
        return _core.calibrate(
            read,
            numeric,
            base,
            method=method,
            bounds=(float(lower), float(upper)),
            max_iterations=max_iterations,
            threads=threads,
            progress=progress,
        )

    return SurveyWeights(_with_margins(margins, rows, call), rows)


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
        Every other row gets the same amount, or in proportion to its weight.
    strict
        Repeat until no weight is outside of the bounds.

    Returns
    -------
    SurveyWeights
        The margins that the weights met before are no longer met.

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.trim([1.0, 1.0, 4.0], upper=3.0).values
    array([1.5, 1.5, 3. ])
    """
    read = _weights(weights)
    if redistribution not in ("equal", "proportional"):
        raise InvalidInput("redistribution is 'equal' or 'proportional'", Place(column="redistribution", value=redistribution))
    core = _core.trim(
        read._core, lower=float(lower), upper=float(upper), proportional=redistribution == "proportional", strict=strict
    )
    return SurveyWeights(core, read._sample)


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
        ``.estimate``, ``.se``, ``.interval(level)``; by domain a sequence of them.

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
    read = _weights(weights, y)
    values = _numbers(y, "outcome", read._sample)
    return _by(_core.estimate_mean, read, (values,), by)


def estimate_total(weights: SurveyWeights | Any, y: Column, by: Column | None = None) -> Any:
    """Weighted total; parameters and result as `estimate_mean`.

    Examples
    --------
    >>> import outweigh as ow
    >>> sample = {"size": ["s", "s", "l", "l"], "score": [1.0, 3.0, 7.0, 9.0]}
    >>> weights = ow.poststratify(sample, {"size": {"s": 90, "l": 10}})
    >>> round(ow.estimate_total(weights, "score").estimate, 3)
    260.0
    """
    read = _weights(weights, y)
    return _by(_core.estimate_total, read, (_numbers(y, "outcome", read._sample),), by)


def estimate_ratio(
    weights: SurveyWeights | Any, numerator: Column, denominator: Column, by: Column | None = None
) -> Any:
    """Weighted total of one column over that of another; otherwise as `estimate_mean`.

    Examples
    --------
    >>> import outweigh as ow
    >>> sample = {"size": ["s", "s", "l", "l"], "score": [1.0, 3.0, 7.0, 9.0]}
    >>> weights = ow.poststratify(sample, {"size": {"s": 90, "l": 10}})
    >>> round(ow.estimate_ratio(weights, "score", [1.0, 1.0, 2.0, 2.0]).estimate, 3)
    2.364
    """
    read = _weights(weights, numerator)
    columns = (_numbers(numerator, "numerator", read._sample), _numbers(denominator, "denominator", read._sample))
    return _by(_core.estimate_ratio, read, columns, by)


def estimate_quantile(
    weights: SurveyWeights | Any, y: Column, probability: float = 0.5, by: Column | None = None, *, level: float = 0.95
) -> Any:
    """Smallest value whose weighted distribution reaches `probability`, with Woodruff's interval at `level`.

    Otherwise as `estimate_mean`; ``interval`` takes the same level.

    Examples
    --------
    >>> import outweigh as ow
    >>> sample = {"size": ["s", "s", "l", "l"], "score": [1.0, 3.0, 7.0, 9.0]}
    >>> weights = ow.poststratify(sample, {"size": {"s": 90, "l": 10}})
    >>> ow.estimate_quantile(weights, "score").estimate
    3.0
    """
    read = _weights(weights, y)
    columns = (_numbers(y, "outcome", read._sample), float(probability), float(level))
    return _by(_core.estimate_quantile, read, columns, by)


def estimate_proportions(weights: SurveyWeights | Any, variable: Column) -> Estimates:
    """Weighted share of each level of a column, with intervals that stay within 0 and 1.

    Examples
    --------
    >>> import outweigh as ow
    >>> sample = {"size": ["s", "s", "l", "l"], "score": [1.0, 3.0, 7.0, 9.0]}
    >>> weights = ow.poststratify(sample, {"size": {"s": 90, "l": 10}})
    >>> round(ow.estimate_proportions(weights, "size")["s"].estimate, 3)
    0.9
    """
    read = _weights(weights, variable)
    levels, codes = _encode(variable, _name(variable, "variable"), read._sample)
    return Estimates(_core.estimate_proportions(read._core, (_name(variable, "variable"), levels, codes)))


def estimate_difference(weights: SurveyWeights | Any, y: Column, by: Column, first: Any, second: Any) -> Any:
    """Mean in the domain `first` less the mean in `second`, with their covariance.

    Examples
    --------
    >>> import outweigh as ow
    >>> sample = {"size": ["s", "s", "l", "l"], "score": [1.0, 3.0, 7.0, 9.0]}
    >>> weights = ow.poststratify(sample, {"size": {"s": 90, "l": 10}})
    >>> round(ow.estimate_difference(weights, "score", "size", "l", "s").estimate, 3)
    6.0
    """
    read = _weights(weights, y)
    levels, codes = _encode(by, _name(by, "by"), read._sample)
    values = _numbers(y, "outcome", read._sample)
    return _core.estimate_difference(read._core, values, (_name(by, "by"), levels, codes), _text(first), _text(second))


def effective_sample_size(weights: SurveyWeights | Any) -> float:
    """Kish's effective sample size (sum w)^2 / sum w^2.

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.effective_sample_size([1.0, 3.0])
    1.6
    """
    return _core.effective_sample_size(_numbers(weights, "weights", None))


class _Rows:
    """The sample that names of columns are looked up in."""

    def __init__(self, sample: TableLike) -> None:
        self._sample = sample
        self._table: Table | None = None

    def column(self, name: str) -> Any:
        sample = self._sample
        if isinstance(sample, Mapping):
            if name not in sample:
                raise MissingInput(f"the sample has no column {name!r}", Place(table="sample", column=name))
            return sample[name]
        columns = getattr(sample, "columns", None)
        # Frames give their own columns; categories stay coded.
        if columns is not None and hasattr(sample, "__getitem__") and all(isinstance(c, str) for c in columns):
            if name not in list(columns):
                raise MissingInput(f"the sample has no column {name!r}", Place(table="sample", column=name))
            return sample[name]
        if self._table is None:
            self._table = sample if isinstance(sample, Table) else Table(sample)
        if name not in self._table:
            raise MissingInput(f"the sample has no column {name!r}", Place(table="sample", column=name))
        return self._table[name]


def _stages(columns: Any) -> list[Any]:
    """One column a stage, from one column or a list of columns."""
    if columns is None:
        return []
    if isinstance(columns, list | tuple) and columns:
        first = columns[0]
        is_column = isinstance(first, np.ndarray | list | tuple) or hasattr(first, "__array__")
        if is_column and np.ndim(first) == 1:
            return list(columns)
    return [columns]


def _name(column: Any, otherwise: str) -> str:
    return column if isinstance(column, str) else otherwise


def _look_up(column: Any, name: str, rows: _Rows | None) -> Any:
    if not isinstance(column, str):
        return column
    if rows is None:
        raise MissingInput(f"{column!r} names a column, but there is no sample to find it in", Place(column=name))
    return rows.column(column)


def _numbers(column: Any, name: str, rows: _Rows | None) -> npt.NDArray[np.float64]:
    values = _look_up(column, name, rows)
    where = _name(column, name)
    try:
        if hasattr(values, "to_numpy") and not isinstance(values, np.ndarray):
            values = values.to_numpy()
        array = np.asarray(values)
        if array.dtype.kind == "O":
            array = np.array([np.nan if value is None else value for value in array.tolist()])
        if array.dtype.kind not in "biuf":
            raise TypeError
        return np.ascontiguousarray(array, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeMismatch(f"{where!r} must hold numbers", Place(column=where)) from None


def _number(value: Any, name: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeMismatch(f"the total of {name!r} must be a number", Place(column=name, value=str(value))) from None


def _text(value: Any) -> str:
    """The name of a level, the same for 1 and numpy's 1 and for True and numpy's True."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, tuple):
        return " x ".join(_text(part) for part in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _encode(column: Any, name: str, rows: _Rows | None, *, present_only: bool = True) -> tuple[list[str], npt.NDArray[Any]]:
    """Levels and codes of a column; unknown is -1. Without `present_only` levels without a row may be among them."""
    values = _look_up(column, name, rows)
    coded = _coded(values)
    if coded is not None:
        levels, codes = coded
        return _present(levels, codes) if present_only else (levels, codes)
    if hasattr(values, "combine_chunks"):
        values = values.combine_chunks()
    if hasattr(values, "to_pylist"):
        values = values.to_pylist()
    elif hasattr(values, "to_list") and not isinstance(values, np.ndarray):
        numbers = str(getattr(values, "dtype", "")).lower().startswith(("int", "uint"))
        values = values.to_numpy() if numbers and not (values.null_count() if hasattr(values, "null_count") else 0) else values.to_list()
    array = np.asarray(values, dtype=None if isinstance(values, np.ndarray) else object)
    if array.ndim != 1:
        raise InvalidInput(f"{name!r} must have one dimension", Place(column=name))
    if array.dtype.kind == "b":
        array = array.view(np.uint8)
        return _present(["False", "True"], array) if present_only else (["False", "True"], array)
    if array.dtype.kind in "iu":
        return _encode_integers(array, present_only)
    texts: dict[Any, int] = {}
    codes = np.empty(len(array), dtype=np.int64)
    for row, value in enumerate(array.tolist()):
        if value is None or value != value:
            codes[row] = -1
        else:
            codes[row] = texts.setdefault(_text(value), len(texts))
    # In the order of names, so that rows in another order give the same levels.
    order = sorted(texts)
    rank = np.empty(len(order) + 1, dtype=np.int64)
    for position, level in enumerate(order):
        rank[texts[level]] = position
    rank[-1] = -1
    return order, rank[codes]


def _coded(values: Any) -> tuple[list[str], npt.NDArray[Any]] | None:
    """Levels and codes of a column that has them already: pandas, polars and arrow categories."""
    accessor: Any = getattr(values, "cat", None)
    categories = getattr(accessor, "categories", None)
    if categories is not None and hasattr(accessor, "codes"):
        return [_text(level) for level in categories], np.ascontiguousarray(accessor.codes.to_numpy())
    if hasattr(values, "categories") and isinstance(getattr(values, "codes", None), np.ndarray):
        return [_text(level) for level in values.categories], np.ascontiguousarray(values.codes)
    if hasattr(values, "to_physical") and str(getattr(values, "dtype", "")).startswith(("Categorical", "Enum")):
        present = values.unique().drop_nulls()
        of_level = dict(zip(map(_text, present.to_list()), present.to_physical().to_list(), strict=True))
        levels = sorted(of_level)
        number = np.full(max(of_level.values(), default=0) + 2, -1, dtype=np.int64)
        for position, level in enumerate(levels):
            number[of_level[level]] = position
        physical = values.to_physical()
        codes = physical.to_numpy()
        if values.null_count():
            codes = np.nan_to_num(codes.astype(np.float64), nan=-1.0).astype(np.int64)
        return levels, number[codes]
    if hasattr(values, "combine_chunks") and hasattr(getattr(values, "type", None), "index_type"):
        whole = values.combine_chunks()
        whole = whole.chunk(0) if hasattr(whole, "chunk") and whole.num_chunks == 1 else whole
        if hasattr(whole, "indices"):
            indices = whole.indices.fill_null(-1) if whole.null_count and "u" not in str(whole.type.index_type) else whole.indices
            if not indices.null_count:
                levels = [_text(level) for level in whole.dictionary.to_pylist()]
                return levels, np.ascontiguousarray(indices.to_numpy(zero_copy_only=False))
    return None


def _encode_integers(array: npt.NDArray[Any], present_only: bool) -> tuple[list[str], npt.NDArray[Any]]:
    """Small integers are their own codes; others are numbered without sorting where their range is small."""
    if len(array) == 0:
        return [], array
    low, high = int(array.min()), int(array.max())
    if low >= 0 and high < 256:
        levels = [str(level) for level in range(high + 1)]
        return _present(levels, array) if present_only else (levels, np.ascontiguousarray(array))
    if high - low < 65536:
        levels = [str(level) for level in range(low, high + 1)]
        return _present(levels, (array - np.asarray(low, dtype=array.dtype)) if low >= 0 else array.astype(np.int64) - low)
    found, codes = np.unique(array, return_inverse=True)
    return [_text(level) for level in found], codes.astype(np.int64)


def _present(levels: list[str], codes: npt.NDArray[Any]) -> tuple[list[str], npt.NDArray[Any]]:
    """Without the levels that no row has."""
    if len(codes) == 0:
        return [], codes
    counts = np.bincount(codes.astype(np.int64) + 1, minlength=len(levels) + 1)[1:]
    if counts.all():
        return levels, np.ascontiguousarray(codes)
    number = np.empty(len(levels) + 1, dtype=np.int64)
    number[:-1] = np.cumsum(counts > 0) - 1
    number[-1] = -1
    return [level for level, count in zip(levels, counts, strict=True) if count], number[codes]


_Margin: TypeAlias = tuple[str, list[str], Any, dict[str, float]]


def _with_margins(
    margins: Sequence[tuple[Any, Mapping[Any, float]]], rows: _Rows, call: Callable[[list[_Margin]], _core.Weights]
) -> _core.Weights:
    """Calls with margins read in the quick way; where that fails, with those read with care, which find and name levels."""
    try:
        return call([_margin(variable, known, rows, quick=True) for variable, known in margins])
    except InvalidInput:
        pass
    return call([_margin(variable, known, rows) for variable, known in margins])


def _known_codes(column: Any, known: Mapping[Any, float], rows: _Rows) -> tuple[list[str], npt.NDArray[Any]] | None:
    """Small integers whose totals are given by number are their own codes: the column need not be read to find levels."""
    values = _look_up(column, str(column), rows)
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "iu" or values.ndim != 1:
        return None
    if not known or not all(isinstance(level, int | np.integer) and not isinstance(level, bool) for level in known):
        return None
    low, high = int(min(known)), int(max(known))
    if low < 0 or high > 255:
        return None
    return [str(level) for level in range(high + 1)], np.ascontiguousarray(values)


def _margin(variable: Any, known: Mapping[Any, float], rows: _Rows, *, quick: bool = False) -> _Margin:
    if not isinstance(known, Mapping):
        raise TypeMismatch(f"the totals of {variable!r} must be given by level", Place(column=str(variable)))
    names = variable if isinstance(variable, tuple) else (variable,)
    name = " x ".join(str(part) for part in names)
    totals = {}
    for level, total in known.items():
        text = _text(level)
        if text in totals:
            raise InvalidInput(f"the margin {name!r} has two totals for a level", Place(column=name, value=text))
        totals[text] = _number(total, name)
    if len(names) == 1:
        known_codes = _known_codes(names[0], known, rows) if quick else None
        levels, codes = known_codes or _encode(names[0], name, rows, present_only=False)
        return name, levels, codes, totals
    columns = [_encode(part, str(part), rows) for part in names]
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


def _base(weights: Base, rows: _Rows | None) -> Any:
    if weights is None:
        return None
    if isinstance(weights, Design | SurveyWeights):
        return weights._core
    return _numbers(weights, "weights", rows)


def _weights(weights: Any, outcome: Any = None) -> Any:
    if isinstance(weights, SurveyWeights) or isinstance(getattr(weights, "_core", None), _core.ReplicateWeights):
        return weights
    if isinstance(weights, Design):
        rows = weights._core.rows
        if rows == 0 and outcome is not None:
            rows = len(outcome)
        return SurveyWeights(_core.Weights(rows, weights._core))
    numbers = _numbers(weights, "weights", None)
    return SurveyWeights(_core.Weights(len(numbers), numbers))


def _by(estimator: Any, weights: Any, columns: tuple[Any, ...], by: Column | None) -> Any:
    if by is None:
        return estimator(weights._core, *columns)[0]
    name = _name(by, "by")
    levels, codes = _encode(by, name, weights._sample)
    return Estimates(estimator(weights._core, *columns, by=(name, levels, codes)))
