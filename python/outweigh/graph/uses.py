"""What the product is made for, as the user names it among the values of the table uses."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..core.arguments import texts_of
from ..core.errors import InvalidInput, MissingInput, Place
from ..core.table import listed

if TYPE_CHECKING:
    from .customer_graph import CustomerGraph

__all__ = ["target_uses_of"]


def target_uses_of(graph: CustomerGraph, given: str | Sequence[str], *, whole: bool = False) -> list[str]:
    """The texts given; one that is a use misspelt would make pioneers of all who are on target.

    With `whole`, the graph holds all customers, so that a use which none of them has is refused, too. A part of them, such
    as a segment, may well lack one.
    """
    texts = texts_of(given, "target_uses")
    if not texts:
        return texts
    if "uses" not in graph.tables:
        if whole:
            raise MissingInput("target_uses names values of a table that was not given", Place("uses", "use"))
        return texts
    there = sorted({use for use in graph.table("uses").to_dict()["use"] if use is not None} | {"target"})
    for text in texts:
        near = [] if text in there else difflib.get_close_matches(text, there, n=1, cutoff=0.8)
        if near:
            raise InvalidInput(f"target_uses: no account has this use; did you mean '{near[0]}'?", _place(text))
        if whole and text not in there:
            known = listed([use for use in there if use != "target"])
            raise InvalidInput(f"target_uses: no account has this use; there are {known}", _place(text))
    return texts


def _place(text: str) -> Place:
    return Place("uses", "use", value=text)
