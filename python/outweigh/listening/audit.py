"""Who is heard, through whom, against who is there; and weights that make up for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import _core
from ..core.arguments import checked, ids_of, one_id
from ..core.columns import names_of
from ..core.errors import MissingInput, Place
from ..core.plot import plot_shares
from ..core.progress import Progress
from ..core.table import Table
from ..graph.customer_graph import CustomerGraph
from ..graph.result_of_graph import ResultOfGraph, with_user_ids

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["AccountWeights", "Audit", "audit", "weights"]


class Audit(ResultOfGraph[_core.Audit]):
    """Who is heard, through whom, against who is there. Made by `audit`.

    The table has one row for each voice, ``dimension`` (segment, revenue band, ...) and ``level``. Voices (``group`` and
    ``voice``) are each source, kind of source, team, person and all pooled. ``base_share`` is a census, without error;
    ``heard_share`` of the contacts has its interval ``lower`` .. ``upper``; ``ratio``, ``reach``, ``never_heard`` accounts
    and their revenue; and a test of the difference (``p_value``; ``q_value`` of Benjamini and Yekutieli over all tests
    of the audit: rows, `tests`, `numbers` and the ``chance`` of `never_heard`; where persons are the teams over again each
    pair of tests counts once).

    Tests and intervals rest on a contact model, fair contact: contacts reach accounts of the base at random, and all
    contacts of one account are one decision, so that ``contacts`` are worth ``contacts / design_effect`` independent ones.
    """

    __slots__ = ()

    @property
    def sources(self) -> Table:
        """One row a source, a kind of source, and all pooled.

        Contacts, accounts heard, share of whales and of unhappy accounts among the contacts against the base,
        escalations against calls made to learn, concentration on few accounts.
        """
        return with_user_ids(Table._wrap(self._core.sources_table()), self._graph)

    @property
    def tests(self) -> Table:
        """One row a voice and dimension: how far the shares heard are from those of the base, all levels together.

        ``dissimilarity`` (half the sum of absolute differences, 0..1), ``chi_squared`` over the ``design_effect`` with its
        ``degrees_of_freedom``, ``p_value`` and ``q_value``. Dimensions whose levels overlap have no such test.
        """
        return with_user_ids(Table._wrap(self._core.tests_table()), self._graph)

    @property
    def numbers(self) -> Table:
        """One row a voice and number of accounts (revenue, sentiment, years, numeric columns): heard against the base.

        ``standardised_difference`` of the means in standard deviations of the base, with its interval;
        ``kolmogorov_smirnov`` distance with ``p_value`` and ``q_value``; ``wasserstein`` distance in units of the number.
        """
        return with_user_ids(Table._wrap(self._core.numbers_table()), self._graph)

    @property
    def representativity(self) -> float | None:
        """R of all sources pooled, adjusted for bias: 1 where all accounts have the same chance of being heard.

        `sources` has it for each source, with its interval and the coefficient of variation of the propensities, by which
        sources that hear few can be compared with sources that hear many. None where nobody was heard.
        """
        return self._core.representativity

    @property
    def partial_indicators(self) -> Table:
        """Contribution of each dimension, and of each of its levels, to what R lacks of 1.

        ``unconditional``: below 0 for levels heard too little. ``conditional``: what is left within cells of all other
        dimensions. A row without ``category`` is the dimension as a whole.
        """
        return Table._wrap(self._core.partial_table())

    @property
    def never_heard(self) -> Table:
        """Parts of the base with accounts that nobody heard, ranked by accounts and by revenue, in words.

        ``chance`` is that of at least so many unheard accounts, and ``chance_of_silence`` that of nobody heard at all, under
        fair contact: a small cell is easily missed.
        """
        return Table._wrap(self._core.never_heard_table())

    @property
    def apart(self) -> Table:
        """Contacts with stakeholders, internal people and partners, which never enter a customer share."""
        return Table._wrap(self._core.apart_table())

    @property
    def missing(self) -> Table:
        """Figures that the tables do not allow, and the table and column each needs."""
        return Table._wrap(self._core.missing_table())

    @property
    def base_accounts(self) -> int:
        """Accounts in the base."""
        return self._core.base_accounts

    @property
    def heard_accounts(self) -> int:
        """Accounts of the base that were heard by anyone."""
        return self._core.heard_accounts

    @property
    def never_heard_accounts(self) -> int:
        """Accounts of the base that nobody heard."""
        return self._core.base_accounts - self._core.heard_accounts

    @property
    def never_heard_revenue(self) -> float | None:
        """Yearly revenue of the accounts that nobody heard; None where `arr` is not known."""
        return self._core.never_heard_revenue

    @property
    def summary(self) -> str:
        """The audit in a few sentences."""
        return self._core.summary()

    def _summary(self) -> str:
        return self.summary

    @checked
    def plot(
        self, axes: Axes | None = None, *, dimension: str | None = None, source_id: str | int | None = None
    ) -> Axes:
        """Share heard against share of the base, by level of a dimension. Needs matplotlib.

        Parameters
        ----------
        axes
            Where to draw; default: a new figure.
        dimension
            Default: the first of the table.
        source_id
            Default: all sources pooled.
        """
        wanted = None if source_id is None else one_id(source_id, "source_id")
        rows = [
            row
            for row in self.to_table().rows()
            if (row["group"] == "all" if wanted is None else str(row["source_id"]) == wanted)
        ]
        if source_id is not None and not rows:
            raise MissingInput("the audit has no such source", Place(column="source_id", value=str(source_id)))
        chosen = dimension if dimension is not None else (rows[0]["dimension"] if rows else "")
        rows = [row for row in rows if row["dimension"] == chosen]
        if dimension is not None and not rows:
            raise MissingInput("the audit was not made by this dimension", Place(column="dimension", value=dimension))
        who = "all sources" if wanted is None else wanted
        return plot_shares(
            [row["level"] for row in rows],
            [row["heard_share"] or 0.0 for row in rows],
            [row["base_share"] for row in rows],
            axes,
            f"{who}, by {chosen}",
        )


class AccountWeights(ResultOfGraph[_core.AccountWeights]):
    """Weights that make the accounts that were heard stand for the whole base. Made by `weights`.

    The table has ``account_id`` and ``weight``. The weights correct for segment and revenue, and for nothing else.
    """

    __slots__ = ()

    @property
    def cells(self) -> Table:
        """Cells of segment and revenue band: accounts, heard accounts, weight, and why a cell was joined with another."""
        return Table._wrap(self._core.cells_table())

    @property
    def effective_sample_size(self) -> float:
        """Kish's: the number of equally weighted accounts that the weighted ones are worth."""
        return self._core.effective_sample_size

    @property
    def design_effect(self) -> float:
        """Heard accounts over effective sample size."""
        return self._core.design_effect

    @property
    def collapsed_cells(self) -> int:
        """Number of cells in which nobody was heard."""
        return self._core.collapsed_cells

    @property
    def status(self) -> str:
        """How far the weights can be believed."""
        return self._core.status

    @property
    def verdict(self) -> str:
        """What the weights are worth, in words."""
        return self._core.verdict

    def _summary(self) -> str:
        return self.verdict


@checked
def audit(
    graph: CustomerGraph,
    *,
    by: Sequence[str] | None = None,
    sources: Sequence[str] | None = None,
    numbers: Sequence[str] | None = None,
    cells: Sequence[str] | None = None,
    whale_share: float = 0.1,
    unhappy_share: float = 0.1,
    level: float = 0.9,
    interval: str = "wilson",
    revenue_bands: int = 3,
    long_enough: float = 10.0,
    customer_talked: float = 0.75,
    threads: int | None = None,
    progress: Progress = None,
) -> Audit:
    """Compare who was heard, through each source, team and person and pooled, with who is there.

    Parameters
    ----------
    graph
        The customer base and what was heard from it. A team is the column ``team`` of the sources table where it has
        one, else ``owner``; a person is the colleague in the contact: the column ``person`` of interactions, tickets and
        requests where they have one, else the owner of the source. Requests without ``interaction_id`` belong to a logged
        contact of the same account and source within seven days; otherwise those of seven days are one contact.
    by
        Ways of dividing the base: ``"segment"``, ``"revenue_band"``, ``"revenue_decile"``, ``"sentiment"``, ``"tenure"``,
        ``"stage"`` (a column, else the last event), ``"role"`` (people spoken to against all people), or a column of
        accounts of your own such as region or size; numeric columns of many values are cut into bands. Default: segment,
        and revenue band where `arr` is known.
    sources
        Ids of the sources to audit; default: all.
    numbers
        Numbers of accounts to compare: ``"arr"``, ``"sentiment"``, ``"tenure"`` (years), numeric columns of your own.
        Default: those that are known, and numeric columns among ``by``.
    cells
        Ways of dividing the base whose cells are searched for the never heard; default: segment and revenue band.
    whale_share, unhappy_share
        Whales are this share of the base with the highest `arr`, unhappy outliers this share with the lowest sentiment.
    level
        Probability with which intervals cover.
    interval
        Of shares: ``"wilson"``, ``"clopper_pearson"`` (exact) or ``"jeffreys"``.
    revenue_bands
        Number of bands of revenue, and of numeric columns, with the same number of accounts each.
    long_enough, customer_talked
        A good conversation lasts at least so many minutes, and the customer talks at least this share of it.
    threads
        None means all cores.
    progress
        True, or a function of (task, done).

    Returns
    -------
    Audit

    Raises
    ------
    MissingInput
        Without sources, or without anything heard through them.

    Examples
    --------
    >>> import outweigh as ow
    >>> audit = ow.audit(ow.simulate(seed=1, accounts=200).graph)
    >>> audit.heard_accounts + audit.never_heard_accounts == audit.base_accounts
    True
    >>> "heard_share" in audit.columns
    True
    """
    core = _core.audit(
        graph._core,
        by=names_of(by, "by"),
        sources=ids_of(sources, "sources"),
        numbers=names_of(numbers, "numbers"),
        cells=names_of(cells, "cells"),
        whale_share=whale_share,
        unhappy_share=unhappy_share,
        level=level,
        interval=interval,
        revenue_bands=revenue_bands,
        long_enough=long_enough,
        customer_talked=customer_talked,
        threads=threads,
        progress=progress,
    )
    return Audit(core, graph, graph._kind)


@checked
def weights(
    graph: CustomerGraph, *, revenue_bands: int = 3, threads: int | None = None, progress: Progress = None
) -> AccountWeights:
    """Weights that make the accounts that were heard stand for the whole base: post-stratification.

    Parameters
    ----------
    graph
        The customer base and what was heard from it.
    revenue_bands
        Cells are segments by this many bands of revenue; 1 leaves revenue out. A cell in which nobody was heard is
        joined with the nearest one, which is reported in `AccountWeights.cells`.
    threads
        None means all cores.
    progress
        True, or a function of (task, done).

    Returns
    -------
    AccountWeights

    Raises
    ------
    InvalidInput
        For options out of range; it names the option.

    Examples
    --------
    >>> import outweigh as ow
    >>> weights = ow.weights(ow.simulate(seed=1, accounts=200).graph)
    >>> round(sum(weights["weight"])) == ow.audit(weights.graph).base_accounts
    True
    """
    core = _core.weights(graph._core, revenue_bands=revenue_bands, threads=threads, progress=progress)
    return AccountWeights(core, graph, graph._kind)
