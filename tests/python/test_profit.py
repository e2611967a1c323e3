"""Who makes the profit, and what serving each customer costs."""

from __future__ import annotations

import copy
import csv
import json
import math
import pickle

import numpy as np
import pytest

import outweigh as ow

from customer_base import day


def case(shared, name):
    folder = shared / "cases" / "economics" / name
    with (folder / "input.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return rows, json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def test_the_whale_curve_of_superstore(shared):
    rows, expected = case(shared, "superstore_whale")
    table = {
        "Customer ID": [row["Customer ID"] for row in rows],
        "Segment": [row["Segment"] for row in rows],
        "Profit": [float(row["Profit"]) for row in rows],
        "Sales": [float(row["Sales"]) for row in rows],
    }
    curve = ow.profit_curve(table, columns={"account_id": "Customer ID", "profit": "Profit"}, by="Segment")
    assert len(curve) == expected["customers"]
    assert curve.total == pytest.approx(expected["total_profit"], rel=1e-9)
    assert curve.peak_customers == expected["whale_peak_customers"]
    assert curve.peak == pytest.approx(expected["whale_peak_profit"], rel=1e-9)
    assert curve.peak_share == pytest.approx(expected["whale_peak_ratio"], rel=1e-9)
    assert curve.top(0.1) == pytest.approx(expected["top10_ceil"], rel=1e-9)
    assert curve.top(0.2) == pytest.approx(expected["top20_ceil"], rel=1e-9)
    assert curve.bottom(0.1) == pytest.approx(expected["bottom10_ceil"], rel=1e-9)
    assert curve.bottom(0.2) == pytest.approx(expected["bottom20_ceil"], rel=1e-9)
    assert curve.losing == expected["loss_making"] == len(curve.losers)
    assert math.fsum(curve.segments["profit"]) == pytest.approx(curve.total, rel=1e-12)
    assert sum(curve.segments["accounts"]) == 793
    sales = ow.profit_curve(table, columns={"account_id": "Customer ID", "profit": "Sales"})
    assert sales.gini() == pytest.approx(expected["sales_gini"], rel=1e-9)
    assert ow.concentration(sales["profit"]).herfindahl == pytest.approx(expected["sales_hhi"], rel=1e-9)
    with pytest.raises(ow.InvalidInput):
        curve.gini()
    assert 0 < curve.gini(losses="normalise") < 1
    backwards = {name: values[::-1] for name, values in table.items()}
    again = ow.profit_curve(backwards, columns={"account_id": "Customer ID", "profit": "Profit"})
    assert again.peak == curve.peak


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow", "dict"])
def test_results_come_back_in_the_kind_of_table_that_went_in(kind):
    table = ow.Table({"account_id": ["a", "b", "a"], "revenue": [10.0, 5.0, 1.0], "cost": [3.0, 6.0, 1.0]})
    if kind != "dict":
        pytest.importorskip({"arrow": "pyarrow"}.get(kind, kind))
    frame = table.to_frame(kind)
    curve = ow.profit_curve(frame)
    assert type(curve.to_frame()) is type(frame)
    assert curve["profit"].tolist() == [7.0, -1.0]
    assert curve["revenue"].tolist() == [11.0, 5.0]
    assert pickle.loads(pickle.dumps(curve)) == curve
    assert "peaks at 116.7%" in repr(curve)


def test_profits_alone_and_profits_that_are_none():
    curve = ow.profit_curve(np.array([3.0, -1.0, 0.0]))
    assert curve["account_id"].tolist() == [0, 2, 1]
    losses = ow.profit_curve([-1.0, -2.0])
    assert (losses.peak, losses.peak_customers, losses.peak_share, losses.top(0.5)) == (0.0, 0, None, None)
    assert "no profit" in repr(losses)
    assert set(losses["share"]) == {None}
    one = ow.profit_curve([5.0])
    assert (one.peak_share, one.top(), one.bottom()) == (1.0, 1.0, 1.0)


def test_amounts_that_are_not_known_are_named():
    with pytest.raises(ow.InvalidInput, match=r"profit.*row 1"):
        ow.profit_curve({"account_id": ["a", "b"], "profit": [1.0, None]})
    with pytest.raises(ow.InvalidInput, match=r"row 0.*inf"):
        ow.profit_curve({"account_id": ["a"], "profit": [float("inf")]})
    with pytest.raises(ow.InvalidInput, match=r"account_id.*row 1"):
        ow.profit_curve({"account_id": ["a", None], "profit": [1.0, 2.0]})
    with pytest.raises(ow.TypeMismatch, match="profit"):
        ow.profit_curve({"account_id": ["a"], "profit": ["much"]})
    with pytest.raises(ow.MissingInput, match="cost"):
        ow.profit_curve({"account_id": ["a"], "revenue": [1.0]})
    with pytest.raises(ow.MissingInput, match="Profit"):
        ow.profit_curve({"account_id": ["a"]}, columns={"profit": "Profit"})
    with pytest.raises(ow.InvalidInput, match="no customer"):
        ow.profit_curve([])
    with pytest.raises(ow.InvalidInput, match="share"):
        ow.profit_curve([1.0]).top(1.5)
    with pytest.raises(ow.InvalidInput, match="row 1"):
        ow.lorenz([1.0, -1.0])
    assert ow.gini([0.0, 0.0]) is None and ow.concentration([0.0]) is None


def test_inequality_by_its_definition():
    random = np.random.default_rng(2)
    for _ in range(20):
        values = random.gamma(0.5, 10.0, int(random.integers(1, 30)))
        pairs = np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean())
        assert ow.gini(values) == pytest.approx(pairs, rel=1e-10, abs=1e-12)
        curve = ow.lorenz(values)
        area = ((curve[1:] + curve[:-1]) / 2).mean()
        assert ow.gini(values) == pytest.approx(1 - 2 * area, rel=1e-9, abs=1e-12)


def test_profit_of_a_graph_needs_revenue_and_costs(tables):
    tables = copy.deepcopy(tables)
    with pytest.raises(ow.MissingInput, match="revenue"):
        ow.profit_curve(ow.CustomerGraph.from_tables(**tables))
    tables["revenue"] = {
        "account_id": ["a0", "a1", "a9"],
        "at": [day(1), day(30), day(2)],
        "amount": [100.0, 40.0, 7.0],
    }
    with pytest.raises(ow.MissingInput, match="costs"):
        ow.profit_curve(ow.CustomerGraph.from_tables(**tables))
    tables["costs"] = {"account_id": ["a0", "a2"], "at": [day(1), day(3)], "amount": [150.0, 20.0]}
    graph = ow.CustomerGraph.from_tables(**tables)
    curve = ow.profit_curve(graph, by="segment")
    # a9 is a prospect; six customers have neither revenue nor costs.
    assert dict(zip(curve["account_id"], curve["profit"].tolist(), strict=True)) == {
        "a1": 40.0,
        "a2": -20.0,
        "a0": -50.0,
    }
    assert any("6 accounts" in text for text in curve.assumptions)
    assert dict(zip(curve.segments["segment"], curve.segments["profit"].tolist(), strict=True)) == {
        "large": -10.0,
        "small": -20.0,
    }
    assert set(ow.profit_curve(graph, by="region").segments["segment"]) == {"north", "south"}
    late = ow.profit_curve(graph, days=25)
    assert late["account_id"] == ["a1"]


def test_time_driven_costs_of_kaplan_and_anderson(shared):
    rows, expected = case(shared, "tdabc_kaplan_anderson")
    costs = ow.cost_to_serve(
        {
            "account_id": ["all"] * len(rows),
            "activity": [row["activity"] for row in rows],
            "quantity": [float(row["qty"]) for row in rows],
        },
        activities={"activity": [row["activity"] for row in rows], "minutes": [float(row["unit_min"]) for row in rows]},
        functions={
            "function": ["service"],
            "cost": [expected["cost"]],
            "minutes": [expected["practical_capacity_min"]],
        },
    )
    for row in costs.activities.rows():
        answer = expected["activities"][row["activity"]]
        assert (row["rate"], row["cost"], row["minutes"]) == (answer["rate"], answer["cost"], answer["minutes"])
    assert costs.total == expected["used_cost"]
    assert costs.unused_cost == expected["unused_cost"]
    assert costs.functions["unused_minutes"].tolist() == [expected["unused_min"]]


def test_direct_costs_and_several_functions():
    uses = {"account_id": ["a", "b", "a"], "activity": ["order", "visit", "visit"]}
    activities = {"activity": ["order", "visit"], "function": ["service", "sales"], "minutes": [10.0, 60.0]}
    functions = {"function": ["service", "sales"], "cost": [100.0, 1200.0], "minutes": [100.0, 600.0]}
    direct = {"account_id": ["c", "a"], "amount": [7.0, 3.0], "function": ["legal", "sales"]}
    costs = ow.cost_to_serve(uses, activities, functions, direct_costs=direct)
    assert dict(zip(costs["account_id"], costs["cost"].tolist(), strict=True)) == {"a": 133.0, "b": 120.0, "c": 7.0}
    by_function = {
        (row["account_id"], row["function"]): (row["activities"], row["direct"]) for row in costs.by_function.rows()
    }
    assert by_function["a", "sales"] == (120.0, 3.0)
    assert by_function["c", "legal"] == (0.0, 7.0)
    assert pickle.loads(pickle.dumps(costs)) == costs
    functions["minutes"] = [100.0, 60.0]
    over = ow.cost_to_serve(uses, activities, functions)
    assert over.functions["unused_minutes"].tolist() == [90.0, -60.0]
    for table, column, value, error in (
        (uses, "activity", ["order", "visit", "lunch"], "uses.*activity.*row 2.*lunch"),
        (functions, "minutes", [100.0, 0.0], "functions.*minutes.*row 1"),
        (activities, "function", ["service", "kitchen"], "activities.*function.*row 1"),
        (activities, "minutes", [10.0, -1.0], "activities.*minutes.*row 1"),
    ):
        kept = table[column]
        table[column] = value
        with pytest.raises(ow.InvalidInput, match=error):
            ow.cost_to_serve(uses, activities, functions)
        table[column] = kept
    with pytest.raises(ow.MissingInput, match="activities"):
        ow.cost_to_serve(uses)
    with pytest.raises(ow.MissingInput, match="functions"):
        ow.cost_to_serve(uses, activities)


def test_what_was_built_for_few_is_borne_by_them(tables):
    tables = copy.deepcopy(tables)
    tables["solutions"]["status"] = ["shipped", "shipped", "in_progress", "candidate", "shipped"]
    tables["costs"] = {"account_id": ["a0"], "at": [day(1)], "amount": [150.0], "function": ["support"]}
    tables["commitments"] = {"account_id": ["a5"], "solution_id": ["s_search"], "due": [day(90)]}
    graph = ow.CustomerGraph.from_tables(**tables)
    costs = ow.cost_to_serve(graph, cost_per_effort=12.0, few=3)
    built = {row["solution_id"]: row for row in costs.investments.rows()}
    # Export was asked for by four accounts; the log is not built.
    assert set(built) == {"s_sso", "s_search", "s_platform"}
    assert built["s_search"]["account_ids"] == "a2, a3, a5"
    assert built["s_search"]["cost"] == 60.0
    rows = {row["account_id"]: row for row in costs.to_table().rows()}
    assert rows["a5"]["hidden"] == 20.0
    # Asked for by a0 and by a prospect, who is not of the base.
    assert rows["a0"] == {"account_id": "a0", "direct": 150.0, "hidden": (36.0 + 48.0) / 2, "cost": 192.0}
    assert ow.cost_to_serve(graph, cost_per_effort=12.0, few=1).investments.num_rows == 0
    without = ow.cost_to_serve(graph)
    assert "hidden" not in without.columns
    assert ("cost of hidden investment", "solutions") in {
        (row["figure"], row["table"]) for row in without.missing.rows()
    }
    del tables["costs"]
    with pytest.raises(ow.MissingInput, match="no cost"):
        ow.cost_to_serve(ow.CustomerGraph.from_tables(**tables))
    with pytest.raises(ow.InvalidInput, match="few"):
        ow.cost_to_serve(graph, few=0)


def test_the_whale_curve_is_drawn():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    axes = ow.profit_curve([5.0, 4.0, -3.0]).plot()
    assert axes.lines[0].get_ydata().tolist() == [0.0, 5.0, 9.0, 6.0]


def test_what_our_own_people_asked_for_is_not_built_for_few(tables):
    tables["solutions"]["status"] = ["shipped"] * 5
    before = ow.cost_to_serve(ow.CustomerGraph.from_tables(**tables), cost_per_effort=12.0)
    tables["accounts"]["kind"] = ["customer"] * 8 + ["internal", "prospect"]
    tables["customers"] = {"customer_id": ["p1", "p2"], "account_id": ["a4", "a4"], "party": ["internal", "customer"]}
    requests = tables["requests"]
    plain = ow.cost_to_serve(ow.CustomerGraph.from_tables(**tables), cost_per_effort=12.0)
    asked = [("a8", 10, None), ("a4", 10, "p1"), ("a4", 900, "p2")]
    rows = len(requests["request_id"])
    requests["customer_id"] = [None] * rows
    for number, (account, when, person) in enumerate(asked):
        new = {"request_id": f"x{number}", "account_id": account, "source_id": "support", "at": day(when)}
        new |= {"need_id": "audit_log", "customer_id": person, "interaction_id": None, "quote": None}
        for name, values in requests.items():
            values.append(new[name])
    graph = ow.CustomerGraph.from_tables(**tables, as_of=day(60))
    after = ow.cost_to_serve(graph, cost_per_effort=12.0)
    built = {row["solution_id"]: row["account_ids"] for row in after.investments.rows()}
    assert built["s_log"] == "a2"
    assert after.investments.to_dict() == plain.investments.to_dict() == before.investments.to_dict()


def test_each_segment_has_the_profit_of_its_own_rows():
    rows = {"account_id": ["a", "a", "b", "a"], "kind": ["food", "toys", "toys", "food"], "profit": [5, -3, 4, 1]}
    curve = ow.profit_curve(rows, by="kind")
    assert curve.segments["segment"] == ["food", "toys"]
    assert curve.segments["profit"].tolist() == [6, 1]
    assert curve.segments["accounts"].tolist() == [1, 2]
    assert curve.segments["losing"].tolist() == [0, 1]
    assert curve.segments["share"].tolist() == [6 / 7, 1 / 7]
    assert curve["segment"] == ["toys", "food, toys"]
    del rows["profit"]
    rows |= {"revenue": [9, 1, 4, 1], "cost": [4, 4, 0, 0]}
    assert ow.profit_curve(rows, by="kind").segments["profit"].tolist() == [6, 1]


def test_accounts_in_several_segments_are_told(tables):
    tables["segments"] = {"segment_id": ["one", "two", "two"], "account_id": ["a0", "a0", "a1"]}
    tables["revenue"] = {"account_id": ["a0", "a1"], "at": [day(1)] * 2, "amount": [100.0, 40.0]}
    tables["costs"] = {"account_id": ["a0"], "at": [day(1)], "amount": [50.0]}
    curve = ow.profit_curve(ow.CustomerGraph.from_tables(**tables), by="segment")
    assert curve.segments["profit"].tolist() == [50, 90]
    assert any("1 account in several segments" in text for text in curve.assumptions)


def test_rows_without_a_segment_are_one_group():
    nan = float("nan")
    for unknown in ([nan, nan], [None, nan], [None, None]):
        table = {"account_id": ["a", "b", "c"], "profit": [1, 2, 3], "size": [1.5, *unknown]}
        curve = ow.profit_curve(table, by="size")
        assert curve.segments["segment"] == [1.5, None]
        assert curve.segments["accounts"].tolist() == [1, 2]
        assert curve["segment"] == ["", "", "1.5"]


def test_an_id_is_finite():
    with pytest.raises(ow.InvalidInput, match="account_id.*row 1"):
        ow.profit_curve({"account_id": [1.0, float("inf")], "profit": [1, 2]})


def test_costs_that_are_unknown_are_said(tables):
    tables = copy.deepcopy(tables)
    tables["solutions"]["status"] = ["shipped", "shipped", "in_progress", "candidate", "shipped"]
    tables["solutions"]["effort"] = [None, *tables["solutions"]["effort"][1:]]
    tables["tickets"] = {
        "ticket_id": [1, 2],
        "account_id": ["a0", "a1"],
        "opened": [day(10), day(12)],
        "minutes": [30.0, None],
    }
    costs = ow.cost_to_serve(
        ow.CustomerGraph.from_tables(**tables),
        {"activity": ["ticket minutes"], "minutes": [1]},
        {"function": ["support"], "cost": [100], "minutes": [100]},
        cost_per_effort=1.0,
    )
    said = " ".join(costs.assumptions)
    assert "1 ticket of unknown minutes: what they cost is not in it." in said
    assert "1 solution of unknown effort built for few: what that cost is not in it." in said


def test_one_customer_is_said_in_the_singular(tables):
    base = ow.CustomerGraph.from_tables(**tables).base
    money = {"account_id": list(base[1:]), "at": [day(1)] * (len(base) - 1), "amount": [1.0] * (len(base) - 1)}
    kinds = {"kind": ["recurring"] * (len(base) - 1)}
    graph = ow.CustomerGraph.from_tables(**{**tables, "revenue": money | kinds, "costs": money})
    assert "1 account of the base with neither is left out." in ow.profit_curve(graph).assumptions
    one = {"account_id": ["a"], "activity": ["order"]}
    activities, functions = (
        {"activity": ["order"], "minutes": [1]},
        {"function": ["x"], "cost": [10], "minutes": [10]},
    )
    assert "serving 1 customer costs 1;" in repr(ow.cost_to_serve(one, activities, functions))
    assert "1 customer makes 5; the curve peaks" in repr(ow.profit_curve([5.0]))
    assert "1 customer makes no profit: -5" in repr(ow.profit_curve([-5.0]))
    assert "and 1 loses 2" in repr(ow.profit_curve([5.0, -2.0]))
    assert "2 customers make 8;" in repr(ow.profit_curve([5.0, 3.0]))
    model = ow.BgNbd.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426)
    history = {"frequency": [2], "recency": [30.4], "age": [38.9]}
    assert "1 customer, worth" in repr(ow.lifetime_value(model, history, discount=0.1, spend=10.0))
    fits = ow.fit_by_segment(ow.BgNbd(), [2, 1, 0], [30.4, 1.7, 0], [38.9] * 3, ["a"] * 3)
    assert "1 segment, pooled" in repr(fits)


def test_nothing_infinite_comes_out():
    with pytest.raises(ow.InvalidInput, match="activities.*minutes.*row 0"):
        ow.cost_to_serve(
            {"account_id": ["a"], "activity": ["y"]},
            {"activity": ["x", "y"], "minutes": [1, 1], "function": ["u", "v"]},
            {"function": ["u", "v"], "cost": [1e300, 1], "minutes": [1e-300, 1]},
        )
    with pytest.raises(ow.InvalidInput, match="size.*row 1"):
        ow.profit_curve({"account_id": ["a", "b"], "profit": [1, 2], "size": [1, float("inf")]}, by="size")


@pytest.mark.parametrize(
    ("profit", "said"),
    [
        ([5.0], "1 customer makes 5; the curve peaks at 100.0% with 1 of them, and none makes a loss"),
        ([5.0, -1.0], "2 customers make 4; the curve peaks at 125.0% with 1 of them, and 1 loses 1"),
        ([-5.0], "1 customer makes no profit: -5"),
    ],
)
def test_a_curve_in_a_sentence(profit, said):
    curve = ow.profit_curve({"account_id": list(range(len(profit))), "profit": profit})
    assert repr(curve).split("\n")[0] == f"outweigh.ProfitCurve: {said}"


def test_what_one_function_works_too_much_makes_up_for_no_other():
    costs = ow.cost_to_serve(
        {"account_id": ["a", "b"], "activity": ["order", "visit"], "quantity": [60, 1]},
        activities={"activity": ["order", "visit"], "minutes": [40, 100], "function": ["service", "sales"]},
        functions={"function": ["service", "sales"], "cost": [1600, 1000], "minutes": [2000, 1000]},
    )
    assert costs.functions["unused_cost"].tolist() == [-320.0, 900.0]
    assert costs.unused_cost == 900.0
    assert costs.assumptions == [
        "service worked 400 minutes more than its capacity: its customers bear more than it costs."
    ]


def test_an_effort_that_costs_more_than_a_number_can_hold_is_refused(tables):
    tables = copy.deepcopy(tables)
    tables["solutions"]["status"] = ["shipped"] * 5
    graph = ow.CustomerGraph.from_tables(**tables)
    with pytest.raises(ow.InvalidInput, match="more than a number can hold.*solutions.*effort"):
        ow.cost_to_serve(graph, cost_per_effort=1e308)
