"""Wrong arguments of economics, journey and cases: a typed error that names them, never one of Python's or pybind11's."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

import outweigh as ow
from customer_base import day

WRONG = [3, 1.5, True, b"x", object(), np.array([1, 2]), [None], [1], {3: 0.5}, dt.date(2026, 1, 1)]


@pytest.fixture
def base(tables):
    tables["uses"] = {"account_id": ["a0", "a1"], "use": ["operations", "target"]}
    tables["events"] = {
        "account_id": ["a0", "a1"],
        "at": [day(3), day(4)],
        "activity": ["login", "export"],
    }
    return ow.CustomerGraph.from_tables(**tables)


@pytest.mark.parametrize("value", [*WRONG, None, "x", []])
def test_kpis_need_a_graph(value):
    with pytest.raises(ow.TypeMismatch, match="graph"):
        ow.kpis(value)


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize(
    "option", ["by", "period", "working_hours", "first_value", "nps_question", "promised", "adoption_days", "level"]
)
def test_an_option_of_kpis_is_named(base, option, value):
    if option in ("adoption_days", "level") and isinstance(value, int | float) and not isinstance(value, bool):
        value = "x"
    with pytest.raises(ow.TypeMismatch) as error:
        ow.kpis(base, **{option: value})
    assert error.value.place.column == option


def test_one_activity_is_not_its_letters(base):
    times = [ow.kpis(base, first_value=value).to_table().to_dict() for value in ("login", ["login"])]
    assert times[0] == times[1]
    row = list(times[0]["kpi"]).index("time_to_first_value")
    assert times[0]["count"][row] - times[0]["open"][row] == 1
    groups = [ow.categorise_customers(base, target_uses=value).to_table() for value in ("operations", ["operations"])]
    assert groups[0] == groups[1] and max(groups[0]["on_target"]) > 0.6
    log = {"account_id": ["a", "a"], "at": [day(1), day(2)], "activity": ["use", "complain"], "stage": ["use", "fix"]}
    gaps = [ow.journey(log, escalations=value, unhappy_below=0.0) for value in ("complain", ["complain"])]
    assert gaps[0].gaps == gaps[1].gaps


@pytest.mark.parametrize("value", [value for value in WRONG if not isinstance(value, dict)])
@pytest.mark.parametrize("option", ["columns", "stages", "timezone", "escalations", "expected_share", "touchpoints"])
def test_an_option_of_journeys_is_named(option, value):
    log = {"case_id": [1, 1], "at": [day(1), day(2)], "activity": ["a", "b"]}
    if option == "touchpoints" and value is True:
        return
    if option == "expected_share" and isinstance(value, int | float) and not isinstance(value, bool):
        value = "x"
    with pytest.raises(ow.TypeMismatch) as error:
        ow.journey(log, **{option: value})
    assert error.value.place.column == option


@pytest.mark.parametrize(
    ("option", "value"),
    [("level", 1.0), ("silent_quantile", float("nan")), ("expected_share", 2.0), ("unhappy_below", -3.0)],
)
def test_an_option_out_of_range_is_refused_before_the_matrix_is_asked_for(option, value):
    log = {"case_id": [1, 1], "at": [day(1), day(2)], "activity": ["a", "b"]}
    with pytest.raises(ow.InvalidInput) as error:
        ow.journey(log, **{option: value})
    assert error.value.place.column == option


def test_the_limit_of_variants_is_a_whole_number():
    journey = ow.journey({"case_id": [1, 1], "at": [day(1), day(2)], "activity": ["a", "b"]})
    for wrong in (None, 1.5, np.array([1, 2])):
        with pytest.raises(ow.TypeMismatch, match="limit"):
            journey.top_variants(wrong)


@pytest.mark.parametrize(
    ("arguments", "column"),
    [
        ({"start": 9}, "start"),
        ({"end": None}, "end"),
        ({"days": 3}, "days"),
        ({"days": [1]}, "days"),
        ({"holidays": 3}, "holidays"),
        ({"holidays": ["2026-01-01"]}, "holidays"),
        ({"holidays": [None]}, "holidays"),
        ({"timezone": None}, "timezone"),
    ],
)
def test_an_argument_of_working_hours_is_named(arguments, column):
    with pytest.raises(ow.TypeMismatch) as error:
        ow.WorkingHours(**arguments)
    assert error.value.place.column == column


def test_working_hours_lie_between_times():
    hours = ow.WorkingHours()
    for wrong in (None, 3, "2026-01-01", np.datetime64("2026-01-01")):
        with pytest.raises(ow.TypeMismatch, match="end"):
            hours.between(day(1), wrong)
    with pytest.raises(ow.InvalidInput, match="zone"):
        hours.between(dt.datetime(2026, 1, 1), day(1))
    for wrong in ("²:00", "09:", "9:0:0", "-1:00"):
        with pytest.raises(ow.InvalidInput, match="start"):
            ow.WorkingHours(wrong, "17:00")
    with pytest.raises(ow.InvalidInput, match="wen"):
        ow.WorkingHours(days="wen")


def test_arguments_of_cases_are_named(base):
    for wrong in (3, [1], {3: 0.5}):
        with pytest.raises(ow.TypeMismatch, match="avoidable"):
            ow.exit_case(base, "a0", avoidable=wrong)
    for wrong in ("x", None, True):
        with pytest.raises(ow.TypeMismatch, match="avoidable"):
            ow.exit_case(base, "a0", avoidable={"support": wrong})
    for wrong in (None, 1.5, True, [None], [1.5]):
        with pytest.raises(ow.TypeMismatch, match="account_id"):
            ow.exit_case(base, wrong)
    groups = ow.categorise_customers(base)
    for wrong in (np.array([1, 2]), "1", None, True, 1.5):
        with pytest.raises(ow.TypeMismatch, match="group"):
            groups.members(wrong)
    with pytest.raises(ow.TypeMismatch, match="target_uses"):
        ow.categorise_customers(base, target_uses=3)


def test_arguments_of_economics_are_named():
    uses = {"account_id": ["a"], "activity": ["order"], "number": [30]}
    tables = {
        "activities": {"activity": ["order"], "minutes": [40]},
        "functions": {"function": ["service"], "cost": [1600], "minutes": [2000]},
    }
    assert ow.cost_to_serve(uses, columns={"quantity": "number"}, **tables)["cost"].tolist() == [960.0]
    # Misspelt, each row would count as one use.
    with pytest.raises(ow.InvalidInput, match="quantiti"):
        ow.cost_to_serve(uses, columns={"quantiti": "number"}, **tables)
    profits = {"account_id": ["a", "b"], "profit": [1.0, -3.0]}
    with pytest.raises(ow.InvalidInput, match="profits"):
        ow.profit_curve(profits, columns={"profits": "profit"})
    for wrong in (3, ["profit"], {"profit": 3}):
        with pytest.raises(ow.TypeMismatch, match="columns"):
            ow.profit_curve(profits, columns=wrong)
    concentration = ow.concentration([1, 2])
    for wrong in (None, "x", np.array([0.1, 0.2])):
        with pytest.raises(ow.TypeMismatch, match="churn"):
            concentration.loss_standard_deviation(wrong)
    with pytest.raises(ow.InvalidInput, match="churn"):
        concentration.loss_standard_deviation(float("nan"))


def test_the_columns_of_a_graph_have_their_names(simulation):
    with pytest.raises(ow.InvalidInput, match="columns"):
        ow.profit_curve(simulation.graph, columns={"profit": "Profit"})


@pytest.mark.parametrize("model", [ow.BgNbd, ow.ModifiedBgNbd, ow.ParetoNbd, ow.BgBb])
def test_no_weights_are_not_weights_of_one(model):
    histories = {"frequency": [2, 1, 0], "recency": [3, 1, 0], "age": [4, 4, 4]}
    with pytest.raises(ow.InvalidInput, match="weights"):
        model().fit(**histories, weights=[])
    for wrong in (3, "x", ["a"], np.array([1, 2])):
        with pytest.raises(ow.TypeMismatch, match="covariates"):
            model().fit(**histories, covariates=wrong)


def test_no_weights_are_refused_by_the_other_models():
    with pytest.raises(ow.InvalidInput, match="weights"):
        ow.GammaGamma().fit([1, 2], [3.0, 4.0], weights=[])
    with pytest.raises(ow.InvalidInput, match="weights"):
        ow.ShiftedBetaGeometric().fit([1, 2], [1, 0], weights=[])
    with pytest.raises(ow.InvalidInput, match="weights"):
        ow.KaplanMeier().fit([1, 2], weights=[])


def test_arguments_of_effects_are_named():
    for name in ("low", "expected", "high", "source", "status"):
        given = {"low": 0.1, "expected": 0.2, "high": 0.3, "source": "a guess"} | {name: np.array([1, 2])}
        with pytest.raises(ow.OutweighError) as error:
            ow.Effect(**given)
        assert error.value.place.column == name
    for wrong in (None, 3, [3], ["x"], [None]):
        with pytest.raises(ow.TypeMismatch, match="effects"):
            ow.combine_effects(wrong)


def test_what_no_number_can_hold_is_refused():
    with pytest.raises(ow.InvalidInput, match="more than a number can hold"):
        ow.profit_curve({"account_id": ["a"], "revenue": [1e308], "cost": [-1e308]})
    with np.errstate(all="raise"):
        curve = ow.profit_curve({"account_id": ["a", "a"], "revenue": [1e308, 5.0], "cost": [1e308, 3.0]})
    assert curve.total == 2.0
    tables = {
        "activities": {"activity": ["order"], "minutes": [40.0]},
        "functions": {"function": ["service"], "cost": [1600.0], "minutes": [2000.0]},
    }
    uses = {"account_id": ["a", "b"], "activity": ["order"] * 2}
    with pytest.raises(ow.InvalidInput, match="quantity"):
        ow.cost_to_serve({**uses, "quantity": [1e308, 1e308]}, **tables)
    with pytest.raises(ow.InvalidInput, match="more than a number can hold"):
        ow.cost_to_serve(uses, direct_costs={"account_id": ["a", "a"], "amount": [1e308, 1e308]}, **tables)
    spend = ow.GammaGamma.from_params(p=6.25, q=3.74, gamma=15.44)
    with pytest.raises(ow.InvalidInput, match="spend.*row 1"):
        spend.expected_spend([1, 3], [2.0, 1e308])
    purchases = ow.ParetoNbd.from_params(r=0.553, alpha=10.578, s=0.606, beta=11.669)
    customers = {"frequency": [2, 0], "recency": [3.0, 0], "age": [5.0, 5.0]}
    with pytest.raises(ow.InvalidInput, match="more than a number can hold"):
        ow.lifetime_value(purchases, customers, spend=1e308, discount=0.01)
