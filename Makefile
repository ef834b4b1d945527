# `make` alone says what there is. Everything works in any order, twice, and offline once it has been set up.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --require-hashes --no-deps -r

# The first Python here that is new enough and can make a virtual environment; `make PYTHON=/path/to/python` overrules.
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11 python
FITS := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON = $(shell for p in $(CANDIDATES); do if "$$p" -c '$(FITS)' >/dev/null 2>&1; then echo "$$p"; break; fi; done)

# What a person may add: `make test ARGS="-k scoring -x"`, `make report SCORECARD=my-scorecard`, `make lock UPGRADE=1`, `make offline PLATFORM=windows`.
ARGS :=
SCORECARD := meridian
UPGRADE :=
PLATFORM :=

.PHONY: help
help:  ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- for everybody --------------------------------------------------------------------------------------------------

.PHONY: report
report: $(VENV)/.project  ## Run the report on the shipped case: reports/index.html
	@$(PY) -m bsclib report $(SCORECARD) -o reports $(ARGS)

.PHONY: lab
lab: $(VENV)/.project  ## Open the notebooks in JupyterLab
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(PY) -m jupyter lab notebooks $(ARGS)

.PHONY: site
site: $(VENV)/.project-dev  ## Make the site of lessons, guides and API: build/site/index.html
	@$(PY) -m tools.site build/site $(ARGS)

.PHONY: offline
offline: site  ## Pack a folder that installs without a network: build/offline (PLATFORM=windows, macos or linux)
	@$(PY) -m tools.offline build/offline $(if $(PLATFORM),--platform $(PLATFORM))

# A file's tests stay together on one worker: a notebook's cells share a kernel, and what a file made ready is made once.
# tests/conftest.py says in which order files are begun.
# Compiled modules are kept even where a container says not to: tests start a hundred processes. Workers use all cores, so
# linear algebra takes one thread: threads that wait for each other took a third of the time.
TEST = env -u PYTHONDONTWRITEBYTECODE OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(PY) -m pytest -p tests.early \
	--numprocesses auto --dist loadfile --no-loadscope-reorder --nbval-lax --nbval-cell-timeout 300

.PHONY: test
test: $(VENV)/.browser  ## Run every test: the library, the documentation's examples, every notebook
	@$(TEST) --durations 20 -m "not slow" $(ARGS)

.PHONY: test-thorough
test-thorough: $(VENV)/.browser  ## Run them with thirty times the random examples, and the slow ones too
	@$(TEST) --durations 50 --hypothesis-profile thorough $(ARGS)

.PHONY: fuzz
fuzz: $(VENV)/.project-dev  ## Draw ten thousand odd files, and hold that none breaks it (ARGS="--first 50000")
	@PYTHONPATH=. $(PY) tests/fuzz/fuzz.py --count 10000 $(ARGS)

# ---- for those who change it ----------------------------------------------------------------------------------------

.PHONY: check check-style check-types check-project
check: check-style check-types check-project  ## Style, types, floors, lock, derived files; changes nothing (-j2: on two cores)
check-style: $(VENV)/.project-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/lint-imports
check-types: $(VENV)/.project-dev
	$(PY) -m mypy
check-project: $(VENV)/.project-dev
	$(PY) -m pytest --quiet tests/test_project.py

.PHONY: format
format: $(VENV)/.project-dev  ## Put style right and take outputs out of the notebooks
	$(PY) -m ruff check --fix --exit-zero .
	$(PY) -m ruff format .
	$(PY) -m jupyter nbconvert --clear-output --inplace --log-level WARN notebooks/*.ipynb

.PHONY: bench
bench: $(VENV)/.project-dev  ## Measure speed and memory, as ratios within one run
	@for bench in tests/bench/bench_*.py; do $(PY) "$$bench" || exit 1; done

.PHONY: bench-browser
bench-browser: $(VENV)/.browser  ## Measure how soon explorers follow the hand, and how soon the app can be used
	@PYTHONPATH=tests $(PY) tests/bench/browser/bench_browser.py
	@PYTHONPATH=tests $(PY) tests/bench/browser/bench_app.py

.PHONY: derived
derived: $(VENV)/.project-dev  ## Write again what is made from something else: schemas, timetables, syllabus, data sets
	$(PY) -m bsclib.files.scorecard_yaml
	$(PY) -m bsclib.files.register
	$(PY) -m bsclib.files.imports.mapping
	$(PY) -m bsclib.study.questions.schema
	$(PY) -m bsclib.study.questions.stock
	$(PY) -m bsclib.files.tickets.map_yaml
	$(PY) -m bsclib.study.teaching.timetable
	$(PY) -m tools.datasets.build datasets
	$(PY) -m bsclib.study.syllabus

COMPILE = $(PY) -m uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
	--no-config --system-certs --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)
.PHONY: lock
lock: $(VENV)/.project-dev  ## Write the lock files from pyproject.toml (UPGRADE=1: newest versions)
	$(COMPILE) pyproject.toml --group build --output-file requirements.lock
	$(COMPILE) pyproject.toml --group build --group dev --all-extras --constraint requirements.lock --output-file requirements-dev.lock

# Needs the package index. Hashes are left out of the comparison: a project may add files to a version that is out already.
PINS = grep -hE '^[a-z0-9]'
.PHONY: lock-check
lock-check: $(VENV)/.project-dev  ## Resolve again and compare with the lock files (online)
	@new=$$(mktemp -d) && trap 'rm -rf "$$new"' EXIT && cp requirements.lock requirements-dev.lock "$$new" && \
	$(COMPILE) pyproject.toml --group build --output-file "$$new/requirements.lock" && \
	$(COMPILE) pyproject.toml --group build --group dev --all-extras --constraint "$$new/requirements.lock" \
		--output-file "$$new/requirements-dev.lock" && \
	for lock in requirements.lock requirements-dev.lock; do \
		$(PINS) $$lock >"$$new/old" && $(PINS) "$$new/$$lock" >"$$new/now" && \
		diff "$$new/old" "$$new/now" || { echo "$$lock is not what pyproject.toml resolves to: run 'make lock'" >&2; exit 1; }; \
	done; echo "both lock files are what pyproject.toml resolves to"

.PHONY: audit
audit: $(VENV)/.project-dev  ## Ask the public database whether a pinned package has a known vulnerability (online)
	@$(PY) -m uv tool run --system-certs pip-audit --strict --disable-pip --require-hashes -r requirements-dev.lock $(ARGS)

.PHONY: clean
clean:  ## Take away everything that was made here
	rm -rf $(VENV) reports dist build .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -prune -exec rm -rf {} +

# ---- what has been set up; each file is touched when its step is done -------------------------------------------------

$(VENV)/.created:
	@test -n "$(PYTHON)" || { echo "bsclib needs Python 3.11 or newer with the venv module; none was found. Looked for:" \
		"$(CANDIDATES). Install one (on Debian: python3 and python3-venv), or say where it is: make PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Setting up $(VENV) with $$("$(PYTHON)" --version); this takes a minute or two, once."
	@"$(PYTHON)" -m venv $(VENV)
	@touch $@

# uv installs on all cores; where it finds no index, pip does.
UV_LOCK = sed -n '/^uv==/,/^[a-z].*==/{/^uv==/p;/^ *--hash/p}' requirements-dev.lock >$(VENV)/uv.lock
SYNC = $(PY) -m uv pip install --quiet --system-certs --compile-bytecode --python $(PY) --require-hashes --no-deps -r

$(VENV)/.locked: requirements.lock $(VENV)/.created
	@$(UV_LOCK) && $(INSTALL) $(VENV)/uv.lock
	@$(SYNC) requirements.lock 2>/dev/null || $(INSTALL) requirements.lock
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.locked
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.project-dev: requirements-dev.lock $(VENV)/.project
	@echo "Setting up what tests and checks need."
	@$(SYNC) requirements-dev.lock 2>/dev/null || $(INSTALL) requirements-dev.lock
	@touch $@

# Without a browser the other tests still run, and those that need one say so.
$(VENV)/.browser: $(VENV)/.project-dev
	@if $(PY) tests/browser.py; then touch $@; fi
