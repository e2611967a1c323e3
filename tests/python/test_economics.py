"""Lifetime value and survival: published answers, scikit-learn's manners, and data that cannot tell."""

from __future__ import annotations

import csv
import json
import pickle

import numpy as np
import pytest

import outweigh as ow


@pytest.fixture(scope="module")
def cdnow(shared):
    with (shared / "cases" / "economics" / "cdnow_gamma_gamma" / "input.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in ("x", "t_x", "T", "zbar")}


def expected(shared, case):
    return json.loads((shared / "cases" / "economics" / case / "expected.json").read_text(encoding="utf-8"))


def test_bg_nbd_on_cdnow(shared, cdnow):
    answers = expected(shared, "cdnow_bgnbd")
    model = ow.BgNbd().fit(cdnow["x"], cdnow["t_x"], cdnow["T"])
    assert model.status == "estimated"
    for name, value in answers["params_mle"].items():
        assert model.params[name] == pytest.approx(value, rel=1e-4)
    assert model.log_likelihood == pytest.approx(answers["loglik_mle"], abs=1e-3)
    ahead = answers["conditional_expectation_published"]
    assert model.expected_purchases(ahead["t"], ahead["x"], ahead["t_x"], ahead["T"]) == pytest.approx(
        answers["conditional_expectation_mle"], rel=1e-5
    )
    new = answers["expected_new_customer"]
    assert model.expected_purchases(new["t"]) == pytest.approx(new["value"], abs=new["abs_tol"])


def test_pareto_nbd_on_cdnow_is_the_published_fit(cdnow):
    model = ow.ParetoNbd().fit(cdnow["x"], cdnow["t_x"], cdnow["T"])
    assert model.log_likelihood == pytest.approx(-9595.0, abs=0.05)
    published = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}
    for name, value in published.items():
        assert model.params[name] == pytest.approx(value, rel=1e-3)


def test_gamma_gamma_on_cdnow(shared, cdnow):
    answers = expected(shared, "cdnow_gamma_gamma")
    model = ow.GammaGamma().fit(cdnow["x"], cdnow["zbar"])
    for name, value in answers["params_mle"].items():
        assert model.params[name] == pytest.approx(value, rel=5e-4)
    assert model.log_likelihood == pytest.approx(answers["loglik_mle"], abs=1e-3)


def test_contracts_give_the_published_projection(shared):
    answers = expected(shared, "sbg_highend")
    with (shared / "cases" / "economics" / "sbg_highend" / "input.csv").open(encoding="utf-8") as file:
        alive = [float(row["alive"]) for row in csv.DictReader(file)]
    model = ow.ShiftedBetaGeometric().fit_cohort(alive)
    assert model.params["alpha"] == pytest.approx(answers["alpha"], abs=5e-4)
    assert model.survival(range(13)) == pytest.approx(answers["projected_survival_t0_12"], abs=1e-6)
    assert model.retention(range(1, 13)) == pytest.approx(answers["retention_rate_t1_12"], abs=1e-6)


def test_hard_counts_and_removable_singularities(shared):
    hard = json.loads((shared / "cases" / "economics" / "hard_inputs.json").read_text(encoding="utf-8"))
    values = hard["values_60_digits"]
    model = ow.BgNbd.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426)
    for count in (10, 170, 400):
        assert model.purchase_probability(count, 365) == pytest.approx(values[f"bgnbd_pmf t=365 n={count}"], rel=1e-9)
    one = ow.BgNbd.from_params(r=0.243, alpha=4.414, a=1, b=2.426)
    key = next(name for name in values if "a=1" in name)
    assert one.expected_purchases(39, 2, 30.43, 38.86) == pytest.approx(values[key], rel=1e-9)
    still = ow.ParetoNbd.from_params(r=0.5329, alpha=38.0598, s=64.2792, beta=7721.5264)
    assert still.probability_alive(300, 145, 145) == 1.0


MODELS = [ow.BgNbd, ow.ModifiedBgNbd, ow.ParetoNbd]


@pytest.mark.parametrize("kind", MODELS)
def test_models_keep_to_the_manners_of_scikit_learn(kind):
    model = kind(level=0.8).fit([2, 1, 0, 0, 4], [30.4, 1.7, 0, 0, 20], [38.9] * 5)
    assert kind(**model.get_params()).level == 0.8
    assert model.set_params(level=0.9).level == 0.9
    again = pickle.loads(pickle.dumps(model))
    assert again == model
    assert again.params == model.params
    with pytest.raises(ow.MissingInput):
        _ = kind().params
    with pytest.raises(ow.InvalidInput):
        model.set_params(colour="red")


@pytest.mark.parametrize("kind", MODELS)
def test_data_that_cannot_tell(kind):
    nobody = kind().fit([0] * 9, [0] * 9, [5] * 9)
    assert nobody.status == "not_identified"
    assert set(nobody.params.values()) == {None}
    with pytest.raises(ow.NotIdentified):
        nobody.expected_purchases(3)
    staying = kind().fit([1, 3, 2, 7, 5], [9] * 5, [9] * 5)
    assert staying.status == "boundary"
    assert "nobody is seen to leave" in staying.cause
    assert np.isfinite(staying.expected_purchases(9, [1, 3], [9, 9], 9)).all()
    few = kind().fit([2, 0, 1], [10, 0, 4], [20, 20, 20])
    assert few.status in ("estimated", "boundary", "not_identified")
    with pytest.raises(ow.InvalidInput, match="row 1, value '30'"):
        kind().fit([1, 2], [10, 30], [20, 20])


def test_predictions_carry_intervals(cdnow):
    model = ow.BgNbd().fit(cdnow["x"], cdnow["t_x"], cdnow["T"])
    ahead = model.expected_purchases(39, cdnow["x"][:5], cdnow["t_x"][:5], cdnow["T"][:5], uncertainty=True)
    lower, upper = ahead.interval(0.9)
    assert ((lower < ahead.values) & (ahead.values < upper)).all()
    alive = model.probability_alive(cdnow["x"], cdnow["t_x"], cdnow["T"], uncertainty=True)
    lower, upper = alive.interval(0.9)
    assert (lower >= 0).all() and (upper <= 1).all()
    assert ahead.to_table().columns == ["value", "standard_error", "lower", "upper"]


def test_survival_names_what_cannot_be_told():
    time, event = [4, 3, 1, 1, 2, 2, 3, 5], [1, 1, 1, 0, 1, 1, 0, 1]
    flat = ow.Cox().fit(time, event, {"x": [0, 2, 1, 1, 1, 0, 0, 1], "flat": [1] * 8})
    assert flat.status == "not_identified"
    assert flat.params["flat"] is None
    assert flat.params["x"] is not None
    censored = ow.Cox().fit(time, [0] * 8, {"x": [0, 2, 1, 1, 1, 0, 0, 1]})
    assert censored.status == "not_identified"
    curve = ow.KaplanMeier().fit(time, [0] * 8)
    assert curve.median is None
    with pytest.raises(ow.InvalidInput, match="row 0"):
        ow.KaplanMeier().fit([-1], [1])
