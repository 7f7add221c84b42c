# Shared by the scripts of this folder: where downloads are kept, how to say things.
# shellcheck shell=bash

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Everything that is downloaded or built once; safe to delete. LOCKKEEPER_CACHE lets several checkouts share one.
cache=${LOCKKEEPER_CACHE:-$root/.cache}
mkdir -p "$cache"

say() { printf '%s\n' "$*" >&2; }

die() {
  say "${0##*/}: $*"
  exit 2
}

need() { command -v "$1" >/dev/null || die "\`$1\` is needed: $2"; }

# The PostgreSQL versions that tests run on: LOCKKEEPER_TEST_PG, a list (`13,18`), `all`, or `none`.
postgres_versions() {
  if [ "$(uname -sm)" = 'Linux x86_64' ]; then echo "${LOCKKEEPER_TEST_PG:-17}"; else echo none; fi
}

# Runs a command with servers of those versions. Without them what needs a server has nothing to do.
with_servers() {
  local versions
  versions=$(postgres_versions)
  if [ "$versions" = none ]; then
    say 'no PostgreSQL: what needs a server is skipped'
    "$@"
  else
    "$root/.ci/postgres" run "$versions" "$@"
  fi
}

# The source of the standard library is there, or can be had: to compile it as small as our own code.
standard_library() { [ -d "$(rustc --print sysroot)/lib/rustlib/src" ] || rustup component add rust-src; }
