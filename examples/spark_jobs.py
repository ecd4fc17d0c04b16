"""A Spark job with the SageMaker Python SDK, version 2 or 3, whichever is installed.

Run it with: bin/sagebrush exec -- python examples/spark_jobs.py

It counts the words of a page with examples/spark/word_count.py, leaves out those of a list, shows the job's log and the words that
come most often, and says where the event log is, which Spark's history server shows.
"""

import importlib.metadata
import pathlib

import boto3

HERE = pathlib.Path(__file__).parent
INSTANCE = "ml.m5.large"
LEFT_OUT = ["a", "and", "as", "is", "it", "of", "the"]

if importlib.metadata.version("sagemaker").startswith("2."):
    import sagemaker
    from sagemaker.spark.processing import PySparkProcessor

    session, role = sagemaker.Session(), sagemaker.get_execution_role()
else:
    from sagemaker.core.helper.session_helper import Session, get_execution_role
    from sagemaker.core.spark.processing import PySparkProcessor

    session, role = Session(), get_execution_role()

bucket = session.default_bucket()
s3 = boto3.client("s3")
s3.upload_file(str(HERE / "data" / "README.md"), bucket, "spark/texts/page.txt")
s3.put_object(Bucket=bucket, Key="spark/left-out.csv", Body="\n".join(["word", *LEFT_OUT]).encode())

processor = PySparkProcessor(
    base_job_name="word-count",
    framework_version="3.5",
    role=role,
    instance_count=1,
    instance_type=INSTANCE,
    sagemaker_session=session,
)
processor.run(
    submit_app=str(HERE / "spark" / "word_count.py"),
    submit_py_files=[str(HERE / "spark" / "words.py")],
    arguments=[f"s3://{bucket}/spark/{place}" for place in ["texts/", "left-out.csv", "counts"]],
    configuration=[{"Classification": "spark-defaults", "Properties": {"spark.sql.shuffle.partitions": "2"}}],
    spark_event_logs_s3_uri=f"s3://{bucket}/spark/events",
)


def objects(prefix):
    return [found["Key"] for found in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]


[counts] = [key for key in objects("spark/counts/") if key.endswith(".csv")]
print(s3.get_object(Bucket=bucket, Key=counts)["Body"].read().decode()[:60])
for key in objects("spark/events/"):
    print(f"Event log: s3://{bucket}/{key}")
