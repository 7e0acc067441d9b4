# What there is to do with Segue from a clone; `make` alone lists it. Needed: make and Python 3.11+.
# Everything is installed into .venv, once: its stamps are newer than what they were made from.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL = $(PIP) install --quiet --constraint requirements.lock $(CPU_OPTION) --editable
RUNTIME := $(VENV)/.installed
DEVELOP := $(VENV)/.installed-dev
BASELINES := $(VENV)/.installed-baselines
DOCS := $(VENV)/.installed-docs

# The first Python of 3.11 or later that can make environments; override with `make PYTHON=...`.
USABLE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON = $(shell for python in python3.13 python3.12 python3.11 python3 python; do \
	"$$python" -c '$(USABLE)' >/dev/null 2>&1 && { command -v "$$python"; break; }; done)

# On Linux, PyPI's PyTorch brings gigabytes of CUDA along. Without an NVIDIA driver the wheel of
# PyTorch's own index is taken, a tenth of that, if the index answers; else PyPI's works as well.
CPU_INDEX := https://download.pytorch.org/whl/cpu
ANSWERS := import urllib.request; urllib.request.urlopen("$(CPU_INDEX)/torch/", timeout=5)
CPU_OPTION = $(shell test "$$(uname -s)" = Linux && ! test -e /proc/driver/nvidia/version && \
	$(BIN)/python -c '$(ANSWERS)' >/dev/null 2>&1 && echo --extra-index-url $(CPU_INDEX))

# What builds and tries the page; whoever only uses it needs neither, since the built page is here.
NODE := .node-is-there
CHROMIUM := .chromium-is-there

.DEFAULT_GOAL := help
.PHONY: help setup demo studio test coverage test-slow check fix docs docs-site openapi benchmark page page-check test-browser static-demo figures examples lock wheel sbom clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 18

setup: $(DEVELOP) $(BASELINES)  ## install Segue with what its developers need

demo: $(RUNTIME)  ## install Segue and let it continue a piece: four takes and a picture
	$(BIN)/python -m segue demo

studio: $(RUNTIME)  ## install Segue and open the studio in the browser
	$(BIN)/python -m segue studio

test: $(DEVELOP) $(BASELINES)  ## install what the tests need and run them, on two cores
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 $(OPTIONS)

coverage:  ## the same, with the share of lines that they run; too small a share fails
	$(MAKE) test OPTIONS="$(OPTIONS) --cov"

test-slow: $(DEVELOP) $(BASELINES)  ## run the tests that take minutes, too
	$(BIN)/python -m pytest -m "slow or not slow"

check: $(DEVELOP)  ## lint, format and types, strictly, over all that is Python
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(DEVELOP)  ## mend what the linter and the formatter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(RUNTIME)  ## write docs/cli.md from the command line itself
	$(BIN)/python scripts/write_cli_docs.py

docs-site: $(DOCS)  ## build the site of docs/ into build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "The site is build/site/index.html; to search in it: $(BIN)/python -m mkdocs serve"

openapi: $(RUNTIME)  ## write web/openapi.json from the studio's routes
	$(BIN)/python scripts/write_openapi.py

page: | $(NODE)  ## build the studio's page into the package; needs Node 20.19 or later
	cd web && npm ci --no-audit --no-fund && npm run build

page-check: $(RUNTIME) | $(NODE)  ## lint, types and tests of the page; that what is committed is what the sources build
	cd web && npm ci --no-audit --no-fund
	$(BIN)/python scripts/write_openapi.py --check
	cd web && npm run check && npm test && npm run types:check && npm run build:check

test-browser: $(RUNTIME) | $(NODE) $(CHROMIUM)  ## try the studio in a real browser, with the shipped model; minutes
	cd web && npm ci --no-audit --no-fund
	cd web/static-demo && npm ci --no-audit --no-fund
	cd web && npm run test:browser && npm run test:e2e

static-demo: $(RUNTIME) | $(NODE)  ## build a page that continues a piece without a server, into build/static-demo
	rm -rf build/static-demo
	$(BIN)/python scripts/write_static_demo.py build/static-demo
	cd web && npm ci --no-audit --no-fund
	cd web/static-demo && npm ci --no-audit --no-fund
	cd web && npm run build:static
	@echo "Give out build/static-demo by any server of files, such as this one:"
	@echo "  $(BIN)/python -m http.server --bind 127.0.0.1 --directory build/static-demo 8000"

# PAPER is a folder of `segue paper run`, whose model takes the place of the trained one; OPTIONS can
# be --quick.
CORPUS = runs/corpus
benchmark: $(DEVELOP) $(BASELINES)  ## measure the shipped model into docs/evaluation: CORPUS=DIR [PAPER=RUN]
	$(BIN)/python -m segue evaluate --against "$(CORPUS)" --model band \
		$(if $(PAPER),--paper "$(PAPER)") --drawn 4 --sensitivity --no-songs $(OPTIONS) --out docs/evaluation
	$(BIN)/python scripts/write_figures.py

figures: $(RUNTIME)  ## write the README's figures from the card and docs/evaluation
	$(BIN)/python scripts/write_figures.py

examples: $(RUNTIME)  ## compose the example prompts anew
	$(BIN)/python -m segue.examples

lock:  ## resolve all dependencies again, in an environment of their own, into requirements.lock
	rm -rf build/lock
	"$(PYTHON)" -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check install --quiet ".[dev,docs]"
	build/lock/bin/python -m pip --disable-pip-version-check freeze --exclude segue-music \
		| build/lock/bin/python scripts/write_lock.py > build/requirements.lock
	mv build/requirements.lock requirements.lock
	rm -rf build/lock

wheel: $(RUNTIME)  ## build the wheel into dist/
	$(PIP) wheel --quiet --no-deps --wheel-dir dist .

sbom: wheel  ## list what the base install brings, with licences, as CycloneDX into dist/
	rm -rf build/sbom build/sbom-tool
	$(BIN)/python -m venv build/sbom
	$(BIN)/python -m venv build/sbom-tool
	build/sbom/bin/python -m pip --disable-pip-version-check install --quiet --constraint requirements.lock dist/*.whl
	build/sbom/bin/python -m pip --disable-pip-version-check uninstall --quiet --yes pip setuptools
	build/sbom-tool/bin/python -m pip --disable-pip-version-check install --quiet cyclonedx-bom
	build/sbom-tool/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--output-file dist/segue.cdx.json build/sbom/bin/python
	rm -rf build/sbom build/sbom-tool

clean:  ## remove what can be made again, but .venv
	rm -rf build dist demo-output .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find src tests scripts -name __pycache__ -type d -exec rm -rf {} +

.PHONY: $(NODE) $(CHROMIUM)
$(NODE):
	@command -v npm >/dev/null || { echo "The page is built with Node 20.19 or later, and there is none.";\
	  echo "Install it (Debian, Ubuntu: apt install nodejs npm; macOS: brew install node); the page";\
	  echo "that is committed in src/segue/server/page works without."; exit 1; }

$(CHROMIUM):
	@test -n "$$CHROMIUM" || command -v chromium chromium-browser google-chrome >/dev/null || \
	  { echo "The studio is tried in Chromium, and there is none.";\
	  echo "Install it (Debian: apt install chromium) or name one: CHROMIUM=/path make test-browser";\
	  exit 1; }

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Segue needs Python 3.11 or later with its venv module, and found none.";\
	  echo "Install it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python)";\
	  echo "or name one: make PYTHON=/path/to/python3.12 setup"; exit 1; }
	"$(PYTHON)" -m venv --clear $(VENV)

$(RUNTIME): pyproject.toml requirements.lock | $(BIN)/python
	@echo "Installing Segue into $(VENV): once; this takes half a minute or so."
	$(INSTALL) .
	@touch $@

$(DEVELOP): pyproject.toml requirements.lock | $(BIN)/python
	@echo "Installing Segue and its developers' tools into $(VENV): once; this can take some minutes."
	$(INSTALL) ".[dev]"
	@touch $(RUNTIME) $@

$(BASELINES): baselines/pyproject.toml | $(RUNTIME)
	$(PIP) install --quiet --no-deps --editable ./baselines
	@touch $@

$(DOCS): pyproject.toml requirements.lock | $(BIN)/python
	$(INSTALL) ".[docs]"
	@touch $(RUNTIME) $@
