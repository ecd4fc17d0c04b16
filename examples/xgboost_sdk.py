"""The main job with the SageMaker Python SDK, version 2 or 3, whichever is installed.

Run it with: bin/sagebrush exec -- python examples/xgboost_sdk.py

Nothing in it is particular to Sagebrush. It uploads the Wisconsin breast-cancer set, trains the built-in XGBoost on four
fifths of the rows while showing the job's log, deploys the model, and scores the fifth that was held out.
"""

import importlib.metadata
import pathlib
import tempfile

ROWS = (pathlib.Path(__file__).parent / "data" / "breast-cancer.csv").read_text().split()[1:]
HELD_OUT = ROWS[::5]
FEATURES = "\n".join(row.split(",", 1)[1] for row in HELD_OUT)
HYPERPARAMETERS = {"objective": "binary:logistic", "num_round": "100", "max_depth": "4", "eta": "0.2"}
INSTANCE = "ml.m5.large"


def write_train_file(folder):
    path = pathlib.Path(folder) / "train.csv"
    path.write_text("\n".join(row for number, row in enumerate(ROWS) if number % 5))
    return str(path)


def predict_with_version_2(train_file):
    import sagemaker
    from sagemaker import image_uris
    from sagemaker.estimator import Estimator
    from sagemaker.inputs import TrainingInput
    from sagemaker.serializers import CSVSerializer

    session = sagemaker.Session()
    train = session.upload_data(train_file, key_prefix="xgboost-sdk")
    estimator = Estimator(
        image_uri=image_uris.retrieve("xgboost", session.boto_region_name, version="1.7-1"),
        role=sagemaker.get_execution_role(session),
        instance_count=1,
        instance_type=INSTANCE,
        hyperparameters=HYPERPARAMETERS,
        base_job_name="xgboost-sdk",
        sagemaker_session=session,
    )
    estimator.fit({"train": TrainingInput(train, content_type="text/csv")})
    predictor = estimator.deploy(1, INSTANCE, serializer=CSVSerializer())
    answer = predictor.predict(FEATURES)
    predictor.delete_model()
    predictor.delete_endpoint()
    return answer


def predict_with_version_3(train_file):
    from sagemaker.core import image_uris
    from sagemaker.core.helper.session_helper import Session, get_execution_role
    from sagemaker.core.training.configs import Compute, InputData
    from sagemaker.serve.model_builder import ModelBuilder
    from sagemaker.train import ModelTrainer

    session = Session()
    role = get_execution_role(session)
    image = image_uris.retrieve("xgboost", session.boto_region_name, version="1.7-1")
    train = session.upload_data(train_file, key_prefix="xgboost-sdk")
    trainer = ModelTrainer(
        training_image=image,
        role=role,
        compute=Compute(instance_type=INSTANCE, instance_count=1),
        hyperparameters=HYPERPARAMETERS,
        base_job_name="xgboost-sdk",
        sagemaker_session=session,
    )
    trainer.train(input_data_config=[InputData(channel_name="train", data_source=train, content_type="text/csv")])
    builder = ModelBuilder(
        image_uri=image,
        s3_model_data_url=trainer._latest_training_job.model_artifacts.s3_model_artifacts,
        role_arn=role,
        instance_type=INSTANCE,
        sagemaker_session=session,
    )
    model = builder.build()
    endpoint = builder.deploy(endpoint_name=trainer._latest_training_job.training_job_name)
    answer = endpoint.invoke(body=FEATURES, content_type="text/csv", accept="text/csv").body.read()
    endpoint.delete()
    model.delete()
    return answer


def main():
    version = importlib.metadata.version("sagemaker")
    predict = predict_with_version_2 if version.startswith("2.") else predict_with_version_3
    with tempfile.TemporaryDirectory() as folder:
        probabilities = [float(text) for text in predict(write_train_file(folder)).decode().split()]
    right = sum((p > 0.5) == (row[0] == "1") for p, row in zip(probabilities, HELD_OUT, strict=True))
    print(f"SageMaker SDK {version}: accuracy {right / len(HELD_OUT):.3f} on {len(HELD_OUT)} held-out rows")


if __name__ == "__main__":
    main()
