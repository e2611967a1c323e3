"""Lifetime value and survival: published answers, scikit-learn's manners, and data that cannot tell."""

from __future__ import annotations

import csv
import json
import math
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


def test_cox_predicts_with_errors():
    random = np.random.default_rng(2)
    z = random.normal(size=300)
    time = random.exponential(np.exp(-0.5 * z) * 10)
    event = (time < 15).astype(int)
    model = ow.Cox().fit(np.minimum(time, 15), event, {"z": z})
    sure = model.survival({"z": [0.0, 1.0]}, 5.0)
    predicted = model.survival({"z": [0.0, 1.0]}, 5.0, uncertainty=True)
    assert (predicted.values == sure).all()
    lower, upper = predicted.interval(0.9)
    assert ((0 < lower) & (lower < sure) & (sure < upper) & (upper < 1)).all()
    risk = model.relative_risk({"z": [0.0, 1.0]}, uncertainty=True)
    expected = np.abs(np.array([0.0, 1.0]) - z.mean()) * model.standard_errors["z"] * risk.values
    assert risk.standard_errors == pytest.approx(expected, rel=1e-9)
    assert model.survival({"z": [0.0]}, -1.0, uncertainty=True).standard_errors.tolist() == [0.0]
    assert pickle.loads(pickle.dumps(model)).survival({"z": [0.0]}, 5.0) == sure[0]
    for wrong, kind in (({"y": [0.0]}, ow.MissingInput), ({"z": [math.nan]}, ow.InvalidInput)):
        with pytest.raises(kind):
            model.survival(wrong, 5.0)
    with pytest.raises(ow.TypeMismatch, match="time"):
        model.survival({"z": [0.0]}, "soon")


def test_intervals_of_cox_survival_cover():
    """Exponential times: in 90 of 100 samples or so, the interval holds the survival that made them."""
    covered = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        z = random.normal(size=120)
        time = random.exponential(np.exp(-0.7 * z) * 10)
        end = random.uniform(5, 25, 120)
        model = ow.Cox().fit(np.minimum(time, end), (time <= end).astype(int), {"z": z})
        lower, upper = model.survival({"z": [1.0]}, 6.0, uncertainty=True).interval(0.9)
        covered += bool(lower[0] <= np.exp(-0.6 * np.exp(0.7)) <= upper[0])
    assert 165 <= covered <= 195


def test_the_survival_curve_is_asked_for_times_and_shares():
    curve = ow.KaplanMeier().fit([3, 5, 7, 2, 18], [1, 1, 0, 1, 1])
    assert curve.survival([0, 2.5]).tolist() == [1.0, 0.8]
    assert curve.time_at(1) == 2
    for call, kind in (
        (lambda: curve.survival("soon"), ow.TypeMismatch),
        (lambda: curve.survival([1.0, math.nan]), ow.InvalidInput),
        (lambda: curve.time_at(math.nan), ow.InvalidInput),
        (lambda: curve.time_at(-0.1), ow.InvalidInput),
        (lambda: curve.time_at("half"), ow.TypeMismatch),
        (lambda: ow.KaplanMeier(level="high").fit([1, 2]), ow.TypeMismatch),
        (lambda: ow.Cox(ties=None).fit([1, 2], [1, 1], {"z": [0, 1]}), ow.InvalidInput),
        (lambda: ow.BgNbd.from_params(r=1, alpha=1, a=1, b=1).expected_purchases(None), ow.InvalidInput),
        (lambda: ow.BgNbd.from_params(r=1, alpha=1, a=1, b=1).prediction_interval(1, level="x"), ow.TypeMismatch),
        (lambda: ow.profit_curve([1.0, 2.0]).top("most"), ow.TypeMismatch),
    ):
        with pytest.raises(kind):
            call()


@pytest.mark.parametrize("value", ["2", None, True, [1, 2], 1j])
def test_numbers_are_numbers(value):
    model = ow.BgNbd.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426)
    for call in (
        lambda: model.discounted_purchases(value, 2, 30, 39),
        lambda: model.discounted_purchases(0.1, 2, 30, 39, horizon=value),
        lambda: model.purchase_probability(value, 39),
        lambda: model.purchase_probability(2, value),
        lambda: ow.BgNbd.from_params(r=value, alpha=4.414, a=0.793, b=2.426),
        lambda: ow.ShiftedBetaGeometric.from_params(alpha=1, beta=2).discounted_periods(1, discount=value),
    ):
        with pytest.raises(ow.TypeMismatch):
            call()


def test_a_count_is_whole():
    model = ow.BgNbd.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426)
    with pytest.raises(ow.InvalidInput, match="count"):
        model.purchase_probability(1.5, 39)
    assert model.purchase_probability(10**30, 39) == 0
    assert model.purchase_probability(np.int64(2), 39) == model.purchase_probability(2.0, 39)


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


def test_segments_that_are_no_column_are_refused_by_name():
    pd = pytest.importorskip("pandas")
    histories = [2, 1, 0, 0], [30.4, 1.7, 0, 0], [38.9] * 4
    for unknown in (["a", "a", "a", pd.NA], pd.array(["a", "a", "a", pd.NA], dtype="string")):
        with pytest.raises(ow.InvalidInput, match="row 3"):
            ow.fit_by_segment(ow.BgNbd(), *histories, unknown)
    for wrong in (None, 5, "abcd", {"a": 1}, [["a"]] * 4, [1, True, 1, True], np.array([["a", "b"]] * 4)):
        with pytest.raises(ow.TypeMismatch, match="segment"):
            ow.fit_by_segment(ow.BgNbd(), *histories, wrong)
    named = ow.fit_by_segment(ow.BgNbd(), *histories, np.array(["a", "b", "a", "b"]))
    assert [type(level) for level in named.models] == [str, str]


def test_weights_that_no_sum_can_hold_are_refused():
    huge = {"weights": [1e308, 1e308]}
    for fit in (
        lambda: ow.KaplanMeier().fit([1, 2], [1, 1], **huge),
        lambda: ow.log_rank([1, 2], [1, 1], ["a", "b"], **huge),
        lambda: ow.BgNbd().fit([1, 2], [1, 1], [3, 3], **huge),
        lambda: ow.GammaGamma().fit([1, 2], [1, 3], **huge),
        lambda: ow.ShiftedBetaGeometric().fit_cohort([1.5e308, 1e308]),
    ):
        with pytest.raises(ow.InvalidInput, match="weights"):
            fit()
    curve = ow.KaplanMeier().fit([1, 2], [1, 1], weights=[1e90, 1e90])
    assert np.isfinite([value for name in curve.to_table().columns for value in curve.to_table()[name]]).all()


def test_a_stratum_without_events_is_named_as_it_was_given():
    model = ow.Cox().fit([1, 2, 3, 4, 5], [1, 0, 1, 0, 0], {"x": [1.0, 2, 3, 0, 1]}, strata=["a", "a", "a", "b", "b"])
    with pytest.raises(ow.InvalidInput, match="no event in this stratum.*'b'"):
        model.survival({"x": [1.0]}, 2, stratum="b")


def test_survival_in_words():
    assert repr(ow.KaplanMeier().fit([2.0], [0])) == "outweigh.KaplanMeier(1 subject, 0 events, median not reached)"
    assert "2 subjects, 1 event, median 1)" in repr(ow.KaplanMeier().fit([1.0, 2.0], [1, 0]))
    constant = ow.Cox().fit([1, 2, 3, 4], [1, 1, 0, 1], {"x": [1.0] * 4})
    assert repr(constant) == "outweigh.Cox(not identified: 'x' has one value only)"


@pytest.mark.parametrize("ties", [None, 1, np.array([]), ["efron"], "exact"])
def test_ties_are_treated_in_one_of_two_ways(ties):
    with pytest.raises(ow.InvalidInput, match="efron or breslow"):
        ow.Cox(ties=ties).fit([1, 2, 3], [1, 1, 0], {"x": [1, 0, 2]})


def test_customers_of_one_tenure_are_worth_the_same_on_any_number_of_threads():
    for made in (
        ow.ShiftedBetaGeometric.from_params(alpha=0.7, beta=3.8),
        ow.BetaDiscreteWeibull.from_params(alpha=0.7, beta=6.0, c=1.4),
    ):
        renewals = np.array([3, 0, 11, 3, 0.5, 0, 3])
        single = [made.discounted_periods(float(done), discount=0.1) for done in renewals]
        assert made.discounted_periods(renewals, discount=0.1).tolist() == single
        for threads in (1, 2, 5):
            made.set_params(threads=threads)
            assert made.discounted_periods(np.tile(renewals, 500), discount=0.1).tolist() == single * 500
            assert made.discounted_periods([], discount=0.1).tolist() == []
