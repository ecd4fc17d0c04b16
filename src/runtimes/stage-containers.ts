import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { containerFolder, containersFile } from "../images/serving-plan.ts";
import { stageSilenceSeconds } from "../images/stage-plan.ts";
import { keepTellingAlive, tell } from "./events.ts";
import { linesIn } from "./lines-in.ts";
import { mlRoot } from "./ml-root.ts";
import { abortedBySigterm, commandOf } from "./run-program.ts";

/**
 * Stages the model servers of a model of several containers, in one run: they share its memory, as on an instance of
 * AWS's. Each has a folder of its own for /opt/ml, and a stage of its own (`stage-model.ts`), whose states are gathered
 * here: the run is InService when all of them are, and ends when one of them does.
 *
 * States told: those of the stages, then InService {containers: what each server told with it}.
 */
async function serveContainers(count: number): Promise<number> {
  keepTellingAlive();
  const { signal } = abortedBySigterm();
  const details: (object | undefined)[] = Array.from({ length: count });
  const hears = (index: number, state: string, detail: object) => {
    if (state === "InService") {
      details[index] = detail;
      if (details.every(Boolean)) tell("InService", { containers: details });
    } else tell(state, detail as Record<string, unknown>);
  };
  const heard = details.map(() => performance.now());
  const children = details.map((_, index) =>
    startStage(index, {
      told: (state, detail) => hears(index, state, detail),
      alive() {
        heard[index] = performance.now();
      },
    }),
  );
  const stop = () => {
    for (const child of children) child.kill("SIGTERM");
  };
  signal.addEventListener("abort", stop);
  setInterval(() => {
    for (const [index, child] of children.entries()) {
      if (child.exitCode !== null || performance.now() - heard[index]! < stageSilenceSeconds * 1000) continue;
      console.error(
        `What stages container ${index + 1} has given no sign of life for ${stageSilenceSeconds} s; it is ended.`,
      );
      child.kill("SIGKILL");
    }
  }, lookMilliseconds).unref();
  const ends = children.map(async (child): Promise<number> => {
    const [code, name] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[name!];
  });
  const first = await Promise.race(ends);
  // One container alone is no model.
  stop();
  const codes = await Promise.all(ends);
  return signal.aborted ? Math.max(...codes) : Math.max(1, first);
}

interface Hears {
  told(state: string, detail: object): void;
  /** Called with every line, whatever it says. */
  alive(): void;
}

const lookMilliseconds = 10_000;

function startStage(index: number, hears: Hears): ChildProcess {
  const root = join(mlRoot, containerFolder(index));
  mkdirSync(root, { recursive: true });
  const output = openSync("/dev/stdout", "a");
  const [program, ...words] = commandOf({ program: { script: "src/runtimes/stage-model.ts", arguments: ["serve"] } });
  const child = spawn(program!, words, {
    env: { ...process.env, SAGEBRUSH_ML_ROOT: root, SAGEBRUSH_EVENTS_FD: "3" },
    stdio: ["ignore", output, output, "pipe"],
  });
  void hearStage(child.stdio[3] as Readable, hears);
  return child;
}

async function hearStage(events: Readable, hears: Hears): Promise<void> {
  for await (const line of linesIn(events)) {
    const { state, detail } = JSON.parse(line) as { state?: string; detail?: object };
    hears.alive();
    if (state !== undefined) hears.told(state, detail ?? {});
  }
}

process.chdir(mlRoot);
process.exitCode = await serveContainers((JSON.parse(readFileSync(containersFile, "utf8")) as string[]).length);
