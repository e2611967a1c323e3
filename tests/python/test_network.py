"""Networks: the karate club, ids and weights in, bad input."""

from __future__ import annotations

import csv
import json
import math
import pickle

import numpy as np
import pytest
from customer_base import ROOT

import outweigh as ow

KARATE = ROOT.parent / "shared" / "cases" / "graph"
EDGES = {"source": ["a", "b", "c", "d", "e", "f", "a"], "target": ["b", "c", "a", "e", "f", "d", "d"]}


@pytest.fixture(scope="module")
def karate():
    if not (KARATE / "karate.csv").exists():
        pytest.skip("the public cases are not beside the project")
    with (KARATE / "karate.csv").open() as file:
        rows = list(csv.DictReader(file))
    edges = {"u": [int(row["u"]) for row in rows], "v": [int(row["v"]) for row in rows]}
    return edges, json.loads((KARATE / "karate.json").read_text())["expected"]


def test_karate_club(karate):
    edges, expected = karate
    names = {"source": "u", "target": "v", "directed": False}
    assert ow.page_rank(edges, **names)["rank"] == pytest.approx(expected["pagerank"], abs=1e-9)
    assert ow.page_rank(edges, restart=0, **names)["rank"] == pytest.approx(expected["ppr_seed0"], abs=1e-9)
    assert ow.hits(edges, **names)["hub"] == pytest.approx(expected["hits_hub_l1"], abs=1e-9)
    assert ow.communities(edges, source="u", target="v").modularity == pytest.approx(0.4197896, abs=1e-7)


@pytest.mark.parametrize("method", ["louvain", "leiden"])
def test_the_order_of_rows_does_not_matter(method):
    backwards = {name: values[::-1] for name, values in EDGES.items()}
    assert ow.communities(EDGES, method=method) == ow.communities(backwards, method=method)
    assert ow.page_rank(EDGES) == ow.page_rank(backwards)
    assert ow.hits(EDGES) == ow.hits(backwards)
    assert ow.co_demand(EDGES) == ow.co_demand(backwards)


def test_results_are_values():
    for result in (ow.page_rank(EDGES), ow.hits(EDGES), ow.communities(EDGES), ow.co_demand(EDGES)):
        assert pickle.loads(pickle.dumps(result)) == result
        assert repr(result)


def test_edges_of_weight_zero_give_nodes_but_no_edges():
    edges = {"source": ["a", "c"], "target": ["b", "d"], "weight": [1.0, 0.0]}
    ranks = ow.page_rank(edges, restart={"a": 1.0, "c": 1.0})
    assert ranks["id"] == ["a", "b", "c", "d"]
    assert ranks["rank"][3] == 0.0
    assert ow.communities(edges).count == 3
    nothing = {"source": ["a"], "target": ["b"], "weight": [0.0]}
    assert ow.page_rank(nothing)["rank"].tolist() == [0.5, 0.5]
    assert ow.hits(nothing)["hub"].tolist() == [0.0, 0.0]
    assert ow.communities(nothing).modularity == 0.0


def test_implicit_factors(graph):
    wants = {
        "source": [1, 1, 2, 2, 3],
        "target": ["sso", "audit", "sso", "audit", "maps"],
        "weight": [1.0, 1.0, 2.0, 1.0, 0.5],
    }
    found = ow.implicit_factors(wants, factors=2, regularisation=0.01, alpha=10.0)
    assert found["source"].tolist() == [1, 2, 3]
    assert found.targets["target"] == ["audit", "maps", "sso"]
    scores = [
        [sum(found[f"factor_{f}"][i] * found.targets[f"factor_{f}"][j] for f in (1, 2)) for j in range(3)]
        for i in range(3)
    ]
    assert min(scores[0][0], scores[0][2], scores[1][0], scores[1][2], scores[2][1]) > 0.9
    assert max(scores[0][1], scores[1][1], scores[2][0], scores[2][2]) < 0.1
    assert found == ow.implicit_factors(wants, factors=2, regularisation=0.01, alpha=10.0, threads=2)
    assert pickle.loads(pickle.dumps(found)) == found
    assert ow.implicit_factors(graph).columns[0] == "account_id"
    for options in ({"factors": 0}, {"regularisation": -1.0}, {"alpha": 0.0}, {"iterations": 0}):
        with pytest.raises(ow.InvalidInput):
            ow.implicit_factors(wants, **options)
    with pytest.raises(ow.TypeMismatch):
        ow.implicit_factors(wants, factors="many")


def test_relations_of_a_graph(graph):
    ranks = ow.page_rank(graph, restart={"need": graph.ids("need")[:1]})
    assert math.isclose(sum(ranks["rank"]), 1.0)
    assert {"kind", "id", "rank"} == set(ranks.columns)
    assert ow.communities(graph).count >= 1
    similar = ow.co_demand(graph, between="account")
    assert {"account_id", "similar_account_id", "similarity", "shared"} == set(similar.columns)


@pytest.mark.parametrize(
    ("call", "error", "column"),
    [
        (lambda: ow.page_rank({"source": ["a"]}), ow.MissingInput, None),
        (lambda: ow.page_rank({"source": ["a"], "target": [None]}), ow.InvalidInput, "target"),
        (lambda: ow.page_rank({"source": ["a"], "target": [1]}), ow.TypeMismatch, "target"),
        (lambda: ow.page_rank({**EDGES, "weight": [1, 1, 1, 1, 1, 1, -1]}), ow.InvalidInput, "weight"),
        (lambda: ow.page_rank({**EDGES, "weight": [1, 1, 1, 1, 1, 1, math.nan]}), ow.InvalidInput, "weight"),
        (lambda: ow.page_rank({**EDGES, "weight": [1, 1, 1, 1, 1, 1, math.inf]}), ow.InvalidInput, "weight"),
        (lambda: ow.page_rank(EDGES, restart="z"), ow.InvalidInput, "restart"),
        (lambda: ow.page_rank(EDGES, restart={"a": 0.0}), ow.InvalidInput, "restart"),
        (lambda: ow.page_rank(EDGES, restart={"a": math.nan}), ow.InvalidInput, "restart"),
        (lambda: ow.page_rank(EDGES, restart=[]), ow.InvalidInput, "restart"),
        (lambda: ow.page_rank(EDGES, damping=1.0), ow.InvalidInput, "damping"),
        (lambda: ow.page_rank(EDGES, tolerance=math.nan), ow.InvalidInput, "tolerance"),
        (lambda: ow.communities(EDGES, resolution=0), ow.InvalidInput, "resolution"),
        (lambda: ow.communities(EDGES, method="infomap"), ow.InvalidInput, "method"),
        (lambda: ow.co_demand(EDGES, top=0), ow.InvalidInput, "top"),
        (lambda: ow.co_demand(EDGES, between="colour"), ow.InvalidInput, "between"),
        (lambda: ow.adjusted_mutual_information(["a"], ["a", "b"]), ow.InvalidInput, None),
        (lambda: ow.adjusted_mutual_information(["a"], [None]), ow.MissingInput, "b"),
        (lambda: ow.adjusted_mutual_information([1], [np.datetime64("NaT")]), ow.MissingInput, "b"),
        (lambda: ow.adjusted_mutual_information([[1], [2]], [1, 2]), ow.TypeMismatch, "a"),
        (lambda: ow.adjusted_mutual_information(np.ones((2, 2)), [1, 2]), ow.TypeMismatch, "a"),
        (lambda: ow.adjusted_mutual_information(5, [1]), ow.TypeMismatch, "a"),
        (lambda: ow.implicit_factors({**EDGES, "weight": [1e300] * 7}), ow.InvalidInput, "weight"),
        (lambda: ow.implicit_factors({**EDGES, "weight": [1e-300] * 7}), ow.InvalidInput, "weight"),
    ],
)
def test_bad_input_is_a_typed_error(call, error, column):
    with pytest.raises(error) as caught:
        call()
    if column is not None:
        assert caught.value.place.column == column


def test_empty_tables_give_empty_results():
    assert len(ow.page_rank({"source": [], "target": []})) == 0
    assert len(ow.communities({"source": [], "target": []})) == 0
    assert len(ow.co_demand({"source": [], "target": []})) == 0


def test_a_group_that_pandas_does_not_know_is_an_error():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(ow.MissingInput):
        ow.adjusted_mutual_information([1, 2], pandas.array([pandas.NA, 1]))
