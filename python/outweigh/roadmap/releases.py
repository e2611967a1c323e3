"""Plans over several releases: capacities by team and period, deadlines, floors and shares, promises."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from .. import _core
from ..core.arguments import checked
from ..core.numbers import number_of
from ..core.progress import Progress
from ..core.table import Table, TableLike, count, format_number, id_column, import_extra, to_html
from . import general_solver
from .plan import Plan, RoadmapProblem, Selection
from .release_rules import read_rules
from .saved_plans import SavedPlan, fingerprint
from .synergies import own_customers

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
        What it had to keep to, for `check`: solutions and customers by their positions in the problem.
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
        return _core.check_releases(
            self.problem._core,
            self.rules,
            [self.releases.get(s, 0) for s in self.problem.solutions],
            [self.customers.get(c, 0) for c in self.problem.customers],
            self.value,
            self.bound,
        )

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
    progress: Progress = None,
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
    progress
        What to call with the task and the share of the gap that is closed, or True to print; False from it stops.

    Raises
    ------
    Cancelled
        When `progress` said False.
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
    rules = read_rules(
        problem,
        capacities=capacities,
        efforts=efforts,
        delay=delay,
        deadlines=deadlines,
        fixed=fixed,
        commitments=commitments,
        groups=groups,
        shares=shares,
        segments=segments,
        floors=floors,
        lane=lane,
    )
    import_extra("highspy", general_solver.PURPOSE)
    found = _core.plan_releases(
        problem._core,
        rules,
        general_solver.solve,
        max_min=max_min,
        time_limit=None if time_limit is None else number_of(time_limit, "time_limit"),
        tolerance=number_of(tolerance, "tolerance"),
        progress=progress,
    )
    horizon = len(rules["resources"][0][1])
    load = {
        "resource": [name for name, *_ in rules["resources"] for _ in range(horizon)],
        "release": [*range(1, horizon + 1)] * len(rules["resources"]),
        "effort": found["loads"],
        "capacity": [c - width for _, row, width, _ in rules["resources"] for c in row],
    }
    return ReleasePlan(
        releases={s: r for s, r in zip(problem.solutions, found["releases"], strict=True) if r},
        value=found["value"],
        bound=found["bound"],
        proven=found["proven"],
        load=Table(load),
        customers={c: r for c, r in zip(problem.customers, found["customers"], strict=True) if r},
        segment_values={
            segment: v for (segment, *_), v in zip(rules["segments"], found["segment_values"], strict=True)
        },
        problem=problem,
        rules=rules,
    )
