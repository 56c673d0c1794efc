#!/usr/bin/env bash
# Builds the fuzz targets and runs each for so many seconds (default 600) over its seed corpus. Ends with a line a target;
# exit code 1 when one found something, whose input then lies in build/fuzz/findings/TARGET.
#
#   tests/fuzz/run.sh [SECONDS] [TARGET...]     e.g. tests/fuzz/run.sh 60 gguf safetensors
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-600}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for file in tests/fuzz/*_fuzz.cc; do targets+=("$(basename "$file" _fuzz.cc)"); done
fi
command -v clang++-19 >/dev/null ||
  { echo "error: clang++-19 not found" >&2; echo "hint: LLMOPS_BOOTSTRAP_LINT=1 ./bootstrap.sh" >&2; exit 1; }
cmake --preset fuzz >/dev/null
ninja -C build/fuzz --quiet "${targets[@]/%/_fuzz}"

failed=0
for target in "${targets[@]}"; do
  found=build/fuzz/findings/$target corpus=build/fuzz/corpus/$target
  mkdir -p "$found" "$corpus"
  # Inputs that reach new code go to build/, the seeds stay as they are. A template may loop up to its own limit.
  if build/fuzz/${target}_fuzz "$corpus" "tests/fuzz/corpus/$target" -max_total_time="$seconds" -timeout=20 \
      -rss_limit_mb=2048 -max_len=65536 -artifact_prefix="$found/" -print_final_stats=1 >"$found/log" 2>&1; then
    echo "$target: clean, $(grep -o 'number_of_executed_units: .*' "$found/log" | tail -1 | tr -dc 0-9) inputs in $seconds s"
  else
    failed=1
    echo "$target: FOUND $(grep -m1 -E 'SUMMARY|ERROR' "$found/log"), see $found"
  fi
done
rm -rf /dev/shm/llmops-fuzz-*
exit $failed
