"""Which accounts may leave, and what goes with it."""

from __future__ import annotations

from .. import _core
from ..core.arguments import checked
from ..core.table import Table
from ..graph.customer_graph import CustomerGraph
from .kpis import Findings

__all__ = ["ChurnRisk", "churn_risk"]


class ChurnRisk(Findings):
    """The risk that accounts leave. Made by `churn_risk`.

    The table has one row an account of the base, the highest risk first: ``risk`` with its interval, up to three reasons
    that are associated with leaving, and the revenue at risk. The interval is that of the share that leaves among
    accounts alike: it holds the uncertainty of the coefficients and how much periods differed. Whether one account
    leaves is uncertain beyond it.
    """

    __slots__ = ()

    @property
    def calibration(self) -> Table:
        """On later data than the model learned from: risk expected and share that left, by fifths of the risk."""
        return self._named("calibration")

    @property
    def associations(self) -> Table:
        """Each feature's odds ratio for one standard deviation. Associated with leaving, not known to cause it."""
        return self._named("associations")

    @property
    def figures(self) -> dict[str, float]:
        """Observations and departures learned from; how much log odds differed between periods beyond chance
        (``spread_of_periods``); on later data ``auc``, ``brier``, ``expected`` and ``left_later``.
        """
        return dict(self._core.figures)


@checked
def churn_risk(
    graph: CustomerGraph,
    *,
    horizon_days: float = 90.0,
    window_days: float = 90.0,
    landmarks: int = 8,
    level: float = 0.9,
    nps_question: str = "nps",
    threads: int | None = None,
) -> ChurnRisk:
    """Estimate which accounts leave within the horizon, from tickets, use, mood and answers up to landmark dates.

    Regularised logistic regression. What is known at each of several earlier dates is set against who left within the
    horizon after it; the latest of these dates is held back to show the calibration.

    Parameters
    ----------
    graph
        With the columns ``started`` and ``ended`` of accounts, and tickets, events, interactions or surveys.
    horizon_days
        The risk is that of leaving within so many days.
    window_days
        What is recent.
    landmarks
        At most so many earlier dates, one horizon apart.
    level
        Probability with which intervals cover the share that leaves among accounts alike.
    nps_question
        The question of surveys with scores 0 to 10.
    threads
        None means all cores.

    Returns
    -------
    ChurnRisk

    Raises
    ------
    NotIdentified
        Where nobody left in time to learn from.
    MissingInput
        Without the columns it needs.

    Examples
    --------
    >>> import outweigh as ow
    >>> try:
    ...     risk = ow.churn_risk(ow.simulate(seed=1, accounts=200).graph)
    ... except ow.NotIdentified as error:
    ...     print("cannot be known:", error)
    """
    core = _core.churn_risk(
        graph._core,
        horizon_days=horizon_days,
        window_days=window_days,
        landmarks=landmarks,
        level=level,
        nps_question=nps_question,
        threads=threads,
    )
    return ChurnRisk(core, graph._kind)
