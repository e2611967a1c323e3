"""Results that are tables and a few figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import _core
from .table import Table

__all__ = ["Facts"]


@dataclass(frozen=True)
class Facts:
    """What a `Result` wraps when it is a table, further tables and a few figures."""

    table: Table
    figures: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)

    __hash__ = None  # type: ignore[assignment]

    def to_table(self) -> _core.Table:
        """The main table."""
        return self.table._core
