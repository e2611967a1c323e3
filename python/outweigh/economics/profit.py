"""Who makes the profit: the whale curve, shares of the best and the worst, inequality, concentration."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .. import _core
from ..core.amounts import days_before, exact_sums, numbered, read_amounts, read_ids, their_name
from ..core.arguments import check_renames, checked
from ..core.errors import InvalidInput, MissingInput, Place
from ..core.facts import Facts
from ..core.numbers import is_unknown, number_of
from ..core.plot import plot_whale_curve
from ..core.results import Result
from ..core.table import Kind, Table, TableLike, count, format_number, read_table
from ..graph.customer_graph import CustomerGraph
from ..stats.fitted import column

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Concentration", "ProfitCurve", "concentration", "gini", "lorenz", "profit_curve"]

# By segment, its accounts and what each of them brought in it.
Groups = dict[Any, tuple[list[int], Any]]


class ProfitCurve(Result[Facts]):
    """Customers from the most to the least profitable, and the profit of all up to each. Made by `profit_curve`.

    Columns: ``rank`` (1 is the most profitable), ``account_id``, ``profit``, ``cumulative``, ``share`` (cumulative over
    total; null when the total is not positive), and ``revenue``, ``cost`` and ``segment`` where they are known.
    """

    __slots__ = ()

    @property
    def _curve(self) -> _core.ProfitCurve:
        curve: _core.ProfitCurve = self._core.figures["curve"]
        return curve

    @property
    def total(self) -> float:
        """Profit of all customers."""
        return self._curve.total

    @property
    def peak(self) -> float:
        """Greatest cumulative profit: that of all customers who make none a loss."""
        return self._curve.peak

    @property
    def peak_customers(self) -> int:
        """The fewest customers that reach the peak."""
        return self._curve.peak_customers

    @property
    def peak_share(self) -> float | None:
        """Peak over total, such as 1.5 for 150 %; None when the total is not positive."""
        return self._curve.peak_share

    @property
    def losing(self) -> int:
        """Customers with a loss: they destroy what the others made."""
        return self._curve.losing

    @property
    def losses(self) -> float:
        """Sum of the losses, not positive."""
        return self._curve.losses

    def top(self, share: float = 0.1) -> float | None:
        """Profit of the best `share` of the customers, rounded up to whole ones, over the total.

        None when the total is not positive.
        """
        return self._curve.top(number_of(share, "share"))

    def bottom(self, share: float = 0.1) -> float | None:
        """Profit of the worst `share` of the customers over the total; None when the total is not positive."""
        return self._curve.bottom(number_of(share, "share"))

    def gini(self, losses: Literal["refuse", "normalise"] = "refuse") -> float | None:
        """Gini's coefficient of the profits: see `outweigh.gini`."""
        return gini(self._curve.profit, losses=losses)

    def lorenz(self) -> Any:
        """Lorenz curve of the profits: see `outweigh.lorenz`. Raises InvalidInput where somebody makes a loss."""
        return lorenz(self._curve.profit)

    @property
    def losers(self) -> Table:
        """Customers with a loss, the greatest first."""
        columns = self.to_dict()
        start = len(self) - self.losing
        return Table({name: values[start:][::-1] for name, values in columns.items()})

    @property
    def segments(self) -> Table:
        """Each segment: ``accounts``, ``profit``, ``share`` of the total, ``losing``, ``losses``, ``top_tenth``."""
        if "segments" not in self._core.tables:
            raise MissingInput("profit by segment needs profit_curve(..., by=...)", Place(column="segment"))
        return self._core.tables["segments"]

    @property
    def figures(self) -> dict[str, Any]:
        """All single figures: total, peak, top and bottom tenth, losing customers; None where not defined."""
        curve = self._curve
        return {
            "customers": len(self),
            "total": curve.total,
            "peak": curve.peak,
            "peak_share": curve.peak_share,
            "peak_customers": curve.peak_customers,
            "top_tenth": curve.top(0.1),
            "bottom_tenth": curve.bottom(0.1),
            "losing": curve.losing,
            "losses": curve.losses,
        }

    @property
    def assumptions(self) -> list[str]:
        """What the profits rest on."""
        return list(self._core.figures["assumptions"])

    def plot(self, axes: Axes | None = None) -> Axes:
        """The whale curve. Needs matplotlib."""
        return plot_whale_curve([0.0, *self._curve.cumulative], self.peak_customers, axes, self._summary())

    def _summary(self) -> str:
        curve = self._curve
        share = curve.peak_share
        who = f"{count(len(self), 'customer')} make{'s' if len(self) == 1 else ''}"
        if share is None:
            return f"{who} no profit{'' if len(self) == 1 else ' together'}: {format_number(curve.total)}"
        losses = (
            f"{curve.losing:,} lose{'s' if curve.losing == 1 else ''} {format_number(-curve.losses)}"
            if curve.losing
            else "none makes a loss"
        )
        return (
            f"{who} {format_number(curve.total)}; the curve peaks at {share:.1%} with {curve.peak_customers:,} of them, and "
            f"{losses}"
        )


@checked
def profit_curve(
    data: TableLike | CustomerGraph,
    *,
    columns: Mapping[str, str] | None = None,
    by: str | None = None,
    days: float | None = None,
) -> ProfitCurve:
    """The whale curve: cumulative profit by customers from the most to the least profitable [1]_.

    Parameters
    ----------
    data
        A table with ``account_id`` and ``profit``, or ``revenue`` and ``cost``, one row or several an account, which are
        added up exactly. Or profits alone, one number a customer. Or a graph with the tables revenue and costs.
    columns
        Your names of the columns: ``{"account_id": "Customer ID", "profit": "Profit"}``.
    by
        Profit by segment, too: a column of the table, whose rows are added up by segment; of a graph ``"segment"`` or a
        column of accounts.
    days
        Of a graph: revenue and costs of so many days before ``as_of``. Default: all.

    Returns
    -------
    ProfitCurve

    Raises
    ------
    MissingInput
        Naming the table or column that is absent: without costs there is no profit, and revenue does not take its place.
    InvalidInput
        Naming column and row of an amount that is unknown or not finite, and without a customer.

    References
    ----------
    .. [1] Kaplan and Narayanan 2001, Measuring and managing customer profitability, Journal of Cost Management 15(5)

    Examples
    --------
    >>> import outweigh as ow
    >>> curve = ow.profit_curve({"account_id": ["a", "b", "c", "a"], "profit": [50, 60, -30, 20]})
    >>> curve["account_id"], curve["cumulative"].tolist()
    (['a', 'b', 'c'], [70.0, 130.0, 100.0])
    >>> curve.peak_share, curve.peak_customers, curve.losing
    (1.3, 2, 1)
    """
    check_renames(columns, ("account_id", "profit", "revenue", "cost", *([] if by is None else [by])))
    if isinstance(data, CustomerGraph):
        if columns:
            raise InvalidInput("a graph has its own names of columns", Place(column="columns"))
        return _of_graph(data, by, days)
    if days is not None:
        raise InvalidInput("days are those of a graph: a table has no time", Place(column="days", value=str(days)))
    if _is_column(data):
        if by is not None or columns:
            raise MissingInput("columns and segments need a table", Place(column=by or ""))
        profit = column(data, "profit")
        return _curve(list(range(len(profit))), profit, {}, None, "table", [])
    table, kind = read_table(data)
    ids, _ = read_ids(table, "account_id", columns)
    profit_rows = read_amounts(table, "profit", columns)
    parts: dict[str, Any] = {}
    if profit_rows is None:
        for name in ("revenue", "cost"):
            amounts = read_amounts(table, name, columns)
            if amounts is None:
                raise MissingInput("profit needs a column 'profit', or 'revenue' and 'cost'", Place(column=name))
            parts[name] = amounts
    accounts, codes = numbered(ids)
    sums = {name: exact_sums(codes, amounts, len(accounts)) for name, amounts in parts.items()}
    if parts:
        # One sum of both, so that no rounding of the parts shows.
        both = np.concatenate([parts["revenue"], -parts["cost"]])
        rows, row_codes = both, np.concatenate([codes, codes])
    else:
        assert profit_rows is not None
        rows, row_codes = profit_rows, codes
    profits = exact_sums(row_codes, rows, len(accounts))
    groups: Groups | None = None
    if by is not None:
        chosen = their_name(table, by, columns)
        if chosen is None:
            raise MissingInput("there is no such column to make segments of", Place(column=by))
        levels, level_codes = numbered(_levels(table.values(chosen), chosen))
        # What an account brought in each segment, by the rows of that segment.
        pairs, pair_of_row = np.unique(level_codes * len(accounts) + codes, return_inverse=True)
        pair_codes = np.concatenate([pair_of_row, pair_of_row]) if parts else pair_of_row
        level_of, account_of = np.divmod(pairs, len(accounts))
        in_segment = exact_sums(pair_codes, rows, len(pairs))
        groups = {}
        for level in sorted(range(len(levels)), key=lambda i: str(levels[i])):
            own = level_of == level
            groups[levels[level]] = (account_of[own].tolist(), in_segment[own])
    return _curve(accounts, profits, sums, groups, kind, [])


def _levels(values: list[Any], name: str) -> list[Any]:
    for row, value in enumerate(values):
        if isinstance(value, float) and math.isinf(value):
            raise InvalidInput("a segment is finite", Place(column=name, row=row, value=str(value)))
    # NaN differs from itself, so that each row of it would be a segment of its own.
    return [None if is_unknown(value) else value for value in values]


def _is_column(data: Any) -> bool:
    if isinstance(data, Mapping) or hasattr(data, "columns"):
        return False
    if isinstance(data, list | tuple | range | np.ndarray):
        return True
    # A series of pandas or polars, an array of arrow.
    return hasattr(data, "to_numpy") and (hasattr(data, "dtype") or hasattr(data, "to_pylist"))


def _of_graph(graph: CustomerGraph, by: str | None, days: float | None) -> ProfitCurve:
    for name in ("revenue", "costs"):
        if name not in graph.tables:
            raise MissingInput("profit needs revenue and costs", Place(name))
    if days is not None and not (0 < days < float("inf")):
        raise InvalidInput("must be positive and finite", Place(column="days", value=str(days)))
    end = graph.as_of
    begin = None if days is None else days_before(end, days)
    accounts = list(graph.base)
    place = {account: i for i, account in enumerate(accounts)}
    codes: list[int] = []
    amounts: list[float] = []
    parts = {"revenue": np.zeros(len(accounts)), "cost": np.zeros(len(accounts))}
    seen = np.zeros(len(accounts), dtype=bool)
    for name, label, sign in (("revenue", "revenue", 1.0), ("costs", "cost", -1.0)):
        rows = graph.table(name).to_dict()
        kept = [
            (place[account], float(amount))
            for account, at, amount in zip(rows["account_id"], rows["at"], rows["amount"], strict=True)
            if account in place and at <= end and (begin is None or at > begin)
        ]
        own = np.array([code for code, _ in kept], dtype=np.int64)
        sums = exact_sums(own, np.array([amount for _, amount in kept]), len(accounts))
        parts[label] = sums
        seen[own] = True
        codes += own.tolist()
        amounts += [sign * amount for _, amount in kept]
    if not seen.any():
        raise MissingInput("no account of the base has revenue or costs in these days", Place("revenue", "amount"))
    profits = exact_sums(np.array(codes, dtype=np.int64), np.array(amounts), len(accounts))
    known = np.flatnonzero(seen)
    assumptions = ["An account with costs and without a row of revenue had none, and the other way round."]
    if len(known) < len(accounts):
        without = len(accounts) - len(known)
        assumptions.append(
            f"{count(without, 'account')} of the base with neither {'is' if without == 1 else 'are'} left out."
        )
    kept_accounts = [accounts[i] for i in known]
    numbers = {account: i for i, account in enumerate(kept_accounts)}
    groups: Groups | None = None
    if by is not None:
        if by == "segment" and "segments" in graph.tables:
            rows = graph.table("segments").to_dict()
            pairs = zip(rows["segment_id"], rows["account_id"], strict=True)
        elif by in graph.table("accounts"):
            rows = graph.table("accounts").to_dict()
            pairs = zip(_levels(rows[by], by), rows["account_id"], strict=True)
        else:
            raise MissingInput("there is no such column to make segments of", Place("accounts", by))
        own_of: dict[Any, set[int]] = {}
        for level, account in pairs:
            if account in numbers:
                own_of.setdefault(level, set()).add(numbers[account])
        in_order = {level: sorted(own_of[level]) for level in sorted(own_of, key=str)}
        groups = {level: (own, profits[known][own]) for level, own in in_order.items()}
        memberships = np.bincount([i for own in in_order.values() for i in own], minlength=len(kept_accounts))
        if several := int((memberships > 1).sum()):
            assumptions.append(f"{count(several, 'account')} in several segments: the profit stands in each of them.")
    sums_known = {name: values[known] for name, values in parts.items()}
    return _curve(kept_accounts, profits[known], sums_known, groups, graph._kind, assumptions)


def _curve(
    accounts: list[Any],
    profits: Any,
    parts: Mapping[str, Any],
    groups: Groups | None,
    kind: Kind,
    assumptions: list[str],
) -> ProfitCurve:
    curve = _core.profit_curve(profits)
    order = curve.order.tolist()
    total = curve.total
    cumulative = curve.cumulative
    table: dict[str, Any] = {
        "rank": np.arange(1, len(order) + 1),
        "account_id": [accounts[i] for i in order],
        "profit": curve.profit,
        "cumulative": cumulative,
        "share": cumulative / total if total > 0 else [None] * len(order),
    }
    table |= {name: np.asarray(values)[order] for name, values in parts.items()}
    tables: dict[str, Table] = {}
    if groups is not None:
        of_account: dict[int, list[str]] = {}
        for level, (own, _) in groups.items():
            for i in own:
                of_account.setdefault(i, []).append("" if level is None else str(level))
        table["segment"] = [", ".join(of_account[i]) if i in of_account else None for i in order]
        tables["segments"] = _segments(groups, total)
    return ProfitCurve(Facts(Table(table), {"curve": curve, "assumptions": assumptions}, tables), kind)


def _segments(groups: Groups, total: float) -> Table:
    rows: dict[str, list[Any]] = {
        name: [] for name in ("segment", "accounts", "profit", "share", "losing", "losses", "top_tenth")
    }
    for level, (own, profits) in groups.items():
        part = _core.profit_curve(profits)
        values = (level, len(own), part.total, part.total / total if total > 0 else None, part.losing, part.losses)
        for name, value in zip(rows, (*values, part.top(0.1)), strict=True):
            rows[name].append(value)
    return Table(rows)


@checked
def gini(values: Any, *, losses: Literal["refuse", "normalise"] = "refuse") -> float | None:
    """Gini's coefficient of inequality: 0 when all are equal, towards 1 when one has all.

    Parameters
    ----------
    values
        Amounts, one a customer.
    losses
        ``"refuse"`` negative values, for which it is not defined; or ``"normalise"``: mean difference over its greatest
        value given the sums of gains and of losses, which stays between 0 and 1 [1]_.

    Returns
    -------
    float or None
        None when all values are 0.

    Raises
    ------
    InvalidInput
        Naming the row of a negative value, unless they are normalised.

    References
    ----------
    .. [1] Raffinetti, Siletti and Vernizzi 2015, doi:10.1007/s10260-014-0293-4

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.gini([0, 0, 0, 8])
    0.75
    >>> ow.gini([-2, 4, 4], losses="normalise")
    0.6
    """
    return _core.gini(column(values, "values"), losses=losses)


@checked
def lorenz(values: Any) -> Any:
    """Lorenz curve: share of the total held by the lowest 0, 1, ..., n.

    Parameters
    ----------
    values
        Amounts, one a customer, none negative: with losses the curve is not defined and InvalidInput names the row.

    Returns
    -------
    array
        Empty when all are 0.

    Raises
    ------
    InvalidInput
        For a value that is negative, unknown or not finite; it names the row.

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.lorenz([1, 3, 4]).tolist()
    [0.0, 0.125, 0.5, 1.0]
    """
    return _core.lorenz(column(values, "values"))


@dataclass(frozen=True)
class Concentration:
    """How much hangs on few customers. Made by `concentration`."""

    herfindahl: float
    """Sum of squared shares: 1 when one customer has all."""
    effective_customers: float
    """So many equal customers would be as concentrated."""
    largest_share: float
    """Share of the largest customer: what its loss alone would cost."""
    largest_five_share: float
    """Share of the five largest."""

    def loss_standard_deviation(self, churn: float) -> float:
        """Standard deviation of the share lost when each customer leaves with probability `churn`, independently.

        sqrt(churn (1 - churn) herfindahl); the expected share lost is `churn`, however concentrated.
        """
        if not 0 <= number_of(churn, "churn") <= 1:
            raise InvalidInput("a probability lies between 0 and 1", Place(column="churn", value=str(churn)))
        return float(np.sqrt(churn * (1 - churn) * self.herfindahl))


@checked
def concentration(values: Any) -> Concentration | None:
    """How much hangs on few customers: Herfindahl and Hirschman's index, and the shares of the largest.

    Parameters
    ----------
    values
        Amounts, such as revenue, one a customer; none negative.

    Returns
    -------
    Concentration or None
        None when all values are 0.

    Raises
    ------
    InvalidInput
        For a value that is negative, unknown or not finite; it names the row.

    Examples
    --------
    >>> import outweigh as ow
    >>> half = ow.concentration([50, 25, 25])
    >>> half.herfindahl, half.largest_share
    (0.375, 0.5)
    >>> round(half.loss_standard_deviation(0.1), 3)
    0.184
    """
    amounts = column(values, "values")
    index = _core.concentration(amounts)
    if index is None:
        return None
    largest = np.sort(amounts)[::-1]
    total = amounts.sum()
    return Concentration(index, 1 / index, float(largest[0] / total), float(largest[:5].sum() / total))
