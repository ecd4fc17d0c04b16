import { Conflict } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";
import { defineKind } from "./define-kind.ts";
import { type KeptRun, newKeptRun } from "./keep-run.ts";

interface WantedEngine {
  /** 1 to the number of engines that an account has in a region. */
  readonly number: number;
}

interface ActualEngine {
  readonly kept: KeptRun;
}

/** A SQL engine that is kept up, because there was a query for it: a run that answers one statement at a time. */
export const queryEngine = defineKind<WantedEngine, ActualEngine, "Up">({
  service: "sagebrush",
  kind: "query-engine",
  key: ["Number"],
  statuses: { Up: { final: false } },
});

/** So many queries run at a time. */
export const engineCount = ({ machine }: Pick<Context, "machine">): number =>
  Math.min(4, Math.max(2, Math.floor(machine.cores / 2)));

/** Makes the engines of the caller's account and region where they are not up. */
export async function wakeEngines(context: Context): Promise<void> {
  const numbers = Array.from({ length: engineCount(context) }, (_, index) => index + 1);
  for (const number of numbers) {
    const key = queryEngine.key(context, { Number: String(number) });
    if (await context.cache.get(key)) continue;
    const now = context.clock.now();
    const change = await queryEngine.put(context, {
      ...{ key, id: context.ids.ulid(), origin: context.origin, status: "Up", created: now, modified: now },
      ...{ wanted: { number }, actual: { kept: newKeptRun } },
    });
    await context.resources.write([change]).catch((error) => {
      // Another query has made it meanwhile.
      if (!(error instanceof Conflict)) throw error;
    });
  }
}
