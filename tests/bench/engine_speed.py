#!/usr/bin/env python3
"""Times loading, prompts and decoding of GGUF files, ours and llama.cpp's in turns, and checks that both write the same.

    engine_speed.py LLMOPS MODEL.gguf... [--llama DIR] [--rounds 3] [--threads 2] [--prompt 256] [--generate 64]
                    [--isa avx2] [--json FILE]

DIR holds llama-bench, llama-batched-bench and llama-completion; without it only our figures are shown. A row is a model:
medians over the rounds, and the ratio of ours to theirs. Exit 1 when the greedy texts of a short prompt differ early.
"""
import json
import os
import pathlib
import statistics
import subprocess

import timed_process
from timed_process import parser, write_figures

PROMPT = "The capital of France is"


def run(argv, **extra):
    return timed_process.run(argv, **extra)[1].stdout


def ours(options, model, batch):
    environment = {**os.environ, **({"LLMOPS_FORCE_ISA": options.isa} if options.isa else {})}
    out = run([options.llmops, "bench", "--model", model, "--threads", options.threads, "--prompt", options.prompt,
               "--generate", options.generate, "--batch", batch, "--repeats", 2, "--quiet", "--json"], env=environment)
    return json.loads(out)


def theirs(options, model):
    rows = json.loads(run([options.llama / "llama-bench", "-m", model, "-t", options.threads, "-p", options.prompt,
                           "-n", options.generate, "-r", 2, "-o", "json"]))
    return {"prefill_tok_s": next(r["avg_ts"] for r in rows if r["n_prompt"]),
            "decode_tok_s": next(r["avg_ts"] for r in rows if r["n_gen"])}


def their_batch(options, model, batch):
    out = run([options.llama / "llama-batched-bench", "-m", model, "-t", options.threads, "-c", 16384, "-npp",
               options.prompt, "-ntg", options.generate, "-npl", batch, "--output-format", "jsonl"])
    rows = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    return rows[-1]["speed_tg"]


def texts(options, model):
    line = json.dumps({"prompt": PROMPT, "max_tokens": 24})
    mine = json.loads(run([options.llmops, "generate", "--model", model, "--json", "--quiet"], input=line + "\n"))
    out = run([options.llama / "llama-completion", "-m", model, "-p", PROMPT, "-n", 24, "--temp", 0, "-no-cnv",
               "--no-display-prompt", "-t", options.threads], stdin=subprocess.DEVNULL)
    return mine["text"], out


def common(a, b):
    return len(os.path.commonprefix([a.strip(), b.strip()]))


def median(values):
    return statistics.median(values)


def measure(options, model):
    figures = {"model": pathlib.Path(model).name, "isa": None}
    if options.llama:
        mine, other = texts(options, model)
        figures["same_characters"] = common(mine, other)
        print(f"{figures['model']}: the first {figures['same_characters']} of {len(mine.strip())} characters are equal")
    rounds = []
    for _ in range(options.rounds):
        entry = {"ours": ours(options, model, "1,16")}
        if options.llama:
            entry["theirs"] = theirs(options, model)
            if (options.llama / "llama-batched-bench").exists():
                entry["theirs"]["batch_tok_s"] = their_batch(options, model, 16)
        rounds.append(entry)
    figures["isa"] = rounds[0]["ours"]["isa"]
    for key in ("prefill_tok_s", "decode_tok_s", "load_s", "first_token_s", "bandwidth_gb_s", "decode_gb_s",
                "bandwidth_share", "weight_bytes", "peak_rss_bytes"):
        figures[key] = median(r["ours"][key] for r in rounds)
    figures["batch_tok_s"] = median(r["ours"]["batches"][1]["decode_tok_s"] for r in rounds)
    if options.llama:
        for key in rounds[0]["theirs"]:
            figures["their_" + key] = median(r["theirs"][key] for r in rounds)
            figures["ratio_" + key] = figures[key] / figures["their_" + key]
    return figures


def show(figures):
    print(f"{figures['model']} ({figures['isa']})")
    for key, name in (("decode_tok_s", "decode"), ("prefill_tok_s", "prefill"), ("batch_tok_s", "decode of 16")):
        theirs_text = ""
        if "their_" + key in figures:
            theirs_text = f", llama.cpp {figures['their_' + key]:.1f}: {figures['ratio_' + key]:.2f}x"
        print(f"  {name:14}{figures[key]:9.1f} tokens/s{theirs_text}")
    print(f"  reads {figures['decode_gb_s']:.1f} of {figures['bandwidth_gb_s']:.1f} GB/s, "
          f"{100 * figures['bandwidth_share']:.0f} %; loaded in {figures['load_s']:.2f} s, first token after "
          f"{figures['first_token_s']:.2f} s; peak {figures['peak_rss_bytes'] / 1e6:.0f} MB, "
          f"weights {figures['weight_bytes'] / 1e6:.0f} MB")


def main():
    arguments = parser(__doc__, rounds=3)
    arguments.add_argument("models", nargs="+")
    arguments.add_argument("--llama", type=pathlib.Path)
    arguments.add_argument("--prompt", type=int, default=256)
    arguments.add_argument("--generate", type=int, default=64)
    arguments.add_argument("--isa")
    options = arguments.parse_args()
    if options.llama and not (options.llama / "llama-bench").exists():
        print(f"llama-bench is not in {options.llama}: only our figures")
        options.llama = None
    table = [measure(options, model) for model in options.models]
    for figures in table:
        show(figures)
    write_figures(options, table)
    # Rounding may part them at a near-tie; a wrong model parts at once.
    return 1 if any(f.get("same_characters", 99) < 8 for f in table) else 0


if __name__ == "__main__":
    raise SystemExit(main())
