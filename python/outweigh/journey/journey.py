"""The journey of customers: activities in their order, stages, and gaps before they turn into escalations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from ..core.arguments import checked, texts_of
from ..core.errors import InvalidInput, Place
from ..core.progress import Progress
from ..core.results import Result
from ..core.table import Kind, Table, TableLike, import_extra, read_table
from ..graph.customer_graph import CustomerGraph, _read_time

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Journey", "journey"]

STAGES = ("learn", "buy", "use", "fix", "for_life")


class Journey(Result[_core.Journey]):
    """The way of customers through their activities. Made by `journey`.

    The table has the transitions: ``from``, ``to``, ``count``, ``share`` and the time between in days (``mean_days``,
    ``median_days``, ``p90_days``, ``minimum_days``, ``maximum_days``). All figures are counted on the log and have no
    error of estimation; cases that have not ended count with what they did so far.
    """

    __slots__ = ()

    @property
    def transitions(self) -> Table:
        """What directly follows what, how often and after how long: the most frequent first."""
        return self.to_table()

    @property
    def bottlenecks(self) -> Table:
        """The transitions by the total time spent in them, with its share: where cases wait."""
        return Table._wrap(self._core.bottlenecks_table())

    @property
    def variants(self) -> Table:
        """Different paths with their cases and mean time, the most frequent first."""
        return Table._wrap(self._core.variants_table())

    @checked
    def top_variants(self, limit: int = 10) -> Table:
        """The most frequent paths only."""
        return Table._wrap(self._core.variants_table(max(limit, 1)))

    @property
    def activities(self) -> Table:
        """Each activity: events, cases, how often it is first and last, drop-off, repeats."""
        return Table._wrap(self._core.activities_table())

    @property
    def loops(self) -> Table:
        """Activities that cases came back to after others; ``between`` is the other one where there was one."""
        return Table._wrap(self._core.loops_table())

    @property
    def cases(self) -> Table:
        """One row a case: first and last seen, days between, events, variant, furthest stage."""
        return Table._wrap(self._core.cases_table())

    @property
    def functions(self) -> Table:
        """Each function: events, cases, cases that touch no other (``only``), handovers. Needs the column function."""
        return Table._wrap(self._core.functions_table())

    @property
    def stages(self) -> Table:
        """Each stage: cases that reached it, time to reach it, and how many did not go on, with an interval.

        ``may_return`` counts those among the dropped that may still go on: their silence is not yet longer than nine in
        ten of the others took.
        """
        return Table._wrap(self._core.stage_tables()[0])

    @property
    def matrix(self) -> Table:
        """Stages by functions: volumes, times, sentiment with its interval, and accounts with a gap."""
        return Table._wrap(self._core.stage_tables()[1])

    @property
    def gaps(self) -> Table:
        """The accounts in each gap, those that have not escalated yet first.

        ``gap`` is ``missing`` (a function that is usual in the account's stage never was in touch; ``usual`` is the share
        of accounts it touches), ``silent`` (for longer than usual; ``usual`` is in days) or ``unhappy`` (the last known
        sentiment is low).
        """
        return Table._wrap(self._core.stage_tables()[2])

    @property
    def durations(self) -> dict[str, float]:
        """From first to last event of a case: ``mean_days``, ``median_days``, ``p90_days``, ``p95_days``, ``maximum_days``."""
        return dict(self._core.durations)

    @property
    def state(self) -> _core.DirectlyFollows:
        """Counts, times and paths as a state that merges with those of other cases, and travels as bytes."""
        return self._core.directly_follows()

    @property
    def events(self) -> Table:
        """The log itself, sorted by case and time."""
        return Table._wrap(self._core.events_table())

    @property
    def summary(self) -> str:
        """What was read, in a sentence."""
        return self._core.summary()

    def _summary(self) -> str:
        return self.summary

    def plot(self, axes: Axes | None = None, *, measure: str = "accounts") -> Axes:
        """The matrix of stages by functions. Needs matplotlib.

        Parameters
        ----------
        axes
            Where to draw; default: a new figure.
        measure
            A column of `matrix`: ``"accounts"``, ``"events"``, ``"median_days_before"``, ``"sentiment"``, ``"gap_silent"``.
        """
        numbers = [name for name, kind in self.matrix.types.items() if kind in ("int64", "float64")]
        if measure not in numbers:
            raise InvalidInput(
                f"the matrix has no numbers of this name; it has {', '.join(numbers)}",
                Place(column="measure", value=measure),
            )
        if axes is None:
            axes = import_extra("matplotlib.pyplot", "plot()").figure(layout="constrained").add_subplot()
        rows = list(self.matrix.rows())
        functions = sorted({row["function"] or "unknown" for row in rows})
        values = np.full((len(STAGES), len(functions)), np.nan)
        for row in rows:
            if row[measure] is not None:
                values[STAGES.index(row["stage"]), functions.index(row["function"] or "unknown")] = row[measure]
        axes.imshow(np.ma.masked_invalid(values), aspect="auto", cmap="Blues")
        axes.set_xticks(range(len(functions)), functions)
        axes.set_yticks(range(len(STAGES)), [stage.replace("_", " ") for stage in STAGES])
        known = values[np.isfinite(values)]
        middle = known.min() + 0.6 * np.ptp(known) if known.size else 0.0
        for (stage, function), value in np.ndenumerate(values):
            if np.isfinite(value):
                colour = "white" if value > middle else "black"
                axes.text(function, stage, f"{value:.4g}", ha="center", va="center", color=colour)
        axes.set_title(measure.replace("_", " "))
        return axes


@checked
def journey(
    events: TableLike | CustomerGraph,
    *,
    columns: Mapping[str, str] | None = None,
    stages: Mapping[str, str] | None = None,
    timezone: str | None = None,
    as_of: str | date | datetime | np.datetime64 | None = None,
    touchpoints: bool = True,
    expected_share: float = 0.5,
    silent_quantile: float = 0.95,
    unhappy_below: float = -0.33,
    escalations: str | Sequence[str] = ("escalation",),
    level: float = 0.9,
    threads: int | None = None,
    progress: Progress = None,
) -> Journey:
    """Follow customers, tickets or deals through their activities.

    Parameters
    ----------
    events
        A table with ``case_id`` or ``account_id`` (or both), ``at`` and ``activity``, and where there are any ``stage``,
        ``function``, ``customer_id``, ``value`` and ``sentiment``. Events of one case at the same time keep the order of
        their rows. Or a graph: its events, and with `touchpoints` its interactions, tickets, deals, surveys and the
        beginnings and ends of accounts, one case an account.
    columns
        Your names of the columns: ``{"case_id": "SR Number"}``.
    stages
        The stage of each activity: ``learn``, ``buy``, ``use``, ``fix`` or ``for_life``. It goes before the column
        ``stage``.
    timezone
        IANA name or offset of times that have none. Without it, such times are an error.
    as_of
        Later events are left out. Default: the latest time.
    touchpoints
        Are a graph's other tables events, too?
    expected_share, silent_quantile, unhappy_below, escalations
        What a gap is: see `Journey.gaps`. A function is expected in a stage when it touches this share of its accounts;
        silence is unusual beyond this quantile of the times between contacts; sentiment is low below this; these
        activities are escalations.
    level
        Probability with which intervals cover.
    threads
        None means all cores.
    progress
        True, or a function of (task, done).

    Returns
    -------
    Journey

    Raises
    ------
    MissingInput, InvalidInput, TypeMismatch
        Naming column, row and value.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> import outweigh as ow
    >>> journey = ow.journey(
    ...     {
    ...         "case_id": [1, 1, 1, 2, 2],
    ...         "at": [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 5, 1, 4)],
    ...         "activity": ["open", "ask", "close", "open", "close"],
    ...     }
    ... )
    >>> journey.variants["path"]
    ['open > ask > close', 'open > close']
    >>> journey.durations["median_days"]
    3.5
    """
    core_events: Any
    kind: Kind
    if isinstance(events, CustomerGraph):
        core_events, kind = events._core, events._kind
    else:
        core_events, kind = read_table(events, "events")
    core = _core.journey(
        core_events,
        columns=dict(columns or {}),
        stages=dict(stages or {}),
        timezone=timezone or "",
        as_of=_read_time(as_of),
        expected_share=expected_share,
        silent_quantile=silent_quantile,
        unhappy_below=unhappy_below,
        escalations=texts_of(escalations, "escalations"),
        level=level,
        touchpoints=touchpoints,
        threads=threads,
        progress=progress,
    )
    return Journey(core, kind)
