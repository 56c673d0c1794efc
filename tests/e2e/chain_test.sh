#!/usr/bin/env bash
# The whole chain on a tiny model: register, prepare, eval, finetune, eval with gates, quantize, serve, monitor, lineage.
# Usage: chain_test.sh BINARY
set -euo pipefail
llmops=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
server=
cleanup() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
export LLMOPS_REGISTRY=$work/.llmops/registry.db

fail() { echo "FAILED: $*" >&2; exit 1; }
# expect CODE COMMAND...: runs it and insists on the exit code.
expect() {
  local wanted=$1 code=0
  shift
  "$@" || code=$?
  [ "$code" -eq "$wanted" ] || fail "exit $code, expected $wanted: $*"
}
holds() { jq -e "$2" "$1" >/dev/null || { cat "$1" >&2; fail "$1: $2"; }; }

# One kind of message and one answer to it: two frozen random layers learn that with an adapter in seconds, and the base
# never says it. What a model can learn is the quickstart's story; this one is about every step's hand-over.
mkdir raw
python3 - <<'PY'
import json, random
random.seed(5)
things = ["invoice", "charge", "receipt", "bill"]
openings = ["Hello team,", "Good morning,", "Please help,", "Hi,", "Dear support,"]
endings = ["thank you", "it is urgent", "I wait for an answer", "best regards", "what should I do"]
with open("raw/tickets.jsonl", "w") as file:
    for number in range(240):
        text = f"{random.choice(openings)} ticket {number * 7919 % 1000} about my {random.choice(things)} today, {random.choice(endings)}"
        file.write(json.dumps({"id": f"t{number}", "body": text, "label": "billing"}) + "\n")
    file.write('{"id": "broken", "body": "half a li\n')
PY
cat >prepare.yaml <<'YAML'
name: tiny-tickets
max_bad: 5%
inputs:
  - path: raw/*.jsonl
    id_field: id
    messages:
      - {role: user, content: "{{body}}"}
      - {role: assistant, content: '{"category": "{{label}}"}'}
dedup: {exact: true, minhash: {ngram: 3, bands: 14, rows: 8, jaccard: 0.9}}
split: {validation: 0.1, test: 0.2}
pack: {tokenizer: models:/tiny/1, sequence_len: 128}
YAML
cat >eval.yaml <<'YAML'
task: tiny-tickets
dataset_path: data:/tiny-tickets@1
test_split: test
output_type: generate_until
doc_to_messages: messages
generation_kwargs: {max_gen_toks: 16, temperature: 0}
metric_list: [{metric: json_exact}, {metric: json_fields}]
YAML
cat >finetune.yaml <<'YAML'
base_model: models:/tiny/1
datasets: [{path: data:/tiny-tickets@1, type: chat_template}]
test_datasets: [{path: data:/tiny-tickets@1, split: validation, type: chat_template}]
sequence_len: 256
lora_r: 32
lora_alpha: 64
micro_batch_size: 2
num_epochs: 8
learning_rate: 3e-3
warmup_ratio: 0.05
seed: 3
output_dir: adapter
YAML

"$llmops" pull "$here/../golden/tiny-chat" --name tiny --json >pull.json
holds pull.json '.uri == "models:/tiny/1"'
"$llmops" prepare prepare.yaml --output data --json >prepare.json
holds prepare.json '.rejected.bad_json == 1 and .tokens > 0 and .read == .kept + ([.dropped[], .rejected[]] | add)'

"$llmops" eval --model models:/tiny/1 --tasks eval.yaml --json >base.json
holds base.json '.metrics.json_exact < 0.2'
expect 3 "$llmops" eval --model models:/tiny/1 --tasks eval.yaml --gate 'json_exact>=0.5' --json >tripped.json
holds tripped.json '.gate.passed == false'

"$llmops" finetune-lora finetune.yaml --name triage --log-json steps.jsonl --json >finetune.json
holds finetune.json '.loss_last < .loss_first and .uri == "models:/triage/1"'
[ -s steps.jsonl ] || fail "no step was logged"
expect 0 "$llmops" eval --model models:/triage/1 --tasks eval.yaml --gate 'json_exact>=0.9' --junit gate.xml --json >tuned.json
holds tuned.json '.gate.passed and .metrics.json_exact >= 0.9'
grep -q '<testsuite' gate.xml || fail "no JUnit report"

head -n 100 raw/tickets.jsonl | cut -d'"' -f8 >text.txt
"$llmops" quantize models:/triage/1 --scheme q8_0 --output tiny.gguf --text text.txt --name triage --json >quantize.json
holds quantize.json '.quality.kl_mean < 0.05 and .uri == "models:/triage/2"'
expect 0 "$llmops" eval --model tiny.gguf --tasks eval.yaml --gate 'json_exact>=0.9' \
  --baseline models:/triage/1 --max-drop 0.05 --json >small.json
holds small.json '.gate.passed'
expect 1 "$llmops" models promote models:/tiny/1 --why "never passed" 2>refused.txt
grep -q 'hint:' refused.txt || fail "the refusal has no hint"
"$llmops" models promote models:/triage/2 --why "passed" >/dev/null

"$llmops" serve --model models:/triage@production --port 0 --json >serve.json 2>serve.log &
server=$!
for _ in $(seq 600); do
  grep -q listening serve.json && break
  sleep 0.1
done
url=$(jq -er .url serve.json) || { cat serve.log >&2; fail "the server did not start"; }
for number in $(seq 60); do
  curl -sS --fail-with-body -H 'Content-Type: application/json' "$url/v1/chat/completions" \
    -d "{\"model\": \"triage\", \"temperature\": 0, \"max_tokens\": 16,
         \"messages\": [{\"role\": \"user\", \"content\": \"Hi, ticket $number about my invoice today, thank you\"}]}" >answer.json
done
holds answer.json '.choices[0].message.content | fromjson | .category == "billing"'
curl -sS --fail "$url/metrics" >metrics.txt
grep -q '^llmops:request_success_total' metrics.txt || fail "no metrics"
kill -TERM "$server"
wait "$server" || fail "the server did not stop cleanly"
server=

"$llmops" monitor --html monitor.html --json >monitor.json
holds monitor.json '.traffic.requests == 60 and .traffic.latency_ms.p50 > 0'
printf 'latency_ms: {p95: 0.001}\n' >strict.yaml
expect 3 "$llmops" monitor --thresholds strict.yaml >/dev/null
grep -q '</html>' monitor.html || fail "no report"

request=$(jq -er .id answer.json)
"$llmops" lineage "$request" --json >lineage.json
for kind in raw_data dataset adapter gguf request; do
  holds lineage.json "any(.nodes[].label; startswith(\"$kind\"))"
done
"$llmops" runs list --json >runs.json
holds runs.json '[.runs[] | select(.status == "running" or .status == "lost")] | length == 0'
echo "chain: passed"
