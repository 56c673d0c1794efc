#!/usr/bin/env python3
"""Times our tokenizer and Hugging Face's tokenizers on one text, in turns, and checks that the ids are equal.

    tokenizer_speed.py DRIVER TOKENIZER_JSON TEXT [--llmops BINARY] [--rounds 5] [--at-least 5]

DRIVER is build/<preset>/tokenize_driver (`ninja tokenize_driver`). Both read the same files, encode the whole text in one
call and then all of its lines as a batch, on one thread; loading is timed apart. Ours runs the lines once more on all
processors. With --llmops also whole processes, from start to end. Exit 1 when ids differ or ours is not fast enough.
"""
import argparse
import array
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

REFERENCE = """
import json, sys, time
start = time.perf_counter()
from tokenizers import Tokenizer
tokenizer = Tokenizer.from_file(sys.argv[1])
load = time.perf_counter() - start
text = open(sys.argv[2], newline="", encoding="utf-8").read()
lines = text.split("\\n")
whole = batch = 1e9
for _ in range(int(sys.argv[3])):
    start = time.perf_counter(); encoding = tokenizer.encode(text, add_special_tokens=False)
    whole = min(whole, time.perf_counter() - start)
    start = time.perf_counter(); tokenizer.encode_batch(lines, add_special_tokens=False)
    batch = min(batch, time.perf_counter() - start)
import array
open(sys.argv[4], "wb").write(array.array("i", encoding.ids).tobytes())
print(json.dumps({"load": load, "whole": whole, "lines": batch}))
"""
ONE_THREAD = {"TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1"}


def best(timings):
    return {key: min(timing[key] for timing in timings) for key in timings[0]}


def run(argv, environment=None):
    done = subprocess.run(argv, check=True, capture_output=True, text=True, env={**os.environ, **(environment or {})})
    return json.loads(done.stdout)


def wall(argv, environment=None):
    start = time.perf_counter()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **(environment or {})})
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("driver")
    parser.add_argument("tokenizer")
    parser.add_argument("text")
    parser.add_argument("--llmops")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--at-least", type=float, default=5, help="how many times as fast as the reference")
    options = parser.parse_args()
    size = pathlib.Path(options.text).stat().st_size
    ours, ours_all, theirs = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(3):  # in turns, so that whatever else the machine does meets both
            reference = [sys.executable, "-c", REFERENCE, options.tokenizer, options.text, str(options.rounds),
                         f"{folder}/theirs"]
            theirs.append(run(reference, ONE_THREAD))
            driver = [options.driver, options.tokenizer, options.text]
            ours.append(run(driver + ["1", str(options.rounds), f"{folder}/ours"]))
            ours_all.append(run(driver + ["0", str(options.rounds), f"{folder}/ours_all"]))
        expected = array.array("i", pathlib.Path(f"{folder}/theirs").read_bytes())
        found = array.array("i", pathlib.Path(f"{folder}/ours").read_bytes())
    ours, ours_all, theirs = best(ours), best(ours_all), best(theirs)
    print(f"{options.text}: {size:,} bytes, {len(expected):,} tokens; ids {'equal' if found == expected else 'DIFFER'}")
    print(f"{'':24} {'tokenizers':>12} {'ours':>12} {'ratio':>8}")
    ratios = []
    for what, key in (("whole text, one thread", "whole"), ("lines, one thread", "lines")):
        ratios.append(theirs[key] / ours[key])
        print(f"{what:24} {size / theirs[key] / 1e6:>7.2f} MB/s {size / ours[key] / 1e6:>7.2f} MB/s {ratios[-1]:>7.1f}x")
    print(f"{'lines, all processors':24} {'':>12} {size / ours_all['lines'] / 1e6:>7.2f} MB/s "
          f"{ours['lines'] / ours_all['lines']:>7.2f}x of one thread")
    print(f"{'loading':24} {theirs['load'] * 1e3:>9.0f} ms {ours['load'] * 1e3:>9.0f} ms")
    if options.llmops:
        command = [options.llmops, "tokenize", "--tokenizer", options.tokenizer, "--count", options.text]
        script = "import sys; from tokenizers import Tokenizer; " \
                 "print(len(Tokenizer.from_file(sys.argv[1]).encode(open(sys.argv[2], newline='').read()).ids))"
        reference = [sys.executable, "-c", script, options.tokenizer, options.text]
        own = min(wall(command) for _ in range(3))
        other = min(wall(reference, ONE_THREAD) for _ in range(3))
        print(f"{'whole process':24} {other * 1e3:>9.0f} ms {own * 1e3:>9.0f} ms {other / own:>7.1f}x")
    if found != expected:
        sys.exit("the ids differ")
    if min(ratios) < options.at_least:
        sys.exit(f"slower than {options.at_least} times the reference")


if __name__ == "__main__":
    main()
