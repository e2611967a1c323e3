"""Effects: churn avoided, deals gained, support saved, each account counted once, and usable as a score."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import numpy as np
import pytest

import outweigh as ow

from customer_base import day


@pytest.fixture
def demand(tables):
    tables = copy.deepcopy(tables)
    tables["deals"] = {
        "deal_id": [1, 2, 3],
        "account_id": ["a9", "a9", "a1"],
        "opened": [day(10), day(20), day(30)],
        "outcome": ["lost", "won", "open"],
        "amount": [200.0, 1000.0, 50.0],
        "need_id": ["sso", "sso", "export"],
    }
    tables["tickets"] = {
        "ticket_id": [1, 2],
        "account_id": ["a2", "a3"],
        "opened": [day(10), day(12)],
        "need_id": ["speed", "speed"],
        "minutes": [30.0, 70.0],
    }
    return ow.demand(ow.CustomerGraph.from_tables(**tables), method="raw")


def effects(**changes):
    table = {
        "need_id": ["sso", "export", "sso", "speed"],
        "kind": ["churn", "churn", "deals", "support"],
        "low": [0.1, 0.0, 0.1, 0.5],
        "expected": [0.2, 0.5, 0.3, 0.6],
        "high": [0.4, 0.5, 0.5, 1.0],
        "source": ["interviews", "A/B test", "sales", "pilot"],
        "status": ["assumed", "experiment", "assumed", "staggered_release"],
    }
    return table | changes


def test_an_item_is_worth_what_it_prevents_and_wins(demand):
    worth = ow.item_effects(demand, effects(), churn=0.1, cost_per_minute=2.0)
    rows = {row["solution_id"]: row for row in worth.to_table().rows()}
    arr = {
        a: v
        for a, v in zip(
            demand.graph.table("accounts")["account_id"], demand.graph.table("accounts")["arr"], strict=True
        )
    }
    p = {
        need: dict(zip(*(demand.probabilities(need)[c] for c in ("account_id", "probability")), strict=True))
        for need in ("sso", "export")
    }
    churn = sum((arr[a] or 0) * 0.1 * 0.2 * p["sso"][a] for a in demand.graph.base)
    assert rows["s_sso"]["churn_avoided"] == pytest.approx(churn)
    assert rows["s_sso"]["deals_gained"] == pytest.approx(200 * 0.3)
    assert rows["s_platform"]["deals_gained"] == pytest.approx(200 * 0.3 * 0.5)
    # Tickets of forty days, brought to a year.
    assert rows["s_search"]["support_saved"] == pytest.approx(0.5 * 0.6 * 100 * 2.0 * 365 / 40)
    assert any(text.startswith("Tickets go back 40 days") for text in worth.assumptions)
    assert rows["s_sso"]["value"] == pytest.approx(churn + 60)
    assert rows["s_sso"]["lower"] < rows["s_sso"]["value"] < rows["s_sso"]["upper"]
    assert (rows["s_sso"]["status"], rows["s_export"]["status"], rows["s_log"]["status"]) == (
        "assumed",
        "experiment",
        None,
    )
    assert pickle.loads(pickle.dumps(worth)) == worth


def test_an_account_is_counted_once(demand):
    # a3 asked for both.
    worth = ow.item_effects(demand, effects(need_id=["speed", "export", "sso", "speed"]), churn=0.1)
    both = worth.together(["s_search", "s_export"])
    alone = {row["solution_id"]: row["churn_avoided"] for row in worth.to_table().rows()}
    accounts = demand.graph.table("accounts")
    arr = dict(zip(accounts["account_id"], accounts["arr"], strict=True))
    p = {}
    for need in ("speed", "export"):
        rows = demand.probabilities(need)
        p[need] = dict(zip(rows["account_id"], rows["probability"], strict=True))
    kept = {a: 1 - (1 - 0.5 * 0.2 * p["speed"][a]) * (1 - 0.5 * p["export"][a]) for a in demand.graph.base}
    expected = sum((arr[a] or 0) * 0.1 * kept[a] for a in demand.graph.base)
    assert both["churn_avoided"] == pytest.approx(expected)
    assert both["churn_avoided"] < alone["s_search"] + alone["s_export"]
    # The same need met twice is met once.
    again = ow.item_effects(demand, effects(), churn=0.1)
    sso = again.together(["s_sso"])
    assert again.together(["s_sso", "s_platform"])["churn_avoided"] == pytest.approx(sso["churn_avoided"])
    assert again.together(["s_sso", "s_sso"]) == sso
    with pytest.raises(ow.InvalidInput, match="s_none"):
        worth.together(["s_none"])


def test_effects_score(demand):
    worth = ow.item_effects(demand, effects(), churn=0.1, cost_per_minute=2.0)
    scores = ow.score(demand, by=worth)
    assert scores.scorer == "effects"
    value = dict(zip(worth["solution_id"], worth["value"], strict=True))
    effort = dict(zip(*(demand.graph.table("solutions")[c] for c in ("solution_id", "effort")), strict=True))
    assert scores.ranking == sorted(scores.ranking, key=lambda s: -value[s] / effort[s])
    assert ow.plan(scores, capacity=6).solutions


def test_effects_are_ranges_with_a_source(demand):
    for changes, match in (
        ({"low": [0.3, 0.0, 0.1, 0.5]}, "effects.*expected.*row 0"),
        ({"high": [0.4, 0.5, 1.5, 1.0]}, "effects.*high.*row 2"),
        ({"status": ["churn model", None, None, None]}, "effects.*status.*row 0.*churn model"),
        ({"source": ["", "a", "b", "c"]}, "effects.*source.*row 0"),
        ({"kind": ["love", "churn", "deals", "support"]}, "effects.*kind.*row 0"),
        ({"need_id": ["sso", "sso", "sso", "speed"]}, "effects.*need_id.*row 1"),
        ({"need_id": ["peace", "export", "sso", "speed"]}, "effects.*need_id.*row 0.*peace"),
    ):
        with pytest.raises(ow.InvalidInput, match=match):
            ow.item_effects(demand, effects(**changes), churn=0.1)
    with pytest.raises(ow.InvalidInput, match="probability"):
        ow.item_effects(demand, effects(), churn=1.5)
    for wrong in ({"low": 0.5, "expected": 0.2, "high": 0.9}, {"low": -0.1, "expected": 0.2, "high": 0.9}):
        with pytest.raises(ow.InvalidInput):
            ow.Effect(**wrong, source="nobody")
    with pytest.raises(ow.InvalidInput, match="source"):
        ow.Effect(0, 0, 0, source="")
    with pytest.raises(ow.InvalidInput, match="combine"):
        ow.combine_effects([])


def test_parts_without_data_are_missing(tables):
    del tables["accounts"]["arr"]
    demand = ow.demand(ow.CustomerGraph.from_tables(**tables), method="raw")
    worth = ow.item_effects(demand, effects(), churn=0.1)
    missing = {(row["figure"], row["table"], row["column"]) for row in worth.missing.rows()}
    assert missing == {
        ("churn avoided", "accounts", "arr"),
        ("deals gained", "deals", ""),
        ("support saved", "tickets", ""),
    }
    assert set(worth["churn_avoided"]) == {None}
    assert np.all(np.asarray(worth["value"]) == 0)


def test_what_is_unknown_is_not_nothing(tables):
    tables["accounts"]["kind"] = ["customer"] * 8 + ["internal", "prospect"]
    tables["deals"] = {
        "deal_id": [1, 2, 3],
        "account_id": ["a8", "a1", "a9"],
        "opened": [day(10)] * 3,
        "outcome": ["lost", "open", "lost"],
        "amount": [1e6, 50.0, None],
        "need_id": ["sso"] * 3,
    }
    tables["tickets"] = {
        "ticket_id": [1, 2, 3],
        "account_id": ["a2", "a8", "a3"],
        "opened": [day(10)] * 3,
        "need_id": ["speed"] * 3,
        "minutes": [30.0, 1000.0, None],
    }
    demand = ow.demand(ow.CustomerGraph.from_tables(**tables), method="raw")
    worth = ow.item_effects(demand, effects(), churn={"a0": 0.1, "a9": 0.2}, cost_per_minute=2.0)
    rows = {row["solution_id"]: row for row in worth.to_table().rows()}
    # Our own account a8 neither buys nor is supported for money.
    assert rows["s_sso"]["deals_gained"] == pytest.approx(50 * 0.3)
    assert rows["s_search"]["support_saved"] == pytest.approx(0.5 * 0.6 * 30 * 2.0 * 365 / 40)
    said = " ".join(worth.assumptions)
    for words in ("7 accounts would lose", "1 account would lose", "1 deal of unknown", "1 ticket of unknown"):
        assert words in said
    whole = ow.item_effects(
        demand, effects(kind=["churn"] * 4, need_id=["sso", "export", "speed", "audit_log"]), churn=0.1
    )
    assert not any("risk to leave is unknown" in line for line in whole.assumptions)
    with pytest.raises(ow.InvalidInput, match="no such account.*nobody"):
        ow.item_effects(demand, effects(), churn={"nobody": 0.1})
    nothing = ow.item_effects(demand, effects(), churn={})
    assert "the option churn" in nothing.missing["column"]


def test_the_horizon_of_a_risk_is_said(simulation):
    graph = simulation.graph
    demand = ow.demand(graph, method="raw")
    risk = ow.churn_risk(graph)
    given = effects(need_id=list(graph.ids("need"))[:4], kind=["churn"] * 4)
    assert any("horizon" in line for line in ow.item_effects(demand, given, churn=risk).assumptions)


def test_what_takes_no_effort_has_a_finite_score(tables):
    tables["solutions"]["effort"][0] = 0.0
    demand = ow.demand(ow.CustomerGraph.from_tables(**tables), method="raw")
    worth = ow.item_effects(
        demand, effects(need_id=["sso", "export", "sso", "export"], kind=["churn"] * 2 + ["deals"] * 2), churn=0.1
    )
    with np.errstate(all="raise"):
        scores = ow.score(demand, by=worth)
    assert scores.ranking[0] == "s_sso" and np.isfinite(scores["score"]).all()


def test_effects_that_differ_somewhere_are_not_equal(demand):
    worth = ow.item_effects(demand, effects(), churn=0.1)
    again = ow.item_effects(demand, effects(), churn=0.1)
    assert worth == again
    parts = again._core.figures["parts"]
    assert parts == worth._core.figures["parts"]
    long = [np.zeros(5000), np.zeros(5000)]
    long[1][2500] = 1.0
    one, other = (dataclasses.replace(parts, at_risk=values) for values in long)
    assert one != other


def test_several_solutions_are_named_by_their_ids(demand):
    worth = ow.item_effects(demand, effects(), churn=0.1)
    assert worth.together("s_sso") == worth.together(["s_sso"]) == worth.together(np.array(["s_sso", "s_sso"]))
    for wrong in (None, 1.5, [None], [1.5], np.array([[1.0, 2.0]])):
        with pytest.raises(ow.TypeMismatch, match="solution_ids"):
            worth.together(wrong)


@pytest.mark.parametrize("days", [1e6, 1e12, 1e300])
def test_days_before_the_first_day(demand, simulation, days):
    assert ow.item_effects(demand, effects(), days=days, cost_per_minute=1.0)["deals_gained"][0] is not None
    graph = simulation.graph
    assert ow.profit_curve(graph, days=days) == ow.profit_curve(graph, days=1e5)
    assert ow.cost_to_serve(graph, days=days) == ow.cost_to_serve(graph, days=1e5)


def test_one_solution_is_said_in_the_singular(tables):
    tables = copy.deepcopy(tables)
    only = tables["solutions"]["solution_id"][0]
    del tables["dependencies"]
    for name in ("solutions", "covers"):
        kept = [solution == only for solution in tables[name]["solution_id"]]
        tables[name] = {
            column: [value for value, keep in zip(values, kept, strict=True) if keep]
            for column, values in tables[name].items()
        }
    worth = ow.item_effects(ow.demand(ow.CustomerGraph.from_tables(**tables), method="raw"), effects(), churn=0.1)
    assert repr(worth).startswith("outweigh.ItemEffects: 1 solution prevents and wins ")


def test_effects_together_are_believed_as_the_weakest():
    trial = ow.Effect(0.1, 0.2, 0.4, "trial", "experiment")
    release = ow.Effect(0.1, 0.2, 0.4, "release", "staggered_release")
    assert ow.combine_effects([trial, release]).status == "staggered_release"
    assert ow.combine_effects([release, ow.Effect(0.1, 0.2, 0.4, "guess"), trial]).status == "assumed"
