"""What support tells about the product: showstoppers, blockers, workarounds, recurring defects, fixes that pay."""

from __future__ import annotations

from .. import _core
from ..core.arguments import checked
from ..core.table import Table
from ..graph.customer_graph import CustomerGraph
from .kpis import Findings

__all__ = ["SupportSummary", "support_summary"]


class SupportSummary(Findings):
    """What support tells about the product. Made by `support_summary`.

    The table has the showstoppers (customers down): open ones first, then by revenue.
    """

    __slots__ = ()

    @property
    def showstoppers(self) -> Table:
        """Customers down: open ones first, however old, then those of the last days."""
        return self._named("showstoppers")

    @property
    def causes(self) -> Table:
        """Frequency and mean severity by what is behind the tickets: a need (with its title), a product or a kind."""
        return self._named("causes")

    @property
    def blockers(self) -> Table:
        """The top three causes that block implementation, and of those that block deployment, by accounts blocked."""
        return self._named("blockers")

    @property
    def articles(self) -> Table:
        """Articles, the most read first, with the tickets that named them."""
        return self._named("articles")

    @property
    def workarounds(self) -> Table:
        """Causes that were worked around, with minutes and cost: the costliest first."""
        return self._named("workarounds")

    @property
    def defects(self) -> Table:
        """Defects that recur, by product."""
        return self._named("defects")

    @property
    def fixes(self) -> Table:
        """Solutions that meet needs behind tickets: what they save a month, cost, and when they have paid for themselves."""
        return self._named("fixes")

    @property
    def figures(self) -> dict[str, float]:
        """Tickets, open ones, rate an account-year and mean severity with intervals, concentration on products."""
        return dict(self._core.figures)


@checked
def support_summary(
    graph: CustomerGraph,
    *,
    days: float = 365.0,
    level: float = 0.9,
    cost_per_minute: float | None = None,
    cost_per_effort: float | None = None,
    recurring: float = 2.0,
) -> SupportSummary:
    """Summarise the tickets of the last days: what is down, what blocks, what recurs, which fixes pay for themselves.

    Parameters
    ----------
    graph
        With tickets; what other tables and columns are missing is listed in ``missing``.
    days
        Tickets opened in so many days before ``as_of``.
    level
        Probability with which intervals cover.
    cost_per_minute
        Of support; default: support costs over the minutes of tickets, where both are known.
    cost_per_effort
        Of one unit of effort; without it no fix has a payback.
    recurring
        A defect recurs that was reported at least so often.

    Returns
    -------
    SupportSummary

    Raises
    ------
    MissingInput
        Without tickets.
    InvalidInput
        For options out of range.

    Examples
    --------
    >>> import outweigh as ow
    >>> support = ow.support_summary(ow.simulate(seed=1, accounts=200).graph)
    >>> support.figures["tickets"] > 0
    True
    """
    core = _core.support_summary(
        graph._core,
        days=days,
        level=level,
        cost_per_minute=cost_per_minute,
        cost_per_effort=cost_per_effort,
        recurring=recurring,
    )
    return SupportSummary(core, graph._kind)
