"""Columns of a sample, given by name or as values: numbers, and levels with their codes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .arguments import texts_of
from .errors import InvalidInput, MissingInput, Place, TypeMismatch
from .numbers import floats_of, is_unknown, unmasked
from .table import Kind, Table, TableLike, collected, kind_of

Column: TypeAlias = Any
"""A name of a column of the sample, or values: an array, a list, a pandas, polars or arrow column."""


class Rows:
    """The sample that names of columns are looked up in."""

    def __init__(self, sample: TableLike) -> None:
        self.kind = kind_of(sample)
        self._sample = collected(sample)
        self._table: Table | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        sample = self._sample
        if isinstance(sample, Mapping):
            sample = dict(sample)
        elif self.kind in ("duckdb", "table"):
            # A relation ends with its connection, and streams are read once.
            self._table = sample = Table(sample) if self._table is None else self._table
        return (_restored, (sample, self.kind))

    def __contains__(self, name: str) -> bool:
        try:
            self.column(name)
        except MissingInput:
            return False
        return True

    def column(self, name: str) -> Any:
        sample = self._sample
        if isinstance(sample, Mapping):
            if name not in sample:
                raise MissingInput(f"the sample has no column {name!r}", Place(table="sample", column=name))
            return sample[name]
        columns = getattr(sample, "columns", None)
        # Frames give their own columns; categories stay coded. What a relation gives is another relation.
        relation = self.kind == "duckdb"
        if (
            columns is not None
            and not relation
            and hasattr(sample, "__getitem__")
            and all(isinstance(c, str) for c in columns)
        ):
            if name not in list(columns):
                raise MissingInput(f"the sample has no column {name!r}", Place(table="sample", column=name))
            return sample[name]
        if self._table is None:
            self._table = sample if isinstance(sample, Table) else Table(sample)
        if name not in self._table:
            raise MissingInput(f"the sample has no column {name!r}", Place(table="sample", column=name))
        return self._table[name]


def _restored(sample: TableLike, kind: Kind) -> Rows:
    rows = Rows(sample)
    rows.kind = kind
    return rows


def kind_in(rows: Rows | None) -> Kind:
    """The kind of the user's sample."""
    return "table" if rows is None else rows.kind


def stages_of(columns: Any, rows: Rows | None = None) -> list[Any]:
    """One column a stage, from one column or a list of columns, by value or by name."""
    if columns is None:
        return []
    if isinstance(columns, list | tuple) and columns:
        if any(_is_column(column) for column in columns):
            return list(columns)
        # Names of columns, rather than a column of texts that are such names.
        if rows is not None and all(isinstance(name, str) and name in rows for name in columns):
            return list(columns)
    return [columns]


def _is_column(value: Any) -> bool:
    return (isinstance(value, np.ndarray | list | tuple) or hasattr(value, "__array__")) and np.ndim(value) == 1


def name_of(column: Any, otherwise: str) -> str:
    return column if isinstance(column, str) else otherwise


def names_of(columns: Any, name: str) -> list[str]:
    """Names given as a list, or as a single one."""
    return [] if columns is None else texts_of(columns, name)


def look_up(column: Any, name: str, rows: Rows | None) -> Any:
    if not isinstance(column, str):
        return column
    if rows is None:
        raise MissingInput(f"{column!r} names a column, but there is no sample to find it in", Place(column=name))
    return rows.column(column)


def numbers_of(column: Any, name: str, rows: Rows | None) -> npt.NDArray[np.float64]:
    values = look_up(column, name, rows)
    where = name_of(column, name)
    array = floats_of(values, where)
    if array.ndim != 1:
        raise TypeMismatch(f"{where!r} must hold numbers", Place(column=where))
    return np.ascontiguousarray(array)


def text_of(value: Any) -> str:
    """The name of a level, the same for 1, numpy's 1 and the decimal 1.0, and for True and numpy's True."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, tuple):
        return " x ".join(text_of(part) for part in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Decimal) and value.is_finite():
        # Kinds of tables differ in how many zeros they write behind the point.
        return str(int(value)) if value == value.to_integral_value() else format(value.normalize(), "f")
    return str(value)


def encode(
    column: Any, name: str, rows: Rows | None, *, present_only: bool = True
) -> tuple[list[str], npt.NDArray[Any]]:
    """Levels and codes of a column; unknown is -1. Without `present_only` levels without a row may be among them."""
    values = look_up(column, name, rows)
    if isinstance(values, np.ma.MaskedArray):
        values = unmasked(values)
    coded = codes_of(values)
    if coded is not None:
        levels, codes = coded
        _refuse_equal_names(levels, codes, name)
        return present_levels(levels, codes) if present_only else (levels, codes)
    if hasattr(values, "combine_chunks"):
        values = values.combine_chunks()
    if hasattr(values, "to_pylist"):
        values = values.to_pylist()
    elif hasattr(values, "to_list") and not isinstance(values, np.ndarray):
        numbers = str(getattr(values, "dtype", "")).lower().startswith(("int", "uint"))
        values = (
            values.to_numpy()
            if numbers and not (values.null_count() if hasattr(values, "null_count") else 0)
            else values.to_list()
        )
    array = np.asarray(values, dtype=None if isinstance(values, np.ndarray) else object)
    if array.ndim != 1:
        raise InvalidInput(f"{name!r} must have one dimension", Place(column=name))
    if array.dtype.kind in "mM":
        array = _times(array)
    if array.dtype.kind == "b":
        array = array.view(np.uint8)
        return present_levels(["False", "True"], array) if present_only else (["False", "True"], array)
    if (
        array.dtype.kind == "O"
        and len(array)
        and all(type(value) is int and -(2**63) <= value < 2**63 for value in array)
    ):
        array = array.astype(np.int64)  # so that levels come in the order of numbers
    if array.dtype.kind in "iu":
        return encode_integers(array, present_only)
    texts: dict[str, int] = {}
    others: dict[str, int] = {}  # the same names from values that are no texts, with their first row
    codes = np.empty(len(array), dtype=np.int64)
    for row, value in enumerate(array.tolist()):
        if isinstance(value, str):
            codes[row] = texts.setdefault(value, len(texts))
        elif is_unknown(value):
            codes[row] = -1
        else:
            text = text_of(value)
            others.setdefault(text, row)
            codes[row] = texts.setdefault(text, len(texts))
    _refuse_lookalikes(array, name, others)
    # In the order of names, so that rows in another order give the same levels.
    order = sorted(texts)
    rank = np.empty(len(order) + 1, dtype=np.int64)
    for position, level in enumerate(order):
        rank[texts[level]] = position
    rank[-1] = -1
    return order, rank[codes]


def _times(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Times that read as such: those finer than microseconds are whole numbers to Python, even unknown ones."""
    if np.datetime_data(array.dtype)[0] not in ("ns", "ps", "fs", "as"):
        return array
    rough = array.astype(f"{array.dtype.kind}8[us]")
    known = ~np.isnat(array)
    if (rough.astype(array.dtype)[known] == array[known]).all():
        return rough
    texts = array.astype(str).astype(object)
    texts[~known] = None
    return texts


def _refuse_lookalikes(array: npt.NDArray[Any], name: str, others: dict[str, int]) -> None:
    """Raise for a text that reads like a value of another kind: 1 and "1" would be counted as one level."""
    if not others:
        return
    for row, value in enumerate(array.tolist()):
        if isinstance(value, str) and value in others:
            other = array[others[value]]
            raise InvalidInput(
                f"the column {name!r} holds the text {value!r} and the {type(other).__name__} {other!r}, which would "
                f"be one level; make all of them texts, or none",
                Place(column=name, row=max(row, others[value]), value=value),
            )


def _refuse_equal_names(levels: list[str], codes: npt.NDArray[Any], name: str) -> None:
    """Raise for categories of one name, such as 1 and "1"."""
    if len(set(levels)) == len(levels):
        return
    seen: dict[str, int] = {}
    for code, level in enumerate(levels):
        if level in seen:
            rows = np.flatnonzero(codes == code)
            raise InvalidInput(
                f"the column {name!r} has two categories that read {level!r}",
                Place(column=name, row=int(rows[0]) if len(rows) else None, value=level),
            )
        seen[level] = code


def codes_of(values: Any) -> tuple[list[str], npt.NDArray[Any]] | None:
    """Levels and codes of a column that has them already: pandas, polars and arrow categories."""
    accessor: Any = getattr(values, "cat", None)
    categories = getattr(accessor, "categories", None)
    if categories is not None and hasattr(accessor, "codes"):
        return [text_of(level) for level in categories], np.ascontiguousarray(accessor.codes.to_numpy())
    if hasattr(values, "categories") and isinstance(getattr(values, "codes", None), np.ndarray):
        return [text_of(level) for level in values.categories], np.ascontiguousarray(values.codes)
    if hasattr(values, "to_physical") and str(getattr(values, "dtype", "")).startswith(("Categorical", "Enum")):
        present = values.unique().drop_nulls()
        of_level = dict(zip(map(text_of, present.to_list()), present.to_physical().to_list(), strict=True))
        levels = sorted(of_level)
        number = np.full(max(of_level.values(), default=0) + 2, -1, dtype=np.int64)
        for position, level in enumerate(levels):
            number[of_level[level]] = position
        physical = values.to_physical()
        codes = physical.to_numpy()
        if values.null_count():
            codes = np.nan_to_num(codes.astype(np.float64), nan=-1.0).astype(np.int64)
        return levels, number[codes]
    if hasattr(values, "combine_chunks") and hasattr(getattr(values, "type", None), "index_type"):
        whole = values.combine_chunks()
        whole = whole.chunk(0) if hasattr(whole, "chunk") and whole.num_chunks == 1 else whole
        if hasattr(whole, "indices"):
            indices = (
                whole.indices.fill_null(-1)
                if whole.null_count and "u" not in str(whole.type.index_type)
                else whole.indices
            )
            if not indices.null_count:
                levels = [text_of(level) for level in whole.dictionary.to_pylist()]
                return levels, np.ascontiguousarray(indices.to_numpy(zero_copy_only=False))
    return None


def encode_integers(array: npt.NDArray[Any], present_only: bool) -> tuple[list[str], npt.NDArray[Any]]:
    """Small integers are their own codes; others are numbered without sorting where their range is small."""
    if len(array) == 0:
        return [], array
    low, high = int(array.min()), int(array.max())
    if low >= 0 and high < 256:
        levels = [str(level) for level in range(high + 1)]
        return present_levels(levels, array) if present_only else (levels, np.ascontiguousarray(array))
    if high - low < 65536:
        levels = [str(level) for level in range(low, high + 1)]
        return present_levels(
            levels, (array - np.asarray(low, dtype=array.dtype)) if low >= 0 else array.astype(np.int64) - low
        )
    found, codes = np.unique(array, return_inverse=True)
    return [text_of(level) for level in found], codes.astype(np.int64)


def present_levels(levels: list[str], codes: npt.NDArray[Any]) -> tuple[list[str], npt.NDArray[Any]]:
    """Without the levels that no row has."""
    if len(codes) == 0:
        return [], codes
    counts = np.bincount(codes.astype(np.int64) + 1, minlength=len(levels) + 1)[1:]
    if counts.all():
        return levels, np.ascontiguousarray(codes)
    number = np.empty(len(levels) + 1, dtype=np.int64)
    number[:-1] = np.cumsum(counts > 0) - 1
    number[-1] = -1
    return [level for level, count in zip(levels, counts, strict=True) if count], number[codes]
