"""Who else would want a need, and which accounts are like one another: always with the evidence that is shared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Literal

import numpy as np

from .. import _core
from ..core.arguments import checked, one_id, texts_of
from ..core.errors import InvalidInput, Place
from ..core.facts import Facts, JudgedFacts
from ..core.progress import Progress
from ..core.table import Table, count
from .customer_graph import CustomerGraph, _read_time

__all__ = ["Backtest", "LookAlikes", "WhoElse", "backtest_who_else", "look_alikes", "who_else"]

Method = Literal["common_neighbours", "adamic_adar", "cosine", "page_rank", "factors", "popularity"]
METHODS: tuple[Method, ...] = ("common_neighbours", "adamic_adar", "cosine", "page_rank", "factors", "popularity")
SHARED = ("needs", "uses", "segments")


class WhoElse(JudgedFacts):
    """Accounts of the base that are not known to want a need, the likeliest first. Made by `who_else`.

    Columns: ``account_id``, ``score`` (an order, not a chance), ``wanted_needs`` (that the account is known to want),
    ``shared_needs`` (of these, needs that others want together with this one), ``contacts`` (interactions with its
    customers: silence after many says more than silence after none), ``evidence`` (the first shared needs, in words).
    """

    __slots__ = ()

    @property
    def wanted_by(self) -> int:
        """Accounts of the base that are known to want the need."""
        return int(self._core.figures["wanted_by"])

    @property
    def denied_by(self) -> int:
        """Accounts that were found not to have it: they are not listed."""
        return int(self._core.figures["denied_by"])

    @property
    def candidates(self) -> int:
        """All other accounts of the base."""
        return int(self._core.figures["candidates"])

    def _summary(self) -> str:
        want = "wants" if self.wanted_by == 1 else "want"
        return (
            f"{count(len(self), 'account')} of {self.candidates:,}, {self.wanted_by:,} {want} it, {self._judgement()}"
        )


class LookAlikes(JudgedFacts):
    """Accounts of the base that are like one account, the most similar first. Made by `look_alikes`.

    Columns: ``account_id``, ``similarity``, ``shared_needs``, ``shared_uses``, ``shared_segments``, ``denied_needs``
    (needs of the account that the other was found not to have), ``evidence`` (what is shared, the rarest first).
    """

    __slots__ = ()

    def _summary(self) -> str:
        return f"{count(len(self), 'account')}, {self._judgement()}"


class Backtest(JudgedFacts):
    """What rankings made at one time were worth later. Made by `backtest_who_else`.

    Columns: ``method``, ``precision``, ``recall``, ``map`` and ``ndcg`` at k, each a mean over queries; ``ndcg_gain`` over
    popularity with ``gain_lower`` and ``gain_upper``.
    """

    __slots__ = ()

    @property
    def queries(self) -> int:
        """Needs (or accounts) with something known before the split and something new after it."""
        return int(self._core.figures["queries"])

    @property
    def cold(self) -> int:
        """Needs (or accounts) with something new of which nothing was known before: no method can rank for them."""
        return int(self._core.figures["cold"])

    @property
    def figures(self) -> dict[str, int]:
        """``queries``, ``cold``, ``known_pairs`` before the split, ``later_pairs`` of the queries, and ``top``."""
        return {k: v for k, v in self._core.figures.items() if k not in ("status", "reason")}

    def _summary(self) -> str:
        return (
            f"{count(self.queries, 'query').replace('querys', 'queries')} at {self.figures['top']}, {self._judgement()}"
        )


def _time(time: str | date | datetime | np.datetime64 | None, name: str) -> _core.Table | None:
    if isinstance(time, np.datetime64):  # our tables give times in UTC in this form
        if np.isnat(time):
            raise InvalidInput("this must be one time", Place(column=name, value=str(time)))
        time = time.astype("datetime64[us]").item().replace(tzinfo=UTC)
    return _read_time(time, name)


@checked
def who_else(
    graph: CustomerGraph,
    *,
    need_id: str | int,
    method: Method = "cosine",
    top: int = 20,
    neighbours: int = 20,
    damping: float = 0.85,
    factors: int = 8,
    regularisation: float = 10.0,
    alpha: float = 4.0,
    iterations: int = 15,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress = None,
) -> WhoElse:
    """Who else would want this need: accounts that are not known to want it, the likeliest first.

    An account is known to want what its customers asked for (and nobody found untrue) or answered yes to; what
    stakeholders, internal people and partners say is no want. Accounts that answered no, or whose requests were found
    untrue, are not listed, and neither are accounts with nothing in common with the need. Scores are an order, not
    chances; `backtest_who_else` shows what the order is worth. How many accounts have the need is what `demand` estimates.

    Parameters
    ----------
    graph
        The customer base.
    need_id
        The need.
    method
        ``common_neighbours``: accounts that want both, over the account's needs; ``adamic_adar``: the same, where
        accounts with few needs count more [1]_; ``cosine``: similarity of needs by the accounts they share [2]_;
        ``page_rank``: a walk over accounts, needs and segments that restarts at the need; ``factors``: implicit matrix
        factorisation by alternating least squares [3]_; ``popularity``: accounts that want most, as a baseline.
    top
        How many are listed.
    neighbours
        ``cosine``: how many of the needs most similar to this one count.
    damping
        ``page_rank``: probability of following an edge.
    factors, regularisation, alpha, iterations, seed
        ``factors``: dimensions, weight of the squared lengths, confidence in a want (1 + alpha), sweeps over both sides,
        and where they begin.
    threads, progress
        As everywhere; the result is the same for any number of threads.

    Returns
    -------
    WhoElse
        Status ``undefined`` when nobody is known to want the need, ``doubtful`` when fewer than 5 accounts do.

    Raises
    ------
    InvalidInput
        For an unknown need or method, and options out of range.

    References
    ----------
    .. [1] Liben-Nowell and Kleinberg 2007, doi:10.1002/asi.20591
    .. [2] Deshpande and Karypis 2004, doi:10.1145/963770.963776
    .. [3] Hu, Koren and Volinsky 2008, doi:10.1109/ICDM.2008.22

    Examples
    --------
    >>> import outweigh as ow
    >>> graph = ow.simulate(seed=1, accounts=200).graph
    >>> found = ow.who_else(graph, need_id=graph.ids("need")[0], top=3)
    >>> len(found), found.columns[:2]
    (3, ['account_id', 'score'])
    """
    table, figures = _core.who_else(
        graph._core,
        need_id=one_id(need_id, "need_id"),
        method=method,
        top=top,
        neighbours=neighbours,
        damping=damping,
        factors=factors,
        regularisation=regularisation,
        alpha=alpha,
        iterations=iterations,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    return WhoElse(Facts(Table._wrap(table), figures), graph._kind)


@checked
def look_alikes(
    graph: CustomerGraph,
    *,
    account_id: str | int,
    method: Literal["adamic_adar", "cosine", "jaccard", "common_neighbours"] = "adamic_adar",
    by: Sequence[str] = SHARED,
    top: int = 20,
) -> LookAlikes:
    """Which accounts are like this one, by the needs, uses and segments that they share.

    "If we find ten more who need exactly this": the rarer what is shared, the more it counts. What all accounts of the base
    have in common tells nothing and is left out.

    Parameters
    ----------
    graph
        The customer base.
    account_id
        An account of the base.
    method
        ``adamic_adar``: sum over what is shared of 1 / log(accounts that have it) [1]_; ``cosine``, ``jaccard`` and
        ``common_neighbours`` count everything alike.
    by
        Any of ``needs``, ``uses`` and ``segments``.
    top
        How many are listed.

    Returns
    -------
    LookAlikes
        Status ``undefined`` when nothing is known of the account, ``doubtful`` when it is one thing only.

    Raises
    ------
    InvalidInput
        For an account that is unknown or outside the base, an unknown method, nothing to compare by, and `top` below 1.

    References
    ----------
    .. [1] Adamic and Adar 2003, doi:10.1016/S0378-8733(03)00009-1

    Examples
    --------
    >>> import outweigh as ow
    >>> graph = ow.simulate(seed=1, accounts=200).graph
    >>> alike = ow.look_alikes(graph, account_id=graph.base[0], top=5)
    >>> alike.columns[:3]
    ['account_id', 'similarity', 'shared_needs']
    """
    wanted = texts_of(by, "by")
    for word in wanted:
        if word not in SHARED:
            raise InvalidInput("accounts share needs, uses and segments", Place(column="by", value=str(word)))
    if not wanted:
        raise InvalidInput("accounts must be compared by something", Place(column="by"))
    table, figures = _core.look_alikes(
        graph._core,
        account_id=one_id(account_id, "account_id"),
        method=method,
        top=top,
        **{word: word in wanted for word in SHARED},
    )
    return LookAlikes(Facts(Table._wrap(table), figures), graph._kind)


@checked
def backtest_who_else(
    graph: CustomerGraph,
    *,
    split: str | date | datetime | np.datetime64,
    until: str | date | datetime | np.datetime64 | None = None,
    methods: Sequence[Method] = METHODS,
    top: int = 10,
    by: Literal["need", "account"] = "need",
    level: float = 0.9,
    neighbours: int = 20,
    damping: float = 0.85,
    factors: int = 8,
    regularisation: float = 10.0,
    alpha: float = 4.0,
    iterations: int = 15,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress = None,
) -> Backtest:
    """Would `who_else` have found those who asked later? Rankings made at `split` against what became known after it.

    Parameters
    ----------
    graph
        The customer base; its accounts are those of the base at `as_of`.
    split
        The methods see what was said up to this time; numpy's times are UTC, as in our tables. What was found of a
        request (``confirmed``) has no time of its own, and counts as known since the request.
    until
        End of what is to be foretold; `as_of` by default.
    methods
        Methods of `who_else`; each is held against ``popularity``.
    top
        k: how many of a ranking count.
    by
        Rank accounts for each ``need``, or needs for each ``account``.
    level
        Probability of the interval of the gain, which takes queries as independent.
    neighbours, damping, factors, regularisation, alpha, iterations, seed, threads, progress
        As for `who_else`.

    Returns
    -------
    Backtest
        Precision, recall, mean average precision and NDCG at k [1]_. Status ``undefined`` when there is nothing to
        foretell, ``doubtful`` below 20 queries.

    Raises
    ------
    InvalidInput
        Unless `split` is before `until`; for an unknown method, no methods, and options out of range.

    References
    ----------
    .. [1] Jarvelin and Kekalainen 2002, doi:10.1145/582415.582418

    Examples
    --------
    >>> import outweigh as ow
    >>> graph = ow.simulate(seed=1, accounts=200).graph
    >>> middle = graph.table("requests")["at"][400]
    >>> ow.backtest_who_else(graph, split=middle, methods=["cosine", "popularity"])["method"]
    ['cosine', 'popularity']
    """
    if by not in ("need", "account"):
        raise InvalidInput("rankings are for each need or for each account", Place(column="by", value=str(by)))
    table, figures = _core.backtest_who_else(
        graph._core,
        split=_time(split, "split"),
        until=_time(until, "until"),
        methods=texts_of(methods, "methods"),
        top=top,
        by_account=by == "account",
        level=level,
        neighbours=neighbours,
        damping=damping,
        factors=factors,
        regularisation=regularisation,
        alpha=alpha,
        iterations=iterations,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    return Backtest(Facts(Table._wrap(table), figures), graph._kind)
