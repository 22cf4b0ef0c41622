# `make up` runs the platform on this machine, `make test` proves it. `make help` lists the rest.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
STAMPS := .stamps
CARGO := cd rust_core && cargo
export CARGO_TARGET_DIR ?= $(CURDIR)/rust_core/target
export PATH := $(CURDIR)/$(BIN):$(PATH)
export VIRTUAL_ENV := $(CURDIR)/.venv

MEMBERS := proto services/common services/gateway services/trading services/risk services/execution services/marketdata services/analytics services/clickhouse services/forecast operator
RUST_SOURCES := $(shell find rust_core/crates proto/cift -type f \( -name '*.rs' -o -name '*.toml' -o -name '*.proto' -o -name '*.pyi' \)) rust_core/Cargo.toml rust_core/Cargo.lock
WEB_SOURCES := $(shell find services/web -type f -not -path '*/node_modules/*' -not -path '*/dist/*')

.PHONY: help up down cluster cluster-down images test test-long fuzz test-cluster audit lint format proto generate bench lock setup clean

help: ## List what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

up: setup ## Run the platform on this machine (ARGS="--detach --feed replay:PATH")
	@cift up $(ARGS)

down: ## Stop it (ARGS=--purge forgets its data)
	@if [ -x $(BIN)/cift ]; then cift down $(ARGS); else echo "nothing was ever started here"; fi

cluster: ## A throw-away Kubernetes on this machine (MODE=full as root, or control, kwok)
	@scripts/cluster/up.sh && scripts/cluster/context.sh add

cluster-down: ## Remove it without a trace
	@scripts/cluster/context.sh remove && scripts/cluster/down.sh

images: setup ## Container images of the platform, onto the node of `make cluster` too
	@images/build.sh

test: setup ## Everything that must hold; only=NAME for one part (core, common, trading, risk, …)
	@scripts/test.sh $(only)

test-long: setup ## The slow proofs: many kills, long properties
	@CIFT_TEST_LONG=1 scripts/test.sh $(only)

fuzz: ## Every Rust fuzz target for 60 s each (SECONDS=…), from the kept corpus
	@scripts/fuzz.sh $(or $(SECONDS),60)

test-cluster: setup ## The platform on a real node (root on Debian), or on the cluster that KUBECONFIG names; only=smoke is short
	@scripts/test_cluster.sh $(only)

lint: setup ## Format, lint, types, contracts, layers
	@scripts/lint.sh

format: setup ## Write the one format
	@ruff format -q . && ruff check -q --fix . && (cd rust_core && cargo fmt --all)

proto: setup ## Generate proto/cift_proto from the contracts
	@python scripts/generate_proto.py

generate: setup ## Generate the CRD, the chart's schema and the reference from the models
	@python scripts/generate_api.py

bench: setup ## Print the tables that README and docs quote; only=NAME for one
	@scripts/bench.sh $(only)

observers: setup ## Build what `cift up --observability` runs, where it is not on PATH (minutes, once)
	@python -m cift_operator.local.go_programs prometheus alertmanager jaeger

audit: setup ## Known vulnerabilities and licences of what is depended on (asks public databases)
	@scripts/audit.sh

lock: ## Pin versions and hashes anew into requirements.lock
	@uv lock --upgrade && uv export --quiet --no-emit-workspace --no-header --format requirements.txt -o requirements.lock

setup: $(STAMPS)/python $(STAMPS)/rust $(STAMPS)/web

$(STAMPS)/system:
	@mkdir -p $(STAMPS) && scripts/system.sh && touch $@

$(STAMPS)/python: requirements.lock pyproject.toml $(MEMBERS:%=%/pyproject.toml) | $(STAMPS)/system
	@echo "setting up Python in .venv"
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	@$(BIN)/uv pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps $(MEMBERS:%=-e %)
	@touch $@

$(STAMPS)/rust: $(RUST_SOURCES) $(STAMPS)/python
	@echo "building the Rust core (a few minutes the first time)"
	@$(CARGO) build --quiet --release --locked -p cift-matcher
	@cd rust_core/crates/python && maturin develop --quiet --release --locked
	@touch $@

$(STAMPS)/web: $(WEB_SOURCES) | $(STAMPS)/system
	@echo "building the terminal"
	@cd services/web && npm ci --silent --ignore-scripts --no-audit --no-fund && npm run --silent build
	@touch $@

clean: ## Remove what was built; platforms' data stays
	@rm -rf .venv $(STAMPS) rust_core/target services/web/dist services/web/node_modules
