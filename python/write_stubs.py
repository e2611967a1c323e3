"""Writes python/outweigh/_core.pyi from the built module: `make stubs`. Needs pybind11-stubgen."""

from __future__ import annotations

import ast
import pathlib
import subprocess
import sys
import tempfile

STUB = pathlib.Path(__file__).resolve().parent / "outweigh" / "_core.pyi"
HEAD = '''"""Compiled part of outweigh; written by `make stubs`. The public names are those of the package `outweigh`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from typing import Any, SupportsFloat, SupportsIndex, SupportsInt, overload

import numpy as np
import numpy.typing as npt

'''
GENERIC = {
    "list": "list[Any]",
    "Callable": "Callable[..., Any]",
    "dict": "dict[Any, Any]",
    "tuple": "tuple[Any, ...]",
    "Sequence": "Sequence[Any]",
    "Iterable": "Iterable[Any]",
    "PathLike": "PathLike[str]",
}
# What pybind11 only knows as an object.
RETURNS = {("Table", "column"): "npt.NDArray[Any] | list[Any]"}
SHOWN = {"__init__", "__eq__", "__len__", "__arrow_c_stream__"}


class Tidy(ast.NodeTransformer):
    """Annotations without the names of modules, and with the parameters that a strict type check wants."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        text = ast.unparse(node)
        if text == "typing_extensions.CapsuleType":
            return ast.Name("object")
        for module, name in (("numpy.typing.", "npt."), ("numpy.", "np.")):
            if text.startswith(module):
                return ast.parse(name + text.removeprefix(module), mode="eval").body
        for module in ("typing.", "collections.abc.", "os."):
            if text.startswith(module):
                name = text.removeprefix(module)
                return ast.parse(GENERIC.get(name, name), mode="eval").body
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if ast.unparse(node.value) == "typing.Annotated":
            assert isinstance(node.slice, ast.Tuple)
            return self.visit(node.slice.elts[0])
        # A name that is given parameters here needs none from the list above.
        name = ast.unparse(node.value)
        node.value = self.visit(node.value) if name.startswith("numpy") else ast.Name(name.rpartition(".")[2])
        node.slice = self.visit(node.slice)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.parse(GENERIC[node.id], mode="eval").body if node.id in GENERIC else node


def tidy_function(node: ast.FunctionDef) -> ast.FunctionDef:
    node.body = [ast.Expr(ast.Constant(...))]
    node.decorator_list = [ast.Name(ast.unparse(d).removeprefix("typing.")) for d in node.decorator_list]
    for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        if argument.annotation is not None:
            argument.annotation = Tidy().visit(argument.annotation)
    if node.returns is not None:
        node.returns = Tidy().visit(node.returns)
    if node.name == "__eq__":
        return ast.parse("def __eq__(self, other: object, /) -> bool: ...").body[0]  # type: ignore[return-value]
    return node


def tidy(text: str) -> str:
    lines: list[str] = []
    errors: list[str] = []
    body: list[ast.stmt] = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom) and node.module == "outweigh.core.errors":
            errors.append(node.names[0].name)
        elif isinstance(node, ast.ClassDef):
            shown: list[ast.stmt] = []
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and (not item.name.startswith("_") or item.name in SHOWN):
                    function = tidy_function(item)
                    if (node.name, item.name) in RETURNS:
                        function.returns = ast.parse(RETURNS[node.name, item.name], mode="eval").body
                    shown.append(function)
            node.body = shown or [ast.Expr(ast.Constant(...))]
            body.append(node)
        elif isinstance(node, ast.FunctionDef):
            body.append(tidy_function(node))
        elif isinstance(node, ast.AnnAssign) and ast.unparse(node.target) != "__all__":
            node.value = None
            node.annotation = Tidy().visit(node.annotation)
            body.append(node)
    lines.append("from .core.errors import (")
    lines += [f"    {name} as {name}," for name in sorted(errors)]
    lines.append(")\n")
    for node in body:
        lines.append(
            ast.unparse(ast.fix_missing_locations(node))
            .replace(":\n        ...", ": ...")
            .replace(":\n    ...", ": ...")
            + "\n"
        )
    return HEAD + "\n".join(lines)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "pybind11_stubgen",
            "outweigh._core",
            "-o",
            folder,
            "--numpy-array-use-type-var",
        ]
        subprocess.run([*command, "--print-invalid-expressions-as-is"], check=True)
        generated = pathlib.Path(folder, "outweigh", "_core.pyi").read_text(encoding="utf-8")
    STUB.write_text(tidy(generated), encoding="utf-8")


if __name__ == "__main__":
    main()
