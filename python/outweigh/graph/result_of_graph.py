"""Results that keep the graph they were made from."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from ..core.results import Result
from ..core.table import Kind, Table
from .customer_graph import CustomerGraph

__all__ = ["ResultOfGraph", "with_user_ids"]

Core = TypeVar("Core")

IDS = {"source_id": "source", "account_id": "account", "interaction_id": "interaction"}


def with_user_ids(table: Table, graph: CustomerGraph) -> Table:
    """The table with ids as the user gave them: integers stay integers."""
    numbers = [name for name in table.columns if name in IDS and isinstance(graph.ids(IDS[name]), np.ndarray)]
    if not numbers:
        return table
    columns: dict[str, Any] = {name: table[name] for name in table}
    for name in numbers:
        columns[name] = [None if text is None else int(text) for text in columns[name]]
    return Table(columns)._in(table._kind)


class ResultOfGraph(Result[Core]):
    """A result whose compiled value knows ids as text only."""

    __slots__ = ("_graph",)

    _graph: CustomerGraph

    def __init__(self, core: Core, graph: CustomerGraph, kind: Kind = "table") -> None:
        super().__init__(core, kind)
        self._graph = graph

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self._core, self._graph, self._kind))

    def to_table(self) -> Table:
        """The result as a table with the user's ids."""
        return with_user_ids(super().to_table(), self._graph)

    @property
    def graph(self) -> CustomerGraph:
        """What it was made from."""
        return self._graph
