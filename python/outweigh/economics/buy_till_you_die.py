"""Customers without a contract, who buy until they silently leave: BG/NBD, MBG/NBD, Pareto/NBD, BG/BB."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, Self

import numpy as np

from .. import _core
from ..core.documented import documented
from ..core.errors import InvalidInput, MissingInput, Place, TypeMismatch
from ..core.numbers import floats_of, number_of, short
from ..core.table import Table
from ..stats.fitted import FittedModel, Floats, answer, column, normal_quantile, together, weights_of

__all__ = ["BgBb", "BgNbd", "ModifiedBgNbd", "ParetoNbd"]


_NO_HORIZON = object()

_shared = documented(
    horizon="""
horizon
    Length of time, a number or one a customer.
""",
    histories="""
frequency, recency, age
    Histories of the customers. Default: a new customer, right after a first purchase.
""",
    uncertainty="""
uncertainty
    Give a `Predicted` with standard errors and intervals.
""",
    covariates="""
covariates
    Of the customers, where the model was fitted with covariates.
""",
)


def _require_columns(covariates: Any) -> None:
    if not isinstance(covariates, Mapping):
        raise TypeMismatch("covariates must be columns by name", Place(column="covariates", value=short(covariates)))


class _BuyTillYouDie(FittedModel):
    _model: ClassVar[str] = ""

    def fit(
        self,
        frequency: Any,
        recency: Any,
        age: Any,
        *,
        weights: Any = None,
        covariates: Mapping[str, Any] | None = None,
    ) -> Self:
        """Estimate the parameters by maximum likelihood.

        Parameters
        ----------
        frequency
            Purchases after the first, by customer: whole numbers.
        recency
            Time of the last purchase, counted from the first; 0 without a repeat purchase.
        age
            Time observed, counted from the first purchase.
        weights
            Customers that a row stands for. Default: 1.
        covariates
            What customers are and stay: one column a name, such as ``{"big": [1, 0, ...]}``. They act on buying and on
            leaving [2]_: see `coefficients`. The parameters are then those of a customer with all covariates 0.

        Returns
        -------
        The model itself. A fit that the data do not allow does not fail: see `status` and `cause`. Customers who all pay
        at a fixed interval, or at one of two, are under contract, which these models do not describe: `cause` names those
        that do.

        Raises
        ------
        InvalidInput
            Naming column, row and value: a recency beyond the age, negative durations, frequencies that are not whole.

        References
        ----------
        .. [2] Fader and Hardie 2007, Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD models
        """
        rows = column(frequency, "frequency"), column(recency, "recency"), column(age, "age")
        w = weights_of(weights)
        self.__dict__.pop("_joint", None)
        self.__dict__.pop("_covariates", None)
        if covariates is None:
            self._fit = _core.fit_purchases(self._model, *rows, w, threads=self.threads)
            return self
        _require_columns(covariates)
        if not covariates:
            raise InvalidInput("there is no covariate", Place(column="covariates"))
        z, _ = together({str(name): values for name, values in covariates.items()})
        if z[0].shape != rows[0].shape:
            raise InvalidInput("covariates have one row a customer", Place(column=str(next(iter(covariates)))))
        names = [str(name) for name in covariates]
        flat = np.ascontiguousarray(np.column_stack(z)).ravel()
        self._joint = _core.fit_with_covariates(self._model, *rows, flat, names, w, threads=self.threads)
        self._covariates = tuple(names)
        if self._joint.status == "not_identified":
            self._fit = _core.fit_purchases(self._model, *rows, w, threads=self.threads)
        else:
            self._fit = _core.at_covariates(self._model, self._joint, np.zeros(len(names)))
        return self

    @property
    def coefficients(self) -> Table:
        """What covariates do, one row a process and covariate.

        Columns: ``parameter`` (``alpha``: how often customers buy; ``beta``, or ``a`` and ``b``: how they leave),
        ``covariate``, ``coefficient`` with ``standard_error``, ``lower`` and ``upper``, ``factor`` (its exponential),
        all null where the data do not determine it. Positive coefficients of alpha mean buying more often, of beta
        leaving sooner; a and b are multiplied by the factor, and so are all four parameters of BG/BB.
        """
        joint = self.__dict__.get("_joint")
        if joint is None:
            raise MissingInput("coefficients need a fit with covariates", Place(column="covariates"))
        reach = normal_quantile(self.level)
        columns: dict[str, list[Any]] = {
            name: [] for name in ("parameter", "covariate", "coefficient", "standard_error", "lower", "upper", "factor")
        }
        for name, factor, error in list(zip(joint.names, joint.parameters, joint.standard_errors, strict=True))[4:]:
            parameter, _, covariate = name.partition(":")
            known = error is not None
            coefficient = float(np.log(factor))
            spread = error / factor if error is not None else 0.0
            ends = (coefficient - reach * spread, coefficient + reach * spread)
            values = (coefficient, spread, *ends, factor) if known else (None,) * 5
            for key, value in zip(columns, (parameter, covariate, *values), strict=True):
                columns[key].append(value)
        return Table(columns)

    def _predict(
        self, predict: Any, covariates: Mapping[str, Any] | None, *, horizon: Any = _NO_HORIZON, **rows: Any
    ) -> tuple[tuple[Floats, Floats | None], bool]:
        """What `predict(model, fit, [horizon], *rows)` says, and whether all that was asked was single numbers."""
        self._require()
        names: tuple[str, ...] = self.__dict__.get("_covariates", ())
        if covariates is not None:
            _require_columns(covariates)
        if covariates and not names:
            raise InvalidInput("the model was fitted without covariates", Place(column=str(next(iter(covariates)))))
        for name in names:
            if name not in (covariates or {}):
                raise MissingInput("the model was fitted with this covariate", Place(column=name))
        asked = dict(rows)
        # A horizon for all stays one number.
        ahead = None if horizon is _NO_HORIZON else floats_of(horizon, "horizon")
        if ahead is not None and ahead.ndim:
            asked["horizon"] = ahead
        asked.update({f"covariate {name}": (covariates or {})[name] for name in names})
        columns, single = together(asked)
        read = dict(zip(asked, columns, strict=True))
        inputs = [read[name] for name in rows]
        if ahead is not None:
            inputs.insert(0, read.get("horizon", np.atleast_1d(ahead)))
        options: dict[str, Any] = {"threads": self.threads}
        if names:
            z = np.column_stack([read[f"covariate {name}"] for name in names])
            options["covariates"] = np.ascontiguousarray(z).ravel()
        return predict(self._model, self._joint if names else self.fitted, *inputs, **options), single

    @_shared
    def expected_purchases(
        self,
        horizon: Any,
        frequency: Any = 0,
        recency: Any = 0,
        age: Any = 0,
        *,
        uncertainty: bool = False,
        covariates: Mapping[str, Any] | None = None,
    ) -> Any:
        """Purchases expected within `horizon` after the end of observation.

        Parameters
        ----------
        {horizon}
        {histories}
        uncertainty
            Give a `Predicted` with standard errors and intervals. They are those of the mean over customers alike; how
            many purchases one customer makes varies more: see `prediction_interval`.
        {covariates}

        Returns
        -------
        float, array or Predicted
        """
        parts, single = self._predict(
            partial(_core.expected_purchases, with_errors=uncertainty),
            covariates,
            horizon=horizon,
            frequency=frequency,
            recency=recency,
            age=age,
        )
        return answer(parts, uncertainty, single, bounded=False)

    @_shared
    def prediction_interval(
        self,
        horizon: Any,
        frequency: Any = 0,
        recency: Any = 0,
        age: Any = 0,
        *,
        level: float | None = None,
        uncertainty: bool = True,
        covariates: Mapping[str, Any] | None = None,
    ) -> tuple[Any, Any]:
        """Least and greatest number of purchases of each customer within `horizon`, with probability `level` or more.

        From the distribution of the customer's own count given its history, averaged over what the parameters may be:
        over the normal distribution that the fit gives their logarithms, by a cubature of degree five with 25 points [3]_
        (principal deviations of the logarithms beyond 1 count as 1). Parameters without a standard error, such as those of
        `from_params`, count as known.

        Parameters
        ----------
        {horizon}
        {histories}
        level
            Default: that of the model.
        uncertainty
            False takes the parameters as known: with few customers to learn from, the interval is too short then.
        {covariates}

        Returns
        -------
        tuple
            Lower and upper ends, numbers or arrays.

        References
        ----------
        .. [3] McNamee and Stenger 1967, doi:10.1007/BF02162160
        """
        (lower, upper), single = self._predict(
            partial(
                _core.purchase_intervals,
                level=number_of(self.level if level is None else level, "level"),
                with_parameter_errors=uncertainty,
            ),
            covariates,
            horizon=horizon,
            frequency=frequency,
            recency=recency,
            age=age,
        )
        ends = (lower, lower if upper is None else upper)
        return (float(ends[0][0]), float(ends[1][0])) if single else ends

    @_shared
    def discounted_purchases(
        self,
        discount: float,
        frequency: Any = 0,
        recency: Any = 0,
        age: Any = 0,
        *,
        horizon: float = math.inf,
        uncertainty: bool = False,
        covariates: Mapping[str, Any] | None = None,
    ) -> Any:
        """Purchases expected within `horizon`, one at time t counting 1 / (1 + discount)^t.

        Parameters
        ----------
        discount
            Rate per unit of time.
        {histories}
        horizon
            Default: without an end, which needs a positive discount.
        {uncertainty}
        {covariates}

        Returns
        -------
        float, array or Predicted
        """
        parts, single = self._predict(
            lambda model, fit, *rows, **options: _core.discounted_purchases(
                model,
                fit,
                number_of(discount, "discount"),
                number_of(horizon, "horizon"),
                *rows,
                with_errors=uncertainty,
                **options,
            ),
            covariates,
            frequency=frequency,
            recency=recency,
            age=age,
        )
        return answer(parts, uncertainty, single, bounded=False)

    @_shared
    def probability_alive(
        self,
        frequency: Any,
        recency: Any,
        age: Any,
        *,
        uncertainty: bool = False,
        covariates: Mapping[str, Any] | None = None,
    ) -> Any:
        """Probability that customers are still active at the end of observation; for `BgBb`, at the next occasion.

        Parameters
        ----------
        frequency, recency, age
            Histories of the customers.
        {uncertainty}
        {covariates}

        Returns
        -------
        float, array or Predicted
        """
        parts, single = self._predict(
            partial(_core.probability_alive, with_errors=uncertainty),
            covariates,
            frequency=frequency,
            recency=recency,
            age=age,
        )
        return answer(parts, uncertainty, single, bounded=True)

    def purchase_probability(self, count: int, horizon: float) -> float:
        """Probability that a new customer buys exactly `count` times within `horizon` after a first purchase."""
        self._require()
        whole = number_of(count, "count")
        if not whole.is_integer():
            raise InvalidInput("a count is a whole number", Place(column="count", value=str(count)))
        if whole >= 2**63:
            return 0.0
        return _core.purchase_probability(self._model, self.fitted, int(whole), number_of(horizon, "horizon"))

    def score(self, frequency: Any, recency: Any, age: Any, *, weights: Any = None) -> float:
        """Log-likelihood of other customers under the fitted parameters."""
        self._require()
        return _core.purchases_log_likelihood(
            self._model,
            self.fitted,
            column(frequency, "frequency"),
            column(recency, "recency"),
            column(age, "age"),
            weights_of(weights),
        )


class BgNbd(_BuyTillYouDie):
    """BG/NBD: customers buy at random and may leave after each repeat purchase [1]_.

    Rates of purchase are distributed Gamma(r, alpha) over customers, probabilities of leaving Beta(a, b). A customer
    without a repeat purchase counts as active; `ModifiedBgNbd` does without this assumption.

    {options}

    References
    ----------
    .. [1] Fader, Hardie and Lee 2005, doi:10.1287/mksc.1040.0098

    Examples
    --------
    >>> import outweigh as ow
    >>> model = ow.BgNbd().fit(
    ...     frequency=[2, 1, 0, 0, 4, 0, 7, 1, 0, 3],
    ...     recency=[30.4, 1.7, 0, 0, 20.0, 0, 29.4, 5.0, 0, 35.7],
    ...     age=[38.9] * 10,
    ... )
    >>> sorted(model.params)
    ['a', 'alpha', 'b', 'r']
    >>> bool(0 < model.probability_alive(2, 30.4, 38.9) < 1)
    True
    """

    _model = "bg_nbd"
    _names = ("r", "alpha", "a", "b")


class ModifiedBgNbd(_BuyTillYouDie):
    """MBG/NBD: as `BgNbd`, but customers may leave after their first purchase too [1]_.

    {options}

    References
    ----------
    .. [1] Batislam, Denizel and Filiztekin 2007, doi:10.1016/j.ijresmar.2006.12.005

    Examples
    --------
    >>> import outweigh as ow
    >>> model = ow.ModifiedBgNbd.from_params(r=0.525, alpha=6.183, a=0.891, b=1.614)
    >>> round(model.probability_alive(0, 0, 38.86), 3)
    0.39
    """

    _model = "modified_bg_nbd"
    _names = ("r", "alpha", "a", "b")


class ParetoNbd(_BuyTillYouDie):
    """Pareto/NBD: customers buy at random and may leave at any time [1]_.

    Rates of purchase are distributed Gamma(r, alpha) over customers, rates of leaving Gamma(s, beta).

    {options}

    References
    ----------
    .. [1] Schmittlein, Morrison and Colombo 1987, doi:10.1287/mnsc.33.1.1

    Examples
    --------
    >>> import outweigh as ow
    >>> model = ow.ParetoNbd.from_params(r=0.553, alpha=10.578, s=0.606, beta=11.669)
    >>> round(model.expected_purchases(52), 2)
    1.47
    """

    _model = "pareto_nbd"
    _names = ("r", "alpha", "s", "beta")


class BgBb(_BuyTillYouDie):
    """BG/BB: customers buy or not at each of a number of occasions, and may leave between them [1]_.

    Probabilities of buying are distributed Beta(alpha, beta) over customers, probabilities of leaving before an occasion
    Beta(gamma, delta). Frequency is the number of occasions with a purchase, recency the number of the last of them, age
    the number of occasions observed.

    {options}

    References
    ----------
    .. [1] Fader, Hardie and Shang 2010, doi:10.1287/mksc.1100.0580

    Examples
    --------
    >>> import outweigh as ow
    >>> model = ow.BgBb.from_params(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)
    >>> round(model.expected_purchases(5, frequency=6, recency=6, age=6), 2)
    3.75
    """

    _model = "bg_bb"
    _names = ("alpha", "beta", "gamma", "delta")
