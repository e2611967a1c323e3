"""Plans over several releases: capacities by team and period, deadlines, floors and shares, promises."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn, TypeAlias

from ..core.arguments import checked
from ..core.errors import Infeasible, InvalidInput, MissingInput, Place
from ..core.table import Table, TableLike, count, format_number, id_column, to_html
from .general_solver import LinearModel, Outcome, scale_of, seconds_left
from .plan import Plan, RoadmapProblem, Selection
from .release_rules import number_within, read_capacities, read_rules
from .release_start import release_by_release
from .saved_plans import SavedPlan, fingerprint
from .synergies import costly_pairs, own_customers

__all__ = ["ReleasePlan", "plan_releases"]

MOST_TOLD = 20
"""Rules that an error names where there was no time to find a smallest set."""

Id: TypeAlias = str | int


@dataclass(frozen=True, repr=False)
class ReleasePlan:
    """What to build in which release.

    Attributes
    ----------
    releases
        Release of each chosen solution, from 1.
    value
        Value of the plan, later releases counting less where a delay does.
    bound, gap, proven
        As in `solve`; a gap of a millionth of the value, or of the least worth of any one thing, counts as proved.
    load
        ``resource``, ``release``, ``effort``, ``capacity`` (what is left of it after the lane).
    customers
        Release from which each customer that pays has all it asked for.
    segment_values
        What the plan is worth to each segment given.
    problem
        What was planned.
    rules
        What it had to keep to, for `check`; ids in it are text.
    """

    releases: dict[Any, int]
    value: float
    bound: float
    proven: bool
    load: Table
    customers: dict[Any, int]
    segment_values: dict[str, float]
    problem: RoadmapProblem
    rules: dict[str, Any]

    @property
    def gap(self) -> float:
        """`bound` less `value`."""
        return self.bound - self.value

    @property
    def solutions(self) -> list[Any]:
        """Ids of the chosen solutions, by release."""
        return sorted(self.releases, key=lambda s: (self.releases[s], str(s)))

    @property
    def effort(self) -> float:
        """Sum of the efforts of the chosen solutions over all resources."""
        return math.fsum(self.load["effort"])

    def check(self) -> list[str]:
        """All that is wrong with the plan, worked out without the solver; an empty list when nothing is."""
        return _faults(self)

    def to_table(self) -> Table:
        """``solution_id`` and ``release``."""
        order = self.solutions
        return Table({"solution_id": id_column(order), "release": [self.releases[s] for s in order]})

    def _saved(self) -> SavedPlan:
        values = dict(zip(self.problem.customers, self.problem.customer_values.tolist(), strict=True))
        return SavedPlan(
            solutions=tuple(self.solutions),
            value=self.value,
            effort=self.effort,
            capacity=math.fsum(self.load["capacity"]),
            bound=self.bound,
            proven=self.proven,
            fingerprint=_fingerprint(self.problem),
            accounts={
                c: values[c] * self.rules["delay"] ** (self.customers[c] - 1) if c in self.customers else 0.0
                for c in own_customers(self.problem)
            },
            segments=dict(self.segment_values),
            releases={str(s): r for s, r in self.releases.items()},
        )

    def _summary(self) -> str:
        last = max(self.releases.values(), default=0)
        how = "proved best" if self.proven else f"at most {format_number(self.bound)} is possible"
        return f"{count(len(self.releases), 'solution')} in {count(last, 'release')}, worth {format_number(self.value)}, {how}"

    def __repr__(self) -> str:
        return "\n".join(["outweigh.ReleasePlan: " + self._summary(), *repr(self.to_table()).split("\n")[1:]])

    def _repr_html_(self) -> str:
        return to_html(self.to_table(), title="ReleasePlan", summary=self._summary())


def _fingerprint(problem: RoadmapProblem) -> str:
    from .plan import solve

    return fingerprint(solve(problem, budget=0.0, time_limit=0.0))


@checked
def plan_releases(
    problem: RoadmapProblem | Plan | Selection,
    *,
    capacities: Any,
    efforts: TableLike | None = None,
    delay: float = 1.0,
    deadlines: Mapping[Id, int] | None = None,
    fixed: Mapping[Id, int] | None = None,
    commitments: Mapping[Id, int] | None = None,
    groups: Mapping[str, Sequence[Id]] | None = None,
    shares: Mapping[str, tuple[float, float]] | None = None,
    segments: Mapping[str, Mapping[Id, float]] | None = None,
    floors: Mapping[str, float] | None = None,
    max_min: bool = False,
    lane: float | Mapping[str, float] = 0.0,
    time_limit: float | None = None,
    tolerance: float = 0.0,
) -> ReleasePlan:
    """The best plan over several releases, by mixed integer programming (HiGHS, the extra `milp`).

    What a solution requires is there in the same release or before. Efforts of one solution fall into one release.

    Parameters
    ----------
    problem
        What to choose from; of a plan, its problem.
    capacities
        Capacity of each release: a list; or a list for each resource; or a table ``resource``, ``period``, ``amount``, whose
        periods are the releases in ascending order, numbers within a text by their size.
    efforts
        A table ``solution_id``, ``resource``, ``amount``. Without it the problem's own efforts of each resource; where it has
        none, or `capacities` is a list, the effort of a solution falls on the only resource.
    delay
        What value is multiplied by for each release that it comes later, 0..1.
    deadlines
        Release by which a solution comes, or else not at all.
    fixed
        Work in progress: the release a solution is in.
    commitments
        Promises: the release by which a solution must be there. Whether they can be kept, with what is fixed, is found
        out before anything is planned.
    groups, shares
        Solutions by outcome, theme or lighthouse account; and the least and the most share, 0..1, of all planned effort
        that each group may take.
    segments, floors
        What solutions or paying customers are worth to each segment (an id that both have is the solution's); and the least
        that each segment must get by the last release.
    max_min
        First make the worst-served segment as well off as possible, then maximise value.
    lane
        Capacity of each release kept free for showstoppers, for all or by resource.
    time_limit, tolerance
        Seconds of all searches together, and the best plan by then is returned; only where rules ask for something to be
        there, and no plan does so yet, one is looked for beyond. Relative gap that counts as proved.

    Raises
    ------
    Infeasible
        When the rules cannot hold together; it names a smallest set that cannot, or says that there was no time for that.
    ImportError
        Without HiGHS; it names the extra.

    Examples
    --------
    >>> import outweigh as ow
    >>> problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 6]})
    >>> ow.plan_releases(problem, capacities=[4, 3], delay=0.9).releases  # doctest: +SKIP
    {'a': 2, 'b': 1, 'c': 1}
    """
    if not isinstance(problem, RoadmapProblem):
        problem = (problem.selection if isinstance(problem, Plan) else problem).problem
    capacity = read_capacities(capacities)
    delay = number_within(delay, "delay", 0.0, 1.0)
    tables: dict[str, Any] = {n: t if isinstance(t, str) else t.to_dict() for n, t in problem.tables().items()}
    rules = read_rules(
        problem,
        tables,
        capacity,
        efforts=efforts,
        deadlines=deadlines,
        fixed=fixed,
        commitments=commitments,
        groups=groups,
        shares=shares,
        segments=segments,
        floors=floors,
        lane=lane,
    )
    if max_min and not rules["segments"]:
        raise MissingInput("the worst-served segment needs segments", Place(column="segments"))
    rules["delay"] = delay
    known = {str(s): s for s in problem.solutions}
    horizon = len(next(iter(capacity.values())))
    return _Builder(problem, tables, known, horizon, delay, rules).solve(max_min, time_limit, tolerance)


class _Builder:
    """The model: x[s, t] is 1 when s is in release t; worth counts from the release in which it is there."""

    def __init__(
        self,
        problem: RoadmapProblem,
        tables: dict[str, Any],
        known: dict[str, Any],
        horizon: int,
        delay: float,
        rules: dict[str, Any],
    ) -> None:
        self.problem, self.tables, self.known, self.horizon, self.rules = problem, tables, known, horizon, rules
        self.delay = delay
        self.until: float | None = None
        self.model = LinearModel()
        weights = [delay**t for t in range(horizon)]
        # what it is worth to be there by release t, beyond what it is worth to be there by the next
        self.steps = [weights[t] - (weights[t + 1] if t + 1 < horizon else 0.0) for t in range(horizon)]
        self.x = {s: [self.model.variable(f"x{k}_{t}") for t in range(horizon)] for k, s in enumerate(known)}
        self.tags: list[str] = []
        self.paying: dict[str, int] = {}
        worths = [v for name in ("solutions", "customers", "needs") for v in tables[name].get("value", [])]
        if not math.isfinite(sum(map(abs, worths))):
            raise InvalidInput("the sum of the values is more than a number can hold", Place("solutions", "value"))
        self.possible = self._possible()
        self._solutions()
        self._dependencies()
        self._customers()
        self._needs()
        self._rules()
        self.most = math.fsum(max(0.0, worth) for worth in self.model.worth)
        self.least = min((abs(v) for v in self.model.worth if v), default=0.0)
        partly = self.tables["overlap"] == "sum_of_shares" and bool(self.tables["needs"].get("need_id"))
        self.whole = not partly and all(float(v).is_integer() for v in self.model.worth)

    def tag(self, rule: str) -> str:
        if rule not in self.tags:
            self.tags.append(rule)
        return rule

    def done(self, s: str, t: int, factor: float = 1.0) -> dict[int, float]:
        return {self.x[s][u]: factor for u in range(t + 1)}

    def _possible(self) -> dict[str, list[bool]]:
        """Can a solution be in a release? The worth of what cannot would hide all that is worth a millionth of it."""
        horizon = range(self.horizon)
        possible = {
            s: [
                t < self.rules["deadlines"].get(s, self.horizon)
                and self.rules["fixed"].get(s, t + 1) == t + 1
                and all(effort <= _at_most(self.rules["capacity"][r][t]) for r, effort in taken.items())
                for t in horizon
            ]
            for s, taken in self.rules["amounts"].items()
        }
        table = self.tables["dependencies"]
        rows = list(zip(*(table.get(name, []) for name in ("solution_id", "on", "kind")), strict=True))
        changed = True
        while changed:
            changed = False
            for s, on, kind in rows:
                for t in horizon:
                    if kind == "requires" and possible[s][t] and not any(possible[on][: t + 1]):
                        possible[s][t], changed = False, True
                    if kind == "together" and possible[s][t] != possible[on][t]:
                        possible[s][t], possible[on][t], changed = False, False, True
        return possible

    def there(self, s: str, t: int) -> bool:
        """Can a solution be there by a release?"""
        return any(self.possible[s][: t + 1])

    def _solutions(self) -> None:
        values = self.tables["solutions"]["value"]
        for (s, columns), value in zip(self.x.items(), values, strict=True):
            self.model.row("once", dict.fromkeys(columns, 1.0), high=1.0)
            for t, column in enumerate(columns):
                self.model.worth[column] += value * math.fsum(self.steps[t:]) if self.possible[s][t] else 0.0
        for r, row in self.rules["capacity"].items():
            for t, amount in enumerate(row):
                rule = self.tag(_capacity_rule(r, t))
                taken = {s: self.rules["amounts"][s].get(r, 0.0) for s in self.x}
                # What is too large alone is said apart, so that the rest can be of like size: the solver allows 1e-6.
                for s in [s for s, effort in taken.items() if effort > _at_most(amount)]:
                    self.model.row(rule, {self.x[s][t]: 1.0}, high=0.0)
                    del taken[s]
                scale = scale_of(taken.values())
                if math.fsum(taken.values()) > _at_most(amount):
                    terms = {self.x[s][t]: effort * scale for s, effort in taken.items()}
                    self.model.row(rule, terms, high=_at_most(amount) * scale)

    def _dependencies(self) -> None:
        table = self.tables["dependencies"]
        names = ("solution_id", "on", "kind")
        for s, on, kind in zip(*(table.get(name, []) for name in names), strict=True):
            for t in range(self.horizon):
                if kind == "requires":
                    self.model.row(
                        self.tag(f"{s} requires {on}"), {**self.done(s, t), **self.done(on, t, -1.0)}, high=0.0
                    )
                elif kind == "together":
                    rule = self.tag(f"{s} together with {on}")
                    self.model.row(rule, {self.x[s][t]: 1.0, self.x[on][t]: -1.0}, low=0.0, high=0.0)
            if kind == "excludes":
                last = self.horizon - 1
                self.model.row(self.tag(f"{s} excludes {on}"), {**self.done(s, last), **self.done(on, last)}, high=1.0)
        for extra, one, other in costly_pairs(self.problem):
            for t in range(self.horizon):
                terms = {**self.done(one, t), **self.done(other, t), **self.done(extra, t, -1.0)}
                self.model.row(self.tag(f"{one} and {other} take {extra}"), terms, high=1.0)

    def _customers(self) -> None:
        asked: dict[str, list[str]] = {c: [] for c in self.tables["customers"].get("customer_id", [])}
        requests = self.tables["requests"]
        for c, s in zip(requests.get("customer_id", []), requests.get("solution_id", []), strict=True):
            asked[c].append(s)
        self.asked = asked
        values = self.tables["customers"].get("value", [])
        for k, ((c, wanted), value) in enumerate(zip(asked.items(), values, strict=True)):
            for t in range(self.horizon):
                worth = value * self.steps[t] if all(self.there(s, t) for s in wanted) else 0.0
                y = self.model.variable(f"y{k}_{t}", worth, whole=False)
                for s in wanted:
                    self.model.row("request", {y: 1.0, **self.done(s, t, -1.0)}, high=0.0)
                self.paying[c] = y

    def _needs(self) -> None:
        worth = dict(zip(*(self.tables["needs"].get(n, []) for n in ("need_id", "value")), strict=True))
        parts: dict[str, list[tuple[str, float]]] = {need: [] for need in worth}
        table = self.tables["covers"]
        for s, need, share in zip(*(table.get(n, []) for n in ("solution_id", "need_id", "share")), strict=True):
            parts[need].append((s, share))
        for k, (need, value) in enumerate(worth.items()):
            for t in range(self.horizon):
                if self.tables["overlap"] == "sum_of_shares":
                    reached = any(self.there(s, t) for s, _ in parts[need])
                    met = self.model.variable(f"n{k}_{t}", value * self.steps[t] if reached else 0.0, whole=False)
                    terms = {met: 1.0}
                    for s, share in parts[need]:
                        terms |= self.done(s, t, -share)
                    self.model.row("need", terms, high=0.0)
                    continue
                used = {}
                for i, (s, share) in enumerate(parts[need]):
                    worth_of_part = value * share * self.steps[t] if self.there(s, t) else 0.0
                    part = self.model.variable(f"n{k}_{t}_{i}", worth_of_part, whole=False)
                    used[part] = 1.0
                    self.model.row("need", {part: 1.0, **self.done(s, t, -1.0)}, high=0.0)
                self.model.row("need", used, high=1.0)

    def _rules(self) -> None:
        last = self.horizon - 1
        for s, t in self.rules["fixed"].items():
            self.model.row(self.tag(f"{s} is in progress in release {t}"), {self.x[s][t - 1]: 1.0}, low=1.0)
        for s, t in self.rules["commitments"].items():
            self.model.row(self.tag(f"{s} is promised by release {t}"), self.done(s, t - 1), low=1.0)
        self.promised = list(self.tags)
        for s, t in self.rules["deadlines"].items():
            terms = {self.x[s][u]: 1.0 for u in range(t, self.horizon)}
            self.model.row(self.tag(f"deadline of {s} in release {t}"), terms, high=0.0)
        total = {s: math.fsum(self.rules["amounts"][s].values()) for s in self.x}
        scale = scale_of(total.values())
        for group, (least, most) in self.rules["shares"].items():
            members = set(self.rules["groups"][group])
            for bound, sign in ((least, -1.0), (most, 1.0)):
                terms = {
                    column: sign * total[s] * scale * ((1.0 if s in members else 0.0) - bound)
                    for s, columns in self.x.items()
                    for column in columns
                }
                side = "at least" if sign < 0 else "at most"
                self.model.row(self.tag(f"{side} {bound:.0%} for {group}"), terms, high=0.0)
        self.worth: dict[str, dict[int, float]] = {}
        for segment, given in self.rules["segments"].items():
            terms = {}
            for key, value in given.items():
                if key in self.x:
                    terms |= self.done(key, last, value)
                    continue
                terms[self.paying[key]] = value
                if value < 0:
                    # What is above 0 only lets a customer pay, and the solver would rather it did not.
                    wanted = self.asked[key]
                    paid = {self.paying[key]: -1.0}
                    for s in wanted:
                        paid |= self.done(s, last)
                    self.model.row("request", paid, high=len(wanted) - 1.0)
            self.worth[segment] = terms
        for segment, floor in self.rules["floors"].items():
            scale = scale_of([floor, *self.worth[segment].values()])
            terms = {column: value * scale for column, value in self.worth[segment].items()}
            self.model.row(self.tag(f"segment {segment} gets at least {floor:g}"), terms, low=floor * scale)

    def _refuse(self, rules: list[str], without: frozenset[str] = frozenset()) -> NoReturn:
        rules, smallest = self.model.conflict(rules, without=without, until=self.until)
        fixed = [rule for rule in rules if " is in progress in " in rule]
        promised = [rule for rule in rules if " is promised by " in rule]
        what = (
            "what is promised is above the capacity"
            if (promised or fixed)
            and any(rule.startswith("capacity of ") for rule in rules)
            and all(r in promised + fixed or r.startswith("capacity of ") or " requires " in r for r in rules)
            else "the rules of the plan cannot hold together"
        )
        told = "; ".join(rules)
        if not smallest:
            more = f" and {len(rules) - MOST_TOLD} more" if len(rules) > MOST_TOLD else ""
            told = f"{'; '.join(rules[:MOST_TOLD])}{more} (there was no time to find a smallest set of them)"
        column = "commitments" if promised else "fixed" if fixed else "rules"
        raise Infeasible(f"{what}: {told}", Place(column=column, value=rules[0] if rules else ""))

    def solve(self, max_min: bool, time_limit: float | None, tolerance: float) -> ReleasePlan:
        tolerance = number_within(tolerance, "tolerance", 0.0, 1.0)
        if time_limit is not None:
            time_limit = number_within(time_limit, "time_limit")
            self.until = time.monotonic() + time_limit if math.isfinite(time_limit) else None
        later = frozenset(self.tags) - frozenset(self.promised)
        if self.rules["commitments"] or self.rules["fixed"]:
            limit = seconds_left(self.until)
            if self.model.solve(without=later, feasible_only=True, time_limit=limit).status == "infeasible":
                self._refuse(self.promised, later)
        known = self._first_plan()
        fair = True
        if max_min:
            kept = list(self.model.worth)
            self.model.worth = [0.0] * len(kept)
            least = self.model.variable("least", 1.0, whole=False, low=-math.inf, high=math.inf)
            size = scale_of(v for terms in self.worth.values() for v in terms.values())
            for terms in self.worth.values():
                self.model.row("least", {least: 1.0, **{k: -v * size for k, v in terms.items()}}, high=0.0)
            # half of the time at most, so that some is left for the value
            left = seconds_left(self.until)
            fairest = self._best(tolerance, until=None if left is None else time.monotonic() + left / 2)
            fair = fairest.status == "optimal"
            self.model.worth = [*kept, 0.0]
            known = max((v for v in (fairest.values, known) if v), key=self._worst_served, default=None)
            if known:
                self.model.low[least] = self._worst_served(known) * size - 1e-7
        found = self._best(tolerance, until=self.until)
        plans = [self._result(values, found.bound, tolerance) for values in (found.values, known) if values]
        if not plans:
            # what must be there, and nothing else
            values = self._best(0.0, feasible_only=True).values if self.model.names else []
            plans = [self._result(values, found.bound, tolerance)]
        plan = max(plans, key=lambda plan: plan.value)
        if faults := plan.check():  # of no solutions at all
            raise Infeasible("the rules of the plan cannot hold together: " + "; ".join(faults), Place(column="rules"))
        return plan if fair else replace(plan, proven=False)

    def _first_plan(self) -> list[float] | None:
        """Columns of a plan found without the solver, or of no solutions at all; None where both break a rule."""
        releases, bound = release_by_release(self.tables, self.rules, self.horizon, self.delay, self.until)
        self.most = min(self.most, bound)
        known = None
        for plan in ({}, releases):
            values = [0.0] * len(self.model.names)
            for s, t in (plan or {}).items():
                values[self.x[s][t - 1]] = 1.0
            if plan is not None and not self._result(values, math.inf, 0.0).check():
                known = values
        return known

    def _worst_served(self, values: list[float]) -> float:
        return min(self._result(values, math.inf, 0.0).segment_values.values())

    def _best(self, tolerance: float, *, until: float | None = None, feasible_only: bool = False) -> Outcome:
        found = self.model.solve_within(
            lambda found: self._forbid(self._result(found.values, found.bound, tolerance)),
            until,
            tolerance=tolerance,
            feasible_only=feasible_only,
        )
        if found.status == "infeasible":
            self._refuse(self.tags)
        return found

    def _forbid(self, plan: ReleasePlan) -> bool:
        """Keep the solver from a plan that breaks a rule. Does it?"""
        if not plan.check():
            return False
        at = {str(s): t - 1 for s, t in plan.releases.items()}
        full = [row for row in plan.load.rows() if row["effort"] > _at_most(row["capacity"])]
        for row in full:
            t = row["release"] - 1
            taking = [s for s in at if at[s] == t and self.rules["amounts"][s].get(row["resource"], 0.0) > 0.0]
            terms = dict.fromkeys((self.x[s][t] for s in taking), 1.0)
            self.model.row(_capacity_rule(row["resource"], t), terms, high=len(taking) - 1.0)
        if not full:
            terms = {
                column: 1.0 if at.get(s) == t else -1.0 for s, row in self.x.items() for t, column in enumerate(row)
            }
            self.model.row("once", terms, high=len(at) - 1.0)
        return True

    def _result(self, values: list[float], bound: float, tolerance: float) -> ReleasePlan:
        releases = {
            self.known[s]: t + 1
            for s, columns in self.x.items()
            for t, column in enumerate(columns)
            if values[column] > 0.5
        }
        value, customers = _value(self.problem, self.tables, releases, self.steps)
        bound = min(bound, self.most) if math.isfinite(bound) else self.most
        bound = max(float(math.floor(bound)) if self.whole else bound, value)
        load: dict[str, list[Any]] = {"resource": [], "release": [], "effort": [], "capacity": []}
        for r, row in self.rules["capacity"].items():
            for t, amount in enumerate(row):
                used = [self.rules["amounts"][str(s)].get(r, 0.0) for s, u in releases.items() if u == t + 1]
                for name, cell in zip(load, (r, t + 1, math.fsum(used), float(amount)), strict=True):
                    load[name].append(cell)
        there, paying = set(map(str, releases)), set(map(str, customers))
        return ReleasePlan(
            releases=releases,
            value=value,
            bound=bound,
            proven=bound - value <= max(tolerance * abs(value), 1e-6 * max(abs(value), self.least)),
            load=Table(load),
            customers=customers,
            segment_values={
                segment: math.fsum(v for key, v in given.items() if key in (there if key in self.x else paying))
                for segment, given in self.rules["segments"].items()
            },
            problem=self.problem,
            rules=self.rules,
        )


def _at_most(capacity: float) -> float:
    """A sum of efforts above this is above the capacity: below, it may be so by rounding alone."""
    return capacity * (1.0 + 1e-12)


def _capacity_rule(resource: str, t: int) -> str:
    return f"capacity of {resource} in release {t + 1}"


def _value(
    problem: RoadmapProblem, tables: dict[str, Any], releases: dict[Any, int], steps: Sequence[float]
) -> tuple[float, dict[Any, int]]:
    """Value of a plan by definition, and since when each customer has all."""
    by_text = {str(s): r for s, r in releases.items()}
    never = len(steps) + 1

    def worth(since: int) -> float:
        return math.fsum(steps[since - 1 :]) if since < never else 0.0

    solutions = tables["solutions"]
    total = [
        value * worth(by_text.get(s, never))
        for s, value in zip(solutions["solution_id"], solutions["value"], strict=True)
    ]
    since = dict.fromkeys(problem.customers, 1)
    names = {str(c): c for c in problem.customers}
    requests = tables["requests"]
    for c, s in zip(requests.get("customer_id", []), requests.get("solution_id", []), strict=True):
        since[names[c]] = max(since[names[c]], by_text.get(s, never))
    for c, value in zip(problem.customers, problem.customer_values.tolist(), strict=True):
        total.append(value * worth(since[c]))
    needs = dict(zip(*(tables["needs"].get(n, []) for n in ("need_id", "value")), strict=True))
    covers = tables["covers"]
    for t, step in enumerate(steps):
        met = dict.fromkeys(needs, 0.0)
        for s, need, share in zip(*(covers.get(n, []) for n in ("solution_id", "need_id", "share")), strict=True):
            if by_text.get(s, never) <= t + 1:
                met[need] = met[need] + share if tables["overlap"] == "sum_of_shares" else max(met[need], share)
        total += [step * needs[need] * min(1.0, part) for need, part in met.items()]
    return math.fsum(total), {c: r for c, r in since.items() if r < never}


def _faults(plan: ReleasePlan) -> list[str]:
    faults: list[str] = []
    at = {str(s): r for s, r in plan.releases.items()}
    tables: dict[str, Any] = {n: t if isinstance(t, str) else t.to_dict() for n, t in plan.problem.tables().items()}
    for row in plan.load.rows():
        if row["effort"] > _at_most(row["capacity"]):
            faults.append(f"{row['resource']} is above its capacity in release {row['release']}")
    table = tables["dependencies"]
    for s, on, kind in zip(*(table.get(n, []) for n in ("solution_id", "on", "kind")), strict=True):
        if kind == "requires" and s in at and at.get(on, math.inf) > at[s]:
            faults.append(f"{s} comes before {on}, which it requires")
        if kind == "excludes" and s in at and on in at:
            faults.append(f"{s} and {on} exclude each other")
        if kind == "together" and at.get(s) != at.get(on):
            faults.append(f"{s} is parted from {on}")
    for extra, one, other in costly_pairs(plan.problem):
        if max(at.get(one, math.inf), at.get(other, math.inf)) < at.get(extra, math.inf):
            faults.append(f"{one} and {other} are there before {extra}")
    faults += [f"{s} is not in its release" for s, t in plan.rules["fixed"].items() if at.get(s) != t]
    faults += [f"{s} is later than promised" for s, t in plan.rules["commitments"].items() if at.get(s, math.inf) > t]
    faults += [f"{s} misses its deadline" for s, t in plan.rules["deadlines"].items() if at.get(s, 0) > t]
    total = {s: math.fsum(plan.rules["amounts"][s].values()) for s in at}
    everything = math.fsum(total.values())
    for group, (least, most) in plan.rules["shares"].items():
        part = math.fsum(total[s] for s in plan.rules["groups"][group] if s in at)
        if not (least - 1e-9) * everything <= part <= (most + 1e-9) * everything:
            faults.append(f"the share of {group} is out of its bounds")
    for segment, floor in plan.rules["floors"].items():
        if plan.segment_values[segment] < floor * (1.0 - 1e-9):
            faults.append(f"segment {segment} is below its floor")
    return faults
