# Linli 邻里. `make up` runs it, `make test` tests it; both set up what they need.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Where the caller's shell forbids bytecode, every process would compile Django and scipy anew: five seconds each.
unexport PYTHONDONTWRITEBYTECODE

WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' 2>/dev/null)
TEMPLATES := $(shell find src/linli -name '*.html' 2>/dev/null)
WEB_BUILT := src/linli/platform/static/linli/manifest.json

.PHONY: up test test-full chaos check bench build lock clean format doctor

up: $(VENV)/.run build  ## start the demo: database, sample, web, worker
	@exec $(BIN)/linli up $(if $(PORT),--port $(PORT))

build: $(WEB_BUILT)  ## browser islands, styles and fonts

test: $(VENV)/.dev build  ## the whole suite, fuzzing and matrices sampled
	@$(BIN)/python scripts/needs.py
	@$(BIN)/pytest -n 2 --dist worksteal

test-full: $(VENV)/.dev build  ## the same with full matrices and fuzzing
	@$(BIN)/python scripts/needs.py
	@LINLI_FULL=1 $(BIN)/pytest -n 2 --dist worksteal

chaos: $(VENV)/.dev build  ## long campaigns: spoilt files, lists of 50,000
	@LINLI_CHAOS=1 $(BIN)/pytest -q tests/chaos

check: $(VENV)/.dev  ## style, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	LINLI_HOME=$$(mktemp -d) LINLI_KEY_FILE=/nonexistent/linli.keys $(BIN)/mypy

bench: $(VENV)/.dev  ## speed, as ratios against named peers
	@$(BIN)/python scripts/bench.py

doctor: $(VENV)/.run
	@$(BIN)/linli doctor

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.uv  ## resolve anew: requirements/*.lock
	$(BIN)/uv pip compile -q --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --extra geo --extra paper pyproject.toml -o requirements/run.lock
	$(BIN)/uv pip compile -q --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --extra geo --extra paper --group dev pyproject.toml -c requirements/run.lock -o requirements/dev.lock

$(VENV)/.uv:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Linli needs Python 3.11 or newer, this is %s. Set PYTHON=..." % sys.version.split()[0])'
	@echo "making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q uv==$(UV_VERSION)
	@touch $@

$(VENV)/.run: $(VENV)/.uv requirements/run.lock pyproject.toml
	@echo "installing Python packages"
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/run.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.lock
	@echo "installing what tests need"
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.lock
	@touch $@

web/node_modules/.stamp: web/package-lock.json
	@node -e 'if (+process.versions.node.split(".")[0] < 20) { console.error("Linli needs Node 20 or newer to build its browser part, this is " + process.version); process.exit(1) }'
	@echo "installing browser packages"
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(WEB_BUILT): web/node_modules/.stamp $(WEB_SOURCES) $(TEMPLATES)
	@echo "building the browser part"
	@cd web && { npm run -s build > node_modules/.build.log 2>&1 || { cat node_modules/.build.log; exit 1; }; }
	@touch $@

clean:  ## what can be made again; never LINLI_HOME
	rm -rf $(VENV) web/node_modules src/linli/platform/static/linli
