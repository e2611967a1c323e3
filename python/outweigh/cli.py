"""The command line: a demonstration, a report on one's own tables, and a list of what is wrong with them."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _core
from .core.errors import InvalidInput, MissingInput, OutweighError, Place
from .core.progress import Printer

if TYPE_CHECKING:
    from .graph.customer_graph import CustomerGraph
    from .report import Story

__all__ = ["main"]

FAILED, INVALID, USAGE, INTERRUPTED = 1, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns 0 when all is well, 1 for bad data, 2 for a wrong call, 130 when interrupted."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; what we still hold for it must not raise again at exit.
        sys.stdout = open("/dev/null", "w") if Path("/dev/null").exists() else sys.stdout  # noqa: SIM115
        return FAILED
    except (OutweighError, ImportError, OSError) as error:
        print("outweigh:", str(error).replace("validate() lists", "outweigh validate lists"), file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="outweigh",
        description="Weighs what product teams hear against the customers they do not hear.",
    )
    parser.add_argument("--version", action="version", version=f"outweigh {_core.__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")

    demo = commands.add_parser("demo", help="simulate a company, go the whole way, compare with the truth")
    demo.add_argument("--seed", type=int, default=1, help="of the simulated company (default: 1)")
    demo.add_argument("--accounts", type=_positive_whole, default=2000, help="how many (default: 2000)")
    demo.add_argument("--capacity", type=_positive, help="effort available (default: a quarter of all candidates)")
    demo.add_argument("--tables", metavar="FOLDER", type=Path, help="also write the simulated tables as CSV files")
    demo.add_argument("-o", "--output", type=Path, default=Path("report.html"), help="default: report.html")
    demo.add_argument("-q", "--quiet", action="store_true", help="no progress")
    demo.set_defaults(run=_demo)

    report = commands.add_parser("report", help="write a report on a folder of tables or a DuckDB database")
    _add_input(report)
    report.add_argument("-o", "--output", type=Path, default=Path("report.html"), help="default: report.html")
    report.add_argument("--capacity", type=_positive, help="effort available (default: a quarter of all candidates)")
    report.add_argument("--title", default="", help="of the report")
    report.add_argument(
        "--target-use",
        metavar="USE",
        action="append",
        default=[],
        help="a value of the table uses that the product is made for; may be given several times",
    )
    report.add_argument(
        "--on-invalid",
        choices=("raise", "quarantine"),
        default="raise",
        help="stop at the first invalid row, or set invalid rows aside and report them",
    )
    report.add_argument("-q", "--quiet", action="store_true", help="no progress")
    report.set_defaults(run=_report)

    validate = commands.add_parser(
        "validate", help="list every problem with table, column, row (from 0, below the head) and value"
    )
    _add_input(validate)
    validate.add_argument("--json", action="store_true", help="one JSON object a line")
    validate.set_defaults(run=_validate)
    return parser


def _add_input(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="FOLDER_OR_DUCKDB", type=Path)
    parser.add_argument("--as-of", help="the time of the base (default: the latest time in the data)")
    parser.add_argument("--timezone", help="IANA name for times that have none, e.g. Europe/Berlin")
    parser.add_argument("--segments", metavar="COLUMN", help="a column of accounts whose values are the segments")
    parser.add_argument(
        "--columns", metavar="FILE", type=Path, help="JSON or TOML: your column names by table and ours"
    )
    parser.add_argument("--encoding", default="utf-8", help="of CSV files (default: utf-8)")
    parser.add_argument("--currency", help="of money columns, e.g. EUR")
    parser.add_argument("--effort-unit", help="of efforts, e.g. 'person weeks'")


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a positive number, not {text}")
    return value


def _positive_whole(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number and at least 1, not {text}")
    return value


def _graph_options(options: argparse.Namespace) -> dict[str, Any]:
    given = {
        "as_of": options.as_of,
        "timezone": options.timezone,
        "segments": options.segments,
        "currency": options.currency,
        "effort_unit": options.effort_unit,
    }
    return {name: value for name, value in given.items() if value is not None}


def _columns(file: Path | None) -> dict[str, dict[str, str]] | None:
    if file is None:
        return None
    if not file.is_file():
        raise MissingInput(f"there is no file {file}")
    try:
        if file.suffix.lower() == ".toml":
            import tomllib

            names = tomllib.loads(file.read_text(encoding="utf-8"))
        else:
            names = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InvalidInput(f"{file} is neither JSON nor TOML: {error}") from None
    is_mapping = isinstance(names, dict) and all(
        isinstance(columns, dict) and all(isinstance(value, str) for value in columns.values())
        for columns in names.values()
    )
    if not is_mapping:
        raise InvalidInput(f'{file} must map tables to columns, e.g. {{"accounts": {{"account_id": "Customer"}}}}')
    return dict(names)


def _demo(options: argparse.Namespace) -> int:
    from .lab.simulation import simulate
    from .report import tell

    begun = time.perf_counter()
    progress = None if options.quiet else Printer()
    simulation = simulate(options.seed, accounts=options.accounts, progress=progress)
    if options.tables is not None:
        simulation.write(options.tables)
        print(f"tables: {options.tables}", file=sys.stderr)
    story = tell(
        simulation.graph,
        truth=simulation.truth,
        capacity=options.capacity,
        title="Whom do we hear, who needs what, and what should we build?",
        origin=f"a simulated company, seed {options.seed}",
        target_uses=["operations"],
        progress=progress,
    )
    _finish(story, options.output)
    print(f"{time.perf_counter() - begun:.1f} seconds", file=sys.stderr)
    return 0


def _report(options: argparse.Namespace) -> int:
    from .graph.files import read
    from .report import tell

    graph: CustomerGraph = read(
        options.path,
        columns=_columns(options.columns),
        encoding=options.encoding,
        on_invalid=options.on_invalid,
        **_graph_options(options),
    )
    _say_what_was_passed_over(options.path)
    progress = None if options.quiet else Printer()
    title = options.title or "Whom do we hear, who needs what, and what should we build?"
    story = tell(
        graph,
        capacity=options.capacity,
        title=title,
        origin=options.path.name,
        target_uses=options.target_use,
        progress=progress,
    )
    _finish(story, options.output)
    return 0


def _finish(story: Story, output: Path) -> None:
    from .report import page, summary

    # The page first: whoever reads the lines may go before the last one.
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(page(story), encoding="utf-8")
    for line in summary(story):
        print(line)
    print(f"\nreport: {output}")


def _say_what_was_passed_over(path: Path) -> None:
    from .graph.files import passed_over

    if names := passed_over(path):
        print(f"not read, for no table has this name: {', '.join(names)}", file=sys.stderr)


def _validate(options: argparse.Namespace) -> int:
    from .graph.files import problems_of

    problems = problems_of(
        options.path,
        columns=_columns(options.columns),
        encoding=options.encoding,
        timezone=options.timezone,
        segments=options.segments,
        as_of=options.as_of,
    )
    for problem in problems:
        if options.json:
            print(json.dumps(asdict(problem), ensure_ascii=False))
        else:
            place = str(Place(problem.table, problem.column, problem.row, problem.value))
            print(f"{place}: {problem.message}" if place else problem.message)
    _say_what_was_passed_over(options.path)
    count = len(problems)
    print(f"{count:,} problem{'' if count == 1 else 's'}" if count else "no problems", file=sys.stderr)
    return INVALID if problems else 0
