"""Weighting takes tables of any kind, and says what is wrong with what it was given."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import outweigh as ow

SAMPLE: dict[str, list[Any]] = {
    "size": ["s", "s", "l", "l"],
    "region": ["n", "w", "n", "w"],
    "score": [1.0, 3.0, 7.0, 9.0],
}
KNOWN = {"size": {"s": 90, "l": 10}}
KINDS = ("dict", "pandas", "polars", "lazy", "arrow", "duckdb")


def table(kind: str, columns: dict[str, list[Any]]) -> Any:
    if kind == "dict":
        return columns
    if kind == "lazy":
        return pytest.importorskip("polars").DataFrame(columns).lazy()
    if kind == "pandas":
        return pytest.importorskip("pandas").DataFrame(columns)
    return ow.Table(columns).to_frame(kind)


@pytest.fixture
def weights() -> ow.SurveyWeights:
    return ow.rake(SAMPLE, KNOWN)


@pytest.mark.parametrize("kind", KINDS)
def test_tables_of_any_kind_are_weighted_and_come_back_in_it(kind):
    sample = table(kind, SAMPLE)
    weights = ow.rake(sample, KNOWN)
    assert weights.values.tolist() == [45.0, 45.0, 5.0, 5.0]
    means = ow.estimate_mean(weights, "score", by="size")
    shares = ow.estimate_proportions(weights, "region")
    check = ow.does_weighting_help(weights, ["score"])
    calls = table(kind, {"period": ["1", "2"], "group": ["s", "l"], "asked": [1, 0]})
    rates = ow.rates_by_exposure(calls, "asked", {"s": 9, "l": 1})
    expected = type(sample if kind != "lazy" else sample.collect())
    for found in (weights, means, shares, check, check.held_out, rates):
        assert type(found.to_frame()) is expected
        assert isinstance(found.to_frame("dict"), dict)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("levels", "names"),
    [
        ([3, 10**12], ["3", "1000000000000"]),
        ([3, 10], ["3", "10"]),
        ([Decimal("1.1"), Decimal(2)], ["1.1", "2"]),
        ([date(2026, 1, 2), date(2026, 1, 10)], ["2026-01-02", "2026-01-10"]),
        ([False, True], ["False", "True"]),
    ],
)
def test_levels_have_one_name_and_order_in_every_kind_of_table(kind, levels, names):
    if kind != "dict" and isinstance(levels[0], Decimal):
        pa = pytest.importorskip("pyarrow")
        sample = ow.Table(pa.table({"x": levels[::-1] * 2})).to_frame(kind if kind != "lazy" else "polars")
    else:
        sample = table(kind, {"x": levels[::-1] * 2})
    weights = ow.rake(sample, {"x": dict(zip(levels, (10, 20), strict=True))})
    assert weights.values.tolist() == [10.0, 5.0, 10.0, 5.0]
    assert ow.estimate_mean(weights, [1.0, 2.0, 3.0, 4.0], by="x").levels == names


@pytest.mark.parametrize("level", ["a", None, [0.9], True, np.datetime64("2026-01-01"), 0.9j, float])
def test_the_level_of_an_interval_is_a_number(weights, level):
    with pytest.raises(ow.TypeMismatch) as error:
        ow.estimate_mean(weights, "score").interval(level)
    assert error.value.place.column == "level"


def test_the_level_of_an_interval_is_shown_as_given(weights):
    with pytest.raises(ow.InvalidInput) as error:
        ow.estimate_mean(weights, "score").interval(-1e-9)
    assert error.value.place == ow.Place(column="level", value="-1e-09")
    assert ow.estimate_mean(weights, "score").interval(np.float32(0.5)) is not None


def test_estimates_and_verdicts_that_are_not_there_are_named(weights):
    means = ow.estimate_mean(weights, "score", by="size")
    assert means[0] == means["l"]
    with pytest.raises(ow.MissingInput, match="there are l, s") as error:
        means["m"]
    assert error.value.place.value == "m"
    with pytest.raises(ow.TypeMismatch):
        means[1.5]
    check = ow.does_weighting_help(weights, ["score"])
    with pytest.raises(ow.MissingInput, match="there are score"):
        check["scores"]
    with pytest.raises(ow.TypeMismatch):
        check[["score"]]
    with pytest.raises(ow.TypeMismatch) as error:
        means.to_table()[0]
    assert error.value.place.column == "column"


@pytest.mark.parametrize("call", [ow.trim, ow.replicate_weights, lambda w: ow.does_weighting_help(w, ["score"])])
def test_replicates_are_no_weights(weights, call):
    with pytest.raises(ow.TypeMismatch, match="not their replicates") as error:
        call(weights.replicates(method="jackknife"))
    assert error.value.place.column == "weights"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("replicates", int),
        ("replicates", np.array(3.7)),
        ("replicates", 3.0),
        ("seed", float),
        ("method", 3),
    ],
)
def test_an_option_of_replicates_is_named(weights, name, value):
    with pytest.raises(ow.TypeMismatch) as error:
        ow.replicate_weights(weights, **{name: value})
    assert error.value.place.column == name


@pytest.mark.parametrize("value", [float, np.datetime64("2026-01-01"), np.bool_(True), "0.5"])
def test_what_is_no_number_is_no_probability(weights, value):
    with pytest.raises(ow.TypeMismatch) as error:
        ow.estimate_quantile(weights, "score", probability=value)
    assert error.value.place.column == "probability"


def test_weights_are_made_by_functions():
    with pytest.raises(ow.TypeMismatch, match="rake, calibrate"):
        ow.SurveyWeights([1.0, 2.0])


def test_empty_columns_do_not_pass_for_none():
    with pytest.raises(ow.InvalidInput) as error:
        ow.propensity_weights(SAMPLE, SAMPLE, ["size"], reference_weights=[])
    assert error.value.place.column == "reference_weights"
    calls = {"period": ["1", "2"], "group": ["s", "l"], "asked": [1, 0]}
    with pytest.raises(ow.InvalidInput) as error:
        ow.rates_by_exposure(calls, "asked", {"s": 9, "l": 1}, account=[])
    assert error.value.place.column == "account"


def test_a_sample_of_single_values_is_refused():
    with pytest.raises(ow.OutweighError) as error:
        ow.propensity_weights({"size": 1}, {"size": [1, 2]}, ["size"])
    assert error.value.place.column == "size"
    with pytest.raises(ow.TypeMismatch):
        ow.audit(ow.simulate(seed=1, accounts=30).graph, by=np.array(3.0))


def test_an_unknown_level_has_no_value_of_ours(weights):
    with pytest.raises(ow.InvalidInput) as error:
        ow.estimate_mean(weights, "score", by=["a", None, "b", "b"])
    assert error.value.place == ow.Place(column="by", row=1)
    with pytest.raises(ow.InvalidInput) as error:
        ow.Design(strata=[1, 2], clusters=["x", "x"])
    assert error.value.place == ow.Place(table="design", column="clusters", row=1)


def test_lonely_strata_are_averaged_over_the_strata_of_a_domain():
    """R's survey 4.1.1 with options(survey.lonely.psu = "average") and subset()."""
    sample = {
        "stratum": [1, 2, 2, 2, 3, 3, 4, 4, 4],
        "y": [3, 1, 4, 2, 6, 5, 9, 7, 8],
        "domain": ["a", "b", "b", "b", "b", "b", "b", "a", "a"],
    }
    design = ow.Design(strata="stratum", weights=np.full(9, 2.0), sample=sample, lonely="average")
    means = ow.estimate_mean(design, "y", by="domain").se
    totals = ow.estimate_total(design, "y", by="domain").se
    assert means == pytest.approx([0.8164965809277259, 0.885845484394554], rel=1e-12)
    assert totals == pytest.approx([21.3541565040626224, 18.867962264113206], rel=1e-12)
    assert ow.estimate_mean(design, "y").se == pytest.approx(0.4255231590028169, rel=1e-12)


def test_a_plot_of_one_source_takes_its_id_as_it_is():
    pytest.importorskip("matplotlib").use("agg")
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": [1, 2, 3], "region": ["n", "s", "s"]},
        sources={"source_id": [7, 8], "kind": ["executive", "discovery"]},
        interactions={
            "interaction_id": [1, 2],
            "source_id": [7, 8],
            "account_id": [1, 2],
            "at": [date(2026, 5, 4), date(2026, 5, 5)],
        },
    )
    audit = ow.audit(graph, by=["region"])
    for source in (7, "7"):
        assert "7" in audit.plot(source_id=source).get_title(loc="left")
    with pytest.raises(ow.MissingInput):
        audit.plot(source_id=9)
    with pytest.raises(ow.TypeMismatch):
        audit.plot(dimension=["region"])


@pytest.mark.parametrize("column", [[1.0, "two", 3.0], np.array([1.0, "two", 3.0], dtype=object), [1.0, [2.0], 3.0]])
def test_a_value_that_is_no_number_is_named_with_its_row(column):
    for ask in (
        lambda: ow.estimate_mean([1.0, 1.0, 1.0], column),
        lambda: ow.KaplanMeier().fit(column, [1, 0, 1]),
        lambda: ow.BgNbd().fit(column, [1.0, 1.0, 1.0], [2.0, 2.0, 2.0]),
        lambda: ow.profit_curve(column),
    ):
        with pytest.raises(ow.TypeMismatch, match=r"must be numbers.*row 1, value .*(two|2\.0)"):
            ask()


def test_profits_in_an_array_of_arrow():
    pa = pytest.importorskip("pyarrow")
    for profits in (pa.array([3.0, 1.0]), pa.chunked_array([[3.0], [1.0]])):
        assert ow.profit_curve(profits) == ow.profit_curve([3.0, 1.0])
