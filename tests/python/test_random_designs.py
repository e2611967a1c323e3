"""Designs drawn at random against R's survey package: tests/golden/random_designs.R made the samples and the answers."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

import outweigh as ow

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
TEXTS = ("a", "b", "dom")


def read(name: str) -> list[dict[str, str]]:
    with (GOLDEN / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


SAMPLES: dict[str, list[dict[str, str]]] = defaultdict(list)
for _row in read("random_designs.csv"):
    SAMPLES["design" + _row["design"]].append(_row)
ANSWERS: dict[str, dict[str, float]] = defaultdict(dict)
for _row in read("random_answers.csv"):
    ANSWERS[_row["case"]][_row["quantity"]] = float(_row["value"])


def design_of(sample: dict[str, object], first: dict[str, str]) -> ow.Design:
    is_ = {name: first["is_" + name] == "1" for name in ("strata", "finite", "two", "weighted")}
    return ow.Design(
        strata="stratum" if is_["strata"] else None,
        clusters=["cluster", "unit"] if is_["two"] else "cluster",
        fpc=(["size1", "size2"] if is_["two"] else "size1") if is_["finite"] else None,
        weights="w" if is_["weighted"] else None,
        sample=sample,
        nest=True,
    )


def weigh(
    how: str, sample: dict[str, object], design: ow.Design, known: dict[str, float]
) -> ow.SurveyWeights | ow.Design:
    a = {level: known[f"known_a_{level}"] for level in "pqr"}
    b = {level: known[f"known_b_{level}"] for level in "mn"}
    x, z = known["known_x"], known["known_z"]
    if how == "base":
        return design
    if how == "poststratify":
        return ow.poststratify(sample, {"a": a}, weights=design)
    if how == "rake":
        return ow.rake(sample, {"a": a, "b": b}, weights=design)
    if how == "linear_a":
        return ow.calibrate(sample, {"a": a}, weights=design)
    if how == "through_zero":
        return ow.calibrate(sample, {"x": x, "z": z}, weights=design)
    if how == "two_numbers":
        return ow.calibrate(sample, {"a": a, "x": x, "z": z}, weights=design)
    bounds = (known["lower"], known["upper"]) if how.startswith("bounded") else None
    return ow.calibrate(
        sample, {"a": a, "b": b, "x": x}, weights=design, method=how.removeprefix("bounded_"), bounds=bounds
    )


def answers_of(weights, values: np.ndarray, answer: dict[str, float]) -> dict[str, float]:
    """Everything that R was asked, under its names."""
    found = {"weight_4": values[3], "weight_squares": float(np.sum(values**2))}
    estimates = {
        "mean": ow.estimate_mean(weights, "y"),
        "total": ow.estimate_total(weights, "y"),
        "ratio": ow.estimate_ratio(weights, "y", "v"),
        "difference": ow.estimate_difference(weights, "y", "dom", "d1", "d3"),
    }
    estimates |= {f"share_of_{e.level}": e for e in ow.estimate_proportions(weights, "dom")}
    estimates |= {f"mean_of_{e.level}": e for e in ow.estimate_mean(weights, "y", by="dom")}
    estimates |= {f"total_of_{e.level}": e for e in ow.estimate_total(weights, "y", by="dom")}
    estimates |= {f"ratio_of_{e.level}": e for e in ow.estimate_ratio(weights, "y", "v", by="dom")}
    quantiles = {}
    if any(name.startswith("quantile") for name in answer):
        quantiles = {f"quantile_{p}": ow.estimate_quantile(weights, "y", p) for p in (0.25, 0.8)}
        quantiles |= {f"quantile_of_{e.level}": e for e in ow.estimate_quantile(weights, "y", 0.6, by="dom")}
        for name, estimate in quantiles.items():
            found[name + ".lower"], found[name + ".upper"] = estimate.interval(0.95)
    for name, estimate in (estimates | quantiles).items():
        found[name], found[name + ".se"] = estimate.estimate, estimate.se
    return found


@pytest.mark.parametrize("case", [case for case in ANSWERS if "_" in case])
def test_random_designs_match_survey(case):
    name, how = case.split("_", 1)
    rows = SAMPLES[name]
    sample = {
        column: [row[column] for row in rows] if column in TEXTS else np.array([float(row[column]) for row in rows])
        for column in rows[0]
    }
    jackknife = how.startswith("jackknife")
    mse = how.startswith("jackknife_mse")
    if jackknife:
        how = how.removeprefix("jackknife").removeprefix("_mse").removeprefix("_") or "base"
    weights = weigh(how, sample, design_of(sample, rows[0]), ANSWERS[name])
    values = np.asarray(weights.weights if how == "base" else weights.values)
    if jackknife:
        weights = ow.replicate_weights(weights, method="jackknife", mse=mse)
    answer = ANSWERS[case]
    found = answers_of(weights, values, answer)
    for quantity, value in answer.items():
        if math.isnan(value):
            continue  # the interval leaves 0..1, for which R has no answer
        assert found[quantity] == pytest.approx(value, rel=1e-8, abs=1e-9), quantity


@pytest.mark.parametrize("steps", [("a", "bx"), ("bx", "a"), ("a", "b", "x"), ("abx",)])
def test_errors_after_several_adjustments_are_those_of_the_whole_way(steps):
    """The variance of what each base weight adds to the estimate, found by moving it, through all adjustments."""
    rows, known = SAMPLES["design2"], ANSWERS["design2"]
    totals = {
        "a": {level: known[f"known_a_{level}"] for level in "pqr"},
        "b": {level: known[f"known_b_{level}"] for level in "mn"},
        "x": known["known_x"],
    }
    columns = {c: [row[c] for row in rows] for c in ("a", "b")} | {
        c: np.array([float(row[c]) for row in rows]) for c in ("x", "y", "stratum", "cluster", "w")
    }

    def weights_from(base: np.ndarray) -> ow.SurveyWeights:
        weights: ow.SurveyWeights | ow.Design = ow.Design(strata="stratum", weights=base, sample=columns)
        for step in steps:
            weights = ow.calibrate(columns, {name: totals[name] for name in step}, weights=weights)
        return weights

    def mean(base: np.ndarray) -> float:
        values = weights_from(base).values
        return float(values @ columns["y"] / values.sum())

    base = columns["w"]
    influence = np.empty(len(base))
    for row in range(len(base)):
        step = np.zeros(len(base))
        step[row] = 1e-4 * base[row]
        influence[row] = (mean(base + step) - mean(base - step)) / 2e-4
    plain = ow.Design(strata="stratum", weights=np.ones(len(base)), sample=columns)
    expected = ow.estimate_total(plain, influence).se
    weights = weights_from(base)
    assert ow.estimate_mean(weights, "y").se == pytest.approx(expected, rel=1e-5)
    if "x" in steps[-1]:
        fixed = ow.estimate_total(weights, "x")
        assert fixed.estimate == pytest.approx(totals["x"], rel=1e-9)
        assert fixed.se == pytest.approx(0.0, abs=1e-8)


@pytest.mark.parametrize("seed", range(12))
def test_domains_are_ratios_of_the_whole_sample(seed):
    random = np.random.default_rng(seed)
    rows = 60
    strata = random.integers(0, 3, rows)
    clusters = strata * 100 + random.integers(0, 6, rows)
    weights = random.choice([0.0, 1.0, 2.5, 4.0], rows)
    level = random.choice(["a", "b", "c", "d"], rows, p=[0.7, 0.2, 0.05, 0.05])
    y = random.normal(size=rows) * 10.0 ** random.integers(-2, 4)
    for shape in (
        {},
        {"strata": strata},
        {"clusters": clusters},
        {"strata": strata, "clusters": clusters, "fpc": [9.0] * rows},
    ):
        design = ow.Design(weights=weights, **shape)
        means, totals = ow.estimate_mean(design, y, by=level), ow.estimate_total(design, y, by=level)
        shares = ow.estimate_proportions(design, level)
        for name in means.levels:
            inside = (level == name).astype(float)
            for found, whole in (
                (means[name], ow.estimate_ratio(design, y * inside, inside)),
                (totals[name], ow.estimate_total(design, y * inside)),
                (shares[name], ow.estimate_mean(design, inside)),
            ):
                if found.status == "undefined":
                    assert whole.status == "undefined"
                    continue
                assert found.estimate == pytest.approx(whole.estimate, rel=1e-12)
                assert found.se == pytest.approx(whole.se, rel=1e-9, abs=1e-14 * abs(whole.estimate))


@pytest.mark.parametrize("method", ["jackknife", "bootstrap"])
def test_a_domain_does_not_depend_on_how_the_others_are_divided(method):
    random = np.random.default_rng(3)
    level = random.choice(list("abcd"), 80, p=[0.5, 0.25, 0.15, 0.1])
    y = random.normal(size=80).round(1)
    design = ow.Design(clusters=random.integers(0, 15, 80), weights=random.choice([0.0, 1.0, 2.0], 80))
    replicates = ow.replicate_weights(design, method=method, replicates=50)
    for weights in (design, replicates):
        found = ow.estimate_quantile(weights, y, 0.4, by=level)
        for name in "abcd":
            alone = ow.estimate_quantile(weights, y, 0.4, by=np.where(level == name, name, "others"))[name]
            assert found[name].estimate == alone.estimate
            assert found[name].se == pytest.approx(alone.se, rel=1e-9)
            assert found[name].interval(0.8) == pytest.approx(alone.interval(0.8))
