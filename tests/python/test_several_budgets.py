"""Plans under several capacities: against all sets, against HiGHS, and what is refused."""

import copy
import dataclasses
import itertools
import math
import pickle
import random

import pytest

import outweigh as ow

TEAMS = ("web", "data", "design")


def team_problem(seed, count=9):
    draw = random.Random(seed)
    ids = [f"s{k}" for k in range(count)]
    rows = [(s, team, draw.randint(0, 9)) for s in ids for team in TEAMS if team == "web" or draw.random() < 0.7]
    arcs = [(ids[k], ids[draw.randrange(k)]) for k in range(1, count) if draw.random() < 0.3]
    wanted = [(c, draw.choice(ids)) for c in "xyz" for _ in range(3)]
    return ow.RoadmapProblem(
        {"solution_id": ids, "value": [draw.randint(0, 6) for _ in ids]},
        efforts=dict(zip(("solution_id", "resource", "amount"), map(list, zip(*rows, strict=True)), strict=True)),
        customers={"customer_id": ["x", "y", "z"], "value": [draw.randint(1, 12) for _ in range(3)]},
        requests={"customer_id": [c for c, _ in wanted], "solution_id": [s for _, s in wanted]},
        dependencies={"solution_id": [a for a, _ in arcs], "on": [b for _, b in arcs], "kind": ["requires"] * len(arcs)}
        if arcs
        else None,
    )


def half(problem):
    return {r: math.floor(0.5 * sum(amounts)) for r, amounts in problem.resource_efforts.items()}


def plans_within(problem, capacities):
    """All sets that keep to the rules, with their values."""
    tables = {n: t if isinstance(t, str) else t.to_dict() for n, t in problem.tables().items()}
    ids = problem.solutions
    efforts = problem.resource_efforts
    values = dict(zip(ids, tables["solutions"]["value"], strict=True))
    needs = {s: set() for s in ids}
    for s, on in zip(tables["dependencies"].get("solution_id", []), tables["dependencies"].get("on", []), strict=True):
        needs[s].add(on)
    asked = {c: set() for c in problem.customers}
    for c, s in zip(tables["requests"]["customer_id"], tables["requests"]["solution_id"], strict=True):
        asked[c].add(s)
    for size in range(len(ids) + 1):
        for at in itertools.combinations(range(len(ids)), size):
            chosen = {ids[k] for k in at}
            if any(sum(efforts[r][k] for k in at) > c for r, c in capacities.items()):
                continue
            if all(needs[s] <= chosen for s in chosen):
                paid = sum(
                    v for c, v in zip(problem.customers, problem.customer_values, strict=True) if asked[c] <= chosen
                )
                yield chosen, paid + sum(values[s] for s in chosen)


@pytest.mark.parametrize("seed", range(20))
def test_plans_are_the_best_of_all_sets(seed):
    problem = team_problem(seed)
    capacities = half(problem)
    best = ow.solve(problem, budget=capacities)
    values = sorted((value for _, value in plans_within(problem, capacities)), reverse=True)
    assert best.proven
    assert best.check() == []
    assert best.value == best.bound == values[0]
    assert best.capacities == capacities
    assert all(best.costs[r] <= c for r, c in capacities.items())
    assert min(best.prices.values()) >= 0
    found = ow.best_plans(best, 4)
    assert [plan.value for plan in found.plans] == values[:4]
    again = pickle.loads(pickle.dumps(best))
    assert again == best
    assert copy.copy(problem) == problem


@pytest.mark.parametrize("seed", range(4))
def test_one_release_of_highs_is_worth_the_same(seed, tmp_path):
    pytest.importorskip("highspy")
    problem = team_problem(100 + seed, 40)
    capacities = half(problem)
    best = ow.solve(problem, budget=capacities)
    assert best.proven
    release = ow.plan_releases(problem, capacities={r: [c] for r, c in capacities.items()})
    assert release.value == pytest.approx(best.value)
    ow.write_mps(problem, tmp_path / "teams.mps", budget=capacities)
    plain = ow.RoadmapProblem(problem.to_table().to_dict(), efforts=problem.tables()["efforts"].to_dict())
    ow.write_mps(plain, tmp_path / "plain.mps", budget=capacities)
    again, budget = ow.read_mps(tmp_path / "plain.mps")
    assert sorted(budget.values()) == sorted(capacities.values())
    assert ow.solve(again, budget=budget).value == ow.solve(plain, budget=capacities).value


def test_what_is_displaced_and_what_each_capacity_is_worth():
    problem = team_problem(3)
    capacities = half(problem)
    best = ow.solve(problem, budget=capacities)
    out = best.displaced_by(best.solutions[0])
    assert out.value_lost >= 0
    assert out.alternative.capacities == capacities
    seen = best.sensitivity(solutions=problem.solutions[:3])
    rows = {row["resource"]: row for row in seen.capacities.rows()}
    for resource, row in rows.items():
        more = {**capacities, resource: capacities[resource] + row["step"]}
        assert row["gain"] == ow.solve(problem, budget=more).value - best.value
        less = {**capacities, resource: max(0, capacities[resource] - row["step"])}
        assert row["loss"] == best.value - ow.solve(problem, budget=less).value
        assert row["shadow_price"] == best.prices[resource]
    assert seen.capacity_gain[1] >= max(row["gain"] for row in rows.values())
    for row in seen.solutions.rows():
        side = "exclude" if row["chosen"] else "include"
        assert row["effort_limit"] is None
        if row["value_margin"] is not None:
            other = ow.solve(problem, budget=capacities, **{side: [row["solution_id"]]})
            assert row["value_margin"] == best.value - other.value
    assert "web" in seen.to_text() and "web" in repr(best)


def test_what_several_capacities_do_not_take():
    problem = team_problem(1)
    capacities = half(problem)
    with pytest.raises(ow.InvalidInput, match="no capacity"):
        ow.solve(problem, budget={"web": 3})
    with pytest.raises(ow.InvalidInput, match="unknown"):
        ow.solve(problem, budget={**capacities, "sales": 3})
    with pytest.raises(ow.InvalidInput):
        ow.solve(problem, budget={**capacities, "web": -1})
    with pytest.raises(ow.InvalidInput):
        ow.solve(problem, budget={**capacities, "web": math.nan})
    with pytest.raises(ow.TypeMismatch):
        ow.solve(problem, budget={**capacities, "web": "much"})
    with pytest.raises(ow.Infeasible, match="web"):
        ow.solve(
            problem,
            budget={**capacities, "web": 0},
            include=[max(problem.solutions, key=lambda s: problem.resource_efforts["web"][problem.solutions.index(s)])],
        )
    with pytest.raises(ow.InvalidInput, match="no capacity"):
        ow.plan_under_uncertainty(problem, budget={"web": 3}, values={"s0": [1, 2]})
    with pytest.raises(ow.InvalidInput, match="several capacities"):
        ow.plan_under_uncertainty(
            ow.RoadmapProblem({"solution_id": ["a"], "effort": [1]}), budget={"web": 3}, values={"a": [1, 2]}
        )
    for rows in (
        {"solution_id": ["a"], "resource": ["web"], "amount": [-1]},
        {"solution_id": ["b"], "resource": ["web"], "amount": [1]},
        {"solution_id": ["a"], "resource": ["web"], "amount": [math.nan]},
    ):
        with pytest.raises(ow.OutweighError):
            ow.RoadmapProblem({"solution_id": ["a"], "value": [1]}, efforts=rows)
    # a resource that is not limited
    free = ow.solve(problem, budget={**capacities, "data": math.inf})
    assert free.value >= ow.solve(problem, budget=capacities).value
    hasty = ow.solve(problem, budget=capacities, time_limit=0)
    assert hasty.check() == [] and hasty.bound >= ow.solve(problem, budget=capacities).value


def test_efforts_are_summed_where_there_is_no_column():
    problem = team_problem(2)
    total = sum(problem.resource_efforts.values())
    assert problem.efforts.tolist() == total.tolist()
    assert ow.solve(problem, budget=20).capacities is None


def test_a_plan_within_the_capacity_of_each_team(simulated_demand):
    scores = ow.score(simulated_demand)
    efforts = simulated_demand.graph.table("efforts").to_dict()
    teams = sorted(set(efforts["resource"]))
    everything = ow.plan(scores, capacity=math.inf)
    of = {(s, r): a for s, r, a in zip(*(efforts[n] for n in ("solution_id", "resource", "amount")), strict=True)}
    half = {r: 0.4 * sum(a for (s, q), a in of.items() if q == r and s in everything.solutions) for r in teams}
    plan = ow.plan(scores, capacity=half)
    assert plan.selection.check() == []
    assert plan.proven and 0 < plan.value < everything.value
    for r in teams:
        assert sum(of.get((s, r), 0.0) for s in plan.solutions) == pytest.approx(plan.selection.costs[r])
        assert plan.selection.costs[r] <= half[r]
    assert math.isinf(plan.capacity)
    assert pickle.loads(pickle.dumps(plan)) == plan
    out = plan.displaced_by(plan.solutions[0])
    assert out.alternative.selection.capacities == plan.selection.capacities
    assert teams[0] in repr(plan)
    with pytest.raises(ow.InvalidInput, match="no capacity"):
        ow.plan(scores, capacity={teams[0]: 3})
    with pytest.raises(ow.InvalidInput, match="unknown"):
        ow.plan(scores, capacity={**half, "sales": 3})
    assert ow.plan_releases(plan, capacities={r: [c] for r, c in half.items()}).value == pytest.approx(plan.value)


@pytest.mark.parametrize("seed", range(8))
def test_what_pairs_save_of_a_resource(seed):
    draw = random.Random(seed)
    problem = ow.RoadmapProblem(
        {"solution_id": ["a", "b", "c", "d"], "value": [draw.randint(1, 9) for _ in range(4)]},
        efforts={
            "solution_id": list("abcdabcd"),
            "resource": ["web"] * 4 + ["data"] * 4,
            "amount": [draw.randint(2, 6) for _ in range(8)],
        },
    )
    rows = {
        "solution_id": ["a", "b"],
        "on": ["b", "c"],
        "effort": [-2, draw.choice([-1, 3])],
        "value": [1, -3],
        "resource": ["web", "data"],
    }
    capacities = {"web": 9, "data": 8}
    best = ow.solve(ow.with_synergies(problem, rows), budget=capacities)
    values = dict(zip("abcd", problem.to_table()["value"], strict=True))
    most = 0
    for size in range(5):
        for chosen in itertools.combinations("abcd", size):
            value = sum(values[s] for s in chosen)
            use = {r: sum(problem.resource_efforts[r]["abcd".index(s)] for s in chosen) for r in capacities}
            for one, other, effort, extra, resource in zip(*(rows[n] for n in ("solution_id", "on", "effort", "value", "resource")),
                                                           strict=True):  # fmt: skip
                if one in chosen and other in chosen:
                    value += extra
                    use[resource] += effort
            if all(use[r] <= c for r, c in capacities.items()):
                most = max(most, value)
    assert best.value == most
    with pytest.raises(ow.InvalidInput, match="resource"):
        ow.with_synergies(problem, {"solution_id": ["a"], "on": ["b"], "effort": [-1]})


def test_a_proof_under_several_capacities_is_checked_without_the_solver():
    for seed in range(8):
        problem = team_problem(seed, 14)
        best = ow.solve(problem, budget=half(problem))
        certificate = best.certificate
        assert certificate.capacities == half(problem)
        assert certificate.bound == best.value == certificate.value
        assert ow.check_certificate(problem, certificate) == []
        assert pickle.loads(pickle.dumps(certificate)).prices.to_dict() == certificate.prices.to_dict()
        assert "of web" in repr(certificate)


def test_a_false_proof_under_several_capacities_is_refused():
    problem = team_problem(3, 14)
    best = ow.solve(problem, budget=half(problem))
    certificate = best.certificate
    empty = ow.Table({"step": [], "resource": [], "price": []})
    forged = {
        "more of each": {"capacities": {r: 2 * c for r, c in certificate.capacities.items()}},
        "one budget": {"capacities": None, "effort_steps": None, "budget": 10.0},
        "nothing has a price": {"prices": empty},
        "a bound too low": {"bound": certificate.bound - 1},
        "steps of efforts that are none": {"effort_steps": {r: 7.0 for r in certificate.effort_steps}},
    }
    for what, change in forged.items():
        assert ow.check_certificate(problem, dataclasses.replace(certificate, **change)) != [], what
    with pytest.raises(ow.InvalidInput, match="missing"):
        ow.check_certificate(problem, dataclasses.replace(certificate, capacities={"web": 3.0}))


def test_a_hasty_plan_under_several_capacities_has_the_bound_without_branching():
    problem = team_problem(5, 30)
    hasty = ow.solve(problem, budget=half(problem), time_limit=0)
    certificate = hasty.certificate
    assert ow.check_certificate(problem, certificate) == []
    assert certificate.bound >= ow.solve(problem, budget=half(problem)).value >= certificate.value


def test_uncertainty_under_several_capacities_is_what_all_plans_say():
    problem = team_problem(4, 7)
    capacities = half(problem)
    draw = random.Random(4)
    values = {s: [draw.randint(0, 9) for _ in range(6)] for s in problem.solutions[:4]}
    found = ow.plan_under_uncertainty(problem, budget=capacities, values=values)
    base = dict(zip(problem.solutions, problem.tables()["solutions"]["value"], strict=True))
    plans = list(plans_within(problem, capacities))

    def worth(chosen, value, scenario):
        return value + sum(values[s][scenario] - base[s] for s in chosen if s in values)

    for scenario in range(6):
        best = max(worth(chosen, value, scenario) for chosen, value in plans)
        assert found.scenarios["best_value"][scenario] == pytest.approx(best)
    average = max(sum(worth(c, v, k) for k in range(6)) / 6 for c, v in plans)
    assert found.expected_value == pytest.approx(average)
    assert found.plan.capacities == capacities and found.plan.check() == []
    assert found.overrun == 0 and found.overruns == dict.fromkeys(capacities, 0.0)
    again = ow.plan_under_uncertainty(ow.solve(problem, budget=capacities), values=values)
    assert again.plan.solutions == found.plan.solutions


def test_a_drawn_effort_moves_what_each_team_does():
    problem = ow.RoadmapProblem(
        {"solution_id": ["a", "b"], "value": [5, 4]},
        efforts={"solution_id": ["a", "a", "b"], "resource": ["web", "data", "data"], "amount": [2, 2, 3]},
    )
    found = ow.plan_under_uncertainty(problem, budget={"web": 2, "data": 3}, efforts={"a": [2, 6]})
    assert found.plan.solutions == ["a"]  # 4 on average, 2 for each team
    assert found.overruns == {"web": 0.5, "data": 0.0}
    assert found.overrun == 0.5
    assert list(found.scenarios["best_value"]) == [5, 4]
    assert "more of web than there is with probability 50%" in found.to_text()
    idle = ow.RoadmapProblem(
        {"solution_id": ["a"], "effort": [0], "value": [5]},
        efforts={"solution_id": ["a"], "resource": ["web"], "amount": [2]},
    )
    with pytest.raises(ow.InvalidInput, match="in proportion"):
        ow.plan_under_uncertainty(idle, budget={"web": 2}, efforts={"a": [2, 6]})
