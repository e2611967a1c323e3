"""What items prevent and win: churn avoided, deals gained, support saved, each account counted once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.amounts import days_before, read_amounts, read_ids, their_name
from ..core.arguments import check_renames, checked
from ..core.errors import InvalidInput, MissingInput, Place, TypeMismatch
from ..core.facts import Facts
from ..core.numbers import is_number, short
from ..core.results import Result
from ..core.table import Table, TableLike, count, format_number, read_table
from ..demand.prevalence import Demand, demand
from ..graph.customer_graph import CustomerGraph
from ..graph.stakeholders import stakeholder_accounts
from ..journey.churn_risk import ChurnRisk
from .efforts import divisible

__all__ = ["Effect", "ItemEffects", "combine_effects", "item_effects"]

# From the weakest to the strongest.
STATUSES = ("assumed", "staggered_release", "experiment")
KINDS = ("churn", "deals", "support")
ENDS = ("low", "expected", "high")
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Effect:
    """A share of what would be lost that is prevented: a range with its source.

    Parameters
    ----------
    low, expected, high
        Shares, 0 <= low <= expected <= high <= 1.
    source
        Who says so, or which study.
    status
        ``"assumed"``, or the design that measured it: ``"experiment"`` or ``"staggered_release"``. The difference between
        two predictions of a churn model is none of these.

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.Effect(0.05, 0.1, 0.2, source="interviews with 12 former customers").status
    'assumed'
    """

    low: float
    expected: float
    high: float
    source: str
    status: Literal["assumed", "experiment", "staggered_release"] = "assumed"

    def __post_init__(self) -> None:
        before = 0.0
        for name in ENDS:
            value = getattr(self, name)
            if not is_number(value):
                raise TypeMismatch(f"{name} must be a number", Place(column=name, value=str(value)))
            if not before <= value <= 1:
                raise InvalidInput(
                    "an effect is a range of shares: 0 <= low <= expected <= high <= 1",
                    Place(column=name, value=str(value)),
                )
            before = value
        if not isinstance(self.source, str):
            raise TypeMismatch("source must be text", Place(column="source", value=short(self.source)))
        if not self.source:
            raise InvalidInput("an effect names its source", Place(column="source"))
        if not isinstance(self.status, str) or self.status not in STATUSES:
            raise InvalidInput(
                f"an effect is assumed or comes from a named design: {', '.join(STATUSES)}",
                Place(column="status", value=str(self.status)),
            )


@checked
def combine_effects(effects: Sequence[Effect]) -> Effect:
    """What several effects prevent together: 1 - product of (1 - effect).

    Whoever any one of several things would keep is kept once. The status is that of the weakest: ``assumed`` as soon as one
    is, else ``staggered_release`` as soon as one is.

    Parameters
    ----------
    effects
        On the same thing, such as one account's risk to leave.

    Returns
    -------
    Effect

    Raises
    ------
    TypeMismatch
        For what is no list of `Effect`.
    InvalidInput
        For no effect at all.

    Examples
    --------
    >>> import outweigh as ow
    >>> two = ow.combine_effects([ow.Effect(0.1, 0.2, 0.5, "A/B test", "experiment"), ow.Effect(0, 0.5, 0.5, "a guess")])
    >>> round(two.expected, 6), round(two.high, 6), two.status
    (0.6, 0.75, 'assumed')
    """
    effects = list(effects) if isinstance(effects, Iterable) else [effects]
    for effect in effects:
        if not isinstance(effect, Effect):
            raise TypeMismatch("effects must be a list of Effect", Place(column="effects", value=short(effect)))
    if not effects:
        raise InvalidInput("there is no effect to combine", Place(column="effects"))
    low, expected, high = (_core.combine_effects([float(getattr(effect, end)) for effect in effects]) for end in ENDS)
    sources = "; ".join(dict.fromkeys(effect.source for effect in effects))
    return Effect(low, expected, high, source=sources, status=_status(effects))


def _status(effects: Iterable[Effect]) -> Any:
    found = {effect.status for effect in effects}
    return next((status for status in STATUSES if status in found), "assumed")


class ItemEffects(Result[Facts]):
    """What each solution would prevent and win in a year. Made by `item_effects`.

    Columns: ``solution_id``, ``title``, ``churn_avoided``, ``deals_gained``, ``support_saved`` (null where the data do not
    allow it: see `missing`), ``value`` (their sum) with ``lower`` and ``upper`` (all effects at their low or high end),
    ``status`` and ``sources``. It is a scorer, too: ``ow.score(demand, by=effects)`` ranks by value, for effort where
    efforts are known. `outweigh.plan` goes by the values of needs all the same.
    """

    __slots__ = ()
    name = "effects"

    @property
    def missing(self) -> Table:
        """Parts that the data do not allow, with the table and column that each needs."""
        return self._core.tables["missing"]

    @property
    def assumptions(self) -> list[str]:
        """What the figures rest on."""
        return list(self._core.figures["assumptions"])

    def together(self, solution_ids: Iterable[Any]) -> dict[str, Any]:
        """What several solutions prevent and win together: less than their sum, where they would keep the same accounts.

        Shares of one need that several of them meet add up, at most to 1.

        Returns ``churn_avoided``, ``deals_gained``, ``support_saved``, ``value``, ``lower``, ``upper``.
        """
        parts: _Parts = self._core.figures["parts"]
        rows = []
        for solution in _several(solution_ids):
            if solution not in parts.solutions:
                raise InvalidInput("there is no such solution", Place("solutions", "solution_id", value=str(solution)))
            rows.append(parts.solutions.index(solution))
        return parts.worth(np.minimum(parts.shares[rows].sum(axis=0), 1.0))

    def score(self, columns: Mapping[str, Any]) -> Floats:
        """Value, over effort where it is known, of the solutions that can be built."""
        value = dict(zip(self["solution_id"], self["value"], strict=True))
        worth = np.array([value.get(solution) or 0.0 for solution in columns["solution_id"]], dtype=np.float64)
        if "effort" not in columns:
            return worth
        return worth / divisible(np.asarray(columns["effort"], dtype=np.float64))

    def _summary(self) -> str:
        total = format_number(math.fsum(value or 0.0 for value in self["value"]))
        if len(self) == 1:
            return f"1 solution prevents and wins {total}"
        return f"{len(self):,} solutions prevent and win {total}, each by itself"


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(_alike(one[k], other[k]) for k in one)
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and np.array_equal(one, other)
    return bool(one == other) if not isinstance(other, np.ndarray) else False


def _several(ids: Iterable[Any]) -> list[Any]:
    """Ids, each once; a text is a single one."""
    if isinstance(ids, str | int):
        return [ids]
    if not isinstance(ids, Iterable):
        raise TypeMismatch("solution_ids must be ids", Place(column="solution_ids", value=short(ids)))
    listed = [value.item() if isinstance(value, np.generic) else value for value in ids]
    for value in listed:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise TypeMismatch("solution_ids must be ids", Place(column="solution_ids", value=short(value)))
    return list(dict.fromkeys(listed))


@dataclass(frozen=True)
class _Parts:
    """Needs by account, by deal and by ticket, and the effects: what sums of solutions are made from."""

    solutions: list[Any]
    shares: Floats  # solutions x needs
    probabilities: Floats  # accounts x needs
    at_risk: Floats | None  # revenue at risk by account
    deals: list[tuple[int, float]] | None  # need, amount
    minutes_cost: Floats | None  # by need
    effects: dict[str, Floats]  # by kind: ends x needs

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        # Not by repr, which leaves out the middle of long arrays.
        return isinstance(other, _Parts) and all(
            _alike(getattr(self, field.name), getattr(other, field.name)) for field in fields(self)
        )

    def worth(self, share: Floats) -> dict[str, Any]:
        churn, deals, support = (None if part is None else part for part in self._by_end(share))
        sums = [math.fsum(part[end] for part in (churn, deals, support) if part is not None) for end in range(3)]
        return {
            "churn_avoided": None if churn is None else churn[1],
            "deals_gained": None if deals is None else deals[1],
            "support_saved": None if support is None else support[1],
            "value": sums[1],
            "lower": sums[0],
            "upper": sums[2],
        }

    def _by_end(self, share: Floats) -> list[list[float] | None]:
        churn = deals = support = None
        if self.at_risk is not None:
            churn = []
            for effect in self.effects["churn"]:
                with np.errstate(divide="ignore"):
                    stays = np.log1p(-self.probabilities * (effect * share)).sum(axis=1)
                churn.append(math.fsum(self.at_risk * -np.expm1(stays)))
        if self.deals is not None:
            deals = [
                math.fsum(amount * effect[need] * share[need] for need, amount in self.deals)
                for effect in self.effects["deals"]
            ]
        if self.minutes_cost is not None:
            support = [math.fsum(self.minutes_cost * effect * share) for effect in self.effects["support"]]
        return [churn, deals, support]


@checked
def item_effects(
    base: CustomerGraph | Demand,
    effects: TableLike,
    *,
    churn: ChurnRisk | float | Mapping[Any, float] | None = None,
    days: float = 365.0,
    cost_per_minute: float | None = None,
    margin: float = 1.0,
    columns: Mapping[str, str] | None = None,
) -> ItemEffects:
    """Value of solutions by what they prevent and win: churn avoided, deals gained, support saved.

    Effects are inputs. An account is counted once, however many needs would keep it: of its revenue at risk a solution
    keeps 1 - product of (1 - probability of the need * effect * share of the need that is met).

    Parameters
    ----------
    base
        A demand, or a graph to estimate one from: how probably each account has each need.
    effects
        A table with ``need_id``, ``kind`` (``churn``, ``deals`` or ``support``), ``low``, ``expected``, ``high`` (shares of
        the churn, of the deals asked for or lost for the need, or of its tickets' minutes, that meeting the need in full
        would prevent or win), ``source``, and ``status`` (``assumed``, the default, ``experiment``, ``staggered_release``).
    churn
        Probability that an account leaves within a year: a number, one by account, or a `ChurnRisk`, whose horizon is
        taken as it is. What accounts without one would lose is not in the values: see `ItemEffects.assumptions`.
    days
        Deals and tickets of so many days before ``as_of``; tickets are brought to a year, from the first one on where they
        begin later. Those of internal accounts and
        of partners do not count.
    cost_per_minute
        Of support.
    margin
        What is left of revenue, 0 to 1.
    columns
        Your names of the columns of `effects`.

    Returns
    -------
    ItemEffects

    Raises
    ------
    MissingInput
        Without solutions, covers, or a column of `effects`.
    InvalidInput
        Naming the row of an effect that is no share, has no source, or a status that is none.

    Examples
    --------
    >>> import outweigh as ow
    >>> demand = ow.demand(ow.simulate(seed=1, accounts=150, needs=4).graph, method="raw")
    >>> need = demand["need_id"][0]
    >>> worth = ow.item_effects(
    ...     demand,
    ...     {"need_id": [need], "kind": ["churn"], "low": [0.0], "expected": [0.1], "high": [0.3], "source": ["a guess"]},
    ...     churn=0.1,
    ... )
    >>> set(worth["status"]) <= {"assumed", None}
    True
    """
    if not isinstance(base, CustomerGraph | Demand):
        raise TypeMismatch(f"a graph or a demand is needed, not {type(base).__name__}")
    if not (0 < days < math.inf):
        raise InvalidInput("must be positive and finite", Place(column="days", value=str(days)))
    if not 0 <= margin <= 1:
        raise InvalidInput("a margin lies between 0 and 1", Place(column="margin", value=str(margin)))
    if cost_per_minute is not None and not (0 <= cost_per_minute < math.inf):
        raise InvalidInput(
            "a cost is finite and not negative", Place(column="cost_per_minute", value=str(cost_per_minute))
        )
    wants = base if isinstance(base, Demand) else demand(base)
    graph = wants.graph
    for name in ("solutions", "covers"):
        if name not in graph.tables:
            raise MissingInput("items need solutions and the needs they meet", Place(name))
    needs = list(graph.table("needs")["need_id"])
    place = {need: i for i, need in enumerate(needs)}
    given = _read_effects(effects, columns, place)
    missing: list[tuple[str, str, str]] = []
    solutions = list(graph.table("solutions")["solution_id"])
    shares = np.zeros((len(solutions), len(needs)))
    covers = graph.table("covers").to_dict()
    row_of = {solution: i for i, solution in enumerate(solutions)}
    for solution, need, share in zip(
        covers["solution_id"], covers["need_id"], covers.get("share", [None] * len(covers["need_id"])), strict=True
    ):
        shares[row_of[solution], place[need]] += 1.0 if share is None else share
    shares = np.minimum(shares, 1.0)
    left_out: list[str] = []
    probabilities, at_risk = _revenue_at_risk(wants, needs, given, churn, margin, missing, left_out)
    parts = _Parts(
        solutions,
        shares,
        probabilities,
        at_risk,
        _deals(graph, place, given, days, margin, missing, left_out),
        _minutes_cost(graph, place, given, days, cost_per_minute, missing, left_out),
        {kind: _ends(given, kind, len(needs)) for kind in KINDS},
    )
    return ItemEffects(_table_of(parts, graph, given, missing, left_out), wants._kind)


def _table_of(
    parts: _Parts,
    graph: CustomerGraph,
    given: dict[tuple[int, str], Effect],
    missing: list[tuple[str, str, str]],
    left_out: list[str],
) -> Facts:
    rows: dict[str, list[Any]] = {
        name: []
        for name in (
            "solution_id",
            "title",
            "churn_avoided",
            "deals_gained",
            "support_saved",
            "value",
            "lower",
            "upper",
            "status",
            "sources",
        )
    }
    solutions = graph.table("solutions").to_dict()
    titles = solutions.get("title", [None] * len(parts.solutions))
    for i, (solution, title) in enumerate(zip(parts.solutions, titles, strict=True)):
        used = [effect for (need, _), effect in given.items() if parts.shares[i, need] > 0]
        worth = {"solution_id": solution, "title": title, **parts.worth(parts.shares[i])}
        worth["status"] = _status(used) if used else None
        worth["sources"] = "; ".join(dict.fromkeys(effect.source for effect in used)) or None
        for name in rows:
            rows[name].append(worth[name])
    return Facts(
        Table(rows),
        {
            "parts": parts,
            "assumptions": [
                "Needs of an account are independent of each other and of its risk to leave.",
                "Effects hold for every account that has the need, and for the part of the need that is met.",
                *left_out,
            ],
        },
        {
            "missing": Table(
                {
                    "figure": [figure for figure, _, _ in missing],
                    "table": [table for _, table, _ in missing],
                    "column": [column for _, _, column in missing],
                }
            )
        },
    )


def _read_effects(
    data: TableLike, columns: Mapping[str, str] | None, place: Mapping[Any, int]
) -> dict[tuple[int, str], Effect]:
    check_renames(columns, ("need_id", "kind", *ENDS, "source", "status"))
    table, _ = read_table(data, "effects")
    needs, needs_name = read_ids(table, "need_id", columns, "effects")
    kinds, kind_name = read_ids(table, "kind", columns, "effects")
    sources, _ = read_ids(table, "source", columns, "effects")
    ends = []
    for name in ENDS:
        amounts = read_amounts(table, name, columns, "effects")
        if amounts is None:
            raise MissingInput("an effect is a range", Place("effects", name))
        ends.append(amounts.tolist())
    chosen = their_name(table, "status", columns, "effects")
    statuses: list[Any] = (
        ["assumed"] * len(needs) if chosen is None else [value or "assumed" for value in table.values(chosen)]
    )
    given: dict[tuple[int, str], Effect] = {}
    for row, (need, kind, source, status) in enumerate(zip(needs, kinds, sources, statuses, strict=True)):
        if need not in place:
            raise InvalidInput("there is no such need", Place("effects", needs_name, row, str(need)))
        if kind not in KINDS:
            raise InvalidInput(
                f"the kind of an effect is one of {', '.join(KINDS)}", Place("effects", kind_name, row, str(kind))
            )
        if (place[need], kind) in given:
            raise InvalidInput("a need has one effect of a kind", Place("effects", needs_name, row, str(need)))
        try:
            low, expected, high = (end[row] for end in ends)
            given[place[need], kind] = Effect(low, expected, high, source=str(source), status=status)
        except InvalidInput as error:
            raise InvalidInput(
                f"not an effect: 0 <= low <= expected <= high <= 1, a source, and a status among {', '.join(STATUSES)}",
                Place("effects", error.place.column, row, error.place.value),
            ) from None
    return given


def _ends(given: Mapping[tuple[int, str], Effect], kind: str, needs: int) -> Floats:
    ends = np.zeros((3, needs))
    for (need, of), effect in given.items():
        if of == kind:
            ends[:, need] = (effect.low, effect.expected, effect.high)
    return ends


def _revenue_at_risk(
    wants: Demand,
    needs: list[Any],
    given: Mapping[tuple[int, str], Effect],
    churn: ChurnRisk | float | Mapping[Any, float] | None,
    margin: float,
    missing: list[tuple[str, str, str]],
    left_out: list[str],
) -> tuple[Floats, Floats | None]:
    graph = wants.graph
    accounts = list(graph.base)
    place = {account: i for i, account in enumerate(accounts)}
    table = graph.table("accounts").to_dict()
    if not any(kind == "churn" for _, kind in given):
        return np.zeros((0, len(needs))), None
    if "arr" not in table or not any(value is not None for value in table["arr"]):
        missing.append(("churn avoided", "accounts", "arr"))
        return np.zeros((0, len(needs))), None
    if churn is None or (isinstance(churn, Mapping) and not churn):
        missing.append(("churn avoided", "", "the option churn"))
        return np.zeros((0, len(needs))), None
    risk = _risks(churn, accounts, set(table["account_id"]), left_out)
    unpaid = sum(
        account in place and amount is None for account, amount in zip(table["account_id"], table["arr"], strict=True)
    )
    if unpaid:
        left_out.append(
            f"What {count(unpaid, 'account')} would lose is not in the values: what they pay a year is unknown."
        )
    worth = np.zeros(len(accounts))
    for account, amount in zip(table["account_id"], table["arr"], strict=True):
        if account in place and amount is not None:
            worth[place[account]] = float(amount)
    probabilities = np.zeros((len(accounts), len(needs)))
    for need, kind in given:
        if kind == "churn":
            rows = wants.probabilities(needs[need]).to_dict()
            for account, probability in zip(rows["account_id"], rows["probability"], strict=True):
                probabilities[place[account], need] = probability or 0.0
    return probabilities, worth * risk * margin


def _risks(
    churn: ChurnRisk | float | Mapping[Any, float], accounts: list[Any], known: set[Any], left_out: list[str]
) -> Floats:
    if isinstance(churn, ChurnRisk):
        rows = churn.to_dict()
        churn = dict(zip(rows["account_id"], rows["risk"], strict=True))
        left_out.append("The risk to leave is that within the horizon of churn_risk: its horizon_days=365 is a year.")
    given: Mapping[Any, Any] = churn if isinstance(churn, Mapping) else dict.fromkeys(accounts, churn)
    for account, value in given.items():
        if account not in known:
            raise InvalidInput("there is no such account", Place("accounts", "account_id", value=str(account)))
        if not is_number(value) or not 0 <= value <= 1:
            raise InvalidInput(
                "a risk to leave is a probability", Place("accounts", "churn", value=f"{account}: {short(value)}")
            )
    without = sum(account not in given for account in accounts)
    if without:
        left_out.append(
            f"What {count(without, 'account')} would lose is not in the values: their risk to leave is unknown."
        )
    return np.array([float(given.get(account, 0.0)) for account in accounts], dtype=np.float64)


def _deals(
    graph: CustomerGraph,
    place: Mapping[Any, int],
    given: Mapping[tuple[int, str], Effect],
    days: float,
    margin: float,
    missing: list[tuple[str, str, str]],
    left_out: list[str],
) -> list[tuple[int, float]] | None:
    if not any(kind == "deals" for _, kind in given):
        return None
    deals = graph.table("deals").to_dict() if "deals" in graph.tables else {}
    for name in ("need_id", "amount", "outcome"):
        if name not in deals:
            missing.append(("deals gained", "deals", name if deals else ""))
            return None
    begin, ours = days_before(graph.as_of, days), stakeholder_accounts(graph)
    found = [
        (place[need], amount)
        for need, amount, outcome, opened, account in zip(
            deals["need_id"], deals["amount"], deals["outcome"], deals["opened"], deals["account_id"], strict=True
        )
        if need is not None and account not in ours and outcome in ("lost", "open") and begin < opened <= graph.as_of
    ]
    unknown = sum(amount is None for _, amount in found)
    if unknown:
        left_out.append(f"{count(unknown, 'deal')} of unknown amount: what they bring is not in the values.")
    return [(need, float(amount) * margin) for need, amount in found if amount is not None]


def _minutes_cost(
    graph: CustomerGraph,
    place: Mapping[Any, int],
    given: Mapping[tuple[int, str], Effect],
    days: float,
    cost_per_minute: float | None,
    missing: list[tuple[str, str, str]],
    left_out: list[str],
) -> Floats | None:
    if not any(kind == "support" for _, kind in given):
        return None
    tickets = graph.table("tickets").to_dict() if "tickets" in graph.tables else {}
    for name in ("need_id", "minutes"):
        if name not in tickets:
            missing.append(("support saved", "tickets", name if tickets else ""))
            return None
    if cost_per_minute is None:
        missing.append(("support saved", "", "the option cost_per_minute"))
        return None
    begin, ours = days_before(graph.as_of, days), stakeholder_accounts(graph)
    minutes, unknown = np.zeros(len(place)), 0
    # Before the first ticket none were logged; less than a month says little of a year.
    logged = min(
        (at for at, account in zip(tickets["opened"], tickets["account_id"], strict=True) if account not in ours),
        default=begin,
    )
    over = min(days, max(365.25 / 12, (graph.as_of - logged).total_seconds() / 86_400))
    for need, spent, opened, account in zip(
        tickets["need_id"], tickets["minutes"], tickets["opened"], tickets["account_id"], strict=True
    ):
        if need is None or account in ours or not begin < opened <= graph.as_of:
            continue
        unknown += spent is None
        minutes[place[need]] += spent or 0.0
    if unknown:
        left_out.append(f"{count(unknown, 'ticket')} of unknown minutes: what they cost is not in the values.")
    if over < days:
        left_out.append(f"Tickets go back {count(round(over), 'day')}: what they cost is brought to a year from these.")
    return minutes * cost_per_minute * 365.0 / over
