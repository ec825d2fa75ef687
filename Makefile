# Each target installs what it misses from Debian, as root or through sudo.
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
# Where rustup puts cargo; a shell that was open before does not know it.
export PATH := $(HOME)/.cargo/bin:$(PATH)
# Arguments for the kiosk: make run ARGS="--config my.toml"
ARGS ?=
# How many visits the benchmark ends.
VISITS ?= 1000

# How many kiosks the simulator runs.
KIOSKS ?= 1000

# How long each fuzz target runs.
SECONDS ?= 600

.PHONY: help run test soak fuzz lint types bench simulate package package-test clean

help:
	@echo 'make run     opens the kiosk on its practice chat; without a display, plays a whole visit and keeps pictures'
	@echo '             ARGS="--config FILE" gives the kiosk arguments'
	@echo 'make test    form, lints, types of the pages, and all tests; needs no display'
	@echo 'make soak    the long tests: every fault at every step, 200 visits, 100 power cuts; an hour and more'
	@echo 'make fuzz    feeds what reads other people'"'"'s input (addresses, events, reports, the configuration) and the visit'
	@echo '             machine with whatever breaks them, SECONDS=600 each; installs cargo-fuzz in target/tools'
	@echo 'make lint    form and lints alone'
	@echo 'make types   writes ui/types anew from the Rust types, and checks the pages against them'
	@echo 'make bench   builds the release and measures starts, clears and resets (VISITS=1000); needs no display'
	@echo 'make simulate runs a fleet of KIOSKS=1000 in one process against a real broker, and measures; needs no display'
	@echo 'make package builds target/package/support-kiosk_VERSION_ARCH.deb, and an .rpm where there is rpmbuild'
	@echo 'make package-test installs it on a fresh Debian 12, uses, upgrades and removes it; as root'
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

bench:
	@scripts/need rust build stage
	cargo build --release --package support-kiosk
	cargo build --package kiosk-tests
	KIOSK_BIN=$(CURDIR)/target/release/support-kiosk target/debug/bench $(VISITS)

simulate:
	@scripts/need rust build stage
	cargo build --workspace --bin simulate
	target/debug/simulate $(KIOSKS)

package:
	@scripts/need rust build package
	@packaging/build

package-test:
	@scripts/need rust build package-test
	@packaging/test/run

clean:
	cargo clean
	rm -rf node_modules
