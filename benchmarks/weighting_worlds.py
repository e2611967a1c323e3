"""Does the verdict of `does_weighting_help` keep its word? Samples whose truth is known, verdict against actual error.

Each world is a population made here with numpy and a rule of who is heard; samples are raked to the known totals of two
or three variables. Run: python benchmarks/weighting_worlds.py [--seeds 40] [--warsaw Poland_Warszawa_2026.pb]

The table has, by world and verdict: how many outcomes, the share of them nearer to the truth after weighting, root mean
square errors before and after in standard deviations of the outcome, and how often the 90 % interval after weighting
holds the truth.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

import outweigh as ow

POPULATION = 40_000
Rule = Callable[[dict[str, Any], Any], Any]


def population(random: Any) -> dict[str, Any]:
    """Three variables of totals, and outcomes of which they explain much, some, little and nothing."""
    size = random.choice(5, POPULATION, p=[0.35, 0.25, 0.2, 0.15, 0.05])
    region = random.choice(4, POPULATION, p=[0.4, 0.3, 0.2, 0.1])
    tenure = np.minimum(random.poisson(1.0 + 0.5 * size), 5)
    hidden = random.normal(size=POPULATION)
    part = 0.8 * size + 0.5 * (region == 2) - 0.4 * tenure
    part = (part - part.mean()) / part.std()
    outcomes = {}
    for name, share in (("much", 0.5), ("some", 0.1), ("little", 0.02), ("nothing", 0.0)):
        noise = 0.7 * hidden + np.sqrt(1 - 0.49) * random.normal(size=POPULATION)
        outcomes[name] = np.sqrt(share) * part + np.sqrt(1.0 - share) * noise
    outcomes["yes or no"] = (0.5 * part + random.logistic(size=POPULATION) > 1.0).astype(float)
    return {"size": size, "region": region, "tenure": tenure, "hidden": hidden, "outcomes": outcomes}


def _rate(score: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-score))


RULES: dict[str, Rule] = {
    "by chance": lambda world, y: np.ones(POPULATION),
    "by the totals": lambda world, y: _rate(0.7 * world["size"] - 0.8 * (world["region"] == 0) - 2.0),
    "by the totals, weakly": lambda world, y: _rate(0.15 * world["size"] - 1.0),
    "by the outcome": lambda world, y: _rate(1.0 * (y - y.mean()) / y.std() - 1.0),
    "by both, same way": lambda world, y: _rate(0.5 * world["size"] + 0.5 * (y - y.mean()) / y.std() - 2.0),
    "by both, against": lambda world, y: _rate(0.5 * world["size"] - 0.5 * (y - y.mean()) / y.std() - 2.0),
    "by something hidden": lambda world, y: _rate(world["hidden"] - 1.0),
    "by totals and hidden": lambda world, y: _rate(0.5 * world["size"] + 0.5 * world["hidden"] - 2.0),
    "by totals, hidden against": lambda world, y: _rate(0.5 * world["size"] - 0.5 * world["hidden"] - 2.0),
}


class Tally:
    """What happened under each verdict."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], list[tuple[float, float, bool]]] = defaultdict(list)

    def add(self, world: str, found: Any, truth: float, spread: float) -> None:
        before, after = (found.before.estimate - truth) / spread, (found.after.estimate - truth) / spread
        lower, upper = found.after.interval(0.9)
        for name in (world, "all"):
            self.rows[name, found.verdict].append((before, after, lower <= truth <= upper))

    def print(self) -> None:
        print(f"{'world':<28} {'verdict':<18} {'n':>5} {'nearer':>7} {'before':>7} {'after':>7} {'in 90 %':>8}")
        for (world, verdict), rows in sorted(self.rows.items(), key=lambda item: (item[0][0] == "all", item[0])):
            before, after, inside = (np.array(column) for column in zip(*rows, strict=True))
            nearer = np.mean(np.abs(after) < np.abs(before))
            print(
                f"{world:<28} {verdict:<18} {len(rows):>5} {nearer:>7.2f} {np.sqrt(np.mean(before**2)):>7.3f} "
                f"{np.sqrt(np.mean(after**2)):>7.3f} {np.mean(inside):>8.2f}"
            )


def draw(weights: Any, size: int, random: Any) -> Any:
    """Rows drawn one after the other with these chances, without replacement."""
    return np.argsort(random.exponential(size=len(weights)) / weights)[:size]


def known(columns: dict[str, Any], heard: Any) -> dict[str, dict[int, float]]:
    """Totals of the levels that the sample has, made to add up to the same."""
    margins = {}
    for name, column in columns.items():
        present = set(column[heard].tolist())
        totals = {level: float(total) for level, total in Counter(column.tolist()).items() if level in present}
        scale = len(column) / sum(totals.values())
        margins[name] = {level: total * scale for level, total in totals.items()}
    return margins


def simulated(seeds: int, rows: int, held_out: bool = False) -> Tally:
    tally = Tally()
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        world = population(random)
        columns = {name: world[name] for name in ("size", "region", "tenure")}
        for rule_name, rule in RULES.items():
            for name, y in world["outcomes"].items():
                heard = draw(rule(world, y), rows, random)
                margins = known(columns, heard)
                # With a margin held out, size is not weighted to.
                left_out = {"size": margins.pop("size")} if held_out else None
                weights = ow.rake({column: values[heard] for column, values in columns.items()}, margins)
                check = ow.does_weighting_help(weights, {name: y[heard]}, held_out=left_out)
                tally.add(rule_name, check[name], float(y.mean()), float(y.std()))
    return tally


def warsaw(path: str, seeds: int, rows: int, projects: int = 20) -> Tally:
    """Voters drawn by known rules, weighted by age and sex."""
    city = ow.read_pabulib(path)
    voters = city.voters.to_dict()
    ages = np.array([-1 if age is None else age for age in voters["age"]])
    columns = {
        "age": np.where(ages < 0, -1, np.minimum(ages // 15, 5)),
        "sex": np.array([sex or "unknown" for sex in voters["sex"]]),
    }
    approvals = city.approvals.astype(float)
    truth = approvals.mean(axis=0)
    popular = np.argsort(-truth)[:projects]
    young, friends = (ages >= 18) & (ages < 30), approvals[:, popular[3]] > 0
    rules = {
        "Warsaw, by chance": np.ones(len(ages)),
        "Warsaw, the young": np.where(young, 8.0, 1.0),
        "Warsaw, the old": np.where(ages >= 60, 8.0, 1.0),
        "Warsaw, women": np.where(columns["sex"] == "F", 4.0, 1.0),
        "Warsaw, friends of one": np.where(friends, 8.0, 1.0),
        "Warsaw, young friends of one": np.where(young, 4.0, 1.0) * np.where(friends, 3.0, 1.0),
    }
    tally = Tally()
    for name, rates in rules.items():
        for seed in range(seeds):
            heard = draw(rates, rows, np.random.default_rng(seed))
            sample = {column: values[heard] for column, values in columns.items()}
            weights = ow.rake(sample, known(columns, heard))
            check = ow.does_weighting_help(weights, {str(p): approvals[heard, p] for p in popular})
            for p in popular:
                tally.add(name, check[str(p)], float(truth[p]), float(np.sqrt(truth[p] * (1.0 - truth[p]))))
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--warsaw", help="a file of pabulib.org with ages and sexes of voters")
    arguments = parser.parse_args()
    simulated(arguments.seeds, arguments.rows).print()
    print("\nsize held out of the weights")
    simulated(arguments.seeds // 2, arguments.rows, held_out=True).print()
    if arguments.warsaw:
        print()
        warsaw(arguments.warsaw, max(1, arguments.seeds // 4), arguments.rows).print()


if __name__ == "__main__":
    main()
