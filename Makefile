# Every target is a door to salesexpert/ground/, which says what it does. `exec` keeps no shell in
# between: signals reach the command, and the command notices when make itself is killed.
.DEFAULT_GOAL := help
.PHONY: help run test check messages bench assets setup lock clean

export SALESEXPERT_STARTED_BY_MAKE := 1
# No download addresses go into the locks, and the oldest Python that is served decides.
PINNED := --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header
START := exec sh salesexpert/ground/start.sh

run: ## set everything up and run the product (PORT, DEMO, SALESEXPERT_DATA, DATABASE_URL, REDIS_URL)
	@$(START) run

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 16

test: ## set up what the tests need and run them all (ARGS="…" goes to pytest)
	@$(START) test $(ARGS)

check: ## format, lint, types, import contracts, migrations, templates, translations
	@$(START) check $(ARGS)

messages: ## bring the message catalogues up to date with the code
	@$(START) check messages

bench: ## the benchmarks (SCALE=small|medium|large, BENCH_DATA)
	@$(START) bench $(ARGS)

assets: ## fetch the front-end packages and make static/vendor/
	@$(START) assets

setup: ## everything the other commands need, without running any of them
	@$(START) setup

lock: ## pin the libraries of pyproject.toml anew (needs uv)
	uv pip compile -q pyproject.toml $(PINNED) -o requirements.lock
	uv pip compile -q pyproject.toml --group dev -c requirements.lock $(PINNED) -o requirements-dev.lock
	uv pip compile -q --group build $(PINNED) -o requirements-build.lock

clean: ## remove what the commands made, but for the data folder
	rm -rf .venv .venv.lock node_modules static/vendor static/vendor.new staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -name '*.mo' -not -path './.*' -delete
