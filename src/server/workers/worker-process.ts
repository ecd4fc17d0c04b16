import { type ChildProcess, fork } from "node:child_process";
import type { Socket } from "node:net";
import { join } from "node:path";
import type { FromWorker, ToWorker, WorkerFigures, WorkerStart } from "./worker-messages.ts";

/** One worker, as the control process sees it. */
export interface WorkerProcess {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly isReady: boolean;
  /** Resolves when it can take connections; never, when it ends before. */
  readonly ready: Promise<void>;
  /** Whether it has left several looks without an answer. */
  readonly isSilent: boolean;
  /** Open connections, as far as the worker has told. */
  readonly connections: number;
  readonly figures: WorkerFigures;
  /** Runs from which it keeps calls by what it found itself. */
  readonly quarantined: ReadonlySet<string>;
  give(connection: Socket): void;
  /** Connections that were given to it and did not reach it, once it has ended. */
  unreached(): readonly Socket[];
  tell(message: Exclude<ToWorker, { type: "connection" | "start" }>): void;
  /** Resolves when the worker has answered "paused", or has ended. */
  pause(): Promise<void>;
  kill(): void;
  /** Resolves when the process has ended, with words that say how. */
  readonly ended: Promise<string>;
}

const program = join(import.meta.dirname, "worker.mjs");
/** A worker that leaves so many looks in a row without an answer is killed. */
const mostSilentLooks = 5;
const lookMilliseconds = 2_000;

/** Starts a worker. `heard` gets its messages that are for others. */
export function startWorker(
  start: WorkerStart,
  home: string,
  heard: (message: FromWorker, worker: WorkerProcess) => void,
): WorkerProcess {
  // The home's path is for people who look at the list of processes, and for the next start.
  const child: ChildProcess = fork(program, [home], { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
  let isReady = false;
  const { promise: ready, resolve: tellReady } = Promise.withResolvers<void>();
  let given = 0;
  let finished = 0;
  let silentLooks = 0;
  let figures: WorkerFigures = { memoryBytes: 0, requests: 0, handedOn: 0 };
  const quarantined = new Set<string>();
  const queue: Socket[] = [];
  let leaving: Socket | undefined;
  let tellPaused = () => {};
  // A worker that ends while something is sent to it is noticed by its end.
  const send = (message: ToWorker) => void (child.connected && child.send(message, () => {}));

  /**
   * Connections leave one at a time, and this process keeps each until the worker has it. Of one that was leaving when
   * the worker died, nobody knows what was read, so it is ended; those behind it go to another worker.
   */
  function giveNext(): void {
    if (leaving || !child.connected) return;
    leaving = queue.shift();
    if (leaving) child.send({ type: "connection" } satisfies ToWorker, leaving, { keepOpen: true }, () => {});
  }

  const looking = setInterval(() => {
    if (++silentLooks > mostSilentLooks) child.kill("SIGKILL");
    else send({ type: "look" });
  }, lookMilliseconds);
  looking.unref();

  const ended = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    // By then its channel is closed too: what is on the way there will not leave any more.
    child.on("close", (code, signal) => resolve(signal === null ? `code ${code}` : signal));
  }).finally(() => {
    clearInterval(looking);
    isReady = false;
    leaving?.destroy();
    tellPaused();
  });

  const worker: WorkerProcess = {
    pid: child.pid ?? 0,
    started: Date.now(),
    get isReady() {
      return isReady;
    },
    ready,
    get isSilent() {
      return silentLooks > 1;
    },
    get connections() {
      return given - finished;
    },
    get figures() {
      return figures;
    },
    quarantined,
    give(connection) {
      given++;
      queue.push(connection);
      giveNext();
    },
    unreached: () => queue,
    tell: send,
    pause: () =>
      new Promise((resolve) => {
        tellPaused = resolve;
        if (child.connected) send({ type: "pause" });
        else resolve();
      }),
    kill: () => void child.kill("SIGKILL"),
    ended,
  };
  child.on("message", (message: FromWorker) => {
    silentLooks = 0;
    if (message.type === "ready") {
      isReady = true;
      tellReady();
    }
    if (message.type === "figures") figures = message.figures;
    else if (message.type === "ended") finished = message.connections;
    else if (message.type === "taken") {
      leaving?.destroy();
      leaving = undefined;
      giveNext();
    } else if (message.type === "paused") tellPaused();
    else {
      if (message.type === "quarantine") quarantined[message.kept ? "add" : "delete"](message.runId);
      heard(message, worker);
    }
  });
  send({ type: "start", start });
  return worker;
}
