"""Plots of results, for who would rather look than read. Needs matplotlib (the extra `plot`)."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .table import import_extra

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEARD = "#c2571a"
BASE = "#9aa5b1"
ESTIMATE = "#1f5f8b"
TITLE = 64
"""Letters of a title on one line."""


def new_axes(axes: Axes | None, purpose: str, width: float = 7.0, height: float = 4.0) -> Axes:
    """The axes given, or new ones."""
    pyplot = import_extra("matplotlib.pyplot", purpose)
    if axes is not None:
        return axes
    made: Axes = pyplot.subplots(figsize=(width, height), layout="constrained")[1]
    return made


def _finish(axes: Axes, title: str, letters: int = TITLE) -> Axes:
    names = axes.get_legend_handles_labels()[1]
    if names:
        # Between the title and the axes, where it hides nothing.
        axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), borderaxespad=0.2, frameon=False, ncols=len(names))
    axes.set_title(textwrap.fill(_plain(title), letters), loc="left", pad=26.0 if names else None)
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def _plain(text: Any) -> str:
    """On one line; dollar signs would start a formula."""
    return " ".join(str(text).split()).replace("$", r"\$")


def _shorten(text: Any, limit: int = 36) -> str:
    words = " ".join(str(text).split())
    return _plain(words if len(words) <= limit else words[: limit - 1] + "…")


def plot_shares(labels: list[Any], heard: list[float], base: list[float], axes: Axes | None, title: str) -> Axes:
    """Paired bars: share of what was heard against share of the base."""
    axes = new_axes(axes, "plot()", height=1.0 + 0.45 * max(1, len(labels)))
    places = range(len(labels))
    axes.barh([place - 0.2 for place in places], heard, 0.4, color=HEARD, label="share heard")
    axes.barh([place + 0.2 for place in places], base, 0.4, color=BASE, label="share of the base")
    axes.set_yticks(list(places), [_shorten(label) for label in labels])
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.set_xlabel("share")
    return _finish(axes, title)


def plot_prevalence(table: Iterable[dict[str, Any]], axes: Axes | None, title: str, limit: int) -> Axes:
    """Intervals of prevalence, with the raw share beside, greatest first."""
    known = [row for row in table if row["prevalence"] is not None]
    rows = sorted(known, key=lambda row: -row["prevalence"])[:limit]
    axes = new_axes(axes, "plot()", height=1.0 + 0.28 * max(1, len(rows)))
    places = list(range(len(rows)))
    estimate = [row["prevalence"] for row in rows]
    below = [max(0.0, row["prevalence"] - row["lower"]) for row in rows]
    above = [max(0.0, row["upper"] - row["prevalence"]) for row in rows]
    axes.errorbar(estimate, places, xerr=[below, above], fmt="o", color=ESTIMATE, capsize=2, label="estimate")
    axes.plot([row["raw"] for row in rows], places, "x", color=HEARD, label="raw share")
    axes.set_yticks(places, [_shorten(row["need_id"]) for row in rows])
    axes.invert_yaxis()
    axes.set_xlim(-0.02, 1.02)
    axes.set_xlabel("share of the accounts that have the need")
    return _finish(axes, title)


def plot_value_against_effort(
    labels: list[Any],
    efforts: list[float],
    values: list[float],
    states: list[str],
    axes: Axes | None,
    title: str,
    effort_unit: str,
) -> Axes:
    """Solutions by effort and value, each chosen, left out, or not to be planned."""
    axes = new_axes(axes, "plot()", height=5.0)
    for state, edge, face in (
        ("cannot be planned", BASE, "none"),
        ("left out", BASE, BASE),
        ("chosen", ESTIMATE, ESTIMATE),
    ):
        at = [i for i, value in enumerate(states) if value == state]
        if at:
            points = [efforts[i] for i in at], [values[i] for i in at]
            axes.scatter(*points, edgecolors=edge, facecolors=face, label=state)
        for i in at:
            axes.annotate(
                _shorten(labels[i], 24), (efforts[i], values[i]), xytext=(4, 4), textcoords="offset points", size=8
            )
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(f"effort ({_plain(effort_unit)})")
    axes.set_ylabel("value")
    return _finish(axes, title)


def plot_waterfall(
    labels: list[Any], amounts: list[float], total: float, axes: Axes | None, title: str, unit: str
) -> Axes:
    """Steps that lead from 0 to a total."""
    axes = new_axes(axes, "plot()", height=1.0 + 0.35 * (len(labels) + 1))
    start = 0.0
    for place, amount in enumerate(amounts):
        axes.barh(place, amount, left=start, color=ESTIMATE if amount >= 0 else HEARD)
        start += amount
    axes.barh(len(amounts), total, color=BASE)
    axes.set_yticks(list(range(len(labels) + 1)), [*[_shorten(label) for label in labels], "total"])
    axes.invert_yaxis()
    axes.set_xlabel(_plain(unit))
    return _finish(axes, title, TITLE // 2)  # its labels take half of the width


def plot_steps(times: Any, values: Any, lower: Any, upper: Any, axes: Axes | None, title: str) -> Axes:
    """A survival curve with its intervals."""
    axes = new_axes(axes, "plot()")
    at = [0.0, *times]
    axes.step(at, [1.0, *values], where="post", color=ESTIMATE)
    axes.fill_between(at, [1.0, *lower], [1.0, *upper], step="post", color=ESTIMATE, alpha=0.2, linewidth=0)
    axes.set_ylim(0, 1.02)
    axes.set_xlim(left=0)
    axes.set_xlabel("time")
    return _finish(axes, title)


def plot_front(costs: list[float], values: list[float], proven: list[bool], axes: Axes | None, title: str) -> Axes:
    """A staircase of value against cost."""
    axes = new_axes(axes, "plot()")
    axes.step(costs, values, where="post", color=ESTIMATE, linewidth=1)
    for state, colour, label in ((True, ESTIMATE, "proved"), (False, HEARD, "not proved")):
        at = [i for i, value in enumerate(proven) if bool(value) is state]
        if at:
            axes.scatter([costs[i] for i in at], [values[i] for i in at], color=colour, s=8, label=label)
    axes.set_xlabel("effort")
    axes.set_ylabel("value")
    return _finish(axes, title)


def plot_whale_curve(cumulative: list[float], peak: int, axes: Axes | None, title: str) -> Axes:
    """Cumulative profit by customers, from none to all, with its peak."""
    axes = new_axes(axes, "plot()")
    axes.fill_between(range(len(cumulative)), cumulative, color=ESTIMATE, alpha=0.2, linewidth=0)
    axes.plot(range(len(cumulative)), cumulative, color=ESTIMATE)
    axes.axhline(cumulative[-1], color=BASE, linewidth=1)
    axes.plot([peak], [cumulative[peak]], "o", color=HEARD)
    axes.set_xlim(left=0)
    axes.set_xlabel("customers, the most profitable first")
    axes.set_ylabel("cumulative profit")
    return _finish(axes, title)
