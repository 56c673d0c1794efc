#!/usr/bin/env python3
"""Numbers that lib/data/explore is checked against. Needs numpy 2 and scikit-learn 1.9; writes explore.json beside itself."""
import json
import pathlib

import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness

rng = np.random.default_rng(7)
lengths = np.concatenate([rng.geometric(0.01, 400), [70000, 70001, 5]])
shown = [1, 5, 10, 25, 50, 75, 90, 95, 99]
points = np.round(load_iris().data[::2], 1)  # 75 flowers, 4 measures
flat = np.round(rng.normal(size=(len(points), 2)), 2)
centred = PCA(2, svd_solver="full").fit_transform(points)
centred *= np.sign(centred[np.abs(centred).argmax(0), range(2)])
means = KMeans(3, n_init=20, random_state=0).fit(points)
maps = [TSNE(2, perplexity=20, method="exact", init="pca", random_state=0).fit_transform(points)]

golden = {
    "lengths": lengths.tolist(),
    "percentiles": {str(p): float(np.percentile(lengths, p)) for p in shown},
    "points": points.tolist(),
    "map": flat.tolist(),
    "trustworthiness_of_map": trustworthiness(points, flat, n_neighbors=10),
    "pca": np.round(centred, 5).tolist(),
    "kmeans_inertia": means.inertia_,
    "kmeans_sizes": sorted(np.bincount(means.labels_).tolist(), reverse=True),
    "tsne_trustworthiness": [trustworthiness(points, m, n_neighbors=10) for m in maps],
}
path = pathlib.Path(__file__).with_name("explore.json")
path.write_text(json.dumps(golden) + "\n")
print(path, path.stat().st_size, golden["tsne_trustworthiness"], golden["trustworthiness_of_map"])
