# Everything runs from .venv; each target installs what it needs and does nothing twice.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
BENCH := $(PY) -m bot.evaluation
# The project's own sets, the gates that hold them, and their baselines.
OWN := bot/evaluation/own
INDEX ?= var/index
HOST ?= 127.0.0.1
PORT ?= 7860
# Processes that test side by side.
TESTERS ?= 2
AXE := tests/tools/node_modules/axe-core/axe.min.js
# A further folder of documents, beside corpus/sources.
SOURCES ?= $(if $(wildcard ../shared/sources),../shared/sources)
# Labelled sets that the screen is measured with, and never fitted to.
EVALS ?= $(wildcard ../shared/evals)
SETS ?= $(EVALS)/screening.jsonl $(EVALS)/screening_dialogues.jsonl
ANSWER_SETS ?= $(if $(EVALS),$(EVALS)/questions.jsonl $(EVALS)/dialogues.jsonl)
# The clinic that answers: what the handbook says about other providers is left out.
CLINIC ?=
FOLDERS := --sources corpus/sources $(if $(SOURCES),--sources $(SOURCES)) $(if $(CLINIC),--clinic "$(CLINIC)")

.DEFAULT_GOAL := help
.PHONY: help install run index check check-helplines check-examples retrain continue strangers eval-safety eval-handbook figures test lint bench tune eval eval-answers schema settings lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

install: $(VENV)/installed ## install the pinned packages into .venv

$(VENV)/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version) if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --disable-pip-version-check -r requirements.lock
	$(PY) -m pip install --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/dev-installed: $(VENV)/installed requirements-dev.lock
	$(PY) -m pip install --disable-pip-version-check -r requirements-dev.lock
	@touch $@

index: install ## build or refresh the index (SOURCES=DIR adds a folder)
	$(PY) -m index --out $(INDEX) $(FOLDERS)

run: index ## index, then serve the page (HOST=, PORT=, SOURCES=, CLINIC=)
	FAQ_INDEX=$(INDEX) $(if $(CLINIC),FAQ_CLINIC="$(CLINIC)") $(PY) app.py --host $(HOST) --port $(PORT)

check: install ## check every document and print what cleaning drops
	$(PY) -m corpus $(FOLDERS)

check-helplines: install ## list the helplines that nobody at the clinic confirmed lately
	$(PY) -m bot.safety.check_helplines

lint: $(VENV)/dev-installed
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

test: lint $(AXE) ## ruff, mypy and all tests
	$(PY) -m pytest -n $(TESTERS) --dist loadfile

# axe-core judges the pages in browser tests; without npm those tests are skipped.
$(AXE): tests/tools/package-lock.json
	command -v npm > /dev/null || { echo "npm is missing: accessibility is not tested"; exit 0; } && \
	npm ci --prefix tests/tools --ignore-scripts --no-audit --no-fund && touch $@

bench: $(VENV)/dev-installed ## measure speed and memory on this machine
	$(PY) -m benchmarks.speed

tune: install ## fit search and confidence to the project's own questions, about the documents in SOURCES (an hour)
	$(PY) -m bot.evaluation tune --sources $(SOURCES)

eval-answers: install ## how the bot answers our own questions about SOURCES, against a gate, and those in EVALS
	$(PY) -m index --out var/answers --sources $(SOURCES) --no-handbook
	$(BENCH) run bot/evaluation/own_questions.jsonl --only author:h --index var/answers --gate $(OWN)/questions.toml
	$(BENCH) run $(OWN)/conversations.jsonl $(OWN)/topics.jsonl $(OWN)/messages.jsonl --index var/answers --gate $(OWN)/turns.toml
	for set in $(ANSWER_SETS); do \
	  run=var/runs/eval-$$(basename $$set .jsonl) && rm -rf $$run && \
	  $(BENCH) run $$set --index var/answers --out $$run && \
	  $(BENCH) replies $$run > var/answered.jsonl && \
	  echo $$set && $(PY) $(EVALS)/score_answers.py $$set var/answered.jsonl $(SOURCES) || exit 1; \
	done

eval: $(if $(SOURCES),eval-answers) eval-handbook $(if $(EVALS),eval-safety) ## all of them: exit with 1 if a gate is broken

check-examples: install ## count the screen's examples; EVALS=DIR: none repeats a line of those sets
	$(PY) -m bot.safety.check_examples $(if $(EVALS),--sets $(EVALS))

retrain: install ## fit the screen's models to its examples, cross-validated by author (some hours on two cores)
	$(PY) -m bot.safety.retrain
	$(PY) -m bot.safety.calibrating

continue: install ## the screen's models learn the examples of the authors from AUTHOR on, in less than an hour
	$(PY) -m bot.safety.continuing $(AUTHOR)
	$(PY) -m bot.safety.calibrating

calibrate: install ## fit the screen's fusions and thresholds to its calibration authors
	$(PY) -m bot.safety.calibrating

strangers: install ## how the screen does on the held-out authors of its examples
	$(PY) -m bot.safety.strangers

eval-safety: install ## how the screen does on labelled sets (SETS=FILES), with a report of every error
	for set in $(SETS); do \
	  run=var/runs/eval-$$(basename $$set .jsonl) && rm -rf $$run && \
	  $(BENCH) run $$set --screen-only --out $$run $(if $(EVALS),$$([ $$set = $(EVALS)/screening.jsonl ] && echo --gate $(OWN)/safety.toml)) || exit 1; \
	done

figures: ## write what eval-safety measured to the public page about safety
	$(BENCH) figures var/runs/eval-screening bot/safety/figures.json

eval-handbook: install ## which entries of the handbook visitors' questions find, against a gate
	$(PY) -m index --out var/handbook --sources corpus/sources
	$(BENCH) run $(OWN)/handbook.jsonl --index var/handbook --gate $(OWN)/handbook.toml

schema: install ## write docs/reply.schema.json
	$(PY) -m bot.evaluation schema > docs/reply.schema.json

settings: install ## write docs/settings.md
	$(PY) -m bot.settings_guide > docs/settings.md

lock: ## resolve the newest allowed versions into the lock files
	$(PYTHON) -m venv --clear var/lock
	var/lock/bin/pip install --disable-pip-version-check .
	var/lock/bin/pip uninstall --yes psychodynamic-faq
	{ sed -n 1p requirements.lock; var/lock/bin/pip freeze | sed 's/+cpu//'; } > var/requirements.lock
	var/lock/bin/pip install --disable-pip-version-check '.[dev]'
	var/lock/bin/pip uninstall --yes psychodynamic-faq
	{ sed -n 1,2p requirements-dev.lock; var/lock/bin/pip freeze | sed 's/+cpu//' | grep -vxFf var/requirements.lock; } > var/requirements-dev.lock
	mv var/requirements.lock var/requirements-dev.lock .

clean: ## remove .venv, the index and all caches; the counts in var stay
	if [ -d var ]; then find var -mindepth 1 -maxdepth 1 ! -name counts.jsonl -exec rm -rf {} +; fi
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
