# Every target delegates to a short script under deploy/dev; `make help` lists them.

# Where `make install` puts the programs. deploy/allmended.service and deploy/Containerfile name the same place.
PREFIX := /usr/local
DESTDIR :=

.DEFAULT_GOAL := help
.PHONY: help demo run test packages build install protos schema lint interop bench figures soak check-long clean

help: ## lists these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## three municipalities found a consortium, report usage, settle a year, and an auditor checks it
	@deploy/dev/demo

run: build ## leaves a server with the demo's data in the foreground and says what to try
	@deploy/dev/run

test: packages ## builds and runs all tests, against a PostgreSQL of their own
	@deploy/dev/test

packages: ## installs the Debian packages that are missing (as root or through sudo)
	@deploy/dev/packages build protos database

build: packages ## builds the server and the command line in release mode
	@deploy/dev/build

# What a shell completes, as the command line itself writes it: $(call completion,SHELL,FILE).
completion = .build/release/allmende --generate-completion-script $(1) | \
	install -D -m 0644 /dev/stdin '$(DESTDIR)$(PREFIX)/share/$(2)'

install: build ## copies the programs to PREFIX/bin, the unit and the shells' completions beside it, under DESTDIR
	install -D -t '$(DESTDIR)$(PREFIX)/bin' .build/release/allmended .build/release/allmende
	$(call completion,bash,bash-completion/completions/allmende)
	$(call completion,zsh,zsh/site-functions/_allmende)
	$(call completion,fish,fish/vendor_completions.d/allmende.fish)
	install -D -m 0644 -t '$(DESTDIR)$(PREFIX)/lib/systemd/system' deploy/allmended.service

protos: packages ## generates the code under Sources and Tests anew from Protos/
	@Protos/generate

schema: packages ## writes docs/schema.sql anew from the migrations
	@deploy/dev/schema

lint: ## checks format, scripts, protos and the systemd unit; the rules on code are tests (TidyTests)
	@deploy/dev/lint

interop: build ## calls the server with stock clients, and stock servers with our client; verifies an export
	@deploy/dev/interop

bench: ## measures the server beside its yardsticks (docs/benchmarks.md), in minutes
	@deploy/dev/bench

figures: ## writes the figures that `make bench` measured last into the README
	@deploy/dev/figures

soak: build ## hostile peers (SOAK_SECONDS), ends of server and database under usage, a million changes under exports
	@deploy/dev/soak-connections
	@deploy/dev/soak-usage
	@deploy/dev/soak-exports

check-long: build ## what takes longer: Thread Sanitizer, testssl.sh, the README's calls from Go and Java
	@deploy/dev/check-long

clean: ## stops the private PostgreSQL and removes all that was made
	@deploy/dev/clean
