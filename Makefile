# Ainói: every target sets up what it needs. Wants only python3 (3.11 or 3.12) with venv and pip.

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip
STAMP  := $(VENV)/.installed
INPUT  ?= seeds/
CORPUS ?= $(lastword $(sort $(wildcard ../shared/corpus/*.jsonl.xz)))

# Test processes: one more than cores, for many tests wait for servers.
JOBS   ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))

# Where torch comes from; empty: pip's own settings. On a machine without an NVIDIA GPU whose pip would pull the CUDA build,
#   make install TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install annotate serve test alone train evaluate benchmark openapi constraints clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  \1\t/' | expand -t 16

install: $(STAMP) ## .venv with everything the project needs

$(STAMP): pyproject.toml constraints.txt
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --no-deps --constraint constraints.txt torch $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	@$(PY) -c 'import glob, importlib.metadata as m, sys; \
	  cuda = any(r.startswith("nvidia-") for r in m.requires("torch") or []) and not "$(TORCH_INDEX)"; \
	  sys.exit("torch is the CUDA build and this machine has no NVIDIA GPU: run make install TORCH_INDEX=..., see the Makefile" \
	    if cuda and not glob.glob("/dev/nvidia*") else 0)' || { $(PIP) uninstall --quiet --yes torch; exit 1; }
	$(PIP) install --quiet --constraint constraints.txt hatchling
	$(PIP) install --quiet --constraint constraints.txt --no-build-isolation --editable '.[spacy,service,batch,ray,train,segment,benchmark,dev]'
	@touch $@

annotate: install ## annotate INPUT= (default seeds/): a table here, and quotes.jsonl
	$(PY) scripts/annotate.py $(INPUT) --output quotes.jsonl --table

serve: install ## the service with its store in DATA=, on HOST= and PORT= (default 127.0.0.1:8000)
	$(PY) scripts/serve.py $(if $(DATA),--data-dir "$(DATA)") $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

test: install ## lint, types and the whole test suite
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(PY) -m pytest --numprocesses $(JOBS) --dist loadfile

alone: install ## the tests that compare times or start a cluster (TESTS= some of them), with nothing else running
	$(PY) -m pytest --alone $(TESTS)

train: install ## train the model (ARGS= for its options)
	$(PY) scripts/train.py $(ARGS)

evaluate: install ## score the annotator on GOLD=, a file of articles with gold quotes
	@test -n "$(GOLD)" || { echo "usage: make evaluate GOLD=seeds/gold.jsonl"; exit 2; }
	$(PY) scripts/evaluate.py $(GOLD) $(ARGS)

benchmark: install ## measure the speed beside the baseline's (CORPUS= articles, GOLD= to score both, ARGS=)
	$(PY) scripts/benchmark.py $(if $(CORPUS),--corpus $(CORPUS)) $(if $(GOLD),--gold $(GOLD)) $(ARGS)

openapi: install ## write docs/openapi.json from the service
	$(PY) scripts/openapi.py

constraints: ## write constraints.txt from what .venv holds
	{ sed '/^[^#]/,$$d' constraints.txt; \
	  $(PIP) freeze --exclude-editable --exclude ainoi | sed -E 's/\+cpu$$//'; } > constraints.txt.new
	mv constraints.txt.new constraints.txt

clean: ## remove what the other targets made, .venv too
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist quotes.jsonl quotes.jsonl.errors.jsonl
	find models service scripts tests -name __pycache__ -prune -exec rm -rf {} +
