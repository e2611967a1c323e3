"""The section on conversations: how well we listen, one month of the executives' calls, and whom to visit next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.table import count
from . import svg
from .parts import money, note, sentence, table
from .story import Listened, Story, Visit
from .svg import percent

if TYPE_CHECKING:
    from ..graph.customer_graph import CustomerGraph

__all__ = ["gather_visits", "visits_section"]

PEOPLE = 12
CELLS = 20


def gather_visits(story: Story, graph: CustomerGraph) -> None:
    """Put into the story what conversations were like and whom to visit next."""
    from .. import calendar, discovery, listening_quality
    from ..core.errors import MissingInput

    if "interactions" in graph.tables:
        quality = listening_quality(graph)
        if quality.to_table().num_rows:
            story.listening = quality.summary
        names = _names_of_sources(graph)
        for row in quality.people.rows():
            if row["person"] is not None:
                story.listened.append(
                    Listened(
                        names.get(row["person"], row["person"]),
                        row["conversations"],
                        row["accounts"],
                        row["learn_share"],
                        row["escalation_share"],
                        row["begun_by_us_share"],
                        row["long_enough_share"],
                        row["customer_talked_share"],
                        row["good_share"],
                    )
                )
        story.listened.sort(key=lambda row: -row.conversations)
        try:
            month = calendar(graph)
            if not len(month) and month.latest_month is not None:
                month = calendar(graph, month=month.latest_month)
            story.calendar = month.summary
        except MissingInput as error:
            story.missing.append(("One month of the executives' calls", str(error)))
    found = discovery(graph)
    if not len(found.cells):
        return
    story.discovery = found.summary
    story.visited = [(row["cell"], row["visited"], row["target"]) for row in found.cells.rows() if row["target"]]
    story.visits = [
        Visit(
            str(row["name"] or row["account_id"]),
            row["cell"],
            row["contacts"],
            row["revenue"],
            row["reason"],
        )
        for row in found.to_table().rows()
    ]


def _names_of_sources(graph: CustomerGraph) -> dict[str, str]:
    """Names of the sources that stand for persons, by their ids: those that nobody runs."""
    if "sources" not in graph.tables:
        return {}
    sources = graph.sources.to_dict()
    unknown = [None] * len(sources["source_id"])
    names, owners = sources.get("name", unknown), sources.get("owner", unknown)
    found = {
        str(source): str(name)
        for source, name, owner in zip(sources["source_id"], names, owners, strict=True)
        if name and not owner
    }
    return {source: name for source, name in found.items() if source not in owners}


def _sentence(visit: Visit) -> str:
    """The reason as a sentence; names of the user's stay as they are."""
    reason = visit.reason
    return (reason if reason.startswith(visit.cell) else reason[:1].upper() + reason[1:]) + "."


def visits_section(story: Story) -> tuple[str, str, str] | None:
    """The section, or nothing where there is nobody to visit."""
    if not story.discovery and not story.listened:
        return None
    parts = []
    if story.listened:
        parts.append(f"<p>{sentence(story.listening)}</p>")

        def shown(share: float | None) -> str:
            return "–" if share is None else percent(share)

        parts.append(
            table(
                (
                    "Who of us",
                    "Conversations",
                    "Accounts",
                    "To learn",
                    "Escalations",
                    "Begun by us",
                    "Long enough",
                    "Customer talked",
                    "All three",
                ),
                [
                    (
                        row.person,
                        f"{row.conversations:,}",
                        f"{row.accounts:,}",
                        shown(row.learn),
                        shown(row.escalations),
                        shown(row.begun_by_us),
                        shown(row.long_enough),
                        shown(row.customer_talked),
                        shown(row.good),
                    )
                    for row in story.listened[:PEOPLE]
                ],
                numeric=range(1, 9),
            )
        )
        more = (
            f" {count(len(story.listened) - PEOPLE, 'more colleague')} had fewer conversations."
            if len(story.listened) > PEOPLE
            else ""
        )
        parts.append(
            note(
                "Long enough: ten minutes or more. Customer talked: for three quarters of the time or more. All three: made to learn, "
                "long enough, and the customer talked. A dash means that the data do not tell." + more
            )
        )
    if story.calendar:
        parts.append(f"<h3>One month of the executives' calls</h3><p>{sentence(story.calendar)}</p>")
    if story.discovery:
        parts.append(f"<h3>Visits made to learn</h3><p>{sentence(story.discovery)}</p>")
        if story.visited:
            rows = sorted(story.visited, key=lambda row: (row[1] - row[2], row[0]))
            parts.append(
                svg.bars(
                    [
                        (
                            cell,
                            min(1.0, made / target),
                            f"{made:,} for a target of {target:,}",
                            "quiet" if made < target else "estimate-bar",
                        )
                        for cell, made, target in rows[:CELLS]
                    ],
                    "Accounts visited in each part of the base, as a share of its target",
                    highest=1.0,
                )
            )
            if len(rows) > CELLS:
                left = len(rows) - CELLS
                parts.append(
                    note(
                        f"{count(left, 'more part')} {'is' if left == 1 else 'are'} nearer to {'its' if left == 1 else 'their'} target."
                    )
                )
    if story.visits:
        parts.append("<h3>Whom to talk to next, to learn most</h3>")
        parts.append(
            table(
                ("", "Account", "Part of the base", "Heard before", "Revenue", "Why"),
                [
                    (
                        f"{number}",
                        row.account,
                        row.cell,
                        f"{row.contacts:,}",
                        "–" if row.revenue is None else money(row.revenue, story),
                        _sentence(row),
                    )
                    for number, row in enumerate(story.visits, 1)
                ],
                numeric=(0, 3, 4),
            )
        )
    return ("visits", "How we listen, and whom to visit next", "".join(parts))
