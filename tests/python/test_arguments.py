"""Arguments of a wrong type or size are typed errors that name them, whatever function they are given to."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import outweigh as ow


@pytest.mark.parametrize("stage", [ow.audit, ow.weights, ow.demand, ow.score, ow.explain])
@pytest.mark.parametrize("value", [None, 3, {"account_id": ["a"]}])
def test_a_stage_names_what_it_takes(stage, value):
    arguments = {"solution_id": "s"} if stage is ow.explain else {}
    with pytest.raises(ow.TypeMismatch) as error:
        stage(value, **arguments)
    assert error.value.place.column in inspect.signature(stage).parameters
    assert "outweigh." in str(error.value)


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("level", "x", ow.TypeMismatch),
        ("level", None, ow.TypeMismatch),
        ("level", 2.0, ow.InvalidInput),
        ("draws", 1.5, ow.TypeMismatch),
        ("draws", -1, ow.InvalidInput),
        ("draws", True, ow.TypeMismatch),
        ("seed", -1, ow.InvalidInput),
        ("seed", 2**64, ow.InvalidInput),
        ("seed", "x", ow.TypeMismatch),
        ("method", 3, ow.TypeMismatch),
        ("method", "x", ow.InvalidInput),
        ("odds_ratio", "x", ow.InvalidInput),
        ("odds_ratio", (1, 2, 3), ow.InvalidInput),
        ("threads", "two", ow.TypeMismatch),
    ],
)
def test_an_option_of_demand_is_named(graph, name, value, kind):
    with pytest.raises(kind) as error:
        ow.demand(graph, **{name: value})
    assert error.value.place.column == name


def test_whole_numbers_of_numpy_are_whole_numbers(graph):
    assert ow.demand(graph, seed=np.uint8(3), draws=np.int64(200)) == ow.demand(graph, seed=3, draws=200)


def test_unknown_names_of_arguments_are_pythons_own_error(graph):
    with pytest.raises(TypeError, match="methode"):
        ow.demand(graph, methode="raw")
    with pytest.raises(TypeError, match=r"demand\(\) missing .*graph"):
        ow.demand()
    with pytest.raises(TypeError, match=r"look_alikes\(\) takes"):
        ow.look_alikes(graph, "a")


def test_a_capacity_in_quotes_is_refused(graph):
    with pytest.raises(ow.TypeMismatch) as error:
        ow.plan(ow.score(ow.demand(graph)), capacity="5")
    assert error.value.place.column == "capacity"


@pytest.mark.parametrize(
    ("dials", "kind", "name"),
    [
        ({"seed": -1}, ow.InvalidInput, "seed"),
        ({"accounts": "many"}, ow.TypeMismatch, "accounts"),
        ({"needs": -1}, ow.InvalidInput, "needs"),
        ({"needs": "x"}, ow.TypeMismatch, "needs"),
        ({"frailty": float("nan")}, ow.InvalidInput, "frailty"),
        ({"hearing_bais": 1.0}, ow.TypeMismatch, "hearing_bais"),
    ],
)
def test_a_dial_of_a_simulation_is_named(dials, kind, name):
    with pytest.raises(kind) as error:
        ow.simulate(**{"accounts": 20, **dials})
    assert error.value.place.column == name


def test_a_dial_that_is_not_there_names_the_nearest():
    with pytest.raises(ow.TypeMismatch, match="hearing_bias"):
        ow.simulate(accounts=20, hearing_bais=1.0)


@pytest.mark.parametrize("reader", [ow.read, ow.read_tables, ow.read_nrp, ow.read_pabulib, ow.read_wishlist])
@pytest.mark.parametrize("path", [3, None, ["a"]])
def test_what_is_no_path_is_refused(reader, path):
    with pytest.raises(ow.TypeMismatch, match="a path"):
        reader(path)


@pytest.mark.parametrize(
    "option",
    [
        {"timezone": 3},
        {"currency": 3},
        {"effort_unit": None},
        {"columns": 3},
        {"columns": {"accounts": "account_id"}},
        {"columns": {"accounts": {"account_id": 3}}},
    ],
)
def test_an_option_of_a_graph_is_named(option):
    with pytest.raises(ow.TypeMismatch) as error:
        ow.CustomerGraph.from_tables(accounts={"account_id": ["a"]}, **option)
    assert error.value.place.column in option


@pytest.mark.parametrize("accounts", [3, None])
def test_a_filter_of_no_accounts_is_refused(graph, accounts):
    with pytest.raises(ow.TypeMismatch, match="filter"):
        graph.filter(accounts)


def test_a_segment_of_no_accounts_is_refused(tables):
    with pytest.raises(ow.TypeMismatch, match="big"):
        ow.CustomerGraph.from_tables(accounts=tables["accounts"], segments={"big": None})


def test_progress_is_reported_by_every_long_call(simulation):
    tables = {name: table for name, table in simulation.tables.items() if len(table)}
    calls = {
        "audit": lambda **run: ow.audit(simulation.graph, **run),
        "weights": lambda **run: ow.weights(simulation.graph, **run),
        "demand": lambda **run: ow.demand(simulation.graph, **run),
        "graph": lambda **run: ow.CustomerGraph.from_tables(**tables, **run),
        "validate": lambda **run: ow.validate(**tables, **run),
        "simulate": lambda **run: ow.simulate(accounts=50, **run),
    }
    for name, call in calls.items():
        with pytest.raises(ow.Cancelled):
            call(progress=lambda task, done: False)
        with pytest.raises(ZeroDivisionError):
            call(progress=lambda task, done: 1 // 0)
        done: list[float] = []
        assert call(progress=lambda task, share, done=done: done.append(share)) is not None, name
        assert done == sorted(done) and done[-1] == 1.0, name


@pytest.mark.parametrize("kind", ["list", "numpy", "pandas", "polars", "array", "chunked"])
def test_an_unknown_number_is_found_in_a_column_of_any_library(kind):
    numbers = [1.0, None, 3.0]
    if kind == "numpy":
        column = np.array([1.0, np.nan, 3.0])
    elif kind == "pandas":
        column = pytest.importorskip("pandas").array(numbers, dtype="Float64")
    elif kind == "polars":
        column = pytest.importorskip("polars").Series(numbers)
    elif kind in ("array", "chunked"):
        pyarrow = pytest.importorskip("pyarrow")
        column = pyarrow.array(numbers) if kind == "array" else pyarrow.chunked_array([numbers])
    else:
        column = numbers
    weights = ow.poststratify({"k": ["a", "b", "b"]}, {"k": {"a": 10, "b": 30}})
    with pytest.raises(ow.InvalidInput, match="row 1"):
        ow.estimate_mean(weights, column)


RECORD = {"group": ["a", "a", "b"], "value": [1.0, 2.0, 3.0]}
AREAS = {"estimate": [1.0, 2.0, 3.0], "variance": [1.0, 1.0, 1.0]}
LABELS = {"task": [1, 1, 1], "source": ["a", "b", "c"], "label": ["yes", "no", "yes"]}
EDGES = {"source": ["a"], "target": ["b"]}
HEARD = [[0, 1, 1], [0, 0, 0], [1, 0, 1]]
TEXTS = {"request_id": [1], "title": ["Export"]}


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: ow.demand(ow.simulate(accounts=30).graph, false_reports="x"), "false_reports"),
        (lambda: ow.demand(ow.simulate(accounts=30).graph, false_reports=(None, 0.1)), "false_reports"),
        (lambda: ow.demand(ow.simulate(accounts=30).graph, odds_ratio=10**400), "odds_ratio"),
        (lambda: ow.occupancy(HEARD, level="x"), "level"),
        (lambda: ow.occupancy(HEARD, draws=None), "draws"),
        (lambda: ow.occupancy(HEARD, false_reports="x"), "false_reports"),
        (lambda: ow.occupancy(HEARD, seed=-1), "seed"),
        (lambda: ow.occupancy(HEARD, segments=3), "segments"),
        (lambda: ow.occupancy(HEARD, segments=[["a"], "b", "c"]), "segments"),
        (lambda: ow.occupancy(HEARD, covariate=["x", 1, 2]), "covariate"),
        (lambda: ow.suggest_needs(TEXTS, threshold="x"), "threshold"),
        (lambda: ow.suggest_needs(TEXTS, duplicate=None), "duplicate"),
        (lambda: ow.buhlmann_straub(RECORD, level="x"), "level"),
        (lambda: ow.buhlmann_straub(RECORD, between=3), "between"),
        (lambda: ow.fay_herriot(AREAS, level=None), "level"),
        (lambda: ow.fay_herriot(AREAS, covariates=3), "covariates"),
        (lambda: ow.dawid_skene(LABELS, tolerance="x"), "tolerance"),
        (lambda: ow.dawid_skene(LABELS, max_iterations=1.5), "max_iterations"),
        (lambda: ow.chao1([1, 2], population="many"), "population"),
        (lambda: ow.chao2([1, 2], "x"), "units"),
        (lambda: ow.chapman("x", 3, 1), "first"),
        (lambda: ow.good_turing([1, 2], level="x"), "level"),
        (lambda: ow.page_rank(EDGES, damping="x"), "damping"),
        (lambda: ow.page_rank(EDGES, max_iterations=-1), "max_iterations"),
        (lambda: ow.page_rank(ow.simulate(accounts=30).graph, relations=3), "relations"),
        (lambda: ow.hits(EDGES, tolerance=None), "tolerance"),
        (lambda: ow.communities(EDGES, resolution="x"), "resolution"),
        (lambda: ow.communities(EDGES, trials=None), "trials"),
        (lambda: ow.co_demand(EDGES, top="x"), "top"),
        (lambda: ow.reach(ow.demand(ow.simulate(accounts=30).graph, method="raw"), target_uses=3), "target_uses"),
    ],
)
def test_an_option_of_a_method_is_named(call, name):
    with pytest.raises((ow.TypeMismatch, ow.InvalidInput)) as error:
        call()
    assert error.value.place.column == name
