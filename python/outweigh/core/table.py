"""Tables: what results come back in, and what goes into the library."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeAlias
from unicodedata import category, east_asian_width

import numpy as np
import numpy.typing as npt

from .. import _core
from .errors import Place
from .numbers import short

if TYPE_CHECKING:
    import polars

    from .._core import Table as CoreTable

__all__ = ["Frame", "Kind", "Table", "TableLike"]

Kind: TypeAlias = Literal["pandas", "polars", "arrow", "duckdb", "dict", "table"]
"""Kind of tables a user works with, so that results can come back in the same kind."""

TableLike: TypeAlias = Any
"""Anything with ``__arrow_c_stream__`` (polars, pyarrow, DuckDB, pandas, ADBC, `Table`), a pandas frame, or a
mapping from column names to arrays or lists."""

Frame: TypeAlias = Any
"""A table in the user's own kind: see `Table.to_frame`."""

# What pandas and pyarrow raise where a column cannot be made one of Arrow's.
_FROM_ARROW = (ImportError, TypeError, ValueError, OverflowError, NotImplementedError)

NARROW = 32
LINE = 160
"""Widths of a cell and of a line when a table is printed."""

EXTRAS = {"highspy": "milp", "matplotlib": "plot", "scipy": "text", "sklearn": "text"}


def import_extra(module: str, purpose: str) -> Any:
    """Import an optional library, or say which extra of the package installs it."""
    try:
        return import_module(module)
    except ImportError:
        library = module.partition(".")[0]
        extra = EXTRAS.get(library, library)
        raise ImportError(
            f"{purpose} needs {library}, which is not installed: pip install 'outweigh[{extra}]'", name=library
        ) from None


class Table:
    """Columns of equal length with names, as results return them.

    A table is immutable. It can be handed to anything that reads Arrow streams (``polars.DataFrame(table)``,
    ``pyarrow.table(table)``, DuckDB), without a copy.

    Parameters
    ----------
    columns
        A mapping from names to arrays or lists, or anything with ``__arrow_c_stream__``.

    Examples
    --------
    >>> import outweigh as ow
    >>> table = ow.Table({"need_id": ["sso", "export"], "prevalence": [0.25, None]})
    >>> table.columns
    ['need_id', 'prevalence']
    >>> table["prevalence"]
    [0.25, None]
    >>> table.to_dict()
    {'need_id': ['sso', 'export'], 'prevalence': [0.25, None]}
    """

    __slots__ = ("_core", "_kind")

    _core: CoreTable
    _kind: Kind

    def __init__(self, columns: TableLike) -> None:
        self._core = read_table(columns)[0]
        self._kind = "table"

    @classmethod
    def _wrap(cls, core: CoreTable, kind: Kind = "table") -> Table:
        table = cls.__new__(cls)
        table._core = core
        table._kind = kind
        return table

    def _in(self, kind: Kind) -> Table:
        """The same table, that of somebody who works with tables of this kind."""
        return Table._wrap(self._core, kind)

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return list(self._core.columns)

    @property
    def types(self) -> dict[str, str]:
        """Type of each column: ``"string"``, ``"float64"``, ``"int64"``, ``"boolean"``, ``"timestamp"``, ..."""
        return {name: self._core.column_type(name) for name in self._core.columns}

    @property
    def num_rows(self) -> int:
        """Number of rows."""
        return self._core.num_rows

    @property
    def num_columns(self) -> int:
        """Number of columns."""
        return len(self._core.columns)

    def __len__(self) -> int:
        return self.num_rows

    def __contains__(self, name: object) -> bool:
        return name in self._core.columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._core.columns)

    def keys(self) -> list[str]:
        """Names of the columns, so that ``dict(table)`` works."""
        return self.columns

    def __getitem__(self, name: str) -> npt.NDArray[Any] | list[Any]:
        """Values of a column.

        A numpy array where the column holds numbers, truth values or times and all are known; otherwise, and for
        text, a list with None where a value is unknown. Times are UTC.
        """
        if not isinstance(name, str):
            raise _core.TypeMismatch(
                f"a column is taken by its name, not by {type(name).__name__}",
                Place(column="column", value=short(name)),
            )
        return self._core.column(name)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Rows as dictionaries, for reading a few of them."""
        columns = self.to_dict()
        for row in range(self.num_rows):
            yield {name: values[row] for name, values in columns.items()}

    def to_dict(self) -> dict[str, list[Any]]:
        """Columns as lists of Python values, with None where a value is unknown."""
        return {name: self._core.values(name) for name in self._core.columns}

    def to_pandas(self) -> Any:
        """A pandas frame, whether or not pyarrow is installed.

        Unknown numbers become NaN in a ``float64`` column and ``<NA>`` in an ``Int64`` or ``boolean`` one; times
        are ``datetime64[us, UTC]``.
        """
        pd = import_extra("pandas", "to_pandas()")
        dtypes = {"int64": "Int64", "boolean": "boolean", "string": "str", "float64": "float64"}
        columns: dict[str, Any] = {}
        for name, kind in self.types.items():
            values = self._core.column(name)
            if kind == "timestamp":
                columns[name] = pd.Series(pd.to_datetime(values, utc=True)).astype("datetime64[us, UTC]")
            elif isinstance(values, np.ndarray):
                columns[name] = pd.Series(values)
            else:
                columns[name] = pd.Series(values, dtype=dtypes.get(kind, "object"))
        return pd.DataFrame(columns, columns=self.columns)

    def to_polars(self) -> polars.DataFrame:
        """A polars frame that shares this table's memory."""
        frame: polars.DataFrame = import_extra("polars", "to_polars()").DataFrame(self)
        return frame

    def to_arrow(self) -> Any:
        """A pyarrow table that shares this table's memory."""
        return import_extra("pyarrow", "to_arrow()").table(self)

    def to_frame(self, kind: Kind | None = None) -> Frame:
        """The table in the kind named: ``"pandas"``, ``"polars"``, ``"arrow"``, ``"duckdb"``, ``"dict"``, ``"table"``.

        A table of a result is by default in the kind of tables that the result was made from, any other one as it is.

        Examples
        --------
        >>> import outweigh as ow
        >>> ow.Table({"n": [1, 2]}).to_frame("dict")
        {'n': [1, 2]}
        """
        kind = self._kind if kind is None else kind
        if kind == "pandas":
            return self.to_pandas()
        if kind == "polars":
            return self.to_polars()
        if kind == "arrow":
            return self.to_arrow()
        if kind == "duckdb":
            if not self.columns:
                raise _core.InvalidInput("a DuckDB relation has a column at least, and this table has none")
            return import_extra("duckdb", "a DuckDB relation").from_arrow(self.to_arrow())
        if kind == "dict":
            return self.to_dict()
        if kind == "table":
            return self
        raise _core.InvalidInput(f"unknown kind of table {kind!r}: choose pandas, polars, arrow, duckdb, dict or table")

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._core.__arrow_c_stream__(requested_schema)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return bool(self._core == other._core)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return (_unpickle, (self._core, self._kind))

    def __repr__(self) -> str:
        return "\n".join([f"outweigh.Table of {count(self.num_rows, 'row')}", *_text_lines(self)])

    def _repr_html_(self) -> str:
        return to_html(self)


def _unpickle(core: _core.Table, kind: Kind = "table") -> Table:
    return Table._wrap(core, kind)


def count(number: int, noun: str) -> str:
    """'1 row', '2,000 rows'."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def id_column(ids: Sequence[Any]) -> list[Any]:
    """Ids for a column of a result: whole numbers where all of them are, text otherwise."""
    return list(ids) if all(isinstance(i, int) for i in ids) else [str(i) for i in ids]


def listed(ids: Sequence[Any], most: int = 12) -> str:
    """'a, b, c', and how many more there are where they are many."""
    shown = ", ".join(map(str, ids[:most]))
    return shown if len(ids) <= most else f"{shown} and {len(ids) - most:,} more"


def format_number(value: float) -> str:
    """Up to six significant digits, with thousands set apart; an exponent only where nobody could read the digits."""
    return f"{value:,.0f}" if 1e5 <= abs(value) < 1e15 else f"{value:,.6g}"


def format_cell(value: Any) -> str:
    """A value as people read it: four significant digits, dates without midnight, nothing for unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if 1000 <= abs(value) < 1e15:
            return f"{value:,.0f}"
        return f"{value:.4g}"
    if isinstance(value, int):
        return str(value)
    if hasattr(value, "isoformat"):
        text = str(value.isoformat(sep=" ")) if hasattr(value, "hour") else str(value)
        return text.removesuffix("+00:00").removesuffix(" 00:00:00")
    return str(value)


def _head(table: Table, limit: int) -> tuple[list[list[str]], int]:
    shown = min(limit, table.num_rows)
    unread = ["…"] * shown
    columns = [
        unread if kind == "unsupported" else table._core.values(name, shown) for name, kind in table.types.items()
    ]
    return [[_BREAKS.sub(" ", format_cell(values[row])) for values in columns] for row in range(shown)], shown


_BREAKS = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]+")


def _width(text: str) -> int:
    """Columns that a text takes on a terminal: two for the wide characters of East Asia, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(0 if category(c) in ("Mn", "Me", "Cf") else 2 if east_asian_width(c) in ("W", "F") else 1 for c in text)


def _fitted(text: str, most: int) -> str:
    """At most so wide, with an ellipsis where something was cut."""
    if _width(text) <= most:
        return text
    while _width(text) > most - 1:
        text = text[:-1]
    return text + "…"


def _text_lines(table: Table, limit: int = 10) -> list[str]:
    cells, shown = _head(table, limit)
    lines = [[_fitted(cell, NARROW) for cell in line[:-1]] + line[-1:] for line in [table.columns, *cells]]
    widths = [max((_width(line[i]) for line in lines), default=0) for i in range(table.num_columns)]
    # The last column is often a sentence, and has what the others leave of a line.
    last = max(NARROW, LINE - sum(width + 2 for width in widths[:-1]))
    text = []
    for line in lines:
        padded = [cell + " " * (width - _width(cell)) for cell, width in zip(line[:-1], widths[:-1], strict=True)]
        text.append("  ".join([*padded, *(_fitted(cell, last) for cell in line[-1:])]).rstrip())
    if shown < table.num_rows:
        text.append(f"... {table.num_rows - shown:,} more")
    return text


def to_html(table: Table, title: str = "", summary: str = "", limit: int = 20) -> str:
    """An HTML fragment without scripts; every value from the data is escaped."""
    cells, shown = _head(table, limit)
    is_number = [kind in ("int64", "float64", "decimal") for kind in table.types.values()]
    # Sentences keep a width on which they can be read; a wide table goes on to the side.
    style = [
        "vertical-align:top;"
        + (
            "text-align:right;white-space:nowrap"
            if number
            else "text-align:left;min-width:22em"
            if any(len(line[i]) > NARROW for line in cells)
            else "text-align:left;white-space:nowrap"
        )
        for i, number in enumerate(is_number)
    ]
    parts = ['<div class="outweigh">']
    if title:
        parts.append(f"<h4>{html.escape(title)}</h4>")
    if summary:
        parts.append(f"<p>{html.escape(summary)}</p>")
    heads = "".join(f'<th style="{s}">{html.escape(n)}</th>' for n, s in zip(table.columns, style, strict=True))
    parts.append(f'<div style="overflow-x:auto"><table><thead><tr>{heads}</tr></thead><tbody>')
    for line in cells:
        data = "".join(f'<td style="{s}">{html.escape(cell)}</td>' for cell, s in zip(line, style, strict=True))
        parts.append(f"<tr>{data}</tr>")
    parts.append("</tbody></table></div>")
    if shown < table.num_rows:
        parts.append(f"<p>{count(table.num_rows - shown, 'more row')}</p>")
    parts.append("</div>")
    return "".join(parts)


def kind_of(data: object) -> Kind:
    """The kind of a user's table, for `Table.to_frame`."""
    library = type(data).__module__.partition(".")[0]
    if library == "pandas":
        return "pandas"
    if library == "polars":
        return "polars"
    if library == "pyarrow":
        return "arrow"
    if library in ("duckdb", "_duckdb"):
        return "duckdb"
    if isinstance(data, Mapping):
        return "dict"
    return "table"


def collected(data: TableLike) -> TableLike:
    """A lazy frame of polars as one with rows; anything else as it is."""
    return data.collect() if kind_of(data) == "polars" and hasattr(data, "collect") else data


def read_table(data: TableLike, name: str = "") -> tuple[_core.Table, Kind]:
    """A table of any kind as one of ours, and its kind. `name` is for messages."""
    kind = kind_of(data)
    if isinstance(data, Table):
        return data._core, kind
    if isinstance(data, _core.Table):
        return data, kind
    if kind == "pandas":
        return _read_pandas(data, name), kind
    data = collected(data)
    if isinstance(data, Mapping):
        return _read_mapping(data, name), kind
    if hasattr(data, "__arrow_c_stream__"):
        return _core.Table(data, name), kind
    _refuse(data, name)


def _read_mapping(data: Mapping[Any, Any], name: str) -> _core.Table:
    try:
        return _core.Table({key: _kept_apart(v) if _is_series(v) else v for key, v in data.items()}, name)
    except _FROM_ARROW:
        # As with a frame: a series of pandas streams itself through pyarrow, whose errors name no column.
        if not any(_is_series(values) for values in data.values()):
            raise
        return _core.Table({key: _pandas_column(v) if _is_series(v) else v for key, v in data.items()}, name)


def _is_series(values: object) -> bool:
    return kind_of(values) == "pandas" and hasattr(values, "isna") and hasattr(values, "dtype")


def _read_pandas(frame: Any, name: str) -> _core.Table:
    if not hasattr(frame, "columns"):
        _refuse(frame, name)
    labels = list(frame.columns)
    texts = [str(label) for label in labels]
    if len(set(texts)) != len(texts):
        twice = next(text for text in texts if texts.count(text) > 1)
        raise _core.InvalidInput("a table has two columns of the same name", _core.Place(name, twice))
    columns = {text: _kept_apart(frame.iloc[:, i]) for i, text in enumerate(texts)}
    try:
        if not all(_is_series(column) for column in columns.values()):
            return _core.Table(columns, name)
        # The index is not a column, and row labels may repeat.
        return _core.Table(frame.set_axis(texts, axis=1).reset_index(drop=True), name)
    except _FROM_ARROW:
        # pandas needs pyarrow for its Arrow stream, which also refuses columns of mixed types. Column by column, what
        # can be read is read, and the error for what cannot names the column.
        return _core.Table({text: _pandas_column(frame.iloc[:, i]) for i, text in enumerate(texts)}, name)


def _kept_apart(series: Any) -> Any:
    """Values of a column of objects that are times or dates, else the column itself.

    Arrow gives such a column one type: a zoned time among naive ones would lose its zone, a time among dates its hour. Read
    value by value, they are told apart.
    """
    if series.dtype != object:
        return series
    inferred = import_module("pandas").api.types.infer_dtype(series, skipna=True)
    return _pandas_column(series) if inferred in ("datetime", "date") else series


def _pandas_column(series: Any) -> Any:
    kind = series.dtype.kind
    is_extension = not isinstance(series.dtype, np.dtype)
    if kind == "M":
        zone = getattr(series.dtype, "tz", None)
        if zone is None:
            return series.to_numpy()
        return [value.to_pydatetime() if known else None for value, known in zip(series, series.notna(), strict=True)]
    if kind in "iufb" and not is_extension and not series.hasnans:
        return series.to_numpy()
    return series.astype(object).where(series.notna(), None).tolist()


def _refuse(data: object, name: str) -> NoReturn:
    raise _core.TypeMismatch(
        "a table must be a data frame, a mapping from column names to arrays or lists, or anything with "
        f"__arrow_c_stream__; got {type(data).__name__}" + (f" for table {name!r}" if name else "")
    )
