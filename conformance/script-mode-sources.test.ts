import { expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

/** What each case fits, and what becomes of it: the failure reason, or the members of its model. */
const cases = `
import json, os, sys, tarfile, tempfile, textwrap
import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.sklearn import SKLearn
from sagemaker.xgboost import XGBoost

session = sagemaker.Session()
role = "arn:aws:iam::123456789012:role/SageMakerRole"
shared = dict(role=role, instance_type="ml.m5.large", sagemaker_session=session)
results = {}

def script(text, **files):
    folder = tempfile.mkdtemp()
    for name, content in {"train.py": text, **{name.replace("_", "."): content for name, content in files.items()}}.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(textwrap.dedent(content))
    return folder

def fit(name, estimator, inputs=None):
    estimator.fit(inputs, wait=False)
    results[name] = estimator

def sklearn(source_dir, entry_point="train.py", **more):
    return SKLearn(entry_point=entry_point, source_dir=source_dir, framework_version="1.2-1", **shared, **more)

fit("raises", sklearn(script("""
    import warnings
    print("before")
    def broken():
        raise ValueError("bad value: 3")
    broken()
    """), hyperparameters={"a": 1, "batch-size": 0.5, "names": ["x", 1], "flag": True, "nothing": None, "map": {"k": "v"}}))
fit("exits", sklearn(script("raise SystemExit(42)")))
fit("own failure file", sklearn(script("open('/opt/ml/output/failure', 'w').write('my own words'); raise SystemExit(1)")))
fit("no such requirement", sklearn(script("print(1)", requirements_txt="no-such-package-of-anyone==1.0\\n")))
fit("package", sklearn("conformance/scripts/package", hyperparameters={"x": 1}))
fit("shell", sklearn(script("", train_sh="""
    #!/bin/sh
    test "$SM_HP_X" = 1 && test "$*" = "-x 1" && pwd && python -c 'import sklearn' && echo "$SM_USER_ARGS" > $SM_MODEL_DIR/arguments
    """.lstrip()), entry_point="train.sh", hyperparameters={"x": 1}))
fit("links its failure out", sklearn(script("""
    import os
    os.symlink("/proc/self/environ", "/opt/ml/output/failure")
    raise SystemExit(3)
    """)))
fit("links its model out", sklearn(script("""
    import os, shutil
    shutil.rmtree("/opt/ml/model")
    os.symlink("/proc/self", "/opt/ml/model")
    """)))
fit("installs", sklearn(script("""
    import subprocess, sys
    subprocess.check_call([sys.executable, "-m", "pip", "install", "--quiet", "tabulate==0.9.0", "numpy"])
    import numpy, tabulate
    open("/opt/ml/model/places", "w").write(f"{tabulate.__file__.startswith(sys.prefix)} {numpy.__file__.startswith(sys.prefix)}")
    """)))

rows = tempfile.mkdtemp()
with open(f"{rows}/rows.csv", "w") as file:
    file.writelines(f"{x + 2 * y},{x},{y}\\n" for x in range(10) for y in range(10))
fit("xgboost", XGBoost(entry_point="train.py", source_dir=script("""
    import os, numpy, xgboost
    rows = numpy.loadtxt(os.path.join(os.environ["SM_CHANNEL_TRAIN"], "rows.csv"), delimiter=",")
    data = xgboost.DMatrix(rows[:, 1:], rows[:, 0])
    model = xgboost.train({"max_depth": int(os.environ["SM_HP_MAX_DEPTH"])}, data, 20)
    model.save_model(os.path.join(os.environ["SM_MODEL_DIR"], "xgboost-model.json"))
    print(f"version={xgboost.__version__}")
    """), framework_version="3.0-5", hyperparameters={"max_depth": 3}, instance_count=1, **shared),
    {"train": session.upload_data(f"{rows}/rows.csv", key_prefix="rows")})

# The source in a channel, and hyperparameters without JSON around their values, as others than the SDK write them.
code = script("""
    import os, sys
    open(os.path.join(os.environ["SM_MODEL_DIR"], "arguments"), "w").write(" ".join(sys.argv[1:]))
    """)
fit("channel", Estimator(
    image_uri=sagemaker.image_uris.retrieve("sklearn", "us-west-2", version="1.2-1"), instance_count=1,
    hyperparameters={"sagemaker_program": "train.py", "sagemaker_submit_directory": "/opt/ml/input/data/code", "word": "a b", "n": "1"},
    **shared), {"code": session.upload_data(code, key_prefix="code")})
fit("no such file", Estimator(
    image_uri=sagemaker.image_uris.retrieve("sklearn", "us-west-2", version="1.2-1"), instance_count=1,
    hyperparameters={"sagemaker_program": "other.py", "sagemaker_submit_directory": "/opt/ml/input/data/code"},
    **shared), {"code": session.upload_data(code, key_prefix="code")})
fit("no such source", Estimator(
    image_uri=sagemaker.image_uris.retrieve("sklearn", "us-west-2", version="1.2-1"), instance_count=1,
    hyperparameters={"sagemaker_program": "train.py", "sagemaker_submit_directory": f"s3://{session.default_bucket()}/none.tar.gz"},
    **shared))

s3 = session.boto_session.client("s3")
shown = {}
for name, estimator in results.items():
    waiter = session.sagemaker_client.get_waiter("training_job_completed_or_stopped")
    try:
        waiter.wait(TrainingJobName=estimator.latest_training_job.name)
    except Exception:
        pass
    job = estimator.latest_training_job.describe()
    if job["TrainingJobStatus"] == "Failed":
        shown[name] = job["FailureReason"]
        continue
    bucket, key = job["ModelArtifacts"]["S3ModelArtifacts"][5:].split("/", 1)
    s3.download_file(bucket, key, f"{rows}/model.tar.gz")
    archive = tarfile.open(f"{rows}/model.tar.gz")
    shown[name] = {member: archive.extractfile(member).read().decode()[:80] for member in archive.getnames()}
print("RESULT " + json.dumps(shown))
`;

test("SDK 2: scripts of every kind, and what becomes of those that fail", async (context) => {
  const output = await runPython(context, server, "v2", cases);
  const shown = JSON.parse(/^RESULT (.*)$/m.exec(output)![1]!);
  expect(shown).toEqual({
    raises: [
      "AlgorithmError: ExecuteUserScriptError:",
      "ExitCode 1",
      `ErrorMessage "raise ValueError("bad value: 3")`,
      ` ValueError: bad value: 3"`,
      `Command "/opt/ml/.python/bin/python train.py -a 1 --batch-size 0.5 --flag True --map k=v --names ['x', 1] --nothing ", exit code: 1`,
    ].join("\n"),
    exits: `AlgorithmError: ExecuteUserScriptError:\nExitCode 42\nErrorMessage ""\nCommand "/opt/ml/.python/bin/python train.py", exit code: 1`,
    "own failure file": "AlgorithmError: my own words, exit code: 1",
    "no such requirement": expect.stringMatching(
      /^ClientError: requirements\.txt could not be installed: [\s\S]*no-such-package-of-anyone was not found/,
    ),
    package: { "mean.txt": "3.0" },
    "links its failure out": "AlgorithmError: , exit code: 1",
    "links its model out":
      "ClientError: Artifact upload failed: Error: /opt/ml/model is a link that leads out of /opt/ml",
    installs: { places: "True False" },
    shell: { arguments: '["-x","1"]\n' },
    xgboost: { "xgboost-model.json": expect.stringContaining('{"learner"') },
    channel: { arguments: "-n 1 --word a b" },
    "no such file": expect.stringMatching(
      /^ClientError: The script other\.py is not there\. The source folder has train\.py\./,
    ),
    "no such source": expect.stringMatching(/^ClientError: The source could not be downloaded: .*none\.tar\.gz$/),
  });
});
