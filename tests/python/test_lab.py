"""Simulated customer bases and the measures that go with them."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import outweigh as ow


def test_a_simulation_is_its_options(simulation):
    again = ow.simulate(seed=7, accounts=300)
    assert again == simulation
    assert ow.simulate(seed=8, accounts=300) != simulation
    assert ow.simulate(seed=7, accounts=300, threads=1) == simulation
    assert pickle.loads(pickle.dumps(simulation)) == simulation
    assert pickle.loads(pickle.dumps(simulation.truth)) == simulation.truth


def test_the_truth_is_a_finite_share(simulation):
    truth = simulation.truth.prevalence.to_dict()
    share = np.array(truth["prevalence"])
    counted = np.array(truth["accounts_with_need"]) / np.array(truth["accounts"])
    assert share.tolist() == counted.tolist()
    assert set(truth["need_id"]) == set(simulation.tables["needs"].to_dict()["need_id"])
    has = simulation.truth.to_table().to_dict()
    base = [i for i, inside in enumerate(has["in_base"]) if inside]
    assert sorted(has["account_id"][i] for i in base) == sorted(simulation.graph.base)
    whole = dict(zip(*(simulation.truth.needs.to_dict()[c] for c in ("need_id", "accounts_with_need")), strict=True))
    assert whole == {need: sum(has[need][i] for i in base) for need in whole}
    assert simulation.truth.has("N001", has["account_id"][0]) == has["N001"][0]
    with pytest.raises(ow.InvalidInput, match="N999"):
        simulation.truth.has("N999", has["account_id"][0])


def test_the_graph_has_the_tables_and_the_time(simulation):
    assert simulation.graph.as_of == simulation.as_of
    assert len(simulation.graph.accounts) == 300
    assert simulation.graph.effort_unit == "person weeks"
    assert set(simulation.graph.tables) <= set(simulation.tables)


def test_dials_out_of_range_are_named():
    with pytest.raises(ow.InvalidInput, match="false_reports"):
        ow.simulate(seed=1, accounts=10, false_reports=1.5)
    with pytest.raises(TypeError):
        ow.simulate(seed=1, accounts=10, no_such_dial=1)


def test_written_tables_are_read_again(simulation, tmp_path):
    pytest.importorskip("duckdb")
    simulation.write(tmp_path / "company")
    graph = ow.read(tmp_path / "company", as_of=simulation.as_of, currency="EUR", effort_unit="person weeks")
    assert list(graph.base) == list(simulation.graph.base)
    for name in simulation.graph.tables:
        assert graph.table(name).to_dict() == simulation.graph.table(name).to_dict(), name


def test_measures_of_ranking():
    stats = pytest.importorskip("scipy.stats")
    generator = np.random.default_rng(3)
    for _ in range(50):
        a, b = generator.integers(0, 6, (2, 25)).astype(float)
        assert ow.kendall_tau_b(a, b) == pytest.approx(stats.kendalltau(a, b).statistic, abs=1e-12)
    assert ow.kendall_tau_b([1, 1], [1, 2]) == 0.0
    assert ow.precision_at(2, [3, 2, 1], [True, False, True]) == 0.5
    assert ow.recall_at(2, [3, 2, 1], [True, False, True]) == 0.5
    assert ow.ndcg_at(3, [3, 2, 1], [3, 2, 1]) == 1.0
    with pytest.raises(ow.InvalidInput):
        ow.kendall_tau_b([1, float("nan")], [1, 2])


def test_measures_of_estimation():
    assert ow.root_mean_square_error([1, 2], [1, 4]) == pytest.approx(2**0.5)
    assert ow.interval_coverage([0, 0], [1, 1], [0.5, 2]) == 0.5
    assert ow.interval_score([0], [1], [1.5], 0.9) == pytest.approx(11.0)
    assert ow.set_value([True, True], [0, 1], [0, 0], [0.5, 0.75], [100.0]) == 75.0
    assert ow.relative_regret(75, 100) == 0.25
    with pytest.raises(ow.InvalidInput):
        ow.set_value([True], [0], [5], [1.0], [1.0])


@pytest.mark.parametrize(
    "call",
    [
        lambda: ow.kendall_tau_b(["a"], [1]),
        lambda: ow.precision_at(1, ["a"], [1]),
        lambda: ow.recall_at(1, [1], ["a"]),
        lambda: ow.ndcg_at(1.5, [1], [1]),
        lambda: ow.set_value([1], ["a"], [0], [1.0], [1.0]),
        lambda: ow.relative_regret("1", 2),
        lambda: ow.interval_score([0], [1], [0.5], level="x"),
        lambda: ow.root_mean_square_error(["x"], [1]),
    ],
)
def test_a_measure_of_what_is_no_number(call):
    with pytest.raises(ow.TypeMismatch, match=r"an argument of \w+\(\) is missing or has the wrong type"):
        call()
