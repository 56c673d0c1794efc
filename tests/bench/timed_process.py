"""What the scripts here share that time whole processes: running one, their options, and the file of figures."""
import argparse
import json
import pathlib
import subprocess
import time


def run(argv, **extra):
    """Runs a program to its end. @returns seconds, and what subprocess.run() gives"""
    start = time.perf_counter()
    done = subprocess.run([str(a) for a in argv], check=True, capture_output=True, text=True, **extra)
    return time.perf_counter() - start, done


def parser(doc, *positional, rounds):
    """Options that all scripts have, behind the arguments that each names."""
    made = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("llmops", *positional):
        made.add_argument(name, type=pathlib.Path)
    made.add_argument("--rounds", type=int, default=rounds)
    made.add_argument("--threads", type=int, default=2)
    made.add_argument("--json", type=pathlib.Path)
    return made


def write_figures(options, figures):
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
