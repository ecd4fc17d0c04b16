import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { containerFolder } from "../../images/serving-plan.ts";
import { stageSilenceSeconds } from "../../images/stage-plan.ts";
import { linesIn } from "../lines-in.ts";
import { mlRoot } from "../ml-root.ts";
import { commandOf } from "../run-program.ts";

/** What is told of the model servers of several containers. */
export interface StagesHeard {
  /** Called once all of them answer, with what each told. */
  ready(containers: readonly object[]): void;
  /** Called with every other state that one of them tells. */
  told(state: string, detail: object): void;
}

export interface ContainerStages {
  /** Resolves when all have ended, because one did or because they were stopped: the code of the first, 1 at least unless stopped. */
  readonly ended: Promise<number>;
  /** Asks all of them to end. */
  stop(): void;
}

/**
 * Starts the model servers of a model's containers in one run. Each has a folder of its own for /opt/ml, and a stage of
 * its own (`stage-model.ts`). One container alone is no model, so all end when one does.
 */
export function startContainerStages(count: number, heard: StagesHeard): ContainerStages {
  const details: (object | undefined)[] = Array.from({ length: count });
  const hears = (index: number, state: string, detail: object) => {
    if (state !== "InService") return heard.told(state, detail);
    details[index] = detail;
    if (details.every((one) => one !== undefined)) heard.ready(details);
  };
  const alive = details.map(() => performance.now());
  const children = details.map((_, index) =>
    startStage(index, {
      told: (state, detail) => hears(index, state, detail),
      alive() {
        alive[index] = performance.now();
      },
    }),
  );
  let isStopped = false;
  const end = () => {
    for (const child of children) child.kill("SIGTERM");
  };
  setInterval(() => {
    for (const [index, child] of children.entries()) {
      if (child.exitCode !== null || performance.now() - alive[index]! < stageSilenceSeconds * 1000) continue;
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
  return {
    ended: (async () => {
      const first = await Promise.race(ends);
      end();
      const codes = await Promise.all(ends);
      return isStopped ? Math.max(...codes) : Math.max(1, first);
    })(),
    stop() {
      isStopped = true;
      end();
    },
  };
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
