#!/usr/bin/env bash
# Bootstrap, build, and every test: unit, command line, golden, layers and the whole chain end to end. From a fresh clone
# on 2 cores in under 25 minutes. Ends with ctest's summary; its exit code is this script's.
set -euo pipefail
cd "$(dirname "$0")/.."

./bootstrap.sh
preset=${LLMOPS_PRESET:-release} # the one quickstart.sh builds, so that each spares the other its build
cmake --preset "$preset" >"build/configure.log" 2>&1 || { cat build/configure.log >&2; exit 1; }
started=$SECONDS
ninja -C "build/$preset" --quiet
echo "build: $((SECONDS - started)) s"
exec ctest --test-dir "build/$preset" --output-on-failure -j2 --no-tests=error "$@"
