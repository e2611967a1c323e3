"""Intervals of key figures where things of one account go together."""

from __future__ import annotations

import numpy as np
import pytest

import outweigh as ow

from customer_base import day


def base_with_tickets(seed, accounts=25, mean=12):
    """Accounts differ: in 80 % of their tickets the due time is met, on average; the median time to repair is 5 days."""
    random = np.random.default_rng(seed)
    tickets = {name: [] for name in ("ticket_id", "account_id", "opened", "resolved", "due")}
    talks = {name: [] for name in ("interaction_id", "source_id", "account_id", "at", "sentiment", "purpose")}
    for a in range(accounts):
        met, slow, mood = random.beta(4, 1), random.normal(0, 0.5), random.normal(0.1, 0.3)
        for j in range(random.poisson(random.gamma(1.5, mean / 1.5))):
            opened, takes = random.uniform(0, 200), 5 * np.exp(slow + random.normal(0, 0.8))
            tickets["ticket_id"].append(f"{a}-{j}")
            tickets["account_id"].append(f"a{a}")
            tickets["opened"].append(day(opened))
            tickets["resolved"].append(day(opened + takes) if opened + takes <= 300 else None)
            tickets["due"].append(day(opened + takes * (1.1 if random.random() < met else 0.9)))
            talks["interaction_id"].append(f"{a}-{j}")
            talks["purpose"].append("learn")
            talks["source_id"].append("support")
            talks["account_id"].append(f"a{a}")
            talks["at"].append(day(opened))
            talks["sentiment"].append(float(np.clip(mood + random.normal(0, 0.3), -1, 1)))
    return {
        "accounts": {"account_id": [f"a{a}" for a in range(accounts)], "started": [day(-100)] * accounts},
        "sources": {"source_id": ["support"], "kind": ["pooled_support"]},
        "tickets": tickets,
        "interactions": talks,
    }


def figures(tables, **options):
    graph = ow.CustomerGraph.from_tables(**tables, as_of=day(300))
    return {row["kpi"]: row for row in ow.kpis(graph, **options).to_table().rows()}


def test_intervals_cover_where_accounts_differ():
    true = {"sla_met": 0.8, "time_to_repair": 5.0}
    covered = {name: [] for name in (*true, "sentiment")}
    for seed in range(100):
        tables = base_with_tickets(seed)
        found = figures(tables)
        for name, value in true.items():
            covered[name].append(found[name]["lower"] <= value <= found[name]["upper"])
        matrix = ow.journey(ow.CustomerGraph.from_tables(**tables, as_of=day(300))).matrix
        for row in matrix.rows():
            if row["sentiment_known"] > 10:
                covered["sentiment"].append(row["lower"] <= 0.1 <= row["upper"])
    for name, hits in covered.items():
        assert len(hits) >= 100 and np.mean(hits) > 0.82, (name, np.mean(hits))


@pytest.mark.parametrize("kpi", ["sla_met", "time_to_repair"])
def test_tickets_told_twice_tell_no_more(kpi):
    tables = base_with_tickets(1)
    once = figures(tables)[kpi]
    tickets = tables["tickets"]
    doubled = {name: values * 2 for name, values in tickets.items()}
    doubled["ticket_id"] = [f"{i}" for i in range(len(doubled["ticket_id"]))]
    twice = figures({**tables, "tickets": doubled})[kpi]
    assert twice["value"] == pytest.approx(once["value"])
    assert twice["upper"] - twice["lower"] > 0.95 * (once["upper"] - once["lower"])
    order = np.random.default_rng(0).permutation(len(tickets["ticket_id"]))
    mixed = figures({**tables, "tickets": {name: [values[i] for i in order] for name, values in tickets.items()}})[kpi]
    assert mixed == once


def test_tickets_of_few_accounts_are_doubtful_and_of_one_tell_nothing_of_others():
    tables = base_with_tickets(2, accounts=3)
    found = figures(tables)
    for kpi in ("sla_met", "time_to_repair"):
        assert found[kpi]["status"] == "doubtful" and "fewer than five accounts" in found[kpi]["reason"]
    tables = base_with_tickets(2, accounts=1, mean=40)
    assert figures(tables)["sla_met"]["upper"] - figures(tables)["sla_met"]["lower"] > 0.5
    matrix = ow.journey(ow.CustomerGraph.from_tables(**tables, as_of=day(300))).matrix
    felt = next(row for row in matrix.rows() if row["sentiment_known"] > 1)
    assert (felt["lower"], felt["upper"]) == (-1.0, 1.0)


def test_who_left_without_a_first_value_never_had_one():
    accounts = {
        "account_id": [f"a{i}" for i in range(10)],
        "started": [day(0)] * 10,
        "ended": [day(5)] * 6 + [None] * 4,
    }
    events = {"account_id": [f"a{i}" for i in range(6, 10)], "at": [day(20)] * 4, "activity": ["login"] * 4}
    events["stage"] = ["use"] * 4
    graph = ow.CustomerGraph.from_tables(accounts=accounts, events=events, as_of=day(100))
    row = next(row for row in ow.kpis(graph).to_table().rows() if row["kpi"] == "time_to_first_value")
    assert (row["value"], row["status"], row["open"]) == (None, "bounds_only", 6)
    assert "or before" not in row["reason"]
    early = {**events, "at": [day(-3), day(0), day(20), day(20)]}
    graph = ow.CustomerGraph.from_tables(accounts=accounts, events=early, as_of=day(100))
    row = next(row for row in ow.kpis(graph).to_table().rows() if row["kpi"] == "time_to_first_value")
    assert "2 accounts had one when they started, or before" in row["reason"]


def test_segments_that_overlap_are_told():
    tables = base_with_tickets(3, accounts=4)
    for segments, overlap in ((["x", "x"], False), (["x", "y"], True)):
        graph = ow.CustomerGraph.from_tables(
            **tables,
            segments={"segment_id": ["x", *segments], "account_id": ["a1", "a0", "a0" if overlap else "a2"]},
            as_of=day(300),
        )
        found = ow.kpis(graph, by="segment").assumptions
        assert any("1 account counts in several" in text for text in found) == overlap
        assert not any("counts in several" in text for text in ow.kpis(graph).assumptions)
