"""What is traded: plans compared, what each decision hangs on, plans of nearly equal value."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from .. import _core
from ..core.arguments import checked, elements_of, one_id
from ..core.errors import Infeasible, InvalidInput, Place
from ..core.numbers import number_of
from ..core.table import Table, count, format_number, id_column, listed, to_html
from .saved_plans import SavedPlan, record_of, selection_of

if TYPE_CHECKING:
    from .fronts import Front
    from .plan import Plan, RoadmapProblem, Selection

__all__ = [
    "Alternatives",
    "Comparison",
    "Sensitivity",
    "best_plans",
    "compare_plans",
]

Id: TypeAlias = str | int


class _Shown:
    """What the results here share: a sentence above a table."""

    def to_table(self) -> Table:
        raise NotImplementedError

    def _summary(self) -> str:
        raise NotImplementedError

    def __repr__(self) -> str:
        return "\n".join([f"outweigh.{type(self).__name__}: {self._summary()}", *repr(self.to_table()).split("\n")[1:]])

    def _repr_html_(self) -> str:
        return to_html(self.to_table(), title=type(self).__name__, summary=self._summary())


def _rules(plan: Plan | Selection) -> tuple[list[Any], list[Any]]:
    """What had to be in and what had to stay out of a plan."""
    selection = selection_of(plan)
    return selection.include, selection.exclude


# --- comparison -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class Comparison(_Shown):
    """How one plan differs from another.

    Attributes
    ----------
    added, dropped, kept
        Ids of solutions, in the order of the plans.
    moved
        Solutions in both, but in another release: id to (before, after).
    value_change, effort_change
        Of the second plan less the first.
    accounts
        ``account_id``, ``change``: by which accounts it is felt, in value, largest loss first. Empty where one of the plans
        does not know what it is worth to accounts.
    segments
        The same by segment.
    same_inputs
        Were both made from the same inputs? None where that is not known.
    """

    added: tuple[Any, ...]
    dropped: tuple[Any, ...]
    kept: tuple[Any, ...]
    moved: dict[Any, tuple[int, int]]
    value_change: float
    effort_change: float
    accounts: Table
    segments: Table
    same_inputs: bool | None = None

    def to_table(self) -> Table:
        """``solution_id`` and ``change``: added, dropped, moved or kept."""
        kept = [s for s in self.kept if s not in self.moved]
        groups = [("added", self.added), ("dropped", self.dropped), ("moved", tuple(self.moved)), ("kept", kept)]
        return Table(
            {
                "solution_id": id_column([s for _, ids in groups for s in ids]),
                "change": [name for name, ids in groups for _ in ids],
            }
        )

    def to_text(self) -> str:
        """The comparison in words."""
        lines = [self._summary() + "."]
        for name, ids in (("Added", self.added), ("Dropped", self.dropped)):
            if ids:
                lines.append(f"{name}: {listed(ids)}.")
        for solution, (before, after) in self.moved.items():
            lines.append(f"{solution} moves from release {before} to {after}.")
        for name, table, column in (("Segment", self.segments, "segment_id"), ("Account", self.accounts, "account_id")):
            rows = [row for row in table.rows() if abs(row["change"]) > 1e-12]
            for row in rows[:3]:
                if row["change"] < 0:
                    lines.append(f"{name} {row[column]} loses {format_number(-row['change'])}.")
            for row in rows[::-1][:3]:
                if row["change"] > 0:
                    lines.append(f"{name} {row[column]} wins {format_number(row['change'])}.")
        if self.same_inputs is False:
            lines.append("The plans were made from different inputs, so that values may not be comparable.")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.to_text()

    def _summary(self) -> str:
        return (
            f"{len(self.added)} added, {len(self.dropped)} dropped, {len(self.moved)} moved, value {self.value_change:+,.6g}, "
            f"effort {self.effort_change:+,.6g}"
        )


def _changes(first: SavedPlan, second: SavedPlan, part: str, column: str) -> Table:
    ids: dict[str, Any] = {}
    for key in (*getattr(first, part), *getattr(second, part)):
        ids[str(key)] = key if isinstance(key, int) else ids.get(key, key)
    before, after = ({str(key): worth for key, worth in getattr(plan, part).items()} for plan in (first, second))
    # A plan of something that is worth nothing to anybody does not say for whom it is.
    known = all(worth or not plan.solutions for plan, worth in ((first, before), (second, after)))
    keys = [key for key in {**before, **after} if before.get(key, 0.0) or after.get(key, 0.0)] if known else []
    changes = {key: after.get(key, 0.0) - before.get(key, 0.0) for key in keys}
    order = sorted(changes, key=lambda key: (changes[key], str(key)))
    return Table({column: id_column([ids[key] for key in order]), "change": [float(changes[key]) for key in order]})


def compare_plans(before: Any, after: Any) -> Comparison:
    """Compare two plans: added, dropped, moved, and by whom it is felt.

    Parameters
    ----------
    before, after
        Plans, selections, release plans or saved plans, such as the same problem at two capacities, with and without a
        customer, or this quarter's plan and the saved one of the last.

    Returns
    -------
    Comparison
        ``print(comparison)`` tells it in words.

    Raises
    ------
    TypeMismatch
        For what is neither a plan, a selection nor a saved plan.

    Examples
    --------
    >>> import outweigh as ow
    >>> problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 6]})
    >>> ow.compare_plans(ow.solve(problem, budget=4), ow.solve(problem, budget=3)).dropped
    ('b', 'c')
    """
    first, second = record_of(before), record_of(after)
    one, two = set(map(str, first.solutions)), set(map(str, second.solutions))
    moved: dict[Any, tuple[int, int]] = {}
    for solution in first.solutions:
        start, end = first.releases.get(str(solution)), second.releases.get(str(solution))
        if start is not None and end is not None and start != end:
            moved[solution] = (start, end)
    return Comparison(
        added=tuple(s for s in second.solutions if str(s) not in one),
        dropped=tuple(s for s in first.solutions if str(s) not in two),
        kept=tuple(s for s in first.solutions if str(s) in two),
        moved=moved,
        value_change=second.value - first.value,
        effort_change=second.effort - first.effort,
        accounts=_changes(first, second, "accounts", "account_id"),
        segments=_changes(first, second, "segments", "segment_id"),
        same_inputs=first.fingerprint == second.fingerprint,
    )


# --- sensitivity ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class Sensitivity(_Shown):
    """On what each decision of a plan hangs.

    Attributes
    ----------
    shadow_price
        Value of one more unit of capacity along the concave hull of value against cost, which no plan lies above. Solutions
        come whole, so that one more unit can win more, or nothing: see `capacity_gain`. Under several capacities the largest
        of their prices.
    capacity_gain, capacity_loss
        (amount, value): what that much more or less capacity exactly wins and loses, None where what has to be there no
        longer fits; under several capacities the steps of all together.
    capacities
        By resource: ``resource``, ``capacity``, ``cost``, ``shadow_price``, ``step``, ``gain`` and ``loss`` with the step more
        and less of it alone. One row, ``effort``, under one budget.
    solutions
        A table: ``solution_id``, ``chosen``, ``effort``, ``value_margin`` (how much of its own worth a chosen solution can
        lose, or another must gain, before the plan changes), ``effort_limit`` (a chosen one drops out above this effort,
        another enters at or below it; none under several capacities) and ``reason`` where there is no such number.
    proven
        Is the plan proved best, and was every search finished? Otherwise all these numbers may be others.
    """

    shadow_price: float
    capacity_gain: tuple[float, float]
    capacity_loss: tuple[float, float | None]
    solutions: Table
    capacities: Table
    proven: bool = True

    def to_table(self) -> Table:
        """The solutions."""
        return self.solutions

    def to_text(self) -> str:
        """The sensitivity in words."""
        lines = [self._summary() + "."]
        for row in self.solutions.rows():
            if row["effort_limit"] is None:
                lines.append(f"{row['solution_id']}: {row['reason'] or 'no effort changes the decision'}.")
            elif row["chosen"]:
                lines.append(f"{row['solution_id']} drops out above an effort of {format_number(row['effort_limit'])}.")
            else:
                lines.append(f"{row['solution_id']} enters at an effort of {format_number(row['effort_limit'])}.")
        if not self.proven:
            lines.append(
                "The plan is not proved best, or not every search was finished, so that the numbers may be others."
            )
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.to_text()

    def _summary(self) -> str:
        if len(self.capacities["resource"]) > 1:
            return "; ".join(
                f"one more unit of {row['resource']} is worth some {format_number(row['shadow_price'])}, "
                f"{format_number(row['step'])} more win {format_number(row['gain'])}"
                for row in self.capacities.rows()
            )
        more, gain = self.capacity_gain
        return (
            f"one more unit of capacity is worth some {format_number(self.shadow_price)}; "
            f"{format_number(more)} more win {format_number(gain)}"
        )


@checked
def sensitivity(
    plan: Plan | Selection,
    *,
    solutions: Sequence[Id] | None = None,
    capacity_step: float | None = None,
    time_limit: float = 1.0,
) -> Sensitivity:
    """See `Plan.sensitivity`."""
    from .fronts import supported_front
    from .plan import solve

    selection = selection_of(plan)
    problem = selection.problem
    include, exclude = _rules(plan)
    several = selection.capacities is not None
    if selection.capacities is None:
        limits, used = {"effort": selection.budget}, {"effort": selection.cost}
        all_of = {"effort": problem.total_effort}
    else:
        limits, used = selection.capacities, selection.costs or {}
        all_of = {r: math.fsum(problem.resource_efforts[r]) for r in limits}
    given = None if capacity_step is None else number_of(capacity_step, "capacity_step")
    if given is not None and not (given > 0 and math.isfinite(len(limits) * given)):
        raise InvalidInput(
            "the step of the capacity must be positive and finite",
            Place(column="capacity_step", value=str(capacity_step)),
        )
    steps = {r: max(1.0, float(round(0.05 * min(c, all_of[r])))) if given is None else given for r, c in limits.items()}
    effort = dict(zip(map(str, problem.solutions), problem.efforts.tolist(), strict=True))
    whole = all(float(e).is_integer() for e in effort.values())
    chosen = set(map(str, selection.solutions))
    given_ids = {str(s): s for s in problem.solutions}
    asked = [
        one_id(s, "solutions") for s in elements_of(problem.solutions if solutions is None else solutions, "solutions")
    ]
    for solution in asked:
        if solution not in effort:
            raise InvalidInput("an id is unknown", Place("solutions", "solution_id", value=solution))

    def best(changes: Mapping[str, float], **rules: Any) -> Selection | None:
        """The best with so much more of each capacity and under other rules; None where they cannot be met."""
        amounts = {r: c + changes.get(r, 0.0) for r, c in limits.items()}
        if min(amounts.values()) < 0:
            return None
        rules["include"] = [*include, *rules.get("include", ())]
        rules["exclude"] = [*exclude, *rules.get("exclude", ())]
        try:
            found = solve(problem, budget=amounts if several else amounts["effort"], time_limit=time_limit, **rules)
        except Infeasible:
            return None
        proofs.append(found.proven)
        return found

    here = selection.value
    proofs = [selection.proven]

    def moved(amounts: Mapping[str, float], sign: float) -> float | None:
        """What is won or lost when capacities move by these amounts; None where what has to be there does not fit."""
        other = best({r: sign * amount for r, amount in amounts.items()})
        return None if other is None else max(0.0, sign * (other.value - here))

    less = {r: min(step, limits[r]) for r, step in steps.items()}
    prices = selection.prices
    if prices is None:
        free, spent = _left_free(problem, set(map(str, include)), set(map(str, exclude)))
        front = supported_front(free, time_limit=time_limit)
        proofs.append(front.complete)
        prices = {"effort": _hull_price(front, limits["effort"], spent)}
    capacities = Table(
        {
            "resource": list(limits),
            "capacity": list(limits.values()),
            "cost": [used[r] for r in limits],
            "shadow_price": [prices[r] for r in limits],
            "step": [steps[r] for r in limits],
            "gain": [moved({r: steps[r]}, 1.0) for r in limits],
            "loss": [moved({r: less[r]}, -1.0) for r in limits],
        }
    )
    tolerance = 1e-9 * max(1.0, abs(here))
    columns: dict[str, list[Any]] = {
        name: [] for name in ("chosen", "effort", "value_margin", "effort_limit", "reason")
    }
    for solution in asked:
        inside = solution in chosen
        other = best({}, **{"exclude" if inside else "include": [solution]})
        limit: float | None = None
        reason = ""
        if other is None and inside:
            reason = "it has to be there"
        elif other is None:
            anyhow = best(dict.fromkeys(limits, math.inf), include=[solution])
            reason = "the rules keep it out" if anyhow is None else "it cannot be there at this capacity"
        aim = here if not inside else -math.inf if other is None else other.value

        def holds(changed: float, solution: str = solution, aim: float = aim) -> float | None:
            """The most that the solution may take in a plan that is as good as the one to beat where it takes so much."""
            found = best({"effort": effort[solution] - changed}, include=[solution])
            if found is None or found.value < aim - tolerance:
                return None
            most: float = limits["effort"] - (found.cost - effort[solution])
            return max(changed, most)

        if several:
            reason = reason or "it has an effort of several resources"
        elif inside and math.isinf(limits["effort"]):
            reason = reason or "it stays at any effort"
        elif inside and other is not None:
            limit = _last(holds, effort[solution], limits["effort"] + effort[solution], whole)
        elif not inside:
            if holds(0.0) is not None:
                limit = _last(holds, 0.0, effort[solution], whole)
                reason = ""
            elif not reason:
                reason = "it would not enter at no effort"
        columns["chosen"].append(inside)
        columns["effort"].append(effort[solution])
        columns["value_margin"].append(None if other is None else max(0.0, here - other.value))
        columns["effort_limit"].append(limit)
        columns["reason"].append(reason)
    return Sensitivity(
        shadow_price=max(prices.values(), default=0.0),
        capacity_gain=(
            math.fsum(steps.values()),
            (moved(steps, 1.0) or 0.0) if several else float(capacities["gain"][0]),
        ),
        capacity_loss=(math.fsum(less.values()), moved(less, -1.0) if several else capacities["loss"][0]),
        solutions=Table({"solution_id": id_column([given_ids[s] for s in asked]), **columns}),
        capacities=capacities,
        proven=all(proofs),
    )


def _left_free(problem: RoadmapProblem, include: set[str], exclude: set[str]) -> tuple[RoadmapProblem, float]:
    """What can still be chosen, and what is spent: what has to be there costs nothing, what must not be is left out."""
    from .plan import RoadmapProblem

    if not include and not exclude:
        return problem, 0.0
    tables: dict[str, Any] = {n: t if isinstance(t, str) else t.to_dict() for n, t in problem.tables().items()}
    inside, outside = set(include), set(exclude)
    table = tables["dependencies"]
    rows = list(zip(*(table.get(name, []) for name in ("solution_id", "on", "kind")), strict=True))
    before = -1
    while len(inside) + len(outside) != before:
        before = len(inside) + len(outside)
        for one, on, kind in rows:
            if kind == "excludes":
                outside |= {on} if one in inside else {one} if on in inside else set()
                continue
            for a, b in ((one, on), (on, one)) if kind == "together" else ((one, on),):
                inside |= {b} if a in inside else set()
                outside |= {a} if b in outside else set()
    solutions = tables["solutions"]
    spent = math.fsum(e for s, e in zip(solutions["solution_id"], solutions["effort"], strict=True) if s in inside)
    for k, solution in enumerate(solutions["solution_id"]):
        if solution in inside:
            solutions["effort"][k] = solutions["value"][k] = 0.0
    requests = zip(*(tables["requests"].get(name, []) for name in ("customer_id", "solution_id")), strict=True)
    unserved = {customer for customer, solution in requests if solution in outside}

    def without(name: str, column: str, gone: set[str]) -> None:
        kept = [k for k, key in enumerate(tables[name].get(column, [])) if key not in gone]
        tables[name] = {c: [cells[k] for k in kept] for c, cells in tables[name].items()}

    for name, column, gone in (
        ("solutions", "solution_id", outside),
        ("customers", "customer_id", unserved),
        ("requests", "customer_id", unserved),
        ("covers", "solution_id", outside),
        ("dependencies", "solution_id", outside),
        ("dependencies", "on", outside),
    ):
        without(name, column, gone)
    parts = ("customers", "requests", "needs", "covers", "dependencies")
    given = {name: tables[name] for name in parts if any(tables[name].values())}
    return RoadmapProblem(tables["solutions"], overlap=tables["overlap"], **given), spent


def _hull_price(front: Front, budget: float, spent: float) -> float:
    """The slope of the concave hull of value against cost at a budget of which some is spent."""
    points = front.to_table().to_dict()
    for k in range(1, len(points["cost"])):
        if spent + points["cost"][k] > budget * (1.0 + 1e-12):
            slope: float = (points["value"][k] - points["value"][k - 1]) / (points["cost"][k] - points["cost"][k - 1])
            return slope
    return 0.0


def _last(holds: Callable[[float], float | None], low: float, high: float, whole: bool) -> float:
    """The largest number, up to `high`, that `holds`: it does at `low`, and never again beyond one that does not.

    It is exact but for what turns within a millionth of it, as `holds` says up to where what it found does.
    """
    low = holds(low) or low
    for _ in range(60):
        if low >= high:
            return high
        # any nearer, and a search could not tell what just fits from what just does not
        further = low + (1.0 if whole else 1e-6 * high)
        beyond = holds(min(further, high))
        if beyond is None:
            break
        low = beyond
        middle = (low + high) / 2
        if low < middle < high:
            found = holds(middle)
            low, high = (found, high) if found is not None else (low, middle)
    return low


# --- plans of nearly equal value ------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class Alternatives(_Shown):
    """The best plans, best first, and what they share.

    Attributes
    ----------
    plans
        Selections with their values, best first.
    shared
        Ids of the solutions that all of them hold.
    complete
        Was each search finished? Otherwise a better plan may be missing.
    """

    plans: tuple[Selection, ...]
    shared: tuple[Any, ...]
    complete: bool

    def to_table(self) -> Table:
        """``solution_id`` and ``share`` of the plans that hold it, from the most frequent."""
        often: dict[Any, int] = {}
        for plan in self.plans:
            for solution in plan.solutions:
                often[solution] = often.get(solution, 0) + 1
        order = sorted(often, key=lambda s: (-often[s], str(s)))
        return Table({"solution_id": id_column(order), "share": [often[s] / len(self.plans) for s in order]})

    def _summary(self) -> str:
        values = [plan.value for plan in self.plans]
        return (
            f"{count(len(values), 'plan')} worth {format_number(values[-1])} to {format_number(values[0])}; "
            f"{count(len(self.shared), 'solution')} in all of them"
        )


@checked
def best_plans(plan: Plan | Selection, k: int = 5, *, time_limit: float = 1.0) -> Alternatives:
    """The k best plans of a problem, and what all of them share.

    Plans are counted by what they hold of the solutions that were given, not of those that `with_synergies` adds. Those that
    differ from the plans known are divided by the first solution they differ in (Lawler 1972,
    doi:10.1287/mnsc.18.7.401), each part being solved by itself: k times as many searches as there are solutions, at most.

    Parameters
    ----------
    plan
        A plan or selection: its problem, budget, and what had to be in or out.
    k
        How many, at least 1. Fewer are returned where there are no more.
    time_limit
        Seconds of each search.

    Returns
    -------
    Alternatives
        The best first; ``complete`` where each is proved.

    Raises
    ------
    InvalidInput
        Unless `k` is a whole number of at least 1.

    Examples
    --------
    >>> import outweigh as ow
    >>> problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 6]})
    >>> [sorted(p.solutions) for p in ow.best_plans(ow.solve(problem, budget=5), 3).plans]
    [['a', 'b'], ['a', 'c'], ['b', 'c']]
    """
    from .plan import Selection
    from .synergies import own_solutions, unpaid

    k = operator.index(k)
    if k < 1:
        raise InvalidInput("k must be a whole number of at least 1", Place(column="k", value=repr(k)))
    selection = selection_of(plan)
    own = own_solutions(selection.problem)
    apart = own if len(own) < len(selection.problem) else None
    found = _core.best_plans(selection._core, k, time_limit=time_limit, apart=apart)
    plans = [Selection(core, selection._kind) for core in found["plans"]]
    plans = [plan for plan in plans if not unpaid(selection.problem, plan.solutions)]
    shared = [s for s in plans[0].solutions if all(s in set(p.solutions) for p in plans)] if plans else []
    return Alternatives(tuple(plans), tuple(shared), found["complete"])
