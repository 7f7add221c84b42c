# `make test` is what CI runs. It installs what it needs, from package registries, into the checkout and Rust's
# own folders.

.PHONY: help test check fmt setup lint unit wasm oracle weigh prove prove-frameworks corpora findings docs docs-check bench fuzz clean \
	playground playground-test playground-build

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make test     everything: formatting, clippy, all tests with PostgreSQL 17, wasm parity, PostgreSQL's own parser, weight
test: setup lint unit wasm oracle weigh

## make check    the quick loop: type check and unit tests of core
check:
	cargo check --workspace --all-targets
	cargo test -p lockkeeper-core --lib --quiet

## make fmt      format all Rust code
fmt:
	cargo fmt --all

setup:
	@.ci/setup

## make lint     formatting, clippy, dependency bans
lint: setup
	@.ci/lint

## make unit     all Rust tests, proofs on PostgreSQL 17 (LOCKKEEPER_TEST_PG=13,18 for others, none for none)
unit: setup
	@.ci/unit

## make wasm     build for node, weigh, compare with the native program
wasm: setup
	@.ci/wasm test

## make playground  serve the page that reviews in the browser, while it is changed
playground: setup
	@.ci/playground serve

playground-build: setup
	@.ci/playground build

## make playground-test  build the page and use it in headless Chromium
playground-test: setup
	@.ci/playground test

## make oracle   compare our reading of SQL with PostgreSQL's own parser
oracle: setup
	@.ci/oracle test

## make weigh    build the program as a release has it; its size, the time to a posted review, its memory
weigh: setup
	@.ci/weigh

## make prove    every claim, 100,000 random statements and LOCKKEEPER_CORPORA on each of PostgreSQL 13 to 18
prove: setup
	@.ci/prove

## make prove-frameworks  run the real migration tools and compare what a server sees with what is recorded
prove-frameworks:
	@.ci/prove-frameworks

## make corpora  what we grasp of the *.sql files below LOCKKEEPER_CORPORA
corpora: setup
	@.ci/oracle corpora

## make findings  what is found in the projects below LOCKKEEPER_CORPORA, by rule and project
findings:
	cargo run --release --quiet -- debug findings "$(LOCKKEEPER_CORPORA)"

## make docs     write docs/rules from the rules' pages
docs:
	cargo run --quiet -- debug docs

## make docs-check  docs/rules is fresh and no link in any .md is dead (part of make unit)
docs-check:
	cargo run --quiet -- debug docs --check

## make bench    time per byte beside sqlparser's own, and growth
bench:
	cargo bench -p lockkeeper-core --bench reading
	cargo bench -p lockkeeper-core --bench code

## make fuzz     fuzz the reader and the review for a minute each (needs cargo-fuzz and a nightly toolchain)
fuzz:
	cd fuzz && cargo +nightly fuzz run read_total -- -max_total_time=60
	cd fuzz && cargo +nightly fuzz run review_total -- -max_total_time=60

clean:
	cargo clean
	rm -rf .cache core/tests/oracle/node_modules wasm/playground/node_modules wasm/playground/dist wasm/playground/dist-offline wasm/playground/engine
