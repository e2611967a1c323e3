"""The installed Python package: what it carries and what it needs."""

from __future__ import annotations

import importlib.metadata
import re

import project


def test_carries_only_python_stubs_and_one_extension():
    files = [str(file).replace("\\", "/") for file in importlib.metadata.files("outweigh")]
    own = [f for f in files if f.startswith("outweigh/") and "__pycache__" not in f]
    assert "outweigh/py.typed" in own
    assert not [f for f in files if re.search(r"\.(hpp|h|cmake|a|cpp)$|/(boost|eigen|Eigen)/", f)]
    assert len([f for f in own if re.search(r"\.(so|pyd|dylib)$", f)]) == 1


def test_needs_only_numpy_at_run_time():
    required = importlib.metadata.requires("outweigh") or []
    assert [re.match(r"[\w-]+", r).group(0) for r in required if "extra ==" not in r] == ["numpy"]


def test_extras_are_complete():
    extras = set(importlib.metadata.metadata("outweigh").get_all("Provides-Extra"))
    assert {"pandas", "polars", "pyarrow", "duckdb", "plot", "milp", "all", "test"} <= extras


def test_is_installed_from_this_tree():
    """The tests must not run against another copy: each Python file is the tree's."""
    import outweigh

    folder = project.ROOT / "python" / "outweigh"
    installed = __import__("pathlib").Path(outweigh.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder)
        assert (installed / name).read_bytes() == path.read_bytes(), name
