"""Each notebook of examples/notebooks runs from a fresh kernel and fails on the first error."""

from __future__ import annotations

import json
import pathlib

import pytest

import outweigh as ow

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))

pytestmark = pytest.mark.filterwarnings("default")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path):
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_stored_without_results(path):
    """Results are left to whoever runs it, so that a notebook's history shows what was written."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)


def test_what_was_built_for_few_is_not_an_empty_table():
    path = next(path for path in NOTEBOOKS if path.stem == "which_customers_should_we_keep")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = next("".join(cell["source"]) for cell in cells if "ow.cost_to_serve(" in "".join(cell["source"]))
    names = {"ow": ow, "graph": ow.simulate(seed=1, accounts=400).graph}
    exec(code, names)
    assert names["costs"].investments.num_rows
    assert max(names["costs"]["hidden"]) > 0


def test_there_is_a_notebook():
    assert NOTEBOOKS
