#!/usr/bin/env python3
"""Times finetuning, ours and transformers with peft in turns, from one adapter on the same data, and compares the
losses step for step.

    finetune_speed.py LLMOPS FOLDER TEXT RECORDS [--train adapter|model] [--bf16] [--examples 32] [--steps 4]
                      [--rounds 2] [--threads 2] --peer PYTHON [--json FILE]

FOLDER is a Hugging Face model, trained by both in float32, or with --bf16 in bfloat16 (the peer under autocast, its frozen
base held in bfloat16); an adapter of rank 16 on all linear layers, or the model whole; AdamW. Two kinds of data:

  full         four passages of TEXT of 256 tokens, every token learnt, in one batch of 4
  instruction  the first examples of RECORDS (Alpaca's form, JSON), answers alone learnt, one optimizer step over all of
               them; the peer in batches of 4 padded to their longest, as its Trainer makes them, ours packed

PYTHON is an interpreter with torch, transformers and peft. Rates are of the steps
alone, in tokens that are no padding; memory is the peak of the whole process. Exit 1 when a loss differs by more than
0.001, in bfloat16 by more than 0.05.
"""
import itertools
import json
import os
import pathlib
import statistics
import sys
import tempfile

from timed_process import parser, run, write_figures

RANK, RATES = 16, {"adapter": 2e-4, "model": 1e-5}
LINEARS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

PEER = r"""
import json, resource, sys, time
import peft, torch, transformers
folder, adapter, data, steps, threads, rate, bf16 = sys.argv[1:]
torch.set_num_threads(int(threads))
tokenizer = transformers.AutoTokenizer.from_pretrained(folder)


def encode(record):
    # ids and labels: answers with the mark that ends their turn, or all of a plain text
    if "text" in record:
        ids = tokenizer(record["text"]).input_ids + [tokenizer.eos_token_id]
        return ids, ids
    question = record["instruction"] + ("\n\n" + record["input"] if record.get("input") else "")
    chat = [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
    ids = tokenizer.apply_chat_template(chat, tokenize=True, return_dict=False)
    start = len(tokenizer.apply_chat_template(chat[:1], tokenize=True, add_generation_prompt=True, return_dict=False))
    end = max(i for i, token in enumerate(ids) if token == tokenizer.eos_token_id) + 1
    return ids, [-100] * start + ids[start:end] + [-100] * (len(ids) - end)


held = torch.bfloat16 if bf16 == "True" and adapter else torch.float32
model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=held).train()
if adapter:
    model = peft.PeftModel.from_pretrained(model, adapter, is_trainable=True).train()
trained = [p for p in model.parameters() if p.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=float(rate), weight_decay=0.0)
examples = [encode(json.loads(line)) for line in open(data)]
batches = []
for first in range(0, len(examples), 4):
    part = examples[first:first + 4]
    width = max(len(ids) for ids, _ in part)
    batches.append({"input_ids": torch.tensor([ids + [0] * (width - len(ids)) for ids, _ in part]),
                    "attention_mask": torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids, _ in part]),
                    "labels": torch.tensor([labels + [-100] * (width - len(ids)) for ids, labels in part])})
supervised = sum((batch["labels"][:, 1:] != -100).sum() for batch in batches)
losses, seconds = [], []
for _ in range(int(steps)):
    start = time.perf_counter()
    total = 0
    for batch in batches:
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16 == "True"):
            loss = model(**batch, num_items_in_batch=supervised).loss
        loss.backward()
        total += loss.item()
    torch.nn.utils.clip_grad_norm_(trained, 1.0)
    optimizer.step()
    optimizer.zero_grad()
    seconds.append(time.perf_counter() - start)
    losses.append(total)
print("RESULT" + json.dumps({"losses": losses, "seconds": seconds,
                             "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
"""

MAKE_ADAPTER = r"""
import sys
import peft, torch, transformers
torch.manual_seed(3)
base = transformers.AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32)
config = peft.LoraConfig(r=%(rank)d, lora_alpha=%(alpha)d, target_modules=%(linears)r, task_type="CAUSAL_LM")
peft.get_peft_model(base, config).save_pretrained(sys.argv[2])
""" % {"rank": RANK, "alpha": 2 * RANK, "linears": LINEARS}


def tokens_of(options, text):
    _, done = run([options.llmops, "tokenize", "--tokenizer", options.folder, "--json"], input=text)
    return json.loads(done.stdout)["ids"]


def full_records(options):
    """Passages whose tokens are 256 together with the end of text."""
    words = options.text.read_text().split()
    for first in range(0, len(words), 2000):
        text = " ".join(words[first:first + 400])
        while len(tokens_of(options, text)) > 255:
            text = text[:text.rindex(" ")]
        yield {"text": text}


def recipe_of(options, name, data, adapter, folder):
    packed = name == "instruction"
    return {"base_model": str(options.folder), "datasets": [{"path": str(data)}], "output_dir": str(folder / "out"),
            "val_set_size": 0, "sequence_len": 1024 if packed else 256, "sample_packing": packed,
            "micro_batch_size": 1 if packed else 4, "gradient_accumulation_steps": 1000, "max_steps": options.steps,
            "learning_rate": RATES[options.train], "lr_scheduler": "constant", "warmup_steps": 0,
            "threads": options.threads, "seed": 1, "bf16": options.bf16,
            **({"lora_model_dir": str(adapter)} if adapter else {"adapter": "none"})}


def ours(options, recipe, folder):
    path = folder / "recipe.yaml"
    path.write_text(json.dumps(recipe))
    log = folder / "log.jsonl"
    log.unlink(missing_ok=True)
    _, done = run([options.llmops, "finetune-lora", path, "--json", "--quiet", "--log-json", log],
                  env={**os.environ, "LLMOPS_REGISTRY": str(folder / "registry")})
    report = json.loads(done.stdout)
    steps = [json.loads(line) for line in log.read_text().splitlines()]
    return {"losses": [step["loss"] for step in steps], "rate": report["tok_s"], "tokens": report["tokens"],
            "memory": report["peak_rss_bytes"]}


def theirs(options, data, adapter, tokens):
    _, done = run([options.peer, "-c", PEER, options.folder, adapter, data, options.steps, options.threads,
                   RATES[options.train], options.bf16],
                  env={**os.environ, "OMP_NUM_THREADS": str(options.threads)})
    found = json.loads(done.stdout.split("RESULT")[1])
    return {"losses": found["losses"], "rate": tokens / sum(found["seconds"]), "memory": found["memory"]}


def records_of(options, name):
    if name == "full":
        return list(itertools.islice(full_records(options), 4))
    return json.loads(options.records.read_text())[:options.examples]


def compare(options, name, adapter, folder):
    data = folder / f"{name}.jsonl"
    data.write_text("".join(json.dumps(record) + "\n" for record in records_of(options, name)))
    recipe = recipe_of(options, name, data, adapter, folder)
    runs = {"ours": [], "theirs": []}
    for _ in range(options.rounds):
        runs["ours"].append(ours(options, recipe, folder))
        runs["theirs"].append(theirs(options, data, adapter, runs["ours"][0]["tokens"]))
    figures = {side: {"tok_s": statistics.median(run["rate"] for run in found), "memory": found[0]["memory"],
                      "losses": found[0]["losses"], "tok_s_each": [run["rate"] for run in found]}
               for side, found in runs.items()}
    mine, peer = figures["ours"], figures["theirs"]
    figures["ratio"] = mine["tok_s"] / peer["tok_s"]
    figures["memory_ratio"] = mine["memory"] / peer["memory"]
    figures["loss_difference"] = max(abs(a - b) for a, b in zip(mine["losses"], peer["losses"]))
    print(f"{name}: {mine['tok_s']:.0f} tokens/s, {mine['memory'] / 1e9:.2f} GB; peer {peer['tok_s']:.0f} tokens/s, "
          f"{peer['memory'] / 1e9:.2f} GB: {figures['ratio']:.2f}x, {figures['memory_ratio']:.2f} of the memory, losses "
          f"{figures['loss_difference']:.1e} apart", flush=True)
    return figures


def main():
    options_of = parser(__doc__, "folder", "text", "records", rounds=2)
    options_of.add_argument("--train", choices=RATES, default="adapter")
    options_of.add_argument("--bf16", action="store_true")
    options_of.add_argument("--examples", type=int, default=32)
    options_of.add_argument("--steps", type=int, default=4)
    options_of.add_argument("--peer", type=pathlib.Path, required=True)
    options = options_of.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        adapter = folder / "start" if options.train == "adapter" else ""
        if adapter:
            run([options.peer, "-c", MAKE_ADAPTER, options.folder, adapter])
        figures = {kind: compare(options, kind, adapter, folder) for kind in ("full", "instruction")}
    write_figures(options, figures)
    if any(figure["loss_difference"] > (0.05 if options.bf16 else 1e-3) for figure in figures.values()):
        sys.exit("the losses differ")


if __name__ == "__main__":
    main()
