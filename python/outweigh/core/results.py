"""What every result shares: tables out, representations, equality, pickling."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Generic, TypeVar

from .table import Frame, Kind, Table, count, to_html

__all__ = ["Result"]

Core = TypeVar("Core")


def _in_kind(function: Callable[..., Any]) -> Callable[..., Any]:
    """Tables that a member gives are of the kind of the result's own."""

    @wraps(function)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        found = function(self, *args, **kwargs)
        return found._in(self._kind) if isinstance(found, Table) and found._kind == "table" else found

    return call


def _gives_table(function: Any) -> bool:
    return getattr(function, "__annotations__", {}).get("return") in ("Table", Table)


class Result(Generic[Core]):
    """Base of all results: one immutable value, made from other values and keeping them.

    Results compare by value, can be pickled (so `multiprocessing` and joblib work), show themselves as a table in
    notebooks, and export as Arrow streams: ``polars.DataFrame(result)`` works.

    A subclass wraps the compiled value `_core`, which has `to_table()`, equality and pickling, and overrides
    `_summary()`.
    """

    __slots__ = ("_core", "_kind")

    _core: Core
    _kind: Kind

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, member in list(vars(cls).items()):
            if isinstance(member, property) and member.fget is not None and _gives_table(member.fget):
                setattr(cls, name, property(_in_kind(member.fget), doc=member.__doc__))
            elif callable(member) and _gives_table(member):
                setattr(cls, name, _in_kind(member))

    def __init__(self, core: Core, kind: Kind = "table") -> None:
        self._core = core
        self._kind = kind

    def to_table(self) -> Table:
        """The result as a table with the user's ids."""
        core: Any = self._core
        return Table._wrap(core.to_table(), self._kind)

    def to_frame(self, kind: Kind | None = None) -> Frame:
        """The result in the kind of tables that the graph was made from, or in `kind`.

        A graph made from pandas frames gives pandas frames, one from polars polars, one from dictionaries
        dictionaries.
        """
        return self.to_table().to_frame(self._kind if kind is None else kind)

    def to_pandas(self) -> Any:
        """The result as a pandas frame."""
        return self.to_table().to_pandas()

    def to_polars(self) -> Any:
        """The result as a polars frame."""
        return self.to_table().to_polars()

    def to_arrow(self) -> Any:
        """The result as a pyarrow table."""
        return self.to_table().to_arrow()

    def to_dict(self) -> dict[str, list[Any]]:
        """The result as a dictionary of lists."""
        return self.to_table().to_dict()

    @property
    def columns(self) -> list[str]:
        """Names of the columns of the result's table."""
        return self.to_table().columns

    def __getitem__(self, column: str) -> Any:
        return self.to_table()[column]

    def __len__(self) -> int:
        return len(self.to_table())

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_table().__arrow_c_stream__(requested_schema)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return bool(self._core == other._core)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self._core, self._kind))

    def _summary(self) -> str:
        """One sentence above the table."""
        return count(len(self), "row")

    def __repr__(self) -> str:
        lines = repr(self.to_table()).split("\n")[1:]
        return "\n".join([f"outweigh.{type(self).__name__}: {self._summary()}", *lines])

    def _repr_html_(self) -> str:
        return to_html(self.to_table(), title=type(self).__name__, summary=self._summary())
