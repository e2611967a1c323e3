"""Value against cost: the supported hull and the complete efficient front of a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from ..core.arguments import checked
from ..core.plot import plot_front
from ..core.progress import Progress
from ..core.results import Result
from ..core.table import count, format_number
from .plan import RoadmapProblem

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Front", "efficient_front", "supported_front"]


class Front(Result[_core.Front]):
    """Selections of which none is both cheaper and worth more than another, by increasing cost and value.

    Columns of the table: ``cost``, ``value``, ``bound`` (nothing of at most this cost is worth more), ``proven`` and
    ``solutions`` (how many).
    """

    __slots__ = ()

    @property
    def problem(self) -> RoadmapProblem:
        """What was solved."""
        return RoadmapProblem._wrap(self._core.problem, self._kind)

    @property
    def complete(self) -> bool:
        """Is it proved that there are no further points?"""
        return self._core.complete

    @property
    def seconds(self) -> float:
        """How long it took; no part of equality."""
        return self._core.seconds

    @checked
    def solutions(self, point: int) -> list[Any]:
        """Ids of the solutions of a point, counted from the cheapest, from 0."""
        return self._core.solutions(point)

    @checked
    def hypervolume(self, *, reference_cost: float | None = None, reference_value: float = 0.0) -> float:
        """Area under the front, above `reference_value` and up to `reference_cost` (all efforts together where None).

        Zitzler and Thiele 1999, doi:10.1109/4235.797969.
        """
        return self._core.hypervolume(reference_cost=reference_cost, reference_value=reference_value)

    def plot(self, axes: Axes | None = None) -> Axes:
        """Value against cost. Needs matplotlib."""
        table = self.to_table().to_dict()
        return plot_front(table["cost"], table["value"], table["proven"], axes, self._summary())

    def _summary(self) -> str:
        points = self.to_table().to_dict()
        reach = (
            f" up to {format_number(points['value'][-1])} for {format_number(points['cost'][-1])}" if len(self) else ""
        )
        return f"{count(len(self), 'point')}{reach}, {'complete' if self.complete else 'not complete'}"


@checked
def supported_front(problem: RoadmapProblem, *, time_limit: float | None = None) -> Front:
    """All corners of the concave hull of value against cost.

    Each is the best selection at some price of effort. Between two neighbours nothing lies above the line that joins
    them, which bounds the value under every budget; its slope is what one more unit of capacity is worth.

    Parameters
    ----------
    problem
        What to choose from.
    time_limit
        Seconds; matters only where pairs exclude each other or several solutions cover a need, since each slope is
        then a search of its own.

    Returns
    -------
    Front
        From the best that costs nothing to the cheapest of the most valuable.

    Raises
    ------
    InvalidInput
        For options out of range.

    Examples
    --------
    >>> import outweigh as ow
    >>> problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 2]})
    >>> front = ow.supported_front(problem)
    >>> list(zip(front["cost"].tolist(), front["value"].tolist()))
    [(0.0, 0.0), (2.0, 7.0), (5.0, 17.0), (7.0, 19.0)]
    """
    return Front(_core.supported_front(problem._core, time_limit=time_limit), problem._kind)


@checked
def efficient_front(
    problem: RoadmapProblem, *, step: float = 0.0, time_limit: float | None = None, progress: Progress = None
) -> Front:
    """All efficient selections: for every budget the best value, and the least cost of it.

    Parameters
    ----------
    problem
        What to choose from.
    step
        Look only at budgets that are multiples of this; 0 for every budget.
    time_limit
        Seconds. The points by then are returned, those that are not proved with a bound.
    progress
        True, or a function of (task, done); returning False ends the search like a time limit.

    Returns
    -------
    Front
        ``front.complete`` says whether all of it is proved.

    Raises
    ------
    InvalidInput
        For options out of range.

    Examples
    --------
    >>> import outweigh as ow
    >>> problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 2]})
    >>> front = ow.efficient_front(problem)
    >>> front["value"].tolist(), front.hypervolume()
    ([0.0, 7.0, 10.0, 17.0, 19.0], 61.0)
    """
    core = _core.efficient_front(problem._core, step=step, time_limit=time_limit, progress=progress)
    return Front(core, problem._kind)
