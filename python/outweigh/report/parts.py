"""What every section of the page is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from ..core.table import count
from .story import Story
from .svg import short_number

__all__ = ["about", "customers_of", "every", "listed", "money", "note", "on", "sentence", "table"]

SENTENCE = 60
_TAGS = re.compile("<[^>]*>")


def customers_of(story: Story) -> str:
    """'342 active customers, 8.97M EUR a year', and of how many that is known where it is not of all."""
    said = count(story.accounts, "active customer")
    if story.revenue is None:
        return said
    of = "" if story.revenue_known == story.accounts else f" from the {story.revenue_known:,} whose revenue is known"
    return f"{said}, {money(story.revenue, story)} a year{of}"


def every(number: int, noun: str) -> str:
    """'All 3 needs', 'The only need'."""
    return f"The only {noun}" if number == 1 else f"All {number:,} {noun}s"


def about(number: float, noun: str) -> str:
    """'about 1 account', 'about 0.4 accounts', 'about 1.2k accounts'."""
    said = short_number(number)
    return f"about {said} {noun}" + ("" if said == "1" else "s")


def listed(words: Sequence[str], limit: int = 3) -> str:
    """The first of them, and how many more."""
    shown = list(words[:limit])
    if len(words) > limit:
        shown.append(f"{len(words) - limit} more")
    if len(shown) < 2:
        return "".join(shown)
    return ", ".join(shown[:-1]) + " and " + shown[-1]


def money(amount: float, story: Story) -> str:
    """An amount with its currency."""
    unit = f"\u202f{story.currency}" if story.currency and story.currency != "unit" else ""
    return f"{short_number(amount)}{unit}"


def on(story: Story) -> str:
    """' on 1 July 2026', where the time of the base is known."""
    return f" on {story.as_of}" if story.as_of else ""


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    numeric: Sequence[int] = (),
    caption: str = "",
    raw: Sequence[int] = (),
) -> str:
    """A table; cells are escaped but for the columns in `raw`, which hold markup of ours."""
    rows = list(rows)
    # Sentences keep a width on which they can be read; the table goes on to the side instead.
    kinds = [
        " class=n" if i in numeric else " class=s" if any(_shown(row[i]) > SENTENCE for row in rows) else ""
        for i in range(len(head))
    ]
    heads = "".join(f'<th scope="col"{kind}>{escape(name)}</th>' for name, kind in zip(head, kinds, strict=True))
    lines = []
    for row in rows:
        cells = "".join(f"<td{kinds[i]}>{cell if i in raw else escape(cell)}</td>" for i, cell in enumerate(row))
        lines.append(f"<tr>{cells}</tr>")
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="table"><table>{title}<thead><tr>{heads}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )


def sentence(text: str) -> str:
    """Words of ours as markup; a per cent sign stays with its number."""
    return escape(text).replace(" %", "\u202f%")


def _shown(cell: str) -> int:
    """Characters of a cell that are seen."""
    return len(_TAGS.sub("", cell)) if "<" in cell else len(cell)


def note(text: str) -> str:
    """A remark in small type."""
    return f'<p class="note">{escape(text)}</p>'
