"""No file outgrows its reader, and none carries the path of somebody's machine."""

from __future__ import annotations

import re

import project
import pytest

TEXT = {".hpp", ".cpp", ".py", ".pyi", ".md", ".cmake", ".txt", ".toml", ".json", ".ipynb", ".in", ".output", ".js"}
LINE_LIMITS = {".hpp": 450, ".cpp": 700, ".py": 700}
SIZE_LIMIT = 256 * 1024
EXCEPTIONS = project.ROOT / "tests" / "structure" / "large_files.txt"
# A home or temporary folder of a machine, written so that this file does not match itself.
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:home/\w+|Users/\w+|root|work|tmp)(?:/[\w.-]+)+|[A-Z]:\\\\Users\\\\")


def listed() -> set[str]:
    lines = EXCEPTIONS.read_text(encoding="utf-8").splitlines()
    return {line.split("#")[0].strip() for line in lines} - {""}


def name_of(path) -> str:
    return path.relative_to(project.ROOT).as_posix()


def test_files_are_of_a_size_to_read():
    large = []
    for path in project.tracked_files():
        if name_of(path) in listed():
            continue
        size = path.stat().st_size
        if size > SIZE_LIMIT:
            large.append(f"{name_of(path)}: {size} bytes")
        elif path.suffix in LINE_LIMITS:
            lines = path.read_text(encoding="utf-8").count("\n")
            if lines > LINE_LIMITS[path.suffix]:
                large.append(f"{name_of(path)}: {lines} lines")
    assert large == [], f"split them, or list them with a reason in {name_of(EXCEPTIONS)}"


def test_listed_files_exist():
    assert [name for name in listed() if not (project.ROOT / name).exists()] == []


@pytest.mark.parametrize(
    "path", [p for p in project.tracked_files() if p.suffix in TEXT or p.suffix == ""], ids=name_of
)
def test_no_machine_paths(path):
    text = path.read_text(encoding="utf-8", errors="replace")
    found = [m.group(0) for m in MACHINE_PATH.finditer(text)]
    assert found == []


def test_nothing_generated_is_tracked():
    generated = re.compile(r"(^|/)(__pycache__|build|dist|\.venv|\.pytest_cache)/|\.(pyc|so|o|a|pyd|whl)$")
    assert [name_of(p) for p in project.tracked_files() if generated.search(name_of(p))] == []
