import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { type ServingPlan, serverSocket, servingPlanFile } from "../images/serving-plan.ts";
import { tell } from "./events.ts";
import { mlRoot } from "./ml-root.ts";
import { abortedBySigterm, commandOf, programEnvironment, runProgram } from "./run-program.ts";

// Not imported, because an import would load Node's client for fetch too, and this program stays as long as its endpoint.
const { request } = process.getBuiltinModule("node:http");

/**
 * Stages a serving run: `node stage-model.ts serve`. It downloads the model to /opt/ml/model, starts the image's model
 * server and waits until the server answers a ping. SIGTERM is passed on to the model server, which answers the
 * requests in flight and ends. A child process (`stage-model.ts fetch`) downloads the model, so that the S3 client's
 * memory is free while the model is served.
 *
 * States told: Downloading, Starting, then InService or Failed {reason}.
 */
async function serve(plan: ServingPlan): Promise<number> {
  const stopping = abortedBySigterm();
  const { signal } = stopping;
  if (plan.model) {
    tell("Downloading");
    const command = [process.execPath, import.meta.filename, "fetch"];
    const code = await runProgram({ command, environment: process.env, stopping: signal, tellsStates: true });
    if (code !== 0) return code;
  }

  tell("Starting");
  const environment = programEnvironment(plan.environment, { SAGEBRUSH_SOCKET: serverSocket });
  const server = runProgram({ command: commandOf(plan), environment, stopping: signal });
  const isReady = await Promise.race([firstPing(plan.startupSeconds, signal), server.then(() => false)]);
  if (isReady) tell("InService");
  else if (!signal.aborted) {
    const reason = `The primary container for production variant ${plan.variant} did not pass the ping health check. Please check CloudWatch logs for this endpoint.`;
    tell("Failed", { reason });
    stopping.abort();
    return Math.max(1, await server);
  }
  return server;
}

/** The container contract: a ping is answered within 2 s, with 200 when the model server is ready. */
const pingMilliseconds = 2000;
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

function ping(): Promise<boolean> {
  return new Promise((resolve) => {
    const outgoing = request({
      socketPath: serverSocket,
      path: "/ping",
      signal: AbortSignal.timeout(pingMilliseconds),
    });
    outgoing.once("response", (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    outgoing.once("error", () => resolve(false));
    outgoing.end();
  });
}

async function fetch({ model, downloadSeconds, unpackedBytes }: ServingPlan): Promise<number> {
  const { fetchModel, ModelFault } = await import("./model-data.ts");
  try {
    await fetchModel(model!, "model", unpackedBytes, AbortSignal.timeout(downloadSeconds * 1000));
    return 0;
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
