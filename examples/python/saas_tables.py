"""The tables that a software company has: accounts, subscriptions, tickets and usage. Who does its support desk hear?

    python examples/python/saas_tables.py FOLDER

The folder holds the five tables of Ravenstack, a synthetic company.
"""

import csv
import sys
from datetime import UTC, datetime
from pathlib import Path

import outweigh as ow


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"ravenstack_{name}.csv").open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def day(text: str) -> datetime | None:
    return datetime.strptime(text[:10], "%d-%m-%Y").replace(tzinfo=UTC) if text else None


def company(folder: Path) -> ow.CustomerGraph:
    """The graph: tickets are contacts, the first uses are events, open subscriptions are what an account pays a year."""
    accounts, subscriptions = rows(folder, "accounts"), rows(folder, "subscriptions")
    tickets, usage = rows(folder, "supports_ticket"), rows(folder, "feature_usage")
    pays: dict[str, float] = {}
    for row in subscriptions:
        if not row["end_date"]:
            pays[row["account_id"]] = pays.get(row["account_id"], 0.0) + float(row["arr_amount"])
    account_of = {row["subscription_id"]: row["account_id"] for row in subscriptions}
    return ow.CustomerGraph.from_tables(
        accounts={
            "account_id": [row["account_id"] for row in accounts],
            "name": [row["account_name"] for row in accounts],
            "arr": [pays.get(row["account_id"], 0.0) for row in accounts],
            "started": [day(row["signup_date"]) for row in accounts],
            **{name: [row[name] for row in accounts] for name in ("industry", "country", "plan_tier")},
            "seats": [int(row["seats"]) for row in accounts],
        },
        sources={
            "source_id": ["desk"],
            "name": ["Support desk"],
            "kind": ["pooled_support"],
            "owner": ["Support"],
        },
        interactions={
            "interaction_id": [row["ticket_id"] for row in tickets],
            "source_id": ["desk"] * len(tickets),
            "account_id": [row["account_id"] for row in tickets],
            "at": [day(row["submitted_at"]) for row in tickets],
            "purpose": ["escalation" if row["escalation_flag"] == "TRUE" else "support" for row in tickets],
            "initiated_by": ["them"] * len(tickets),
        },
        events={
            "account_id": [account_of[row["subscription_id"]] for row in usage],
            "at": [day(row["usage_date"]) for row in usage],
            "activity": [row["feature_name"] for row in usage],
            "stage": ["use"] * len(usage),
        },
        segments="plan_tier",
        currency="USD",
        on_invalid="quarantine",
    )


def main(folder: str) -> None:
    graph = company(Path(folder))
    audit = ow.audit(
        graph,
        by=[
            "segment",
            "revenue_decile",
            "industry",
            "country",
            "tenure",
            "seats",
            "stage",
        ],
    )
    print(audit.summary)
    tests = [row for row in audit.tests.rows() if row["group"] == "all" and row["q_value"] is not None]
    for row in tests:
        print(f"  by {row['dimension']}: dissimilarity {row['dissimilarity']:.3f}, q {row['q_value']:.2f}")
    print("never heard: " + ("; ".join(row["description"] for row in list(audit.never_heard.rows())[:3]) or "nobody"))
    print(ow.listening_quality(graph).summary)
    discovery = ow.discovery(graph, by=["segment", "country"])
    print(discovery.summary)
    for row in list(discovery.to_table().rows())[:3]:
        print(f"  {row['rank']}. {row['name']}: {row['reason']}")
    for name, table in (("audit", audit.missing), ("discovery", discovery.missing)):
        for row in table.rows():
            print(f"  {name} cannot say {row['figure']}: needs {row['table']}.{row['column']}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
