import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeTrainingJobCommand, ListTrainingJobsCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { benchTrainingJob } from "./deploy-model.ts";
import { cpuMicroseconds } from "./process-figures.ts";
import { type MeasuredServer, machine, startSagebrush } from "./servers.ts";

const waiting = 1_000;
const measuredSeconds = 20;
const rows = 300_000;
const columns = 20;

/**
 * What jobs that wait for room cost an idle server: its CPU over 20 s in which nothing is asked, without and with 1,000
 * jobs that wait. The job that has the room is stopped by a signal, so that it says nothing that the server would ship.
 */
export async function run(): Promise<void> {
  console.log(`${machine()}; CPU of the server over ${measuredSeconds} s`);
  const server = await startSagebrush({ environment: { SAGEBRUSH_JOBS: "1" } });
  try {
    const { sagemaker, s3 } = clients(server);
    await s3.send(new CreateBucketCommand({ Bucket: "bench-data" }));
    const line = Array.from({ length: columns }, (_, column) => (column * 0.37) % 1).join(",");
    const data = Array.from({ length: rows }, (_, row) => `${row % 2},${(row * 0.618) % 1},${line}\n`).join("");
    await s3.send(new PutObjectCommand({ Bucket: "bench-data", Key: "train/train.csv", Body: data }));

    await sagemaker.send(trainingJob("long"));
    for (let status = ""; status !== "Training"; await pause(200))
      status = (await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: "long" }))).SecondaryStatus!;
    stopPrograms(server.home);
    await pause(2_000);
    console.log(`idle, one job has the room: ${await percentOfCore(server)} % of a core`);

    for (let made = 0; made < waiting; made += 50)
      await Promise.all(Array.from({ length: 50 }, (_, of) => sagemaker.send(trainingJob(`waiting-${made + of}`))));
    await pause(2_000);
    console.log(`${waiting} jobs wait behind it: ${await percentOfCore(server)} % of a core`);
    const { TrainingJobSummaries } = await sagemaker.send(
      new ListTrainingJobsCommand({ StatusEquals: "InProgress", MaxResults: 100 }),
    );
    if (TrainingJobSummaries?.length !== 100) throw new Error("The jobs do not wait.");
  } finally {
    await server.close();
  }
}

/** Stops what the keepers of the runs have started; a keeper itself goes on. */
function stopPrograms(home: string): void {
  const runs = join(home, "runs");
  const keepers = readdirSync(runs).map((run) => JSON.parse(readFileSync(join(runs, run, "keeper.json"), "utf8")).pid);
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    // The parent is the second field after the command, which may hold spaces.
    const stat = existsSync(`/proc/${name}/stat`) ? readFileSync(`/proc/${name}/stat`, "utf8") : "";
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]));
  }
  const below = (pid: number | undefined): boolean =>
    pid !== undefined && (keepers.includes(parents.get(pid)) || below(parents.get(pid)));
  for (const pid of parents.keys()) if (below(pid)) process.kill(pid, "SIGSTOP");
}

async function percentOfCore({ pid }: MeasuredServer): Promise<string> {
  const [begun, before] = [performance.now(), await cpuMicroseconds(pid)];
  await pause(measuredSeconds * 1_000);
  const after = await cpuMicroseconds(pid);
  if (before === undefined || after === undefined) return "?";
  return ((after - before) / ((performance.now() - begun) * 10)).toFixed(2);
}

function clients({ port, credentials: { id, secret, region } }: MeasuredServer) {
  const credentials = { accessKeyId: id, secretAccessKey: secret };
  const options = { endpoint: `http://127.0.0.1:${port}`, region, credentials };
  return { sagemaker: new SageMakerClient(options), s3: new S3Client({ ...options, forcePathStyle: true }) };
}

const trainingJob = (name: string) => benchTrainingJob(name, { num_round: "10000", max_depth: "8" });
