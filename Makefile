# Each target installs what it needs by itself. README: `make screen` runs the main job, `make test` runs every check.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: setup screen test bench lock docs clean

setup: $(STAMP)

$(STAMP): requirements/dev.lock requirements/build.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Headwater needs Python 3.11 or newer; set PYTHON=python3.x") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $(STAMP)

screen: setup
	$(BIN)/headwater screen examples/orders.csv examples/orders_zh.csv examples/parcels.csv examples/listings.jsonl \
	  -o out/decisions.jsonl --report out/report.html --format table --overwrite

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -n 2

bench: setup
	$(BIN)/python benchmarks/run.py

docs: setup
	$(BIN)/python docs/make_reference.py

# Needs uv; writes the pins again from pyproject.toml.
lock:
	printf 'pip\nsetuptools>=77\n' | uv pip compile - --generate-hashes --universal --python-version 3.11 --no-header --no-annotate -q -o requirements/build.lock
	uv pip compile pyproject.toml --extra dev --generate-hashes --universal --python-version 3.11 --no-header --no-annotate -q -o requirements/dev.lock

clean:
	rm -rf .venv out build dist
