#!/usr/bin/env python3
"""Log densities of Optuna's Parzen estimator, for observations of every kind of parameter: parzen.json.

Run with optuna 5.0.0: python make.py > parzen.json
"""
import functools
import json

import numpy as np
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights

# Optuna leaves open which of two equal observations counts as the lower one; here it is the earlier.
np.argsort = functools.partial(np.argsort, kind="stable")
SETTINGS = _ParzenEstimatorParameters(prior_weight=1.0, consider_magic_clip=True, consider_endpoints=False,
                                      weights=default_weights, multivariate=True)
SPACE = {
    "uniform": (FloatDistribution(-2.0, 3.0), {"low": -2.0, "high": 3.0}),
    "log": (FloatDistribution(1e-5, 1e-1, log=True), {"low": 1e-5, "high": 1e-1, "log": True}),
    "stepped": (FloatDistribution(0.0, 2.0, step=0.25), {"low": 0.0, "high": 2.0, "step": 0.25}),
    "whole": (IntDistribution(1, 9), {"low": 1, "high": 9, "step": 1, "whole": True}),
    "whole_log": (IntDistribution(1, 256, log=True), {"low": 1, "high": 256, "step": 1, "whole": True, "log": True}),
    "choice": (CategoricalDistribution(["a", "b", "c", "d"]), {"choices": ["a", "b", "c", "d"]}),
}


def draw(rng, distribution):
    if isinstance(distribution, CategoricalDistribution):
        return int(rng.integers(len(distribution.choices)))
    low, high = distribution.low, distribution.high
    value = float(np.exp(rng.uniform(np.log(low), np.log(high)))) if distribution.log else float(rng.uniform(low, high))
    if distribution.step is None:
        return value
    return float(low + round((value - low) / distribution.step) * distribution.step)


def case(rng, names, count):
    space = {name: SPACE[name][0] for name in names}
    seen = {name: np.array([draw(rng, space[name]) for _ in range(count)]) for name in names}
    asked = {name: np.array([draw(rng, space[name]) for _ in range(8)]) for name in names}
    for name in names:  # the corners, too
        distribution = space[name]
        choices = isinstance(distribution, CategoricalDistribution)
        asked[name][0] = 0 if choices else distribution.low
        asked[name][1] = len(distribution.choices) - 1 if choices else distribution.high
    estimator = _ParzenEstimator(seen, space, SETTINGS)
    return {
        "parameters": [dict(key=name, **SPACE[name][1]) for name in names],
        "observations": [[float(seen[name][i]) for name in names] for i in range(count)],
        "points": [[float(asked[name][i]) for name in names] for i in range(8)],
        "log_densities": [float(value) for value in estimator.log_pdf(asked)],
    }


def main():
    rng = np.random.default_rng(7)
    cases = [case(rng, [name], count) for name in SPACE for count in (0, 1, 2, 7)]
    cases += [case(rng, list(SPACE), count) for count in (0, 3, 26, 40)]
    weights = {str(n): [float(w) for w in default_weights(n)] for n in (0, 3, 25, 26, 30)}
    print(json.dumps({"cases": cases, "weights": weights}, separators=(",", ":")))


main()
