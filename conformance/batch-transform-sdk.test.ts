import { expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";

/** The example, then what a Transformer does besides: it shows the log, is found again, and is stopped too late. */
const program = `
import json, runpy
example = runpy.run_path("examples/batch_transform.py")
session, transformer, name = example["session"], example["transformer"], example["NAME"]
client = session.sagemaker_client
transformer.transform(
    f"{example['place']}/train/rows.csv", content_type="text/csv", split_type="Line", input_filter="$[1:]",
    model_client_config={"InvocationsTimeoutInSeconds": 60, "InvocationsMaxRetries": 1}, logs=True,
)
jobs = client.list_transform_jobs(SortBy="CreationTime", SortOrder="Descending", MaxResults=2)["TransformJobSummaries"]
last = client.describe_transform_job(TransformJobName=jobs[0]["TransformJobName"])
client.get_waiter("transform_job_completed_or_stopped").wait(TransformJobName=jobs[0]["TransformJobName"])
attached = type(transformer).attach(jobs[0]["TransformJobName"], session)
if type(transformer).__module__ == "sagemaker.transformer":
    # Version 2 takes it that the job has ended; version 3 says so.
    transformer.stop_transform_job()
found = example["s3"].list_objects_v2(Bucket=example["bucket"], Prefix=f"{name}/answers/")["Contents"]
print("RESULT", json.dumps({
    "statuses": [job["TransformJobStatus"] for job in jobs],
    "config": last["ModelClientConfig"],
    "attached": [attached.model_name, attached.output_path == transformer.output_path],
    "outputs": [one["Key"].split("/", 2)[2] for one in found],
}))
`;

const server = useServer();

test.for(["v2", "v3"] as const)("SDK %s: a Transformer filters, joins and shows the log", async (version, context) => {
  const output = await runPython(context, server, version, program);
  expect(output).toMatch(/569 rows, the last is number 568, 0\.9\d\d of them right/);
  expect(JSON.parse(/RESULT (.*)$/m.exec(output)![1]!)).toEqual({
    statuses: ["Completed", "Completed"],
    config: { InvocationsTimeoutInSeconds: 60, InvocationsMaxRetries: 1 },
    attached: [expect.stringMatching(/^batch-transform-\d+$/), true],
    outputs: ["rows.csv.out"],
  });
});
