import { expect, test } from "vitest";
import { validationFault } from "../aws/faults.ts";
import type { Executor, RunExit, RunSpec } from "../executors/port.ts";
import type { FollowedRun, RunState } from "../runs/follow-run.ts";
import { createTestContext } from "../server/request/test-context.ts";
import { logEvents } from "../services/platform/logs/log-events.ts";
import { logGroup } from "../services/platform/logs/log-group.ts";
import { logStream } from "../services/platform/logs/log-stream.ts";
import { defineJob } from "./define-job.ts";
import type { ReconcileContext } from "./define-reconciler.ts";
import type { JobRuns } from "./job-definition.ts";
import { refusals } from "./refusals.fixture.ts";

const broken = (reason: string) => ({ status: "BROKEN", step: "Broken", reason }) as const;

/** How the jobs of the role "spot" are interrupted. */
const spot = { meanSeconds: 0, waitsUntil: Number.POSITIVE_INFINITY };

/** A kind of job with statuses, steps and ends of its own. */
const processingJob = defineJob({
  service: "sagemaker",
  kind: "processing-job",
  arn: "processing-job/{ProcessingJobName}",
  ...refusals,
  statuses: {
    STARTING: { final: false },
    RUNNING: { final: false, refusesDelete: ({ name }) => validationFault(`${name} is at work.`) },
    HALTING: { final: false },
    SUCCEEDED: { final: true, refusesStop: ({ name, status }) => validationFault(`${name} is ${status}.`) },
    VIOLATED: { final: true },
    BROKEN: { final: true },
    HALTED: { final: true },
  },
  create: {
    operation: "CreateProcessingJob",
    status: "STARTING",
    async begin() {
      return undefined;
    },
    output: (ProcessingJobArn) => ({ ProcessingJobArn }),
  },
  stop: { operation: "StopProcessingJob", status: "HALTING" },
  runs: {
    async plan({ wanted }) {
      if (wanted.RoleArn === "gone") throw validationFault("The role is gone.");
      const spec: RunSpec = {
        program: { command: ["true"] },
        environment: {},
        files: {},
        mounts: [],
        limits: {},
        network: "host",
        server: { address: false, sockets: [] },
        graceSeconds: 1,
      };
      const plan = { spec, grants: [] };
      return wanted.RoleArn === "two hosts" ? [plan, plan] : plan;
    },
    weight: () => ({ cores: 1, memoryBytes: 0 }),
    log: ({ wanted }) => ({ logGroupName: "jobs", logStreamName: wanted.ProcessingJobName }),
    steps: {
      Starting: { message: "Starts" },
      Working: { message: "Works", becomes: "RUNNING" },
      Restarting: { message: "Starts again" },
      Interrupted: { message: "Is interrupted" },
      Stopping: { message: "Is halted" },
      Done: { message: "Is done" },
      Checked: { message: "Is done and not as it should be" },
      Broken: { message: "Is broken" },
      Halted: { message: "Was halted" },
      Late: { message: "Took too long" },
    },
    stepOfState: { started: "Working" },
    startsWith: "started",
    graceSeconds: 1,
    spot: ({ wanted }) =>
      wanted.RoleArn === "spot"
        ? {
            ...{ ...spot, waited: { status: "HALTED", step: "Late" } },
            ...{ working: "Working", saving: "Done", interrupted: "Interrupted" },
          }
        : undefined,
    retries: () => 1,
    retriesFaults: ({ wanted }) => wanted.RoleArn === "insists",
    outcome: {
      completed: (_end, { actual }) =>
        actual.told.Checked ? { status: "VIOLATED", step: "Checked", reason: "Violations." } : succeeded,
      stopped: () => ({ status: "HALTED", step: "Halted" }),
      runtime: () => ({ status: "HALTED", step: "Late" }),
      program: ({ code, told }) => broken(told ?? `It ended with ${code}.`),
      memory: ({ code }) => broken(`Out of memory: ${code}.`),
      limit: ({ of }) => broken(`ClientError: Too much: ${of}`),
      lost: ({ loss }) => broken(`InternalServerError: It was lost. ${loss}`),
      refused: ({ message }) => broken(message),
    },
    event: "Processing",
  },
  delete: { operation: "DeleteProcessingJob" },
});
const succeeded = { status: "SUCCEEDED", step: "Done" } as const;

/** What a host tells between two reconciles. */
interface Told {
  readonly states?: RunState[];
  readonly exit?: RunExit;
  readonly ended?: boolean;
}

/** A job that is reconciled as the engine would, with a run that does what the test says. */
async function makeJob(RoleArn = "r") {
  const states = new Map<string, "unknown" | "running">();
  const groups: unknown[] = [];
  const stopped: string[] = [];
  const said: string[] = [];
  const refused = new Set<number>();
  const executor: Pick<Executor, "name" | "abilities" | "lacks" | "find" | "start" | "stop"> = {
    name: "process",
    lacks: async () => undefined,
    abilities: {
      gpus: false,
      nodes: "many",
      networkIsolation: false,
      containers: false,
      mounts: true,
      python: false,
      innerSandbox: false,
      cores: "shared",
    },
    find: async (id) => ({ state: states.get(id) ?? "unknown" }),
    async start(id, { group }) {
      if (refused.has(group?.index ?? 0)) throw new Error("no mkfifo");
      states.set(id, "running");
      groups.push(group);
    },
    async stop(id) {
      stopped.push(id);
    },
  };
  const context = createTestContext({
    units: [processingJob, logGroup, logStream, logEvents],
    executor: executor as Executor,
  });
  const named = { ProcessingJobName: "My-Job" };
  const call = context.call as (service: string, operation: string, input: object) => Promise<unknown>;
  await call("sagemaker", "CreateProcessingJob", { ...named, RoleArn });
  const look = () => processingJob.get(context, "My-Job");
  return {
    look,
    stop: () => call("sagemaker", "StopProcessingJob", named),
    remove: () => call("sagemaker", "DeleteProcessingJob", named),
    runs: async () => (await context.resources.list("sagebrush/run", { limit: 10 })).documents.length,
    groups,
    stopped,
    said,
    /** The hosts that no run can be started for. */
    refused,
    kept: async () => (await context.resources.list("sagebrush/run", { limit: 10, status: "Kept" })).documents.length,
    log: async () =>
      (await context.call("logs", "FilterLogEvents", { logGroupName: "jobs" })).events!.map(({ message }) => message),
    /** What each host tells, from the first on. */
    async reconcile(...told: readonly Told[]) {
      const unread = { kept: undefined, resumed: false, lines: [], passLines: () => {} };
      const job = await look();
      const follow = async (id: string): Promise<FollowedRun> => {
        const one = told[job.actual.runs!.findIndex((run) => run.id === id)];
        return { states: [], ended: one?.exit !== undefined, ...unread, ...one };
      };
      const tell = (words: string) => said.push(words);
      const own: ReconcileContext = {
        ...context,
        hasRoom: () => true,
        watch: () => {},
        listen: () => {},
        follow,
        tell,
      };
      const { update, changes = [], events } = await processingJob.reconciler.reconcile(job, own);
      const written = update ? [await processingJob.put(context, { ...job, ...update })] : [];
      await context.resources.write([...written, ...changes], { events });
      return look();
    },
  };
}

test("the runs of several hosts are one group: they start together, and end when one of them fails", async () => {
  const job = await makeJob("two hosts");
  const { actual } = await job.reconcile();
  const ids = actual.runs!.map(({ id }) => id);
  expect([ids.length, await job.runs()]).toEqual([2, 2]);
  await job.reconcile({ states: [told(1, "started")] }, { states: [told(1, "started"), told(2, "Ready")] });
  const [first, second] = job.groups as { id: string; index: number; size: number }[];
  expect([first, second]).toEqual([
    { id: first!.id, index: 0, size: 2 },
    { id: first!.id, index: 1, size: 2 },
  ]);
  expect((await job.look()).actual.runs!.map(({ statesSeen }) => statesSeen)).toEqual([1, 2]);
  // One that succeeds waits for the others.
  expect(await job.reconcile(exit(0), {})).toMatchObject({ status: "RUNNING" });
  expect(job.stopped).toEqual([]);

  expect(await job.reconcile({}, exit(3))).toMatchObject({ status: "RUNNING" });
  expect(job.stopped).toContain(ids[0]);
  const ended = await job.reconcile(exit(143, "stopped"), exit(3));
  expect(ended).toMatchObject({ status: "BROKEN", actual: { failureReason: "It ended with 3." } });
  expect(await job.runs()).toBe(0);
});

test("an attempt whose capacity is taken ends and another begins; a job that has waited long enough ends", async () => {
  spot.meanSeconds = 0.0001;
  const job = await makeJob("spot");
  const [first] = (await job.reconcile()).actual.runs!;
  await job.reconcile({ states: [told(1, "started")] });
  expect(await job.reconcile()).toMatchObject({ status: "RUNNING", actual: { spot: { ends: "interrupted" } } });
  expect(job.stopped).toEqual([]);
  await job.reconcile({});
  expect(job.stopped).toEqual([first!.id]);
  const between = await job.reconcile(exit(143, "stopped"));
  expect(between).toMatchObject({ status: "STARTING", actual: { lostAttempts: 0 } });
  expect(between.actual.transitions.map(({ Status }) => Status)).toEqual(["Starting", "Working", "Interrupted"]);
  expect([between.actual.spot, between.actual.runs]).toEqual([undefined, undefined]);

  const [second] = (await job.reconcile()).actual.runs!;
  await job.reconcile();
  spot.waitsUntil = 0;
  expect(await job.reconcile()).toMatchObject({ status: "STARTING", actual: { spot: { ends: "waited" } } });
  await job.reconcile({});
  expect(new Set(job.stopped)).toEqual(new Set([first!.id, second!.id]));
  const ended = await job.reconcile(exit(143, "stopped"));
  expect(ended).toMatchObject({ status: "HALTED" });
  expect(ended.actual.transitions.at(-1)!.Status).toBe("Late");
  expect(await job.runs()).toBe(0);
});

test("a group that loses a run begins anew as a whole", async () => {
  const job = await makeJob("two hosts");
  const before = (await job.reconcile()).actual.runs!;
  await job.reconcile();
  await job.reconcile({}, { ended: true });
  expect(job.stopped).toContain(before[0]!.id);
  const after = await job.reconcile(exit(143, "stopped"), { ended: true });
  expect(after).toMatchObject({ status: "STARTING", actual: { lostAttempts: 1 } });
  expect([after.actual.runs, await job.runs()]).toEqual([undefined, 0]);
  expect((await job.reconcile()).actual.runs).toHaveLength(2);
  await job.reconcile();
  expect(await job.reconcile(exit(0), exit(0))).toMatchObject({ status: "SUCCEEDED" });
});

test("the loss of any host is the loss of the attempt, and what all hosts left is kept for a day", async () => {
  const job = await makeJob("two hosts");
  const loss = "The program that prepares the run hung, and was ended.";
  const ids: string[] = [];
  for (const ends of [
    [exit(3), exit(137, "silent")],
    [exit(137, "silent"), exit(143, "stopped")],
  ]) {
    ids.push(...(await job.reconcile()).actual.runs!.map(({ id }) => id));
    await job.reconcile();
    await job.reconcile(...ends);
  }
  const failureReason = `InternalServerError: It was lost. ${loss}`;
  expect(await job.look()).toMatchObject({ status: "BROKEN", actual: { failureReason, lostAttempts: 1 } });
  expect(job.said).toEqual([
    `Run ${ids[1]} was lost, and another attempt begins. ${loss}`,
    `${failureReason} What the runs ${ids[2]}, ${ids[3]} left is kept for a day.`,
  ]);
  expect([await job.kept(), await job.runs()]).toEqual([2, 2]);
});

test("a job whose stage is killed begins anew, and one whose program was killed does not", async () => {
  const job = await makeJob();
  await job.reconcile();
  expect(await job.reconcile(exit(137))).toMatchObject({ status: "STARTING", actual: { lostAttempts: 1 } });
  expect(job.said.at(-1)).toMatch(/was lost, and another attempt begins\. .* was ended by SIGKILL from outside/);
  await job.reconcile();
  expect(await job.reconcile(exit(139))).toMatchObject({
    ...{ status: "BROKEN", actual: { failureReason: expect.stringMatching(/It was lost\. .* ended by SIGSEGV/) } },
  });
  const other = await makeJob();
  await other.reconcile();
  const failed = { states: [told(1, "Failed", { reason: "It was killed." })], ...exit(137) };
  expect(await other.reconcile(failed)).toMatchObject({
    ...{ status: "BROKEN", actual: { failureReason: "It was killed.", lostAttempts: 0 } },
  });
});

test("an end by the platform's fault is tried again where the job asks for it", async () => {
  const failed = { states: [told(1, "Failed", { reason: "InternalServerError: no" })], ...exit(1) };
  for (const [role, attempts] of [
    ["insists", 2],
    ["r", 1],
  ] as const) {
    const job = await makeJob(role);
    for (let attempt = 1; attempt < attempts; attempt++) {
      await job.reconcile();
      expect(await job.reconcile(failed)).toMatchObject({ status: "STARTING", actual: { lostAttempts: attempt } });
    }
    await job.reconcile();
    const failureReason = "InternalServerError: no";
    expect(await job.reconcile(failed)).toMatchObject({ status: "BROKEN", actual: { failureReason } });
  }
});

test("a host that this machine cannot start a run for is lost, and says why in the log of the job", async () => {
  const job = await makeJob("two hosts");
  job.refused.add(1);
  const [first] = (await job.reconcile()).actual.runs!;
  expect(await job.reconcile()).toMatchObject({ status: "STARTING", actual: { lostAttempts: 1 } });
  expect(job.stopped).toContain(first!.id);
  const [second] = (await job.reconcile()).actual.runs!;
  const failureReason = "InternalServerError: It was lost. The run could not be started: no mkfifo";
  expect(await job.reconcile()).toMatchObject({ status: "BROKEN", actual: { failureReason } });
  expect(await job.log()).toEqual(Array(2).fill("The run could not be started: no mkfifo"));
  // The host that could not be started has left nothing.
  expect(job.said.at(-1)).toContain(`${failureReason} What run ${second!.id} left is kept for a day.\n  The run could`);
  expect([await job.kept(), await job.runs()]).toEqual([1, 1]);
});

test("a job of which nothing could be started has left nothing, and nothing is said to be kept", async () => {
  const job = await makeJob();
  job.refused.add(0);
  for (let step = 0; step < 4; step++) await job.reconcile();
  const failureReason = "InternalServerError: It was lost. The run could not be started: no mkfifo";
  expect(await job.look()).toMatchObject({ status: "BROKEN", actual: { failureReason } });
  expect(job.said.at(-1)).toMatch(/no mkfifo\n {2}The run could not be started: no mkfifo/);
  expect(job.said.join()).not.toContain("kept");
  expect(await job.runs()).toBe(0);
});

const told = (number: number, state: string, detail: Record<string, unknown> = {}): RunState => ({
  ...{ type: "state", cursor: "", time: 0, number, state, detail },
});
const exit = (code: number, reason?: RunExit["reason"]): { exit: RunExit } => ({
  exit: { code, time: 0, reason },
});

test("a job is reconciled in each status that is not final, and a step may change its status", async () => {
  expect(processingJob.reconciler.unfinished).toEqual(["STARTING", "RUNNING", "HALTING"]);
  const job = await makeJob();
  expect(await job.look()).toMatchObject({ status: "STARTING" });
  expect(await job.reconcile()).toMatchObject({ status: "STARTING" });
  expect(await job.reconcile({ states: [told(1, "started")] })).toMatchObject({ status: "RUNNING" });
  expect(await job.reconcile({ ended: true })).toMatchObject({ status: "STARTING", actual: { lostAttempts: 1 } });
});

test("a job that has not ended is not deleted, in the words of its kind or of the frame", async () => {
  const job = await makeJob();
  await expect(job.remove()).rejects.toThrow("My-Job is STARTING. Stop it, and delete it once it has ended.");
  await job.reconcile();
  await job.reconcile({ states: [told(1, "started")] });
  await expect(job.remove()).rejects.toThrow("My-Job is at work.");
  await job.stop();
  await expect(job.remove()).rejects.toThrow("My-Job is HALTING.");
  expect(await job.reconcile(exit(1, "stopped"))).toMatchObject({ status: "HALTED" });
  await job.remove();
  await expect(job.look()).rejects.toThrow("Could not find");
  expect(await job.runs()).toBe(0);
});

test("a refused stop names the job as the request did", async () => {
  const job = await makeJob();
  await job.reconcile();
  await job.reconcile(exit(0));
  await expect(job.stop()).rejects.toThrow("My-Job is SUCCEEDED.");
});

type Ending = keyof JobRuns<unknown>["outcome"];
const endings: readonly [Ending | "completed, as it told", Told, object][] = [
  ["completed", exit(0), { status: "SUCCEEDED" }],
  [
    "completed, as it told",
    { ...exit(0), states: [told(1, "Checked")] },
    { status: "VIOLATED", actual: { failureReason: "Violations." } },
  ],
  ["runtime", exit(137, "runtime"), { status: "HALTED" }],
  ["program", exit(3), { status: "BROKEN", actual: { failureReason: "It ended with 3." } }],
  ["memory", exit(137, "memory"), { status: "BROKEN", actual: { failureReason: "Out of memory: 137." } }],
];
test.each(endings)("a job ends as its kind says: %s", async (_, ending, expected) => {
  const job = await makeJob();
  await job.reconcile();
  const after = await job.reconcile(ending);
  expect(after).toMatchObject(expected);
  const last = after.actual.transitions.at(-1)!;
  expect(last.EndTime).toBe(last.StartTime);
  expect(await job.runs()).toBe(0);
});

test("a job ends as its kind says: stopped, lost, refused by its plan", async () => {
  const stopped = await makeJob();
  await stopped.stop();
  expect(await stopped.reconcile()).toMatchObject({ status: "HALTED" });
  const lost = await makeJob();
  for (let attempt = 0; attempt < 2; attempt++) {
    await lost.reconcile();
    await lost.reconcile({ ended: true });
  }
  const failureReason = "InternalServerError: It was lost. Nothing of the run was found.";
  expect(await lost.look()).toMatchObject({ status: "BROKEN", actual: { failureReason } });
  const refused = await makeJob("gone");
  expect(await refused.reconcile()).toMatchObject({
    status: "BROKEN",
    actual: { failureReason: "The role is gone." },
  });
});
