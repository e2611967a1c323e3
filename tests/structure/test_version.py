"""One version number."""

import re
import tomllib

import project


def test_version_is_the_same_everywhere():
    config = (project.HEADERS / "config.hpp").read_text(encoding="utf-8")
    version = re.search(r'#define OUTWEIGH_VERSION "([^"]+)"', config).group(1)
    parts = [re.search(rf"#define OUTWEIGH_VERSION_{p} (\d+)", config).group(1) for p in ("MAJOR", "MINOR", "PATCH")]
    assert ".".join(parts) == version
    assert set(re.findall(r"#define OUTWEIGH_ABI v(\d+_\d+)", config)) == {f"{parts[0]}_{parts[1]}"}

    declared = tomllib.loads((project.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert declared == version

    changelog = (project.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(version)}\b", changelog, re.MULTILINE)

    import outweigh

    assert outweigh.__version__ == version
