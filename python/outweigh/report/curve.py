"""What more or less capacity would be worth: the curve of value against cost, with the roadmap on it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from . import svg
from .story import Story

__all__ = ["curve", "trade_off"]

Corners = Sequence[tuple[float, float]]


def curve(corners: Corners, used: float, value: float, title: str, x_axis: str, y_axis: str) -> str:
    """The concave hull of value against cost; the roadmap is the filled dot."""
    left, right, top, bottom = 64.0, svg.WIDTH - 24.0, 30.0, 300.0
    x_most = max([1e-12, used, *(x for x, _ in corners)]) * 1.04
    y_most = max([1e-12, value, *(y for _, y in corners)]) * 1.06

    def place(x: float, y: float) -> tuple[float, float]:
        return left + (right - left) * x / x_most, bottom - (bottom - top) * y / y_most

    body = svg._axis(left, right, top, bottom, x_most, "number")
    for tick in svg.ticks(y_most):
        _, y = place(0.0, tick)
        body.append(f'<line x1="{left:g}" x2="{right:g}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        body.append(svg._text(left - 8, y + 4, svg.short_number(tick), "tick", "end"))
    for (x1, y1), (x2, y2) in zip(corners, corners[1:], strict=False):
        a, b = place(x1, y1), place(x2, y2)
        body.append(f'<line x1="{a[0]:.1f}" y1="{a[1]:.1f}" x2="{b[0]:.1f}" y2="{b[1]:.1f}" class="interval"/>')
    for x, y in corners:
        at = place(x, y)
        body.append(f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="3.5" class="hollow"/>')
    at = place(used, value)
    body.append(
        f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="6" class="estimate"><title>this roadmap</title></circle>'
    )
    body.append(svg._text(min(at[0] + 10, right - 80), at[1] + 18, "this roadmap", "small"))
    body.append(svg._text((left + right) / 2, bottom + 34, x_axis, "tick", "middle"))
    body.append(
        f'<text transform="translate(14 {(top + bottom) / 2:g}) rotate(-90)" class="tick" text-anchor="middle">'
        f"{escape(y_axis)}</text>"
    )
    said = f"From {svg.short_number(corners[0][1])} to {svg.short_number(corners[-1][1])} in {len(corners)} corners."
    return svg._figure(svg.WIDTH, bottom + 44, title, said, body, minimum=640)


def trade_off(story: Story) -> str:
    """The curve with its meaning in words; nothing where it has fewer than two corners."""
    corners = story.corners
    if len(corners) < 2 or story.used is None or story.plan_value is None or story.capacity is None:
        return ""
    unit = story.effort_unit if story.effort_unit not in ("", "unit") else "the unit given"
    price = _slope(corners, story.capacity)
    picture = curve(
        corners,
        story.used,
        story.plan_value,
        "Value against effort",
        f"effort in {unit}",
        f"value in {story.value_unit}" if story.value_unit else "value",
    )
    if price > 0:
        most = max(0.0, _height(corners, story.capacity + 1.0) - story.plan_value)
        words = (
            f"Along the line, one more unit of capacity (in {unit}) is worth some {svg.short_number(price)}. Solutions come "
            f"whole, so that the best roadmap may win nothing by it, and wins at most some {svg.short_number(most)}."
        )
    else:
        words = "More capacity would add nothing."
    return (
        "<h3>What more or less capacity would be worth</h3>"
        f"{picture}<p>{escape(words)} Each corner is the best roadmap at some price of effort; no roadmap lies above the "
        "line.</p>"
    )


def _slope(corners: Corners, at: float) -> float:
    """How steep the line is just beyond a cost."""
    return next(((y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in pairwise(corners) if x2 > at), 0.0)


def _height(corners: Corners, at: float) -> float:
    """The value that no roadmap of this cost is above."""
    for (x1, y1), (x2, y2) in pairwise(corners):
        if x2 > at:
            return y1 + (y2 - y1) * (at - x1) / (x2 - x1)
    return corners[-1][1]
