# Two commands matter: `make run` serves the playground, `make test` runs every check. Both install what they need.

SHELL  := /bin/sh
VENV   := .venv
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run test lint unit e2e bench load soak pictures pins clean

run: $(VENV)/runtime
	@$(BIN)/gunicorn

test: lint unit e2e

lint: $(VENV)/development node_modules/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/oxlint --deny-warnings
	$(BIN)/node node_modules/.bin/tsc

unit: $(VENV)/development
	$(BIN)/python -m pytest --ignore=tests/e2e -n 2

e2e: $(VENV)/development
	@$(BIN)/python tests/e2e/chromium.py
	$(BIN)/python -m pytest tests/e2e

MINUTES ?= 10
soak: $(VENV)/development
	PYTHONPATH=.:tests $(BIN)/python tests/faults/soak.py --minutes $(MINUTES)

bench: $(VENV)/benchmarks $(VENV)/development
	PYTHONPATH=. $(BIN)/python benchmarks/engine.py
	@$(BIN)/python tests/e2e/chromium.py
	PYTHONPATH=tests:tests/e2e $(BIN)/python benchmarks/page.py

load: $(VENV)/development
	PYTHONPATH=tests $(BIN)/python benchmarks/load.py

pictures: $(VENV)/development
	@$(BIN)/python tests/e2e/chromium.py
	PYTHONPATH=tests:tests/e2e $(BIN)/python docs/pictures.py

# requirements.in says what is needed and why; requirements.txt pins that and all that it brings, with the hash of every
# file that may be installed, for every platform.
pins: $(VENV)/bin/python
	$(PIP) uv==0.13.8
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command "make pins" requirements.in --output-file requirements.txt

clean:
	rm -rf $(VENV) node_modules

# One stamp a requirements file: installed again only when that file changes.
$(VENV)/runtime: requirements.txt | $(VENV)/bin/python
	$(PIP) -r $<
	@touch $@

$(VENV)/development: requirements-dev.txt $(VENV)/runtime
	$(PIP) -r $<
	@touch $@

# TypeScript, which reads the types in the page's JSDoc; Node and npm themselves are Python wheels.
node_modules/installed: package-lock.json $(VENV)/development
	@$(BIN)/npm ci --loglevel error --ignore-scripts --no-audit --no-fund
	@touch $@

$(VENV)/benchmarks: benchmarks/requirements.txt $(VENV)/runtime
	$(PIP) -r $<
	@touch $@

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Descent needs Python 3.11 or newer; install it, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python could not make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 1; }
