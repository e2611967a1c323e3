"""Whose words are no demand: as in C++, accounts that are internal or a partner's, and people who are no customers."""

from __future__ import annotations

from typing import Any

from .customer_graph import CustomerGraph

__all__ = ["stakeholder_accounts", "stakeholders"]


def stakeholder_accounts(graph: CustomerGraph) -> set[Any]:
    """Ids of internal accounts and partners, which neither leave nor buy; one without a kind is a customer."""
    return _ids_of(graph, "accounts", "account_id", "kind", ("internal", "partner"))


def stakeholders(graph: CustomerGraph) -> set[Any]:
    """Ids of people who are no customers; one without a party is one."""
    return _ids_of(graph, "customers", "customer_id", "party", ("stakeholder", "internal", "partner"))


def _ids_of(graph: CustomerGraph, table: str, key: str, column: str, words: tuple[str, ...]) -> set[Any]:
    rows = graph.table(table).to_dict() if table in graph.tables else {}
    ids = rows.get(key, [])
    return {one for one, word in zip(ids, rows.get(column, [None] * len(ids)), strict=True) if word in words}
