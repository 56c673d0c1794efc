#!/usr/bin/env bash
# How long the program takes to build and to start: a cold build without ccache, the build after one file was edited, and
# the start of commands that need no libtorch. Prints one JSON object; progress goes to stderr.
# Usage: tests/bench/build_and_start.sh [PRESET]     (about as long as a cold build)
set -euo pipefail
cd "$(dirname "$0")/../.."
preset=${1:-release}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

seconds() { # seconds COMMAND...: wall time of a command whose output does not matter
  local start end
  start=$(date +%s.%N)
  "$@" >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
  end=$(date +%s.%N)
  echo "$end - $start" | bc -l
}
edited() { # the build after FILE changed, by a comment's worth of bytes
  cp "$1" "$folder/original"
  echo "// edited" >>"$1"
  seconds env CCACHE_DISABLE=1 ninja -C "$folder/build" llmops
  cp "$folder/original" "$1"
}
start_ms() { # median of 21 starts, in milliseconds
  for _ in $(seq 21); do echo "$(seconds "$folder/build/llmops" "$@") * 1000" | bc -l; done | sort -n | sed -n 11p
}

export LLMOPS_REGISTRY=$folder/registry.db
configure=$(seconds cmake --preset "$preset" -B "$folder/build")
echo "configured, building..." >&2
cold=$(seconds env CCACHE_DISABLE=1 ninja -C "$folder/build" llmops)
torch_free=$(edited lib/core/units.cc)
torch=$(edited lib/model/linear.cc)
seconds env CCACHE_DISABLE=1 ninja -C "$folder/build" llmops >/dev/null
"$folder/build/llmops" runs list >/dev/null
jq -n --arg cpus "$(nproc)" --arg configure "$configure" --arg cold "$cold" --arg free "$torch_free" --arg torch "$torch" \
  --arg help "$(start_ms --help)" --arg runs "$(start_ms runs list)" --arg models "$(start_ms models list)" \
  '{cpus: ($cpus | tonumber), configure_s: ($configure | tonumber), cold_build_s: ($cold | tonumber),
    edit_torch_free_s: ($free | tonumber), edit_torch_s: ($torch | tonumber),
    start_help_ms: ($help | tonumber), start_runs_list_ms: ($runs | tonumber), start_models_list_ms: ($models | tonumber)}'
