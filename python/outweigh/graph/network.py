"""Algorithms on networks: who matters, what goes together, which groups there are."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from .. import _core
from ..core.arguments import checked, elements_of, texts_of
from ..core.errors import InvalidInput, MissingInput, Place, TypeMismatch
from ..core.facts import Facts
from ..core.numbers import is_unknown, short
from ..core.progress import Progress
from ..core.results import Result
from ..core.table import Kind, Table, TableLike, count, read_table
from .customer_graph import CustomerGraph

__all__ = [
    "CoDemand",
    "Communities",
    "ImplicitFactors",
    "Ranking",
    "adjusted_mutual_information",
    "co_demand",
    "communities",
    "hits",
    "implicit_factors",
    "page_rank",
]

RELATIONS = ("account_need", "account_segment")


class Ranking(Result[Facts]):
    """Scores of the nodes of a network. Made by `page_rank` and `hits`.

    Columns: ``id`` (with ``kind`` before it for a customer graph), then ``rank``, or ``hub`` and ``authority``; in the
    order of the ids.
    """

    __slots__ = ()

    @property
    def converged(self) -> bool:
        """Is the error within the tolerance?"""
        return bool(self._core.figures["converged"])

    @property
    def error(self) -> float:
        """Error that may be left, summed over all nodes: a bound for PageRank, an estimate for HITS."""
        return float(self._core.figures["error"])

    @property
    def iterations(self) -> int:
        """Number of iterations."""
        return int(self._core.figures["iterations"])

    def _summary(self) -> str:
        end = "" if self.converged else ", not converged"
        return f"{count(len(self), 'node')}, {count(self.iterations, 'iteration')}{end}"


class Communities(Result[Facts]):
    """Groups of nodes of a network. Made by `communities`.

    Columns: ``id`` (with ``kind`` before it for a customer graph) and ``community``, of which 0 is the largest.
    """

    __slots__ = ()

    @property
    def modularity(self) -> float:
        """Weight inside communities beyond what chance gives, as a share; 0 without edges."""
        return float(self._core.figures["modularity"])

    @property
    def count(self) -> int:
        """Number of communities."""
        return int(self._core.figures["count"])

    def _summary(self) -> str:
        word = "community" if self.count == 1 else "communities"
        return f"{count(len(self), 'node')} in {self.count:,} {word}, modularity {self.modularity:.4f}"


class CoDemand(Result[Facts]):
    """What goes together with what. Made by `co_demand`.

    Columns, for needs: ``need_id``, ``similar_need_id``, ``similarity``, and ``shared``, the number of accounts that both
    have in common; the most similar first.
    """

    __slots__ = ()

    def _summary(self) -> str:
        return count(len(self), "similar pair")


class ImplicitFactors(Result[Facts]):
    """Accounts and needs as points of few dimensions. Made by `implicit_factors`.

    Columns: ``account_id`` (or the column of the sources) and ``factor_1``, ``factor_2``, ...; `targets` has the same for
    the needs. The score of a pair is the product of its two rows: about 1 for what is wanted, 0 for what is not.
    """

    __slots__ = ()

    @property
    def targets(self) -> Table:
        """The factors of the needs (targets)."""
        return self._core.tables["targets"]

    @property
    def loss(self) -> float:
        """Sum over all pairs of confidence times squared miss, plus the regularisation."""
        return float(self._core.figures["loss"])

    def _summary(self) -> str:
        return f"{count(len(self), 'row')}, {count(len(self.targets), 'target')}, loss {self.loss:.6g}"


def _input(
    data: CustomerGraph | TableLike, source: str, target: str, weight: str | None, relations: Sequence[str]
) -> tuple[Any, dict[str, Any], Kind]:
    if isinstance(data, CustomerGraph):
        words = texts_of(relations, "relations")
        return data._core, {"source": "", "target": "", "weight": None, "relations": words}, data._kind
    table, kind = read_table(data, "edges")
    if weight == "weight" and weight not in table.columns:
        weight = None
    return table, {"source": source, "target": target, "weight": weight, "relations": []}, kind


def _restart(restart: Any, of_graph: bool) -> list[tuple[str, str, float]]:
    """Triples of kind, id and weight."""
    if restart is None:
        return []
    if not of_graph:
        return [("", *pair) for pair in _weighted(restart)]
    if not isinstance(restart, Mapping):
        raise TypeMismatch(
            "restart of a customer graph maps kinds of nodes to ids, such as {'need': ['sso']}", Place(column="restart")
        )
    return [(str(kind), *pair) for kind, ids in restart.items() for pair in _weighted(ids)]


def _weighted(ids: Any) -> list[tuple[str, float]]:
    if isinstance(ids, Mapping):
        try:
            pairs = [(str(key), float(value)) for key, value in ids.items()]
        except (TypeError, ValueError):
            raise TypeMismatch("weights of restart must be numbers", Place(column="restart")) from None
        if any(not 0 <= value < float("inf") for _, value in pairs):
            raise InvalidInput("weights of restart must be finite and not negative", Place(column="restart"))
    elif isinstance(ids, str) or not isinstance(ids, Iterable):
        pairs = [(str(ids), 1.0)]
    else:
        pairs = [(str(key), 1.0) for key in ids]
    if not pairs or not any(value for _, value in pairs):
        raise InvalidInput("the walk must restart somewhere: all restart weights are 0", Place(column="restart"))
    return pairs


@checked
def page_rank(
    data: CustomerGraph | TableLike,
    *,
    restart: Any = None,
    damping: float = 0.85,
    directed: bool = True,
    source: str = "source",
    target: str = "target",
    weight: str | None = "weight",
    relations: Sequence[str] = RELATIONS,
    tolerance: float = 1e-10,
    max_iterations: int = 10_000,
    threads: int | None = None,
    progress: Progress = None,
) -> Ranking:
    """Who matters: share of the time that a random walk spends at each node [1]_.

    The walk follows edges in proportion to their weights with probability `damping` and restarts otherwise. A node
    without an edge to follow restarts, also one whose edges all weigh 0. Parts that no restart reaches have rank 0.

    Parameters
    ----------
    data
        A table of edges, or a customer graph.
    restart
        Where the walk begins anew (personalised PageRank): an id, ids, or a mapping from ids to weights. For a customer
        graph a mapping from kinds of nodes to these, such as ``{"need": ["sso"]}``. Default: anywhere alike.
    damping
        Probability of following an edge, in [0, 1).
    directed
        Do edges lead one way? Relations of a customer graph always lead both ways.
    source, target, weight
        Names of the columns of a table of edges. Without a column ``weight`` each row counts 1. Parallel edges add up.
    relations
        Relations of a customer graph that the walk follows, with all their rows: also what stakeholders and accounts
        outside the base said, what was found untrue, and what is later than `as_of`: `who_else`, `co_demand` and
        `discover_segments` leave these out.
    tolerance
        Bound on the error, summed over all nodes.
    max_iterations
        Where to stop even so; `Ranking.converged` tells.
    threads
        All cores by default; the result is the same for any number.
    progress
        Called with (task, share done).

    Returns
    -------
    Ranking

    Raises
    ------
    InvalidInput
        For options out of range, weights that are negative, unknown or not finite, unknown ids.
    MissingInput
        For a column that is not there.

    References
    ----------
    .. [1] Brin and Page 1998, doi:10.1016/S0169-7552(98)00110-X

    Examples
    --------
    >>> import outweigh as ow
    >>> edges = {"source": ["a", "b", "c"], "target": ["b", "c", "b"]}
    >>> ow.page_rank(edges)["rank"].round(4).tolist()
    [0.05, 0.4865, 0.4635]
    >>> ow.page_rank(edges, restart="a")["rank"].round(4).tolist()
    [0.15, 0.4595, 0.3905]
    """
    core, options, kind = _input(data, source, target, weight, relations)
    table, figures = _core.page_rank(
        core,
        **options,
        directed=directed,
        damping=damping,
        restart=_restart(restart, isinstance(data, CustomerGraph)),
        tolerance=tolerance,
        max_iterations=max_iterations,
        threads=threads,
        progress=progress,
    )
    return Ranking(Facts(Table._wrap(table), figures), kind)


@checked
def hits(
    data: CustomerGraph | TableLike,
    *,
    directed: bool = True,
    source: str = "source",
    target: str = "target",
    weight: str | None = "weight",
    relations: Sequence[str] = RELATIONS,
    tolerance: float = 1e-12,
    max_iterations: int = 10_000,
    threads: int | None = None,
    progress: Progress = None,
) -> Ranking:
    """Hubs point to good authorities, authorities are pointed to by good hubs [1]_; each scaled to sum 1.

    Nodes outside the strongest part have 0; without edges all have. Where several parts are equally strong, or the two
    strongest directions too close to be told apart, `Ranking.converged` or the tie is all that can be said.

    Parameters
    ----------
    data, directed, source, target, weight, relations, max_iterations, threads, progress
        As for `page_rank`.
    tolerance
        Estimated error, summed over all nodes.

    Returns
    -------
    Ranking

    Raises
    ------
    InvalidInput
        For options out of range, and weights that are negative, unknown or not finite.
    MissingInput
        For a column that is not there.

    References
    ----------
    .. [1] Kleinberg 1999, doi:10.1145/324133.324140

    Examples
    --------
    >>> import outweigh as ow
    >>> scores = ow.hits({"source": ["a", "b", "b"], "target": ["c", "c", "d"]})
    >>> scores["authority"].round(4).tolist()
    [0.0, 0.0, 0.618, 0.382]
    """
    core, options, kind = _input(data, source, target, weight, relations)
    table, figures = _core.hits(
        core,
        **options,
        directed=directed,
        tolerance=tolerance,
        max_iterations=max_iterations,
        threads=threads,
        progress=progress,
    )
    return Ranking(Facts(Table._wrap(table), figures), kind)


@checked
def communities(
    data: CustomerGraph | TableLike,
    *,
    method: Literal["leiden", "louvain"] = "leiden",
    resolution: float = 1.0,
    trials: int = 0,
    seed: int = 0,
    source: str = "source",
    target: str = "target",
    weight: str | None = "weight",
    relations: Sequence[str] = RELATIONS,
    threads: int | None = None,
    progress: Progress = None,
) -> Communities:
    """Groups of nodes that are more tightly connected among themselves than chance would have it [1]_ [2]_.

    Edges lead both ways, and parallel ones add up. A node without edges is a community of its own. The grouping has a high
    modularity, not always the highest there is.

    Parameters
    ----------
    data, source, target, weight, relations, threads, progress
        As for `page_rank`.
    method
        ``leiden``, whose communities are connected, or ``louvain``.
    resolution
        Greater gives more and smaller communities.
    trials
        Runs from different orders of nodes, of which the best is kept; 0: as many as small networks need.
    seed
        Decides in which order nodes are visited.

    Returns
    -------
    Communities

    Raises
    ------
    InvalidInput
        For options out of range, and weights that are negative, unknown or not finite.
    MissingInput
        For a column that is not there.

    References
    ----------
    .. [1] Blondel et al. 2008, doi:10.1088/1742-5468/2008/10/P10008
    .. [2] Traag, Waltman and van Eck 2019, doi:10.1038/s41598-019-41695-z

    Examples
    --------
    >>> import outweigh as ow
    >>> edges = {"source": ["a", "b", "c", "d", "e", "f", "a"], "target": ["b", "c", "a", "e", "f", "d", "d"]}
    >>> found = ow.communities(edges)
    >>> found["community"].tolist(), round(found.modularity, 4)
    ([0, 0, 0, 1, 1, 1], 0.3571)
    """
    core, options, kind = _input(data, source, target, weight, relations)
    table, figures = _core.communities(
        core,
        **options,
        method=method,
        resolution=resolution,
        trials=trials,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    return Communities(Facts(Table._wrap(table), figures), kind)


@checked
def co_demand(
    data: CustomerGraph | TableLike,
    *,
    method: Literal["cosine", "common_neighbours", "jaccard", "adamic_adar"] = "cosine",
    between: str | None = None,
    top: int = 10,
    source: str = "source",
    target: str = "target",
    weight: str | None = "weight",
    threads: int | None = None,
    progress: Progress = None,
) -> CoDemand:
    """Which needs are asked for by the same accounts: the exact most similar ones of each.

    Parameters
    ----------
    data
        A table with one row for each account (source) and need (target), or a customer graph: accounts of the base and
        what their customers asked for, not what stakeholders and partners say, and no request that was found untrue.
    method
        ``cosine`` of the accounts' weights, number of ``common_neighbours``, ``jaccard`` share of the accounts of either,
        or ``adamic_adar``, which counts accounts that ask for little more [1]_.
    between
        ``"need"`` (the targets, default) or ``"account"`` (the sources: accounts that ask for the same needs).
    top
        How many are kept of each.
    source, target, weight, threads, progress
        As for `page_rank`.

    Returns
    -------
    CoDemand

    Raises
    ------
    InvalidInput
        For options out of range, and weights that are negative, unknown or not finite.
    MissingInput
        For a column that is not there.

    References
    ----------
    .. [1] Adamic and Adar 2003, doi:10.1016/S0378-8733(03)00009-1

    Examples
    --------
    >>> import outweigh as ow
    >>> asked = {"source": ["a", "a", "b", "b", "c"], "target": ["sso", "audit", "sso", "audit", "maps"]}
    >>> ow.co_demand(asked).to_dict()["similar_target"]
    ['sso', 'audit']
    """
    of_graph = isinstance(data, CustomerGraph)
    words = {"need": False, "target": False, target: False, "account": True, "source": True, source: True, None: False}
    if between not in words:
        raise InvalidInput(
            "similarity is between needs or between accounts", Place(column="between", value=str(between))
        )
    core, options, kind = _input(data, source, target, weight, ("account_need",))
    name = ("account_id" if words[between] else "need_id") if of_graph else (source if words[between] else target)
    table = _core.co_demand(
        core,
        **options,
        between_sources=words[between],
        name=name,
        method=method,
        top=top,
        threads=threads,
        progress=progress,
    )
    return CoDemand(Facts(Table._wrap(table)), kind)


@checked
def implicit_factors(
    data: CustomerGraph | TableLike,
    *,
    factors: int = 8,
    regularisation: float = 10.0,
    alpha: float = 4.0,
    iterations: int = 15,
    seed: int = 0,
    source: str = "source",
    target: str = "target",
    weight: str | None = "weight",
    threads: int | None = None,
    progress: Progress = None,
) -> ImplicitFactors:
    """Matrix factorisation of who wants what, by alternating least squares [1]_.

    All pairs count: preference 1 with confidence 1 + alpha * weight for those that are there, preference 0 with confidence 1
    for the others.

    Parameters
    ----------
    data
        A table with one row for each account (source) and need (target), or a customer graph, as for `co_demand`.
    factors, regularisation, alpha, iterations, seed
        Dimensions (1 to 512), weight of the squared lengths, confidence, sweeps over both sides, and where they begin.
    source, target, weight, threads, progress
        As for `page_rank`; the result is the same for any number of threads.

    Returns
    -------
    ImplicitFactors

    Raises
    ------
    InvalidInput
        For options out of range, and weights that are negative, unknown, not finite, or too large to compute with.
    MissingInput
        For a column that is not there.

    References
    ----------
    .. [1] Hu, Koren and Volinsky 2008, doi:10.1109/ICDM.2008.22

    Examples
    --------
    >>> import outweigh as ow
    >>> asked = {"source": ["a", "a", "b", "b", "c"], "target": ["sso", "audit", "sso", "audit", "maps"]}
    >>> ow.implicit_factors(asked, factors=2, regularisation=0.1).columns
    ['source', 'factor_1', 'factor_2']
    """
    of_graph = isinstance(data, CustomerGraph)
    core, options, kind = _input(data, source, target, weight, ("account_need",))
    rows, columns, loss = _core.implicit_factors(
        core,
        **options,
        row_name="account_id" if of_graph else source,
        column_name="need_id" if of_graph else target,
        factors=factors,
        regularisation=regularisation,
        alpha=alpha,
        iterations=iterations,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    if not np.isfinite(loss):
        raise InvalidInput("the weights are too large or too small to compute with", Place("edges", weight or ""))
    return ImplicitFactors(Facts(Table._wrap(rows), {"loss": loss}, {"targets": Table._wrap(columns)}), kind)


def adjusted_mutual_information(a: Sequence[Any], b: Sequence[Any]) -> float:
    """How well two groupings of the same things agree: 1 the same, about 0 by chance [1]_.

    Parameters
    ----------
    a, b
        Group of each thing, as any values that can be compared for equality.

    Returns
    -------
    float

    Raises
    ------
    MissingInput
        For a thing whose group is unknown.
    TypeMismatch
        For a group that is a list, and what is no list of groups.

    References
    ----------
    .. [1] Vinh, Epps and Bailey 2010, https://jmlr.org/papers/v11/vinh10a.html

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.adjusted_mutual_information(["x", "x", "y", "y"], [1, 1, 2, 2])
    1.0
    """
    codes = []
    for name, values in (("a", a), ("b", b)):
        groups: dict[Any, int] = {}
        listed = list(values) if isinstance(values, str) else elements_of(values, name)
        for row, value in enumerate(listed):
            if not isinstance(value, Hashable):
                raise TypeMismatch("a group must be one value", Place(column=name, row=row, value=short(value)))
            if is_unknown(value):
                raise MissingInput("the group of a thing is unknown", Place(column=name, row=row, value=str(value)))
        codes.append(
            np.fromiter((groups.setdefault(v, len(groups)) for v in listed), dtype=np.uint32, count=len(listed))
        )
    return _core.partition_agreement(codes[0], codes[1])
