"""Support and churn risk: what is down, what blocks, what recurs, which fixes pay, who may leave."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import outweigh as ow

from customer_base import day


@pytest.fixture
def with_tickets(tables):
    tables = copy.deepcopy(tables)
    tables["tickets"] = {
        "ticket_id": [f"t{i}" for i in range(8)],
        "account_id": ["a0", "a0", "a1", "a2", "a2", "a3", "a4", "a5"],
        "opened": [day(i) for i in range(8)],
        "resolved": [day(1), None, day(5), day(4), day(6), None, day(9), day(8)],
        "need_id": ["speed", "speed", "export", "speed", None, "export", None, "speed"],
        "kind": ["defect", "defect", "defect", "defect", "question", "question", "question", "defect"],
        "product": ["search", "search", "files", "search", "files", "files", "files", "search"],
        "severity": [5, 5, 3, 4, 1, 2, 2, 3],
        "minutes": [60, 30, 20, 40, 10, 15, 5, 60],
        "blocks": ["deployment", "deployment", "implementation", "deployment", "none", "none", "none", "none"],
        "showstopper": [True, True, False, False, False, False, False, False],
        "workaround": [False, True, True, False, False, False, False, True],
        "article": ["guide", None, "guide", None, None, "faq", None, None],
    }
    return tables


def test_support_lists_what_is_down_first_and_what_pays(with_tickets):
    graph = ow.CustomerGraph.from_tables(**with_tickets)
    support = ow.support_summary(graph, cost_per_minute=2.0, cost_per_effort=100.0)
    assert support["ticket_id"] == ["t1", "t0"]
    assert list(support["open"]) == [True, False]
    assert support.figures["tickets"] == 8
    assert support.figures["open"] == 2
    assert support.figures["severity"] == pytest.approx(np.mean([5, 5, 3, 4, 1, 2, 2, 3]), abs=0.5)
    assert support.figures["severity_lower"] <= support.figures["severity"] <= support.figures["severity_upper"]
    causes = support.causes.to_dict()
    assert causes["cause"][0] == "speed"
    assert causes["tickets"][0] == 4
    assert sum(causes["share"]) == pytest.approx(1)
    blockers = support.blockers.to_dict()
    assert blockers["blocks"] == ["implementation", "deployment"]
    assert blockers["cause"] == ["export", "speed"]
    assert support.workarounds["cause"] == ["speed", "export"]
    assert support.workarounds["cost"].tolist() == [180.0, 40.0]
    assert support.defects["product"][0] == "search"
    fixes = {row["solution_id"]: row for row in support.fixes.rows()}
    # Half of the 190 minutes of the need, in the months since the first ticket.
    months = (graph.as_of - day(0)).total_seconds() / 86400 / (365.25 / 12)
    assert 1 < months < 12
    assert fixes["s_search"]["saved_per_month"] == pytest.approx(0.5 * 190 * 2 / months)
    assert fixes["s_search"]["pays_after_months"] == pytest.approx(500 / (190 / months))
    assert fixes["s_search"]["status"] == "doubtful"
    assert pickle.loads(pickle.dumps(support)) == support


def test_support_says_what_it_lacks(with_tickets):
    for name in ("showstopper", "blocks", "resolved", "minutes"):
        del with_tickets["tickets"][name]
    support = ow.support_summary(ow.CustomerGraph.from_tables(**with_tickets))
    missing = {(row["table"], row["column"]) for row in support.missing.rows()}
    assert {("tickets", "showstopper"), ("tickets", "blocks"), ("tickets", "resolved")} <= missing
    assert "open" not in support.figures
    assert "open" not in support.summary
    del with_tickets["tickets"]
    with pytest.raises(ow.MissingInput, match="tickets"):
        ow.support_summary(ow.CustomerGraph.from_tables(**with_tickets))
    with pytest.raises(ow.TypeMismatch, match="days"):
        ow.support_summary(ow.CustomerGraph.from_tables(**with_tickets), days="many")


def test_the_top_tenth_of_products_in_volvo_incidents(shared):
    pl = pytest.importorskip("polars")
    log = pl.read_csv(shared / "data" / "volvo_bpi2013" / "incidents.csv.gz").with_columns(
        pl.col("Change Date+Time").str.to_datetime(time_zone="UTC").alias("at")
    )
    incidents = (
        log.sort("at", maintain_order=True)
        .group_by("SR Number", maintain_order=True)
        .agg(
            pl.col("at").min().alias("opened"),
            pl.col("Product").first().alias("product"),
            pl.col("Owner Country").first().alias("country"),
        )
    )
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": incidents["country"].unique().sort().to_list()},
        tickets={
            "ticket_id": incidents["SR Number"].to_list(),
            "account_id": incidents["country"].to_list(),
            "opened": incidents["opened"].to_list(),
            "product": incidents["product"].to_list(),
        },
    )
    support = ow.support_summary(graph, days=3000)
    assert support.figures["tickets"] == 7554
    assert support.figures["top_tenth_share"] == pytest.approx(0.6861, abs=5e-5)


def leaving_base(effect=2.5, accounts=400, recorded_from=0):
    """Accounts that leave more often the more showstoppers they have."""
    random = np.random.default_rng(3)
    ids, ended, tickets = (
        [f"c{i}" for i in range(accounts)],
        [],
        {"ticket_id": [], "account_id": [], "opened": [], "severity": []},
    )
    for i, account in enumerate(ids):
        troubled = random.random() < 0.3
        rate = 0.004 if troubled else 0.004 / np.exp(effect)
        end = random.exponential(1 / rate)
        ended.append(day(int(end)) if end < 720 else None)
        step = 25 if troubled else 300
        for n, at in enumerate(range(int(random.integers(1, step)), 720, step)):
            if recorded_from <= at < end:
                tickets["ticket_id"].append(f"{i}-{n}")
                tickets["account_id"].append(account)
                tickets["opened"].append(day(at))
                tickets["severity"].append(4 if troubled else 2)
    accounts_table = {"account_id": ids, "started": [day(-30)] * accounts, "ended": ended, "arr": [100.0] * accounts}
    return ow.CustomerGraph.from_tables(accounts=accounts_table, tickets=tickets, as_of=day(720))


def test_churn_risk_finds_what_goes_with_leaving():
    graph = leaving_base()
    risk = ow.churn_risk(graph)
    rows = risk.to_dict()
    assert len(risk) == len(graph.base)
    assert rows["risk"] == sorted(rows["risk"], reverse=True)
    assert all(
        0 <= low <= p <= high <= 1 for low, p, high in zip(rows["lower"], rows["risk"], rows["upper"], strict=True)
    )
    assert risk.figures["auc"] > 0.6
    busiest = sorted(rows["risk"])[-20:]
    assert np.mean(busiest) > 2 * np.mean(sorted(rows["risk"])[:100])
    assert len(risk.calibration) > 0
    assert "associated" in " ".join(risk.assumptions).lower() + risk.summary.lower()


def test_churn_risk_that_cannot_be_known():
    base = {"account_id": ["a", "b", "c"], "started": [day(0)] * 3, "ended": [None] * 3}
    tickets = {"ticket_id": [1], "account_id": ["a"], "opened": [day(600)]}
    with pytest.raises((ow.NotIdentified, ow.MissingInput)):
        ow.churn_risk(ow.CustomerGraph.from_tables(accounts=base, tickets=tickets, as_of=day(700)))
    with pytest.raises(ow.MissingInput):
        ow.churn_risk(ow.CustomerGraph.from_tables(accounts={"account_id": ["a"]}))


def base_of_periods(seed, spread, recorded_from=-1000, accounts=300, periods=9):
    """Accounts with tickets leave more often: by 1 on log odds, whose level in a period of 90 days varies by `spread`."""
    random = np.random.default_rng(seed)
    troubled = random.random(accounts) < 0.4
    started, ended = random.uniform(-1500, -100, accounts), np.full(accounts, np.nan)
    levels = random.normal(-2.2, spread, periods + 1)
    for period in range(periods):
        leaves = random.random(accounts) < 1 / (1 + np.exp(-(levels[period] + troubled)))
        ended = np.where(np.isnan(ended) & leaves, 90 * period + random.uniform(1, 89, accounts), ended)
    ids = [f"c{i}" for i in range(accounts)]
    opened = [
        (account, at)
        for i, account in enumerate(ids)
        for at in range(-90 + i % 30, 90 * periods, 30)
        if troubled[i] and at >= recorded_from and not at >= ended[i]
    ]
    graph = ow.CustomerGraph.from_tables(
        accounts={
            "account_id": ids,
            "started": [day(float(at)) for at in started],
            "ended": [None if np.isnan(at) else day(float(at)) for at in ended],
        },
        tickets={
            "ticket_id": [f"{i}" for i in range(len(opened))],
            "account_id": [account for account, _ in opened],
            "opened": [day(at) for _, at in opened],
            "resolved": [day(at + 1) for _, at in opened],
        },
        as_of=day(90 * periods),
    )
    true = {account: 1 / (1 + np.exp(-(levels[-1] + troubled[i]))) for i, account in enumerate(ids)}
    return graph, true


@pytest.mark.parametrize(("spread", "recorded_from"), [(0.0, -1000), (0.7, -1000), (0.0, 500)])
def test_intervals_of_churn_risk_cover(spread, recorded_from):
    covered, odds = [], []
    for seed in range(40):
        graph, true = base_of_periods(seed, spread, recorded_from)
        risk = ow.churn_risk(graph)
        for row in risk.to_table().rows():
            covered.append(row["lower"] <= true[row["account_id"]] <= row["upper"])
        row = next(row for row in risk.associations.rows() if row["feature"] == "recent_tickets")
        # About 0.3 of the accounts that stay have tickets.
        odds.append(row["lower"] <= np.exp(np.sqrt(0.3 * 0.7)) <= row["upper"])
        assert any("nothing was recorded" in text for text in risk.assumptions) == (recorded_from > 0)
        assert ("spread_of_periods" in risk.figures) == (recorded_from < 0)
    assert 0.7 < np.mean(covered) < 0.99
    assert np.mean(odds) > 0.75


def test_what_was_not_recorded_yet_is_not_none():
    graph, _ = base_of_periods(1, 0.0, recorded_from=800)
    assert {"recent_tickets", "open_tickets"} <= set(ow.churn_risk(graph).missing["figure"])


def test_tickets_of_unknown_minutes_are_told(with_tickets):
    tables = copy.deepcopy(with_tickets)
    minutes = tables["tickets"]["minutes"]
    tables["tickets"]["minutes"] = [None if i == 0 else value for i, value in enumerate(minutes)]
    whole, part = (ow.support_summary(ow.CustomerGraph.from_tables(**t)).assumptions for t in (with_tickets, tables))
    assert any("unknown minutes" in text for text in part)
    assert not any("unknown minutes" in text for text in whole) or None in minutes
