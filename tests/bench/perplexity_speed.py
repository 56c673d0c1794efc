#!/usr/bin/env python3
"""Times perplexity as llama.cpp defines it, ours (`llmops score`) and llama-perplexity's in turns, and compares the values.

    perplexity_speed.py LLMOPS MODEL.gguf TEXT [--llama DIR] [--kv-types f32,f16,int8] [--context 512] [--chunks 40]
                        [--rounds 2] [--threads 2] [--json FILE]

The text is cut into chunks of 512 tokens, each by itself; the second half of each is scored. Whole processes are timed,
loading included. Each type of keys and values is a row of its own; llama.cpp's have half precision. Exit 1 when the
values differ by more than 1 %.
"""
import json
import math
import pathlib
import re
import statistics
import tempfile

from timed_process import parser, run, write_figures


def chunks_of(options):
    _, done = run([options.llmops, "tokenize", "--tokenizer", options.model, "--json"], input=options.text.read_text())
    ids = json.loads(done.stdout)["ids"]
    size = options.context
    return [ids[i:i + size] for i in range(0, len(ids) - size, size)][:options.chunks]


def ours(options, kv_type, lines):
    seconds, done = run([options.llmops, "score", "--model", options.model, "--threads", options.threads, "--kv-type",
                         kv_type, "--json", "--quiet", lines])
    scores = [json.loads(line)["logprobs"] for line in done.stdout.splitlines() if line.startswith("{")]
    scored = [value for row in scores for value in row[options.context // 2:]]
    return seconds, math.exp(-sum(scored) / len(scored))


def theirs(options):
    seconds, done = run([options.llama / "llama-perplexity", "-m", options.model, "-f", options.text, "-c",
                         options.context, "--chunks", options.chunks, "-t", options.threads])
    return seconds, float(re.search(r"Final estimate: PPL = ([0-9.]+)", done.stdout + done.stderr).group(1))


def figures_of(runs):
    return {"seconds": statistics.median(seconds for seconds, _ in runs), "perplexity": runs[0][1]}


def show(name, figures):
    ratio = f": {figures['ratio']:.2f}x" if "ratio" in figures else ""
    print(f"{name}: {figures['seconds']:.1f} s, perplexity {figures['perplexity']:.4f}{ratio}")


def main():
    arguments = parser(__doc__, "model", "text", rounds=2)
    arguments.add_argument("--llama", type=pathlib.Path)
    arguments.add_argument("--kv-types", type=lambda text: text.split(","), default=["auto"])
    arguments.add_argument("--context", type=int, default=512)
    arguments.add_argument("--chunks", type=int, default=40)
    options = arguments.parse_args()
    rows = {kv_type: [] for kv_type in options.kv_types}
    peer = []
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as lines:
        for ids in chunks_of(options):
            lines.write(json.dumps({"ids": ids}) + "\n")
        lines.flush()
        for _ in range(options.rounds):
            for kv_type, runs in rows.items():
                runs.append(ours(options, kv_type, lines.name))
            if options.llama:
                peer.append(theirs(options))
    figures = {"model": options.model.name, "chunks": options.chunks, "context": options.context,
               "kv_types": {kv_type: figures_of(runs) for kv_type, runs in rows.items()}}
    if peer:
        figures["llama.cpp"] = figures_of(peer)
        show("llama.cpp", figures["llama.cpp"])
    for kv_type, row in figures["kv_types"].items():
        if peer:
            row["ratio"] = figures["llama.cpp"]["seconds"] / row["seconds"]
        show(f"{figures['model']}, keys and values {kv_type}", row)
    write_figures(options, figures)
    values = [row["perplexity"] for row in (*figures["kv_types"].values(), *([figures["llama.cpp"]] if peer else []))]
    return int(max(values) / min(values) > 1.01)


if __name__ == "__main__":
    raise SystemExit(main())
