"""The section about customers: who makes the profit, the four groups, the journey by stage and function."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from ..core.errors import MissingInput, OutweighError, Place
from ..core.table import count
from . import svg
from .svg import percent

if TYPE_CHECKING:
    from ..demand.prevalence import Demand
    from ..graph.customer_graph import CustomerGraph

__all__ = ["Customers", "Profit", "customers_html", "tell_customers"]

STAGES = ("learn", "buy", "use", "fix", "for_life")
POINTS = 200
MOST_NAMED = 4
PROFIT = re.compile(r"; profit (-?[0-9][0-9,.]*)")
CAUSE = re.compile(r"(.*; most often about |diagnose )(.*?)(|, and bring to group 1)", re.DOTALL)


@dataclass(frozen=True)
class Profit:
    """The whale curve, thinned to what a page can show."""

    customers: int
    total: float
    points: list[tuple[float, float]]  # customers, cumulative profit
    peak: tuple[float, float]
    peak_share: float | None
    top_tenth: float | None
    bottom_tenth: float | None
    losing: int
    losses: float


@dataclass
class Customers:
    """What the report says about customers; empty parts could not be said."""

    profit: Profit | None = None
    groups: list[tuple[int, str, int, float | None]] = field(default_factory=list)  # group, name, accounts, revenue
    unknown_use: int = 0  # accounts in no group, since nothing says what they use the product for
    members: list[tuple[str, str, float, str, str]] = field(
        default_factory=list
    )  # account, group, probability, reason, action
    functions: list[str] = field(default_factory=list)
    matrix: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)  # stage, function: accounts, in a gap

    @property
    def is_empty(self) -> bool:
        return self.profit is None and not self.groups and not self.matrix


def tell_customers(
    graph: CustomerGraph,
    demand: Demand | None,
    names: dict[str, str],
    without: Callable[[str, object], None],
    target_uses: Sequence[str] = (),
) -> Customers:
    """Run the stages that the tables allow; `without` is told what they do not, and why."""
    told = Customers()
    uses = set(graph.table("uses")["use"]) if "uses" in graph.tables else set()
    if uses and not target_uses and not uses & {"target", "adjacent"}:
        without(
            "What accounts use the product for, in the four groups",
            MissingInput("which uses are on target is not said: the option target_uses", Place("uses", "use")),
        )
    tells: list[tuple[str, Callable[[], None]]] = [
        ("Profit by customer", lambda: _profit(graph, told)),
        ("The four groups of customers", lambda: _groups(graph, demand, names, told, target_uses)),
        ("The journey by stage and function", lambda: _matrix(graph, told)),
    ]
    for figure, tell in tells:
        try:
            tell()
        except OutweighError as error:
            without(figure, error)
    return told


def _profit(graph: CustomerGraph, told: Customers) -> None:
    from ..economics.profit import profit_curve

    curve = profit_curve(graph)
    cumulative = [0.0, *curve["cumulative"]]
    last = len(cumulative) - 1
    peak = curve.peak_customers
    shown = sorted({round(last * i / POINTS) for i in range(POINTS + 1)} | {peak})
    told.profit = Profit(
        customers=len(curve),
        total=curve.total,
        points=[(float(i), float(cumulative[i])) for i in shown],
        peak=(float(peak), float(cumulative[peak])),
        peak_share=curve.peak_share,
        top_tenth=curve.top(0.1),
        bottom_tenth=curve.bottom(0.1),
        losing=curve.losing,
        losses=curve.losses,
    )


def _groups(
    graph: CustomerGraph, demand: Demand | None, names: dict[str, str], told: Customers, target_uses: Sequence[str]
) -> None:
    from ..cases.cases import categorise_customers

    groups = categorise_customers(graph if demand is None else demand, target_uses=target_uses)
    titles = {str(title) for title in graph.table("needs")["title"]} if "needs" in graph.tables else set()
    for row in groups.groups.rows():
        told.groups.append((row["group"], row["name"], row["accounts"], row["revenue"]))
    named: dict[int, int] = {}
    for row in sorted(
        groups.to_table().rows(), key=lambda row: (row["group"], -row[f"p_{row['group']}"], str(row["account_id"]))
    ):
        if row["status"] == "not_identified":
            told.unknown_use += 1
            continue
        named[row["group"]] = named.get(row["group"], 0) + 1
        if named[row["group"]] <= MOST_NAMED:
            account = str(row["account_id"])
            told.members.append(
                (
                    names.get(account, account) or account,
                    row["name"],
                    row[f"p_{row['group']}"],
                    _in_words(row["reason"] or "", titles),
                    _in_words(row["action"] or "", titles),
                )
            )


def _in_words(text: str, titles: set[str]) -> str:
    """With the title of the need that a reason or an action ends on between quotation marks."""
    found = CAUSE.fullmatch(text)
    if found is None or found[2] not in titles:
        return text
    return f"{found[1]}“{found[2]}”{found[3]}"


def _matrix(graph: CustomerGraph, told: Customers) -> None:
    from ..journey.journey import journey

    followed = journey(graph)
    # One account may be in two gaps.
    in_gap: dict[tuple[str, str], set[Any]] = {}
    for row in followed.gaps.rows():
        in_gap.setdefault((row["stage"], row["function"] or "unknown"), set()).add(row["account_id"])
    for row in followed.matrix.rows():
        place = (row["stage"], row["function"] or "unknown")
        told.matrix[place] = (row["accounts"], len(in_gap.get(place, ())))
    told.functions = sorted({function for _, function in told.matrix})


def customers_html(
    told: Customers | None,
    table: Callable[..., str],
    note: Callable[[str], str],
    money: Callable[[float], str],
) -> str:
    """The section's markup, from the page's own parts."""
    if told is None or told.is_empty:
        return ""
    return "".join(
        (_profit_html(told.profit, money), _groups_html(told, table, note, money), _matrix_html(told, table, note))
    )


def _curve_in_words(profit: Profit, money: Callable[[float], str]) -> str:
    every, best, losing = profit.customers, int(profit.peak[0]), profit.losing
    if every == 1:
        made = f"makes {money(profit.total)}" if profit.total > 0 else "makes no profit"
        return f"The only customer {f'loses {money(-profit.total)}' if profit.total < 0 else made}."
    losses = f"{losing:,} of them {'makes' if losing == 1 else 'make'} a loss, {money(-profit.losses)} together."
    if losing == every:
        return f"All {every:,} customers make a loss, {money(-profit.losses)} together."
    if profit.peak_share is None:
        start = (
            f"{every:,} customers together {f'lose {money(-profit.total)}' if profit.total < 0 else 'make no profit'}."
        )
        return f"{start} {losses}" if losing else start
    tenth = f"The best tenth, {count(math.ceil(every / 10), 'customer')}, makes {percent(profit.top_tenth or 0.0)}."
    if best == every:
        return f"All {every:,} customers make a profit, {money(profit.total)} together. {tenth}"
    # A little above the whole is not to read as the whole.
    share = percent(profit.peak_share, 1 if 1 < profit.peak_share < 1.0995 else 0)
    one = every - best == 1
    others = f"the other {every - best:,} {'adds' if one else 'add'} nothing"
    others += f" or {'takes' if one else 'take'} from it" if losing else ""
    first = f"The most profitable {f'{best:,} ' if best > 1 else ''}of {every:,} customers {'make' if best > 1 else 'makes'}"
    start = f"{first} {share} of the profit; {others}."
    return " ".join((start, *([losses] if losing else []), tenth))


def _profit_html(profit: Profit | None, money: Callable[[float], str]) -> str:
    if profit is None:
        return ""
    said = f"{_curve_in_words(profit, money)} From all revenue and costs on record."
    return f"<h3>Who makes the profit</h3><p>{escape(said)}</p>" + svg.whale(
        profit.points, profit.peak, profit.total, "Cumulative profit, the most profitable customers first"
    )


def _groups_html(
    told: Customers, table: Callable[..., str], note: Callable[[str], str], money: Callable[[float], str]
) -> str:
    if not told.groups:
        return ""
    parts = ["<h3>The four groups</h3>"]
    parts.append(
        table(
            ("Group", "", "Accounts", "Revenue a year"),
            [
                (str(group), name, f"{accounts:,}", "–" if revenue is None else money(float(revenue)))
                for group, name, accounts, revenue in told.groups
            ],
            numeric=(2, 3),
        )
    )
    if told.unknown_use:
        rest = "1 more account" if told.unknown_use == 1 else f"{told.unknown_use:,} more accounts"
        who = "it uses" if told.unknown_use == 1 else "they use"
        parts.append(f"<p>Of {rest} nothing says what {who} the product for.</p>")
    parts.append(
        "<details><summary>The clearest cases of each group</summary>"
        + table(
            ("Account", "Group", "Probability", "Because", "What to do"),
            [
                (
                    account,
                    group,
                    percent(p),
                    PROFIT.sub(lambda found: f"; profit {money(float(found[1].replace(',', '')))}", reason),
                    action,
                )
                for account, group, p, reason, action in told.members
            ],
            numeric=(2,),
        )
        + note(
            "Mood and profit are those of the last 365 days. Mood runs from -1, unhappy, to 1, happy: the mean of its signs, "
            "which are answers to surveys, contacts, and what is noted of the account."
        )
        + "</details>"
    )
    return "".join(parts)


def _matrix_html(told: Customers, table: Callable[..., str], note: Callable[[str], str]) -> str:
    if not told.matrix:
        return ""

    def cell(stage: str, function: str) -> str:
        accounts, gaps = told.matrix.get((stage, function), (0, 0))
        return "–" if not accounts and not gaps else f"{accounts:,}" + (f" ({gaps:,})" if gaps else "")

    rows: list[Sequence[Any]] = [
        (stage.replace("_", " "), *(cell(stage, function) for function in told.functions)) for stage in STAGES
    ]
    return (
        "<h3>The journey by stage and function</h3>"
        + table(("Stage", *told.functions), rows, numeric=range(1, len(told.functions) + 1))
        + note(
            "Accounts, former customers and prospects among them, that the function was in touch with in the stage; in brackets the accounts with a gap: a function that is usual there never was in touch, silence longer than usual, or low sentiment."
        )
    )
