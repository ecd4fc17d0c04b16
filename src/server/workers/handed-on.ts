import type { IncomingMessage } from "node:http";
import type { HandedOn } from "../http/http-request.ts";

/** The first header of a request that is handed on. What the client sent follows; node:http may add to the end. */
const header = "x-sagebrush-handed-on";

/**
 * What the client says of its own connection, under another name: taken for the connection between the processes, "close"
 * would end that one while the body is still on its way. One that asks to speak WebSocket is handed on as it is.
 */
const connection = "x-sagebrush-connection";
const [connectionName, renamed] = [/^connection$/i, new RegExp(`^${connection}-`)];

/** Returns the headers with which a worker hands a request on: names and values in turn. */
export const handedOnHeaders = ({ requestId, address, own, rawHeaders }: HandedOn): string[] => [
  header,
  `${requestId} ${rawHeaders.length} ${address} ${own.address} ${own.port}`,
  ...rawHeaders.map((text, at) =>
    at % 2 === 0 && connectionName.test(text) && !asksToUpgrade(rawHeaders[at + 1]!) ? `${connection}-${text}` : text,
  ),
];

const asksToUpgrade = (value: string): boolean => /upgrade/i.test(value);

/** Reads what a worker says of a request. Nobody but the workers reaches the socket on which these come. */
export function readHandedOn({ rawHeaders }: Pick<IncomingMessage, "rawHeaders">): HandedOn {
  const [name, value = ""] = rawHeaders;
  const [requestId, count, address, ownAddress = "", port] = value.split(" ");
  if (name !== header || !requestId || address === undefined) throw new Error("A request came past the workers");
  const sent = rawHeaders.slice(2, 2 + Number(count));
  return {
    requestId,
    address,
    own: { address: ownAddress, port: Number(port) },
    rawHeaders: sent.map((text, at) => (at % 2 === 0 ? text.replace(renamed, "") : text)),
  };
}
