"""Plans over several releases: time limits, Ctrl-C, and what is said when time runs out."""

from __future__ import annotations

import math
import os
import random
import subprocess
import sys
import textwrap
import time

import pytest

import outweigh as ow
from outweigh.roadmap import general_solver

pytest.importorskip("highspy")


LIMITED = ("limit", math.inf, [])


@pytest.fixture
def problem():
    return ow.RoadmapProblem(
        {"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 6]},
        dependencies={"solution_id": ["b"], "on": ["c"], "kind": ["requires"]},
    )


def many(count):
    draw = random.Random(4)
    ids = [f"s{k}" for k in range(count)]
    return ow.RoadmapProblem(
        {"solution_id": ids, "effort": [draw.randint(1, 9) for _ in ids], "value": [draw.randint(1, 9) for _ in ids]},
        dependencies={"solution_id": ids[1:9], "on": ids[:8], "kind": ["requires"] * 8},
    )


@pytest.fixture
def solved(monkeypatch):
    """Time limit and result of each run of the solver; a time limit of 0 is one that finds nothing."""
    runs = []
    solve = general_solver.solve

    def record(model, time_limit, tolerance, *more):
        found = LIMITED if time_limit == 0.0 else solve(model, None, tolerance)
        runs.append((time_limit, found[0]))
        return found

    monkeypatch.setattr(general_solver, "solve", record)
    return runs


def test_all_searches_together_keep_to_the_time_limit(solved):
    rules = {"capacities": [20, 20], "commitments": {"s1": 2}, "segments": {"north": {"s1": 3}}}
    ow.plan_releases(many(12), **rules, max_min=True, time_limit=1e6)
    limits = [limit for limit, _ in solved]
    assert [round(limit / 1e6, 2) for limit in limits] == [1.0, 0.5, 1.0]
    assert limits[0] > limits[2]


def test_where_time_runs_out_a_smallest_set_is_not_promised(solved, monkeypatch):
    find, until = general_solver.solve, time.monotonic() + 0.5

    def take(model, time_limit, tolerance, *more):
        found = find(model, time_limit, tolerance)
        time.sleep(max(0.0, until - time.monotonic()))
        return found

    monkeypatch.setattr(general_solver, "solve", take)
    with pytest.raises(ow.Infeasible, match="no time to find a smallest set"):
        ow.plan_releases(many(60), capacities=[20, 20], commitments={f"s{k}": 1 for k in range(50)}, time_limit=0.4)
    assert all(limit is not None and limit <= 0.4 for limit, _ in solved)


def test_without_time_there_is_a_plan_all_the_same(solved):
    for count in (12, 60):
        problem = many(count)
        plan = ow.plan_releases(problem, capacities=[20, 20, 20], delay=0.9, time_limit=0.0)
        assert plan.check() == []
        assert not plan.proven
        everything = ow.solve(problem, budget=60)
        assert plan.value >= 0.7 * everything.value
        assert plan.bound >= plan.value
    # nothing is worth more than what all capacities together hold at once
    assert plan.bound < 0.6 * sum(problem.tables()["solutions"]["value"])
    promised = ow.plan_releases(many(60), capacities=[9, 20, 20], commitments={"s8": 3, "s30": 1}, time_limit=0.0)
    assert promised.check() == []
    assert {"s8", "s30"} <= set(promised.releases)


def test_a_plan_that_may_not_be_the_fairest_is_not_proved(problem, monkeypatch):
    solve = general_solver.solve
    runs = []

    def first_without_result(model, time_limit, tolerance, *more):
        runs.append(time_limit)
        return LIMITED if len(runs) == 1 else solve(model, time_limit, tolerance)

    rules = {"capacities": [4], "segments": {"north": {"a": 1}, "south": {"b": 1, "c": 1}}, "max_min": True}
    assert ow.plan_releases(problem, **rules).proven
    monkeypatch.setattr(general_solver, "solve", first_without_result)
    plan = ow.plan_releases(problem, **rules)
    assert len(runs) > 1
    assert plan.check() == []
    assert not plan.proven


def test_what_is_promised_is_told_before_other_rules(problem):
    with pytest.raises(ow.Infeasible) as error:
        ow.plan_releases(
            problem,
            capacities=[4, 4],
            commitments={"a": 1, "c": 1},
            segments={"north": {"a": 1}},
            floors={"north": 99},
        )
    assert "promised is above the capacity" in error.value.message
    assert "gets at least" not in error.value.message
    with pytest.raises(ow.Infeasible) as error:
        ow.plan_releases(problem, capacities=[4, 4], fixed={"a": 2}, deadlines={"a": 1})
    assert error.value.place.column == "fixed"


def test_smallest_sets_among_many_rules():
    promised = {"s40": 1, "s41": 1, "s42": 1, "s43": 2}
    problem = ow.RoadmapProblem(
        {"solution_id": [f"s{k}" for k in range(50)], "effort": [1] * 40 + [3] * 10, "value": [1] * 50},
        dependencies={"solution_id": ["s43"], "on": ["s7"], "kind": ["requires"]},
    )
    with pytest.raises(ow.Infeasible) as error:
        ow.plan_releases(problem, capacities=[8, 9], commitments=promised, deadlines={f"s{k}": 1 for k in range(30)})
    rules = [f"s{k} is promised by release 1" for k in (40, 41, 42)]
    assert error.value.message == "what is promised is above the capacity: " + "; ".join(
        ["capacity of effort in release 1", *rules]
    )


def hard():
    draw = random.Random(1)
    ids = [f"s{k}" for k in range(150)]
    cells = [(s, team, draw.randint(0, 13)) for s in ids for team in ("web", "data", "design")]
    problem = ow.RoadmapProblem(
        {"solution_id": ids, "value": [draw.randint(1, 9) for _ in ids]},
        efforts=dict(zip(("solution_id", "resource", "amount"), map(list, zip(*cells, strict=True)), strict=True)),
    )
    return problem, {t: [100, 90, 80, 70] for t in ("web", "data", "design")}


def test_progress_is_told_and_can_stop():
    problem, capacities = hard()
    told = []

    def tell(task, done):
        told.append((task, done))
        return len(told) < 5

    with pytest.raises(ow.Cancelled):
        ow.plan_releases(problem, capacities=capacities, delay=0.9, time_limit=100, progress=tell)
    assert len(told) == 5
    assert all(task == "releases" and 0.0 <= done <= 1.0 for task, done in told)


@pytest.mark.skipif(os.name == "nt", reason="signals to oneself end the process on Windows")
def test_control_c_stops_the_solver():
    program = """
        import os, random, signal, threading, time
        import highspy
        import outweigh as ow

        draw = random.Random(1)
        ids = [f"s{k}" for k in range(150)]
        cells = [(s, team, draw.randint(0, 13)) for s in ids for team in ("web", "data", "design")]
        problem = ow.RoadmapProblem(
            {"solution_id": ids, "value": [draw.randint(1, 9) for _ in ids]},
            efforts=dict(zip(("solution_id", "resource", "amount"), map(list, zip(*cells)))),
        )
        begun, ended = threading.Event(), threading.Event()
        run = highspy.Highs.run

        def begin(model):
            begun.set()
            try:
                return run(model)
            finally:
                ended.set()

        def interrupt():
            begun.wait()
            time.sleep(0.5)
            os.kill(os.getpid(), signal.SIGINT)

        highspy.Highs.run = begin
        threading.Thread(target=interrupt, daemon=True).start()
        start = time.monotonic()
        try:
            ow.plan_releases(problem, capacities={t: [100, 90, 80, 70] for t in ("web", "data", "design")}, delay=0.9,
                             time_limit=100)
        except KeyboardInterrupt:
            print("interrupted", time.monotonic() - start < 60, ended.is_set())
        print(len(ow.plan_releases(problem, capacities={t: [9] for t in ("web", "data", "design")}).releases) > 0)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.stdout.split()[-4:] == ["interrupted", "True", "True", "True"], done.stderr
    assert done.returncode == 0
