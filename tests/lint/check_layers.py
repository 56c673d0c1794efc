#!/usr/bin/env python3
"""Checks what the architecture promises of includes and files; prints every breach and exits 1 if there is one.

- a module includes only itself and the modules to its left
- nothing includes <torch/torch.h>; only sources listed under llmops_torch_sources() reach libtorch's headers
- only tests/support/catch.h and main.cc include Catch2
- no file of ours is longer than 500 lines
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
RANK = {name: rank for rank, names in enumerate([
    ["core"], ["config", "registry", "text", "ops", "cuda"], ["data", "model"], ["quant"], ["infer"], ["train"], ["ml"],
    ["rag"], ["chain"], ["eval"], ["serve"], ["monitor"], ["sweep"], ["apps"]]) for name in names}
INCLUDE = re.compile(r'^\s*#include\s+(["<])([^">]+)[">]', re.M)
MAX_LINES = 500
# ops is the CPU side of what cuda holds, so it may include cuda's plain headers; cuda includes neither.
SAME_RANK_ALLOWED = {("ops", "cuda")}


def module_of(path):
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "lib" else parts[0]


def torch_sources():
    listed = set()
    for cmake in (ROOT / "lib").glob("*/CMakeLists.txt"):
        for block in re.findall(r"llmops_torch_sources\(([^)]*)\)", cmake.read_text()):
            listed |= {cmake.parent / name for name in block.split()}
    listed.add(ROOT / "lib/ml/ml_table.cc")
    return listed


def includes_of(path):
    return [(bracket == "<", name) for bracket, name in INCLUDE.findall(path.read_text())]


def reaches_torch(path, seen):
    """Whether the file includes a libtorch header, itself or through our own headers."""
    if path in seen:
        return False
    seen.add(path)
    for system, name in includes_of(path):
        if name.startswith(("ATen/", "torch/", "c10/")):
            return True
        ours = ROOT / "lib" / name
        if not system and ours.exists() and reaches_torch(ours, seen):
            return True
    return False


def main():
    breaches = []
    torch = torch_sources()
    sources = [p for top in ("lib", "apps", "cuda") for p in (ROOT / top).rglob("*") if p.suffix in (".h", ".cc", ".cu")]
    for path in sorted(sources):
        name = path.relative_to(ROOT)
        here = module_of(path)
        text = path.read_text()
        if text.count("\n") > MAX_LINES:
            breaches.append(f"{name}: {text.count(chr(10))} lines, at most {MAX_LINES}")
        for system, include in includes_of(path):
            if include == "torch/torch.h":
                breaches.append(f"{name}: includes <torch/torch.h>")
            if include.startswith("catch2/"):
                breaches.append(f"{name}: includes Catch2")
            there = include.split("/")[0]
            if system or there not in RANK or there == here or (here, there) in SAME_RANK_ALLOWED:
                continue
            if here not in RANK:
                breaches.append(f"{name}: module '{here}' has no place in the layers")
            elif RANK[there] >= RANK[here]:
                breaches.append(f"{name}: '{here}' includes '{include}', which is not to its left")
        if path.suffix == ".cc" and path not in torch and reaches_torch(path, set()):
            breaches.append(f"{name}: reaches libtorch but is not listed under llmops_torch_sources()")
    for path in (ROOT / "tests").rglob("*.cc"):
        catch = any(include.startswith("catch2/") for _, include in includes_of(path))
        if catch and path != ROOT / "tests/support/main.cc":
            breaches.append(f"{path.relative_to(ROOT)}: includes Catch2 itself; use support/catch.h")
    for breach in breaches:
        print(breach)
    print(f"layers: {len(sources)} files, {len(breaches)} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
