"""Lifetime value and survival against lifetimes and lifelines, as they come and on collapsed rows; predictions; memory."""

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


def ours_bg_nbd(rows: dict[str, Any], threads: int | None = None) -> Any:
    return ow.BgNbd(threads=threads).fit(rows["x"], rows["last"], rows["age"])


def peer_bg_nbd(rows: dict[str, Any]) -> Any:
    import lifetimes

    return lifetimes.BetaGeoFitter().fit(rows["x"], rows["last"], rows["age"])


def peer_bg_nbd_collapsed(rows: dict[str, Any]) -> Any:
    import lifetimes

    frame = collapsed(rows)
    return lifetimes.BetaGeoFitter().fit(frame["x"], frame["last"], frame["age"], weights=frame["weight"])


def _prepare_ours(count: int) -> Callable[[], Any]:
    rows = customers(count)
    ours_bg_nbd(customers(1000))
    return lambda: ours_bg_nbd(rows)


def _prepare_peer(count: int) -> Callable[[], Any]:
    rows = customers(count)
    peer_bg_nbd(customers(1000))
    return lambda: peer_bg_nbd(rows)


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


def _cdnow() -> dict[str, Any]:
    from lifetimes.datasets import load_cdnow_summary

    frame = load_cdnow_summary()
    return {"x": frame["frequency"].to_numpy(float), "last": frame["recency"].to_numpy(), "age": frame["T"].to_numpy()}


def run(report: Report, large: bool) -> None:
    warnings.simplefilter("ignore")
    import lifelines
    import lifetimes

    rows = customers(1_000_000)
    report.compare(
        "BG/NBD fit",
        1_000_000,
        1,
        ours=lambda: ours_bg_nbd(rows),
        ours_one_thread=lambda: ours_bg_nbd(rows, 1),
        lifetimes=lambda: peer_bg_nbd(rows),
        lifetimes_collapsed=lambda: peer_bg_nbd_collapsed(rows),
    )
    size, peer = peak_memory(_prepare_ours, 1_000_000), peak_memory(_prepare_peer, 1_000_000)
    print(
        f"{'peak memory of it':<44} {1_000_000:>10,}  ours {size / 2**20:9.1f} MiB  lifetimes {peer / 2**20:9.1f} MiB "
        f"(ours/lifetimes {size / max(peer, 1):5.2f})",
        flush=True,
    )

    bought = rows["x"] > 0
    x, spend = rows["x"][bought], rows["spend"][bought]
    report.compare(
        "Gamma-Gamma fit",
        len(x),
        1,
        ours=lambda: ow.GammaGamma().fit(x, spend),
        lifetimes=lambda: lifetimes.GammaGammaFitter().fit(x, spend),
    )
    cdnow = _cdnow()
    columns = cdnow["x"], cdnow["last"], cdnow["age"]
    report.compare(
        "Pareto/NBD fit, CDNOW",
        len(columns[0]),
        3,
        ours=lambda: ow.ParetoNbd().fit(*columns),
        lifetimes=lambda: lifetimes.ParetoNBDFitter().fit(*columns),
    )
    mine, theirs = ours_bg_nbd(rows), peer_bg_nbd_collapsed(rows)
    part = tuple(rows[name][:200_000] for name in ("x", "last", "age"))
    report.compare(
        "BG/NBD expected purchases",
        200_000,
        3,
        ours=lambda: mine.expected_purchases(90, *part),
        lifetimes=lambda: theirs.conditional_expected_number_of_purchases_up_to_time(90, *part),
    )
    report.compare(
        "BG/NBD probability alive",
        200_000,
        3,
        ours=lambda: mine.probability_alive(*part),
        lifetimes=lambda: theirs.conditional_probability_alive(*part),
    )
    for count in (100_000,) + ((1_000_000,) if large else ()):
        frame = _survival(count)
        z = {name: frame[name].to_numpy() for name in "abc"}
        time, event = frame["time"].to_numpy(), frame["event"].to_numpy()
        report.compare(
            "Kaplan-Meier",
            count,
            3,
            ours=lambda: ow.KaplanMeier().fit(time, event),
            lifelines=lambda: lifelines.KaplanMeierFitter().fit(time, event),
        )
        report.compare(
            "Cox, Efron",
            count,
            1,
            ours=lambda: ow.Cox().fit(time, event, z),
            lifelines=lambda: lifelines.CoxPHFitter().fit(frame, "time", "event"),
        )
