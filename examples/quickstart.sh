#!/usr/bin/env bash
# From raw support tickets to a tuned, evaluated, quantized, served and monitored model, every step recorded.
# About 10 minutes on 2 cores after the build, under 4 GB of memory. Every number it prints comes from the commands' JSON.
# Keeps everything in build/quickstart (LLMOPS_QUICKSTART_DIR names another folder); run it again to start afresh.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=${LLMOPS_QUICKSTART_DIR:-$root/build/quickstart}
story=$root/examples/ticket-triage

step() { printf '\n== %s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }
# get FILE FILTER: one value of a command's JSON; an absent one is an error, never an empty cell.
get() { jq -er "$2" "$work/$1" || fail "$1 has no $2"; }
percent() { jq -nr --argjson x "$1" '($x * 1000 | round) / 10 | tostring + " %"'; }
mega() { jq -nr --argjson x "$1" '($x / 1e5 | round) / 10 | tostring + " MB"'; }
round2() { jq -nr --argjson x "$1" '($x * 100 | round) / 100 | tostring'; }
round1() { jq -nr --argjson x "$1" '($x * 10 | round) / 10 | tostring'; }

step "build"
./bootstrap.sh
cmake --preset release >build/configure-release.log 2>&1 || { cat build/configure-release.log >&2; exit 1; }
cmake --build --preset release --target llmops -- --quiet
export PATH=$root/build/release:$PATH
started=$SECONDS

rm -rf "$work"
mkdir -p "$work"
cd "$work"
export LLMOPS_REGISTRY=$work/.llmops/registry.db

step "pull a base model"
llmops pull smollm2-135m-instruct --json >pull.json
base=$(get pull.json .uri)

step "prepare the raw tickets"
llmops prepare "$story/prepare.yaml" --output tickets --json >prepare.json
jq -r '"read \(.read), kept \(.kept), dropped \(.dropped), rejected \(.rejected)"' prepare.json

step "evaluate the base model on held-out tickets"
llmops eval --model "$base" --tasks "$story/eval.yaml" --json >base.json

step "finetune"
llmops finetune-lora "$story/finetune.yaml" --set "base_model=$base" --set output_dir=triage-lora --name triage \
  --json >finetune.json
tuned=$(get finetune.json .uri)

step "evaluate the tuned model, with a gate"
llmops eval --model "$tuned" --tasks "$story/eval.yaml" --gate 'json_exact>=0.5' --json >tuned.json

step "quantize to 8 bits, and gate again"
jq -r '.messages[].content' tickets/test.jsonl >heldout.txt
llmops quantize "$tuned" --scheme q8_0 --output triage-q8_0.gguf --text heldout.txt --name triage \
  --json >quantize.json
small=$(get quantize.json .uri)
llmops eval --model "$small" --tasks "$story/eval.yaml" --gate 'json_exact>=0.5' --junit gate.xml --json >small.json
llmops models promote "$small" --why "passed the gate of the quickstart" --json >promote.json

step "serve it and send it tickets"
llmops serve --model "models:/triage@production" --port 0 --json >serve.json 2>serve.log &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
for _ in $(seq 300); do
  grep -q listening serve.json 2>/dev/null && break
  kill -0 "$server" 2>/dev/null || { cat serve.log >&2; fail "the server did not start"; }
  sleep 0.1
done
url=$(jq -er 'select(.event == "listening") | .url' serve.json)
# Two windows of traffic, so that monitor has a reference: the same tickets, asked twice.
for _ in 1 2; do
  head -n 40 tickets/test.jsonl | jq -c '{model: "triage", temperature: 0, max_tokens: 32, messages: .messages[:-1]}' |
    while read -r request; do
      curl -sS --fail-with-body -H 'Content-Type: application/json' -d "$request" "$url/v1/chat/completions" >>answers.jsonl
      echo >>answers.jsonl
    done
done
curl -sS --fail "$url/metrics" >metrics.txt
kill -TERM "$server"
wait "$server" || fail "the server did not stop cleanly"
trap - EXIT

step "monitor what was served"
llmops monitor --thresholds "$root/recipes/monitor.yaml" --html monitor.html --json >monitor.json

step "lineage of the last answer"
request=$(jq -er .id answers.jsonl | tail -n 1)
llmops lineage "$request"
llmops lineage "$request" --json >lineage.json
for kind in raw_data dataset adapter gguf request; do
  jq -e --arg kind "$kind" 'any(.nodes[].label; startswith($kind))' lineage.json >/dev/null || fail "the lineage has no $kind"
done

base_accuracy=$(get base.json .metrics.json_exact)
tuned_accuracy=$(get tuned.json .metrics.json_exact)
small_accuracy=$(get small.json .metrics.json_exact)
gain=$(jq -nr --argjson a "$base_accuracy" --argjson b "$tuned_accuracy" '$b - $a')
cat <<TABLE

                         base            tuned           tuned, 8 bits
exact JSON, held out     $(printf '%-15s %-15s %s' "$(percent "$base_accuracy")" "$(percent "$tuned_accuracy")" "$(percent "$small_accuracy")")
size                     $(printf '%-15s %-15s %s' "$(mega "$(get pull.json .bytes)")" "+ $(mega "$(get finetune.json .adapter_bytes)")" "$(mega "$(get quantize.json .bytes_out)")")
perplexity               $(printf '%-15s %-15s %s' "-" "$(round1 "$(get quantize.json .quality.perplexity_original)")" "$(round1 "$(get quantize.json .quality.perplexity_quantized)")")
training                 $(get finetune.json .steps) steps, $(round1 "$(get finetune.json .tok_s)") tokens/s, loss $(round2 "$(get finetune.json .loss_first)") -> $(round2 "$(get finetune.json .loss_last)")
serving                  $(get monitor.json .traffic.requests) requests, p50 $(round1 "$(get monitor.json .traffic.latency_ms.p50)") ms, p95 $(round1 "$(get monitor.json .traffic.latency_ms.p95)") ms
peak memory              $(mega "$(jq -s '[.[].peak_rss_bytes // 0] | max' prepare.json finetune.json quantize.json base.json tuned.json)")
lineage                  $(jq '.nodes | length' lineage.json) nodes from raw tickets to $request
time after the build     $((SECONDS - started)) s
report                   ${work#"$root"/}/monitor.html
TABLE
jq -ne --argjson gain "$gain" '$gain >= 0.4' >/dev/null ||
  fail "tuning gained $(percent "$gain") of exact-JSON accuracy, 40 % are needed"
