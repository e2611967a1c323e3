"""Borrowing strength: groups, small areas, judges, and those who were never heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.arguments import checked, texts_of
from ..core.errors import InvalidInput, MissingInput, Place
from ..core.facts import Facts, JudgedFacts
from ..core.numbers import floats_of, is_unknown
from ..core.progress import Progress
from ..core.table import Table, TableLike, count, read_table

__all__ = [
    "Credibility",
    "Judges",
    "LowerBound",
    "SmallAreas",
    "beta_binomial",
    "buhlmann_straub",
    "chao1",
    "chao2",
    "chapman",
    "dawid_skene",
    "fay_herriot",
    "good_turing",
    "smooth_variances",
]


_kernels: Any = _core


def _numbers(values: Any, name: str, *, gaps: bool = False) -> Any:
    """A flat array of numbers; None becomes NaN where gaps are allowed."""
    numbers = np.atleast_1d(floats_of(values, name))
    if not gaps and np.isnan(numbers).any():
        row = int(np.flatnonzero(np.isnan(numbers))[0])
        raise InvalidInput(f"{name} must be known in every row", Place(column=name, row=row, value="null"))
    return numbers


def _column(table: _core.Table, name: str) -> Any:
    if name not in table.columns:
        raise MissingInput(f"the table has no column {name!r}", Place(column=name))
    return table.values(name)


def _with(first: dict[str, Any], core: _core.Table) -> Table:
    table = Table._wrap(core)
    columns = {name: table[name] for name in table}
    for name, values in columns.items():
        listed = [values] if isinstance(values, np.ndarray) else values
        if not all(value is None or isinstance(value, str) or np.isfinite(value).all() for value in listed):
            raise InvalidInput("the numbers are too large or too small to compute with", Place(column=name))
    return Table({**first, **columns})


def _one_row_each(names: Any, column: str) -> Any:
    """The names, of which each must be known and there once."""
    seen: set[Any] = set()
    for row, name in enumerate(names):
        if is_unknown(name):
            raise InvalidInput("the name of a row is unknown", Place(column=column, row=row, value="null"))
        if name in seen:
            raise InvalidInput("there must be one row each", Place(column=column, row=row, value=str(name)))
        seen.add(name)
    return names


class _Fitted(JudgedFacts):
    """A table of what was fitted, with a status for all of it."""

    __slots__ = ()
    _row = "row"

    def _summary(self) -> str:
        return f"{count(len(self), self._row)}, {self._judgement()}"


class Credibility(_Fitted):
    """How far each group's own record is believed. Made by `buhlmann_straub` and `beta_binomial`.

    Columns: ``group``, ``weight``, ``mean`` (its own), ``credibility`` (0 to 1), ``estimate`` with ``standard_error``,
    ``lower`` and ``upper``, ``status``.
    """

    __slots__ = ()
    _row = "group"

    @property
    def collective(self) -> float:
        """What is believed of a group without a record."""
        return float(self._core.figures["collective"])

    @property
    def figures(self) -> dict[str, Any]:
        """What was fitted: ``within`` and ``between`` variance, or ``alpha`` and ``beta``."""
        return {k: v for k, v in self._core.figures.items() if k not in ("status", "reason")}


class SmallAreas(_Fitted):
    """Estimates for areas that borrow strength from a regression. Made by `fay_herriot`.

    Columns: ``area``, ``estimate`` (EBLUP) with ``standard_error`` (root of the mean squared error), ``lower``,
    ``upper``, ``status``, ``shrinkage`` (share of the regression) and ``synthetic`` (the regression).
    """

    __slots__ = ()
    _row = "area"

    @property
    def area_variance(self) -> float:
        """Variance of the true values of the areas around the regression."""
        return float(self._core.figures["variance"])

    @property
    def figures(self) -> dict[str, Any]:
        """What was fitted: ``coefficients``, ``coefficient_errors``, ``variance``, ``log_likelihood`` and ``method``."""
        return {k: v for k, v in self._core.figures.items() if k not in ("status", "reason")}


class Judges(_Fitted):
    """What is true, and how each source errs. Made by `dawid_skene`.

    Columns: the task, its most probable answer, and that answer's ``probability``; null when it cannot be told.
    """

    __slots__ = ()
    _row = "task"

    @property
    def probabilities(self) -> Table:
        """One row a task, one column an answer (``p_yes``, ``p_no``, ...)."""
        return self._core.tables["probabilities"]

    @property
    def sources(self) -> Table:
        """Confusion of each source: ``probability`` of giving the ``answer`` when the ``truth`` is so."""
        return self._core.tables["sources"]


@dataclass(frozen=True)
class LowerBound:
    """A figure about those never heard; None where there is nothing to estimate."""

    estimate: float | None
    standard_error: float | None
    lower: float | None
    upper: float | None
    status: str
    seen: float | None = None
    capped: bool = False


@checked
def buhlmann_straub(
    table: TableLike,
    *,
    group: str = "group",
    value: str = "value",
    weight: str | None = None,
    between: Literal["unbiased", "iterative"] = "unbiased",
    level: float = 0.9,
) -> Credibility:
    """How far each group's own record is believed against that of all [1]_: z = w / (w + within / between).

    Parameters
    ----------
    table
        One row an observation.
    group, value, weight
        Names of the columns; without `weight` all observations count alike (Buhlmann's model).
    between
        Estimator of the variance between groups: ``unbiased``, or ``iterative`` (Bichsel and Straub).
    level
        Probability of the intervals, which take the variances as known.

    Returns
    -------
    Credibility
        Status ``not_identified`` when no group has two observations, or there is one group.

    Raises
    ------
    InvalidInput
        For an unknown group, a value that is not finite, and a weight that is negative or not finite; it names the row.
    MissingInput
        For a column that is not there.

    References
    ----------
    .. [1] Buhlmann and Gisler 2005, doi:10.1007/3-540-29273-X

    Examples
    --------
    >>> import outweigh as ow
    >>> record = {"group": ["a", "a", "b", "b"], "value": [1.0, 3.0, 7.0, 9.0]}
    >>> ow.buhlmann_straub(record)["credibility"].round(3).tolist()
    [0.944, 0.944]
    """
    read, kind = read_table(table, "table")
    groups: dict[Any, int] = {}
    codes = []
    for row, name in enumerate(_column(read, group)):
        if is_unknown(name):
            raise InvalidInput("an observation's group is unknown", Place(column=group, row=row, value="null"))
        codes.append(groups.setdefault(name, len(groups)))
    values = _numbers(_column(read, value), value)
    weights = [] if weight is None else _numbers(_column(read, weight), weight)
    core, figures = _kernels.buhlmann_straub(values, weights, codes, len(groups), between, level)
    return Credibility(Facts(_with({"group": list(groups)}, core), figures), kind)


@checked
def beta_binomial(
    table: TableLike,
    *,
    group: str = "group",
    successes: str = "successes",
    trials: str = "trials",
    level: float = 0.9,
) -> Credibility:
    """Shares of groups that resemble each other, by empirical Bayes: true shares are Beta(alpha, beta).

    Parameters
    ----------
    table
        One row a group.
    group, successes, trials
        Names of the columns.
    level
        Probability of the intervals, which allow for that alpha and beta are estimated.

    Returns
    -------
    Credibility
        Status ``doubtful`` below 10 groups, ``not_identified`` when no group has two trials.

    Raises
    ------
    InvalidInput
        Unless 0 <= successes <= trials, and for a group that is unknown or stands in two rows; it names the row.
    MissingInput
        For a column that is not there.

    Examples
    --------
    >>> import outweigh as ow
    >>> shares = {"group": list("abcd"), "successes": [0, 9, 1, 8], "trials": [10, 10, 10, 10]}
    >>> ow.beta_binomial(shares).status
    'doubtful'
    """
    read, kind = read_table(table, "table")
    core, figures = _kernels.beta_binomial(
        _numbers(_column(read, successes), successes), _numbers(_column(read, trials), trials), level
    )
    return Credibility(Facts(_with({"group": _one_row_each(_column(read, group), group)}, core), figures), kind)


@checked
def fay_herriot(
    table: TableLike,
    *,
    estimate: str = "estimate",
    variance: str = "variance",
    area: str | None = None,
    covariates: Sequence[str] = (),
    intercept: bool = True,
    method: Literal["automatic", "reml", "ml", "adjusted"] = "automatic",
    sample_size: str | None = None,
    level: float = 0.9,
) -> SmallAreas:
    """Estimates for small areas (segments) that borrow strength from each other [1]_.

    Parameters
    ----------
    table
        One row an area.
    estimate, variance
        Direct estimate and its sampling variance; areas without an estimate get the regression.
    area
        Column that names the areas; default: their numbers.
    covariates
        Columns of numbers that the regression uses.
    intercept
        Does the regression have a constant?
    method
        ``reml``, ``ml``, ``adjusted`` likelihood, whose variance is never 0 [2]_; ``automatic`` is adjusted below 10
        areas, and reml (``doubtful``) with at most two more than columns, where the adjusted one has no maximum.
    sample_size
        Column of sample sizes: sampling variances are then smoothed by `smooth_variances`.
    level
        Probability of the intervals.

    Returns
    -------
    SmallAreas

    Raises
    ------
    InvalidInput
        For a variance that is missing or negative, numbers that are not finite, an area in two rows, and collinear
        covariates.
    MissingInput
        For a column that is not there.

    References
    ----------
    .. [1] Fay and Herriot 1979, doi:10.1080/01621459.1979.10482505
    .. [2] Li and Lahiri 2010, doi:10.1016/j.jmva.2009.10.009

    Examples
    --------
    >>> import outweigh as ow
    >>> areas = {"estimate": [0.1, 0.5, 0.3, 0.2, None], "variance": [0.01, 0.01, 0.04, 0.01, None]}
    >>> ow.fay_herriot(areas).figures["method"]
    'adjusted'
    """
    read, kind = read_table(table, "areas")
    y = _numbers(_column(read, estimate), estimate, gaps=True)
    sampled = ~np.isnan(y)
    variances = _numbers(_column(read, variance), variance, gaps=True)
    if (missing := np.flatnonzero(sampled & np.isnan(variances))).size:
        raise InvalidInput(
            "an area with an estimate has no variance", Place("areas", variance, int(missing[0]), "null")
        )
    for name, values in ((estimate, y), (variance, variances)):
        if (beyond := np.flatnonzero(sampled & np.isinf(values))).size:
            raise InvalidInput("a number is infinite", Place("areas", name, int(beyond[0]), str(values[beyond[0]])))
    if sample_size is not None:
        sizes = _numbers(_column(read, sample_size), sample_size, gaps=True)
        for name, wrong in ((sample_size, ~(sizes > 0.0) | np.isinf(sizes)), (variance, variances < 0.0)):
            if (rows := np.flatnonzero(sampled & wrong)).size:
                value = sizes[rows[0]] if name == sample_size else variances[rows[0]]
                raise InvalidInput(
                    "sample sizes must be known, finite and positive, and variances not negative",
                    Place("areas", name, int(rows[0]), "null" if np.isnan(value) else str(value)),
                )
        if sampled.any():
            variances[sampled] = _core.smooth_variances(variances[sampled], sizes[sampled])
    columns = [np.ones(len(y))] if intercept else []
    columns += [_numbers(_column(read, name), name) for name in texts_of(covariates, "covariates")]
    x = np.column_stack(columns).ravel() if columns else np.zeros(0)
    core, figures = _kernels.fay_herriot(
        np.nan_to_num(y), np.nan_to_num(variances), x, len(columns), sampled.astype(np.uint8), method, level
    )
    names = list(range(len(y))) if area is None else _one_row_each(_column(read, area), area)
    return SmallAreas(Facts(_with({"area": names}, core), figures), kind)


def smooth_variances(variances: Sequence[float], sizes: Sequence[float]) -> npt.NDArray[np.float64]:
    """Sampling variances smoothed along a power of the sample size; variances of 0 get the smoothed value.

    Parameters
    ----------
    variances
        Estimated sampling variances, not negative.
    sizes
        Sample sizes, positive.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    InvalidInput
        For lengths that differ, variances that are negative or not finite, sizes that are not positive, and no positive
        variance.

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.smooth_variances([0.1, 0.0, 0.05, 0.025], [10, 20, 20, 40]).round(3).tolist()
    [0.1, 0.05, 0.05, 0.025]
    """
    return np.asarray(_core.smooth_variances(_numbers(variances, "variances"), _numbers(sizes, "sizes")))


@checked
def dawid_skene(
    labels: TableLike,
    *,
    task: str = "task",
    source: str = "source",
    label: str = "label",
    tolerance: float = 1e-9,
    max_iterations: int = 1000,
    smoothing: float = 0.01,
    threads: int | None = None,
    progress: Progress = None,
) -> Judges:
    """Whom to believe when several sources answer the same questions and nobody knows the truth [1]_.

    Sources are taken to err independently given the truth, and to be better than chance on the whole.

    Parameters
    ----------
    labels
        One row an answer of a source to a task; a source answers a task once.
    task, source, label
        Names of the columns.
    tolerance, max_iterations
        When to stop.
    smoothing
        Added to each count of answers.
    threads, progress
        As everywhere; the result is the same for any number of threads.

    Returns
    -------
    Judges
        Status ``not_identified`` unless at least three sources answered tasks in common; ``doubtful`` when they agree by
        less than two standard errors more than chance, and where there are fewer than 25 answers a source for each
        possible truth: probabilities take the confusion of sources as known, and are then too near 0 and 1.

    Raises
    ------
    InvalidInput
        For a source that answers a task twice (it names the row), and options out of range.
    MissingInput
        For a column that is not there.

    References
    ----------
    .. [1] Dawid and Skene 1979, doi:10.2307/2346806

    Examples
    --------
    >>> import outweigh as ow
    >>> labels = {"task": [1, 1, 2, 2], "source": ["a", "b"] * 2, "label": ["yes", "no", "no", "no"]}
    >>> ow.dawid_skene(labels).status
    'not_identified'
    """
    read, kind = read_table(labels, "labels")
    for name in (task, source, label):
        _require(read, name)
    truths, probabilities, sources, figures = _core.dawid_skene(
        read,
        task=task,
        source=source,
        label=label,
        tolerance=tolerance,
        max_iterations=max_iterations,
        smoothing=smoothing,
        threads=threads,
        progress=progress,
    )
    tables = {"probabilities": Table._wrap(probabilities), "sources": Table._wrap(sources)}
    return Judges(Facts(Table._wrap(truths), figures, tables), kind)


def _require(table: _core.Table, name: str) -> None:
    if name not in table.columns:
        raise MissingInput(f"the table has no column {name!r}", Place("labels", name))


@checked
def chao1(
    counts: Sequence[float],
    *,
    population: float | None = None,
    level: float = 0.9,
    form: Literal["automatic", "classic", "corrected", "bias_corrected"] = "automatic",
) -> LowerBound:
    """At least how many there are, from how often each was heard [1]_: a lower bound, capped at the population.

    Parameters
    ----------
    counts
        How often each account was heard; zeros are ignored.
    population
        How many there can be.
    level
        Probability of the interval.
    form
        ``classic`` S + f1**2 / (2 f2), ``corrected`` for the number of mentions, ``bias_corrected``; ``automatic`` takes the
        last when nobody was heard twice.

    Returns
    -------
    LowerBound
        Status ``bounds_only``; ``not_identified`` when each was heard once.

    Raises
    ------
    InvalidInput
        For counts that are negative, not whole or not finite, a population below those seen, and options out of range.

    References
    ----------
    .. [1] Chao 1987, doi:10.2307/2531532

    Examples
    --------
    >>> import outweigh as ow
    >>> round(ow.chao1([1, 1, 1, 2, 2, 5]).estimate, 4)
    8.0625
    """
    return LowerBound(**_kernels.chao(_numbers(counts, "counts"), None, population, level, form))


@checked
def chao2(
    incidences: Sequence[float],
    units: int,
    *,
    population: float | None = None,
    level: float = 0.9,
    form: Literal["automatic", "classic", "corrected", "bias_corrected"] = "automatic",
) -> LowerBound:
    """How many there are at least, from in how many of `units` (sources, visits) each was heard [1]_.

    Parameters
    ----------
    incidences
        In how many units each was heard, 1 .. `units`.
    units
        How many units there were.
    population, level, form
        As for `chao1`.

    Returns
    -------
    LowerBound

    Raises
    ------
    InvalidInput
        For counts that are negative, not whole or not finite, a population below those seen, and options out of range.

    References
    ----------
    .. [1] Chao 1987, doi:10.2307/2531532

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.chao2([1, 1, 1, 2, 2, 3], units=4).estimate
    7.6875
    """
    return LowerBound(**_kernels.chao(_numbers(incidences, "incidences"), units, population, level, form))


@checked
def chapman(
    first: float, second: float, both: float, *, population: float | None = None, level: float = 0.9
) -> LowerBound:
    """How many there are when one source heard `first`, another `second`, and `both` were heard by the two.

    A lower bound where the same accounts are more easily heard by both [1]_.

    Parameters
    ----------
    first, second, both
        How many were heard by the one, by the other, and by the two.
    population
        Accounts there are; the estimate is not above it.
    level
        Probability of the interval.

    Returns
    -------
    LowerBound
        Status ``doubtful`` when all of one list are on the other, or fewer on both than the population allows by chance;
        ``bounds_only``, with no ``upper``, when none is and no population is given. The interval is the mid-p one of the
        hypergeometric law.

    Raises
    ------
    InvalidInput
        Unless 0 <= both <= first and second, all whole; for a population below those seen, and a level outside 0..1.

    References
    ----------
    .. [1] Chapman 1951, Some properties of the hypergeometric distribution with applications to zoological sample
       censuses, University of California Publications in Statistics 1, 131-160

    Examples
    --------
    >>> import outweigh as ow
    >>> round(ow.chapman(200, 150, 30).estimate, 2)
    978.06
    """
    return LowerBound(**_kernels.chapman(first, second, both, population, level))


@checked
def good_turing(counts: Sequence[float], *, level: float = 0.9) -> LowerBound:
    """Share of the next mentions that will come from somebody never heard [1]_.

    Parameters
    ----------
    counts
        How often each was heard, 1 or more.
    level
        Probability of the interval.

    Returns
    -------
    LowerBound
        A share, 0..1.

    Raises
    ------
    InvalidInput
        For counts that are negative, not whole or not finite, and a level outside 0..1.

    References
    ----------
    .. [1] Good 1953, doi:10.1093/biomet/40.3-4.237

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.good_turing([1, 1, 2, 4]).estimate
    0.25
    """
    return LowerBound(**_kernels.good_turing(_numbers(counts, "counts"), level))
