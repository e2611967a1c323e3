"""What pybind11 lets compile in the bindings and must not be written."""

from __future__ import annotations

import re

import project

# `auto x = y.attr("z");` keeps a view of y's attribute, and dies with y: it must be a py::object.
KEPT_ACCESSOR = re.compile(r"\bauto(?:\s*&{1,2})?\s+\w+\s*=[^;{}]*\.attr\(\s*\"[^\"]*\"\s*\)\s*;")


def test_no_attribute_outlives_its_object():
    kept = []
    for path in sorted((project.ROOT / "python" / "bindings").glob("*.[ch]pp")):
        text = path.read_text(encoding="utf-8")
        kept += [f"{path.name}:{text.count(chr(10), 0, m.start()) + 1}" for m in KEPT_ACCESSOR.finditer(text)]
    assert kept == []
