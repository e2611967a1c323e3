"""Each public header compiles alone, says what it needs, stays light, and has a test that names it."""

from __future__ import annotations

import functools
import hashlib
import os
import pathlib
import re
import shutil
import subprocess

import project
import pytest

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-Wno-unused-function"]
MODES = {"compiled": [], "header_only": ["-DOUTWEIGH_HEADER_ONLY"]}
HEAVY = {"iostream", "regex", "ranges", "fstream", "iomanip", "future", "execution"}


@functools.cache
def compiler() -> tuple[str, ...]:
    named = os.environ.get("CXX") or next((c for c in ("c++", "g++", "clang++") if shutil.which(c)), None)
    if named is None:
        pytest.fail("no C++ compiler found")
    return tuple(named.split())


@functools.cache
def compiler_version() -> str:
    return subprocess.run([*compiler(), "--version"], capture_output=True, text=True).stdout


@functools.cache
def foreign_folders() -> tuple[str, ...]:
    """Where the headers of Boost lie when they come from the Python index."""
    import sys

    script = project.ROOT / "cmake" / "python_prefixes.py"
    printed = subprocess.run([sys.executable, str(script)], capture_output=True, text=True).stdout.strip()
    found = []
    for prefix in filter(None, printed.split(";")):
        found.append(f"{prefix}/include")
    return tuple(found)


def compiles(header: str, mode: str) -> str:
    """The compiler's complaints about a header by itself, remembered while nothing that it includes changes."""
    arguments = ["-std=c++20", "-fsyntax-only", *WARNINGS, *MODES[mode], "-I", str(project.INCLUDE)]
    state = hashlib.sha256(f"{compiler_version()}{arguments}{foreign_folders()}".encode())
    for name in project.closure(header):
        state.update(f"{name}\0{project.text_of(name)}\0".encode())
    memory = project.ROOT / "build" / "headers" / state.hexdigest()
    if memory.exists():
        return ""
    foreign = [part for folder in foreign_folders() if os.path.isdir(folder) for part in ("-isystem", folder)]
    # Included twice, for a header must bear it.
    source = f"#include <outweigh/{header}>\n" * 2
    command = [*compiler(), *arguments, *foreign, "-x", "c++", "-"]
    result = subprocess.run(command, input=source, text=True, capture_output=True)
    if result.returncode == 0:
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.touch()
    return result.stderr[:4000] if result.returncode else ""


def is_umbrella(header: str) -> bool:
    return not re.sub(r"^\s*#.*$", "", project.code_of(header), flags=re.MULTILINE).strip()


def source_of(header: str) -> pathlib.Path:
    return project.ROOT / "src" / header.replace(".hpp", ".cpp")


def alone() -> list[tuple[str, str]]:
    """Headers without a source, as declarations: the others come first in their source, so the build compiles them.

    OUTWEIGH_EVERY_HEADER=1 takes every header, as declarations and with its bodies, which is minutes of compiling.
    """
    every = os.environ.get("OUTWEIGH_EVERY_HEADER", "") == "1"
    return [
        (h, m)
        for h in project.public_headers()
        for m in MODES
        if every or (m == "compiled" and not source_of(h).exists())
    ]


@pytest.mark.parametrize(
    "path", sorted((project.ROOT / "src").rglob("*.cpp")), ids=lambda p: f"{p.parent.name}/{p.stem}"
)
def test_source_includes_its_header_first(path):
    header, bodies = project.includes_of(path.read_text(encoding="utf-8"))
    assert pathlib.Path(header).stem == path.stem and bodies == header.replace(".hpp", "-inl.hpp"), (
        "a source is two lines: its header, then its bodies"
    )


@pytest.mark.parametrize(("header", "mode"), alone())
def test_compiles_alone(header, mode):
    if compiler()[0].endswith("cl"):
        pytest.skip("the command line is written for g++ and clang")
    if complaints := compiles(header, mode):
        if header in project.OPT_IN and re.search(
            rf"\b{project.OPT_IN[header]}\S*\b.* (No such file|not found)", complaints
        ):
            pytest.skip(f"the headers of {project.OPT_IN[header]} are not here")
        pytest.fail(complaints, pytrace=False)


@pytest.fixture(scope="module")
def test_includes() -> set[str]:
    found: set[str] = set()
    for path in (project.ROOT / "tests" / "cpp").rglob("*_test.cpp"):
        found.update(project.includes_of(path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("header", [h for h in project.public_headers() if not is_umbrella(h)])
def test_is_named_by_a_test(header, test_includes):
    if f"outweigh/{header}" not in test_includes:
        pytest.fail(f"no file of tests/cpp includes <outweigh/{header}>", pytrace=False)


@pytest.mark.parametrize("path", sorted((project.ROOT / "tests" / "cpp").rglob("*_test.cpp")), ids=lambda p: p.stem)
def test_includes_what_it_tests_first(path):
    includes = project.includes_of(path.read_text(encoding="utf-8"))
    assert includes and includes[0].startswith("outweigh/"), f"{path.name} must include the header it tests first"


@pytest.mark.parametrize("header", project.all_headers())
def test_is_well_formed(header):
    code = project.code_of(header)
    assert "#pragma once" in code
    assert not re.search(r"\busing\s+namespace\b", code), "no using-directives in headers"
    assert not re.search(r"\bnamespace\s*\{", code), "no anonymous namespaces in headers"
    assert not re.search(r"\bstd::(jthread|stop_token|stop_source|format)\b", code), "libc++ lacks it"
    assert not re.search(r"(?<![\w])__int128\b", code) or "__SIZEOF_INT128__" in code, "guard __int128"
    if not header.endswith("-inl.hpp") and "detail" not in header.split("/"):
        heavy = HEAVY & set(project.foreign_includes(header))
        assert not heavy, f"too heavy for a public header: {sorted(heavy)}"


@pytest.mark.parametrize("header", project.all_headers())
def test_needs_only_the_standard_library(header):
    """Boost enters in graph/bgl.hpp, HiGHS in roadmap/highs_solver.hpp, and nothing anywhere else."""
    foreign = {name for name in project.foreign_includes(header) if name not in project.STANDARD_HEADERS}
    if header in project.OPT_IN:
        foreign = {name for name in foreign if not name.startswith(project.OPT_IN[header])}
    assert not foreign - project.SYSTEM_HEADERS.get(header, set())


def test_the_readme_asks_for_what_headers_include_and_no_more():
    foreign = {name for header in project.all_headers() for name in project.foreign_includes(header)}
    readme = (project.ROOT / "README.md").read_text(encoding="utf-8")
    for library, folder in (("Eigen", "Eigen/"), ("Boost", "boost/"), ("HiGHS", "Highs")):
        assert (library in readme) is any(name.startswith(folder) for name in foreign), library


@pytest.mark.parametrize("module", ["core", "graph", "roadmap"])
def test_light_modules_reach_only_the_standard_library(module):
    for header in project.public_headers():
        if project.module_of(header) != module or header in project.OPT_IN:
            continue
        for reached in project.closure(header, with_bodies=module != "roadmap"):
            allowed = project.STANDARD_HEADERS | project.SYSTEM_HEADERS.get(reached, set())
            foreign = set(project.foreign_includes(reached)) - allowed
            assert not foreign, f"{header} reaches {sorted(foreign)} through {reached}"


@pytest.mark.parametrize("header", project.public_headers())
def test_public_text_names_no_foreign_type(header):
    if header in project.OPT_IN:
        return
    found = re.findall(r"\b(?:Eigen|boost|arrow|pybind11|nanoarrow)::\w+", project.code_of(header))
    assert not found


@pytest.mark.parametrize("header", [h for h in project.all_headers() if h.endswith("-inl.hpp")])
def test_bodies_serve_both_builds(header):
    public = header.replace("-inl.hpp", ".hpp")
    assert (project.HEADERS / public).exists(), f"{header} has no {public}"
    tail = project.code_of(public).replace(" ", "")
    assert f"#ifdefined(OUTWEIGH_HEADER_ONLY)\n#include<outweigh/{header}>" in tail or (
        f"#ifdefOUTWEIGH_HEADER_ONLY\n#include<outweigh/{header}>" in tail
    ), f"{public} does not end with the include of its bodies"
    compiled = {
        name
        for path in (project.ROOT / "src").rglob("*.cpp")
        for name in project.includes_of(path.read_text(encoding="utf-8"))
    }
    if f"outweigh/{header}" not in compiled:
        pytest.fail(f"no file of src includes <outweigh/{header}>", pytrace=False)
