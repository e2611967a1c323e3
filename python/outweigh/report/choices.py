"""What is on the roadmap, what is not, and what each would displace, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .parts import listed, note
from .story import Choice, Item, Story
from .svg import short_number

__all__ = ["choice", "is_open", "nothing_chosen", "the_rest", "untold"]


def is_open(item: Item) -> bool:
    """Could the roadmap have it?"""
    return not item.chosen and item.status in ("candidate", "in_progress")


def choice(reversed_one: Choice | None, chosen: bool, names: dict[str, str]) -> str:
    """What happens when an item is left out, or taken in."""
    if reversed_one is None:
        return ""
    if reversed_one.problem:
        return reversed_one.problem
    entering = [f"“{names.get(i, i)}”" for i in reversed_one.entering]
    leaving = [f"“{names.get(i, i)}”" for i in reversed_one.leaving]
    lost = "" if reversed_one.value_lost is None else short_number(max(0.0, reversed_one.value_lost))
    if chosen:
        instead = f"{listed(entering)} would come in" if entering else "nothing would come in for it"
        also = f", {listed(leaving)} would go too" if leaving else ""
        return f"Without it, {instead}{also}; {lost} of value lost."
    out = f"{listed(leaving)} would have to go" if leaving else "nothing has to go"
    also = f", {listed(entering)} would come in with it" if entering else ""
    return f"{out[0].upper()}{out[1:]}{also}; {lost} of value lost."


def nothing_chosen(story: Story) -> str:
    """Why there is nothing on the roadmap."""
    if any(map(is_open, story.items)):
        return note("Nothing: no solution of worth fits this capacity with all that it requires.")
    return note("Nothing: no solution is open.")


def the_rest(left: Sequence[Item]) -> list[str]:
    """How many more are left out, and how many could not be chosen at all, with the reasons."""
    said = []
    more = sum(1 for item in left if is_open(item) and item.displaces is None)
    if more:
        said.append(f"{more} more solutions are left out." if more > 1 else "1 more solution is left out.")
    closed = Counter(item.status.replace("_", " ") for item in left if not is_open(item))
    if closed:
        reasons = "; ".join(f"{reason} ({number})" for reason, number in closed.most_common())
        said.append(f"Not to be planned: {reasons}.")
    return said


def untold(story: Story) -> str:
    """That values are bounds, where they are."""
    number = sum(1 for item in story.items if not item.is_told)
    if not number:
        return ""
    whose = "every value" if number == len(story.items) else f"{number} of {len(story.items)} values"
    return (
        f" But of {whose} the data give bounds alone, the interval; the figure inside it is a guess, and so is the choice that "
        "rests on it."
    )
