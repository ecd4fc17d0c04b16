import { expect } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import { processingJob } from "./processing-jobs.ts";
import { region, type TestServer } from "./server.ts";
import { xgboostJob } from "./xgboost-job.ts";

/** What needs a sandbox is refused when it is made, with the one command that helps; what needs none is not. */
export async function refusesScripts(server: TestServer): Promise<void> {
  const { s3, sagemaker } = clientsOf(server);
  await s3.createBucket({ Bucket: "no-sandbox", CreateBucketConfiguration: { LocationConstraint: region } });
  await s3.putObject({ Bucket: "no-sandbox", Key: "rows/1.csv", Body: "1,2\n0,3\n" });
  const help = /No sandbox works here: .*bubblewrap.*\. (Run: .*install bubblewrap|.*-S bubblewrap|Install|Run Sage)/;
  const refused = { name: "ValidationException", message: expect.stringMatching(help) };
  const places = { data: "s3://no-sandbox/rows/", output: "s3://no-sandbox/out" };
  const job = (name: string) => xgboostJob(name, { ...places, hyperparameters: { num_round: "1" } });
  const script = { sagemaker_program: "train.py", sagemaker_submit_directory: "s3://no-sandbox/source.tar.gz" };
  await expect(sagemaker.createTrainingJob({ ...job("script"), HyperParameters: script })).rejects.toMatchObject(
    refused,
  );
  await expect(sagemaker.createTrainingJob({ ...job("isolated"), EnableNetworkIsolation: true })).rejects.toMatchObject(
    refused,
  );
  const processing = processingJob("processes", "true", { ProcessingInputs: undefined });
  await expect(sagemaker.createProcessingJob(processing)).rejects.toMatchObject(refused);
  await sagemaker.createTrainingJob(job("built-in"));
  const status = async () => (await sagemaker.describeTrainingJob({ TrainingJobName: "built-in" })).TrainingJobStatus;
  await expect.poll(status, patience).toBe("Completed");
  expect((await sagemaker.listTrainingJobs({})).TrainingJobSummaries).toHaveLength(1);
}
