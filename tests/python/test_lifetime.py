"""Lifetime value, covariates, segments, ranges of counts, and data at which models break."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

import outweigh as ow

KINDS = [ow.BgNbd, ow.ModifiedBgNbd, ow.ParetoNbd]


def customers(count, seed=1, rate_of=lambda random: 1.0, leave_of=lambda random: 1.0):
    """Purchases of Pareto/NBD customers: frequency, recency, age."""
    random = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        rate = random.gamma(0.9) / 5 * rate_of(random)
        end = random.exponential(1 / (random.gamma(1.2) / 15 * leave_of(random)))
        age = 20 + float(random.integers(0, 20))
        times = np.cumsum(random.exponential(1 / max(rate, 1e-9), 400))
        times = times[times < min(end, age)]
        rows.append((len(times), times[-1] if len(times) else 0.0, age))
    return np.array(rows).T


@pytest.fixture(scope="module")
def purchases():
    return customers(1500)


@pytest.mark.parametrize("kind", KINDS)
def test_covariates_act_on_buying_and_leaving(kind):
    halves = [customers(800, seed=2), customers(800, seed=3, rate_of=lambda _: 3.0)]
    x, last, age = np.concatenate(halves, axis=1)
    big = np.repeat([0.0, 1.0], 800)
    model = kind().fit(x, last, age, covariates={"big": big})
    assert model.status == "estimated"
    found = {row["parameter"]: row for row in model.coefficients.rows()}
    # The customers are those of Pareto/NBD; for the others they buy for other reasons, too.
    if kind is ow.ParetoNbd:
        assert found["alpha"]["lower"] < math.log(3) < found["alpha"]["upper"]
    assert 0.5 < found["alpha"]["coefficient"] < 1.5
    assert found["alpha"]["factor"] == pytest.approx(math.exp(found["alpha"]["coefficient"]))
    ahead = model.expected_purchases(10, covariates={"big": [0, 1]}, uncertainty=True)
    assert ahead.values[1] > 2 * ahead.values[0]
    assert (ahead.standard_errors > 0).all()
    # A fit with one group only is that of the group.
    one = model.probability_alive(x, last, age, covariates={"big": big})
    assert ((one >= 0) & (one <= 1)).all()
    assert pickle.loads(pickle.dumps(model)) == model
    with pytest.raises(ow.MissingInput, match="big"):
        model.expected_purchases(10)
    with pytest.raises(ow.InvalidInput, match="size"):
        kind().fit(x, last, age).expected_purchases(10, covariates={"size": 1})
    plain = kind().fit(x, last, age)
    with pytest.raises(ow.MissingInput, match="coefficients"):
        _ = plain.coefficients
    flat = kind().fit(x, last, age, covariates={"flat": np.ones(1600), "big": big})
    assert "flat is the same for all customers" in flat.cause
    rows = {(row["parameter"], row["covariate"]): row["coefficient"] for row in flat.coefficients.rows()}
    assert rows["alpha", "flat"] is None
    assert rows["alpha", "big"] == pytest.approx(found["alpha"]["coefficient"], rel=1e-3)
    twice = kind().fit(x, last, age, covariates={"big": big, "small": 1 - big})
    assert "small follows from the covariates before it" in twice.cause
    with pytest.raises(ow.InvalidInput, match=r"big.*row 2"):
        kind().fit(x[:3], last[:3], age[:3], covariates={"big": [1, 0, None]})


def donors(count, seed=3):
    """Six occasions; loyal donors give more often and stay longer."""
    random = np.random.default_rng(seed)
    loyal = random.integers(0, 2, count)
    gives = random.beta(1.2 * np.exp(0.8 * loyal), 1.0)
    stays = random.random((6, count)) >= random.beta(0.6, 2.5 * np.exp(0.9 * loyal))
    given = np.logical_and.accumulate(stays, axis=0) & (random.random((6, count)) < gives)
    last = np.where(given.any(axis=0), 6 - given[::-1].argmax(axis=0), 0)
    return given.sum(axis=0), last, np.full(count, 6), loyal


def test_bg_bb_has_covariates_segments_and_errors():
    x, last, age, loyal = donors(4000)
    model = ow.BgBb().fit(x, last, age, covariates={"loyal": loyal})
    rows = {row["parameter"]: row for row in model.coefficients.rows()}
    assert set(rows) == {"alpha", "beta", "gamma", "delta"}
    # A covariate of two values: the same as two fits.
    for value in (0, 1):
        own = ow.BgBb().fit(x[loyal == value], last[loyal == value], age[loyal == value])
        assert model.expected_purchases(5, 3, 5, 6, covariates={"loyal": value}) == pytest.approx(
            own.expected_purchases(5, 3, 5, 6), rel=1e-4
        )
        assert model.discounted_purchases(0.1, 3, 5, 6, covariates={"loyal": value}) == pytest.approx(
            own.discounted_purchases(0.1, 3, 5, 6), rel=1e-4
        )
    lower, upper = model.prediction_interval(5, x, last, age, covariates={"loyal": loyal})
    assert (lower <= upper).all() and (upper <= 5).all()
    assert (
        model.discounted_purchases(0.1, x, last, age, uncertainty=True, covariates={"loyal": loyal}).standard_errors > 0
    ).all()
    fits = ow.fit_by_segment(ow.BgBb(), x, last, age, ["loyal" if flag else "other" for flag in loyal])
    assert set(fits.models) == {"loyal", "other"}
    rate = {name: fit.expected_purchases(5) for name, fit in fits.models.items()}
    assert rate["loyal"] > rate["other"]
    value = ow.lifetime_value(
        ow.BgBb().fit(x, last, age), {"frequency": x, "recency": last, "age": age}, spend=10.0, discount=0.1
    )
    assert (value["lower"] < value["value"]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_each_customer_may_have_covariates_of_its_own(kind):
    x, last, age = customers(400, seed=12)
    size = np.random.default_rng(2).normal(size=400)
    model = kind().fit(x, last, age, covariates={"size": size})
    all_of_them = model.expected_purchases(10, x, last, age, covariates={"size": size})
    alive = model.probability_alive(x, last, age, covariates={"size": size})
    for i in (0, 57, 399):
        one = {"size": size[i]}
        assert model.expected_purchases(10, x[i], last[i], age[i], covariates=one) == pytest.approx(
            all_of_them[i], rel=1e-9
        )
        assert model.probability_alive(x[i], last[i], age[i], covariates=one) == pytest.approx(alive[i], rel=1e-9)
    assert len(model.expected_purchases(10, covariates={"size": size})) == 400
    with pytest.raises(ow.InvalidInput, match=r"size.*row 3"):
        model.expected_purchases(10, covariates={"size": [0.0, 1.0, 2.0, None]})


@pytest.mark.parametrize("kind", KINDS)
def test_ranges_are_wider_where_parameters_are_not_known(kind):
    x, last, age = customers(30, seed=4)
    model = kind().fit(x, last, age)
    sure = model.prediction_interval(40, x, last, age, uncertainty=False)
    unsure = model.prediction_interval(40, x, last, age)
    assert (unsure[1] - unsure[0]).sum() > (sure[1] - sure[0]).sum()
    known = kind.from_params(**{name: value for name, value in model.params.items()})
    for one, other in zip(known.prediction_interval(40, x, last, age), sure, strict=True):
        assert one == pytest.approx(other)
    assert [len(end) for end in model.prediction_interval(40, [], [], [])] == [0, 0]


@pytest.mark.parametrize("kind", KINDS)
def test_ranges_of_counts_hold_the_expectation(kind, purchases):
    x, last, age = purchases[:, :100]
    model = kind().fit(*purchases)
    lower, upper = model.prediction_interval(20, x, last, age, level=0.9)
    expected = model.expected_purchases(20, x, last, age)
    assert (lower <= upper).all() and (upper == np.round(upper)).all()
    assert (expected <= upper + 1).all()
    wider = model.prediction_interval(20, x, last, age, level=0.99)
    assert (wider[0] <= lower).all() and (wider[1] >= upper).all()
    assert model.prediction_interval(20) == (0.0, float(model.prediction_interval(20)[1]))
    with pytest.raises(ow.InvalidInput, match="level"):
        model.prediction_interval(20, level=1.0)


def test_ranges_of_bg_bb_are_quantiles_of_its_counts():
    model = ow.BgBb.from_params(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)
    lower, upper = model.prediction_interval(5, [6, 0], [6, 0], [6, 6], level=0.8)
    assert 0 <= lower[0] <= upper[0] <= 5
    assert (lower[1], upper[1]) == (0, 0) or upper[1] <= upper[0]
    assert model.prediction_interval(0, 6, 6, 6) == (0.0, 0.0)


def test_segments_borrow_from_each_other(purchases):
    few = customers(8, seed=9)
    fast = customers(700, seed=5, rate_of=lambda _: 3.0)
    x, last, age = np.concatenate([purchases, few, fast], axis=1)
    segment = ["slow"] * 1500 + ["few"] * 8 + ["fast"] * 700
    fits = ow.fit_by_segment(ow.ParetoNbd(), x, last, age, segment)
    assert set(fits.models) == {"slow", "few", "fast"}
    rate = {name: model.params["r"] / model.params["alpha"] for name, model in fits.models.items()}
    assert rate["fast"] > 2 * rate["slow"]
    own = ow.ParetoNbd().fit(*purchases)
    assert rate["slow"] == pytest.approx(own.params["r"] / own.params["alpha"], rel=0.1)
    rows = {(row["segment"], row["parameter"]): row for row in fits.to_table().rows()}
    assert (
        rows["few", "alpha"]["standard_error"] / rows["few", "alpha"]["pooled"]
        > rows["slow", "alpha"]["standard_error"] / rows["slow", "alpha"]["pooled"]
    )
    assert rows["few", "r"]["customers"] == 8
    assert pickle.loads(pickle.dumps(fits)) == fits
    with pytest.raises(ow.InvalidInput, match="row 1"):
        ow.fit_by_segment(ow.BgNbd(), [1, 0], [1, 0], [2, 2], ["a", None])
    with pytest.raises(ow.TypeMismatch):
        ow.fit_by_segment(ow.GammaGamma(), [1], [1], [2], ["a"])


@pytest.mark.parametrize("kind", KINDS)
def test_lifetime_value_is_purchases_times_spend(kind, purchases):
    x, last, age = purchases
    model = kind().fit(x, last, age)
    random = np.random.default_rng(8)
    spend = np.where(x > 0, random.gamma(3.0, 10.0, len(x)), 0.0)
    spending = ow.GammaGamma().fit(x, spend)
    table = {"account_id": list(range(len(x))), "frequency": x, "recency": last, "age": age, "spend": spend}
    value = ow.lifetime_value(model, table, spend=spending, discount=0.01, horizon=52, margin=0.5)
    payments = model.discounted_purchases(0.01, x, last, age, horizon=52)
    assert value["value"] == pytest.approx(payments * spending.expected_spend(x, spend) * 0.5)
    assert (value["lower"] <= value["value"]).all() and (value["value"] <= value["upper"]).all()
    undiscounted = model.discounted_purchases(0.0, x, last, age, horizon=52)
    assert undiscounted == pytest.approx(model.expected_purchases(52, x, last, age), rel=1e-10)
    assert (payments < undiscounted + 1e-12).all()
    for_ever = ow.lifetime_value(model, table, spend=20.0, discount=0.01)
    assert for_ever.total > ow.lifetime_value(model, table, spend=20.0, discount=0.01, horizon=52).total
    assert pickle.loads(pickle.dumps(value)) == value
    with pytest.raises(ow.InvalidInput, match="horizon"):
        ow.lifetime_value(model, table, spend=20.0, discount=0.0)
    with pytest.raises(ow.MissingInput, match="GammaGamma"):
        ow.lifetime_value(model, table, discount=0.01)
    with pytest.raises(ow.MissingInput, match="recency"):
        ow.lifetime_value(model, {"frequency": [1]}, spend=1.0, discount=0.01)


def test_lifetime_value_of_contracts():
    model = ow.ShiftedBetaGeometric.from_params(alpha=0.668, beta=3.806)
    value = ow.lifetime_value(model, {"renewals": [0, 4], "spend": [100.0, 100.0]}, discount=0.1)
    assert value["value"] == pytest.approx(100 * model.discounted_periods([0, 4], discount=0.1))
    assert value["value"][1] > value["value"][0]
    with pytest.raises(ow.NotIdentified, match="ShiftedBetaGeometric"):
        ow.lifetime_value(ow.BgNbd.from_params(r=1, alpha=1, a=1, b=1), {"renewals": [0]}, spend=1.0, discount=0.1)
    with pytest.raises(ow.InvalidInput, match="ten million"):
        model.discounted_periods(0, discount=1e-9)
    with pytest.raises(ow.InvalidInput, match="ten million"):
        model.discounted_periods(0, discount=0.0, horizon=1e9)
    with pytest.raises(ow.TypeMismatch):
        ow.lifetime_value("BG/NBD", {"renewals": [0]}, discount=0.1)


def test_bg_bb_discounts_occasion_by_occasion():
    model = ow.BgBb.from_params(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)
    steps = [model.expected_purchases(j, 6, 6, 6) for j in range(4)]
    expected = sum((steps[j] - steps[j - 1]) / 1.1**j for j in (1, 2, 3))
    assert model.discounted_purchases(0.1, 6, 6, 6, horizon=3) == pytest.approx(expected)
    with pytest.raises(ow.InvalidInput, match="occasions"):
        model.discounted_purchases(0.0, 6, 6, 6)


@pytest.mark.parametrize("kind", KINDS)
def test_hard_data_have_an_answer_or_a_diagnosis(kind, purchases):
    x, last, age = purchases
    # Some seen for no time at all, and repeaters only.
    with_new = kind().fit(np.append(x, [0, 0]), np.append(last, [0, 0]), np.append(age, [0, 0]))
    assert with_new.status == "estimated"
    assert with_new.params["r"] == pytest.approx(kind().fit(x, last, age).params["r"], rel=0.05)
    assert np.isfinite(with_new.expected_purchases(1e8, 0, 0, 0))
    assert with_new.expected_purchases(1e8, 3, 10, 20) >= with_new.expected_purchases(1e6, 3, 10, 20)
    repeaters = kind().fit(x[x > 0], last[x > 0], age[x > 0])
    assert repeaters.status in ("estimated", "boundary")
    assert repeaters.cause or repeaters.status == "estimated"
    assert np.isfinite(repeaters.expected_purchases(10, x[x > 0], last[x > 0], age[x > 0])).all()
    still = kind.from_params(**with_new.params).probability_alive(300, 145.0, 145.0)
    assert 0.9 < still <= 1
    three = kind().fit([1, 0, 4], [5, 0, 9], [10, 10, 10])
    assert three.status in ("estimated", "boundary", "not_identified")
    assert three.cause or three.status == "estimated"
    if three.status != "not_identified":
        assert np.isfinite(three.expected_purchases(10, [1, 0, 4], [5, 0, 9], 10)).all()
    for wrong, match in (
        (([1], [-1], [5]), "recency"),
        (([1], [2], [-5]), "age"),
        (([1.5], [2], [5]), "frequency"),
        (([float("nan")], [2], [5]), "frequency"),
        (([], [], []), "no customer"),
    ):
        with pytest.raises(ow.InvalidInput, match=match):
            kind().fit(*wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_payments_at_fixed_intervals_are_refused_as_contracts(kind):
    months = np.arange(1, 41)
    model = kind().fit(months, months * 30.0, months * 30.0 + 10)
    assert model.status == "not_identified"
    assert "ShiftedBetaGeometric" in model.cause
    with pytest.raises(ow.NotIdentified, match="contract"):
        model.expected_purchases(30)


def test_spend_that_is_constant_or_wild():
    x = [1, 2, 3, 1, 2]
    constant = ow.GammaGamma().fit(x, [30.0] * 5)
    assert constant.status == "boundary" and "same" in constant.cause
    assert constant.expected_spend(2, 30.0) == pytest.approx(30.0, rel=1e-5)
    wild = ow.GammaGamma().fit(x, [30.0, 25.0, 40.0, 35.0, 30_000.0])
    assert wild.status in ("estimated", "boundary")
    assert math.isfinite(wild.log_likelihood)
    try:
        assert np.isfinite(wild.expected_spend(x, [30.0, 25.0, 40.0, 35.0, 30_000.0])).all()
    except ow.NotIdentified as error:
        assert "finite" in str(error)
    with pytest.raises(ow.InvalidInput, match="row 0"):
        ow.GammaGamma().fit([1], [-3.0])


def test_covariates_of_survival_that_cannot_tell():
    random = np.random.default_rng(3)
    time, event = random.exponential(5, 60), random.random(60) < 0.7
    group = (random.random(60) < 0.5).astype(float)
    collinear = ow.Cox().fit(time, event, {"a": group, "b": 1 - group})
    assert collinear.status != "estimated" and collinear.cause
    # All of one group have the event before any of the other.
    order = np.argsort(time)
    first = np.zeros(60)
    first[order[:30]] = 1
    separated = ow.Cox().fit(time, np.where(first == 1, True, False), {"first": first})
    assert separated.status != "estimated" and separated.cause


def test_segments_of_customers_at_a_limit_say_so():
    history = {
        "frequency": [2, 1, 0, 0, 4, 0, 7, 1, 0, 3],
        "recency": [30.4, 1.7, 0, 0, 20.0, 0, 29.4, 5.0, 0, 35.7],
        "age": [38.9] * 10,
    }
    assert ow.BgNbd().fit(**history).status == "boundary"
    fits = ow.fit_by_segment(ow.BgNbd(), **history, segment=["small"] * 6 + ["large"] * 4)
    for model in fits.models.values():
        assert model.status == "boundary" and "a grows without limit" in model.cause
        assert model.standard_errors["a"] is None and model.standard_errors["r"] > 0
        assert 0 < model.expected_purchases(10.0) < 10


def simulated_purchases(random, customers, r, alpha, a, b):
    rate, leaves = random.gamma(r, 1 / alpha, customers), random.beta(a, b, customers)
    age = random.uniform(20, 60, customers)
    frequency, recency, now = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    there = np.ones(customers, dtype=bool)
    while there.any():
        now[there] += random.exponential(1 / rate[there])
        there &= now <= age
        frequency[there] += 1
        recency[there] = now[there]
        there &= random.uniform(size=customers) >= leaves
    return frequency, recency, age


def test_intervals_of_segments_know_that_the_mean_is_estimated():
    sizes = {"a": 300, "b": 150, "c": 80, "d": 40}
    covered = {name: [] for name in ("r", "alpha", "a", "b")}
    for seed in range(40):
        random = np.random.default_rng(seed)
        true = {level: np.array([0.6, 6.0, 0.8, 2.4]) * np.exp(random.normal(0, 0.2, 4)) for level in sizes}
        parts = [simulated_purchases(random, size, *true[level]) for level, size in sizes.items()]
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        fits = ow.fit_by_segment(ow.BgNbd(), *columns, segment=np.repeat(list(sizes), list(sizes.values())))
        for level, model in fits.models.items():
            for (name, ends), truth in zip(model.intervals(0.9).items(), true[level], strict=True):
                if ends is not None:
                    covered[name].append(ends[0] <= truth <= ends[1])
    assert all(0.83 < np.mean(hits) < 0.98 for hits in covered.values()), {k: np.mean(v) for k, v in covered.items()}
