"""Python packages are named like the C++ modules and import only those below them."""

from __future__ import annotations

import ast

import project

PACKAGE = project.ROOT / "python" / "outweigh"
ABOVE_ALL = {"report"}


def imported_packages(text: str) -> set[str]:
    """What a module of a package imports from other packages when it is loaded; imports for types only are no part of it."""
    return {
        (node.module or "").partition(".")[0]
        for node in ast.parse(text).body
        if isinstance(node, ast.ImportFrom) and node.level == 2
    } - {"", "_core"}


def test_packages_are_named_like_modules():
    packages = {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists()}
    assert packages == set(project.MODULES) | ABOVE_ALL


def test_only_packages_below_are_imported():
    broken = [
        f"{path.relative_to(project.ROOT)} imports {other}, but {module} stands below or beside it"
        for module in project.MODULES
        for path in sorted((PACKAGE / module).rglob("*.py"))
        for other in imported_packages(path.read_text(encoding="utf-8")) - project.modules_below(module) - {module}
    ]
    assert broken == []


def test_an_import_upward_is_seen():
    text = "from ..roadmap.plan import plan\nif TYPE_CHECKING:\n    from ..lab.simulation import Truth\n"
    assert imported_packages(text) == {"roadmap"}
