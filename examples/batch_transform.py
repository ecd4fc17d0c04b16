"""A batch transform with the SageMaker Python SDK, version 2 or 3, whichever is installed.

Run it with: bin/sagebrush exec -- python examples/batch_transform.py

It trains XGBoost on four fifths of the Wisconsin breast-cancer set, gives the model all rows, each with a number and its
diagnosis, and keeps of each row the number, the diagnosis and what the model says.
"""

import importlib.metadata
import pathlib
import time

import boto3

ROWS = (pathlib.Path(__file__).parent / "data" / "breast-cancer.csv").read_text().split()[1:]
NAME = f"batch-transform-{int(time.time())}"
INSTANCE = "ml.m5.large"

if importlib.metadata.version("sagemaker").startswith("2."):
    from sagemaker import Session, get_execution_role, image_uris
    from sagemaker.transformer import Transformer
else:
    from sagemaker.core import image_uris
    from sagemaker.core.helper.session_helper import Session, get_execution_role
    from sagemaker.core.transformer import Transformer


def train(client, image, role, place):
    client.create_training_job(
        TrainingJobName=NAME,
        RoleArn=role,
        AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"},
        HyperParameters={"objective": "binary:logistic", "num_round": "50", "max_depth": "4"},
        InputDataConfig=[
            {
                "ChannelName": "train",
                "ContentType": "text/csv",
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"{place}/train/"}},
            }
        ],
        OutputDataConfig={"S3OutputPath": f"{place}/model"},
        ResourceConfig={"InstanceType": INSTANCE, "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )
    client.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=NAME)
    artifact = client.describe_training_job(TrainingJobName=NAME)["ModelArtifacts"]["S3ModelArtifacts"]
    container = {"Image": image, "ModelDataUrl": artifact}
    client.create_model(ModelName=NAME, ExecutionRoleArn=role, PrimaryContainer=container)


session = Session()
bucket = session.default_bucket()
place = f"s3://{bucket}/{NAME}"
s3 = boto3.client("s3")
s3.put_object(Bucket=bucket, Key=f"{NAME}/train/rows.csv", Body="\n".join(ROWS[len(ROWS) // 5 :]))
numbered = [f"{number},{row}" for number, row in enumerate(ROWS)]
s3.put_object(Bucket=bucket, Key=f"{NAME}/all/rows.csv", Body="\n".join(numbered))
image = image_uris.retrieve("xgboost", session.boto_region_name, version="1.7-1")
train(boto3.client("sagemaker"), image, get_execution_role(session), place)

transformer = Transformer(
    model_name=NAME,
    instance_count=1,
    instance_type=INSTANCE,
    output_path=f"{place}/answers",
    assemble_with="Line",
    accept="text/csv",
    sagemaker_session=session,
)
transformer.transform(
    f"{place}/all/",
    content_type="text/csv",
    split_type="Line",
    # The model is given neither the number nor the diagnosis.
    input_filter="$[2:]",
    join_source="Input",
    output_filter="$[0,1,-1]",
    wait=False,
)
transformer.wait(logs=False)

answers = s3.get_object(Bucket=bucket, Key=f"{NAME}/answers/rows.csv.out")["Body"].read().decode().split()
rows = [answer.split(",") for answer in answers]
right = sum((float(said) > 0.5) == (known == "1") for _, known, said in rows)
print(f"{len(rows)} rows, the last is number {rows[-1][0]}, {right / len(rows):.3f} of them right")
