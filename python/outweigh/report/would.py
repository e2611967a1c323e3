"""The section on who else would: accounts that never asked for a need and resemble those that did."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from .parts import about, note, table
from .story import Would
from .svg import percent, short_number

if TYPE_CHECKING:
    from ..graph.customer_graph import CustomerGraph

__all__ = ["gather_would", "would_section"]

NEEDS = 3
ACCOUNTS = 5
RANKED = 1000


def gather_would(graph: CustomerGraph, demand: Any, names: dict[str, str]) -> tuple[list[Would], str]:
    """The needs of which most is unheard, each with the accounts likeliest to want it, and what the order is worth."""
    from .. import backtest_who_else, who_else

    if demand is None:
        return [], ""
    needs = graph.table("needs").to_dict()
    titles = dict(zip(needs["need_id"], needs["title"], strict=True))
    unheard = sorted(
        (
            (row["prevalence"] * row["accounts"] - row["requesting"], row)
            for row in demand.overall.rows()
            if row["prevalence"] is not None and row["requesting"] > 0 and row["status"] != "bounds_only"
        ),
        key=lambda pair: (-pair[0], str(pair[1]["need_id"])),
    )
    found = []
    for missing, row in unheard[:NEEDS]:
        if missing < 1.0:
            break
        need = row["need_id"]
        others = who_else(graph, need_id=need, top=RANKED)
        # Whom long silence makes less likely to have it than others that never asked is nobody to ask next.
        average = missing / max(1.0, row["accounts"] - row["requesting"])
        rows = [
            (
                str(names.get(str(other["account_id"]), other["account_id"])),
                demand.probability(need, other["account_id"]),
                other["contacts"],
                other["evidence"] or "",
            )
            for other in others.to_table().rows()
            if demand.probability(need, other["account_id"]) >= average
        ][:ACCOUNTS]
        if rows:
            found.append(
                Would(str(titles.get(need) or need), others.wanted_by, row["prevalence"] * row["accounts"], rows)
            )
    return found, _worth(graph, backtest_who_else) if found else ""


def _worth(graph: CustomerGraph, backtest: Any) -> str:
    """Would the order have found those who asked in the last third of the time?"""
    times = sorted(at for at in graph.table("requests").to_dict()["at"] if at is not None and at <= graph.as_of)
    if len(times) < 3:
        return ""
    little = "Too little was asked anew to say what this order is worth."
    # Where the last third came at one time, such as one day, nothing comes after the split.
    split = times[2 * len(times) // 3]
    if split >= graph.as_of:
        return little
    result = backtest(graph, split=split, methods=["cosine", "popularity"])
    rows = {row["method"]: row for row in result.to_table().rows()}
    if result.status == "undefined" or rows["cosine"]["precision"] is None:
        return little
    ours, plain = rows["cosine"]["precision"], rows["popularity"]["precision"]
    doubt = "" if result.status == "estimated" else f" ({result.status}: {result.reason})"
    lower, upper = rows["cosine"]["gain_lower"], rows["cosine"]["gain_upper"]
    chance = ", a difference that may be chance" if lower is not None and lower <= 0.0 <= upper else ""
    return (
        f"Made two thirds of the way through the requests, {percent(ours, 1)} of the first {result.figures['top']} accounts "
        f"of such an order asked later; of the accounts that ask for most, {percent(plain, 1)}{chance}{doubt}."
    )


def would_section(found: list[Would], worth: str) -> tuple[str, str, str] | None:
    """The section, or nothing where nobody is left to name."""
    if not found:
        return None
    parts = [
        (
            "<p>Needs that more accounts have than asked, and accounts that never asked but want what those who did want, and "
            "whose silence has not made it unlikely. They are whom to ask next, not demand.</p>"
        )
    ]
    for would in found:
        parts.append(f"<h3>{escape(would.title)}</h3>")
        have = "has" if short_number(would.expected) == "1" else "have"
        parts.append(f"<p>Wanted by {would.wanted_by:,}; {about(would.expected, 'account')} {have} it.</p>")
        parts.append(
            table(
                ("Account", "Chance that it has it", "Heard before", "Shares with those who asked"),
                [(name, percent(chance), f"{contacts:,}", evidence) for name, chance, contacts, evidence in would.rows],
                numeric=(1, 2),
            )
        )
    if worth:
        parts.append(note(worth))
    return ("would", "Who else would", "".join(parts))
