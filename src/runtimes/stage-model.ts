import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { ProductProgram } from "../base/product-program.ts";
import { framesHeader } from "../images/serving-frame.ts";
import {
  builtInModel,
  modelsSocket,
  type PlannedModels,
  type PlannedSource,
  type ServingPlan,
  serverSocket,
  servingGraceSeconds,
  servingPlanFile,
  unservedWords,
} from "../images/serving-plan.ts";
import { usualUnpackLimits } from "../images/unpack-plan.ts";
import { keepTellingAlive, tell } from "./events.ts";
import { mlRoot } from "./ml-root.ts";
import { runPlanned } from "./run-planned.ts";
import { abortedBySigterm, runProgram } from "./run-program.ts";
import { pingMilliseconds, watchServer } from "./watch-server.ts";

// Not imported, because an import would load Node's client for fetch too, and this program stays as long as its
// endpoint.
const { request } = process.getBuiltinModule("node:http");

/**
 * Stages a serving run: `node stage-model.ts serve`. It downloads the model to /opt/ml/model, starts the image's model
 * server, waits until the server answers a ping, and goes on to look after it: one that hangs is ended, and the run with
 * it. SIGTERM is passed on to the model server, which answers the requests in flight and ends. A built-in model is served
 * by this process itself. A child process (`stage-model.ts fetch`) downloads the model, so that what
 * downloading and unpacking took of the memory is free while the model is served, and a download that hangs is ended. Data
 * that is small comes in this process: another one takes longer to start.
 *
 * States told: Downloading, Starting, then InService or Failed {reason}, then Unhealthy {reason} for a server that hangs.
 */
async function serve(plan: ServingPlan): Promise<number> {
  keepTellingAlive();
  const stopping = abortedBySigterm();
  const { signal } = stopping;
  if (plan.models && "program" in plan) return serveBuiltInModels(plan, signal);
  const builtIn = builtInModel(plan);
  // Loaded while the model arrives.
  const servingHere =
    builtIn && import("./serving/serve-here.ts").then(({ prepareToServe }) => prepareToServe(builtIn));
  if (plan.model || sourceOf(plan)) {
    tell("Downloading");
    const small = sourceOf(plan) ? undefined : await fetchHere(plan, signal);
    const code = small ?? (await download(plan, signal));
    if (code !== 0) return code;
  }

  if (servingHere) return (await servingHere)(plan, signal);

  const server = await modelServer(plan, signal);
  if (typeof server === "string") {
    console.error(server);
    tell("Failed", { reason: server });
    return 1;
  }
  tell("Starting");
  let pid = 0;
  const started = (id: number) => {
    pid = id;
  };
  const ended = new AbortController();
  const ending = server.run(started).finally(() => ended.abort());
  const watching = AbortSignal.any([signal, ended.signal]);
  if (!(await firstPing(plan.startupSeconds, watching))) {
    if (signal.aborted) return ending;
    const why = ended.signal.aborted ? await endOf(server, await ending) : "";
    const reason = `${unservedWords(plan)}${why}`;
    tell("Failed", { reason });
    stopping.abort();
    return Math.max(1, await ending);
  }
  if (plan.models) void serveContainerModels(plan, watching);
  else tell("InService", speaks);
  const hanging = await watchServer({ ping, pid, signal: watching });
  if (hanging !== undefined) {
    const reason = `${hanging}. It is ended, and another one takes its place.`;
    console.error(reason);
    tell("Unhealthy", { reason });
    // A server that hangs does not answer to SIGTERM either. What it has started ends with the run.
    try {
      process.kill(pid, "SIGKILL");
    } catch {}
    return Math.max(1, await ending);
  }
  return ending;
}

/** Many models of a built-in algorithm are in this process. */
async function serveBuiltInModels(plan: ServingPlan, signal: AbortSignal): Promise<number> {
  const { createBuiltInModels } = await import("./serving/built-in-models.ts");
  const { serveModels } = await import("./serving/serve-models.ts");
  const { arguments: words } = (plan as { program: ProductProgram }).program;
  await serveModels(plan as PlanOfModels, await createBuiltInModels(words, plan.environment), signal);
  return 0;
}

/** Many models of scripts and other programs are in the model server, which this process asks for the one that is named. */
async function serveContainerModels(plan: ServingPlan, signal: AbortSignal): Promise<void> {
  const { createContainerModels } = await import("./serving/container-models.ts");
  const { serveModels } = await import("./serving/serve-models.ts");
  const seen = (folder: string): string => `/opt/ml${folder.slice(mlRoot.length)}`;
  await serveModels(plan as PlanOfModels, createContainerModels(modelsSocket, seen), signal);
}

type PlanOfModels = ServingPlan & { readonly models: PlannedModels };

/** What answers for the model: the image's own program, or the user's script. */
interface ModelServer {
  run(started: (pid: number) => void): Promise<number>;
  /** Returns why a server that has ended could not load its model. */
  failure?(): Promise<string | undefined>;
}

async function endOf(server: ModelServer, code: number): Promise<string> {
  const why = await server.failure?.();
  return why === undefined
    ? ` The model server ended with code ${code}.`
    : ` The script could not load the model: ${why}`;
}

/** Returns the model server of the plan, or why there is none. */
async function modelServer(plan: ServingPlan, stopping: AbortSignal): Promise<ModelServer | string> {
  if ("script" in plan) {
    const { createScriptServer } = await import("./serving/script-server.ts");
    return createScriptServer(plan, stopping);
  }
  const contract = { SAGEBRUSH_SOCKET: serverSocket };
  return {
    run: (started) => runPlanned(plan, { contract, stopping, graceSeconds: servingGraceSeconds, started }),
  };
}

/** How much longer the child process may take to end by itself, after the time for the download. */
const fetchGraceSeconds = 30;

/** The archive of the script, where it has one of its own. */
const sourceOf = (plan: ServingPlan): PlannedSource | undefined =>
  "script" in plan && typeof plan.script.source === "object" ? plan.script.source : undefined;

/** Downloads the model in a child process, which is ended when it hangs. */
async function download(plan: ServingPlan, signal: AbortSignal): Promise<number> {
  const late = AbortSignal.timeout((plan.downloadSeconds + fetchGraceSeconds) * 1000);
  const code = await runProgram({
    command: [process.execPath, import.meta.filename, "fetch"],
    environment: process.env,
    stopping: AbortSignal.any([signal, late]),
    graceSeconds: 5,
    tellsStates: true,
  });
  if (late.aborted && code !== 0) {
    const reason = `The download of the model data from ${(plan.model ?? sourceOf(plan))!.url} took longer than ${plan.downloadSeconds} s and could not be ended.`;
    console.error(reason);
    tell("Failed", { reason });
  }
  return code;
}

const firstPauseMilliseconds = 10;
const lastPauseMilliseconds = 250;

async function firstPing(withinSeconds: number, signal: AbortSignal): Promise<boolean> {
  const end = performance.now() + withinSeconds * 1000;
  for (
    let pause = firstPauseMilliseconds;
    performance.now() < end && !signal.aborted;
    pause = Math.min(pause * 1.5, lastPauseMilliseconds)
  ) {
    if (await ping()) return true;
    await delay(pause);
  }
  return false;
}

/** What the model server says of itself in the answer to a ping. */
const speaks: { frames?: number } = {};

/** Asks over a connection of its own, so that a server with one thread is not kept by it. */
function ping(): Promise<boolean> {
  return new Promise((resolve) => {
    const outgoing = request({
      socketPath: plan.models ? modelsSocket : serverSocket,
      path: "/ping",
      agent: false,
      signal: AbortSignal.timeout(pingMilliseconds),
    });
    outgoing.once("response", (response) => {
      response.resume();
      // A truncated answer still counts as an answer.
      response.on("error", () => {});
      const frames = response.headers[framesHeader];
      if (typeof frames === "string") speaks.frames = Number(frames);
      resolve(response.statusCode === 200);
    });
    outgoing.once("error", () => resolve(false));
    outgoing.end();
  });
}

async function fetch(plan: ServingPlan): Promise<number> {
  const { model, downloadSeconds, unpacked = usualUnpackLimits } = plan;
  const signal = AbortSignal.timeout(downloadSeconds * 1000);
  const source = sourceOf(plan);
  const { fetchModel, fetchSource } = await import("./model-data.ts");
  return toldWhenRefused(async () => {
    if (model) await fetchModel(model, "model", unpacked, signal);
    if (source) await fetchSource(source, "code", unpacked, signal);
    return 0;
  });
}

/** Data of at most so many bytes is downloaded by the process that stages it. */
const smallBytes = 8 * 1024 * 1024;

/** Downloads data that is small, and returns the exit code; undefined when it is not small. */
async function fetchHere(plan: ServingPlan, stopping: AbortSignal): Promise<number | undefined> {
  const { model, downloadSeconds, unpacked = usualUnpackLimits } = plan;
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(downloadSeconds * 1000)]);
  const { fetchSmallModel } = await import("./model-data.ts");
  return toldWhenRefused(async () =>
    (await fetchSmallModel(model!, "model", unpacked, signal, smallBytes)) ? 0 : undefined,
  );
}

async function toldWhenRefused<Code>(work: () => Promise<Code>): Promise<Code | number> {
  const { ModelFault } = await import("./model-data.ts");
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ModelFault)) throw error;
    console.error(error.message);
    tell("Failed", { reason: error.message });
    return 1;
  }
}

// The server's socket is named relative to this folder, because its whole path may be longer than the system allows.
process.chdir(mlRoot);
const plan = JSON.parse(readFileSync(servingPlanFile, "utf8")) as ServingPlan;
const part = { serve, fetch }[process.argv[2] ?? ""];
if (!part) throw new Error(`stage-model.ts has the parts serve and fetch, not ${JSON.stringify(process.argv[2])}`);
process.exitCode = await part(plan);
