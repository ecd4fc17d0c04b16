import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { type ServingPlan, serverSocket, servingPlanFile } from "../images/serving-plan.ts";
import { tell } from "./events.ts";
import { serverAddress } from "./server-address.ts";

/**
 * A serving run: `node stage-model.ts serve`. It brings the model to /opt/ml/model, starts the image's model server and
 * waits until that answers a ping; SIGTERM goes on to the model server, which answers what it has begun and ends.
 * The data comes by a child process (`stage-model.ts fetch`), so that the S3 client's memory is not kept for as long as
 * the model is served.
 *
 * States told: Downloading, Starting, then InService or Failed {reason}.
 */
async function serve(plan: ServingPlan): Promise<number> {
  const stopping = new AbortController();
  process.on("SIGTERM", () => stopping.abort());
  const { signal } = stopping;
  if (plan.model) {
    tell("Downloading");
    const fetching = [process.execPath, import.meta.filename, "fetch"];
    const code = await run(fetching, { env: process.env, stdio: ["ignore", "inherit", "inherit", "inherit"] }, signal);
    if (code !== 0) return code;
  }

  tell("Starting");
  // Opened anew: Node makes its own output non-blocking, and a program that shares it would fail on a full pipe.
  const output = openSync("/dev/stdout", "a");
  const server = run(plan.command, { env: serverEnvironment(plan), stdio: ["ignore", output, output] }, signal);
  closeSync(output);
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

/** What the container contract promises, and the run's identity; nothing else of the platform. */
function serverEnvironment({ environment }: ServingPlan): NodeJS.ProcessEnv {
  const { SAGEBRUSH_EVENTS_FD: _, ...platform } = process.env;
  return { ...environment, ...platform, AWS_ENDPOINT_URL: serverAddress(), SAGEBRUSH_SOCKET: serverSocket };
}

const stoppedCode = 128 + constants.signals.SIGTERM;

/** Starts a program and gives its exit code as a shell does; the signal's abort asks it to end. */
async function run(command: readonly string[], options: SpawnOptions, signal: AbortSignal): Promise<number> {
  if (signal.aborted) return stoppedCode;
  const [program, ...rest] = command;
  const child = spawn(program!, rest, options);
  signal.addEventListener("abort", () => child.kill("SIGTERM"));
  try {
    const [code, killed] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[killed!];
  } catch (error) {
    console.error(`${program} cannot be started: ${(error as Error).message}`);
    return 127;
  }
}

/** As the container contract has it: a ping is answered within 2 s, by 200 when the model can be asked. */
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

async function fetch({ model, downloadSeconds }: ServingPlan): Promise<number> {
  const { fetchModel, ModelFault } = await import("./model-data.ts");
  try {
    await fetchModel(model!, "model", AbortSignal.timeout(downloadSeconds * 1000));
    return 0;
  } catch (error) {
    if (!(error instanceof ModelFault)) throw error;
    console.error(error.message);
    tell("Failed", { reason: error.message });
    return 1;
  }
}

// Sockets are named relative to this folder, whose whole path may be too long for one.
process.chdir(process.env.SAGEBRUSH_ML_ROOT ?? "/opt/ml");
const plan = JSON.parse(readFileSync(servingPlanFile, "utf8")) as ServingPlan;
const part = { serve, fetch }[process.argv[2] ?? ""];
if (!part) throw new Error(`stage-model.ts has the parts serve and fetch, not ${JSON.stringify(process.argv[2])}`);
process.exitCode = await part(plan);
