"""Key figures of service, sales and retention, by segment and period, with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, Literal

from .. import _core
from ..core.arguments import checked, texts_of
from ..core.errors import InvalidInput, Place, TypeMismatch
from ..core.numbers import is_unknown, short
from ..core.results import Result
from ..core.table import Table, count
from ..graph.customer_graph import CustomerGraph

__all__ = ["Kpis", "WorkingHours", "kpis"]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class WorkingHours:
    """A calendar of working hours, for times to respond and to repair.

    Parameters
    ----------
    start, end
        Local times of day such as ``"09:00"``; ``"24:00"`` is midnight at the end.
    days
        Working days, among mon, tue, wed, thu, fri, sat, sun.
    holidays
        Local dates without work.
    timezone
        IANA name or offset of the local clocks.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> import outweigh as ow
    >>> hours = ow.WorkingHours("09:00", "17:00")
    >>> hours.between(datetime(2026, 1, 2, 16, tzinfo=UTC), datetime(2026, 1, 5, 10, tzinfo=UTC))
    2.0
    """

    __slots__ = ("_arguments", "_core")

    def __init__(
        self,
        start: str | time = "09:00",
        end: str | time = "17:00",
        *,
        days: str | Sequence[str] = DAYS[:5],
        holidays: Iterable[date] = (),
        timezone: str = "UTC",
    ) -> None:
        weekdays = 0
        for day in texts_of(days, "days"):
            if day not in DAYS:
                raise InvalidInput(f"a working day is one of {', '.join(DAYS)}", Place(column="days", value=day))
            weekdays |= 1 << DAYS.index(day)
        if not isinstance(timezone, str):
            raise TypeMismatch("timezone must be text", Place(column="timezone", value=short(timezone)))
        self._arguments = (_minute(start, "start"), _minute(end, "end"), weekdays, _dates(holidays), timezone)
        self._core = _core.WorkingHours(*self._arguments)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_working_hours, self._arguments)

    def between(self, start: datetime, end: datetime) -> float:
        """Working hours between two times with a zone."""
        return self._core.between(_microseconds(start, "start"), _microseconds(end, "end"))

    def __repr__(self) -> str:
        start, end, weekdays, holidays, timezone = self._arguments
        days = ", ".join(day for i, day in enumerate(DAYS) if weekdays >> i & 1)
        return (
            f"outweigh.WorkingHours({start // 60:02}:{start % 60:02} to {end // 60:02}:{end % 60:02} {timezone}, {days}, "
            f"{count(len(holidays), 'holiday')})"
        )


def _working_hours(start: int, end: int, weekdays: int, holidays: list[int], timezone: str) -> WorkingHours:
    made = WorkingHours.__new__(WorkingHours)
    made._arguments = (start, end, weekdays, holidays, timezone)
    made._core = _core.WorkingHours(*made._arguments)
    return made


def _minute(value: str | time, name: str) -> int:
    if isinstance(value, time):
        return value.hour * 60 + value.minute
    if not isinstance(value, str):
        raise TypeMismatch(f"{name} must be a time of day, such as 09:00", Place(column=name, value=short(value)))
    hour, colon, minute = value.partition(":")
    digits = [hour, minute] if colon else [hour]
    if not all(part.isascii() and part.isdigit() and len(part) < 3 for part in digits) or int(minute or 0) > 59:
        raise InvalidInput("a time of day is written such as 09:00", Place(column=name, value=value))
    return int(hour) * 60 + int(minute or 0)


def _dates(holidays: Iterable[date]) -> list[int]:
    """Days since 1970, each once. A missing time is a datetime of pandas, but no date."""
    days = list(holidays) if isinstance(holidays, Iterable) else [holidays]
    for day in days:
        if not isinstance(day, date) or is_unknown(day):
            raise TypeMismatch("holidays must be dates", Place(column="holidays", value=short(day)))
    first = date(1970, 1, 1).toordinal()
    return sorted({(day.date() if isinstance(day, datetime) else day).toordinal() - first for day in days})


def _microseconds(value: datetime, name: str) -> int:
    if not isinstance(value, datetime):
        raise TypeMismatch(f"{name} must be a time", Place(column=name, value=short(value)))
    if value.tzinfo is None:
        raise InvalidInput("a time needs a zone", Place(column=name, value=short(value)))
    since = value - datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


class Findings(Result[_core.NamedTables]):
    """Base of results that consist of several tables, with single figures and remarks."""

    __slots__ = ()

    @property
    def summary(self) -> str:
        """The result in a sentence or two."""
        return self._core.summary

    @property
    def assumptions(self) -> list[str]:
        """What the figures rest on."""
        return list(self._core.assumptions)

    @property
    def missing(self) -> Table:
        """Figures that the data do not allow, with the table and column that each needs."""
        return Table._wrap(self._core.missing_table())

    def _summary(self) -> str:
        return self.summary

    def _named(self, name: str) -> Table:
        return Table._wrap(self._core.table(name))


class Kpis(Findings):
    """Key figures of service, sales and retention. Made by `kpis`.

    The table has one row a figure, group and period: ``kpi``, ``group``, ``period``, ``value`` with its interval ``lower`` ..
    ``upper``, ``unit``, ``count``, ``open`` (what has not happened yet), ``status`` and ``reason``.
    """

    __slots__ = ()


@checked
def kpis(
    graph: CustomerGraph,
    *,
    by: str | None = None,
    period: Literal["year", "quarter", "month"] | None = None,
    level: float = 0.9,
    working_hours: WorkingHours | None = None,
    first_value: str | Sequence[str] = (),
    nps_question: str = "nps",
    promised: str | None = None,
    adoption_days: float = 28.0,
) -> Kpis:
    """Key figures by segment and period: times to close, to first value, to respond and to repair, service levels, NPS,
    adoption, churn, retention of revenue, win rate.

    What has not happened yet counts as open, not as fast: medians are those of the Kaplan-Meier curve. A figure whose
    table or column is absent is listed in ``missing``.

    Parameters
    ----------
    graph
        Of any tables.
    by
        ``"segment"``, or a column of accounts of your own. Default: all together.
    period
        Calendar periods, in UTC. Default: all times together, and the last year for churn and retention.
    level
        Probability with which intervals cover.
    working_hours
        Times to respond and to repair in working hours instead of days.
    first_value
        Activities that are a first value; default: any event of the stage ``use``.
    nps_question
        The question of surveys with scores 0 to 10 (capitals do not matter).
    promised
        The column of accounts with the number of people that were promised to use the product.
    adoption_days
        Who was active in so many days uses it.

    Returns
    -------
    Kpis

    Raises
    ------
    MissingInput
        For a group that is no column.
    InvalidInput
        For options out of range, and a score of NPS outside 0..10 (it names the row).

    Examples
    --------
    >>> import outweigh as ow
    >>> kpis = ow.kpis(ow.simulate(seed=1, accounts=200).graph, by="segment")
    >>> {"kpi", "group", "value", "lower", "upper"} <= set(kpis.columns)
    True
    """
    core = _core.kpis(
        graph._core,
        by=by or "",
        period=period or "",
        level=level,
        working_hours=None if working_hours is None else working_hours._core,
        first_value=texts_of(first_value, "first_value"),
        nps_question=nps_question,
        promised=promised or "",
        adoption_days=adoption_days,
    )
    return Kpis(core, graph._kind)
