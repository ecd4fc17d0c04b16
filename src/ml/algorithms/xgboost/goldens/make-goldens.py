"""Writes goldens.json: what real XGBoost learns and predicts from examples/data/breast-cancer.csv.

Run with: python make-goldens.py, then npm run format (needs numpy and xgboost; made with xgboost-cpu 3.2.0). The test builds the
same tables: every fifth row is held out; with "missing", cell (r, c) of the whole table is taken away where
(31 r + 17 c) % 10 == 0, c counting all columns of the file; with "weighted", row r weighs 1 + r % 3.
"""

import json
import pathlib

import numpy as np
import xgboost

here = pathlib.Path(__file__).parent
data = here.parents[4] / "examples" / "data" / "breast-cancer.csv"
table = np.genfromtxt(data, delimiter=",", skip_header=1, dtype=np.float32)
row, column = np.indices(table.shape)
held_out = np.arange(len(table)) % 5 == 0

# What is predicted: the column that holds it, and how a label is made of it.
labels = {
    "diagnosis": (0, lambda value: value),
    "worst_area": (24, lambda value: value),
    "texture_class": (2, lambda value: (value > 17).astype(np.float32) + (value > 20)),
}


def matrix(label, missing, weighted, rows):
    at, make = labels[label]
    values = np.where((31 * row + 17 * column) % 10 == 0, np.nan, table) if missing else table
    features = np.delete(values, at, axis=1)[rows]
    weights = (1 + np.arange(len(table)) % 3)[rows] if weighted else None
    return xgboost.DMatrix(features, label=make(table[:, at])[rows], weight=weights)


def case(label, missing=False, weighted=False, rounds=10, **parameters):
    train = matrix(label, missing, weighted, ~held_out)
    test = matrix(label, missing, weighted, held_out)
    fixed = {"tree_method": "hist", "base_score": 0.5, "nthread": 1}
    scores = {}
    booster = xgboost.train(
        {**fixed, **parameters},
        train,
        rounds,
        evals=[(train, "train"), (test, "validation")],
        evals_result=scores,
        verbose_eval=False,
    )
    texts = {k: ",".join(v) if isinstance(v, list) else str(v) for k, v in parameters.items()}
    made = {
        "label": label,
        "missing": missing,
        "weighted": weighted,
        "hyperparameters": {"num_round": str(rounds), **texts},
        "scores": {f"{on}-{name}": values[-1] for on, of in scores.items() for name, values in of.items()},
        "predictions": [float(f"{value:.9g}") for value in booster.predict(test)[:20].ravel()],
    }
    return booster, made


binary = {"objective": "binary:logistic", "eval_metric": ["logloss", "auc", "error", "error@0.3", "rmse", "mae"]}
value = {"objective": "reg:squarederror", "eval_metric": ["rmse", "mae"]}
classes = {"objective": "multi:softprob", "num_class": 3, "eval_metric": ["mlogloss", "merror"]}
cases = [
    case("diagnosis", **binary),
    case("diagnosis", missing=True, weighted=True, scale_pos_weight=2, **binary),
    case("diagnosis", max_depth=3, eta=0.1, alpha=0.5, gamma=0.3, min_child_weight=3, rounds=30, **binary),
    case("diagnosis", max_depth=0, min_child_weight=0.25, **{"lambda": 0.1}, **binary),
    case("diagnosis", max_bin=64, max_delta_step=0.7, alpha=1, **binary),
    case("worst_area", **value),
    case("worst_area", missing=True, weighted=True, max_bin=64, **value),
    case("texture_class", **classes),
    case("texture_class", missing=True, weighted=True, eta=0.1, **classes),
]


def model(label, objective, **parameters):
    booster, made = case(label, missing=True, rounds=2, max_depth=2, objective=objective, **parameters)
    return {"label": label, "model": booster.save_raw("json").decode(), "predictions": made["predictions"]}


models = [
    model("diagnosis", "binary:logistic"),
    model("worst_area", "reg:squarederror"),
    model("texture_class", "multi:softprob", num_class=3),
    model("texture_class", "multi:softmax", num_class=3),
]
goldens = {"xgboost": xgboost.__version__, "cases": [made for _, made in cases], "models": models}
(here / "goldens.json").write_text(json.dumps(goldens, indent=1) + "\n")
