"""Pooling, judges and those never heard: tables in, published answers, bad input."""

from __future__ import annotations

import csv
import json
import math
import pickle

import numpy as np
import pytest
from customer_base import ROOT

import outweigh as ow

CASES = ROOT.parent / "shared" / "cases" / "weighting"


def read(name):
    if not (CASES / name).exists():
        pytest.skip("the public cases are not beside the project")
    with (CASES / name).open() as file:
        return list(csv.DictReader(file))


def test_hachemeister():
    rows = read("hachemeister.csv")
    expected = json.loads((CASES / "hachemeister_expected.json").read_text())["expected"]["Buhlmann-Gisler"]
    table = {
        "group": [row["state"] for row in rows for _ in range(12)],
        "value": [float(row[f"ratio.{i}"]) for row in rows for i in range(1, 13)],
        "weight": [float(row[f"weight.{i}"]) for row in rows for i in range(1, 13)],
    }
    found = ow.buhlmann_straub(table, weight="weight")
    assert found.collective == pytest.approx(expected["collective"], rel=1e-9)
    assert found["estimate"] == pytest.approx(expected["premiums"], rel=1e-9)
    assert pickle.loads(pickle.dumps(found)) == found


def test_milk_against_dense_matrices():
    rows = read("milk.csv")
    y = np.array([float(row["yi"]) for row in rows])
    d = np.array([float(row["SD"]) ** 2 for row in rows])
    dummies = {f"m{k}": [float(row["MajorArea"] == str(k)) for row in rows] for k in (2, 3, 4)}
    found = ow.fay_herriot({"estimate": y, "variance": d, **dummies}, covariates=list(dummies))
    x = np.column_stack([np.ones(len(y)), *dummies.values()])
    a = found.figures["variance"]
    v = np.diag(1 / (a + d))
    p = v - v @ x @ np.linalg.inv(x.T @ v @ x) @ x.T @ v
    assert y @ p @ p @ y - np.trace(p) == pytest.approx(0, abs=1e-6)  # the score of the residual likelihood
    q = np.linalg.inv(x.T @ v @ x)
    beta = q @ x.T @ v @ y
    b = d / (a + d)
    assert found["estimate"] == pytest.approx((1 - b) * y + b * (x @ beta), abs=1e-9)
    mse = a * b + b**2 * np.einsum("ij,jk,ik->i", x, q, x) + 4 * b**2 / (a + d) / np.sum(1 / (a + d) ** 2)
    assert found["standard_error"] == pytest.approx(np.sqrt(mse), abs=1e-9)


def test_areas_without_an_estimate_get_the_regression():
    found = ow.fay_herriot(
        {"name": ["a", "b", "c", "d"], "estimate": [1.0, 2.0, 3.0, None], "variance": [1.0, 1.0, 1.0, None]},
        area="name",
    )
    assert found["estimate"][3] == found["synthetic"][3]
    assert found["area"] == ["a", "b", "c", "d"]


def test_three_sources_are_needed():
    labels = {"task": [1, 1, 2, 2], "source": ["a", "b"] * 2, "label": ["yes", "no", "no", "no"]}
    found = ow.dawid_skene(labels)
    assert found.status == "not_identified"
    assert found["probability"] == [None, None]
    random = np.random.default_rng(2)
    truth = random.random(600) < 0.4
    rows = [
        (t, s, bool(truth[t] == (random.random() < right)))
        for t in range(600)
        for s, right in enumerate((0.95, 0.9, 0.6))
    ]
    table = {
        "task": [r[0] for r in rows],
        "source": [f"s{r[1]}" for r in rows],
        "label": ["yes" if r[2] else "no" for r in rows],
    }
    found = ow.dawid_skene(table)
    assert found.status == "estimated"
    agree = np.mean(np.array([label == "yes" for label in found["label"]]) == truth)
    assert agree > 0.9
    assert pickle.loads(pickle.dumps(found)) == found


def test_those_never_heard():
    toy = json.loads((CASES / "chao_closed_form.json").read_text())["toy"] if CASES.exists() else None
    if toy is None:
        pytest.skip("the public cases are not beside the project")
    assert ow.chao1(toy["counts"]).estimate == pytest.approx(toy["chao1_n_corrected"])
    assert ow.chao1(toy["counts"], population=40).estimate == 40
    assert ow.good_turing(toy["counts"]).estimate == pytest.approx(toy["good_turing_unseen"])
    assert ow.chao1([]).estimate is None
    assert ow.chao1([1, 1]).status == "not_identified"


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: ow.buhlmann_straub({"group": ["a"]}), ow.MissingInput),
        (lambda: ow.buhlmann_straub({"group": [None], "value": [1.0]}), ow.InvalidInput),
        (lambda: ow.buhlmann_straub({"group": ["a"], "value": ["x"]}), ow.TypeMismatch),
        (lambda: ow.buhlmann_straub({"group": ["a"], "value": [math.nan]}), ow.InvalidInput),
        (lambda: ow.buhlmann_straub({"group": ["a"], "value": [1.0]}, between="x"), ow.InvalidInput),
        (lambda: ow.beta_binomial({"group": ["a"], "successes": [3], "trials": [2]}), ow.InvalidInput),
        (lambda: ow.fay_herriot({"estimate": [1.0], "variance": [None]}), ow.InvalidInput),
        (lambda: ow.fay_herriot({"estimate": [1.0], "variance": [0.0]}), ow.InvalidInput),
        (lambda: ow.fay_herriot({"estimate": [1.0], "variance": [1.0]}, method="x"), ow.InvalidInput),
        (lambda: ow.dawid_skene({"task": [1]}), ow.MissingInput),
        (lambda: ow.dawid_skene({"task": [1, 1], "source": ["a", "a"], "label": [0, 1]}), ow.InvalidInput),
        (lambda: ow.dawid_skene({"task": [None], "source": ["a"], "label": [0]}), ow.InvalidInput),
        (lambda: ow.chao1([0.5]), ow.InvalidInput),
        (lambda: ow.chao1([1, 2], population=1), ow.InvalidInput),
        (lambda: ow.chapman(1, 1, 2), ow.InvalidInput),
        (lambda: ow.fay_herriot({"estimate": [1e300, 2e300, 3e300], "variance": [1.0] * 3}), ow.InvalidInput),
    ],
)
def test_bad_input_is_a_typed_error(call, error):
    with pytest.raises(error):
        call()


def test_numbers_that_cannot_be_computed_with_are_an_error():
    record = {"group": ["a", "a", "b", "b"], "value": [1.0, 2.0, 3.0, 5.0]}
    for wrong in ({"weight": [1e300, 1e300, 1e300, 1e308]}, {"weight": [1e-320] * 4}):
        with pytest.raises(ow.InvalidInput, match="too large or too small"):
            ow.buhlmann_straub({**record, **wrong}, weight="weight")
    with pytest.raises(ow.InvalidInput, match="too large or too small"):
        ow.buhlmann_straub({**record, "value": [1e300, -1e300, 1e300, 1e308]})
    areas = {"estimate": [0.1, 0.5, 0.4, 0.9], "variance": [0.1] * 4, "n": [10, 20, 3, 5]}
    for column in ("estimate", "variance"):
        with pytest.raises(ow.InvalidInput, match="infinite") as caught:
            ow.fay_herriot({**areas, column: [0.1, math.inf, 0.1, 0.1]})
        assert (caught.value.place.column, caught.value.place.row) == (column, 1)


def test_wrong_sample_sizes_are_named_by_their_own_row_and_column():
    areas = {"estimate": [None, 0.5, 0.4, 0.9], "variance": [None, 0.1, 0.1, 0.1]}
    for sizes, row in (([None, 20, 0, 5], 2), ([None, 20, 3, None], 3), ([1, math.inf, 3, 5], 1)):
        with pytest.raises(ow.InvalidInput) as caught:
            ow.fay_herriot({**areas, "n": sizes}, sample_size="n")
        assert (caught.value.place.column, caught.value.place.row) == ("n", row)
    nothing = ow.fay_herriot({"estimate": [None] * 2, "variance": [None] * 2, "n": [1, 2]}, sample_size="n")
    assert nothing.status == "undefined"


def test_groups_and_areas_are_known_and_there_once():
    nan = math.nan
    with pytest.raises(ow.InvalidInput, match="group is unknown"):
        ow.buhlmann_straub({"group": [1.0, nan, 2.0, 2.0], "value": [1.0, 2.0, 3.0, 5.0]})
    for names in (["a", "a"], ["a", None], [1.0, nan]):
        with pytest.raises(ow.InvalidInput) as caught:
            ow.beta_binomial({"group": names, "successes": [1, 2], "trials": [3, 3]})
        assert (caught.value.place.column, caught.value.place.row) == ("group", 1)
        with pytest.raises(ow.InvalidInput):
            ow.fay_herriot({"area": names, "estimate": [1.0, 2.0], "variance": [1.0, 1.0]}, area="area")


def test_two_lists_without_anybody_on_both_have_no_upper_end() -> None:
    found = ow.chapman(5, 5, 0)
    assert (found.lower, found.upper, found.status) == (16.0, None, "bounds_only")
    assert ow.chapman(5, 5, 0, population=30).upper == 30.0
    avoiding = ow.chapman(20, 15, 0, population=60)
    assert (avoiding.lower, avoiding.upper, avoiding.status) == (35.0, 60.0, "doubtful")
