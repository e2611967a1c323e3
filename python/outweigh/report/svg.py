"""Small charts as inline SVG: no scripts, colours from the page's style sheet, a description in each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ..core.table import count, format_number

__all__ = [
    "Dot",
    "PairedBar",
    "Span",
    "bars",
    "dots",
    "paired_bars",
    "rank_panels",
    "spans",
    "strip",
    "whale",
]

WIDTH = 860


def nice_step(highest: float, parts: int = 5) -> float:
    """A round distance between ticks, so that about `parts` fit into 0 .. highest."""
    if not highest > 0 or not math.isfinite(highest):
        return 1.0
    raw = highest / parts
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= raw * 0.999)


def ticks(highest: float, parts: int = 5) -> list[float]:
    """0, step, ... up to at most `highest`."""
    step = nice_step(highest, parts)
    return [step * i for i in range(int(highest / step + 1e-9) + 1)]


def short_number(value: float) -> str:
    """1.2M, 340k, 12, 0.3."""
    size = abs(value)
    for limit, unit in ((1e12, "tn"), (1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if size >= limit * 0.9995:
            many = size >= limit * 999.5  # of the largest unit, where three digits would take an exponent
            return f"{value / limit:,.0f}{unit}" if many else f"{value / limit:.3g}{unit}"
    return f"{value:.0f}" if size >= 10 or value == int(value) else f"{value:.2g}"


def percent(share: float, digits: int = 0) -> str:
    """'12 %', with a thin space; '<1 %' for a little, so that little is not taken for nothing."""
    if 0 < share < 0.005 and digits == 0:
        return "<1\u202f%"
    return f"{100 * share:.{digits}f}\u202f%"


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: max(1, limit - 1)].rstrip() + "…"


def _figure(width: float, height: float, title: str, description: str, body: Sequence[str], minimum: int = 560) -> str:
    said = escape(f"{title}. {description}", quote=True)
    return (
        f'<div class="chart"><svg viewBox="0 0 {width:g} {height:g}" style="min-width:{minimum}px" role="img" '
        f'aria-label="{said}">{"".join(body)}</svg></div>'
    )


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    label = f' class="{kind}"' if kind else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}"{label}{place}>{escape(text)}</text>'


def _label(x: float, y: float, text: str, limit: int, anchor: str = "end") -> str:
    short = shorten(text, limit)
    hover = f"<title>{escape(text)}</title>" if short != text else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="label" text-anchor="{anchor}">{hover}{escape(short)}</text>'


def _axis(left: float, right: float, top: float, bottom: float, highest: float, form: str) -> list[str]:
    parts = []
    for value in ticks(highest):
        x = left + (right - left) * value / highest if highest > 0 else left
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{bottom:.1f}" class="grid"/>')
        text = percent(value) if form == "percent" else short_number(value)
        parts.append(_text(x, bottom + 16, text, "tick", "middle"))
    return parts


@dataclass(frozen=True)
class PairedBar:
    """One row of `paired_bars`: what was heard against the base, shares 0..1."""

    label: str
    heard: float
    base: float
    lower: float | None = None
    upper: float | None = None


def paired_bars(
    rows: Sequence[PairedBar], title: str, heard: str = "share of contacts", base: str = "share of the base"
) -> str:
    """Two bars a row, with an interval on the first."""
    left, right, row_height, top = 210.0, WIDTH - 70.0, 40.0, 30.0
    bottom = top + row_height * len(rows)
    most = max([0.05, *(value for row in rows for value in (row.heard, row.base, row.upper or 0.0))])
    most = min(1.0, most * 1.05) if most <= 1 else most

    def x(share: float) -> float:
        return left + (right - left) * min(share, most) / most

    body = [
        f'<rect x="{left:g}" y="4" width="12" height="12" class="heard"/>',
        _text(left + 18, 14.5, heard),
        f'<rect x="{left + 190:g}" y="4" width="12" height="12" class="base"/>',
        _text(left + 208, 14.5, base),
        *_axis(left, right, top, bottom, most, "percent"),
    ]
    for i, row in enumerate(rows):
        y = top + row_height * i + 5
        body.append(_label(left - 10, y + 19, row.label, 30))
        body.append(
            f'<rect x="{left:g}" y="{y:.1f}" width="{x(row.heard) - left:.1f}" height="14" class="heard" rx="2"/>'
        )
        body.append(
            f'<rect x="{left:g}" y="{y + 16:.1f}" width="{x(row.base) - left:.1f}" height="10" class="base" rx="2"/>'
        )
        end = x(row.heard)
        if row.lower is not None and row.upper is not None:
            body.append(
                f'<line x1="{x(row.lower):.1f}" x2="{x(row.upper):.1f}" y1="{y + 7:.1f}" y2="{y + 7:.1f}" class="whisker"/>'
            )
            end = max(end, x(row.upper))
        ratio = f"{row.heard / row.base:.1f}×" if row.base > 0 else ""
        body.append(_text(max(end, x(row.base)) + 8, y + 17, ratio, "strong"))
    said = "; ".join(f"{row.label}: {percent(row.heard)} against {percent(row.base)}" for row in rows)
    return _figure(WIDTH, bottom + 26, title, said, body)


@dataclass(frozen=True)
class Span:
    """One row of `spans`: an estimate with its interval, the raw figure, and the truth where it is known."""

    label: str
    raw: float | None
    estimate: float | None
    lower: float | None
    upper: float | None
    truth: float | None = None
    doubtful: bool = False


def spans(rows: Sequence[Span], title: str, axis: str = "share of the accounts of the base") -> str:
    """Intervals of prevalence with the raw share and the truth beside."""
    left, right, row_height, top = 290.0, WIDTH - 70.0, 23.0, 34.0
    bottom = top + row_height * len(rows) + 4
    values = [v for row in rows for v in (row.raw, row.upper, row.estimate, row.truth) if v is not None]
    most = min(1.0, max([0.05, *values]) * 1.03)

    def x(share: float) -> float:
        return left + (right - left) * min(share, most) / most

    body = [
        _cross(left + 6, 11),
        _text(left + 16, 15, "raw: accounts that asked"),
        f'<line x1="{left + 192:g}" x2="{left + 220:g}" y1="11" y2="11" class="interval"/>',
        f'<circle cx="{left + 206:g}" cy="11" r="4.5" class="estimate"/>',
        _text(left + 228, 15, "estimate and its interval"),
    ]
    if any(row.truth is not None for row in rows):
        body += [_diamond(left + 414, 11), _text(left + 426, 15, "truth")]
    body += _axis(left, right, top, bottom, most, "percent")
    for i, row in enumerate(rows):
        y = top + row_height * i + row_height / 2
        if i % 2 == 1:
            body.append(
                f'<rect x="0" y="{y - row_height / 2:.1f}" width="{WIDTH}" height="{row_height:g}" class="zebra"/>'
            )
        body.append(_label(left - 10, y + 4.5, row.label, 38))
        kind = " faint" if row.doubtful else ""
        if row.lower is not None and row.upper is not None:
            body.append(
                f'<line x1="{x(row.lower):.1f}" x2="{x(row.upper):.1f}" y1="{y:.1f}" y2="{y:.1f}" class="interval{kind}"/>'
            )
        if row.raw is not None:
            body.append(_cross(x(row.raw), y))
        if row.estimate is not None:
            body.append(f'<circle cx="{x(row.estimate):.1f}" cy="{y:.1f}" r="4.5" class="estimate{kind}"/>')
        if row.truth is not None:
            body.append(_diamond(x(row.truth), y))
        end = max(x(v) for v in (row.upper, row.raw, row.truth, 0.0) if v is not None)
        if row.estimate is not None:
            body.append(_text(min(end + 10, WIDTH - 42), y + 4.5, percent(row.estimate), "tick"))
    body.append(_text((left + right) / 2, bottom + 32, axis, "tick", "middle"))
    said = "; ".join(
        f"{row.label}: raw {percent(row.raw or 0.0)}, estimate "
        + ("not known" if row.estimate is None else percent(row.estimate))
        + ("" if row.truth is None else f", truth {percent(row.truth)}")
        for row in rows
    )
    return _figure(WIDTH, bottom + 40, title, said, body, minimum=640)


def _cross(x: float, y: float) -> str:
    return f'<path d="M{x - 3.5:.1f} {y - 3.5:.1f}l7 7m0 -7l-7 7" class="raw"/>'


def _diamond(x: float, y: float) -> str:
    return f'<path d="M{x:.1f} {y - 5.5:.1f}l5 5.5l-5 5.5l-5 -5.5z" class="truth"/>'


def bars(rows: Sequence[tuple[str, float, str, str]], title: str, highest: float | None = None) -> str:
    """One bar a row: label, value, the value in words, and the class that colours it."""
    longest = max([0, *(len(words) for _, _, words, _ in rows)])
    left, right, row_height, top = 210.0, WIDTH - max(150.0, 16.0 + 8.4 * longest), 34.0, 4.0
    bottom = top + row_height * len(rows)
    most = highest or max([1e-12, *(value for _, value, _, _ in rows)])
    body = []
    for i, (label, value, words, kind) in enumerate(rows):
        y = top + row_height * i
        width = (right - left) * max(0.0, min(value, most)) / most
        body.append(_label(left - 10, y + 20, label, 30))
        body.append(
            f'<rect x="{left:g}" y="{y + 5:.1f}" width="{max(1.5, width):.1f}" height="22" class="{kind}" rx="2"/>'
        )
        body.append(_text(left + max(1.5, width) + 8, y + 20.5, words, "strong"))
    said = "; ".join(f"{label}: {words}" for label, _, words, _ in rows)
    return _figure(WIDTH, bottom + 4, title, said, body)


@dataclass(frozen=True)
class Dot:
    """A solution in `dots`."""

    label: str
    x: float
    y: float
    chosen: bool


def dots(points: Sequence[Dot], title: str, x_axis: str, y_axis: str) -> str:
    """Value against effort; those chosen are filled and named."""
    left, right, top, bottom = 64.0, WIDTH - 24.0, 30.0, 372.0
    x_most = (max([0.0, *(p.x for p in points)]) or 1.0) * 1.12
    y_most = (max([0.0, *(p.y for p in points)]) or 1.0) * 1.06
    body = _axis(left, right, top, bottom, x_most, "number")
    for value in ticks(y_most):
        y = bottom - (bottom - top) * value / y_most
        body.append(f'<line x1="{left:g}" x2="{right:g}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        body.append(_text(left - 8, y + 4, short_number(value), "tick", "end"))
    taken: list[tuple[float, float, float]] = []
    for p in sorted(points, key=lambda p: (p.chosen, p.y)):
        x = left + (right - left) * p.x / x_most
        y = bottom - (bottom - top) * p.y / y_most
        kind = "estimate" if p.chosen else "hollow"
        body.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" class="{kind}"><title>{escape(p.label)}</title></circle>'
        )
    for p in sorted(points, key=lambda p: -p.y):
        if not p.chosen:
            continue
        x = left + (right - left) * p.x / x_most
        y = bottom - (bottom - top) * p.y / y_most
        text = shorten(p.label, 24)
        width = 6.4 * len(text)
        start = x + 9 if x + 9 + width < WIDTH else x - 9 - width
        clash = any(abs(y - ty) < 13 and start < tx + tw and tx < start + width for tx, ty, tw in taken)
        if not clash:
            taken.append((start, y, width))
            body.append(_text(start, y + 4, text, "small"))
    body.append(f'<circle cx="{left + 8:g}" cy="12" r="5.5" class="estimate"/>')
    body.append(_text(left + 20, 16, "on the roadmap"))
    body.append(f'<circle cx="{left + 138:g}" cy="12" r="5.5" class="hollow"/>')
    body.append(_text(left + 150, 16, "left out"))
    body.append(_text((left + right) / 2, bottom + 34, x_axis, "tick", "middle"))
    body.append(
        f'<text transform="translate(14 {(top + bottom) / 2:g}) rotate(-90)" class="tick" text-anchor="middle">{escape(y_axis)}</text>'
    )
    said = f"{count(len(points), 'solution')}, {sum(p.chosen for p in points)} of them chosen."
    return _figure(WIDTH, bottom + 44, title, said, body, minimum=640)


def rank_panels(panels: Sequence[tuple[str, str, Sequence[float], Sequence[float]]], title: str, items: str) -> str:
    """Side by side: place in a ranking (across) against the true place (down); on the diagonal, they agree.

    Each panel has a name, a line below it, the places by the ranking, and the true places.
    """
    gap, top = 26.0, 52.0
    side = (WIDTH - 42.0 - gap * (len(panels) - 1)) / max(1, len(panels))
    side = min(side, 300.0)
    body: list[str] = []
    for number, (name, line, ranks, truth) in enumerate(panels):
        left = 40.0 + number * (side + gap)
        most = max([1.0, *ranks, *truth])
        kind = ("raw-dot", "money-dot", "estimate")[number] if number < 3 else "estimate"
        body.append(_text(left, 18, name, "strong"))
        body.append(_text(left, 37, line, "tick"))
        body.append(f'<rect x="{left:g}" y="{top:g}" width="{side:.1f}" height="{side:.1f}" class="frame"/>')
        body.append(f'<line x1="{left:g}" y1="{top:g}" x2="{left + side:.1f}" y2="{top + side:.1f}" class="diagonal"/>')
        for rank, true in zip(ranks, truth, strict=True):
            x = left + side * (rank - 0.5) / most
            y = top + side * (true - 0.5) / most
            body.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.2" class="{kind}"/>')
        body.append(_text(left + side / 2, top + side + 18, "place in this ranking", "tick", "middle"))
    body.append(
        f'<text transform="translate(26 {top + side / 2:.1f}) rotate(-90)" class="tick" text-anchor="middle">true place of {escape(items)}</text>'
    )
    said = "; ".join(f"{name}: {line}" for name, line, _, _ in panels)
    return _figure(WIDTH, top + side + 28, title, said, body, minimum=700)


def strip(parts: Sequence[tuple[str, float]], capacity: float, title: str, unit: str) -> str:
    """What fills a capacity: one box a part, in order."""
    left, right, top, height = 4.0, WIDTH - 4.0, 6.0, 46.0
    used = sum(amount for _, amount in parts)
    total = max(capacity if math.isfinite(capacity) else 0.0, used, 1e-12)
    body = [f'<rect x="{left:g}" y="{top:g}" width="{right - left:g}" height="{height:g}" class="frame" rx="3"/>']
    at = left
    for i, (label, amount) in enumerate(parts):
        width = (right - left) * amount / total
        hover = f"<title>{escape(label)}: {format_number(amount)} {escape(unit)}</title>"
        body.append(
            f'<rect x="{at:.1f}" y="{top:g}" width="{max(0.0, width - 1):.1f}" height="{height:g}" '
            f'class="{"block" if i % 2 == 0 else "block other"}" rx="2">{hover}</rect>'
        )
        fits = int((width - 12) / 8.8)
        if fits >= 4:
            body.append(
                f'<text x="{at + 6:.1f}" y="{top + 20:g}" class="on-block">{escape(shorten(label, fits))}</text>'
            )
            body.append(
                f'<text x="{at + 6:.1f}" y="{top + 37:g}" class="on-block light">{format_number(amount)}</text>'
            )
        at += width
    of = f" of {format_number(capacity)}" if math.isfinite(capacity) else ""
    body.append(_text(left, top + height + 18, f"{format_number(used)}{of} {unit} used", "tick"))
    said = "; ".join(f"{label}: {format_number(amount)}" for label, amount in parts)
    return _figure(WIDTH, top + height + 26, title, said, body)


def whale(points: Sequence[tuple[float, float]], peak: tuple[float, float], total: float, title: str) -> str:
    """Cumulative profit over customers: a line with its peak, and the total all of them make."""
    left, right, top, bottom = 74.0, WIDTH - 90.0, 24.0, 300.0
    most = max([0.0, *(y for _, y in points)]) * 1.08
    least = min([0.0, *(y for _, y in points)]) * 1.08
    most = most or (1.0 if not least else 0.0)
    last = max(1.0, points[-1][0])

    def place(at: tuple[float, float]) -> tuple[float, float]:
        return left + (right - left) * at[0] / last, bottom - (bottom - top) * (at[1] - least) / (most - least)

    body = _axis(left, right, top, bottom, last, "number")
    for value in ticks(most) if most >= -least else [-value or 0.0 for value in ticks(-least)]:
        y = place((0.0, value))[1]
        body.append(f'<line x1="{left:g}" x2="{right:g}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        body.append(_text(left - 8, y + 4, short_number(value), "tick", "end"))
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, points))
    body.append(f'<polyline points="{line}" class="curve"/>')
    y = place((0.0, total))[1]
    body.append(f'<line x1="{left:g}" x2="{right:g}" y1="{y:.1f}" y2="{y:.1f}" class="diagonal"/>')
    body.append(_text(right + 6, y + 4, short_number(total), "strong"))
    x, y = place(peak)
    body.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" class="estimate"/>')
    body.append(_text(x, y - 9, f"{short_number(peak[1])} with {peak[0]:,.0f}", "strong", "middle"))
    body.append(_text((left + right) / 2, bottom + 34, "customers, the most profitable first", "tick", "middle"))
    said = f"The peak is {short_number(peak[1])} with {count(round(peak[0]), 'customer')}; all together make {short_number(total)}."
    return _figure(WIDTH, bottom + 42, title, said, body, minimum=640)
