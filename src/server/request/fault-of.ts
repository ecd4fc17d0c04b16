import { Fault } from "../../aws/faults.ts";
import type { ProtocolName } from "../../wire/wire.ts";

/**
 * Returns a Fault as it is. Any other error is a defect of the server: the client gets the request's id, stderr the
 * stack.
 */
export function faultOf(error: unknown, requestId: string, protocol?: ProtocolName): Fault {
  if (error instanceof Fault) return error;
  console.error(`Request ${requestId} failed:`, error);
  return new Fault(
    protocol === "restXml" ? "InternalError" : "InternalFailure",
    `Sagebrush met an unexpected error; its output tells more under request ${requestId}.`,
    { status: 500, cause: error },
  );
}
