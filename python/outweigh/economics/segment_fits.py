"""One model a segment, where small segments borrow from the others."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import _core
from ..core.amounts import numbered
from ..core.arguments import checked
from ..core.errors import InvalidInput, Place, TypeMismatch
from ..core.facts import Facts
from ..core.numbers import is_unknown, short
from ..core.results import Result
from ..core.table import Table, count, read_table
from ..stats.fitted import column, weights_of
from .buy_till_you_die import _BuyTillYouDie

__all__ = ["SegmentFits", "fit_by_segment"]


class SegmentFits(Result[Facts]):
    """Models of segments. Made by `fit_by_segment`.

    Columns: ``segment``, ``customers``, ``parameter``, ``pooled`` with ``standard_error``, ``lower`` and ``upper``, ``own``
    (the segment by itself; null where it cannot tell), ``own_status`` and ``own_cause``.
    """

    __slots__ = ()

    @property
    def models(self) -> dict[Any, Any]:
        """The pooled model of each segment, ready to predict."""
        return dict(self._core.figures["models"])

    @property
    def all(self) -> Any:
        """One model of all customers together."""
        return self._core.figures["all"]

    @property
    def spread(self) -> dict[str, float | None]:
        """By parameter, the standard deviation of its logarithm over segments: 0.1 is about 10 %."""
        return dict(self._core.figures["spread"])

    def _summary(self) -> str:
        return f"{count(len(self.models), 'segment')}, pooled"


def _segments(segment: Any) -> list[Any]:
    is_column = hasattr(segment, "__array__") or hasattr(segment, "__len__")
    if not is_column or isinstance(segment, str | bytes | Mapping):
        raise TypeMismatch("one segment a customer is needed", Place(column="segment", value=short(segment)))
    values: list[Any] = read_table({"segment": segment})[0].values("segment")
    for row, value in enumerate(values):
        if is_unknown(value):
            raise InvalidInput("a segment is known in every row", Place(column="segment", row=row, value="null"))
    return values


@checked
def fit_by_segment(
    model: Any, frequency: Any, recency: Any, age: Any, segment: Any, *, weights: Any = None
) -> SegmentFits:
    """Fit a buy-till-you-die model to each segment, small segments drawn towards the others.

    The logarithms of a segment's parameters are taken as normal over segments; how much segments differ is learnt from
    them. A segment with many customers stays where it is, one with few goes where the others are.

    Parameters
    ----------
    model
        `BgNbd`, `ModifiedBgNbd`, `ParetoNbd` or `BgBb`, for its kind and options; it stays as it is.
    frequency, recency, age
        Histories of the customers, as for `BgNbd.fit`.
    segment
        One value a customer, each known.
    weights
        Customers that a row stands for. Default: 1.

    Returns
    -------
    SegmentFits

    Raises
    ------
    InvalidInput
        For columns of different lengths, and what ``model.fit`` refuses; it names the row.
    TypeMismatch
        For a model of another kind.

    Examples
    --------
    >>> import outweigh as ow
    >>> fits = ow.fit_by_segment(
    ...     ow.BgNbd(),
    ...     frequency=[2, 1, 0, 0, 4, 0, 7, 1, 0, 3],
    ...     recency=[30.4, 1.7, 0, 0, 20.0, 0, 29.4, 5.0, 0, 35.7],
    ...     age=[38.9] * 10,
    ...     segment=["small"] * 6 + ["large"] * 4,
    ... )
    >>> sorted(fits.models)
    ['large', 'small']
    """
    if not isinstance(model, _BuyTillYouDie):
        raise TypeMismatch(f"BgNbd, ModifiedBgNbd, ParetoNbd or BgBb is needed, not {type(model).__name__}")
    rows = column(frequency, "frequency"), column(recency, "recency"), column(age, "age")
    levels, codes = numbered(_segments(segment))
    whole, own, pooled, _, deviation = _core.fit_segments(
        model._model,
        *rows,
        np.ascontiguousarray(codes, dtype=np.uint32),
        len(levels),
        weights_of(weights),
        threads=model.threads,
    )

    def made(fit: _core.ModelFit) -> Any:
        copy = type(model)(**model.get_params())
        copy._fit = fit
        return copy

    names = list(whole.names)
    columns: dict[str, list[Any]] = {
        name: []
        for name in (
            "segment",
            "customers",
            "parameter",
            "pooled",
            "standard_error",
            "lower",
            "upper",
            "own",
            "own_status",
            "own_cause",
        )
    }
    for level, alone, together in zip(levels, own, pooled, strict=True):
        ends = together.intervals(model.level)
        known = together.status != "not_identified"
        for i, name in enumerate(names):
            interval = ends[i]
            line: tuple[Any, ...] = (
                level,
                alone.customers,
                name,
                together.parameters[i] if known else None,
                together.standard_errors[i],
                None if interval is None else interval[0],
                None if interval is None else interval[1],
                alone.parameters[i] if alone.status == "estimated" else None,
                alone.status,
                alone.cause,
            )
            for key, value in zip(columns, line, strict=True):
                columns[key].append(value)
    figures = {
        "models": {level: made(fit) for level, fit in zip(levels, pooled, strict=True)},
        "all": made(whole),
        "spread": {
            name: (deviation[i] if len(deviation) and math.isfinite(deviation[i]) else None)
            for i, name in enumerate(names)
        },
    }
    return SegmentFits(Facts(Table(columns), figures), "table")
