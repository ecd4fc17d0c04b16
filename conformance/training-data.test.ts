import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { type Channel, type S3DataSource, SageMaker } from "@aws-sdk/client-sagemaker";
import { afterAll, expect, test } from "vitest";
import { runClient, runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { root, useServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

/** Stands for two file systems, whose ids are in the setting. */
const shared = realpathSync(mkdtempSync(join(tmpdir(), "sagebrush-shared-")));
const SAGEBRUSH_FILE_SYSTEMS = `fs-0123456789abcdef0=${shared},fs-0123456789abcdef1=${shared}`;
const server = useServer({ environment: { ...scriptEnvironments, SAGEBRUSH_FILE_SYSTEMS } });
afterAll(() => rmSync(shared, { recursive: true }));

/** What both programs begin with: objects in the default bucket, and what a job of the script found. */
const begin = `
import gzip, json, tarfile, tempfile
import boto3
ROLE = "arn:aws:iam::123456789012:role/SageMakerRole"
s3 = boto3.client("s3")
BUCKET = "sagebrush-data"
if BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})

def put(objects):
    for key, body in objects.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)

def found_by(job):
    model = boto3.client("sagemaker").describe_training_job(TrainingJobName=job)["ModelArtifacts"]["S3ModelArtifacts"]
    bucket, key = model[5:].split("/", 1)
    file = tempfile.NamedTemporaryFile(suffix=".tar.gz")
    s3.download_file(bucket, key, file.name)
    return json.load(tarfile.open(file.name).extractfile("found.json"))

def text(read):
    return bytes.fromhex(read) if isinstance(read, str) else [text(each) for each in read]
`;

const withV2 = `${begin}
import sagemaker
from sagemaker.inputs import TrainingInput, ShuffleConfig
from sagemaker.sklearn import SKLearn

letters = [f"{letter}\\n".encode() for letter in "abcdefghij"]
put({f"letters/{at}": line for at, line in enumerate(letters)})
put({f"packed/{at}.gz": gzip.compress(line) for at, line in enumerate(letters)})
put({"images/1.jpg": b"\\xff\\xd8one", "images/2.jpg": b"\\xff\\xd8two!", "images/folder/": b""})
put({"lists/objects": json.dumps([{"prefix": f"s3://{BUCKET}/"}, "letters/3", "images/1.jpg"])})
put({"lists/images": "\\n".join(json.dumps({"source-ref": f"s3://{BUCKET}/images/{at}.jpg", "class": at, "note": "a b"}) for at in (1, 2))})
put({"old/model.tar.gz": b"an older model"})

def of(place, **more):
    return TrainingInput(f"s3://{BUCKET}/{place}", **more)

estimator = SKLearn(
    entry_point="read_channels.py", source_dir="conformance/scripts/channels", role=ROLE, instance_type="ml.m5.large",
    framework_version="1.2-1", model_uri=f"s3://{BUCKET}/old/model.tar.gz", sagemaker_session=sagemaker.Session(),
)
estimator.fit({
    "listed": of("lists/objects", s3_data_type="ManifestFile"),
    "sharded": of("images/", distribution="ShardedByS3Key", content_type="image/jpeg"),
    "piped": of("letters/", input_mode="Pipe"),
    "mixed": of("letters/", input_mode="Pipe", shuffle_config=ShuffleConfig(17)),
    "packed": of("packed/", input_mode="Pipe", compression="Gzip"),
    "wrapped": of("packed/", input_mode="Pipe", compression="Gzip", record_wrapping="RecordIO"),
    "augmented": of("lists/images", input_mode="Pipe", s3_data_type="AugmentedManifestFile",
                    attribute_names=["source-ref", "class"], record_wrapping="RecordIO"),
}, logs=False)

seen = found_by(estimator.latest_training_job.name)
found = seen["found"]
assert found["listed"] == {"letters/3": letters[3].hex(), "images/1.jpg": b"\\xff\\xd8one".hex()}, found["listed"]
assert found["sharded"] == {"1.jpg": b"\\xff\\xd8one".hex(), "2.jpg": b"\\xff\\xd8two!".hex()}, found["sharded"]
assert found["model"] == {"model.tar.gz": b"an older model".hex()}, found["model"]
assert text(found["piped"]) == [b"".join(letters)] * 2, found["piped"]
assert text(found["packed"]) == [b"".join(letters)] * 2, found["packed"]
assert text(found["wrapped"]) == [letters] * 2, found["wrapped"]
assert text(found["augmented"]) == [[b"\\xff\\xd8one", b"1", b"\\xff\\xd8two!", b"2"]] * 2, found["augmented"]
first, second = (epoch.splitlines(True) for epoch in text(found["mixed"]))
assert sorted(first) == sorted(second) == letters and first != second and first != letters, (first, second)
print("RESULT " + json.dumps(seen["channels"]))
`;

test("SDK 2: a script reads manifests, pipes of every kind and an older model", async (context) => {
  const output = await runPython(context, server, "v2", withV2);
  const channels = JSON.parse(/^RESULT (.*)$/m.exec(output)![1]!);
  const plain = { S3DistributionType: "FullyReplicated", RecordWrapperType: "None" };
  expect(channels).toMatchObject({
    listed: { ...plain, TrainingInputMode: "File" },
    sharded: { TrainingInputMode: "File", S3DistributionType: "ShardedByS3Key", ContentType: "image/jpeg" },
    piped: { ...plain, TrainingInputMode: "Pipe" },
    augmented: { TrainingInputMode: "Pipe", RecordWrapperType: "RecordIO" },
    model: { ...plain, TrainingInputMode: "File", ContentType: "application/x-sagemaker-model" },
  });
});

const withV3 = `${begin}
from sagemaker.core.shapes import Channel, DataSource, S3DataSource
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, SourceCode, StoppingCondition
from sagemaker.core.helper.session_helper import Session

put({f"three/{at}": f"{at};".encode() for at in range(20)})
put({"frame/lines": "\\n".join(json.dumps({"text": f"line {at}", "id": at}) for at in range(3))})
trainer = ModelTrainer(
    training_image="246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3",
    training_input_mode="Pipe", role=ROLE, base_job_name="three",
    source_code=SourceCode(source_dir="conformance/scripts/channels", entry_script="read_channels.py"),
    compute=Compute(instance_type="ml.m5.large", instance_count=1),
    stopping_condition=StoppingCondition(max_runtime_in_seconds=600), sagemaker_session=Session(),
)
def below(place):
    return DataSource(s3_data_source=S3DataSource(
        s3_uri=f"s3://{BUCKET}/{place}", s3_data_type="S3Prefix", s3_data_distribution_type="FullyReplicated"))

augmented = S3DataSource(s3_uri=f"s3://{BUCKET}/frame/lines", s3_data_type="AugmentedManifestFile", attribute_names=["id", "text"],
                         s3_data_distribution_type="FullyReplicated")
trainer.train(logs=False, input_data_config=[
    # Of what is given so, the SDK makes a channel in mode File.
    InputData(channel_name="files", data_source=f"s3://{BUCKET}/three/"),
    Channel(channel_name="piped", data_source=below("three/")),
    Channel(channel_name="lines", data_source=DataSource(s3_data_source=augmented), record_wrapper_type="RecordIO"),
    Channel(channel_name="fast", input_mode="FastFile", data_source=below("three/")),
])
found = found_by(trainer._latest_training_job.training_job_name)["found"]
ordered = sorted(range(20), key=str)
assert text(found["piped"]) == ["".join(f"{at};" for at in ordered).encode()] * 2, found["piped"]
assert text(found["lines"]) == [[b"0", b"line 0", b"1", b"line 1", b"2", b"line 2"]] * 2, found["lines"]
assert found["fast"] == found["files"] == {str(at): f"{at};".encode().hex() for at in range(20)}, found["fast"]
print("RESULT")
`;

test("SDK 3: a trainer in mode Pipe reads objects and lines, and one channel as files", async (context) => {
  expect(await runPython(context, server, "v3", withV3)).toContain("RESULT");
});

const xgboostFormats = `${begin}
import io, time
import numpy, pandas, scipy.sparse
import sagemaker
from sagemaker import image_uris
from sagemaker.amazon.common import write_numpy_to_dense_tensor, write_spmatrix_to_sparse_tensor
from sagemaker.inputs import TrainingInput

random = numpy.random.RandomState(5)
rows = random.rand(300, 4).astype("float32")
whole = random.randint(0, 9, (300, 4))
labels = (rows[:, 0] + rows[:, 1] > whole[:, 2] / 8).astype("float32")
gaps = numpy.where(random.rand(300, 4) < 0.4, numpy.nan, rows)

def csv(rows):
    table = pandas.DataFrame(rows)
    table.insert(0, "label", labels.astype(int))
    return table.to_csv(index=False, header=False).encode()

def dense(rows, labels=labels):
    file = io.BytesIO()
    write_numpy_to_dense_tensor(file, rows, labels)
    return file.getvalue()

def sparse(rows, kind):
    """A value of the matrix that is kept is one of the row, a zero too."""
    places = [(row, column) for row in range(300) for column in range(4) if not numpy.isnan(rows[row, column])]
    values = numpy.array([rows[place] for place in places]).astype(kind)
    matrix = scipy.sparse.csr_matrix((values, tuple(zip(*places))), shape=rows.shape)
    file = io.BytesIO()
    write_spmatrix_to_sparse_tensor(file, matrix, labels)
    return file.getvalue()

def libsvm(rows):
    return "\\n".join(" ".join([str(int(label)), *(f"{at}:{value!r}" for at, value in enumerate(row.tolist()) if value == value)]) for label, row in zip(labels, rows)).encode()

RECORDS = "application/x-recordio-protobuf"
cases = {
    # What the model must be that of, the content type, the two files, the modes.
    "csv": ("rows", "text/csv", csv(rows), csv(rows), ["FastFile", "Pipe"]),
    "dense": ("rows", RECORDS, dense(rows), dense(rows), ["File", "FastFile", "Pipe"]),
    "dense-double": ("rows", RECORDS, dense(rows.astype("float64"), labels.astype("float64")), dense(rows), ["Pipe"]),
    "dense-int": ("whole", RECORDS, dense(whole, labels.astype(int)), dense(whole), ["Pipe"]),
    "sparse": ("gaps", RECORDS, sparse(gaps, "float32"), sparse(gaps, "float64"), ["FastFile", "Pipe"]),
    "libsvm": ("gaps", "text/libsvm", libsvm(gaps), libsvm(gaps), ["FastFile"]),
}
for kind, data in {"rows": rows, "whole": whole, "gaps": gaps}.items():
    cases[kind] = (kind, "text/csv", csv(data), csv(data), ["File"])
session = sagemaker.Session()
image = image_uris.retrieve("xgboost", "us-west-2", version="1.7-1")
jobs = {}
for name, (like, content_type, first, second, modes) in cases.items():
    put({f"formats/{name}/1": first, f"formats/{name}/2": second})
    for mode in modes:
        estimator = sagemaker.estimator.Estimator(
            image, ROLE, 1, "ml.m5.large", output_path=f"s3://{BUCKET}/models", sagemaker_session=session,
            hyperparameters={"num_round": 4, "objective": "binary:logistic"})
        # Without network, FastFile is shown to the algorithm as it is to a script.
        estimator.enable_network_isolation = lambda mode=mode: mode == "FastFile"
        data = TrainingInput(f"s3://{BUCKET}/formats/{name}/", content_type=content_type, input_mode=mode)
        job = f"{name}-{mode}-{time.time_ns() % 10 ** 9}"
        estimator.fit({"train": data}, wait=False, job_name=job)
        jobs[name, mode] = (like, job)

client = boto3.client("sagemaker")
def model_of(job):
    while (described := client.describe_training_job(TrainingJobName=job))["TrainingJobStatus"] == "InProgress":
        time.sleep(0.5)
    assert described["TrainingJobStatus"] == "Completed", described.get("FailureReason")
    file = tempfile.NamedTemporaryFile()
    bucket, key = described["ModelArtifacts"]["S3ModelArtifacts"][5:].split("/", 1)
    s3.download_file(bucket, key, file.name)
    return tarfile.open(file.name).extractfile("xgboost-model").read()

models = {case: model_of(job) for case, (_, job) in jobs.items()}
assert len({models[kind, "File"] for kind in ("rows", "whole", "gaps")}) == 3
for case, (like, _) in jobs.items():
    assert models[case] == models[like, "File"], case
print("RESULT", len(models))
`;

test("SDK 2: XGBoost reads CSV, libsvm and records that the SDK wrote in all modes, to the same bytes", async (context) => {
  expect(await runPython(context, server, "v2", xgboostFormats)).toContain("RESULT 13");
});

const hostileReader = `
import os, sys, boto3
channel = "/opt/ml/input/data/train"
mine = f"{channel}/deep/kept.txt"
print("first", open(mine).read(), sorted(os.listdir(channel)), flush=True)

def refused(name, act):
    try:
        act()
        print("ALLOWED", name, flush=True)
    except OSError as error:
        print("refused", name, os.strerror(error.errno), flush=True)

refused("write", lambda: open(mine, "w"))
refused("append", lambda: os.open(mine, os.O_WRONLY | os.O_APPEND))
refused("mode", lambda: os.chmod(mine, 0o666))
refused("times", lambda: os.utime(mine))
refused("removal", lambda: os.remove(mine))
refused("new file", lambda: open(f"{channel}/new", "w"))
refused("link", lambda: os.link(mine, "/opt/ml/model/linked"))
os.symlink(mine, "/opt/ml/model/symbolic")
refused("symbolic link", lambda: open("/opt/ml/model/symbolic", "a"))
held = os.open(mine, os.O_RDONLY)
refused("its descriptor", lambda: os.open(f"/proc/self/fd/{held}", os.O_WRONLY))
refused("truncation", lambda: os.truncate(held, 0))
refused("the folder of the run", lambda: os.listdir("/run/sagebrush/own"))
os.remove("/opt/ml/model/symbolic")
s3 = boto3.client("s3")
s3.put_object(Bucket="sagebrush-data", Key="fast/deep/kept.txt", Body=b"another body")
s3.delete_object(Bucket="sagebrush-data", Key="fast/gone.txt")
print("still", open(mine).read(), open(f"{channel}/gone.txt").read(), os.pread(held, 100, 0).decode(), flush=True)
`;

const fastFile = `${begin}
import os, time
folder = tempfile.mkdtemp()
open(f"{folder}/read.py", "w").write(${JSON.stringify(hostileReader)})
put({"fast/deep/kept.txt": b"kept", "fast/gone.txt": b"going", "fast/folder/": b"", "fast-other/x": b"no", "clash/a": b"1", "clash/a/b": b"2", "dots/../x": b"3"})
import sagemaker
from sagemaker.inputs import TrainingInput
from sagemaker.sklearn import SKLearn
session = sagemaker.Session()

def fit(place, wait=True):
    estimator = SKLearn(entry_point="read.py", source_dir=folder, role=ROLE, instance_type="ml.m5.large",
                        framework_version="1.2-1", sagemaker_session=session)
    try:
        estimator.fit({"train": TrainingInput(f"s3://{BUCKET}/{place}", input_mode="FastFile")}, logs=False)
    except sagemaker.exceptions.UnexpectedStatusException:
        pass
    job = boto3.client("sagemaker").describe_training_job(TrainingJobName=estimator.latest_training_job.name)
    return job

job = fit("fast")
stream = f"{job['TrainingJobName']}/algo-1-{int(job['CreationTime'].timestamp())}"
events = boto3.client("logs").get_log_events(logGroupName="/aws/sagemaker/TrainingJobs", logStreamName=stream, startFromHead=True)["events"]
print("\\n".join(event["message"] for event in events))
print("STATUS", job["TrainingJobStatus"])
print("BODY", s3.get_object(Bucket=BUCKET, Key="fast/deep/kept.txt")["Body"].read().decode())
print("CLASH", fit("clash")["FailureReason"])
print("DOTS", fit("dots")["FailureReason"])
`;

test("FastFile shows a folder that the job cannot write to, and that stays as it was", async (context) => {
  const output = await runPython(context, server, "v2", fastFile);
  expect(output).toContain("first kept ['deep', 'gone.txt']");
  expect(output).not.toContain("ALLOWED");
  expect(output.match(/^refused .*/gm)).toEqual([
    ...["write", "append", "mode", "times", "removal", "new file"].map(
      (name) => `refused ${name} Read-only file system`,
    ),
    "refused link Invalid cross-device link",
    ...["symbolic link", "its descriptor"].map((name) => `refused ${name} Read-only file system`),
    "refused truncation Invalid argument",
    "refused the folder of the run No such file or directory",
  ]);
  expect(output).toContain("still kept going kept");
  expect(output).toContain("STATUS Completed");
  expect(output).toContain("BODY another body");
  expect(output).toMatch(
    /^CLASH ClientError: Data download failed: s3:\/\/sagebrush-data\/clash\/a\/b .* another key is at the same place/m,
  );
  expect(output).toMatch(
    /^DOTS ClientError: Data download failed: Key "dots\/..\/x" of channel "train" cannot be the name/m,
  );
});

const fileSystems = `${begin}
import os
folder = tempfile.mkdtemp()
open(f"{folder}/share.py", "w").write("""
import json, os
found = {"read": open("/opt/ml/input/data/train/rows.txt").read()}
try:
    open("/opt/ml/input/data/train/new", "w")
except OSError as error:
    found["refused"] = os.strerror(error.errno)
with open("/opt/ml/input/data/scratch/made.txt", "w") as file:
    file.write("by the job")
json.dump(found, open("/opt/ml/model/found.json", "w"))
""")
import sagemaker
from sagemaker.inputs import FileSystemInput
from sagemaker.sklearn import SKLearn

def fit(train_id="fs-0123456789abcdef0"):
    estimator = SKLearn(entry_point="share.py", source_dir=folder, role=ROLE, instance_type="ml.m5.large", framework_version="1.2-1",
                        sagemaker_session=sagemaker.Session(), subnets=["subnet-0123456789abcdef0"], security_group_ids=["sg-0123456789abcdef0"])
    estimator.fit({
        "train": FileSystemInput(train_id, "EFS", "/train"),
        "scratch": FileSystemInput("fs-0123456789abcdef1", "FSxLustre", "/fsx/scratch", "rw"),
    }, logs=False)
    return estimator.latest_training_job.name

print("FOUND", json.dumps(found_by(fit())))
try:
    fit("fs-0fedcba9876543210")
except Exception as error:
    print("REFUSED", error)
`;

test("SDK 2: file systems are folders of this machine, read-only or not as the channel asks", async (context) => {
  for (const name of ["train", "scratch"]) mkdirSync(join(shared, name));
  writeFileSync(join(shared, "train/rows.txt"), "1,2,3");
  const output = await runPython(context, server, "v2", fileSystems);
  const found = JSON.parse(/^FOUND (.*)$/m.exec(output)![1]!);
  expect(found).toEqual({ read: "1,2,3", refused: "Read-only file system" });
  expect(readFileSync(join(shared, "scratch/made.txt"), "utf8")).toBe("by the job");
  expect(output).toMatch(
    /^REFUSED .*ValidationException.* fs-0fedcba9876543210 has no folder .* SAGEBRUSH_FILE_SYSTEMS/m,
  );
});

test("the example streams packed objects, and learns from them", async (context) => {
  const { stdout, stderr } = await runClient(context, server, "v2", ["python", join(root, "examples/pipe_mode.py")]);
  expect(stdout, stderr).toMatch(/^accuracy 0\.9[5-9]\d\d in the last epoch; the model is s3:\/\/.*model\.tar\.gz$/m);
});

test("pipes that are not read, half read or cannot be written end with the job, and a source may be links", async () => {
  const Bucket = "pipes-and-ends";
  const s3 = new S3({ ...server.clientOptions, forcePathStyle: true });
  const sagemaker = new SageMaker(server.clientOptions);
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-2" } });
  const manifest = JSON.stringify([{ prefix: `s3://${Bucket}/wrong/` }, "rows"]);
  const objects = {
    "large/rows": Buffer.alloc(4e6, "x"),
    "plain/rows": "1,2\n",
    "lists/wrong": manifest,
    "lists/no": "{}",
  };
  for (const [Key, Body] of Object.entries(objects)) await s3.putObject({ Bucket, Key, Body });
  const baseImage = "081325390199.dkr.ecr.us-west-2.amazonaws.com/sagemaker-base-python-311:1.0";
  const request = (name: string, command: string, channel: Partial<Channel>, source: Partial<S3DataSource>) => ({
    TrainingJobName: name,
    RoleArn: role,
    AlgorithmSpecification: {
      TrainingImage: baseImage,
      TrainingInputMode: "Pipe" as const,
      ContainerEntrypoint: ["/bin/sh", "-c", command],
    },
    InputDataConfig: [
      {
        ChannelName: "train",
        DataSource: { S3DataSource: { S3DataType: "S3Prefix" as const, S3Uri: `s3://${Bucket}/large/`, ...source } },
        ...channel,
      },
    ],
    OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
    ResourceConfig: { InstanceType: "ml.m5.large" as const, InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
  });
  const begin = (...of: Parameters<typeof request>) => sagemaker.createTrainingJob(request(...of));
  const pipe = "/opt/ml/input/data/train_0";
  const described = (TrainingJobName: string) => sagemaker.describeTrainingJob({ TrainingJobName });
  const ended = async (name: string) => {
    const status = async () => (await described(name)).TrainingJobStatus;
    await expect.poll(status, { timeout: 120_000 }).not.toMatch(/^(InProgress|Stopping)$/);
    const { TrainingJobStatus, FailureReason } = await described(name);
    return [TrainingJobStatus, FailureReason];
  };
  const Body = "import os; print(os.listdir('/opt/ml/code')); open('/opt/ml/model/m', 'w')";
  await s3.putObject({ Bucket, Key: "code/train.py", Body });
  const code = { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/code/` } } as const;
  await sagemaker.createTrainingJob({
    ...request("source-of-links", "", { ChannelName: "code", InputMode: "FastFile", DataSource: code }, {}),
    HyperParameters: { sagemaker_program: "train.py", sagemaker_submit_directory: "/opt/ml/input/data/code" },
    AlgorithmSpecification: { TrainingImage: baseImage, TrainingInputMode: "File" },
  });
  await begin("unread", "true", {}, {});
  await begin("half", `head -c 10 ${pipe}`, {}, {});
  await begin("held", `exec sleep 600 < ${pipe}`, {}, {});
  await begin(
    "unpackable",
    `cat ${pipe}; cat ${pipe}`,
    { CompressionType: "Gzip" },
    { S3Uri: `s3://${Bucket}/plain/` },
  );
  await begin(
    "wrong",
    "true",
    { InputMode: "File" },
    { S3DataType: "ManifestFile", S3Uri: `s3://${Bucket}/lists/wrong` },
  );
  await begin("wrong-piped", `cat ${pipe}`, {}, { S3DataType: "ManifestFile", S3Uri: `s3://${Bucket}/lists/wrong` });
  await begin("no-manifest", "true", {}, { S3DataType: "ManifestFile", S3Uri: `s3://${Bucket}/lists/no` });
  expect(await ended("source-of-links")).toEqual(["Completed", undefined]);
  expect(await ended("unread")).toEqual(["Completed", undefined]);
  expect(await ended("half")).toEqual(["Completed", undefined]);
  await expect
    .poll(async () => (await described("held")).SecondaryStatus, {
      timeout: 60_000,
    })
    .toBe("Training");
  await sagemaker.stopTrainingJob({ TrainingJobName: "held" });
  expect(await ended("held")).toEqual(["Stopped", undefined]);
  const failures: [string, RegExp][] = [
    [
      "unpackable",
      /^ClientError: Data download failed: s3:\/\/pipes-and-ends\/plain\/rows of channel "train" is not compressed by gzip/,
    ],
    [
      "wrong",
      /^ClientError: Data download failed: .*: s3:\/\/pipes-and-ends\/wrong\/rows \(of the manifest s3:\/\/pipes-and-ends\/lists\/wrong, whose prefix is s3:\/\/pipes-and-ends\/wrong\/\)/,
    ],
    ["wrong-piped", /^ClientError: Data download failed: .*\/wrong\/rows \(of the manifest .* whose prefix is/],
    [
      "no-manifest",
      /^ClientError: Data download failed: The manifest s3:\/\/pipes-and-ends\/lists\/no is not of the form/,
    ],
  ];
  for (const [name, reason] of failures) expect(await ended(name)).toEqual(["Failed", expect.stringMatching(reason)]);
});
