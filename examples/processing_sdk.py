"""A processing job with the SageMaker Python SDK, version 2 or 3, whichever is installed.

Run it with: bin/sagebrush exec -- python examples/processing_sdk.py

It runs examples/processing/split.py on the Wisconsin breast-cancer set in a processing job, shows the job's log, and says
where the two parts are.
"""

import importlib.metadata
import pathlib

HERE = pathlib.Path(__file__).parent
SCRIPT = str(HERE / "processing" / "split.py")
TABLE = str(HERE / "data" / "breast-cancer.csv")
INPUT = "/opt/ml/processing/input/table"
OUTPUTS = {"train": "/opt/ml/processing/train", "test": "/opt/ml/processing/test"}
ARGUMENTS = ["--test-share", "0.25"]
INSTANCE = "ml.m5.large"


def split_with_version_2():
    import sagemaker
    from sagemaker.processing import ProcessingInput, ProcessingOutput
    from sagemaker.sklearn.processing import SKLearnProcessor

    session = sagemaker.Session()
    processor = SKLearnProcessor(
        framework_version="1.2-1",
        role=sagemaker.get_execution_role(session),
        instance_count=1,
        instance_type=INSTANCE,
        sagemaker_session=session,
    )
    processor.run(
        code=SCRIPT,
        inputs=[ProcessingInput(source=TABLE, destination=INPUT)],
        outputs=[ProcessingOutput(output_name=name, source=path) for name, path in OUTPUTS.items()],
        arguments=ARGUMENTS,
    )
    return session.sagemaker_client, processor.latest_job.job_name


def split_with_version_3():
    from sagemaker.core import image_uris
    from sagemaker.core.helper.session_helper import Session, get_execution_role
    from sagemaker.core.processing import ScriptProcessor
    from sagemaker.core.shapes import ProcessingInput, ProcessingOutput, ProcessingS3Input, ProcessingS3Output

    session = Session()
    processor = ScriptProcessor(
        image_uri=image_uris.retrieve("sklearn", session.boto_region_name, version="1.2-1", instance_type=INSTANCE),
        command=["python3"],
        role=get_execution_role(session),
        instance_count=1,
        instance_type=INSTANCE,
        sagemaker_session=session,
    )
    table = ProcessingS3Input(s3_uri=TABLE, local_path=INPUT, s3_data_type="S3Prefix", s3_input_mode="File")
    processor.run(
        code=SCRIPT,
        inputs=[ProcessingInput(input_name="table", s3_input=table)],
        outputs=[
            # The SDK chooses the place in S3.
            ProcessingOutput(
                output_name=name,
                s3_output=ProcessingS3Output(s3_uri="", local_path=path, s3_upload_mode="EndOfJob"),
            )
            for name, path in OUTPUTS.items()
        ],
        arguments=ARGUMENTS,
    )
    return session.sagemaker_client, processor.latest_job.processing_job_name


version = importlib.metadata.version("sagemaker")
split = split_with_version_2 if version.startswith("2.") else split_with_version_3
client, name = split()
job = client.describe_processing_job(ProcessingJobName=name)
print(f"SageMaker SDK {version}: {job['ExitMessage']}")
for output in job["ProcessingOutputConfig"]["Outputs"]:
    print(output["OutputName"], output["S3Output"]["S3Uri"])
