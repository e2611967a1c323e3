"""The exact solver against HiGHS and CP-SAT on the public next release instances, where they are present."""

from __future__ import annotations

import math
import multiprocessing
import pathlib
import statistics
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

import outweigh as ow
from outweigh.roadmap import general_solver, mps
from measure import Line, Report

PEERS = ["highspy", "ortools"]
DATA = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data" / "nrp"
LIMIT = 60.0  # seconds of a peer for each pair


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


@dataclass
class Answer:
    """What a peer found in the CPU time it took; `limited` when that ran out."""

    value: float
    seconds: float
    limited: bool


def solve_highs(instance: Any, budget: int, limit: float) -> Answer:
    import highspy

    costs, requires, customers = instance
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("time_limit", limit)
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
    start = time.process_time()
    model.run()
    seconds = time.process_time() - start
    done = model.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return Answer(-model.getInfo().objective_function_value, seconds, not done)


def solve_cp_sat(instance: Any, budget: int, limit: float) -> Answer:
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
    solver.parameters.max_time_in_seconds = limit
    start = time.process_time()
    status = solver.solve(model)
    return Answer(float(solver.objective_value), time.process_time() - start, status != cp_model.OPTIMAL)


def from_requests(
    customer: np.ndarray,
    solution: np.ndarray,
    efforts: np.ndarray,
    values: np.ndarray,
    rests: np.ndarray,
    on: np.ndarray,
) -> ow.RoadmapProblem:
    return ow.RoadmapProblem(
        {"solution_id": np.arange(len(efforts)), "effort": efforts},
        customers={"customer_id": np.arange(len(values)), "value": values},
        requests={"customer_id": customer, "solution_id": solution},
        dependencies={"solution_id": rests, "on": on, "kind": ["requires"] * len(rests)},
    )


def large_problem(shape: str) -> ow.RoadmapProblem:
    """1e5 solutions, and 1e6 requests of 1e5 customers.

    dense: everybody asks for anything, some things more often; the customers hang together as one. clustered: a thousand
    markets, in each of which a hundred customers ask for the same hundred solutions, a tenth of it for anything. heavy
    tailed: how often a solution is asked for, how much a customer asks for and what it pays follow power laws. bundles: in
    each of a thousand markets customers ask for the basic things first, some for many more, and for one or two by chance.
    """
    random = np.random.default_rng(1)
    solutions = customers = 100_000
    requests = 1_000_000
    efforts, values = random.integers(1, 21, solutions), random.integers(1, 101, customers)
    rests = np.unique(random.integers(1, solutions, solutions // 2))
    on = (rests * random.random(len(rests))).astype(np.int64)
    customer = random.integers(0, customers, requests)
    if shape == "dense":
        return from_requests(
            customer, (solutions * random.random(requests) ** 2).astype(np.int64), efforts, values, rests, on
        )
    if shape == "clustered":
        inside = 100 * (customer // 100) + random.integers(0, 100, requests)
        wanted = np.where(random.random(requests) < 0.1, random.integers(0, solutions, requests), inside)
        rests = rests[rests % 100 > 0]
        return from_requests(customer, wanted, efforts, values, rests, rests - 1 - rests % 100 // 2)
    if shape == "bundles":
        market, depth = random.integers(0, 1000, customers), np.minimum(99, random.geometric(0.12, customers))
        by_chance = np.repeat(np.arange(customers), random.integers(1, 3, customers))
        customer = np.repeat(np.arange(customers), depth)
        place = np.arange(len(customer)) - np.repeat(np.cumsum(depth) - depth, depth)
        places = np.concatenate([place, random.integers(0, 100, len(by_chance))])
        customer = np.concatenate([customer, by_chance])
        return from_requests(customer, 100 * market[customer] + places, efforts, values, rests[:1], on[:1])
    weight = (1 + np.arange(solutions)) ** -0.8
    wanted = random.choice(solutions, requests, p=weight / weight.sum())
    weight = (1 + np.arange(customers)) ** -0.7
    customer = random.choice(customers, requests, p=weight / weight.sum())
    return from_requests(
        customer, wanted, efforts, (1 + 50 * random.pareto(1.5, customers)).astype(np.int64), rests, on
    )


# Instances like the public ones, of as many requirements
LIKE_PUBLIC = {"eclipse": 28.6, "mozilla": 25.0, "gnome": 40.0, "classic_large": 30.8}


def run_large() -> None:
    """1e5 solutions: how near the best within a few seconds."""
    for shape in ("dense", "clustered", "heavy tailed", "bundles", *LIKE_PUBLIC):
        like = shape in LIKE_PUBLIC
        problem = ow.simulate_nrp(1, kind=shape, size=LIKE_PUBLIC[shape]) if like else large_problem(shape)
        for share in (0.3, 0.5, 0.7):
            parts = []
            for limit in (0.0, 5.0, 20.0):
                found = ow.solve(problem, budget=math.floor(share * problem.total_effort), time_limit=limit)
                parts.append(f"{found.gap / found.value:.4%} in {found.seconds:.1f} s")
                if found.proven:
                    break
            print(f"{len(problem):,} solutions, {shape}, at {share}: gap {', '.join(parts)}", flush=True)


def public_names(large: bool) -> list[str]:
    if large:
        return sorted(path.stem for path in DATA.glob("*nrp*.txt") if "readme" not in path.stem)
    return ["classic-nrp_nrp1", "classic-nrp_nrp3", "realistic-nrp_nrp-e1"]


def run(report: Report, large: bool) -> None:
    compare_shares(report)
    if large:
        run_large()
    if not DATA.is_dir():
        print("roadmap: the public instances are not beside the project; nothing to compare")
        return
    compare_public(report, public_names(large), LIMIT)


def compare_public(report: Report, names: list[str], limit: float) -> None:
    """CPU seconds of each pair of instance and budget. A peer that ran out of time is counted with the time it had, so that
    its ratio is a lower bound."""
    # The two peers cannot be loaded into one process, and each begins anew.
    context = multiprocessing.get_context("spawn")
    ratios: dict[str, float] = {}
    limited = 0
    for name in names:
        path = DATA / f"{name}.txt"
        instance = read(path)
        problem = ow.read_nrp(path)
        for share in (0.3, 0.5, 0.7):
            budget = math.floor(share * sum(instance[0]) + 1e-9)
            times = []
            for _ in range(3):
                start = time.process_time()
                best = ow.solve(problem, budget=budget)
                times.append(time.process_time() - start)
            peers = {}
            for who, solve in (("highs", solve_highs), ("cp_sat", solve_cp_sat)):
                with context.Pool(1) as other:
                    peers[who] = other.apply(solve, (instance, budget, limit))
            ours = statistics.median(times)
            note = ", ".join(
                f"{who} {answer.value:.0f}{' at the limit' if answer.limited else ''}" for who, answer in peers.items()
            )
            seconds = {"ours": ours} | {who: answer.seconds for who, answer in peers.items()}
            note = f"ours {best.value:.0f}{'' if best.proven else ' not proved'}, {note}"
            report.add(Line(f"{name} at {share}", len(instance[0]), seconds, note))
            done = [answer.seconds for answer in peers.values() if not answer.limited]
            limited += not done
            had = [
                answer.seconds for answer in peers.values()
            ]  # CPU time, which a busy machine makes less than the limit
            ratios[f"{name} at {share}"] = min(done or had) / ours
    worst = min(ratios, key=lambda pair: ratios[pair])
    mean = math.exp(statistics.fmean(map(math.log, ratios.values())))
    print(
        f"better peer/ours over {len(ratios)} pairs: geometric mean {mean:.1f}, least {ratios[worst]:.2f} ({worst}); "
        f"in {limited} pairs neither peer was done within {limit:g} s, and the ratio is a lower bound"
    )


def compare_shares(report: Report) -> None:
    """CPU seconds where some three solutions meet a need in part, against HiGHS on the same linear model."""
    ratios = []
    for size in (300, 1_000, 3_000):
        for seed in range(3):
            random = np.random.default_rng(seed)
            pairs = np.unique(random.integers(0, size, (3 * size, 2)), axis=0)
            problem = ow.RoadmapProblem(
                {"solution_id": np.arange(size), "effort": random.integers(1, 21, size)},
                needs={"need_id": np.arange(size), "value": random.integers(1, 101, size)},
                covers={
                    "solution_id": pairs[:, 0],
                    "need_id": pairs[:, 1],
                    "share": random.choice([0.2, 0.3, 0.4, 0.5, 0.7, 1.0], len(pairs)),
                },
                overlap="sum_of_shares",
            )
            budget = math.floor(0.4 * problem.total_effort)
            start = time.process_time()
            best = ow.solve(problem, budget=budget, time_limit=LIMIT)
            ours = time.process_time() - start
            model = mps.model_under(problem, budget)
            start = time.process_time()
            status, bound, _ = general_solver.solve(model, LIMIT, 0.0)
            peer = time.process_time() - start
            ratios.append(peer / ours)
            note = f"ours {best.value:.6g}{'' if best.proven else ' not proved'}, highs {bound:.6g} {status}"
            report.add(Line(f"needs met in part, seed {seed}", size, {"ours": ours, "highs": peer}, note))
    mean = math.exp(statistics.fmean(map(math.log, ratios)))
    print(f"highs/ours where needs are met in part: geometric mean {mean:.1f}, least {min(ratios):.2f}")
