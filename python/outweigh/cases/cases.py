"""Decisions about customers: the four groups, exits, one-off deals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from .. import _core
from ..core.arguments import checked, one_id
from ..core.errors import InvalidInput, Place, TypeMismatch
from ..core.numbers import number_of, short
from ..core.progress import Progress
from ..core.table import Kind, Table
from ..demand.prevalence import Demand
from ..graph.customer_graph import CustomerGraph
from ..graph.uses import target_uses_of
from ..journey.kpis import Findings

__all__ = ["CustomerGroups", "DealCase", "ExitCase", "categorise_customers", "deal_case", "exit_case"]


class CustomerGroups(Findings):
    """The four groups of customers. Made by `categorise_customers`.

    The table has one row an account of the base: ``group`` (1 happy on target, 2 unhappy on target, 3 pioneer in an
    adjacent use, 4 misfit), the probabilities ``p_1`` to ``p_4``, what they come from, the ``reason`` and the ``action``.
    """

    __slots__ = ()

    @property
    def groups(self) -> Table:
        """Accounts and revenue by group."""
        return self._named("groups")

    @checked
    def members(self, group: int) -> list[Any]:
        """Ids of the accounts whose most probable group this is, such as those that `exit_case` is asked about.

        An account of which nothing says what it uses the product for (status ``not_identified``) is a member of none.
        """
        if group not in (1, 2, 3, 4):
            raise _core.InvalidInput(f"the groups are 1, 2, 3 and 4, not {group!r}")
        rows = self.to_table().rows()
        return [row["account_id"] for row in rows if row["group"] == group and row["status"] != "not_identified"]


class ExitCase(Findings):
    """What letting customers go would change. Made by `exit_case`. The table has the functions of the company."""

    __slots__ = ()

    @property
    def functions(self) -> Table:
        """Cost by function: what ends, what is stranded, what people there would no longer do, and what they lose."""
        return self._named("functions")

    @property
    def compared(self) -> Table:
        """The company with them and without: customers, revenue, costs, profit, margin, the largest one's share."""
        return self._named("compared")

    @property
    def risks(self) -> Table:
        """What their going puts at risk, by function, and the revenue that may leave anyway."""
        return self._named("risks")

    @property
    def roadmap(self) -> Table:
        """Open solutions that nobody else asked for and nobody else was promised."""
        return self._named("roadmap")

    @property
    def ways(self) -> Table:
        """The ways out compared: withdraw, refer, refund, export, migrate, discount."""
        return self._named("ways")

    @property
    def accounts(self) -> Table:
        """Revenue, costs, tickets of each account that goes."""
        return self._named("accounts")

    @property
    def figures(self) -> dict[str, float]:
        """Revenue, costs, profit, avoidable costs, tickets and minutes, effort freed, references lost."""
        return dict(self._core.figures)


class DealCase(Findings):
    """One-off work for one customer. Made by `deal_case`. The table has its price against the floor."""

    __slots__ = ()

    @property
    def customers(self) -> Table:
        """Further customers needed to break even, and the probability that so many have the need."""
        return self._named("customers")

    @property
    def displaced(self) -> Table:
        """What leaves the best roadmap for it."""
        return self._named("displaced")

    @property
    def figures(self) -> dict[str, float]:
        """Price, cost, floor, ratio, margin, value displaced."""
        return dict(self._core.figures)


def _base(base: CustomerGraph | Demand) -> tuple[Any, Kind]:
    if isinstance(base, CustomerGraph | Demand):
        return base._core, base._kind
    raise _core.TypeMismatch(f"a graph or a demand is needed, not {type(base).__name__}")


@checked
def categorise_customers(
    base: CustomerGraph | Demand,
    *,
    target_uses: str | Sequence[str] = (),
    days: float = 365.0,
    look_alikes: int = 10,
    nps_question: str = "nps",
    threads: int | None = None,
    progress: Progress = None,
) -> CustomerGroups:
    """Put each customer into one of four groups, with probabilities, the reason, and what to do.

    Parameters
    ----------
    base
        A graph, or a demand made from one (which is then not estimated again).
    target_uses
        Values of the table ``uses`` that the product is made for. Default: ``"target"``, where uses are named target and
        adjacent; other uses then say nothing.
    days
        Mood, answers, revenue and costs of so many days before ``as_of``.
    look_alikes
        So many further accounts with the same adjacent need or use make a niche worth a look.
    nps_question
        The question of surveys with scores 0 to 10.
    threads
        None means all cores.
    progress
        True, or a function of (task, done).

    Returns
    -------
    CustomerGroups

    Raises
    ------
    MissingInput
        Where neither uses nor needs tell what is on target.
    InvalidInput
        For options out of range.

    Examples
    --------
    >>> import outweigh as ow
    >>> groups = ow.categorise_customers(ow.simulate(seed=1, accounts=150).graph, target_uses=["operations"])
    >>> groups.groups["group"].tolist()
    [1, 2, 3, 4]
    """
    core, kind = _base(base)
    found = _core.categorise_customers(
        core,
        target_uses=target_uses_of(base if isinstance(base, CustomerGraph) else base.graph, target_uses),
        days=days,
        look_alikes=look_alikes,
        nps_question=nps_question,
        threads=threads,
        progress=progress,
    )
    return CustomerGroups(found, kind)


@checked
def exit_case(
    graph: CustomerGraph,
    account_id: str | int | Sequence[str | int],
    *,
    days: float = 365.0,
    avoidable: Mapping[str, float] | None = None,
    discount: float = 0.2,
    refund: float | None = None,
    export_cost: float | None = None,
    migrate_cost: float | None = None,
    referral_fee: float | None = None,
    revenue_by_references: float | None = None,
    revenue_by_referrals: float | None = None,
    threads: int | None = None,
) -> ExitCase:
    """What letting one customer or several go would change, by function, and the ways out compared.

    Parameters
    ----------
    graph
        Of any tables; what is missing is listed.
    account_id
        One account or several.
    days
        Figures are of so many days before ``as_of``.
    avoidable
        Share of the cost of each function that ends with them: ``{"support": 0.6}``. What is not given may be anything
        between nothing and all.
    discount
        Share of the price that a discount gives away.
    refund, export_cost, migrate_cost, referral_fee
        Amounts of the ways out; a way without its amount has no net.
    revenue_by_references, revenue_by_referrals
        Revenue lost where they no longer speak for us, and where they no longer send us others.
    threads
        None means all cores.

    Returns
    -------
    ExitCase

    Raises
    ------
    InvalidInput
        For no account, an unknown account or function, and options out of range.

    Examples
    --------
    >>> import outweigh as ow
    >>> graph = ow.simulate(seed=1, accounts=150).graph
    >>> exit = ow.exit_case(graph, account_id=graph.base[0], avoidable={"support": 0.6})
    >>> list(exit.ways["way"])
    ['withdraw', 'refer', 'refund', 'export', 'migrate', 'discount']
    """
    if avoidable is not None and not (
        isinstance(avoidable, Mapping) and all(isinstance(name, str) for name in avoidable)
    ):
        raise TypeMismatch("avoidable must map functions to shares", Place(column="avoidable", value=short(avoidable)))
    # Arrays are several, too.
    several = not isinstance(account_id, str) and hasattr(account_id, "__len__")
    core = _core.exit_case(
        graph._core,
        [one_id(account, "account_id") for account in (account_id if several else [account_id])],  # type: ignore[union-attr]
        days=days,
        avoidable={name: number_of(share, "avoidable") for name, share in (avoidable or {}).items()},
        discount=discount,
        refund=refund,
        export_cost=export_cost,
        migrate_cost=migrate_cost,
        referral_fee=referral_fee,
        revenue_by_references=revenue_by_references,
        revenue_by_referrals=revenue_by_referrals,
        threads=threads,
    )
    return ExitCase(core, graph._kind)


@checked
def deal_case(
    base: CustomerGraph | Demand,
    *,
    deal_id: str | int | None = None,
    account_id: str | int | None = None,
    need_id: str | int | None = None,
    price: float | None = None,
    cost: float | None = None,
    markup: float = 5.0,
    contribution: float | None = None,
    effort: float | None = None,
    capacity: float | None = None,
    threads: int | None = None,
    progress: Progress = None,
) -> DealCase:
    """Weigh one-off work for one customer: its price against 500 % of its cost, who else needs it, what it displaces.

    Parameters
    ----------
    base
        A graph, or a demand made from one (which is then not estimated again).
    deal_id
        Takes account, need, price and cost from the table ``deals`` where they are not given.
    account_id, need_id
        Who asks, and for what.
    price, cost
        Of the one-off work.
    markup
        The price is to be at least so many times the cost.
    contribution
        What each further customer who needs the same would bring, less what it costs.
    effort, capacity
        What the work takes from the roadmap, and the roadmap's capacity.
    threads
        None means all cores.
    progress
        True, or a function of (task, done).

    Returns
    -------
    DealCase

    Raises
    ------
    InvalidInput
        For unknown ids, and numbers out of range.
    MissingInput
        For a price or cost that is neither given nor in the deal.

    Examples
    --------
    >>> import outweigh as ow
    >>> graph = ow.simulate(seed=1, accounts=150).graph
    >>> deal = ow.deal_case(graph, price=100, cost=50, need_id=graph.ids("need")[0], contribution=10)
    >>> deal.figures["floor"]
    250.0
    """
    core, kind = _base(base)

    def text(value: str | int | None) -> str:
        return "" if value is None else str(value)

    found = _core.deal_case(
        core,
        deal_id=text(deal_id),
        account_id=text(account_id),
        need_id=text(need_id),
        price=price,
        cost=cost,
        markup=markup,
        contribution=contribution,
        effort=effort,
        capacity=capacity,
        threads=threads,
        progress=progress,
    )
    if not all(math.isfinite(value) for value in found.figures.values()):
        raise InvalidInput("a price, a cost and their ratio are finite", Place(column="price, cost, markup"))
    return DealCase(found, kind)
