"""docs/tables.md lists the tables, columns, types and rules that the library has."""

from __future__ import annotations

import re

from customer_base import ROOT

import outweigh as ow


def listed():
    columns = {}
    table = ""
    for line in (ROOT / "docs" / "tables.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            table = line[3:].strip()
        elif line.startswith("| ") and not line.startswith("| column"):
            name, kind, meaning = (cell.strip() for cell in line.strip("|").split("|"))
            assert meaning, (table, name)
            columns[table, name.strip("*")] = (name.startswith("**"), kind)
    return columns


def known():
    columns = {}
    for row in ow.schema().rows():
        kind = row["type"]
        if row["words"] is not None:
            kind = "one of " + ", ".join(f"`{word}`" for word in row["words"].split(", "))
        if row["lowest"] is not None and row["highest"] is not None:
            kind += f", {row['lowest']:g} to {row['highest']:g}"
        elif row["lowest"] is not None:
            kind += ", not negative"
        columns[row["table"], row["column"]] = (row["required"], kind)
    return columns


def test_the_reference_is_the_schema():
    assert listed() == known()


def test_every_table_says_what_it_is():
    text = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    assert all(re.search(r"\w", part.partition("\n")[2].split("|")[0]) for part in text.split("\n## ")[1:])
