"""Problems as MPS, written and read by HiGHS (the extra `milp`)."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import Any

from ..core.arguments import amount_of, checked
from ..core.errors import InvalidInput, Place
from .general_solver import CAPACITY, LinearModel, read_model, scale_of
from .plan import RoadmapProblem

__all__ = ["read_mps", "write_mps"]


@checked
def write_mps(problem: RoadmapProblem, path: str | os.PathLike[str], *, budget: float | Mapping[str, float]) -> None:
    """Write a problem under a budget, or one for each resource, as MPS, for any other solver.

    Columns are ``s0, s1, ...`` for the solutions and ``c0, c1, ...`` for the customers, in their order; needs that
    solutions cover add continuous columns. The optimum is that of `solve` less what customers pay who ask for nothing.

    Raises
    ------
    ImportError
        Without HiGHS; it names the extra.

    Examples
    --------
    >>> import outweigh as ow
    >>> problem = ow.RoadmapProblem({"solution_id": ["a", "b"], "effort": [3, 2], "value": [10, 7]})
    >>> ow.write_mps(problem, "problem.mps", budget=4)  # doctest: +SKIP
    """
    model = LinearModel()
    build_model(problem, model, budget)
    model.write(path)


def build_model(
    problem: RoadmapProblem, model: LinearModel, budget: float | Mapping[str, float], *, scaled: bool = False
) -> dict[str, int]:
    """Columns and rows of a problem, capacities in any unit if `scaled`; the column of each solution by its id as text."""
    tables: dict[str, Any] = {name: t if isinstance(t, str) else t.to_dict() for name, t in problem.tables().items()}
    solutions = tables["solutions"]
    at: dict[str, int] = {}
    for k, (solution, value) in enumerate(zip(solutions["solution_id"], solutions["value"], strict=True)):
        at[solution] = model.variable(f"s{k}", value)
    limits: list[tuple[str, list[float], float]] = []
    if isinstance(budget, Mapping):
        efforts = problem.resource_efforts
        for resource in budget:
            if str(resource) not in efforts:
                raise InvalidInput("a resource is unknown", Place("efforts", "resource", value=str(resource)))
        for resource, amounts in efforts.items():
            if resource not in budget:
                raise InvalidInput("a resource has no capacity", Place("capacities", "resource", value=resource))
            high = min(amount_of(budget[resource], "budget"), math.fsum(amounts))
            limits.append((f"capacity of {resource}", amounts.tolist(), high))
    else:
        limits.append(("capacity", solutions["effort"], min(amount_of(budget, "budget"), problem.total_effort)))
    for name, taken, high in limits:
        scale = scale_of(taken) if scaled else 1.0
        terms = {column: amount * scale for column, amount in zip(at.values(), taken, strict=True)}
        model.row(name, terms, high=high * scale)
    customers = tables["customers"]
    paying = {
        customer: model.variable(f"c{k}", value)
        for k, (customer, value) in enumerate(
            zip(customers.get("customer_id", []), customers.get("value", []), strict=True)
        )
    }
    asked = set()
    requests = tables["requests"]
    for customer, solution in zip(requests.get("customer_id", []), requests.get("solution_id", []), strict=True):
        asked.add(customer)
        model.row("request", {paying[customer]: 1.0, at[solution]: -1.0}, high=0.0)
    for customer, column in paying.items():
        if customer not in asked:
            model.worth[column] = 0.0
    needs = tables["needs"]
    worth = dict(zip(needs.get("need_id", []), needs.get("value", []), strict=True))
    parts: dict[str, list[tuple[str, float]]] = {need: [] for need in worth}
    covers = tables["covers"]
    for solution, need, share in zip(
        covers.get("solution_id", []), covers.get("need_id", []), covers.get("share", []), strict=True
    ):
        parts[need].append((solution, share))
    for k, (need, value) in enumerate(worth.items()):
        if tables["overlap"] == "sum_of_shares":
            met = model.variable(f"n{k}", value, whole=False)
            model.row("need", {met: 1.0, **{at[s]: -share for s, share in parts[need]}}, high=0.0)
            continue
        used = {}
        for i, (solution, share) in enumerate(parts[need]):
            part = model.variable(f"n{k}_{i}", value * share, whole=False)
            used[part] = 1.0
            model.row("need", {part: 1.0, at[solution]: -1.0}, high=0.0)
        model.row("need", used, high=1.0)
    dependencies = tables["dependencies"]
    for solution, on, kind in zip(
        dependencies.get("solution_id", []), dependencies.get("on", []), dependencies.get("kind", []), strict=True
    ):
        if kind == "requires":
            model.row(f"{solution} requires {on}", {at[solution]: 1.0, at[on]: -1.0}, high=0.0)
        elif kind == "excludes":
            model.row(f"{solution} excludes {on}", {at[solution]: 1.0, at[on]: 1.0}, high=1.0)
        else:
            model.row(f"{solution} together with {on}", {at[solution]: 1.0, at[on]: -1.0}, low=0.0, high=0.0)
    return at


@checked
def read_mps(path: str | os.PathLike[str]) -> tuple[RoadmapProblem, float | dict[str, float]]:
    """Read a problem and its budget from MPS.

    Columns must be binary. One row limits a sum of efforts that are not negative: the budget (infinite where no row does).
    Where several do, each is a resource by the name of the row, and the budget is one for each. Every other row says
    ``x - y <= 0`` (x requires y), ``x + y <= 1`` (they exclude each other, unless the row is called ``capacity`` or
    ``capacity_of_`` a resource) or ``x - y = 0`` (they stay together). Columns that no row charges an effort cost nothing; their worth is their coefficient of the objective.

    Raises
    ------
    InvalidInput
        For a column or row of another form; it names it.
    ImportError
        Without HiGHS; it names the extra.

    Examples
    --------
    >>> import outweigh as ow
    >>> problem, budget = ow.read_mps("problem.mps")  # doctest: +SKIP
    """
    model = read_model(path)
    for k, name in enumerate(model.names):
        if not model.whole[k] or model.low[k] != 0.0 or model.high[k] != 1.0:
            raise InvalidInput("a column is not binary", Place(table="mps", column=name))
    limits: list[tuple[str, dict[int, float], float]] = []
    pairs: list[tuple[int, int, str]] = []
    for rule, terms, low, high in model.rows:
        signs = sorted(terms.values())
        if not terms:
            continue
        is_capacity = rule == CAPACITY or rule.startswith(f"{CAPACITY}_of_")
        if is_capacity and signs[0] >= 0.0 and low <= 0.0:
            limits.append((rule.removeprefix(f"{CAPACITY}_of_"), terms, high))
        elif len(terms) == 2 and signs == [-1.0, 1.0] and ((low == 0.0) != (high == 0.0) or low == high == 0.0):
            plus = next(k for k, v in terms.items() if v == 1.0)
            minus = next(k for k, v in terms.items() if v == -1.0)
            if low == high == 0.0:
                pairs.append((plus, minus, "together"))
            elif high == 0.0 and low < -1.0:
                pairs.append((plus, minus, "requires"))
            elif low == 0.0 and high > 1.0:
                pairs.append((minus, plus, "requires"))
            else:
                raise InvalidInput("a row has bounds of a form that is not known", Place(table="mps", column=rule))
        elif len(terms) == 2 and signs == [1.0, 1.0] and high == 1.0 and low <= 0.0:
            one, other = terms
            pairs.append((one, other, "excludes"))
        elif all(v >= 0.0 for v in terms.values()) and low <= 0.0:
            limits.append((rule, terms, high))
        else:
            raise InvalidInput(
                "a row is neither a budget nor of the form x - y <= 0, x + y <= 1 or x - y = 0",
                Place(table="mps", column=rule),
            )
    several = len(limits) > 1
    costs = {k: math.fsum(terms.get(k, 0.0) for _, terms, _ in limits) for k in range(len(model.names))}
    cells = [(name, rule, terms.get(k, 0.0)) for rule, terms, _ in limits for k, name in enumerate(model.names)]
    problem = RoadmapProblem(
        {
            "solution_id": list(model.names),
            "effort": [float(costs.get(k, 0.0)) for k in range(len(model.names))],
            "value": [float(v) for v in model.worth],
        },
        efforts=dict(zip(("solution_id", "resource", "amount"), map(list, zip(*cells, strict=True)), strict=True))
        if several
        else None,
        dependencies={
            "solution_id": [model.names[a] for a, _, _ in pairs],
            "on": [model.names[b] for _, b, _ in pairs],
            "kind": [kind for _, _, kind in pairs],
        }
        if pairs
        else None,
    )
    if several:
        return problem, {rule: high for rule, _, high in limits}
    return problem, limits[0][2] if limits else math.inf
