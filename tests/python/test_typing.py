"""The stubs say what the module has, every public name is documented, and the package is typed."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import outweigh as ow

PACKAGE = Path(ow.__file__).parent
STUB = PACKAGE / "_core.pyi"


def stub_names():
    names = {}
    for node in ast.parse(STUB.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            members = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
            members |= {item.target.id for item in node.body if isinstance(item, ast.AnnAssign)}
            names[node.name] = members
        elif isinstance(node, ast.FunctionDef):
            # An overloaded function stands there several times.
            names.setdefault(node.name, set()).update(a.arg for a in (*node.args.args, *node.args.kwonlyargs))
        elif isinstance(node, ast.AnnAssign):
            names[node.target.id] = set()
    return names


def module_names():
    return {name for name in dir(ow._core) if not name.startswith("_") or name == "__version__"}


def test_the_stub_names_what_the_module_has():
    errors = {*ow.core.errors.__all__} & module_names()
    assert set(stub_names()) | errors == module_names()


@pytest.mark.parametrize("name", sorted(name for name in module_names() if inspect.isclass(getattr(ow._core, name))))
def test_the_stub_of_a_class_names_its_members(name):
    bound = getattr(ow._core, name)
    if bound.__module__ != "outweigh._core":
        assert f"{name} as {name}" in STUB.read_text(encoding="utf-8")
        return
    members = {member for member in vars(bound) if not member.startswith("_")}
    stubbed = {member for member in stub_names()[name] if not member.startswith("_")}
    assert stubbed == members


@pytest.mark.parametrize("name", sorted(name for name in module_names() if inspect.isbuiltin(getattr(ow._core, name))))
def test_the_stub_of_a_function_names_its_parameters(name):
    signatures = [line for line in getattr(ow._core, name).__doc__.splitlines() if f"{name}(" in line]
    parameters = {argument for line in signatures for argument in re.findall(r"[(,] ?(\w+): ", line)}
    assert stub_names()[name] <= parameters


def test_public_names_are_documented():
    for name in ow.__all__:
        if name.startswith("__"):
            continue
        value = getattr(ow, name)
        assert inspect.getdoc(value), name
        if inspect.isclass(value):
            for member, function in vars(value).items():
                if not member.startswith("_") and (callable(function) or isinstance(function, property)):
                    assert inspect.getdoc(getattr(value, member)), f"{name}.{member}"


def test_public_functions_have_an_example():
    for name in ow.__all__:
        value = getattr(ow, name)
        if inspect.isfunction(value):
            assert ">>>" in (inspect.getdoc(value) or ""), name


def test_all_names_are_there_and_sorted():
    assert sorted(ow.__all__) == ow.__all__
    assert all(hasattr(ow, name) for name in ow.__all__)
    assert (PACKAGE / "py.typed").is_file()


def test_importing_needs_numpy_only():
    program = (
        "import sys\n"
        "for name in ('pandas', 'polars', 'pyarrow', 'duckdb', 'matplotlib', 'scipy'): sys.modules[name] = None\n"
        "import outweigh"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)


def test_the_package_passes_a_strict_type_check(tmp_path, request):
    pytest.importorskip("mypy")
    kept = getattr(request.config, "cache", None)
    folder = tmp_path if kept is None else kept.mkdir("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(folder), "-p", "outweigh"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
