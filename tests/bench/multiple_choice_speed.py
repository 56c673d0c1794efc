#!/usr/bin/env python3
"""Times multiple-choice scoring, ours (`llmops eval`) and lm-evaluation-harness' in turns, and compares the scores.

    multiple_choice_speed.py LLMOPS FOLDER TEXT [--quantized MODEL.gguf] [--questions 200] [--rounds 1] [--threads 2]
                             [--peer PYTHON] [--json FILE]

FOLDER is a Hugging Face model, run in float32 by both. Questions are passages of TEXT with four endings each, one of
them the text's own. PYTHON is an interpreter with lm_eval, transformers and torch; without it only our figures are
shown. Whole processes are timed, loading included. Exit 1 when an accuracy in float32 differs.
"""
import json
import os
import pathlib
import random
import statistics
import tempfile

from timed_process import parser, run, write_figures

PASSAGE, ENDING = 60, 12  # words

TASK = """\
task: endings
dataset_path: json
dataset_kwargs: {{data_files: {{test: {data}}}}}
test_split: test
output_type: multiple_choice
doc_to_text: "{{{{passage}}}}"
doc_to_choice: choices
doc_to_target: label
metric_list:
  - {{metric: acc, aggregation: mean, higher_is_better: true}}
  - {{metric: acc_norm, aggregation: mean, higher_is_better: true}}
"""

HARNESS = """\
import json, sys, lm_eval, torch
from lm_eval.tasks import TaskManager
model, folder, threads = sys.argv[1:]
torch.set_num_threads(int(threads))
found = lm_eval.simple_evaluate(model="hf", model_args={"pretrained": model, "dtype": "float32"}, tasks=["endings"],
                                batch_size=16, device="cpu", task_manager=TaskManager(include_path=folder),
                                bootstrap_iters=0)
print("RESULT" + json.dumps(found["results"]["endings"]))
"""


def write_questions(options, path):
    chance = random.Random(3)
    words = options.text.read_text().split()
    starts = chance.sample(range(0, len(words) - PASSAGE - ENDING), options.questions)
    with path.open("w") as file:
        for start in starts:
            end = start + PASSAGE
            endings = [words[end:end + ENDING]]
            for _ in range(3):
                other = chance.randrange(len(words) - ENDING)
                endings.append(words[other:other + ENDING])
            order = chance.sample(range(4), 4)
            file.write(json.dumps({"passage": " ".join(words[start:end]), "label": order.index(0),
                                   "choices": [" ".join(endings[i]) for i in order]}) + "\n")


def ours(options, model, task, dtype):
    environment = {**os.environ, "OMP_NUM_THREADS": str(options.threads)}
    seconds, done = run([options.llmops, "eval", "--model", model, "--tasks", task, "--dtype", dtype, "--quiet",
                         "--json"], env=environment, cwd=task.parent)
    metrics = json.loads(done.stdout)["metrics"]
    return seconds, (metrics["acc"], metrics["acc_norm"])


def theirs(options, folder):
    seconds, done = run([options.peer, "-c", HARNESS, options.folder, folder, options.threads],
                        env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": str(folder / "cache")})
    result = json.loads(done.stdout[done.stdout.index("RESULT") + 6:])
    return seconds, (result["acc,none"], result["acc_norm,none"])


def main():
    arguments = parser(__doc__, "folder", "text", rounds=1)
    arguments.add_argument("--quantized", type=pathlib.Path)
    arguments.add_argument("--questions", type=int, default=200)
    arguments.add_argument("--peer", type=pathlib.Path)
    options = arguments.parse_args()
    options.llmops, options.folder = options.llmops.resolve(), options.folder.resolve()
    rows = {"float32": [], "quantized": [], "peer": []}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_questions(options, folder / "questions.jsonl")
        task = folder / "endings.yaml"
        task.write_text(TASK.format(data=folder / "questions.jsonl"))
        for _ in range(options.rounds):
            rows["float32"].append(ours(options, options.folder, task, "float32"))
            if options.quantized:
                rows["quantized"].append(ours(options, options.quantized.resolve(), task, "auto"))
            if options.peer:
                rows["peer"].append(theirs(options, folder))
    figures = {"questions": options.questions}
    for name, runs in rows.items():
        if not runs:
            continue
        figures[name] = {"seconds": statistics.median(r[0] for r in runs), "acc": runs[0][1][0], "acc_norm": runs[0][1][1]}
        print(f"{name}: {figures[name]['seconds']:.1f} s, acc {runs[0][1][0]:.4f}, acc_norm {runs[0][1][1]:.4f}")
    if rows["peer"]:
        for name in ("float32", "quantized"):
            if rows[name]:
                figures[name]["ratio"] = figures["peer"]["seconds"] / figures[name]["seconds"]
                print(f"{name}: {figures[name]['ratio']:.2f}x")
    else:
        print("peer: lm_eval is not there (--peer), its figures are left out")
    write_figures(options, figures)
    if rows["peer"] and rows["peer"][0][1] != rows["float32"][0][1]:
        raise SystemExit("the accuracies differ")


if __name__ == "__main__":
    main()
