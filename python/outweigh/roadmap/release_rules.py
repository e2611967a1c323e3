"""What a plan over several releases has to keep to, from the arguments of `plan_releases` to positions and numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from ..core.arguments import elements_of, one_id
from ..core.errors import InvalidInput, MissingInput, Place, TypeMismatch
from ..core.numbers import number_of, short
from ..core.table import Table, TableLike, read_table
from .plan import RoadmapProblem
from .synergies import costly_pairs

__all__ = ["read_rules"]


def _amount(given: Any, table: str, row: int) -> float:
    """A number of at least 0 from a table, for which `Place` has the row."""
    try:
        number = math.nan if given is None else number_of(given, "amount")
    except TypeMismatch as error:
        raise TypeMismatch(error.message, Place(table, "amount", row, short(given))) from None
    if not number >= 0.0:
        raise InvalidInput("an amount must be a number of at least 0", Place(table, "amount", row, short(given)))
    return number


def _mapping(given: Any, name: str) -> Mapping[Any, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise TypeMismatch(f"{name} must be a mapping", Place(column=name, value=short(given)))
    return given


def _columns(data: TableLike, table: str, *names: str) -> dict[str, list[Any]]:
    columns = Table._wrap(read_table(data, table)[0]).to_dict()
    for name in names:
        if name not in columns:
            raise MissingInput("a column is missing", Place(table, name))
        for row, cell in enumerate(columns[name]):
            if cell is None and name != "amount":
                raise InvalidInput("a value is missing", Place(table, name, row))
    return columns


def _in_order(period: Any) -> Any:
    """What periods are sorted by: numbers within a text by their size, so that sprint 10 comes after sprint 9."""
    if not isinstance(period, str):
        return period
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d+)", period)]


def _capacities(given: Any) -> dict[str, list[float]]:
    """By resource a capacity for each release."""
    if isinstance(given, Mapping) and "resource" not in given:
        found = {
            str(r): [number_of(c, "capacities") for c in elements_of(row, "capacities")] for r, row in given.items()
        }
        if len({len(row) for row in found.values()}) > 1:
            raise InvalidInput("each resource needs a capacity for each release", Place("capacities", "resource"))
    elif isinstance(given, list | tuple) or len(getattr(given, "shape", ())) == 1:
        found = {"effort": [number_of(c, "capacities") for c in elements_of(given, "capacities")]}
    else:
        table = _columns(given, "capacities", "resource", "period", "amount")
        periods = sorted(set(table["period"]), key=_in_order)
        found = {str(r): [0.0] * len(periods) for r in table["resource"]}
        cells = zip(table["resource"], table["period"], table["amount"], strict=True)
        for row, (resource, period, amount) in enumerate(cells):
            found[str(resource)][periods.index(period)] += _amount(amount, "capacities", row)
    if not any(found.values()):
        raise InvalidInput("a plan needs at least one release", Place(column="capacities"))
    return found


def _lanes(lane: Any, capacities: Mapping[str, Any]) -> dict[str, float]:
    if not isinstance(lane, Mapping):
        return dict.fromkeys(capacities, number_of(lane, "lane"))
    by_name = {str(name): number_of(width, "lane") for name, width in lane.items()}
    for name in by_name:
        if name not in capacities:
            raise InvalidInput("a lane is of a resource without capacity", Place(column="lane", value=name))
    return {name: by_name.get(name, 0.0) for name in capacities}


def read_rules(
    problem: RoadmapProblem,
    *,
    capacities: Any,
    efforts: Any,
    delay: Any,
    deadlines: Any,
    fixed: Any,
    commitments: Any,
    groups: Any,
    shares: Any,
    segments: Any,
    floors: Any,
    lane: Any,
) -> dict[str, Any]:
    """All rules, solutions and customers by their positions; each argument is as `plan_releases` says."""
    solutions = {str(s): k for k, s in enumerate(problem.solutions)}
    customers = {str(c): k for k, c in enumerate(problem.customers)}
    capacity = _capacities(capacities)
    horizon = len(next(iter(capacity.values())))

    def solution(given: Any, option: str) -> int:
        key = one_id(given, option)
        if key not in solutions:
            raise InvalidInput("an id is unknown", Place(table="solutions", column=option, value=key))
        return solutions[key]

    def release(given: Any, option: str) -> int:
        if isinstance(given, bool) or not hasattr(given, "__index__") or getattr(given, "shape", ()) != ():
            raise TypeMismatch("a release must be a whole number, from 1", Place(column=option, value=short(given)))
        if not 1 <= int(given) <= horizon:
            raise InvalidInput(f"a release must lie between 1 and {horizon}", Place(column=option, value=short(given)))
        return int(given)

    def by_release(given: Any, option: str) -> list[tuple[int, int]]:
        return [(solution(s, option), release(t, option)) for s, t in _mapping(given, option).items()]

    members = {
        str(group): list(dict.fromkeys(solution(s, "groups") for s in elements_of(given, "groups")))
        for group, given in _mapping(groups, "groups").items()
    }
    bounds: dict[str, list[float]] = {}
    for name, given in _mapping(shares, "shares").items():
        group = str(name)
        if group not in members:
            raise InvalidInput("a share is of a group that is not there", Place(column="shares", value=group))
        bounds[group] = [number_of(b, "shares") for b in elements_of(given, "shares")]
        if len(bounds[group]) != 2:
            raise InvalidInput("a share has a least and a most", Place(column="shares", value=group))
    worth: dict[str, tuple[list[tuple[int, float]], list[tuple[int, float]]]] = {}
    for name, worths in _mapping(segments, "segments").items():
        of_solutions, of_customers = worth.setdefault(str(name), ([], []))
        for given, value in _mapping(worths, "segments").items():
            key = one_id(given, "segments")
            if key not in solutions and key not in customers:
                raise InvalidInput("an id is unknown", Place(table="segments", column=str(name), value=key))
            number = number_of(value, "segments")
            if key in solutions:
                of_solutions.append((solutions[key], number))
            else:
                of_customers.append((customers[key], number))
    least = {str(name): number_of(floor, "floors") for name, floor in _mapping(floors, "floors").items()}
    for segment in least:
        if segment not in worth:
            raise InvalidInput("a floor is of a segment that is not there", Place(column="floors", value=segment))
    amounts = _amounts(problem, capacity, efforts, solution)
    lanes = _lanes(lane, capacity)
    return {
        "resources": [(name, row, lanes[name], amounts.get(name, [])) for name, row in capacity.items()],
        "delay": number_of(delay, "delay"),
        "deadlines": by_release(deadlines, "deadlines"),
        "fixed": by_release(fixed, "fixed"),
        "commitments": by_release(commitments, "commitments"),
        "groups": [(group, members[group], *pair) for group, pair in bounds.items()],
        "segments": [(segment, *pair, least.get(segment)) for segment, pair in worth.items()],
        "extras": [tuple(solutions[s] for s in pair) for pair in costly_pairs(problem)],
    }


def _amounts(
    problem: RoadmapProblem, capacity: Mapping[str, Any], efforts: Any, solution: Any
) -> dict[str, list[float]]:
    """By resource what each solution takes of it."""
    own = problem.resource_efforts
    if efforts is None:
        if not own or (list(capacity) == ["effort"] and "effort" not in own):
            if len(capacity) > 1:
                raise InvalidInput("several resources need the efforts of each", Place(column="efforts"))
            return dict.fromkeys(capacity, problem.efforts.tolist())
        for name in own:
            if name not in capacity:
                raise InvalidInput("a resource has no capacity", Place("efforts", "resource", value=name))
        return {name: own[name].tolist() if name in own else [0.0] * len(problem) for name in capacity}
    table = _columns(efforts, "efforts", "solution_id", "resource", "amount")
    amounts = {name: [0.0] * len(problem) for name in capacity}
    known = set()
    for row, (s, r, a) in enumerate(zip(table["solution_id"], table["resource"], table["amount"], strict=True)):
        amount = _amount(a, "efforts", row)
        if math.isinf(amount):
            raise InvalidInput("an effort must be finite", Place("efforts", "amount", row, short(a)))
        if str(r) not in capacity:
            raise InvalidInput("a resource has no capacity", Place("efforts", "resource", row, str(r)))
        at = solution(s, "efforts")
        known.add(at)
        amounts[str(r)][at] += amount
    for at, s in enumerate(problem.solutions):
        if at not in known:
            raise InvalidInput("a solution has no effort", Place("efforts", "solution_id", value=str(s)))
    return amounts
