"""How firmly needs and solutions stand: top places, merged and split needs, reach, tipping values."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

import outweigh as ow


def build(has, revenue=None, **tables):
    """Accounts by needs; every account that has a need asked for it, so that probabilities are 0 and 1 by raw counts."""
    accounts, needs = has.shape
    who, what = np.nonzero(has)
    at = [datetime(2026, 1, 1 + k % 28) for k in range(who.size)]
    table = {"account_id": np.arange(accounts)}
    if revenue is not None:
        table["arr"] = revenue
    return ow.CustomerGraph.from_tables(
        accounts=table,
        sources={"source_id": ["visits"], "kind": ["discovery"]},
        needs={"need_id": [f"n{i}" for i in range(needs)], "title": [f"need {i}" for i in range(needs)]},
        requests={
            "request_id": np.arange(who.size),
            "account_id": who,
            "source_id": ["visits"] * who.size,
            "at": at,
            "need_id": [f"n{i}" for i in what],
        },
        **tables,
        timezone="UTC",
        currency="EUR",
        as_of=datetime(2026, 2, 1),
    )


@pytest.fixture(scope="module")
def estimate():
    return ow.demand(ow.simulate(seed=2, accounts=300, needs=6).graph, draws=200)


def test_chances_of_the_first_places_add_up_and_follow_the_means(estimate):
    for k in (1, 2, 6, 9):
        table = ow.top_needs(estimate, k).to_dict()
        assert sum(table["top_probability"]) == pytest.approx(min(k, 6))
        assert list(table["value"]) == sorted(table["value"], reverse=True)
        assert all(0.0 <= p <= 1.0 for p in table["top_probability"])
        ranks = zip(table["rank_lower"], table["rank"], table["rank_upper"], strict=True)
        assert all(1.0 <= low <= high <= 6.0 for low, _, high in ranks)
    by_revenue = ow.top_needs(estimate, 2, by="revenue")
    assert max(by_revenue["value"]) > max(ow.top_needs(estimate, 2)["value"])


def test_places_are_counted_in_each_draw(estimate):
    draws = estimate._core.draws()
    best = draws.max(axis=0)
    winners = draws == best
    expected = (winners / winners.sum(axis=0)).mean(axis=1)
    table = ow.top_needs(estimate, 1).to_dict()
    ids = estimate.overall.to_dict()["need_id"]
    for need, chance in zip(table["need_id"], table["top_probability"], strict=True):
        assert chance == pytest.approx(expected[ids.index(need)])


def test_ranks_need_draws_and_places():
    graph = build(np.array([[1, 0], [1, 1]], dtype=bool))
    raw = ow.demand(graph, method="raw")
    with pytest.raises(ow.NotIdentified, match="draws"):
        ow.top_needs(raw, 1)
    with pytest.raises(ow.MissingInput, match="revenue"):
        ow.merge_sensitivity(raw, 1, by="revenue")
    for k in (0, -1, 1.5, True):
        with pytest.raises(ow.OutweighError):
            ow.merge_sensitivity(raw, k)


def test_two_needs_that_are_one_count_their_accounts_once():
    has = np.zeros((10, 3), dtype=bool)
    has[:6, 0] = True  # 6 accounts
    has[:4, 1] = True  # 4, all of them among these
    has[6:, 2] = True  # 4 others
    has[5, 2] = True  # and one more: 5
    raw = ow.demand(build(has), method="raw")
    table = {(r["change"], r["need_id"], r["with_need_id"]): r for r in ow.merge_sensitivity(raw, 1).rows()}
    merged = table["merge", "n2", "n1"]
    assert merged["value"] == pytest.approx(9.0) and merged["rank"] == 1 and merged["leaves"] == "n0"
    assert ("merge", "n0", "n1") not in table  # still the first
    split = table["split", "n0", None]
    assert split["value"] == pytest.approx(3.0) and split["rank"] == 3 and split["enters"] == "n2"
    assert len(ow.merge_sensitivity(raw, 3)) == 0  # there are no others
    assert list(ow.merge_sensitivity(raw, 1, limit=1)["change"]) == ["split"]


def test_a_solution_reaches_each_account_once():
    has = np.zeros((4, 2), dtype=bool)
    has[0] = True
    has[1, 0] = has[2, 1] = True
    solutions = {
        "solutions": {"solution_id": ["both", "first", "half"], "title": ["B", "F", "H"]},
        "covers": {
            "solution_id": ["both", "both", "first", "half"],
            "need_id": ["n0", "n1", "n0", "n1"],
            "share": [None, None, None, 0.5],
        },
        "uses": {"account_id": [0, 1, 2], "use": ["target", "adjacent", "target"]},
    }
    raw = ow.demand(build(has, [10.0, 20.0, 30.0, 40.0], **solutions), method="raw")
    rows = {row["solution_id"]: row for row in ow.reach(raw).rows()}
    assert rows["both"]["accounts"] == 3.0 and rows["both"]["revenue"] == 60.0 and rows["both"]["needs"] == 2
    assert rows["both"]["account_share"] == 0.75 and rows["both"]["revenue_share"] == 0.6
    assert rows["half"]["accounts"] == 1.0 and rows["half"]["fit"] == 1.0
    assert rows["first"]["fit"] == 0.5 and rows["both"]["fit"] == rows["both"]["base_fit"] == pytest.approx(2 / 3)
    assert rows["both"]["rank_accounts"] == 1 and rows["half"]["rank_fit"] == 1
    other = {row["solution_id"]: row for row in ow.reach(raw, target_uses=["adjacent"]).rows()}
    assert other["half"]["fit"] == 0.0
    named = {**solutions, "uses": {"account_id": [0, 1, 2], "use": ["billing", "payroll", "billing"]}}
    unsaid = ow.demand(build(has, **named), method="raw")
    assert {row["fit"] for row in ow.reach(unsaid).rows()} == {None}  # nothing says which of them is meant
    assert next(ow.reach(unsaid).rows())["base_fit"] is None
    said = {row["solution_id"]: row for row in ow.reach(unsaid, target_uses=["billing"]).rows()}
    assert said["half"]["fit"] == 1.0
    bare = build(has, **{name: solutions[name] for name in ("solutions", "covers")})
    row = next(ow.reach(ow.demand(bare, method="raw")).rows())
    assert row["revenue"] is None and row["fit"] is None and row["rank_revenue"] is None
    with pytest.raises(ow.MissingInput, match="covers"):
        ow.reach(ow.demand(build(has), method="raw"))


def test_the_tipping_value_lies_where_the_decision_changes():
    random = np.random.default_rng(1)
    has = (np.arange(120) % 60)[:, None] < [36, 15]
    contacts = np.repeat(np.arange(60), 6)  # half of the base was never contacted
    said = has[contacts] & (random.random((contacts.size, 2)) < 0.5)
    c, need = np.nonzero(said)
    at = [datetime(2026, 1, 1 + k % 28) for k in range(contacts.size)]
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": np.arange(120)},
        sources={"source_id": ["visits"], "kind": ["discovery"]},
        needs={"need_id": ["a", "b"], "title": ["A", "B"]},
        interactions={
            "interaction_id": np.arange(contacts.size),
            "source_id": ["visits"] * contacts.size,
            "account_id": contacts,
            "at": at,
            "initiated_by": ["us"] * contacts.size,
        },
        requests={
            "request_id": np.arange(c.size),
            "account_id": contacts[c],
            "source_id": ["visits"] * c.size,
            "at": [at[k] for k in c],
            "interaction_id": c,
            "need_id": [["a", "b"][i] for i in need],
        },
        timezone="UTC",
        as_of=datetime(2026, 3, 1),
    )

    def common(estimate):
        return [row["need_id"] for row in estimate.overall.rows() if row["prevalence"] > 0.42]

    table = ow.tipping_odds_ratio(graph, common, draws=100, steps=1, threads=1)
    fewer, more = table.rows()
    assert fewer["direction"] == "fewer" and more["direction"] == "more"
    assert fewer["odds_ratio"] < 1.0 and fewer["leaves"] == "a" and fewer["enters"] == ""
    assert more["odds_ratio"] > 1.0 and more["enters"] == "b"
    at_it = ow.demand(graph, odds_ratio=more["odds_ratio"], draws=100, threads=1)
    assert common(at_it) == ["a", "b"]
    never = ow.tipping_odds_ratio(graph, lambda estimate: ["always"], draws=100, most=1.5, threads=1)
    assert list(never["odds_ratio"]) == [None, None] and "no odds ratio" in never["statement"][0]
    for wrong in ({"most": 1.0}, {"steps": -1}, {"odds_ratio": 1.0}):
        with pytest.raises(ow.InvalidInput):
            ow.tipping_odds_ratio(graph, common, **wrong)
    with pytest.raises(ow.MissingInput):
        ow.tipping_odds_ratio(graph)


def test_only_checks_tell_whether_reports_are_true():
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": [1, 2, 3]},
        sources={"source_id": ["a", "b"], "kind": ["pooled_support", "executive"]},
        requests={
            "request_id": range(6),
            "account_id": [1, 2, 3, 1, 2, 3],
            "source_id": ["a", "a", "a", "a", "b", "b"],
            "at": [datetime(2026, 1, day) for day in range(1, 7)],
            "confirmed": [True, True, False, None, None, None],
        },
        timezone="UTC",
    )
    executive, support = ow.report_checks(graph).rows()
    assert executive["share"] is None and (executive["lower"], executive["upper"]) == (0.0, 1.0)
    assert executive["status"] == "not_identified" and support["status"] == "estimated"
    assert (support["requests"], support["checked"], support["untrue"]) == (4, 3, 1)
    assert support["share"] == pytest.approx(1 / 3) and support["lower"] < 1 / 3 < support["upper"]
    with pytest.raises(ow.InvalidInput, match="level"):
        ow.report_checks(graph, level=1.0)
    with pytest.raises(ow.MissingInput, match="requests"):
        ow.report_checks(ow.CustomerGraph.from_tables(accounts={"account_id": [1]}))
