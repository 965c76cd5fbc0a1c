# One short command a chore; CI runs the same ones. Everything happens in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CASE ?= examples/lateral-hip.yaml

.DEFAULT_GOAL := help
.PHONY: help consult test nightly soak mutate-core mutate-rules bench lint types kb docs gallery lock check build clean

help:  ## list these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/.run: setup.cfg pyproject.toml constraints-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints-dev.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints-dev.txt -e ".[dev]"
	@touch $@

consult: $(VENV)/.run  ## ask about a runner and report; off a terminal, report on an example case
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/hipexpert consult; else $(BIN)/hipexpert consult $(CASE); fi

test: $(VENV)/.dev  ## run all tests; the lighter ones hold branch coverage at 90 %
	$(BIN)/python -m pytest -n auto -m "not heavy" --cov --cov-report=term --cov-fail-under=90
	$(BIN)/python -m pytest -n auto -m heavy

nightly: $(VENV)/.dev  ## logic, matchers, oracle and explanations on 1,000 random knowledge bases, and 10,000 maskings
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -n auto tests/inference tests/explanation tests/dialogue/test_length.py

soak: $(VENV)/.run  ## 100,000 consultations in one process: memory must stay level (a quarter of an hour)
	$(BIN)/python -m benchmarks.soak

mutate-core: $(VENV)/.dev  ## change the Python core in 100 places and see whether a test fails (hours)
	$(BIN)/python -m benchmarks.mutate --count 100 --seed 1

mutate-rules: $(VENV)/.run  ## break every rule in every simple way; list what no case notices
	$(BIN)/hipexpert kb mutate

bench: $(VENV)/.dev  ## measure against CLIPS and experta's RETE; renews docs/performance.md
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[bench]"
	$(BIN)/python -m benchmarks.bench all --write

lint: $(VENV)/.dev  ## ruff: style and likely bugs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev  ## mypy --strict
	$(BIN)/mypy --strict

kb: $(VENV)/.run  ## check the knowledge base, its coverage of the articles and its rule cases
	$(BIN)/hipexpert kb check --strict
	$(BIN)/hipexpert kb coverage
	$(BIN)/hipexpert kb test

gallery: $(VENV)/.dev  ## make docs/gallery/ anew; needs Chromium
	$(BIN)/python docs/make_gallery.py

docs: $(VENV)/.run  ## fill in the generated parts of docs/
	$(BIN)/python docs/make_docs.py

lock: $(VENV)/.dev  ## write the versions of .venv into constraints-dev.txt
	@head -1 constraints-dev.txt > $(VENV)/lock
	@$(BIN)/python -m pip freeze --exclude-editable --exclude hipexpert | sort -f >> $(VENV)/lock
	@mv $(VENV)/lock constraints-dev.txt

check: lint types kb test  ## everything CI runs

build: $(VENV)/.dev  ## wheel and source archive
	$(BIN)/python -m build

clean:  ## remove what the commands above made
	rm -rf $(VENV) build dist *.egg-info .coverage* htmlcov .mypy_cache .pytest_cache .ruff_cache .hypothesis
