#!/usr/bin/env bash
# Bootstrap, build, and every test: unit, command line, golden, layers and the whole chain end to end. From a fresh clone
# on 2 cores in under 25 minutes. Ends with ctest's summary; its exit code is this script's.
set -euo pipefail
cd "$(dirname "$0")/.."

./bootstrap.sh
# The official client, for the end-to-end test of serve; without it that test is skipped.
build/venv/bin/python -c 'import openai' 2>/dev/null ||
  build/venv/bin/pip install --quiet --disable-pip-version-check openai==3.52.0 || echo "openai: not installed"
preset=${LLMOPS_PRESET:-release} # the one quickstart.sh builds, so that each spares the other its build
cmake --preset "$preset" >"build/configure.log" 2>&1 || { cat build/configure.log >&2; exit 1; }
started=$SECONDS
ninja -C "build/$preset" --quiet
echo "build: $((SECONDS - started)) s"
exec ctest --test-dir "build/$preset" --output-on-failure -j2 --no-tests=error "$@"
