"""How conversations with customers went: listening quality, and the calendar of one colleague."""

from __future__ import annotations

from .. import _core
from ..core.arguments import checked
from ..core.results import Result
from ..core.table import Table
from ..graph.customer_graph import CustomerGraph
from ..graph.result_of_graph import ResultOfGraph

__all__ = ["Calendar", "ListeningQuality", "calendar", "listening_quality"]


class ListeningQuality(Result[_core.ListeningQuality]):
    """How the conversations of each colleague went, month by month. Made by `listening_quality`.

    The table has one row a ``person`` and ``month`` (UTC): ``conversations`` and distinct ``accounts``; by purpose, made to
    ``learn`` against ``escalations`` received; who began them; how many were ``long_enough``, their ``hours``; in how many
    the ``customer_talked``; and how many were ``good``: all three. Figures are counts, not estimates. Each share is of the
    conversations for which the figure is known (``purpose_known``, ``timed``, ``talk_known``, ``judged``), and null where
    there are none.
    """

    __slots__ = ()

    @property
    def people(self) -> Table:
        """The same by person over all months; the last row, without a person, is everyone together."""
        return Table._wrap(self._core.people_table())

    @property
    def apart(self) -> Table:
        """Conversations with stakeholders, internal people, partners, and accounts outside of the base: in no figure."""
        return Table._wrap(self._core.apart_table())

    @property
    def missing(self) -> Table:
        """Figures that the tables do not allow, and the table and column each needs."""
        return Table._wrap(self._core.missing_table())

    @property
    def summary(self) -> str:
        """In a few sentences."""
        return self._core.summary()

    def _summary(self) -> str:
        return self.summary


class Calendar(ResultOfGraph[_core.Calendar]):
    """The calls of one colleague in one month. Made by `calendar`.

    The table has one row a call, in the order of time. Its ``group`` is ``whale``, ``unhappy``, ``whale and unhappy`` or
    ``neither``; ``unknown`` where revenue or sentiment of the account are not known and what is known makes it neither;
    ``stakeholder``, ``internal``, ``partner`` or ``outside`` where the call was not with a customer of the base.
    """

    __slots__ = ()

    @property
    def person(self) -> str | None:
        """Whose calls; None for those of all sources of kind executive."""
        return self._core.person

    @property
    def month(self) -> str:
        """The month, as in ``2026-03``."""
        return self._core.month

    @property
    def calls_with_base(self) -> int:
        """Calls with customers of the base; those below are of these."""
        return self._core.calls_with_base

    @property
    def accounts(self) -> int:
        """Distinct accounts among them."""
        return self._core.accounts

    @property
    def whales(self) -> int:
        """Calls with whales."""
        return self._core.whales

    @property
    def unhappy(self) -> int:
        """Calls with unhappy outliers."""
        return self._core.unhappy

    @property
    def both(self) -> int:
        """Calls with accounts that are both, counted in `whales` and in `unhappy`."""
        return self._core.both

    @property
    def neither(self) -> int:
        """Calls with accounts that are neither."""
        return self._core.neither

    @property
    def unknown(self) -> int:
        """Calls of which it cannot be told."""
        return self._core.unknown

    @property
    def learn(self) -> int:
        """Calls made to learn."""
        return self._core.learn

    @property
    def began_as_escalation(self) -> int:
        """Calls that are escalations or follow one up, directly or through others."""
        return self._core.began_as_escalation

    @property
    def apart(self) -> int:
        """Calls that were not with customers of the base."""
        return self._core.apart

    @property
    def whale_base_share(self) -> float | None:
        """Share of the base that are whales; None without `arr`."""
        return self._core.whale_base_share

    @property
    def unhappy_base_share(self) -> float | None:
        """Share of the base that are unhappy outliers; None without `sentiment`."""
        return self._core.unhappy_base_share

    @property
    def whale_chance(self) -> float | None:
        """Chance of at least so many whales among the accounts spoken to, were they drawn at random."""
        return self._core.whale_chance

    @property
    def unhappy_chance(self) -> float | None:
        """Chance of at least so many unhappy outliers among the accounts spoken to, were they drawn at random."""
        return self._core.unhappy_chance

    @property
    def latest_month(self) -> str | None:
        """The last month with calls, where this one has none."""
        return self._core.latest_month

    @property
    def missing(self) -> Table:
        """Figures that the tables do not allow, and the table and column each needs."""
        return Table._wrap(self._core.missing_table())

    @property
    def summary(self) -> str:
        """In a few sentences."""
        return self._core.summary()

    def _summary(self) -> str:
        return self.summary


@checked
def listening_quality(
    graph: CustomerGraph, *, long_enough: float = 10.0, customer_talked: float = 0.75
) -> ListeningQuality:
    """How well we listened: what conversations were for, who began them, how long they were, and who talked.

    Parameters
    ----------
    graph
        Conversations are its interactions up to `as_of` with customers of the base. The colleague is the column ``person``
        of interactions where they have one, else the owner of the source, else the source.
    long_enough
        A good conversation takes at least so many minutes ...
    customer_talked
        ... is made to learn, and the customer talks for at least this share of it.

    Returns
    -------
    ListeningQuality

    Raises
    ------
    MissingInput
        Without interactions. A column that is lacking takes only its own figures away; `ListeningQuality.missing` names it.

    Examples
    --------
    >>> import outweigh as ow
    >>> quality = ow.listening_quality(ow.simulate(seed=1, accounts=200).graph)
    >>> everyone = list(quality.people.rows())[-1]
    >>> everyone["conversations"] == sum(quality.to_dict()["conversations"])
    True
    """
    core = _core.listening_quality(graph._core, long_enough=long_enough, customer_talked=customer_talked)
    return ListeningQuality(core, graph._kind)


@checked
def calendar(
    graph: CustomerGraph,
    *,
    person: str | None = None,
    month: str | None = None,
    whale_share: float = 0.1,
    unhappy_share: float = 0.1,
) -> Calendar:
    """The calls of one colleague in one month: how many with whales, with unhappy outliers, or with neither.

    Parameters
    ----------
    graph
        Calls are its interactions.
    person
        The column ``person`` of interactions where they have one, else the owner of the source, else the source. Default:
        all calls through sources of kind executive.
    month
        As in ``"2026-03"``, UTC. Default: the last month that was over at `as_of`.
    whale_share, unhappy_share
        Whales are this share of the base with the highest `arr`, unhappy outliers this share with the lowest sentiment.

    Returns
    -------
    Calendar

    Raises
    ------
    MissingInput
        Without interactions, or without a person where no source is of kind executive.
    InvalidInput
        For a person who was in no conversation, or a month that is none.

    Examples
    --------
    >>> import outweigh as ow
    >>> calendar = ow.calendar(ow.simulate(seed=1, accounts=200).graph)
    >>> calls = calendar.whales + calendar.unhappy - calendar.both + calendar.neither + calendar.unknown
    >>> calls == calendar.calls_with_base
    True
    """
    core = _core.calendar(
        graph._core,
        person=person,
        month=month,
        whale_share=whale_share,
        unhappy_share=unhappy_share,
    )
    return Calendar(core, graph, graph._kind)
