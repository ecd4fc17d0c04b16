import type { Fault } from "../../aws/faults.ts";
import type { WireResponse } from "../../wire/wire.ts";
import type { HttpExchange } from "./http-half.ts";

/** Writes a refusal of a front for a person to read. */
export const asPage = ({ status, message }: Fault, requestId: string): WireResponse => ({
  status,
  headers: {
    ...{ "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" },
    "x-amzn-RequestId": requestId,
  },
  body: `${message}\n`,
});

/** Writes a fault in the protocol of the request, as far as that is known. */
export function writeFault(
  { request, found, requestId }: Pick<HttpExchange, "request" | "found" | "requestId">,
  fault: Fault,
): WireResponse {
  if (found) return found.writeFault(fault, requestId);
  if (request.head.headers.accept?.includes("text/html")) return asPage(fault, requestId);
  return {
    status: fault.status,
    headers: { "Content-Type": "application/json", "x-amzn-RequestId": requestId, "x-amzn-ErrorType": fault.code },
    body: JSON.stringify({ __type: fault.code, message: fault.message }),
  };
}
