import { readFileSync } from "node:fs";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import Sqlite from "better-sqlite3";
import { expect, it, vi } from "vitest";
import { childrenOf } from "../../../executors/process/processes.ts";
import { runAccessKey } from "../../../runs/run-key.ts";
import {
  app,
  bucket,
  describeJob,
  ended,
  home,
  inStep,
  isRunning,
  keeperOf,
  logOf,
  logs,
  lossesOf,
  request,
  run,
  runFolders,
  s3,
  sagemaker,
  start,
  until,
} from "./training-server.fixture.ts";

it("begins a new attempt after the server was stopped, in the same log", async () => {
  await sagemaker.createTrainingJob(request("goes-on", { rounds: "5", wait: "1" }));
  await expect.poll(() => logOf("goes-on").catch(() => []), { timeout: 20_000 }).toContain("waiting");
  await app.close();
  await start();
  await expect
    .poll(async () => (await logOf("goes-on")).filter((line) => line === "waiting"), { timeout: 20_000 })
    .toHaveLength(2);
  await until("goes-on", inStep("Training"));
  await sagemaker.stopTrainingJob({ TrainingJobName: "goes-on" });
  const job = await until("goes-on", ended);
  expect(job.SecondaryStatusTransitions?.map(({ Status }) => Status)).toContain("Restarting");
  expect(await lossesOf("goes-on")).toBe(10);
});

it("tries a lost run once more, then fails and says why, and what it left is kept for a day", async () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  await sagemaker.createTrainingJob(request("lost", { wait: "1" }));
  let runId = "";
  let pid = 0;
  for (const count of [1, 2]) {
    await expect
      .poll(async () => (await logOf("lost").catch(() => [])).filter((line) => line === "waiting"), { timeout: 20_000 })
      .toHaveLength(count);
    [runId = ""] = runFolders();
    ({ pid } = keeperOf(runId));
    process.kill(pid, "SIGKILL");
    if (count === 1) await expect.poll(() => runFolders().includes(runId), { timeout: 20_000 }).toBe(false);
  }
  const job = await until("lost", ended);
  const words = `The keeper of the run (process ${pid}) ended without a word: it was killed, or the machine went down.`;
  expect(job).toMatchObject({
    TrainingJobStatus: "Failed",
    FailureReason: `InternalServerError: We encountered an internal error. Please try again. ${words}`,
  });
  expect((await logOf("lost")).filter((line) => line.startsWith("The keeper of the run"))).toEqual([
    expect.stringContaining("ended without a word"),
    words,
  ]);
  const lines = told.mock.calls.flat().join("\n");
  told.mockRestore();
  expect(lines).toContain("sagemaker/training-job lost (us-west-2): Run ");
  expect(lines).toContain("was lost, and another attempt begins. The keeper of the run (process ");
  expect(lines).toContain(`What run ${runId} left is kept for a day.\n`);

  // It stays across a start, its key is not valid, and nothing of it runs.
  await app.close();
  await start();
  expect(runFolders()).toEqual([runId]);
  const secret = readFileSync(join(home, "run-secret"), "utf8").trim();
  const { accessKeyId, secret: secretAccessKey } = runAccessKey(secret, runId);
  const { endpoint } = { endpoint: await sagemaker.config.endpoint!() };
  const url = `${endpoint.protocol}//${endpoint.hostname}:${endpoint.port}`;
  const asRun = new S3({ endpoint: url, region: "us-west-2", credentials: { accessKeyId, secretAccessKey } });
  await expect(asRun.listBuckets()).rejects.toMatchObject({ name: "InvalidAccessKeyId" });
});

it("says why its run could not be started, or its stage ended", async () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  await app.close();
  await start({}, { PATH: home });
  const unstarted = await run(request("unstarted"));
  await app.close();
  await start();
  const reason = "The run could not be started: mkfifo is not on the PATH";
  expect(unstarted.FailureReason).toContain(`Please try again. ${reason}`);
  expect(await logOf("unstarted")).toEqual(Array(2).fill(expect.stringContaining(reason)));

  told.mockRestore();
});

it("tries a job whose stage was killed once more, then fails and says so", async () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  await sagemaker.createTrainingJob(request("unstaged", { wait: "1" }, { ExperimentConfig: { TrialName: "t" } }));
  for (const count of [1, 2]) {
    const waiting = async () => (await logOf("unstaged").catch(() => [])).filter((line) => line === "waiting");
    await expect.poll(waiting, { timeout: 20_000 }).toHaveLength(count);
    const [runId] = runFolders().filter((name) => isRunning(name));
    // Below the keeper: the sandbox's two processes where there is one, the stage, the program.
    const below: number[] = [];
    for (let [child] = childrenOf(keeperOf(runId!).pid); child !== undefined; [child] = childrenOf(child))
      below.push(child);
    process.kill(below.at(-2)!, "SIGKILL");
  }
  const job = await until("unstaged", ended);
  expect(job.FailureReason).toMatch(
    /^InternalServerError: .* The program that stages the job was ended by SIGKILL from outside the job/,
  );
  expect(job.SecondaryStatusTransitions!.map(({ Status }) => Status)).toContain("Restarting");
  expect(job.ExperimentConfig).toEqual({ TrialName: "t" });
  expect(told.mock.calls.flat().join("\n")).toMatch(/unstaged \(us-west-2\): InternalServerError: .*\n {2}waiting/s);
  told.mockRestore();
  await expect(
    sagemaker.updateTrainingJob({ TrainingJobName: "unstaged", ProfilerConfig: { DisableProfiler: true } }),
  ).rejects.toThrow("The request was rejected because the training job is in status Failed.");
});

it("fails without training when the role or the bucket of its output is gone when it begins", async () => {
  await s3.createBucket({ Bucket: "soon-gone" });
  await app.close();
  await start({ jobs: "1" });
  await sagemaker.createTrainingJob(request("before", { wait: "1" }));
  await until("before", inStep("Training"));
  await sagemaker.createTrainingJob(request("late", {}, { OutputDataConfig: { S3OutputPath: "s3://soon-gone/out" } }));
  const ProfilerConfig = { S3OutputPath: `s3://${bucket}/profiles`, ProfilingIntervalInMilliseconds: 500 };
  await sagemaker.updateTrainingJob({ TrainingJobName: "late", ProfilerConfig });
  expect((await describeJob("late")).ProfilerConfig).toEqual(ProfilerConfig);
  await sagemaker.updateTrainingJob({ TrainingJobName: "before", RemoteDebugConfig: { EnableRemoteDebug: false } });
  expect((await describeJob("before")).RemoteDebugConfig).toEqual({ EnableRemoteDebug: false });
  for (const [more, what] of [
    [{ RemoteDebugConfig: { EnableRemoteDebug: false } }, /is Downloading or Training; it is Starting/],
    [{ ProfilerConfig: { ProfilingIntervalInMilliseconds: 300 } }, /is 300; it must be one of 100, 200, 500, 1000,/],
    [{ ProfilerConfig: { S3OutputPath: "s3://not-there/x" } }, /"not-there" of ProfilerConfig .* cannot be used/],
    [{ ResourceConfig: { KeepAlivePeriodInSeconds: 60 } }, /KeepAlivePeriodInSeconds is not built/],
    [{ RemoteDebugConfig: { EnableRemoteDebug: true } }, /RemoteDebugConfig is not built/],
    [{}, /nothing to update/],
  ] as const)
    await expect(sagemaker.updateTrainingJob({ TrainingJobName: "late", ...more })).rejects.toThrow(what);
  // A spot job that gets no room ends when it has waited as long as it wanted.
  const StoppingCondition = { MaxRuntimeInSeconds: 1, MaxWaitTimeInSeconds: 1 };
  const spot = await run(request("waits", {}, { EnableManagedSpotTraining: true, StoppingCondition }));
  expect(spot).toMatchObject({ TrainingJobStatus: "Stopped", SecondaryStatus: "MaxWaitTimeExceeded" });
  expect(spot).not.toHaveProperty("FailureReason");
  await s3.deleteBucket({ Bucket: "soon-gone" });
  await sagemaker.stopTrainingJob({ TrainingJobName: "before" });
  expect(await until("late", ended)).toMatchObject({
    TrainingJobStatus: "Failed",
    FailureReason: expect.stringMatching(/^ClientError: The bucket "soon-gone" of S3OutputPath .* cannot be used/),
  });
  const logGroupName = "/aws/sagemaker/TrainingJobs";
  expect((await logs.describeLogStreams({ logGroupName, logStreamNamePrefix: "late/" })).logStreams).toEqual([]);
});

it("keeps the documents of the runs that are kept, and no others", () => {
  // Those of "lost" and "unstaged". "unstarted" left nothing.
  const database = new Sqlite(join(home, "resources.sqlite"), { readonly: true });
  const statuses = database
    .prepare("select status from resource where space in (select space from space where kind = 'sagebrush/run')")
    .pluck()
    .all();
  expect(statuses).toEqual(["Kept", "Kept"]);
  database.close();
});
