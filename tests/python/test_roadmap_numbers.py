"""Numbers of any size, unknown ones and misspelt columns; exclusions; ids of comparisons."""

from __future__ import annotations

import itertools
import json
import random

import outweigh as ow
import pytest

SOLUTIONS = {"solution_id": ["a", "b"], "effort": [1, 2]}


def test_an_unknown_value_is_not_0():
    with pytest.raises(ow.InvalidInput) as error:
        ow.RoadmapProblem({**SOLUTIONS, "value": [None, 3]})
    place = error.value.place
    assert (place.table, place.column, place.row) == ("solutions", "value", 0)


@pytest.mark.parametrize("name", ["values", "Value", "vlaue", "val ue"])
def test_a_misspelt_column_is_named(name):
    with pytest.raises(ow.InvalidInput, match="did you mean 'value'") as error:
        ow.RoadmapProblem({**SOLUTIONS, name: [3, 4]})
    assert error.value.place.column == name
    # beside the one that is meant it is a column like any other
    assert len(ow.RoadmapProblem({**SOLUTIONS, "value": [1, 2], name: [3, 4], "title": ["A", "B"]})) == 2


def test_a_misspelt_share_or_effort_is_named():
    needs = {"need_id": ["n"], "value": [3]}
    covers = {"need_id": ["n"], "solution_id": ["a"], "shares": [0.1]}
    with pytest.raises(ow.InvalidInput, match="did you mean 'share'"):
        ow.RoadmapProblem(SOLUTIONS, needs=needs, covers=covers)
    teams = {"solution_id": ["a", "b"], "resource": ["web", "web"], "amount": [1, 1]}
    with pytest.raises(ow.InvalidInput, match="did you mean 'effort'"):
        ow.RoadmapProblem({"solution_id": ["a", "b"], "efforts": [1, 2]}, efforts=teams)


@pytest.mark.parametrize("columns", [{}, {"valeu": [3]}, {"value": [None]}, {"value": [None], "effort": [None]}])
def test_a_pair_without_value_and_effort_is_refused(columns):
    problem = ow.RoadmapProblem(SOLUTIONS)
    with pytest.raises(ow.InvalidInput):
        ow.with_synergies(problem, {"solution_id": ["a"], "on": ["b"], **columns})


def test_refused_numbers_are_written_as_they_are():
    with pytest.raises(ow.InvalidInput) as error:
        ow.RoadmapProblem({"solution_id": ["a"], "effort": [-1e-9]})
    assert error.value.place.value == "-1e-09"


def test_best_plans_count_what_was_given():
    problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [4, 3, 5]})
    pairs = {"solution_id": ["a", "b"], "on": ["b", "c"], "effort": [-1, 2], "value": [2, -1]}
    together = ow.with_synergies(problem, pairs)
    found = ow.best_plans(ow.solve(together, budget=6), 20)
    sets = [frozenset(s for s in plan.solutions if s in {"a", "b", "c"}) for plan in found.plans]
    values = {
        frozenset(chosen): sum(v for s, v in zip("abc", [4, 3, 5], strict=True) if s in chosen)
        + 2 * ({"a", "b"} <= set(chosen))
        - ({"b", "c"} <= set(chosen))
        for size in range(4)
        for chosen in itertools.combinations("abc", size)
        if sum(e for s, e in zip("abc", [3, 2, 2], strict=True) if s in chosen)
        - ({"a", "b"} <= set(chosen))
        + 2 * ({"b", "c"} <= set(chosen))
        <= 6
    }
    assert len(sets) == len(set(sets)) == len(values)
    assert [plan.value for plan in found.plans] == sorted(values.values(), reverse=True)


def test_what_excludes_each_other_has_a_price_and_a_proof():
    draw = random.Random(2)
    ids = list(range(100))
    pairs = [(5 * g + a, 5 * g + b) for g in range(20) for a in range(5) for b in range(a)]
    problem = ow.RoadmapProblem(
        {
            "solution_id": ids,
            "effort": [draw.randint(1, 20) for _ in ids],
            "value": [draw.randint(1, 99) for _ in ids],
        },
        dependencies={
            "solution_id": [a for a, _ in pairs],
            "on": [b for _, b in pairs],
            "kind": ["excludes"] * len(pairs),
        },
    )
    best = ow.solve(problem, budget=100, work_limit=20_000_000)
    assert best.proven
    certificate = best.certificate
    assert len(certificate.fines)
    assert all(len({s // 5 for s in group}) == 1 for group in certificate.exclusive)
    assert ow.check_certificate(problem, certificate) == []


def test_a_comparison_has_the_ids_of_the_accounts(tmp_path):
    problem = ow.RoadmapProblem(
        SOLUTIONS,
        customers={"customer_id": [10, 9], "value": [5, 4]},
        requests={"customer_id": [10, 9], "solution_id": ["a", "b"]},
    )
    one, two = ow.solve(problem, budget=1), ow.solve(problem, budget=3)
    assert ow.compare_plans(one, two).accounts.to_dict() == {"account_id": [10, 9], "change": [0.0, 4.0]}
    ow.save_plan(one, tmp_path / "plan.json")
    saved = ow.read_plan(tmp_path / "plan.json")
    assert saved.accounts == {10: 5.0, 9: 0.0}
    assert ow.compare_plans(saved, two).accounts == ow.compare_plans(one, two).accounts
    # written before there were pairs
    content = json.loads((tmp_path / "plan.json").read_text())
    content["accounts"] = {"10": 5.0, "9": 0.0}
    (tmp_path / "old.json").write_text(json.dumps(content))
    assert ow.compare_plans(ow.read_plan(tmp_path / "old.json"), two).accounts["account_id"].tolist() == [10, 9]
    for spoilt in ([[10]], [[10, "5"]], [[None, 5.0]], [10, 5.0]):
        content["accounts"] = spoilt
        (tmp_path / "bad.json").write_text(json.dumps(content))
        with pytest.raises(ow.CorruptState):
            ow.read_plan(tmp_path / "bad.json")


def test_a_bound_far_away_is_told_as_a_number():
    problem = ow.RoadmapProblem(
        SOLUTIONS,
        needs={"need_id": ["n"], "value": [3]},
        covers={"need_id": ["n"], "solution_id": ["a"], "share": [1e-300]},
    )
    assert "%" not in repr(ow.solve(problem, budget=3)).splitlines()[0]
