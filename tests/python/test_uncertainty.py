"""Plans over scenarios, and synergies: by hand and against all plans."""

from __future__ import annotations

import itertools
import math
import pickle
import random

import numpy as np
import pytest

import outweigh as ow


@pytest.fixture
def problem():
    return ow.RoadmapProblem({"solution_id": ["sure", "bet"], "effort": [1, 1], "value": [5, 4]})


def test_a_bet_and_a_sure_thing(problem):
    found = ow.plan_under_uncertainty(problem, budget=1, values={"bet": [0, 8]})
    assert (found.plan.solutions, found.expected_regret, found.worst_regret) == (["sure"], 1.5, 3.0)
    assert found.perfect_information == 1.5
    assert list(found.information.rows()) == [
        {"kind": "solution", "item_id": "bet", "mean": 4, "threshold": 5, "worth": 1.5}
    ]
    assert found.solutions.to_dict()["in_best"] == [0.5, 0.5]
    assert "turns at 5" in found.to_text()
    assert "outweigh.UncertainPlan" in repr(found)
    again = pickle.loads(pickle.dumps(found))
    assert again.scenarios.to_dict() == found.scenarios.to_dict()


def test_threads_and_arrays_change_nothing():
    problem = ow.simulate_nrp(4, kind="classic_small", size=0.3)
    draws = np.random.default_rng(1).gamma(2.0, 10.0, (20, len(problem.customers)))
    one = ow.plan_under_uncertainty(problem, budget=60, customer_values=draws)
    two = ow.plan_under_uncertainty(
        problem, budget=60, customer_values=dict(zip(problem.customers, draws.T.tolist(), strict=True)), threads=2
    )
    assert one.to_text() == two.to_text()
    assert one.information.to_dict() == two.information.to_dict()
    assert one.proven


def test_efforts_that_vary_may_overrun(problem):
    found = ow.plan_under_uncertainty(problem, budget=1.1, efforts={"sure": [1, 1, 1, 1.3]}, information=False)
    assert (found.plan.solutions, found.overrun) == (["sure"], 0.25)
    assert "more than the budget" in found.to_text()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("objective", ["max_min", "cvar", "regret"])
def test_robust_plans_against_all_plans(seed, objective):
    pytest.importorskip("highspy")
    draw = random.Random(seed)
    ids = [f"s{k}" for k in range(5)]
    problem = ow.RoadmapProblem(
        {"solution_id": ids, "effort": [draw.randint(1, 5) for _ in ids], "value": [0] * 5},
        customers={"customer_id": ["c", "idle"], "value": [6, 1]},
        requests={"customer_id": ["c", "c"], "solution_id": draw.sample(ids, 2)},
        needs={"need_id": ["n"], "value": [7]},
        covers={"solution_id": ids[:3], "need_id": ["n"] * 3, "share": [0.5, 1.0, 0.25]},
    )
    values = [[draw.randint(0, 9) for _ in ids] for _ in range(4)]
    needs = [[draw.randint(0, 9)] for _ in range(4)]
    budget = draw.randint(3, 10)
    found = ow.plan_under_uncertainty(
        problem, budget=budget, values=values, need_values=needs, objective=objective, level=0.5, information=False
    )
    best = found.scenarios.to_dict()["best_value"]
    outcomes = []
    for size in range(6):
        for chosen in itertools.combinations(ids, size):
            if sum(problem.efforts[ids.index(s)] for s in chosen) > budget:
                continue
            row = ow.plan_under_uncertainty(
                problem, budget=budget, values=values, need_values=needs, judge=chosen, information=False
            ).scenarios.to_dict()["value"]
            worst = sorted(row)
            outcomes.append(
                {
                    "max_min": worst[0],
                    "cvar": (worst[0] + worst[1]) / 2,
                    "regret": -max(b - v for b, v in zip(best, row, strict=True)),
                }[objective]
            )
    got = {"max_min": found.worst_value, "cvar": found.tail_value, "regret": -found.worst_regret}[objective]
    assert got == pytest.approx(max(outcomes), abs=1e-6)
    assert found.plan.cost <= budget


def test_a_plan_takes_the_draws_of_its_demand():
    plan = ow.plan(ow.score(ow.demand(ow.simulate(seed=1, accounts=200).graph, draws=100)), capacity=30)
    found = ow.plan_under_uncertainty(plan, information=False)
    assert len(found.scenarios) == 100
    assert found.expected_regret >= 0
    assert found.plan.value == pytest.approx(plan.value, rel=0.2)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"values": None}, ow.MissingInput),
        ({"values": [[1, 2, 3]]}, ow.InvalidInput),
        ({"values": {"other": [1, 2]}}, ow.InvalidInput),
        ({"values": {"bet": [1, math.nan]}}, ow.InvalidInput),
        ({"efforts": {"bet": [1, -1]}}, ow.InvalidInput),
        ({"efforts": {"bet": [1, 1, 1]}}, ow.InvalidInput),
        ({"probabilities": [1, 0]}, ow.InvalidInput),
        ({"probabilities": [1]}, ow.InvalidInput),
        ({"objective": "hope"}, ow.InvalidInput),
        ({"level": 1.0}, ow.InvalidInput),
        ({"budget": -1}, ow.InvalidInput),
        ({"budget": None}, ow.MissingInput),
    ],
)
def test_bad_input_is_named(problem, change, error):
    with pytest.raises(error):
        ow.plan_under_uncertainty(problem, **{"budget": 1, "values": {"bet": [0, 8]}, **change})


@pytest.mark.parametrize("seed", range(60))
def test_synergies_against_all_plans(seed):
    draw = random.Random(seed)
    ids = [f"s{k}" for k in range(4)]
    effort = {s: draw.randint(2, 6) for s in ids}
    value = {s: draw.randint(0, 9) for s in ids}
    pairs = draw.sample(list(itertools.combinations(ids, 2)), 3)
    extra = [draw.choice([-3, 0, 4]) for _ in pairs]
    saved = [draw.choice([0, -1, 2, 5]) for _ in pairs]
    problem = ow.with_synergies(
        ow.RoadmapProblem({"solution_id": ids, "effort": list(effort.values()), "value": list(value.values())}),
        {"solution_id": [a for a, _ in pairs], "on": [b for _, b in pairs], "value": extra, "effort": saved},
    )
    budget = draw.randint(4, 14)
    most = 0.0
    for size in range(5):
        for chosen in itertools.combinations(ids, size):
            both = [k for k, (a, b) in enumerate(pairs) if a in chosen and b in chosen]
            if sum(effort[s] for s in chosen) + sum(saved[k] for k in both) <= budget:
                most = max(most, sum(value[s] for s in chosen) + sum(extra[k] for k in both))
    best = ow.solve(problem, budget=budget)
    assert best.value == most
    assert best.bound == most
    assert best.check() == []
    for plan in ow.best_plans(best, 4).plans:
        inside = set(plan.solutions) & set(ids)
        both = [k for k, (a, b) in enumerate(pairs) if a in inside and b in inside]
        assert plan.value == sum(value[s] for s in inside) + sum(extra[k] for k in both)
        assert sum(effort[s] for s in inside) + sum(saved[k] for k in both) <= budget


def test_a_pair_that_has_to_be_in_and_does_not_fit():
    problem = ow.RoadmapProblem({"solution_id": ["a", "b"], "effort": [3, 2], "value": [1, 1]})
    dearer = ow.with_synergies(problem, {"solution_id": ["a"], "on": ["b"], "effort": [2]})
    assert ow.solve(dearer, budget=7, include=["a", "b"]).value == 2
    assert ow.solve(dearer, budget=6).value == 1
    with pytest.raises(ow.Infeasible, match=r"a \+ b"):
        ow.solve(dearer, budget=6, include=["a", "b"])
    with pytest.raises(ow.Infeasible, match=r"a \+ b"):
        ow.solve(dearer, budget=6, include=["a"]).displaced_by("b")
    assert len(ow.best_plans(ow.solve(dearer, budget=6), 9).plans) >= 3


def test_synergies_that_cannot_be():
    problem = ow.RoadmapProblem({"solution_id": ["a", "b"], "effort": [3, 2], "value": [1, 1]})
    for row, text in (
        ({"effort": [-4]}, "more than"),
        ({"on": ["a"]}, "itself"),
        ({"on": ["x"]}, "unknown"),
        ({"value": [math.nan]}, "finite"),
    ):
        with pytest.raises(ow.InvalidInput, match=text):
            ow.with_synergies(problem, {"solution_id": ["a"], "on": ["b"], "value": [0], "effort": [0], **row})


@pytest.mark.parametrize("row", [{"value": [3]}, {"value": [-3]}, {"effort": [1]}, {"value": [-1], "effort": [1]}])
@pytest.mark.parametrize("as_array", [False, True])
def test_draws_of_solutions_that_have_synergies_are_of_their_own_values(row, as_array):
    value = [4.0, 3.0, 5.0]
    problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": value})
    together = ow.with_synergies(problem, {"solution_id": ["a"], "on": ["b"], **row})
    best = ow.solve(together, budget=7)
    draws = {"a": [3.0, 5.0], "b": [3.0, 3.0]}
    if as_array:
        draws = [[*drawn, 5.0, *[0.0] * (len(together) - 3)] for drawn in zip(*draws.values(), strict=True)]
    found = ow.plan_under_uncertainty(best, values=draws)
    assert found.expected_value == best.value
    assert found.plan.solutions == best.solutions
    assert found.information["mean"].tolist() == [4.0]
    judged = ow.plan_under_uncertainty(together, budget=9, values=draws, judge=["a"])
    assert judged.scenarios["value"].tolist() == [3.0, 5.0]


def test_a_table_shows_values_as_they_were_given():
    problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [4, 3, 5]})
    together = ow.with_synergies(problem, {"solution_id": ["a"], "on": ["b"], "value": [-1], "effort": [1]})
    assert together["value"].tolist() == [4, 3, 5, 0]
    best = ow.solve(together, budget=8)
    assert best.value == 11.0
    assert best.to_dict()["value"] == [4, 3, 5, 0]
    assert best.to_dict()["adds"] == [3, 2, 5, 2]


@pytest.mark.parametrize("objective", ["max_min", "cvar", "regret"])
@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e12])
def test_a_robust_plan_keeps_to_its_budget_in_any_unit(objective, unit):
    pytest.importorskip("highspy")
    problem = ow.RoadmapProblem(
        {"solution_id": ["a", "b", "c"], "effort": [1.0000001 * unit, unit, 0.5 * unit], "value": [3, 2, 1]}
    )
    values = {"a": [3, 4], "b": [2, 2.5]}
    found = ow.plan_under_uncertainty(problem, budget=2 * unit, values=values, objective=objective)
    assert found.plan.solutions == ["a", "c"]
    assert found.plan.cost <= 2 * unit


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e12])
def test_a_robust_plan_is_best_in_any_unit_of_value(unit):
    pytest.importorskip("highspy")
    problem = ow.RoadmapProblem({"solution_id": ["a", "b"], "effort": [1, 1], "value": [3 * unit, 2 * unit]})
    values = {"a": [0.0, 6 * unit], "b": [2 * unit, 2.5 * unit]}
    for objective, best in (("max_min", ["b"]), ("cvar", ["b"]), ("regret", ["a"])):
        found = ow.plan_under_uncertainty(problem, budget=1, values=values, objective=objective, level=0.4)
        assert found.plan.solutions == best


@pytest.mark.parametrize("scenarios", [7, 10, 30])
def test_what_is_in_every_best_plan_is_in_all_of_them(scenarios):
    problem = ow.RoadmapProblem({"solution_id": ["sure", "never"], "effort": [1, 5], "value": [5, 4]})
    found = ow.plan_under_uncertainty(problem, budget=1, values={"sure": [5.0 + s for s in range(scenarios)]})
    assert found.solutions.to_dict()["in_best"] == [1.0, 0.0]
    assert "In the best plan of every scenario: sure." in found.to_text()


def test_what_a_graph_has_titles_for_is_called_by_them():
    graph = ow.simulate(seed=1, accounts=120).graph
    plan = ow.plan(ow.score(ow.demand(graph)), capacity=30)
    found = ow.plan_under_uncertainty(plan)
    solutions, needs = graph.table("solutions").to_dict(), graph.table("needs").to_dict()
    titles = dict(zip(solutions["solution_id"], solutions["title"], strict=True))
    assert all(row["title"] == titles[row["solution_id"]] for row in found.solutions.rows())
    of_needs = dict(zip(needs["need_id"], needs["title"], strict=True))
    assert all(row["title"] == of_needs[row["item_id"]] for row in found.information.rows() if row["kind"] == "need")
    never = [row["title"] for row in found.solutions.rows() if row["in_best"] == 0]
    assert never and never[0] in found.to_text()
    assert not any(f" {key}" in found.to_text() for key in [*titles, *of_needs])


@pytest.mark.parametrize("objective", ["regret", "max_min", "cvar"])
def test_a_robust_plan_is_not_proved_where_its_search_was_not_finished(problem, objective, monkeypatch):
    pytest.importorskip("highspy")
    from outweigh.roadmap import general_solver

    def plan():
        return ow.plan_under_uncertainty(problem, budget=1, values={"bet": [0, 8]}, objective=objective)

    assert plan().proven
    solve = general_solver.solve
    monkeypatch.setattr(general_solver, "solve", lambda *options: ("limit", *solve(*options)[1:]))
    assert not plan().proven
    assert "another plan may be better" in plan().to_text()


@pytest.mark.parametrize(
    ("changes", "row", "value"),
    [
        ({"values": {"bet": [1, math.nan]}}, 1, "nan"),
        ({"values": [[1, 2], [3, math.inf]]}, 1, "inf"),
        ({"efforts": {"bet": [1, 2, -1]}}, 2, "-1.0"),
    ],
)
def test_a_draw_that_cannot_be_is_named_by_its_scenario(problem, changes, row, value):
    with pytest.raises(ow.InvalidInput) as error:
        ow.plan_under_uncertainty(problem, budget=1, **changes)
    place = error.value.place
    assert (place.table, place.column, place.row, place.value) == ("scenarios", next(iter(changes)), row, value)


def test_no_account_feels_what_only_stands_for_a_pair():
    problem = ow.RoadmapProblem(
        {"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [4, 3, 5]},
        customers={"customer_id": ["x"], "value": [5]},
        requests={"customer_id": ["x"], "solution_id": ["b"]},
    )
    pair = {"solution_id": ["a"], "on": ["b"], "value": [2], "effort": [1]}
    together = ow.with_synergies(problem, pair)
    change = ow.compare_plans(ow.solve(together, budget=6), ow.solve(together, budget=5, exclude=["b"]))
    assert change.accounts.to_dict() == {"account_id": ["x"], "change": [-5.0]}
    assert "extra" not in change.to_text().partition("Account")[2]


def test_what_a_pair_is_worth_less_is_not_taken_from_the_values_shown():
    problem = ow.RoadmapProblem({"solution_id": ["a", "b"], "effort": [1, 1], "value": [4, 3]})
    less = ow.with_synergies(problem, {"solution_id": ["a"], "on": ["b"], "value": [-2]})
    assert less.to_table()["value"].tolist() == [4.0, 3.0]
    best = ow.solve(less, budget=2)
    assert best.value == 5.0
    assert best.to_table().to_dict()["value"] == [4.0, 3.0]
    assert best.to_table().to_dict()["adds"] == [2.0, 1.0]
