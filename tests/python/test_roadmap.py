"""Choosing under a budget: published optima, limits, constraints."""

from __future__ import annotations

import csv
import itertools
import math
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import outweigh as ow


@pytest.mark.parametrize("instance", ["classic-nrp_nrp1", "classic-nrp_nrp3", "realistic-nrp_nrp-e1"])
@pytest.mark.parametrize("ratio", [0.3, 0.5, 0.7])
def test_published_optima_are_found_and_proved(shared, instance, ratio):
    with (shared / "cases" / "roadmap" / "optima.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        known = {(row["instance"], float(row["ratio"])): float(row["value"]) for row in rows}
    problem = ow.read_nrp(shared / "data" / "nrp" / f"{instance}.txt")
    best = ow.solve(problem, budget=math.floor(ratio * problem.efforts.sum()))
    assert best.value == known[f"{instance}.txt", ratio]
    assert best.proven
    assert best.bound == best.value
    assert best.check() == []
    assert best.cost == sum(problem.efforts[problem.solutions.index(s)] for s in best.solutions)


def test_a_time_limit_gives_a_valid_answer(shared):
    problem = ow.read_nrp(shared / "data" / "nrp" / "classic-nrp_nrp4.txt")
    best = ow.solve(problem, budget=0.5 * problem.total_effort, time_limit=0)
    assert best.check() == []
    assert best.bound >= 15982 >= best.value


@settings(max_examples=40, deadline=None)
@given(
    efforts=st.lists(st.integers(0, 9), min_size=1, max_size=7),
    data=st.data(),
    budget=st.integers(0, 30),
)
def test_small_problems_against_all_sets(efforts, data, budget):
    count = len(efforts)
    values = data.draw(st.lists(st.integers(0, 20), min_size=count, max_size=count))
    pairs = data.draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=4))
    requires = [(a, b) for a, b in pairs if a > b]
    problem = ow.RoadmapProblem(
        {"solution_id": list(range(count)), "effort": efforts, "value": values},
        dependencies={
            "solution_id": [a for a, _ in requires],
            "on": [b for _, b in requires],
            "kind": ["requires"] * len(requires),
        },
    )
    best = ow.solve(problem, budget=budget)
    expected = max(
        sum(values[i] for i in chosen)
        for size in range(count + 1)
        for chosen in itertools.combinations(range(count), size)
        if sum(efforts[i] for i in chosen) <= budget and all(a not in chosen or b in chosen for a, b in requires)
    )
    assert best.value == expected
    assert best.proven


def test_a_displacement_says_what_it_costs():
    problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 6]})
    best = ow.solve(problem, budget=4)
    change = best.displaced_by("a")
    assert (change.entering, change.leaving, change.value_lost) == (("a",), ("b", "c"), 3.0)
    assert change.alternative.solutions == ["a"]
    assert "a" in change._repr_html_()
    assert pickle.loads(pickle.dumps(change)) == change


@pytest.mark.parametrize("budget", [-1, math.nan])
def test_a_budget_that_cannot_be(budget):
    problem = ow.RoadmapProblem({"solution_id": ["a"], "effort": [1], "value": [1]})
    with pytest.raises(ow.InvalidInput):
        ow.solve(problem, budget=budget)


def test_several_budgets_need_the_efforts_of_each_resource():
    problem = ow.RoadmapProblem({"solution_id": ["a"], "effort": [1], "value": [1]})
    with pytest.raises(ow.InvalidInput, match="efforts"):
        ow.solve(problem, budget={"design": 1, "build": 2})


def test_what_must_be_in_and_does_not_fit_is_named():
    problem = ow.RoadmapProblem({"solution_id": ["a", "b"], "effort": [5, 1], "value": [1, 1]})
    with pytest.raises(ow.Infeasible, match="a"):
        ow.solve(problem, budget=2, include=["a"])


@pytest.mark.parametrize(
    ("column", "values"), [("effort", [-1, 2]), ("effort", [math.nan, 2]), ("solution_id", ["a", "a"])]
)
def test_a_problem_with_a_bad_row_is_refused(column, values):
    solutions = {"solution_id": ["a", "b"], "effort": [1, 2], "value": [1, 1]}
    solutions[column] = values
    with pytest.raises(ow.InvalidInput) as error:
        ow.RoadmapProblem(solutions)
    assert error.value.place.column == column


def test_a_cycle_of_requirements_is_named():
    with pytest.raises(ow.InvalidInput, match=r"a.*b|b.*a"):
        ow.RoadmapProblem(
            {"solution_id": ["a", "b"], "effort": [1, 2], "value": [1, 1]},
            dependencies={"solution_id": ["a", "b"], "on": ["b", "a"], "kind": ["requires"] * 2},
        )


@pytest.mark.parametrize("text", ["", "1\n2\n3 4", "not a number\n"])
def test_a_file_that_is_no_instance_is_refused(tmp_path, text):
    file = tmp_path / "broken.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ow.OutweighError, match="broken.txt"):
        ow.read_nrp(file)


def test_problems_and_selections_are_values():
    problem = ow.RoadmapProblem({"solution_id": [1, 2], "effort": [1.5, 2], "value": [1, 1]})
    again = pickle.loads(pickle.dumps(problem))
    assert again == problem
    best = ow.solve(problem, budget=2)
    assert pickle.loads(pickle.dumps(best)) == best
    assert best.problem == problem
    assert "<table>" in best._repr_html_()
    assert repr(problem).startswith("outweigh.RoadmapProblem")
