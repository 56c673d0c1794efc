#!/usr/bin/env python3
"""Times `llmops tokenizer train` and Hugging Face's BpeTrainer on the same files, in turns, whole processes.

    tokenizer_train_speed.py LLMOPS TEXT... [--vocab-size 8000 32000] [--rounds 3] [--at-least 1.5]

Needs `pip install tokenizers`. Both take each line for itself, cut as GPT-2 does, and use all processors; theirs saves its
file too. Exit 1 where vocabularies or merges differ, or ours is not fast enough.
"""
import json
import os
import pathlib
import sys
import tempfile

from timed_process import parser, run, write_figures

REFERENCE = """
import json, sys, time
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
trainer = trainers.BpeTrainer(vocab_size=int(sys.argv[1]), min_frequency=2, special_tokens=["<|endoftext|>"],
                              initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
start = time.perf_counter()
tokenizer.train(sys.argv[3:], trainer)
print(json.dumps({"train": time.perf_counter() - start}))
tokenizer.save(sys.argv[2])
"""


def model_of(path):
    model = json.loads(pathlib.Path(path).read_text())["model"]
    return model["vocab"], model["merges"]


def measure(options, size, folder):
    """@returns seconds of both whole processes and of their work alone, each the least of all rounds"""
    least = {}
    for turn in range(options.rounds):  # in turns, so that whatever else the machine does meets both
        ours = folder / f"{size}-{turn}"
        wall, done = run([options.llmops, "tokenizer", "train", *options.texts, "-o", ours, "--vocab-size", size, "--lines",
                          "--threads", options.threads, "--json"],
                         env={**os.environ, "LLMOPS_REGISTRY": str(folder / "registry")})
        report = json.loads(done.stdout)
        their_wall, done = run([sys.executable, "-c", REFERENCE, size, folder / "theirs.json", *options.texts],
                               env={**os.environ, "RAYON_NUM_THREADS": str(options.threads)})
        seconds = {"ours": wall, "theirs": their_wall, "ours_work": report["wall_s"],
                   "theirs_work": json.loads(done.stdout)["train"], "ours_read": report["read_s"]}
        least = {key: min(value, least.get(key, value)) for key, value in seconds.items()}
    equal = model_of(ours / "tokenizer.json") == model_of(folder / "theirs.json")
    return equal, least, report


def main():
    arguments = parser(__doc__, rounds=3)
    arguments.add_argument("texts", type=pathlib.Path, nargs="+")
    arguments.add_argument("--vocab-size", type=int, nargs="+", default=[8000, 32000])
    arguments.add_argument("--at-least", type=float, default=1.5, help="how many times as fast as the reference")
    options = arguments.parse_args()
    figures, failed = [], []
    with tempfile.TemporaryDirectory() as scratch:
        for size in options.vocab_size:
            equal, least, report = measure(options, size, pathlib.Path(scratch))
            ratio, work = least["theirs"] / least["ours"], least["theirs_work"] / least["ours_work"]
            print(f"{report['bytes'] / 1e6:.1f} MB, {report['distinct_words']:,} distinct words, {size:,} tokens: vocabulary "
                  f"and merges {'equal' if equal else 'DIFFER'}")
            print(f"  whole process  {least['theirs']:6.2f} s  {least['ours']:6.2f} s  {ratio:5.1f}x")
            print(f"  training       {least['theirs_work']:6.2f} s  {least['ours_work']:6.2f} s  {work:5.1f}x   "
                  f"(of ours {least['ours_read']:.2f} s reading)", flush=True)
            figures.append({"vocab_size": size, "equal": equal, "ratio": ratio, **least})
            if not equal:
                failed.append(f"the tokenizers of {size} tokens differ")
            elif ratio < options.at_least:
                failed.append(f"slower than {options.at_least} times the reference at {size} tokens")
    write_figures(options, figures)
    if failed:
        sys.exit("\n".join(failed))


if __name__ == "__main__":
    main()
