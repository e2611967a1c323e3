"""Replicate weights: the jackknife and the bootstrap, with the weights adjusted anew in every replicate."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.arguments import checked
from ..core.columns import Rows
from ..core.errors import InvalidInput, Place, TypeMismatch
from ..core.numbers import short
from ..core.table import count
from .design import Design
from .weights import SurveyWeights, survey_weights_of

__all__ = ["ReplicateWeights", "replicate_weights"]


class ReplicateWeights:
    """Replicates of weights. `ow.estimate_mean` and its siblings take them in place of weights.

    They are not stored: replicate ``r`` is made when it is asked for, always the same.
    """

    __slots__ = ("_core", "_sample")

    def __init__(self, core: _core.ReplicateWeights, sample: Rows | None = None) -> None:
        self._core = core
        self._sample = sample

    @property
    def method(self) -> str:
        """``"jk1"``, ``"jkn"``, ``"bootstrap"`` or ``"poisson"``."""
        return self._core.method

    @property
    def replicates(self) -> int:
        """How many there are."""
        return self._core.replicates

    @property
    def weights(self) -> SurveyWeights:
        """What was replicated."""
        return SurveyWeights(self._core.weights, self._sample)

    @property
    def scales(self) -> npt.NDArray[np.float64]:
        """Factor of each replicate's squared distance in a variance."""
        return np.array([self._core.scale(replicate) for replicate in range(self.replicates)])

    def values(self, replicate: int) -> npt.NDArray[np.float64]:
        """Weights of the rows in one replicate."""
        if not isinstance(replicate, int | np.integer) or isinstance(replicate, bool):
            raise TypeMismatch("a replicate is a whole number", Place(column="replicate", value=short(replicate)))
        if not 0 <= replicate < self.replicates:
            raise InvalidInput("there is no such replicate", Place(column="replicate", value=str(replicate)))
        return self._core.values(replicate)

    def matrix(self) -> npt.NDArray[np.float64]:
        """All replicates, a row of the sample a row, a replicate a column. Large: for other programs."""
        return np.column_stack([self.values(replicate) for replicate in range(self.replicates)])

    def __len__(self) -> int:
        return self.replicates

    def __repr__(self) -> str:
        return (
            f"outweigh.ReplicateWeights({count(self.replicates, 'replicate')} by {self.method}, "
            f"{count(len(self._core.weights), 'row')})"
        )


@checked
def replicate_weights(
    weights: SurveyWeights | Design | Any,
    *,
    method: Literal["jackknife", "jk1", "jkn", "bootstrap", "poisson"] = "bootstrap",
    replicates: int = 500,
    seed: int = 0,
    mse: bool = False,
) -> ReplicateWeights:
    """Replicates of weights, for standard errors without a formula.

    Each replicate leaves out or repeats clusters of the first stage of the design (rows, where it has none) and makes
    every adjustment of the weights anew: post-stratification, raking, calibration, trimming. What later stages add to the
    variance is left out where the first has a finite population: such estimates are ``doubtful``; take the weights
    themselves.

    Parameters
    ----------
    weights
        `SurveyWeights`, a `Design` or numbers.
    method
        ``"jackknife"`` leaves out one cluster at a time (JK1 without strata, JKn with; as R's survey package),
        ``"bootstrap"`` draws clusters with replacement (Rao and Wu), ``"poisson"`` counts each cluster a Poisson number
        of times: the fast one for large data.
    replicates
        Of a bootstrap; a jackknife has one a cluster.
    seed
        Of a bootstrap.
    mse
        Distances from the estimate itself instead of from the mean of the replicates.

    Returns
    -------
    ReplicateWeights
        For `ow.estimate_mean` and its siblings.

    Raises
    ------
    InvalidInput
        Fewer than two clusters or replicates, strata with a single cluster.
    Infeasible, NotIdentified
        From an estimate, when replicates cannot meet the totals; names variable and level.

    Examples
    --------
    >>> import outweigh as ow
    >>> sample = {"size": ["s", "s", "s", "l", "l", "l"], "score": [1.0, 3.0, 2.0, 7.0, 9.0, 8.5]}
    >>> weights = ow.rake(sample, {"size": {"s": 90, "l": 10}})
    >>> jackknife = ow.replicate_weights(weights, method="jackknife")
    >>> mean = ow.estimate_mean(jackknife, "score")
    >>> round(mean.estimate, 3), round(mean.se, 3), mean.replicates
    (2.617, 0.585, 6)
    """
    read = survey_weights_of(weights)
    core = _core.replicate_weights(read._core, method=method, replicates=replicates, seed=seed, mse=mse)
    return ReplicateWeights(core, read._sample)
