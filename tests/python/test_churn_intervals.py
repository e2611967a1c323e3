"""Intervals of the risk to lose accounts where periods differ from each other by a common shock."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

import outweigh as ow

AS_OF = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
HORIZON = 90
PERIODS = 8


def times(days):
    return [None if day is None else AS_OF + dt.timedelta(days=float(day)) for day in days]


def world(seed, shock, accounts=500):
    """Accounts whose mood tells their risk, periods that share a shock; and each account's risk in the period to come."""
    random = np.random.default_rng(seed)
    shocks = random.normal(0.0, shock, PERIODS + 1)
    started = -PERIODS * HORIZON - random.uniform(0.0, 500.0, accounts)
    mood = np.tanh(random.normal(size=accounts) / 2)
    log_odds = -2.6 - 1.6 * mood
    ended = [None] * accounts
    who, at = list(range(5)), [-PERIODS * HORIZON - 200.0] * 5
    for period in range(PERIODS, -1, -1):
        there = [a for a in range(accounts) if ended[a] is None]
        who += there
        at += list(-period * HORIZON - 1.0 - random.uniform(0.0, 10.0, len(there)))
        chances = 1 / (1 + np.exp(-log_odds[there] - shocks[period]))
        for account, leaves in zip(there, random.uniform(size=len(there)) < chances, strict=True):
            if leaves and period:
                ended[account] = -period * HORIZON + random.uniform(1.0, HORIZON - 1.0)
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": list(range(accounts)), "started": times(started), "ended": times(ended)},
        sources={"source_id": ["desk"], "kind": ["pooled_support"]},
        interactions={
            "interaction_id": list(range(len(who))),
            "source_id": ["desk"] * len(who),
            "account_id": who,
            "at": times(at),
            "sentiment": mood[who],
        },
        as_of=AS_OF,
    )
    return graph, 1 / (1 + np.exp(-log_odds - shocks[0]))


@pytest.mark.parametrize(("shock", "least", "most"), [(0.0, 0.85, 0.99), (1.0, 0.82, 0.96)])
def test_intervals_cover_also_where_periods_differ(shock, least, most):
    covered = []
    spreads = []
    for seed in range(80):
        graph, truth = world(seed, shock)
        risk = ow.churn_risk(graph, landmarks=PERIODS, threads=1)
        table = risk.to_table()
        true = truth[np.asarray(table["account_id"])]
        covered.append(np.mean((table["lower"] <= true) & (true <= table["upper"])))
        assert (table["lower"] <= table["risk"]).all() and (table["risk"] <= table["upper"]).all()
        spreads.append(risk.figures["spread_of_periods"])
    assert least < np.mean(covered) < most
    assert np.mean(spreads) == pytest.approx(shock, abs=0.1)
