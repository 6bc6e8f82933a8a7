# The vocabulary of the project; `make` alone lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PORT ?= 8000
PY := .venv/bin/python
UV := .venv/bin/uv

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 12

run: .venv/run.stamp ## start a trial on PORT (default 8000): real record, synthetic people
	@.venv/bin/leaps serve --trial --port $(PORT)

test: .venv/dev.stamp ## run every test: SQLite, PostgreSQL and a real browser
	@tools/test

lint: .venv/dev.stamp ## style, types, layers, templates, spelling, migrations
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/djlint src --lint --quiet
	.venv/bin/typos
	LEAPS_HOME=$$(mktemp -d) .venv/bin/leaps makemigrations --check --dry-run

bench: .venv/dev.stamp ## print the performance figures
	@for script in bench/[a-z]*.py; do echo "== $$script"; $(PY) $$script || exit 1; done

docs: .venv/dev.stamp ## write the generated reference pages again
	LEAPS_HOME=$$(mktemp -d) .venv/bin/leaps reference docs/reference
	LEAPS_HOME=$$(mktemp -d) .venv/bin/leaps openapi docs/reference/openapi.json docs/reference/api.md

lock: .venv/bin/uv ## resolve the dependencies again
	$(UV) pip compile pyproject.toml --generate-hashes --no-emit-index-url -q --upgrade -o requirements/run.txt --custom-compile-command "make lock"
	$(UV) pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url -q -o requirements/dev.txt --custom-compile-command "make lock" -c requirements/run.txt

clean: ## forget the environment and the trial's data
	rm -rf .venv var

.venv/bin/uv:
	@echo "Setting up .venv (the first time takes a minute)"
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@python3 -m venv .venv 2>/dev/null || { \
	  echo "python3-venv is missing; trying to install it"; rm -rf .venv; \
	  { if [ $$(id -u) = 0 ]; then apt-get update -qq && apt-get install -y -qq python3-venv; else sudo -n apt-get install -y -qq python3-venv; fi; } >/dev/null \
	  && python3 -m venv .venv || { echo "Install it yourself: apt-get install python3-venv"; exit 1; }; }
	@.venv/bin/python -m pip install -q --disable-pip-version-check uv

.venv/run.stamp: .venv/bin/uv requirements/run.txt pyproject.toml
	@echo "Installing the platform"
	@$(UV) pip install -q --require-hashes -r requirements/run.txt --python $(PY)
	@$(UV) pip install -q --no-deps --python $(PY) -e .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements/dev.txt
	@echo "Installing what the tests need"
	@$(UV) pip install -q --require-hashes -r requirements/dev.txt --python $(PY)
	@touch $@

.PHONY: help run test lint bench docs lock clean
