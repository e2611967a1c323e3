"""A first plan over several releases, and a bound, without the solver: release by release, each planned by `solve`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..core.errors import Infeasible
from .general_solver import seconds_left
from .plan import RoadmapProblem, Selection, solve

__all__ = ["release_by_release"]

WORK = 5_000_000
"""Steps of each search: some tenths of a second, and the same result on every machine."""


def release_by_release(
    tables: Mapping[str, Any], rules: Mapping[str, Any], horizon: int, delay: float, until: float | None
) -> tuple[dict[str, int] | None, float]:
    """Release of each chosen solution, filling one release after the other, and what no plan is worth more than.

    None where what has to be there does not fit so. Shares and floors are left to the caller.
    """
    amounts: Mapping[str, Mapping[str, float]] = rules["amounts"]
    capacity: Mapping[str, Sequence[float]] = rules["capacity"]
    cells = [(s, r, of_resource.get(r, 0.0)) for s, of_resource in amounts.items() for r in capacity]
    if not cells:
        return None, math.inf
    given = {
        name: tables[name] for name in ("customers", "requests", "needs", "covers", "dependencies") if tables[name]
    }
    problem = RoadmapProblem(
        tables["solutions"],
        efforts=dict(zip(("solution_id", "resource", "amount"), map(list, zip(*cells, strict=True)), strict=True)),
        overlap=tables["overlap"],
        **given,
    )

    def best(budget: Mapping[str, float], **options: Any) -> Selection:
        left = seconds_left(until)
        limit = None if left is None else left / (4 * (horizon + 1))
        return solve(problem, budget=budget, time_limit=limit, **{"work_limit": WORK, **options})

    bound = math.inf
    if delay == 1.0 or min(tables["solutions"]["value"]) >= 0.0:
        # all in the first release, if it had the capacity of all
        bound = best({r: math.fsum(row) for r, row in capacity.items()}).bound
    promises = {**rules["commitments"], **rules["fixed"]}
    waiting = sorted(promises, key=lambda s: promises[s])
    releases: dict[str, int] = {}
    for t in range(1, horizon + 1):
        used = {r: math.fsum(amounts[s].get(r, 0.0) for s in releases) for r in capacity}
        budget = {r: used[r] + row[t - 1] for r, row in capacity.items()}
        barred = [s for s, release in rules["fixed"].items() if release > t]
        barred += [s for s, release in rules["deadlines"].items() if release < t and s not in releases]
        inside = list(releases)
        for s in waiting:
            # promises as soon as they fit
            if s in releases or s in barred:
                continue
            try:
                best(budget, include=[*inside, s], exclude=barred, work_limit=1)
                inside.append(s)
            except Infeasible:
                if promises[s] <= t:
                    return None, bound
        try:
            found = best(budget, include=inside, exclude=barred, start=list(releases))
        except Infeasible:
            return None, bound
        releases |= {s: t for s in found.solutions if s not in releases}
    return releases, bound
