"""Sources: by whom they hear, how often they were right, and what is behind "all my accounts want this"."""

from __future__ import annotations

from typing import Any

from .. import _core
from ..core.arguments import checked, one_id
from ..core.facts import Facts, JudgedFacts
from ..core.table import Table, count
from ..graph.customer_graph import CustomerGraph

__all__ = ["Breadth", "SourceCredibility", "breadth", "source_credibility"]


class SourceCredibility(JudgedFacts):
    """How far each source can be believed. Made by `source_credibility`.

    Columns: ``source_id``, ``kind``. Structure: ``voices``, ``accounts`` (of the base), ``covered``,
    ``effective_accounts`` (as many equal accounts would be as even) and ``structure`` (chance that two voices are of
    different accounts; 0 when it hears one). What others know of the pairs of account and need it brought:
    ``corroborated``, ``contradicted``, ``uncorroborated`` (another source was in contact afterwards and did not hear of
    it), ``unknown`` (nobody else was in contact). Record: ``investigated``, ``untrue``, ``reach`` (share of its voices of a
    kind that is investigated at all), ``own_record`` (weighted), ``credibility`` (weight of its own record in the next),
    ``record`` with ``lower`` and ``upper``, ``status``. Null: unknown. The whole is ``not_identified`` when nothing was
    investigated, ``undefined`` without requests.
    """

    __slots__ = ()

    @property
    def collective(self) -> float | None:
        """Record of all sources: what is believed of one without a record; None when nothing was investigated."""
        value = self._core.figures["collective"]
        return None if value is None else float(value)

    def _summary(self) -> str:
        return f"{count(len(self), 'source')}, {self._judgement()}"


class Breadth(JudgedFacts):
    """How many accounts of a source have a need, against how many are said to. Made by `breadth`.

    One row for ``all`` first-hand evidence and one for what is ``independent`` of the source. Columns: ``evidence``,
    ``accounts`` (of the source), ``corroborated``, ``denied``, ``silent``, ``untouched``, ``contacts``; ``lowest`` to
    ``highest``, which holds whatever one assumes; ``count`` of accounts that have the need with ``lower`` and ``upper``;
    ``at_least`` (k), ``probability`` that so many have it, ``to_believe`` (how many of the accounts least heard would all
    have to say yes; null when no number would do), ``status``, ``reason``.
    """

    __slots__ = ()

    @property
    def accounts(self) -> Table:
        """Each account of the source: ``account_id``, ``evidence`` (``confirmed``, ``heard``, ``denied``, ``silent``,
        ``untouched``), ``independent`` of the source, ``contacts`` at which it could have mentioned the need, at how many it
        did (``mentions``), ``events`` (contacts that it began because of the need), ``probability``."""
        return self._core.tables["accounts"]

    @property
    def figures(self) -> dict[str, Any]:
        """``accounts``, ``from_coverage``, ``claimed``, ``at_least``, and of all evidence ``probability`` and ``to_believe``."""
        return {k: v for k, v in self._core.figures.items() if k not in ("status", "reason")}

    @property
    def probability(self) -> float | None:
        """That at least k accounts have the need, from all first-hand evidence; None when nothing is known."""
        value = self._core.figures["probability"]
        return None if value is None else float(value)

    @property
    def to_believe(self) -> int | None:
        """How many of the accounts least heard would all have to say yes; None when no number would do."""
        value = self._core.figures["to_believe"]
        return None if value is None else int(value)

    def _summary(self) -> str:
        figures = self._core.figures
        chance = "unknown" if self.probability is None else f"{self.probability:.2f}"
        words = f"at least {figures['at_least']:,} of {count(figures['accounts'], 'account')}: probability {chance}"
        return f"{words}, {self._judgement()}"


@checked
def source_credibility(graph: CustomerGraph, *, level: float = 0.9) -> SourceCredibility:
    """How far each source can be believed: by its structure, and by its record.

    The two stand side by side and are never multiplied: a source may hear one account only, and always be right. A voice is
    investigated when ``confirmed`` is known, or when the account was asked outright for the need later on; that a solution
    shipped is no evidence of truth, and what nobody looked into is unknown. Investigated voices are weighted by the
    chance of investigation, which may depend on basis, urgency and revenue. From 10 sources with a record on, records
    borrow from each other (see `beta_binomial`); with fewer each stands alone.

    Parameters
    ----------
    graph
        The customer base; only requests of customers of the base count.
    level
        Probability of the intervals.

    Returns
    -------
    SourceCredibility

    Raises
    ------
    MissingInput
        Without a table of sources or requests.

    Examples
    --------
    >>> import outweigh as ow
    >>> found = ow.source_credibility(ow.simulate(seed=1, accounts=200).graph)
    >>> "structure" in found.columns and "record" in found.columns
    True
    """
    table, figures = _core.source_credibility(graph._core, level=level)
    return SourceCredibility(Facts(Table._wrap(table), figures), graph._kind)


@checked
def breadth(
    graph: CustomerGraph,
    *,
    request_id: str | int,
    at_least: float | None = None,
    level: float = 0.9,
    believe: float = 0.9,
    window: float = 7.0,
    follow_up: float = 14.0,
) -> Breadth:
    """ "All my accounts want this": how many of the source's accounts have the need, against how many are said to.

    Each account has the need with one probability, mentions it at a contact with another if it has it, and gets in touch
    because of it so many times on average: site occupancy [1]_ with contacts of their own. The second one differs over
    accounts by a beta law, the third by a negative binomial one; flat priors, and those of the demand model for how much
    accounts differ, are integrated. So silence counts as far as contacts show that those who have the need speak of it,
    and that they do so alike. Contacts are made of interactions and requests as `demand` makes them: what an account
    began, or what only a request tells of, was caused by the first need it names. Taken for granted: accounts that are
    contacted more often have the need no more often, contacts are alike, and accounts could get in touch all the time
    since they started.

    Parameters
    ----------
    graph
        The customer base.
    request_id
        The request that makes the claim; it names the source and the need.
    at_least
        k, in accounts. Default: ``claimed_breadth`` of the request, and without one all accounts of the source.
    level
        Probability of the interval of the number of accounts.
    believe
        Probability from which the claim would be believed.
    window
        Requests without ``interaction_id`` belong to a logged contact of the same account and source within so many days,
        and otherwise make one contact with others within so many days of the first.
    follow_up
        A contact that we begin within so many days of one of theirs is heard, but neither an occasion nor silence.

    Returns
    -------
    Breadth
        Status ``not_identified`` when nobody was in contact with the accounts, ``doubtful`` when none was twice, when
        no contact is known at which silence would tell, and when more accounts are claimed than there are,
        ``undefined`` for a source without accounts of the base.

    Raises
    ------
    InvalidInput
        For an unknown request, and options out of range.
    MissingInput
        When the request names no need.

    References
    ----------
    .. [1] MacKenzie et al. 2002, doi:10.1890/0012-9658(2002)083[2248:ESORWD]2.0.CO;2

    Examples
    --------
    >>> import outweigh as ow
    >>> graph = ow.simulate(seed=1, accounts=200).graph
    >>> requests = graph.table("requests").to_dict()
    >>> first = next(i for i, need in zip(requests["request_id"], requests["need_id"]) if need is not None)
    >>> ow.breadth(graph, request_id=first)["evidence"]
    ['all', 'independent']
    """
    table, accounts, figures = _core.breadth(
        graph._core,
        request_id=one_id(request_id, "request_id"),
        at_least=at_least,
        level=level,
        believe=believe,
        window=window,
        follow_up=follow_up,
    )
    return Breadth(Facts(Table._wrap(table), figures, {"accounts": Table._wrap(accounts)}), graph._kind)
