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
