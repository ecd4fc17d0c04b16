import { isDeepStrictEqual } from "node:util";
import { linesOf, sumOf } from "../conformance/clients.ts";
import type { TestServer } from "../conformance/server.ts";
import { type JobLook, type MixedJob, mixedJobs } from "./mixed-jobs.ts";

/** A job that a soak has made. */
export interface MadeJob {
  readonly name: string;
  readonly kind: string;
}

export const isOver = ({ status }: JobLook): boolean => ["Completed", "Failed", "Stopped"].includes(status);

/** How many attempts were begun after the first; none of a kind that does not say. */
export const restartsOf = (steps: JobLook["steps"]): number => steps.filter((step) => step === "Restarting").length;

/** What a job of each kind prints and leaves when nothing disturbs it. */
export interface Example {
  readonly lines: readonly string[];
  readonly artifacts: ReadonlyMap<string, string>;
}

/** Reads what a job has done, and gives its example: the name and the times in its lines are left out. */
export async function readExample(server: TestServer, { name, kind }: MadeJob): Promise<Example> {
  const job = mixedJobs[kind]!;
  return { lines: await linesWithoutName(server, job, name), artifacts: await job.artifacts(server, name) };
}

/** The lines of a job's one log stream, without what two jobs of a kind may print differently. */
export async function linesWithoutName(server: TestServer, { logGroup }: MixedJob, name: string): Promise<string[]> {
  const streams = await linesOf(server, logGroup, `${name}/`);
  if (streams.length !== 1) throw new Error(`${name} has ${streams.length} log streams`);
  return streams[0]!.map((line) => line.replaceAll(name, "NAME").replace(/\d{4}-\d\d-\d\d[ T][\d:,.]+/, "TIME"));
}

const numbered = /^\[(\d+)\]/;

/**
 * Checks a job that has ended as one that nothing disturbed: each line once and in order, each printed value one point
 * of its metric, its artifacts whole.
 */
export async function checkWhole(server: TestServer, { name, kind }: MadeJob, example: Example): Promise<void> {
  const job = mixedJobs[kind]!;
  same(await linesWithoutName(server, job, name), example.lines, `the lines of ${name}`);
  await checkPoints(server, job, name);
  await checkArtifacts(server, { name, kind }, example);
}

export async function checkArtifacts(server: TestServer, { name, kind }: MadeJob, example: Example): Promise<void> {
  const job = mixedJobs[kind]!;
  const artifacts = await job.artifacts(server, name);
  const expected = job.expected?.(name) ?? example.artifacts;
  same([...artifacts.keys()].sort(), [...expected.keys()].sort(), `the files of ${name}`);
  for (const [path, content] of expected)
    if (artifacts.get(path) !== content) throw new Error(`${path} of ${name} is not what its job wrote`);
}

/**
 * Checks a completed job that may have had several attempts: the lines of the last are whole, and stand after those of
 * the earlier ones, of which each has the beginning.
 */
export async function checkRestarted(
  server: TestServer,
  { name, kind }: MadeJob,
  example: Example,
  mostRestarts: number,
): Promise<void> {
  const job = mixedJobs[kind]!;
  const { steps } = await job.look(server, name);
  const restarts = steps.length > 0 ? restartsOf(steps) : mostRestarts;
  if (restarts > mostRestarts) throw new Error(`${name} was begun ${restarts} times more, for ${mostRestarts} losses`);
  const lines = await linesWithoutName(server, job, name);
  const last = lines.length - example.lines.length;
  same(lines.slice(Math.max(0, last)), example.lines, `the lines of the last attempt of ${name}`);
  let attempts = 1;
  let next = 0;
  for (const line of lines.slice(0, last)) {
    const number = numbered.exec(line)?.[1];
    if (number === undefined) continue;
    if (number === "0" && next > 0) attempts++;
    else if (Number(number) !== next) throw new Error(`${name} has the value ${number} where ${next} is next`);
    next = Number(number) + 1;
  }
  if (attempts > Math.max(1, restarts)) throw new Error(`${name} printed ${attempts} beginnings and an end`);
  await checkPoints(server, job, name);
  await checkArtifacts(server, { name, kind }, example);
}

const lost = /^\((\d+) lines are lost: the disk was full\)$/;

/** Checks the log of a job on a disk that was full at times: what it lacks is told by number where it would be. */
export async function checkThinned(server: TestServer, { name, kind }: MadeJob, example: Example): Promise<void> {
  const job = mixedJobs[kind]!;
  let at = 0;
  for (const line of await linesWithoutName(server, job, name)) {
    const gap = lost.exec(line)?.[1];
    if (gap !== undefined) at += Number(gap);
    else if (line === example.lines[at]) at++;
    else throw new Error(`${name} has the line "${line}" where "${example.lines[at]}" is expected`);
  }
  if (at !== example.lines.length) throw new Error(`${name} has or tells ${at} of ${example.lines.length} lines`);
  await checkPoints(server, job, name);
  await checkArtifacts(server, { name, kind }, example);
}

/** Every value that was printed is one point. */
export async function checkPoints(server: TestServer, job: MixedJob, name: string): Promise<void> {
  if (job.metric === undefined) return;
  const metric = { Namespace: "/aws/sagemaker/TrainingJobs", MetricName: job.metric };
  const lines = await linesWithoutName(server, job, name);
  const printed = lines.filter((line) => numbered.test(line)).length;
  const points = await sumOf(server, metric, { TrainingJobName: name }, "SampleCount");
  if (points !== printed)
    throw new Error(`${name} printed ${printed} values of ${job.metric}, and has ${points} points`);
}

function same(found: readonly string[], expected: readonly string[], what: string): void {
  if (isDeepStrictEqual(found, expected)) return;
  const at = found.findIndex((line, index) => line !== expected[index]);
  const from = Math.max(0, (at < 0 ? found.length : at) - 2);
  const shown = (lines: readonly string[]) => lines.slice(from, from + 6).join("\n  ");
  throw new Error(
    `${what}: ${found.length} of ${expected.length}, not the same from ${from} on.\n  ${shown(found)}\nexpected:\n  ${shown(expected)}`,
  );
}
