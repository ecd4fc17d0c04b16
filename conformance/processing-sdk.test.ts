import { expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

/** Three texts with 18 words, and a table of predictions of which three in four are right. */
const data = `
import json, tempfile
texts, predictions = tempfile.mkdtemp(), tempfile.mkdtemp()
for name, text in [("a", "one two three"), ("b", "four five six seven eight"), ("c", "nine " * 10)]:
    with open(f"{texts}/{name}.txt", "w") as file:
        file.write(text)
with open(f"{predictions}/rows.csv", "w") as file:
    file.write("actual,predicted\\n1,1\\n0,0\\n1,0\\n0,0\\n")
`;
const example = `
import runpy
runpy.run_path("examples/processing_sdk.py")
`;
const exampleSaid = "426 rows to train on, 143 to test on";
const resources = `role="arn:aws:iam::123456789012:role/SageMakerRole", instance_type="ml.m5.large", instance_count=1, sagemaker_session=session`;

const version2 = `${data}
import sagemaker
from sagemaker.exceptions import UnexpectedStatusException
from sagemaker.processing import FrameworkProcessor, ProcessingInput, ProcessingJob, ProcessingOutput, ScriptProcessor
from sagemaker.s3 import S3Downloader
from sagemaker.sklearn import SKLearn
from sagemaker.sklearn.processing import SKLearnProcessor

session = sagemaker.Session()
read = lambda uri: S3Downloader.read_file(uri, sagemaker_session=session)
processor = SKLearnProcessor(framework_version="1.2-1", ${resources})
processor.run(
    code="conformance/scripts/processing/count_words.py",
    inputs=[ProcessingInput(source=texts, destination="/opt/ml/processing/input/data")],
    outputs=[ProcessingOutput(source="/opt/ml/processing/output")],
    arguments=["--label", "Words"],
)
described = processor.latest_job.describe()
[output] = described["ProcessingOutputConfig"]["Outputs"]
place = output["S3Output"]["S3Uri"]
print("COUNTED " + json.dumps({
    "status": described["ProcessingJobStatus"],
    "message": described["ExitMessage"],
    "default": place == f"s3://{session.default_bucket()}/{processor.latest_job.job_name}/output/output-1",
    "objects": [uri[len(place):] for uri in S3Downloader.list(place, sagemaker_session=session)],
    "words": read(f"{place}/counts/words.txt"),
    "config": json.loads(read(f"{place}/config.json")),
}))

framework = FrameworkProcessor(estimator_cls=SKLearn, framework_version="1.2-1", ${resources})
framework.run(
    code="evaluate.py",
    source_dir="conformance/scripts/processing/evaluate",
    inputs=[ProcessingInput(source=predictions, destination="/opt/ml/processing/input/predictions")],
    outputs=[ProcessingOutput(output_name="evaluation", source="/opt/ml/processing/evaluation")],
    arguments=["--strict"],
    logs=False,
)
again = ProcessingJob.from_processing_name(session, framework.latest_job.job_name)
print("\\nEVALUATED " + read(again.outputs[0].destination + "/report.json"))

failing = ScriptProcessor(image_uri=processor.image_uri, command=["python3"], ${resources})
script = tempfile.mkdtemp() + "/fail.py"
with open(script, "w") as file:
    file.write("raise SystemExit(4)")
try:
    failing.run(code=script, logs=False)
except UnexpectedStatusException as error:
    print("\\nFAILED", error.actual_status, str(error).split("Reason: ")[1].split(". Check")[0])
failing.run(code=script, logs=False, wait=False)
session.stop_processing_job(failing.latest_job.job_name)
failing.latest_job.wait(logs=False)
print("\\nSTOPPED", failing.latest_job.describe()["ProcessingJobStatus"])
${example}`;

test("SDK 2: SKLearnProcessor, FrameworkProcessor and ScriptProcessor run, fail and are stopped", async (context) => {
  const printed = await runPython(context, server, "v2", version2);
  const told = (word: string) => new RegExp(`^${word} (.*)$`, "m").exec(printed)?.[1] ?? printed;
  const image = expect.stringMatching(/\/sagemaker-scikit-learn:1\.2-1-cpu-py3$/);
  expect(JSON.parse(told("COUNTED"))).toEqual({
    status: "Completed",
    message: "18 words",
    default: true,
    objects: ["/config.json", "/counts/words.txt"],
    words: "Words: 18\n",
    config: {
      resources: { current_host: "algo-1", hosts: ["algo-1"] },
      job: {
        ProcessingJobArn: expect.stringMatching(
          /^arn:aws:sagemaker:us-west-2:\d+:processing-job\/sagemaker-scikit-learn-/,
        ),
        ProcessingJobName: expect.stringMatching(/^sagemaker-scikit-learn-/),
        AppSpecification: {
          ImageUri: image,
          ContainerEntrypoint: ["python3", "/opt/ml/processing/input/code/count_words.py"],
          ContainerArguments: ["--label", "Words"],
        },
        Environment: {},
        ProcessingInputs: [
          configured("input-1", "/opt/ml/processing/input/data", /\/input\/input-1$/),
          configured("code", "/opt/ml/processing/input/code", /\/input\/code\/count_words\.py$/),
        ],
        ProcessingOutputConfig: {
          Outputs: [
            {
              OutputName: "output-1",
              S3Output: {
                LocalPath: "/opt/ml/processing/output",
                S3Uri: expect.stringMatching(/\/output\/output-1$/),
                S3UploadMode: "EndOfJob",
              },
            },
          ],
          KmsKeyId: null,
        },
        ProcessingResources: {
          ClusterConfig: { InstanceCount: 1, InstanceType: "ml.m5.large", VolumeSizeInGB: 30, VolumeKmsKeyId: null },
        },
        RoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
        StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
      },
    },
  });
  expect(printed).toContain("3 files");
  expect(JSON.parse(told("EVALUATED"))).toEqual({ accuracy: 0.75, arguments: ["--strict"] });
  expect(told("FAILED")).toBe("Failed AlgorithmError: , exit code: 4");
  expect(told("STOPPED")).toBe("Stopped");
  expect(printed).toContain(exampleSaid);
});

const configured = (InputName: string, LocalPath: string, place: RegExp) => ({
  InputName,
  S3Input: {
    LocalPath,
    S3Uri: expect.stringMatching(place),
    S3DataDistributionType: "FullyReplicated",
    S3DataType: "S3Prefix",
    S3InputMode: "File",
    S3CompressionType: "None",
    S3DownloadMode: "StartOfJob",
  },
});

const version3 = `${data}
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.processing import FrameworkProcessor, ScriptProcessor
from sagemaker.core.s3 import S3Downloader
from sagemaker.core.shapes import ProcessingInput, ProcessingOutput, ProcessingS3Input, ProcessingS3Output

session = Session()
image = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
read = lambda uri: S3Downloader.read_file(uri, sagemaker_session=session)
source = lambda place, path: ProcessingS3Input(s3_uri=place, local_path=path, s3_data_type="S3Prefix", s3_input_mode="File")
target = lambda path, mode: ProcessingS3Output(s3_uri="", local_path=path, s3_upload_mode=mode)
processor = ScriptProcessor(image_uri=image, command=["python3"], ${resources})
processor.run(
    code="conformance/scripts/processing/count_words.py",
    inputs=[ProcessingInput(input_name="texts", s3_input=source(texts, "/opt/ml/processing/input/data"))],
    outputs=[ProcessingOutput(output_name="counts", s3_output=target("/opt/ml/processing/output", "Continuous"))],
)
job = processor.latest_job.refresh()
place = job.processing_output_config.outputs[0].s3_output.s3_uri
print("COUNTED", job.processing_job_status, job.exit_message, read(f"{place}/counts/words.txt").strip())

framework = FrameworkProcessor(image_uri=image, command=["python3"], ${resources})
framework.run(
    code="evaluate.py",
    source_dir="conformance/scripts/processing/evaluate",
    inputs=[ProcessingInput(input_name="predictions", s3_input=source(predictions, "/opt/ml/processing/input/predictions"))],
    outputs=[ProcessingOutput(output_name="evaluation", s3_output=target("/opt/ml/processing/evaluation", "EndOfJob"))],
    arguments=["--strict"],
    logs=False,
)
job = framework.latest_job.refresh()
print("\\nEVALUATED " + read(job.processing_output_config.outputs[0].s3_output.s3_uri + "/report.json"))
${example}`;

test("SDK 3: ScriptProcessor and FrameworkProcessor run scripts", async (context) => {
  const printed = await runPython(context, server, "v3", version3);
  const told = (word: string) => new RegExp(`^${word} (.*)$`, "m").exec(printed)?.[1] ?? printed;
  expect(told("COUNTED")).toBe("Completed 18 words Total Words: 18");
  expect(printed).toContain("3 files");
  expect(JSON.parse(told("EVALUATED"))).toEqual({ accuracy: 0.75, arguments: ["--strict"] });
  expect(printed).toContain(exampleSaid);
});
