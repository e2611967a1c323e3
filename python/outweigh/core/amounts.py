"""Columns of plain tables: ids, and amounts that are known and add up exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import _core
from .errors import InvalidInput, MissingInput, Place, TypeMismatch

__all__ = ["days_before", "exact_sums", "numbered", "read_amounts", "read_ids", "their_name"]

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


def their_name(table: _core.Table, name: str, columns: Mapping[str, str] | None, where: str = "") -> str | None:
    """The user's name of one of our columns; None when the table has no such column and none was named."""
    renamed = (columns or {}).get(name)
    if renamed is not None and renamed not in table.columns:
        raise MissingInput(f"the table has no column {renamed!r}, which was named for {name}", Place(where, renamed))
    chosen = name if renamed is None else renamed
    return chosen if chosen in table.columns else None


def read_ids(
    table: _core.Table, name: str, columns: Mapping[str, str] | None, where: str = ""
) -> tuple[list[Any], str]:
    """A column of ids, all of them known, and its name."""
    chosen = their_name(table, name, columns, where)
    if chosen is None:
        raise MissingInput(f"a column {name!r} is needed", Place(where, name))
    values = table.values(chosen)
    for row, value in enumerate(values):
        if value is None or value != value:
            raise InvalidInput("an id is known in every row", Place(where, chosen, row, "null"))
        if isinstance(value, float) and math.isinf(value):
            raise InvalidInput("an id is finite", Place(where, chosen, row, str(value)))
    return values, chosen


def read_amounts(table: _core.Table, name: str, columns: Mapping[str, str] | None, where: str = "") -> Floats | None:
    """A column of amounts, known and finite in every row; None without the column."""
    chosen = their_name(table, name, columns, where)
    if chosen is None:
        return None
    values = table.values(chosen)
    for row, value in enumerate(values):
        if value is None or value != value:
            raise InvalidInput("an amount is known: unknown is not 0", Place(where, chosen, row, "null"))
        if isinstance(value, bool | str) or not hasattr(value, "__float__"):
            raise TypeMismatch(f"{chosen!r} must be numbers", Place(where, chosen, row, str(value)))
        if not math.isfinite(value):
            raise InvalidInput("an amount is finite", Place(where, chosen, row, str(value)))
    return np.array([float(value) for value in values], dtype=np.float64)


def days_before(end: datetime, days: float) -> datetime:
    """So many days earlier, or the earliest time there is."""
    try:
        return end - timedelta(days=days)
    except OverflowError:
        return datetime.min.replace(tzinfo=end.tzinfo)


def numbered(ids: list[Any]) -> tuple[list[Any], Codes]:
    """Different ids in the order in which they come, and the number of each row's."""
    numbers: dict[Any, int] = {}
    codes = np.fromiter((numbers.setdefault(value, len(numbers)) for value in ids), dtype=np.int64, count=len(ids))
    return list(numbers), codes


def exact_sums(codes: Codes, amounts: Floats, groups: int) -> Floats:
    """Sums by group, correctly rounded, whatever the order of the rows."""
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=groups))
    sorted_amounts: list[float] = amounts[order].tolist()
    sums, start = np.zeros(groups), 0
    for group, end in enumerate(ends.tolist()):
        try:
            sums[group] = math.fsum(sorted_amounts[start:end])
        except OverflowError:
            raise InvalidInput("the amounts add up to more than a number can hold") from None
        start = end
    return sums
