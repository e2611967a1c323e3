"""Graphs from folders and databases, and what is said of files that cannot be read."""

from __future__ import annotations

import gzip
import sys

import pytest

import outweigh as ow
from outweigh.graph.files import problems_of

duckdb = pytest.importorskip("duckdb")

ACCOUNTS = "account_id,name,arr,started,lighthouse,region,staff,postcode\n007,Ä und Söhne,1200.5,2024-01-02,true,north,12,0123\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    return tmp_path


def test_types_of_csv_columns(folder):
    accounts = ow.read(folder).accounts
    assert accounts.to_dict()["account_id"] == ["007"]
    assert accounts.types["arr"] == "float64"
    assert accounts.types["lighthouse"] == "boolean"
    # The user's own columns: whole numbers are numbers, what begins with a zero is not.
    assert accounts.types["staff"] == "int64"
    assert accounts.to_dict()["postcode"] == ["0123"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path, delimiter):
    (tmp_path / "accounts.csv").write_text(ACCOUNTS.replace(",", delimiter), encoding="utf-8")
    assert ow.read(tmp_path).accounts.to_dict()["name"] == ["Ä und Söhne"]


def test_compressed_marked_and_quoted(tmp_path):
    text = '\ufeffaccount_id,name\nA1,"one, ""the"" first\nof all"\n'
    with gzip.open(tmp_path / "accounts.csv.gz", "wt", encoding="utf-8") as file:
        file.write(text)
    assert ow.read(tmp_path).accounts.to_dict() == {"account_id": ["A1"], "name": ['one, "the" first\nof all']}


def test_parquet_and_database_give_the_same_graph(simulation, tmp_path):
    polars = pytest.importorskip("polars")
    files = tmp_path / "files"
    files.mkdir()
    with duckdb.connect(str(tmp_path / "company.duckdb")) as connection:
        for name, table in simulation.graph.to_tables().items():
            polars.DataFrame(table).write_parquet(files / f"{name}.parquet")
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet('{files / name}.parquet')")
    options = {"as_of": simulation.as_of, "currency": "EUR", "effort_unit": "person weeks"}
    from_files = ow.read(files, **options)
    assert from_files == simulation.graph
    assert ow.read(tmp_path / "company.duckdb", **options) == from_files


def test_own_names_of_columns(tmp_path):
    (tmp_path / "accounts.csv").write_text("Customer No,Worth\n1,20\n", encoding="utf-8")
    names = {"accounts": {"account_id": "Customer No", "arr": "Worth"}}
    accounts = ow.read(tmp_path, columns=names).accounts
    assert accounts.to_dict() == {"account_id": ["1"], "arr": [20.0]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "0 bytes"),
        (b"\n\n", "header"),
        (b"account_id,name\n1,\xe9t\xe9\n", "utf-8"),
        (b"account_id,arr\n1,2\n2,3,4,5\n", "row 1"),
        (b"account_id,arr,arr\n1,2,3\n", "twice"),
        (b"account_id,arr\n1,2\n2,much\n", "row 1, value 'much'"),
        (b"account_id,started\n1,2024-01-02\n2,soon\n", "row 1, value 'soon'"),
        (b"account_id,started\n1,2024-01-02T10:00:00Z\n2,2024-01-02T10:00:00\n", "time zone"),
        (b"account_id,lighthouse\n1,maybe\n", "true or false"),
    ],
)
def test_bad_csv_files(tmp_path, content, message):
    (tmp_path / "accounts.csv").write_bytes(content)
    with pytest.raises(ow.InvalidInput, match=message) as caught:
        ow.read(tmp_path)
    assert "accounts" in str(caught.value)


def test_another_encoding(tmp_path):
    (tmp_path / "accounts.csv").write_bytes(b"account_id,name\n1,\xe9t\xe9\n")
    assert ow.read(tmp_path, encoding="latin-1").accounts.to_dict()["name"] == ["été"]


def test_bad_parquet_files(tmp_path):
    whole = tmp_path / "whole.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'A' || range AS account_id FROM range(5000)) TO '{whole}'")
    content = whole.read_bytes()
    whole.unlink()
    for broken in (
        b"",
        content[: len(content) // 2],
        b"PAR1" + content[4:100] + b"PAR1",
        content[:200] + content[-200:],
    ):
        (tmp_path / "accounts.parquet").write_bytes(broken)
        with pytest.raises(ow.InvalidInput, match="accounts"):
            ow.read(tmp_path)


def test_paths_that_hold_no_tables(tmp_path):
    with pytest.raises(ow.MissingInput, match="no file or folder"):
        ow.read(tmp_path / "nothing")
    with pytest.raises(ow.MissingInput, match="accounts"):
        ow.read(tmp_path)
    (tmp_path / "acounts.csv").write_text(ACCOUNTS)
    with pytest.raises(ow.InvalidInput, match="did you mean 'accounts'"):
        ow.read(tmp_path)
    (tmp_path / "text.duckdb").write_text("not a database")
    with pytest.raises(ow.InvalidInput, match="not a DuckDB database"):
        ow.read(tmp_path / "text.duckdb")
    (tmp_path / "empty.duckdb").touch()
    with pytest.raises(ow.InvalidInput, match="0 bytes"):
        ow.read(tmp_path / "empty.duckdb")


def test_one_table_in_two_files(folder):
    (folder / "accounts.tsv").write_text("account_id\n1\n")
    with pytest.raises(ow.InvalidInput, match="twice"):
        ow.read(folder)


def test_truncated_database(tmp_path):
    path = tmp_path / "company.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE accounts AS SELECT 'A' || range AS account_id FROM range(50000)")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ow.InvalidInput, match="cannot be read"):
        ow.read(path)


def test_without_duckdb_the_error_names_the_extra(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ImportError, match=r"outweigh\[duckdb\]"):
        ow.read(folder)


def test_all_problems_at_once(folder):
    (folder / "requests.csv").write_text(
        "request_id,account_id,source_id,at,urgency\n"
        "R1,007,V1,2026-01-01T00:00:00Z,3\n"
        "R1,008,V1,2026-01-01T00:00:00Z,high\n"
        "R3,007,V1,yesterday,9\n"
    )
    (folder / "sources.csv").write_text("source_id,kind\nV1,oracle\n")
    (folder / "needs.csv").write_bytes(b"")
    found = {(p.table, p.column, p.row) for p in problems_of(folder)}
    assert {
        ("requests", "urgency", 1),
        ("requests", "at", 2),
        ("requests", "request_id", 1),
        ("requests", "account_id", 1),
        ("requests", "urgency", 2),
        ("sources", "kind", 0),
        ("needs", "", None),
    } <= found


def test_a_clean_folder_has_no_problems(simulation, tmp_path):
    simulation.write(tmp_path)
    assert problems_of(tmp_path) == []


def test_quarantine_from_files(folder):
    (folder / "requests.csv").write_text(
        "request_id,account_id,source_id,at\nR1,007,V1,2026-01-01T00:00:00Z\nR2,008,V1,2026-01-01T00:00:00Z\n"
    )
    (folder / "sources.csv").write_text("source_id,kind\nV1,portal\n")
    with pytest.raises(ow.InvalidInput, match="008"):
        ow.read(folder)
    graph = ow.read(folder, on_invalid="quarantine")
    assert graph.requests.to_dict()["request_id"] == ["R1"]
    assert graph.rejected.counts == {"requests": 1}


def test_cells_that_cannot_be_read_can_be_set_aside(tmp_path):
    (tmp_path / "accounts.csv").write_text(
        "account_id,arr,started\na,1,2026-01-01\nb,many,2026-01-01\nc,3,soon\nd,4,\n"
    )
    (tmp_path / "segments.csv").write_text("segment_id,account_id\nx,a\nx,b\n")
    with pytest.raises(ow.InvalidInput) as error:
        ow.read(tmp_path)
    assert (error.value.place.column, error.value.place.row, error.value.place.value) == ("arr", 1, "many")
    graph = ow.read(tmp_path, on_invalid="quarantine")
    assert graph.ids("account") == ["a", "d"]
    assert graph.rejected.counts == {"accounts": 2, "segments": 1}
    assert graph.rejected["accounts"].to_dict()["account_id"] == ["b", "c"]
    places = {(row["table"], row["column"], row["row"], row["value"]) for row in graph.validate().rows()}
    assert {
        ("accounts", "arr", 1, "many"),
        ("accounts", "started", 2, "soon"),
        ("segments", "account_id", 1, "b"),
    } <= places


def test_a_file_that_cannot_be_read_is_not_set_aside(tmp_path):
    (tmp_path / "accounts.csv").write_text("account_id\na\n")
    (tmp_path / "needs.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(ow.InvalidInput, match=r"needs\.parquet"):
        ow.read(tmp_path, on_invalid="quarantine")


def test_a_database_column_of_unknowns_says_nothing_of_its_type(tmp_path):
    with duckdb.connect(str(tmp_path / "company.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE accounts AS SELECT 'a' AS account_id, NULL::VARCHAR AS arr, NULL::VARCHAR AS started"
        )
    assert ow.read(tmp_path / "company.duckdb").accounts.to_dict() == {
        "account_id": ["a"],
        "arr": [None],
        "started": [None],
    }


def test_segments_of_the_call_stand_before_the_file(tmp_path):
    (tmp_path / "accounts.csv").write_text("account_id,tier\na,gold\nb,iron\n")
    (tmp_path / "segments.csv").write_text("segment_id,account_id\nx,a\nx,b\n")
    assert ow.read(tmp_path).ids("segment") == ["x"]
    assert ow.read(tmp_path, segments="tier").ids("segment") == ["gold", "iron"]
    with pytest.raises(ow.MissingInput, match="teir"):
        ow.read(tmp_path, segments="teir")
    assert [problem.column for problem in problems_of(tmp_path, segments="teir")] == ["teir"]


@pytest.mark.parametrize("encoding", ["klingon", ""])
def test_an_encoding_that_there_is_not(folder, encoding):
    with pytest.raises(ow.InvalidInput) as error:
        ow.read(folder, encoding=encoding)
    assert error.value.place.column == "encoding"


def test_a_column_of_ones_own_may_have_the_name_of_a_column_of_another_table(tmp_path):
    """`risk` is a number of solutions, `since` a time of coverage; of accounts they are whatever the user says."""
    (tmp_path / "accounts.csv").write_text(
        "account_id,risk,since,confirmed,total,until,workaround\n"
        "a,high,v2,maybe,n/a,2024-01-02,true\n"
        "b,low,v3,,12,2025-01-02,false\n",
        encoding="utf-8",
    )
    assert problems_of(tmp_path) == []
    accounts = ow.read(tmp_path, timezone="UTC").accounts
    told = accounts.to_dict()
    assert told["risk"] == ["high", "low"]
    assert told["since"] == ["v2", "v3"]
    assert told["confirmed"] == ["maybe", None]
    assert told["total"] == ["n/a", "12"]
    assert accounts.types["until"] in ("timestamp", "date")
    assert told["workaround"] == [True, False]
    (tmp_path / "solutions.csv").write_text("solution_id,title,risk\ns,S,high\n", encoding="utf-8")
    assert [(problem.table, problem.column, problem.value) for problem in problems_of(tmp_path)] == [
        ("solutions", "risk", "high")
    ]


def test_a_column_of_ones_own_with_a_word_among_numbers_is_text(tmp_path):
    (tmp_path / "accounts.csv").write_text(
        "account_id,staff,seats,contract\na,12,1.5,12345678901234567890\nb,unknown,,7\nc,7,2,8\n", encoding="utf-8"
    )
    accounts = ow.read(tmp_path).accounts.to_dict()
    assert accounts["staff"] == ["12", "unknown", "7"]
    assert accounts["seats"] == [1.5, None, 2.0]
    assert accounts["contract"] == ["12345678901234567890", "7", "8"]  # a number would lose its last digits
