"""Certificates: proofs of bounds, checked here once more by linear relaxations of every case."""

from __future__ import annotations

import dataclasses
import math
import pickle
import random

import numpy as np
import pytest

import outweigh as ow


def relaxation(problem, certificate, decided):
    """The value of the linear relaxation under decisions {("s" or "c", id): 0 or 1}; minus infinity where there is none."""
    optimize = pytest.importorskip("scipy.optimize")
    tables = {name: t if isinstance(t, str) else t.to_dict() for name, t in problem.tables().items()}
    solutions, customers = tables["solutions"], tables["customers"]
    at = {("s", s): k for k, s in enumerate(solutions["solution_id"])}
    for c in customers.get("customer_id", []):
        at["c", c] = len(at)
    worth = np.array([*solutions["value"], *customers.get("value", [])])
    efforts = np.array([*solutions["effort"], *([0.0] * (len(at) - len(solutions["effort"])))])
    low, high = np.zeros(len(at)), np.ones(len(at))
    budget, step = min(certificate.budget, efforts.sum()), certificate.effort_step
    rows, limits, equal = [efforts], [math.floor(budget / step + 1e-9) * step if step else budget], []

    def row(plus, minus):
        terms = np.zeros(len(at))
        terms[plus], terms[minus] = 1.0, -1.0
        return terms

    for c, s in zip(tables["requests"].get("customer_id", []), tables["requests"].get("solution_id", []), strict=True):
        rows.append(row(at["c", c], at["s", s]))
        limits.append(0.0)
    depends = tables["dependencies"]
    for s, on in zip(depends.get("solution_id", []), depends.get("on", []), strict=True):
        rows.append(row(at["s", s], at["s", on]))
        limits.append(0.0)
    for s, group in zip(solutions["solution_id"], certificate.groups, strict=True):
        if group is None:
            high[at["s", s]] = 0.0
        elif str(group) != s:
            equal.append(row(at["s", s], at["s", str(group)]))
    for key, fixed in decided.items():
        low[at[key]], high[at[key]] = max(low[at[key]], fixed), min(high[at[key]], fixed)
    if (low > high).any():
        return -math.inf
    found = optimize.linprog(
        -worth,
        A_ub=np.array(rows),
        b_ub=np.array(limits),
        A_eq=np.array(equal) if equal else None,
        b_eq=np.zeros(len(equal)) if equal else None,
        bounds=list(zip(low, high, strict=True)),
        method="highs",
    )
    return -found.fun if found.status == 0 else -math.inf


def holds_by_relaxations(problem, certificate):
    """Goes through the proof; every case must be closed by its linear relaxation."""
    most = certificate.bound + max(1e-9 * abs(certificate.bound), certificate.value_step - 1e-6)
    decided: dict = {}
    waiting: list = []
    for step in certificate.steps.rows():
        key = ("s", step["solution_id"]) if step["customer_id"] is None else ("c", step["customer_id"])
        kind = step["kind"]
        if kind in ("put_in", "put_out"):
            assert relaxation(problem, certificate, {**decided, key: 0 if kind == "put_in" else 1}) < most, step
            decided = {**decided, key: 1 if kind == "put_in" else 0}
        elif kind in ("in_first", "out_first"):
            first = 1 if kind == "in_first" else 0
            waiting.append({**decided, key: 1 - first})
            decided = {**decided, key: first}
        elif kind == "closed":
            assert relaxation(problem, certificate, decided) < most, step
            if not waiting:
                return True
            decided = waiting.pop()
    return False


def drawn(seed):
    draw = random.Random(seed)
    n = draw.randint(4, 14)
    ids = [f"s{k}" for k in range(n)]
    later = [(draw.randrange(1, n), k) for k in range(n)]
    pairs = {(ids[a], ids[draw.randrange(a)]) for a, _ in later}
    asked = [(f"c{k % 6}", draw.choice(ids)) for k in range(15)]
    return ow.RoadmapProblem(
        {
            "solution_id": ids,
            "effort": [draw.randint(1, 20) for _ in ids],
            "value": [draw.choice([0, 0, draw.randint(-3, 9)]) for _ in ids],
        },
        customers={"customer_id": [f"c{k}" for k in range(6)], "value": [draw.randint(1, 30) for _ in range(6)]},
        requests={"customer_id": [c for c, _ in asked], "solution_id": [s for _, s in asked]},
        dependencies={
            "solution_id": [a for a, _ in pairs],
            "on": [b for _, b in pairs],
            "kind": ["requires"] * len(pairs),
        },
    )


@pytest.mark.parametrize("seed", range(12))
def test_every_case_of_a_proof_is_closed_by_its_linear_relaxation(seed):
    problem = drawn(seed)
    best = ow.solve(problem, budget=0.4 * problem.total_effort)
    certificate = best.certificate
    assert ow.check_certificate(problem, certificate) == []
    assert certificate.bound == best.value
    assert holds_by_relaxations(problem, certificate)


def test_public_optima_are_proved_step_by_step(shared):
    problem = ow.read_nrp(shared / "data" / "nrp" / "classic-nrp_nrp1.txt")
    best = ow.solve(problem, budget=math.floor(0.5 * problem.total_effort))
    certificate = best.certificate
    assert (certificate.bound, certificate.value) == (1836, 1836)
    assert ow.check_certificate(problem, certificate) == []
    assert "no plan within" in repr(certificate)


@pytest.fixture
def problem():
    return ow.RoadmapProblem({"solution_id": [1, 2, 3], "effort": [3, 2, 2], "value": [10, 7, 6]})


def test_a_false_certificate_is_refused(problem):
    certificate = ow.solve(problem, budget=5).certificate
    assert ow.check_certificate(problem, certificate) == []
    forged = {
        "a plan that is worth less": {"solutions": (1,), "value": 10.0, "cost": 3.0, "bound": 10.0},
        "a larger budget": {"budget": 7.0},
        "a value that is not its own": {"value": 18.0, "bound": 18.0},
        "no steps": {"steps": ow.Table({name: [] for name in certificate.steps.columns})},
        "a step that is none": {"value_step": 5.0},
        "everything is one group": {"groups": (1, 1, 1)},
        "nothing is of worth": {"groups": (None, None, None)},
        "groups of another problem": {"groups": (1, 2)},
        "a bound that is no number": {"bound": math.nan},
    }
    for what, change in forged.items():
        assert ow.check_certificate(problem, dataclasses.replace(certificate, **change)) != [], what
    with pytest.raises(ow.InvalidInput, match="unknown"):
        ow.check_certificate(problem, dataclasses.replace(certificate, solutions=(9,)))
    with pytest.raises(ow.TypeMismatch, match="certificate"):
        ow.check_certificate(problem, certificate.to_table())


def test_what_is_not_proved_has_the_bound_without_branching():
    problem = ow.simulate_nrp(2, kind="classic_small")
    hasty = ow.solve(problem, budget=problem.total_effort // 3, time_limit=0)
    best = ow.solve(problem, budget=problem.total_effort // 3)
    certificate = hasty.certificate
    assert ow.check_certificate(problem, certificate) == []
    assert certificate.bound >= best.value >= certificate.value
    assert certificate.gap >= 0


def test_rules_stay_with_a_selection_and_its_certificate(problem):
    best = ow.solve(problem, budget=5, include=[3], exclude=[2])
    assert (best.include, best.exclude, best.solutions) == ([3], [2], [1, 3])
    assert pickle.loads(pickle.dumps(best)) == best
    certificate = best.certificate
    assert pickle.loads(pickle.dumps(certificate)).bound == 16
    assert ow.check_certificate(problem, certificate) == []
    assert ow.check_certificate(problem, dataclasses.replace(certificate, exclude=())) != []
    assert [sorted(p.solutions) for p in ow.best_plans(best, 3).plans] == [[1, 3], [3]]


def test_a_plan_has_its_certificate():
    graph = ow.simulate(seed=1, accounts=200).graph
    plan = ow.plan(ow.score(ow.demand(graph)), capacity=30)
    certificate = plan.certificate
    assert certificate.bound >= plan.value
    assert ow.check_certificate(plan.selection.problem, certificate) == []


def test_certificates_read_from_elsewhere():
    problem = ow.RoadmapProblem(
        {"solution_id": ["a", "b"], "effort": [3, 2]},
        needs={"need_id": ["n"], "value": [10]},
        covers={"solution_id": ["a", "b"], "need_id": ["n", "n"], "share": [0.5, 0.7]},
        overlap="sum_of_shares",
    )
    certificate = ow.solve(problem, budget=4).certificate
    assert ow.check_certificate(problem, certificate) == []
    rates = certificate.rates.to_dict()
    del rates["share"]
    with pytest.raises(ow.MissingInput, match="share"):
        ow.check_certificate(problem, dataclasses.replace(certificate, rates=type(certificate.rates)(rates)))
    for change in (
        {"shares": 5},
        {"bound": None},
    ):
        with pytest.raises(ow.TypeMismatch):
            ow.check_certificate(problem, dataclasses.replace(certificate, **change))


def test_shares_of_needs_are_part_of_a_proof():
    problem = ow.RoadmapProblem(
        {"solution_id": ["a", "b", "c"], "effort": [3, 2, 2]},
        needs={"need_id": ["n"], "value": [10]},
        covers={"solution_id": ["a", "b", "c"], "need_id": ["n"] * 3, "share": [0.5, 0.7, 0.6]},
        overlap="sum_of_shares",
    )
    certificate = ow.solve(problem, budget=4).certificate
    assert ow.check_certificate(problem, certificate) == []
    shares = ow.Table({"step": [0], "need_id": ["n"], "solution_id": ["z"], "amount": [1.0]})
    with pytest.raises(ow.InvalidInput, match="solution_id"):
        ow.check_certificate(problem, dataclasses.replace(certificate, shares=shares))
    with pytest.raises(ow.MissingInput, match="amount"):
        ow.check_certificate(
            problem,
            dataclasses.replace(certificate, shares=ow.Table({"step": [0], "need_id": ["n"], "solution_id": ["a"]})),
        )
