"""Makes the virtual environment of the tree ready, with nothing assumed but Python and a C++20 compiler.

`python tests/prepare.py demo` installs what building and running the package takes; `python tests/prepare.py
test` adds what the tests take. Both do nothing when the environment already fits. Only the standard library
is used, for this runs before anything is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
BUILD_TOOLS = ["cmake>=3.25", "ninja>=1.11"]
# A wheel of headers alone: the declared floor on Python 3.12 is its publisher's, nothing in it needs one.
CATCH2_WHEEL = "comma-deps-catch2==2.13.10.post96"
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]


def say(text: str) -> None:
    print(f"prepare: {text}", flush=True)


def stop(text: str) -> None:
    sys.exit(f"prepare: {text}")


def scripts() -> pathlib.Path:
    return ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")


def environment_python() -> str:
    return str(scripts() / ("python.exe" if os.name == "nt" else "python"))


def succeeds(command: list[str]) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def install_with_system(packages: list[str], reason: str) -> bool:
    """Asks apt for packages, when we may. Missing packages are reported by whoever needs them."""
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        return False
    say(f"installing {' '.join(packages)} with apt-get ({reason})")
    quiet = dict(stdout=subprocess.DEVNULL, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    if subprocess.run(install, stderr=subprocess.DEVNULL, **quiet).returncode == 0:
        return True
    subprocess.run(["apt-get", "update", "-q"], stderr=subprocess.DEVNULL, **quiet)
    return subprocess.run(install, **quiet).returncode == 0


def check_compiler() -> None:
    compiler = os.environ.get("CXX") or next((c for c in ("c++", "g++", "clang++") if shutil.which(c)), None)
    if compiler is None:
        stop("no C++ compiler found; install g++ 12 or newer, or set CXX")
    probe = "#include <version>\n#if __cplusplus < 202002L || !defined(__cpp_lib_span)\n#error\n#endif\n"
    command = [*compiler.split(), "-std=c++20", "-fsyntax-only", "-x", "c++", "-"]
    result = subprocess.run(command, input=probe, text=True, capture_output=True)
    if result.returncode != 0:
        stop(f"{compiler} does not compile C++20; install g++ 12 or newer, or set CXX\n{result.stderr}")


def create_environment() -> None:
    if pathlib.Path(environment_python()).exists() and succeeds([environment_python(), "-m", "pip", "--version"]):
        return
    say("creating the virtual environment .venv")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    create = [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)]
    if not succeeds(create):
        installed = install_with_system([f"python{version}-venv"], "this Python cannot make environments with pip")
        if not (installed and succeeds(create)):
            stop(
                f"{sys.executable} cannot create a virtual environment; install its venv module "
                f"(Debian and Ubuntu: python{version}-venv)"
            )


def check_python_headers() -> None:
    query = "import os, sysconfig; print(os.path.join(sysconfig.get_path('include'), 'Python.h'))"
    header = subprocess.run([environment_python(), "-c", query], text=True, capture_output=True).stdout.strip()
    if os.path.exists(header):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-dev"
    if not (install_with_system([package], "the headers of Python are missing") and os.path.exists(header)):
        stop(f"the headers of Python are missing ({header}); install them (Debian and Ubuntu: {package})")


def pip_install(requirements: list[str], *options: str) -> bool:
    # Python compiles a module when it first imports it; compiling all of them here takes half of the installation.
    command = [
        environment_python(),
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--no-warn-script-location",
        "--no-compile",
        *options,
        *requirements,
    ]
    return subprocess.run(command).returncode == 0


def own_requirements(project: dict, extra: str) -> list[str]:
    """The requirements of an extra, with the project's own extras opened up."""
    found = []
    for requirement in project["optional-dependencies"][extra]:
        if requirement.startswith("outweigh["):
            for name in requirement[len("outweigh[") : -1].split(","):
                found += own_requirements(project, name)
        else:
            found.append(requirement)
    return found


def has_system_catch2() -> bool:
    compiler = (os.environ.get("CXX") or "c++").split()
    probe = "#if !__has_include(<catch2/catch.hpp>) && !__has_include(<catch2/catch_all.hpp>)\n#error\n#endif\n"
    command = [*compiler, "-std=c++20", "-fsyntax-only", "-x", "c++", "-"]
    return subprocess.run(command, input=probe, text=True, capture_output=True).returncode == 0


def wheel_catch2() -> pathlib.Path | None:
    query = "import sysconfig; print(sysconfig.get_path('purelib'))"
    folder = subprocess.run([environment_python(), "-c", query], text=True, capture_output=True).stdout.strip()
    include = pathlib.Path(folder) / "catch2" / "install" / "include"
    return include if (include / "catch2" / "catch.hpp").exists() else None


def provide_catch2() -> None:
    """System, then Python index, then system package manager. `.venv/catch2` tells CMake where."""
    note = ENVIRONMENT / "catch2"
    include: pathlib.Path | None = None
    if not has_system_catch2():
        if wheel_catch2() is None:
            pip_install([CATCH2_WHEEL], "--no-deps", "--ignore-requires-python")
        include = wheel_catch2()
        if include is None and not (install_with_system(["catch2"], "the C++ tests need it") and has_system_catch2()):
            stop(
                "the C++ tests need Catch2 2.13 or 3, which neither the Python index nor the system's packages "
                "gave; install it (Debian and Ubuntu: catch2, Fedora: catch2-devel, Homebrew: catch2)"
            )
    note.write_text(include.as_posix() if include else "")


def provide_browser() -> None:
    if any(shutil.which(browser) for browser in BROWSERS):
        return
    if not install_with_system(["chromium"], "the report is tested in a browser"):
        say("no Chromium found and none installed: the tests of report.html in a browser will be skipped")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("purpose", choices=["demo", "test"])
    purpose = parser.parse_args().purpose
    if sys.version_info < (3, 11):
        stop(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}; set PYTHON to a newer one")

    text = (ROOT / "pyproject.toml").read_bytes()
    declared = tomllib.loads(text.decode())
    wanted = BUILD_TOOLS + declared["build-system"]["requires"] + declared["project"]["dependencies"]
    if purpose == "test":
        wanted += own_requirements(declared["project"], "test")
    key = hashlib.sha256("\n".join([sys.version, *wanted, CATCH2_WHEEL]).encode()).hexdigest()
    stamp = ENVIRONMENT / f"ready-{purpose}"

    check_compiler()
    create_environment()
    if not (stamp.exists() and stamp.read_text() == key):
        check_python_headers()
        say(f"installing {len(wanted)} Python packages and what they need")
        if not pip_install(wanted):
            stop("pip could not install the packages above")
    if purpose == "test":
        provide_catch2()
        provide_browser()
    if not (stamp.exists() and stamp.read_text() == key):
        stamp.write_text(key)


if __name__ == "__main__":
    main()
