"""Plans when values and efforts are uncertain: how often each solution is best, regret, robust plans, information."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.arguments import checked, elements_of, limits_of
from ..core.errors import Infeasible, InvalidInput, MissingInput, Place, TypeMismatch
from ..core.numbers import floats_of, number_of, short
from ..core.progress import Progress
from ..core.table import Table, count, format_number, id_column, listed
from .general_solver import Outcome, solve_within
from .mps import model_under
from .plan import Plan, RoadmapProblem, Selection
from .synergies import taken_values
from .tradeoffs import _Shown

__all__ = ["UncertainPlan", "plan_under_uncertainty"]

Id: TypeAlias = str | int
Draws: TypeAlias = npt.ArrayLike | Mapping[Id, Sequence[float]]
Objective: TypeAlias = Literal["expected", "max_min", "cvar", "regret"]


@dataclass(frozen=True, repr=False)
class UncertainPlan(_Shown):
    """A plan chosen before the scenario is known, against what could be chosen after.

    Attributes
    ----------
    plan
        The plan, with the numbers on average.
    objective
        What it was chosen by.
    expected_value, worst_value
        Over the scenarios.
    tail_value
        Mean value in the worst scenarios, of probability 1 - `level` together (conditional value at risk).
    level
        See `tail_value`.
    expected_regret, worst_regret
        Value of the best plan of each scenario less that of this plan, or of what of it fits there, on average and at
        worst.
    overrun
        Probability that the plan costs more than the budget, or more of a resource than there is.
    overruns
        By resource, under several capacities: probability that the plan takes more of it. None under one budget.
    perfect_information
        Expected gain of knowing the scenario before deciding over the plan that is best on average, what of it does not
        fit being dropped: nothing one could learn is worth more.
    scenarios
        ``scenario``, ``probability``, ``value``, ``cost``, ``best_value``, ``regret``.
    solutions
        ``solution_id``, ``chosen``, ``in_best`` (probability that it is in the best plan of the scenario), most often first;
        here and in ``information`` ``title``, where a plan was given, whose graph has them.
    information
        ``kind``, ``item_id``, ``mean``, ``threshold``, ``worth``: what it is worth to learn the value of this item first (or,
        of kind ``effort``, the effort of a solution), and the value nearest to its mean at which another plan is best on
        average (null where none within the draws). All is over the plan that is best on average, also where another one is
        judged or chosen. An effort that is not learnt comes out all the same: what then no longer fits is dropped from that
        plan, and the worth is what deciding anew gives beyond that.
    proven
        Was every search finished? Otherwise another plan may be better by the objective, too.
    """

    plan: Selection
    objective: str
    expected_value: float
    worst_value: float
    tail_value: float
    level: float
    expected_regret: float
    worst_regret: float
    overrun: float
    perfect_information: float
    scenarios: Table
    solutions: Table
    information: Table
    proven: bool
    overruns: dict[str, float] | None = None

    def to_table(self) -> Table:
        """How often each solution is in the best plan."""
        return self.solutions

    def to_text(self) -> str:
        """The plan, its risk and what is worth learning, in words."""
        lines = [self._summary() + "."]
        rows = list(self.solutions.rows())
        firm = [r.get("title") or r["solution_id"] for r in rows if r["in_best"] == 1.0]
        never = [r.get("title") or r["solution_id"] for r in rows if r["in_best"] <= 0.0]
        if firm:
            lines.append(f"In the best plan of every scenario: {listed(firm)}.")
        if never and len(never) < len(rows):
            lines.append(f"In none: {listed(never)}.")
        if self.overrun > 0 and self.overruns is None:
            lines.append(f"It costs more than the budget with probability {self.overrun:.0%}.")
        for resource, overrun in (self.overruns or {}).items():
            if overrun > 0:
                lines.append(f"It takes more of {resource} than there is with probability {overrun:.0%}.")
        worth = [r for r in self.information.rows() if r["worth"] > 0]
        for row in worth[:5]:
            turn = "" if row["threshold"] is None else f"; the decision turns at {format_number(row['threshold'])}"
            what = "effort of solution" if row["kind"] == "effort" else f"value of {row['kind']}"
            lines.append(
                f"To learn the {what} {row.get('title') or row['item_id']} is worth {format_number(row['worth'])}{turn}."
            )
        if not worth and len(self.information):
            lines.append("To learn the value or effort of any one item alone would not change the plan.")
        if not self.proven:
            lines.append(
                "Not every search was finished, so that another plan may be better, and regrets and the worth of "
                "information larger."
            )
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.to_text()

    def _summary(self) -> str:
        return (
            f"{count(len(self.plan.solutions), 'solution')} worth {format_number(self.expected_value)} on average and "
            f"{format_number(self.worst_value)} at worst, expected regret {format_number(self.expected_regret)}, perfect "
            f"information worth {format_number(self.perfect_information)}"
        )


def _draws(
    given: Draws | None,
    ids: Sequence[Any],
    otherwise: Sequence[float],
    name: str,
    taken: Mapping[str, float] | None = None,
) -> npt.NDArray[np.float64] | None:
    """Scenarios by item, less what is `taken` from the values of items; None where nothing was given."""
    if given is None:
        return None
    taken = taken or {}
    if isinstance(given, Mapping):
        known = {str(i): k for k, i in enumerate(ids)}
        rows = {key: floats_of(row, name) for key, row in given.items()}
        lengths = {row.size if row.ndim == 1 else -1 for row in rows.values()}
        if len(lengths) != 1 or -1 in lengths:
            raise InvalidInput("each item needs one draw for each scenario", Place("scenarios", name))
        array = np.tile(np.asarray(otherwise, dtype=float), (lengths.pop(), 1))
        for key, row in rows.items():
            if str(key) not in known:
                raise InvalidInput("an id is unknown", Place("scenarios", name, value=str(key)))
            array[:, known[str(key)]] = _as_drawn(row, name) - taken.get(str(key), 0.0)
        return array
    try:
        array = np.asarray(given, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise TypeMismatch("draws are an array, or lists by id", Place("scenarios", name)) from None
    if array.ndim != 2 or array.shape[1] != len(ids):
        raise InvalidInput(
            f"draws need one row a scenario and one column for each of {len(ids)} items",
            Place("scenarios", name, value=str(array.shape)),
        )
    less: npt.NDArray[np.float64] = _as_drawn(array, name) - np.array([taken.get(str(i), 0.0) for i in ids])
    return less


def _as_drawn(draws: npt.NDArray[np.float64], name: str) -> npt.NDArray[np.float64]:
    """Draws that are numbers, and at least 0 where they must be."""
    wrong = ~np.isfinite(draws)
    what = "a number must be finite"
    if not wrong.any() and name != "values":
        wrong, what = draws < 0.0, "a number must not be negative"
    if wrong.any():
        at = np.argwhere(wrong)[0]
        raise InvalidInput(what, Place("scenarios", name, int(at[0]), short(float(draws[tuple(at)]))))
    return draws


@checked
def plan_under_uncertainty(
    problem: RoadmapProblem | Plan | Selection,
    *,
    budget: float | Mapping[str, float] | None = None,
    values: Draws | None = None,
    efforts: Draws | None = None,
    customer_values: Draws | None = None,
    need_values: Draws | None = None,
    probabilities: Sequence[float] | None = None,
    objective: Objective = "expected",
    level: float = 0.9,
    judge: Sequence[Id] | None = None,
    information: bool = True,
    time_limit: float | None = None,
    threads: int | None = 1,
    progress: Progress = None,
) -> UncertainPlan:
    """A plan over posterior draws or scenarios: how often each solution is best, regret, and what information is worth.

    Value is linear in the numbers, so that the plan of greatest expected value is that of the mean values. For each
    scenario the best plan is found too; what is lost against it is regret. The value of learning about one item is exact
    given that nothing is learnt about the others, and that of perfect information where draws that go together would make
    it more.

    Parameters
    ----------
    problem
        What to choose from; of a plan or selection its problem, budget and rules. A plan without any draws given takes the
        joint posterior draws of its needs' values.
    budget
        Upper limit of the sum of the mean efforts; or one for each resource of the problem, by name.
    values, efforts
        Draws of the solutions: an array of scenarios by solutions in the order of the problem, or lists by id. Where the
        problem has resources, what a solution takes of each grows and shrinks with its effort.
    customer_values, need_values
        The same of customers and needs.
    probabilities
        Of the scenarios, of any sum; all alike where None.
    objective
        ``expected``: greatest expected value. By HiGHS (the extra ``milp``): ``max_min``: greatest value in the worst
        scenario; ``cvar``: greatest mean value in the worst scenarios, of probability 1 - `level` together (Rockafellar and
        Uryasev 2000, doi:10.21314/JOR.2000.038); ``regret``: least regret in the worst scenario (Savage 1951,
        doi:10.1080/01621459.1951.10500768). Of equally good plans, one of greatest expected value.
    judge
        Ids of a plan to judge instead of choosing one.
    information
        Work out what learning about each item is worth: a few searches for each item that varies.
    time_limit
        Seconds of each search.
    threads
        Searches at a time; None for all cores. The result does not depend on it.

    Raises
    ------
    InvalidInput
        For draws that do not fit the problem, NaN, negative efforts or probabilities that are not positive.
    MissingInput
        When nothing is uncertain.
    ImportError
        For a robust objective without HiGHS; it names the extra.

    Examples
    --------
    >>> import outweigh as ow
    >>> problem = ow.RoadmapProblem({"solution_id": ["sure", "bet"], "effort": [1, 1], "value": [5, 4]})
    >>> found = ow.plan_under_uncertainty(problem, budget=1, values={"bet": [0, 8]})
    >>> found.plan.solutions, found.expected_regret, found.perfect_information
    (['sure'], 1.5, 1.5)
    """
    include: list[Any] = []
    exclude: list[Any] = []
    judge = None if judge is None else elements_of(judge, "judge")
    plan = problem if isinstance(problem, Plan) else None
    if not isinstance(problem, RoadmapProblem):
        selection = problem.selection if isinstance(problem, Plan) else problem
        problem, include, exclude = selection.problem, selection.include, selection.exclude
        budget = selection._limits if budget is None else budget
    if budget is None:
        raise MissingInput("a problem needs a budget", Place(column="budget"))
    one, several = limits_of(budget, "budget")
    level = number_of(level, "level")
    if not 0.0 <= level < 1.0:
        raise InvalidInput("level must be at least 0 and below 1", Place(column="level", value=str(level)))
    if not isinstance(objective, str) or objective not in ("expected", "max_min", "cvar", "regret"):
        raise InvalidInput(
            "the objective is expected, max_min, cvar or regret", Place(column="objective", value=short(objective))
        )
    tables: dict[str, Any] = {n: t if isinstance(t, str) else t.to_dict() for n, t in problem.tables().items()}
    needs = tables["needs"].get("need_id", [])
    if plan is not None and values is None and efforts is None and need_values is None and customer_values is None:
        drawn = _core.need_draws(plan._core)
        need_values = {need: drawn[need] for need in needs if len(drawn.get(need, ())) > 1}
        if not need_values:
            raise MissingInput(
                "the demand has no draws; give values, efforts or need_values", Place(column="need_values")
            )
    taken = taken_values(problem)
    numbers = {
        "values": _draws(values, problem.solutions, tables["solutions"]["value"], "values", taken),
        "efforts": _draws(efforts, problem.solutions, tables["solutions"]["effort"], "efforts"),
        "customer_values": _draws(
            customer_values, problem.customers, problem.customer_values.tolist(), "customer_values"
        ),
        "need_values": _draws(need_values, needs, tables["needs"].get("value", []), "need_values"),
    }
    sizes = {name: len(array) for name, array in numbers.items() if array is not None}
    if not sizes:
        raise MissingInput(
            "nothing is uncertain: give values, efforts, customer_values or need_values", Place(column="values")
        )
    if len(set(sizes.values())) > 1:
        raise InvalidInput("draws differ in the number of scenarios", Place("scenarios", value=str(sizes)))
    scenarios = next(iter(sizes.values()))
    weights = (
        []
        if probabilities is None
        else [number_of(p, "probabilities") for p in elements_of(probabilities, "probabilities")]
    )
    if weights and len(weights) != scenarios:
        raise InvalidInput("one probability for each scenario is needed", Place("scenarios", "probabilities"))

    def work_out(chosen: Sequence[Any] | None, learn: bool) -> dict[str, Any]:
        parts: dict[str, Any] = _core.plan_under_uncertainty(
            problem._core,
            count=scenarios,
            probabilities=weights,
            budget=one,
            capacities=several,
            include=[str(s) for s in include],
            exclude=[str(s) for s in exclude],
            judge=None if chosen is None else [str(s) for s in chosen],
            information=learn,
            time_limit=time_limit,
            threads=threads,
            progress=progress,
            **{name: [] if array is None else array.ravel().tolist() for name, array in numbers.items()},
        )
        for k, (kind, item) in enumerate(zip(parts["kind"], parts["item_id"], strict=True)):
            if kind == "solution" and str(item) in taken:
                for name in ("mean", "threshold"):
                    parts[name][k] = None if parts[name][k] is None else parts[name][k] + taken[str(item)]
        return parts

    finished = True
    if objective != "expected" and judge is None:
        before = work_out(None, False)
        shares = np.array(weights or [1.0] * scenarios)
        judge, finished = _robust(
            before["plan"], problem, tables, numbers, shares / shares.sum(), before["best_values"], one if several is None else several,
            objective, level, include, exclude, time_limit,
        )  # fmt: skip
    titles = {} if plan is None else _titles(plan)
    found = work_out(judge, information)
    found["proven"] = found["proven"] and finished
    return _result(found, problem, objective, level, weights, titles)


def _robust(
    mean: Any,
    problem: RoadmapProblem,
    tables: dict[str, Any],
    numbers: dict[str, npt.NDArray[np.float64] | None],
    shares: npt.NDArray[np.float64],
    best_values: Sequence[float],
    budget: float | Mapping[str, float],
    objective: str,
    level: float,
    include: Sequence[Any],
    exclude: Sequence[Any],
    time_limit: float | None,
) -> tuple[list[Any], bool]:
    """The plan that a mixed integer program finds for a robust objective, and whether its search was finished."""
    average = Selection(mean, problem._kind).problem
    model = model_under(average, budget, scaled=True)
    columns = {str(s): k for k, s in enumerate(problem.solutions)}
    for ids, bound in ((include, 1.0), (exclude, 0.0)):
        for s in ids:
            model.fix(columns[str(s)], bound)
    covered: dict[str, list[float]] = {need: [] for need in tables["needs"].get("need_id", [])}
    for need, share in zip(tables["covers"].get("need_id", []), tables["covers"].get("share", []), strict=True):
        covered[need].append(share)
    shares_of = list(covered.values())
    asked = set(tables["requests"].get("customer_id", []))
    idle = [str(c) not in asked for c in problem.customers]
    given = {
        "s": ("values", tables["solutions"]["value"]),
        "c": ("customer_values", problem.customer_values.tolist()),
        "n": ("need_values", tables["needs"].get("value", [])),
    }

    def number(kind: str, scenario: int, at: int) -> float:
        array = numbers[given[kind][0]]
        return float(given[kind][1][at] if array is None else array[scenario, at])

    kinds = [(name[0], [int(part) for part in name[1:].split("_")]) for name in model.names]
    largest = [float(abs(array).max(initial=0.0)) for array in numbers.values() if array is not None]
    scale = _core.power_of_two_scale([*largest, *(v for _, values in given.values() for v in values)], 10)
    worths: list[dict[int, float]] = []
    constants: list[float] = []
    for scenario in range(len(shares)):
        terms: dict[int, float] = {}
        for column, (kind, (at, *part)) in enumerate(kinds):
            if kind == "c" and idle[at]:
                continue
            terms[column] = scale * number(kind, scenario, at) * (shares_of[at][part[0]] if part else 1.0)
        worths.append(terms)
        constants.append(math.fsum(number("c", scenario, c) for c, alone in enumerate(idle) if alone))
    expected = model.worth
    model.worth = []
    level_column = model.variable("t", 1.0, whole=False, low=-math.inf, high=math.inf)
    for scenario, (terms, constant) in enumerate(zip(worths, constants, strict=True)):
        row = {level_column: 1.0, **{k: -v for k, v in terms.items()}}
        limit = scale * (constant - (best_values[scenario] if objective == "regret" else 0.0))
        if objective == "cvar":
            short = model.variable(f"u{scenario}", -shares[scenario] / (1.0 - level), whole=False, high=math.inf)
            row[short] = -1.0
        model.row("scenario", row, high=limit)
    robust = _within(model, average, columns, budget, time_limit)
    if robust.status == "infeasible":
        raise Infeasible("what has to be in does not fit", Place(column="include"))
    chosen = robust.values
    if robust.values:
        aim = dict(enumerate(model.worth))
        model.row("as robust", aim, low=robust.objective - 1e-7 * max(1.0, abs(robust.objective)))
        model.worth = expected
        again = _within(model, average, columns, budget, time_limit)
        chosen = again.values or chosen
    if not chosen:
        return list(Selection(mean, problem._kind).solutions), False
    return [s for s in problem.solutions if chosen[columns[str(s)]] > 0.5], robust.status == "optimal"


def _within(
    model: _core.LinearModel,
    problem: RoadmapProblem,
    columns: Mapping[str, int],
    budget: float | Mapping[str, float],
    time_limit: float | None,
) -> Outcome:
    """The solver's answer, again where it is above a capacity by less than the solver sees."""
    limits = budget if isinstance(budget, Mapping) else {"": budget}
    efforts = problem.resource_efforts if isinstance(budget, Mapping) else {"": problem.efforts}

    def forbid(values: Sequence[float]) -> bool:
        over = False
        for resource, limit in limits.items():
            amounts = zip(columns.values(), efforts[resource].tolist(), strict=True)
            taking = {k: e for k, e in amounts if values[k] > 0.5 and e > 0.0}
            if math.fsum(taking.values()) > limit * (1.0 + 1e-12):
                model.row("capacity", dict.fromkeys(taking, 1.0), high=len(taking) - 1.0)
                over = True
        return over

    return solve_within(model, forbid, time_limit)


def _titles(plan: Plan) -> dict[str, dict[str, Any]]:
    """Titles of solutions and needs by id, by kind of item."""
    graph = plan.scores.demand.graph
    titles: dict[str, dict[str, Any]] = {}
    for kind in ("solution", "need"):
        table = graph.table(f"{kind}s").to_dict()
        ids = table[f"{kind}_id"]
        titles[kind] = dict(zip(map(str, ids), table.get("title", [None] * len(ids)), strict=True))
    return {**titles, "effort": titles["solution"]}


def _result(
    parts: dict[str, Any],
    problem: RoadmapProblem,
    objective: str,
    level: float,
    weights: Sequence[float],
    titles: Mapping[str, Mapping[str, Any]],
) -> UncertainPlan:
    plan = Selection(parts["plan"], problem._kind)
    number = len(parts["values"])
    total = math.fsum(weights) or 1.0
    shares = [w / total for w in weights] or [1.0 / number] * number
    chosen = set(plan.solutions)
    order = sorted(range(len(problem.solutions)), key=lambda k: -parts["in_best"][k])
    learnt = sorted(range(len(parts["worth"])), key=lambda k: -parts["worth"][k])
    learnt_items = [(parts["kind"][k], str(parts["item_id"][k])) for k in learnt]
    left = 1.0 - level
    tail = 0.0
    for k in sorted(range(number), key=lambda k: parts["values"][k]):
        part = min(left, shares[k])
        tail += part * parts["values"][k]
        left -= part
    return UncertainPlan(
        plan=plan,
        objective=objective,
        expected_value=parts["expected_value"],
        worst_value=parts["worst_value"],
        tail_value=tail / (1.0 - level - max(left, 0.0)),
        level=level,
        expected_regret=parts["expected_regret"],
        worst_regret=parts["worst_regret"],
        overrun=parts["overrun"],
        perfect_information=parts["perfect_information"],
        scenarios=Table(
            {
                "scenario": list(range(number)),
                "probability": shares,
                "value": parts["values"],
                "cost": parts["costs"],
                "best_value": parts["best_values"],
                "regret": parts["regrets"],
            }
        ),
        solutions=Table(
            {
                "solution_id": id_column([problem.solutions[k] for k in order]),
                "chosen": [problem.solutions[k] in chosen for k in order],
                "in_best": [parts["in_best"][k] for k in order],
                **({"title": [titles["solution"].get(str(problem.solutions[k])) for k in order]} if titles else {}),
            }
        ),
        information=Table(
            {name: [parts[name][k] for k in learnt] for name in ("kind", "item_id", "mean", "threshold", "worth")}
            | ({"title": [titles.get(kind, {}).get(item) for kind, item in learnt_items]} if titles else {})
        ),
        proven=parts["proven"],
        overruns=parts["overruns"],
    )
