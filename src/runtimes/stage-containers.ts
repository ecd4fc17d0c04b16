import { readFileSync } from "node:fs";
import { containersFile } from "../images/serving-plan.ts";
import { keepTellingAlive, tell } from "./events.ts";
import { mlRoot } from "./ml-root.ts";
import { abortedBySigterm } from "./run-program.ts";
import { startContainerStages } from "./serving/container-stages.ts";

/**
 * Stages the model servers of a model of several containers, in one run: they share its memory, as on an instance of
 * AWS's. The run is InService when all of them are, and ends when one of them does.
 *
 * States told: those of the stages, then InService {containers: what each server told with it}.
 */
async function serveContainers(count: number): Promise<number> {
  keepTellingAlive();
  const { signal } = abortedBySigterm();
  const stages = startContainerStages(count, {
    ready: (containers) => tell("InService", { containers }),
    told: (state, detail) => tell(state, detail as Record<string, unknown>),
  });
  signal.addEventListener("abort", stages.stop);
  return stages.ended;
}

process.chdir(mlRoot);
process.exitCode = await serveContainers((JSON.parse(readFileSync(containersFile, "utf8")) as string[]).length);
