# Switchboard. `make up` serves the whole contact centre on this machine, `make test` runs the tests.
# Needed: Python 3.11 or newer, git and make. The first target that runs installs the rest into .venv.

PORT ?= 8080
STAGE ?= dev
WORKERS ?= 2
CDK_VERSION := 2.1148.1

VENV := .venv
READY := $(VENV)/.ready
# The environment's programs first: its `node` and `npx` come with a Python package.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PYTHONPATH := .:layers/switchboard/python

.PHONY: help up test check format synth deploy bench simulate demo lock openapi clean

help: ## the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(READY): requirements/bootstrap.txt requirements/dev.txt
	@echo "installing requirements/dev.txt into $(VENV)" >&2
	@PYTHON=$(PYTHON) tools/setup.sh $(VENV)
	@touch $@

up: $(READY) ## serve everything on http://127.0.0.1:PORT until Ctrl-C
	@PORT=$(PORT) exec python -m local

test: $(READY) ## the whole test suite
	@pytest -n $(WORKERS) --dist loadfile

check: $(READY) ## lint, types, import contracts, templates, OpenAPI document
	ruff check
	ruff format --check
	mypy
	lint-imports
	python -m tools.openapi --check
	cfn-lint $$(python -m infra.synth $(STAGE))/*.template.json
	pytest tests/architecture

format: $(READY) ## write the code in the project's format
	ruff check --fix
	ruff format

synth: $(READY) ## the CloudFormation templates; prints their directory
	@python -m infra.synth $(STAGE)

deploy: $(READY) ## deploy STAGE to the AWS account of the environment's credentials
	npx --yes aws-cdk@$(CDK_VERSION) deploy --all -c stage=$(STAGE)

bench: $(READY) ## the benchmarks: counts and ratios
	@python -m tests.load.bench

simulate: $(READY) ## waiting times of a simulated queue against Erlang C, plotted in docs/
	@python -m tests.load.simulate

demo: $(READY) ## a customer and an agent talk, against a running `make up`
	@PORT=$(PORT) python -m tools.demo

openapi: $(READY) ## write docs/openapi.json
	@python -m tools.openapi

lock: $(READY) ## compile requirements/*.in anew, with hashes
	for each in runtime dev bootstrap; do \
	    uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
	        requirements/$$each.in -o requirements/$$each.txt; done

clean: ## remove what was built, not the environment
	rm -rf build cdk.out .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
