import { setTimeout as pause } from "node:timers/promises";
import { runsLeftIn } from "../conformance/runs-left.ts";
import type { TestServer } from "../conformance/server.ts";
import { type Example, isOver, type MadeJob, readExample } from "./check-jobs.ts";
import { type JobLook, mixedJobs } from "./mixed-jobs.ts";

const lookMilliseconds = 200;

/** Repeats what a server that is away, or whose disk is full, cannot answer. */
export async function persistently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const { $metadata, name, code } = error as Error & { code?: string; $metadata?: { httpStatusCode?: number } };
      const status = $metadata?.httpStatusCode;
      const isAway = status === undefined ? code !== undefined || name === "TimeoutError" : status >= 500;
      if (!isAway) throw error;
      await pause(lookMilliseconds);
    }
  }
}

/** The jobs of a soak: of each five, two scripts, two processing jobs, and one of the built-in XGBoost. */
export const jobsOf = (count: number): readonly MadeJob[] =>
  Array.from({ length: count }, (_, at) => {
    const kind = ["script", "processing", "xgboost", "processing", "script"][at % 5]!;
    return { name: `job-${String(at).padStart(4, "0")}-${kind}`, kind };
  });

/** Finds the name of such a job. */
export const nameOfJob = /job-\d{4,}-(script|processing|xgboost)/;

/** Makes a job, whatever becomes of the server meanwhile: one that was made without an answer is there. */
export async function make(server: TestServer, { name, kind }: MadeJob): Promise<void> {
  const job = mixedJobs[kind]!;
  await persistently(() =>
    job.create(server, name).catch((error: Error) => {
      if (error.name !== "ResourceInUse") throw error;
    }),
  );
}

/** Waits until a job has ended. */
export async function endOf(server: TestServer, { name, kind }: MadeJob): Promise<JobLook> {
  for (;;) {
    const look = await persistently(() => mixedJobs[kind]!.look(server, name));
    if (isOver(look)) return look;
    await pause(lookMilliseconds);
  }
}

/** Runs one job of each kind that nothing disturbs. One before it makes what is made once, and says so in its log. */
export async function makeExamples(server: TestServer): Promise<ReadonlyMap<string, Example>> {
  const examples = new Map<string, Example>();
  for (const kind of Object.keys(mixedJobs))
    for (const what of ["first", "example"]) {
      const job = { name: `${what}-of-${kind}`, kind };
      await make(server, job);
      const { status, reason } = await endOf(server, job);
      if (status !== "Completed") throw new Error(`${job.name} is ${status}: ${reason}`);
      examples.set(kind, await readExample(server, job));
    }
  return examples;
}

/** Resolves when nothing of any run is left but the folders that may stay. */
export async function untilNothingIsLeft(server: TestServer, mayStay: (left: string) => boolean = () => false) {
  const mostMilliseconds = 300_000;
  const began = performance.now();
  for (;;) {
    const left = runsLeftIn(server.home).filter((one) => !mayStay(one));
    if (left.length === 0) return;
    if (performance.now() - began > mostMilliseconds) throw new Error(`Of the runs is left: ${left.join(", ")}`);
    await pause(lookMilliseconds);
  }
}

/** Collects what is wrong with each job, so that one fault does not hide the others. */
export async function checkAll(jobs: readonly MadeJob[], check: (job: MadeJob) => Promise<void>): Promise<void> {
  const faults: string[] = [];
  for (const job of jobs) await check(job).catch((error: Error) => faults.push(error.message));
  if (faults.length > 0) throw new Error(`${faults.length} of ${jobs.length} jobs:\n${faults.slice(0, 10).join("\n")}`);
}
