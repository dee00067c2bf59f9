# The one door for commands. CI goes through it too (.ci/run).
PYTHON ?= $(firstword $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p; done) python3)
BIN := .venv/bin
# For tools that read the settings without using the database.
TOOLS := DEBUG=1 DATABASE_URL=postgres://nobody@127.0.0.1:1/none
# A server in name only, to see that nothing unsafe is left for one.
SERVER := DEBUG=0 DATABASE_URL=postgres://nobody@127.0.0.1:1/none CACHE_URL=locmem:// \
	CELERY_BROKER_URL=redis://127.0.0.1:1/0 ALLOWED_HOSTS=osteodb.example.org \
	SECRET_KEY=made-up-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz
TEST_PROCESSES ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run test check format docs bench lighthouse lock

help:  ## Show these verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup:  ## Make the environment from the lock file (every other verb does this first)
	@$(PYTHON) scripts/bootstrap.py

run: setup  ## Run all of OsteoDB on this machine; PORT=8001 for another port
	@exec $(BIN)/python -m osteodb.local

test: setup  ## Run all tests; ARGS="-k name" for some of them
	@sh scripts/install_chromium.sh
	@$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadscope $(ARGS)

check: setup  ## Format, lint, types, imports, migrations, templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(TOOLS) $(BIN)/mypy .
	$(SERVER) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(TOOLS) $(BIN)/python -W ignore manage.py makemigrations --check --dry-run
	$(TOOLS) $(BIN)/python manage.py write_model_docs --check
	$(BIN)/djlint --lint --quiet .

format: setup  ## Put the source in its one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup  ## Write docs/models/ from the models
	$(TOOLS) $(BIN)/python manage.py write_model_docs

bench: setup  ## Measure against floors taken in the same run; ARGS="pages" for some
	@$(BIN)/python -m tests.benchmarks $(ARGS)

lighthouse: setup  ## Lighthouse's marks of the site as it is served (needs Node 20 and Chromium)
	@sh scripts/install_chromium.sh
	@$(BIN)/python -m tests.lighthouse

lock: setup  ## Write the lock files again after a change of pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes \
		--python-version 3.11 --no-emit-index-url --quiet -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes \
		--python-version 3.11 --no-emit-index-url --quiet -c requirements.lock \
		-o requirements-server.lock
