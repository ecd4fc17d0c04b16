import { createIds } from "../base/ids.ts";
import type { Executor, RunEvent, RunSpec } from "./port.ts";

/** An executor to test, and what the tests need to know of it. */
export interface ExecutorUnderTest {
  readonly executor: Executor;
  /** The address of the server that the executor was made with. */
  readonly serverUrl: string;
  /** A small image with a shell; not needed where the test "container images" is skipped. */
  readonly image?: string;
  /** Ends everything that the tests have left. */
  close(): Promise<void>;
}

export const ids = createIds({ now: () => Date.now() }, (count) => crypto.getRandomValues(new Uint8Array(count)));

/** Makes the spec of a run of a few lines of JavaScript, in which `ml` is the folder for /opt/ml. */
export const scriptSpec = (source: string, changes: Partial<RunSpec> = {}): RunSpec => ({
  program: { script: "src/executors/test-contract-script.mjs", arguments: [source] },
  environment: {},
  files: {},
  mounts: [],
  limits: {},
  network: "host",
  server: { address: false, sockets: [] },
  graceSeconds: 5,
  ...changes,
});

export async function collect(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

export async function firstEvent(executor: Executor, runId: string, matches: (event: RunEvent) => boolean) {
  for await (const event of executor.events(runId)) if (matches(event)) return event;
  throw new Error(`Run ${runId} ended before the expected event`);
}
export const isLine = (line: string) => (event: RunEvent) => event.type === "log" && event.line === line;

export async function startRun(executor: Executor, spec: RunSpec): Promise<string> {
  const runId = ids.ulid();
  await executor.start(runId, spec);
  return runId;
}

export async function runSpecToEnd(executor: Executor, spec: RunSpec) {
  const events = await collect(executor.events(await startRun(executor, spec)));
  const last = events.at(-1);
  return {
    events,
    lines: events.flatMap((event) => (event.type === "log" ? [event.line] : [])),
    states: events.flatMap((event) => (event.type === "state" ? [event] : [])),
    exit: last?.type === "exit" ? last.exit : undefined,
  };
}
