"""Modules include only modules below them."""

import include_order
import project


def test_no_include_goes_upward_or_sideways():
    assert include_order.broken_includes() == []


def test_the_order_is_the_design_s():
    assert project.modules_below("core") == frozenset()
    assert "economics" not in project.modules_below("listening")
    assert project.modules_below("lab") == set(project.MODULES) - {"lab"}


def test_a_broken_include_is_found(monkeypatch):
    monkeypatch.setattr(project, "all_headers", lambda: ["core/bad.hpp", "listening/bad.hpp"])
    texts = {
        "core/bad.hpp": "#include <outweigh/graph/relation.hpp>\n",
        "listening/bad.hpp": "#include <outweigh/economics/economics.hpp>\n// #include <outweigh/lab/lab.hpp>\n",
    }
    monkeypatch.setattr(project, "text_of", texts.__getitem__)
    found = "\n".join(include_order.broken_includes())
    assert "core stands below or beside graph" in found
    assert "listening stands below or beside economics" in found
    assert "lab" not in found


def test_quoted_includes_stay_out_of_the_library():
    quoted = [
        f"{name}: {line.strip()}"
        for name in project.all_headers()
        for line in project.code_of(name).splitlines()
        if line.lstrip().startswith("#include") and '"' in line
    ]
    assert quoted == []
