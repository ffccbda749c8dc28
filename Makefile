# The commands of this repository. Everything they write is in .countersign/ and in the per-user cache of tools.
.PHONY: up preview down env verify lint test unit components package integration interop nodes real real-charts soak docs schema bench scale help

help:
	@echo "make up           deploy stack dev on a local control plane (or on KUBECONFIG's cluster) and verify it"
	@echo "make env          print what a shell needs for Pulumi and kubectl on it: eval \"\$$(make env)\""
	@echo "make preview      show what make up would change"
	@echo "make down         remove it again"
	@echo "make verify       verify it again"
	@echo "make test         lint, unit, component, package, integration and interop tests"
	@echo "make nodes        unit and package tests on the versions of Node in NODES"
	@echo "make real-charts   assemble the real charts in REAL=<folder> from git snapshots in SNAPSHOTS=<folder>"
	@echo "make real          compare the stand-ins and our assumptions with the real charts in REAL=<folder>"
	@echo "make soak         kill make up at KILLS=100 moments, search for keys, read INPUTS=100000; PART=, SEED="
	@echo "make docs         put the reports of the integration tests into docs/reports, and make schema"
	@echo "make schema       write docs/configuration.md and config/schema.json from the schemas in config/"
	@echo "make bench        measure start-up, preview and up; \"make bench scale\" many parties, which takes long; ONLY="

# The stamp is created last, so an interrupted installation is repeated.
installed := node_modules/.countersign-installed
$(installed): package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

up: $(installed)
	@node --import tsx local/dev/main.ts up

preview: $(installed)
	@node --import tsx local/dev/main.ts preview

down: $(installed)
	@node --import tsx local/dev/main.ts down

env: $(installed)
	@node --import tsx local/dev/main.ts env

verify: $(installed)
	@eval "$$(node --import tsx local/dev/main.ts env)" && node cli/countersign.cjs verify --stack dev

# One process for all parts, so that integration and interop tests share a control plane.
test: $(installed)
	@node --import tsx test/run.ts lint unit components package integration interop

lint unit components package integration interop: $(installed)
	@node --import tsx test/run.ts $@

# Each version of Node comes from npm, into .countersign/nodes.
NODES ?= 20.20.2 22.23.3 24.21.0
nodes: $(installed)
	@node --import tsx test/nodes.ts $(NODES)

# Not part of `make test`, which needs nothing but this repository: see test/real/README.md.
real-charts: $(installed)
	@node --import tsx test/real/assemble.ts --snapshots "$(SNAPSHOTS)" --to "$(REAL)"

real: $(installed)
	@COUNTERSIGN_REAL="$(abspath $(REAL))" node --import tsx test/run.ts real

# Takes hours: see CONTRIBUTING.md.
soak: $(installed)
	@node --import tsx test/soak/main.ts --part "$(PART)" --seed "$(SEED)" --kills "$(KILLS)" --inputs "$(INPUTS)"

docs: $(installed) schema
	@node --import tsx docs/generate.ts

schema: $(installed)
	@node --import tsx docs/configuration.ts

# `make bench scale` measures many parties only, which takes long; ONLY="releases" measures only what it names.
bench: $(installed)
	@node --import tsx bench/main.ts $(or $(ONLY),$(filter scale,$(MAKECMDGOALS)))

scale: bench
