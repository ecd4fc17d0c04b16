import { mkdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type EnginePlan, enginePlanFile, engineSocket, tablesFolder } from "../engines/engine-plan.ts";
import { keepTellingAlive, tell } from "./events.ts";
import { mlRoot } from "./ml-root.ts";
import { runInside } from "./run-inside.ts";
import { abortedBySigterm, commandOf, runProgram } from "./run-program.ts";

/**
 * Stages a SQL engine: `node stage-engine.ts`. The engine runs in the run's inner sandbox, where it has no network and no key, and
 * cannot write to the files of tables, which are links to stored objects. State told: InService, when it takes statements.
 */
async function stageEngine(): Promise<number> {
  keepTellingAlive();
  const stopping = abortedBySigterm();
  const plan = JSON.parse(readFileSync(join(mlRoot, enginePlanFile), "utf8")) as EnginePlan;
  const tables = join(process.env.SAGEBRUSH_OWN_FOLDER!, tablesFolder);
  mkdirSync(tables, { recursive: true });
  const ended = new AbortController();
  const running = start(plan, [tables], stopping.signal).finally(() => ended.abort());
  if (await answers(AbortSignal.any([stopping.signal, ended.signal]))) tell("InService");
  return running;
}

function start({ inside }: EnginePlan, words: readonly [tables: string], stopping: AbortSignal): Promise<number> {
  const command = commandOf({ program: { script: "src/runtimes/sql/engine-server.ts", arguments: words } });
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, SAGEBRUSH_EVENTS_FD: ___, ...environment } = process.env;
  const program = { command, environment, stopping, graceSeconds: 2 };
  if (!inside) return runProgram(program);
  return runInside(program, { folder: mlRoot, network: "none", product: true, readable: words });
}

const pauseMilliseconds = 10;

/** Waits until the engine's socket takes connections; false when it never will. */
async function answers(signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const taken = await new Promise<boolean>((resolve) => {
      const socket = connect(join(mlRoot, engineSocket));
      socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (taken) return true;
    await delay(pauseMilliseconds);
  }
  return false;
}

process.exitCode = await stageEngine();
