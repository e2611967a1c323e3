"""What customers spend per purchase: the Gamma-Gamma model."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from .. import _core
from ..core.errors import InvalidInput, Place
from ..stats.fitted import FittedModel, answer, column, together, weights_of

__all__ = ["GammaGamma"]


class GammaGamma(FittedModel):
    """Gamma-Gamma: mean spend per purchase, shrunk towards the mean over customers by how little is known [1]_.

    Assumes that spend does not depend on frequency: see `correlation`.

    {options}

    References
    ----------
    .. [1] Fader, Hardie and Lee 2005, doi:10.1509/jmkr.2005.42.4.415

    Examples
    --------
    >>> import outweigh as ow
    >>> model = ow.GammaGamma.from_params(p=6.25, q=3.74, gamma=15.44)
    >>> round(model.expected_spend(2, 22.35), 2)
    24.66
    """

    _names = ("p", "q", "gamma")

    def fit(self, frequency: Any, spend: Any, *, weights: Any = None) -> Self:
        """Estimate the parameters by maximum likelihood.

        Parameters
        ----------
        frequency
            Purchases that each customer's mean is over; customers with 0 say nothing and are passed over.
        spend
            Mean spend per purchase.
        weights
            Customers that a row stands for. Default: 1.

        Returns
        -------
        The model itself; see `status` and `cause`.

        Raises
        ------
        InvalidInput
            Naming row and value, for a spend that is not positive.
        """
        x, mean = column(frequency, "frequency"), column(spend, "spend")
        w = weights_of(weights)
        self._fit = _core.fit_gamma_gamma(x, mean, w, threads=self.threads)
        self.correlation_ = _core.spend_correlation(x, mean, w)
        return self

    @property
    def correlation(self) -> float | None:
        """Correlation between frequency and spend in the data, which the model takes as 0; None without a fit."""
        value: float | None = self.__dict__.get("correlation_")
        return value

    def expected_spend(self, frequency: Any = 0, spend: Any = 0, *, uncertainty: bool = False) -> Any:
        """Mean spend per purchase expected from customers; without arguments, from a new one.

        Raises NotIdentified where it has no finite value (p x + q <= 1).
        """
        self._require()
        (x, mean), single = together({"frequency": frequency, "spend": spend})
        parts = _core.expected_spend(self.fitted, x, mean, with_errors=uncertainty, threads=self.threads)
        beyond = np.flatnonzero(~np.isfinite(parts[0]))
        if len(beyond):
            row = int(beyond[0])
            raise InvalidInput(
                "purchases and spend multiply to more than a number can hold",
                Place(column="spend", row=row, value=str(mean[row])),
            )
        return answer(parts, uncertainty, single, bounded=False)
