"""
    with_xgboost.py make ROWS MODEL CSV       writes a model of a hundred trees and rows of twenty numbers without a label
    with_xgboost.py predict MODEL CSV OUTPUT  the loop that people write: a part of the rows at a time, a line for each
"""

import sys

import numpy
import pandas
import xgboost

COLUMNS = 20
PART = 100_000


def make(rows, model, csv):
    random = numpy.random.default_rng(7)

    def features(count):
        return random.normal(size=(count, COLUMNS)).astype("float32").round(4)

    known = features(20_000)
    label = (known[:, 0] + known[:, 1] * known[:, 2] > 0).astype("float32")
    booster = xgboost.train(
        {"objective": "binary:logistic", "max_depth": 6, "seed": 7}, xgboost.DMatrix(known, label), 100
    )
    booster.save_model(model)
    with open(csv, "w") as out:
        for begun in range(0, rows, PART):
            pandas.DataFrame(features(min(PART, rows - begun))).to_csv(out, header=False, index=False)


def predict(model, csv, output):
    booster = xgboost.Booster(model_file=model)
    with open(output, "w") as out:
        for part in pandas.read_csv(csv, header=None, chunksize=PART, dtype="float32"):
            answers = booster.predict(xgboost.DMatrix(part.to_numpy()))
            out.write("\n".join(map(str, answers.tolist())) + "\n")


if sys.argv[1] == "make":
    make(int(sys.argv[2]), *sys.argv[3:])
else:
    predict(*sys.argv[2:])
