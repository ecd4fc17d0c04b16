"""Serves a booster and says what each row was, with a requirement and formats of its own."""

import json
import os

import tabulate
import xgboost
from sagemaker_containers.beta.framework import encoders, worker


def model_fn(model_dir):
    booster = xgboost.Booster()
    booster.load_model(os.path.join(model_dir, "model.json"))
    return booster


def output_fn(prediction, accept):
    if accept == "text/table":
        return worker.Response(tabulate.tabulate([[value] for value in prediction.round(2)]), mimetype=accept)
    return worker.Response(encoders.encode(prediction.round(2), accept), mimetype=accept)
