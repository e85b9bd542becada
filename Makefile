# Everything one does with the source. Needed: Python 3.11 or newer, and make.
#
#   make install         what runs the program: packages, and its texts
#   make demo            the demo company in a browser    make serve          your own data
#   make test            the whole suite on SQLite        make test-postgres  on PostgreSQL
#   make tours           docs/tours in a browser          make tours-postgres on PostgreSQL
#   make check           format, types, layers, texts, templates, docs
#   make a11y            the pages with axe, in all themes, widths and languages
#   make bench           every number that the project claims (wants a PostgreSQL)

PYTHON ?= python3
VENV   ?= .venv
PORT   ?= 8000
HOST   ?= 127.0.0.1
DATA   ?= var
ARGS   ?=

RUN      = $(VENV)/bin/python
CATALOGS = $(wildcard haidang/*/locale/*/LC_MESSAGES/django.po)

.DEFAULT_GOAL := help
.PHONY: help install demo serve test test-postgres a11y tours tours-postgres check bench lighthouse docs messages vendor browser lock clean

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

# --- the environment: installed once, then only when a lock file changes ------------------

$(VENV)/installed: requirements.lock tools/environment.py
	@$(PYTHON) tools/environment.py $(VENV) requirements.lock

$(VENV)/installed-dev: requirements-dev.lock tools/environment.py
	@$(PYTHON) tools/environment.py $(VENV) requirements-dev.lock

$(VENV)/texts: $(CATALOGS) tools/messages.py | $(VENV)/installed
	@$(RUN) -m tools.messages compile >/dev/null
	@touch $@

# --- running it ---------------------------------------------------------------------------

install: $(VENV)/installed $(VENV)/texts

demo: $(VENV)/installed $(VENV)/texts
	@HAIDANG_DATA=$(DATA)/demo $(RUN) -m haidang demo --serve --host $(HOST) --port $(PORT) $(ARGS)

serve: $(VENV)/installed $(VENV)/texts
	@HAIDANG_DATA=$(DATA) $(RUN) -m haidang serve --host $(HOST) --port $(PORT) $(ARGS)

# --- proving it ---------------------------------------------------------------------------

test: $(VENV)/installed-dev $(VENV)/texts browser
	$(RUN) -m pytest -n logical --dist worksteal $(ARGS)

test-postgres: $(VENV)/installed-dev $(VENV)/texts browser
	$(RUN) -m tools.postgres $(RUN) -m pytest -n logical --dist worksteal $(ARGS)

a11y: $(VENV)/installed-dev $(VENV)/texts browser
	$(RUN) -m pytest -n logical --dist worksteal -m a11y_matrix $(ARGS)

tours: $(VENV)/installed-dev $(VENV)/texts browser
	$(RUN) -m pytest -n logical --dist worksteal -m tours $(ARGS)

tours-postgres: $(VENV)/installed-dev $(VENV)/texts browser
	$(RUN) -m tools.postgres $(RUN) -m pytest -n logical --dist worksteal -m tours $(ARGS)

check: $(VENV)/installed-dev $(VENV)/texts
	$(RUN) -m tools.check $(ARGS)

docs: $(VENV)/installed-dev
	$(RUN) -m tools.docs

bench: $(VENV)/installed-dev $(VENV)/texts
	$(RUN) -m benchmarks $(ARGS)

# By hand, with Node.js: what Lighthouse says of the pages.
lighthouse: $(VENV)/installed-dev $(VENV)/texts browser
	$(RUN) -m tools.lighthouse $(ARGS)

# A browser for the tests that need one: installed where that is possible, else said.
browser:
	@$(PYTHON) tools/browser.py

# --- keeping it ---------------------------------------------------------------------------

messages: $(VENV)/installed-dev
	$(RUN) -m tools.messages extract
	$(RUN) -m tools.messages compile

vendor: $(VENV)/installed-dev
	npm ci
	$(RUN) -m haidang.web.vendor

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --quiet requirements.in -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --quiet requirements-dev.in -c requirements.lock \
		-o requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf htmlcov .coverage* site *.egg-info
	find haidang tests tools benchmarks -name __pycache__ -prune -exec rm -rf {} +
	find haidang -name '*.mo' -delete
