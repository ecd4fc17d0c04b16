import type { Caller } from "../../aws/caller.ts";
import type { AccessLog, AccessLogEntry } from "./access-log.ts";

/** A call that has been answered or refused. */
interface AuditedCall extends Omit<AccessLogEntry, "time" | "milliseconds" | "caller"> {
  /** When the call arrived, by `performance.now()`. */
  readonly began: number;
  readonly caller: Caller | undefined;
}

export type Audit = (call: AuditedCall) => void;

/**
 * Writes each call into one of two logs. The service's calls for itself have a log of their own, so that they do not
 * push users' lines out of the other log.
 */
export const createAudit =
  (logs: { readonly access: AccessLog; readonly service: AccessLog }): Audit =>
  ({ requestId, via, service, operation, status, error, began, caller, userAgent }) => {
    const log = via === "call" && caller?.kind === "service" ? logs.service : logs.access;
    log.write({
      time: new Date().toISOString(),
      requestId,
      via,
      service,
      operation,
      status,
      error,
      milliseconds: Math.round((performance.now() - began) * 1000) / 1000,
      caller: caller?.arn,
      userAgent,
    });
  };
