#!/usr/bin/env python3
"""Embeds the same texts with llmops and with sentence-transformers: how equal the vectors are, and how many texts a
second each makes. Loading is left out of both; batch size and threads are the same; runs alternate, the best counts.

pip install torch==2.13.0 sentence-transformers
tests/bench/embed.py LLMOPS MODEL_FOLDER TEXT_FILE... [--texts 1000] [--batch-size 32] [--threads 2] [--rounds 3]
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

ODD = ["", " ", "a", "\u00e9t\u00e9 \u4e2d\u6587 \u65e5\u672c\u8a9e \U0001f642", "word " * 2000, "x" * 300, "[SEP] [MASK] <unk>",
       "\u0130stanbul \u1e9e \ufb01", "a\u0301 a\u00a0b\u200bc", "\u0000 \u0007 \ufffd"]


def read_texts(files, count):
    """Lines of the files, evenly spread, and as many paragraphs joined from them, some longer than the model reads."""
    lines = [line.strip() for file in files for line in pathlib.Path(file).read_text("utf-8", "replace").splitlines()]
    lines = [line for line in lines if line]
    step = max(1, len(lines) // count)
    texts = lines[::step][:count]
    for i in range(0, len(texts), 10):
        texts[i] = " ".join(lines[i * step:i * step + 12])
    return ODD + texts[len(ODD):]


def cosine(a, b):
    return (a * b).sum(1) / np.maximum(np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1), 1e-12)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("llmops")
    parser.add_argument("model")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    texts = read_texts(options.files, options.texts)
    torch.set_num_threads(options.threads)
    reference = SentenceTransformer(options.model, device="cpu")
    with tempfile.TemporaryDirectory() as folder:
        lines, array = pathlib.Path(folder) / "in.jsonl", pathlib.Path(folder) / "out.npy"
        lines.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
        command = [options.llmops, "embed", "-q", "--json", "--model", options.model, "--threads", str(options.threads),
                   "--batch-size", str(options.batch_size), str(lines), "-o", str(array)]
        best = {"llmops": 1e9, "sentence-transformers": 1e9}
        for _ in range(options.rounds):
            report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            best["llmops"] = min(best["llmops"], report["seconds"])
            begin = time.perf_counter()
            expected = reference.encode(texts, batch_size=options.batch_size)
            best["sentence-transformers"] = min(best["sentence-transformers"], time.perf_counter() - begin)
        found = np.load(array)
    similar = cosine(found, expected)
    print(f"{len(texts)} texts, batch {options.batch_size}, {options.threads} threads")
    print(f"smallest cosine {similar.min():.7f} (text {int(similar.argmin())}), largest difference "
          f"{np.abs(found - expected).max():.2e}")
    for name, seconds in best.items():
        print(f"{name}: {seconds:.2f} s, {len(texts) / seconds:.0f} texts a second")
    print(f"ratio {best['sentence-transformers'] / best['llmops']:.2f}")


if __name__ == "__main__":
    main()
