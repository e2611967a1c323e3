"""One self-contained page about who is heard, who needs what, what to build, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.arguments import checked
from .gather import tell
from .page import page
from .story import Story
from .summary import summary

if TYPE_CHECKING:
    import os

    from ..graph.customer_graph import CustomerGraph

__all__ = ["Story", "page", "summary", "tell", "write_report"]


@checked
def write_report(graph: CustomerGraph, path: str | os.PathLike[str], **options: Any) -> Story:
    """Go the whole way from a graph to a report, and write it as one HTML file.

    Parameters
    ----------
    graph
        Of any tables; what cannot be said for want of a table is listed in the report.
    path
        Where to write.
    **options
        ``capacity``, ``title``, ``origin``, ``target_uses``, ``truth``, ``progress``: see `tell`.

    Returns
    -------
    Story
        What the report says, as plain values.
    """
    story = tell(graph, **options)
    Path(path).write_text(page(story), encoding="utf-8")
    return story
