# make demo    set up, build, and run a matrix product on the simulated device
# make test    set up, build, and run every test
# make bench   measure against the goals
# make docs    write the generated pages under docs/
# make lint    formatting and static checks
# make format  apply the formatting
# make coverage  tests with line counts, C++ and Python
# make sanitize  the simulator alone, its C++ tests and fuzzers under ASan and UBSan, and under TSan
# make clean   remove everything that was built (also the venv)
#
# Variables: PYTHON (3.10 to 3.12), JOBS, and TORCH_INDEX, a package index with CPU builds of torch:
# without it pip takes the default build, which on Linux brings several GB of CUDA packages.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

PYTHON ?= python3
JOBS ?= $(shell nproc)
TORCH_INDEX ?=

VENV := .venv
BUILD := build/wheel
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# CMake, Ninja and the compiler cache's folder are those of the venv and the user.
export PATH := $(CURDIR)/$(BIN):$(PATH)
unexport PYTHONPATH TILELANG_TENSTORRENT_LIBRARY

CPP_FILES = $(shell git ls-files --cached --others --exclude-standard \
  'src/*.cc' 'src/*.h' 'tests/*.cc' 'tests/*.h' 'benchmarks/*.cc' | grep -v '/golden/\|/kernel_api/\|_include/')
WHEEL_SOURCES := CMakeLists.txt pyproject.toml README.md LICENSE \
  $(shell find src python cmake -type f -not -name '*.pyc')
TEST_SOURCES := $(shell find tests/cpp benchmarks -name '*.cc' -o -name '*.h' -o -name CMakeLists.txt)

define say
@printf '\033[1m==> %s\033[0m\n' "$(1)"
endef

.PHONY: demo test bench upstream docs lint format coverage sanitize clean install test-cpp test-python
.DEFAULT_GOAL := demo

demo: $(VENV)/.installed
	$(call say,Matrix product on the simulated device)
	@$(BIN)/python examples/gemm.py

test: test-cpp test-python sanitize

test-cpp: $(BUILD)/.tests-built
	$(call say,C++ tests)
	@ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS)

test-python: $(VENV)/.installed $(VENV)/.test-packages $(BUILD)/.tests-built
	$(call say,Python tests)
	@TT_NUMERICS_SHIM=$(CURDIR)/$(BUILD)/tests/cpp/numerics/libtt_numerics_shim.so TT_WHEEL=$$(ls $(CURDIR)/dist/*.whl) \
	  $(BIN)/python -m pytest -n $(JOBS) --dist worksteal -q --durations=15

bench: $(VENV)/.installed $(VENV)/.test-packages
	@$(BIN)/python benchmarks/bench.py

# TileLang's own examples, from TILELANG_SRC or the published sources.
upstream: $(VENV)/.installed $(VENV)/.test-packages
	@$(PIP) install -q -r requirements/upstream.txt
	@$(BIN)/python tests/upstream/sweep.py $(TILELANG_SRC)

docs: $(VENV)/.installed
	@$(BIN)/python docs/generate.py

lint: $(VENV)/.tools $(BUILD)/.tests-built
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/clang-format --dry-run --Werror $(CPP_FILES)
	@$(BIN)/python docs/generate.py --check
	$(call say,clang-tidy (about ten minutes))
	@printf '%s\n' $(filter src/%.cc,$(CPP_FILES)) | xargs -P $(JOBS) -n 1 clang-tidy --quiet -p $(BUILD) \
	  2> >(grep -v 'warnings generated' >&2)

format: $(VENV)/.tools
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .
	@$(BIN)/clang-format -i $(CPP_FILES)

# The arithmetic runs on one thread, and its tests try all instruction sets: TSan has the rest. The
# fuzzers try a fixed number of cases, and no test takes more than the time-out in seconds.
sanitize: sanitize-asan-ubsan sanitize-tsan
sanitize-tsan: TARGET := --target simulator_test
sanitize-tsan: CTEST_FILTER := -E numerics_test
sanitize-%: $(VENV)/.test-packages
	$(call say,C++ tests and fuzzers of the simulator: $*)
	@cmake --preset $* >/dev/null
	@cmake --build build/$* -j $(JOBS) $(TARGET)
	@ctest --test-dir build/$* --output-on-failure -j $(JOBS) --timeout 300 $(CTEST_FILTER)

clean:
	rm -rf build dist out $(VENV) .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# --- set-up, each step once -----------------------------------------------------------------------

$(VENV)/.system-packages: .ci/system-packages
	@PYTHON=$(PYTHON) .ci/system-packages
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.build-packages: requirements/build.txt | $(VENV)/.system-packages
	$(call say,Python packages: torch and tilelang (about a minute))
	@$(PIP) install -q "$$(grep '^torch==' $<)" $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	@$(PIP) install -q -r $<
	@touch $@

$(VENV)/.test-packages: requirements/test.txt $(VENV)/.build-packages
	$(call say,Python packages for the tests)
	@.ci/system-packages tests
	@$(PIP) install -q -r $<
	@touch $@

$(VENV)/.tools: requirements/tools.txt $(VENV)/.test-packages
	$(call say,Python packages: formatters and linters)
	@.ci/system-packages lint
	@$(PIP) install -q -r $<
	@touch $@

# The wheel is built in $(BUILD), so that a second build compiles only what changed.
$(VENV)/.installed: $(WHEEL_SOURCES) $(VENV)/.build-packages
	$(call say,Building the package (some minutes the first time))
	@rm -rf dist
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist -C build-dir=$(BUILD) \
	  -C build.tool-args=-j$(JOBS) .
	@$(PIP) install -q --no-deps --force-reinstall dist/*.whl
	@touch $@

install: $(VENV)/.installed

$(BUILD)/.tests-built: $(VENV)/.installed $(VENV)/.test-packages $(TEST_SOURCES)
	$(call say,Building the C++ tests)
	@cmake $(BUILD) -DTT_BUILD_TESTS=ON -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >/dev/null
	@cmake --build $(BUILD) -j $(JOBS)
	@touch $@

# --- coverage -------------------------------------------------------------------------------------

coverage: $(VENV)/.tools
	@cmake --preset coverage
	@cmake --build build/coverage -j $(JOBS)
	@find build/coverage -name '*.gcda' -delete
	@ctest --test-dir build/coverage --output-on-failure -j $(JOBS)
	@TILELANG_TENSTORRENT_LIBRARY=$(CURDIR)/build/coverage/src/libtilelang_tenstorrent.so \
	  TT_NUMERICS_SHIM=$(CURDIR)/build/coverage/tests/cpp/numerics/libtt_numerics_shim.so \
	  PYTHONPATH=python $(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal \
	  --cov=tilelang_tenstorrent --cov-report=term
	@$(BIN)/gcovr --root . --filter 'src/' --exclude 'src/simulator/kernel_api/' build/coverage \
	  --exclude-throw-branches --print-summary --txt
