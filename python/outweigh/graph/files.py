"""Tables from files: folders of CSV and Parquet files and DuckDB databases, read by DuckDB."""

from __future__ import annotations

import codecs
import csv
import difflib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from .. import _core
from ..core.arguments import checked
from ..core.errors import InvalidInput, MissingInput, OutweighError, Place
from ..core.table import Table, import_extra

if TYPE_CHECKING:
    import os

    from .customer_graph import CustomerGraph

__all__ = ["FileProblem", "passed_over", "problems_of", "read", "read_tables"]

TABLES = (
    "accounts",
    "segments",
    "customers",
    "sources",
    "coverage",
    "interactions",
    "asked",
    "needs",
    "uses",
    "requests",
    "tickets",
    "surveys",
    "articles",
    "deals",
    "solutions",
    "efforts",
    "capacities",
    "covers",
    "dependencies",
    "commitments",
    "revenue",
    "costs",
    "events",
    "population",
)

# A CSV file has no types. These columns are not text, whatever table of ours they stand in; all others of ours are. Where a
# table has no such column it is the user's own, and is text unless every cell of it reads as one of these.
TIMES = frozenset(
    "started ended joined since until at opened deadline first_response resolved due closed shipped".split()
)
NUMBERS = frozenset(
    "arr sentiment minutes customer_talk_share urgency claimed_breadth reopened reassigned severity score reads amount"
    " custom_work_price custom_work_cost effort risk low high share total value".split()
)
FLAGS = frozenset("lighthouse notes_complete confirmed could_self_serve could_partner workaround showstopper".split())
WORDS = frozenset(
    "name kind role party owner purpose initiated_by triggered_by answer title use outcome basis text quote repeats"
    " product team blocks article question status resource period on activity stage function dimension level".split()
)

SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet")
ZONED = r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"


@dataclass(frozen=True)
class FileProblem:
    """One thing that is wrong with a file or a table of it; rows count from 0, the header not counted."""

    kind: str
    table: str
    column: str
    row: int | None
    value: str
    message: str


@checked
def read(
    path: str | os.PathLike[str],
    *,
    columns: Mapping[str, Mapping[str, str]] | None = None,
    encoding: str = "utf-8",
    **options: Any,
) -> CustomerGraph:
    """Read a customer graph from a folder of files or from a DuckDB database.

    Parameters
    ----------
    path
        A folder with files named as the tables (``accounts.csv``, ``requests.parquet``, ...), or a DuckDB database
        whose tables have these names. Only ``accounts`` is required. CSV files may be separated by commas,
        semicolons, tabs or bars, and may be compressed (``.csv.gz``).
    columns
        The user's column names: ``{"accounts": {"account_id": "Customer No"}}``.
    encoding
        Of CSV files: ``"utf-8"``, ``"latin-1"`` or ``"utf-16"``.
    **options
        Passed on to `CustomerGraph.from_tables`: ``as_of``, ``timezone``, ``on_invalid``, ``segments``, ...

    Returns
    -------
    CustomerGraph

    Raises
    ------
    MissingInput
        The path, or a table of accounts in it, is not there.
    InvalidInput
        A file is empty, truncated, not in its encoding, or has a value that cannot be read; the message names the
        file, and the row and the column where they are known.
    ImportError
        DuckDB is not installed: ``pip install 'outweigh[duckdb]'``.

    Notes
    -----
    Ids in CSV files are text, so that ``007`` stays ``007``. Rows count from 0, the header not counted.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import outweigh as ow
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "accounts.csv").write_text("account_id,arr\\nA1,1200\\nA2,800\\n")
    >>> graph = ow.read(folder, as_of="2026-01-01")
    >>> len(graph.accounts)
    2
    """
    from .customer_graph import CustomerGraph

    unreadable: list[FileProblem] = []
    is_strict = options.get("on_invalid", "raise") != "quarantine"
    found = None if is_strict else unreadable
    tables = read_tables(path, columns=columns, encoding=encoding, problems=found, most_problems=2**62)
    for problem in unreadable:
        if problem.row is None or problem.table not in tables:
            # There is no row that could be set aside.
            raise InvalidInput(problem.message, Place(problem.table, problem.column, problem.row, problem.value))
    if columns is not None:
        options["columns"] = columns
    # What the call says, such as segments="tier", stands before a file of that name.
    given: dict[str, Any] = {**tables, **{name: value for name, value in options.items() if value is not None}}
    return CustomerGraph._build([asdict(problem) for problem in unreadable], **given)


@checked
def read_tables(
    path: str | os.PathLike[str],
    *,
    columns: Mapping[str, Mapping[str, str]] | None = None,
    encoding: str = "utf-8",
    problems: list[FileProblem] | None = None,
    most_problems: int = 10_000,
) -> dict[str, Table]:
    """The tables of a folder or a DuckDB database by name, as `read` would hand them on.

    With a list of `problems`, what is wrong with single files and cells is appended to it instead of being raised, and
    the cells in question are unknown; of one column at most `most_problems`.

    Parameters
    ----------
    path, columns, encoding
        As in `read`.
    problems
        A list to fill.
    most_problems
        How many are listed of one column.

    Returns
    -------
    dict
        Tables by name, in the order of `schema`.

    Raises
    ------
    MissingInput
        When there is no such path, or no table ``accounts``.
    InvalidInput
        For a file that cannot be read; it names the table, column, row and value.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import outweigh as ow
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "accounts.csv").write_text("account_id,arr\\nA1,1200\\n")
    >>> ow.read_tables(folder)["accounts"].to_dict()
    {'account_id': ['A1'], 'arr': [1200.0]}
    """
    from .customer_graph import read_renames

    place = Path(path)
    columns = read_renames(columns)
    _check_encoding(encoding)
    if not place.exists():
        raise MissingInput(f"there is no file or folder {place}")
    duckdb = import_extra("duckdb", "reading files")
    reader = _Reader(duckdb, columns, encoding, problems, most_problems)
    tables = reader.folder(place) if place.is_dir() else reader.database(place)
    if "accounts" not in tables:
        found = ", ".join(sorted(tables)) or "none of our tables"
        _missing_accounts(place, found, problems)
    return tables


def problems_of(
    path: str | os.PathLike[str],
    *,
    columns: Mapping[str, Mapping[str, str]] | None = None,
    encoding: str = "utf-8",
    timezone: str | None = None,
    segments: str | None = None,
    as_of: str | None = None,
) -> list[FileProblem]:
    """Everything that is wrong with the tables in a folder or database: the files, their cells, then the tables.

    Parameters are those of `read`. What stops all reading (no such path, no DuckDB) is raised.
    """
    from .customer_graph import CustomerGraph, validate

    found: list[FileProblem] = []
    tables = read_tables(path, columns=columns, encoding=encoding, problems=found)
    if "accounts" not in tables:
        return found
    seen = {(problem.table, problem.column, problem.row) for problem in found}
    given: dict[str, Any] = dict(tables) if segments is None else {**tables, "segments": segments}
    try:
        rows = list(validate(timezone=timezone, columns=columns, **given).rows())
        if as_of is not None and not rows and not found:
            # Whether the time of the base can be right shows only in a graph.
            CustomerGraph.from_tables(as_of=as_of, timezone=timezone, columns=columns, **given)
    except OutweighError as error:
        place = error.place
        return [*found, FileProblem("invalid", place.table, place.column, place.row, place.value, error.message)]
    for row in rows:
        if (row["table"], row["column"], row["row"]) not in seen:
            found.append(
                FileProblem(
                    row["kind"], row["table"], row["column"] or "", row["row"], row["value"] or "", row["message"]
                )
            )
    return found


def passed_over(path: str | os.PathLike[str]) -> list[str]:
    """Names of the files of a folder that could be tables, and bear the name of none of ours."""
    place = Path(path)
    files = sorted(place.iterdir()) if place.is_dir() else []
    return [file.name for file in files if (name := _table_of(file)) is not None and name not in TABLES]


def _table_of(file: Path) -> str | None:
    """The name of the table that a file would hold, or None for a file of another kind."""
    suffix = next((s for s in SUFFIXES if file.name.lower().endswith(s)), None)
    return file.name[: -len(suffix)].lower() if suffix is not None and file.is_file() else None


def _missing_accounts(place: Path, found: str, problems: list[FileProblem] | None) -> None:
    message = f"{place} has no table 'accounts', which is required; found: {found}"
    if problems is None:
        raise MissingInput(message, Place("accounts"))
    if not any(problem.table == "accounts" for problem in problems):
        problems.append(FileProblem("missing_table", "accounts", "", None, "", message))


class _Reader:
    def __init__(
        self,
        duckdb: Any,
        columns: Mapping[str, Mapping[str, str]],
        encoding: str,
        problems: list[FileProblem] | None,
        most: int,
    ) -> None:
        self.duckdb = duckdb
        self.most = most
        self.encoding = encoding
        self.problems = problems
        # The user's name of a column to ours, by table.
        schema = Table._wrap(_core.schema())
        self.schema = set(zip(schema["table"], schema["column"], strict=True))
        self.ours = {table: {theirs: ours for ours, theirs in names.items()} for table, names in columns.items()}

    def folder(self, place: Path) -> dict[str, Table]:
        files: dict[str, Path] = {}
        for file in sorted(place.iterdir()):
            name = _table_of(file)
            if name is None:
                continue
            if name not in TABLES:
                _refuse_near_miss(name, str(file))
                continue
            if name in files:
                raise InvalidInput(f"table '{name}' is there twice: {files[name].name} and {file.name}")
            files[name] = file
        tables: dict[str, Table] = {}
        for name in (name for name in TABLES if name in files):
            with self.collected(name):
                tables[name] = self.file(name, files[name])
        return tables

    def file(self, name: str, file: Path) -> Table:
        if file.stat().st_size == 0:
            raise InvalidInput(f"{file} is empty (0 bytes)", Place(name))
        with self.duckdb.connect() as connection, _file_errors(self.duckdb, name, file):
            connection.execute("SET TimeZone = 'UTC'")
            if file.name.lower().endswith(".parquet"):
                connection.execute("CREATE TABLE loaded AS SELECT * FROM read_parquet(?)", [str(file)])
                return _fetch(connection, "SELECT * FROM loaded")
            self.load_csv(connection, file)
            return _fetch(connection, self.typed(connection, name))

    def database(self, place: Path) -> dict[str, Table]:
        if place.stat().st_size == 0:
            raise InvalidInput(f"{place} is empty (0 bytes)")
        with place.open("rb") as file:
            start = file.read(16)
        if start[8:12] != b"DUCK":
            raise InvalidInput(f"{place} is not a DuckDB database; give a database, or the folder that holds the files")
        tables: dict[str, Table] = {}
        with _file_errors(self.duckdb, "", place), self.duckdb.connect(str(place), read_only=True) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            listed = connection.execute(
                "SELECT table_schema, table_name FROM information_schema.tables ORDER BY table_schema, table_name"
            ).fetchall()
            for schema, stored in listed:
                name = stored.lower()
                if name not in TABLES:
                    _refuse_near_miss(name, f"{place}, table {stored}")
                    continue
                if name in tables:
                    raise InvalidInput(f"table '{name}' is in more than one schema of {place}")
                tables[name] = _fetch(connection, f"SELECT * FROM {_quoted(schema)}.{_quoted(stored)}")
        return tables

    def load_csv(self, connection: Any, file: Path) -> None:
        header, delimiter = self.header(file)
        if len(set(header)) != len(header):
            twice = next(name for name in header if header.count(name) > 1)
            raise InvalidInput(f"a column is there twice in {file}", Place("", twice))
        listed = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in header)
        connection.execute(
            f"CREATE TABLE loaded AS SELECT * FROM read_csv(?, header = true, auto_detect = false, "
            f"delim = {_literal(delimiter)}, quote = '\"', escape = '\"', nullstr = '', strict_mode = true, "
            f"encoding = {_literal(self.encoding)}, columns = {{{listed}}})",
            [str(file)],
        )

    def header(self, file: Path) -> tuple[list[str], str]:
        with _open_text(file, self.encoding) as text:
            try:
                line = text.readline()
            except (UnicodeError, OSError, EOFError) as error:
                raise InvalidInput(f"{file} cannot be read as {self.encoding}: {error}") from None
        line = line.removeprefix("\ufeff").rstrip("\r\n")
        if not line.strip():
            raise InvalidInput(f"{file} has no header line")
        delimiter = max(",;\t|", key=line.count)
        return next(csv.reader([line], delimiter=delimiter)), delimiter

    def typed(self, connection: Any, name: str) -> str:
        """A query for the loaded text columns in their types."""
        columns = [row[0] for row in connection.execute("DESCRIBE loaded").fetchall()]
        counts = _one(connection, f"SELECT {', '.join(f'count({_quoted(c)})' for c in columns)} FROM loaded")
        parts = []
        for column, known in zip(columns, counts, strict=True):
            quoted = _quoted(column)
            if known == 0:
                parts.append(f"NULL AS {quoted}")
                continue
            ours = self.ours.get(name, {}).get(column, column)
            expression = self.expression(connection, name, column, ours)
            parts.append(f"{expression} AS {quoted}")
        return f"SELECT {', '.join(parts)} FROM loaded"

    def expression(self, connection: Any, table: str, column: str, ours: str) -> str:
        quoted = _quoted(column)
        if (table, ours) not in self.schema and ours in TIMES | FLAGS:
            kind = "TIMESTAMPTZ" if ours in TIMES else "BOOLEAN"
            (reads,) = _one(
                connection,
                f"SELECT bool_and(TRY_CAST({quoted} AS {kind}) IS NOT NULL) FROM loaded WHERE {quoted} IS NOT NULL",
            )
            if not reads:
                return quoted
        if ours in TIMES:
            return self.time_expression(connection, table, column)
        if ours in NUMBERS and (table, ours) in self.schema:
            self.check_cells(connection, table, column, f"TRY_CAST({quoted} AS DOUBLE)", "a number")
            return f"TRY_CAST({quoted} AS DOUBLE)"
        if ours in FLAGS:
            self.check_cells(connection, table, column, f"TRY_CAST({quoted} AS BOOLEAN)", "true or false")
            return f"TRY_CAST({quoted} AS BOOLEAN)"
        if ours in WORDS or ours.endswith("_id"):
            return quoted
        # An attribute of the user's own: numbers where all of it is numbers, else text.
        integers, numbers = _one(
            connection,
            f"SELECT bool_and(regexp_full_match({quoted}, '-?(0|[1-9][0-9]{{0,17}})')), "
            f"bool_and(coalesce(isfinite(TRY_CAST({quoted} AS DOUBLE)), false) AND NOT regexp_full_match({quoted}, '0[0-9]+|-?[0-9]{{16,}}')) "
            f"FROM loaded WHERE {quoted} IS NOT NULL",
        )
        if integers:
            return f"CAST({quoted} AS BIGINT)"
        return f"CAST({quoted} AS DOUBLE)" if numbers else quoted

    def time_expression(self, connection: Any, table: str, column: str) -> str:
        quoted = _quoted(column)
        what = "a time such as 2026-01-31T09:30:00Z"
        self.check_cells(connection, table, column, f"TRY_CAST({quoted} AS TIMESTAMPTZ)", what)
        zoned, dates, known = _one(
            connection,
            f"SELECT count(*) FILTER (WHERE length({quoted}) > 10 AND regexp_matches({quoted}, {_literal(ZONED)})), "
            f"count(*) FILTER (WHERE length({quoted}) <= 10), count(*) "
            f"FROM loaded WHERE TRY_CAST({quoted} AS TIMESTAMPTZ) IS NOT NULL",
        )
        if zoned == known:
            return f"TRY_CAST({quoted} AS TIMESTAMPTZ)"
        if dates == known:
            return f"TRY_CAST({quoted} AS DATE)"
        if zoned == 0:
            return f"TRY_CAST({quoted} AS TIMESTAMP)"
        wrong = f"length({quoted}) > 10 AND NOT regexp_matches({quoted}, {_literal(ZONED)})"
        if zoned + dates == known:
            return f"TRY_CAST({quoted} AS TIMESTAMPTZ)"
        message = "has no time zone, while others in the column have one"
        self.report_cells(connection, table, column, wrong, "bad_time", message)
        return f"CASE WHEN NOT ({wrong}) THEN TRY_CAST({quoted} AS TIMESTAMPTZ) END"

    def check_cells(self, connection: Any, table: str, column: str, cast: str, what: str) -> None:
        kind = "bad_time" if "TIMESTAMP" in cast else "wrong_type"
        self.report_cells(connection, table, column, f"{cast} IS NULL", kind, f"is not {what}")

    def report_cells(self, connection: Any, table: str, column: str, where: str, kind: str, message: str) -> None:
        quoted = _quoted(column)
        limit = 1 if self.problems is None else self.most
        bad = connection.execute(
            f"SELECT rowid, {quoted}, count(*) OVER () FROM loaded WHERE {quoted} IS NOT NULL AND ({where}) "
            f"ORDER BY rowid LIMIT {limit}"
        ).fetchall()
        if not bad:
            return
        if self.problems is None:
            row, value, count = bad[0]
            more = f"; {count - 1} more in this column" if count > 1 else ""
            raise InvalidInput(f"the value {message}{more}", Place(table, column, int(row), str(value)))
        self.problems.extend(
            FileProblem(kind, table, column, int(row), str(value), f"the value {message}") for row, value, _ in bad
        )

    @contextmanager
    def collected(self, table: str) -> Iterator[None]:
        try:
            yield
        except OutweighError as error:
            if self.problems is None:
                raise
            self.problems.append(FileProblem("unreadable", table, "", error.place.row, "", error.message))


def _check_encoding(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise InvalidInput(
            "there is no such encoding; try 'utf-8', 'latin-1' or 'utf-16'",
            Place(column="encoding", value=str(encoding)),
        ) from None


def _fetch(connection: Any, query: str) -> Table:
    return Table(connection.sql(query))


def _one(connection: Any, query: str) -> tuple[Any, ...]:
    # DuckDB keeps a connection busy until all rows of a result are fetched.
    return tuple(connection.execute(query).fetchall()[0])


def _open_text(file: Path, encoding: str) -> Any:
    if file.name.lower().endswith(".gz"):
        import gzip

        return gzip.open(file, "rt", encoding=encoding, newline="")
    return file.open("r", encoding=encoding, newline="")


@contextmanager
def _file_errors(duckdb: Any, table: str, file: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        _raise_file_error(table, file, str(error))
    except UnicodeError as error:
        raise InvalidInput(f"{file} is not text in the encoding given: {error}") from None


def _raise_file_error(table: str, file: Path, text: str) -> NoReturn:
    line = re.search(r"Line: (\d+)", text)
    place = Place(table, "", max(0, int(line[1]) - 2) if line and table else None)
    first = text.split("\n", 1)[0]
    if file.name.lower().endswith(".parquet"):
        message = f"{file} is not a whole Parquet file; it may be truncated: {first}"
    elif "nicode" in text or "utf-8 encoded" in text:
        message = f"{file} is not UTF-8 text; save it as UTF-8 or give its encoding, e.g. encoding='latin-1'"
    elif "Could not set lock" in text:
        message = f"{file} is in use by another process"
    else:
        lines = [part.strip() for part in text.split("\n")]
        detail = next((part for part in lines if "Expected Number of Columns" in part), first)
        message = f"{file} cannot be read: {detail}"
    raise InvalidInput(message, place) from None


def _refuse_near_miss(name: str, where: str) -> None:
    near = difflib.get_close_matches(name, TABLES, n=1, cutoff=0.85)
    if near:
        raise InvalidInput(f"{where} is not one of our tables; did you mean '{near[0]}'?")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
