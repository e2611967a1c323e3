"""Lifetime value and survival against answers that others published; each test says where."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pytest

import outweigh as ow

# How many of 1000 customers were there at the beginning of each year: Fader and Hardie 2007, doi:10.1002/dir.20074.
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]

# Donors by purchases, last occasion: Fader, Hardie and Shang 2010, doi:10.1287/mksc.1100.0580, table 1; six occasions.
DONATIONS = [6, 5, 4, 3, 2, 1, 5, 4, 3, 2, 1, 4, 3, 2, 1, 3, 2, 1, 2, 1, 1, 0]
LAST_DONATION = [6, 6, 6, 6, 6, 6, 5, 5, 5, 5, 5, 4, 4, 4, 4, 3, 3, 3, 2, 2, 1, 0]
DONORS = [
    1203,
    728,
    512,
    357,
    234,
    129,
    335,
    284,
    225,
    173,
    119,
    240,
    181,
    155,
    78,
    322,
    255,
    129,
    613,
    277,
    1091,
    3464,
]


def purchases(shared, weeks):
    """CDNOW's sample up to so many weeks: repeat purchases, the last of them, weeks observed, mean spend of repeats."""
    end = datetime.date(1997, 1, 1) + datetime.timedelta(days=7 * weeks - 1)
    days = {}
    for line in (shared / "data" / "cdnow" / "CDNOW_sample.txt").read_text(encoding="ascii").splitlines():
        _, customer, date, _, amount = line.split()
        day = datetime.date(int(date[:4]), int(date[4:6]), int(date[6:]))
        if day <= end:
            spent = days.setdefault(customer, {})
            spent[day] = spent.get(day, 0.0) + float(amount)
    rows = []
    for spent in days.values():
        first, *further = sorted(spent)
        repeats = [spent[day] for day in further]
        last = (further[-1] - first).days / 7 if further else 0.0
        rows.append((len(further), last, (end - first).days / 7, float(np.mean(repeats)) if repeats else 0.0))
    return dict(zip(("frequency", "recency", "age", "spend"), map(np.array, zip(*rows, strict=True)), strict=True))


@pytest.fixture(scope="module")
def cdnow(shared):
    return {weeks: purchases(shared, weeks) for weeks in (39, 78)}


def rows_of(table):
    return table["frequency"], table["recency"], table["age"]


def test_bg_nbd_on_cdnow(cdnow):
    """Fader, Hardie and Lee 2005, doi:10.1287/mksc.1040.0098, table 2; CLVTools, test_correctness_bgnbd.R."""
    model = ow.BgNbd().fit(*rows_of(cdnow[39]))
    assert len(cdnow[39]["age"]) == 2357
    published = {"r": 0.2425945, "alpha": 4.4136019, "a": 0.7929199, "b": 2.4258881}
    assert model.params == pytest.approx(published, rel=1e-4)
    assert model.log_likelihood == pytest.approx(-9582.429, abs=5e-4)


def test_pareto_nbd_on_cdnow(cdnow):
    """Fader, Hardie and Lee 2005, table 2; CLVTools, test_correctness_pnbd_nocovstaticcov.R, has the errors too."""
    model = ow.ParetoNbd().fit(*rows_of(cdnow[39]))
    assert model.params == pytest.approx({"r": 0.55315, "alpha": 10.57633, "s": 0.60625, "beta": 11.67150}, rel=5e-4)
    errors = {"r": 0.0476264, "alpha": 0.8427222, "s": 0.1872594, "beta": 6.2105448}
    assert model.standard_errors == pytest.approx(errors, rel=2e-3)
    assert model.log_likelihood == pytest.approx(-9594.976, abs=1e-3)
    # BTYD's manual, pnbd.PAlive: nobody came back in 39 weeks, and somebody who came back in the last.
    assert model.probability_alive(0, 0, 39) == pytest.approx(0.2941633, abs=2e-4)
    assert model.probability_alive(23, 39, 39) == 1


def test_pareto_nbd_and_spend_over_78_weeks(cdnow):
    """Fader, Hardie and Lee 2005, doi:10.1509/jmkr.2005.42.4.415, p. 424; BTYD's manual, pnbd.DERT, has the digits."""
    model = ow.ParetoNbd().fit(*rows_of(cdnow[78]))
    published = {"r": 0.5629966, "alpha": 12.5590370, "s": 0.4081095, "beta": 10.5148048}
    assert model.params == pytest.approx(published, rel=2e-4)
    spend = ow.GammaGamma().fit(cdnow[39]["frequency"], cdnow[39]["spend"])
    assert spend.params == pytest.approx({"p": 6.25, "q": 3.74, "gamma": 15.44}, abs=6e-3)
    assert spend.log_likelihood == pytest.approx(-4055.92, abs=6e-3)


def test_mbg_nbd_on_cdnow(cdnow):
    """The fit of the package lifetimes, test_estimation.py; the model is that of Batislam et al. 2007."""
    model = ow.ModifiedBgNbd().fit(*rows_of(cdnow[39]))
    assert model.params == pytest.approx({"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}, abs=1.1e-3)


def test_predictions_add_up_to_the_next_39_weeks(cdnow):
    """1,882 purchases followed: table 3 of the same paper compares models with them; none is off by a quarter."""
    later = cdnow[78]["frequency"].sum() - cdnow[39]["frequency"].sum()
    assert later == 1882
    for model in (ow.BgNbd(), ow.ModifiedBgNbd(), ow.ParetoNbd()):
        model.fit(*rows_of(cdnow[39]))
        assert model.expected_purchases(39, *rows_of(cdnow[39])).sum() == pytest.approx(later, rel=0.25)


def test_bg_bb_of_donors():
    """Fader, Hardie and Shang 2010, tables 2 and 5; brucehardie.com/notes/010 has the digits of the parameters."""
    rows = DONATIONS, LAST_DONATION, [6] * len(DONORS)
    model = ow.BgBb().fit(*rows, weights=DONORS)
    published = {"alpha": 1.20352083, "beta": 0.74971424, "gamma": 0.65671217, "delta": 2.78340802}
    assert model.params == pytest.approx(published, rel=1e-3)
    assert model.log_likelihood == pytest.approx(-33225.5813, abs=1e-3)
    # By donations, then by the last occasion, from the first that is possible.
    ahead = {
        0: [0.07],
        1: [0.09, 0.31, 0.59, 0.84, 1.02, 1.15],
        2: [0.12, 0.54, 1.06, 1.44, 1.67],
        3: [0.22, 1.03, 1.80, 2.19],
        4: [0.58, 2.03, 2.71],
        5: [1.81, 3.23],
        6: [3.75],
    }
    alive = {
        0: [0.11],
        1: [0.07, 0.25, 0.48, 0.68, 0.83, 0.93],
        2: [0.07, 0.30, 0.59, 0.80, 0.93],
        3: [0.10, 0.44, 0.77, 0.93],
        4: [0.20, 0.70, 0.93],
        5: [0.52, 0.93],
        6: [0.93],
    }
    # Purchases still to come at a discount of a tenth an occasion, in the order of the table.
    residual = [
        *(5.9097934, 5.08938555, 4.2689777, 3.44856986, 2.62816201, 1.80775416, 2.85511227, 3.19700762),
        *(2.84215991, 2.27258973, 1.6090093, 0.91843285, 1.62929888, 1.66557241, 1.32192242, 0.35212768),
        *(0.84429816, 0.93523082, 0.18760033, 0.49488373, 0.13496305, 0.11475619),
    ]
    place = [last - max(x, 1) if x else 0 for x, last in zip(DONATIONS, LAST_DONATION, strict=True)]
    assert model.expected_purchases(5, *rows) == pytest.approx(
        [ahead[x][i] for x, i in zip(DONATIONS, place, strict=True)], abs=0.006
    )
    assert model.probability_alive(*rows) == pytest.approx(
        [alive[x][i] for x, i in zip(DONATIONS, place, strict=True)], abs=0.006
    )
    assert model.discounted_purchases(0.1, *rows) == pytest.approx(residual, rel=2e-4)


@pytest.mark.parametrize(
    ("alive", "years", "params", "log_likelihood"),
    [
        (REGULAR, 8, (0.7041, 1.1820), -1680.2652),
        (HIGH_END, 8, (0.6678, 3.8041), -1611.1582),
        (REGULAR, 5, (0.7637, 1.2958), -1401.5594),
        (HIGH_END, 5, (1.2809, 7.7898), -1225.1349),
        (REGULAR, 5, (0.5231, 0.8944, 1.1963), -1401.3831),
        (HIGH_END, 5, (0.2593, 1.7225, 1.5844), -1222.7493),
    ],
)
def test_contracts(alive, years, params, log_likelihood):
    """Fader and Hardie 2007; Fader, Hardie, Liu, Davin and Steenburgh 2018, doi:10.1016/j.intmar.2018.01.002."""
    model = (ow.BetaDiscreteWeibull() if len(params) == 3 else ow.ShiftedBetaGeometric()).fit_cohort(alive[:years])
    assert list(model.params.values()) == pytest.approx(params, rel=2e-3)
    assert model.log_likelihood == pytest.approx(log_likelihood, abs=2e-4)


def test_discounted_lives_of_contracts():
    """The 2018 paper, p. 14: at a tenth a year, of a new customer and before the fifth renewal is known."""
    for alive, kind, new, residual in (
        (REGULAR, ow.ShiftedBetaGeometric, 3.62, 5.68),
        (HIGH_END, ow.ShiftedBetaGeometric, 5.46, 5.87),
        (REGULAR, ow.BetaDiscreteWeibull, 3.69, 6.03),
        (HIGH_END, ow.BetaDiscreteWeibull, 5.99, 7.32),
    ):
        model = kind().fit_cohort(alive[:5])
        assert model.discounted_periods(0, discount=0.1) == pytest.approx(new, abs=0.025)
        assert model.discounted_periods(5, discount=0.1) * model.retention(5) == pytest.approx(residual, abs=0.025)


# Weeks without a relapse of 42 children, half of them under 6-MP: Freireich et al. 1963; Cox 1972.
CONTROL = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED = [1] * 21 + [1] * 9 + [0] * 12


def test_survival_of_the_children_under_6_mp():
    """Gehan 1965, doi:10.1093/biomet/52.1-2.203; Klein and Moeschberger 2003, tables 4.1a and 7.2, example 8.1."""
    curve = ow.KaplanMeier().fit(TREATED, RELAPSED[21:])
    times = [6, 7, 10, 13, 16, 22, 23]
    assert curve.survival(times) == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=6e-4)
    table = {row["time"]: row for row in curve.to_table().rows()}
    errors = [0.076, 0.087, 0.096, 0.107, 0.114, 0.128, 0.135]
    assert [table[t]["standard_error"] for t in times] == pytest.approx(errors, abs=6e-4)
    assert (curve.median, ow.KaplanMeier().fit(CONTROL, RELAPSED[:21]).median) == (23, 8)
    group = ["control"] * 21 + ["treated"] * 21
    assert ow.log_rank(CONTROL + TREATED, RELAPSED, group).statistic == pytest.approx(16.79294, abs=1e-5)
    for ties, coefficient, error, before, after in (
        ("efron", 1.572125, 0.412397, -93.184270, -85.008425),
        ("breslow", 1.509191, 0.409564, -93.985050, -86.379622),
    ):
        model = ow.Cox(ties=ties).fit(CONTROL + TREATED, RELAPSED, {"control": [1] * 21 + [0] * 21})
        assert model.params["control"] == pytest.approx(coefficient, abs=1e-6)
        assert model.standard_errors["control"] == pytest.approx(error, abs=1e-6)
        assert (model.null_log_likelihood, model.log_likelihood) == pytest.approx((before, after), abs=1e-6)


def hazards_at_zero(model):
    """Cumulative hazards of a subject with x = 0; the baseline is that of one with the mean of x, one half."""
    table = model.baseline()
    return [
        hazard / math.exp(0.5 * model.params["x"])
        for time, hazard in zip(table["time"], table["cumulative_hazard"], strict=True)
        if time in (1, 6, 9)
    ]


def test_cox_has_the_answers_worked_out_by_hand():
    """Therneau and Grambsch 2000, appendix E.1: six subjects, of whom two leave at one time."""
    time, event, x = [9, 1, 1, 6, 6, 8], [1, 1, 0, 1, 1, 0], {"x": [0, 1, 1, 1, 0, 0]}
    model = ow.Cox(ties="breslow").fit(time, event, x)
    beta = math.log(1.5 + math.sqrt(33) / 2)
    r = math.exp(beta)
    assert model.params["x"] == pytest.approx(beta, rel=1e-9)
    assert model.log_likelihood == pytest.approx(2 * beta - math.log(3 * r + 3) - 2 * math.log(r + 3), rel=1e-12)
    assert model.standard_errors["x"] == pytest.approx((r / (r + 1) ** 2 + 6 * r / (r + 3) ** 2) ** -0.5, rel=1e-9)
    assert hazards_at_zero(model) == pytest.approx(np.cumsum([1 / (3 * r + 3), 2 / (r + 3), 1.0]), rel=1e-9)

    model = ow.Cox(ties="efron").fit(time, event, x)
    r = max(root.real for root in np.roots([-1, 0, 23, 30]) if abs(root.imag) < 1e-12)
    assert model.params["x"] == pytest.approx(math.log(r), rel=1e-9)
    information = sum(share - share * share for share in (r / (r + 1), r / (r + 5), r / (r + 3)))
    assert model.standard_errors["x"] == pytest.approx(information**-0.5, rel=1e-9)
    assert hazards_at_zero(model) == pytest.approx(
        np.cumsum([1 / (3 * r + 3), 1 / (r + 3) + 2 / (r + 5), 1.0]), rel=1e-9
    )
