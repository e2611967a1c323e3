"""Facts about customers that tables of companies get wrong easily: whose ticket, which contract, whatever the order."""

from __future__ import annotations

import calendar
import datetime as dt

import numpy as np
import pytest
from customer_base import day, small_base

import outweigh as ow


def test_tickets_and_costs_of_our_own_accounts_are_no_support_of_customers():
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": [1, 2], "kind": ["customer", "internal"]},
        tickets={
            "ticket_id": [10, 11, 12],
            "account_id": [1, 2, 1],
            "opened": [day(-5), day(-4), day(-3)],
            "resolved": [day(-4), None, None],
            "showstopper": [False, True, True],
            "minutes": [10.0, 1000.0, 10.0],
        },
        costs={"account_id": [1, 2], "at": [day(-3)] * 2, "amount": [10.0, 500.0], "function": ["support"] * 2},
    )
    support = ow.support_summary(graph)
    assert support.figures["tickets"] == 2
    assert support.figures["open"] == 1
    assert support.figures["cost_per_minute"] == pytest.approx(0.5)
    assert support.showstoppers["ticket_id"].tolist() == [12]  # whole numbers, as they came
    assert support.showstoppers["account_id"].tolist() == [1]


@pytest.mark.parametrize(("tickets", "a_month"), [(30, 30.4), (4, 4.0)])
def test_tickets_a_month_are_those_of_the_time_they_were_logged(tickets, a_month):
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": ["a"]},
        tickets={
            "ticket_id": list(range(tickets)),
            "account_id": ["a"] * tickets,
            "opened": [day(-i) for i in range(tickets)],
        },
    )
    assert sum(ow.support_summary(graph).causes["per_month"]) == pytest.approx(a_month, rel=0.05)


def test_risks_do_not_depend_on_the_order_of_rows():
    graph = ow.simulate(seed=4, accounts=200).graph
    rng = np.random.default_rng(4)
    shuffled = {}
    for name in graph.tables:
        table = graph.table(name).to_dict()
        order = rng.permutation(len(next(iter(table.values()))))
        shuffled[name] = {column: [values[i] for i in order] for column, values in table.items()}
    first, second = ow.churn_risk(graph), ow.churn_risk(ow.CustomerGraph.from_tables(**shuffled))
    assert first.figures["penalty"] == second.figures["penalty"]
    risks = [{row["account_id"]: row["risk"] for row in each.to_table().rows()} for each in (first, second)]
    assert risks[0] == pytest.approx(risks[1], rel=1e-9)


def months_later(day_of: dt.date, months: int) -> dt.date:
    year, month = divmod(day_of.month - 1 + months, 12)
    year += day_of.year
    return dt.date(year, month + 1, min(day_of.day, calendar.monthrange(year, month + 1)[1]))


@pytest.mark.parametrize("yearly", [0, 20])
@pytest.mark.parametrize("model", [ow.BgNbd, ow.ModifiedBgNbd, ow.ParetoNbd])
def test_monthly_bills_counted_in_days_are_a_contract(model, yearly):
    frequency, recency, age = [], [], []
    for i in range(60 + yearly):
        begun = dt.date(2024, 1, 1) + dt.timedelta(days=7 * i % 300)
        bills = 1 + i % 2
        months = 12 if i >= 60 else 1
        frequency.append(bills)
        recency.append((months_later(begun, bills * months) - begun).days)
        age.append((dt.date(2026, 12, 1) - begun).days)
    fitted = model().fit(frequency, recency, age)
    assert fitted.status == "not_identified"
    assert "contract" in fitted.cause


def test_purchases_at_random_are_no_contract():
    rng = np.random.default_rng(6)
    rate = rng.gamma(2.0, 0.5, 400)
    bought = rng.poisson(rate * 20)
    last = np.where(bought > 0, 20 * rng.random(400) ** (1 / np.maximum(bought, 1)), 0.0)
    fitted = ow.BgNbd().fit(bought, last, np.full(400, 20.0))
    assert "contract" not in fitted.cause


def test_expected_purchases_end_whatever_the_age():
    for model in (ow.BgNbd, ow.ModifiedBgNbd):
        known = model.from_params(r=0.24, alpha=4.4, a=0.8, b=2.4)
        assert known.expected_purchases(1, 1, 1, 1e308) == pytest.approx(0.0, abs=1e-12)


def test_one_use_beside_the_target_makes_no_customer_on_target():
    users = [f"a{i}" for i in range(40)]
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": users},
        uses={"account_id": users, "use": ["target"] * 36 + ["adjacent"] * 4},
        surveys={"account_id": users, "at": [day(0)] * 40, "question": ["NPS"] * 40, "score": [9] * 40},
    )
    groups = {row["account_id"]: row for row in ow.categorise_customers(graph, nps_question="nps").to_table().rows()}
    assert groups["a0"]["group"] == 1
    assert groups["a39"]["on_target"] < 0.5
    assert groups["a39"]["group"] in (3, 4)
    assert "moods" not in groups["a0"]["reason"]


def test_a_lost_deal_without_a_date_is_not_open():
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": ["a"]},
        deals={
            "deal_id": ["1", "2", "3"],
            "account_id": ["a"] * 3,
            "opened": [day(-9)] * 3,
            "closed": [day(-1), None, None],
            "outcome": ["won", "lost", "open"],
        },
        events={"account_id": ["a"], "at": [day(0)], "activity": ["x"]},
    )
    (cycle,) = [row for row in ow.kpis(graph).to_table().rows() if row["kpi"] == "sales_cycle"]
    assert cycle["reason"].startswith("of deals won so far; 1 deal is open")
    assert (cycle["count"], cycle["open"]) == (1, 1)


def test_what_is_open_or_unknown_is_told_of_the_group_that_it_is_in():
    segments = ["x", "x", "y", "y", "y"]
    accounts = [f"a{i}" for i in range(5)]
    graph = ow.CustomerGraph.from_tables(
        accounts={
            "account_id": accounts,
            "kind": ["customer", "former", "customer", "customer", "customer"],
            "started": [day(-500)] * 4 + [None],
            "ended": [None, day(-20), None, None, None],
        },
        segments={"segment_id": segments, "account_id": accounts},
        deals={
            "deal_id": [1, 2, 3, 4],
            "account_id": ["a0", "a2", "a3", "a4"],
            "opened": [day(-9)] * 4,
            "closed": [day(-1), day(-2), None, None],
            "outcome": ["won", "won", "open", "open"],
        },
        as_of=day(0),
    )
    rows = {(row["kpi"], row["group"]): row for row in ow.kpis(graph, by="segment").to_table().rows()}
    assert (rows["sales_cycle", "x"]["open"], rows["sales_cycle", "x"]["reason"]) == (0, None)
    assert rows["sales_cycle", "y"]["open"] == 2
    assert "2 deals are open" in rows["sales_cycle", "y"]["reason"]
    assert rows["churn", "x"]["reason"] is None
    assert rows["churn", "y"]["reason"].startswith("1 account whose start")


def test_a_column_of_times_in_which_nothing_has_happened_is_no_missing_column():
    tickets = {"ticket_id": [1, 2], "account_id": ["a", "a"], "opened": [day(-9), day(-8)], "due": [day(-5), day(9)]}
    figures = {}
    for given in (True, False):
        resolved = {"resolved": [None, None]} if given else {}
        graph = ow.CustomerGraph.from_tables(
            accounts={"account_id": ["a"]}, tickets={**tickets, **resolved}, as_of=day(0)
        )
        found = ow.kpis(graph)
        figures[given] = {row["kpi"]: row for row in found.to_table().rows()}
        missing = {row["figure"] for row in found.missing.rows()}
        assert ({"sla_met", "time_to_repair"} <= missing) is not given
    assert figures[True]["sla_met"]["value"] == 0.0
    assert figures[True]["time_to_repair"]["value"] is None
    assert figures[True]["time_to_repair"]["open"] == 2


def test_an_exit_says_which_efforts_and_minutes_are_unknown():
    tables = small_base()
    tables["solutions"]["effort"] = [None, 2.0, 5.0, 2.0, 4.0]
    tables["tickets"] = {
        "ticket_id": [1, 2],
        "account_id": ["a0", "a0"],
        "opened": [day(5)] * 2,
        "minutes": [None, 7.0],
    }
    case = ow.exit_case(ow.CustomerGraph.from_tables(**tables), ["a0", "a1", "a9"])
    missing = {(row["table"], row["column"]): row["figure"] for row in case.missing.rows()}
    assert "1 ticket" in missing["tickets", "minutes"]
    assert "1 solution" in missing["solutions", "effort"]
