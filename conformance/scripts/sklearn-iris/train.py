"""Trains a random forest on a CSV whose last column is the label, as AWS's examples of script mode do."""

import argparse
import json
import os
import socket

import joblib
import pandas
import tabulate
from sklearn.ensemble import RandomForestClassifier

from features import split

parser = argparse.ArgumentParser()
parser.add_argument("--n-estimators", type=int, default=10)
parser.add_argument("--label", type=str, default="class")
parser.add_argument("--model-dir", type=str, default=os.environ["SM_MODEL_DIR"])
parser.add_argument("--output-data-dir", type=str, default=os.environ["SM_OUTPUT_DATA_DIR"])
parser.add_argument("--train", type=str, default=os.environ["SM_CHANNEL_TRAIN"])
parser.add_argument("--test", type=str, default=os.environ["SM_CHANNEL_TEST"])
arguments = parser.parse_args()

train, test = (
    split(pandas.read_csv(os.path.join(folder, "iris.csv")), arguments.label)
    for folder in (arguments.train, arguments.test)
)
model = RandomForestClassifier(n_estimators=arguments.n_estimators, random_state=0).fit(*train)
print(f"accuracy={model.score(*test):.4f};")
print(tabulate.tabulate([["host", socket.gethostname()], ["folder", os.getcwd()]]))
joblib.dump(model, os.path.join(arguments.model_dir, "model.joblib"))
with open(os.path.join(arguments.output_data_dir, "hyperparameters.json"), "w") as file:
    json.dump(json.loads(os.environ["SM_HPS"]), file)
