#!/usr/bin/env bash
# The action: finds the program for this runner and runs `lockkeeper review` with the action's inputs.
#
# The program comes from, in this order: the input `binary`; a build of the action's own source where the input `build`
# asks for it; bin/<target> in the action's tree, where releases have it; the runner's tool cache; the release. What
# comes from the last two is used only if its SHA-256 is the one in the action's own SHA256SUMS.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
releases=https://github.com/lockkeeper/lockkeeper/releases/download

fail() {
  echo "::error title=Lockkeeper::$1"
  exit 2
}

case "${RUNNER_OS:-$(uname -s)}" in
  Linux) system=unknown-linux-musl suffix='' ;;
  macOS | Darwin) system=apple-darwin suffix='' ;;
  Windows | MINGW* | MSYS*) system=pc-windows-msvc suffix=.exe ;;
  *) fail "there is no program for this system; give one with the input binary" ;;
esac
case "${RUNNER_ARCH:-$(uname -m)}" in
  X64 | x86_64 | amd64) target=x86_64-$system ;;
  ARM64 | aarch64 | arm64) target=aarch64-$system ;;
  *) fail "there is no program for this processor; give one with the input binary" ;;
esac
asset=lockkeeper-$target$suffix

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d' ' -f1 | tr -dc 0-9a-f
}

expected() {
  [ -f "$root/SHA256SUMS" ] || return 0
  awk -v name="$asset" '$2 == name || $2 == "*" name { print $1 }' "$root/SHA256SUMS"
}

is_ours() {
  [ -f "$1" ] && [ -n "$2" ] && [ "$(sha256 "$1")" = "$2" ]
}

build() {
  command -v cargo >/dev/null || fail "the input build needs cargo on the runner"
  local folder=${RUNNER_TEMP:-/tmp}/lockkeeper-build
  CARGO_TARGET_DIR=$folder cargo build --release --locked --quiet --package lockkeeper \
    --manifest-path "$root/Cargo.toml" >&2 || fail "the action's source can't be built on this runner"
  echo "$folder/release/lockkeeper$suffix"
}

download() {
  local sum cached new
  sum=$(expected)
  [ -n "$sum" ] || fail "this version of the action has no program in its tree and no checksum of a released one: use a \
released version (a tag, or the commit of one), or set the input build to true"
  cached=${RUNNER_TOOL_CACHE:-${RUNNER_TEMP:-/tmp}}/lockkeeper/$LOCKKEEPER_VERSION/$target/lockkeeper$suffix
  if ! is_ours "$cached" "$sum"; then
    mkdir -p "$(dirname "$cached")"
    new=$(mktemp "$cached.XXXXXX")
    curl --fail --silent --show-error --location --proto '=https' --retry 3 --max-time 120 \
      --output "$new" "$releases/v$LOCKKEEPER_VERSION/$asset" ||
      fail "the program can't be downloaded from $releases; give one with the input binary"
    is_ours "$new" "$sum" || { rm -f "$new"; fail "the downloaded program is not the released one: its SHA-256 differs"; }
    chmod +x "$new"
    mv -f "$new" "$cached"
  fi
  echo "$cached"
}

find_program() {
  if [ -n "${INPUT_BINARY:-}" ]; then
    [ -x "$INPUT_BINARY" ] || fail "the input binary is no program that can be run"
    echo "$INPUT_BINARY"
  elif [ "${INPUT_BUILD:-false}" = true ]; then
    build
  elif [ -x "$root/bin/$target/lockkeeper$suffix" ]; then
    echo "$root/bin/$target/lockkeeper$suffix"
  else
    download
  fi
}

# `fail` ends the function's own shell; its words are an annotation on stdout, which the function's output goes to.
program=$(find_program) || { status=$?; echo "$program"; exit "$status"; }

arguments=(review "--comments=${INPUT_COMMENTS:-full}")
[ -z "${INPUT_POSTGRES_VERSION:-}" ] || arguments+=("--pg=$INPUT_POSTGRES_VERSION")
[ -z "${INPUT_FAIL_ON:-}" ] || arguments+=("--fail-on=$INPUT_FAIL_ON")
[ -z "${INPUT_FRAMEWORK:-}" ] || arguments+=("--framework=$INPUT_FRAMEWORK")
[ -z "${INPUT_STATS:-}" ] || arguments+=("--stats=$INPUT_STATS")
[ -z "${INPUT_SARIF:-}" ] || arguments+=("--sarif=$INPUT_SARIF")
[ "${INPUT_CODE_SCANNING:-false}" != true ] || arguments+=(--code-scanning)
[ "${INPUT_STATUS:-false}" != true ] || arguments+=(--status)
while IFS= read -r path; do
  path=${path%$'\r'}
  [ -z "$path" ] || arguments+=("--schema=$path")
done <<<"${INPUT_SCHEMA:-}"

exec "$program" "${arguments[@]}"
