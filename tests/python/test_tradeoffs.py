"""Fronts, comparisons, sensitivity, alternatives, saved plans."""

from __future__ import annotations

import itertools
import json
import math
import pickle
import random
from datetime import UTC, datetime

import numpy as np
import pytest

import outweigh as ow


@pytest.fixture
def problem():
    return ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 6]})


def random_problem(seed):
    draw = random.Random(seed)
    n = draw.randint(2, 6)
    return ow.RoadmapProblem(
        {
            "solution_id": [f"s{i}" for i in range(n)],
            "effort": [draw.randint(1, 6) for _ in range(n)],
            "value": [draw.randint(0, 9) for _ in range(n)],
        },
        customers={"customer_id": ["x", "y"], "value": [draw.randint(0, 9), draw.randint(0, 9)]},
        requests={"customer_id": ["x", "x", "y"], "solution_id": [f"s{draw.randrange(n)}" for _ in range(3)]},
    )


@pytest.mark.parametrize("instance", ["classic-nrp_nrp1", "classic-nrp_nrp3", "realistic-nrp_nrp-e4"])
def test_the_hull_bounds_published_optima(shared, instance):
    problem = ow.read_nrp(shared / "data" / "nrp" / f"{instance}.txt")
    front = ow.supported_front(problem)
    assert front.complete
    cost, value = front["cost"], front["value"]
    slopes = [(value[k] - value[k - 1]) / (cost[k] - cost[k - 1]) for k in range(1, len(cost))]
    assert all(a > b for a, b in itertools.pairwise(slopes))
    middle = len(cost) // 2
    assert ow.solve(problem, budget=cost[middle]).value == value[middle]
    assert len(front.solutions(middle)) == front["solutions"][middle]
    assert pickle.loads(pickle.dumps(front)) == front


def test_the_whole_front_of_the_first_public_instance(shared):
    front = ow.efficient_front(ow.read_nrp(shared / "data" / "nrp" / "classic-nrp_nrp1.txt"), step=1)
    assert (len(front), front.complete, all(front["proven"])) == (465, True, True)
    assert front.hypervolume() == 1519941


def test_a_front_without_time_says_so(shared):
    front = ow.efficient_front(ow.read_nrp(shared / "data" / "nrp" / "classic-nrp_nrp3.txt"), time_limit=0)
    assert not front.complete
    assert "not complete" in repr(front)
    assert all(b >= v for b, v in zip(front["bound"], front["value"], strict=True))


def test_a_front_plots(problem):
    pytest.importorskip("matplotlib")
    assert ow.efficient_front(problem).plot() is not None


def test_a_point_that_is_none(problem):
    with pytest.raises(ow.InvalidInput, match="no such point"):
        ow.supported_front(problem).solutions(99)
    with pytest.raises(ow.InvalidInput, match="kind"):
        ow.simulate_nrp(1, kind="linux")


@pytest.mark.parametrize("seed", range(25))
def test_limits_of_effort_are_where_the_plan_changes(seed):
    problem = random_problem(seed)
    budget = math.floor(0.5 * problem.total_effort)
    best = ow.solve(problem, budget=budget)
    table = problem.tables()
    solutions = table["solutions"].to_dict()

    def value_with(solution, effort, **rules):
        changed = [
            effort if s == solution else e for s, e in zip(solutions["solution_id"], solutions["effort"], strict=True)
        ]
        again = ow.RoadmapProblem(
            {**solutions, "effort": changed}, customers=table["customers"], requests=table["requests"]
        )
        return ow.solve(again, budget=budget, **rules).value

    for row in best.sensitivity().solutions.rows():
        s, limit = row["solution_id"], row["effort_limit"]
        if limit is None:
            continue
        without = ow.solve(problem, budget=budget, exclude=[s]).value
        if limit <= budget:
            assert value_with(s, limit, include=[s]) >= without
        if limit + 1 <= budget and (row["chosen"] or limit < row["effort"]):
            assert value_with(s, limit + 1, include=[s]) < without
        if row["chosen"]:
            assert row["value_margin"] == pytest.approx(best.value - without)


@pytest.mark.parametrize("seed", range(25))
def test_the_best_plans_are_the_best_of_all_sets(seed):
    problem = random_problem(seed)
    budget = math.floor(0.6 * problem.total_effort)
    table = problem.tables()["solutions"].to_dict()
    wanted = {}
    for c, s in zip(*(problem.tables()["requests"][name] for name in ("customer_id", "solution_id")), strict=True):
        wanted.setdefault(c, set()).add(s)
    pays = dict(zip(problem.customers, problem.customer_values, strict=True))
    values = []
    for size in range(len(problem) + 1):
        for chosen in itertools.combinations(range(len(problem)), size):
            if sum(table["effort"][i] for i in chosen) <= budget:
                ids = {table["solution_id"][i] for i in chosen}
                values.append(
                    sum(table["value"][i] for i in chosen)
                    + sum(v for c, v in pays.items() if wanted.get(c, set()) <= ids)
                )
    found = ow.best_plans(ow.solve(problem, budget=budget), 6)
    assert [plan.value for plan in found.plans] == sorted(values, reverse=True)[:6]
    assert len({tuple(plan.solutions) for plan in found.plans}) == len(found.plans)
    assert found.complete
    assert set(found.shared) == set.intersection(*(set(plan.solutions) for plan in found.plans))


def test_a_displacement_says_who_feels_it(simulated_demand):
    plan = ow.plan(ow.score(simulated_demand), capacity=30)
    out = plan.displaced_by(plan.solutions[0])
    assert out.comparison.dropped == tuple(s for s in plan.solutions if s not in set(out.alternative.solutions))
    assert len(out.comparison.accounts) > 0
    assert len(out.comparison.segments) > 0
    assert "forced out" in str(out)
    assert "loses" in str(out)
    change = out.comparison.accounts["change"]
    assert list(change) == sorted(change)
    assert plan.sensitivity(solutions=plan.solutions[:1]).shadow_price >= 0


def test_plans_are_saved_with_the_fingerprint_of_their_inputs(tmp_path, problem):
    best = ow.solve(problem, budget=4)
    ow.save_plan(best, tmp_path / "plan.json", note="spring")
    again = ow.read_plan(tmp_path / "plan.json")
    assert (again.note, again.value, again.solutions) == ("spring", best.value, tuple(best.solutions))
    assert ow.compare_plans(again, ow.solve(problem, budget=3)).same_inputs is True
    other = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 5]})
    assert ow.compare_plans(again, ow.solve(other, budget=4)).same_inputs is False
    for text in ("", "{}", "[1]", json.dumps({"format": "outweigh plan 1"}), "{'x"):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(ow.CorruptState):
            ow.read_plan(tmp_path / "bad.json")


def test_what_cannot_be_compared(problem):
    with pytest.raises(ow.TypeMismatch):
        ow.compare_plans(problem, problem)
    with pytest.raises(ow.InvalidInput):
        ow.best_plans(ow.solve(problem, budget=3), 0)
    with pytest.raises(ow.InvalidInput, match="unknown"):
        ow.solve(problem, budget=3).sensitivity(solutions=["zz"])


def test_a_long_list_of_ids_is_told_by_its_first():
    ids = [f"s{k}" for k in range(40)]
    problem = ow.RoadmapProblem({"solution_id": ids, "effort": [1] * 40, "value": [1] * 40})
    nothing, everything = ow.solve(problem, budget=0), ow.solve(problem, budget=40)
    text = ow.compare_plans(nothing, everything).to_text()
    assert "Added: s0, s1" in text and "s11 and 28 more." in text


@pytest.mark.parametrize("budget", [30.0, math.inf])
def test_a_capacity_above_all_effort_is_not_cut_to_it(problem, budget):
    found = ow.solve(problem, budget=budget).sensitivity()
    assert found.capacities["capacity"].tolist() == [budget]
    assert found.capacity_loss[1] == 0.0
    limits = found.solutions.to_dict()["effort_limit"]
    # a and b stay as long as one other fits with them, c only as long as both do.
    assert limits == ([None] * 3 if math.isinf(budget) else [28.0, 27.0, 25.0])
    if math.isinf(budget):
        assert "a: it stays at any effort." in found.to_text()


def test_the_effort_at_which_a_solution_drops_out_by_trying(problem):
    for budget in (3, 4, 5, 6, 7, 9, 12):
        best = ow.solve(problem, budget=budget)
        for row in best.sensitivity().solutions.rows():
            if not row["chosen"] or row["effort_limit"] is None:
                continue
            for more, stays in ((0, True), (1, False)):
                effort = dict(zip("abc", [3, 2, 2], strict=True)) | {row["solution_id"]: row["effort_limit"] + more}
                changed = ow.RoadmapProblem(
                    {"solution_id": list(effort), "effort": list(effort.values()), "value": [10, 7, 6]}
                )
                forced = ow.solve(changed, budget=budget, exclude=[row["solution_id"]]).value
                assert (ow.solve(changed, budget=budget).value > forced) <= stays


def test_ids_come_back_as_they_went_in():
    pytest.importorskip("highspy")
    problem = ow.RoadmapProblem({"solution_id": [10, 9, 8], "effort": [3, 2, 2], "value": [10, 7, 6]})
    best, other = ow.solve(problem, budget=4), ow.solve(problem, budget=3)
    assert best.sensitivity().solutions["solution_id"].tolist() == [10, 9, 8]
    assert best.sensitivity(solutions=[9]).solutions["solution_id"].tolist() == [9]
    assert ow.best_plans(best, 1).to_table()["solution_id"].tolist() == [8, 9]
    assert sorted(ow.compare_plans(best, other).to_table()["solution_id"]) == [8, 9, 10]
    uncertain = ow.plan_under_uncertainty(problem, budget=4, values={10: [1, 30]})
    assert sorted(uncertain.solutions["solution_id"]) == [8, 9, 10]
    assert sorted(ow.plan_releases(problem, capacities=[4, 3]).to_table()["solution_id"]) == [8, 9, 10]
    # ids of two kinds in one column are text
    named = ow.RoadmapProblem({"solution_id": ["a"], "effort": [1], "value": [1]})
    assert sorted(ow.compare_plans(best, ow.solve(named, budget=1)).to_table()["solution_id"]) == ["8", "9", "a"]


def test_a_sensitivity_says_that_searches_were_not_finished(problem):
    assert ow.solve(problem, budget=4).sensitivity().proven
    large = ow.simulate_nrp(4, kind="classic_small")
    plan = ow.solve(large, budget=0.3 * large.total_effort, time_limit=0)
    assert not plan.proven
    found = plan.sensitivity(solutions=plan.solutions[:1], time_limit=0)
    assert not found.proven
    assert "may be others" in str(found)


def test_what_two_solutions_meet_is_worth_it_once_to_an_account():
    day = datetime(2026, 5, 4, tzinfo=UTC)
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": ["acme", "bolt"]},
        sources={"source_id": ["desk"], "kind": ["pooled_support"]},
        needs={"need_id": ["sso"], "title": ["Single sign-on"]},
        requests={
            "request_id": [1],
            "account_id": ["acme"],
            "source_id": ["desk"],
            "need_id": ["sso"],
            "at": [day],
        },
        solutions={"solution_id": ["saml", "oidc"], "title": ["SAML", "OIDC"], "effort": [5, 4]},
        covers={"solution_id": ["saml", "oidc"], "need_id": ["sso", "sso"]},
    )
    scores = ow.score(ow.demand(graph, method="raw"))
    one = ow.plan(scores, capacity=5, include=["saml"])
    both = ow.plan(scores, capacity=9, include=["saml", "oidc"])
    found = ow.compare_plans(one, both)
    assert found.value_change == 0.0
    assert [row["change"] for row in found.accounts.rows() if row["change"]] == []
    assert "loses" not in found.to_text()


def test_a_pair_of_solution_and_need_stands_once_in_covers():
    with pytest.raises(ow.InvalidInput, match="covers a need once") as error:
        ow.RoadmapProblem(
            {"solution_id": ["a"], "effort": [1]},
            needs={"need_id": ["n"], "value": [100]},
            covers={"solution_id": ["a", "a"], "need_id": ["n", "n"], "share": [0.2, 0.9]},
        )
    assert (error.value.place.table, error.value.place.row) == ("covers", 1)


def test_errors_of_dependencies_and_requests_name_the_row_of_their_table():
    solutions = {"solution_id": ["a", "b", "c"], "effort": [1, 1, 1]}
    unknown = {"solution_id": ["a", "b", "a"], "on": ["b", "c", "z"], "kind": ["requires", "requires", "excludes"]}
    with pytest.raises(ow.InvalidInput) as error:
        ow.RoadmapProblem(solutions, dependencies=unknown)
    assert (error.value.place.table, error.value.place.row) == ("dependencies", 2)
    with pytest.raises(ow.InvalidInput) as error:
        ow.RoadmapProblem(
            solutions,
            customers={"customer_id": ["x"], "value": [1]},
            requests={"customer_id": ["x", "x"], "solution_id": ["a", "z"]},
        )
    place = error.value.place
    assert (place.table, place.column, place.row) == ("requests", "solution_id", 1)


def test_a_decision_turns_at_an_exact_effort():
    problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2.5, 2.75], "value": [10, 7, 6]})
    limits = ow.solve(problem, budget=6.1).sensitivity().solutions.to_dict()
    # a fits with b up to 6.1 - 2.5, b with a up to 6.1 - 3; c with a where b does not, or with b without a: never
    assert limits["effort_limit"][:2] == pytest.approx([3.6, 3.1], abs=1e-12)
    assert limits["effort_limit"][2] == pytest.approx(0.6, abs=1e-12)
    whole = ow.RoadmapProblem({"solution_id": ["a", "b"], "effort": [3, 2], "value": [10, 7]})
    row = next(iter(ow.solve(whole, budget=5.5).sensitivity(solutions=["b"]).solutions.rows()))
    assert row["effort_limit"] == 2.5


def test_sensitivity_of_real_numbers_is_proved():
    draw = random.Random(1)
    table = {
        "solution_id": list(range(40)),
        "effort": [draw.uniform(1, 9) for _ in range(40)],
        "value": [draw.uniform(1, 9) for _ in range(40)],
    }
    assert ow.solve(ow.RoadmapProblem(table), budget=80.3).sensitivity(solutions=range(8)).proven


def test_the_price_of_capacity_is_that_under_the_rules_of_the_plan():
    problem = ow.RoadmapProblem(
        {"solution_id": ["a", "b", "c", "d"], "effort": [1, 2, 2, 1], "value": [9, 8, 2, 7]},
        dependencies={"solution_id": ["d"], "on": ["a"], "kind": ["requires"]},
    )
    plan = ow.solve(problem, budget=3, include=["c"], exclude=["a"])
    found = plan.sensitivity()
    assert found.shadow_price == 4.0  # b, for c is there and a and d must not be
    assert found.capacity_gain == (1.0, 8.0)
    assert found.capacity_loss == (1.0, 0.0)
    assert plan.sensitivity(capacity_step=2).capacity_loss == (2.0, None)
    reasons = dict(zip(found.solutions["solution_id"], found.solutions["reason"], strict=True))
    assert (reasons["c"], reasons["a"], reasons["d"]) == ("it has to be there", *["the rules keep it out"] * 2)
    everything = ow.RoadmapProblem({"solution_id": ["a", "b"], "effort": [0.1, 0.2], "value": [1, 2]})
    assert ow.solve(everything, budget=0.3).sensitivity().shadow_price == 0.0


def test_the_number_of_plans_may_be_of_numpy(problem):
    assert len(ow.best_plans(ow.solve(problem, budget=4), np.int64(2)).plans) == 2
