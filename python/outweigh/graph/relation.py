"""One relation of a graph, in both directions, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.errors import InvalidInput, TypeMismatch
from ..core.table import Table, count

if TYPE_CHECKING:
    from .customer_graph import CustomerGraph

__all__ = ["Relation"]


class Relation:
    """One relation of a graph: its edges in compressed sparse rows, in both directions.

    Arrays are read-only views of the graph's memory. Edges are numbered in forward order; the targets of node ``i`` are
    ``targets[offsets[i]:offsets[i + 1]]``, the sources of node ``j`` are ``sources[in_offsets[j]:in_offsets[j + 1]]``, and
    ``in_edges`` has the numbers of the latter edges. ``rows`` has the row of the table that an edge came from.
    """

    __slots__ = (
        "_graph",
        "from_kind",
        "in_edges",
        "in_offsets",
        "name",
        "offsets",
        "rows",
        "sources",
        "targets",
        "to_kind",
    )

    _graph: CustomerGraph | None
    name: str
    from_kind: str
    to_kind: str
    offsets: npt.NDArray[np.uint32]
    targets: npt.NDArray[np.uint32]
    in_offsets: npt.NDArray[np.uint32]
    sources: npt.NDArray[np.uint32]
    in_edges: npt.NDArray[np.uint32]
    rows: npt.NDArray[np.uint32]

    def __init__(self, graph: CustomerGraph, name: str) -> None:
        self._read(graph, name, graph._core.relation(name))

    def _read(self, graph: CustomerGraph | None, name: str, arrays: Mapping[str, Any]) -> None:
        self._graph = graph
        self.name = name
        for key, value in arrays.items():
            setattr(self, key, value)

    @classmethod
    def from_codes(
        cls,
        sources: npt.ArrayLike,
        targets: npt.ArrayLike,
        *,
        from_size: int | None = None,
        to_size: int | None = None,
        threads: int | None = None,
    ) -> Relation:
        """A relation from integer codes, without a graph: edge i goes from ``sources[i]`` to ``targets[i]``.

        Sizes default to one more than the greatest code. Parallel edges are kept. O(nodes + edges).

        Raises
        ------
        InvalidInput
            Arrays of different lengths, codes that are negative or not below the size.

        Examples
        --------
        >>> import outweigh as ow
        >>> relation = ow.Relation.from_codes([1, 0, 1], [0, 0, 2])
        >>> relation.offsets.tolist(), relation.targets.tolist()
        ([0, 1, 3], [0, 0, 2])
        >>> relation.in_offsets.tolist(), relation.sources.tolist()
        ([0, 2, 2, 3], [0, 1, 1])
        """
        from_codes, to_codes = _codes(sources, "sources"), _codes(targets, "targets")
        relation = cls.__new__(cls)
        arrays = _core.relate(
            from_codes,
            to_codes,
            _size_of(from_codes) if from_size is None else from_size,
            _size_of(to_codes) if to_size is None else to_size,
            threads,
        )
        relation._read(None, "codes", {**arrays, "from_kind": "source", "to_kind": "target"})
        return relation

    def to_table(self) -> Table:
        """One row an edge, with the user's ids (or the codes it was made from): ``from`` and ``to``."""
        if self._graph is None:
            ends = self.offsets.astype(np.int64)
            sources = np.repeat(np.arange(len(ends) - 1), ends[1:] - ends[:-1])
            return Table({"from": sources, "to": self.targets.astype(np.int64)})
        return Table._wrap(self._graph._core.relation_table(self.name), self._graph._kind)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_table().__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return len(self.targets)

    def __repr__(self) -> str:
        return f"outweigh.Relation {self.name}: {count(len(self), 'edge')} from {self.from_kind} to {self.to_kind}"


def _codes(values: npt.ArrayLike, what: str) -> npt.NDArray[np.uint32]:
    codes = np.asarray(values)
    if codes.size == 0:
        return np.zeros(0, dtype=np.uint32)
    if codes.ndim != 1 or codes.dtype.kind not in "iu":
        raise TypeMismatch(
            f"{what} must be a flat array of whole numbers, not {codes.dtype} of {codes.ndim} dimensions"
        )
    if codes.dtype.kind == "i" and int(codes.min()) < 0 or int(codes.max()) >= 2**32 - 1:
        raise InvalidInput(f"{what} must lie between 0 and 2**32 - 2")
    return np.ascontiguousarray(codes, dtype=np.uint32)


def _size_of(codes: npt.NDArray[np.uint32]) -> int:
    return int(codes.max()) + 1 if codes.size else 0
