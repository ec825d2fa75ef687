# Each target installs what it misses from Debian, as root or through sudo.
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
# Where rustup puts cargo; a shell that was open before does not know it.
export PATH := $(HOME)/.cargo/bin:$(PATH)
# Arguments for the kiosk: make run ARGS="--config my.toml"
ARGS ?=
# What the benchmark reads of the environment: how much is measured. Each can be given to make too: make bench VISITS=200
BENCH := ROUNDS SETTLE CLEARS RESETS NOTICES CRASHES VISITS RENEW IDLE ROWS
bench_variables = $(foreach name,$(BENCH),$(if $($(name)),BENCH_$(name)='$($(name))'))

# How many kiosks the simulator runs.
KIOSKS ?= 1000

# How long each fuzz target runs.
SECONDS ?= 600

.PHONY: help run test soak fuzz lint types bench bench-slow simulate package package-test clean

help:
	@echo 'make run     opens the kiosk on its practice chat; without a display, plays a whole visit and keeps pictures'
	@echo '             ARGS="--config FILE" gives the kiosk arguments'
	@echo 'make test    form, lints, types of the pages, and all tests; needs no display'
	@echo 'make soak    the long tests: every fault at every step, 200 visits, 100 power cuts; an hour and more'
	@echo 'make fuzz    feeds what reads other people'"'"'s input (addresses, events, reports, the configuration) and the visit'
	@echo '             machine with whatever breaks them, SECONDS=600 each; installs cargo-fuzz in target/tools'
	@echo 'make lint    form and lints alone'
	@echo 'make types   writes ui/types anew from the Rust types, and checks the pages against them'
	@echo 'make bench   builds the release and measures it beside chromium, surf and MiniBrowser; some hours, or less:'
	@echo '             ROUNDS=7 SETTLE=30 CLEARS=10000 RESETS=50 NOTICES=50 CRASHES=15 VISITS=2000 RENEW=500 IDLE=600, and'
	@echo '             ROWS="start clear reset notice crash core growth idle size" for some of it; needs no display'
	@echo 'make bench-slow  the same, shorter, with half a core and 1 GB for each program'
	@echo 'make simulate runs a fleet of KIOSKS=1000 in one process against a real broker, and measures; needs no display'
	@echo 'make package builds target/package/support-kiosk_VERSION_ARCH.deb, and an .rpm where there is rpmbuild'
	@echo 'make package-test builds it, installs it on a fresh Debian 12, uses, upgrades and removes it; as root'
	@echo 'make clean   removes everything that was built'

run:
	@scripts/need rust build
	@scripts/run $(ARGS)

test:
	@scripts/need rust build stage pages
	@scripts/test

soak:
	@scripts/need rust build stage
	cargo build --workspace
	cargo test --workspace --test faults --test next_person --test power_cut --test monkey -- --ignored --test-threads=1

fuzz:
	@scripts/need rust build
	@SECONDS_EACH=$(SECONDS) scripts/fuzz

lint:
	@scripts/need rust build
	cargo fmt --all --check
	cargo clippy --quiet --workspace --all-targets -- --deny warnings

types:
	@scripts/need rust build pages
	UPDATE_TYPES=1 cargo test --quiet --package kiosk-core types
	@scripts/check-pages

bench: bench-built
	cargo bench --package kiosk-core
	$(bench_variables) KIOSK_BIN=$(CURDIR)/target/release/support-kiosk target/debug/bench

# The core is not measured again: criterion's figures are of one thread that nobody holds back.
bench-slow: bench-built
	BENCH_SLOW=1 $(bench_variables) KIOSK_BIN=$(CURDIR)/target/release/support-kiosk target/debug/bench

# Programs to compare with that cannot be installed are left out by name; so is the package.
.PHONY: bench-built
bench-built:
	@scripts/need rust build stage
	@scripts/need peers || true
	cargo build --release
	@if scripts/need package; then packaging/build; fi
	cargo build --package kiosk-tests

simulate:
	@scripts/need rust build stage
	cargo build --workspace --bin simulate
	target/debug/simulate $(KIOSKS)

package:
	@scripts/need rust build package
	@packaging/build

# An old package would tell nothing.
package-test: package
	@scripts/need rust build package-test
	@packaging/test/run

clean:
	cargo clean
	rm -rf node_modules
