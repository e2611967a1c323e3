"""Directly-follows graphs with times and variants, against pm4py and polars with its sort included; memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

import outweigh as ow
from measure import Report, peak_memory

PEERS = ["polars", "pandas", "pm4py"]


def log(rows: int) -> pl.DataFrame:
    """About rows/10 cases over 20 activities, in random order, ids and activities strings."""
    random = np.random.default_rng(5)
    cases = max(rows // 10, 1)
    steps = random.choice(20, size=rows, p=np.arange(20, 0, -1) / 210)
    at = np.datetime64("2026-01-01", "us") + random.integers(0, 300 * 86_400_000_000, rows).astype("timedelta64[us]")
    return pl.DataFrame(
        {
            "case_id": ("case-" + pl.Series(random.integers(0, cases, rows)).cast(pl.String).str.zfill(8)).rename(
                "case_id"
            ),
            "at": pl.Series(at).dt.replace_time_zone("UTC"),
            "activity": pl.Series([f"activity {i}" for i in range(20)]).gather(steps),
        }
    )


def ours(frame: pl.DataFrame, threads: int | None = None) -> Any:
    journey = ow.journey(frame, threads=threads)
    return journey.transitions, journey.top_variants(20)


def with_polars(frame: pl.DataFrame) -> Any:
    ordered = frame.sort("case_id", "at", maintain_order=True)
    pairs = ordered.select(
        pl.col("activity"),
        pl.col("activity").shift(-1).alias("to"),
        (pl.col("at").shift(-1) - pl.col("at")).alias("time"),
        (pl.col("case_id") == pl.col("case_id").shift(-1)).alias("same"),
    ).filter("same")
    transitions = pairs.group_by("activity", "to").agg(
        pl.len(),
        pl.col("time").mean().alias("mean"),
        pl.col("time").median().alias("median"),
        pl.col("time").quantile(0.9).alias("p90"),
        pl.col("time").min().alias("least"),
        pl.col("time").max().alias("most"),
    )
    paths = ordered.group_by("case_id", maintain_order=True).agg(
        "activity", (pl.col("at").last() - pl.col("at").first()).alias("time")
    )
    variants = paths.group_by("activity").agg(pl.len(), pl.col("time").mean()).sort("len", descending=True)
    return transitions, variants.head(20)


def with_pm4py(frame: Any) -> Any:
    import pm4py

    performance = pm4py.discover_performance_dfg(frame)
    counts = pm4py.discover_dfg(frame)
    return performance, counts, pm4py.get_variants(frame)


def _prepare(rows: int) -> Callable[[], Any]:
    frame = log(rows)
    ours(log(1000))
    return lambda: ours(frame)


def _prepare_polars(rows: int) -> Callable[[], Any]:
    frame = log(rows)
    with_polars(log(1000))
    return lambda: with_polars(frame)


def run(report: Report, large: bool) -> None:
    for rows in (100_000, 1_000_000) + ((10_000_000,) if large else ()):
        frame = log(rows)
        peers: dict[str, Callable[[], Any]] = {
            "ours_one_thread": lambda: ours(frame, 1),
            "polars": lambda: with_polars(frame),
        }
        if rows <= 1_000_000:
            import pm4py

            pandas = pm4py.format_dataframe(
                frame.to_pandas(), case_id="case_id", activity_key="activity", timestamp_key="at"
            )
            peers["pm4py"] = lambda: with_pm4py(pandas)
        report.compare("directly-follows graph, times, variants", rows, 3, ours=lambda: ours(frame), **peers)
        size, peer = peak_memory(_prepare, rows), peak_memory(_prepare_polars, rows)
        print(
            f"{'peak memory of it':<44} {rows:>10,}  ours {size / 2**20:9.1f} MiB  polars {peer / 2**20:9.1f} MiB "
            f"(ours/polars {size / max(peer, 1):5.2f})",
            flush=True,
        )
