"""What needs and solutions are worth, by the library's scorers or one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.arguments import checked
from ..core.errors import ContractViolation, Place, TypeMismatch
from ..core.numbers import number_of, short, unmasked
from ..core.results import Result
from ..core.table import Kind, Table, count
from ..demand.prevalence import Demand

if TYPE_CHECKING:
    from ..explain.ledger import Ledger
    from ..graph.customer_graph import CustomerGraph

__all__ = ["Scorer", "Scores", "score"]

Columns = dict[str, Any]


@runtime_checkable
class Scorer(Protocol):
    """A prioritisation model: a ``name`` and a function ``score`` from columns to one number a solution."""

    name: str

    def score(self, columns: Columns) -> npt.ArrayLike:
        """Greater is better; one finite number a solution."""
        ...


class Scores(Result[_core.Scores]):
    """What each solution is worth, by rank.

    Columns of the table: ``solution_id``, ``title``, ``rank`` (null for what cannot be built, see ``reason``),
    ``score``, ``value`` with ``lower`` and ``upper``, ``accounts`` (reach: expected number of accounts that it would
    serve, each once), ``revenue`` behind them, ``effort``, ``status``, ``reason``.
    """

    __slots__ = ("_demand",)

    def __init__(self, core: _core.Scores, kind: Kind = "table") -> None:
        super().__init__(core, kind)
        self._demand: Demand | None = None

    @property
    def demand(self) -> Demand:
        """The demand that the scores were made from."""
        if self._demand is None:
            self._demand = Demand(self._core.demand, self._kind)
        return self._demand

    @property
    def graph(self) -> CustomerGraph:
        """The graph behind the demand."""
        return self.demand.graph

    @property
    def scorer(self) -> str:
        """Name of the scorer."""
        return self._core.scorer

    @property
    def value_basis(self) -> str:
        """What an account that has a need counts."""
        return self._core.value_basis

    @property
    def ranking(self) -> list[str | int]:
        """Ids of the ranked solutions, the best first."""
        return self._core.ranking

    @property
    def needs(self) -> Table:
        """Values of the needs: ``need_id``, ``title``, ``value``, ``lower``, ``upper``, ``accounts``, ``revenue``."""
        return Table._wrap(self._core.needs_table())

    @property
    def warnings(self) -> list[str]:
        """What to know before believing the ranking."""
        return self._core.warnings

    def explain(self, solution_id: str | int) -> Ledger:
        """The stand-alone value of one solution, line by line, with who said what."""
        from ..explain.ledger import explain

        return explain(self, solution_id)

    def _summary(self) -> str:
        return f"{count(len(self), 'solution')} by {self.scorer!r}, value by {self.value_basis!r}"


@checked
def score(
    demand: Demand,
    by: str | Callable[[Columns], npt.ArrayLike] | Scorer = "rice",
    *,
    weights: Mapping[str, float] | None = None,
    value: str | None = None,
    revenue_share: float | None = None,
    outcome_weights: Mapping[str, float] | None = None,
    level: float | None = None,
) -> Scores:
    """Value needs by the accounts that have them, and solutions by the needs they cover; then rank.

    Parameters
    ----------
    demand : Demand
        Its graph needs the tables solutions and covers.
    by : str, callable or object
        ``rice``, ``wsjf``, ``weighted_sum``; ``votes`` and ``revenue`` are the naive baselines. Or a function of a
        dictionary of columns, or an object with ``name`` and ``score``: both get ``solution_id``, ``value``,
        ``value_lower``, ``value_upper``, ``accounts``, ``revenue``, ``confidence`` (1 is certain), ``urgency`` (1..5, 0
        where unknown), ``risk_value``, ``risk``, ``needs`` (number covered) and, where any is known, ``effort``, as
        numpy arrays over the solutions that can be built, and give one finite number a solution, greater is better. A
        pandas Series is read by its index, ids of the solutions or 0, 1, ..., in whatever order.
    weights : dict, optional
        Of ``weighted_sum``: weight by column; columns are stretched from 0 to 1, negative weights mean less is better.
    value : str, optional
        What an account that has a need counts: ``accounts`` (1, the default), ``revenue``, ``mix``; ``votes`` and
        ``voiced_revenue`` are naive.
    revenue_share : float, optional
        Of ``mix``: 0 counts accounts, 1 their revenue relative to the mean.
    outcome_weights : dict, optional
        Weight of needs by outcome (revenue, retention, support_cost, delight, efficiency, risk).
    level : float, optional
        Of intervals of values; by default that of the demand.

    Returns
    -------
    Scores

    Raises
    ------
    MissingInput
        Without the table solutions or covers; without efforts for a scorer that divides by them.
    ContractViolation
        When one's own scorer gives another number of scores or one that is not finite; it names the scorer.

    Examples
    --------
    >>> import outweigh as ow
    >>> demand = ow.demand(ow.simulate(seed=1, accounts=200, needs=4).graph, method="raw")
    >>> def cheap_first(columns):
    ...     return -columns["effort"]
    >>> ow.score(demand, by=cheap_first).scorer
    'cheap_first'
    """
    weighted, outcomes = _weights(weights, "weights"), _weights(outcome_weights, "outcome_weights")
    core = _core.score(
        demand._core,
        by=_own(by),
        weights=None if weighted is None else list(weighted.items()),
        value=value,
        revenue_share=revenue_share,
        outcome_weights=outcomes or {},
        level=level,
    )
    scores = Scores(core, demand._kind)
    scores._demand = demand
    return scores


def _weights(given: Mapping[str, float] | None, name: str) -> dict[str, float] | None:
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise TypeMismatch(f"{name} must map names to numbers", Place(column=name, value=short(given)))
    return {str(key): number_of(weight, name) for key, weight in given.items()}


@dataclass(frozen=True)
class _Own:
    """A scorer of the user's whose answer is brought into the order of the columns."""

    name: Any
    function: Callable[[Columns], npt.ArrayLike]

    def score(self, columns: Columns) -> Any:
        solutions = list(columns["solution_id"])
        return _in_order(self.function(columns), solutions, str(self.name))


def _own(by: Any) -> Any:
    if isinstance(by, type):
        raise TypeMismatch(
            f"give a scorer, such as {by.__name__}(), not its class", Place(column="by", value=short(by))
        )
    if hasattr(by, "score"):
        name, function = getattr(by, "name", None), by.score
        if callable(name):
            name = name()
        return _Own(name, function) if isinstance(name, str) and callable(function) else by
    return _Own(str(getattr(by, "__name__", type(by).__name__)), by) if callable(by) else by


def _in_order(given: Any, solutions: list[Any], scorer: str) -> Any:
    """What has an order of its own, is hidden, or is a time would be taken for other numbers than it says."""
    if isinstance(given, np.ma.MaskedArray):
        return unmasked(given)
    if str(getattr(given, "dtype", "")).startswith(("datetime", "timedelta")):
        raise ContractViolation(f"the scorer '{scorer}' must give numbers, not {given.dtype}", Place(value=scorer))
    index = getattr(given, "index", None)
    if index is None or not hasattr(given, "to_numpy") or len(given) != len(solutions):
        return given
    keys = list(index)
    for wanted in (solutions, list(range(len(solutions)))):
        if keys == wanted:
            return given
        place = {key: position for position, key in enumerate(keys)}
        if len(place) == len(keys) and all(key in place for key in wanted):
            return given.iloc[[place[key] for key in wanted]]
    raise ContractViolation(
        f"the scorer '{scorer}' gave a Series whose index is neither the ids of the solutions nor 0, 1, ...",
        Place(value=scorer),
    )
