"""Customers without a contract, who buy until they silently leave: BG/NBD, MBG/NBD, Pareto/NBD, BG/BB."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from . import _core
from .fitted import FittedModel, answer, column, together

__all__ = ["BgBb", "BgNbd", "ModifiedBgNbd", "ParetoNbd"]


class _BuyTillYouDie(FittedModel):
    _model: ClassVar[str] = ""

    def fit(self, frequency: Any, recency: Any, age: Any, *, weights: Any = None) -> Self:
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

        Returns
        -------
        The model itself. A fit that the data do not allow does not fail: see `status` and `cause`.

        Raises
        ------
        InvalidInput
            Naming column, row and value: a recency beyond the age, negative durations, frequencies that are not whole.
        """
        self._fit = _core.fit_purchases(
            self._model,
            column(frequency, "frequency"),
            column(recency, "recency"),
            column(age, "age"),
            None if weights is None else column(weights, "weights"),
            threads=self.threads,
        )
        return self

    def expected_purchases(
        self, horizon: Any, frequency: Any = 0, recency: Any = 0, age: Any = 0, *, uncertainty: bool = False
    ) -> Any:
        """Purchases expected within `horizon` after the end of observation.

        Parameters
        ----------
        horizon
            Length of time, a number or one a customer.
        frequency, recency, age
            Histories of the customers. Default: a new customer, right after a first purchase.
        uncertainty
            Give a `Predicted` with standard errors and intervals.

        Returns
        -------
        float, array or Predicted
        """
        self._require()
        (ahead, x, last, observed), single = together(
            {"horizon": horizon, "frequency": frequency, "recency": recency, "age": age}
        )
        parts = _core.expected_purchases(
            self._model, self.fitted, ahead, x, last, observed, with_errors=uncertainty, threads=self.threads
        )
        return answer(parts, uncertainty, single, bounded=False)

    def probability_alive(self, frequency: Any, recency: Any, age: Any, *, uncertainty: bool = False) -> Any:
        """Probability that customers are still active at the end of observation.

        Parameters
        ----------
        frequency, recency, age
            Histories of the customers.
        uncertainty
            Give a `Predicted` with standard errors and intervals.

        Returns
        -------
        float, array or Predicted
        """
        self._require()
        (x, last, observed), single = together({"frequency": frequency, "recency": recency, "age": age})
        parts = _core.probability_alive(
            self._model, self.fitted, x, last, observed, with_errors=uncertainty, threads=self.threads
        )
        return answer(parts, uncertainty, single, bounded=True)

    def purchase_probability(self, count: int, horizon: float) -> float:
        """Probability that a new customer buys exactly `count` times within `horizon` after a first purchase."""
        self._require()
        return _core.purchase_probability(self._model, self.fitted, int(count), float(horizon))

    def score(self, frequency: Any, recency: Any, age: Any, *, weights: Any = None) -> float:
        """Log-likelihood of other customers under the fitted parameters."""
        self._require()
        return _core.purchases_log_likelihood(
            self._model,
            self.fitted,
            column(frequency, "frequency"),
            column(recency, "recency"),
            column(age, "age"),
            None if weights is None else column(weights, "weights"),
        )


class BgNbd(_BuyTillYouDie):
    """BG/NBD: customers buy at random and may leave after each repeat purchase [1]_.

    Rates of purchase are distributed Gamma(r, alpha) over customers, probabilities of leaving Beta(a, b). A customer
    without a repeat purchase counts as active; `ModifiedBgNbd` does without this assumption.

    Parameters
    ----------
    level
        Probability with which intervals cover.
    threads
        None means all cores; results do not depend on it.

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

    Parameters
    ----------
    level
        Probability with which intervals cover.
    threads
        None means all cores; results do not depend on it.

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

    Parameters
    ----------
    level
        Probability with which intervals cover.
    threads
        None means all cores; results do not depend on it.

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

    Parameters
    ----------
    level
        Probability with which intervals cover.
    threads
        None means all cores; results do not depend on it.

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
