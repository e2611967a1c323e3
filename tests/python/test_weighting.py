"""Survey weighting against the published answers of R's survey package, and its errors."""

from __future__ import annotations

import csv
import json
import math
import pickle
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

import outweigh as ow

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "weighting"
STYPE = {"E": 4421, "H": 755, "M": 1018}
WIDE = {"No": 1072, "Yes": 5122}


@pytest.fixture(scope="module")
def clus1():
    if not CASES.exists():
        pytest.skip("the public samples are not beside the repository")
    with (CASES / "apiclus1.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    numeric = {"api00", "api99", "enroll", "pw", "fpc"}
    return {name: [float(row[name]) if name in numeric else row[name] for row in rows] for name in rows[0]}


@pytest.mark.parametrize(
    ("name", "weigh"),
    [
        ("clus1", lambda sample, design: design),
        ("clus1_poststrat_stype", lambda sample, design: ow.poststratify(sample, {"stype": STYPE}, weights=design)),
        (
            "clus1_rake_stype_schwide",
            lambda sample, design: ow.rake(sample, {"stype": STYPE, "sch.wide": WIDE}, weights=design),
        ),
        ("clus1_cal_linear_stype", lambda sample, design: ow.calibrate(sample, {"stype": STYPE}, weights=design)),
        (
            "clus1_cal_linear_stype_api99",
            lambda sample, design: ow.calibrate(sample, {"stype": STYPE, "api99": 3914069}, weights=design),
        ),
        (
            "clus1_cal_raking_stype_api99",
            lambda sample, design: ow.calibrate(
                sample, {"stype": STYPE, "api99": 3914069}, weights=design, method="raking"
            ),
        ),
    ],
)
def test_published_answers(clus1, name, weigh):
    expected = json.loads((CASES / "api_expected.json").read_text(encoding="utf-8"))["expected"][name]
    weights = weigh(clus1, ow.Design(clusters=clus1["dnum"], weights=clus1["pw"], fpc=clus1["fpc"]))
    mean = ow.estimate_mean(weights, clus1["api00"])
    total = ow.estimate_total(weights, clus1["enroll"])
    assert math.isclose(mean.estimate, expected["mean_api00"]["est"], rel_tol=1e-8)
    assert math.isclose(mean.se, expected["mean_api00"]["se"], rel_tol=1e-8)
    assert math.isclose(total.estimate, expected["total_enroll"]["est"], rel_tol=1e-8)
    assert math.isclose(total.se, expected["total_enroll"]["se"], rel_tol=1e-8)
    if isinstance(weights, ow.SurveyWeights):
        assert weights.residual <= 1e-10
        for ours, theirs in zip(weights.values, expected["w_first5"], strict=False):
            assert math.isclose(ours, theirs, rel_tol=1e-8)


def test_published_answers_of_other_designs():
    expected = (
        json.loads((CASES / "api_expected.json").read_text(encoding="utf-8"))["expected"] if CASES.exists() else None
    )
    if expected is None:
        pytest.skip("the public samples are not beside the repository")
    for name, file in (("srs", "apisrs.csv"), ("strat", "apistrat.csv")):
        with (CASES / file).open(encoding="utf-8") as opened:
            rows = list(csv.DictReader(opened))
        column = {key: np.array([float(row[key]) for row in rows]) for key in ("api00", "api99", "enroll", "pw", "fpc")}
        stype = [row["stype"] for row in rows]
        design = ow.Design(strata=stype if name == "strat" else None, fpc=column["fpc"], weights=column["pw"])
        for estimate, key in (
            (ow.estimate_mean(design, column["api00"]), "mean_api00"),
            (ow.estimate_total(design, column["enroll"]), "total_enroll"),
        ):
            assert math.isclose(estimate.estimate, expected[name][key]["est"], rel_tol=1e-8)
            assert math.isclose(estimate.se, expected[name][key]["se"], rel_tol=1e-8)
        assert math.isclose(ow.effective_sample_size(column["pw"]), expected[name]["kish_ess"], rel_tol=1e-8)
        if name == "strat":
            for i, estimate in enumerate(ow.estimate_mean(design, column["api99"], by=stype)):
                assert estimate.level == expected["strat_by_stype"]["level"][i]
                assert math.isclose(estimate.estimate, expected["strat_by_stype"]["est"][i], rel_tol=1e-8)
                assert math.isclose(estimate.se, expected["strat_by_stype"]["se"][i], rel_tol=1e-8)


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ({"a": {"x": 1, "y": 2}, "b": {"p": 1, "q": 3}}, "contradict"),
        ({"a": {"x": 1}}, "no total"),
        ({"a": {"x": 1, "y": 1, "z": 1}}, "no row"),
        ({"a": {"x": float("nan"), "y": 1}}, "'x'"),
        ({"a": {"x": -1, "y": 1}}, "not negative"),
    ],
)
def test_a_raking_that_cannot_be_says_why(margins, words):
    with pytest.raises(ow.InvalidInput, match=words):
        ow.rake({"a": ["x", "x", "y"], "b": ["p", "q", "q"]}, margins)


NAN = float("nan")
SAMPLE = {"a": ["x", "x", "y", "y"], "b": ["p", "q", "p", "q"], "v": [1.0, 2.0, 3.0, 5.0], "d": [2.0, 4.0, 6.0, 10.0]}
A = {"x": 40, "y": 60}
B = {"p": 30, "q": 70}


@pytest.mark.parametrize(
    ("call", "error", "column", "value"),
    [
        (lambda: ow.rake(SAMPLE, {"a": A, "b": {"p": 30, "q": 80}}), ow.InvalidInput, "b", None),
        (lambda: ow.rake(SAMPLE, {"a": {**A, "z": 5}}), ow.InvalidInput, "a", "z"),
        (lambda: ow.rake(SAMPLE, {"a": {"x": 40}}), ow.InvalidInput, "a", "y"),
        (lambda: ow.rake(SAMPLE, {"a": {"x": NAN, "y": 60}}), ow.InvalidInput, "a", None),
        (lambda: ow.rake(SAMPLE, {"a": {"x": -1, "y": 60}}), ow.InvalidInput, "a", None),
        (lambda: ow.rake(SAMPLE, {"a": A}, weights=[1, NAN, 1, 1]), ow.InvalidInput, "weights", None),
        (lambda: ow.rake(SAMPLE, {"a": A}, weights=[1, -1, 1, 1]), ow.InvalidInput, "weights", None),
        (lambda: ow.rake(SAMPLE, {"a": A}, weights=[1, 1]), ow.InvalidInput, None, None),
        (lambda: ow.rake({**SAMPLE, "b": ["p"]}, {"a": A, "b": B}), ow.InvalidInput, "b", None),
        (lambda: ow.rake(SAMPLE, {"a": A}, weights=[1, 1, 0, 0]), ow.InvalidInput, "a", "y"),
        (lambda: ow.rake({"a": ["x", "x", "y"], "b": ["p", "p", "q"]}, {"a": A, "b": B}), ow.Infeasible, None, None),
        (lambda: ow.rake(SAMPLE, {"a": A}, weights=[1] * 4, bounds=(0.9, 1.1)), ow.Infeasible, "a", None),
        (lambda: ow.calibrate(SAMPLE, {"a": A, "v": 1e6}, bounds=(0.1, 3)), ow.Infeasible, "v", None),
        (lambda: ow.calibrate(SAMPLE, {"v": 12, "d": 24}), ow.InvalidInput, "d", None),
        (lambda: ow.calibrate(SAMPLE, {"a": A, "v": NAN}), ow.InvalidInput, "v", None),
        (lambda: ow.calibrate({**SAMPLE, "v": [1, NAN, 2, 3]}, {"a": A, "v": 3}), ow.InvalidInput, "v", None),
        (lambda: ow.poststratify({"a": ["x", None]}, {"a": A}), ow.InvalidInput, "a", None),
    ],
)
def test_bad_totals_and_weights_name_their_place(call, error, column, value):
    with pytest.raises(error) as caught:
        call()
    if column is not None:
        assert caught.value.place.column == column
    if value is not None:
        assert caught.value.place.value == value


def test_codes_categories_and_strings_give_the_same_weights():
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    random = np.random.default_rng(2)
    codes = random.integers(0, 4, 500)
    names = np.array(["n", "s", "w", "e"])[codes]
    totals = {0: 10, 1: 20, 2: 30, 3: 40}
    named = dict(zip(["n", "s", "w", "e"], totals.values(), strict=True))
    expected = ow.rake({"c": codes}, {"c": totals}).values
    for column in (codes.astype(np.uint8), codes.astype(np.int16), codes + 0.0, codes.tolist(), pandas.Series(codes)):
        assert np.array_equal(ow.rake({"c": column}, {"c": totals}).values, expected)
    shifted = ow.rake({"c": codes - 7}, {"c": {level - 7: total for level, total in totals.items()}})
    assert np.array_equal(shifted.values, expected)
    years = ow.rake({"c": codes + 1990}, {"c": {level + 1990: total for level, total in totals.items()}})
    assert np.array_equal(years.values, expected)
    for column in (
        names,
        names.tolist(),
        pandas.Categorical(names),
        pandas.Series(names, dtype="category"),
        polars.Series(names, dtype=polars.Categorical),
        polars.Series(names, dtype=polars.Enum(["w", "x", "s", "n", "e"])),
    ):
        np.testing.assert_allclose(ow.rake({"c": column}, {"c": named}).values, expected, rtol=1e-12)
    missing = polars.Series(["n", None, "s"], dtype=polars.Categorical)
    with pytest.raises(ow.InvalidInput, match="unknown"):
        ow.rake({"c": missing}, {"c": {"n": 1, "s": 1}})


def test_order_of_rows_and_margins_and_threads_do_not_matter():
    random = np.random.default_rng(4)
    sample = {"a": random.integers(0, 5, 400), "b": random.integers(0, 3, 400), "c": random.integers(0, 4, 400)}
    margins = {
        name: dict(enumerate(random.dirichlet(np.full(column.max() + 1, 9.0)).tolist()))
        for name, column in sample.items()
    }
    weights = random.uniform(0.5, 2, 400)
    raked = ow.rake(sample, margins, weights=weights).values
    order = random.permutation(400)
    other = ow.rake(
        {name: column[order] for name, column in sample.items()},
        dict(reversed(margins.items())),
        weights=weights[order],
    ).values
    np.testing.assert_allclose(other, raked[order], rtol=1e-9)
    assert np.array_equal(ow.rake(sample, margins, weights=weights, threads=4).values, raked)


def test_replicates_recency_and_propensities_from_python():
    random = np.random.default_rng(6)
    size = np.where(random.uniform(size=300) < 0.7, "l", "s")
    sample = {"size": size, "y": random.normal(size=300) + (size == "l")}
    weights = ow.rake(sample, {"size": {"s": 800, "l": 200}})
    linear = ow.estimate_mean(weights, "y")
    for method in ("jackknife", "bootstrap", "poisson"):
        replicates = weights.replicates(method=method, replicates=200, seed=1)
        mean = ow.estimate_mean(replicates, "y")
        assert math.isclose(mean.estimate, linear.estimate)
        assert abs(mean.se / linear.se - 1) < 0.2
        assert replicates.values(3)[size == "s"].sum() == pytest.approx(800)
        assert [e.level for e in ow.estimate_mean(replicates, "y", by="size")] == ["l", "s"]
    with pytest.raises(ow.InvalidInput, match="jackknife"):
        ow.replicate_weights(weights, method="magic")

    population = {"size": ["s"] * 800 + ["l"] * 200}
    propensity = ow.propensity_weights(sample, population, ["size"])
    np.testing.assert_allclose(propensity.values, weights.values, rtol=1e-7)
    assert max(abs(row["difference_after"]) for row in propensity.balance.rows()) < 1e-7
    with pytest.raises(ow.InvalidInput, match="only in the reference"):
        ow.propensity_weights({"size": ["s"]}, population, ["size"])
    with pytest.raises(ow.NotIdentified, match="separated"):
        ow.propensity_weights({"x": [1.0, 2.0]}, {"x": [3.0, 4.0]}, ["x"])

    calls = {"period": ["2026-01", "2026-02"], "group": ["s", "l"], "account_id": ["A", "B"], "asked": [1, 0]}
    assert ow.hearing_drift(calls, {"s": 10, "l": 10}).to_table().to_dict()["distance"] == [0.5, 0.5]
    assert ow.rates_by_exposure(calls, "asked", {"s": 10, "l": 10}).to_dict()["status"] == ["doubtful", "doubtful"]
    with pytest.raises(ow.MissingInput, match="'l'"):
        ow.hearing_drift(calls, {"s": 10})


def test_a_verdict_gives_its_reason():
    random = np.random.default_rng(8)
    group = random.uniform(size=800) < 0.8
    sample = {"group": group, "strong": 5.0 * group + random.normal(size=800), "noise": random.normal(size=800)}
    weights = ow.rake(sample, {"group": {False: 500, True: 500}})
    check = ow.does_weighting_help(weights, ["strong", "noise"])
    assert check.verdicts == {"strong": "corrected", "noise": "not to be trusted"}
    assert "explain" in check.reasons["noise"]
    assert check["strong"].before.estimate > check["strong"].after.estimate
    assert check.to_table().columns[0] == "outcome"


def test_a_column_that_is_missing_is_named():
    with pytest.raises(ow.MissingInput, match="nonsense"):
        ow.rake({"a": ["x"]}, {"nonsense": {"x": 1}})


def test_small_integers_are_their_own_codes_and_errors_still_name_levels():
    codes = np.array([0, 0, 2, 2, 2])
    totals = {0: 40, 2: 60}
    plain = ow.rake({"a": codes}, {"a": totals}).values
    texts = ow.rake({"a": [str(code) for code in codes]}, {"a": {"0": 40, "2": 60}}).values
    np.testing.assert_array_equal(plain, texts)
    for kind in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"):
        np.testing.assert_array_equal(ow.rake({"a": codes.astype(kind)}, {"a": totals}).values, plain)
    # Negative and large numbers are levels as well.
    np.testing.assert_allclose(ow.rake({"a": np.array([-1, 0, 0])}, {"a": {-1: 2, 0: 8}}).values, [2, 4, 4])
    np.testing.assert_allclose(ow.poststratify({"a": np.array([7, 900, 900])}, {"a": {7: 2, 900: 8}}).values, [2, 4, 4])
    for wrong, level in (
        (np.array([0, 1, 2]), "1"),
        (np.array([0, 2, 300]), "300"),
        (np.array([0, 2, -5]), "-5"),
        (np.array([0, 0, 0]), "2"),
    ):
        for call in (
            lambda wrong=wrong: ow.rake({"a": wrong}, {"a": totals}),
            lambda wrong=wrong: ow.poststratify({"a": wrong}, {"a": totals}),
            lambda wrong=wrong: ow.calibrate({"a": wrong, "x": np.ones(3)}, {"a": totals}),
        ):
            with pytest.raises(ow.InvalidInput, match=f"'{level}'") as caught:
                call()
            assert caught.value.place.column == "a"
            assert caught.value.place.value == level


def test_what_cannot_be_weighted_names_variable_and_level():
    sample = {"a": ["x", "x", "y", "y"], "b": ["p", "q", "p", "q"], "n": [1.0, 2.0, 3.0, 4.0]}
    margins = {"a": {"x": 40, "y": 60}, "b": {"p": 50, "q": 50}}
    nan = float("nan")
    cases: list[tuple[type[Exception], Callable[[], object], tuple[str, ...]]] = [
        (ow.InvalidInput, lambda: ow.rake(sample, {**margins, "b": {"p": 50, "q": 51}}), ("a", "b", "contradict")),
        (ow.InvalidInput, lambda: ow.rake(sample, {"a": {"x": 40, "y": 50, "z": 10}}), ("a", "z")),
        (ow.InvalidInput, lambda: ow.rake(sample, {"a": {"x": 100}}), ("a", "y")),
        (ow.InvalidInput, lambda: ow.rake(sample, {"a": {"x": nan, "y": 60}}), ("a", "x")),
        (ow.InvalidInput, lambda: ow.rake(sample, {"a": {"x": -1, "y": 60}}), ("a", "x")),
        (ow.InvalidInput, lambda: ow.rake(sample, margins, weights=[1, 1, nan, 1]), ("weight",)),
        (ow.InvalidInput, lambda: ow.rake(sample, margins, weights=[1, 1, -2, 1]), ("weight",)),
        (ow.InvalidInput, lambda: ow.rake(sample, margins, weights=[1, 1, 1]), ("a", "length")),
        (ow.InvalidInput, lambda: ow.rake({**sample, "b": ["p", "q"]}, margins), ("b", "length")),
        (ow.InvalidInput, lambda: ow.rake(sample, margins, weights=[1, 1, 0, 0]), ("a", "y")),
        (ow.Infeasible, lambda: ow.rake({"a": ["x", "y"], "b": ["p", "q"]}, margins), ("totals cannot be met",)),
        (ow.Infeasible, lambda: ow.rake(sample, margins, bounds=(0.9, 1.1)), ("bounds", "a", "x")),
        (ow.Infeasible, lambda: ow.calibrate(sample, margins, bounds=(0.9, 1.1)), ("bounds", "a", "x")),
        (ow.Infeasible, lambda: ow.calibrate(sample, {"a": {"x": 40, "y": 60}, "n": 500}, method="raking"), ("n",)),
        (
            ow.InvalidInput,
            lambda: ow.calibrate({**sample, "m": [2.0, 4.0, 6.0, 8.0]}, {"n": 10, "m": 20}),
            ("m", "collinear"),
        ),
        (
            ow.InvalidInput,
            lambda: ow.calibrate(
                {**sample, "c": sample["a"]}, {"a": {"x": 40, "y": 60}, "c": {"x": 40, "y": 60}, "n": 250}
            ),
            (),
        ),
        (ow.InvalidInput, lambda: ow.calibrate({**sample, "n": [1, nan, 3, 4]}, {"n": 10}), ("n",)),
        (ow.InvalidInput, lambda: ow.calibrate(sample, {"n": nan}), ("n",)),
        (ow.InvalidInput, lambda: ow.calibrate(sample, {"n": 10}, bounds=(2, 1)), ("bounds",)),
        (ow.InvalidInput, lambda: ow.calibrate(sample, {"n": 10}, method="logit"), ("logit",)),
    ]
    for number, (error, call, words) in enumerate(cases):
        with pytest.raises(error) as caught:
            call()
        text = str(caught.value)
        assert all(word in text for word in words), (number, text)


SMALL = {"a": ["x", "y", "x", "y", "x"], "n": [1.0, 2.0, 3.0, 4.0, 5.0]}


def small_weights():
    return ow.rake(SMALL, {"a": {"x": 3, "y": 2}})


@pytest.mark.parametrize(
    ("call", "place"),
    [
        (lambda: ow.rake(SMALL, {"a": {"x": 3, "y": 2}}, bounds=(1,)), "bounds"),
        (lambda: ow.calibrate(SMALL, {"n": 20}, bounds="ab"), "bounds"),
        (lambda: ow.rake(SMALL, [1, 2]), "margins"),
        (lambda: ow.calibrate(SMALL, [1, 2]), "totals"),
        (lambda: ow.poststratify(SMALL, [1]), "totals"),
        (lambda: ow.rake(SMALL, {"a": {"x": 3, "y": 2}}, max_iterations=-1), "max_iterations"),
        (lambda: ow.rake(SMALL, {"a": {"x": 3, "y": 2}}, max_iterations="many"), "max_iterations"),
        (lambda: ow.rake(SMALL, {"a": {"x": 3, "y": 2}}, bounds=("0", "2")), "bounds"),
        (lambda: ow.rake(SMALL, {"a": {"x": 3, "y": 2}}, weights=[]), "weights"),
        (lambda: ow.rake(SMALL, {"a": {"x": 3, "y": 2}}, threads=10**30), "threads"),
        (lambda: ow.rake(SMALL, {(): {"x": 3}}), "margins"),
        (lambda: ow.calibrate(SMALL, {"n": 20}, method=None), "method"),
        (lambda: ow.Design(weights=[]), "weights"),
        (lambda: ow.replicate_weights([1.0, 2.0], replicates=-5), "replicates"),
        (lambda: ow.replicate_weights([1.0, 2.0]).values(-1), "replicate"),
        (lambda: ow.does_weighting_help(small_weights(), ["n"], ranges={"m": (0, 9)}), "ranges"),
        (lambda: ow.does_weighting_help(small_weights(), ["n"], ranges={"n": (9, 0)}), "n"),
        (lambda: ow.does_weighting_help(small_weights(), ["n"], ranges={"n": (2, 9)}), "n"),
        (lambda: ow.does_weighting_help(small_weights(), ["n"], ranges={"n": (2,)}), "ranges"),
        (lambda: ow.does_weighting_help(small_weights(), ["n"], ranges={"n": None}), "ranges"),
        (lambda: ow.does_weighting_help(small_weights(), ["n"], ranges=[(2, 9)]), "ranges"),
        (lambda: ow.does_weighting_help(small_weights(), ["n"], held_out=[1]), "held_out"),
        (lambda: ow.does_weighting_help(small_weights(), {}), "outcomes"),
        (lambda: ow.does_weighting_help(small_weights(), []), "outcomes"),
        (lambda: ow.replicate_weights([1.0, 2.0]).values("first"), "replicate"),
        (lambda: ow.Design(strata=["a", "b"], lonely=None), "lonely"),
    ],
)
def test_arguments_of_weighting_that_cannot_be_name_themselves(call, place):
    with pytest.raises(ow.OutweighError) as caught:
        call()
    assert caught.value.place.column == place


def test_unknown_values_of_nullable_columns_are_named_by_row():
    pandas = pytest.importorskip("pandas")
    for values, kind in (([True, None, False], "boolean"), (["x", None, "y"], "string"), ([1, None, 2], "Int64")):
        frame = pandas.DataFrame({"a": pandas.array(values, dtype=kind)})
        with pytest.raises(ow.InvalidInput) as caught:
            ow.rake(frame, {"a": {values[0]: 3, values[2]: 4}})
        assert (caught.value.place.column, caught.value.place.row) == ("a", 1)


def test_weights_of_another_length_say_both_lengths():
    with pytest.raises(ow.InvalidInput, match="5 against 3"):
        ow.rake(SMALL, {"a": {"x": 3, "y": 2}}, weights=[1.0, 1.0, 1.0])


def test_a_quantile_has_an_interval_of_any_level():
    weights = ow.rake({"a": ["x", "y"] * 50}, {"a": {"x": 30, "y": 70}})
    y = np.arange(100.0)
    median = ow.estimate_quantile(weights, y, 0.5)
    for level in (0.5, 0.9, 0.99):
        assert median.interval(level) == ow.estimate_quantile(weights, y, 0.5, level=level).interval(level)
    jackknife = ow.estimate_quantile(ow.replicate_weights(weights, method="jackknife"), y, 0.5)
    assert jackknife.interval(0.5)[0] > jackknife.interval(0.99)[0]


def test_a_trim_keeps_the_sum_where_every_row_meets_a_bound():
    assert ow.trim([0.0, 12.0, 5.9], lower=4, upper=6).values == pytest.approx([5.9, 6.0, 6.0], rel=1e-15)


def test_stages_of_a_design_may_be_named():
    sample = {
        "district": ["a", "a", "a", "a", "b", "b", "b", "b"],
        "school": [1, 1, 2, 2, 3, 3, 4, 4],
        "districts": [9] * 8,
        "schools": [5] * 8,
    }
    y = [1.0, 2.0, 4.0, 7.0, 3.0, 8.0, 1.0, 2.0]
    named = ow.Design(clusters=["district", "school"], fpc=["districts", "schools"], sample=sample)
    given = ow.Design(clusters=[sample["district"], sample["school"]], fpc=[sample["districts"], sample["schools"]])
    mixed = ow.Design(
        clusters=["district", np.array(sample["school"])], fpc=["districts", sample["schools"]], sample=sample
    )
    assert ow.estimate_mean(named, y) == ow.estimate_mean(given, y) == ow.estimate_mean(mixed, y)


def test_one_row_has_an_estimate_without_a_standard_error():
    for call in (ow.estimate_mean, ow.estimate_total, ow.estimate_quantile):
        estimate = call([1.0], [3.0])
        assert (estimate.estimate, estimate.se, estimate.status) == (3.0, None, "doubtful")
        assert "single row" in estimate.reason and "unknown" in repr(estimate)
        assert estimate.interval() == (-math.inf, math.inf)
    assert ow.estimate_mean(ow.Design(weights=[1.0], lonely="remove"), [3.0]).se == 0.0
    check = ow.does_weighting_help(ow.rake({"a": ["x"], "y": [3.0]}, {"a": {"x": 10}}), ["y"])
    assert check["y"].after.se is None
    assert not math.isnan(check["y"].gain)
    assert "unknown" in check.reasons["y"]


def test_a_text_and_a_number_of_one_name_are_refused():
    pandas = pytest.importorskip("pandas")
    for column, row in (
        ([1, "2", "1"], 2),
        (np.array(["1", 2, 1], dtype=object), 2),
        (pandas.Series([True, "x", "True"]), 2),
        (pandas.Categorical(["a", 1, "1"], categories=["a", 1, "1"]), 2),
    ):
        for call in (
            lambda column=column: ow.rake({"g": column}, {"g": {"1": 2, "2": 1, "a": 3, "True": 1, "x": 1}}),
            lambda column=column: ow.estimate_mean([1.0] * 3, [1.0, 2.0, 3.0], by=column),
            lambda column=column: ow.Design(strata=column),
        ):
            with pytest.raises(ow.InvalidInput) as caught:
                call()
            assert caught.value.place.column in ("g", "by", "strata")
            assert caught.value.place.row == row
    # Numbers of several kinds are one level: 1, 1.0 and numpy's 1 are equal.
    assert ow.rake({"g": [1, 1.0, np.int8(1), "b"]}, {"g": {1: 6, "b": 1}}).values.tolist() == [2, 2, 2, 1]


def test_masked_values_decimals_and_nullable_columns_are_what_they_say():
    pandas = pytest.importorskip("pandas")
    masked = np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False])
    unknown = (masked, pandas.array([1, None, 3], dtype="Int64"), pandas.array([1, None, 3], dtype="Float64"))
    for values in unknown:
        for call in (
            lambda values=values: ow.estimate_mean([1.0] * 3, values),
            lambda values=values: ow.rake({"g": ["x"] * 3}, {"g": {"x": 2}}, weights=values),
        ):
            with pytest.raises(ow.InvalidInput) as caught:
                call()
            assert caught.value.place.row == 1
    with pytest.raises(ow.InvalidInput, match="unknown") as caught:
        ow.rake({"g": np.ma.array([0, 1, 0], mask=[False, True, False])}, {"g": {0: 1, 1: 2}})
    assert (caught.value.place.column, caught.value.place.row) == ("g", 1)
    assert ow.estimate_mean([1.0] * 2, [Decimal("1.5"), Decimal("2.5")]).estimate == 2.0
    for total in ("40", True, np.array([40.0])):
        with pytest.raises(ow.TypeMismatch) as type_caught:
            ow.rake({"g": ["x"] * 3}, {"g": {"x": total}})
        assert type_caught.value.place.column == "g"


def test_outcomes_of_a_design_may_be_named():
    sample = {"stratum": ["a", "a", "b", "b"], "y": [1.0, 2.0, 3.0, 5.0], "g": ["u", "v", "u", "v"]}
    design = ow.Design(strata="stratum", sample=sample)
    assert ow.estimate_mean(design, "y", by="g") is not None
    assert ow.estimate_mean(design, "y") == ow.estimate_mean(ow.Design(strata=sample["stratum"]), sample["y"])
    with pytest.raises(ow.OutweighError):
        ow.estimate_mean(ow.Design(), 4.0)


def newton_by_hand(x, totals, weights, lower, upper, method):
    """Deville and Sarndal's weights from the whole matrix, by Newton's method without a line search."""
    beta = np.zeros(x.shape[1])
    scale = (upper - lower) / ((1.0 - lower) * (upper - 1.0))
    for _ in range(60):
        u = x @ beta
        if method == "logit":
            share = (1.0 - lower) * np.exp(scale * u)
            share /= share + (upper - 1.0)
            g, slope = lower + (upper - lower) * share, (upper - lower) * scale * share * (1.0 - share)
        else:
            free = 1.0 + u if method == "linear" else np.exp(u)
            g = np.clip(free, lower, upper)
            slope = (1.0 if method == "linear" else free) * ((free > lower) & (free < upper))
        beta += np.linalg.lstsq(x.T @ (x * (weights * slope)[:, None]), totals - x.T @ (weights * g), rcond=None)[0]
    return weights * g


@pytest.mark.parametrize("method", ["linear", "raking", "logit"])
@pytest.mark.parametrize("rows", [9, 40, 1000])
def test_calibration_by_row_is_newtons_answer(method, rows):
    # Cells of one row and of many, several numbers, and rows without weight, whose values must not matter.
    for seed in range(6):
        random = np.random.default_rng([seed, rows])
        a = np.concatenate([np.arange(3), random.integers(0, 3, rows - 3)])
        numbers = {name: random.gamma(3.0, 1.0, rows) for name in ("v", "w")[: 1 + seed % 2]}
        weights = random.uniform(1.0, 3.0, rows)
        weights[3:][random.uniform(size=rows - 3) < 0.15] = 0.0
        x = np.column_stack([a == level for level in range(3)] + list(numbers.values())).astype(float)
        change = np.clip(1.0 + 0.04 * (x - x.mean(axis=0)) @ random.normal(size=x.shape[1]), 0.8, 1.25)
        totals = x.T @ (weights * change)
        sample = {"a": a} | {k: np.where(weights > 0.0, v, 1e9) for k, v in numbers.items()}
        known = {"a": dict(enumerate(totals[:3].tolist()))} | dict(zip(numbers, totals[3:].tolist(), strict=True))
        found = ow.calibrate(sample, known, weights=weights, bounds=(0.5, 2.0), method=method)
        expected = newton_by_hand(x, totals, weights, 0.5, 2.0, method)
        np.testing.assert_allclose(found.values, expected, rtol=1e-8, atol=1e-10)
        assert np.array_equal(
            found.values,
            ow.calibrate(sample, known, weights=weights, bounds=(0.5, 2.0), method=method, threads=3).values,
        )


def test_times_are_levels_however_fine():
    days = np.array(["2026-01-01", "2026-01-02", "2026-01-01"], dtype="datetime64[ns]")
    totals = {datetime(2026, 1, 1): 6, datetime(2026, 1, 2): 5}
    for column in (days, days.astype("datetime64[us]"), days.astype("datetime64[ms]").tolist()):
        assert ow.rake({"day": column}, {"day": totals}).values.tolist() == [3, 5, 3]
    fine = days + np.array([1, 2, 1], dtype="timedelta64[ns]")
    assert ow.estimate_mean([1.0] * 3, [1.0, 2.0, 3.0], by=fine).levels == [str(fine[0]), str(fine[1])]
    fine[1] = np.datetime64("NaT")
    for column in (fine, np.array(["2026-01-01", "NaT"], dtype="datetime64[ns]")):
        with pytest.raises(ow.InvalidInput) as caught:
            ow.estimate_proportions([1.0] * len(column), column)
        assert caught.value.place.row == 1


def test_columns_said_to_hold_categories_are_named():
    sample, reference = {"code": [1, 1, 2], "co": [1, 2, 2]}, {"code": [1, 2, 2, 1], "co": [1, 2, 1, 1]}
    one = ow.propensity_weights(sample, reference, ["code", "co"], categorical="code")
    assert sorted({(row["column"], row["level"]) for row in one.balance.rows()}) == [
        ("co", ""),
        ("code", "1"),
        ("code", "2"),
    ]
    with pytest.raises(ow.MissingInput) as caught:
        ow.propensity_weights(sample, reference, ["code"], categorical=["kode"])
    assert (caught.value.place.column, caught.value.place.value) == ("categorical", "kode")


def test_periods_stand_in_the_order_of_time_and_in_the_base():
    calls = {"group": ["s", "l", "l"], "account_id": ["a", "b", "c"], "asked": [1, 0, 0]}
    for periods, order in (
        ([10, 9, -2], ["-2", "9", "10"]),
        ([10.5, 2.5, 100.5], ["2.5", "10.5", "100.5"]),
        (["2025_12", "2026_09", "2026_10"], ["2025_12", "2026_09", "2026_10"]),
        (["b", "10", "9"], ["10", "9", "b"]),
    ):
        drift = ow.hearing_drift({**calls, "period": periods}, {"s": 9, "l": 9})
        assert drift.to_table().to_dict()["period"] == order
    by_period = {(period, group): 9 for period in (1, 2) for group in "sl"}
    assert len(ow.hearing_drift({**calls, "period": [1, 2, 2]}, by_period)) == 2
    for call in (
        lambda base: ow.hearing_drift({**calls, "period": [1, 2, 3]}, base),
        lambda base: ow.rates_by_exposure({**calls, "period": [1, 2, 3]}, "asked", base),
    ):
        with pytest.raises(ow.MissingInput, match="no period '3'"):
            call(by_period)
        for wrong in ([9, 9], None):
            with pytest.raises(ow.TypeMismatch):
                call(wrong)


def test_numbers_of_any_kind_enter_propensities_as_numbers():
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    numbers, reference = [1.0, 2.0, 3.0, 5.0], [1.5, 2.0, 2.5, 3.0, 4.0, 1.0]
    expected = ow.propensity_weights({"x": numbers}, {"x": reference}, ["x"]).values
    for kind in (
        lambda values: [Decimal(str(value)) for value in values],
        lambda values: np.array(values, dtype=object),
        lambda values: pandas.array(values, dtype="Float64"),
        pandas.Series,
        polars.Series,
    ):
        found = ow.propensity_weights({"x": kind(numbers)}, {"x": kind(reference)}, ["x"])
        np.testing.assert_allclose(found.values, expected, rtol=1e-12)
    with pytest.raises(ow.InvalidInput, match="not finite") as caught:
        ow.propensity_weights({"x": [1.0, None, 3.0]}, {"x": reference}, ["x"])
    assert (caught.value.place.column, caught.value.place.row) == ("x", 1)
    assert len(ow.propensity_weights({"x": [True, False]}, {"x": [True, False, True]}, ["x"]).balance) == 2


def associated_sample(rows: int = 400) -> tuple[dict[str, object], dict[str, dict[int, float]]]:
    """Three margins that say nearly the same, an outcome that they explain in part, and unequal base weights."""
    random = np.random.default_rng(5)
    a = random.integers(0, 4, rows)
    b = np.where(random.random(rows) < 0.7, a, random.integers(0, 4, rows))
    c = np.where(random.random(rows) < 0.7, b, random.integers(0, 4, rows))
    y = a + 0.5 * c + random.normal(size=rows)
    sample = {"a": a, "b": b, "c": c, "y": y, "w": random.uniform(0.5, 3.0, rows)}
    margins = {}
    for name, column in (("a", a), ("b", b), ("c", c)):
        share = np.bincount(column, minlength=4) / rows
        margins[name] = dict(enumerate((1000.0 * (0.8 * share + 0.05)).tolist()))
    return sample, margins


def test_raking_within_bounds_has_the_errors_of_calibration_in_any_order() -> None:
    sample, margins = associated_sample()
    bounds = (0.3, 3.0)
    first = ow.estimate_mean(ow.rake(sample, margins, weights="w", bounds=bounds), "y")
    calibrated = ow.calibrate(sample, margins, weights="w", bounds=bounds, method="raking")
    turned = {name: margins[name] for name in ("c", "a", "b")}
    other = ow.estimate_mean(ow.rake(sample, turned, weights="w", bounds=bounds), "y")
    assert first.estimate == pytest.approx(other.estimate, rel=1e-9)
    assert first.se == pytest.approx(other.se, rel=1e-9)
    assert first.se == pytest.approx(ow.estimate_mean(calibrated, "y").se, rel=1e-9)


def test_whether_weighting_helps_does_not_hang_on_the_order_of_margins() -> None:
    sample, margins = associated_sample()
    turned = {name: margins[name] for name in ("c", "b", "a")}
    one = ow.does_weighting_help(ow.rake(sample, margins, weights="w"), ["y"])["y"]
    two = ow.does_weighting_help(ow.rake(sample, turned, weights="w"), ["y"])["y"]
    same = ow.does_weighting_help(ow.calibrate(sample, margins, weights="w", method="raking"), ["y"])["y"]
    for check in (two, same):
        assert check.verdict == one.verdict
        for name in ("explained", "explained_p", "shift", "shift_se", "gain"):
            assert getattr(check, name) == pytest.approx(getattr(one, name), rel=1e-8, abs=1e-12)
        assert check.band == pytest.approx(one.band, rel=1e-8)


def test_a_domain_has_the_degrees_of_freedom_of_its_own_clusters() -> None:
    random = np.random.default_rng(1)
    rows = 200
    group = np.array(["few"] * 3 + ["many"] * (rows - 3))
    y = random.normal(size=rows)
    plain = ow.estimate_mean(np.ones(rows), y, by=group)
    assert [e.degrees_of_freedom for e in plain] == [2.0, rows - 4.0]
    low, high = plain[0].interval(0.9)
    assert (high - low) / 2 == pytest.approx(2.9199855803537256 * plain[0].se, rel=1e-9)  # qt(.95, 2) of R
    stratum = np.arange(rows) % 2
    design = ow.Design(strata=stratum, clusters=np.arange(rows) // 4 * 2 + stratum, weights=np.ones(rows))
    nested = ow.estimate_mean(design, y, by=group)
    # Rows 0 to 2 lie in one cluster of each stratum: degf(subset(...)) of R is 0.
    assert nested[0].degrees_of_freedom == 0.0
    assert nested[0].interval(0.9) == (-math.inf, math.inf)
    assert nested[0].status == "doubtful"
    without = np.where(np.arange(rows) < 10, 1.0, 0.0)
    assert ow.estimate_mean(without, y).degrees_of_freedom == 9.0


def test_rates_count_an_account_that_calls_often_as_one_witness() -> None:
    calls = {"period": [1] * 40, "group": ["s"] * 40, "asked": [1] * 20 + [0] * 20}
    base = {"s": 100}
    alone = ow.rates_by_exposure(calls, "asked", base).to_dict()
    few = ow.rates_by_exposure({**calls, "account_id": [0] * 20 + [1] * 10 + [2] * 10}, "asked", base).to_dict()
    assert few["rate"] == alone["rate"] == [0.5]
    assert few["lower"][0] < alone["lower"][0]
    assert few["upper"][0] > alone["upper"][0]
    # Between three accounts, each of whose squares has 1 - its share of the calls of the variance.
    assert few["standardized_se"][0] == pytest.approx(math.sqrt(10**2 / 0.5 + 2 * 5**2 / 0.75) / 40.0)
    assert few["standardized_lower"][0] < alone["standardized_lower"][0] < 0.5 < alone["standardized_upper"][0]
    each = ow.rates_by_exposure(calls, "asked", base, account=np.arange(40)).to_dict()
    assert each == alone


def test_a_period_in_which_nobody_was_heard_is_shown_without_figures() -> None:
    calls = {"period": ["1", "1", "3"], "group": ["s", "l", "l"], "account_id": ["a", "b", "b"], "asked": [1, 0, 1]}
    base = {(period, group): 9 for period in "123" for group in "sl"}
    drift = ow.hearing_drift(calls, base)
    periods = drift.to_table().to_dict()
    assert periods["period"] == ["1", "2", "3"]
    assert [periods[name][1] for name in ("heard_accounts", "distance", "drift", "p_value")] == [0, None, None, None]
    assert periods["status"][1] == "undefined"
    assert drift.by_group.to_dict()["heard_share"] == [0.5, 0.5, None, None, 0.0, 1.0]
    rates = ow.rates_by_exposure(calls, "asked", base).to_dict()
    assert rates["rate"] == [0.5, None, 1.0]
    assert rates["standardized"] == [0.5, None, 1.0]
    # Nothing to compare a single period with; and nobody of the base was heard.
    alone = ow.hearing_drift({**calls, "period": [1, 1, 1]}, {"s": 9, "l": 9}).to_table().to_dict()
    assert [alone[name] for name in ("drift", "p_value", "q_value")] == [[None]] * 3
    assert ow.rates_by_exposure(calls, "asked", {"s": 0, "l": 0})["standardized_se"] == [None, None]


def test_a_group_that_was_heard_is_in_the_base_of_its_period() -> None:
    calls = {"period": ["1", "2", "2"], "group": ["s", "s", "l"], "account_id": ["a", "a", "b"], "asked": [1, 0, 2]}
    for call in (lambda base: ow.hearing_drift(calls, base), lambda base: ow.rates_by_exposure(calls, "asked", base)):
        with pytest.raises(ow.MissingInput, match="no group 's' in period '2'"):
            call({("1", "s"): 3, ("2", "l"): 9})
        for wrong in ({("1", "s"): 3, "s": 2, "l": 2}, {"s": 2, "l": 2, None: 2}, {"s": 2, "l": 3, 1: 4, "1": 5}):
            with pytest.raises(ow.InvalidInput, match="the base"):
                call(wrong)
    # A group without accounts in a period in which nobody of it was heard may be left out.
    assert len(ow.hearing_drift(calls, {("1", "s"): 3, ("2", "s"): 3, ("2", "l"): 9})) == 2


def test_drift_is_a_value_like_all_results() -> None:
    calls = {"period": ["1", "1", "2"], "group": ["s", "l", "l"], "account_id": ["a", "b", "b"]}
    drift = ow.hearing_drift(calls, {"s": 5, "l": 9})
    assert pickle.loads(pickle.dumps(drift)) == drift == ow.hearing_drift(calls, {"s": 5, "l": 9})
    assert drift != ow.hearing_drift(calls, {"s": 6, "l": 9})
    assert drift.to_dict()["interactions"] == list(drift["interactions"]) == [2, 1]
    assert drift.to_frame() == drift.to_dict()
    drift.weights[0] = 99.0
    assert drift.weights.tolist() == [5.0, 9.0, 9.0]
    assert repr(drift).startswith("outweigh.HearingDrift: 2 periods, 3 interactions")
