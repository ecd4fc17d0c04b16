import type { Context } from "../../../frame/context.ts";
import { type LogEvent, openLog } from "../../../runs/ship-log.ts";
import { instanceLog } from "./endpoint-fleet.ts";

/** Gathers what becomes of requests for the streams `VARIANT/INSTANCE/data-log` of an endpoint's log group. */
export interface DataLog {
  add(variant: string, instance: string, message: string): void;
  /** Writes what was gathered. */
  write(): Promise<void>;
}

export function createDataLog(context: Pick<Context, "call" | "clock">, endpointName: string): DataLog {
  let gathered = new Map<string, LogEvent[]>();
  const opened = new Set<string>();
  return {
    add(variant, instance, message) {
      const stream = `${instance}/data-log`;
      const { logStreamName } = instanceLog(endpointName, variant, stream);
      const events = gathered.get(logStreamName) ?? [];
      events.push({ timestamp: context.clock.now(), message });
      gathered.set(logStreamName, events);
    },
    async write() {
      const writing = gathered;
      gathered = new Map();
      for (const [logStreamName, logEvents] of writing) {
        const { logGroupName } = instanceLog(endpointName, "", "");
        const place = { logGroupName, logStreamName };
        if (!opened.has(logStreamName)) await openLog(context, place);
        opened.add(logStreamName);
        await context.call("logs", "PutLogEvents", { ...place, logEvents });
      }
    },
  };
}
