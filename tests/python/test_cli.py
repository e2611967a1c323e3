"""The command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

import outweigh as ow
from outweigh.cli import main


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "outweigh", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_demo(tmp_path):
    output = tmp_path / "made" / "report.html"
    done = run("demo", "--seed", 3, "--accounts", 200, "--tables", tmp_path / "company", "-o", output)
    assert done.returncode == 0, done.stderr
    assert "Roadmap" in done.stdout
    assert "tau-b" in done.stdout
    assert str(output) in done.stdout
    assert "simulating" in done.stderr
    assert output.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (tmp_path / "company" / "requests.csv").exists()


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    pytest.importorskip("duckdb")
    folder = tmp_path_factory.mktemp("company")
    ow.simulate(seed=3, accounts=200).write(folder)
    return folder


def test_report_and_validate(company, tmp_path, capsys):
    output = tmp_path / "report.html"
    assert main(["report", str(company), "-o", str(output), "--capacity", "40", "--title", "Ours", "-q"]) == 0
    assert "<title>Ours</title>" in output.read_text(encoding="utf-8")
    printed = capsys.readouterr()
    assert "of 40 effort" in printed.out
    assert printed.err == ""
    assert main(["validate", str(company)]) == 0
    assert "no problems" in capsys.readouterr().err


def test_the_report_is_there_when_the_reader_of_the_lines_has_gone(company, tmp_path):
    output = tmp_path / "report.html"
    command = [sys.executable, "-m", "outweigh", "report", str(company), "-o", str(output), "-q"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as started:
        started.stdout.close()
        started.wait(timeout=300)
    assert output.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_validate_lists_all(company, tmp_path, capsys):
    for file in company.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    requests = (tmp_path / "requests.csv").read_text(encoding="utf-8").splitlines()
    first = requests[1].split(",")
    first[1] = "A9999"
    second = requests[2].split(",")
    second[0] = first[0]
    (tmp_path / "requests.csv").write_text("\n".join([requests[0], ",".join(first), ",".join(second), *requests[3:]]))
    assert main(["validate", str(tmp_path)]) == 1
    printed = capsys.readouterr()
    assert "table 'requests', column 'account_id', row 0, value 'A9999'" in printed.out
    assert "table 'requests', column 'request_id', row 1" in printed.out
    assert main(["validate", str(tmp_path), "--json"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"table", "column", "row", "value", "message", "kind"} <= set(lines[0])
    assert main(["report", str(tmp_path), "-o", str(tmp_path / "r.html"), "-q"]) == 1
    said = capsys.readouterr().err
    assert "table 'requests'" in said and "outweigh validate lists all" in said
    assert not (tmp_path / "r.html").exists()
    assert main(["report", str(tmp_path), "-o", str(tmp_path / "r.html"), "-q", "--on-invalid", "quarantine"]) == 0
    assert "set aside" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_files_that_are_no_tables_are_named(tmp_path, capsys):
    (tmp_path / "accounts.csv").write_text("account_id,arr\nA1,1200\n")
    (tmp_path / "requests_2026.csv").write_text("request_id\nR1\n")
    (tmp_path / "readme.txt").write_text("requests")
    for command in ("validate", "report"):
        more = [] if command == "validate" else ["-q", "-o", str(tmp_path / "r.html")]
        assert main([command, str(tmp_path), *more]) == 0
        said = capsys.readouterr().err
        assert "not read" in said and "requests_2026.csv" in said and "readme" not in said


def test_names_of_columns(tmp_path, capsys):
    pytest.importorskip("duckdb")
    (tmp_path / "accounts.csv").write_text("Customer\n1\n")
    (tmp_path / "names.json").write_text('{"accounts": {"account_id": "Customer"}}')
    (tmp_path / "names.toml").write_text('[accounts]\naccount_id = "Customer"\n')
    assert main(["validate", str(tmp_path)]) == 1
    for names in ("names.json", "names.toml"):
        assert main(["validate", str(tmp_path), "--columns", str(tmp_path / names)]) == 0
    (tmp_path / "bad.json").write_text('{"accounts": 3}')
    assert main(["validate", str(tmp_path), "--columns", str(tmp_path / "bad.json")]) == 1
    assert "must map tables to columns" in capsys.readouterr().err


def test_validate_looks_at_the_time_of_the_base(tmp_path, capsys):
    (tmp_path / "accounts.csv").write_text("account_id,started\na,2026-01-01T00:00:00Z\n", encoding="utf-8")
    assert main(["validate", str(tmp_path), "--as-of", "2026-02-01"]) == 0
    assert main(["validate", str(tmp_path), "--as-of", "tomorrow"]) == 1
    assert "as_of is not a time" in capsys.readouterr().out
    assert main(["validate", str(tmp_path), "--as-of", "2026-02-01T10:00:00"]) == 1
    assert "timezone" in capsys.readouterr().out


def test_wrong_calls(tmp_path, capsys):
    for arguments in ([], ["demo", "--accounts", "0"], ["demo", "--capacity", "-1"], ["nonsense"], ["report"]):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 2
    capsys.readouterr()
    for option, word in (("--capacity", "lots"), ("--accounts", "1.5")):
        with pytest.raises(SystemExit):
            main(["demo", option, word])
        said = capsys.readouterr().err
        assert f"not {word}" in said
        assert "_positive" not in said
    assert main(["report", str(tmp_path / "nothing")]) == 1
    assert "nothing" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert ow.__version__ in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_interrupt():
    process = subprocess.Popen(
        [sys.executable, "-m", "outweigh", "demo", "--accounts", "300000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        process.stderr.readline()
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "stopped" in errors
    assert "Traceback" not in errors
    assert time.monotonic() - begun < 100
