"""A small customer base that the tests share, and where things are."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

Tables = dict[str, dict[str, list[Any]]]

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=number)


def small_base() -> Tables:
    """Ten accounts in two segments, one of them a prospect; four needs; five solutions."""
    account = [f"a{i}" for i in range(10)]
    source = ["ceo", "support", "visits"]
    contacts = [
        # source, account, day, need
        ("ceo", "a0", 3, "sso"),
        ("ceo", "a0", 20, "sso"),
        ("ceo", "a1", 24, "export"),
        ("support", "a2", 5, "speed"),
        ("support", "a3", 9, "speed"),
        ("support", "a3", 30, "export"),
        ("support", "a9", 33, "sso"),
        ("visits", "a4", 40, "export"),
        ("visits", "a5", 41, None),
        ("visits", "a6", 45, "export"),
        ("visits", "a1", 47, None),
        ("visits", "a2", 50, "audit_log"),
    ]
    heard = [(i, c) for i, c in enumerate(contacts) if c[3] is not None]
    return {
        "accounts": {
            "account_id": list(account),
            "name": [f"Account {i}" for i in range(10)],
            "kind": ["customer"] * 9 + ["prospect"],
            "arr": [900.0, 400.0, 50.0, 40.0, 60.0, 30.0, None, 20.0, 10.0, 500.0],
            "started": [day(-400 - i) for i in range(10)],
            "region": ["north", "south"] * 5,
        },
        "segments": {
            "segment_id": ["large", "large", *["small"] * 8],
            "account_id": list(account),
        },
        "sources": {
            "source_id": source,
            "name": ["Calls of the CEO", "Support desk", "Customer visits"],
            "kind": ["executive", "pooled_support", "discovery"],
        },
        "interactions": {
            "interaction_id": [f"i{i}" for i in range(len(contacts))],
            "source_id": [c[0] for c in contacts],
            "account_id": [c[1] for c in contacts],
            "at": [day(c[2]) for c in contacts],
            "purpose": ["learn" if c[0] == "visits" else "escalation" for c in contacts],
            "initiated_by": ["us" if c[0] == "visits" else "them" for c in contacts],
        },
        "needs": {
            "need_id": ["sso", "export", "speed", "audit_log"],
            "title": ["Single sign-on", "Export", "Faster search", "Audit log"],
            "outcome": ["revenue", "revenue", "retention", "risk"],
        },
        "requests": {
            "request_id": [f"r{i}" for i, _ in heard],
            "account_id": [c[1] for _, c in heard],
            "source_id": [c[0] for _, c in heard],
            "at": [day(c[2]) for _, c in heard],
            "interaction_id": [f"i{i}" for i, _ in heard],
            "need_id": [c[3] for _, c in heard],
            "quote": [f"we need {c[3]}" for _, c in heard],
        },
        "solutions": {
            "solution_id": ["s_sso", "s_export", "s_search", "s_log", "s_platform"],
            "title": ["SAML", "CSV export", "New index", "Audit trail", "Identity platform"],
            "effort": [3.0, 2.0, 5.0, 2.0, 4.0],
        },
        "covers": {
            "solution_id": ["s_sso", "s_export", "s_search", "s_log", "s_platform"],
            "need_id": ["sso", "export", "speed", "audit_log", "sso"],
            "share": [1.0, 1.0, 0.5, 1.0, 0.5],
        },
        "dependencies": {
            "solution_id": ["s_log"],
            "on": ["s_platform"],
            "kind": ["requires"],
        },
    }
