import { expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

/** Jobs with the members that the SageMaker SDK sends; what becomes of each: its failure reason, or its model's members. */
const cases = `
import io, json, os, tarfile, textwrap
import boto3

sagemaker, s3 = boto3.client("sagemaker"), boto3.client("s3")
bucket = "sources"
s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
names = []

def start(name, hyperparameters, channels=(), image="sagemaker-scikit-learn:1.2-1-cpu-py3"):
    names.append(name)
    sagemaker.create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={"TrainingImage": "246618743249.dkr.ecr.us-west-2.amazonaws.com/" + image, "TrainingInputMode": "File"},
        RoleArn="arn:aws:iam::123456789012:role/SageMakerRole",
        HyperParameters=hyperparameters,
        **({"InputDataConfig": [
            {"ChannelName": channel, "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/{key}"}}}
            for channel, key in channels
        ]} if channels else {}),
        OutputDataConfig={"S3OutputPath": f"s3://{bucket}/out"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )

def fit(name, files, program="train.py", hyperparameters={}, **more):
    """As the SDK's estimators do: the source as an archive, every value as JSON."""
    if isinstance(files, str):
        files = {"train.py": files}
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w:gz") as archive:
        for path, text in files.items():
            content = textwrap.dedent(text).lstrip().encode()
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    s3.put_object(Bucket=bucket, Key=f"{name}/source.tar.gz", Body=body.getvalue())
    given = {
        **hyperparameters, "sagemaker_program": program, "sagemaker_submit_directory": f"s3://{bucket}/{name}/source.tar.gz",
        "sagemaker_container_log_level": 20, "sagemaker_job_name": name, "sagemaker_region": "us-west-2",
    }
    start(name, {key: json.dumps(value) for key, value in given.items()}, **more)

fit("raises", """
    import warnings
    print("before")
    def broken():
        raise ValueError("bad value: 3")
    broken()
    """, hyperparameters={"a": 1, "batch-size": 0.5, "names": ["x", 1], "flag": True, "nothing": None, "map": {"k": "v"}})
fit("exits", "raise SystemExit(42)")
fit("own-failure-file", "open('/opt/ml/output/failure', 'w').write('my own words'); raise SystemExit(1)")
fit("no-such-requirement", {"train.py": "print(1)", "requirements.txt": "no-such-package-of-anyone==1.0\\n"})
folder = "conformance/scripts/package"
fit("package", {
    os.path.relpath(os.path.join(parent, file), folder): open(os.path.join(parent, file)).read()
    for parent, _, files in os.walk(folder) for file in files
}, hyperparameters={"x": 1})
fit("shell", {"train.sh": """
    #!/bin/sh
    test "$SM_HP_X" = 1 && test "$*" = "-x 1" && pwd && python -c 'import sklearn' && echo "$SM_USER_ARGS" > $SM_MODEL_DIR/arguments
    """}, program="train.sh", hyperparameters={"x": 1})
fit("links-its-failure-out", """
    import os
    os.symlink("/proc/self/environ", "/opt/ml/output/failure")
    raise SystemExit(3)
    """)
fit("links-its-model-out", """
    import os, shutil
    shutil.rmtree("/opt/ml/model")
    os.symlink("/proc/self", "/opt/ml/model")
    """)
fit("installs", """
    import subprocess, sys
    subprocess.check_call([sys.executable, "-m", "pip", "install", "--quiet", "tabulate==0.9.0", "numpy"])
    import numpy, tabulate
    open("/opt/ml/model/places", "w").write(f"{tabulate.__file__.startswith(sys.prefix)} {numpy.__file__.startswith(sys.prefix)}")
    """)

# The source in a channel, and values that are not JSON, as others than the SDK write them.
s3.put_object(Bucket=bucket, Key="code/train.py", Body=b"""
import os, sys
open(os.path.join(os.environ["SM_MODEL_DIR"], "arguments"), "w").write(" ".join(sys.argv[1:]))
""")
in_channel = {"sagemaker_submit_directory": "/opt/ml/input/data/code"}
start("channel", {**in_channel, "sagemaker_program": "train.py", "word": "a b", "n": "1"}, [("code", "code")])
start("no-such-file", {**in_channel, "sagemaker_program": "other.py"}, [("code", "code")])
start("no-program", {"n": "1"})
start("no-such-source", {"sagemaker_program": "train.py", "sagemaker_submit_directory": f"s3://{bucket}/none.tar.gz"})

shown = {}
for name in names:
    try:
        sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=name)
    except Exception:
        pass
    job = sagemaker.describe_training_job(TrainingJobName=name)
    if job["TrainingJobStatus"] == "Failed":
        shown[name] = job["FailureReason"]
        continue
    key = job["ModelArtifacts"]["S3ModelArtifacts"].split("/", 3)[3]
    with tarfile.open(fileobj=io.BytesIO(s3.get_object(Bucket=bucket, Key=key)["Body"].read())) as archive:
        shown[name] = {member: archive.extractfile(member).read().decode()[:80] for member in archive.getnames()}
print("RESULT " + json.dumps(shown))
`;

test("scripts of every kind, and what becomes of those that fail", async (context) => {
  const output = await runPython(context, server, "v2", cases);
  const shown = JSON.parse(/^RESULT (.*)$/m.exec(output)![1]!);
  const python = "/opt/ml/.python/bin/python";
  expect(shown).toEqual({
    raises: [
      "AlgorithmError: ExecuteUserScriptError:",
      "ExitCode 1",
      `ErrorMessage "raise ValueError("bad value: 3")`,
      ` ValueError: bad value: 3"`,
      `Command "${python} -- train.py -a 1 --batch-size 0.5 --flag True --map k=v --names ['x', 1] --nothing ", exit code: 1`,
    ].join("\n"),
    exits: `AlgorithmError: ExecuteUserScriptError:\nExitCode 42\nErrorMessage ""\nCommand "${python} -- train.py", exit code: 1`,
    "own-failure-file": "AlgorithmError: my own words, exit code: 1",
    "no-such-requirement": expect.stringMatching(
      /^ClientError: requirements\.txt could not be installed: [\s\S]*no-such-package-of-anyone was not found/,
    ),
    package: { "mean.txt": "3.0" },
    shell: { arguments: '["-x","1"]\n' },
    "links-its-failure-out": "AlgorithmError: , exit code: 1",
    "links-its-model-out": "ClientError: Artifact upload failed: /opt/ml/model is a link that leads out of /opt/ml",
    installs: { places: "True False" },
    channel: { arguments: "-n 1 --word a b" },
    "no-such-file": expect.stringMatching(
      /^ClientError: The script other\.py is not there\. The source folder has train\.py\./,
    ),
    "no-program": expect.stringMatching(
      /^ClientError: The job names no script\. Set the hyperparameter sagemaker_program/,
    ),
    "no-such-source": expect.stringMatching(
      /^ClientError: The source could not be downloaded: NoSuchKey \(404\): .*none\.tar\.gz$/,
    ),
  });
});

const fitXgboost = `
import json, os, tempfile
import sagemaker
from sagemaker.xgboost import XGBoost

session = sagemaker.Session()
folder = tempfile.mkdtemp()
with open(f"{folder}/rows.csv", "w") as file:
    file.writelines(f"{x + 2 * y},{x},{y}\\n" for x in range(10) for y in range(10))
with open(f"{folder}/train.py", "w") as file:
    file.write('''
import os, numpy, xgboost
rows = numpy.loadtxt(os.path.join(os.environ["SM_CHANNEL_TRAIN"], "rows.csv"), delimiter=",")
data = xgboost.DMatrix(rows[:, 1:], rows[:, 0])
model = xgboost.train({"max_depth": int(os.environ["SM_HP_MAX_DEPTH"])}, data, 20, evals=[(data, "train")])
model.save_model(os.path.join(os.environ["SM_MODEL_DIR"], "xgboost-model"))
print("version", xgboost.__version__)
''')
estimator = XGBoost(
    entry_point=f"{folder}/train.py", framework_version="3.0-5", hyperparameters={"max_depth": 3},
    role="arn:aws:iam::123456789012:role/SageMakerRole", instance_type="ml.m5.large", instance_count=1, sagemaker_session=session,
)
estimator.fit({"train": session.upload_data(f"{folder}/rows.csv", key_prefix="rows")})
job = estimator.latest_training_job.describe()
print("RESULT", json.dumps({metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}))
`;

test("SDK 2: XGBoost runs a script beside its algorithm", async (context) => {
  const output = await runPython(context, server, "v2", fitXgboost);
  expect(output).toContain("version 3.0.5");
  expect(JSON.parse(/^RESULT (.*)$/m.exec(output)![1]!)["train:rmse"]).toBeLessThan(1);
});
