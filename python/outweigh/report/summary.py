"""The report in a few lines, for a terminal."""

from __future__ import annotations

import math

from ..core.table import count
from .page import _sentences
from .parts import customers_of, on
from .story import Story
from .svg import percent, short_number

__all__ = ["summary"]


def summary(story: Story) -> list[str]:
    """Lines to print."""
    lines = [story.title, ""]
    lines.append(f"Base: {customers_of(story)}{on(story)}")
    if story.heard_accounts is not None:
        never = story.accounts - story.heard_accounts
        lines.append(
            f"Heard: {story.heard_accounts:,} ({percent(story.heard_accounts / max(1, story.accounts))}) in "
            f"{count(story.contacts, 'contact')}; {never:,} never"
        )
    lines += [f"- {sentence}" for sentence in _sentences(story)]
    tried = [ranking for ranking in story.rankings if ranking.tau is not None]
    if tried:
        lines += ["", f"{'':12} {'tau-b':>8} {'regret':>8}   of ranking and roadmap against the truth"]
        lines += [
            f"{ranking.name:12} {ranking.tau or 0.0:8.2f} {100 * (ranking.regret or 0.0):7.1f} %" for ranking in tried
        ]
    chosen = [item for item in story.items if item.chosen]
    if chosen:
        proof = "proved best" if story.is_proven else "best found"
        capacity = story.capacity or 0.0
        of = f" of {short_number(capacity)}" if math.isfinite(capacity) else ""
        lines += ["", f"Roadmap ({short_number(story.used or 0.0)}{of} effort, {proof}):"]
        names = {item.id: item.title for item in story.items}
        for item in chosen:
            line = f"  {item.title or item.id}: effort {0.0 if item.effort is None else item.effort:g}, value {short_number(item.value)}"
            if item.displaces is not None and item.displaces.entering:
                line += f"; in place of {', '.join(names.get(i, i) for i in item.displaces.entering[:2])}"
            lines.append(line)
    for warning in story.warnings:
        lines.append(f"warning: {warning}")
    if story.missing:
        lines += ["", "Not in the report: " + "; ".join(f"{figure} ({why})" for figure, why in story.missing[:4])]
    return lines
