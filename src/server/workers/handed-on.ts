import type { IncomingMessage } from "node:http";
import type { HandedOn } from "../http/http-request.ts";

/** The first header of a request that is handed on. What the client sent follows; node:http may add to the end. */
const header = "x-sagebrush-handed-on";

/** Returns the headers with which a worker hands a request on: names and values in turn. */
export const handedOnHeaders = ({ requestId, address, rawHeaders }: HandedOn): string[] => [
  header,
  `${requestId} ${rawHeaders.length} ${address}`,
  ...rawHeaders,
];

/** Reads what a worker says of a request. Nobody but the workers reaches the socket on which these come. */
export function readHandedOn({ rawHeaders }: Pick<IncomingMessage, "rawHeaders">): HandedOn {
  const [name, value = ""] = rawHeaders;
  const [requestId, count, address] = value.split(" ");
  if (name !== header || !requestId || address === undefined) throw new Error("A request came past the workers");
  return { requestId, address, rawHeaders: rawHeaders.slice(2, 2 + Number(count)) };
}
