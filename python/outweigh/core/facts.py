"""Results that are tables and a few figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .. import _core
from .results import Result
from .table import Table

__all__ = ["Facts", "JudgedFacts"]


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


class JudgedFacts(Result[Facts]):
    """Facts that say how far they can be believed."""

    __slots__ = ()

    @property
    def status(self) -> str:
        """How far it can be believed: ``estimated``, ``doubtful``, ``not_identified`` or ``undefined``."""
        return str(self._core.figures["status"])

    @property
    def reason(self) -> str:
        """Why, in words."""
        return str(self._core.figures["reason"])

    def _judgement(self) -> str:
        return self.status + (f": {self.reason}" if self.reason else "")
