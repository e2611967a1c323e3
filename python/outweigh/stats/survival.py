"""How long until an event, with those still waiting counted rightly: Kaplan-Meier, log-rank, Cox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.columns import encode, text_of
from ..core.errors import InvalidInput, MissingInput, Place
from ..core.numbers import floats_of, number_of, short
from ..core.plot import plot_steps
from ..core.table import Table
from .fitted import Floats, Predicted, column, normal_quantile, together, weights_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Cox", "KaplanMeier", "LogRank", "log_rank"]


class _Estimator:
    """Options in the constructor, as scikit-learn has them."""

    _options: tuple[str, ...] = ()

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Options of the constructor."""
        return {name: getattr(self, name) for name in self._options}

    def set_params(self, **params: Any) -> Self:
        """Change options; returns the model."""
        for name, value in params.items():
            if name not in self._options:
                raise InvalidInput(f"{type(self).__name__} has no option {name!r}", Place(column=name))
            setattr(self, name, value)
        return self

    @property
    def _parts(self) -> dict[str, Any]:
        parts: dict[str, Any] | None = self.__dict__.get("_fit")
        if parts is None:
            raise MissingInput(f"call fit first: this {type(self).__name__} has nothing to say yet")
        return parts


class KaplanMeier(_Estimator):
    """Survival curve of censored times, with Greenwood's standard errors.

    Parameters
    ----------
    level
        Probability with which the intervals cover, each at its time; on the scale log(-log S).

    References
    ----------
    Kaplan and Meier 1958, doi:10.1080/01621459.1958.10501452

    Examples
    --------
    >>> import outweigh as ow
    >>> curve = ow.KaplanMeier().fit([6, 6, 6, 6, 7, 9, 10, 10], [1, 1, 1, 0, 1, 0, 1, 0])
    >>> curve.survival([5, 6, 7, 10]).round(4).tolist()
    [1.0, 0.625, 0.4688, 0.2344]
    >>> curve.median
    7.0
    """

    _options = ("level",)

    def __init__(self, *, level: float = 0.9) -> None:
        self.level = level

    def fit(self, duration: Any, event: Any = None, *, weights: Any = None) -> Self:
        """Make the curve.

        Parameters
        ----------
        duration
            Time until the event, or until the last time seen.
        event
            True where the event happened, False where it had not yet. Default: it happened to all.
        weights
            Subjects that a row stands for. Default: 1.
        """
        times = column(duration, "duration")
        happened = np.ones(len(times)) if event is None else column(event, "event")
        w = weights_of(weights)
        self._fit = _core.kaplan_meier(times, happened, w, level=number_of(self.level, "level"))
        return self

    def survival(self, time: Any) -> Any:
        """Share without the event just after a time; beyond the last time seen, the last value."""
        parts = self._parts
        at = floats_of(time, "time")
        unknown = np.flatnonzero(np.isnan(np.atleast_1d(at)))
        if len(unknown):
            raise InvalidInput("a time is known", Place(column="time", row=int(unknown[0]), value="nan"))
        curve = np.concatenate([[1.0], parts["survival"]])
        values = curve[np.searchsorted(parts["time"], at, side="right")]
        return float(values) if at.ndim == 0 else values

    def time_at(self, survival: float) -> float | None:
        """First time at which the curve is at or below `survival`, 0 to 1; None if it never is."""
        parts = self._parts
        share = number_of(survival, "survival")
        if not 0 <= share <= 1:
            raise InvalidInput("a share lies between 0 and 1", Place(column="survival", value=str(survival)))
        reached = np.flatnonzero(parts["survival"] <= share * (1 + 1e-12))
        return float(parts["time"][reached[0]]) if len(reached) else None

    @property
    def median(self) -> float | None:
        """Time by which half have had the event; None when fewer than half are seen to."""
        return self.time_at(0.5)

    def to_table(self) -> Table:
        """One row a distinct time: ``time``, ``at_risk``, ``events``, ``censored``, ``survival``, ``standard_error``, ..."""
        return Table(self._parts)

    def plot(self, axes: Axes | None = None) -> Axes:
        """The curve with its intervals. Needs matplotlib."""
        parts = self._parts
        return plot_steps(parts["time"], parts["survival"], parts["lower"], parts["upper"], axes, "Survival")

    def __repr__(self) -> str:
        if "_fit" not in self.__dict__:
            return "outweigh.KaplanMeier()"
        parts = self._parts
        total, events = parts["at_risk"][0], parts["events"].sum()
        median = "not reached" if self.median is None else f"{self.median:g}"
        return (
            f"outweigh.KaplanMeier({total:g} subject{'' if total == 1 else 's'}, {events:g} event{'' if events == 1 else 's'}, "
            f"median {median})"
        )


@dataclass(frozen=True)
class LogRank:
    """Do groups have the same hazard? Made by `log_rank`.

    Attributes
    ----------
    groups : list of str
    observed, expected : list of float
        Events by group, and what equal hazards would give.
    statistic, degrees, p_value : float
        Chi-squared test; p_value 1 and degrees 0 when nothing can be tested.
    """

    groups: list[str]
    observed: list[float]
    expected: list[float]
    statistic: float
    degrees: float
    p_value: float


def log_rank(duration: Any, event: Any, group: Any, *, strata: Any = None, weights: Any = None) -> LogRank:
    """Test whether groups have the same hazard.

    Parameters
    ----------
    duration, event
        As for `KaplanMeier`.
    group
        The group of each row.
    strata
        Compare within these only.
    weights
        Subjects that a row stands for.

    Returns
    -------
    LogRank

    Raises
    ------
    InvalidInput
        For columns of different lengths, and durations that are negative or not finite; it names the row.

    Examples
    --------
    >>> import outweigh as ow
    >>> test = ow.log_rank([3, 5, 7, 2, 18, 16, 2, 9], [1, 1, 0, 1, 1, 0, 1, 1], ["a"] * 4 + ["b"] * 4)
    >>> test.groups, test.observed
    (['a', 'b'], [3.0, 3.0])
    >>> 0 < test.p_value < 1
    True
    """
    levels, codes = _known(group, "group")
    parts = _core.log_rank(
        column(duration, "duration"),
        column(event, "event"),
        codes,
        len(levels),
        None if strata is None else _known(strata, "strata")[1],
        weights_of(weights),
    )
    return LogRank(levels, **parts)


class Cox(_Estimator):
    """Proportional hazards: how covariates go with the hazard of an event. Associations, not effects.

    Parameters
    ----------
    ties
        How events at the same time are treated: ``"efron"`` or ``"breslow"``.
    robust
        Sandwich standard errors; with `clusters` in `fit`, by cluster.
    level
        Probability with which intervals cover.

    References
    ----------
    Cox 1972, doi:10.1111/j.2517-6161.1972.tb00899.x; Efron 1977, doi:10.1080/01621459.1977.10480613

    Examples
    --------
    >>> import outweigh as ow
    >>> model = ow.Cox().fit([4, 3, 1, 1, 2, 2, 3], [1, 1, 1, 0, 1, 1, 0], {"x": [0, 2, 1, 1, 1, 0, 0]})
    >>> model.status
    'estimated'
    >>> round(model.params["x"], 4)
    0.4608
    """

    _options = ("ties", "robust", "level")

    def __init__(
        self, *, ties: Literal["efron", "breslow"] = "efron", robust: bool = False, level: float = 0.9
    ) -> None:
        self.ties = ties
        self.robust = robust
        self.level = level

    def fit(self, duration: Any, event: Any, covariates: Any, *, strata: Any = None, clusters: Any = None) -> Self:
        """Maximise the partial likelihood.

        Parameters
        ----------
        duration, event
            As for `KaplanMeier`.
        covariates
            Numbers by name: a mapping or a table.
        strata
            Each has a baseline hazard of its own.
        clusters
            Rows of a cluster are not independent: for robust errors, which this switches on.
        """
        if not isinstance(self.ties, str) or self.ties not in ("efron", "breslow"):
            raise InvalidInput("ties are treated after efron or breslow", Place(column="ties", value=short(self.ties)))
        columns = covariates if isinstance(covariates, Mapping) else Table(covariates)
        names = [str(name) for name in columns]
        levels, codes = (["all"], None) if strata is None else _known(strata, "strata")
        self._strata = levels
        self._fit = _core.fit_cox(
            column(duration, "duration"),
            column(event, "event"),
            [column(columns[name], str(name)) for name in columns],
            names,
            codes,
            None if clusters is None else _known(clusters, "clusters")[1],
            ties=self.ties,
            robust=bool(self.robust) or clusters is not None,
        )
        return self

    @property
    def params(self) -> dict[str, float | None]:
        """Logarithms of hazard ratios; None where the data do not determine them."""
        parts = self._parts
        known = zip(parts["coefficients"], parts["undetermined"], strict=True)
        return dict(zip(parts["names"], [None if loose else value for value, loose in known], strict=True))

    @property
    def standard_errors(self) -> dict[str, float | None]:
        """Standard errors; None where the data do not determine the coefficient."""
        return dict(zip(self._parts["names"], self._parts["standard_errors"], strict=True))

    @property
    def covariance(self) -> Floats:
        """Covariance of the coefficients; zero rows for those that are not determined."""
        size = len(self._parts["names"])
        return np.array(self._parts["covariance"]).reshape(size, size)

    @property
    def log_likelihood(self) -> float:
        """Maximum of the partial log-likelihood; with separation, its supremum."""
        value: float = self._parts["log_likelihood"]
        return value

    @property
    def null_log_likelihood(self) -> float:
        """Partial log-likelihood without covariates."""
        value: float = self._parts["null_log_likelihood"]
        return value

    @property
    def status(self) -> str:
        """``"estimated"``, ``"separated"`` or ``"not_identified"``."""
        value: str = self._parts["status"]
        return value

    @property
    def cause(self) -> str:
        """Why the status is not ``"estimated"``; empty when it is."""
        value: str = self._parts["cause"]
        return value

    def relative_risk(self, covariates: Any, *, uncertainty: bool = False) -> Any:
        """Hazard of each row over that of a row at the means of the covariates.

        Parameters
        ----------
        covariates
            Numbers by name, as for `fit`.
        uncertainty
            Give a `Predicted` with standard errors and intervals.

        Returns
        -------
        array or Predicted
        """
        values, errors = self._predict(self._parts, covariates, None, 0)
        return Predicted(values, errors, bounded=False) if uncertainty else values

    def baseline(self) -> Table:
        """Cumulative hazard at the means of the covariates: ``stratum``, ``time``, ``cumulative_hazard``."""
        parts = self._parts
        return Table(
            {
                "stratum": [self._strata[code] for code in parts["baseline_stratum"]],
                "time": np.array(parts["baseline_time"], dtype=np.float64),
                "cumulative_hazard": np.array(parts["baseline_hazard"], dtype=np.float64),
            }
        )

    def survival(self, covariates: Any, time: float, *, stratum: Any = None, uncertainty: bool = False) -> Any:
        """Probability that each row has no event up to `time`.

        Parameters
        ----------
        covariates
            Numbers by name, as for `fit`.
        time
            In the unit of the durations.
        stratum
            Whose baseline counts. Default: the first.
        uncertainty
            Give a `Predicted` with standard errors and intervals, which hold the errors of the baseline and of the
            coefficients [1]_.

        Returns
        -------
        array or Predicted

        References
        ----------
        .. [1] Tsiatis 1981, doi:10.1214/aos/1176345335
        """
        parts = self._parts
        wanted = self._strata[0] if stratum is None else text_of(stratum)
        if wanted not in self._strata:
            raise InvalidInput(f"there is no stratum {wanted!r}", Place(column="stratum", value=wanted))
        if parts["status"] != "not_identified" and self._strata.index(wanted) not in set(parts["baseline_stratum"]):
            raise InvalidInput("there is no event in this stratum", Place(column="stratum", value=wanted))
        values, errors = self._predict(parts, covariates, number_of(time, "time"), self._strata.index(wanted))
        return Predicted(values, errors, bounded=True) if uncertainty else values

    def to_table(self) -> Table:
        """``covariate``, ``coefficient``, ``standard_error``, ``hazard_ratio``, ``lower``, ``upper`` (of the ratio)."""
        reach = normal_quantile(self.level)
        rows: dict[str, list[Any]] = {
            name: [] for name in ("covariate", "coefficient", "standard_error", "hazard_ratio", "lower", "upper")
        }
        for (name, value), error in zip(self.params.items(), self.standard_errors.values(), strict=True):
            rows["covariate"].append(name)
            rows["coefficient"].append(value)
            rows["standard_error"].append(error)
            known = value is not None and error is not None
            for key, shift in (("hazard_ratio", 0.0), ("lower", -reach), ("upper", reach)):
                exponent = value + shift * error if value is not None and error is not None else 0.0
                rows[key].append(float(np.exp(np.clip(exponent, -700, 700))) if known else None)
        return Table(rows)

    def _predict(
        self, parts: dict[str, Any], covariates: Any, time: float | None, stratum: int
    ) -> tuple[Floats, Floats]:
        columns = covariates if isinstance(covariates, Mapping) else Table(covariates)
        for name in parts["names"]:
            if name not in columns:
                raise MissingInput(f"the covariate {name!r} is needed", Place(column=name))
        rows, _ = together({name: columns[name] for name in parts["names"]})
        return _core.cox_predict(parts, rows, time, stratum)

    def __repr__(self) -> str:
        if "_fit" not in self.__dict__:
            return "outweigh.Cox()"
        shown = ", ".join(f"{name}={value:.4g}" for name, value in self.params.items() if value is not None)
        status = self.status.replace("_", " ") + (f": {self.cause}" if self.cause else "")
        return f"outweigh.Cox({f'{shown}; {status}' if shown else status})"


def _known(values: Any, name: str) -> tuple[list[str], npt.NDArray[np.int64]]:
    levels, codes = encode(values, name, None)
    codes = np.asarray(codes, dtype=np.int64)
    unknown = np.flatnonzero(codes < 0)
    if len(unknown):
        raise InvalidInput(f"{name!r} must be known for each row", Place(column=name, row=int(unknown[0])))
    return levels, codes
