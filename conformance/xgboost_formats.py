"""Writes a model of each objective in each format that this XGBoost writes, with its predictions: FOLDER as the argument."""

import json
import os
import pickle
import sys
import warnings

import numpy
import xgboost

warnings.filterwarnings("ignore")
folder = sys.argv[1]
random = numpy.random.default_rng(0)
rows = random.normal(size=(60, 5)).astype("float32")
rows[random.random(rows.shape) < 0.1] = numpy.nan
classes = random.integers(0, 3, 60)
labels = {
    "binary": (classes > 1).astype(int), "multi": classes, "rank": classes, "count": classes,
    "survival": random.exponential(size=60) + 0.1, "reg": random.random(60) * 0.9 + 0.05,
}
objectives = [
    ["reg:squarederror", {"base_score": 0.7}], ["reg:logistic", {}], ["reg:gamma", {"base_score": 0.3}], ["reg:tweedie", {}],
    ["reg:squaredlogerror", {}], ["reg:pseudohubererror", {}], ["binary:logistic", {"base_score": 0.3}], ["binary:logitraw", {}],
    ["binary:hinge", {}], ["count:poisson", {}], ["multi:softprob", {"num_class": 3}], ["multi:softmax", {"num_class": 3}],
    ["rank:pairwise", {}], ["survival:cox", {}], ["reg:squarederror", {"booster": "dart", "rate_drop": 0.5}],
]
major = int(xgboost.__version__.split(".")[0])
written = []
for number, (objective, more) in enumerate(objectives):
    data = xgboost.DMatrix(rows, label=labels[objective.split(":")[0]])
    if objective.startswith("rank"):
        data.set_group([20, 20, 20])
    parameters = {"objective": objective, "max_depth": 3, "seed": 1, "verbosity": 0, **more}
    booster = xgboost.train(parameters, data, num_boost_round=8)
    expected = booster.predict(xgboost.DMatrix(rows), iteration_range=(0, 8)).reshape(60, -1).tolist()
    files = {}
    for ending in ["json", "ubj"] + (["deprecated"] if major < 3 else []):
        path = os.path.join(folder, f"{number}.{ending}")
        booster.save_model(path)
        files[ending] = path
    for protocol in (2, 3, 4, 5):
        files[f"pickle {protocol}"] = os.path.join(folder, f"{number}.pickle{protocol}")
        with open(files[f"pickle {protocol}"], "wb") as file:
            pickle.dump(booster, file, protocol=protocol)
    written.append({"objective": objective, "more": more, "files": files, "predictions": expected})
if hasattr(xgboost, "XGBClassifier"):
    try:
        classifier = xgboost.XGBClassifier(n_estimators=5).fit(rows, labels["binary"])
        path = os.path.join(folder, "classifier.pickle")
        with open(path, "wb") as file:
            pickle.dump(classifier, file)
        expected = classifier.predict_proba(rows)[:, 1:].tolist()
        written.append({"objective": "XGBClassifier", "more": {}, "files": {"pickle": path}, "predictions": expected})
    except ImportError:
        pass
json.dump({"version": xgboost.__version__, "rows": [[None if numpy.isnan(v) else float(v) for v in row] for row in rows], "models": written}, open(os.path.join(folder, "models.json"), "w"))
