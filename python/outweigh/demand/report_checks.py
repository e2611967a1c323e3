"""How many of the reports that were checked turned out to be untrue, by kind of source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.arguments import checked
from ..core.errors import InvalidInput, MissingInput, Place
from ..core.table import Table
from ..stats.proportion import proportion_interval

if TYPE_CHECKING:
    from ..graph.customer_graph import CustomerGraph

__all__ = ["report_checks"]


@checked
def report_checks(graph: CustomerGraph, *, level: float = 0.9) -> Table:
    """Share of untrue reports among those that were checked, by kind of source.

    A report is checked where ``requests.confirmed`` is known, and untrue where it is false. Nothing else tells: that a
    need was shipped, or that nobody else asked for it, is no evidence for or against a report. The share holds for
    reports that were chosen for checking without regard to what they say.

    Parameters
    ----------
    graph : CustomerGraph
        With the tables requests and sources.
    level : float
        Of the Wilson intervals, in (0, 1).

    Returns
    -------
    Table
        One row a kind of source with requests, by name: ``kind`` (``unknown`` where it is not given), ``requests``,
        ``checked``, ``untrue``, ``share``, ``lower``, ``upper``, ``status``: ``estimated``, or ``not_identified`` where
        nothing was checked; then the share is null and its interval is 0 to 1.

    Raises
    ------
    MissingInput
        Without requests or sources.
    InvalidInput
        For a level out of range.

    Examples
    --------
    >>> from datetime import datetime
    >>> import outweigh as ow
    >>> graph = ow.CustomerGraph.from_tables(
    ...     accounts={"account_id": [1, 2]},
    ...     sources={"source_id": ["desk"], "kind": ["pooled_support"]},
    ...     requests={"request_id": [1, 2], "account_id": [1, 2], "source_id": ["desk", "desk"],
    ...               "at": [datetime(2026, 1, 5), datetime(2026, 1, 6)], "confirmed": [True, False]},
    ...     timezone="UTC")
    >>> row = next(ow.report_checks(graph).rows())
    >>> row["checked"], row["untrue"], row["share"]
    (2, 1, 0.5)
    """
    if not 0.0 < level < 1.0:
        raise InvalidInput("a level must lie between 0 and 1", Place(column="level", value=str(level)))
    for name in ("requests", "sources"):
        if name not in graph.tables:
            raise MissingInput("reports are checked request by request, and counted by kind of source", Place(name))
    sources = graph.table("sources").to_dict()
    kinds = dict(zip(sources["source_id"], sources["kind"], strict=True))
    requests = graph.table("requests").to_dict()
    found = requests.get("confirmed", [None] * len(requests["source_id"]))
    tally: dict[str, list[int]] = {}
    for source, confirmed in zip(requests["source_id"], found, strict=True):
        count = tally.setdefault(str(kinds.get(source) or "unknown"), [0, 0, 0])
        count[0] += 1
        count[1] += confirmed is not None
        count[2] += confirmed is not None and not confirmed
    rows: list[dict[str, Any]] = []
    for kind in sorted(tally):
        number, tried, untrue = tally[kind]
        lower, upper = proportion_interval(untrue, tried, level=level)
        rows.append(
            {
                "kind": kind,
                "requests": number,
                "checked": tried,
                "untrue": untrue,
                "share": untrue / tried if tried else None,
                "lower": float(lower),
                "upper": float(upper),
                "status": "estimated" if tried else "not_identified",
            }
        )
    table = {name: [row[name] for row in rows] for name in rows[0]} if rows else {"kind": []}
    return Table(table)._in(graph._kind)
