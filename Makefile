# `make help` lists the targets; each one sets up what it needs in .venv first.

VENV := .venv
BIN := $(VENV)/bin
PYTHONS := python3.13 python3.12 python3.11 python3
RUNTIME := $(VENV)/.installed-runtime
DEV := $(VENV)/.installed-dev
DOCUMENTED := $(patsubst docs/policies/%.md,%,$(wildcard docs/policies/*.md))
PYTEST := $(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal
COUNTED := build/.coverage
CODE := $(shell find src tests policies -name '*.py' -o -name '*.yaml') pyproject.toml
CORE := src/pledgeflow/domain/*,src/pledgeflow/policy/*,src/pledgeflow/decision.py

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test fix check types style coverage mutants bench stress docs pages install

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(RUNTIME) ## run every policy through a year on sample people
	@$(BIN)/pledgeflow demo

test: $(DEV) ## run the tests
	@HYPOTHESIS_PROFILE=ci $(PYTEST) --cov --cov-report=

fix: $(DEV) ## mend and format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

check: types style docs ## lint, format, types, architecture, dependencies, documentation

types: $(DEV)
	@$(BIN)/mypy

style: $(DEV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/deptry src

coverage: $(COUNTED) ## every branch of the core is covered by unit tests and a few others
	@$(BIN)/coverage report --include='$(CORE)' --fail-under=100

# `make test` leaves it, too; whatever was changed since has to be run again.
$(COUNTED): $(CODE) | $(DEV)
	@HYPOTHESIS_PROFILE=ci $(PYTEST) -q --cov --cov-report= -m 'core and not stress'

mutants: $(DEV) ## which small changes to the core's code the tests notice (SAMPLE=1000 SEED=1)
	@$(BIN)/python -m tests.mutants --sample $(or $(SAMPLE),1000) --seed $(or $(SEED),1)

bench: $(DEV) ## measure, into build/bench.json
	@mkdir -p build
	@$(BIN)/python benchmarks/run.py

stress: $(DEV) ## run the long tests
	@HYPOTHESIS_PROFILE=nightly $(BIN)/pytest -m stress

docs: $(DEV) ## build the documentation into build/site
	@$(BIN)/mkdocs build --strict
	@$(BIN)/python -m tests.documentation.site build/site

pages: $(RUNTIME) ## write the pages about the policies anew (some minutes), into docs
	@for name in $(DOCUMENTED); do \
	  $(BIN)/pledgeflow document $$name --lang en > docs/policies/$$name.md && \
	  $(BIN)/pledgeflow document $$name --lang zh > docs/policies/zh/$$name.md || exit 1; \
	done
	@$(BIN)/pledgeflow differences $(DOCUMENTED) --lang en > docs/differences.md
	@$(BIN)/pledgeflow differences $(DOCUMENTED) --lang zh > docs/differences-zh.md

install: $(DEV)

$(BIN)/python:
	@for python in $(PYTHONS); do \
	  if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    $$python -m venv --clear $(VENV) && exit 0; \
	    rm -rf $(VENV); exit 1; \
	  fi; \
	done; \
	echo 'needs Python 3.11 or newer with venv, and found none among: $(PYTHONS)' >&2; \
	echo 'install one (on Debian also python3-venv), or name it: make PYTHONS=/path/to/python3' >&2; \
	exit 1

$(RUNTIME): pyproject.toml hatch_build.py | $(BIN)/python
	@echo 'installing pledgeflow into $(VENV)' >&2
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(DEV): pyproject.toml hatch_build.py | $(BIN)/python
	@echo 'installing pledgeflow and its development tools into $(VENV)' >&2
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(RUNTIME) $@
