"""The Python examples run on the public data they are written for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"
DATA = {
    "biased_sample.py": ("data/pabulib/Poland_Warszawa_2026.pb", "weighted: error"),
    "does_weighting_help.py": ("data/pabulib/Poland_Warszawa_2026.pb", "not to be trusted"),
    "electorates.py": ("data/wishlist", "The same people? No"),
    "saas_tables.py": ("data/ravenstack", "accounts of the base were heard"),
    "wishes.py": ("data/wishlist", "loudest tenth"),
}


def test_each_example_is_run():
    assert {path.name for path in EXAMPLES.glob("*.py")} == set(DATA)


@pytest.mark.parametrize("name", DATA)
def test_example(name, shared):
    data, expected = DATA[name]
    command = [sys.executable, "-W", "error", str(EXAMPLES / name), str(shared / data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert expected in done.stdout


@pytest.mark.parametrize("name", DATA)
def test_an_example_without_its_data_says_how_it_is_run(name):
    done = subprocess.run([sys.executable, str(EXAMPLES / name)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 1
    assert f"python examples/python/{name} " in done.stderr
    assert "Traceback" not in done.stderr
