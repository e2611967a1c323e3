"""Raking of four margins against a plain numpy loop and ipfn."""

from __future__ import annotations

from typing import Any

import numpy as np

import outweigh as ow
from measure import Report

PEERS = ["ipfn", "pandas"]
LEVELS = (5, 8, 12, 3)


def numpy_loop(codes: list[Any], totals: list[Any], weights: Any) -> Any:
    out = weights.copy()
    for _ in range(1000):
        worst = 0.0
        for code, total in zip(codes, totals, strict=True):
            sums = np.bincount(code, out, len(total))
            worst = max(worst, float(np.max(np.abs(sums / total - 1.0))))
            out *= (total / sums)[code]
        if worst < 1e-8:
            break
    return out


def run(report: Report, large: bool) -> None:
    for rows in (100_000, 1_000_000) + ((10_000_000,) if large else ()):
        random = np.random.default_rng(3)
        codes = [random.integers(0, levels, rows) for levels in LEVELS]
        totals = [random.dirichlet(np.full(levels, 20.0)) * rows for levels in LEVELS]
        weights = random.uniform(0.5, 2.0, rows)
        names = [f"m{i}" for i in range(len(LEVELS))]
        sample = dict(zip(names, codes, strict=True))
        margins = {name: dict(enumerate(total.tolist())) for name, total in zip(names, totals, strict=True)}
        peers: dict[str, Any] = {"numpy": lambda: numpy_loop(codes, totals, weights)}
        if rows <= 100_000:
            peers["ipfn"] = lambda: ipfn_frame(sample, totals, weights)
        report.compare("raking, 4 margins of 5, 8, 12, 3 levels", rows, 3,
                       ours=lambda: ow.rake(sample, margins, weights=weights), **peers)


def ipfn_frame(sample: dict[str, Any], totals: list[Any], weights: Any) -> Any:
    import pandas as pd
    from ipfn import ipfn

    frame = pd.DataFrame({**sample, "total": weights})
    margins = [pd.Series(total, index=pd.RangeIndex(len(total), name=name)) for name, total in zip(sample, totals, strict=True)]
    return ipfn.ipfn(frame, margins, [[name] for name in sample], convergence_rate=1e-8, max_iteration=1000).iteration()
