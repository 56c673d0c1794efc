#!/usr/bin/env python3
"""Trains by each objective on real data, and prints what it measures on data held out, before and after.

    objectives.py LLMOPS MODEL DATA [--only ipo,kto] [--bf16 auto] [--threads 2] [--json FILE]

MODEL is a small chat model, SmolLM2-135M-Instruct say. DATA is a folder with
  instruct/alpaca_en_demo.json, preference/dpo_en_demo.json, preference/kto_en_demo.json   of LLaMA-Factory
  preference/harmless-base-test.jsonl.gz                                                   of Anthropic's hh-rlhf
  bias/crows_pairs.csv                                                                     of CrowS-Pairs
Each run is of a size for ten minutes on two cores. Exit 1 when a measure does not improve.
"""
import csv
import gzip
import json
import os
import pathlib
import sys
import tempfile

from timed_process import parser, run, write_figures

PAIRS = {"datasets": "preference/dpo_en_demo.json", "val_set_size": 30, "max_steps": 16, "learning_rate": 2e-4,
         "gradient_accumulation_steps": 8}
WHOLE = {"datasets": "instruct/alpaca_en_demo.json", "val_set_size": 60, "max_steps": 25, "adapter": "none",
         "gradient_accumulation_steps": 4}
DEBIAS = {"datasets": "groups.jsonl", "test_datasets": "groups-held-out.jsonl", "max_steps": 60, "micro_batch_size": 8,
          "sample_packing": False, "gradient_accumulation_steps": 4, "learning_rate": 5e-4}
# What is measured, the direction in which it is better, and what the recipe says.
OBJECTIVES = {
    "supervised": ("val_loss", -1, {**WHOLE, "adapter": "lora", "learning_rate": 5e-4}),
    "full": ("val_loss", -1, {**WHOLE, "learning_rate": 2e-5}),
    "partial": ("val_loss", -1, {**WHOLE, "learning_rate": 5e-5, "unfrozen_parameters": [r"model\.layers\.2[0-9]\."]}),
    "dpo": ("rewards/margins", 1, {**PAIRS, "rl": "dpo"}),
    "ipo": ("rewards/margins", 1, {**PAIRS, "rl": "ipo"}),
    "simpo": ("rewards/accuracies", 1, {**PAIRS, "rl": "simpo", "rl_beta": 2.0}),
    "orpo": ("val_loss", -1, {**PAIRS, "rl": "orpo"}),
    "kto": ("rewards/margins", 1, {**PAIRS, "rl": "kto", "datasets": "preference/kto_en_demo.json", "val_set_size": 40,
                                   "max_steps": 20, "learning_rate": 3e-4}),
    "reward": ("accuracy", 1, {"datasets": "harmless.jsonl", "test_datasets": "harmless-held-out.jsonl",
                               "reward_model": True, "center_rewards_coefficient": 0.01, "micro_batch_size": 6,
                               "gradient_accumulation_steps": 2, "max_steps": 35, "eval_steps": 35,
                               "learning_rate": 3e-4}),
    "not debiased": ("val_loss", -1, {**DEBIAS, "debias": {"attribute": "group", "weight": 0}}),
    "debiased": ("probe", -1, {**DEBIAS, "debias": {"attribute": "group"}}),
}


def write_lines(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


def make_groups(data, folder):
    """Sentences of CrowS-Pairs about race or about gender; both of a pair on one side."""
    files = {"groups.jsonl": [], "groups-held-out.jsonl": []}
    kept = {"race-color": 0, "gender": 0}
    with open(data / "bias/crows_pairs.csv", newline="") as file:
        for row in csv.DictReader(file):
            if row["bias_type"] not in kept or kept[row["bias_type"]] == 200:
                continue
            kept[row["bias_type"]] += 1
            held_out = kept[row["bias_type"]] % 4 == 0
            files["groups-held-out.jsonl" if held_out else "groups.jsonl"] += [
                {"text": row[sentence], "group": row["bias_type"]} for sentence in ("sent_more", "sent_less")]
    for name, records in files.items():
        write_lines(folder / name, records)


def make_pairs(data, folder):
    """Short conversations of which one was judged less harmful."""
    with gzip.open(data / "preference/harmless-base-test.jsonl.gz", "rt") as file:
        pairs = [pair for pair in map(json.loads, file) if max(map(len, pair.values())) < 350]
    write_lines(folder / "harmless-held-out.jsonl", pairs[:150])
    write_lines(folder / "harmless.jsonl", pairs[150:])


def recipe_of(options, folder, name, keys):
    recipe = {"base_model": str(options.model), "output_dir": str(folder / name.replace(" ", "-")), "sequence_len": 256,
              "lr_scheduler": "linear", "warmup_ratio": 0.1, "eval_on_start": True, "bf16": options.bf16, "seed": 7,
              "threads": options.threads, **keys}
    for key in ("datasets", "test_datasets"):
        if key in recipe:
            path = recipe[key]
            recipe[key] = [{"path": str(options.data / path if "/" in path else folder / path)}]
    return recipe


def measured(report, measure):
    """Before and after."""
    if measure == "val_loss":
        return report["val_loss_first"], report["val_loss_best"]
    if measure == "probe":
        return report["probe_before"]["accuracy"], report["probe_after"]["accuracy"]
    return report["val_measures_first"][measure], report["val_measures_best"][measure]


def train(options, folder, name):
    measure, direction, keys = OBJECTIVES[name]
    path = folder / "recipe.yaml"
    path.write_text(json.dumps(recipe_of(options, folder, name, keys)))
    _, done = run([options.llmops, "finetune-lora", path, "--json", "--quiet"],
                  env={**os.environ, "LLMOPS_REGISTRY": str(folder / "registry")})
    report = json.loads(done.stdout)
    before, after = measured(report, measure)
    figures = {"measure": measure, "before": before, "after": after, "improved": (after - before) * direction > 0,
               "report": report}
    told = [measure] if "probe_after" not in report else ["probe", "val_loss"]
    shown = ", ".join("{} {:.4f} -> {:.4f}".format(each, *measured(report, each)) for each in told)
    print(f"{name}: {shown} held out; {report['steps']} steps, {report['tokens']} tokens, {report['wall_s']:.0f} s, "
          f"{report['peak_rss_bytes'] / 1e9:.2f} GB", flush=True)
    return figures


def main():
    options_of = parser(__doc__, "model", "data", rounds=1)
    options_of.add_argument("--only", type=lambda text: text.split(","), default=list(OBJECTIVES))
    options_of.add_argument("--bf16", default="auto", type=lambda text: {"true": True, "false": False}.get(text, text))
    options = options_of.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        make_groups(options.data, folder)
        make_pairs(options.data, folder)
        figures = {name: train(options, folder, name) for name in options.only}
    write_figures(options, figures)
    if not all(figure["improved"] for figure in figures.values()):
        sys.exit("a measure did not improve")


if __name__ == "__main__":
    main()
