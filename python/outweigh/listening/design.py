"""How a sample was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.arguments import checked
from ..core.columns import Column, Rows, encode, numbers_of, stages_of
from ..core.errors import InvalidInput, Place
from ..core.table import TableLike

__all__ = [
    "Design",
]


class Design:
    """How a sample was drawn.

    Parameters
    ----------
    strata, clusters, fpc
        A column, or for several stages a list of them (or of their names in `sample`) from the largest units to the
        smallest. ``fpc`` is the number of units in the population of each row's stratum (all 1 or more), or the share of
        them that was drawn (all 1 or less).
    weights
        Base weights. Default: the inverse of what ``fpc`` says was drawn, otherwise all alike.
    sample
        Where names of columns are looked up, also those of outcomes later.
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

    __slots__ = ("_core", "_sample")

    @checked
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
        rows = None if sample is None else Rows(sample)
        base = None if weights is None else numbers_of(weights, "weights", rows)
        if base is not None and len(base) == 0:
            raise InvalidInput("a design of no rows", Place(table="design", column="weights"))
        self._sample = rows
        self._core = _core.Design(
            strata=[encode(column, "strata", rows)[1] for column in stages_of(strata, rows)],
            clusters=[encode(column, "clusters", rows)[1] for column in stages_of(clusters, rows)],
            fpc=[numbers_of(column, "fpc", rows) for column in stages_of(fpc, rows)],
            weights=base,
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
