import { frameVersion } from "../../images/serving-frame.ts";
import { type ServingPlan, serverSocket, unservedWords } from "../../images/serving-plan.ts";
import { algorithmNamed } from "../../ml/algorithm-named.ts";
import { type AnyServedAlgorithm, ModelError } from "../../ml/define-algorithm.ts";
import { tell, tellAlive } from "../events.ts";
import { loadBuiltInModel } from "./built-in-model.ts";
import { createModelServer } from "./model-server.ts";
import { settleMemory } from "./settle-memory.ts";

/** Loads the program of an algorithm, which can be done before its model is there. */
export async function prepareToServe([name = "", version = ""]: readonly string[]) {
  const algorithm = await algorithmNamed(name);
  return (plan: ServingPlan, stopping: AbortSignal) => serveHere(algorithm, version, plan, stopping);
}

/**
 * Serves a built-in model in the process that has staged it, until the signal aborts and what is in flight is answered.
 * Nobody pings it: when it hangs it gives no sign of life, and its keeper ends it.
 */
async function serveHere(
  algorithm: AnyServedAlgorithm,
  version: string,
  plan: ServingPlan,
  stopping: AbortSignal,
): Promise<number> {
  tell("Starting");
  try {
    const model = loadBuiltInModel(algorithm, version, "model", plan.environment);
    tellAlive();
    const server = createModelServer(model, settleMemory());
    await server.listen({ socket: serverSocket });
    tell("InService", { frames: frameVersion });
    await aborted(stopping);
    await server.close();
    return 0;
  } catch (error) {
    console.error(error instanceof ModelError ? error.message : error);
    const why = error instanceof ModelError ? ` ${error.message}` : "";
    const reason = `${unservedWords(plan)}${why}`;
    tell("Failed", { reason });
    return 1;
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
