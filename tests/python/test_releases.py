"""Plans over several releases, and MPS; where HiGHS is installed."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import random

import pytest

import outweigh as ow


@pytest.fixture
def problem():
    return ow.RoadmapProblem(
        {"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 6]},
        dependencies={"solution_id": ["b"], "on": ["c"], "kind": ["requires"]},
    )


def test_without_highs_an_error_names_the_extra(problem, monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "highspy", None)
    with pytest.raises(ImportError, match=r"outweigh\[milp\]"):
        ow.plan_releases(problem, capacities=[4, 4])
    with pytest.raises(ImportError, match=r"outweigh\[milp\]"):
        ow.write_mps(problem, tmp_path / "p.mps", budget=4)


@pytest.mark.parametrize("seed", range(15))
def test_releases_against_all_assignments(seed):
    pytest.importorskip("highspy")
    draw = random.Random(seed)
    n = 5
    effort = [draw.randint(1, 5) for _ in range(n)]
    value = [draw.randint(1, 9) for _ in range(n)]
    capacity = [draw.randint(2, 7), draw.randint(2, 7)]
    problem = ow.RoadmapProblem(
        {"solution_id": list(range(n)), "effort": effort, "value": value},
        dependencies={"solution_id": [1, 3], "on": [0, 2], "kind": ["requires", "excludes"]},
    )
    plan = ow.plan_releases(problem, capacities=capacity, delay=0.8)
    best = 0.0
    for at in itertools.product((0, 1, 2), repeat=n):
        if any(sum(e for e, t in zip(effort, at, strict=True) if t == r) > capacity[r - 1] for r in (1, 2)):
            continue
        if (at[1] and not 0 < at[0] <= at[1]) or (at[2] and at[3]):
            continue
        best = max(best, sum(v * 0.8 ** (t - 1) for v, t in zip(value, at, strict=True) if t))
    assert plan.value == pytest.approx(best)
    assert plan.proven
    assert plan.check() == []


def test_one_release_is_the_plan_of_the_solver():
    pytest.importorskip("highspy")
    problem = ow.simulate_nrp(3, kind="classic_small", size=0.3)
    budget = math.floor(0.5 * problem.total_effort)
    plan = ow.plan_releases(problem, capacities=[budget])
    assert plan.value == pytest.approx(ow.solve(problem, budget=budget).value)


def test_rules_that_cannot_hold_are_named(problem):
    pytest.importorskip("highspy")
    with pytest.raises(ow.Infeasible, match=r"promised is above the capacity.*a is promised by release 1"):
        ow.plan_releases(problem, capacities=[4, 4], commitments={"a": 1, "c": 1})
    with pytest.raises(ow.Infeasible, match="segment north gets at least 30"):
        ow.plan_releases(problem, capacities=[4], segments={"north": {"a": 10}}, floors={"north": 30})
    with pytest.raises(ow.Infeasible, match="lane"):
        ow.plan_releases(problem, capacities=[4], lane=5)
    for wrong in (
        {"capacities": [math.nan]},
        {"capacities": []},
        {"capacities": [4], "fixed": {"zz": 1}},
        {"capacities": [4], "deadlines": {"a": 2}},
        {"capacities": [4], "delay": 2},
    ):
        with pytest.raises(ow.InvalidInput):
            ow.plan_releases(problem, **wrong)


def test_rules_hold(problem):
    pytest.importorskip("highspy")
    plan = ow.plan_releases(
        problem,
        capacities={"web": [3, 3], "data": [2, 2]},
        efforts={"solution_id": ["a", "b", "c"], "resource": ["web", "data", "data"], "amount": [3, 2, 2]},
        delay=0.9,
        deadlines={"a": 1},
        groups={"delight": ["b", "c"]},
        shares={"delight": (0.3, 0.6)},
        segments={"north": {"a": 10}, "south": {"b": 7}},
        max_min=True,
    )
    assert plan.releases == {"a": 1, "c": 1, "b": 2}
    assert plan.check() == []
    later = ow.plan_releases(problem, capacities=[4, 4], fixed={"a": 2})
    first = ow.plan_releases(problem, capacities=[4, 4], fixed={"a": 1})
    assert ow.compare_plans(first, later).moved["a"] == (1, 2)
    assert ow.plan_releases(problem, capacities=[4, 4], time_limit=0).check() == []


@pytest.mark.parametrize("seed", range(10))
def test_mps_there_and_back(tmp_path, seed):
    pytest.importorskip("highspy")
    draw = random.Random(seed)
    n = 8
    problem = ow.RoadmapProblem(
        {
            "solution_id": [f"p{i}" for i in range(n)],
            "effort": [draw.randint(1, 9) for _ in range(n)],
            "value": [draw.randint(0, 9) for _ in range(n)],
        },
        customers={"customer_id": ["x", "y"], "value": [9, 5]},
        requests={"customer_id": ["x", "x", "y"], "solution_id": ["p1", "p2", "p3"]},
        dependencies={
            "solution_id": ["p5", "p6", "p7"],
            "on": ["p4", "p0", "p1"],
            "kind": ["requires", "excludes", "together"],
        },
    )
    ow.write_mps(problem, tmp_path / "problem.mps", budget=17)
    again, budget = ow.read_mps(tmp_path / "problem.mps")
    assert budget == 17
    assert ow.solve(again, budget=budget).value == ow.solve(problem, budget=17).value


def test_a_budget_of_two_efforts_of_1_comes_back_as_one(tmp_path):
    pytest.importorskip("highspy")
    problem = ow.RoadmapProblem(
        {"solution_id": ["a", "b"], "effort": [1, 1], "value": [1, 2]},
        dependencies={"solution_id": ["a"], "on": ["b"], "kind": ["requires"]},
    )
    ow.write_mps(problem, tmp_path / "problem.mps", budget=1)
    again, budget = ow.read_mps(tmp_path / "problem.mps")
    assert (budget, again.efforts.tolist()) == (1.0, [1.0, 1.0])
    of_web = {"solution_id": ["a", "b"] * 2, "resource": ["web"] * 2 + ["data"] * 2, "amount": [1, 1, 1, 2]}
    problem = ow.RoadmapProblem({"solution_id": ["a", "b"], "value": [1, 2]}, efforts=of_web)
    ow.write_mps(problem, tmp_path / "problem.mps", budget={"web": 1, "data": 2})
    assert ow.read_mps(tmp_path / "problem.mps")[1] == {"web": 1.0, "data": 2.0}


def test_mps_that_is_no_roadmap(tmp_path):
    pytest.importorskip("highspy")
    (tmp_path / "x.mps").write_text("not a model")
    with pytest.raises(ow.InvalidInput):
        ow.read_mps(tmp_path / "x.mps")
    with pytest.raises(ow.MissingInput):
        ow.read_mps(tmp_path / "absent.mps")


def test_a_lane_holds_as_often_as_it_says():
    draw = random.Random(3)
    held = 0
    for _ in range(300):
        days = sorted(draw.uniform(0, 300) for _ in range(draw.randint(20, 40)))
        lane = ow.showstopper_lane(
            {"at": days, "effort": [draw.expovariate(0.5) for _ in days]}, release_days=15, start=0, end=300, level=0.8
        )
        assert lane.status == "estimated"
        assert lane.reached == pytest.approx(17 / 21)
        again = draw.choice(lane.releases["effort"].tolist())
        held += again <= lane.capacity
    assert held / 300 > 0.75


def test_a_short_history_says_what_it_can_promise():
    lane = ow.showstopper_lane({"at": [1, 12], "effort": [3, 5]}, release_days=10, start=0, end=20)
    assert (lane.capacity, lane.status) == (5.0, "bounds_only")
    assert lane.reached == pytest.approx(2 / 3)
    assert "67%" in repr(lane)
    quiet = ow.showstopper_lane({"at": [], "effort": []}, release_days=1, start=0, end=30)
    assert (quiet.capacity, quiet.mean) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("tickets", "change"),
    [
        ({"at": [1, 20], "effort": [1, math.nan]}, {}),
        ({"at": [1, 20], "effort": [1, -1]}, {}),
        ({"at": ["x", 20], "effort": [1, 1]}, {}),
        ({"at": [1, 20], "effort": [1, 1]}, {"release_days": 0}),
        ({"at": [1, 20], "effort": [1, 1]}, {"level": 1}),
        ({"at": [1, 2], "effort": [1, 1]}, {}),
        ({"at": [], "effort": []}, {}),
        ({"at": [1, 20]}, {}),
    ],
)
def test_a_lane_of_bad_tickets(tickets, change):
    with pytest.raises(ow.OutweighError):
        ow.showstopper_lane(tickets, **{"release_days": 10, **change})


def test_what_a_pair_takes_together_is_there_with_the_pair():
    pytest.importorskip("highspy")
    problem = ow.with_synergies(
        ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 5]}),
        {"solution_id": ["a"], "on": ["b"], "effort": [2]},
    )
    extra = "extra: a + b (0)"
    plan = ow.plan_releases(problem, capacities=[5, 2])
    assert plan.check() == []
    assert (plan.value, plan.releases.get(extra, 0) <= max(plan.releases["a"], plan.releases["b"])) == (17.0, True)
    # Where only the first release counts, the pair still needs it in the second.
    late = ow.plan_releases(problem, capacities=[0, 5], delay=0.0, commitments={"a": 2, "c": 2})
    assert late.releases == {"a": 2, "c": 2}
    with pytest.raises(ow.Infeasible, match="promised") as error:
        ow.plan_releases(problem, capacities=[5, 0], commitments={"a": 1, "b": 1})
    assert f"a and b take {extra}" in str(error.value)


def test_a_customer_that_a_segment_would_rather_not_have_counts():
    pytest.importorskip("highspy")
    problem = ow.RoadmapProblem(
        {"solution_id": ["a", "b"], "effort": [1, 1], "value": [3, 1]},
        customers={"customer_id": ["x"], "value": [9]},
        requests={"customer_id": ["x"], "solution_id": ["a"]},
    )
    segments = {"north": {"x": -2, "b": 4}}
    plan = ow.plan_releases(problem, capacities=[2], segments=segments, max_min=True)
    assert (plan.solutions, plan.segment_values) == (["b"], {"north": 4.0})
    plan = ow.plan_releases(problem, capacities=[2], segments=segments, floors={"north": 3})
    assert plan.solutions == ["b"]


def test_an_id_of_a_solution_and_a_customer_is_the_solutions():
    pytest.importorskip("highspy")
    problem = ow.RoadmapProblem(
        {"solution_id": [1, 2], "effort": [1, 1], "value": [3, 1]},
        customers={"customer_id": [1, 2], "value": [0, 0]},
        requests={"customer_id": [1, 2], "solution_id": [2, 1]},
    )
    plan = ow.plan_releases(problem, capacities=[1], segments={"north": {1: 5}, "south": {2: 4}})
    assert (plan.releases, plan.segment_values) == ({1: 1}, {"north": 5.0, "south": 0.0})


@pytest.mark.parametrize("unit", [1.0, 1e-9, 1e12])
def test_a_capacity_holds_to_the_last_digit(unit):
    pytest.importorskip("highspy")
    problem = ow.RoadmapProblem(
        {"solution_id": ["a", "b"], "effort": [1.0000001 * unit, 1.0 * unit], "value": [3e-9, 2e-9]}
    )
    plan = ow.plan_releases(problem, capacities=[2 * unit])
    assert (plan.solutions, plan.value, plan.proven) == (["a"], 3e-9, True)
    assert ow.plan_releases(problem, capacities=[2.0000001 * unit]).solutions == ["a", "b"]


def test_promises_that_contradict_each_other_are_not_above_the_capacity(problem):
    pytest.importorskip("highspy")
    with pytest.raises(ow.Infeasible) as error:
        ow.plan_releases(problem, capacities=[9, 9], fixed={"a": 2}, commitments={"a": 1})
    assert "above the capacity" not in str(error.value)
    assert "a is in progress in release 2; a is promised by release 1" in str(error.value)


def test_a_plan_that_is_not_proved_has_a_bound(problem):
    pytest.importorskip("highspy")
    plan = ow.plan_releases(problem, capacities=[4, 4], time_limit=0)
    assert 23 <= plan.bound <= 1e9
    assert "inf" not in repr(plan)


TABLE = {"resource": ["web", "web"], "period": [1, 2], "amount": [4, 4]}
WORK = {"solution_id": ["a", "b", "c"], "resource": ["effort"] * 3, "amount": [1, 2, 3]}


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"problem": None}, "problem"),
        ({"capacities": None}, ""),
        ({"capacities": ["x"]}, "capacities"),
        ({"capacities": {"web": 4}}, "capacities"),
        ({"capacities": {**TABLE, "amount": ["x", "y"]}}, "amount"),
        ({"capacities": {**TABLE, "amount": [4, -1]}}, "amount"),
        ({"capacities": {**TABLE, "period": [1, None]}}, "period"),
        ({"capacities": {"resource": ["web"], "amount": [1]}}, "period"),
        ({"efforts": {**WORK, "amount": [1, 2, None]}}, "amount"),
        ({"efforts": {**WORK, "amount": ["1", "2", "3"]}}, "amount"),
        ({"efforts": {**WORK, "amount": [1e308, 1e308, 1e308]}}, "amount"),
        ({"efforts": {"solution_id": ["a"], "amount": [1]}}, "resource"),
        ({"delay": None}, "delay"),
        ({"delay": math.nan}, "delay"),
        ({"max_min": 1}, "max_min"),
        ({"max_min": True}, "segments"),
        ({"deadlines": ["a"]}, "deadlines"),
        ({"deadlines": {"a": 1.5}}, "deadlines"),
        ({"fixed": {None: 1}}, "fixed"),
        ({"commitments": {"a": True}}, "commitments"),
        ({"groups": {"g": "abc"}}, "groups"),
        ({"groups": {"g": ["a"]}, "shares": {"g": 0.5}}, "shares"),
        ({"groups": {"g": ["a"]}, "shares": {"g": (0.1, 0.2, 0.3)}}, "shares"),
        ({"segments": {"north": ["a"]}}, "segments"),
        ({"segments": {"north": {"a": math.nan}}}, "segments"),
        ({"segments": {"north": {"a": 1}}, "floors": {"north": math.inf}}, "floors"),
        ({"time_limit": math.nan}, "time_limit"),
        ({"time_limit": -1}, "time_limit"),
        ({"tolerance": "x"}, "tolerance"),
        ({"lane": {"x": 1}}, "lane"),
        ({"lane": math.inf, "capacities": [math.inf]}, "lane"),
    ],
)
def test_an_argument_that_cannot_be_is_named(problem, changes, column):
    pytest.importorskip("highspy")
    with pytest.raises(ow.OutweighError) as error:
        ow.plan_releases(**{"problem": problem, "capacities": [4, 4], **changes})
    assert error.value.place.column == column


def test_arrays_and_numbers_of_numpy_are_as_good():
    np = pytest.importorskip("numpy")
    pytest.importorskip("highspy")
    problem = ow.RoadmapProblem({"solution_id": [1, 2], "effort": [3, 2], "value": [10, 7]})
    plan = ow.plan_releases(
        problem,
        capacities=np.array([3, 3]),
        deadlines={np.int64(1): np.int64(1)},
        groups={"g": np.array([1, 2])},
        shares={"g": np.array([0.0, 1.0])},
    )
    assert plan.releases == {1: 1, 2: 2}


def test_a_floor_of_no_solutions_cannot_hold():
    pytest.importorskip("highspy")
    none = ow.RoadmapProblem({"solution_id": [], "effort": []})
    assert ow.plan_releases(none, capacities=[1]).releases == {}
    with pytest.raises(ow.Infeasible, match="below its floor"):
        ow.plan_releases(none, capacities=[1], segments={"north": {}}, floors={"north": 1})


def test_periods_with_numbers_come_by_their_size():
    pytest.importorskip("highspy")
    problem = ow.RoadmapProblem({"solution_id": ["a", "b"], "effort": [3, 2], "value": [10, 7]})
    for periods in (["Sprint 8", "Sprint 9", "Sprint 10"], ["2025-Q4", "2026-Q1", "2026-Q2"], [8, 9, 10]):
        table = {"resource": ["effort"] * 3, "period": periods, "amount": [0, 2, 3]}
        assert ow.plan_releases(problem, capacities=table, delay=0.5).releases == {"b": 2, "a": 3}


@pytest.mark.parametrize("of", ["number", "date", "time"])
@pytest.mark.parametrize("end", [True, False])
def test_each_release_of_a_lane_has_the_same_number_of_days(of, end):
    first = dt.datetime(2026, 1, 1)
    days = [
        day if of == "number" else first.date() + dt.timedelta(day) if of == "date" else first + dt.timedelta(day)
        for day in range(28)
    ]
    given = {"start": days[0], "end": days[-1]} if end else {}
    lane = ow.showstopper_lane({"at": days, "effort": [1] * 28}, release_days=7, **given)
    assert lane.releases["tickets"].tolist() == [7, 7, 7, 7]


def test_a_date_that_ends_a_history_is_its_whole_day():
    at = [dt.datetime(2026, 1, 3, 9), dt.datetime(2026, 1, 14, 17)]
    lane = ow.showstopper_lane(
        {"at": at, "effort": [1, 2]}, release_days=7, start=dt.date(2026, 1, 1), end=dt.date(2026, 1, 14)
    )
    assert lane.releases["effort"].tolist() == [1.0, 2.0]


def test_the_worst_served_segment_in_small_units():
    pytest.importorskip("highspy")
    problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [1, 1, 3], "value": [1, 1, 5]})
    segments = {"x": {"a": 2e-7, "b": 3e-7, "c": 4e-7}, "y": {"a": 6e-7, "b": 5e-7, "c": 8e-7}}
    plan = ow.plan_releases(problem, capacities=[3], segments=segments, max_min=True)
    assert plan.solutions == ["a", "b"]
    assert plan.segment_values == pytest.approx({"x": 5e-7, "y": 11e-7})


def test_a_worth_that_cannot_be_had_hides_nothing():
    pytest.importorskip("highspy")
    problem = ow.RoadmapProblem(
        {"solution_id": ["a", "b", "c", "d", "e"], "effort": [1, 1, 9, 1, 1], "value": [1, 4, 1e12, 1e12, 5]},
        dependencies={"solution_id": ["d"], "on": ["c"], "kind": ["requires"]},
    )
    plan = ow.plan_releases(problem, capacities=[2, 0], groups={"g": ["a"]}, shares={"g": (0.5, 0.5)})
    assert (plan.solutions, plan.value, plan.bound, plan.proven) == (["a", "e"], 6.0, 6.0, True)


@pytest.mark.parametrize(
    ("efforts", "values", "excluded", "room", "best"),
    [
        ([1, 3, 2, 4], [3000, 6e9, 3, 9], [(1, 0), (3, 1)], [2, 5], 3e9 + 3),
        ([2, 4, 3, 2], [7e9, 7e9, 8, 8], [(2, 1)], [5, 5], 10.5e9 + 8),
        ([2, 1, 2, 4], [6, 5e9, 9000, 5e9], [(3, 2)], [4, 4], 7.5e9 + 6),
    ],
)
def test_great_worth_does_not_hide_small(efforts, values, excluded, room, best):
    pytest.importorskip("highspy")
    problem = ow.RoadmapProblem(
        {"solution_id": list("abcd"), "effort": efforts, "value": values},
        dependencies={
            "solution_id": ["abcd"[a] for a, _ in excluded],
            "on": ["abcd"[b] for _, b in excluded],
            "kind": ["excludes"] * len(excluded),
        },
    )
    plan = ow.plan_releases(problem, capacities=room, delay=0.5)
    assert plan.value == best
    assert best <= plan.bound <= best + 0.1
    assert plan.proven
