"""Who takes part in a yearly wish list, and which wishes do few voices carry?

    python examples/python/wishes.py FOLDER

The folder holds requests.csv and votes.csv of the Community Wishlist of Wikimedia.
"""

import sys
from collections import Counter

import outweigh as ow


def main(folder: str) -> None:
    graph = ow.read_wishlist(folder)
    audit = ow.audit(graph)
    print(audit.summary)
    years = [row for row in audit.sources.rows() if row["group"] == "source"]
    for row in years:
        print(f"{row['name']}: {row['contacts']:,} contacts with {row['heard_accounts']:,} voters")
    votes = Counter(graph.requests.to_dict()["account_id"])
    loudest = sum(count for _, count in votes.most_common(len(votes) // 10))
    print(f"The loudest tenth cast {loudest / sum(votes.values()):.0%} of all votes.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
