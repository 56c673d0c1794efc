#!/usr/bin/env python3
"""Times reading and looking at data: Parquet and JSON lines through `llmops prepare --dry-run` with every rule off, beside
pyarrow and json in Python; `llmops data search -c` beside `grep -c`; `llmops data stats`.

    data_speed.py LLMOPS TEXT... [--megabytes 100] [--python /path/to/python with pyarrow]

Documents are made as prepare_speed.py makes them. The peer's rows must be as many as ours, and grep's lines as the records
found; exit 1 where they are not.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from prepare_speed import make_documents, sentences_of

PEER = """
import json, sys, time
import pyarrow.parquet as parquet
start = time.perf_counter()
rows = 0
if sys.argv[1].endswith(".parquet"):
    for batch in parquet.ParquetFile(sys.argv[1]).iter_batches():
        for row in batch.to_pylist():
            rows += len(json.dumps(row, ensure_ascii=False)) > 0
else:
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            rows += len(json.dumps(json.loads(line), ensure_ascii=False)) > 0
print(json.dumps({"rows": rows, "wall": time.perf_counter() - start}))
"""
TO_PARQUET = """
import sys
import pyarrow.json, pyarrow.parquet
pyarrow.parquet.write_table(pyarrow.json.read_json(sys.argv[1], pyarrow.json.ReadOptions(block_size=1 << 26)), sys.argv[2])
"""
NO_RULES = ("clean: {unicode: keep, html: keep, mojibake: keep, min_words: 0, min_chars: 0}\n"
            "dedup: {exact: false, minhash: false}\npii: {action: keep, types: []}\nsplit: {validation: 0}\nmax_bad: 0\n")


def timed(command, environment):
    """The fastest of three. @returns seconds, what it printed"""
    best = None
    for _ in range(3):
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        wall = time.perf_counter() - start
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}: {done.stderr}")
        if best is None or wall < best[0]:
            best = wall, done.stdout
    return best


def read_beside_python(arguments, path, size, work, environment):
    recipe = work / "read.yaml"
    recipe.write_text(f"name: read\ninputs: [{{path: {json.dumps(str(path))}}}]\n{NO_RULES}")
    wall, printed = timed([arguments.llmops, "prepare", str(recipe), "--dry-run", "--no-cache", "--json", "-q"], environment)
    report = json.loads(printed.splitlines()[-1])
    result = {"mb_s": size / 1e6 / wall, "rows": report["kept"]}
    done = subprocess.run([arguments.python, "-c", PEER, str(path)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    peer = json.loads(done.stdout)
    if peer["rows"] != report["kept"]:
        sys.exit(f"{path.name}: {report['kept']} rows, the peer reads {peer['rows']}")
    return result | {"python_mb_s": size / 1e6 / peer["wall"], "ratio": peer["wall"] / wall}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("llmops")
    parser.add_argument("texts", nargs="+")
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--python", default=sys.executable)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = pathlib.Path(scratch)
        environment = {**os.environ, "LLMOPS_REGISTRY": str(work / "registry.db"), "LC_ALL": "C"}
        lines = work / "documents.jsonl"
        lines.write_text("\n".join(make_documents(sentences_of(arguments.texts), arguments.megabytes)) + "\n", encoding="utf-8")
        size = lines.stat().st_size
        result = {"bytes": size, "jsonl": read_beside_python(arguments, lines, size, work, environment)}
        table = work / "documents.parquet"
        if subprocess.run([arguments.python, "-c", TO_PARQUET, str(lines), str(table)], stderr=subprocess.DEVNULL).returncode == 0:
            result["parquet"] = read_beside_python(arguments, table, size, work, environment)
        else:
            print("pyarrow: not installed for this python; Parquet was not read", file=sys.stderr)
        word = "government"
        wall, printed = timed([arguments.llmops, "data", "search", str(lines), word, "-c"], environment)
        grep, counted = timed(["grep", "-c", "-F", word, str(lines)], environment)
        if printed.split()[0].replace(",", "") != counted.strip():
            sys.exit(f"search finds {printed.strip()}, grep {counted.strip()}")
        result["search"] = {"mb_s": size / 1e6 / wall, "grep_mb_s": size / 1e6 / grep, "ratio": grep / wall}
        wall, _ = timed([arguments.llmops, "data", "stats", str(lines), "--json"], environment)
        result["stats"] = {"mb_s": size / 1e6 / wall}
        print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
