#!/usr/bin/env python3
"""Times perplexity as llama.cpp defines it, ours (`llmops score`) and llama-perplexity's in turns, and compares the values.

    perplexity_speed.py LLMOPS MODEL.gguf TEXT [--llama DIR] [--chunks 40] [--rounds 2] [--threads 2] [--json FILE]

The text is cut into chunks of 512 tokens, each by itself; the second half of each is scored. Whole processes are timed,
loading included. Exit 1 when the values differ by more than 1 %.
"""
import argparse
import json
import math
import pathlib
import re
import statistics
import subprocess
import tempfile
import time

CONTEXT = 512


def run(argv, **extra):
    start = time.perf_counter()
    done = subprocess.run([str(a) for a in argv], check=True, capture_output=True, text=True, **extra)
    return time.perf_counter() - start, done.stdout + done.stderr


def chunks_of(options):
    _, out = run([options.llmops, "tokenize", "--tokenizer", options.model, "--json"], input=options.text.read_text())
    ids = json.loads(out)["ids"]
    return [ids[i:i + CONTEXT] for i in range(0, len(ids) - CONTEXT, CONTEXT)][:options.chunks]


def ours(options, lines):
    seconds, out = run([options.llmops, "score", "--model", options.model, "--threads", options.threads, "--json",
                        "--quiet", lines])
    scores = [json.loads(line)["logprobs"] for line in out.splitlines() if line.startswith("{")]
    scored = [value for row in scores for value in row[CONTEXT // 2:]]
    return seconds, math.exp(-sum(scored) / len(scored))


def theirs(options):
    seconds, out = run([options.llama / "llama-perplexity", "-m", options.model, "-f", options.text, "-c", CONTEXT,
                        "--chunks", options.chunks, "-t", options.threads])
    return seconds, float(re.search(r"Final estimate: PPL = ([0-9.]+)", out).group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("llmops", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("text", type=pathlib.Path)
    parser.add_argument("--llama", type=pathlib.Path)
    parser.add_argument("--chunks", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as lines:
        for ids in chunks_of(options):
            lines.write(json.dumps({"ids": ids}) + "\n")
        lines.flush()
        rounds = [(ours(options, lines.name), theirs(options) if options.llama else None) for _ in range(options.rounds)]
    figures = {"model": options.model.name, "chunks": options.chunks,
               "seconds": statistics.median(r[0][0] for r in rounds), "perplexity": rounds[0][0][1]}
    text = f"{figures['model']}: {figures['seconds']:.1f} s, perplexity {figures['perplexity']:.4f}"
    if options.llama:
        figures |= {"their_seconds": statistics.median(r[1][0] for r in rounds), "their_perplexity": rounds[0][1][1]}
        figures["ratio"] = figures["their_seconds"] / figures["seconds"]
        text += (f"; llama.cpp {figures['their_seconds']:.1f} s, perplexity {figures['their_perplexity']:.4f}: "
                 f"{figures['ratio']:.2f}x")
    print(text)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return int(abs(figures.get("their_perplexity", figures["perplexity"]) / figures["perplexity"] - 1) > 0.01)


if __name__ == "__main__":
    raise SystemExit(main())
