# Two commands do all the set-up: `make demo` and `make test`. The rest is for those who work on Rushes.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
OUT    ?= out/demo

.PHONY: setup demo test test-slow lint ui eval bench clean

# The bytecode is written here: where the environment keeps Python from writing any, each command would compile all anew.
setup: $(READY)
	@$(BIN)/python -m compileall -q agent engine evals knowledge ui

$(READY): pyproject.toml constraints.txt engine/weights.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Rushes needs Python 3.11 or newer: install it (on Debian: apt install python3 python3-venv) or name it with make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python lacks venv: install it (on Debian: apt install python3-venv) and run make again." >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@$(BIN)/python -c 'import torch' 2>/dev/null || $(MAKE) --no-print-directory torch
	@echo "Installing Rushes and what it stands on"
	@# compat: a line in a .pth file, where the default loads a finder of its own at each start of Python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --config-settings editable_mode=compat -e '.[dev]'
	@echo "Fetching the preview weights, the sample clips and the guide's sentence net (about 295 MB)"
	@$(BIN)/python -m engine.weights pull preview footage guide
	@touch $(READY)

# pip is asked first which build of torch it would take: where it names CUDA packages the artist learns the size before it is fetched.
.PHONY: torch
torch:
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --dry-run --report $(VENV)/torch.json -c constraints.txt torch
	@if grep -q '"name": *"nvidia-' $(VENV)/torch.json; \
	  then echo "Fetching torch: pip offers the CUDA build here, about 2.6 GB (5.4 GB on disk). For the CPU build point pip at PyTorch's CPU wheels first."; \
	  else echo "Fetching torch: the CPU build, about 200 MB (700 MB on disk)"; fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch

demo: setup
	@$(BIN)/rushes demo --out $(OUT)

# Two processes, a file to each: nearly half the time on two cores.
test: setup
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-slow: setup
	@$(BIN)/python -m pytest -m slow --timeout 1800

lint: setup
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/python -m knowledge docs --check

ui: setup
	@$(BIN)/rushes ui

# The benchmarks whose figures stand in evals/bench; each prints its table and fails below its bound.
bench: setup
	@for b in preview cuts memory kill; do $(BIN)/python -m evals.bench.$$b || exit 1; done
	@$(BIN)/python -m pytest -m bench

# The suites, each beside its baselines; CI holds those of evals/floors.toml to their floors.
eval: setup
	@$(BIN)/rushes eval

clean:
	rm -rf $(VENV) out build *.egg-info
