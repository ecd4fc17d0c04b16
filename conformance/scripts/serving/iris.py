"""Trains and serves a random forest: one script for both, as AWS's examples have it."""

import argparse
import os

import joblib
import pandas
from sklearn.ensemble import RandomForestClassifier


def model_fn(model_dir):
    return joblib.load(os.path.join(model_dir, "model.joblib"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--n-estimators", type=int, default=10)
    trees = parser.parse_args().n_estimators
    table = pandas.read_csv(os.path.join(os.environ["SM_CHANNEL_TRAIN"], "iris.csv"))
    features, labels = table.drop(columns=["class"]).values, table["class"].values
    model = RandomForestClassifier(n_estimators=trees, random_state=0).fit(features, labels)
    joblib.dump(model, os.path.join(os.environ["SM_MODEL_DIR"], "model.joblib"))
