"""Holds the built-in XGBoost against the real one, through the API, and prints what it found as JSON.

Run with: bin/sagebrush exec -- python conformance/xgboost_reference.py (needs boto3, scikit-learn, xgboost-cpu)

On three of scikit-learn's data sets, each as it is and with a tenth of its values taken away, it trains a job here and
XGBoost itself with the same hyperparameters. XGBoost then loads the job's model: `prediction_difference` is the largest
difference between what it predicts with it and what the endpoint answers. `ours` and `xgboost` are the scores of the two
models on held-out rows.
"""

import io
import json
import tarfile
import time
import uuid

import boto3
import numpy as np
import xgboost
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.metrics import log_loss, mean_squared_error, roc_auc_score

COMMON = {"num_round": "50", "max_depth": "4", "eta": "0.2", "lambda": "1.5", "subsample": "1"}
SETS = {
    "breast-cancer": (load_breast_cancer, {"objective": "binary:logistic"}),
    "diabetes": (load_diabetes, {"objective": "reg:squarederror"}),
    "iris": (load_iris, {"objective": "multi:softprob", "num_class": "3"}),
}

session = boto3.Session()
sagemaker, runtime, s3 = (session.client(name) for name in ("sagemaker", "sagemaker-runtime", "s3"))
account = session.client("sts").get_caller_identity()["Account"]
region = session.region_name
image = f"246618743249.dkr.ecr.{region}.amazonaws.com/sagemaker-xgboost:1.7-1"
bucket = f"sagemaker-{region}-{account}"
role = f"arn:aws:iam::{account}:role/SageMakerRole"


def csv(rows):
    """Missing values are empty fields; nine digits tell 32-bit floats apart."""
    return "\n".join(",".join("" if np.isnan(value) else f"{value:.9g}" for value in row) for row in rows)


def train(name, table, hyperparameters):
    key = f"{name}/train.csv"
    s3.put_object(Bucket=bucket, Key=key, Body=csv(table).encode())
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/{key}"}
    sagemaker.create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"},
        RoleArn=role,
        HyperParameters=hyperparameters,
        InputDataConfig=[
            {"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": source}}
        ],
        OutputDataConfig={"S3OutputPath": f"s3://{bucket}/{name}/output"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
    )
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=name)
    job = sagemaker.describe_training_job(TrainingJobName=name)
    if job["TrainingJobStatus"] != "Completed":
        raise SystemExit(f"{name}: {job['TrainingJobStatus']}: {job.get('FailureReason')}")
    return job["ModelArtifacts"]["S3ModelArtifacts"]


def endpoint_predictions(name, artifact, features):
    container = {"Image": image, "ModelDataUrl": artifact}
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=role, PrimaryContainer=container)
    variant = {"VariantName": "one", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name)
    answer = runtime.invoke_endpoint(
        EndpointName=name, ContentType="text/csv", Accept="text/csv", Body=csv(features).encode()
    )["Body"].read()
    sagemaker.delete_endpoint(EndpointName=name)
    return np.array([[float(value) for value in line.split(",")] for line in answer.decode().splitlines()])


def load_model(artifact):
    bucket_name, key = artifact.removeprefix("s3://").split("/", 1)
    archive = s3.get_object(Bucket=bucket_name, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return xgboost.Booster(model_file=bytearray(tar.extractfile("xgboost-model").read()))


def scores(objective, labels, predictions):
    if objective == "reg:squarederror":
        return {"rmse": float(mean_squared_error(labels, predictions) ** 0.5)}
    if objective == "multi:softprob":
        # 32-bit probabilities of a row sum to 1 only nearly.
        return {"mlogloss": float(log_loss(labels, predictions / predictions.sum(axis=1, keepdims=True)))}
    return {
        "auc": float(roc_auc_score(labels, predictions)),
        "logloss": float(log_loss(labels, np.clip(predictions, 1e-12, 1 - 1e-12))),
    }


def compare(name, missing):
    load, task = SETS[name]
    data = load()
    random = np.random.RandomState(7)
    features = data.data.astype(np.float32)
    labels = data.target.astype(np.float32)
    if missing:
        features[random.rand(*features.shape) < 0.1] = np.nan
    order = random.permutation(len(labels))
    held_out, kept = order[: len(order) * 3 // 10], order[len(order) * 3 // 10 :]
    hyperparameters = {**COMMON, **task}

    job = f"reference-{name}-{'missing' if missing else 'whole'}-{uuid.uuid4().hex[:8]}"
    artifact = train(job, np.column_stack([labels, features])[kept], hyperparameters)
    answered = endpoint_predictions(job, artifact, features[held_out])

    test = xgboost.DMatrix(features[held_out])
    loaded = load_model(artifact).predict(test).reshape(answered.shape)
    # XGBoost since 2.0 estimates a base score when none is given; SageMaker's default is 0.5.
    fixed = {"tree_method": "hist", "base_score": 0.5, "nthread": 1}
    parameters = {key: value for key, value in hyperparameters.items() if key != "num_round"}
    booster = xgboost.train(
        {**parameters, **fixed}, xgboost.DMatrix(features[kept], label=labels[kept]), int(COMMON["num_round"])
    )
    return {
        "name": name,
        "missing": missing,
        "prediction_difference": float(np.abs(loaded - answered).max()),
        "ours": scores(task["objective"], labels[held_out], answered.squeeze()),
        "xgboost": scores(task["objective"], labels[held_out], booster.predict(test)),
    }


began = time.time()
sets = [compare(name, missing) for name in SETS for missing in (False, True)]
print(json.dumps({"xgboost": xgboost.__version__, "seconds": round(time.time() - began, 1), "sets": sets}))
