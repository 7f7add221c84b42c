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

# Runs a command with the PostgreSQL servers that LOCKKEEPER_TEST_PG names: a list (`13,18`), `all`, or `none`.
# Without them what is proven on a server has nothing to do.
with_servers() {
  local servers=${LOCKKEEPER_TEST_PG:-17}
  [ "$(uname -sm)" = 'Linux x86_64' ] || servers=none
  if [ "$servers" = none ]; then
    say 'no PostgreSQL: proofs are skipped'
    "$@"
  else
    "$root/.ci/postgres" run "$servers" "$@"
  fi
}
