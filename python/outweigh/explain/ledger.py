"""Show the work: every figure opens into the accounts, quotes, weights and assumptions behind it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from .. import _core
from ..core.arguments import checked
from ..core.plot import plot_waterfall
from ..core.results import Result
from ..core.table import Table, count, format_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..roadmap.plan import Plan
    from ..scoring.score import Scores

__all__ = ["Ledger", "account_contributions", "explain"]


class Ledger(Result[_core.Ledger]):
    """Lines that add up to a figure, and the evidence behind them.

    Columns of the table: ``line``, ``kind`` (``heard``, ``shrinkage``, ``overlap``, ``effort``, ``part``, ``removal``,
    ``remainder``), ``name`` in words, ``need_id``, ``account_id``, ``amount`` and ``counts`` (is it part of the sum?).
    The last line is the remainder. ``print(ledger)`` tells it in words.
    """

    __slots__ = ()

    @property
    def subject(self) -> str:
        """Id of what is explained."""
        return self._core.subject

    @property
    def title(self) -> str:
        """Its title."""
        return self._core.title

    @property
    def figure(self) -> str:
        """What the total is, in words."""
        return self._core.figure

    @property
    def unit(self) -> str:
        """Unit of the amounts."""
        return self._core.unit

    @property
    def total(self) -> float:
        """The figure that is explained."""
        return self._core.total

    @property
    def remainder(self) -> float:
        """Total minus the sum of the lines that count; rounding only."""
        return self._core.remainder

    @property
    def evidence(self) -> Table:
        """Who said what: ``request_id``, ``need_id``, ``account_id``, ``source_id``, ``at``, ``quote``, ``weight``."""
        return Table._wrap(self._core.evidence_table())

    @property
    def assumptions(self) -> list[str]:
        """What the figures rest on, in words."""
        return self._core.assumptions

    def to_text(self, lines: int = 12, quotes: int = 6) -> str:
        """The ledger for people to read, with so many of its largest lines and most telling quotes."""
        return self._core.to_text(lines, quotes)

    def plot(self, axes: Axes | None = None, *, lines: int = 12) -> Axes:
        """The lines that lead to the figure, the smallest ones together. Needs matplotlib."""
        rows = [row for row in self.to_table().rows() if row["counts"] and row["kind"] != "remainder"]
        shown = sorted(rows, key=lambda row: -abs(row["amount"]))[:lines]
        rest = [row["amount"] for row in rows if row not in shown]
        labels = [row["name"] for row in shown] + ([f"{count(len(rest), 'further line')}"] if rest else [])
        amounts = [row["amount"] for row in shown] + ([sum(rest)] if rest else [])
        title = f"{self.title or self.subject}: {self.figure} {format_number(self.total)} {self.unit}"
        return plot_waterfall(labels, amounts, self.total, axes, title, self.unit)

    def __str__(self) -> str:
        return self.to_text()

    def _summary(self) -> str:
        return f"{self.title or self.subject}: {self.figure} {self.total:.6g} {self.unit}; {count(len(self), 'line')}"

    def _repr_html_(self) -> str:
        return f'<pre style="white-space:pre-wrap">{html.escape(self.to_text())}</pre>'


@checked
def explain(scores: Scores | Plan, solution_id: str | int) -> Ledger:
    """Explain the value of one solution.

    Parameters
    ----------
    scores : Scores or Plan
        Of scores, the value of the solution alone is explained; of a plan, what it adds to the rest of the plan, or
        would add to it.
    solution_id : str or int

    Returns
    -------
    Ledger
        One line an account and need that was heard, one a need for what the estimate adds beyond them, one a need for
        what other chosen solutions meet already; effort and the score with its parts stand beside the sum. A scorer
        that does not take its scores apart gets removal effects, labelled so.

    Raises
    ------
    InvalidInput
        For an unknown solution.

    Examples
    --------
    >>> import outweigh as ow
    >>> demand = ow.demand(ow.simulate(seed=1, accounts=200, needs=4).graph, method="raw")
    >>> scores = ow.score(demand)
    >>> ledger = ow.explain(scores, scores.ranking[0])
    >>> abs(ledger.remainder) <= 1e-9 * max(1.0, abs(ledger.total))
    True
    """
    core: Any = scores._core
    return Ledger(_core.explain(core, solution_id), scores._kind)


def account_contributions(scores: Scores, solution_id: str | int) -> Table:
    """Every account's part in the stand-alone value of a solution.

    Parameters
    ----------
    scores
        Of which the solution is one.
    solution_id
        The solution.

    Returns
    -------
    Table
        ``account_id``, ``heard`` (did it ask), ``amount`` in the unit of the value.

    Raises
    ------
    InvalidInput
        For an unknown solution.

    Examples
    --------
    >>> import outweigh as ow
    >>> scores = ow.score(ow.demand(ow.simulate(seed=1, accounts=200, needs=4).graph, method="raw"))
    >>> ow.account_contributions(scores, scores.ranking[0]).columns
    ['account_id', 'heard', 'amount']
    """
    return Table._wrap(_core.account_contributions(scores._core, solution_id), scores._kind)
