# The one door. `make` or `make help` lists what it opens; .ci/run comes through it too.

VENV := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo cluster up down secrets test check chaos chaos-long bench generate format lock release clean

COMPOSE := docker compose --file deploy/compose.yaml

help: ## List the targets
	@awk -F ':.*## ' '/^##@/ {print "\n" substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo '  ARGS="…" goes to the command behind a target: make test ARGS="tests/spec -k carbon"'
	@echo '  PYTHON=… names the interpreter that makes .venv'

##@ Use

demo: .venv/.runs ## Start all services with a real territory and example projects; Ctrl-C ends it
	@$(VENV)/winwinwin demo $(ARGS)

cluster: .venv/.tests ## Kafka, PostgreSQL and a process per service on this machine, without Docker
	@$(VENV)/python -m tests.support.cluster.try_it $(ARGS)

up: secrets ## The same in containers (deploy/compose.yaml): build, start, wait until all is healthy
	$(COMPOSE) up --build --detach --wait $(ARGS)

down: ## Stop the containers; what they stored stays (ARGS=--volumes removes it)
	$(COMPOSE) down $(ARGS)

secrets: ## Write deploy/.env with random passwords, unless it is there
	@python3 deploy/make_secrets.py

##@ Trust

test: .venv/.tests ## Run every test, in two processes (ARGS="-n 0 tests/spec": these, in one)
	$(VENV)/python -m pytest --numprocesses 2 --dist loadscope $(ARGS)

check: .venv/.tests ## Form, lint, types, borders, generated files: what a commit must pass, < 1 min
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/python -m tools.generate --check

chaos: .venv/.tests ## Brokers, database, network and services die at random; 3,000 proposals must not
	$(VENV)/python -m tests.chaos $(ARGS)

chaos-long: .venv/.tests ## The same with 100,000, in chunks; ARGS="--seed N" goes on where it ended
	$(VENV)/python -m tests.chaos --long $(ARGS)

bench: .venv/.tests ## Measure this machine; write tests/bench/RESULTS.md and GAMES.md (ARGS=--help)
	$(VENV)/python -m tests.bench $(ARGS)

##@ Change

format: .venv/.tests ## Lay out the code and mend what the linter can mend
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .

generate: .venv/.tests ## Write what is derived: map, schemas, APIs, METHOD, settings, examples, indexes
	$(VENV)/python -m tools.generate

lock: ## Choose dependencies anew, none younger than a week, with hashes
	.ci/lock

release: .venv/.runs ## Make and try what is given away: sdist, wheel, SBOM, image, checksums, in dist/
	@.ci/release

clean: ## Remove the environment and the tools' caches; stored data stay
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# -- environments: made once, again when their lock or the project's metadata change ---------------

.venv/.runs: requirements.lock pyproject.toml .ci/environment
	@MAKECMDGOALS="$(MAKECMDGOALS)" .ci/environment requirements.lock
	@touch $@

# Whoever can test can run: the second lock holds the first.
.venv/.tests: requirements-dev.lock pyproject.toml .ci/environment
	@MAKECMDGOALS="$(MAKECMDGOALS)" .ci/environment requirements-dev.lock
	@touch .venv/.runs $@
