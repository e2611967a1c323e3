"""How much of each release to keep free for showstoppers, from the history of tickets."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

from ..core.arguments import checked
from ..core.errors import InvalidInput, MissingInput, Place, TypeMismatch
from ..core.numbers import number_of, short
from ..core.table import Table, TableLike, count, format_number, read_table
from .tradeoffs import _Shown

__all__ = ["Lane", "showstopper_lane"]

DAY = 86400.0
MOST_RELEASES = 1_000_000


@dataclass(frozen=True, repr=False)
class Lane(_Shown):
    """Capacity to keep free in each release.

    Attributes
    ----------
    capacity
        What showstoppers of the next release need no more than, with probability `level`.
    level
        The probability that was asked for.
    reached
        The probability that `capacity` really has: with n past releases none above n / (n + 1) can be promised.
    mean
        Effort of showstoppers in a release, on average.
    status
        ``estimated``, or ``bounds_only`` where the history is too short for the level and `capacity` is the most seen.
    releases
        ``release``, ``tickets``, ``effort`` of the past, oldest first.
    """

    capacity: float
    level: float
    reached: float
    mean: float
    status: str
    releases: Table

    def to_table(self) -> Table:
        """What past releases needed."""
        return self.releases

    def _summary(self) -> str:
        short = "" if self.status == "estimated" else f", which the history can promise with {self.reached:.0%} only"
        return (
            f"keep {format_number(self.capacity)} free for showstoppers to do in {self.level:.0%} of releases{short}; "
            f"{format_number(self.mean)} on average over {count(len(self.releases), 'release')}"
        )


def _days(given: Any, place: Place) -> float:
    if isinstance(given, dt.date) and not isinstance(given, dt.datetime):
        given = dt.datetime(given.year, given.month, given.day, tzinfo=dt.UTC)
    elif isinstance(given, dt.datetime) and given.tzinfo is None:
        given = given.replace(tzinfo=dt.UTC)
    try:
        day = given.timestamp() / DAY if isinstance(given, dt.datetime) else number_of(given, "at")
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput("a time is needed", place) from None
    if not math.isfinite(day):
        raise InvalidInput("a time is needed", place)
    return float(day)


def _effort(given: Any, row: int) -> float:
    place = Place("tickets", "effort", row, short(given))
    try:
        effort = math.nan if given is None else number_of(given, "effort")
    except TypeMismatch as error:
        raise TypeMismatch(error.message, place) from None
    if not (effort >= 0 and math.isfinite(effort)):
        raise InvalidInput("an effort must be finite and at least 0", place)
    return effort


@checked
def showstopper_lane(
    tickets: TableLike, *, release_days: float, start: Any = None, end: Any = None, level: float = 0.9
) -> Lane:
    """The lane that showstoppers of the next release fit with a stated probability.

    History is cut into releases, backwards from its end; each has a total effort, 0 where nothing happened. If past and next
    releases are exchangeable (no trend, no season), the next total is at most the k-th smallest of n with probability
    k / (n + 1), whatever its distribution; k is the smallest that reaches the level (Wilks 1941,
    doi:10.1214/aoms/1177731788).

    Parameters
    ----------
    tickets
        ``at`` (a time or a date, of UTC where it has no zone, or a number of days) and ``effort`` of each ticket that could
        not wait.
    release_days
        Length of a release.
    start, end
        Of the history; the first and the last ticket where None, which leaves out what was quiet before and after. A
        date as the end is part of the history, and so is the day of the last ticket where all stand on whole days.
    level
        Probability, above 0 and below 1.

    Returns
    -------
    Lane
        ``lane.capacity`` is the ``lane`` of `plan_releases`.

    Raises
    ------
    InvalidInput
        For options and efforts out of range, and a history of too many releases.
    MissingInput
        For a column that is not there, an unknown time, and a history that is shorter than a release.
    TypeMismatch
        For times among numbers of days.

    Examples
    --------
    >>> import outweigh as ow
    >>> tickets = {"at": [3, 12, 14, 25, 47, 61, 70], "effort": [2, 1, 2, 4, 1, 3, 2]}
    >>> lane = ow.showstopper_lane(tickets, release_days=10, start=0, end=80, level=0.8)
    >>> lane.capacity, lane.releases["effort"].tolist()
    (4.0, [2.0, 3.0, 4.0, 0.0, 1.0, 0.0, 3.0, 2.0])
    """
    release_days, level = number_of(release_days, "release_days"), number_of(level, "level")
    if not (release_days > 0 and math.isfinite(release_days)):
        raise InvalidInput(
            "a release has a positive number of days", Place(column="release_days", value=str(release_days))
        )
    if not 0.0 < level < 1.0:
        raise InvalidInput("level must be above 0 and below 1", Place(column="level", value=str(level)))
    table = Table._wrap(read_table(tickets, "tickets")[0]).to_dict()
    for name in ("at", "effort"):
        if name not in table:
            raise MissingInput("a column is missing", Place("tickets", name))
    at = [_days(given, Place("tickets", "at", row, short(given))) for row, given in enumerate(table["at"])]
    efforts = [_effort(given, row) for row, given in enumerate(table["effort"])]
    if not math.isfinite(sum(efforts)):
        raise InvalidInput("the sum of the efforts is more than a number can hold", Place("tickets", "effort"))
    of_days = {not isinstance(given, dt.date) for given in (*table["at"], start, end) if given is not None}
    if len(of_days) > 1:
        raise TypeMismatch("tickets, start and end are all times or all numbers of days", Place("tickets", "at"))
    if not at and (start is None or end is None):
        raise MissingInput("without tickets the history needs a start and an end", Place("tickets", "at"))
    first = min(at) if start is None else _days(start, Place(column="start", value=short(start)))
    last = max(at) if end is None else _days(end, Place(column="end", value=short(end)))
    of_date = isinstance(end, dt.date) and not isinstance(end, dt.datetime)
    if of_date or (last in at and all(day == math.floor(day) for day in (*at, first))):
        last += 1.0
    if (last - first) / release_days > MOST_RELEASES:
        raise InvalidInput(
            f"the history has more than {MOST_RELEASES:,} releases",
            Place(column="release_days", value=str(release_days)),
        )
    number = int((last - first) / release_days + 1e-9)
    if number < 1:
        raise MissingInput("the history is shorter than one release", Place("tickets", "at"))
    totals, counts = [0.0] * number, [0] * number
    for day, effort in zip(at, efforts, strict=True):
        # the last release holds its end, each other one its start
        back = max(0, math.ceil((last - day) / release_days) - 1) if day <= last else -1
        if 0 <= back < number:
            totals[number - 1 - back] += effort
            counts[number - 1 - back] += 1
    k = math.ceil(level * (number + 1) - 1e-9)
    capacity = sorted(totals)[min(k, number) - 1]
    return Lane(
        capacity=capacity,
        level=level,
        reached=min(k, number) / (number + 1),
        mean=math.fsum(totals) / number,
        status="estimated" if k <= number else "bounds_only",
        releases=Table({"release": list(range(1, number + 1)), "tickets": counts, "effort": totals}),
    )
