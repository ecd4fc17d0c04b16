import os

import xgboost
from sagemaker_containers.beta.framework import encoders, worker
from sagemaker_xgboost_container import encoder as xgb_encoders


def model_fn(model_dir):
    booster = xgboost.Booster()
    booster.load_model(os.path.join(model_dir, "xgboost-model"))
    return booster


def input_fn(request_body, request_content_type):
    return xgb_encoders.decode(request_body, request_content_type)


def output_fn(prediction, accept):
    return worker.Response(encoders.encode(prediction, accept), accept, mimetype=accept)
