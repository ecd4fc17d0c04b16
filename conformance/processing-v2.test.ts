import { expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

const countWords = `
import json, os, tempfile
import sagemaker
from sagemaker.processing import ProcessingInput, ProcessingOutput
from sagemaker.s3 import S3Downloader
from sagemaker.sklearn.processing import SKLearnProcessor

session = sagemaker.Session()
texts = tempfile.mkdtemp()
for name, text in [("a", "one two three"), ("b", "four five six seven eight"), ("c", "nine " * 10)]:
    with open(f"{texts}/{name}.txt", "w") as file:
        file.write(text)
processor = SKLearnProcessor(
    framework_version="1.2-1",
    role="arn:aws:iam::123456789012:role/SageMakerRole",
    instance_type="ml.m5.large",
    instance_count=1,
    sagemaker_session=session,
)
processor.run(
    code="conformance/scripts/processing/count_words.py",
    inputs=[ProcessingInput(source=texts, destination="/opt/ml/processing/input/data")],
    outputs=[ProcessingOutput(source="/opt/ml/processing/output")],
    arguments=["--label", "Words"],
)
described = processor.latest_job.describe()
[output] = described["ProcessingOutputConfig"]["Outputs"]
place = output["S3Output"]["S3Uri"]
print("RESULT " + json.dumps({
    "status": described["ProcessingJobStatus"],
    "message": described["ExitMessage"],
    "default": place == f"s3://{session.default_bucket()}/{processor.latest_job.job_name}/output/output-1",
    "objects": [uri[len(place):] for uri in S3Downloader.list(place, sagemaker_session=session)],
    "words": S3Downloader.read_file(f"{place}/counts/words.txt", sagemaker_session=session),
    "config": json.loads(S3Downloader.read_file(f"{place}/config.json", sagemaker_session=session)),
}))
`;

test("SDK 2: SKLearnProcessor runs a script on an input; its output is in S3, and its log is streamed", async (context) => {
  const output = await runPython(context, server, "v2", countWords);
  const result = JSON.parse(/^RESULT (.*)$/m.exec(output)![1]!);
  expect(result).toMatchObject({
    status: "Completed",
    message: "18 words",
    default: true,
    objects: ["/config.json", "/counts/words.txt"],
    words: "Words: 18\n",
  });
  expect(output).toContain("3 files");
});
