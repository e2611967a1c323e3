"""Who else, look-alikes and their back-test: customers only, evidence, bad input, and the wishlist over the years."""

from __future__ import annotations

import csv
import datetime as dt
import math
import pickle

import numpy as np
import pytest
from customer_base import SHARED, day, small_base

import outweigh as ow

METHODS = ["common_neighbours", "adamic_adar", "cosine", "page_rank", "factors", "popularity"]


def test_every_method_answers_with_evidence(graph):
    for method in METHODS:
        found = ow.who_else(graph, need_id="export", method=method, factors=2)
        assert found.columns == ["account_id", "score", "wanted_needs", "shared_needs", "contacts", "evidence"]
        assert found.wanted_by == 4
        assert found.status == "doubtful"
        assert not {"a1", "a3", "a4", "a6", "a9"} & set(found["account_id"])  # they want it, or are no customers
        assert all(math.isfinite(score) and score > 0 for score in found["score"])
        assert pickle.loads(pickle.dumps(found)) == found
        assert "doubtful" in repr(found)


def test_shared_evidence_is_named(graph):
    found = ow.who_else(graph, need_id="speed", method="common_neighbours").to_dict()
    assert found["account_id"] == ["a1", "a4", "a6"]
    assert found["evidence"][0] == "Export (1 account wants both)"
    alike = ow.look_alikes(graph, account_id="a1", by="needs").to_dict()
    assert set(alike["account_id"]) == {"a3", "a4", "a6"}
    assert alike["evidence"][0] == "need Export (4 accounts)"


def test_stakeholders_are_never_counted():
    tables = small_base()
    tables["customers"] = {
        "customer_id": ["boss", "user"],
        "account_id": ["a4", "a6"],
        "party": ["stakeholder", "customer"],
    }
    rows = tables["requests"]
    rows["customer_id"] = [{"a4": "boss", "a6": "user"}.get(account) for account in rows["account_id"]]
    graph = ow.CustomerGraph.from_tables(**tables)
    assert ow.who_else(graph, need_id="export").wanted_by == 3
    pairs = ow.co_demand(graph, between="account").to_dict()
    assert "a4" not in pairs["account_id"]
    assert "a6" in pairs["account_id"]
    assert "a9" not in pairs["account_id"]  # a prospect
    with pytest.raises(ow.InvalidInput, match="not in the base"):
        ow.look_alikes(graph, account_id="a9")


def test_answers_that_are_documented(graph):
    tables = small_base()
    tables["needs"]["need_id"].append("nobody")
    tables["needs"]["title"].append("Nobody asked")
    tables["needs"]["outcome"].append("risk")
    nobody = ow.who_else(ow.CustomerGraph.from_tables(**tables), need_id="nobody")
    assert (len(nobody), nobody.status) == (0, "undefined")
    silent = ow.look_alikes(graph, account_id="a7", by=["needs"])
    assert (len(silent), silent.status) == (0, "undefined")
    one = {"accounts": {"account_id": [1]}, "needs": {"need_id": [5], "title": ["x"]}}
    alone = ow.CustomerGraph.from_tables(**one)
    assert len(ow.who_else(alone, need_id=5)) == 0
    assert len(ow.look_alikes(alone, account_id=1)) == 0
    assert len(ow.co_demand(alone)) == 0


@pytest.mark.parametrize(
    ("call", "error", "column"),
    [
        (lambda g: ow.who_else(g, need_id="none"), ow.InvalidInput, "need_id"),
        (lambda g: ow.who_else(g, need_id=None), ow.TypeMismatch, "need_id"),
        (lambda g: ow.who_else(g, need_id="sso", method="guess"), ow.InvalidInput, "method"),
        (lambda g: ow.who_else(g, need_id="sso", top=0), ow.InvalidInput, "top"),
        (lambda g: ow.who_else(g, need_id="sso", top=-1), ow.InvalidInput, "top"),
        (lambda g: ow.who_else(g, need_id="sso", damping=1.0, method="page_rank"), ow.InvalidInput, "damping"),
        (
            lambda g: ow.who_else(g, need_id="sso", method="factors", regularisation=0.0),
            ow.InvalidInput,
            "regularisation",
        ),
        (lambda g: ow.who_else(g, need_id="sso", method="factors", alpha=math.nan), ow.InvalidInput, "alpha"),
        (lambda g: ow.who_else({}, need_id="sso"), ow.TypeMismatch, "graph"),
        (lambda g: ow.look_alikes(g, account_id="zz"), ow.InvalidInput, "account_id"),
        (lambda g: ow.look_alikes(g, account_id="a0", by=["hats"]), ow.InvalidInput, "by"),
        (lambda g: ow.look_alikes(g, account_id="a0", by=[]), ow.InvalidInput, "by"),
        (lambda g: ow.look_alikes(g, account_id="a0", method="x"), ow.InvalidInput, "method"),
        (lambda g: ow.backtest_who_else(g, split="2030-01-01"), ow.InvalidInput, "split"),
        (lambda g: ow.backtest_who_else(g, split="soon"), ow.InvalidInput, None),
        (lambda g: ow.backtest_who_else(g, split=None), ow.MissingInput, "split"),
        (lambda g: ow.backtest_who_else(g, split="2026-01-20", methods=[]), ow.InvalidInput, "methods"),
        (lambda g: ow.backtest_who_else(g, split="2026-01-20", by="week"), ow.InvalidInput, "by"),
    ],
)
def test_bad_input(graph, call, error, column):
    with pytest.raises(error) as caught:
        call(graph)
    if column is not None:
        assert caught.value.place.column == column


def test_the_order_of_rows_does_not_matter():
    tables = small_base()
    turned = {name: {c: list(v)[::-1] for c, v in table.items()} for name, table in tables.items()}
    one, two = (ow.CustomerGraph.from_tables(**t) for t in (tables, turned))
    for method in METHODS:
        assert ow.who_else(one, need_id="export", method=method) == ow.who_else(two, need_id="export", method=method)
    assert ow.look_alikes(one, account_id="a0") == ow.look_alikes(two, account_id="a0")
    assert ow.backtest_who_else(one, split=day(30)) == ow.backtest_who_else(two, split=day(30))


def test_a_back_test_of_a_simulated_base(simulation):
    times = sorted(simulation.graph.table("requests").to_dict()["at"])
    found = ow.backtest_who_else(simulation.graph, split=times[len(times) // 2], factors=4)
    rows = {row["method"]: row for row in found.to_table().rows()}
    assert set(rows) == set(METHODS)
    assert rows["popularity"]["ndcg_gain"] == 0
    for row in rows.values():
        assert all(0 <= row[name] <= 1 for name in ("precision", "recall", "map", "ndcg"))
        assert row["gain_lower"] <= row["ndcg_gain"] <= row["gain_upper"]


def wishlist_by_category():
    """Voters as accounts, categories of wishes as needs: wishes last a year, categories all of them."""
    folder = SHARED / "data" / "wishlist"
    if not (folder / "votes.csv").exists():
        pytest.skip("the public data are not beside the project")
    with (folder / "requests.csv").open() as file:
        wishes = {row["request_id"]: row for row in csv.DictReader(file)}
    with (folder / "votes.csv").open() as file:
        votes = list(csv.DictReader(file))
    years = [int(wishes[vote["request_id"]]["year"]) for vote in votes]
    categories = [wishes[vote["request_id"]]["category"] for vote in votes]
    voters = sorted({vote["voter"] for vote in votes})
    return ow.CustomerGraph.from_tables(
        accounts={"account_id": voters},
        needs={"need_id": sorted(set(categories)), "title": sorted(set(categories))},
        sources={"source_id": ["survey"], "kind": ["survey"]},
        requests={
            "request_id": list(range(len(votes))),
            "account_id": [vote["voter"] for vote in votes],
            "source_id": ["survey"] * len(votes),
            "at": [dt.datetime(year, 12, 1, tzinfo=dt.UTC) for year in years],
            "need_id": categories,
        },
    )


def test_the_wishlist_of_2015_to_2019_foretells_2020_and_2021():
    graph = wishlist_by_category()
    # Which other voters turn to a category: what they want besides tells more than how much they vote.
    found = ow.backtest_who_else(graph, split="2019-12-31T00:00:00Z", top=50)
    assert (found.queries, found.status) == (17, "doubtful")
    rows = {row["method"]: row for row in found.to_table().rows()}
    for method in ("common_neighbours", "adamic_adar", "cosine"):
        assert rows[method]["gain_lower"] > 0
    # To which other of so few categories a voter turns is told as well by what is popular.
    found = ow.backtest_who_else(graph, split="2019-12-31T00:00:00Z", top=5, by="account")
    assert found.status == "estimated"
    assert found.queries > 300
    assert max(found["ndcg_gain"]) == 0
    rows = {row["method"]: row for row in found.to_table().rows()}
    assert max(rows["cosine"]["gain_upper"], rows["factors"]["gain_upper"]) < 0 < rows["page_rank"]["gain_upper"]


def test_discovered_segments(simulation):
    found = ow.discover_segments(simulation.graph, smallest=5)
    assert set(found["account_id"]) == set(simulation.graph.base)
    assert len(found.sizes) >= 2
    assert found.tested
    assert found.agreement is not None
    assert -1 <= found.agreement <= 1
    described = found.descriptions.to_dict()
    assert set(described["kind"]) <= {"need", "use", "segment"}
    assert all(0 <= q <= 1 for q in described["q_value"])
    assert pickle.loads(pickle.dumps(found)) == found
    untested = ow.discover_segments(simulation.graph, held_out=0.0, smallest=5)
    assert untested.status == "doubtful"
    assert set(untested.descriptions["q_value"]) == {None}


def test_segments_of_next_to_nothing(graph):
    assert ow.discover_segments(graph).status == "not_identified"
    nobody = ow.CustomerGraph.from_tables(accounts={"account_id": [1]}, needs={"need_id": [1], "title": ["x"]})
    found = ow.discover_segments(nobody)
    assert (found.status, found["segment"].tolist() if hasattr(found["segment"], "tolist") else found["segment"]) == (
        "undefined",
        [None],
    )
    for options in ({"resolution": 0.0}, {"held_out": 0.95}, {"held_out": math.nan}, {"smallest": 0}, {"method": "x"}):
        with pytest.raises(ow.InvalidInput):
            ow.discover_segments(graph, **options)


def test_options_of_a_wrong_kind_are_named(graph):
    account = graph.base[0]
    for call, error, column in (
        (lambda: ow.look_alikes(graph, account_id=account, by=None), ow.TypeMismatch, "by"),
        (lambda: ow.look_alikes(graph, account_id=account, by=3), ow.TypeMismatch, "by"),
        (lambda: ow.backtest_who_else(graph, split="2026-01-01", methods=None), ow.TypeMismatch, "methods"),
        (lambda: ow.backtest_who_else(graph, split="2026-01-01", methods=[1]), ow.TypeMismatch, "methods"),
        (lambda: ow.backtest_who_else(graph, split=np.datetime64("NaT")), ow.InvalidInput, "split"),
        (lambda: ow.backtest_who_else(graph, split="2026-01-01", until=np.datetime64("NaT")), ow.InvalidInput, "until"),
    ):
        with pytest.raises(error) as caught:
            call()
        assert caught.value.place.column == column
    with pytest.raises(ow.InvalidInput, match="split is not a time"):
        ow.backtest_who_else(graph, split="soon")


def test_a_back_test_leaves_out_who_had_said_no_as_who_else_does() -> None:
    tables = {
        "accounts": {"account_id": ["a", "b", "d", "z"]},
        "sources": {"source_id": ["s"], "kind": ["portal"]},
        "needs": {"need_id": ["n", "m"], "title": ["n", "m"]},
        "interactions": {"interaction_id": ["i"], "source_id": ["s"], "account_id": ["d"], "at": ["2026-01-02"]},
        "asked": {"interaction_id": ["i"], "need_id": ["n"], "answer": ["no"]},
        "requests": {
            "request_id": list(range(7)),
            "account_id": ["a", "a", "b", "b", "z", "d", "z"],
            "source_id": ["s"] * 7,
            "at": ["2026-01-01"] * 6 + ["2026-01-10"],
            "need_id": ["n", "m", "n", "m", "m", "m", "n"],
        },
    }
    tables["interactions"]["at"] = [np.datetime64(at) for at in tables["interactions"]["at"]]
    tables["requests"]["at"] = [np.datetime64(at) for at in tables["requests"]["at"]]
    found = ow.who_else(ow.CustomerGraph.from_tables(**tables, as_of="2026-01-05", timezone="UTC"), need_id="n")
    assert found["account_id"] == ["z"]
    graph = ow.CustomerGraph.from_tables(**tables, timezone="UTC")
    for by in ("need", "account"):
        assert ow.backtest_who_else(graph, split="2026-01-05", top=1, methods=["cosine"], by=by)["precision"] == [1.0]
