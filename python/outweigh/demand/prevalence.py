"""How many accounts have each need: not who asked, but who has it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from .. import _core
from ..core.arguments import checked, elements_of
from ..core.errors import InvalidInput, Place, TypeMismatch
from ..core.numbers import is_number, number_of
from ..core.plot import plot_prevalence
from ..core.progress import Progress
from ..core.results import Result
from ..core.table import Kind, Table, count

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..graph.customer_graph import CustomerGraph

__all__ = ["Demand", "demand"]


class Demand(Result[_core.Demand]):
    """Share of the accounts of the base that have each need, by segment.

    Columns of the table: ``need_id``, ``segment_id``, ``accounts`` (of the base in the segment), ``contacted``,
    ``requesting`` (distinct accounts that mentioned the need), ``confirmed``, ``denied``, ``raw`` (requesting /
    accounts), ``prevalence`` with ``lower``, ``upper``, ``level`` and ``standard_error``, ``status``, the range
    ``range_lower`` to ``range_upper`` that holds whatever one assumes, ``revenue`` behind the need with
    ``revenue_lower`` and ``revenue_upper``, and ``reason``, which says in words why the status is what it is.

    A segment holds the members of the segments below it. Segments may overlap, so rows are not to be added up;
    `overall` counts each account once.
    """

    __slots__ = ("_graph",)

    def __init__(self, core: _core.Demand, kind: Kind = "table") -> None:
        super().__init__(core, kind)
        self._graph: CustomerGraph | None = None

    @property
    def graph(self) -> CustomerGraph:
        """The graph that the demand was estimated from."""
        if self._graph is None:
            from ..graph.customer_graph import CustomerGraph

            self._graph = CustomerGraph(self._core.graph, self._kind)
        return self._graph

    @property
    def method(self) -> str:
        """Name of the method."""
        return self._core.method

    @property
    def level(self) -> float:
        """Probability with which intervals cover."""
        return self._core.level

    @property
    def target(self) -> str:
        """Whose share is estimated: ``listed`` accounts, or a ``superpopulation`` of accounts like them."""
        return self._core.target

    @property
    def population(self) -> str:
        """Which accounts the shares are of, in words."""
        size = count(len(self.graph.base), "account")
        what = f"{size} of kind customer, active at {self.graph.as_of:%Y-%m-%d}"
        return what if self.target == "listed" else f"accounts like the {what}, future ones among them"

    @property
    def window(self) -> tuple[datetime, datetime]:
        """First contact and ``as_of``: the time in which anything was heard."""
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self._core.since), self.graph.as_of

    @property
    def labels(self) -> Table:
        """How many requests of the base name a need: ``source_id``, ``requests``, ``labelled``, ``share``.

        Where less than 80 % of all do, only bounds are known.
        """
        return Table._wrap(self._core.labels_table())

    @property
    def overall(self) -> Table:
        """The same columns over the whole base, one row a need; each account counts once."""
        return Table._wrap(self._core.overall_table())

    @property
    def mixtures(self) -> Table:
        """Two laws of how readily accounts speak of a need, side by side, by need and segment.

        Columns ``need_id``, ``segment_id``, ``prevalence``, ``other_mixture`` (the same share under another law) and
        ``difference``. The figures rest on beta distributed chances of a mention; the other law has normal log odds, or
        a quarter of accounts that speak less readily. Laws may fit what was heard and disagree about how many were never
        heard (Royle 2006, doi:10.1111/j.1541-0420.2005.00439.x). Where the other one fits no worse and differs by more
        than the interval allows, the status is ``doubtful`` and the interval holds both. Null for methods other than
        ``occupancy``.
        """
        return Table._wrap(self._core.mixtures_table())

    @property
    def stakeholders(self) -> Table:
        """Requests by internal people and partners, which never count as demand."""
        return Table._wrap(self._core.stakeholders_table())

    @property
    def assumptions(self) -> list[str]:
        """What the figures rest on, in words."""
        return self._core.assumptions

    @property
    def warnings(self) -> list[str]:
        """What to know before believing the figures: failed checks, what was not counted."""
        return self._core.warnings

    def probability(self, need_id: str | int, account_id: str | int) -> float:
        """Probability that an account has a need: 1 where it was heard and believed, 0 outside the base."""
        return self._core.probability(need_id, account_id)

    def probabilities(self, need_id: str | int) -> Table:
        """Columns ``account_id``, ``probability`` and ``voice`` over the base.

        The voice is ``silent``, ``requested``, ``confirmed`` or ``denied``.
        """
        return Table._wrap(self._core.probabilities_table(need_id))

    def plot(self, axes: Axes | None = None, *, segment_id: str | int | None = None, limit: int = 25) -> Axes:
        """Estimates with their intervals beside the raw shares, greatest first. Needs matplotlib.

        Parameters
        ----------
        axes
            Where to draw; default: a new figure.
        segment_id
            Default: the whole base.
        limit
            Most needs that are shown.
        """
        if segment_id is None:
            return plot_prevalence(self.overall.rows(), axes, f"prevalence of needs: {self._summary()}", limit)
        rows = [row for row in self.to_table().rows() if row["segment_id"] == segment_id]
        if not rows:
            raise InvalidInput("there is no such segment", Place("segments", "segment_id", value=str(segment_id)))
        return plot_prevalence(rows, axes, f"prevalence of needs in {segment_id}", limit)

    def _summary(self) -> str:
        core = self._core
        begin, end = self.window
        summary = (
            f"{count(len(self.overall), 'need')}, method {core.method!r}, {core.level:.0%} intervals for "
            f"{self.population}, heard from {begin:%Y-%m-%d} to {end:%Y-%m-%d}"
        )
        return summary + (f"; {count(len(core.warnings), 'warning')}" if core.warnings else "")


def _band(given: Any, name: str) -> tuple[float, ...]:
    """Both ends of a band that is given as one number or as two; empty where it is neither."""
    try:
        ends = [given] if is_number(given) else elements_of(given, name)
        numbers = tuple(number_of(end, name) for end in ends)
    except (InvalidInput, TypeMismatch):
        return ()
    return numbers * 2 if len(numbers) == 1 else numbers


@checked
def demand(
    graph: CustomerGraph,
    *,
    method: str = "occupancy",
    level: float = 0.9,
    window: float = 7.0,
    follow_up: float = 14.0,
    odds_ratio: float | Sequence[float] = (1.0, 1.0),
    draws: int = 400,
    target: Literal["listed", "superpopulation"] = "listed",
    false_reports: float | Sequence[float] | None = None,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress = None,
) -> Demand:
    """Estimate how many accounts of the base have each need, by segment.

    Parameters
    ----------
    graph : CustomerGraph
        With the tables needs and requests; interactions (with ``initiated_by``), coverage, asked and the accounts'
        ``arr`` are used where they are there.
    method : str
        ``occupancy``: true prevalence from who spoke, through whom, and how often each could have; silence of an
        account that was never asked says nothing. ``pooled``: share of contacted accounts that asked, small segments
        shrunk. ``weighted``: the same, post-stratified to the base. ``raw``: accounts that asked, a lower bound.
    level : float
        Probability with which intervals cover the share among the listed accounts.
    window : float
        Requests of one account through one source within so many days are one contact where they name none.
    follow_up : float
        A contact that we begin within so many days of one of theirs follows it up and is not independent.
    odds_ratio : float or (float, float)
        Odds of a need among accounts never contacted, relative to contacted accounts alike in segment and revenue; a
        band widens the intervals. By default they are alike, unless needs go together in accounts: then the band is
        (0.5, 2) and the status ``doubtful``.
    draws : int
        Joint posterior draws that are kept.
    target : str
        ``listed``: the finite share of the accounts of the base. ``superpopulation``: the share among accounts like
        them, future ones among them, which is less certain.
    false_reports : float or (float, float), optional
        Chance per contact that an account is reported to have a need that it has not; a band such as (0, 0.02) widens
        the intervals. Default: learnt from reports found untrue (``confirmed``) and from repeated contacts, and 0
        where these show none.
    seed : int
        Of the random numbers; results do not depend on the number of threads.
    threads : int, optional
        All cores by default.
    progress : callable, optional
        Called with (task, share done); returning False stops the call. True prints.

    Returns
    -------
    Demand

    Raises
    ------
    MissingInput
        Without needs, requests, or requests that name a need.
    InvalidInput
        For an option out of range.

    Examples
    --------
    >>> import outweigh as ow
    >>> graph = ow.simulate(seed=1, accounts=200, needs=4).graph
    >>> demand = ow.demand(graph, method="raw")
    >>> demand.columns[:3]
    ['need_id', 'segment_id', 'accounts']
    >>> set(demand.to_dict()["status"])
    {'bounds_only'}
    """
    band = _band(odds_ratio, "odds_ratio")
    if len(band) != 2:
        raise InvalidInput(
            "odds_ratio must be one number or a lower and an upper one",
            Place(column="odds_ratio", value=repr(odds_ratio)[:60]),
        )
    false_band = (-1.0, -1.0) if false_reports is None else _band(false_reports, "false_reports")
    if len(false_band) != 2 or (false_reports is not None and not 0.0 <= min(false_band) <= max(false_band) <= 0.2):
        raise InvalidInput(
            "false_reports must be one chance, or a lower and an upper one, between 0 and 0.2",
            Place(column="false_reports", value=repr(false_reports)[:60]),
        )
    core: Any = _core.demand(
        graph._core,
        method=method,
        level=level,
        window=window,
        follow_up=follow_up,
        odds_ratio=band,
        draws=draws,
        target=target,
        false_reports=false_band,
        threads=threads,
        seed=seed,
        progress=progress,
    )
    return Demand(core, graph._kind)
