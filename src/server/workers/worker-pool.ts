import { createServer, type Server, type Socket } from "node:net";
import { Fault } from "../../aws/faults.ts";
import type { WorkerStatus } from "../../fronts/front.ts";
import { forgetOutstanding } from "../../runs/shared-outstanding.ts";
import { StartFailure } from "../home/start-failure.ts";
import { recordWorkers } from "./left-workers.ts";
import type { FromWorker, Problem, WorkerRequest, WorkerStart } from "./worker-messages.ts";
import { startWorker, type WorkerProcess } from "./worker-process.ts";

/** The processes of the data plane, as the control process has them. */
export interface WorkerPool {
  /** What clients connect to; the pool does not make it listen. */
  readonly server: Server;
  /** Starts the workers, and returns when they are ready. */
  start(): Promise<void>;
  /** Tells them where the server listens. */
  publish(url: string): void;
  /** Has everything handed on; returns when what is under way has been answered. */
  pause(): Promise<void>;
  resume(): void;
  /** Tells them of a run from which this process keeps calls, or no longer does. */
  quarantine(runId: string, kept: boolean): void;
  list(): readonly WorkerStatus[];
  /** Accepts no more, has the workers answer what is under way, and returns when they have ended. */
  close(): Promise<void>;
}

export interface WorkerPoolOptions {
  readonly count: number;
  /** The home's folder. */
  readonly home: string;
  readonly begin: Omit<WorkerStart, "place">;
  readonly tell: (words: string) => void;
  /** Writes for a worker what only this process writes. */
  readonly answer: (request: WorkerRequest) => Promise<unknown>;
  /** Tells this process of a run from which a worker keeps calls, or no longer does. */
  readonly quarantined: (runId: string, kept: boolean) => void;
  /** Tells this process that a worker has written to the journal of a feature group; without one, that it may have to any. */
  readonly offlineWritten: (group?: string) => void;
}

/** A worker that dies within this time after its start is not started again at once. */
const youngMilliseconds = 1_000;
const longestPauseMilliseconds = 5_000;
/** How long a worker may take to end. */
const patienceMilliseconds = 8_000;
/** Connections that wait for a worker, while none is ready. */
const mostWaiting = 1_024;

export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const { count, home, begin, tell } = options;
  const workers = new Set<WorkerProcess>();
  const waiting: Socket[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let url = "";
  let isPaused = false;
  let isClosing = false;

  const server = createServer({ pauseOnConnect: true, noDelay: true }, (connection) => {
    connection.on("error", () => {});
    take(connection);
  });

  function take(connection: Socket): void {
    if (give(connection)) return;
    if (waiting.length < mostWaiting && !isClosing) waiting.push(connection);
    else connection.destroy();
  }

  /** Gives a connection to the worker that has the fewest; of equals, to the one that was given none for longest. */
  function give(connection: Socket): boolean {
    let found: WorkerProcess | undefined;
    for (const worker of workers)
      if (worker.isReady && (found === undefined || burdenOf(worker) < burdenOf(found))) found = worker;
    if (!found) return false;
    workers.delete(found);
    workers.add(found);
    found.give(connection);
    return true;
  }

  /** Starts a worker in a place, and another one when it ends. `failures` were too young, one after the other. */
  function keepOne(place: number, failures: number): WorkerProcess {
    const worker = startWorker({ ...begin, place }, home, heard);
    workers.add(worker);
    recordWorkers(home, workers);
    void worker.ended.then((how) => {
      workers.delete(worker);
      for (const connection of worker.unreached()) take(connection);
      for (const runId of worker.quarantined) spread(runId, false, worker);
      forgetOutstanding(begin.paths.outstandingFolder, place);
      // It may have died between a write and its word of it.
      options.offlineWritten();
      if (isClosing) return;
      recordWorkers(home, workers);
      tell(`A process of the data plane has ended (${worker.pid}, ${how}); another one is started.`);
      const isYoung = Date.now() - worker.started < youngMilliseconds;
      const again = isYoung ? failures + 1 : 0;
      const pause = again === 0 ? 0 : Math.min(100 * 2 ** again, longestPauseMilliseconds);
      const timer = setTimeout(() => {
        timers.delete(timer);
        keepOne(place, again);
      }, pause);
      timers.add(timer);
    });
    return worker;
  }

  function heard(message: FromWorker, worker: WorkerProcess): void {
    if (message.type === "ready") {
      if (url) worker.tell({ type: "address", url });
      if (isPaused) worker.tell({ type: "pause" });
      for (const { quarantined } of workers)
        for (const runId of quarantined) worker.tell({ type: "quarantine", runId, kept: true });
      for (const connection of waiting.splice(0)) give(connection);
    } else if (message.type === "quarantine") spread(message.runId, message.kept, worker);
    else if (message.type === "offline written") options.offlineWritten(message.group);
    else if (message.type === "request") {
      const { number } = message;
      options.answer(message.request).then(
        (result) => worker.tell({ type: "done", number, result }),
        (error: Error) => worker.tell({ type: "done", number, problem: problemOf(error) }),
      );
    }
  }

  function spread(runId: string, kept: boolean, from: WorkerProcess): void {
    options.quarantined(runId, kept);
    for (const worker of workers) if (worker !== from) worker.tell({ type: "quarantine", runId, kept });
  }

  return {
    server,
    async start() {
      await Promise.all(Array.from({ length: count }, (_, place) => startFirst(place)));
    },
    publish(address) {
      url = address;
      for (const worker of workers) worker.tell({ type: "address", url });
    },
    async pause() {
      isPaused = true;
      await Promise.all([...workers].map((worker) => worker.pause()));
    },
    resume() {
      isPaused = false;
      for (const worker of workers) worker.tell({ type: "resume" });
    },
    quarantine(runId, kept) {
      for (const worker of workers) worker.tell({ type: "quarantine", runId, kept });
    },
    list: () =>
      [...workers]
        .sort((a, b) => a.pid - b.pid)
        .map(({ pid, started, connections, figures }) => ({ pid, started, connections, ...figures })),
    async close() {
      isClosing = true;
      server.close();
      for (const timer of timers) clearTimeout(timer);
      for (const connection of waiting.splice(0)) connection.destroy();
      const all = [...workers];
      const kill = setTimeout(() => {
        for (const worker of all) worker.kill();
      }, patienceMilliseconds);
      for (const worker of all) worker.tell({ type: "close" });
      await Promise.all(all.map(({ ended }) => ended));
      clearTimeout(kill);
      recordWorkers(home, []);
    },
  };

  /** @throws StartFailure when the worker ends before it is ready: then no other would do better */
  async function startFirst(place: number): Promise<void> {
    const worker = keepOne(place, 0);
    const how = await Promise.race([worker.ended, worker.ready]);
    if (typeof how === "string")
      throw new StartFailure(
        `A process of the data plane ended before it was ready (${how}). Start with SAGEBRUSH_WORKERS=1.`,
      );
  }
}

/** One that is silent may hang: it gets connections only when all do. */
const burdenOf = ({ connections, isSilent }: WorkerProcess): number =>
  isSilent ? Number.POSITIVE_INFINITY : connections;

const problemOf = (error: Error): Problem =>
  error instanceof Fault
    ? { code: error.code, message: error.message, status: error.status }
    : { message: error.message };
