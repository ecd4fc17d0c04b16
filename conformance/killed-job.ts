import { expect } from "vitest";
import { linesOf, patience, sumOf, untilNothingIsLeft } from "./clients.ts";
import { checkEvents } from "./events-in.ts";
import type { KilledKind } from "./killed-kind.ts";
import type { TestServer } from "./server.ts";

/** A kind of job: how one is made and stopped, and where what it did can be seen. */
export interface KilledJob {
  prepare(server: TestServer): Promise<void>;
  /** Makes one that works for a second or two. */
  create(server: TestServer, name: string): Promise<unknown>;
  /** Makes one that works until it is stopped. */
  createWithoutEnd(server: TestServer, name: string): Promise<unknown>;
  stop(server: TestServer, name: string): Promise<unknown>;
  look(
    server: TestServer,
    name: string,
  ): Promise<{ readonly status?: string; readonly reason?: string; readonly steps: readonly (string | undefined)[] }>;
  readonly logGroup: string;
  /** Prints that a job makes once, and the numbered ones: the first group is the number, from 0 on. */
  readonly onceLine: RegExp;
  readonly numberedLine: RegExp;
  /** How many numbered lines a whole job prints. */
  readonly lines: number;
  /** One that has a value in each of the numbered lines; absent where a kind has no metrics. */
  readonly metric?: { readonly Namespace: string; readonly MetricName: string; readonly dimension: string };
  /** Checks what a completed one has left. */
  checkArtifacts(server: TestServer, name: string): Promise<void>;
}

/**
 * After every kill and restart a job ends as if nothing had happened: it was started once, each line of its log and each
 * value of its metrics is there once, its artifacts are whole, and nothing of it is left running.
 */
export async function checkJob(
  job: KilledJob,
  server: TestServer,
  name: string,
  expected: "Completed" | "Stopped",
): Promise<void> {
  const isOver = async () => !["InProgress", "Stopping"].includes((await job.look(server, name)).status!);
  await expect.poll(isOver, { ...patience, message: `${name} ends` }).toBe(true);
  const { status, reason, steps } = await job.look(server, name);
  expect([status, reason], name).toEqual([expected, undefined]);
  expect(steps).not.toContain("Restarting");
  checkEvents(server.home, name, steps);

  const streams = await linesOf(server, job.logGroup, `${name}/`);
  const lines = streams.flat();
  const numbers = lines.flatMap((line) => job.numberedLine.exec(line)?.[1] ?? []).map(Number);
  expect(numbers).toEqual(numbers.map((_, index) => index));
  expect(lines.filter((line) => job.onceLine.test(line))).toHaveLength(lines.length > 0 ? 1 : 0);
  if (job.metric) {
    const { dimension, ...metric } = job.metric;
    expect(await sumOf(server, metric, { [dimension]: name }, "SampleCount")).toBe(numbers.length);
  }
  if (expected === "Completed") {
    expect(numbers).toHaveLength(job.lines);
    await job.checkArtifacts(server, name);
  }
  await untilNothingIsLeft(server, name);
}

/** Every kind of job has the same points but for its own states; all are met by one that runs, one by its stop. */
export const killedJob = (job: KilledJob): KilledKind => ({
  prepare: (server) => job.prepare(server),
  async cause(server, name, point) {
    if (!point.endsWith(":stopping")) return void (await job.create(server, name).catch(() => {}));
    await job.createWithoutEnd(server, name);
    const printed = async () => (await linesOf(server, job.logGroup, `${name}/`)).flat().length;
    await expect.poll(printed, patience).toBeGreaterThan(0);
    await job.stop(server, name).catch(() => {});
  },
  check: (server, name, point) => checkJob(job, server, name, point.endsWith(":stopping") ? "Stopped" : "Completed"),
});
