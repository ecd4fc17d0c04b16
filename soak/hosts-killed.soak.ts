import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { clientsOf, linesOf } from "../conformance/clients.ts";
import { scriptEnvironments } from "../conformance/script-environments.ts";
import { createTestServer, region, type TestServer } from "../conformance/server.ts";
import { role } from "../conformance/xgboost-job.ts";
import { createRandom } from "../src/base/random.ts";
import { defineSoak } from "./define-soak.ts";
import { persistently, untilNothingIsLeft } from "./make-jobs.ts";
import { killsServer } from "./run-disturbed.ts";
import { runProcesses } from "./run-processes.ts";

const Bucket = "soak-hosts";
const killMilliseconds = 5_000;
const lookMilliseconds = 200;

/** Every host greets the first one, which waits for all; then each leaves a file. */
const script = `
import json, os, socket, sys, time
with open("/opt/ml/input/config/resourceconfig.json") as file:
    config = json.load(file)
host, hosts = config["current_host"], config["hosts"]
print("begun", flush=True)
if os.environ.get("DYING") == host:
    sys.exit(7)
if host == hosts[0]:
    with socket.create_server(("", 7000)) as server:
        for other in hosts[1:]:
            with server.accept()[0] as connection:
                connection.sendall(b"together")
else:
    while True:
        try:
            with socket.create_connection((hosts[0], 7000), 5) as connection:
                if connection.recv(100) == b"together":
                    break
        except OSError:
            pass
        time.sleep(0.05)
time.sleep(1)
with open(f"/opt/ml/model/{host}.txt", "w") as file:
    file.write(os.environ["TRAINING_JOB_NAME"])
print("ended", flush=True)
`;

interface HostsJob {
  readonly name: string;
  readonly hosts: number;
  /** The host that ends by itself with 7. */
  readonly dying?: string;
}

/** Of each ten jobs one has a host that dies. They have the names by which the processes of a soak are found. */
const jobsOf = (size: number): readonly HostsJob[] =>
  Array.from({ length: size }, (_, at) => {
    const hosts = 2 + (at % 3);
    return {
      name: `job-${String(at).padStart(4, "0")}-script`,
      hosts,
      ...(at % 10 === 1 && { dying: `algo-${1 + (at % hosts)}` }),
    };
  });

function make(server: TestServer, { name, hosts, dying }: HostsJob): Promise<unknown> {
  return persistently(() =>
    clientsOf(server)
      .sagemaker.createTrainingJob({
        TrainingJobName: name,
        RoleArn: role,
        AlgorithmSpecification: {
          TrainingImage: `246618743249.dkr.ecr.${region}.amazonaws.com/sagemaker-base-python-311:1.0`,
          TrainingInputMode: "File",
        },
        HyperParameters: { sagemaker_program: "work.py", sagemaker_submit_directory: `s3://${Bucket}/source.tar.gz` },
        Environment: dying === undefined ? {} : { DYING: dying },
        OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
        ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: hosts, VolumeSizeInGB: 1 },
        StoppingCondition: { MaxRuntimeInSeconds: 3600 },
        RetryStrategy: { MaximumRetryAttempts: 30 },
      })
      .catch((error: Error) => {
        if (error.name !== "ResourceInUse") throw error;
      }),
  );
}

async function endOf(server: TestServer, TrainingJobName: string) {
  for (;;) {
    const job = await persistently(() => clientsOf(server).sagemaker.describeTrainingJob({ TrainingJobName }));
    if (["Completed", "Failed", "Stopped"].includes(job.TrainingJobStatus!)) return job;
    await pause(lookMilliseconds);
  }
}

/** The files of a job's model, which all hosts have left together. */
async function modelOf(server: TestServer, name: string): Promise<readonly string[]> {
  const { s3 } = clientsOf(server);
  const { Body } = await persistently(() => s3.getObject({ Bucket, Key: `out/${name}/output/model.tar.gz` }));
  const listed = execFileSync("tar", ["-tz"], { input: await Body!.transformToByteArray(), encoding: "utf8" });
  return listed.trim().split("\n").sort();
}

async function check(server: TestServer, { name, hosts, dying }: HostsJob): Promise<void> {
  const job = await endOf(server, name);
  const { TrainingJobStatus: status, FailureReason: reason, SecondaryStatusTransitions: steps = [] } = job;
  const finals = steps.filter(({ Status }) => ["Completed", "Failed", "Stopped"].includes(Status!));
  if (finals.length !== 1) throw new Error(`${name} has ended ${finals.length} times`);
  if (dying !== undefined) {
    if (status !== "Failed" || !reason?.includes("ExitCode 7")) throw new Error(`${name} is ${status}: ${reason}`);
    return;
  }
  if (status !== "Completed") throw new Error(`${name} is ${status}: ${reason}`);
  const files = await modelOf(server, name);
  const expected = Array.from({ length: hosts }, (_, host) => `algo-${host + 1}.txt`);
  if (files.join() !== expected.join()) throw new Error(`${name} left ${files.join()}`);
  const streams = await linesOf(server, "/aws/sagemaker/TrainingJobs", `${name}/`);
  if (streams.length !== hosts || !streams.every((lines) => lines.includes("ended")))
    throw new Error(`${name} has ${streams.length} log streams, or one without its end`);
}

export const soak = defineSoak({
  words: "jobs of two to four hosts end once, in a true state, while keepers and the server are killed",
  unit: "jobs",
  sizes: { full: 40, short: 2 },
  async run(size) {
    const server = await createTestServer({ environment: scriptEnvironments });
    try {
      await server.start();
      await putSource(server);
      const jobs = jobsOf(size);
      const random = createRandom(16);
      let isDone = false;
      const disturbing = async (disturb: () => Promise<number>) => {
        let count = 0;
        do count += await disturb();
        while (!isDone);
        return count;
      };
      const killsKeeper = async () => {
        await pause(killMilliseconds);
        const found = runProcesses(server.home);
        const { keeper } = found[random.below(Math.max(1, found.length))] ?? {};
        if (keeper === undefined) return 0;
        try {
          process.kill(keeper, "SIGKILL");
          return 1;
        } catch {
          return 0;
        }
      };
      const working = (async () => {
        for (const job of jobs) await make(server, job);
        for (const { name } of jobs) await endOf(server, name);
      })().finally(() => {
        isDone = true;
      });
      const [serverKills, keeperKills] = await Promise.all([
        disturbing(killsServer(server)),
        disturbing(killsKeeper),
        working,
      ]);
      const faults: string[] = [];
      for (const job of jobs) await check(server, job).catch((error: Error) => faults.push(error.message));
      if (faults.length > 0) throw new Error(`${faults.length} of ${size} jobs:\n${faults.join("\n")}`);
      await untilNothingIsLeft(server);
      return `all jobs ended as they should, over ${keeperKills} kills of keepers and ${serverKills} of the server`;
    } finally {
      await server.close();
    }
  },
});

async function putSource(server: TestServer): Promise<void> {
  const { s3 } = clientsOf(server);
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  try {
    writeFileSync(join(folder, "work.py"), script);
    const Body = execFileSync("tar", ["-cz", "-C", folder, "work.py"]);
    await s3.putObject({ Bucket, Key: "source.tar.gz", Body });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
