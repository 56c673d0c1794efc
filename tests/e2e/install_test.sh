#!/usr/bin/env bash
# What `cmake --install` puts under a prefix runs from there, with libtorch and Arrow from there too.
# Usage: install_test.sh LLMOPS TINY_CHAT
set -euo pipefail
build=$(dirname "$1") model=$2
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

cmake --install "$build" --prefix "$prefix" >"$prefix/log" || { cat "$prefix/log" >&2; exit 1; }
cd "$prefix"
ldd lib/libllmops_ml.so >libraries
grep -q "$prefix/lib/llmops/libtorch_cpu.so" libraries || fail "libtorch is not the installed one"
ldd lib/libllmops_arrow.so >libraries
for library in libarrow libparquet; do
  grep -q "$prefix/lib/llmops/$library.so" libraries || fail "$library is not the installed one"
done
sum=$(echo '{"ids": [1, 2, 3]}' | bin/llmops score --model "$model" --json | jq -e '.sum < 0') || fail "score: $sum"
for file in share/man/man1/llmops.1 share/bash-completion/completions/llmops share/llmops/recipes/finetune-lora.yaml; do
  [[ -s $file ]] || fail "$file is missing"
done
[[ ! -e .llmops ]] || fail "scoring a model at a path created a registry"
