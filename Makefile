# alexnet: build, run, test, install. `make help` lists the targets.

PREFIX ?= /usr/local
DESTDIR ?=
.DEFAULT_GOAL := help

# The files that the installed program reads, if they exist in this checkout. (/dev/null keeps `find`
# from listing the whole folder if none do.)
RESOURCES := Lessons Golden Trained README.md LICENSE NOTICE
BIN := $(DESTDIR)$(PREFIX)/bin
SHARE := $(DESTDIR)$(PREFIX)/share/alexnet

# Where shells look for completions. The program writes them itself.
BASH := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSH := $(DESTDIR)$(PREFIX)/share/zsh/site-functions
FISH := $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d

# An installed program should run without a toolchain. Swift is part of Darwin; on
# Linux the library is linked statically, if the toolchain includes its static form. (The linker's
# warning about mktemp then comes from Foundation.)
TOOLCHAIN = $(shell swift -print-target-info 2>/dev/null | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
STATIC = $(if $(wildcard $(TOOLCHAIN)_static/linux),--static-swift-stdlib)

# The program that is installed, and how it's built. Tests set both, to install the one they were built with.
PROGRAM := .build/release/alexnet
BUILD = swift build -c release --product alexnet $(STATIC)

# MPI=1 adds training by many processes: a second build, below .build-mpi.
MPI ?=
ifeq ($(MPI),1)
TRAITS := --scratch-path .build-mpi --traits OneDNN,Jupyter,MPI
endif

# Python and what tests need of it, in a place of its own; the same for the programs of `make bench`.
PYTHON := .build/python
PEERS := .build/peers

# The browser that prints the lessons.
CHROMIUM ?= chromium

.PHONY: help setup check run build test fuzz mutants python browser snapshots peers bench lint format docs site pdf install uninstall clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install missing system packages
	@Scripts/setup $(if $(filter 1,$(MPI)),--mpi)

check: setup ## type-check every module of Sources at once, without building: seconds
	@Scripts/check

run: build ## build, then open the notebook
	@.build/release/alexnet

build: setup ## build the program, optimized: .build/release/alexnet (MPI=1: .build-mpi/release/alexnet, for mpirun)
	@swift build -c release --product alexnet $(TRAITS) </dev/null

test: setup python ## run every test (MPI=1: also those under mpirun, with a second build)
	@MPI=$(MPI) Scripts/test

fuzz: setup ## run 5,000 mutated inputs through the program, and as many mutated weight files, images and shards
	@ALEXNET_FUZZ=5000 Scripts/test --filter "ProgramFuzzTests|MutatedFileTests|MutatedImageTests|MutatedShardTests"

mutants: ## plant hundreds of mistakes in the engines, and list those the golden cases miss (half an hour)
	@Scripts/mutants

# Tests convert lessons with Jupytext, unpack CIFAR-10 with NumPy and Pillow, run Jupyter's own tests of a
# kernel, type into its console, open JupyterLab in a browser, click figures there, and check the
# course's web site with axe-core. Debian's Jupytext is too old, so they come
# from PyPI, into a separate folder. If they can't be installed, the tests that need them are skipped.
python: ## install the Python packages that tests need, below .build
	@$(PYTHON)/bin/python -c 'import jupytext, numpy, PIL, jupyter_kernel_test, jupyterlab, jupyter_console, pexpect, nbconvert, selenium, axe_core_python' 2>/dev/null || { \
	  python3 -m venv $(PYTHON) && $(PYTHON)/bin/pip install --quiet --disable-pip-version-check \
	  'jupytext>=1.19.4' numpy pillow 'jupyter_kernel_test>=0.7' \
	  'jupyterlab>=4' jupyter-console pexpect nbconvert 'selenium>=4.20' axe-core-python; } </dev/null || \
	  echo "note: Jupytext, NumPy, Pillow, Jupyter's packages, pexpect and Selenium can't be installed; the tests that need them are skipped"

browser: ## install Chromium, in which tests click figures; without it they are skipped (not on macOS)
	@Scripts/setup --browser

snapshots: setup ## re-record the texts in Tests/Snapshots, with which tests compare what people see
	@ALEXNET_SNAPSHOTS=record Scripts/test --filter '^SnapshotTests[.]'
	@git --no-pager diff --stat -- Tests/Snapshots

peers: ## install OpenVINO, ONNX Runtime, TensorFlow and PyTorch below .build, for make bench
	python3 -m venv $(PEERS)
	@# On Linux PyPI's PyTorch is built for CUDA, and several times as large. It is the fallback.
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check --retries 1 --no-deps \
	  --index-url https://download.pytorch.org/whl/cpu $$(grep '^torch==' Benchmarks/peers/requirements.txt) || true
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check -r Benchmarks/peers/requirements.txt

bench: build ## measure start-up, the prompt's layers, and training, next to other programs: see make peers
	swift build -c release --product StartUp </dev/null
	.build/release/StartUp .build/release/alexnet
	.build/release/alexnet bench --engine reference
	@if [ -z "$$ALEXNET_PYTHON" ] && [ -x $(PEERS)/bin/python ]; then export ALEXNET_PYTHON=$(PEERS)/bin/python; fi; \
	if command -v python3 >/dev/null; then \
	  python3 Benchmarks/compare.py .build/release/alexnet --output Benchmarks/results/peers.md; \
	else .build/release/alexnet bench --network alexnet-cifar10; fi

lint: ## check the formatting of the sources, and the words of everything people read
	swift format lint --strict --recursive Sources Tests Benchmarks Examples Package.swift
	@Scripts/prose

format: ## format the sources in place
	swift format --in-place --recursive Sources Tests Benchmarks Examples Package.swift

docs: ## build the library's API documentation: .build/documentation
	@mkdir -p .build/documentation
	@for target in Tensors Layers ReferenceEngine Networks; do \
	  WITH_DOCC=1 swift package --allow-writing-to-directory .build/documentation generate-documentation \
	    --target $$target --output-path .build/documentation/$$target --warnings-as-errors || exit 1; \
	done

site: build ## write the course as a web site: .build/site
	@.build/release/alexnet lesson site .build/site --overwrite

pdf: site ## print the site's lessons as PDF files, with Chromium: .build/pdf
	@command -v "$(CHROMIUM)" >/dev/null || { \
	  echo "make pdf needs Chromium: make browser installs it, or set CHROMIUM" >&2; exit 1; }
	@rm -rf .build/pdf && mkdir -p .build/pdf
	@for page in .build/site/[0-9]*.html; do \
	  name=$$(basename "$$page" .html); \
	  "$(CHROMIUM)" --headless=new --no-sandbox --disable-gpu --no-pdf-header-footer \
	    --print-to-pdf=".build/pdf/$$name.pdf" "file://$(CURDIR)/$$page" >/dev/null 2>&1; \
	  [ -s ".build/pdf/$$name.pdf" ] || { echo "Chromium could not print $$page" >&2; exit 1; }; \
	done
	@echo "written: .build/pdf"

install: setup ## install under PREFIX (/usr/local; without sudo: make install PREFIX=$HOME/.local)
	$(BUILD) </dev/null
	install -d "$(BIN)" "$(SHARE)"
	install -m 755 "$(PROGRAM)" "$(BIN)/alexnet"
	@# Lessons and cases that an older version installed and this one no longer has must go.
	@cd "$(SHARE)" && rm -rf $(RESOURCES)
	@set -e; find $(wildcard $(RESOURCES)) /dev/null -type f ! -name '*.py' ! -name '*.pyc' ! -name '.*' | \
	while IFS= read -r file; do \
	  install -d "$(SHARE)/$$(dirname "$$file")"; \
	  install -m 644 "$$file" "$(SHARE)/$$file"; \
	done
	@install -d "$(BASH)" "$(ZSH)" "$(FISH)"
	@"$(PROGRAM)" --generate-completion-script bash >"$(BASH)/alexnet"
	@"$(PROGRAM)" --generate-completion-script zsh >"$(ZSH)/_alexnet"
	@"$(PROGRAM)" --generate-completion-script fish >"$(FISH)/alexnet.fish"
	@"$(PROGRAM)" jupyter install --prefix "$(DESTDIR)$(PREFIX)" --program "$(PREFIX)/bin/alexnet" >/dev/null
	@echo "installed $(BIN)/alexnet, its files in $(SHARE), completions for bash, zsh and fish, and a Jupyter kernel"

uninstall: ## remove what `make install` put under PREFIX
	rm -f "$(BIN)/alexnet" "$(BASH)/alexnet" "$(ZSH)/_alexnet" "$(FISH)/alexnet.fish"
	rm -rf "$(DESTDIR)$(PREFIX)/share/jupyter/kernels/alexnet"
	@[ ! -d "$(SHARE)" ] || { cd "$(SHARE)" && rm -rf $(RESOURCES); }
	@rmdir "$(SHARE)" 2>/dev/null || [ ! -e "$(SHARE)" ] || \
	  echo "note: $(SHARE) has other files, so it stays"

clean: ## remove all build products
	rm -rf .build .build-mpi
