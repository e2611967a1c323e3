"""The whole way by its public names: tables -> graph -> audit -> demand -> scores -> plan -> ledger."""

from __future__ import annotations

import math

import pytest

import outweigh as ow


def test_the_way_from_tables_to_a_ledger(tables):
    graph = ow.CustomerGraph.from_tables(**tables)
    audit = ow.audit(graph)
    demand = ow.demand(graph)
    scores = ow.score(demand)
    plan = ow.plan(scores, capacity=6)
    for result in (audit, demand, scores, plan):
        assert len(result.to_table()) > 0
    chosen = plan.solutions
    assert chosen
    ledger = plan.explain(chosen[0])
    assert ledger.to_table().num_rows > 0


def test_an_account_of_the_base_is_a_customer_active_at_as_of(graph):
    demand = ow.demand(graph).to_table().to_dict()
    accounts = {segment: n for segment, n in zip(demand["segment_id"], demand["accounts"], strict=True)}
    assert accounts == {"large": 2, "small": 7}


def test_validate_finds_nothing_wrong_in_good_tables(graph):
    assert len(graph.validate()) == 0


def test_demand_has_the_columns_that_checks_read(simulation, simulated_demand):
    table = simulated_demand.to_table()
    assert {"need_id", "segment_id", "prevalence", "lower", "upper", "status"} <= set(table.columns)
    for row in table.rows():
        if row["prevalence"] is None:
            assert row["status"] in ("undefined", "not_identified")
            continue
        assert 0 <= row["lower"] <= row["prevalence"] <= row["upper"] <= 1
        assert all(math.isfinite(row[name]) for name in ("lower", "prevalence", "upper"))


def test_demand_has_a_row_for_each_true_prevalence(simulation, simulated_demand):
    truth = simulation.truth.prevalence
    assert {"need_id", "segment_id", "prevalence"} <= set(truth.columns)
    known = set(zip(truth.to_dict()["need_id"], truth.to_dict()["segment_id"], strict=True))
    table = simulated_demand.to_table().to_dict()
    estimated = set(zip(table["need_id"], table["segment_id"], strict=True))
    assert known <= estimated


def test_intervals_cover_the_truth_about_as_often_as_they_say(simulation, simulated_demand):
    truth = {(row["need_id"], row["segment_id"]): row["prevalence"] for row in simulation.truth.prevalence.rows()}
    rows = [row for row in simulated_demand.to_table().rows() if (row["need_id"], row["segment_id"]) in truth]
    rows = [row for row in rows if row["prevalence"] is not None]
    covered = [row["lower"] <= truth[row["need_id"], row["segment_id"]] <= row["upper"] for row in rows]
    assert sum(covered) / len(covered) > 0.7


@pytest.mark.parametrize("by", ["rice", "wsjf", "weighted_sum"])
def test_every_named_scorer_ranks_all_solutions(graph, by):
    scores = ow.score(ow.demand(graph), by=by)
    table = scores.to_table()
    assert sorted(table.to_dict()["solution_id"]) == ["s_export", "s_log", "s_platform", "s_search", "s_sso"]
    assert {"score", "rank"} <= set(table.columns)


def test_a_plan_keeps_to_its_capacity_and_its_dependencies(graph):
    plan = ow.plan(ow.score(ow.demand(graph)), capacity=6)
    effort = dict(zip(*(graph.table("solutions")[name] for name in ("solution_id", "effort")), strict=True))
    assert sum(effort[solution] for solution in plan.solutions) <= 6
    if "s_log" in plan.solutions:
        assert "s_platform" in plan.solutions
    assert plan.proven
    assert plan.bound >= plan.value - 1e-9


def test_a_plan_says_what_a_solution_displaces(graph):
    plan = ow.plan(ow.score(ow.demand(graph)), capacity=6)
    left_out = set(graph.table("solutions")["solution_id"]) - set(plan.solutions)
    for solution in sorted(left_out):
        assert plan.displaced_by(solution) is not None


def test_a_ledger_adds_up(simulation, simulated_demand):
    plan = ow.plan(ow.score(simulated_demand), capacity=40)
    for solution in plan.solutions[:3]:
        ledger = plan.explain(solution)
        lines = list(ledger.to_table().rows())
        assert math.fsum(line["amount"] for line in lines if line["counts"]) == pytest.approx(ledger.total, rel=1e-9)
        assert lines[-1]["kind"] == "remainder"
        assert abs(ledger.remainder) <= 1e-9 * max(1.0, abs(ledger.total))
        assert {"request_id", "account_id", "source_id", "quote"} <= set(ledger.evidence.columns)


def test_the_weights_of_accounts_sum_to_the_base(graph):
    weights = ow.weights(graph)
    assert "weight" in weights.to_table().columns
    assert 0 < weights.effective_sample_size <= 9


def test_the_version_is_one():
    assert ow.__version__ == ow._core.__version__
