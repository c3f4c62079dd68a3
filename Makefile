# Every task of this repository; `make` lists them. CI, hooks and people call the same targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=

.PHONY: help setup lock demo test check lint format types contracts diagrams bench boston crash fuzz openapi clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-10s  %s\n", $$1, $$2}'

setup: $(STAMP) ## create .venv and install everything from the lock

$(STAMP): requirements.lock pyproject.toml handlers/sdk/pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv -q --allow-existing --python "$(PYTHON)" $(VENV) && \
	  uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e . -e handlers/sdk; \
	else \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . -e handlers/sdk; \
	fi
	@touch $(STAMP)

lock: ## resolve the versions anew into requirements.lock (needs uv)
	uv pip compile pyproject.toml --group dev --all-extras --generate-hashes --python-version 3.11 \
	  --universal --no-annotate --custom-compile-command "make lock" -o requirements.lock

demo: setup ## set up, load the sample city, let simulated people work 200 cases, stay up (ARGS=--exit ends)
	$(BIN)/caseloop demo $(ARGS)

# Tests write much and keep nothing: memory instead of the disk where there is room for it.
FAST_TMP := $(shell [ -w /dev/shm ] && [ "$$(df -Pm /dev/shm | awk 'NR==2 {print $$4}')" -ge 2048 ] && echo /dev/shm)

test: setup ## all tests, SQLite and PostgreSQL
	$(if $(FAST_TMP),TMPDIR=$(FAST_TMP)) $(BIN)/python -m pytest -n 2 --dist loadscope $(ARGS)

check: lint types contracts ## ruff, format, mypy strict, import-linter

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup ## let ruff format and mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup
	$(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports

clean: ## remove the environment and all caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build dist

diagrams: setup ## lint the packaged diagrams and run their scenarios
	$(BIN)/caseloop lint processes
	$(BIN)/caseloop scenario processes

openapi: setup ## write api/openapi.json, the schema of our words and the generated pages anew
	$(BIN)/python -m api
	$(BIN)/python -m engine.kernel.word_files
	$(BIN)/python -m engine.kernel.reference

bench: setup ## measure; writes bench/out.json
	$(BIN)/caseloop bench $(ARGS)

boston: setup ## import Boston's 100 real requests and print the table of verdicts
	$(BIN)/caseloop import boston $(ARGS)

KILLS ?= 200
crash: setup ## kill -9 at random points and failpoints on both databases (KILLS=200)
	$(BIN)/python -m tests.crash.harness --kills $(KILLS) $(ARGS)

EXAMPLES ?= 2000
FILES ?= 10000
fuzz: setup ## 10,000 damaged diagrams through the gate; longer runs of the property tests (FILES=, EXAMPLES=)
	CASELOOP_FUZZ=$(FILES) CASELOOP_EXAMPLES=$(EXAMPLES) \
	  $(BIN)/python -m pytest -m "not postgres" -k "property or fuzz or laws" $(ARGS)
