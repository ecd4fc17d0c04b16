import type { QueryDocument } from "./athena-kinds.ts";

/** How long a query took, and with what. */
export function timesOf({ actual: { statistics } }: QueryDocument) {
  const { engineMilliseconds, planningMilliseconds, queueMilliseconds, totalMilliseconds } = statistics;
  const known = [engineMilliseconds, planningMilliseconds, queueMilliseconds].map((one) => one ?? 0);
  const others = totalMilliseconds === undefined ? undefined : totalMilliseconds - known.reduce((a, b) => a + b, 0);
  return {
    QueryQueueTimeInMillis: queueMilliseconds,
    QueryPlanningTimeInMillis: planningMilliseconds,
    EngineExecutionTimeInMillis: engineMilliseconds,
    ServicePreProcessingTimeInMillis: totalMilliseconds === undefined ? undefined : 0,
    ServiceProcessingTimeInMillis: others === undefined ? undefined : Math.max(0, Math.round(others)),
    TotalExecutionTimeInMillis: totalMilliseconds,
  };
}
