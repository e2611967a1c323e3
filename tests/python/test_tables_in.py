"""Tables of every library go in alike, and results come back in the caller's own kind."""

from __future__ import annotations

import datetime as dt
import decimal
import sys
import zoneinfo

import numpy as np
import pytest

import outweigh as ow

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
pyarrow = pytest.importorskip("pyarrow")
duckdb = pytest.importorskip("duckdb")


def to_polars(columns):
    return polars.DataFrame(columns)


def to_categorical_polars(columns):
    frame = polars.DataFrame(columns)
    texts = [name for name, kind in frame.schema.items() if kind == polars.String]
    return frame.with_columns(polars.col(name).cast(polars.Categorical) for name in texts)


def to_lazy_polars(columns):
    return polars.LazyFrame(columns)


def to_pandas(columns):
    return pandas.DataFrame(columns)


def to_categorical_pandas(columns):
    frame = pandas.DataFrame(columns)
    return frame.astype({name: "category" for name in frame.columns if str(frame[name].dtype) in ("str", "object")})


def to_shuffled_index_pandas(columns):
    frame = pandas.DataFrame(columns)
    return frame.set_axis([f"row {i}" for i in range(len(frame))][::-1], axis=0)


def to_arrow(columns):
    return pyarrow.table(columns)


def to_chunked_arrow(columns):
    table = pyarrow.table(columns)
    return pyarrow.concat_tables([table.slice(0, 1), table.slice(1)])


def to_dictionary_arrow(columns):
    table = pyarrow.table(columns)
    for i, name in enumerate(table.column_names):
        if table.schema.field(i).type == pyarrow.string():
            table = table.set_column(i, name, table.column(i).dictionary_encode())
    return table


def to_sliced_arrow(columns):
    padded = {name: [values[0], *values, values[-1]] for name, values in columns.items()}
    return pyarrow.table(padded).slice(1, len(next(iter(columns.values()))))


def to_reader(columns):
    return pyarrow.table(columns).to_reader()


def to_duckdb(columns):
    return duckdb.from_arrow(pyarrow.table(columns))


def to_arrays(columns):
    arrays = {}
    for name, values in columns.items():
        if isinstance(values[0], str):
            arrays[name] = np.array(values)
        elif isinstance(values[0], float) and None not in values:
            arrays[name] = np.array(values)
        else:
            arrays[name] = values
    return arrays


KINDS = [
    to_polars,
    to_categorical_polars,
    to_lazy_polars,
    to_pandas,
    to_categorical_pandas,
    to_shuffled_index_pandas,
    to_arrow,
    to_chunked_arrow,
    to_dictionary_arrow,
    to_sliced_arrow,
    to_reader,
    to_duckdb,
    to_arrays,
    ow.Table,
]


def kind_name(kind):
    return kind.__name__


@pytest.mark.parametrize("kind", KINDS, ids=kind_name)
def test_every_library_gives_the_same_graph(tables, graph, kind):
    other = ow.CustomerGraph.from_tables(**{name: kind(columns) for name, columns in tables.items()})
    assert other == graph


def without_pyarrow(monkeypatch):
    # pandas holds on to pyarrow, which loads a part of itself at first use.
    pyarrow.chunked_array([pyarrow.array([None, 1])]).is_null()
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyarrow"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)


@pytest.mark.parametrize("kind", [to_pandas, to_categorical_pandas, to_shuffled_index_pandas], ids=kind_name)
def test_pandas_goes_in_without_pyarrow(tables, graph, kind, monkeypatch):
    frames = {name: kind(columns) for name, columns in tables.items()}
    without_pyarrow(monkeypatch)
    with pytest.raises(ImportError):
        frames["accounts"].__arrow_c_stream__()
    assert ow.CustomerGraph.from_tables(**frames) == graph


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (to_pandas, pandas.DataFrame),
        (to_polars, polars.DataFrame),
        (to_lazy_polars, polars.DataFrame),
        (to_arrow, pyarrow.Table),
        (to_duckdb, duckdb.DuckDBPyRelation),
        (dict, dict),
        (ow.Table, ow.Table),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_results_come_back_in_the_callers_own_kind(tables, kind, expected):
    graph = ow.CustomerGraph.from_tables(**{name: kind(columns) for name, columns in tables.items()})
    demand = ow.demand(graph)
    assert isinstance(demand.to_frame(), expected)
    assert isinstance(ow.score(demand).to_frame(), expected)


def test_results_are_read_by_every_library(graph):
    demand = ow.demand(graph)
    expected = demand.to_dict()
    assert polars.DataFrame(demand).to_dict(as_series=False) == expected
    assert pyarrow.table(demand).to_pydict() == expected
    assert demand.to_pandas()["need_id"].tolist() == expected["need_id"]
    held = demand.to_arrow()
    assert duckdb.sql("select count(*) from held").fetchall() == [(held.num_rows,)]


def test_a_table_becomes_a_pandas_frame_without_pyarrow(monkeypatch):
    at = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    columns = {
        "text": ["a", None],
        "number": [1.5, None],
        "whole": [1, None],
        "truth": [True, None],
        "at": [at, None],
    }
    table = ow.Table(columns)
    without_pyarrow(monkeypatch)
    frame = table.to_pandas()
    assert frame["whole"].dtype == "Int64"
    assert frame["truth"].dtype == "boolean"
    assert frame["at"].dtype == "datetime64[us, UTC]"
    assert frame["at"][0] == pandas.Timestamp(at)
    assert frame["number"].isna().tolist() == [False, True]
    assert frame["text"].tolist()[0] == "a"


def test_types_met_in_practice():
    at = dt.datetime(2026, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    table = ow.Table(
        pyarrow.table(
            {
                "amount": pyarrow.array([decimal.Decimal("1.50"), None], pyarrow.decimal128(10, 2)),
                "seconds": pyarrow.array([at, None], pyarrow.timestamp("s", "Europe/Helsinki")),
                "nothing": pyarrow.nulls(2),
                "small": pyarrow.array([1, 2], pyarrow.int8()),
                "view": pyarrow.array(["x", None], pyarrow.string_view()),
            }
        )
    )
    assert table.num_rows == 2
    values = table.to_dict()
    assert values["nothing"] == [None, None]
    assert values["small"] == [1, 2]
    assert values["view"] == ["x", None]
    assert values["seconds"][0] == at
    assert float(values["amount"][0]) == 1.5


@pytest.mark.parametrize(
    "nothing", [pyarrow.string(), pyarrow.null(), pyarrow.bool_(), pyarrow.timestamp("s"), pyarrow.float32()]
)
def test_a_column_in_which_nothing_is_known_fits_any_type(tables, nothing):
    accounts = pyarrow.table({**tables["accounts"]})
    solutions = pyarrow.table(tables["solutions"])
    rows, more = accounts.num_rows, solutions.num_rows
    for column in ("started", "sentiment", "lighthouse", "parent_account_id", "kind"):
        at = accounts.schema.get_field_index(column)
        values = pyarrow.nulls(rows, nothing)
        accounts = accounts.append_column(column, values) if at < 0 else accounts.set_column(at, column, values)
    at = solutions.schema.get_field_index("risk")
    solutions = solutions.append_column("risk", pyarrow.nulls(more, nothing)) if at < 0 else solutions
    graph = ow.CustomerGraph.from_tables(accounts=accounts, solutions=solutions)
    for column in ("started", "sentiment", "lighthouse", "parent_account_id"):
        assert graph.accounts.to_dict()[column] == [None] * rows
    again = {name: pyarrow.table(graph.table(name)) for name in ("accounts", "solutions")}
    assert ow.CustomerGraph.from_tables(**again) == graph


def test_masked_values_are_unknown():
    mask = [False, True, False]
    table = ow.Table(
        {
            "number": np.ma.array([1.0, 2.0, 3.0], mask=mask),
            "whole": np.ma.array([1, 2, 3], mask=mask),
            "truth": np.ma.array([True, False, True], mask=mask),
            "day": np.ma.array(np.array(["2026-01-01"] * 3, dtype="datetime64[ns]"), mask=mask),
            "known": np.ma.array([1, 2, 3]),
        }
    )
    assert table.to_dict()["number"] == [1.0, None, 3.0]
    assert table.to_dict()["whole"] == [1, None, 3]
    assert table.to_dict()["truth"] == [True, None, True]
    assert table.to_dict()["day"] == [dt.datetime(2026, 1, 1), None, dt.datetime(2026, 1, 1)]
    assert table.to_dict()["known"] == [1, 2, 3]


def test_a_set_has_no_order_to_be_a_column():
    with pytest.raises(ow.TypeMismatch, match="set"):
        ow.Table({"a": {1, 2}})


@pytest.mark.parametrize(
    "values",
    [
        [["a", "b"], []],
        [None, ["a"]],
        [("a",), ("b",)],
        [{"a": 1}, None],
        [{"a"}, {"b"}],
        [b"a", b"b"],
        np.array([b"a", b"b"]),
        [np.zeros(2), np.zeros(3)],
    ],
    ids=["list", "null", "tuple", "dict", "set", "bytes", "array of bytes", "arrays"],
)
def test_lists_structs_and_bytes_are_left_out_of_every_kind_of_table(values):
    graph = ow.CustomerGraph.from_tables(accounts={"account_id": ["a", "b"], "tags": values, "own": [1, 2]})
    assert graph.accounts.columns == ["account_id", "own"]
    with pytest.raises(ow.TypeMismatch) as error:
        ow.CustomerGraph.from_tables(accounts={"account_id": ["a", "b"], "arr": values})
    assert error.value.place.column == "arr"


def test_a_list_among_texts_is_named():
    with pytest.raises(ow.TypeMismatch, match="lists") as error:
        ow.Table({"a": ["x", ["y"]]})
    assert (error.value.place.column, error.value.place.row) == ("a", 1)


@pytest.mark.parametrize("make", [lambda columns: columns, pyarrow.table])
def test_what_cannot_be_read_is_not_taken_for_empty_text(make):
    table = ow.Table(make({"tags": [["x"], None], "n": [1, 2]}))
    assert "…" in repr(table) and "…" in table._repr_html_()
    for read in (lambda: table["tags"], table.to_dict, table.to_pandas, table.to_polars):
        with pytest.raises(ow.TypeMismatch):
            read()


def test_a_printed_table_is_aligned_and_says_all_that_its_last_column_says():
    sentence = "a sentence of more than thirty-two letters that has to be read to its end"
    table = ow.Table(
        {"name": ["株式会社サクラ", "Cafe\u0301", "Two\nlines"], "n": [1, 2, 3], "why": ["x", sentence, sentence * 9]}
    )
    lines = repr(table).splitlines()
    assert lines[1:4] == ["name            n  why", "株式会社サクラ  1  x", f"Cafe\u0301            2  {sentence}"]
    assert lines[4].startswith("Two lines       3  ") and lines[4].endswith("…") and len(lines[4]) <= 160
    assert len(lines) == 5


def test_a_table_in_a_notebook_keeps_its_sentences_readable():
    html = ow.Table({"n": [1.5], "why": ["a sentence of more than thirty-two letters, in a wide table"]})._repr_html_()
    assert html.index("overflow-x:auto") < html.index("<table>")
    assert html.count("min-width") == 2 and html.count("white-space:nowrap") == 2


@pytest.mark.parametrize("with_arrow", [True, False])
def test_two_pandas_columns_of_one_name_are_refused(with_arrow, monkeypatch):
    frame = pandas.DataFrame([["a", "b", 1]], columns=["account_id", "account_id", "arr"])
    if not with_arrow:
        without_pyarrow(monkeypatch)
    with pytest.raises(ow.InvalidInput, match="same name") as error:
        ow.CustomerGraph.from_tables(accounts=frame)
    assert (error.value.place.table, error.value.place.column) == ("accounts", "account_id")


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", zoneinfo.ZoneInfo("Europe/Berlin"), dt.timezone(dt.timedelta(hours=1)), "+01:00"]
)
def test_zones_of_python_are_zones(zone):
    accounts = {"account_id": ["a"], "started": [dt.datetime(2026, 1, 1)]}
    graph = ow.CustomerGraph.from_tables(accounts=accounts, timezone=zone)
    assert graph.accounts.to_dict()["started"] == [dt.datetime(2025, 12, 31, 23, tzinfo=dt.UTC)]


def test_mutable_buffers_are_copied(tables):
    arr = np.array([900.0, 400.0, 50.0, 40.0, 60.0, 30.0, 5.0, 20.0, 10.0, 500.0])
    tables["accounts"]["arr"] = arr
    graph = ow.CustomerGraph.from_tables(**tables)
    before = graph.table("accounts").to_dict()["arr"]
    arr[:] = -1.0
    assert graph.table("accounts").to_dict()["arr"] == before


def test_arrow_buffers_outlive_their_producer(tables):
    table = ow.Table(polars.DataFrame({"text": ["a long enough text to be out of line"] * 1000}))
    assert table["text"] == ["a long enough text to be out of line"] * 1000


def test_extra_columns_of_accounts_are_kept_as_attributes(graph):
    assert "region" in graph.table("accounts").columns


def test_user_names_of_columns_are_mapped(tables, graph):
    requests = tables["requests"]
    requests["Customer"] = requests.pop("account_id")
    mapped = ow.CustomerGraph.from_tables(**tables, columns={"requests": {"account_id": "Customer"}})
    assert mapped == graph


def test_a_name_in_capitals_is_not_passed_over():
    accounts = {"account_id": ["a"], "ARR": [5.0]}
    with pytest.raises(ow.MissingInput, match="'arr'") as error:
        ow.CustomerGraph.from_tables(accounts=accounts)
    assert (error.value.place.table, error.value.place.column) == ("accounts", "ARR")
    assert ow.validate(accounts=accounts).to_dict()["column"] == ["ARR"]
    graph = ow.CustomerGraph.from_tables(accounts=accounts, columns={"accounts": {"arr": "ARR"}})
    assert graph.accounts.to_dict()["arr"] == [5.0]
    graph = ow.CustomerGraph.from_tables(accounts={"account_id": ["a"], "Kind": ["bank"]}, segments="Kind")
    assert graph.segments.to_dict()["segment_id"] == ["bank"]


def test_integer_ids_come_back_as_integers(tables):
    def number(text):
        return int(text[1:])

    for columns in tables.values():
        if "account_id" in columns:
            columns["account_id"] = [number(text) for text in columns["account_id"]]
    graph = ow.CustomerGraph.from_tables(**tables)
    assert graph.table("accounts").to_dict()["account_id"] == list(range(10))
    assert all(isinstance(value, int) for value in ow.weights(graph).to_dict()["account_id"])


@pytest.mark.parametrize(
    ("values", "error", "row"),
    [(["a", 1, "b"], ow.TypeMismatch, 1), ([1, [2], 3], ow.TypeMismatch, 1), ([1, 2**70, 3], ow.InvalidInput, 1)],
)
def test_a_series_of_mixed_types_is_refused_by_name(values, error, row):
    series = pandas.Series(values, dtype=object, index=[7, 7, 9])
    columns = {"account_id": ["a", "b", "c"], "profit": series}
    for table in (columns, pandas.DataFrame({**columns, "account_id": 1})):
        with pytest.raises(error) as caught:
            ow.profit_curve(table)
        assert (caught.value.place.column, caught.value.place.row) == ("profit", row)


NOON = dt.datetime(2026, 5, 4, 12)


@pytest.mark.parametrize("in_frame", [True, False])
@pytest.mark.parametrize(
    ("odd", "error"), [(NOON.replace(tzinfo=dt.UTC), ow.InvalidInput), (dt.date(2026, 5, 4), ow.TypeMismatch)]
)
def test_a_series_of_mixed_times_is_refused_and_loses_neither_zone_nor_hour(odd, error, in_frame):
    columns = {"case_id": ["a"] * 3, "activity": ["x"] * 3, "at": pandas.Series([odd, NOON, NOON], dtype=object)}
    with pytest.raises(error) as caught:
        ow.journey(pandas.DataFrame(columns) if in_frame else columns, timezone="Europe/Berlin")
    assert (caught.value.place.column, caught.value.place.row) == ("at", 1)


def test_a_series_of_times_as_objects_keeps_zones_and_gaps():
    new_york = dt.datetime(2026, 5, 4, 12, tzinfo=zoneinfo.ZoneInfo("America/New_York"))
    times = pandas.Series([pandas.Timestamp(new_york), None, NOON.replace(tzinfo=dt.UTC)], dtype=object)
    table = ow.Table(pandas.DataFrame({"at": times}))
    assert table.to_dict()["at"] == [new_york, None, NOON.replace(tzinfo=dt.UTC)]


def test_what_arrow_has_no_type_for_is_refused_by_name():
    with pytest.raises(ow.TypeMismatch) as caught:
        ow.CustomerGraph.from_tables(accounts=pandas.DataFrame({"account_id": ["a"], "wave": [1j]}))
    assert (caught.value.place.table, caught.value.place.column) == ("accounts", "wave")


def test_a_lazy_frame_is_a_sample():
    columns = {"size": ["s", "l", "s"], "seats": [1.0, 2.0, 3.0]}
    totals = {"size": {"s": 6, "l": 4}}
    lazy, plain = (ow.rake(sample, totals) for sample in (polars.LazyFrame(columns), columns))
    assert lazy.values.tolist() == plain.values.tolist()
    assert ow.estimate_mean(lazy, "seats") == ow.estimate_mean(plain, "seats")


@pytest.mark.parametrize("library", ["dict", "pandas", "polars", "arrow", "duckdb"])
def test_times_may_be_texts_in_every_kind_of_table(library):
    at = ["2026-05-04", "2026-05-04T09:30:00+02:00", None]
    tables = {
        "accounts": {"account_id": ["a", "b", "c"], "started": at},
        "events": {
            "account_id": ["a", "b"],
            "at": ["2026-05-05T00:00:00Z", "2026-05-06 01:00:00Z"],
            "activity": ["x", "x"],
        },
    }
    graph = ow.CustomerGraph.from_tables(**{name: ow.Table(table).to_frame(library) for name, table in tables.items()})
    times = [dt.datetime(2026, 5, 4, tzinfo=dt.UTC), dt.datetime(2026, 5, 4, 7, 30, tzinfo=dt.UTC), None]
    assert graph.accounts.to_dict()["started"] == times
    assert graph.as_of == dt.datetime(2026, 5, 6, 1, tzinfo=dt.UTC)


def test_texts_that_are_no_times_are_named_and_nothing_is_lost():
    accounts = {"account_id": ["a", "b", "c"], "started": ["2026-05-04", "04/05/2026", ""]}
    with pytest.raises(ow.InvalidInput, match="not a time such as") as error:
        ow.CustomerGraph.from_tables(accounts, as_of="2026-06-01")
    place = error.value.place
    assert (place.table, place.column, place.row, place.value) == ("accounts", "started", 1, "04/05/2026")
    graph = ow.CustomerGraph.from_tables(accounts, as_of="2026-06-01", on_invalid="quarantine")
    assert graph.rejected("accounts").to_dict()["started"] == ["04/05/2026", ""]
    naive = {"account_id": ["a"], "started": ["2026-05-04 09:30"]}
    with pytest.raises(ow.InvalidInput, match="timezone="):
        ow.CustomerGraph.from_tables(naive, as_of="2026-06-01")
    graph = ow.CustomerGraph.from_tables(naive, as_of="2026-06-01", timezone="Europe/Zurich")
    assert graph.accounts.to_dict()["started"] == [dt.datetime(2026, 5, 4, 7, 30, tzinfo=dt.UTC)]


@pytest.mark.parametrize(
    "as_of", ["2026-06-01", dt.date(2026, 6, 1), np.datetime64("2026-06-01"), np.datetime64("2026-06")]
)
def test_the_time_of_the_base_may_be_a_date_of_any_kind(as_of):
    graph = ow.CustomerGraph.from_tables({"account_id": ["a"]}, as_of=as_of)
    assert graph.as_of == dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


def test_one_row_is_one_row():
    one = ow.rake({"size": ["s"]}, {"size": {"s": 5}})
    assert repr(one).startswith("outweigh.SurveyWeights(1 row, ")
    many = ow.rake({"size": ["s", "l"] * 600}, {"size": {"s": 5, "l": 5}})
    assert repr(many).startswith("outweigh.SurveyWeights(1,200 rows, ")
    assert "(2 replicates by bootstrap, 1,200 rows)" in repr(ow.replicate_weights(many, replicates=2))
    assert repr(ow.BgNbd.from_params(r=1, alpha=1, a=2, b=2).expected_purchases(1, 1, 1, 2, uncertainty=True)) == (
        "outweigh.Predicted(1 value)"
    )
    assert repr(ow.WorkingHours(holidays=[dt.date(2026, 1, 1)])).endswith("1 holiday)")


def test_a_date_far_after_all_others_is_named():
    tables = {
        "accounts": {"account_id": ["a", "b"]},
        "revenue": {"account_id": ["a", "b"], "at": [dt.date(2026, 5, 4), dt.date(2099, 5, 4)], "amount": [1, 1]},
    }
    graph = ow.CustomerGraph.from_tables(**tables)
    (said,) = graph.warnings
    assert "table revenue, column at, row 1: 2099-05-04" in said and said in repr(graph)
    assert ow.CustomerGraph.from_tables(**tables, as_of="2026-05-04").warnings == []
