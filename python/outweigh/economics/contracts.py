"""Customers under contract, who renew or leave at the end of each period."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Self

import numpy as np

from .. import _core
from ..core.errors import InvalidInput, Place
from ..core.numbers import number_of
from ..stats.fitted import FittedModel, answer, column, together, weights_of

__all__ = ["BetaDiscreteWeibull", "ShiftedBetaGeometric"]


class _Contract(FittedModel):
    _model: ClassVar[str] = ""

    def fit(self, periods: Any, left: Any, *, weights: Any = None) -> Self:
        """Estimate the parameters by maximum likelihood from one row a customer.

        Parameters
        ----------
        periods
            Of customers who left, the period at whose end they did (1, 2, ...); of the others, the periods survived.
        left
            True for who left.
        weights
            Customers that a row stands for. Default: 1.

        Returns
        -------
        The model itself; see `status` and `cause`.
        """
        self._fit = _core.fit_contract(
            self._model,
            column(periods, "periods"),
            column(left, "left"),
            weights_of(weights),
        )
        return self

    def fit_cohort(self, alive: Any) -> Self:
        """Estimate the parameters from one cohort: customers there at the start and after each period.

        Parameters
        ----------
        alive
            Numbers of customers, not increasing.
        """
        there = column(alive, "alive")
        lost = there[:-1] - there[1:]
        wrong = np.flatnonzero(~(np.isfinite(there[1:]) & (there[1:] >= 0) & (lost >= 0)))
        if len(there) < 2 or not (math.isfinite(there[0]) and there[0] > 0):
            raise InvalidInput(
                "a cohort needs customers at its start and a count after a period", Place(column="alive")
            )
        if len(wrong):
            row = int(wrong[0]) + 1
            raise InvalidInput("a cohort cannot grow", Place(column="alive", row=row, value=str(there[row])))
        count = len(lost)
        periods = np.append(np.arange(1.0, count + 1), float(count))
        return self.fit(periods, np.append(np.ones(count), 0.0), weights=np.append(lost, there[-1]))

    def survival(self, periods: Any, *, uncertainty: bool = False) -> Any:
        """Share of a cohort still there after so many periods."""
        self._require()
        (after,), single = together({"periods": periods})
        parts = _core.contract_survival(self.fitted, after, with_errors=uncertainty, threads=self.threads)
        return answer(parts, uncertainty, single, bounded=True)

    def retention(self, periods: Any, *, uncertainty: bool = False) -> Any:
        """Share of those there before the given period who renew at its end."""
        self._require()
        (after,), single = together({"periods": periods})
        parts = _core.contract_retention(self.fitted, after, with_errors=uncertainty, threads=self.threads)
        return answer(parts, uncertainty, single, bounded=True)

    def discounted_periods(
        self, renewals: Any = 0, *, discount: float, horizon: float = math.inf, uncertainty: bool = False
    ) -> Any:
        """Discounted periods still to be paid by a customer who has survived `renewals` periods.

        The payment of the period that starts now counts in full, the next times 1 / (1 + discount), and so on.
        """
        self._require()
        (done,), single = together({"renewals": renewals})
        parts = _core.contract_discounted_periods(
            self.fitted,
            done,
            discount=number_of(discount, "discount"),
            horizon=number_of(horizon, "horizon"),
            with_errors=uncertainty,
            threads=self.threads,
        )
        return answer(parts, uncertainty, single, bounded=False)


class ShiftedBetaGeometric(_Contract):
    """Shifted-beta-geometric: each customer leaves with a constant probability, Beta(alpha, beta) over customers [1]_.

    Retention rises with tenure because those likely to leave have left.

    {options}

    References
    ----------
    .. [1] Fader and Hardie 2007, doi:10.1002/dir.20074

    Examples
    --------
    >>> import outweigh as ow
    >>> model = ow.ShiftedBetaGeometric().fit_cohort([1000, 869, 743, 653, 593, 551, 517, 491])
    >>> {name: round(value, 3) for name, value in model.params.items()}
    {'alpha': 0.668, 'beta': 3.806}
    >>> round(model.survival(12), 3)
    0.378
    """

    _model = "shifted_beta_geometric"
    _names = ("alpha", "beta")


class BetaDiscreteWeibull(_Contract):
    """Beta-discrete-Weibull: as `ShiftedBetaGeometric`, with probabilities of leaving that change with tenure [1]_.

    {options}

    References
    ----------
    .. [1] Fader, Hardie, Liu, Davin and Steenburgh 2018, doi:10.1016/j.intmar.2018.01.002

    Examples
    --------
    >>> import outweigh as ow
    >>> model = ow.BetaDiscreteWeibull().fit_cohort([1000, 869, 743, 653, 593, 551, 517, 491])
    >>> sorted(model.params)
    ['alpha', 'beta', 'c']
    """

    _model = "beta_discrete_weibull"
    _names = ("alpha", "beta", "c")
