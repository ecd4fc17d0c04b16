import {
  type BatchStrategy,
  mostMegabytesInFlight,
  type TransformPlan,
  usualPayloadMegabytes,
} from "../../images/transform-plan.ts";

/** How the records of a job are sent. */
export interface ExecutionParameters {
  readonly strategy: BatchStrategy;
  /** 0: whole files, as they come. */
  readonly payloadMegabytes: number;
  readonly concurrent: number;
}

const strategies: Readonly<Record<string, BatchStrategy>> = {
  SINGLE_RECORD: "SingleRecord",
  SINGLERECORD: "SingleRecord",
  MULTI_RECORD: "MultiRecord",
  MULTIRECORD: "MultiRecord",
};

/**
 * Returns what the request says, else what the model server answered to GET /execution-parameters, else what AWS has. A
 * model server may want more at once than a job may have in flight; it then gets less.
 */
export function executionParameters(
  plan: Pick<TransformPlan, "strategy" | "payloadMegabytes" | "concurrent">,
  answered: unknown,
): ExecutionParameters {
  const told = typeof answered === "object" && answered !== null ? (answered as Readonly<Record<string, unknown>>) : {};
  const whole = (value: unknown, least: number): number | undefined =>
    Number.isInteger(value) && (value as number) >= least ? (value as number) : undefined;
  const payloadMegabytes =
    plan.payloadMegabytes ?? Math.min(whole(told.MaxPayloadInMB, 0) ?? usualPayloadMegabytes, mostMegabytesInFlight);
  const wanted = plan.concurrent ?? whole(told.MaxConcurrentTransforms, 1) ?? 1;
  const most = payloadMegabytes === 0 ? mostMegabytesInFlight : Math.floor(mostMegabytesInFlight / payloadMegabytes);
  return {
    strategy: plan.strategy ?? strategies[String(told.BatchStrategy).toUpperCase()] ?? "MultiRecord",
    payloadMegabytes,
    concurrent: Math.max(1, Math.min(wanted, most)),
  };
}
