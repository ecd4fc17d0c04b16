"""Scores predictions with scikit-learn, and prints a table with a package that the image does not have."""

import json
import pathlib
import sys

import pandas
from sklearn.metrics import accuracy_score
from tabulate import tabulate

from columns import ACTUAL, PREDICTED

root = pathlib.Path("/opt/ml/processing")
rows = pandas.read_csv(root / "input/predictions/rows.csv")
score = accuracy_score(rows[ACTUAL], rows[PREDICTED])
print(tabulate([["accuracy", score]], tablefmt="plain"))
report = {"accuracy": score, "arguments": sys.argv[1:]}
(root / "evaluation/report.json").write_text(json.dumps(report))
