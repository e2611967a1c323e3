"""Lists the includes that break the order of the modules; exits with 1 when there are any.

Run by the build (target outweigh_include_order) and by the structure tests.
"""

from __future__ import annotations

import sys

import project


def broken_includes() -> list[str]:
    found = []
    sources = [
        *((name, project.text_of(name), f"include/outweigh/{name}") for name in project.all_headers()),
        *(
            (path.relative_to(project.ROOT / "src").as_posix(), path.read_text(encoding="utf-8"), None)
            for path in sorted((project.ROOT / "src").rglob("*.cpp"))
        ),
    ]
    for name, text, shown in sources:
        shown = shown or f"src/{name}"
        module = project.module_of(name)
        if module is None:
            continue
        if module not in project.MODULES:
            found.append(f"{shown}: '{module}' is not a module")
            continue
        allowed = project.modules_below(module) | {module}
        for included in project.includes_of(text):
            if not included.startswith("outweigh/"):
                continue
            target = project.module_of(included.removeprefix("outweigh/"))
            if target is None and included != "outweigh/config.hpp":
                found.append(f"{shown} includes <{included}>, the umbrella of the whole library")
            elif target is not None and target not in allowed:
                found.append(f"{shown} includes <{included}>, but {module} stands below or beside {target}")
    return found


if __name__ == "__main__":
    problems = broken_includes()
    print("\n".join(problems), file=sys.stderr)
    sys.exit(1 if problems else 0)
