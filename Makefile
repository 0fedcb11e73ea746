# Thin doors: each target does its own set-up and calls one command.
SHELL := /bin/bash
.DEFAULT_GOAL := help
ARGS ?=
setup := scripts/setup/setup.sh
# Only asked how it is called: nothing need be there yet.
set_up := $(if $(findstring --help,$(ARGS)),:,$(setup))
run := PATH="$$(scripts/setup/node.sh):$$PATH"

.PHONY: help setup demo dev test check bench synth plan review apply drift cost bootstrap dlq \
	build push deploy-staging promote rollback status verify diff cool logs unlock
help: ## what there is to call
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## packages, Python venv, dashboard
	@$(setup)

demo: ## the main job on real data, end to end (ARGS=--exit; ARGS="--data FILE --label C --entity C --time C"; ARGS=--help)
	@scripts/setup/node.sh >/dev/null
	@$(run) node scripts/src/demo/check-arguments.ts $(ARGS)
	@$(set_up)
	@$(run) MAKE_PID=$$PPID exec node scripts/src/demo/main.ts $(ARGS)

dev: ## the platform up on loopback; data kept in .foretell/
	@$(set_up)
	@$(run) exec node local/src/main.ts $(ARGS)

test: ## every test; ends with N passed, N failed, N skipped
	@$(setup) test
	@$(run) exec node scripts/src/test.ts $(ARGS)

check: ## types, lint, format, unused code, import rules
	@$(setup)
	@$(run) npm run --silent check

bench: ## the benchmarks beside their peers (ARGS=serving for one, ARGS=--help)
	@$(set_up) bench
	@$(run) exec node bench/src/main.ts $(ARGS)

synth: ## Terraform JSON of every stack in cdktf.out/
	@$(setup)
	@$(run) exec node --disable-warning=DEP0044 infra/src/main.ts

plan: ## saved Terraform plans and one review of them (ENV=staging, STACKS="edge compute" for some)
	@$(setup)
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts plan "$(ENV)" $(STACKS) $(ARGS)

review: ## the Markdown review of given `terraform show -json` files (PLANS="a.json b.json")
	@$(setup) >&2
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts review $(PLANS) $(ARGS)

apply: ## the saved plans of this very commit, and no others (ENV=staging)
	@$(setup)
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts apply "$(ENV)" $(ARGS)

drift: ## whether what runs is still what is written; 2 when it is not (ENV=staging)
	@$(setup)
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts drift "$(ENV)"

cost: ## a monthly estimate (ENV=staging)
	@$(setup)
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts cost "$(ENV)"

dlq: ## messages that could not be handled (ARGS="list", "show imports", "redrive imports"; ENV=staging, none: make dev's)
	@$(setup) >&2
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts dlq "$(ENV)" $(ARGS)

bootstrap: ## the bucket of Terraform's states in an account (ENV=staging)
	@$(setup)
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts bootstrap "$(ENV)"

# An image with an attestation beside it is an index, which neither Lambda nor ECR's basic scan takes.
build: ## the images of a commit, exactly as in git (ARGS="--commit SHA")
	@$(setup) >&2
	@$(run) BUILDX_NO_DEFAULT_ATTESTATIONS=1 exec node --disable-warning=DEP0044 scripts/src/main.ts build $(ARGS)

push: ## the images to ECR, and their digests (ENV=staging)
	@$(setup) >&2
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts push "$(or $(ENV),staging)" $(ARGS)

deploy-staging: ## a commit live and verified on staging, or what was live stays (ARGS="--commit SHA --dry-run --json")
	@$(setup) >&2
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts deploy-staging $(ARGS)

promote: ## the images that staging verified last, byte for byte, to production (ARGS=--yes in CI)
	@$(setup) >&2
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts promote $(ARGS)

rollback: ## back on the build before, at once (ENV=production, ARGS="--yes --warm --force")
	@$(setup) >&2
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts rollback "$(ENV)" $(ARGS)

status: ## what is live, what stands by, where a rollback goes and how long it takes
	@$(setup) >&2
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts status $(ENV) $(ARGS)

verify: ## whether what runs is what the ledger says, to the digest (ENV=staging)
	@$(setup) >&2
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts verify "$(ENV)" $(ARGS)

diff: ## what a release of a commit would change (ENV=staging, ARGS="--commit SHA")
	@$(setup) >&2
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts diff "$(ENV)" $(ARGS)

cool: ## stops a standby that was kept warm long enough (ENV=staging, ARGS="--warm-hours 24")
	@$(setup) >&2
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts cool "$(ENV)" $(ARGS)

logs: ## what the services have logged (ENV=staging, ARGS="backend --minutes 30")
	@$(setup) >&2
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts logs "$(ENV)" $(ARGS)

deploy-local: ## two releases and a rollback on this machine, with Docker and without AWS (ARGS=--exit)
	@$(setup)
	@$(run) exec node --disable-warning=DEP0044 scripts/src/local-cloud/main.ts $(ARGS)

unlock: ## takes the release lock away from a run that is dead (ENV=staging)
	@$(setup) >&2
	@$(run) exec node --disable-warning=DEP0044 scripts/src/main.ts unlock "$(ENV)" $(ARGS)
