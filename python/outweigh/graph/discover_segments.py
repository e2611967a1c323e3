"""Segments by what accounts want, against those that were declared."""

from __future__ import annotations

from typing import Literal

from .. import _core
from ..core.arguments import checked
from ..core.facts import Facts, JudgedFacts
from ..core.progress import Progress
from ..core.table import Table, count
from .customer_graph import CustomerGraph

__all__ = ["DiscoveredSegments", "discover_segments"]


class DiscoveredSegments(JudgedFacts):
    """Groups of accounts that want alike. Made by `discover_segments`.

    Columns: ``account_id`` (all of the base), ``segment`` (0 is the largest; null for accounts that want nothing we know
    of) and ``held_out`` (set apart to test what was found).
    """

    __slots__ = ()

    @property
    def descriptions(self) -> Table:
        """What is unusual in each segment.

        Columns: ``segment``, ``accounts``, ``kind`` (``need``, ``use``, or ``segment``: a declared one), ``id``, ``share`` of
        the segment's accounts and ``share_elsewhere``; ``held_out_share``, ``held_out_elsewhere`` and ``q_value`` among
        accounts held out (null when none were: then this only describes these accounts).
        """
        return self._core.tables["descriptions"]

    @property
    def sizes(self) -> list[int]:
        """Accounts of each segment."""
        return [int(size) for size in self._core.figures["sizes"]]

    @property
    def agreement(self) -> float | None:
        """Adjusted mutual information with the declared segments: 1 the same, about 0 by chance; None without two."""
        value = self._core.figures["agreement"]
        return None if value is None else float(value)

    @property
    def modularity(self) -> float:
        """Of the network of accounts and needs; even chance gives networks a positive one."""
        return float(self._core.figures["modularity"])

    @property
    def tested(self) -> bool:
        """Were accounts held out? Otherwise what is said is descriptive."""
        return bool(self._core.figures["tested"])

    @property
    def confirmed(self) -> int:
        """Segments that differ among the accounts held out (a q-value of at most 0.05)."""
        return int(self._core.figures["confirmed"])

    def _summary(self) -> str:
        tested = f"{self.confirmed} confirmed" if self.tested else "descriptive"
        return f"{count(len(self.sizes), 'segment')}, {tested}, {self._judgement()}"


@checked
def discover_segments(
    graph: CustomerGraph,
    *,
    method: Literal["leiden", "louvain"] = "leiden",
    resolution: float = 1.0,
    held_out: float = 0.3,
    smallest: int = 10,
    descriptions: int = 5,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress = None,
) -> DiscoveredSegments:
    """Which accounts want alike: communities of the network of accounts and needs [1]_, and what is unusual in each.

    Accounts held out are not used to find segments. They are assigned afterwards, and a need that is said to be unusual in a
    segment is tested among them, each assigned by its other needs only: a segment is never confirmed by the wants it was
    made of. Uses and declared segments are never used to find or assign.

    Parameters
    ----------
    graph
        The customer base. Who wants what is as for `who_else`.
    method
        ``leiden`` or ``louvain``.
    resolution
        Greater gives more and smaller segments.
    held_out
        Share of accounts, 0 to 0.9, set apart. With 0, or when that is fewer than 20 accounts, segments are only described.
    smallest
        Accounts of a segment at least; members of smaller ones join the likeliest other.
    descriptions
        Unusual things that are listed of each segment.
    seed
        Decides who is held out, and where the search begins.
    threads, progress
        As everywhere; the result is the same for any number of threads.

    Returns
    -------
    DiscoveredSegments
        Status ``undefined`` when no account wants anything we know of, ``not_identified`` when there are no two segments,
        ``doubtful`` when what is said is only descriptive, or does not hold among the accounts held out.

    Raises
    ------
    InvalidInput
        For options out of range.

    References
    ----------
    .. [1] Traag, Waltman and van Eck 2019, doi:10.1038/s41598-019-41695-z

    Examples
    --------
    >>> import outweigh as ow
    >>> found = ow.discover_segments(ow.simulate(seed=1, accounts=200).graph)
    >>> found.columns
    ['account_id', 'segment', 'held_out']
    """
    table, described, figures = _core.discover_segments(
        graph._core,
        method=method,
        resolution=resolution,
        held_out=held_out,
        smallest=smallest,
        descriptions=descriptions,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    tables = {"descriptions": Table._wrap(described)}
    return DiscoveredSegments(Facts(Table._wrap(table), figures, tables), graph._kind)
