"""Arguments of the roadmap that cannot be, and saved plans that somebody edited: a typed error names what is wrong."""

from __future__ import annotations

import datetime as dt
import inspect
import json
import math
import time

import numpy as np
import pytest

import outweigh as ow


@pytest.fixture(scope="module")
def problem():
    return ow.RoadmapProblem(
        {"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 6]},
        customers={"customer_id": ["x"], "value": [4]},
        requests={"customer_id": ["x"], "solution_id": ["a"]},
    )


@pytest.fixture(scope="module")
def best(problem):
    return ow.solve(problem, budget=4)


NUMBERS = ["x", [1], object(), True, np.array([1.0, 2.0])]


@pytest.mark.parametrize("value", NUMBERS)
@pytest.mark.parametrize(
    ("function", "name"),
    [
        (ow.supported_front, "time_limit"),
        (ow.efficient_front, "step"),
        (ow.efficient_front, "time_limit"),
        (ow.simulate_nrp, "size"),
        (ow.simulate_nrp, "seed"),
    ],
)
def test_a_number_that_is_none(problem, function, name, value):
    arguments = {} if function is ow.simulate_nrp else {"problem": problem}
    with pytest.raises(ow.TypeMismatch) as error:
        function(**arguments, **{name: value})
    assert error.value.place.column == name


@pytest.mark.parametrize("value", NUMBERS)
def test_a_number_of_a_method_that_is_none(problem, best, value):
    front = ow.supported_front(problem)
    calls = {
        "point": lambda: front.solutions(value),
        "reference_cost": lambda: front.hypervolume(reference_cost=value),
        "reference_value": lambda: front.hypervolume(reference_value=value),
        "work_limit": lambda: best.displaced_by("a", work_limit=value),
        "tolerance": lambda: best.displaced_by("a", tolerance=value),
        "capacity_step": lambda: best.sensitivity(capacity_step=value),
        "time_limit": lambda: best.sensitivity(time_limit=value),
    }
    for name, call in calls.items():
        with pytest.raises(ow.TypeMismatch) as error:
            call()
        assert error.value.place.column == name


@pytest.mark.parametrize(
    "function",
    [ow.supported_front, ow.efficient_front, ow.plan_releases, ow.plan_under_uncertainty, ow.best_plans, ow.write_mps],
)
@pytest.mark.parametrize("value", [None, 3, "a", {"a": 1}])
def test_what_is_no_problem_is_refused(function, value, tmp_path):
    pytest.importorskip("highspy")
    given = {"capacities": [1], "budget": 1, "path": tmp_path / "x"}
    known = inspect.signature(function).parameters
    first = next(iter(known))
    with pytest.raises(ow.TypeMismatch) as error:
        function(**{first: value}, **{name: given[name] for name in given if name in known})
    assert error.value.place.column == first


@pytest.mark.parametrize("value", [3, "ab", {"a": 1}, np.array("a"), True, [1.5], [None]])
@pytest.mark.parametrize("name", ["include", "exclude", "start", "solutions", "judge"])
def test_what_is_no_list_of_ids_is_refused(problem, best, name, value):
    with pytest.raises((ow.TypeMismatch, ow.InvalidInput)) as error:
        if name == "solutions":
            best.sensitivity(solutions=value)
        elif name == "judge":
            ow.plan_under_uncertainty(problem, budget=4, values={"a": [1, 2]}, judge=value)
        else:
            ow.solve(problem, budget=4, **{name: value})
    assert name in str(error.value) or isinstance(value, list)


def test_ids_may_come_as_an_array_or_a_series(problem):
    pandas = pytest.importorskip("pandas")
    for ids in (("c",), {"c"}, np.array(["c"]), pandas.Series(["c"]), pandas.Index(["c"])):
        assert "c" in ow.solve(problem, budget=4, include=ids).solutions


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"values": {"a": 1}}, "values"),
        ({"values": {"a": ["x"]}}, "values"),
        ({"values": {"a": [1, 2], "b": [1]}}, "values"),
        ({"values": [[10**400] * 3]}, "values"),
        ({"efforts": {"a": None}}, "efforts"),
        ({"probabilities": 1}, "probabilities"),
        ({"probabilities": ["x", "y"]}, "probabilities"),
        ({"probabilities": [1, None]}, "probabilities"),
        ({"objective": np.array([1, 2])}, "objective"),
        ({"objective": "best"}, "objective"),
        ({"level": np.datetime64("2020")}, "level"),
    ],
)
def test_an_argument_under_uncertainty_is_named(problem, changes, column):
    with pytest.raises(ow.OutweighError) as error:
        ow.plan_under_uncertainty(problem, **{"budget": 4, "values": {"a": [9, 11]}, **changes})
    assert error.value.place.column == column


@pytest.mark.parametrize(
    ("tickets", "changes"),
    [
        ({"at": [1, 20], "effort": ["1", "2"]}, {}),
        ({"at": ["1", "20"], "effort": [1, 2]}, {}),
        ({"at": [1, 20], "effort": [1e308, 1e308]}, {}),
        ({"at": [1, 20], "effort": [1, 2]}, {"release_days": 10**400}),
        ({"at": [1, 20], "effort": [1, 2]}, {"release_days": np.datetime64("2020")}),
        ({"at": [1, 20], "effort": [1, 2]}, {"level": np.datetime64("2020")}),
        ({"at": [1, 20], "effort": [1, 2]}, {"end": 1e300}),
        ({"at": [1, 20], "effort": [1, 2]}, {"start": -(10**400)}),
        ({"at": [np.datetime64("2024-01-01", "s"), np.datetime64("2024-03-01", "s")], "effort": [1, 2]}, {"start": 0}),
    ],
)
def test_a_lane_says_what_it_cannot_read(tickets, changes):
    with pytest.raises(ow.OutweighError):
        ow.showstopper_lane(tickets, **{"release_days": 10, **changes})


@pytest.mark.parametrize("column", ["value", "effort"])
@pytest.mark.parametrize("value", ["x", "", 1e308, 10**400, math.inf])
def test_a_synergy_that_is_no_number_is_named(problem, column, value):
    row = {"solution_id": ["a"], "on": ["b"], "value": [1.0], "effort": [0.0]} | {column: [value]}
    if (column, value) == ("effort", 1e308):
        return
    with pytest.raises((ow.TypeMismatch, ow.InvalidInput)) as error:
        ow.with_synergies(problem, row)
    assert (error.value.place.table, error.value.place.column) == ("synergies", column)


def test_an_overlap_of_another_type(problem):
    with pytest.raises(ow.TypeMismatch, match="RoadmapProblem"):
        ow.RoadmapProblem({"solution_id": ["a"], "effort": [1]}, overlap=3)


EDITS = [
    {"value": math.nan},
    {"value": True},
    {"value": "9"},
    {"bound": "9"},
    {"capacity": []},
    {"solutions": [["a"]]},
    {"solutions": "abc"},
    {"accounts": {"x": "9"}},
    {"segments": {"x": math.inf}},
    {"releases": {"a": "first"}},
    {"releases": {"a": 0}},
    {"proven": 1},
    {"note": None},
    {"format": "outweigh plan 0"},
    {"more": 1},
]


@pytest.mark.parametrize("edit", EDITS)
def test_a_saved_plan_that_somebody_edited(best, tmp_path, edit):
    path = tmp_path / "plan.json"
    ow.save_plan(best, path)
    assert ow.read_plan(path).value == best.value
    path.write_text(json.dumps(json.loads(path.read_text()) | edit))
    with pytest.raises(ow.CorruptState):
        ow.read_plan(path)


@pytest.mark.parametrize("text", ["", "{", "[]", "\x00\xff", "[" * 100_000])
def test_a_file_that_holds_no_plan(tmp_path, text):
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(ow.CorruptState):
        ow.read_plan(path)


def test_a_plan_that_cannot_be_written_or_read(best, tmp_path):
    with pytest.raises(ow.MissingInput):
        ow.read_plan(tmp_path / "none.json")
    with pytest.raises(ow.MissingInput):
        ow.read_plan(tmp_path)
    with pytest.raises(ow.InvalidInput):
        ow.save_plan(best, tmp_path / "none" / "plan.json")
    for wrong in ({"path": 3}, {"path": None}, {"path": tmp_path / "plan.json", "note": 3}):
        with pytest.raises(ow.TypeMismatch):
            ow.save_plan(best, **wrong)
    # An error leaves what was there before.
    path = tmp_path / "plan.json"
    ow.save_plan(best, path, note="first")
    with pytest.raises(ow.TypeMismatch):
        ow.save_plan(best, path, note={"a"})
    assert ow.read_plan(path).note == "first"


def test_a_plan_without_accounts_does_not_say_that_they_lose(problem):
    pytest.importorskip("highspy")
    one = ow.solve(problem, budget=7)
    several = ow.plan_releases(problem, capacities=[2, 5], delay=0.5)
    assert ow.compare_plans(one, several).accounts.to_dict() == {"account_id": ["x"], "change": [-2.0]}
    # One says what it is worth to segments, the other does not.
    north = ow.plan_releases(problem, capacities=[7], segments={"north": {"a": 5}})
    assert len(ow.compare_plans(one, north).segments) == 0
    none = ow.plan_releases(problem, capacities=[0], segments={"north": {"a": 5}})
    assert ow.compare_plans(none, north).segments.to_dict() == {"segment_id": ["north"], "change": [5.0]}
    assert "loses" not in ow.compare_plans(one, north).to_text()
    poor = ow.solve(problem, budget=2)
    assert ow.compare_plans(poor, one).accounts.to_dict() == {"account_id": ["x"], "change": [4.0]}


def test_a_shadow_price_is_no_bound_of_what_one_more_unit_wins():
    problem = ow.RoadmapProblem({"solution_id": ["a"], "effort": [5], "value": [10]})
    found = ow.solve(problem, budget=4).sensitivity()
    assert (found.shadow_price, found.capacity_gain) == (2.0, (1.0, 10.0))
    assert "at most" not in str(found)


def test_numbers_too_large_to_add_up():
    large = 1.7e308
    with pytest.raises(ow.InvalidInput, match="more than a number can hold.*row 1"):
        ow.RoadmapProblem({"solution_id": ["a", "b"], "effort": [1, 1], "value": [large, large]})
    problem = ow.RoadmapProblem({"solution_id": ["a", "b"], "effort": [1e300, 1e300], "value": [1, 2]})
    assert ow.solve(problem, budget=1e300).sensitivity().solutions["chosen"].tolist() == [False, True]


def test_a_lane_does_not_depend_on_the_zone_of_the_machine(monkeypatch):
    zoned = [dt.datetime(2024, 1, 1, 1, tzinfo=dt.UTC), dt.datetime(2024, 2, 20, 23, tzinfo=dt.UTC)]
    first, last = dt.datetime(2024, 1, 1), dt.datetime(2024, 2, 21)
    found = []
    for zone in ("UTC", "Asia/Tokyo", "America/Lima"):
        monkeypatch.setenv("TZ", zone)
        if hasattr(time, "tzset"):
            time.tzset()
        for at in (zoned, [day.replace(tzinfo=None) for day in zoned]):
            for start, end in ((first, last), (first.date(), last.date())):
                lane = ow.showstopper_lane({"at": at, "effort": [1, 2]}, release_days=10, start=start, end=end)
                found.append(lane.releases["effort"].tolist())
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()
    assert set(map(tuple, found)) == {(0.0, 0.0, 0.0, 0.0, 2.0)}


def test_no_resource_is_no_capacity(problem):
    with pytest.raises(ow.InvalidInput) as error:
        ow.solve(problem, budget={})
    assert error.value.place.column == "budget"


def test_a_list_of_capacities_is_of_all_effort():
    pytest.importorskip("highspy")
    teams = {"solution_id": ["a", "b"], "resource": ["web", "data"], "amount": [3, 2]}
    problem = ow.RoadmapProblem({"solution_id": ["a", "b"], "value": [5, 4]}, efforts=teams)
    assert ow.plan_releases(problem, capacities=[3, 2]).releases == {"a": 1, "b": 2}
    assert ow.plan_releases(problem, capacities={"web": [3], "data": [1]}).releases == {"a": 1}
    with pytest.raises(ow.InvalidInput, match="no capacity"):
        ow.plan_releases(problem, capacities={"web": [3]})
