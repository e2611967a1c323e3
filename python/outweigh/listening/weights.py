"""Weights of the rows of a sample, with the design behind them."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.columns import Rows, kind_in, numbers_of
from ..core.errors import InvalidInput, Place, TypeMismatch
from ..core.table import Frame, Kind, Table, count
from .design import Design

__all__ = [
    "SurveyWeights",
]

Base: TypeAlias = Any
"""Base weights: a column, a `Design`, or `SurveyWeights` to start from; None: all rows alike."""


class SurveyWeights:
    """Weights of the rows of a sample, the design behind them, and the totals they were made to meet.

    ``numpy.asarray(weights)`` gives the numbers.
    """

    __slots__ = ("_core", "_sample")

    def __init__(self, core: _core.Weights, sample: Rows | None = None) -> None:
        if not isinstance(core, _core.Weights):
            raise TypeMismatch(
                "SurveyWeights are made by rake, calibrate, poststratify and trim, which take numbers",
                Place(column="core"),
            )
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
        return Table({"weight": np.array(self.values)})._in(kind_in(self._sample))

    def to_frame(self, kind: Kind | None = None) -> Frame:
        """`to_table` in the kind of tables that the sample was, or in `kind`."""
        return self.to_table().to_frame(kind)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_table().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return (
            f"outweigh.SurveyWeights({count(len(self), 'row')}, sum {self.total:.6g}, worth {self.effective_sample_size:.6g} "
            f"equally weighted rows)"
        )


def base_of(weights: Base, rows: Rows | None) -> Any:
    if weights is None:
        return None
    if isinstance(weights, Design | SurveyWeights):
        return weights._core
    values = numbers_of(weights, "weights", rows)
    if len(values) == 0:
        raise InvalidInput(
            "there are no base weights; leave them out where all rows are alike", Place(column="weights")
        )
    return values


def survey_weights_of(weights: Any) -> Any:
    """As `weights_of`, where replicates will not do."""
    read = weights_of(weights)
    if not isinstance(read, SurveyWeights):
        raise TypeMismatch("weights are asked for, not their replicates", Place(column="weights", value=repr(weights)))
    return read


def weights_of(weights: Any, outcome: Any = None) -> Any:
    if isinstance(weights, SurveyWeights) or isinstance(getattr(weights, "_core", None), _core.ReplicateWeights):
        return weights
    if isinstance(weights, Design):
        rows = weights._core.rows
        if rows == 0 and outcome is not None:
            rows = len(outcome) if hasattr(outcome, "__len__") else 0
        return SurveyWeights(_core.Weights(rows, weights._core), weights._sample)
    values = numbers_of(weights, "weights", None)
    return SurveyWeights(_core.Weights(len(values), values))
