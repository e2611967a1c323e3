"""Linear models in whole numbers, solved, written and read by HiGHS (the extra `milp`)."""

from __future__ import annotations

import math
import os
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..core.errors import Cancelled, InvalidInput, MissingInput, NotIdentified, Place
from ..core.table import import_extra

MOST_REPAIRS = 200
WORTH_BITS = 20
"""What the largest worth is scaled to, as a power of two: the solver does not tell apart what differs by 1e-6."""
CAPACITY = "capacity"
PURPOSE = "a plan over several releases or resources, and MPS,"


def scale_of(numbers: Iterable[float], bits: int = 0) -> float:
    """A power of two that brings the largest of the numbers to 2**bits: HiGHS holds all against fixed tolerances."""
    exponent = math.frexp(max(map(abs, numbers), default=0.0))[1]
    return math.ldexp(1.0, min(1000, bits - exponent))


def seconds_left(until: float | None) -> float | None:
    """Seconds until a time of `time.monotonic`; None where there is no end."""
    return None if until is None else max(0.0, until - time.monotonic())


def _run(model: Any) -> None:
    """Run the solver, which Ctrl-C stops: it would not reach Python before the solver is done."""
    if not hasattr(model, "cancelSolve") or threading.current_thread() is not threading.main_thread():
        model.run()
        return
    model.HandleUserInterrupt = True
    done = threading.Event()

    def work() -> None:
        try:
            model.run()
        finally:
            done.set()

    # An event, for a thread whose join is interrupted passes for one that has ended.
    threading.Thread(target=work, daemon=True).start()
    try:
        while not done.wait(0.1):
            pass
    except BaseException:
        model.cancelSolve()
        done.wait()
        raise


@dataclass
class Outcome:
    """What a solver said: `status` is optimal, infeasible or limit; values only where there is a solution.

    `bound` allows for what the solver does not see.
    """

    status: str
    objective: float
    bound: float
    values: list[float]


@dataclass
class LinearModel:
    """Maximise a linear objective. Rows carry the name of the rule they come from, which a conflict is told by."""

    names: list[str] = field(default_factory=list)
    worth: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    rows: list[tuple[str, dict[int, float], float, float]] = field(default_factory=list)

    def variable(
        self, name: str, worth: float = 0.0, *, whole: bool = True, low: float = 0.0, high: float = 1.0
    ) -> int:
        self.names.append(name)
        self.worth.append(worth)
        self.whole.append(whole)
        self.low.append(low)
        self.high.append(high)
        return len(self.names) - 1

    def row(self, rule: str, terms: dict[int, float], low: float = -math.inf, high: float = math.inf) -> None:
        self.rows.append((rule, {k: v for k, v in terms.items() if v != 0.0}, low, high))

    def _pass_to(self, highspy: Any, without: frozenset[str] = frozenset(), scale: float = 1.0) -> Any:
        model = highspy.Highs()
        model.setOptionValue("output_flag", False)
        rows = [row for row in self.rows if row[0] not in without]
        lp = highspy.HighsLp()
        lp.num_col_ = len(self.names)
        lp.num_row_ = len(rows)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = np.array(self.worth, dtype=float) * scale
        lp.col_lower_ = np.array(self.low, dtype=float)
        lp.col_upper_ = np.array(self.high, dtype=float)
        lp.row_lower_ = np.array([-highspy.kHighsInf if row[2] == -math.inf else row[2] for row in rows], dtype=float)
        lp.row_upper_ = np.array([highspy.kHighsInf if row[3] == math.inf else row[3] for row in rows], dtype=float)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row[1]) for row in rows)], dtype=np.int32)
        lp.a_matrix_.index_ = np.array([k for row in rows for k in row[1]], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([v for row in rows for v in row[1].values()], dtype=float)
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in self.whole]
        lp.col_names_ = list(self.names)
        lp.row_names_ = [f"r{k}" for k in range(len(rows))]
        model.passModel(lp)
        return model

    def solve(
        self,
        *,
        time_limit: float | None = None,
        tolerance: float = 0.0,
        without: frozenset[str] = frozenset(),
        feasible_only: bool = False,
    ) -> Outcome:
        highspy = import_extra("highspy", PURPOSE)
        scale = scale_of(self.worth, WORTH_BITS)
        model = self._pass_to(highspy, without, 0.0 if feasible_only else scale)
        model.setOptionValue("threads", 1)
        model.setOptionValue("random_seed", 0)
        model.setOptionValue("mip_rel_gap", float(tolerance))
        model.setOptionValue("mip_abs_gap", 0.0)
        if time_limit is not None and math.isfinite(float(time_limit)):
            model.setOptionValue("time_limit", max(float(time_limit), 0.0))
        _run(model)
        status = model.getModelStatus()
        statuses = highspy.HighsModelStatus
        info = model.getInfo()
        if status in (statuses.kInfeasible, statuses.kUnboundedOrInfeasible):
            return Outcome("infeasible", math.nan, math.nan, [])
        if status == statuses.kInterrupt:
            raise Cancelled("the call was stopped")
        has = bool(model.getSolution().value_valid) and info.primal_solution_status == highspy.kSolutionStatusFeasible
        values = list(model.getSolution().col_value) if has else []
        objective = info.objective_function_value / scale
        # a node that is better by less than 1e-6 is not searched
        unseen = 2e-6 / scale
        bound = info.mip_dual_bound / scale + unseen if any(self.whole) else objective
        if status in (statuses.kOptimal, statuses.kModelEmpty):
            if not self.names:
                return Outcome("optimal", 0.0, 0.0, [])
            return Outcome("optimal", objective, bound, values)
        return Outcome("limit", objective if has else math.nan, bound, values)

    def solve_within(self, forbid: Callable[[Outcome], bool], until: float | None = None, **options: Any) -> Outcome:
        """As `solve`, again as long as `forbid` adds rows against a solution that breaks a rule by less than the solver sees.

        `until` is when all of it has to end, of `time.monotonic`.
        """
        for _ in range(MOST_REPAIRS):
            if until is not None:
                options["time_limit"] = seconds_left(until)
            found = self.solve(**options)
            if not found.values or not forbid(found):
                return found
        raise NotIdentified("the solver does not see what the rules forbid; their numbers are of too different size")

    def conflict(
        self, rules: list[str], *, without: frozenset[str] = frozenset(), until: float | None = None
    ) -> tuple[list[str], bool]:
        """A smallest set of rules, of those given, that cannot hold together `without` others, and whether there was time
        to make sure that it is (deletion filter; Chinneck and Dravnieks 1991, doi:10.1287/ijoc.3.2.157). Many rules are
        tried at a time first."""
        kept, dropped = list(rules), set(without)
        size = max(1, len(kept) // 2)
        while True:
            for first in range(0, len(kept), size):
                part = kept[first : first + size]
                if seconds_left(until) == 0.0:
                    return [rule for rule in kept if rule not in dropped], False
                tried = frozenset(dropped.union(part))
                limit = seconds_left(until)
                if self.solve(without=tried, feasible_only=True, time_limit=limit).status == "infeasible":
                    dropped.update(part)
            kept = [rule for rule in kept if rule not in dropped]
            if size == 1:
                return kept, seconds_left(until) != 0.0
            size = max(1, size // 2)

    def write(self, path: str | os.PathLike[str]) -> None:
        """As MPS; what limits a capacity keeps its name, where MPS has names like that."""
        highspy = import_extra("highspy", PURPOSE)
        model = self._pass_to(highspy)
        for k, (rule, *_) in enumerate(self.rows):
            if re.fullmatch(rf"{CAPACITY}( of [A-Za-z0-9_-]+)?", rule):
                model.passRowName(k, rule.replace(" ", "_"))
        if model.writeModel(os.fspath(path)) == highspy.HighsStatus.kError:
            raise InvalidInput("the model cannot be written", Place(value=os.fspath(path)))


def read_model(path: str | os.PathLike[str]) -> LinearModel:
    """A model from MPS, as one to maximise."""
    highspy = import_extra("highspy", PURPOSE)
    name = os.fspath(path)
    if not os.path.isfile(name):
        raise MissingInput("the file cannot be read", Place(value=name))
    reader = highspy.Highs()
    reader.setOptionValue("output_flag", False)
    if reader.readModel(name) == highspy.HighsStatus.kError:
        raise InvalidInput("HiGHS reads no model from the file", Place(value=name))
    reader.ensureRowwise()
    lp = reader.getLp()
    sign = 1.0 if lp.sense_ == highspy.ObjSense.kMaximize else -1.0
    model = LinearModel()
    whole = list(lp.integrality_) or [highspy.HighsVarType.kContinuous] * lp.num_col_
    for j in range(lp.num_col_):
        label = lp.col_names_[j] if len(lp.col_names_) > j else f"x{j}"
        model.variable(
            label,
            sign * lp.col_cost_[j],
            whole=whole[j] == highspy.HighsVarType.kInteger,
            low=lp.col_lower_[j],
            high=lp.col_upper_[j],
        )
    start, index, value = lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_
    for i in range(lp.num_row_):
        label = lp.row_names_[i] if len(lp.row_names_) > i else f"r{i}"
        terms = {int(index[k]): float(value[k]) for k in range(start[i], start[i + 1])}
        model.row(label, terms, lp.row_lower_[i], lp.row_upper_[i])
    return model
