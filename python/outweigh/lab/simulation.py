"""Simulated customer bases with known truth."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .. import _core
from ..core.arguments import checked
from ..core.errors import InvalidInput, Place, TypeMismatch
from ..core.progress import Progress
from ..core.table import Table, count

if TYPE_CHECKING:
    import os

    from ..graph.customer_graph import CustomerGraph

__all__ = [
    "Simulation",
    "Truth",
    "simulate",
]

DIALS = (
    "needs",
    "solutions",
    "days",
    "hearing_bias",
    "contact_rate",
    "revenue_slope",
    "talkativeness",
    "frailty",
    "overdispersion",
    "false_reports",
    "unlogged_silent_calls",
    "follow_ups",
    "unlabelled",
)


class Truth:
    """Who really has which need in a simulated customer base."""

    __slots__ = ("_core", "_options")

    def __init__(self, core: _core.Truth, options: Mapping[str, Any]) -> None:
        self._core = core
        self._options = dict(options)

    @property
    def prevalence(self) -> Table:
        """One row a need and segment.

        Columns ``need_id``, ``segment_id``, ``prevalence`` (the finite share of the segment's accounts of the base that
        have the need), ``accounts``, ``accounts_with_need``, ``revenue_with_need``.
        """
        return Table._wrap(self._core.prevalence)

    @property
    def needs(self) -> Table:
        """The same over the whole base: one row a need."""
        return Table._wrap(self._core.needs)

    def has(self, need_id: str, account_id: str) -> bool:
        """Does the account have the need?"""
        return self._core.has(need_id, account_id)

    def to_table(self) -> Table:
        """One row an account: ``account_id``, ``in_base``, and a truth value per need."""
        return Table._wrap(self._core.to_table())

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.prevalence.__arrow_c_stream__(requested_schema)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Truth):
            return NotImplemented
        return bool(self._core == other._core)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return (_truth_again, (self._options,))

    def __repr__(self) -> str:
        return f"outweigh.Truth of {count(len(self.needs), 'need')} in {count(len(self.to_table()), 'account')}"

    def _repr_html_(self) -> str:
        return self.prevalence._repr_html_()


class Simulation:
    """A simulated company: its tables, the graph they make, and the truth behind them.

    It is a pure function of its options, and is pickled as these.
    """

    def __init__(self, core: _core.Simulation, options: Mapping[str, Any]) -> None:
        self._core = core
        self.options: dict[str, Any] = dict(options)

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables by name, as `CustomerGraph.from_tables` takes them."""
        return {name: Table._wrap(table) for name, table in self._core.tables.items()}

    @property
    def truth(self) -> Truth:
        """Who really has which need."""
        return Truth(self._core.truth, self.options)

    @property
    def as_of(self) -> datetime:
        """The time of the base, UTC."""
        return datetime.fromisoformat(self._core.as_of.replace("Z", "+00:00"))

    @cached_property
    def graph(self) -> CustomerGraph:
        """The customer graph of all tables that have rows; money is in EUR, effort in person weeks."""
        from ..graph.customer_graph import CustomerGraph

        tables: dict[str, Any] = {name: table for name, table in self.tables.items() if len(table) > 0}
        return CustomerGraph.from_tables(**tables, as_of=self.as_of, currency="EUR", effort_unit="person weeks")

    def write(self, folder: str | os.PathLike[str]) -> None:
        """Write the tables as CSV files into a folder, which is made if it is not there.

        Such a folder is what `outweigh.read` and ``outweigh report`` take. Needs no other package.
        """
        import csv
        from pathlib import Path

        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            if len(table) == 0:
                continue
            columns = table.to_dict()
            with (place / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                texts = [[_text(value) for value in values] for values in columns.values()]
                writer.writerows(zip(*texts, strict=True))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Simulation):
            return NotImplemented
        return bool(self._core == other._core)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return (_simulation_again, (self.options,))

    def _repr_html_(self) -> str:
        return self.graph._repr_html_().replace("<h4>CustomerGraph</h4>", "<h4>Simulation</h4>", 1)

    def __repr__(self) -> str:
        rows = {name: len(table) for name, table in self.tables.items()}
        return (
            f"outweigh.Simulation(seed={self.options['seed']}): {count(rows['accounts'], 'account')}, "
            f"{count(rows['needs'], 'need')}, {count(rows['requests'], 'request')} through "
            f"{count(rows['sources'], 'source')}, {count(rows['solutions'], 'solution')}"
        )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


def _simulation_again(options: dict[str, Any]) -> Simulation:
    return simulate(**options)


def _truth_again(options: dict[str, Any]) -> Truth:
    return simulate(**options).truth


@checked
def simulate(
    seed: int = 1,
    *,
    accounts: int = 2000,
    threads: int | None = None,
    progress: Progress = None,
    **dials: float,
) -> Simulation:
    """Simulate a software company's customer base with all its biased ways of hearing, and keep the truth.

    Parameters
    ----------
    seed
        The same seed and options give the same company on every platform and for any number of threads.
    accounts
        Of all kinds; about nine in ten are active customers.
    threads
        None means all cores.
    progress
        True, or a function of (task, done).
    **dials
        ``needs`` (40) and ``solutions`` (45): how many.
        ``days`` (540): length of the window before ``as_of``.
        ``hearing_bias`` (1): how strongly sources select whom they hear; 0 makes all alike.
        ``contact_rate`` (1): multiplies how often anyone is in contact.
        ``revenue_slope`` (0.4), ``talkativeness`` (0.6): standard deviations over needs of how much more large
        accounts have them, and of how readily they are talked about.
        ``frailty`` (0.5): standard deviation over accounts of how readily they speak up.
        ``overdispersion`` (0): how unevenly the same account repeats the same need.
        ``false_reports`` (0): chance per contact of a report of a need that the account does not have.
        ``unlogged_silent_calls`` (0): chance that a contact without a mention was never logged.
        ``follow_ups`` (0.12): chance that a contact is repeated by a call of ours.
        ``unlabelled`` (0.03): share of requests that nobody has linked to a need.

    Returns
    -------
    Simulation
        With ``.tables``, ``.graph``, ``.truth`` and ``.write(folder)``.

    Raises
    ------
    InvalidInput
        For a dial out of its range.
    TypeMismatch
        For a dial of no such name; it names the nearest.
    Cancelled
        When `progress` stops it.

    Examples
    --------
    >>> import outweigh as ow
    >>> company = ow.simulate(seed=7, accounts=200)
    >>> len(company.tables["accounts"])
    200
    >>> company.truth.prevalence.columns[:3]
    ['need_id', 'segment_id', 'prevalence']
    """
    for name, value in dials.items():
        if name not in DIALS:
            near = difflib.get_close_matches(name, DIALS, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(DIALS)}"
            raise TypeMismatch(
                f"a simulation has no dial of this name{hint}", Place(column=name, value=repr(value)[:60])
            )
        if not hasattr(value, "__index__" if name in ("needs", "solutions") else "__float__"):
            what = "a whole number" if name in ("needs", "solutions") else "a number"
            raise TypeMismatch(f"{name} must be {what}", Place(column=name, value=repr(value)[:60]))
        if not value >= 0:
            raise InvalidInput(f"{name} must be a number of at least 0", Place(column=name, value=repr(value)[:60]))
    core = _core.simulate(seed, accounts=accounts, threads=threads, progress=progress, **dials)
    return Simulation(core, {"seed": seed, "accounts": accounts, **dials})
