# make demo   installs the package into .venv and runs the main job on a simulated customer base
# make test   installs what the tests need and runs all of them
# make help   lists the rest

ifndef PYTHON
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
endif
JOBS ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)
PRESET ?= dev

venv := .venv
bin := $(CURDIR)/$(venv)/bin
build := build/$(PRESET)
# From nothing, few translation units take half of the time.
unity := -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=14
export PATH := $(bin):$(PATH)
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(JOBS)
export CTEST_PARALLEL_LEVEL ?= $(JOBS)

package_files := pyproject.toml README.md CMakeLists.txt $(shell find cmake include src python -type f \
	  ! -name '*.pyc' ! -path '*/__pycache__/*')

.PHONY: help demo test test-cpp test-python test-structure examples notebooks consumer bench stubs format tidy \
	  sanitize headers fuzz clean distclean environment test-environment

help:
	@echo "make demo            install the package into .venv and run the main job"
	@echo "make test            install what the tests need and run all of them"
	@echo "make test-cpp        C++ tests in both builds, C++ examples, consumer projects"
	@echo "make test-python     Python, structure and notebook tests"
	@echo "make test-structure  only the structure tests"
	@echo "make bench           the benchmarks (ARGS=--large for 1e7 rows)"
	@echo "make stubs           write the type stubs anew"
	@echo "make format          clang-format and ruff over the sources"
	@echo "make tidy            clang-tidy 16 over the library"
	@echo "make sanitize        the C++ tests under address, undefined-behaviour and thread sanitizers"
	@echo "make headers         each header alone, as declarations and with its bodies"
	@echo "make fuzz            a minute of libFuzzer per target (SECONDS_EACH=60)"
	@echo "make clean           remove build products; distclean: the virtual environment too"

environment:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found; set PYTHON"; exit 1; }
	@$(PYTHON) tests/prepare.py demo

test-environment:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found; set PYTHON"; exit 1; }
	@$(PYTHON) tests/prepare.py test

# The package as users get it, built incrementally in build/python.
$(venv)/package: $(package_files)
	$(bin)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation --force-reinstall \
	  -Cbuild-dir=build/python .
	@touch $@

demo: environment
	@$(MAKE) --no-print-directory $(venv)/package
	$(bin)/outweigh demo -o report.html

test: test-environment
	@$(MAKE) --no-print-directory test-cpp
	@$(MAKE) --no-print-directory test-python

$(build)/CMakeCache.txt: CMakePresets.json $(venv)/ready-test
	cmake --preset $(PRESET) -DPython_EXECUTABLE=$(bin)/python -DOUTWEIGH_CATCH2_INCLUDE="$$(cat $(venv)/catch2)" \
	  $(unity)
	@touch $@

test-cpp: test-environment
	@$(MAKE) --no-print-directory $(build)/CMakeCache.txt
	cmake --build $(build)
	ctest --test-dir $(build) --output-on-failure --no-tests=error

# With Python's debug allocator, what is used after it was freed fails at once instead of now and then.
test-python: test-environment
	@$(MAKE) --no-print-directory $(venv)/package
	PYTHONMALLOC=debug $(bin)/python -m pytest -n $(JOBS) --dist worksteal

test-structure: test-environment
	@$(MAKE) --no-print-directory $(venv)/package
	$(bin)/python -m pytest -n $(JOBS) --dist worksteal tests/structure

bench: test-environment
	@$(MAKE) --no-print-directory $(venv)/package
	$(bin)/python benchmarks/run.py $(ARGS)

stubs: test-environment
	@$(MAKE) --no-print-directory $(venv)/package
	$(bin)/python -m pip install -q --disable-pip-version-check "pybind11-stubgen>=2.5"
	$(bin)/python python/write_stubs.py

format:
	$(PYTHON) -m venv $(venv)-format
	$(venv)-format/bin/pip install -q --disable-pip-version-check clang-format==16.0.6 ruff
	find include python/bindings tests examples benchmarks -name '*.[ch]pp' | \
	  xargs $(venv)-format/bin/clang-format -i
	$(venv)-format/bin/ruff format python tests benchmarks

tidy: test-environment
	cmake --preset clang-tidy -DPython_EXECUTABLE=$(bin)/python
	cmake --build build/clang-tidy

# The compiled build alone: headers only would be the same code once more, at many times the cost.
sanitize: test-environment
	for preset in asan tsan; do \
	  $(MAKE) --no-print-directory PRESET=$$preset build/$$preset/CMakeCache.txt && \
	  cmake --build build/$$preset --target outweigh_compiled_tests && \
	  ctest --test-dir build/$$preset --output-on-failure --no-tests=error -R '^cpp\..*\.outweigh$$' || exit 1; done

headers: test-environment
	@$(MAKE) --no-print-directory $(venv)/package
	OUTWEIGH_EVERY_HEADER=1 $(bin)/python -m pytest -n $(JOBS) --dist worksteal tests/structure/test_headers.py

SECONDS_EACH ?= 60
fuzz: test-environment
	cmake --preset fuzz -DPython_EXECUTABLE=$(bin)/python $(unity)
	cmake --build build/fuzz
	for target in build/fuzz/tests/fuzz/*_fuzz; do \
	  name=$$(basename $$target _fuzz); mkdir -p build/fuzz/corpus/$$name; \
	  $$target -max_total_time=$(SECONDS_EACH) build/fuzz/corpus/$$name tests/fuzz/corpus/$$name || exit 1; done

clean:
	rm -rf build dist report.html $(venv)/package

distclean: clean
	rm -rf $(venv) $(venv)-format
