"""Is a category's electorate the same people every year?

    python examples/python/electorates.py FOLDER

The folder holds requests.csv and votes.csv of the Community Wishlist of Wikimedia, where voters pick wishes of categories
such as Maps or Search. If the same people come back, a yearly survey asks one club again and again, and ten years of votes
are worth little more than one.
"""

import sys
from collections import defaultdict

import outweigh as ow


def electorates(graph: ow.CustomerGraph) -> dict[tuple[str, int], set[str]]:
    """Voters by category and year."""
    needs = graph.table("needs").to_dict()
    about = {
        need: (category, year)
        for need, category, year in zip(needs["need_id"], needs["category"], needs["year"], strict=True)
    }
    requests = graph.table("requests").to_dict()
    voters = defaultdict(set)
    for account, need in zip(requests["account_id"], requests["need_id"], strict=True):
        if about[need][0]:
            voters[about[need]].add(account)
    return voters


def returns(voters: dict[tuple[str, int], set[str]]) -> list[dict[str, object]]:
    """For each category and two years in a row: who came back to it, against who came back to the survey at all."""
    everyone = defaultdict(set)
    for (_, year), people in voters.items():
        everyone[year] |= people
    rows = []
    for (category, year), people in sorted(voters.items()):
        before = voters.get((category, year - 1), set())
        if min(len(before), len(people)) < 50:
            continue
        back = people & before
        interval = ow.proportion_interval(len(back), len(people), level=0.9)
        rows.append(
            {
                "category": category,
                "year": year,
                "voters": len(people),
                "back": len(back) / len(people),
                "lower": interval[0],
                "upper": interval[1],
                # Were its voters drawn at random from this year's, so many would have been of last year's electorate.
                "by_chance": len(everyone[year] & before) / len(everyone[year]),
                "back_at_all": len(people & everyone[year - 1]) / len(people),
            }
        )
    return rows


def main(folder: str) -> None:
    voters = electorates(ow.read_wishlist(folder))
    rows = returns(voters)
    print(
        f"{'category':24} {'year':>4} {'voters':>6} {'voted there the year before':>32} {'by chance':>10} {'voted at all':>13}"
    )
    for row in rows:
        share = f"{row['back']:.0%} ({row['lower']:.0%} to {row['upper']:.0%})"
        print(
            f"{row['category'][:24]:24} {row['year']:>4} {row['voters']:>6} {share:>32} {row['by_chance']:>10.0%} {row['back_at_all']:>13.0%}"
        )
    back = sum(row["back"] * row["voters"] for row in rows) / sum(row["voters"] for row in rows)
    at_all = sum(row["back_at_all"] * row["voters"] for row in rows) / sum(row["voters"] for row in rows)
    above = sum(row["lower"] > row["by_chance"] for row in rows)
    print(
        f"\nThe same people? {'Mostly' if back > 0.5 else 'No'}: of a category's voters {back:.0%} had voted there the year before and "
        f"{at_all:.0%} anywhere; more than by chance in {above} of {len(rows)} cases."
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
