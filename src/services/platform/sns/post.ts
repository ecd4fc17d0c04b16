import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { URL } from "node:url";
import { isPublicAddress, publicLookup } from "./public-address.ts";

const timeoutMilliseconds = 15_000;

/**
 * Sends a document to an endpoint and returns its status. Follows no redirect.
 * @param anywhere also to addresses of this machine and of private networks
 * @throws Error where there is no answer in 15 seconds, and for an address to which nothing is sent
 */
export function post(
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  anywhere: boolean,
): Promise<number> {
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!anywhere && isIP(host) !== 0 && !isPublicAddress(host))
    return Promise.reject(new Error(`${host} is a private address, to which topics send nothing`));
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    const auth =
      url.username === "" ? undefined : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    const request = send(
      url,
      {
        ...{ method: "POST", signal, auth, agent: false, lookup: anywhere ? undefined : publicLookup },
        headers: { ...headers, "Content-Length": String(Buffer.byteLength(body)) },
      },
      (response) => {
        // The status is all that counts.
        response.destroy();
        resolve(response.statusCode!);
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}
