import { describe, expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";

/** Programs that are made on boto3 or aiobotocore, each as its users call it. */
const preamble = `
import boto3, os
endpoint, region = os.environ["AWS_ENDPOINT_URL"], "us-west-2"
s3 = boto3.client("s3", region_name=region)
def bucket(name):
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    return name
def tags(name, key):
    return {tag["Key"]: tag["Value"] for tag in s3.get_object_tagging(Bucket=name, Key=key)["TagSet"]}
`;

describe.concurrent("programs on AWS's SDK for Python", () => {
  const server = useServer();
  const run = async (context: Parameters<typeof runPython>[0], program: string) =>
    expect(await runPython(context, server, "apps", `${preamble}${program}\nprint("done")`)).toMatch(/done\n$/);

  test("s3fs: files, tags, metadata, copies, parts, versions that are not kept", (context) =>
    run(
      context,
      `
import s3fs
b = bucket("for-s3fs")
fs = s3fs.S3FileSystem(endpoint_url=endpoint)
fs.pipe(f"{b}/a/b.txt", b"hello")
fs.put_tags(f"{b}/a/b.txt", {"team": "größe", "n": "1"})
fs.put_tags(f"{b}/a/b.txt", {"n": "2"}, mode="m")
assert fs.get_tags(f"{b}/a/b.txt") == {"team": "größe", "n": "2"}
fs.cp(f"{b}/a/b.txt", f"{b}/a/c.txt")
assert fs.get_tags(f"{b}/a/c.txt") == {"team": "größe", "n": "2"}
fs.setxattr(f"{b}/a/c.txt", copy_kwargs={"ContentType": "text/x"}, colour="green")
assert fs.metadata(f"{b}/a/c.txt")["colour"] == "green"
assert fs.is_bucket_versioned(b) is False
aware = s3fs.S3FileSystem(endpoint_url=endpoint, version_aware=True)
with aware.open(f"{b}/a/b.txt") as file:
    assert file.read() == b"hello"
assert [found["name"] for found in aware.ls(f"{b}/a", detail=True)] == [f"{b}/a/b.txt", f"{b}/a/c.txt"]
body = os.urandom(12 * 2**20)
with fs.open(f"{b}/big", "wb", block_size=5 * 2**20) as file:
    file.write(body)
assert fs.cat(f"{b}/big") == body and fs.info(f"{b}/big")["size"] == len(body)
fs.merge(f"{b}/merged", [f"{b}/big", f"{b}/big"])
assert fs.info(f"{b}/merged")["size"] == 2 * len(body)
with s3fs.S3FileSystem(endpoint_url=endpoint, s3_additional_kwargs={"Tagging": "from=open"}).open(f"{b}/tagged", "wb") as file:
    file.write(b"x")
assert tags(b, "tagged") == {"from": "open"}
assert sorted(fs.find(b)) == [f"{b}/a/b.txt", f"{b}/a/c.txt", f"{b}/big", f"{b}/merged", f"{b}/tagged"]
fs.chmod(f"{b}/big", "bucket-owner-full-control")
fs.rm(b, recursive=True)
`,
    ));

  test("awswrangler: datasets with tags, copies of them, their sizes and descriptions", (context) =>
    run(
      context,
      `
import awswrangler as wr, pandas as pd
b = bucket("for-awswrangler")
wr.config.s3_endpoint_url = endpoint
frame = pd.DataFrame({"a": [1, 2, 3], "part": ["x", "y", "y"]})
paths = wr.s3.to_parquet(frame, f"s3://{b}/set/", dataset=True, partition_cols=["part"],
    s3_additional_kwargs={"Tagging": "team=data&kind=set", "ACL": "bucket-owner-full-control"})["paths"]
assert len(paths) == 2
for path in paths:
    assert tags(b, path.removeprefix(f"s3://{b}/")) == {"team": "data", "kind": "set"}
assert wr.s3.read_parquet(f"s3://{b}/set/", dataset=True).sort_values("a")["a"].tolist() == [1, 2, 3]
copied = wr.s3.copy_objects(paths, f"s3://{b}/set", f"s3://{b}/copy")
assert tags(b, copied[0].removeprefix(f"s3://{b}/")) == {"team": "data", "kind": "set"}
assert all(size > 0 for size in wr.s3.size_objects(f"s3://{b}/copy/").values())
assert all(found["TagCount"] == 2 for found in wr.s3.describe_objects(f"s3://{b}/copy/").values())
assert wr.s3.get_bucket_region(b) == region
wr.s3.delete_objects(f"s3://{b}/")
assert wr.s3.list_objects(f"s3://{b}/") == []
`,
    ));

  test("awswrangler: a model learned from its Parquet is the one learned from its CSV", (context) =>
    run(
      context,
      `
import awswrangler as wr, numpy as np, pandas as pd, tarfile, io
b = bucket("for-parquet")
wr.config.s3_endpoint_url = endpoint
random = np.random.default_rng(7)
x = random.normal(size=(2000, 4)).astype("float32")
frame = pd.DataFrame(x, columns=list("abcd"))
frame.insert(0, "y", (x[:, 0] + x[:, 1] > 0).astype("int8"))
frame.loc[::7, "c"] = np.nan
frame["e"] = pd.array([None if i % 5 == 0 else i % 3 == 0 for i in range(2000)], dtype="boolean")
wr.s3.to_parquet(frame[:1200], f"s3://{b}/parquet/1.parquet")
wr.s3.to_parquet(frame[1200:], f"s3://{b}/parquet/2.parquet", compression="gzip")
frame.assign(e=frame["e"].astype("Int8")).to_csv("/tmp/for-parquet.csv", header=False, index=False)
s3.upload_file("/tmp/for-parquet.csv", b, "csv/rows.csv")
os.remove("/tmp/for-parquet.csv")
sagemaker = boto3.client("sagemaker", region_name=region)
def learn(name, kind):
    sagemaker.create_training_job(TrainingJobName=name, RoleArn="arn:aws:iam::123456789012:role/SageMakerRole",
        AlgorithmSpecification={"TrainingInputMode": "File",
            "TrainingImage": f"246618743249.dkr.ecr.{region}.amazonaws.com/sagemaker-xgboost:1.7-1"},
        HyperParameters={"objective": "binary:logistic", "num_round": "5"},
        InputDataConfig=[{"ChannelName": "train", "ContentType": kind,
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{b}/{name}/"}}}],
        OutputDataConfig={"S3OutputPath": f"s3://{b}/out"}, StoppingCondition={"MaxRuntimeInSeconds": 600},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5})
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=name, WaiterConfig={"Delay": 1})
    artifact = sagemaker.describe_training_job(TrainingJobName=name)["ModelArtifacts"]["S3ModelArtifacts"]
    body = s3.get_object(Bucket=b, Key=artifact.removeprefix(f"s3://{b}/"))["Body"].read()
    return tarfile.open(fileobj=io.BytesIO(body)).extractfile("xgboost-model").read()
assert learn("parquet", "application/x-parquet") == learn("csv", "text/csv")
`,
    ));

  test("MLflow: artifacts, with the arguments of an upload that its users set", (context) =>
    run(
      context,
      `
import pathlib, tempfile
b = bucket("for-mlflow")
os.environ["MLFLOW_S3_ENDPOINT_URL"] = endpoint
os.environ["MLFLOW_S3_UPLOAD_EXTRA_ARGS"] = '{"Tagging": "run=1", "ACL": "bucket-owner-full-control", "ServerSideEncryption": "aws:kms"}'
from mlflow.store.artifact.s3_artifact_repo import S3ArtifactRepository
artifacts = S3ArtifactRepository(f"s3://{b}/root")
with tempfile.TemporaryDirectory() as folder:
    file = pathlib.Path(folder, "model.txt")
    file.write_text("model")
    artifacts.log_artifact(str(file), "dir")
    assert [found.path for found in artifacts.list_artifacts("dir")] == ["dir/model.txt"]
    assert tags(b, "root/dir/model.txt") == {"run": "1"}
    assert pathlib.Path(artifacts.download_artifacts("dir/model.txt")).read_text() == "model"
artifacts.delete_artifacts("dir")
assert artifacts.list_artifacts() == []
`,
    ));
});
