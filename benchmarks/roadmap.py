"""The exact solver against HiGHS and CP-SAT on the public next release instances, where they are present."""

from __future__ import annotations

import math
import multiprocessing
import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np

import outweigh as ow
from measure import Report

PEERS = ["highspy", "ortools"]
DATA = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data" / "nrp"
LIMIT = 120.0


def read(path: pathlib.Path) -> tuple[list[int], list[tuple[int, int]], list[tuple[int, list[int]]]]:
    numbers = iter(map(int, path.read_text().split()))
    costs: list[int] = []
    for _ in range(next(numbers)):
        costs += [next(numbers) for _ in range(next(numbers))]
    requires = [(next(numbers) - 1, next(numbers) - 1) for _ in range(next(numbers))]
    customers = []
    for _ in range(next(numbers)):
        value, count = next(numbers), next(numbers)
        customers.append((value, sorted({next(numbers) - 1 for _ in range(count)})))
    return costs, requires, customers


def solve_highs(instance: Any, budget: int) -> float:
    import highspy

    costs, requires, customers = instance
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("time_limit", LIMIT)
    model.setOptionValue("mip_rel_gap", 0.0)
    n = len(costs)
    for _ in range(n + len(customers)):
        model.addVar(0, 1)
    for j in range(n + len(customers)):
        model.changeColIntegrality(j, highspy.HighsVarType.kInteger)
    for j, (value, _) in enumerate(customers):
        model.changeColCost(n + j, -float(value))
    model.addRow(-highspy.kHighsInf, budget, n, np.arange(n, dtype=np.int32), np.array(costs, dtype=float))
    pairs = [(b, a) for a, b in requires] + [(n + j, i) for j, (_, asked) in enumerate(customers) for i in asked]
    for low, high in pairs:
        model.addRow(-highspy.kHighsInf, 0, 2, np.array([low, high], dtype=np.int32), np.array([1.0, -1.0]))
    model.run()
    return -model.getInfo().objective_function_value


def solve_cp_sat(instance: Any, budget: int) -> float:
    from ortools.sat.python import cp_model

    costs, requires, customers = instance
    model = cp_model.CpModel()
    x = [model.new_bool_var(f"x{i}") for i in range(len(costs))]
    y = [model.new_bool_var(f"y{j}") for j in range(len(customers))]
    model.add(sum(c * v for c, v in zip(costs, x, strict=True)) <= budget)
    for a, b in requires:
        model.add(x[b] <= x[a])
    for j, (_, asked) in enumerate(customers):
        for i in asked:
            model.add(y[j] <= x[i])
    model.maximize(sum(value * v for (value, _), v in zip(customers, y, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = LIMIT
    solver.solve(model)
    return float(solver.objective_value)


def run_large() -> None:
    """1e5 solutions and 1e6 requests of 1e5 customers: how near the best within a few seconds."""
    random = np.random.default_rng(1)
    solutions, customers, requests = 100_000, 100_000, 1_000_000
    # what few ask for and what many ask for, some of it resting on what comes before
    wanted = (solutions * random.random(requests) ** 2).astype(np.int64)
    rests = np.unique(random.integers(1, solutions, 50_000))
    problem = ow.RoadmapProblem(
        {"solution_id": np.arange(solutions), "effort": random.integers(1, 21, solutions)},
        customers={"customer_id": np.arange(customers), "value": random.integers(1, 101, customers)},
        requests={"customer_id": random.integers(0, customers, requests), "solution_id": wanted},
        dependencies={
            "solution_id": rests,
            "on": (rests * random.random(len(rests))).astype(np.int64),
            "kind": ["requires"] * len(rests),
        },
    )
    for share in (0.3, 0.5):
        for limit in (0.0, 5.0):
            found = ow.solve(problem, budget=share * problem.total_effort, time_limit=limit)
            print(
                f"1e5 solutions, 1e6 requests at {share}, limit {limit:g} s: gap {found.gap / found.value:.4%} "
                f"in {found.seconds:.1f} s"
            )


def run(report: Report, large: bool) -> None:
    if large:
        run_large()
    if not DATA.is_dir():
        print("roadmap: the public instances are not beside the project; nothing to compare")
        return
    names = ["classic-nrp_nrp1", "classic-nrp_nrp3", "realistic-nrp_nrp-e1"]
    if large:
        names = sorted(path.stem for path in DATA.glob("*nrp*.txt") if "readme" not in path.stem)
    # The two peers cannot be loaded into one process.
    with multiprocessing.get_context("spawn").Pool(1) as other_process:
        _run(report, names, lambda *arguments: other_process.apply(solve_cp_sat, arguments))


def _run(report: Report, names: list[str], cp_sat: Callable[..., float]) -> None:
    ratios: dict[str, list[float]] = {"highs": [], "cp_sat": []}
    for name in names:
        path = DATA / f"{name}.txt"
        instance = read(path)
        problem = ow.read_nrp(path)
        for share in (0.3, 0.5, 0.7):
            budget = math.floor(share * sum(instance[0]) + 1e-9)
            found = {
                "ours": ow.solve(problem, budget=budget).value,
                "highs": solve_highs(instance, budget),
                "cp_sat": cp_sat(instance, budget),
            }
            report.compare(
                f"{name} at {share}",
                len(instance[0]),
                1,
                ", ".join(f"{who} {value:.0f}" for who, value in found.items()),
                ours=lambda: ow.solve(problem, budget=budget),
                highs=lambda: solve_highs(instance, budget),
                cp_sat=lambda: cp_sat(instance, budget),
            )
            last = report.lines[-1].seconds
            for who in ratios:
                ratios[who].append(last[who] / last["ours"])
    for who, values in ratios.items():
        print(f"geometric mean of {who}/ours over {len(values)} pairs: {math.exp(np.mean(np.log(values))):.1f}, "
              f"least {min(values):.2f}")
