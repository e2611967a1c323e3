"""Linear models in whole numbers, solved, written and read by HiGHS (the extra `milp`)."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from .. import _core
from ..core.errors import Cancelled, InvalidInput, MissingInput, Place
from ..core.table import import_extra

PURPOSE = "a plan over several releases or resources, and MPS,"


@dataclass
class Outcome:
    """What a solver said: `status` is optimal, infeasible or limit; values only where there is a solution.

    `bound` allows for what the solver does not see.
    """

    status: str
    objective: float
    bound: float
    values: list[float]


Report: TypeAlias = Callable[[float], None] | None


def _run(highs: Any, report: Report) -> None:
    """Run the solver beside this thread, which Ctrl-C reaches and progress is reported from."""
    if threading.current_thread() is not threading.main_thread() and report is None:
        highs.run()
        return
    highs.HandleUserInterrupt = True
    done = threading.Event()
    widest, last = 0.0, math.nan

    def see(event: Any) -> None:
        nonlocal widest, last
        gap = event.data_out.mip_dual_bound - event.data_out.mip_primal_bound
        if math.isfinite(gap):
            widest, last = max(widest, gap), gap

    if report is not None:
        highs.cbMipInterrupt += see

    def work() -> None:
        try:
            highs.run()
        finally:
            done.set()

    # An event, for a thread whose join is interrupted passes for one that has ended.
    threading.Thread(target=work, daemon=True).start()
    try:
        while not done.wait(0.1):
            if report is not None and widest > 0.0:
                report(min(1.0, 1.0 - last / widest))
    except BaseException:
        highs.cancelSolve()
        done.wait()
        raise


def _highs(model: _core.LinearModel, arrays: dict[str, Any]) -> Any:
    highspy = import_extra("highspy", PURPOSE)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    lp = highspy.HighsLp()
    lp.num_col_ = len(arrays["worth"])
    lp.num_row_ = len(arrays["row_rule"])
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = arrays["worth"], arrays["low"], arrays["high"]
    lp.row_lower_, lp.row_upper_ = arrays["row_low"], arrays["row_high"]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = arrays["row_start"]
    lp.a_matrix_.index_ = arrays["row_column"]
    lp.a_matrix_.value_ = arrays["row_value"]
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in arrays["whole"].tolist()]
    lp.col_names_ = model.names
    lp.row_names_ = model.row_names
    highs.passModel(lp)
    return highs


def solve(
    model: _core.LinearModel,
    time_limit: float | None,
    tolerance: float,
    report: Report = None,
    start: Sequence[float] = (),
) -> tuple[str, float, list[float]]:
    """The model by HiGHS: status, bound and values, the last two as it says. `report` gets the share that is done.

    `start` are values by column to begin with.
    """
    highspy = import_extra("highspy", PURPOSE)
    arrays = model.arrays()
    highs = _highs(model, arrays)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", 0)
    highs.setOptionValue("mip_rel_gap", float(tolerance))
    highs.setOptionValue("mip_abs_gap", 0.0)
    if time_limit is not None:
        highs.setOptionValue("time_limit", float(time_limit))
    if start:
        begin = highspy.HighsSolution()
        begin.col_value = list(start)
        highs.setSolution(begin)
    _run(highs, report)
    status = highs.getModelStatus()
    statuses = highspy.HighsModelStatus
    info = highs.getInfo()
    if status in (statuses.kInfeasible, statuses.kUnboundedOrInfeasible):
        return "infeasible", 0.0, []
    if status == statuses.kInterrupt:
        raise Cancelled("the call was stopped")
    has = bool(highs.getSolution().value_valid) and info.primal_solution_status == highspy.kSolutionStatusFeasible
    values = list(highs.getSolution().col_value) if has else []
    bound = info.mip_dual_bound if arrays["whole"].any() else info.objective_function_value
    return "optimal" if status in (statuses.kOptimal, statuses.kModelEmpty) else "limit", bound, values


def solve_within(
    model: _core.LinearModel, forbid: Callable[[Sequence[float]], bool], time_limit: float | None = None
) -> Outcome:
    """The best values, again as long as `forbid` adds rows against some that break a rule by less than the solver sees."""
    return Outcome(*_core.solve_repaired(model, solve, forbid, time_limit))


def write_model(model: _core.LinearModel, path: str | os.PathLike[str]) -> None:
    """As MPS; what limits a capacity keeps its name, where MPS has names like that."""
    highspy = import_extra("highspy", PURPOSE)
    if _highs(model, model.arrays()).writeModel(os.fspath(path)) == highspy.HighsStatus.kError:
        raise InvalidInput("the model cannot be written", Place(value=os.fspath(path)))


def read_model(path: str | os.PathLike[str]) -> _core.LinearModel:
    """A model from MPS, as one to maximise; each row is a rule by its name."""
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
    model = _core.LinearModel()
    whole = list(lp.integrality_) or [highspy.HighsVarType.kContinuous] * lp.num_col_
    for j in range(lp.num_col_):
        model.variable(
            lp.col_names_[j] if len(lp.col_names_) > j else f"x{j}",
            sign * lp.col_cost_[j],
            whole=whole[j] == highspy.HighsVarType.kInteger,
            low=lp.col_lower_[j],
            high=lp.col_upper_[j],
        )
    start, index, value = lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_
    for i in range(lp.num_row_):
        terms = {int(index[k]): float(value[k]) for k in range(start[i], start[i + 1])}
        model.row(lp.row_names_[i] if len(lp.row_names_) > i else f"r{i}", terms, lp.row_lower_[i], lp.row_upper_[i])
    return model
