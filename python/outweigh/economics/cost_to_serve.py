"""What serving each customer costs: activities, direct costs, and work that was built for few."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import _core
from ..core.amounts import days_before, exact_sums, numbered, read_amounts, read_ids, their_name
from ..core.arguments import check_renames, checked
from ..core.errors import InvalidInput, MissingInput, Place
from ..core.facts import Facts
from ..core.results import Result
from ..core.table import Kind, Table, TableLike, count, format_number, read_table
from ..graph.customer_graph import CustomerGraph
from ..graph.stakeholders import stakeholder_accounts, stakeholders

__all__ = ["CostToServe", "cost_to_serve"]


class CostToServe(Result[Facts]):
    """What serving each customer costs. Made by `cost_to_serve`.

    Columns: ``account_id``, ``activities`` (the time spent on it at the cost of that time), ``direct`` (costs that name
    it), ``hidden`` (its part of what was built for few), ``cost`` (all together). A part without its table is not a
    column: see `missing`.
    """

    __slots__ = ()

    @property
    def by_function(self) -> Table:
        """``account_id``, ``function``, ``activities``, ``direct``: cost by function of the company."""
        return self._core.tables["by_function"]

    @property
    def functions(self) -> Table:
        """Each function's cost and minutes: used, and unused, which no customer bears. Negative: more than it can."""
        return self._core.tables["functions"]

    @property
    def activities(self) -> Table:
        """Each activity: ``quantity``, ``minutes``, ``rate`` (cost of one), ``cost``."""
        return self._core.tables["activities"]

    @property
    def investments(self) -> Table:
        """Solutions built, or being built, for few: ``accounts`` that asked or were promised, ``effort``, ``cost``."""
        return self._core.tables["investments"]

    @property
    def total(self) -> float:
        """Cost of all customers; unused capacity is not in it."""
        return math.fsum(self["cost"])

    @property
    def unused_cost(self) -> float:
        """Cost of capacity that nobody used; a function that worked beyond its capacity makes up for no other."""
        return math.fsum(max(cost, 0.0) for cost in self.functions["unused_cost"])

    @property
    def missing(self) -> Table:
        """Parts that the data do not allow, with the table and column that each needs."""
        return self._core.tables["missing"]

    @property
    def assumptions(self) -> list[str]:
        """What the figures rest on."""
        return list(self._core.figures["assumptions"])

    def _summary(self) -> str:
        text = f"serving {count(len(self), 'customer')} costs {format_number(self.total)}"
        if len(self.functions):
            text += f"; unused capacity costs {format_number(self.unused_cost)}"
        return text


@checked
def cost_to_serve(
    uses: TableLike | CustomerGraph,
    activities: TableLike | None = None,
    functions: TableLike | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    direct_costs: TableLike | None = None,
    days: float | None = None,
    few: int = 3,
    cost_per_effort: float | None = None,
) -> CostToServe:
    """Cost to serve by function: time-driven activity-based costing [1]_, direct costs, hidden investment.

    Each minute of a function costs the function's cost over the minutes that its people can really work. A customer bears
    the minutes spent on it; capacity that nobody used stays apart and is borne by none.

    Parameters
    ----------
    uses
        A table with ``account_id``, ``activity`` and ``quantity`` (default: 1 a row). Or a graph: its table costs gives
        direct costs; minutes of its tickets are uses of the activity ``ticket minutes``, where `activities` has it; and
        its roadmap shows what was built for few.
    activities
        ``activity``, ``minutes`` that one takes, and ``function`` (not needed where there is only one).
    functions
        ``function``, ``cost`` in the period, ``minutes`` of practical capacity in it.
    columns
        Your names of columns, in all of these tables.
    direct_costs
        ``account_id``, ``amount`` and, where known, ``function``. A graph has its own.
    days
        Of a graph: so many days before ``as_of``. Default: all.
    few
        What at most so many accounts asked for or were promised was built for few: they bear it, in equal parts.
    cost_per_effort
        Cost of one unit of the roadmap's effort; without it hidden investment is listed in effort only.

    Returns
    -------
    CostToServe

    Raises
    ------
    InvalidInput
        Naming table, column, row and value: negative quantities, capacities that are not positive, activities unknown.
    MissingInput
        Naming the table or column that is absent.

    References
    ----------
    .. [1] Kaplan and Anderson 2004, Time-driven activity-based costing, Harvard Business Review 82(11)

    Examples
    --------
    >>> import outweigh as ow
    >>> costs = ow.cost_to_serve(
    ...     {"account_id": ["a", "b"], "activity": ["order", "order"], "quantity": [30, 10]},
    ...     activities={"activity": ["order"], "minutes": [40]},
    ...     functions={"function": ["service"], "cost": [1600], "minutes": [2000]},
    ... )
    >>> costs["cost"].tolist(), costs.unused_cost
    ([960.0, 320.0], 320.0)
    """
    check_renames(columns, ("account_id", "activity", "quantity", "minutes", "function", "cost", "amount"))
    if few < 1:
        raise InvalidInput("few is at least 1", Place(column="few", value=str(few)))
    for name, value in (("days", days), ("cost_per_effort", cost_per_effort)):
        if value is not None and not (0 < value < math.inf):
            raise InvalidInput("must be positive and finite", Place(column=name, value=str(value)))
    made = _Parts()
    if isinstance(uses, CustomerGraph):
        if direct_costs is not None:
            raise InvalidInput("a graph has its own direct costs: its table costs", Place("costs"))
        kind: Kind = uses._kind
        _read_graph(uses, made, days, few, cost_per_effort, activities is not None)
    else:
        table, kind = read_table(uses, "uses")
        made.uses_accounts, _ = read_ids(table, "account_id", columns, "uses")
        made.uses_activities, _ = read_ids(table, "activity", columns, "uses")
        quantity = read_amounts(table, "quantity", columns, "uses")
        made.quantities = np.ones(len(made.uses_accounts)) if quantity is None else quantity
        if activities is None:
            raise MissingInput("uses need the minutes of their activities", Place("activities", "minutes"))
        if direct_costs is not None:
            _read_direct(direct_costs, columns, made)
    if activities is not None:
        _read_activities(activities, functions, columns, made)
    return CostToServe(_finish(made), kind)


class _Parts:
    """What was read, before it is put together."""

    def __init__(self) -> None:
        self.accounts: list[Any] | None = None
        self.uses_accounts: list[Any] = []
        self.uses_activities: list[Any] = []
        self.quantities: Any = np.zeros(0)
        self.functions: list[tuple[str, float, float]] = []
        self.activities: list[tuple[str, int, float]] = []
        self.has_activities = False
        self.direct: list[tuple[Any, str, float]] | None = None
        self.investments: dict[str, list[Any]] | None = None
        self.hidden: dict[Any, float] | None = None
        self.missing: list[tuple[str, str, str]] = []
        self.assumptions: list[str] = []


def _read_direct(data: TableLike, columns: Mapping[str, str] | None, made: _Parts) -> None:
    table, _ = read_table(data, "direct_costs")
    ids, _ = read_ids(table, "account_id", columns, "direct_costs")
    amounts = read_amounts(table, "amount", columns, "direct_costs")
    if amounts is None:
        raise MissingInput("direct costs need an amount", Place("direct_costs", "amount"))
    chosen = their_name(table, "function", columns, "direct_costs")
    names = (
        ["other"] * len(ids) if chosen is None else [str(v) if v is not None else "other" for v in table.values(chosen)]
    )
    made.direct = list(zip(ids, names, amounts.tolist(), strict=True))


def _read_activities(
    activities: TableLike, functions: TableLike | None, columns: Mapping[str, str] | None, made: _Parts
) -> None:
    if functions is None:
        raise MissingInput("activities need the cost and the minutes of their functions", Place("functions", "cost"))
    table, _ = read_table(functions, "functions")
    names, _ = read_ids(table, "function", columns, "functions")
    cost, minutes = (read_amounts(table, name, columns, "functions") for name in ("cost", "minutes"))
    for name, values in (("cost", cost), ("minutes", minutes)):
        if values is None:
            raise MissingInput(f"functions need a column {name!r}", Place("functions", name))
    assert cost is not None and minutes is not None
    _no_repeats(names, "functions", "function")
    made.functions = list(zip(map(str, names), cost.tolist(), minutes.tolist(), strict=True))
    table, _ = read_table(activities, "activities")
    kinds, _ = read_ids(table, "activity", columns, "activities")
    _no_repeats(kinds, "activities", "activity")
    taken = read_amounts(table, "minutes", columns, "activities")
    if taken is None:
        raise MissingInput("activities need a column 'minutes'", Place("activities", "minutes"))
    chosen = their_name(table, "function", columns, "activities")
    if chosen is None and len(names) != 1:
        raise MissingInput(
            "activities need a column 'function' where there are several", Place("activities", "function")
        )
    place = {str(name): i for i, name in enumerate(names)}
    pools = [0] * len(kinds)
    for row, name in enumerate([] if chosen is None else table.values(chosen)):
        if str(name) not in place:
            raise InvalidInput("the activity's function has no cost", Place("activities", chosen or "", row, str(name)))
        pools[row] = place[str(name)]
    made.activities = list(zip(map(str, kinds), pools, taken.tolist(), strict=True))
    made.has_activities = True


def _no_repeats(names: list[Any], table: str, name: str) -> None:
    seen: set[str] = set()
    for row, value in enumerate(names):
        if str(value) in seen:
            raise InvalidInput("stands there twice", Place(table, name, row, str(value)))
        seen.add(str(value))


def _read_graph(
    graph: CustomerGraph, made: _Parts, days: float | None, few: int, cost_per_effort: float | None, timed: bool
) -> None:
    end = graph.as_of
    begin = None if days is None else days_before(end, days)

    def inside(at: Any) -> bool:
        return at is not None and at <= end and (begin is None or at > begin)

    made.accounts = list(graph.base)
    known = set(made.accounts)
    if "costs" in graph.tables:
        rows = graph.table("costs").to_dict()
        names = rows.get("function", [None] * len(rows["account_id"]))
        made.direct = [
            (account, name or "other", float(amount))
            for account, at, amount, name in zip(rows["account_id"], rows["at"], rows["amount"], names, strict=True)
            if account in known and inside(at)
        ]
    else:
        made.missing.append(("direct costs", "costs", ""))
    if timed:
        tickets = graph.table("tickets").to_dict() if "tickets" in graph.tables else {}
        if "minutes" not in tickets:
            raise MissingInput("time spent on tickets is not known", Place("tickets", "minutes"))
        of_window = [
            (account, minutes)
            for account, at, minutes in zip(tickets["account_id"], tickets["opened"], tickets["minutes"], strict=True)
            if account in known and inside(at)
        ]
        spent = [(account, minutes) for account, minutes in of_window if minutes is not None]
        if unknown := len(of_window) - len(spent):
            made.assumptions.append(f"{count(unknown, 'ticket')} of unknown minutes: what they cost is not in it.")
        made.uses_accounts = [account for account, _ in spent]
        made.uses_activities = ["ticket minutes"] * len(spent)
        made.quantities = np.array([minutes for _, minutes in spent], dtype=np.float64)
    else:
        made.missing.append(("time spent", "activities", "minutes"))
    _built_for_few(graph, made, known, few, cost_per_effort)


def _built_for_few(
    graph: CustomerGraph, made: _Parts, known: set[Any], few: int, cost_per_effort: float | None
) -> None:
    for name in ("solutions", "requests"):
        if name not in graph.tables:
            made.missing.append(("hidden investment", name, ""))
            return
    solutions = graph.table("solutions").to_dict()
    for name in ("status", "effort"):
        if name not in solutions:
            made.missing.append(("hidden investment", "solutions", name))
            return
    wanted: dict[Any, set[Any]] = {solution: set() for solution in solutions["solution_id"]}
    of_need: dict[Any, set[Any]] = {}
    requests = graph.table("requests").to_dict()
    rows = len(requests["account_id"])
    ours, insiders = stakeholder_accounts(graph), stakeholders(graph)
    for account, at, need, solution, person in zip(
        requests["account_id"],
        requests["at"],
        requests.get("need_id", [None] * rows),
        requests.get("solution_id", [None] * rows),
        requests.get("customer_id", [None] * rows),
        strict=True,
    ):
        if at > graph.as_of or account in ours or person in insiders:
            continue
        if need is not None:
            of_need.setdefault(need, set()).add(account)
        if solution is not None:
            wanted[solution].add(account)
    if "covers" in graph.tables:
        covers = graph.table("covers").to_dict()
        for solution, need in zip(covers["solution_id"], covers["need_id"], strict=True):
            wanted[solution] |= of_need.get(need, set())
    if "commitments" in graph.tables:
        promised = graph.table("commitments").to_dict()
        for account, solution in zip(promised["account_id"], promised["solution_id"], strict=True):
            wanted[solution].add(account)
    if cost_per_effort is None:
        made.missing.append(("cost of hidden investment", "solutions", "effort, and the option cost_per_effort"))
    else:
        made.hidden = {}
    found: dict[str, list[Any]] = {
        name: [] for name in ("solution_id", "title", "status", "accounts", "account_ids", "effort", "cost")
    }
    titles = solutions.get("title", solutions["solution_id"])
    unknown = 0
    for row, (solution, title, status, effort) in enumerate(
        zip(solutions["solution_id"], titles, solutions["status"], solutions["effort"], strict=True)
    ):
        askers = sorted(wanted[solution], key=str)
        if status not in ("in_progress", "shipped") or not 0 < len(askers) <= few:
            continue
        if effort is None:
            unknown += 1
            continue
        cost = None if cost_per_effort is None else effort * cost_per_effort
        if cost is not None and not math.isfinite(cost):
            raise InvalidInput("it costs more than a number can hold", Place("solutions", "effort", row, str(effort)))
        values = (solution, title, status, len(askers), ", ".join(map(str, askers)), effort, cost)
        for name, value in zip(found, values, strict=True):
            found[name].append(value)
        if made.hidden is not None and cost is not None:
            for account in askers:
                if account in known:
                    made.hidden[account] = made.hidden.get(account, 0.0) + cost / len(askers)
    made.investments = found
    if unknown:
        made.assumptions.append(
            f"{count(unknown, 'solution')} of unknown effort built for few: what that cost is not in it."
        )
    made.assumptions.append(
        "What few asked for is taken as built for them, in equal parts; others who use it and never asked are not seen."
    )


def _finish(made: _Parts) -> Facts:
    direct = made.direct or []
    if made.accounts is None:
        accounts, _ = numbered([*made.uses_accounts, *[account for account, _, _ in direct]])
    else:
        accounts = made.accounts
    place = {account: i for i, account in enumerate(accounts)}
    kinds = {name: i for i, (name, _, _) in enumerate(made.activities)}
    codes = []
    for row, name in enumerate(made.uses_activities):
        if str(name) not in kinds:
            raise InvalidInput("the activity has no minutes in activities", Place("uses", "activity", row, str(name)))
        codes.append(kinds[str(name)])
    parts = _core.cost_to_serve(
        made.functions,
        made.activities,
        np.array([place[account] for account in made.uses_accounts], dtype=np.uint32),
        np.array(codes, dtype=np.uint32),
        made.quantities,
        len(accounts),
    )
    pools = [name for name, _, _ in made.functions]
    rates = [minutes * made.functions[pool][1] / made.functions[pool][2] for _, pool, minutes in made.activities]
    for row, rate in enumerate(rates):
        if not math.isfinite(rate):
            value = str(made.activities[row][2])
            raise InvalidInput("it costs more than a number can hold", Place("activities", "minutes", row, value))
    if not all(np.isfinite(values).all() for values in parts.values()):
        raise InvalidInput("the quantities cost more than a number can hold", Place("uses", "quantity"))
    spent = parts["cost"].reshape(len(accounts), len(pools)) if pools else np.zeros((len(accounts), 0))
    names, _ = numbered([*pools, *[name for _, name, _ in direct]])
    at = {name: i for i, name in enumerate(names)}
    by_direct = exact_sums(
        np.array([place[account] * len(names) + at[name] for account, name, _ in direct], dtype=np.int64),
        np.array([amount for _, _, amount in direct], dtype=np.float64),
        len(accounts) * len(names),
    ).reshape(len(accounts), len(names))
    columns: dict[str, Any] = {"account_id": accounts}
    cost = np.zeros((len(accounts), 3))
    if made.has_activities:
        columns["activities"] = cost[:, 0] = [math.fsum(row) for row in spent]
    if made.direct is not None:
        columns["direct"] = cost[:, 1] = [math.fsum(row) for row in by_direct]
    if made.hidden is not None:
        columns["hidden"] = cost[:, 2] = [made.hidden.get(account, 0.0) for account in accounts]
    columns["cost"] = [math.fsum(row) for row in cost]
    for pool, over in zip(pools, parts["unused_minutes"], strict=True):
        if over < -1e-9 * made.functions[pools.index(pool)][2]:
            made.assumptions.append(
                f"{pool} worked {format_number(-over)} minutes more than its capacity: its customers bear more than it costs."
            )
    if not (made.has_activities or made.direct is not None or made.hidden is not None):
        raise MissingInput("no cost is known", Place("costs", "amount"))
    columns = {
        name: values if name == "account_id" else np.asarray(values, dtype=np.float64)
        for name, values in columns.items()
    }
    timed = np.zeros((len(accounts), len(names)))
    timed[:, : len(pools)] = spent
    return Facts(
        Table(columns),
        {"assumptions": made.assumptions},
        {
            "by_function": Table(
                {
                    "account_id": [account for account in accounts for _ in names],
                    "function": [name for _ in accounts for name in names],
                    "activities": timed.ravel(),
                    "direct": by_direct.ravel(),
                }
            ),
            "functions": Table(
                {
                    "function": pools,
                    "cost": np.array([pool[1] for pool in made.functions], dtype=np.float64),
                    "minutes": np.array([pool[2] for pool in made.functions], dtype=np.float64),
                    **{name: parts[name] for name in ("used_minutes", "used_cost", "unused_minutes", "unused_cost")},
                }
            ),
            "activities": Table(
                {
                    "activity": [name for name, _, _ in made.activities],
                    "function": [pools[pool] for _, pool, _ in made.activities],
                    "quantity": parts["activity_quantity"],
                    "minutes": parts["activity_minutes"],
                    "rate": np.array(rates, dtype=np.float64),
                    "cost": parts["activity_cost"],
                }
            ),
            "investments": Table(
                made.investments
                or {
                    name: [] for name in ("solution_id", "title", "status", "accounts", "account_ids", "effort", "cost")
                }
            ),
            "missing": Table(
                {
                    "figure": [figure for figure, _, _ in made.missing],
                    "table": [table for _, table, _ in made.missing],
                    "column": [column for _, _, column in made.missing],
                }
            ),
        },
    )
