"""The customer graph: all tables, checked and related to each other."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.arguments import checked
from ..core.errors import InvalidInput, MissingInput, Place, TypeMismatch
from ..core.numbers import is_unknown
from ..core.progress import Progress
from ..core.table import Kind, Table, TableLike, count, kind_of, read_table
from .relation import Relation

if TYPE_CHECKING:
    from .._core import CustomerGraph as CoreGraph

__all__ = ["CustomerGraph", "Rejected", "schema", "validate", "validate_tables"]

Renames = Mapping[str, Mapping[str, str]]


class Rejected(Mapping[str, Table]):
    """Rows that were set aside, by table; each with the user's columns and a column ``reason``.

    ``graph.rejected("requests")`` is the same as ``graph.rejected["requests"]``, and gives an empty table where nothing
    was set aside. Iteration visits the tables with rejected rows only.
    """

    def __init__(self, graph: _core.CustomerGraph, kind: Kind = "table") -> None:
        self._graph = graph
        self._kind = kind
        self._names = [name for name in graph.tables if graph.rejected(name).num_rows]

    def __call__(self, table: str) -> Table:
        return self[table]

    def __getitem__(self, table: str) -> Table:
        return Table._wrap(self._graph.rejected(table), self._kind)

    def __contains__(self, table: object) -> bool:
        return table in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @property
    def counts(self) -> dict[str, int]:
        """Number of rejected rows by table."""
        return {name: self._graph.rejected(name).num_rows for name in self._names}

    def __repr__(self) -> str:
        parts = [f"{count(rows, 'row')} of {name}" for name, rows in self.counts.items()]
        return f"outweigh.Rejected({', '.join(parts) or 'nothing'})"


class CustomerGraph:
    """Accounts, their people, what was heard from whom, needs and solutions, checked and related to each other.

    A graph is immutable and compares by content. Make one with `from_tables`, or with `outweigh.read` from files.

    Examples
    --------
    >>> import outweigh as ow
    >>> graph = ow.CustomerGraph.from_tables(
    ...     accounts={"account_id": ["a", "b"], "arr": [1200.0, 800.0]},
    ...     sources={"source_id": ["desk"], "kind": ["pooled_support"]},
    ...     needs={"need_id": ["n"], "title": ["Export"]},
    ...     requests={
    ...         "request_id": [1], "account_id": ["b"], "source_id": ["desk"], "need_id": ["n"],
    ...         "at": [__import__("datetime").datetime(2026, 1, 5, tzinfo=__import__("datetime").UTC)],
    ...     },
    ... )
    >>> graph.base
    ['a', 'b']
    >>> graph.relation("account_need").to_table().to_dict()
    {'from': ['b'], 'to': ['n']}
    >>> len(graph.without("b").ids("request"))
    0
    """

    __slots__ = ("_core", "_kind")

    _core: CoreGraph
    _kind: Kind

    def __init__(self, core: CoreGraph, kind: Kind = "table") -> None:
        if not isinstance(core, _core.CustomerGraph):
            raise TypeError("a graph is made by CustomerGraph.from_tables(accounts=..., ...)")
        self._core = core
        self._kind = kind

    @classmethod
    def from_tables(
        cls,
        accounts: TableLike | None = None,
        *,
        segments: TableLike | str | Mapping[str, Any] | None = None,
        as_of: str | date | datetime | np.datetime64 | None = None,
        timezone: str | tzinfo | None = None,
        columns: Renames | None = None,
        on_invalid: Literal["raise", "quarantine"] = "raise",
        currency: str = "unit",
        effort_unit: str = "unit",
        threads: int | None = None,
        progress: Progress = None,
        **tables: TableLike | None,
    ) -> CustomerGraph:
        """Check the tables and build a graph from them.

        Parameters
        ----------
        accounts
            The customer base; the only required table.
        segments
            A table with ``segment_id`` and ``account_id``; or the name of a column of accounts, each value of which is a
            segment; or a mapping from names to lists of account ids, boolean masks over accounts, or functions from the
            accounts (as given) to such a mask. Default: one segment, ``all``.
        as_of
            The time of the base; a date is its midnight. Default: the latest time at which something was observed in
            the data, never the clock; see `warnings`.
        timezone
            Of times that have none: an IANA name, an offset such as ``+02:00``, or a ``ZoneInfo``. Without it, such
            times are an error.
        columns
            The user's column names: ``{"requests": {"account_id": "Customer"}}``.
        on_invalid
            ``"raise"`` the first problem, or ``"quarantine"``: set invalid rows and what hangs on them apart, see
            `rejected`.
        currency, effort_unit
            Units of money and of effort, for texts and reports.
        threads
            None means all cores.
        progress
            True, or a function of (task, done).
        **tables
            ``requests=``, ``needs=``, ``sources=`` and so on: see `schema`. Anything with ``__arrow_c_stream__`` (polars,
            DuckDB, pyarrow, pandas), a pandas frame, or a mapping from names to arrays or lists.

        Returns
        -------
        CustomerGraph

        Raises
        ------
        InvalidInput, MissingInput, TypeMismatch
            Naming table, column, row and value; nothing is half-built.
        """
        return cls._build(
            [],
            accounts,
            segments=segments,
            as_of=as_of,
            timezone=timezone,
            columns=columns,
            on_invalid=on_invalid,
            currency=currency,
            effort_unit=effort_unit,
            threads=threads,
            progress=progress,
            **tables,
        )

    @classmethod
    @checked
    def _build(
        cls,
        found_before: Sequence[Mapping[str, Any]],
        accounts: TableLike | None = None,
        *,
        segments: TableLike | str | Mapping[str, Any] | None = None,
        as_of: str | date | datetime | np.datetime64 | None = None,
        timezone: str | tzinfo | None = None,
        columns: Renames | None = None,
        on_invalid: str = "raise",
        currency: str = "unit",
        effort_unit: str = "unit",
        threads: int | None = None,
        progress: Progress = None,
        **tables: TableLike | None,
    ) -> CustomerGraph:
        """As `from_tables`; `found_before` are rows that could not be read in full, as rows of `validate`."""
        read, kind = _read_tables(accounts, tables)
        by_column = _read_segments(read, segments, accounts, columns)
        names = ("kind", "table", "column", "row", "value", "message")
        core = _core.CustomerGraph.build(
            read,
            as_of=_read_time(as_of),
            segments=by_column,
            columns=read_renames(columns),
            timezone=_zone_name(timezone),
            on_invalid=on_invalid,
            currency=currency,
            effort_unit=effort_unit,
            found_before=Table({name: [row[name] for row in found_before] for name in names})._core
            if found_before
            else None,
            threads=threads,
            progress=progress,
        )
        return cls(core, kind)

    @staticmethod
    def validate_tables(
        accounts: TableLike | None = None,
        *,
        timezone: str | tzinfo | None = None,
        columns: Renames | None = None,
        threads: int | None = None,
        progress: Progress = None,
        **tables: TableLike | None,
    ) -> Table:
        """All problems of the tables at once, without raising: see `outweigh.validate`."""
        return validate(accounts, timezone=timezone, columns=columns, threads=threads, progress=progress, **tables)

    def validate(self) -> Table:
        """What was wrong with the tables this graph was built from.

        Empty unless rows were set aside. Columns ``kind``, ``table``, ``column``, ``row`` (from 0, in the user's
        table), ``value``, ``message``.
        """
        return Table._wrap(self._core.problems, self._kind)

    @property
    def rejected(self) -> Rejected:
        """What ``on_invalid="quarantine"`` set aside, by table, with reasons; see also `validate`."""
        return Rejected(self._core, self._kind)

    @property
    def tables(self) -> list[str]:
        """Names of the tables that were given."""
        return list(self._core.tables)

    def table(self, name: str) -> Table:
        """The accepted rows of a table: our column names, the user's ids, the user's further columns last.

        A table that was not given has no rows.
        """
        return Table._wrap(self._core.table(name), self._kind)

    def to_tables(self) -> dict[str, Table]:
        """The tables that were given, as `from_tables` takes them."""
        return {name: self.table(name) for name in self.tables}

    def __getattr__(self, name: str) -> Table:
        if name in _core.TABLES:
            return self.table(name)
        raise AttributeError(f"'CustomerGraph' has no attribute {name!r}", name=name, obj=self)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_core.TABLES})

    def ids(self, kind: str) -> list[Any] | npt.NDArray[np.int64]:
        """The user's ids of a kind of node (``"account"``, ``"need"``, ...), in the order of the indices."""
        return self._core.ids(kind).column("id")

    def size(self, kind: str) -> int:
        """Number of nodes of a kind."""
        return int(self._core.size(kind))

    @property
    def base(self) -> list[Any] | npt.NDArray[np.int64]:
        """Ids of the base: the accounts of kind customer that are active at `as_of`."""
        return self._core.base.column("account_id")

    @property
    def in_base(self) -> npt.NDArray[np.bool_]:
        """For each account: is it in the base?"""
        return self._core.in_base

    @property
    def as_of(self) -> datetime:
        """The time of the base, UTC."""
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self._core.as_of)

    @property
    def warnings(self) -> list[str]:
        """What is doubtful, in sentences: an `as_of` from the data that lies far after all other times.

        Examples
        --------
        >>> from datetime import date
        >>> import outweigh as ow
        >>> graph = ow.CustomerGraph.from_tables(
        ...     accounts={"account_id": ["a", "b"]},
        ...     revenue={"account_id": ["a", "b"], "at": [date(2026, 5, 4), date(2099, 5, 4)], "amount": [1, 1]},
        ... )
        >>> graph.warnings[0][:74]
        'The time of the base, as_of, is that of table revenue, column at, row 1: 2'
        """
        return self._core.warnings

    @property
    def currency(self) -> str:
        """Unit of money."""
        return self._core.currency

    @property
    def effort_unit(self) -> str:
        """Unit of effort."""
        return self._core.effort_unit

    @property
    def segments_overlap(self) -> bool:
        """Is some account of the base in two segments of the same depth?"""
        return self._core.segments_overlap

    @property
    def relations(self) -> list[str]:
        """Names of the relations, for `relation`."""
        return list(_core.RELATIONS)

    def relation(self, name: str) -> Relation:
        """The edges of a relation, such as ``"request_account"`` or ``"solution_need"``."""
        return Relation(self, name)

    def filter(self, accounts: Any) -> CustomerGraph:
        """The graph of some accounts, without what hangs on the others.

        Parameters
        ----------
        accounts
            Ids of the accounts to keep, a boolean mask over accounts, or a function from `accounts` (in the kind of table
            the graph was made from) to such a mask. Needs, sources, solutions, segments and `as_of` stay.
        """
        if callable(accounts):
            accounts = accounts(_frame(self.table("accounts"), self._kind))
        return CustomerGraph(self._core.filter(_mask(accounts, self.ids("account"))), self._kind)

    def without(self, account_id: str | int) -> CustomerGraph:
        """The graph without one account and what hangs on it."""
        return CustomerGraph(self._core.without(str(account_id)), self._kind)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CustomerGraph):
            return NotImplemented
        return bool(self._core == other._core)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return (CustomerGraph, (self._core, self._kind))

    def _summary(self) -> str:
        # Without the words for kinds that have no plural of their own.
        kinds = ["account", "segment", "source", "need", "request", "solution"]
        parts = [count(self.size(kind), kind) for kind in kinds if self.size(kind)]
        rejected = sum(self.rejected.counts.values())
        if rejected:
            parts.append(f"{count(rejected, 'row')} rejected")
        # Where no table holds a time, as_of says nothing.
        when = f" as of {self.as_of:%Y-%m-%d}" if self.as_of.timestamp() else ""
        return f"{', '.join(parts)}; {len(self.base):,} in the base{when}" + "".join(
            f". {text}" for text in self.warnings
        )

    def __repr__(self) -> str:
        return f"outweigh.CustomerGraph: {self._summary()}"

    def _repr_html_(self) -> str:
        rejected = self.rejected.counts
        lines = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{len(self.table(name)):,}</td><td>{rejected.get(name, 0):,}</td></tr>"
            for name in self.tables
        )
        return (
            f'<div class="outweigh"><h4>CustomerGraph</h4><p>{html.escape(self._summary())}</p>'
            "<table><thead><tr><th>table</th><th>rows</th><th>rejected</th></tr></thead>"
            f"<tbody>{lines}</tbody></table></div>"
        )


@checked
def validate(
    accounts: TableLike | None = None,
    *,
    timezone: str | tzinfo | None = None,
    columns: Renames | None = None,
    threads: int | None = None,
    progress: Progress = None,
    **tables: TableLike | None,
) -> Table:
    """All problems of the tables at once, without raising and without building a graph.

    Parameters
    ----------
    accounts, **tables
        As in `CustomerGraph.from_tables`.
    timezone, columns, threads, progress
        As there.

    Returns
    -------
    Table
        ``kind``, ``table``, ``column``, ``row`` (from 0; null where no row is at fault), ``value``, ``message`` (what is
        wrong and what to do); no rows when all is well.

    Examples
    --------
    >>> import outweigh as ow
    >>> problems = ow.validate(accounts={"account_id": ["a", "a"]})
    >>> problems.to_dict()["message"]
    ['the same id already stands in row 0']
    """
    segments = tables.pop("segments", None)
    read, kind = _read_tables(accounts, tables)
    by_column = _read_segments(read, segments, accounts, columns)
    core = _core.CustomerGraph.validate(
        read,
        segments=by_column,
        columns=read_renames(columns),
        timezone=_zone_name(timezone),
        threads=threads,
        progress=progress,
    )
    return Table._wrap(core, kind)


validate_tables = validate


def schema() -> Table:
    """The tables that a graph is made of, one row a column.

    Returns
    -------
    Table
        ``table``, ``column``, ``type``, ``words`` (of a closed vocabulary), ``required``, ``lowest``, ``highest``.

    Examples
    --------
    >>> import outweigh as ow
    >>> next(row["words"] for row in ow.schema().rows() if (row["table"], row["column"]) == ("asked", "answer"))
    'yes, no, unknown'
    """
    return Table._wrap(_core.schema())


def _read_tables(
    accounts: TableLike | None, tables: Mapping[str, TableLike | None]
) -> tuple[dict[str, _core.Table], Kind]:
    read: dict[str, _core.Table] = {}
    kind: Kind = "table"
    if accounts is not None:
        read["accounts"], kind = read_table(accounts, "accounts")
    for name, table in tables.items():
        if table is not None:
            read[name] = read_table(table, name)[0]
    return read, kind


def read_renames(columns: Renames | None) -> dict[str, dict[str, str]]:
    """The option ``columns=``, checked."""
    if columns is None:
        return {}
    if not isinstance(columns, Mapping):
        raise TypeMismatch(
            'columns must map tables to names, such as {"accounts": {"account_id": "Customer"}}, '
            f"not {type(columns).__name__}",
            Place(column="columns", value=repr(columns)[:60]),
        )
    for table, names in columns.items():
        if not isinstance(names, Mapping) or not all(isinstance(name, str) for pair in names.items() for name in pair):
            raise TypeMismatch(
                "columns must map our names of a table's columns to yours, both of them text",
                Place(table=str(table), column="columns", value=repr(names)[:60]),
            )
    return {str(table): dict(names) for table, names in columns.items()}


def _zone_name(zone: str | tzinfo | None) -> str:
    if zone is None or isinstance(zone, str):
        return zone or ""
    name = getattr(zone, "key", None)
    offset = zone.utcoffset(None) if isinstance(zone, tzinfo) else None
    if name is None and offset is not None:
        minutes = abs(round(offset.total_seconds() / 60))
        name = f"{'-' if offset < timedelta(0) else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    if name is None:
        raise TypeMismatch(
            "timezone must be an IANA name, an offset such as +02:00, or a ZoneInfo",
            Place(column="timezone", value=repr(zone)[:60]),
        )
    return str(name)


def _read_time(time: str | date | datetime | np.datetime64 | None, name: str = "as_of") -> _core.Table | None:
    if time is None:
        return None
    if isinstance(time, str):
        try:
            time = date.fromisoformat(time) if len(time) <= 10 else datetime.fromisoformat(time)
        except ValueError:
            raise InvalidInput(f"{name} is not a time such as 2026-01-31 or 2026-01-31T09:30:00Z: {time!r}") from None
    if isinstance(time, np.datetime64):
        is_date = np.datetime_data(time.dtype)[0] in ("Y", "M", "W", "D")
        time = time.astype("datetime64[D]" if is_date else "datetime64[us]").item()
    return read_table({"as_of": [time]}, "as_of")[0]


def _read_segments(
    read: dict[str, _core.Table],
    segments: TableLike | str | Mapping[str, Any] | None,
    accounts: TableLike | None,
    columns: Renames | None,
) -> str | None:
    """Puts the table of segments into `read`, or returns the name of a column."""
    if segments is None or isinstance(segments, str):
        return segments
    read_renames(columns)
    if isinstance(segments, Mapping):
        names = (columns or {}).get("segments", {})
        is_table = names.get("segment_id", "segment_id") in segments
        if not is_table and segments and "accounts" in read:
            segments = _segments_of_rules(segments, read["accounts"], accounts, columns)
            read["segments"] = read_table(segments, "segments")[0]
            return None
    read["segments"] = read_table(segments, "segments")[0]
    return None


def _segments_of_rules(
    rules: Mapping[str, Any], core: _core.Table, accounts: TableLike, columns: Renames | None
) -> dict[str, list[Any]]:
    key = (columns or {}).get("accounts", {}).get("account_id", "account_id")
    mapped = (columns or {}).get("segments", {})
    if key not in core.columns:
        raise MissingInput(f"the accounts have no column {key!r}, which segments are made of")
    known = list(core.column(key))
    segment_ids: list[str] = []
    account_ids: list[Any] = []
    for name, rule in rules.items():
        if callable(rule):
            frame = accounts
            if kind_of(accounts) == "dict":
                frame = {column: np.asarray(values) for column, values in accounts.items()}
            elif kind_of(accounts) == "duckdb":
                frame = accounts.arrow()
            members = rule(frame)
        else:
            members = rule
        values = _values(members, f"segment {name!r}")
        if _is_mask(values):
            _check_length(values, len(known), f"segment {name!r}")
            values = [
                account
                for account, is_member in zip(known, values, strict=True)
                if not is_unknown(is_member) and is_member
            ]
        segment_ids.extend([name] * len(values))
        account_ids.extend(values)
    return {
        mapped.get("segment_id", "segment_id"): segment_ids,
        mapped.get("account_id", "account_id"): account_ids,
    }


def _values(data: Any, what: str) -> list[Any]:
    if isinstance(data, str):
        return [data]
    if not any(hasattr(data, way) for way in ("to_pylist", "tolist", "isna", "__iter__")):
        raise TypeMismatch(f"{what} must be a list of account ids or a mask over accounts, not {type(data).__name__}")
    if hasattr(data, "to_pylist"):
        return list(data.to_pylist())
    values = np.asarray(data, dtype=object) if hasattr(data, "isna") else data
    listed = values.tolist() if hasattr(values, "tolist") else list(values)
    return listed if isinstance(listed, list) else [listed]


def _is_mask(values: list[Any]) -> bool:
    known = [value for value in values if isinstance(value, bool | np.bool_)]
    return bool(known) and all(isinstance(value, bool | np.bool_) or is_unknown(value) for value in values)


def _check_length(values: list[Any], accounts: int, what: str) -> None:
    if len(values) != accounts:
        raise InvalidInput(f"{what}: the mask has {len(values)} entries, the accounts {accounts}")


def _mask(accounts: Any, known: Any) -> npt.NDArray[np.bool_]:
    """Which accounts to keep, from a mask or from ids."""
    values = _values(accounts, "filter")
    if _is_mask(values):
        _check_length(values, len(known), "filter")
        return np.array([not is_unknown(value) and bool(value) for value in values], dtype=bool)
    position = {str(account): i for i, account in enumerate(known)}
    mask = np.zeros(len(known), dtype=bool)
    for value in values:
        if str(value) not in position:
            raise InvalidInput(f"there is no account with the id {value!r}")
        mask[position[str(value)]] = True
    return mask


def _frame(table: Table, kind: Kind) -> Any:
    if kind == "dict":
        return {name: np.asarray(values) for name, values in table.to_dict().items()}
    return table.to_frame("arrow" if kind == "duckdb" else kind)
