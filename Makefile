# Needs Python 3.11 or later with venv and pip, make and git; everything else goes into .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH := $(VENV)/.bench-ready
PIP := $(BIN)/python -m pip --disable-pip-version-check
LOCK := ../$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help demo serve test check bench lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s  %s\n", $$1, $$2 }' Makefile

# The stamp is written last: after a failed install the next make tries again, after a good one
# nothing is installed until a lock or a pyproject.toml changes.
$(READY): requirements/dev.lock pyproject.toml schemas/pyproject.toml sdk/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or later is needed: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -q --require-hashes -r requirements/dev.lock
	$(PIP) install -q --no-deps --no-build-isolation -e schemas -e sdk -e .
	@touch $@

$(BENCH): $(READY) requirements/bench.lock
	$(PIP) install -q --require-hashes -r requirements/bench.lock
	@touch $@

# UMFPACK is built from the system's library, so it can be missing: its row says so then.
UMFPACK := PATH="$(CURDIR)/$(BIN):$$PATH" $(PIP) install -q --require-hashes --no-deps \
	--no-build-isolation -r requirements/umfpack.lock

demo: $(READY) ## a supply chain signs and submits; print the lorry, its findings, and two batteries' declarations
	$(BIN)/python demo/run.py

serve: $(READY) ## the same data, kept open for the browser
	$(BIN)/python demo/run.py --serve

test: $(READY) ## the whole suite, on SQLite or on the database HUB_TEST_DATABASE_URL names
	$(BIN)/python -m pytest -q -n auto --dist loadgroup

check: $(READY) ## lint, types, import order, published schemas, migrations, forbidden strings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tierlight_schemas.publish --check
	PATH="$(CURDIR)/$(BIN):$$PATH" tools/check_migrations
	$(BIN)/python tools/forbidden_strings.py

bench: $(BENCH) ## time the engine beside its peers, and write the table of benchmarks/README.md
	@$(BIN)/python -c 'import scikits.umfpack' 2>/dev/null || $(UMFPACK) 2>/dev/null \
		|| echo "Without UMFPACK: install gcc and SuiteSparse (Debian: libsuitesparse-dev) for its row."
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.findings

lock: $(READY) ## raise every pinned version to the newest that fits
	$(PIP) install -q uv
	cd requirements && $(LOCK) runtime.in -o runtime.lock
	cd requirements && $(LOCK) -c runtime.lock dev.in -o dev.lock
	cd requirements && $(LOCK) -c dev.lock bench.in -o bench.lock
	cd requirements && $(LOCK) --no-deps umfpack.in -o umfpack.lock

clean: ## remove the environment, caches and everything written by demo and benchmarks
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf build dist schemas/dist sdk/dist demo/out benchmarks/out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
