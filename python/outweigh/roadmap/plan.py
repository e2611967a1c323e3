"""The roadmap: which solutions to build under a capacity, what each displaces, and how good the choice is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, cast

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.arguments import checked, elements_of, limits_of
from ..core.plot import plot_value_against_effort
from ..core.progress import Progress
from ..core.results import Result
from ..core.table import Kind, Table, TableLike, count, format_number, kind_of, read_table, to_html
from ..scoring.score import Scores

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..explain.ledger import Ledger
    from .certificates import Certificate
    from .tradeoffs import Comparison, Sensitivity

__all__ = ["Displacement", "Plan", "RoadmapProblem", "Selection", "plan", "solve"]

Id: TypeAlias = str | int
Overlap: TypeAlias = Literal["best_share", "sum_of_shares"]


class RoadmapProblem(Result[_core.RoadmapProblem]):
    """What to choose from: solutions with effort and value, customers, needs, dependencies.

    The value of a set of solutions is the sum of their own values, of the values of the customers that get all they
    asked for [1]_, and of the values of needs times how far the set meets them; a need met by several counts once.

    Parameters
    ----------
    solutions
        A table with ``solution_id``, ``effort`` and, if solutions are worth something by themselves, ``value``.
        Further columns are ignored, here and below, but for one that is nearly called like one that may be left out.
    efforts
        ``solution_id``, ``resource``, ``amount``: what each solution takes of several resources, such as teams or roles. Each
        solution needs a row; ``effort`` may then be left out and is their sum.
    customers
        ``customer_id``, ``value``: what a customer pays when all it asked for is there.
    requests
        ``customer_id``, ``solution_id``: one row for each thing that a customer asked for.
    needs
        ``need_id``, ``value``.
    covers
        ``solution_id``, ``need_id``, ``share`` (1 where absent or unknown).
    dependencies
        ``solution_id``, ``on``, ``kind`` (``requires``, ``excludes``, ``together``).
    overlap
        How far solutions meet a need together: as far as the best of them, or as the sum of their shares, up to 1.

    Raises
    ------
    InvalidInput
        For duplicate, unknown or missing ids, a negative effort, a number that is unknown or NaN, a misspelt column,
        ``requires`` in a cycle, and contradictions.

    References
    ----------
    .. [1] Bagnall, Rayward-Smith and Whittley 2001, doi:10.1016/S0950-5849(01)00194-X

    Examples
    --------
    >>> import outweigh as ow
    >>> problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 6]})
    >>> ow.solve(problem, budget=4).solutions
    ['b', 'c']
    """

    __slots__ = ()

    @checked
    def __init__(
        self,
        solutions: TableLike,
        *,
        efforts: TableLike | None = None,
        customers: TableLike | None = None,
        requests: TableLike | None = None,
        needs: TableLike | None = None,
        covers: TableLike | None = None,
        dependencies: TableLike | None = None,
        overlap: Overlap = "best_share",
    ) -> None:
        core = _core.RoadmapProblem(
            read_table(solutions, "solutions")[0],
            efforts=_optional(efforts, "efforts"),
            customers=_optional(customers, "customers"),
            requests=_optional(requests, "requests"),
            needs=_optional(needs, "needs"),
            covers=_optional(covers, "covers"),
            dependencies=_optional(dependencies, "dependencies"),
            overlap=overlap,
        )
        super().__init__(core, kind_of(solutions))

    @classmethod
    def _wrap(cls, core: _core.RoadmapProblem, kind: Kind) -> RoadmapProblem:
        problem = cls.__new__(cls)
        Result.__init__(problem, core, kind)
        return problem

    def __reduce__(self) -> tuple[Any, ...]:
        return (_wrap_problem, (self._core, self._kind))

    def to_table(self) -> Table:
        """The solutions: ``solution_id``, ``effort``, ``value``."""
        from .synergies import as_given

        return as_given(self, super().to_table())

    @property
    def efforts(self) -> npt.NDArray[np.float64]:
        """One effort a solution, in the order of `solutions`."""
        return self._core.efforts

    @property
    def resource_efforts(self) -> dict[str, npt.NDArray[np.float64]]:
        """By resource one effort a solution, in the order of `solutions`; empty where effort is one number."""
        return self._core.resource_efforts

    @property
    def solutions(self) -> list[Any]:
        """Ids of the solutions."""
        return self._core.solutions

    @property
    def customers(self) -> list[Any]:
        """Ids of the customers."""
        return self._core.customers

    @property
    def customer_values(self) -> npt.NDArray[np.float64]:
        """What each customer pays when all it asked for is there."""
        return self._core.customer_values

    @property
    def total_effort(self) -> float:
        """Sum of all efforts."""
        return self._core.total_effort

    def tables(self) -> dict[str, Any]:
        """The tables that give the problem again, with ids as text, and ``overlap``."""
        return {
            name: table if isinstance(table, str) else Table._wrap(table) for name, table in self._core.tables().items()
        }

    def _summary(self) -> str:
        customers = f" and {count(len(self.customers), 'customer')}" if self.customers else ""
        return f"{count(len(self), 'solution')}{customers}, total effort {format_number(self.total_effort)}"


def _wrap_problem(core: _core.RoadmapProblem, kind: Kind) -> RoadmapProblem:
    return RoadmapProblem._wrap(core, kind)


def _optional(table: TableLike | None, name: str) -> _core.Table | None:
    return None if table is None else read_table(table, name)[0]


def _ids(given: Sequence[Id] | None, name: str) -> list[Any] | None:
    return None if given is None else elements_of(given, name)


def _how_good(proven: bool, value: float, bound: float) -> str:
    if proven:
        return "proved best"
    if not math.isfinite(bound) or value <= 0:
        return "not proved best"
    if bound > 10.0 * value:
        return f"not proved best: at most {format_number(bound)} is possible"
    return f"at most {(bound - value) / value:.2%} from the best"


_ChosenCore = TypeVar("_ChosenCore", _core.Plan, _core.Selection)


class _Chosen(Result[_ChosenCore]):
    """What a plan and a selection have in common: how good a chosen set is, and on what that hangs."""

    __slots__ = ()

    @property
    def value(self) -> float:
        """Value of the chosen set: each need counts once."""
        return self._core.value

    @property
    def bound(self) -> float:
        """No set within the budget or the capacities has a value above this."""
        return self._core.bound

    @property
    def gap(self) -> float:
        """`bound` less `value`."""
        return self._core.gap

    @property
    def proven(self) -> bool:
        """Is it proved that no set is better?"""
        return self._core.proven

    def sensitivity(
        self,
        *,
        solutions: Sequence[Id] | None = None,
        capacity_step: float | None = None,
        time_limit: float = 1.0,
    ) -> Sensitivity:
        """On what each decision hangs: shadow price of the capacity, effort at which a solution drops out or enters.

        Parameters
        ----------
        solutions
            Ids to look at; all where None. Each takes some ten to twenty searches.
        capacity_step
            The exact gain and loss are worked out for so much more and less capacity; a twentieth of it where None.
        time_limit
            Seconds of each search.
        """
        from .tradeoffs import sensitivity

        chosen = cast("Plan | Selection", self)
        return sensitivity(chosen, solutions=solutions, capacity_step=capacity_step, time_limit=time_limit)


class Selection(_Chosen[_core.Selection]):
    """A set of solutions that satisfies all constraints of its problem, and how good it is known to be."""

    __slots__ = ()

    def to_table(self) -> Table:
        """``solution_id``, ``chosen``, ``effort``, ``value`` (of the solution by itself) and what it ``adds`` to the others."""
        from .synergies import as_given

        return as_given(self.problem, super().to_table())

    @property
    def problem(self) -> RoadmapProblem:
        """What was solved."""
        return RoadmapProblem._wrap(self._core.problem, self._kind)

    @property
    def solutions(self) -> list[Any]:
        """Ids of the chosen solutions, in the order of the problem."""
        return self._core.solutions

    @property
    def customers(self) -> list[Any]:
        """Ids of the customers that get all they asked for."""
        return self._core.customers

    @property
    def cost(self) -> float:
        """Sum of the efforts of the chosen set."""
        return self._core.cost

    @property
    def budget(self) -> float:
        """What the cost had to stay within; infinite under several capacities."""
        return self._core.budget

    @property
    def capacities(self) -> dict[str, float] | None:
        """By resource what the costs had to stay within; None under one budget."""
        amounts: dict[str, float] | None = self._core.capacities
        return amounts

    @property
    def costs(self) -> dict[str, float] | None:
        """By resource the sum of the efforts of the chosen set; None under one budget."""
        amounts: dict[str, float] | None = self._core.costs
        return amounts

    @property
    def prices(self) -> dict[str, float] | None:
        """By resource the shadow price, of one more unit in the linear relaxation; None under one budget (see `sensitivity`)."""
        amounts: dict[str, float] | None = self._core.prices
        return amounts

    @property
    def _limits(self) -> float | dict[str, float]:
        """What `solve` was given as budget."""
        capacities = self.capacities
        return self.budget if capacities is None else capacities

    @property
    def status(self) -> str:
        """Why the search ended: ``finished``, ``time_limit``, ``work_limit`` or ``stopped``."""
        return self._core.status

    @property
    def seconds(self) -> float:
        """How long the search took; no part of equality."""
        return self._core.seconds

    @property
    def include(self) -> list[Any]:
        """Ids of what had to be chosen."""
        return self._core.include

    @property
    def exclude(self) -> list[Any]:
        """Ids of what must not be chosen."""
        return self._core.exclude

    @property
    def certificate(self) -> Certificate:
        """The proof of the bound, for `check_certificate` or any other program.

        It is found by searching again from the selection, which takes about as long as `solve` did. Of a selection that is
        not proved best it holds the bound without branching, which may lie above `bound`.
        """
        from .certificates import certificate_of

        return certificate_of(self)

    def check(self) -> list[str]:
        """All that is wrong with the selection, worked out without the solver; empty when nothing is."""
        return self._core.check()

    @checked
    def displaced_by(
        self,
        solution_id: Id,
        *,
        time_limit: float | None = None,
        work_limit: int = 0,
        tolerance: float = 0.0,
    ) -> Displacement:
        """Force a solution in, or out if it is in, and solve again under the same budget."""
        from .synergies import refuse_unpaid

        core = _core.selection_displaced_by(
            self._core, solution_id, time_limit=time_limit, work_limit=work_limit, tolerance=tolerance
        )
        refuse_unpaid(self.problem, core.alternative.solutions)
        return _displacement(core, Selection(core.alternative, self._kind), self)

    def _summary(self) -> str:
        spent = f"{format_number(self.cost)} of {format_number(self.budget)}"
        if (capacities := self.capacities) is not None and (costs := self.costs) is not None:
            spent = ", ".join(f"{format_number(costs[r])} of {format_number(c)} of {r}" for r, c in capacities.items())
        return (
            f"{count(len(self.solutions), 'solution')} worth {format_number(self.value)} for {spent}, "
            f"{_how_good(self.proven, self.value, self.bound)}"
        )


@dataclass(frozen=True, repr=False)
class Displacement:
    """A plan with one decision reversed: what a solution displaces, or what stands in for it.

    Attributes
    ----------
    solution_id
        The solution in question.
    forced_in
        It was not chosen and had to be; otherwise it was chosen and had not to be.
    entering, leaving
        Ids of the solutions that come in and that go.
    value_lost
        Value of the plan less that of the alternative.
    effort_change
        Effort of the alternative less that of the plan.
    alternative
        The best plan or selection with the decision reversed.
    plan
        The plan or selection as it is.
    """

    solution_id: Any
    forced_in: bool
    entering: tuple[Any, ...]
    leaving: tuple[Any, ...]
    value_lost: float
    effort_change: float
    alternative: Plan | Selection
    plan: Plan | Selection

    @property
    def comparison(self) -> Comparison:
        """The alternative against the plan: which segments and accounts win and lose. ``print`` tells it in words."""
        from .tradeoffs import compare_plans

        return compare_plans(self.plan, self.alternative)

    def to_text(self) -> str:
        """What is displaced, and who feels it, in words."""
        return f"{self._summary()}.\n{self.comparison.to_text()}"

    def __str__(self) -> str:
        return self.to_text()

    def to_table(self) -> Table:
        """``solution_id`` and ``change``: enters or leaves."""
        changes = ["enters"] * len(self.entering) + ["leaves"] * len(self.leaving)
        return Table({"solution_id": [*self.entering, *self.leaving], "change": changes})

    def _summary(self) -> str:
        how = "in" if self.forced_in else "out"
        return f"{self.solution_id} forced {how}: value lost {format_number(self.value_lost)}, effort {self.effort_change:+,.6g}"

    def __repr__(self) -> str:
        return "\n".join([f"outweigh.Displacement: {self._summary()}", *repr(self.to_table()).split("\n")[1:]])

    def _repr_html_(self) -> str:
        return to_html(self.to_table(), title="Displacement", summary=self._summary())


def _displacement(core: Any, alternative: Plan | Selection, plan: Plan | Selection) -> Displacement:
    return Displacement(
        solution_id=core.solution_id,
        forced_in=core.forced_in,
        entering=tuple(core.entering),
        leaving=tuple(core.leaving),
        value_lost=core.value_lost,
        effort_change=core.effort_change,
        alternative=alternative,
        plan=plan,
    )


@checked
def solve(
    problem: RoadmapProblem,
    *,
    budget: float | Mapping[str, float],
    time_limit: float | None = None,
    work_limit: int = 0,
    tolerance: float = 0.0,
    include: Sequence[Id] | None = None,
    exclude: Sequence[Id] | None = None,
    start: Sequence[Id] | None = None,
    progress: Progress = None,
) -> Selection:
    """The best set of solutions within a budget, proved or with its gap.

    Parameters
    ----------
    problem
        What to choose from.
    budget
        Upper limit of the sum of the efforts, not negative; or one for each resource of the problem, by name.
    time_limit
        Seconds. What was found by then is returned with a bound that holds; 0 gives a greedy selection.
    work_limit
        Like a time limit, in steps of the search, and so with the same result on every machine. 0 for none.
    tolerance
        Relative gap that counts as proved.
    include, exclude
        Ids of solutions that must or must not be chosen.
    start
        Ids of a selection to start from.
    progress
        True, or a function of (task, done); returning False ends the search like a time limit.

    Returns
    -------
    Selection
        With ``value``, ``cost``, ``bound``, ``gap``, ``proven``, ``solutions``, ``customers``; by resource ``costs``, ``prices``.

    Raises
    ------
    Infeasible
        When the solutions to include do not fit the budget or contradict others; it names them.
    InvalidInput
        When there are several budgets and the problem has no efforts of each resource, or a resource has no budget.

    Examples
    --------
    >>> import outweigh as ow
    >>> problem = ow.RoadmapProblem(
    ...     {"solution_id": ["a", "b", "c"], "effort": [3, 2, 2]},
    ...     customers={"customer_id": ["x", "y"], "value": [9, 5]},
    ...     requests={"customer_id": ["x", "x", "y"], "solution_id": ["a", "b", "c"]},
    ... )
    >>> best = ow.solve(problem, budget=5)
    >>> best.value, best.customers, best.proven
    (9.0, ['x'], True)
    >>> teams = {"solution_id": ["a", "b", "c"], "resource": ["web", "data", "web"], "amount": [3, 2, 2]}
    >>> problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "value": [5, 4, 3]}, efforts=teams)
    >>> best = ow.solve(problem, budget={"web": 4, "data": 2})
    >>> best.solutions, best.costs
    (['a', 'b'], {'web': 3.0, 'data': 2.0})
    """
    one, several = limits_of(budget, "budget")
    from .synergies import refuse_unpaid

    core = _core.solve(
        problem._core,
        budget=one,
        capacities=several,
        time_limit=time_limit,
        work_limit=work_limit,
        tolerance=tolerance,
        include=_ids(include, "include"),
        exclude=_ids(exclude, "exclude"),
        start=_ids(start, "start"),
        progress=progress,
    )
    if core.include:
        refuse_unpaid(problem, core.solutions)
    return Selection(core, problem._kind)


class Plan(_Chosen[_core.Plan]):
    """Which solutions to build under a capacity. It keeps the scores it was made from."""

    __slots__ = ()

    @property
    def scores(self) -> Scores:
        """What the plan was made from."""
        return Scores(self._core.scores, self._kind)

    @property
    def solutions(self) -> list[Any]:
        """Ids of the chosen solutions."""
        return self._core.solutions

    @property
    def effort(self) -> float:
        """Sum of the efforts of the chosen set."""
        return self._core.effort

    @property
    def capacity(self) -> float:
        """What the effort had to stay within; infinite under several capacities: see ``selection.capacities``."""
        return self._core.capacity

    @property
    def left_out(self) -> dict[Any, str]:
        """Solutions that cannot be planned, with the reason."""
        return self._core.left_out

    @property
    def warnings(self) -> list[str]:
        """What the plan could not take into account."""
        return self._core.warnings

    def explain(self, solution_id: Id) -> Ledger:
        """Open the value of a solution into accounts, quotes and assumptions: see `outweigh.explain`."""
        from ..explain.ledger import explain

        return explain(self, solution_id)

    @property
    def selection(self) -> Selection:
        """The plan as a selection of the problem that was solved."""
        return Selection(self._core.selected, self._kind)

    @property
    def certificate(self) -> Certificate:
        """The proof of the bound: see `Selection.certificate`. It is checked against ``plan.selection.problem``."""
        return self.selection.certificate

    @checked
    def displaced_by(self, solution_id: Id, *, progress: Progress = None) -> Displacement:
        """Force a solution into the plan, or out if it is in, and plan again: what enters, what leaves, what it costs.

        `Displacement.comparison` says which segments and accounts win and lose.
        """
        core = self._core.displaced_by(solution_id, progress=progress)
        return _displacement(core, Plan(core.alternative, self._kind), self)

    def plot(self, axes: Axes | None = None) -> Axes:
        """Solutions by effort and value: chosen, left out, or not to be planned. Needs matplotlib."""
        rows = [row for row in self.to_table().rows() if row["effort"] is not None]
        return plot_value_against_effort(
            [row["solution_id"] for row in rows],
            [row["effort"] for row in rows],
            [row["value"] for row in rows],
            ["chosen" if row["chosen"] else "cannot be planned" if row["reason"] else "left out" for row in rows],
            axes,
            self._summary(),
            self.scores.demand.graph.effort_unit,
        )

    def _summary(self) -> str:
        unit = self.scores.demand.graph.effort_unit
        if self.selection.capacities is not None:
            return f"{self.selection._summary()} ({unit}){self._untold()}"
        return (
            f"{count(len(self.solutions), 'solution')} worth {format_number(self.value)} for {format_number(self.effort)} of "
            f"{format_number(self.capacity)} ({unit}), {_how_good(self.proven, self.value, self.bound)}{self._untold()}"
        )

    def _untold(self) -> str:
        """That values are guesses inside bounds, where they are: the best of guesses is one, too."""
        status = dict(zip(self.scores["solution_id"], self.scores["status"], strict=True))
        number = sum(status[solution] in ("bounds_only", "not_identified") for solution in self.solutions)
        if not number:
            return ""
        whose = "every value" if number == len(self.solutions) else f"{number} of {len(self.solutions)} values"
        return f"; of {whose} the data give bounds alone: the figure is a guess, and so is the choice"


@checked
def plan(
    scores: Scores,
    *,
    capacity: float | Mapping[str, float],
    include: Sequence[Id] | None = None,
    exclude: Sequence[Id] | None = None,
    overlap: Overlap = "best_share",
    time_limit: float | None = None,
    work_limit: int = 0,
    tolerance: float = 0.0,
    progress: Progress = None,
) -> Plan:
    """The best plan within a capacity.

    Needs have value, solutions cover needs, and a need that several chosen solutions cover counts once. ``requires``,
    ``excludes`` and ``together`` between solutions hold. What has shipped is taken as there.

    Parameters
    ----------
    scores
        See `outweigh.score`. The plan goes by the values of the needs and by effort, not by the rank.
    capacity
        Upper limit of the sum of the efforts, not negative, in the unit of the solutions' effort; or one for each resource of
        the table of efforts, by name.
    include, exclude
        Ids of solutions that must be in the plan or stay out.
    overlap
        How far solutions meet a need together: as far as the best of them, or as the sum of their shares, up to 1.
    time_limit, work_limit, tolerance, progress
        See `solve`.

    Returns
    -------
    Plan
        With ``solutions``, ``value``, ``effort``, ``bound``, ``proven``, ``explain(solution_id)`` and
        ``displaced_by(solution_id)``.

    Raises
    ------
    Infeasible
        When what must be in cannot be, with the reason.

    Examples
    --------
    >>> import outweigh as ow
    >>> demand = ow.demand(ow.simulate(seed=1, accounts=200).graph)
    >>> plan = ow.plan(ow.score(demand), capacity=30)
    >>> plan.effort <= 30, plan.proven
    (True, True)
    """
    one, several = limits_of(capacity, "capacity")
    core = _core.plan(
        scores._core,
        capacity=one,
        capacities=several,
        include=_ids(include, "include"),
        exclude=_ids(exclude, "exclude"),
        overlap=overlap,
        time_limit=time_limit,
        work_limit=work_limit,
        tolerance=tolerance,
        progress=progress,
    )
    return Plan(core, scores._kind)
