import { Fault } from "../../aws/faults.ts";
import { isDiskFull } from "../../base/is-disk-full.ts";
import { storageFault } from "../../stores/storage-fault.ts";
import type { ProtocolName } from "../../wire/wire.ts";
import { reportError } from "../process/report-error.ts";

/**
 * Returns a Fault as it is. Any other error is a defect of the server: the client gets the request's id, stderr the
 * stack. A full disk is no defect: the client is told of it.
 */
export function faultOf(error: unknown, requestId: string, protocol?: ProtocolName): Fault {
  if (error instanceof Fault) return error;
  reportError(`Request ${requestId} failed:`, error);
  const stored = isDiskFull(error) && storageFault(error, (error as NodeJS.ErrnoException).path ?? "the home");
  if (stored instanceof Fault) return stored;
  return new Fault(
    protocol === "restXml" ? "InternalError" : "InternalFailure",
    `Sagebrush met an unexpected error; its output tells more under request ${requestId}.`,
    { status: 500, cause: error },
  );
}
