"""Discovery: visits made against a target, and whom to talk to next to learn most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from ..core.arguments import checked, ids_of
from ..core.columns import names_of
from ..core.errors import InvalidInput, Place
from ..core.table import Table
from ..graph.customer_graph import CustomerGraph
from ..graph.result_of_graph import ResultOfGraph

if TYPE_CHECKING:
    from ..demand.prevalence import Demand

__all__ = ["Discovery", "discovery"]


class Discovery(ResultOfGraph[_core.Discovery]):
    """Visits made against a target, and whom to talk to next. Made by `discovery`.

    The table has the accounts to talk to next, in order, each with its ``cell``, the ``standard_error`` of the share of the
    base once it and those above are visited, and the ``reason`` in words.
    """

    __slots__ = ()

    @property
    def cells(self) -> Table:
        """What the base is divided into: accounts, visited ones, the target and the gap to it, and what is uncertain."""
        return Table._wrap(self._core.cells_table())

    @property
    def weeks(self) -> Table:
        """Hours of visits by person and week, whether they were enough, and how many are lacking."""
        return Table._wrap(self._core.weeks_table())

    @property
    def people(self) -> Table:
        """Who made visits: how many, to how many accounts, and in how many weeks enough."""
        return Table._wrap(self._core.people_table())

    @property
    def apart(self) -> Table:
        """Conversations with stakeholders, internal people, partners, and accounts outside of the base: no visits."""
        return Table._wrap(self._core.apart_table())

    @property
    def missing(self) -> Table:
        """Figures that the tables do not allow, and the table and column each needs."""
        return Table._wrap(self._core.missing_table())

    @property
    def visits(self) -> int:
        """Visits made."""
        return self._core.visits

    @property
    def visited_accounts(self) -> int:
        """Accounts visited."""
        return self._core.visited_accounts

    @property
    def target(self) -> tuple[int, int]:
        """Accounts to visit before the first decision, at least and at best."""
        return self._core.first, self._core.target

    @property
    def standard_error(self) -> float | None:
        """Of the share of the base that has a need, from visits, cell by cell; None while a cell has no visit.

        The root mean square over the needs that are being decided.
        """
        return self._core.standard_error

    @property
    def standard_error_next(self) -> float | None:
        """The same after the proposed visits."""
        return self._core.standard_error_next

    @property
    def status(self) -> str:
        """Of the standard error: ``not_identified`` while a cell has no visit, ``doubtful`` before the first visits are made."""
        return self._core.status

    @property
    def assumptions(self) -> list[str]:
        """What the choice of accounts rests on."""
        return self._core.assumptions

    @property
    def summary(self) -> str:
        """In a few sentences."""
        return self._core.summary()

    def _summary(self) -> str:
        return self.summary


def _probabilities(graph: CustomerGraph, demand: Demand, needs: list[str]) -> Any:
    base = [str(account) for account in graph.base]
    rows = []
    for need in needs:
        table = demand.probabilities(need).to_dict()
        of_account = dict(zip((str(a) for a in table["account_id"]), table["probability"], strict=True))
        missing = [account for account in base if of_account.get(account) is None]
        if missing:
            raise InvalidInput(
                f"demand has no probability of need {need} for this account of the base",
                Place("accounts", "account_id", value=missing[0]),
            )
        rows.append([of_account[account] for account in base])
    return np.array(rows, dtype=np.float64).reshape(-1)


@checked
def discovery(
    graph: CustomerGraph,
    *,
    by: Sequence[str] | None = None,
    needs: Sequence[str | int] | None = None,
    demand: Demand | None = None,
    accounts: int = 10,
    first: int = 15,
    target: int = 30,
    hours: float = 3.0,
    weeks: int = 13,
    long_enough: float = 10.0,
    revenue_bands: int = 3,
) -> Discovery:
    """Compare the visits made with a target, and choose whom to talk to next to learn most.

    A visit is a conversation with a customer of the base that was made to learn, or through a source of kind discovery
    where its purpose is unknown. The next visits lower the variance of the share of the base that has the needs being
    decided as fast as can be: cell by cell (Neyman's optimal allocation, given the visits already made), and within a cell
    the accounts of which least is known.

    Parameters
    ----------
    graph
        The customer base and what was heard from it.
    by
        Ways of dividing the base over which visits are balanced, as in `audit`. Default: segment, and revenue band where
        `arr` is known.
    needs
        Ids of the needs that are being decided. Default: all that were heard, or all that `demand` estimates.
    demand
        An estimate of demand, which then says what is uncertain of each account. Default: the shares that asked.
    accounts
        How many accounts to propose.
    first, target
        Accounts to visit before the first decision, at least and at best.
    hours
        Hours of visits that each person makes a week once the first visits are made.
    weeks
        Number of weeks to look back over.
    long_enough
        Visits of fewer minutes do not count.
    revenue_bands
        Number of bands of revenue, and of numeric columns.

    Returns
    -------
    Discovery

    Raises
    ------
    InvalidInput
        For a need that is not there, or an option out of range.

    Examples
    --------
    >>> import outweigh as ow
    >>> discovery = ow.discovery(ow.simulate(seed=1, accounts=200).graph, accounts=3)
    >>> len(discovery), discovery.columns[:4]
    (3, ['rank', 'account_id', 'name', 'cell'])
    """
    if not 0 <= accounts <= 1_000_000_000:
        raise InvalidInput("this option is out of range", Place(column="accounts", value=str(accounts)))
    chosen = ids_of(needs, "needs")
    probabilities: Any = np.zeros(0)
    if demand is not None:
        chosen = chosen or ids_of(list(demand.overall["need_id"]), "needs")
        probabilities = _probabilities(graph, demand, chosen)
    core = _core.discovery(
        graph._core,
        by=names_of(by, "by"),
        needs=chosen,
        probabilities=probabilities,
        next=accounts,
        first=first,
        target=target,
        hours=hours,
        weeks=weeks,
        long_enough=long_enough,
        revenue_bands=revenue_bands,
    )
    return Discovery(core, graph, graph._kind)
