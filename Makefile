# Two commands matter: `make run` serves the playground, `make test` runs every check. Both install what they need.

SHELL  := /bin/sh
VENV   := .venv
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run test lint unit e2e bench load pictures clean

run: $(VENV)/runtime
	@$(BIN)/gunicorn

test: lint unit e2e

lint: $(VENV)/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: $(VENV)/development
	$(BIN)/python -m pytest --ignore=tests/e2e -n 2

e2e: $(VENV)/development
	@$(BIN)/python tests/e2e/chromium.py
	$(BIN)/python -m pytest tests/e2e

.PHONY: soak
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

clean:
	rm -rf $(VENV)

# One stamp a requirements file: installed again only when that file changes.
$(VENV)/runtime: requirements.txt | $(VENV)/bin/python
	$(PIP) -r $<
	@touch $@

$(VENV)/development: requirements-dev.txt $(VENV)/runtime
	$(PIP) -r $<
	@touch $@

$(VENV)/benchmarks: benchmarks/requirements.txt $(VENV)/runtime
	$(PIP) -r $<
	@touch $@

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Descent needs Python 3.11 or newer; install it, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python could not make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 1; }
