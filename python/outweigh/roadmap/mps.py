"""Problems as MPS, written and read by HiGHS (the extra `milp`)."""

from __future__ import annotations

import os
from collections.abc import Mapping

from .. import _core
from ..core.arguments import checked, limits_of
from .general_solver import read_model, write_model
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
    write_model(model_under(problem, budget), path)


def model_under(
    problem: RoadmapProblem, budget: float | Mapping[str, float], *, scaled: bool = False
) -> _core.LinearModel:
    """Columns and rows of a problem, the solutions first; capacities in any unit if `scaled`."""
    amount, capacities = limits_of(budget, "budget")
    return _core.model_of(problem._core, budget=amount, capacities=capacities, scaled=scaled)


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
    core, budget, capacities = _core.problem_of(read_model(path))
    problem = RoadmapProblem._wrap(core, "dict")
    return problem, dict(zip(problem.resource_efforts, capacities, strict=True)) if capacities else budget
