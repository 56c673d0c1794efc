#!/usr/bin/env python3
"""Times near-duplicate removal beside datatrove's MinHash pipeline on one corpus, and checks that the clusters are equal.

    dedup_speed.py LLMOPS TEXT... [--python /path/to/venv/bin/python] [--documents 24000] [--at-least 50]

Documents are made of words of the TEXT files; every fourth is a copy of an earlier one with one word changed, so near that
neither misses it (a chance of 5e-6 a pair). Both use 14 bands of 8 rows over word 5-grams and all processors. The
peer's python needs `pip install datatrove[processing]`; where it is missing, only ours is timed. Exit 1 when clusters differ
or ours is not fast enough.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

PEER = """
import json, os, struct, sys, time
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter

def main(source, work):
    config = MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8)
    cores = os.cpu_count()
    def run(pipeline, tasks, name):
        LocalPipelineExecutor(pipeline=pipeline, tasks=tasks, workers=min(tasks, cores), logging_dir=f"{work}/logs/{name}").run()
    reader = lambda: JsonlReader(source, glob_pattern="*.jsonl")
    start = time.perf_counter()
    run([reader(), MinhashDedupSignature(output_folder=f"{work}/sig", config=config)], 2, "sig")
    signed = time.perf_counter() - start
    run([MinhashDedupBuckets(input_folder=f"{work}/sig", output_folder=f"{work}/buckets", config=config)], 14, "buckets")
    run([MinhashDedupCluster(input_folder=f"{work}/buckets", output_folder=f"{work}/remove", config=config, save_cluster_id=True)], 1, "cluster")
    run([reader(), MinhashDedupFilter(input_folder=f"{work}/remove", load_cluster_ids=True), JsonlWriter(f"{work}/out", compression=None)], 2, "filter")
    wall = time.perf_counter() - start
    clusters = []
    for rank in range(2):
        with open(f"{work}/remove/{rank:06d}.clusters", "rb") as file:
            for document, cluster in struct.iter_unpack("<2I", file.read()):
                clusters.append([rank, document, cluster])
    print("RESULT " + json.dumps({"wall": wall, "signatures": signed, "clusters": clusters}))

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
"""


def make_corpus(texts, folder, documents):
    """Two files, as the peer gives one file to each worker. @returns bytes"""
    words = " ".join(pathlib.Path(text).read_text(encoding="utf-8", errors="replace") for text in texts).split()
    generator = random.Random(5)
    made, files = [], [[], []]
    for number in range(documents):
        if number % 4 == 3:
            document = list(made[generator.randrange(len(made))])
            document[generator.randrange(len(document))] = f"edit{generator.randrange(10**6)}"
        else:
            # Words in an order of their own: runs of the source would be shared by documents that are not copies.
            length = generator.randrange(150, 230)
            document = [words[generator.randrange(len(words))] for _ in range(length)]
            made.append(document)
        files[number * 2 // documents].append(json.dumps({"id": f"d{number}", "text": " ".join(document)}))
    for index, lines in enumerate(files):
        (folder / f"part{index}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return sum(path.stat().st_size for path in folder.iterdir())


def run_ours(llmops, source, work):
    recipe = work / "dedup.yaml"
    recipe.write_text(
        f"name: dedup\ninputs: [{{path: {json.dumps(str(source))}, id_field: id}}]\nmax_bad: 0\n"
        "clean: {unicode: keep, html: keep, mojibake: keep}\npii: {action: keep, types: []}\nsplit: {validation: 0}\n"
        "dedup: {exact: true, minhash: {ngram: 5, bands: 14, rows: 8, jaccard: 0.7}}\n")
    environment = {**os.environ, "LLMOPS_REGISTRY": str(work / "registry" / "registry.db")}
    start = time.perf_counter()
    done = subprocess.run([llmops, "prepare", str(recipe), "--output", str(work / "out"), "--no-cache", "--json", "-q"],
                          check=True, capture_output=True, text=True, env=environment)
    wall = time.perf_counter() - start
    clusters = set()
    for line in (work / "out" / "clusters.jsonl").read_text().splitlines():
        clusters.add(frozenset(member["id"] for member in json.loads(line)["members"]))
    return wall, clusters, json.loads(done.stdout.splitlines()[-1])


def run_peer(python, source, work, documents):
    script = work / "peer.py"
    script.write_text(PEER)
    done = subprocess.run([python, str(script), str(source), str(work)], capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if not lines:
        if "No module named 'datatrove'" not in done.stderr:
            sys.exit(f"the peer failed:\n{done.stderr[-2000:]}")
        return None
    result = json.loads(lines[-1][7:])
    by_cluster = {}
    for rank, document, cluster in result["clusters"]:
        number = document + (0 if rank == 0 else (documents + 1) // 2)
        by_cluster.setdefault(cluster, set()).add(f"d{number}")
    return result["wall"], {frozenset(members) for members in by_cluster.values() if len(members) > 1}, result["signatures"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("llmops")
    parser.add_argument("texts", nargs="+")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--documents", type=int, default=24000)
    parser.add_argument("--at-least", type=float, default=50)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = pathlib.Path(scratch)
        source = work / "source"
        source.mkdir()
        size = make_corpus(arguments.texts, source, arguments.documents)
        ours = [run_ours(arguments.llmops, source, work / str(round)) for round in range(3)
                if (work / str(round)).mkdir() is None]
        wall, clusters, report = min(ours, key=lambda run: run[0])
        result = {"documents": arguments.documents, "bytes": size, "llmops_s": wall, "mb_s": size / 1e6 / wall,
                  "clusters": len(clusters), "peak_rss_bytes": report["peak_rss_bytes"]}
        peer = run_peer(arguments.python, source, work, arguments.documents)
        if peer is None:
            print("datatrove: not installed for this python; only ours was timed", file=sys.stderr)
        else:
            result |= {"datatrove_s": peer[0], "datatrove_signatures_s": peer[2], "ratio": peer[0] / wall,
                       "only_ours": len(clusters - peer[1]), "only_theirs": len(peer[1] - clusters)}
        print(json.dumps(result, indent=2))
        if peer is not None and (clusters != peer[1] or result["ratio"] < arguments.at_least):
            sys.exit(1)


if __name__ == "__main__":
    main()
