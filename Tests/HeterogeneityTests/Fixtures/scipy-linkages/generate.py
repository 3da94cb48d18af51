"""Writes case.json: clusterings of random distance matrices by SciPy, an independent implementation.

    python3 generate.py        (SciPy 1.17.1, NumPy 2.4.6)

All distances of a matrix differ, so that no result depends on tie-breaking.
"""

import json
import pathlib

import numpy as np
from scipy.cluster.hierarchy import cophenet, fcluster, linkage
from scipy.spatial.distance import pdist, squareform


def silhouette(distances, labels):
    scores = []
    for i, own in enumerate(labels):
        members = [j for j in range(len(labels)) if labels[j] == own and j != i]
        if not members:
            scores.append(0.0)
            continue
        a = np.mean([distances[i, j] for j in members])
        b = min(
            np.mean([distances[i, j] for j in range(len(labels)) if labels[j] == other])
            for other in set(labels) - {own}
        )
        scores.append((b - a) / max(a, b))
    return float(np.mean(scores))


def case(name, condensed):
    distances = squareform(condensed)
    count = len(distances)
    assert len(set(condensed)) == len(condensed)
    linkages = {}
    for method in ("single", "complete", "average", "ward"):
        tree = linkage(condensed, method)
        correlation, cophenetic = cophenet(tree, condensed)
        cuts = []
        for groups in range(2, count):
            labels = fcluster(tree, groups, "maxclust").tolist()
            assert len(set(labels)) == groups
            cuts.append({"groups": groups, "labels": labels, "silhouette": silhouette(distances, labels)})
        threshold = float(np.median(tree[:, 2]))
        linkages[method] = {
            "heights": tree[:, 2].tolist(),
            "sizes": tree[:, 3].astype(int).tolist(),
            "cophenetic": cophenetic.tolist(),
            "copheneticCorrelation": float(correlation),
            "cuts": cuts,
            "threshold": threshold,
            "thresholdLabels": fcluster(tree, threshold, "distance").tolist(),
        }
    return {
        "name": name,
        "values": distances.tolist(),
        "singularValues": np.linalg.svd(distances, compute_uv=False).tolist(),
        "linkages": linkages,
    }


random = np.random.default_rng(20230317)
cases = [
    case("three", pdist(random.normal(size=(3, 2)))),
    case("euclidean", pdist(random.normal(size=(9, 3)))),
    case("not-a-metric", random.exponential(size=12 * 11 // 2)),
    case("three-camps", pdist(np.concatenate([random.normal(size=(6, 2)) + c for c in ((0, 0), (7, 1), (2, 9))]))),
]
path = pathlib.Path(__file__).with_name("case.json")
path.write_text(json.dumps({"cases": cases}, separators=(",", ":")) + "\n")
