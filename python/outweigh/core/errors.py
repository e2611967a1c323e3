"""The few typed errors of the library. Each names the place of the trouble."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = [
    "Cancelled",
    "ContractViolation",
    "CorruptState",
    "Infeasible",
    "InvalidInput",
    "MissingInput",
    "NotIdentified",
    "OutweighError",
    "Place",
    "TypeMismatch",
]


@dataclass(frozen=True)
class Place:
    """Where an error was found. Parts that are unknown or do not apply are empty or None; rows count from 0."""

    table: str = ""
    column: str = ""
    row: int | None = None
    value: str = ""

    def __str__(self) -> str:
        parts = [f"{name} '{text}'" for name, text in (("table", self.table), ("column", self.column)) if text]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.value:
            parts.append(f"value '{self.value}'")
        return ", ".join(parts)


class OutweighError(Exception):
    """Base of every error that the library raises.

    Attributes
    ----------
    message : str
        What is wrong, without the place.
    place : Place
        Table, column, row and value, as far as known.
    """

    def __init__(self, message: str = "", place: Place | None = None) -> None:
        super().__init__(message, place)
        self.message = message
        self.place = Place() if place is None else place

    def __str__(self) -> str:
        where = str(self.place)
        return f"{self.message} ({where})" if where else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.message, self.place))


class InvalidInput(OutweighError, ValueError):
    """A value, a row or an option that cannot be right: out of range, duplicated, dangling, contradictory."""


class MissingInput(OutweighError, LookupError):
    """A table, column or argument that the call needs and did not get."""


class TypeMismatch(OutweighError, TypeError):
    """A column whose type cannot hold what is asked of it."""


class NotIdentified(OutweighError):
    """The data cannot tell: the quantity is not identified, or the computation cannot converge."""


class Infeasible(OutweighError):
    """No solution satisfies all constraints; the message names those that conflict."""


class ContractViolation(OutweighError):
    """A user's type (scorer, callback) broke its contract; `place.value` names it."""


class CorruptState(OutweighError):
    """Bytes that are truncated, foreign, of another version, or otherwise not a state of ours."""


class Cancelled(OutweighError):
    """The call was stopped by its stop token or its progress callback."""
