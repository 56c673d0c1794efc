#!/usr/bin/env python3
"""Agreement measures of the reference implementations, for tests/unit/data/agreement_measures_test.cc.

    pip install scikit-learn==1.9.1 statsmodels==0.15.0 krippendorff==0.9.0    # near versions give the same numbers
    python3 make.py > agreement.json
"""
import json
import math
import random
import warnings

import krippendorff
import numpy as np
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

warnings.filterwarnings("ignore")
MISSING = -1


def ratings(rng, units, people, categories, noise, missing, skew):
    """(units, people) of categories; everybody sees the truth, but for `noise` of the time."""
    weights = [skew**c for c in range(categories)]
    rows = []
    for _ in range(units):
        truth = rng.choices(range(categories), weights)[0]
        row = [rng.choices(range(categories), weights)[0] if rng.random() < noise else truth for _ in range(people)]
        rows.append([MISSING if rng.random() < missing else c for c in row])
    return rows


def number(value):
    return None if value is None or math.isnan(value) else round(float(value), 12)


def cohen(rows, categories):
    both = [(r[0], r[1]) for r in rows if MISSING not in r[:2]]
    a, b = [x for x, _ in both], [y for _, y in both]
    labels = list(range(categories))
    return {name: number(cohen_kappa_score(a, b, labels=labels, weights=weights))
            for name, weights in (("none", None), ("linear", "linear"), ("quadratic", "quadratic"))}


def fleiss(rows, categories):
    whole = [r for r in rows if MISSING not in r]
    table = [[r.count(c) for c in range(categories)] for r in whole]
    return number(fleiss_kappa(np.array(table), method="fleiss"))


def alpha(rows, categories, values):
    data = np.array([[np.nan if c == MISSING else values[c] for c in r] for r in rows], dtype=float).T
    result = {}
    for level in ("nominal", "ordinal", "interval"):
        try:
            result[level] = number(krippendorff.alpha(reliability_data=data, level_of_measurement=level))
        except (ValueError, ZeroDivisionError):
            result[level] = None
    return result


def main():
    rng = random.Random(7)
    cases = []
    for units, people, categories, noise, missing, skew in [
            (60, 2, 2, 0.3, 0, 1), (60, 3, 3, 0.4, 0, 1), (80, 4, 5, 0.3, 0.3, 1), (50, 5, 4, 0.6, 0.5, 0.5),
            (40, 2, 3, 1.0, 0, 1), (30, 3, 2, 0.1, 0.1, 0.05), (12, 3, 3, 0, 0, 1), (25, 6, 10, 0.5, 0.2, 0.8)]:
        rows = ratings(rng, units, people, categories, noise, missing, skew)
        values = [c * c + 1 for c in range(categories)]  # unequal steps: an interval is not a rank
        cases.append({"categories": categories, "values": values, "ratings": rows, "cohen": cohen(rows, categories),
                      "fleiss": fleiss(rows, categories), "alpha": alpha(rows, categories, values)})
    print("[" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "]")


if __name__ == "__main__":
    main()
