"""Folder = namespace = binding file = test folder."""

from __future__ import annotations

import re

import project
import pytest

PRESENT = [module for module in project.MODULES if any((project.HEADERS / module).glob("*.hpp"))]


def folders(*parts: str) -> set[str]:
    folder = project.ROOT.joinpath(*parts)
    return {path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("_")}


def test_folders_are_modules():
    holders = {"include": folders("include", "outweigh"), "src": folders("src")}
    for place, names in holders.items():
        assert names <= set(project.MODULES), place
    assert folders("tests", "cpp") - {"support", "both_builds", "processes"} <= set(project.MODULES)


@pytest.mark.parametrize("header", [h for h in project.all_headers() if "/" in h])
def test_namespace_is_the_folder(header):
    module = project.module_of(header)
    code = project.code_of(header)
    opened = re.findall(r"^namespace\s+outweigh::inline\s+OUTWEIGH_ABI::(\w+)", code, re.MULTILINE)
    only_includes = not re.sub(r"^\s*#.*$", "", code, flags=re.MULTILINE).strip()
    if not opened and (header in project.OPT_IN or 'extern "C"' in code):
        return
    assert only_includes or opened, f"{header} opens no namespace outweigh::inline OUTWEIGH_ABI::{module}"
    assert set(opened) <= {module}, f"{header} opens {opened}"


@pytest.mark.parametrize("module", PRESENT)
def test_module_has_its_files(module):
    wanted = [
        project.HEADERS / module / f"{module}.hpp",
        project.ROOT / "tests" / "cpp" / module,
        project.ROOT / "python" / "bindings" / f"register_{module}.cpp",
    ]
    missing = [path.relative_to(project.ROOT).as_posix() for path in wanted if not path.exists()]
    if missing:
        pytest.fail(f"missing: {', '.join(missing)}", pytrace=False)


@pytest.mark.parametrize("module", PRESENT)
def test_umbrella_reaches_every_public_header(module):
    umbrella = f"{module}/{module}.hpp"
    if not (project.HEADERS / umbrella).exists():
        pytest.skip("reported by test_module_has_its_files")
    reached = set(project.closure(umbrella))
    missing = {
        header
        for header in project.public_headers()
        if project.module_of(header) == module and header not in project.OPT_IN
    } - reached
    assert not missing


def test_umbrella_of_all_reaches_every_module():
    assert {f"{module}/{module}.hpp" for module in PRESENT} <= set(project.closure("outweigh.hpp"))


def test_binding_files_are_modules():
    found = {path.stem.removeprefix("register_") for path in (project.ROOT / "python/bindings").glob("register_*.cpp")}
    assert found <= set(project.MODULES)
