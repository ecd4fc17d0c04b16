import { S3 } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { linesOf } from "./clients.ts";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { region, useServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

/** What is wrong with a job is told where its owner sees it first: refused, or in the first line of its FailureReason. */
const server = useServer({ environment: { ...scriptEnvironments, SAGEBRUSH_ROLES: "known" } });
const Bucket = "bad-jobs";
const image = `081325390199.dkr.ecr.${region}.amazonaws.com/sagemaker-base-python-311:1.0`;

beforeAll(async () => {
  const s3 = new S3({ ...server.clientOptions, forcePathStyle: true });
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  await s3.putObject({ Bucket, Key: "data/rows.csv", Body: "1,2" });
  const manifest = [{ prefix: `s3://${Bucket}/elsewhere/` }, "rows.csv"];
  await s3.putObject({ Bucket, Key: "lists/manifest.json", Body: JSON.stringify(manifest) });
});

/** Prints for each case what became of it: the refusal, or the status and the reason. */
const told = `
import io, json, pathlib, tarfile, tempfile
import boto3, botocore.exceptions

image, role, bucket = "${image}", "${role}", "${Bucket}"
cases = {}

def case(name, act):
    try:
        act()
        cases[name] = "done"
    except botocore.exceptions.ClientError as error:
        cases[name] = "refused " + error.response["Error"]["Code"] + ": " + error.response["Error"]["Message"]
    except Exception as error:
        cases[name] = str(error)

def source(**files):
    folder = pathlib.Path(tempfile.mkdtemp())
    for file, text in files.items():
        (folder / file.replace("_", ".")).write_text(text)
    return str(folder)

def archive(key, folder):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        tar.add(folder, arcname=".")
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=buffer.getvalue())
    return f"s3://{bucket}/{key}"

script = source(train_py="print('trains')")
`;

const v2 = `${told}
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor
from sagemaker.session import Session

session = Session(default_bucket=bucket)

def fit(inputs=None, **of):
    options = dict(entry_point="train.py", source_dir=script, role=role, output_path=f"s3://{bucket}/out")
    estimator = Estimator(image, instance_count=1, instance_type="ml.m5.large", sagemaker_session=session, **{**options, **of})
    estimator.fit(inputs, logs=False)

data = f"s3://{bucket}/data/"
case("script", lambda: fit(source_dir=archive("code/source.tar.gz", script), entry_point="other.py"))
case("archive", lambda: fit(source_dir=f"s3://{bucket}/code/none.tar.gz"))
case("requirement", lambda: fit(source_dir=source(train_py="print(1)", requirements_txt="no-such-package-anywhere==9.9.9")))
case("manifest", lambda: fit({"train": TrainingInput(f"s3://{bucket}/lists/manifest.json", s3_data_type="ManifestFile")}))
case("data", lambda: fit({"train": f"s3://{bucket}/nothing/"}))
case("role", lambda: fit(role="arn:aws:iam::123456789012:role/Nobody"))
case("output", lambda: fit(output_path="s3://nobodys-bucket/out", code_location=f"s3://{bucket}/code"))
case("checkpoints", lambda: fit(checkpoint_s3_uri="s3://nobodys-bucket/steps"))

def process(role=role, **of):
    processor = ScriptProcessor(role=role, image_uri=image, command=["python3"], instance_count=1, instance_type="ml.m5.large", sagemaker_session=session)
    processor.run(code=f"{script}/train.py", logs=False, **of)

case("processing data", lambda: process(inputs=[ProcessingInput(f"s3://{bucket}/nothing/", "/opt/ml/processing/input/x")]))
case("processing output", lambda: process(outputs=[ProcessingOutput("/opt/ml/processing/out", "s3://nobodys-bucket/out")]))
case("processing role", lambda: process(role="arn:aws:iam::123456789012:role/Nobody"))
print("\\nCASES", json.dumps(cases))
`;

const v3 = `${told}
from sagemaker.core.helper.session_helper import Session
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, OutputDataConfig, SourceCode

session = Session(default_bucket=bucket)

def train(folder=script, inputs=None, requirements=None, role=role, output=f"s3://{bucket}/out"):
    ModelTrainer(
        training_image=image, role=role, base_job_name="three", sagemaker_session=session,
        source_code=SourceCode(source_dir=folder, entry_script="train.py", requirements=requirements),
        compute=Compute(instance_type="ml.m5.large", instance_count=1),
        output_data_config=OutputDataConfig(s3_output_path=output),
    ).train(input_data_config=inputs, logs=False)

bad = source(train_py="print(1)", requirements_txt="no-such-package-anywhere==9.9.9")
case("requirement", lambda: train(bad, requirements="requirements.txt"))
case("data", lambda: train(inputs=[InputData(channel_name="train", data_source=f"s3://{bucket}/nothing/")]))
case("role", lambda: train(role="arn:aws:iam::123456789012:role/Nobody"))
case("output", lambda: train(output="s3://nobodys-bucket/out"))
print("\\nCASES", json.dumps(cases))
`;

const casesOf = (printed: string): Record<string, string> => JSON.parse(/^CASES (.*)$/m.exec(printed)![1]!);

const noRole = `refused ValidationException: Could not assume role arn:aws:iam::123456789012:role/Nobody.`;

test("from the SageMaker SDK 2", async (context) => {
  const cases = casesOf(await runPython(context, server, "v2", v2));
  const expected: Readonly<Record<string, string>> = {
    script: "Failed. Reason: ClientError: The script other.py is not there. The source folder has train.py.",
    archive: `Failed. Reason: ClientError: The source could not be downloaded: NoSuchKey (404): The specified key does not exist.: s3://${Bucket}/code/none.tar.gz`,
    requirement: "Failed. Reason: ClientError: requirements.txt could not be installed: ",
    manifest: `Failed. Reason: ClientError: Data download failed: NoSuchKey (404): The specified key does not exist.: s3://${Bucket}/elsewhere/rows.csv (of the manifest s3://${Bucket}/lists/manifest.json, whose prefix is s3://${Bucket}/elsewhere/)`,
    data: `refused ValidationException: No S3 objects found under S3 URL "s3://${Bucket}/nothing/"`,
    role: noRole,
    output: `refused ValidationException: The bucket "nobodys-bucket" of S3OutputPath "s3://nobodys-bucket/out" cannot be used`,
    checkpoints: `refused ValidationException: The bucket "nobodys-bucket" of CheckpointConfig "s3://nobodys-bucket/steps" cannot be used`,
    "processing data": `Failed. Reason: ClientError: Failed to download data. No S3 objects found under S3 URL "s3://${Bucket}/nothing/".`,
    "processing output": `Failed. Reason: ClientError: Failed to upload data. The bucket "nobodys-bucket" of output "output-1" cannot be used`,
    "processing role": noRole,
  };
  expect(Object.keys(cases)).toEqual(Object.keys(expected));
  for (const [name, words] of Object.entries(expected)) expect(cases[name], name).toContain(words);
  // Whichever words the installer has, the first line names what there is not.
  expect(cases.requirement!.split("\n")[0]).toContain("no-such-package-anywhere");
});

test("from the SageMaker SDK 3", async (context) => {
  const cases = casesOf(await runPython(context, server, "v3", v3));
  // Version 3 installs requirements by a program of its own, which writes what the job fails with; pip's words are added.
  expect(cases.requirement!.split("\n")[0]).toMatch(
    /Failure Reason: AlgorithmError: Training Execution failed\. For .* \(ERROR: No matching distribution found for no-such-package-anywhere==9\.9\.9\)$/,
  );
  const lines = (await linesOf(server, "/aws/sagemaker/TrainingJobs", "three-")).flat();
  expect(lines.join("\n")).toContain("No matching distribution found for no-such-package-anywhere==9.9.9");
  expect(cases.data).toContain(`No S3 objects found under S3 URL "s3://${Bucket}/nothing/"`);
  expect(cases.role).toContain("Nobody");
  expect(cases.output).toContain('The bucket "nobodys-bucket" of S3OutputPath');
});
