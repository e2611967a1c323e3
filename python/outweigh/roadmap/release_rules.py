"""What a plan over several releases has to keep to, read from the arguments of `plan_releases`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from ..core.arguments import elements_of, one_id
from ..core.errors import Infeasible, InvalidInput, MissingInput, Place, TypeMismatch
from ..core.numbers import number_of, short
from ..core.table import Table, TableLike, read_table
from .plan import RoadmapProblem

__all__ = ["number_within", "read_capacities", "read_rules"]


def number_within(value: Any, name: str, least: float = 0.0, most: float = math.inf) -> float:
    """A number between two others; the greatest may be infinite."""
    number = number_of(value, name)
    if not least <= number <= most:
        within = f"be at least {least:g}" if math.isinf(most) else f"lie between {least:g} and {most:g}"
        raise InvalidInput(f"{name} must {within}", Place(column=name, value=short(value)))
    return number


def _finite(value: Any, name: str, least: float = -math.inf) -> float:
    number = number_of(value, name)
    if not (number >= least and math.isfinite(number)):
        above = "" if math.isinf(least) else f" and at least {least:g}"
        raise InvalidInput(f"{name} must be finite{above}", Place(column=name, value=short(value)))
    return number


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


def read_capacities(given: Any) -> dict[str, list[float]]:
    """By resource a capacity for each release."""
    if isinstance(given, Mapping) and "resource" not in given:
        found = {
            str(r): [number_within(c, "capacities") for c in elements_of(row, "capacities")] for r, row in given.items()
        }
        if len({len(row) for row in found.values()}) > 1:
            raise InvalidInput("each resource needs a capacity for each release", Place("capacities", "resource"))
    elif isinstance(given, list | tuple) or len(getattr(given, "shape", ())) == 1:
        found = {"effort": [number_within(c, "capacities") for c in elements_of(given, "capacities")]}
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


def _lane(lane: Any, resource: str, capacity: Mapping[str, Any]) -> float:
    if isinstance(lane, Mapping):
        by_name = {str(name): width for name, width in lane.items()}
        for name in by_name:
            if name not in capacity:
                raise InvalidInput("a lane is of a resource without capacity", Place(column="lane", value=name))
        return number_within(by_name.get(resource, 0.0), "lane")
    return number_within(lane, "lane")


def read_rules(
    problem: RoadmapProblem,
    tables: Mapping[str, Any],
    capacity: dict[str, list[float]],
    *,
    efforts: Any,
    deadlines: Any,
    fixed: Any,
    commitments: Any,
    groups: Any,
    shares: Any,
    segments: Any,
    floors: Any,
    lane: Any,
) -> dict[str, Any]:
    """All rules by the text of ids; each argument is as `plan_releases` says."""
    known = set(map(str, problem.solutions))
    customers = set(map(str, problem.customers))
    horizon = len(next(iter(capacity.values())))

    def solution(given: Any, option: str) -> str:
        key = one_id(given, option)
        if key not in known:
            raise InvalidInput("an id is unknown", Place(table="solutions", column=option, value=key))
        return key

    def release(given: Any, option: str) -> int:
        if isinstance(given, bool) or not hasattr(given, "__index__") or getattr(given, "shape", ()) != ():
            raise TypeMismatch("a release must be a whole number, from 1", Place(column=option, value=short(given)))
        if not 1 <= int(given) <= horizon:
            raise InvalidInput(f"a release must lie between 1 and {horizon}", Place(column=option, value=short(given)))
        return int(given)

    def by_release(given: Any, option: str) -> dict[str, int]:
        return {solution(s, option): release(t, option) for s, t in _mapping(given, option).items()}

    free: dict[str, list[float]] = {}
    for resource, row in capacity.items():
        width = _lane(lane, resource, capacity)
        if width > min(row) or math.isinf(width):
            raise Infeasible("the lane is wider than a capacity", Place(column="lane", value=resource))
        free[resource] = [c - width for c in row]
    rules: dict[str, Any] = {
        "capacity": free,
        "amounts": _amounts(problem, tables, capacity, efforts, solution),
        "deadlines": by_release(deadlines, "deadlines"),
        "fixed": by_release(fixed, "fixed"),
        "commitments": by_release(commitments, "commitments"),
        "groups": {
            str(group): list(dict.fromkeys(solution(s, "groups") for s in elements_of(members, "groups")))
            for group, members in _mapping(groups, "groups").items()
        },
        "shares": {},
        "segments": {},
        "floors": {},
    }
    for name, bounds in _mapping(shares, "shares").items():
        group = str(name)
        if group not in rules["groups"]:
            raise InvalidInput("a share is of a group that is not there", Place(column="shares", value=group))
        pair = [number_within(b, "shares", 0.0, 1.0) for b in elements_of(bounds, "shares")]
        if len(pair) != 2:
            raise InvalidInput("a share has a least and a most", Place(column="shares", value=group))
        if pair[0] > pair[1]:
            raise InvalidInput("the least share is above the most", Place(column="shares", value=group))
        rules["shares"][group] = (pair[0], pair[1])
    for name, worths in _mapping(segments, "segments").items():
        segment = str(name)
        rules["segments"][segment] = {}
        for given, worth in _mapping(worths, "segments").items():
            key = one_id(given, "segments")
            if key not in known and key not in customers:
                raise InvalidInput("an id is unknown", Place(table="segments", column=segment, value=key))
            rules["segments"][segment][key] = _finite(worth, "segments")
    for name, floor in _mapping(floors, "floors").items():
        segment = str(name)
        if segment not in rules["segments"]:
            raise InvalidInput("a floor is of a segment that is not there", Place(column="floors", value=segment))
        rules["floors"][segment] = _finite(floor, "floors", 0.0)
    return rules


def _amounts(
    problem: RoadmapProblem, tables: Mapping[str, Any], capacity: Mapping[str, Any], efforts: Any, solution: Any
) -> dict[str, dict[str, float]]:
    """By solution what it takes of each resource."""
    amounts: dict[str, dict[str, float]] = {str(s): {} for s in problem.solutions}
    if efforts is None and (list(capacity) != ["effort"] or "effort" in problem.resource_efforts):
        efforts = tables.get("efforts")
    if efforts is None:
        if len(capacity) > 1:
            raise InvalidInput("several resources need the efforts of each", Place(column="efforts"))
        only = next(iter(capacity))
        return {s: {only: effort} for s, effort in zip(amounts, problem.efforts.tolist(), strict=True)}
    table = _columns(efforts, "efforts", "solution_id", "resource", "amount")
    for row, (s, r, a) in enumerate(zip(table["solution_id"], table["resource"], table["amount"], strict=True)):
        amount = _amount(a, "efforts", row)
        if math.isinf(amount):
            raise InvalidInput("an effort must be finite", Place("efforts", "amount", row, short(a)))
        if str(r) not in capacity:
            raise InvalidInput("a resource has no capacity", Place("efforts", "resource", row, str(r)))
        key = solution(s, "efforts")
        amounts[key][str(r)] = amounts[key].get(str(r), 0.0) + amount
    if not math.isfinite(sum(sum(of_resource.values()) for of_resource in amounts.values())):
        raise InvalidInput("the sum of the efforts is more than a number can hold", Place("efforts", "amount"))
    for s, of_resource in amounts.items():
        if not of_resource:
            raise InvalidInput("a solution has no effort", Place("efforts", "solution_id", value=s))
    return amounts
