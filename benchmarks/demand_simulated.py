"""Error and coverage of demand on simulated companies (ow.simulate), whose sources select whom they hear.

Run: python benchmarks/demand_simulated.py [--seeds 3] [--accounts 2000] [--needs 40]
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np

import outweigh as ow


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--accounts", type=int, default=2000)
    parser.add_argument("--needs", type=int, default=40)
    parser.add_argument("--threads", type=int, default=None)
    args = parser.parse_args()
    columns: dict[str, list[float]] = {"raw": [], "prevalence": [], "lower": [], "upper": [], "truth": []}
    statuses: Counter[str] = Counter()
    for seed in range(1, args.seeds + 1):
        company = ow.simulate(seed=seed, accounts=args.accounts, needs=args.needs)
        true = company.truth.prevalence.to_dict()
        known = dict(zip(zip(true["need_id"], true["segment_id"], strict=True), true["prevalence"], strict=True))
        for row in ow.demand(company.graph, threads=args.threads).to_table().rows():
            if row["prevalence"] is None:
                continue
            for name in ("raw", "prevalence", "lower", "upper"):
                columns[name].append(row[name])
            columns["truth"].append(known[row["need_id"], row["segment_id"]])
            statuses[row["status"]] += 1
    of = {name: np.array(values) for name, values in columns.items()}
    for name in ("raw", "prevalence"):
        error = of[name] - of["truth"]
        print(f"{name}: root mean square error {np.sqrt(np.mean(error**2)):.3f}, bias {error.mean():+.3f}")
    covers = (of["lower"] <= of["truth"] + 1e-9) & (of["truth"] <= of["upper"] + 1e-9)
    print(
        f"90 % intervals cover {covers.mean():.3f}, mean width {np.mean(of['upper'] - of['lower']):.3f}, {dict(statuses)}"
    )


if __name__ == "__main__":
    main()
