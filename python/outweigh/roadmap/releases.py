"""Plans over several releases: capacities by team and period, deadlines, floors and shares, promises."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..core.errors import Infeasible, InvalidInput, Place
from ..core.numbers import number_of
from ..core.table import Table, TableLike, count, format_number, read_table, to_html
from .general_solver import LinearModel
from .plan import Plan, RoadmapProblem, Selection
from .tradeoffs import SavedPlan, fingerprint

__all__ = ["ReleasePlan", "plan_releases"]

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
        As in `solve`.
    load
        ``resource``, ``release``, ``effort``, ``capacity`` (what is left of it after the lane).
    customers
        Release from which each customer that pays has all it asked for.
    segment_values
        What the plan is worth to each segment given.
    problem
        What was planned.
    rules
        What it had to keep to, for `check`.
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
        return Table({"solution_id": [str(s) for s in order], "release": [self.releases[s] for s in order]})

    def _saved(self) -> SavedPlan:
        return SavedPlan(
            solutions=tuple(self.solutions),
            value=self.value,
            effort=self.effort,
            capacity=math.fsum(self.load["capacity"]),
            bound=self.bound,
            proven=self.proven,
            fingerprint=_fingerprint(self.problem),
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


def _positive(value: Any, name: str, least: float = 0.0, most: float = math.inf) -> float:
    number = number_of(value, name)
    if not least <= number <= most:
        raise InvalidInput(f"{name} must lie between {least} and {most}", Place(column=name, value=str(value)))
    return number


def _capacities(capacities: Any) -> dict[str, list[float]]:
    if isinstance(capacities, Sequence) and not isinstance(capacities, str):
        return {"effort": [_positive(c, "capacities") for c in capacities]}
    if isinstance(capacities, Mapping) and "resource" not in capacities:
        found = {str(r): [_positive(c, "capacities") for c in row] for r, row in capacities.items()}
        if len({len(row) for row in found.values()}) > 1:
            raise InvalidInput("each resource needs a capacity for each release", Place("capacities", "resource"))
        return found
    table = Table._wrap(read_table(capacities, "capacities")[0]).to_dict()
    for name in ("resource", "period", "amount"):
        if name not in table:
            raise InvalidInput("a column is missing", Place("capacities", name))
    periods = sorted(set(table["period"]))
    found = {str(r): [0.0] * len(periods) for r in table["resource"]}
    for row, (resource, period, amount) in enumerate(
        zip(table["resource"], table["period"], table["amount"], strict=True)
    ):
        number = math.nan if amount is None else float(amount)
        if not number >= 0.0:
            raise InvalidInput(
                "a capacity must be a number of at least 0", Place("capacities", "amount", row, str(amount))
            )
        found[str(resource)][periods.index(period)] += number
    return found


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
        Capacity of each release: a list; or a list for each resource; or a table ``resource``, ``period``, ``amount``.
    efforts
        A table ``solution_id``, ``resource``, ``amount``. Without it the problem's own efforts of each resource, and where it
        has none the effort of a solution falls on the only resource.
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
        What solutions or paying customers are worth to each segment; and the least that each segment must get by the last
        release.
    max_min
        First make the worst-served segment as well off as possible, then maximise value.
    lane
        Capacity of each release kept free for showstoppers, for all or by resource.
    time_limit, tolerance
        Seconds; relative gap that counts as proved.

    Raises
    ------
    Infeasible
        When the rules cannot hold together; it names a smallest set that cannot.
    ImportError
        Without HiGHS; it names the extra.

    Examples
    --------
    >>> import outweigh as ow
    >>> problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 6]})
    >>> ow.plan_releases(problem, capacities=[4, 3], delay=0.9).releases  # doctest: +SKIP
    {'b': 1, 'c': 1, 'a': 2}
    """
    if not isinstance(problem, RoadmapProblem):
        problem = (problem.selection if isinstance(problem, Plan) else problem).problem
    capacity = _capacities(capacities)
    horizon = len(next(iter(capacity.values()), []))
    if horizon == 0:
        raise InvalidInput("a plan needs at least one release", Place(column="capacities"))
    delay = _positive(delay, "delay", 0.0, 1.0)
    known = {str(s): s for s in problem.solutions}
    tables: dict[str, Any] = {n: t if isinstance(t, str) else t.to_dict() for n, t in problem.tables().items()}

    def solution(given: Any, option: str) -> str:
        if str(given) not in known:
            raise InvalidInput("an id is unknown", Place(table="solutions", column=option, value=str(given)))
        return str(given)

    def release(given: Any, option: str) -> int:
        if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= horizon:
            raise InvalidInput(f"a release must lie between 1 and {horizon}", Place(column=option, value=str(given)))
        return given

    free = {r: [c - _lane(lane, r, capacity) for c in row] for r, row in capacity.items()}
    for resource, row in free.items():
        if min(row) < 0:
            raise Infeasible("the lane is wider than a capacity", Place(column="lane", value=resource))
    amounts: dict[str, dict[str, float]] = {s: {} for s in known}
    efforts = tables.get("efforts") if efforts is None else efforts
    if efforts is None:
        if len(capacity) > 1:
            raise InvalidInput("several resources need the efforts of each", Place(column="efforts"))
        only = next(iter(capacity))
        for s, effort in zip(known, problem.efforts.tolist(), strict=True):
            amounts[s][only] = effort
    else:
        table = Table._wrap(read_table(efforts, "efforts")[0]).to_dict()
        for row_number, (s, r, a) in enumerate(
            zip(table["solution_id"], table["resource"], table["amount"], strict=True)
        ):
            number = math.nan if a is None else float(a)
            if not (number >= 0.0 and math.isfinite(number)):
                raise InvalidInput(
                    "an effort must be finite and at least 0", Place("efforts", "amount", row_number, str(a))
                )
            if str(r) not in capacity:
                raise InvalidInput("a resource has no capacity", Place("efforts", "resource", row_number, str(r)))
            key = solution(s, "efforts")
            amounts[key][str(r)] = amounts[key].get(str(r), 0.0) + number
        for s in known:
            if not amounts[s]:
                raise InvalidInput("a solution has no effort", Place("efforts", "solution_id", value=s))
    rules: dict[str, Any] = {
        "capacity": free,
        "amounts": amounts,
        "deadlines": {solution(s, "deadlines"): release(t, "deadlines") for s, t in (deadlines or {}).items()},
        "fixed": {solution(s, "fixed"): release(t, "fixed") for s, t in (fixed or {}).items()},
        "commitments": {solution(s, "commitments"): release(t, "commitments") for s, t in (commitments or {}).items()},
        "groups": {g: [solution(s, "groups") for s in members] for g, members in (groups or {}).items()},
        "shares": {},
        "segments": segments or {},
        "floors": {},
    }
    for group, bounds in (shares or {}).items():
        if group not in rules["groups"]:
            raise InvalidInput("a share is of a group that is not there", Place(column="shares", value=str(group)))
        least, most = (_positive(b, "shares", 0.0, 1.0) for b in bounds)
        if least > most:
            raise InvalidInput("the least share is above the most", Place(column="shares", value=str(group)))
        rules["shares"][group] = (least, most)
    for segment, floor in (floors or {}).items():
        if segment not in rules["segments"]:
            raise InvalidInput("a floor is of a segment that is not there", Place(column="floors", value=str(segment)))
        rules["floors"][segment] = _positive(floor, "floors")
    return _Builder(problem, tables, known, horizon, delay, rules).solve(max_min, time_limit, tolerance)


def _lane(lane: float | Mapping[str, float], resource: str, capacity: Mapping[str, Any]) -> float:
    if isinstance(lane, Mapping):
        for name in lane:
            if str(name) not in capacity:
                raise InvalidInput("a lane is of a resource without capacity", Place(column="lane", value=str(name)))
        return _positive(lane.get(resource, 0.0), "lane")
    return _positive(lane, "lane")


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
        self.model = LinearModel()
        weights = [delay**t for t in range(horizon)]
        # what it is worth to be there by release t, beyond what it is worth to be there by the next
        self.steps = [weights[t] - (weights[t + 1] if t + 1 < horizon else 0.0) for t in range(horizon)]
        self.x = {s: [self.model.variable(f"x{k}_{t}") for t in range(horizon)] for k, s in enumerate(known)}
        self.tags: list[str] = []
        self.paying: dict[str, int] = {}
        self._solutions()
        self._dependencies()
        self._customers()
        self._needs()
        self._rules()

    def tag(self, rule: str) -> str:
        if rule not in self.tags:
            self.tags.append(rule)
        return rule

    def done(self, s: str, t: int, factor: float = 1.0) -> dict[int, float]:
        return {self.x[s][u]: factor for u in range(t + 1)}

    def _solutions(self) -> None:
        values = self.tables["solutions"]["value"]
        for (s, columns), value in zip(self.x.items(), values, strict=True):
            self.model.row("once", dict.fromkeys(columns, 1.0), high=1.0)
            for t, column in enumerate(columns):
                self.model.worth[column] += value * math.fsum(self.steps[t:])
            for r in self.rules["amounts"][s]:
                if r not in self.rules["capacity"]:
                    raise InvalidInput("a resource has no capacity", Place("capacities", "resource", value=r))
        for r, row in self.rules["capacity"].items():
            for t, amount in enumerate(row):
                terms = {self.x[s][t]: self.rules["amounts"][s].get(r, 0.0) for s in self.x}
                if math.isfinite(amount):
                    self.model.row(self.tag(f"capacity of {r} in release {t + 1}"), terms, high=amount)

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

    def _customers(self) -> None:
        asked: dict[str, list[str]] = {c: [] for c in self.tables["customers"].get("customer_id", [])}
        requests = self.tables["requests"]
        for c, s in zip(requests.get("customer_id", []), requests.get("solution_id", []), strict=True):
            asked[c].append(s)
        values = self.tables["customers"].get("value", [])
        for k, ((c, wanted), value) in enumerate(zip(asked.items(), values, strict=True)):
            for t in range(self.horizon):
                y = self.model.variable(f"y{k}_{t}", value * self.steps[t], whole=False)
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
                    met = self.model.variable(f"n{k}_{t}", value * self.steps[t], whole=False)
                    terms = {met: 1.0}
                    for s, share in parts[need]:
                        terms |= self.done(s, t, -share)
                    self.model.row("need", terms, high=0.0)
                    continue
                used = {}
                for i, (s, share) in enumerate(parts[need]):
                    part = self.model.variable(f"n{k}_{t}_{i}", value * share * self.steps[t], whole=False)
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
        for group, (least, most) in self.rules["shares"].items():
            members = set(self.rules["groups"][group])
            for bound, sign in ((least, -1.0), (most, 1.0)):
                terms = {
                    column: sign * total[s] * ((1.0 if s in members else 0.0) - bound)
                    for s, columns in self.x.items()
                    for column in columns
                }
                side = "at least" if sign < 0 else "at most"
                self.model.row(self.tag(f"{side} {bound:.0%} for {group}"), terms, high=0.0)
        self.worth: dict[str, dict[int, float]] = {}
        for segment, given in self.rules["segments"].items():
            terms = {}
            for key, value in given.items():
                if str(key) in self.x:
                    terms |= self.done(str(key), last, float(value))
                elif str(key) in self.paying:
                    terms[self.paying[str(key)]] = float(value)
                else:
                    raise InvalidInput("an id is unknown", Place(table="segments", column=str(segment), value=str(key)))
            self.worth[segment] = terms
        for segment, floor in self.rules["floors"].items():
            self.model.row(self.tag(f"segment {segment} gets at least {floor:g}"), self.worth[segment], low=floor)

    def _refuse(self) -> None:
        rules = self.model.conflict(self.tags)
        promised = [rule for rule in rules if " is promised by " in rule or " is in progress " in rule]
        what = (
            "what is promised is above the capacity"
            if promised
            and all(rule in promised or rule.startswith("capacity") or " requires " in rule for rule in rules)
            else "the rules of the plan cannot hold together"
        )
        raise Infeasible(
            f"{what}: {'; '.join(rules)}",
            Place(column="commitments" if promised else "rules", value=rules[0] if rules else ""),
        )

    def solve(self, max_min: bool, time_limit: float | None, tolerance: float) -> ReleasePlan:
        tolerance = _positive(tolerance, "tolerance", 0.0, 1.0)
        if time_limit is not None:
            time_limit = _positive(time_limit, "time_limit")
        later = frozenset(self.tags) - frozenset(self.promised)
        if (self.rules["commitments"] or self.rules["fixed"]) and (
            self.model.solve(without=later, feasible_only=True).status == "infeasible"
        ):
            self._refuse()
        if max_min and self.worth:
            kept = list(self.model.worth)
            self.model.worth = [0.0] * len(kept)
            least = self.model.variable("least", 1.0, whole=False, low=-math.inf, high=math.inf)
            for terms in self.worth.values():
                self.model.row("least", {least: 1.0, **{k: -v for k, v in terms.items()}}, high=0.0)
            fairest = self.model.solve(time_limit=time_limit, tolerance=tolerance)
            if fairest.status == "infeasible":
                self._refuse()
            self.model.worth = [*kept, 0.0]
            if fairest.values:
                floor = fairest.objective
                self.model.low[least] = floor - 1e-7 * max(1.0, abs(floor))
        found = self.model.solve(time_limit=time_limit, tolerance=tolerance)
        if found.status == "infeasible":
            self._refuse()
        if not found.values and self.model.names:
            # what must be there, and nothing else
            found_any = self.model.solve(feasible_only=True)
            if found_any.status == "infeasible":
                self._refuse()
            found.values = found_any.values
        return self._result(found.values, found.bound if math.isfinite(found.bound) else math.inf, tolerance)

    def _result(self, values: list[float], bound: float, tolerance: float) -> ReleasePlan:
        releases = {
            self.known[s]: t + 1
            for s, columns in self.x.items()
            for t, column in enumerate(columns)
            if values[column] > 0.5
        }
        value, customers = _value(self.problem, self.tables, releases, self.steps)
        bound = max(bound, value)
        load: dict[str, list[Any]] = {"resource": [], "release": [], "effort": [], "capacity": []}
        for r, row in self.rules["capacity"].items():
            for t, amount in enumerate(row):
                used = [self.rules["amounts"][str(s)].get(r, 0.0) for s, u in releases.items() if u == t + 1]
                for name, cell in zip(load, (r, t + 1, math.fsum(used), float(amount)), strict=True):
                    load[name].append(cell)
        plan = ReleasePlan(
            releases=releases,
            value=value,
            bound=bound,
            proven=bound - value <= max(tolerance, 1e-6) * max(1.0, abs(value)),
            load=Table(load),
            customers=customers,
            segment_values={
                str(g): math.fsum(
                    float(v) for key, v in given.items() if str(key) in {*map(str, releases), *map(str, customers)}
                )
                for g, given in self.rules["segments"].items()
            },
            problem=self.problem,
            rules=self.rules,
        )
        faults = plan.check()
        if faults:
            raise InvalidInput("the solver's answer breaks a rule: " + faults[0])
        return plan


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
        if row["effort"] > row["capacity"] + 1e-6 * max(1.0, row["capacity"]):
            faults.append(f"{row['resource']} is above its capacity in release {row['release']}")
    table = tables["dependencies"]
    for s, on, kind in zip(*(table.get(n, []) for n in ("solution_id", "on", "kind")), strict=True):
        if kind == "requires" and s in at and at.get(on, math.inf) > at[s]:
            faults.append(f"{s} comes before {on}, which it requires")
        if kind == "excludes" and s in at and on in at:
            faults.append(f"{s} and {on} exclude each other")
        if kind == "together" and at.get(s) != at.get(on):
            faults.append(f"{s} is parted from {on}")
    faults += [f"{s} is not in its release" for s, t in plan.rules["fixed"].items() if at.get(s) != t]
    faults += [f"{s} is later than promised" for s, t in plan.rules["commitments"].items() if at.get(s, math.inf) > t]
    faults += [f"{s} misses its deadline" for s, t in plan.rules["deadlines"].items() if at.get(s, 0) > t]
    total = {s: math.fsum(plan.rules["amounts"][s].values()) for s in at}
    everything = math.fsum(total.values())
    for group, (least, most) in plan.rules["shares"].items():
        part = math.fsum(total[s] for s in plan.rules["groups"][group] if s in at)
        if not least * everything - 1e-6 * (1 + everything) <= part <= most * everything + 1e-6 * (1 + everything):
            faults.append(f"the share of {group} is out of its bounds")
    for segment, floor in plan.rules["floors"].items():
        if plan.segment_values[str(segment)] < floor - 1e-6 * max(1.0, floor):
            faults.append(f"segment {segment} is below its floor")
    return faults
