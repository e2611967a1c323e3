"""Survey weighting against the published answers of R's survey package, and its errors."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pytest

import outweigh as ow
from outweigh import weighting

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
        ("clus1_poststrat_stype", lambda sample, design: weighting.poststratify(sample, {"stype": STYPE}, weights=design)),
        (
            "clus1_rake_stype_schwide",
            lambda sample, design: weighting.rake(sample, {"stype": STYPE, "sch.wide": WIDE}, weights=design),
        ),
        ("clus1_cal_linear_stype", lambda sample, design: weighting.calibrate(sample, {"stype": STYPE}, weights=design)),
        (
            "clus1_cal_raking_stype_api99",
            lambda sample, design: weighting.calibrate(
                sample, {"stype": STYPE, "api99": 3914069}, weights=design, method="raking"
            ),
        ),
    ],
)
def test_published_answers(clus1, name, weigh):
    expected = json.loads((CASES / "api_expected.json").read_text(encoding="utf-8"))["expected"][name]
    weights = weigh(clus1, weighting.Design(clusters=clus1["dnum"], weights=clus1["pw"], fpc=clus1["fpc"]))
    mean = weighting.estimate_mean(weights, clus1["api00"])
    total = weighting.estimate_total(weights, clus1["enroll"])
    assert math.isclose(mean.estimate, expected["mean_api00"]["est"], rel_tol=1e-8)
    assert math.isclose(mean.se, expected["mean_api00"]["se"], rel_tol=1e-8)
    assert math.isclose(total.estimate, expected["total_enroll"]["est"], rel_tol=1e-8)
    assert math.isclose(total.se, expected["total_enroll"]["se"], rel_tol=1e-8)
    if isinstance(weights, weighting.SurveyWeights):
        assert weights.residual <= 1e-10
        for ours, theirs in zip(weights.values, expected["w_first5"], strict=False):
            assert math.isclose(ours, theirs, rel_tol=1e-8)


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
        weighting.rake({"a": ["x", "x", "y"], "b": ["p", "q", "q"]}, margins)


def test_a_column_that_is_missing_is_named():
    with pytest.raises(ow.MissingInput, match="nonsense"):
        weighting.rake({"a": ["x"]}, {"nonsense": {"x": 1}})
