import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { createSharedPipes } from "../../base/shared-pipes.ts";
import { frameVersion } from "../../images/serving-frame.ts";
import { builtInModel, type ServingPlan, servingPlanFile, unservedWords } from "../../images/serving-plan.ts";
import { usualUnpackLimits } from "../../images/unpack-plan.ts";
import { algorithmNamed } from "../../ml/algorithm-named.ts";
import { ModelError } from "../../ml/define-algorithm.ts";
import { garbageCollector } from "../garbage-collector.ts";
import { mlRoot } from "../ml-root.ts";
import { fetchModel, fetchSmallModel, ModelFault } from "../model-data.ts";
import { loadBuiltInModel } from "./built-in-model.ts";
import { createAnswers, createModelServer } from "./model-server.ts";
import { servePipes } from "./serve-pipes.ts";
import { idleMilliseconds } from "./settle-memory.ts";

/**
 * Stages and serves a model of a built-in algorithm in a thread of the server: it downloads the model with the run's own
 * key, as a process that stages it does, and answers what comes through shared memory or on the socket that it is given.
 *
 * States told: Downloading, Starting, then InService or Failed {reason}.
 */
const { memory, socket } = workerData as { readonly memory: SharedArrayBuffer; readonly socket: string | undefined };
const pipes = createSharedPipes(memory);
const { words } = pipes;

// What a thread prints goes through its event loop otherwise, which does not turn while it waits for requests.
const print = (text: string | Uint8Array): boolean => {
  parentPort!.postMessage({ printed: String(text) });
  return true;
};
process.stdout.write = print;
process.stderr.write = print;
const tell = (state: string, detail: object = {}) => parentPort!.postMessage({ state, detail });

const stopping = new AbortController();
parentPort!.once("message", () => stopping.abort());
const beatMilliseconds = 1_000;
const beating = setInterval(() => {
  words.add("beat");
  note();
}, beatMilliseconds);

/** Notes what this thread takes of the machine. */
function note(): void {
  const { heapTotal, external } = process.memoryUsage();
  words.set("heapKibibytes", Math.round((heapTotal + external) / 1024));
  noteProcessor();
}
function noteProcessor(): void {
  const { user, system } = process.threadCpuUsage();
  words.set("processorMilliseconds", Math.round((user + system) / 1000));
}

const smallBytes = 8 * 1024 * 1024;

async function download({ model, downloadSeconds, unpacked = usualUnpackLimits }: ServingPlan): Promise<void> {
  if (!model) return;
  tell("Downloading");
  const folder = join(mlRoot, "model");
  const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(downloadSeconds * 1000)]);
  const isThere = await fetchSmallModel(model, folder, unpacked, signal, smallBytes);
  if (!isThere) await fetchModel(model, folder, unpacked, signal);
}

async function serve(plan: ServingPlan): Promise<void> {
  const [name = "", version = ""] = builtInModel(plan)!;
  const loading = algorithmNamed(name);
  await download(plan);
  tell("Starting");
  const model = loadBuiltInModel(await loading, version, join(mlRoot, "model"), plan.environment);
  words.add("beat");
  const collect = garbageCollector();
  collect();
  note();
  if (socket !== undefined) {
    const server = createModelServer(model);
    await server.listen({ socket });
    tell("InService", { frames: frameVersion });
    if (!stopping.signal.aborted)
      await new Promise((resolve) => stopping.signal.addEventListener("abort", resolve, { once: true }));
    return server.close();
  }
  console.log("INFO: Model server answers in a thread of the server");
  clearInterval(beating);
  tell("InService", { frames: frameVersion });
  const { frames } = createAnswers(model, () => {});
  let waits = 0;
  servePipes(pipes, frames, {
    idleMilliseconds,
    idle() {
      collect();
      note();
    },
    worked() {
      if (++waits % waitsPerNote === 0) noteProcessor();
    },
  });
}

/** A look at the thread's processor time takes a system call. */
const waitsPerNote = 64;

const plan = JSON.parse(readFileSync(join(mlRoot, servingPlanFile), "utf8")) as ServingPlan;
try {
  await serve(plan);
  process.exit(0);
} catch (error) {
  const isKnown = error instanceof ModelFault || error instanceof ModelError;
  console.error(isKnown ? error.message : error);
  const unserved = unservedWords(plan);
  const reason =
    error instanceof ModelFault ? error.message : isKnown ? `${unserved} ${(error as Error).message}` : unserved;
  if (!stopping.signal.aborted) tell("Failed", { reason });
  process.exit(1);
}
