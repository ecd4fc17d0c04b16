import { Worker } from "node:worker_threads";
import { isDiskFull } from "../../base/is-disk-full.ts";
import { createSharedPipes } from "../../base/shared-pipes.ts";
import type { RunExit, RunUsage, ThreadAddress } from "../port.ts";
import type { Recorder } from "../process/recorder.ts";
import { openThreadSocket, type ThreadSocket } from "./thread-socket.ts";

/** A program of the product that runs in a thread of this process. */
export interface ThreadRun {
  readonly address: ThreadAddress;
  /** Resolves when the thread has ended and its exit is recorded. */
  readonly ended: Promise<void>;
  /** Asks the thread to end; it is ended after the grace period. */
  stop(graceSeconds: number): void;
  /** Looks whether it keeps to its limits. It is called about once a second. */
  look(): void;
  usage(): RunUsage;
}

export interface ThreadRunOptions {
  readonly id: string;
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The socket on which the thread listens for other processes; absent: this process alone reaches it, by shared memory. */
  readonly socket?: string;
  readonly memoryBytes: number;
  readonly silenceSeconds: number;
  readonly recorder: Recorder;
}

/** What a thread tells its host. */
type FromThread =
  | { readonly printed: string }
  | { readonly state: string; readonly detail: Readonly<Record<string, unknown>> };

/** What a thread is started with. */
interface ThreadStart {
  readonly memory: SharedArrayBuffer;
  readonly socket: string | undefined;
}

const megabyte = 1024 ** 2;
/** The young generation of a thread does not grow: it would take more than most models. */
const youngMegabytes = 8;
/** The heap of a thread is ended by V8 at its limit; what is outside of it, typed arrays, is looked at once a second. */
const killedCode = 137;
/** How soon an exit is written again for which the disk had no room. */
const fullMilliseconds = 1_000;
/** One that has answered so lately does not hang. */
const lifeMilliseconds = 3_000;

export function startThread(options: ThreadRunOptions): ThreadRun {
  const { id, recorder, memoryBytes, silenceSeconds } = options;
  const pipes = createSharedPipes();
  const { words } = pipes;
  const worker = new Worker(options.file, {
    name: id,
    env: { ...options.environment },
    execArgv: [],
    workerData: { memory: pipes.memory, socket: options.socket } satisfies ThreadStart,
    resourceLimits: {
      maxOldGenerationSizeMb: Math.ceil(memoryBytes / megabyte),
      maxYoungGenerationSizeMb: youngMegabytes,
    },
  });
  worker.unref();

  let reason: RunExit["reason"];
  let socket: ThreadSocket | undefined;
  let isOver = false;
  let killTimer: NodeJS.Timeout | undefined;
  const { promise: ended, resolve: setEnded } = Promise.withResolvers<void>();

  let rest = "";
  const print = (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    recorder.lines(lines);
  };
  const end = (why: NonNullable<RunExit["reason"]>, line?: string) => {
    if (isOver || reason === why) return;
    reason ??= why;
    if (line !== undefined) recorder.lines([line]);
    void worker.terminate();
  };

  worker.on("message", (told: FromThread) => {
    if ("printed" in told) print(told.printed);
    else recorder.state(told.state, told.detail);
  });
  worker.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ERR_WORKER_OUT_OF_MEMORY") reason ??= "memory";
    print(`${error.stack ?? error.message ?? error}\n`);
  });
  worker.on("exit", (code) => {
    isOver = true;
    clearTimeout(killTimer);
    // Who has let go of a thread has no more use of it.
    if (socket?.destroyed) reason ??= "stopped";
    socket?.threadEnded();
    if (rest !== "") print("\n");
    const isKilled = reason !== undefined && code !== 0;
    writeExit({ code: isKilled ? killedCode : code, ...(reason && { reason }) });
  });
  const writeExit = (exit: Omit<RunExit, "time">) => {
    try {
      recorder.exit(exit);
      setEnded();
    } catch (error) {
      // A run without an exit would count as one that goes on. Of one whose folder is gone nobody asks.
      if (!isDiskFull(error)) return setEnded();
      console.error(error);
      setTimeout(writeExit, fullMilliseconds, exit).unref();
    }
  };

  let beat = words.get("beat");
  let movedAt = performance.now();
  let isAsking = false;
  const isIdle = () => words.get("threadWaits") !== 0;
  const hasMoved = () => {
    const seen = words.get("beat");
    if (seen !== beat || isIdle()) movedAt = performance.now();
    beat = seen;
    return performance.now() - movedAt;
  };
  const lookAtHeap = async () => {
    // It is answered in the middle of what the thread computes, and not while it waits.
    isAsking = true;
    const { total_heap_size, external_memory } = await worker.getHeapStatistics();
    isAsking = false;
    if (total_heap_size + external_memory > memoryBytes)
      end("memory", `The model server takes more than ${memoryBytes} bytes of memory, the most that it may take.`);
  };

  const address: ThreadAddress = {
    id,
    connect() {
      if (isOver || socket) return closedSocket();
      socket = openThreadSocket(pipes);
      return socket;
    },
    signOfLife: () => (isOver ? "gone" : hasMoved() < lifeMilliseconds ? "yes" : "no"),
  };
  return {
    address,
    ended,
    stop(graceSeconds) {
      if (isOver) return;
      reason ??= "stopped";
      if (graceSeconds === 0) return void worker.terminate();
      words.set("isEnding", 1);
      words.add("threadBell");
      words.wake("threadBell");
      worker.postMessage("end");
      killTimer ??= setTimeout(() => void worker.terminate(), graceSeconds * 1000).unref();
    },
    look() {
      recorder.tellStates();
      recorder.lines([]);
      if (isOver) return;
      if (hasMoved() > silenceSeconds * 1000)
        end("silent", `The model server has given no sign of life for ${silenceSeconds} s: it hangs, and is ended.`);
      else if (!isAsking && !isIdle())
        lookAtHeap().catch(() => {
          isAsking = false;
        });
    },
    usage: () => ({
      memoryBytes: words.get("heapKibibytes") * 1024,
      cpuSeconds: words.get("processorMilliseconds") / 1000,
    }),
  };
}

/** Stands for a connection that the thread does not take. */
function closedSocket(): ThreadSocket {
  const socket = openThreadSocket(createSharedPipes());
  socket.destroy();
  return socket;
}
