"""Solutions that are worth more, less or cheaper together."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from typing import Any

from ..core.arguments import checked
from ..core.errors import Infeasible, InvalidInput, Place, TypeMismatch
from ..core.numbers import number_of, short
from ..core.table import Table, TableLike, read_table
from .plan import RoadmapProblem

__all__ = ["with_synergies"]

EXTRA = "extra: "
ONCE = "once: "
SHARED = "shared: "
TOGETHER = "together: "


@checked
def with_synergies(problem: RoadmapProblem, synergies: TableLike) -> RoadmapProblem:
    """A problem in which pairs of solutions have value and effort of their own when both are chosen.

    Nothing is approximated: a pair that is worth more together pays as a customer that asked for both; a pair that is worth
    less shares a need that counts once; effort that both share becomes a solution of its own that both require, named
    ``"shared: a + b (0)"`` with the row of the table, so that each alone costs what it cost before. Effort that the pair takes
    beyond the two becomes a solution ``"extra: a + b (0)"``: the pair without it is worth less than all the problem is worth,
    and with it what it was worth, by a need and a customer of that name.

    Parameters
    ----------
    problem
        What to choose from. Ids of the result are text. Draws for `plan_under_uncertainty` are of the values that solutions
        have by themselves, and of the efforts of the result.
    synergies
        ``solution_id``, ``on``, ``value`` (what the pair is worth beyond the two) and ``effort`` (what it takes beyond the two);
        below 0 where it is worth less or saves effort. Of the two one may be missing, and is 0. Where the problem has efforts of several
        resources, ``resource`` says of which the effort is.

    Raises
    ------
    InvalidInput
        For an unknown id or resource, a pair of one solution, a number that is not finite, and savings of a solution above its
        effort.

    Examples
    --------
    >>> import outweigh as ow
    >>> problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [4, 3, 5]})
    >>> together = ow.with_synergies(problem, {"solution_id": ["a"], "on": ["b"], "value": [2], "effort": [-1]})
    >>> ow.solve(together, budget=4).value, ow.solve(problem, budget=4).value
    (9.0, 8.0)
    """
    tables: dict[str, Any] = {
        name: t if isinstance(t, str) else {c: list(v) for c, v in t.to_dict().items()}
        for name, t in problem.tables().items()
    }
    solutions = tables["solutions"]
    at = {s: k for k, s in enumerate(solutions["solution_id"])}
    rows = Table._wrap(read_table(synergies, "synergies")[0]).to_dict()
    for name in ("solution_id", "on"):
        if name not in rows:
            raise InvalidInput("a column is missing", Place("synergies", name))
    known = ("solution_id", "on", "value", "effort", "resource")
    for name in rows:
        near = [] if name in known else difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.75)
        if near and near[0] not in rows:
            raise InvalidInput(f"a column is unknown (did you mean '{near[0]}'?)", Place("synergies", name))
    empty: dict[str, dict[str, list[Any]]] = {
        "customers": {"customer_id": [], "value": []},
        "requests": {"customer_id": [], "solution_id": []},
        "needs": {"need_id": [], "value": []},
        "covers": {"solution_id": [], "need_id": [], "share": []},
        "dependencies": {"solution_id": [], "on": [], "kind": []},
    }
    for name, columns in empty.items():
        tables[name] = tables[name] or columns

    def number(column: str, row: int) -> float:
        given = rows[column][row] if column in rows else None
        try:
            value = 0.0 if given is None else number_of(given, column)
        except TypeMismatch as error:
            raise TypeMismatch(error.message, Place("synergies", column, row, short(given))) from None
        if not math.isfinite(value):
            raise InvalidInput("a number must be finite", Place("synergies", column, row, str(given)))
        return value

    worths = [v for name in ("solutions", "customers", "needs") for v in tables[name]["value"]]
    total = sum(map(abs, [*worths, *(number("value", row) for row in range(len(rows["on"])))]))
    if not math.isfinite(4.0 * total):
        raise InvalidInput("the sum of the values is more than a number can hold", Place("synergies", "value"))
    # A power of two, so that it leaves no trace where it is taken away and given back.
    forbidding = 2.0 ** math.ceil(math.log2(2.0 * total)) if total > 0.0 else 1.0
    for row, pair in enumerate(zip(map(str, rows["solution_id"]), map(str, rows["on"]), strict=True)):
        for column, s in zip(("solution_id", "on"), pair, strict=True):
            if s not in at:
                raise InvalidInput("an id is unknown", Place("synergies", column, row, s))
        if pair[0] == pair[1]:
            raise InvalidInput("a solution is paired with itself", Place("synergies", "on", row, pair[1]))
        name = f"{pair[0]} + {pair[1]} ({row})"
        value, effort = number("value", row), number("effort", row)
        if all(name not in rows or rows[name][row] is None for name in ("value", "effort")):
            raise InvalidInput("a pair needs a value or an effort", Place("synergies", "value", row))
        if value > 0:
            tables["customers"]["customer_id"].append(f"{TOGETHER}{name}")
            tables["customers"]["value"].append(value)
            for s in pair:
                tables["requests"]["customer_id"].append(f"{TOGETHER}{name}")
                tables["requests"]["solution_id"].append(s)
        elif value < 0:
            tables["needs"]["need_id"].append(f"{ONCE}{name}")
            tables["needs"]["value"].append(-value)
            for s in pair:
                solutions["value"][at[s]] += value
                tables["covers"]["solution_id"].append(s)
                tables["covers"]["need_id"].append(f"{ONCE}{name}")
                tables["covers"]["share"].append(1.0)
        if effort > 0:
            extra = f"{EXTRA}{name}"
            for column, cell in _save(tables, rows, row, (), -effort).items():
                tables["efforts"][column].append(extra if column == "solution_id" else cell)
            solutions["solution_id"].append(extra)
            solutions["effort"].append(effort)
            solutions["value"].append(0.0)
            tables["customers"]["customer_id"].append(extra)
            tables["customers"]["value"].append(forbidding)
            tables["needs"]["need_id"].append(extra)
            tables["needs"]["value"].append(forbidding)
            for s in (*pair, extra):
                tables["requests"]["customer_id"].append(extra)
                tables["requests"]["solution_id"].append(s)
            for s in pair:
                solutions["value"][at[s]] -= forbidding
                tables["covers"]["solution_id"].append(s)
                tables["covers"]["need_id"].append(extra)
                tables["covers"]["share"].append(1.0)
        if effort < 0:
            of_resource = _save(tables, rows, row, pair, effort)
            for s in pair:
                solutions["effort"][at[s]] += effort
                if solutions["effort"][at[s]] < 0:
                    raise InvalidInput("a solution saves more than its effort", Place("synergies", "effort", row, s))
                tables["dependencies"]["solution_id"].append(s)
                tables["dependencies"]["on"].append(f"{SHARED}{name}")
                tables["dependencies"]["kind"].append("requires")
            for column, cell in of_resource.items():
                tables["efforts"][column].append(f"{SHARED}{name}" if column == "solution_id" else cell)
            solutions["solution_id"].append(f"{SHARED}{name}")
            solutions["effort"].append(-effort)
            solutions["value"].append(0.0)
    given = {name: tables[name] for name in (*empty, "efforts") if name in tables and next(iter(tables[name].values()))}
    return RoadmapProblem(solutions, overlap=tables["overlap"], **given)


def costly_pairs(problem: RoadmapProblem) -> list[tuple[str, str, str]]:
    """What each pair takes beyond the two, as the solution that stands for it, and the pair."""
    extras = {str(s) for s in problem.solutions if str(s).startswith(EXTRA)} & set(map(str, problem.customers))
    if not extras:
        return []
    asked: dict[str, list[str]] = {extra: [] for extra in extras}
    requests = problem.tables()["requests"].to_dict()
    for customer, solution in zip(requests["customer_id"], requests["solution_id"], strict=True):
        if customer in asked and solution != customer:
            asked[customer].append(solution)
    return [(extra, pair[0], pair[1]) for extra, pair in sorted(asked.items()) if len(pair) == 2]


def own_solutions(problem: RoadmapProblem) -> list[Any]:
    """The solutions but for those that stand for the effort of pairs."""
    helpers = {extra for extra, _, _ in costly_pairs(problem)}
    if any(str(s).startswith(SHARED) for s in problem.solutions):
        table = problem.tables()["dependencies"].to_dict()
        needing: dict[str, list[str]] = {}
        for one, on, kind in zip(*(table.get(n, []) for n in ("solution_id", "on", "kind")), strict=True):
            if kind == "requires" and on.startswith(SHARED):
                needing.setdefault(on, []).append(one)
        for shared, pair in needing.items():
            if len(pair) == 2 and shared.startswith(tuple(f"{SHARED}{a} + {b} (" for a, b in (pair, pair[::-1]))):
                helpers.add(shared)
    return [s for s in problem.solutions if str(s) not in helpers]


def own_customers(problem: RoadmapProblem) -> list[Any]:
    """The customers but for those that stand for what pairs are worth or take together."""
    helpers = {extra for extra, _, _ in costly_pairs(problem)}
    pairs: dict[str, list[str]] = {str(c): [] for c in problem.customers if str(c).startswith(TOGETHER)}
    if pairs:
        requests = problem.tables()["requests"].to_dict()
        for customer, solution in zip(requests["customer_id"], requests["solution_id"], strict=True):
            if customer in pairs:
                pairs[customer].append(solution)
    for customer, pair in pairs.items():
        if len(pair) == 2 and customer.startswith(tuple(f"{TOGETHER}{a} + {b} (" for a, b in (pair, pair[::-1]))):
            helpers.add(customer)
    return [c for c in problem.customers if str(c) not in helpers]


def taken_values(problem: RoadmapProblem) -> dict[str, float]:
    """By solution what `with_synergies` took from its value, to give it back once a pair in another way."""
    tables = problem.tables()
    needs = tables["needs"].to_dict()
    worth = {
        need: value
        for need, value in zip(needs.get("need_id", []), needs.get("value", []), strict=True)
        if need.startswith((ONCE, EXTRA))
    }
    if not worth:
        return {}
    members: dict[str, list[str]] = {need: [] for need in worth}
    covers = tables["covers"].to_dict()
    for solution, need in zip(covers["solution_id"], covers["need_id"], strict=True):
        if need in members:
            members[need].append(solution)
    extras = {extra for extra, _, _ in costly_pairs(problem)}
    taken: dict[str, float] = {}
    for need, pair in members.items():
        named = [f"{ONCE}{a} + {b} (" for a, b in (pair, pair[::-1])] if len(pair) == 2 else []
        if need in extras or need.startswith(tuple(named)):
            for solution in pair:
                taken[solution] = taken.get(solution, 0.0) + worth[need]
    return taken


def as_given(problem: RoadmapProblem, table: Table) -> Table:
    """A table of solutions with their values as they were before `with_synergies`."""
    pairs, taken = costly_pairs(problem), taken_values(problem)
    if not pairs and not taken:
        return table
    columns = table.to_dict()
    ids = list(map(str, columns["solution_id"]))
    columns["value"] = [v + taken.get(s, 0.0) for s, v in zip(ids, columns["value"], strict=True)]
    if "adds" in columns:
        adds = dict(zip(ids, columns["adds"], strict=True))
        for extra, one, other in pairs:
            if adds[extra] is not None:
                # Without it, one of the two goes.
                adds[extra] = min((adds[s] for s in (one, other) if adds[s] is not None), default=0.0)
        columns["adds"] = list(adds.values())
    return Table(columns)


def unpaid(problem: RoadmapProblem, chosen: Sequence[Any]) -> str | None:
    """A pair of which a selection holds both without the effort that it takes beyond the two.

    A search does not choose that; it is left with it where both have to be in and the effort does not fit.
    """
    inside = set(map(str, chosen))
    return next(
        (
            extra.removeprefix(EXTRA)
            for extra, one, other in costly_pairs(problem)
            if one in inside and other in inside and extra not in inside
        ),
        None,
    )


def refuse_unpaid(problem: RoadmapProblem, chosen: Sequence[Any]) -> None:
    """Raise Infeasible where there is such a pair."""
    if pair := unpaid(problem, chosen):
        raise Infeasible(
            f"the effort that a pair takes beyond the two does not fit: {pair}", Place(column="include", value=pair)
        )


def _save(
    tables: dict[str, Any], rows: dict[str, Any], row: int, pair: tuple[str, ...], effort: float
) -> dict[str, Any]:
    """Take what a pair saves from its efforts of a resource; the effort of what they share."""
    if "efforts" not in tables:
        return {}
    efforts = tables["efforts"]
    resource = str(rows["resource"][row]) if "resource" in rows and rows["resource"][row] is not None else ""
    if resource not in efforts["resource"]:
        raise InvalidInput(
            "an effort of a pair needs the name of a resource", Place("synergies", "resource", row, resource)
        )
    for k, (s, name) in enumerate(zip(efforts["solution_id"], efforts["resource"], strict=True)):
        if s in pair and name == resource:
            efforts["amount"][k] += effort
            if efforts["amount"][k] < 0:
                raise InvalidInput("a solution saves more than its effort", Place("synergies", "effort", row, s))
    return {"solution_id": "", "resource": resource, "amount": -effort}
