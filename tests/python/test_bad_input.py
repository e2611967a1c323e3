"""Bad input never becomes a wrong answer: each error says where the trouble is, and nothing is half-loaded."""

from __future__ import annotations

import datetime as dt
import math
import pickle

import numpy as np
import pytest

import outweigh as ow


def build(tables, **options):
    return ow.CustomerGraph.from_tables(**tables, **options)


def duplicate_account(tables):
    for values in tables["accounts"].values():
        values.append(values[0])


def missing_account_id(tables):
    tables["accounts"]["account_id"][3] = None


def dangling_account(tables):
    tables["requests"]["account_id"][2] = "nobody"


def dangling_need(tables):
    tables["covers"]["need_id"][1] = "no such need"


def cycle_in_requires(tables):
    tables["dependencies"] = {
        "solution_id": ["s_log", "s_platform", "s_sso"],
        "on": ["s_platform", "s_sso", "s_log"],
        "kind": ["requires"] * 3,
    }


def requires_itself(tables):
    tables["dependencies"] = {"solution_id": ["s_log"], "on": ["s_log"], "kind": ["requires"]}


def negative_effort(tables):
    tables["solutions"]["effort"][1] = -2.0


def effort_is_not_a_number(tables):
    tables["solutions"]["effort"] = np.array([3.0, math.nan, 5.0, 2.0, 4.0])


def infinite_effort(tables):
    tables["solutions"]["effort"][4] = math.inf


def unknown_word(tables):
    tables["sources"]["kind"][1] = "rumour"


def out_of_range(tables):
    tables["accounts"]["sentiment"] = [0.0] * 9 + [1.5]


def share_above_one(tables):
    tables["covers"]["share"][2] = 1.2


def missing_required_cell(tables):
    tables["requests"]["at"][4] = None


BAD_ROWS = [
    # what, table, column, row, value
    (duplicate_account, "accounts", "account_id", 10, "a0"),
    (missing_account_id, "accounts", "account_id", 3, None),
    (dangling_account, "requests", "account_id", 2, "nobody"),
    (dangling_need, "covers", "need_id", 1, "no such need"),
    (cycle_in_requires, "dependencies", None, None, None),
    (requires_itself, "dependencies", None, 0, None),
    (negative_effort, "solutions", "effort", 1, "-2"),
    (effort_is_not_a_number, "solutions", "effort", 1, "nan"),
    (infinite_effort, "solutions", "effort", 4, "inf"),
    (unknown_word, "sources", "kind", 1, "rumour"),
    (out_of_range, "accounts", "sentiment", 9, "1.5"),
    (share_above_one, "covers", "share", 2, "1.2"),
    (missing_required_cell, "requests", "at", 4, None),
]


@pytest.mark.parametrize(
    ("spoil", "table", "column", "row", "value"), BAD_ROWS, ids=[case[0].__name__ for case in BAD_ROWS]
)
def test_a_bad_row_is_named(tables, spoil, table, column, row, value):
    spoil(tables)
    with pytest.raises(ow.OutweighError) as error:
        build(tables)
    place = error.value.place
    assert place.table == table
    if column is not None:
        assert place.column == column
        assert column in str(error.value)
    if row is not None:
        assert place.row == row
    if value is not None:
        assert value in place.value
    assert table in str(error.value)


@pytest.mark.parametrize("spoil", [case[0] for case in BAD_ROWS], ids=[case[0].__name__ for case in BAD_ROWS])
def test_a_bad_row_can_be_quarantined(tables, spoil):
    spoil(tables)
    graph = build(tables, on_invalid="quarantine")
    assert len(graph.validate()) > 0
    rejected = {name: graph.rejected(name) for name in tables}
    assert any(len(table) > 0 for table in rejected.values())
    assert all("reason" in table.columns for table in rejected.values() if len(table) > 0)
    assert len(ow.demand(graph).to_table()) > 0


def test_validate_lists_all_problems_at_once(tables):
    for spoil in (negative_effort, unknown_word, dangling_account):
        spoil(tables)
    problems = ow.validate(**tables)
    places = {(row["table"], row["column"], row["row"]) for row in problems.rows()}
    assert {("solutions", "effort", 1), ("sources", "kind", 1), ("requests", "account_id", 2)} <= places


def test_a_missing_column_is_named(tables):
    del tables["requests"]["account_id"]
    with pytest.raises(ow.MissingInput) as error:
        build(tables)
    assert (error.value.place.table, error.value.place.column) == ("requests", "account_id")


def test_accounts_are_required(tables):
    del tables["accounts"]
    with pytest.raises((ow.MissingInput, TypeError)) as error:
        build(tables)
    assert "accounts" in str(error.value)


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("solutions", "effort", ["a", "b", "c", "d", "e"]),
        ("accounts", "arr", [True] * 10),
        ("requests", "at", list(range(10))),
        ("accounts", "account_id", [1.5] * 10),
        ("needs", "title", [1, 2, 3, 4]),
        ("sources", "kind", [1, 2, 3]),
        ("accounts", "account_id", [[1]] * 10),
    ],
)
def test_a_wrong_type_is_named(tables, table, column, values):
    tables[table][column] = values
    with pytest.raises((ow.TypeMismatch, ow.InvalidInput)) as error:
        build(tables)
    assert error.value.place.column == column


def test_ids_of_another_type_than_their_targets(tables):
    tables["requests"]["account_id"] = list(range(len(tables["requests"]["account_id"])))
    with pytest.raises(ow.OutweighError) as error:
        build(tables)
    assert (error.value.place.table, error.value.place.column) == ("requests", "account_id")


def test_naive_times_need_a_time_zone(tables):
    tables["requests"]["at"] = [at.replace(tzinfo=None) for at in tables["requests"]["at"]]
    with pytest.raises(ow.OutweighError) as error:
        build(tables)
    assert (error.value.place.table, error.value.place.column) == ("requests", "at")
    assert "timezone" in str(error.value)


def test_naive_times_with_a_time_zone_convert(tables):
    zoned = build(tables)
    for columns in tables.values():
        for values in columns.values():
            for i, value in enumerate(values):
                if isinstance(value, dt.datetime):
                    values[i] = value.replace(tzinfo=None)
    assert build(tables, timezone="UTC") == zoned
    assert build(tables, timezone="Europe/Helsinki") != zoned


def test_naive_times_among_zoned_ones(tables):
    tables["requests"]["at"][2] = tables["requests"]["at"][2].replace(tzinfo=None)
    with pytest.raises(ow.OutweighError) as error:
        build(tables)
    assert error.value.place.column == "at"


def test_columns_of_different_lengths(tables):
    tables["accounts"]["name"].pop()
    with pytest.raises(ow.InvalidInput) as error:
        build(tables)
    assert error.value.place.column == "name"


@pytest.mark.parametrize("data", [3, "accounts.csv", [1, 2], None, object(), {1, 2}])
def test_what_is_no_table_is_refused(data):
    with pytest.raises((ow.TypeMismatch, ow.MissingInput)):
        ow.CustomerGraph.from_tables(accounts=data)


def test_an_unknown_table_names_the_nearest(tables):
    with pytest.raises((ow.InvalidInput, TypeError)) as error:
        build({**tables, "acounts": tables["accounts"]})
    assert "acounts" in str(error.value)


@pytest.mark.parametrize("name", ["accounts", "requests", "needs", "solutions", "segments"])
def test_an_empty_table_is_named(tables, name):
    tables = {name: tables[name]} if name == "accounts" else tables
    tables[name] = {column: [] for column in tables[name]}
    with pytest.raises(ow.InvalidInput) as error:
        build(tables)
    assert error.value.place.table == name
    assert "no rows" in str(error.value)


def test_accounts_alone_make_a_graph(tables):
    graph = build({"accounts": tables["accounts"]})
    with pytest.raises(ow.MissingInput) as error:
        ow.demand(graph)
    assert error.value.place.table in ("needs", "requests")


def test_nothing_is_half_loaded(tables):
    dangling_account(tables)
    with pytest.raises(ow.OutweighError):
        build(tables)
    tables["requests"]["account_id"][2] = "a1"
    assert build(tables) == build(tables)


@pytest.mark.parametrize(
    "kind",
    [
        "InvalidInput",
        "MissingInput",
        "TypeMismatch",
        "NotIdentified",
        "Infeasible",
        "ContractViolation",
        "CorruptState",
        "Cancelled",
    ],
)
def test_errors_have_one_base(kind):
    assert issubclass(getattr(ow, kind), ow.OutweighError)


def test_errors_can_be_pickled(tables):
    negative_effort(tables)
    with pytest.raises(ow.InvalidInput) as error:
        build(tables)
    again = pickle.loads(pickle.dumps(error.value))
    assert type(again) is ow.InvalidInput
    assert again.place == error.value.place
    assert str(again) == str(error.value)


@pytest.mark.parametrize(
    "answer", [[1.0], [1.0] * 6, [math.nan] * 5, [math.inf] * 5, ["a"] * 5, ["1"] * 5, [1j] * 5, None, 3.0]
)
def test_a_scorer_that_breaks_its_contract_is_named(graph, answer):
    def my_scorer(columns):
        return answer

    with pytest.raises(ow.ContractViolation) as error:
        ow.score(ow.demand(graph), by=my_scorer)
    assert "my_scorer" in str(error.value)


def test_an_error_in_a_scorer_reaches_the_caller(graph):
    def failing(columns):
        raise ZeroDivisionError("in the scorer")

    with pytest.raises(ZeroDivisionError, match="in the scorer"):
        ow.score(ow.demand(graph), by=failing)


def test_an_unknown_method_names_those_there_are(graph):
    with pytest.raises(ow.InvalidInput) as error:
        ow.score(ow.demand(graph), by="rize")
    assert "rice" in str(error.value)


def test_an_unknown_solution_is_named(graph):
    plan = ow.plan(ow.score(ow.demand(graph)), capacity=6)
    with pytest.raises(ow.InvalidInput) as error:
        plan.explain("s_nothing")
    assert "s_nothing" in str(error.value)


@pytest.mark.parametrize(
    ("capacity", "kind"),
    [(-1.0, ow.InvalidInput), (math.nan, ow.InvalidInput), ("six", ow.TypeMismatch), (None, ow.TypeMismatch)],
)
def test_a_capacity_that_cannot_be(graph, capacity, kind):
    scores = ow.score(ow.demand(graph))
    with pytest.raises(kind) as error:
        ow.plan(scores, capacity=capacity)
    assert error.value.place.column == "capacity"
    assert error.value.place.value == repr(capacity)


class TestFiles:
    @pytest.mark.parametrize("name", ["accounts.csv", "accounts.parquet"])
    def test_zero_bytes(self, tmp_path, name):
        (tmp_path / name).write_bytes(b"")
        with pytest.raises(ow.OutweighError) as error:
            ow.read(tmp_path)
        assert name in str(error.value)

    def test_a_truncated_parquet_file(self, tmp_path, tables):
        pyarrow = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        file = tmp_path / "accounts.parquet"
        parquet.write_table(pyarrow.table(tables["accounts"]), file)
        file.write_bytes(file.read_bytes()[:-40])
        with pytest.raises(ow.OutweighError) as error:
            ow.read(tmp_path)
        assert "accounts.parquet" in str(error.value)

    def test_a_folder_that_is_not_there(self, tmp_path):
        with pytest.raises((ow.OutweighError, FileNotFoundError)) as error:
            ow.read(tmp_path / "nothing")
        assert "nothing" in str(error.value)

    def test_a_folder_without_tables(self, tmp_path):
        with pytest.raises(ow.MissingInput) as error:
            ow.read(tmp_path)
        assert "accounts" in str(error.value)

    def test_a_folder_of_files_is_a_graph(self, tmp_path, tables, graph):
        pyarrow = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        csv = pytest.importorskip("pyarrow.csv")
        for i, (name, columns) in enumerate(tables.items()):
            if i % 2:
                parquet.write_table(pyarrow.table(columns), tmp_path / f"{name}.parquet")
            else:
                csv.write_csv(pyarrow.table(columns), tmp_path / f"{name}.csv")
        assert ow.read(tmp_path).to_tables().keys() == graph.to_tables().keys()
        assert ow.demand(ow.read(tmp_path)).to_table() == ow.demand(graph).to_table()


@pytest.mark.parametrize(
    "rows",
    [
        [("a", "b", "requires"), ("b", "a", "excludes")],
        [("a", "b", "together"), ("a", "b", "excludes")],
        [("a", "b", "requires"), ("b", "c", "together"), ("c", "a", "excludes")],
    ],
)
def test_what_excludes_each_other_must_not_need_each_other(rows):
    tables = {
        "accounts": {"account_id": ["x"]},
        "solutions": {"solution_id": ["a", "b", "c"], "title": ["A", "B", "C"], "effort": [1, 1, 1]},
        "dependencies": dict(zip(("solution_id", "on", "kind"), map(list, zip(*rows, strict=True)), strict=True)),
    }
    (problem,) = ow.validate(**tables).rows()
    assert (problem["kind"], problem["table"], problem["row"]) == ("contradiction", "dependencies", len(rows) - 1)
    assert "cannot be without" in problem["message"]
    with pytest.raises(ow.InvalidInput, match="cannot be without"):
        ow.CustomerGraph.from_tables(**tables)
