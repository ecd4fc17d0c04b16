"""Splits a table into rows to train on and rows to test on, scaled by what the first have. Runs inside a processing job."""

import argparse
import pathlib

import pandas
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

parser = argparse.ArgumentParser()
parser.add_argument("--test-share", type=float, default=0.2)
arguments = parser.parse_args()

root = pathlib.Path("/opt/ml/processing")
table = pandas.read_csv(root / "input/table/breast-cancer.csv")
train, test = train_test_split(table, test_size=arguments.test_share, random_state=0, stratify=table["diagnosis"])
scaler = StandardScaler().fit(train.drop(columns="diagnosis"))
for name, rows in [("train", train), ("test", test)]:
    features = pandas.DataFrame(scaler.transform(rows.drop(columns="diagnosis")))
    features.insert(0, "diagnosis", rows["diagnosis"].values)
    features.to_csv(root / name / "rows.csv", index=False, header=False)
    print(f"{name}: {len(rows)} rows")

# The job's ExitMessage.
pathlib.Path("/opt/ml/output/message").write_text(f"{len(train)} rows to train on, {len(test)} to test on")
