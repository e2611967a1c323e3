"""Lifetime value and survival against lifetimes and lifelines: fits as they come and on collapsed rows, predictions, memory.

Ours is on one thread, as the peers are; lines of all cores say so.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import outweigh as ow
from measure import Report, peak_memory

PEERS = ["lifetimes", "lifelines", "pandas"]


def customers(count: int, days: bool = True) -> dict[str, Any]:
    """BG/NBD customers with r 0.8, alpha 60 days, a 0.9, b 2.5, seen for 100 to 400 days; times whole days."""
    random = np.random.default_rng(11)
    rate = random.gamma(0.8, 1 / 60.0, count)
    leave = random.beta(0.9, 2.5, count)
    age = random.integers(100, 400, count).astype(float)
    x, last, now = np.zeros(count), np.zeros(count), np.zeros(count)
    active = np.arange(count)
    while len(active):
        now[active] += random.exponential(1.0, len(active)) / rate[active]
        active = active[now[active] < age[active]]
        x[active] += 1
        last[active] = now[active]
        active = active[random.random(len(active)) >= leave[active]]
    if days:
        last = np.where(x > 0, np.maximum(np.ceil(last), 1.0), 0.0)
    spend = np.where(
        x > 0, random.gamma(6.0 * np.maximum(x, 1), 1.0) / np.maximum(x, 1) / random.gamma(4.0, 1 / 15.0, count), 0.0
    )
    return {"x": x, "last": last, "age": age, "spend": np.round(spend, 2)}


def collapsed(rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame({name: rows[name] for name in ("x", "last", "age")})
    return frame.groupby(["x", "last", "age"]).size().rename("weight").reset_index()


def ours_bg_nbd(rows: dict[str, Any], threads: int | None = 1) -> Any:
    return ow.BgNbd(threads=threads).fit(rows["x"], rows["last"], rows["age"])


def peer_bg_nbd(rows: dict[str, Any]) -> Any:
    import lifetimes

    return lifetimes.BetaGeoFitter().fit(rows["x"], rows["last"], rows["age"])


def peer_bg_nbd_collapsed(frame: pd.DataFrame) -> Any:
    import lifetimes

    return lifetimes.BetaGeoFitter().fit(frame["x"], frame["last"], frame["age"], weights=frame["weight"])


def ours_gamma_gamma(rows: dict[str, Any], threads: int | None = 1) -> Any:
    bought = rows["x"] > 0
    return ow.GammaGamma(threads=threads).fit(rows["x"][bought], rows["spend"][bought])


def peer_gamma_gamma(rows: dict[str, Any]) -> Any:
    import lifetimes

    bought = rows["x"] > 0
    return lifetimes.GammaGammaFitter().fit(rows["x"][bought], rows["spend"][bought])


def ours_expected(rows: dict[str, Any], threads: int | None = 1) -> Any:
    model = ow.BgNbd.from_params(**PARAMS).set_params(threads=threads)
    return model.expected_purchases(90, rows["x"], rows["last"], rows["age"])


def peer_expected(rows: dict[str, Any]) -> Any:
    return _peer_model().conditional_expected_number_of_purchases_up_to_time(90, rows["x"], rows["last"], rows["age"])


PARAMS = {"r": 0.8, "alpha": 60.0, "a": 0.9, "b": 2.5}


def _peer_model() -> Any:
    import lifetimes

    model = lifetimes.BetaGeoFitter()
    model.params_ = pd.Series(PARAMS)
    return model


def _prepare(call: Callable[[dict[str, Any]], Any], count: int) -> Callable[[], Any]:
    """Data, and what is loaded with the first call, before memory is measured."""
    rows = customers(count)
    call(customers(1000))
    return lambda: call(rows)


def _compare_memory(
    what: str, count: int, ours: Callable[[dict[str, Any]], Any], peer: Callable[[dict[str, Any]], Any]
) -> None:
    size, other = peak_memory(_prepare, ours, count), peak_memory(_prepare, peer, count)
    print(
        f"{'peak memory of ' + what:<44} {count:>10,}  ours {size / 2**20:9.1f} MiB  lifetimes {other / 2**20:9.1f} MiB "
        f"(ours/lifetimes {size / max(other, 1):5.2f})",
        flush=True,
    )


def _survival(count: int) -> pd.DataFrame:
    random = np.random.default_rng(3)
    z = random.normal(size=(count, 3))
    time = random.exponential(np.exp(-z @ np.array([0.5, -0.3, 0.0])) * 200)
    end = random.uniform(50, 400, count)
    return pd.DataFrame(
        {
            "time": np.ceil(np.minimum(time, end)),
            "event": (time <= end).astype(int),
            "a": z[:, 0],
            "b": z[:, 1],
            "c": z[:, 2],
        }
    )


def _fractions(count: int) -> Any:
    return np.random.default_rng(6).random(count)


def _occasions(count: int) -> tuple[Any, Any, Any]:
    """Purchases, the last of them, and occasions: 12 to 24."""
    random = np.random.default_rng(4)
    occasions = random.integers(12, 25, count)
    last = random.integers(0, occasions + 1)
    return np.where(last > 0, 1 + random.binomial(np.maximum(last - 1, 0), 0.5), 0), last, occasions


def _cdnow() -> dict[str, Any]:
    from lifetimes.datasets import load_cdnow_summary

    frame = load_cdnow_summary()
    return {"x": frame["frequency"].to_numpy(float), "last": frame["recency"].to_numpy(), "age": frame["T"].to_numpy()}


def run(report: Report, large: bool) -> None:
    warnings.simplefilter("ignore")
    import lifelines
    import lifetimes

    def with_all_cores(what: str, count: int, runs: int, ours: Any, peers: dict[str, Any]) -> None:
        one: dict[str, Any] = {"ours": lambda: ours(1), **peers}
        report.compare(what, count, runs, "one thread", **one)
        report.compare(what, count, runs, "all cores, on the clock", ours=lambda: ours(None))

    rows = customers(1_000_000)
    frame = collapsed(rows)
    with_all_cores(
        "BG/NBD fit",
        1_000_000,
        1,
        lambda threads: ours_bg_nbd(rows, threads),
        {"lifetimes": lambda: peer_bg_nbd(rows), "lifetimes_collapsed": lambda: peer_bg_nbd_collapsed(frame)},
    )
    few = {name: frame[name].to_numpy() for name in frame}
    with_all_cores(
        "BG/NBD fit, both on collapsed rows",
        len(frame),
        1,
        lambda threads: ow.BgNbd(threads=threads).fit(few["x"], few["last"], few["age"], weights=few["weight"]),
        {"lifetimes": lambda: peer_bg_nbd_collapsed(frame)},
    )
    with_all_cores(
        "Gamma-Gamma fit",
        int((rows["x"] > 0).sum()),
        1,
        lambda threads: ours_gamma_gamma(rows, threads),
        {"lifetimes": lambda: peer_gamma_gamma(rows)},
    )
    cdnow = _cdnow()
    columns = cdnow["x"], cdnow["last"], cdnow["age"]
    with_all_cores(
        "Pareto/NBD fit, CDNOW",
        len(columns[0]),
        3,
        lambda threads: ow.ParetoNbd(threads=threads).fit(*columns),
        {"lifetimes": lambda: lifetimes.ParetoNBDFitter().fit(*columns)},
    )
    part = {name: rows[name][:200_000] for name in ("x", "last", "age")}
    theirs = _peer_model()
    with_all_cores(
        "BG/NBD expected purchases",
        200_000,
        9,
        lambda threads: ours_expected(part, threads),
        {"lifetimes": lambda: peer_expected(part)},
    )
    with_all_cores(
        "BG/NBD probability alive",
        200_000,
        9,
        lambda threads: ow.BgNbd.from_params(**PARAMS).set_params(threads=threads).probability_alive(*part.values()),
        {"lifetimes": lambda: theirs.conditional_probability_alive(*part.values())},
    )
    leaving = {"r": 0.8, "alpha": 60.0, "s": 0.6, "beta": 80.0}
    pareto = lifetimes.ParetoNBDFitter()
    pareto.params_ = pd.Series(leaving)
    with_all_cores(
        "Pareto/NBD expected purchases",
        200_000,
        3,
        lambda threads: (
            ow.ParetoNbd.from_params(**leaving).set_params(threads=threads).expected_purchases(90, *part.values())
        ),
        {"lifetimes": lambda: pareto.conditional_expected_number_of_purchases_up_to_time(90, *part.values())},
    )
    with_all_cores(
        "Pareto/NBD probability alive",
        200_000,
        3,
        lambda threads: (
            ow.ParetoNbd.from_params(**leaving).set_params(threads=threads).probability_alive(*part.values())
        ),
        {"lifetimes": lambda: pareto.conditional_probability_alive(*part.values())},
    )
    occasions = _occasions(50_000)
    chances = {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.78}
    donors = lifetimes.BetaGeoBetaBinomFitter()
    donors.params_ = pd.Series(chances)
    with_all_cores(
        "BG/BB expected purchases",
        50_000,
        1,
        lambda threads: ow.BgBb.from_params(**chances).set_params(threads=threads).expected_purchases(5, *occasions),
        {"lifetimes": lambda: donors.conditional_expected_number_of_purchases_up_to_time(5, *occasions)},
    )
    _compare_memory("BG/NBD fit", 1_000_000, ours_bg_nbd, peer_bg_nbd)
    _compare_memory("Gamma-Gamma fit", 1_000_000, ours_gamma_gamma, peer_gamma_gamma)
    _compare_memory("BG/NBD expected purchases", 1_000_000, ours_expected, peer_expected)

    for count in (100_000,) + ((1_000_000,) if large else ()):
        frame = _survival(count)
        z = {name: frame[name].to_numpy() for name in "abc"}
        time, event = frame["time"].to_numpy(), frame["event"].to_numpy()
        for what, duration in (
            ("Kaplan-Meier, whole times", time),
            ("Kaplan-Meier, all times different", time - _fractions(count)),
        ):
            report.compare(
                what,
                count,
                5,
                "one thread",
                ours=lambda duration=duration: ow.KaplanMeier().fit(duration, event),
                lifelines=lambda duration=duration: lifelines.KaplanMeierFitter().fit(duration, event),
            )
        report.compare(
            "Cox, Efron",
            count,
            1,
            ours=lambda: ow.Cox().fit(time, event, z),
            lifelines=lambda: lifelines.CoxPHFitter().fit(frame, "time", "event"),
        )
