"""How firmly needs and solutions stand where they stand: joint draws, merged and split needs, the unheard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from ..core.arguments import checked
from ..core.errors import InvalidInput, MissingInput, NotIdentified, Place
from ..core.table import Table
from ..graph.uses import target_uses_of
from .prevalence import Demand, demand

if TYPE_CHECKING:
    from ..graph.customer_graph import CustomerGraph

__all__ = ["merge_sensitivity", "reach", "tipping_odds_ratio", "top_needs"]


def _draws(estimate: Demand, by: str) -> npt.NDArray[np.float64]:
    if by not in ("accounts", "revenue"):
        raise InvalidInput("needs are ranked by accounts or revenue", Place(column="by", value=str(by)))
    draws = np.asarray(estimate._core.draws(by == "revenue"), dtype=float)
    if draws.shape[1] < 2:
        raise NotIdentified(f"the method {estimate.method!r} gives no joint draws; use occupancy, pooled or weighted")
    if by == "revenue" and not draws.any():
        raise MissingInput("no account has a known revenue", Place("accounts", "arr"))
    return draws


def _check_top(k: int, needs: int) -> int:
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 1:
        raise InvalidInput("k must be a whole number of at least 1", Place(column="k", value=str(k)))
    return min(int(k), needs)


@checked
def top_needs(demand: Demand, k: int = 5, *, by: Literal["accounts", "revenue"] = "accounts") -> Table:
    """Which needs are among the k that most accounts have, and how sure that is.

    Every joint draw of the model is one state of the world that the evidence allows; needs are ranked in each. Needs
    that tie for the last places share them.

    Parameters
    ----------
    demand : Demand
        By a method with draws: occupancy, pooled or weighted.
    k : int
        Number of places.
    by : str
        ``accounts`` that have the need, or their ``revenue`` a year.

    Returns
    -------
    Table
        One row a need, best first: ``need_id``, ``value`` (mean) with ``lower`` and ``upper``, ``rank`` (of the mean)
        with ``rank_lower`` and ``rank_upper``, all at the level of the demand, ``top_probability``: the chance that it
        belongs to the first k, and ``status``. Under ``doubtful`` and ``bounds_only`` the chances share the doubt.

    Raises
    ------
    NotIdentified
        For a method without joint draws.
    MissingInput
        By revenue, where no revenue is known.
    InvalidInput
        For k under 1.

    Examples
    --------
    >>> import outweigh as ow
    >>> estimate = ow.demand(ow.simulate(seed=1, accounts=200, needs=4).graph, method="pooled")
    >>> table = ow.top_needs(estimate, 2)
    >>> round(float(sum(table["top_probability"])), 6)
    2.0
    """
    draws = _draws(demand, by)
    needs, number = draws.shape
    k = _check_top(k, needs)
    ordered = -np.sort(-draws, axis=0)
    ranks = np.empty_like(draws)
    inside = np.zeros(needs)
    for d in range(number):
        column = -ordered[:, d]
        above = np.searchsorted(column, -draws[:, d], side="left")
        upto = np.searchsorted(column, -draws[:, d], side="right")
        ranks[:, d] = 0.5 * (above + 1 + upto)
        inside += np.clip((k - above) / (upto - above), 0.0, 1.0)
    value = draws.mean(axis=1)
    tail = 0.5 * (1.0 - demand.level)
    lower, upper = np.quantile(draws, [tail, 1.0 - tail], axis=1)
    first, last = np.quantile(ranks, [tail, 1.0 - tail], axis=1)
    order = np.lexsort((np.arange(needs), -value))
    overall = demand.overall.to_dict()
    return Table(
        {
            "need_id": [overall["need_id"][i] for i in order],
            "value": value[order],
            "lower": lower[order],
            "upper": upper[order],
            "rank": np.arange(1, needs + 1),
            "rank_lower": first[order],
            "rank_upper": last[order],
            "top_probability": np.clip(inside[order] / number, 0.0, 1.0),
            "status": [overall["status"][i] for i in order],
        }
    )._in(demand._kind)


@checked
def merge_sensitivity(
    demand: Demand, k: int = 5, *, by: Literal["accounts", "revenue"] = "accounts", limit: int = 100
) -> Table:
    """What happens to the first k needs where two needs are one, or one need is two.

    How requests are cut into needs is a decision of people, and ranks depend on it. Two needs that are one have the
    accounts that have either, counted once (given the evidence, needs of one account are independent). A need that is
    two is shown in its worst case: halves without a common account.

    Parameters
    ----------
    demand : Demand
        By any method.
    k : int
        Number of places.
    by : str
        ``accounts`` or ``revenue``.
    limit : int
        Only the first `limit` needs are merged with each other.

    Returns
    -------
    Table
        One row a change that alters who is among the first k: ``change`` (merge or split), ``need_id``, ``with_need_id``
        (null for a split), ``value`` (of the merged need, or of a half), ``rank_before`` (the better of the two),
        ``rank``, ``enters`` and ``leaves`` (need ids, in text, separated by commas). Empty where nothing does.

    Raises
    ------
    MissingInput
        By revenue, where no revenue is known.
    InvalidInput
        For k or limit under 1.

    Examples
    --------
    >>> import outweigh as ow
    >>> estimate = ow.demand(ow.simulate(seed=1, accounts=200, needs=4).graph, method="raw")
    >>> ow.merge_sensitivity(estimate, 2).columns[:3]
    ['change', 'need_id', 'with_need_id']
    """
    if by not in ("accounts", "revenue"):
        raise InvalidInput("needs are ranked by accounts or revenue", Place(column="by", value=str(by)))
    ids = demand.overall.to_dict()["need_id"]
    chances = np.asarray(demand._core.probability_matrix(), dtype=float)
    k = _check_top(k, len(ids))
    limit = _check_top(limit, len(ids))
    weight = _worth(demand, by)
    values = chances @ weight
    order = np.lexsort((np.arange(len(ids)), -values))
    rank = np.empty(len(ids), dtype=int)
    rank[order] = np.arange(1, len(ids) + 1)
    top = set(order[:k].tolist())
    rows: dict[str, list[Any]] = {
        name: [] for name in ("change", "need_id", "with_need_id", "value", "rank_before", "rank", "enters", "leaves")
    }

    def add(change: str, i: int, j: int | None, value: float, before: int, after: int, now: set[int]) -> None:
        changed = {i} if j is None else {i, j}
        enters, leaves = sorted(now - top - changed), sorted(top - now - changed)
        if j is None and after > k and i in top:
            leaves = [i]
        if not enters and not leaves:
            return
        for name, entry in zip(
            rows,
            (
                change,
                ids[i],
                None if j is None else ids[j],
                value,
                before,
                after,
                ", ".join(str(ids[x]) for x in enters),
                ", ".join(str(ids[x]) for x in leaves),
            ),
            strict=True,
        ):
            rows[name].append(entry)

    few = order[:limit]
    both = (chances[few] * weight) @ chances[few].T
    for a in range(len(few)):
        for b in range(a + 1, len(few)):
            i, j = int(few[a]), int(few[b])
            value = float(values[i] + values[j] - both[a, b])
            others = [x for x in order.tolist() if x not in (i, j)]
            after = 1 + sum(1 for x in others if values[x] > value)
            now = {*others[: k - 1], i} if after <= k else set(others[:k])
            add("merge", i, j, value, int(min(rank[i], rank[j])), after, now)
    for i in order[:k].tolist():
        half = 0.5 * float(values[i])
        others = [x for x in order.tolist() if x != i]
        after = 1 + sum(1 for x in others if values[x] > half)
        places = max(0, min(2, k - after + 1))
        add("split", i, None, half, int(rank[i]), after, {*others[: k - places], *([i] if places else [])})
    return Table(rows)._in(demand._kind)


def _worth(estimate: Demand, by: str) -> npt.NDArray[np.float64]:
    """1 an account of the base, or its revenue."""
    base = list(estimate.graph.base)
    if by == "accounts":
        return np.ones(len(base))
    accounts = estimate.graph.table("accounts").to_dict()
    if "arr" not in accounts or all(value is None for value in accounts["arr"]):
        raise MissingInput("no account has a known revenue", Place("accounts", "arr"))
    arr = dict(zip(accounts["account_id"], accounts["arr"], strict=True))
    return np.array([float(arr[account] or 0.0) for account in base])


@checked
def reach(demand: Demand, *, target_uses: Sequence[str] | None = None) -> Table:
    """Whom each solution would serve, each account once: by number, by revenue and by fit, side by side.

    An account is served when it has one of the needs that the solution covers; a need of which the solution covers a
    share is met with that chance. The three ways of counting may disagree, and then say what kind of demand it is.

    Parameters
    ----------
    demand : Demand
        Its graph needs the tables solutions and covers.
    target_uses : sequence of str, optional
        Values of ``uses.use`` that the product is made for. Default: ``target``, where uses are named target and adjacent.

    Returns
    -------
    Table
        One row a solution, most accounts first: ``solution_id``, ``title``, ``needs`` (covered), ``accounts`` and
        ``account_share`` (of the base), ``revenue`` and ``revenue_share``, ``fit`` (share of the served accounts of known
        use that use the product for what it is made for) and ``base_fit`` (the same of the whole base), ``rank_accounts``,
        ``rank_revenue``, ``rank_fit``. Figures whose table or column is absent are null, and so is the fit where nothing says
        which uses the product is made for.

    Raises
    ------
    MissingInput
        Without the tables solutions and covers.

    Examples
    --------
    >>> import outweigh as ow
    >>> estimate = ow.demand(ow.simulate(seed=1, accounts=200, needs=4).graph, method="pooled")
    >>> table = ow.reach(estimate)
    >>> bool(max(table["account_share"]) <= 1.0)
    True
    """
    graph = demand.graph
    for name in ("solutions", "covers"):
        if name not in graph.tables:
            raise MissingInput("what a solution would serve follows from the needs it covers", Place(name))
    chances = np.asarray(demand._core.probability_matrix(), dtype=float)
    needs = {need: i for i, need in enumerate(demand.overall.to_dict()["need_id"])}
    base = list(graph.base)
    place = {account: b for b, account in enumerate(base)}
    try:
        revenue: npt.NDArray[np.float64] | None = _worth(demand, "revenue")
    except MissingInput:
        revenue = None
    known = np.zeros(len(base))
    fits = np.zeros(len(base))
    right = set(target_uses_of(graph, () if target_uses is None else target_uses))
    uses = graph.table("uses").to_dict() if "uses" in graph.tables else {"account_id": [], "use": []}
    if target_uses is None and not {"target", "adjacent"}.isdisjoint(uses["use"]):
        right = {"target"}
    if right:
        for account, use in zip(uses["account_id"], uses["use"], strict=True):
            if account in place and use is not None:
                known[place[account]] += 1.0
                fits[place[account]] += 1.0 if use in right else 0.0
    whole = 0.0 if revenue is None else float(revenue.sum())
    fit = np.divide(fits, known, out=np.zeros(len(base)), where=known > 0.0)
    is_known = known > 0.0
    solutions = graph.table("solutions").to_dict()
    covers = graph.table("covers").to_dict()
    shares = covers.get("share", [None] * len(covers["need_id"]))
    missed = {solution: np.ones(len(base)) for solution in solutions["solution_id"]}
    number = dict.fromkeys(missed, 0)
    for solution, need, share in zip(covers["solution_id"], covers["need_id"], shares, strict=True):
        missed[solution] *= 1.0 - (1.0 if share is None else float(share)) * chances[needs[need]]
        number[solution] += 1
    rows: list[dict[str, Any]] = []
    for solution, title in zip(solutions["solution_id"], solutions["title"], strict=True):
        served = 1.0 - missed[solution]
        count = float(served.sum())
        told = float(served[is_known].sum())
        money = None if revenue is None else float(served @ revenue)
        rows.append(
            {
                "solution_id": solution,
                "title": title,
                "needs": number[solution],
                "accounts": count,
                "account_share": count / len(base) if base else None,
                "revenue": money,
                "revenue_share": None if money is None or not whole > 0.0 else money / whole,
                "fit": float(served[is_known] @ fit[is_known]) / told if told > 1e-12 else None,
                "base_fit": float(fit[is_known].mean()) if is_known.any() else None,
            }
        )
    for what in ("accounts", "revenue", "fit"):
        values = [row[what] for row in rows]
        for row in rows:
            row[f"rank_{what}"] = (
                None if row[what] is None else 1 + sum(1 for v in values if v is not None and v > row[what])
            )
    rows.sort(key=lambda row: (-row["accounts"], str(row["solution_id"])))
    names = list(rows[0]) if rows else ["solution_id"]
    return Table({name: [row[name] for row in rows] for name in names})._in(demand._kind)


@checked
def tipping_odds_ratio(
    graph: CustomerGraph,
    decide: Callable[[Demand], Sequence[Any]] | None = None,
    *,
    capacity: float | None = None,
    most: float = 8.0,
    steps: int = 4,
    **options: Any,
) -> Table:
    """How different accounts that were never contacted would have to be for the roadmap to change.

    Nothing in the data says how many of the accounts that nobody ever contacted have a need; the model takes them to be
    like contacted ones of their segment and revenue. Their odds are scaled until another decision comes out.

    Parameters
    ----------
    graph : CustomerGraph
        As for `demand`; for the default decision also with the tables solutions and covers, and efforts.
    decide : callable, optional
        From a Demand to what is chosen, in any order. Default: the solutions of `plan` on `score`.
    capacity : float, optional
        Of the default decision. Default: a quarter of the effort of all open solutions.
    most : float
        Odds ratios from 1 / most to most are tried, over 1.
    steps : int
        Halvings of the interval in which the change lies, on the scale of logarithms.
    **options
        Of `demand`, but not ``odds_ratio``. Each trial fits the model once: a smaller ``draws`` is quicker.

    Returns
    -------
    Table
        Two rows, for ``direction`` fewer and more: ``odds_ratio`` (nearest to 1 at which the decision changes, to within
        `steps` halvings; null where none up to `most` does), ``enters`` and ``leaves`` (ids, in text, separated by
        commas) and ``statement``, in words.

    Raises
    ------
    InvalidInput
        For `most` of 1 or under, steps under 0, or odds_ratio among the options.
    MissingInput
        As `demand`, `score` and `plan` raise it.

    Examples
    --------
    >>> import outweigh as ow
    >>> graph = ow.simulate(seed=1, accounts=200, needs=4).graph
    >>> def most_wanted(estimate):
    ...     return [ow.top_needs(estimate, 1)["need_id"][0]]
    >>> table = ow.tipping_odds_ratio(graph, most_wanted, draws=100, steps=0)
    >>> list(table["direction"])
    ['fewer', 'more']
    """
    if not most > 1.0 or not np.isfinite(most):
        raise InvalidInput("the greatest odds ratio must lie above 1", Place(column="most", value=str(most)))
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 0:
        raise InvalidInput("steps must be a whole number of at least 0", Place(column="steps", value=str(steps)))
    if "odds_ratio" in options:
        raise InvalidInput("the odds ratio is what is looked for", Place(column="odds_ratio"))
    choose = decide if decide is not None else _plan_by(graph, capacity)

    def chosen(logarithm: float) -> frozenset[Any]:
        return frozenset(choose(demand(graph, odds_ratio=float(np.exp(logarithm)), **options)))

    now = chosen(0.0)
    rows: dict[str, list[Any]] = {name: [] for name in ("direction", "odds_ratio", "enters", "leaves", "statement")}
    for direction, sign in (("fewer", -1.0), ("more", 1.0)):
        same, other, found = 0.0, None, now
        for reach_of in dict.fromkeys((np.log(min(2.0, most)), np.log(most))):
            if other is None and (tried := chosen(sign * reach_of)) != now:
                other, found = float(reach_of), tried
            elif other is None:
                same = float(reach_of)
        for _ in range(steps if other is not None else 0):
            middle = 0.5 * (same + float(other or 0.0))
            tried = chosen(sign * middle)
            if tried == now:
                same = middle
            else:
                other, found = middle, tried
        ratio = None if other is None else float(np.exp(sign * other))
        enters, leaves = (", ".join(sorted(map(str, part))) for part in (found - now, now - found))
        bound = most if sign > 0.0 else 1.0 / most
        rows["direction"].append(direction)
        rows["odds_ratio"].append(ratio)
        rows["enters"].append(enters)
        rows["leaves"].append(leaves)
        rows["statement"].append(
            f"no odds ratio down to {bound:.3g} changes the decision"
            if ratio is None and sign < 0.0
            else f"no odds ratio up to {bound:.3g} changes the decision"
            if ratio is None
            else f"at odds of {ratio:.2g} times those of contacted accounts alike "
            + "; ".join(part for part in (enters and f"{enters} comes in", leaves and f"{leaves} falls out") if part)
        )
    return Table(rows)._in(graph._kind)


def _plan_by(graph: CustomerGraph, capacity: float | None) -> Callable[[Demand], Sequence[Any]]:
    from ..roadmap.plan import plan
    from ..scoring.score import score

    if capacity is None:
        for name in ("solutions", "covers"):
            if name not in graph.tables:
                raise MissingInput("a roadmap needs solutions and what they cover", Place(name))
        solutions = graph.table("solutions").to_dict()
        efforts = solutions.get("effort", [])
        states = solutions.get("status", [None] * len(efforts))
        capacity = 0.25 * sum(
            effort or 0.0
            for effort, state in zip(efforts, states, strict=True)
            if state in (None, "candidate", "in_progress")
        )
    return lambda estimate: plan(score(estimate), capacity=capacity).solutions
