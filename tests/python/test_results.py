"""What every result shares: equality, pickling, representations, export."""

from __future__ import annotations

import multiprocessing
import pickle
import re
from datetime import UTC, datetime

import pytest

import outweigh as ow


@pytest.fixture(scope="module")
def results(simulation, simulated_demand):
    graph = simulation.graph
    scores = ow.score(simulated_demand)
    plan = ow.plan(scores, capacity=40)
    return {
        "graph": graph,
        "audit": ow.audit(graph),
        "weights": ow.weights(graph),
        "demand": simulated_demand,
        "scores": scores,
        "plan": plan,
        "ledger": plan.explain(plan.solutions[0]),
        "simulation": simulation,
    }


NAMES = ["graph", "audit", "weights", "demand", "scores", "plan", "ledger", "simulation"]
TABLES = [name for name in NAMES if name not in ("graph", "simulation")]


@pytest.mark.parametrize("name", NAMES)
def test_results_are_equal_after_pickling(results, name):
    result = results[name]
    again = pickle.loads(pickle.dumps(result))
    assert again == result
    assert type(again) is type(result)
    assert result != 3
    assert not result == None  # noqa: E711


@pytest.mark.parametrize("name", TABLES)
def test_pickled_results_have_the_same_table(results, name):
    again = pickle.loads(pickle.dumps(results[name]))
    assert again.to_table() == results[name].to_table()


def test_pickled_results_keep_what_they_were_made_from(results):
    plan = pickle.loads(pickle.dumps(results["plan"]))
    assert plan.scores == results["scores"]
    assert plan.scores.demand == results["demand"]
    assert plan.scores.demand.graph == results["graph"]
    assert plan.explain(plan.solutions[0]) == results["ledger"]


@pytest.mark.parametrize("name", TABLES)
def test_results_show_themselves_in_notebooks(results, name):
    page = results[name]._repr_html_()
    assert "<table>" in page or "<pre " in page
    assert "<script" not in page
    opened = re.findall(r"<(table|thead|tbody|tr|td|th|p|div|h4)[ >]", page)
    closed = re.findall(r"</(table|thead|tbody|tr|td|th|p|div|h4)>", page)
    assert sorted(opened) == sorted(closed)


@pytest.mark.parametrize("name", NAMES)
def test_results_have_a_short_repr(results, name):
    text = repr(results[name])
    assert text.startswith("outweigh.")
    assert len(text.splitlines()) < 40


def test_names_from_the_data_are_escaped(tables):
    tables["needs"]["title"][0] = "<script>alert(1)</script>"
    tables["needs"]["need_id"][0] = "<b>sso</b>"
    tables["requests"]["need_id"] = ["<b>sso</b>" if n == "sso" else n for n in tables["requests"]["need_id"]]
    tables["covers"]["need_id"] = ["<b>sso</b>" if n == "sso" else n for n in tables["covers"]["need_id"]]
    graph = ow.CustomerGraph.from_tables(**tables)
    page = ow.demand(graph)._repr_html_()
    assert "<b>" not in page
    assert "<script>" not in page


@pytest.mark.parametrize("name", TABLES)
def test_tables_hold_no_nan(results, name):
    for values in results[name].to_table().to_dict().values():
        assert all(value == value for value in values)


@pytest.mark.parametrize("name", TABLES)
def test_results_are_values(results, name):
    with pytest.raises(TypeError):
        hash(results[name])


def prevalence_of(graph):
    return ow.demand(graph).to_dict()["prevalence"]


def test_graphs_travel_between_processes(results):
    graph = results["graph"]
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(prevalence_of, [graph]) == [prevalence_of(graph)]


@pytest.mark.parametrize("state", [(), ("Demand", 99, ()), (1, 2), ("Other", 1, ())])
def test_foreign_states_are_refused(results, state):
    core = results["demand"]._core
    with pytest.raises((ow.CorruptState, TypeError)):
        core.__class__.__new__(core.__class__).__setstate__(state)


class TestTable:
    def test_it_is_a_mapping(self):
        table = ow.Table({"a": [1, 2], "b": ["x", None]})
        assert dict(table)["b"] == ["x", None]
        assert list(table) == table.columns == ["a", "b"]
        assert "a" in table
        assert "c" not in table
        assert len(table) == table.num_rows == 2
        assert table.num_columns == 2
        assert table.types == {"a": "int64", "b": "string"}

    def test_it_compares_by_value(self):
        assert ow.Table({"a": [1]}) == ow.Table({"a": [1]})
        assert ow.Table({"a": [1]}) != ow.Table({"a": [2]})
        assert ow.Table({"a": [1]}) != ow.Table({"b": [1]})

    def test_it_can_be_pickled(self):
        table = ow.Table({"a": [1, None], "b": ["x", "ö"], "c": [1.5, 2.5]})
        assert pickle.loads(pickle.dumps(table)) == table

    def test_a_missing_column_names_those_there_are(self):
        with pytest.raises(ow.MissingInput, match="a"):
            ow.Table({"a": [1]})["b"]

    def test_numbers_are_arrays_and_unknown_ones_lists(self):
        table = ow.Table({"known": [1.0, 2.0], "unknown": [1.0, None]})
        assert table["known"].sum() == 3.0
        assert table["unknown"] == [1.0, None]

    def test_rows(self):
        assert list(ow.Table({"a": [1, 2], "b": ["x", "y"]}).rows()) == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]

    def test_an_empty_one(self):
        table = ow.Table({})
        assert (len(table), table.columns, table.to_dict()) == (0, [], {})
        assert "0 rows" in repr(table)

    def test_an_unknown_kind(self):
        with pytest.raises(ow.InvalidInput, match="excel"):
            ow.Table({"a": [1]}).to_frame("excel")


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow", "duckdb", "dict", "table"])
def test_every_table_of_a_result_comes_back_in_the_kind_that_went_in(tables, kind):
    for needed in {
        "pandas": ["pandas"],
        "polars": ["polars"],
        "arrow": ["pyarrow"],
        "duckdb": ["duckdb", "pyarrow"],
    }.get(kind, []):
        pytest.importorskip(needed)
    given = {
        name: ow.Table(columns).to_frame("arrow" if kind == "duckdb" else kind) for name, columns in tables.items()
    }
    if kind == "duckdb":
        duckdb = pytest.importorskip("duckdb")
        connection = duckdb.connect()
        given = {name: connection.from_arrow(frame) for name, frame in given.items()}
    graph = ow.CustomerGraph.from_tables(**given)
    demand = ow.demand(graph)
    scores = ow.score(demand)
    plan = ow.plan(scores, capacity=5)
    audit = ow.audit(graph)
    expected = type(demand.to_frame())
    assert kind == "table" or expected is type(given["accounts"])
    for table in (
        demand.to_table(),
        demand.overall,
        demand.probabilities("sso"),
        demand.stakeholders,
        scores.needs,
        ow.top_needs(demand, 2),
        ow.merge_sensitivity(demand, 2),
        ow.reach(demand),
        ow.report_checks(graph),
        ow.account_contributions(scores, "s_sso"),
        plan.explain("s_sso").evidence,
        audit.sources,
        audit.never_heard,
        ow.listening_quality(graph).people,
        ow.discovery(graph).cells,
        graph.table("accounts"),
        graph.requests,
        graph.validate(),
        ow.validate(**given),
    ):
        assert type(table.to_frame()) is expected
        again = pickle.loads(pickle.dumps(table))
        assert again == table
        assert type(again.to_frame()) is expected
    assert ow.Table({"a": [1]}).to_frame().to_dict() == {"a": [1]}
    nothing = graph.rejected("requests")  # nothing was set aside, so that there are no columns
    if kind == "duckdb":
        with pytest.raises(ow.InvalidInput, match="a column at least"):
            nothing.to_frame()
    else:
        assert type(nothing.to_frame()) is expected


def test_a_plan_made_of_bounds_says_that_it_is_a_guess(results):
    said = "the data give bounds alone"
    assert said not in repr(results["plan"])
    demand = ow.demand(results["graph"], method="raw")
    assert set(demand.overall["status"]) == {"bounds_only"}
    scores = ow.score(demand)
    assert f"of every value {said}" in repr(ow.plan(scores, capacity=40))
    resources = set(results["graph"].table("efforts")["resource"])
    assert f"values {said}" in repr(ow.plan(scores, capacity=dict.fromkeys(resources, 20.0)))


def test_one_account_wants_a_need():
    found = ow.who_else(
        ow.CustomerGraph.from_tables(
            accounts={"account_id": ["a", "b"]},
            sources={"source_id": ["portal"], "kind": ["portal"]},
            needs={"need_id": ["n"], "title": ["Export"]},
            requests={
                "request_id": [1],
                "account_id": ["a"],
                "source_id": ["portal"],
                "at": [datetime(2026, 1, 5, tzinfo=UTC)],
                "need_id": ["n"],
            },
        ),
        need_id="n",
    )
    assert "of 1, 1 wants it, doubtful: only 1 account is known to want this need" in repr(found)


def test_a_graph_without_any_time_is_of_no_date():
    accounts = {"account_id": ["a", "b"]}
    assert repr(ow.CustomerGraph.from_tables(accounts)).endswith("; 2 in the base")
    assert "as of 1970" not in ow.CustomerGraph.from_tables(accounts)._repr_html_()
    assert repr(ow.CustomerGraph.from_tables(accounts, as_of="2026-03-01")).endswith("; 2 in the base as of 2026-03-01")
