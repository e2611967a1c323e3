"""The four groups, exits and deals."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import outweigh as ow

from customer_base import day


@pytest.fixture
def base(tables):
    tables = copy.deepcopy(tables)
    tables["uses"] = {
        "account_id": [f"a{i}" for i in range(9)],
        "use": ["target"] * 5 + ["adjacent"] * 4,
    }
    tables["revenue"] = {"account_id": ["a0", "a1"], "at": [day(1), day(2)], "amount": [100.0, 40.0]}
    tables["costs"] = {
        "account_id": ["a0", "a0", "a1"],
        "at": [day(1), day(3), day(4)],
        "amount": [150.0, 20.0, 10.0],
        "function": ["support", "engineering", "support"],
    }
    tables["deals"] = {
        "deal_id": ["d1"],
        "account_id": ["a0"],
        "opened": [day(5)],
        "need_id": ["sso"],
        "custom_work_price": [100.0],
        "custom_work_cost": [50.0],
    }
    return ow.CustomerGraph.from_tables(**tables)


def test_the_four_groups_are_probabilities_with_reason_and_action(base):
    groups = ow.categorise_customers(base)
    rows = list(groups.to_table().rows())
    assert {row["account_id"] for row in rows} == set(base.base)
    for row in rows:
        assert sum(row[f"p_{i}"] for i in range(1, 5)) == pytest.approx(1)
        assert row["group"] == 1 + int(np.argmax([row[f"p_{i}"] for i in range(1, 5)]))
        assert row["reason"] and row["action"]
    by_account = {row["account_id"]: row for row in rows}
    assert by_account["a1"]["on_target"] > by_account["a7"]["on_target"]
    assert groups.groups["group"].tolist() == [1, 2, 3, 4]
    assert pickle.loads(pickle.dumps(groups)) == groups
    again = ow.categorise_customers(ow.demand(base))
    assert again.to_dict()["group"] == groups.to_dict()["group"]
    with pytest.raises(ow.TypeMismatch):
        ow.categorise_customers("the best ones")


def test_what_tells_target_from_adjacent_is_asked_for(tables):
    with pytest.raises(ow.MissingInput, match="uses"):
        ow.categorise_customers(ow.CustomerGraph.from_tables(**tables))


def test_an_exit_is_weighed_by_function(base):
    case = ow.exit_case(base, account_id="a0", avoidable={"support": 0.5}, refund=30.0)
    assert case.figures["revenue"] == 100
    assert case.figures["costs"] == 170
    functions = {row["function"]: row for row in case.functions.rows()}
    assert functions["support"]["avoidable_lower"] == functions["support"]["avoidable_upper"] == 75
    assert (functions["engineering"]["avoidable_lower"], functions["engineering"]["avoidable_upper"]) == (0, 20)
    ways = {row["way"]: row for row in case.ways.rows()}
    assert ways["withdraw"]["net_lower"] == pytest.approx(75 - 100)
    assert ways["refund"]["net_lower"] == pytest.approx(75 - 100 - 30)
    assert ways["export"]["net_lower"] is None
    several = ow.exit_case(base, account_id=["a0", "a1"])
    assert several.figures["revenue"] == 140
    for wrong in ("nobody", []):
        with pytest.raises(ow.InvalidInput):
            ow.exit_case(base, account_id=wrong)
    with pytest.raises(ow.InvalidInput, match="avoidable"):
        ow.exit_case(base, account_id="a0", avoidable={"support": 1.5})


def test_an_exit_compares_the_company_with_and_without(base):
    case = ow.exit_case(base, account_id="a0", avoidable={"support": 0.5})
    compared = {row["figure"]: row for row in case.compared.rows()}
    assert (compared["revenue"]["with_them"], compared["revenue"]["without_lower"]) == (140, 40)
    assert compared["costs"]["with_them"] == 180
    assert (compared["costs"]["without_lower"], compared["costs"]["without_upper"]) == (180 - 95, 180 - 75)
    assert (compared["profit"]["without_lower"], compared["profit"]["without_upper"]) == (40 - 105, 40 - 85)
    assert compared["customers"]["with_them"] - compared["customers"]["without_lower"] == 1
    assert {"support", "engineering", "finance", "marketing", "sales"} <= set(case.functions["function"])
    risks = {row["risk"]: row for row in case.risks.rows()}
    assert risks["revenue is lost"]["amount_lower"] == 100
    assert (risks["costs stay"]["amount_lower"], risks["costs stay"]["amount_upper"]) == (75, 95)
    assert risks["open deals end"]["count"] == 1
    assert any(row["figure"] == "risk that they leave anyway" for row in case.missing.rows())
    ways = {row["way"]: row for row in ow.exit_case(base, "a0", revenue_by_referrals=9.0).ways.rows()}
    assert ways["withdraw"]["revenue_lost"] == 109


@pytest.mark.parametrize(("others", "freed"), [([], 3), ([("us", None)], 3), ([("b", "guest")], 3), ([("b", None)], 0)])
def test_what_our_own_people_ask_for_is_no_others_demand(others, freed):
    asked = [("a", None), *others]
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": ["a", "b", "us"], "kind": ["customer", "customer", "internal"]},
        customers={"customer_id": ["guest"], "account_id": ["b"], "party": ["internal"]},
        sources={"source_id": ["ceo"], "kind": ["executive"]},
        needs={"need_id": ["n"], "title": ["N"]},
        solutions={"solution_id": ["s"], "title": ["S"], "effort": [3.0], "status": ["candidate"]},
        covers={"solution_id": ["s"], "need_id": ["n"]},
        requests={
            "request_id": [str(i) for i in range(len(asked))],
            "account_id": [account for account, _ in asked],
            "customer_id": [person for _, person in asked],
            "source_id": ["ceo"] * len(asked),
            "at": [day(0)] * len(asked),
            "need_id": ["n"] * len(asked),
        },
        tickets={"ticket_id": ["1", "2"], "account_id": ["a", "us"], "opened": [day(1)] * 2, "minutes": [5.0, 7.0]},
        revenue={"account_id": ["a", "b", "us"], "at": [day(0)] * 3, "amount": [30.0, 20.0, 50.0]},
        as_of=day(2),
    )
    case = ow.exit_case(graph, "a")
    assert case.figures["effort_freed"] == freed
    assert case.figures["share_of_tickets"] == 1
    compared = {row["figure"]: row for row in case.compared.rows()}
    assert compared["largest customer's share of revenue"]["with_them"] == 0.3


def test_a_whole_group_can_go(base, simulation):
    groups = ow.categorise_customers(base)
    misfits = groups.members(4)
    assert sum(len(groups.members(group)) for group in (1, 2, 3, 4)) == len(base.base)
    if misfits:
        assert len(ow.exit_case(base, misfits).accounts) == len(misfits)
    assert len(ow.exit_case(base, np.array(["a0", "a1"])).accounts) == 2
    with pytest.raises(ow.InvalidInput):
        groups.members(5)
    # Where departures can be learned from, the risk of leaving anyway is among the risks.
    graph = simulation.graph
    risks = ow.exit_case(graph, graph.base[:20]).risks
    try:
        ow.churn_risk(graph)
    except ow.NotIdentified:
        return
    assert "they leave anyway" in risks["risk"]


def test_one_off_work_is_priced_against_five_times_its_cost(base):
    deal = ow.deal_case(base, deal_id="d1", contribution=20.0)
    assert deal.figures["price"] == 100
    assert deal.figures["floor"] == 250
    customers = {row["goal"]: row for row in deal.customers.rows()}
    assert customers["cost"]["needed"] == 0
    assert customers["floor"]["needed"] == 8
    assert 0 <= customers["floor"]["probability"] <= 1
    dearer = ow.deal_case(base, deal_id="d1", price=300.0)
    assert dearer.figures["ratio"] == 6
    with pytest.raises(ow.InvalidInput, match="d9"):
        ow.deal_case(base, deal_id="d9")
    with pytest.raises(ow.MissingInput):
        ow.deal_case(base, account_id="a0", need_id="sso")


def test_a_deal_beyond_all_numbers_is_refused(base):
    demand = ow.demand(base, method="raw")
    for price, cost, markup in ((1.0, 1e308, 10.0), (1e308, 1e-300, 5.0)):
        with pytest.raises(ow.InvalidInput, match="finite"):
            ow.deal_case(demand, price=price, cost=cost, markup=markup)
