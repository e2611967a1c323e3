"""Hear a biased sample of a city's voters, estimate what all want, and compare with the known truth.

    python examples/python/biased_sample.py Poland_Warszawa_2026.pb

The file is from the participatory budgeting library, pabulib.org.
"""

import sys

import numpy as np

import outweigh as ow


def main(path: str) -> None:
    city = ow.read_pabulib(path)
    ages = np.array([-1 if age is None else age for age in city.voters.to_dict()["age"]])
    # A known rule: people of 18 to 29 are heard eight times as readily as all others.
    propensity = np.where((ages >= 18) & (ages < 30), 8.0, 1.0)
    truth = dict(zip(city.project_ids, city.support().to_dict()["prevalence"], strict=True))

    print(f"{city.budget:,.0f} to spend, {len(city.voters):,} voters, 1,500 of them heard")
    for method in ("raw", "pooled", "weighted"):
        errors = []
        for seed in range(3):
            heard = city.draw(1500, seed=seed, propensity=propensity)
            estimates = ow.demand(city.graph(heard, segments="age_band"), method=method).overall.rows()
            for row in estimates:
                share = row["raw"] if method == "raw" else row["prevalence"]
                errors.append(share - truth[row["need_id"]])
        error = np.sqrt(np.mean(np.square(errors)))
        print(f"{method:>9}: error {100 * error:.2f} points (root mean square over projects and three samples)")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
