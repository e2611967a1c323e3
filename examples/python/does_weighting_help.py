"""Does weighting by age and sex correct what a biased sample of voters wants?

    python examples/python/does_weighting_help.py Poland_Warszawa_2026.pb

The file is from the participatory budgeting library, pabulib.org.
"""

import sys
from collections import Counter

import numpy as np

import outweigh as ow


def main(path: str) -> None:
    city = ow.read_pabulib(path)
    voters = city.voters.to_dict()
    ages = np.array([-1 if age is None else age for age in voters["age"]])
    bands = np.array([city_band(age) for age in ages])
    sexes = np.array([sex or "unknown" for sex in voters["sex"]])
    approvals = city.approvals
    truth = approvals.mean(axis=0)
    popular = np.argsort(-truth)[:20]

    # Two known rules: the young are heard eight times as readily, and so are those who approve one certain project.
    rules = {
        "the young are heard more": np.where((ages >= 18) & (ages < 30), 8.0, 1.0),
        "the friends of one project are heard more": np.where(approvals[:, popular[3]], 8.0, 1.0),
    }
    for rule, propensity in rules.items():
        before, after, verdicts, explained = [], [], [], []
        for seed in range(4):
            heard = city.draw(1500, seed=seed, propensity=propensity)
            sample = {"band": bands[heard], "sex": sexes[heard]}
            margins = {name: dict(Counter(column.tolist())) for name, column in (("band", bands), ("sex", sexes))}
            # Levels that the sample lacks cannot be weighted to.
            for name, totals in margins.items():
                margins[name] = {level: total for level, total in totals.items() if level in set(sample[name])}
            people = sum(margins["band"].values())
            margins["sex"] = {
                level: total * people / sum(margins["sex"].values()) for level, total in margins["sex"].items()
            }
            weights = ow.rake(sample, margins)
            wants = {city.project_ids[p]: approvals[heard, p].astype(float) for p in popular}
            check = ow.does_weighting_help(weights, wants, ranges={name: (0.0, 1.0) for name in wants})
            table = check.to_table().to_dict()
            verdicts += table["verdict"]
            before += list(np.array(table["before"]) - truth[popular])
            after += list(np.array(table["after"]) - truth[popular])
            explained += table["explained"]
        print(f"{rule}: error {100 * rms(before):.2f} points before weighting, {100 * rms(after):.2f} after;", end=" ")
        print(f"age and sex explain at most {100 * max(explained):.1f} % of a wish")
        for verdict, count in Counter(verdicts).most_common():
            errors = [
                [error for error, its in zip(side, verdicts, strict=True) if its == verdict] for side in (before, after)
            ]
            print(
                f"  {verdict}: {count} wishes, error {100 * rms(errors[0]):.2f} points before, {100 * rms(errors[1]):.2f} after"
            )
        worst = city.project_ids[popular[3]]
        print(f"  project {worst}: {check.reasons[worst]}")


def city_band(age: int) -> str:
    return "unknown" if age < 0 else f"{min(age // 15 * 15, 75):02d}"


def rms(errors: list[float]) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
