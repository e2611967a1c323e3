"""Plans as they were decided: written, read, and known again by what they were chosen from."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..core.arguments import checked
from ..core.errors import CorruptState, InvalidInput, MissingInput, Place, TypeMismatch
from ..core.table import Table

if TYPE_CHECKING:
    from .plan import Plan, Selection

__all__ = ["SavedPlan", "fingerprint", "read_plan", "record_of", "save_plan", "selection_of"]

FORMAT = "outweigh plan 1"


def selection_of(plan: Plan | Selection) -> Selection:
    """The selection of a plan, or the one given."""
    from .plan import Plan, Selection

    if isinstance(plan, Plan):
        return plan.selection
    if isinstance(plan, Selection):
        return plan
    raise TypeMismatch("a plan or a selection is needed", Place(column="plan", value=type(plan).__name__))


def fingerprint(plan: Plan | Selection) -> str:
    """SHA-256 of what a plan was chosen from: solutions, efforts, values, customers, needs, dependencies."""
    tables = selection_of(plan).problem.tables()
    text = json.dumps(
        {name: table.to_dict() if isinstance(table, Table) else table for name, table in tables.items()},
        sort_keys=True,
        default=str,
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _account_values(plan: Plan | Selection) -> dict[Any, float]:
    """What a plan is worth to each account: each need that it meets counts once, however many solutions meet it."""
    from .plan import Plan

    if isinstance(plan, Plan):
        worth = zip(plan.scores.demand.graph.base, plan._core.worth_to_accounts(), strict=True)
        return {account: amount for account, amount in worth if amount}
    from .synergies import own_customers

    paying = set(plan.customers)
    values = dict(zip(plan.problem.customers, plan.problem.customer_values.tolist(), strict=True))
    return {customer: values[customer] if customer in paying else 0.0 for customer in own_customers(plan.problem)}


def _segment_values(plan: Plan | Selection, accounts: dict[Any, float]) -> dict[Any, float]:
    from .plan import Plan

    if not isinstance(plan, Plan):
        return {}
    graph = plan.scores.demand.graph
    if "segments" not in graph.tables:
        return {"all": math.fsum(accounts.values())} if accounts else {}
    table = graph.table("segments").to_dict()
    worth: dict[Any, float] = {}
    for segment, account in zip(table["segment_id"], table["account_id"], strict=True):
        if account in accounts:
            worth[segment] = worth.get(segment, 0.0) + accounts[account]
    return worth


@dataclass(frozen=True)
class SavedPlan:
    """What was decided, from which inputs, and for whom: enough to compare with, not to plan again.

    Attributes
    ----------
    solutions
        Ids of the chosen solutions.
    value, effort, capacity, bound
        Of the plan.
    proven
        Was it proved best?
    fingerprint
        SHA-256 of what it was chosen from.
    accounts, segments
        What the plan is worth to each.
    releases
        Release of each solution, where there are several.
    note
        What the user wrote to it.
    """

    solutions: tuple[Any, ...]
    value: float
    effort: float
    capacity: float
    bound: float
    proven: bool
    fingerprint: str
    accounts: dict[Any, float] = field(default_factory=dict)
    segments: dict[Any, float] = field(default_factory=dict)
    releases: dict[str, int] = field(default_factory=dict)
    note: str = ""


def record_of(plan: Any) -> SavedPlan:
    """What is saved of a plan, a selection or a release plan."""
    if isinstance(plan, SavedPlan):
        return plan
    if hasattr(plan, "_saved"):
        saved: SavedPlan = plan._saved()
        return saved
    selection = selection_of(plan)
    accounts = _account_values(plan)
    return SavedPlan(
        solutions=tuple(plan.solutions),
        value=plan.value,
        effort=selection.cost,
        capacity=selection.budget,
        bound=plan.bound,
        proven=plan.proven,
        fingerprint=fingerprint(plan),
        accounts=accounts,
        segments=_segment_values(plan, accounts),
    )


@checked
def save_plan(plan: Any, path: str | os.PathLike[str], *, note: str = "") -> None:
    """Write a plan as JSON, with the fingerprint of its inputs, for the history of decisions.

    Parameters
    ----------
    plan
        A plan or a selection.
    path
        Where to write; a file that is there is replaced.
    note
        Words to keep with it.

    Raises
    ------
    InvalidInput
        When the file cannot be written.

    Examples
    --------
    >>> import outweigh as ow
    >>> problem = ow.RoadmapProblem({"solution_id": ["a", "b"], "effort": [3, 2], "value": [10, 7]})
    >>> ow.save_plan(ow.solve(problem, budget=3), "spring.json", note="before the review")
    >>> ow.compare_plans(ow.read_plan("spring.json"), ow.solve(problem, budget=5)).added
    ('b',)
    """
    saved = record_of(plan)
    content = {"format": FORMAT, **{name: getattr(saved, name) for name in saved.__dataclass_fields__}, "note": note}
    content["solutions"] = list(saved.solutions)
    for name in ("accounts", "segments"):
        if any(isinstance(key, int) for key in content[name]):
            # JSON has no names but text
            content[name] = [[key, worth] for key, worth in content[name].items()]
    for name in ("capacity", "bound"):
        content[name] = content[name] if math.isfinite(content[name]) else None
    text = json.dumps(content, indent=1, allow_nan=False)
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise InvalidInput(f"the plan cannot be written: {error.strerror}", Place(value=os.fspath(path))) from error


@checked
def read_plan(path: str | os.PathLike[str]) -> SavedPlan:
    """Read a plan that `save_plan` wrote.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    SavedPlan

    Raises
    ------
    MissingInput
        When the file cannot be read.
    CorruptState
        For a file of any other kind.

    Examples
    --------
    >>> import outweigh as ow
    >>> problem = ow.RoadmapProblem({"solution_id": ["a"], "effort": [3], "value": [10]})
    >>> ow.save_plan(ow.solve(problem, budget=3), "plan.json")
    >>> ow.read_plan("plan.json").value
    10.0
    """
    name = os.fspath(path)
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
    except OSError as error:
        raise MissingInput(f"the file cannot be read: {error.strerror}", Place(value=name)) from error
    except (ValueError, RecursionError) as error:
        raise CorruptState("the file holds no saved plan", Place(value=name)) from error
    if not isinstance(content, dict) or content.pop("format", None) != FORMAT:
        raise CorruptState(f"the file is not of the format '{FORMAT}'", Place(value=name))
    if set(content) != set(SavedPlan.__dataclass_fields__):
        raise CorruptState("the saved plan has other parts than this version writes", Place(value=name))
    for part, holds in SAVED.items():
        if not holds(content[part]):
            raise CorruptState("a part of the saved plan is missing or of another type", Place(column=part))
    for part in ("capacity", "bound"):
        content[part] = math.inf if content[part] is None else content[part]
    for part in ("value", "effort", "capacity", "bound"):
        content[part] = float(content[part])
    for part in ("accounts", "segments"):
        content[part] = dict(content[part])
    content["solutions"] = tuple(content["solutions"])
    return SavedPlan(**content)


def _is_finite(given: Any) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given)


def _is_id(given: Any) -> bool:
    return isinstance(given, str | int) and not isinstance(given, bool)


def _by_name(holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda given: isinstance(given, dict) and all(map(holds, given.values()))


def _worths(given: Any) -> bool:
    """Numbers by id: by name, or as pairs where ids are whole numbers."""
    if isinstance(given, list):
        return all(isinstance(p, list) and len(p) == 2 and _is_id(p[0]) and _is_finite(p[1]) for p in given)
    return _by_name(_is_finite)(given)


SAVED: dict[str, Callable[[Any], bool]] = {
    "solutions": lambda given: isinstance(given, list) and all(map(_is_id, given)),
    "value": _is_finite,
    "effort": _is_finite,
    "capacity": lambda given: given is None or _is_finite(given),
    "bound": lambda given: given is None or _is_finite(given),
    "proven": lambda given: isinstance(given, bool),
    "fingerprint": lambda given: isinstance(given, str),
    "accounts": _worths,
    "segments": _worths,
    "releases": _by_name(lambda given: isinstance(given, int) and not isinstance(given, bool) and given >= 1),
    "note": lambda given: isinstance(given, str),
}
"""What each part of a saved plan may be."""
