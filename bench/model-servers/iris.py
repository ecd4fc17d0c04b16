"""Writes a logistic regression on the iris set to the path given: `python iris.py PATH`."""

import sys

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

rows, species = load_iris(return_X_y=True)
joblib.dump(LogisticRegression(max_iter=1000).fit(rows, species), sys.argv[1])
