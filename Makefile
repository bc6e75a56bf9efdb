# The house's commands. `make help` lists them; each is safe to repeat.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON     ?= $(shell command -v python3.11 || command -v python3)
UV_VERSION := 0.13.9
UV         := .cache/uv/bin/uv
UV_STAMP   := .cache/uv/is-$(UV_VERSION)
WORKERS    ?= 2
# The machine's own Python, never one that uv would fetch.
export UV_PYTHON := $(PYTHON)
export UV_PYTHON_DOWNLOADS := never
# A thousand modules are loaded at every start: compiled once here, not each time where bytecode may not be written.
export UV_COMPILE_BYTECODE := 1

.PHONY: help demo test bench proof check bootstrap browser screenshots web bench-web

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)$$/  make \1|\2/' | column -t -s '|'

$(UV_STAMP):
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || { echo "Python 3.11 is needed; found '$(PYTHON)' (set PYTHON=/path/to/python3.11)"; exit 1; }
	@echo "· uv $(UV_VERSION) into .cache/uv"
	@mkdir -p .cache
	@$(PYTHON) -m venv .cache/uv || { echo "'$(PYTHON) -m venv' does not work here; on Debian: apt-get install python3-venv"; exit 1; }
	@.cache/uv/bin/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	@touch $(UV_STAMP)

.venv/.synced: $(UV_STAMP) pyproject.toml uv.lock
	@echo "· the locked packages into .venv"
	@$(UV) sync --frozen -q
	@touch $@

bootstrap: .venv/.synced
	@.venv/bin/python -m compileall -q src bench

browser:
	@bash tools/browser.sh

web: bootstrap ## the phone shop for both targets, if it has changed
	@bash tools/web.sh

demo: bootstrap web ## a shop with real data, ready to look at
	@.venv/bin/xintui demo

screenshots: bootstrap browser ## every page of the running demo as a picture (BASE=http://127.0.0.1:8000)
	@.venv/bin/python tools/screenshots.py --base $(or $(BASE),http://127.0.0.1:8000) $(ARGS)

test: bootstrap browser ## every test, on a real PostgreSQL that it starts itself
	@bash tools/web.sh check
	@.venv/bin/python -m pytest -n $(WORKERS) --durations=10 $(ARGS)

bench: bootstrap ## the measurements, one after the other
	@.venv/bin/xintui bench all

bench-web: bootstrap browser web ## the phone shop's weight and speed, against a running demo (BASE=http://127.0.0.1:8000)
	@.venv/bin/python tools/bench_web.py --base $(or $(BASE),http://127.0.0.1:8000) $(ARGS)

proof: bootstrap ## try to break it: crashes, races, forged messages, tampering; each figure with its control
	@.venv/bin/xintui proof all

check: bootstrap ## formatting, lint, import contracts, types
	@.venv/bin/ruff format --check src tests bench tools
	@.venv/bin/ruff check src tests bench tools
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/mypy
	@bash tools/web.sh check
