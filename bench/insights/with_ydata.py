"""Profiles a file of Parquet with ydata-profiling: with_ydata.py minimal|full FILE OUTPUT

It writes OUTPUT.html, as our program writes a page, and what it says of the columns as OUTPUT.json.
"""

import json
import sys

import pandas
from ydata_profiling import ProfileReport

mode, file, output = sys.argv[1:4]
frame = pandas.read_parquet(file)
report = ProfileReport(frame, minimal=mode == "minimal", progress_bar=False)
report.to_file(f"{output}.html", silent=True)


def figures(found):
    names = {"missing": "n_missing", "distinct": "n_distinct", "min": "min", "max": "max", "mean": "mean", "stddev": "std"}
    numeric = str(found["type"]) == "Numeric"
    wanted = names if numeric else {name: names[name] for name in ("missing", "distinct")}
    return {name: float(found[own]) for name, own in wanted.items()}


variables = report.get_description().variables
with open(f"{output}.json", "w") as answers:
    json.dump({name: figures(found) for name, found in variables.items()}, answers)
