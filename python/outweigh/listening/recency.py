"""Recency by exposure: rates per interaction, who was heard month by month, and exponential decay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.arguments import checked
from ..core.columns import Column, Rows, encode, name_of, numbers_of, text_of
from ..core.errors import InvalidInput, MissingInput, Place, TypeMismatch
from ..core.facts import Facts
from ..core.numbers import is_unknown, number_of
from ..core.results import Result
from ..core.table import Table, TableLike, count, kind_of

__all__ = ["HearingDrift", "decay_weights", "hearing_drift", "rates_by_exposure"]

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class HearingDrift(Result[Facts]):
    """Who was heard, period by period. Made by `hearing_drift`.

    Columns: ``period``, ``interactions``, ``heard_accounts``, ``distance`` from the base, ``drift`` from the other periods,
    ``p_value`` and ``q_value`` of the drift, ``status``.
    """

    __slots__ = ()

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """One weight an interaction: each period and group counts by its base accounts, however often it was heard."""
        return np.array(self._core.tables["weights"]["weight"], dtype=np.float64)

    @property
    def by_group(self) -> Table:
        """By period and group: base and heard accounts, interactions, shares, and the propensity of being heard."""
        return self._core.tables["by_group"]

    def _summary(self) -> str:
        interactions = sum(self["interactions"])
        return f"{count(len(self), 'period')}, {count(int(interactions), 'interaction')}"


@checked
def decay_weights(age: Column, half_life: float) -> npt.NDArray[np.float64]:
    """Weights that halve with every half-life: the simple option, blind to exposure.

    Parameters
    ----------
    age
        How long ago each interaction was, 0 or more.
    half_life
        In the unit of `age`.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    InvalidInput
        For an age that is negative or not finite (it names the row), and unless the half-life is positive.

    Examples
    --------
    >>> import outweigh as ow
    >>> ow.decay_weights([0.0, 30.0, 60.0], half_life=30.0)
    array([1.  , 0.5 , 0.25])
    """
    return _core.decay_weights(numbers_of(age, "age", None), float(half_life))


@checked
def hearing_drift(
    interactions: TableLike,
    base: Mapping[Any, float],
    *,
    period: Column = "period",
    group: Column = "group",
    account: Column = "account_id",
    level: float = 0.9,
) -> HearingDrift:
    """Who is heard, period by period, against the base: the propensity of being heard, and how its mix drifts.

    Parameters
    ----------
    interactions
        One row an interaction.
    base
        Accounts by group, or by ``(period, group)``, of which those that are left out have none; its periods in which
        nobody was heard are listed too.
    period
        A column whose values sort in the order of time, such as ``"2026-03"``.
    group, account
        Columns: the group that each account belongs to, and the account.
    level
        Of the intervals of propensities.

    Returns
    -------
    HearingDrift
        By period the distance of those heard from the base and from the other periods, with q-values; by group the
        propensities; and weights by interaction. Null: nobody was heard, or in no other period.

    Raises
    ------
    InvalidInput
        For a base that is smaller than the accounts heard, negative or NaN; names period and group.
    MissingInput
        For a group or period, or a group of a period, that was heard and the base does not have.

    Examples
    --------
    >>> import outweigh as ow
    >>> calls = {"period": ["1", "1", "2", "2"], "group": ["s", "l", "l", "l"], "account_id": ["a", "b", "b", "c"]}
    >>> drift = ow.hearing_drift(calls, {"s": 50, "l": 50})
    >>> drift.to_table().to_dict()["distance"]
    [0.0, 0.5]
    >>> drift.weights
    array([50., 50., 25., 25.])
    """
    rows = Rows(interactions)
    periods, groups, counts = _grid(rows, base, period, group)
    codes = encode(account, name_of(account, "account"), rows)[1]
    cells, found, weights = _core.hearing_drift(periods, groups, codes, counts, level=float(level))
    heard = {row[0]: row[2] for row in found}
    several = sum(accounts > 0 for accounts in heard.values()) > 1
    cells = [row if heard[row[0]] else (*row[:5], None, *row[6:]) for row in cells]
    names = ("period", "interactions", "heard_accounts", "distance", "drift", "p_value", "q_value", "status")
    shares = ("period", "group", "base_accounts", "heard_accounts", "interactions", "heard_share", "base_share")
    tables = {
        "by_group": _table((*shares, "propensity", "propensity_lower", "propensity_upper"), cells),
        "weights": Table({"weight": weights}),
    }
    return HearingDrift(
        Facts(_table(names, [_told(*row, several=several) for row in found]), {}, tables), kind_of(interactions)
    )


def _told(
    period: str,
    interactions: int,
    accounts: int,
    distance: float,
    drift: float,
    p_value: float,
    q_value: float,
    status: str,
    *,
    several: bool,
) -> tuple[Any, ...]:
    """A period without what its accounts, or those of other periods, do not tell."""
    first = (period, interactions, accounts, distance if accounts else None)
    return (*first, *((drift, p_value, q_value) if accounts and several else (None, None, None)), status)


@checked
def rates_by_exposure(
    interactions: TableLike,
    events: Column,
    base: Mapping[Any, float],
    *,
    period: Column = "period",
    group: Column = "group",
    account: Column | None = None,
    level: float = 0.9,
) -> Table:
    """Events per interaction by period, and the same with each group counted by its base accounts.

    A month of many calls is not a month of much demand, and a month of calls with the largest accounts not a change of
    mind. Errors are those between accounts: one that calls often is one witness.

    Parameters
    ----------
    interactions
        One row an interaction.
    events
        How often it was said in each interaction: a column, 0, 1, ...
    base
        As in `hearing_drift`.
    period, group, account
        Columns, as in `hearing_drift`. Without an account, ``account_id`` where the table has it; otherwise every
        interaction stands alone, and intervals are too narrow where few accounts have most of them.
    level
        Of the intervals of rates.

    Returns
    -------
    Table
        ``period``, ``interactions``, ``events``, ``rate`` with ``lower`` and ``upper``, ``standardized`` with its
        ``standardized_se``, ``standardized_lower`` and ``standardized_upper``, ``base_covered``, ``status``. Null:
        nobody, or nobody of the base, was heard.

    Raises
    ------
    InvalidInput
        For a level outside 0..1, a group that `base` lacks, and events that are negative or not finite; it names the row.
    MissingInput
        For a column that is not there.

    Examples
    --------
    >>> import outweigh as ow
    >>> calls = {"period": ["1", "1", "2", "2"], "group": ["s", "l", "l", "l"], "asked": [1, 0, 0, 0]}
    >>> rates = ow.rates_by_exposure(calls, "asked", {"s": 90, "l": 10}).to_dict()
    >>> rates["rate"], rates["standardized"]
    ([0.5, 0.0], [0.9, 0.0])
    """
    rows = Rows(interactions)
    periods, groups, counts = _grid(rows, base, period, group)
    if account is None and "account_id" in rows:
        account = "account_id"
    accounts = None if account is None else encode(account, name_of(account, "account"), rows)[1]
    said = numbers_of(events, "events", rows)
    if accounts is not None and len(accounts) != len(said):
        name = name_of(account, "account")
        raise InvalidInput(
            f"the column {name!r} has another length than the interactions",
            Place(column=name, value=str(len(accounts))),
        )
    rates = _core.rates_by_exposure(periods, groups, said, counts, accounts, level=float(level))
    names = ("period", "interactions", "events", "rate", "lower", "upper", "standardized", "standardized_se")
    # Nobody was heard in a period, or nobody of the base.
    rates = [
        (*row[:3], *(row[3:6] if row[1] else [None] * 3), *(row[6:10] if row[10] > 0.0 else [None] * 4), *row[10:])
        for row in rates
    ]
    return _table((*names, "standardized_lower", "standardized_upper", "base_covered", "status"), rates)._in(
        kind_of(interactions)
    )


def _grid(rows: Rows, base: Mapping[Any, float], period: Column, group: Column) -> tuple[Any, Any, Any]:
    """The columns in the order of time and of the base, and the base as numbers."""
    if not isinstance(base, Mapping):
        raise TypeMismatch("the base must be accounts by group, in a dictionary", Place(column="base"))
    if not base:
        raise InvalidInput("the base has no groups", Place(table="base"))
    by_period = all(isinstance(key, tuple) and len(key) == 2 for key in base)
    of_base: dict[tuple[str, str], float] = {}
    for key, value in base.items():
        if not by_period and isinstance(key, tuple):
            raise InvalidInput("the base is by group, or by (period, group)", Place(table="base", value=str(key)))
        if any(is_unknown(part) for part in (key if by_period else (key,))):
            raise InvalidInput("a group or period of the base is unknown", Place(table="base", value=str(key)))
        cell = (text_of(key[0]), text_of(key[1])) if by_period else ("", text_of(key))
        if cell in of_base:
            raise InvalidInput("the base counts a group twice", Place(table="base", value=str(key)))
        of_base[cell] = number_of(value, "base")
    known = list(dict.fromkeys(level for _, level in of_base))

    periods, period_codes = encode(period, name_of(period, "period"), rows)
    levels, codes = encode(group, name_of(group, "group"), rows)
    for level in levels:
        if level not in known:
            raise MissingInput(
                f"the base has no group {level!r}", Place(table="base", column=name_of(group, "group"), value=level)
            )
    if by_period:
        own = {name for name, _ in of_base}
        for name in periods:
            if name not in own:
                raise MissingInput(
                    f"the base has no period {name!r}",
                    Place(table="base", column=name_of(period, "period"), value=name),
                )
        size = min(len(period_codes), len(codes))  # columns that differ in length are refused later
        width = len(levels) + 1
        pairs = np.asarray(period_codes[:size], dtype=np.int64) * width + np.asarray(codes[:size], dtype=np.int64)
        for when, which in (divmod(pair, width) for pair in np.unique(pairs).tolist()):
            if when >= 0 and which < len(levels) and (periods[when], levels[which]) not in of_base:
                raise MissingInput(
                    f"the base has no group {levels[which]!r} in period {periods[when]!r}",
                    Place(table="base", column=name_of(group, "group"), value=levels[which]),
                )
    silent = sorted({name for name, _ in of_base} - set(periods)) if by_period else []
    names = [*periods, *silent]
    order = _in_time(names)
    rank = np.empty(len(names) + 1, dtype=np.int64)
    rank[order] = np.arange(len(names))
    rank[-1] = -1
    names = [names[i] for i in order]
    number = np.array([known.index(level) for level in levels] + [-1], dtype=np.int64)
    accounts = [of_base.get((name, level), 0.0) for name in (names if by_period else [""]) for level in known]
    return (
        (name_of(period, "period"), names, rank[np.asarray(period_codes, dtype=np.int64)]),
        (name_of(group, "group"), known, number[np.asarray(codes, dtype=np.int64)]),
        np.array(accounts, dtype=np.float64),
    )


def _in_time(periods: list[str]) -> list[int]:
    """Where each period stands: numbers by size, texts as texts."""
    if all(_NUMBER.fullmatch(name) for name in periods):
        return sorted(range(len(periods)), key=lambda i: (float(periods[i]), periods[i]))
    return sorted(range(len(periods)), key=lambda i: periods[i])


def _table(names: tuple[str, ...], rows: list[Any]) -> Table:
    return Table({name: [row[i] for row in rows] for i, name in enumerate(names)})
