#!/usr/bin/env python3
"""Writes statistics.json: percentiles by numpy, the Kolmogorov-Smirnov test by scipy, the PSI by its definition in numpy.

pip install numpy scipy; python3 make_statistics.py
"""
import json
import pathlib

import numpy as np
from scipy import stats

random = np.random.default_rng(7)


def psi(reference, current, edges, smoothing):
    def shares(sample):
        counts = np.bincount(np.searchsorted(edges, sample, side="left"), minlength=len(edges) + 1)
        return (counts + smoothing) / (counts.sum() + smoothing * len(counts))

    p, q = shares(reference), shares(current)
    return float(np.sum((q - p) * np.log(q / p)))


def case(name, reference, current, bins=10, smoothing=0.5):
    reference, current = np.asarray(reference, float), np.asarray(current, float)
    edges = np.unique(np.quantile(reference, np.arange(1, bins) / bins))
    edges = edges[edges < reference.max()]
    if len(edges) == 0:
        edges = np.array([np.nextafter(reference.min(), -np.inf), reference.max()])
    exact = stats.ks_2samp(reference, current, method="exact")
    return {
        "name": name,
        "reference": reference.tolist(),
        "current": current.tolist(),
        "bins": bins,
        "smoothing": smoothing,
        "edges": edges.tolist(),
        "psi": psi(reference, current, edges, smoothing),
        "ks_statistic": float(exact.statistic),
        "ks_p_exact": float(exact.pvalue),
        "percentiles": {str(p): float(np.percentile(reference, p)) for p in (0, 1, 50, 90, 95, 99, 100)},
    }


cases = [
    case("same distribution", np.round(random.lognormal(4, 0.6, 200)), np.round(random.lognormal(4, 0.6, 150))),
    case("longer prompts", np.round(random.lognormal(4, 0.6, 200)), np.round(random.lognormal(4.6, 0.6, 150))),
    case("no overlap", random.integers(1, 20, 60), random.integers(100, 120, 60)),
    case("constant reference", np.full(30, 12), random.integers(1, 30, 40)),
    case("two values", random.integers(0, 2, 50), random.integers(0, 2, 50)),
    case("continuous", random.normal(0, 1, 300), random.normal(0.15, 1, 250), bins=5),
]
path = pathlib.Path(__file__).with_name("statistics.json")
path.write_text(json.dumps({"cases": cases}, indent=None) + "\n")
