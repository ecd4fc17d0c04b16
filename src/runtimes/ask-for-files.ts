import { URL } from "node:url";
import type { S3 } from "@aws-sdk/client-s3";
import { type Lending, type LendingWish, lendingPath, lendingSigningName } from "../base/lending.ts";
import { serverAddress } from "./server-address.ts";

/** Asks the server for objects as files, signed with the key of the client; errors are of the form of the client's. */
export async function askForFiles(s3: S3, wish: LendingWish, signal: AbortSignal | undefined): Promise<Lending> {
  const { protocol, hostname, host, port } = new URL(serverAddress());
  const body = JSON.stringify(wish);
  const headers = { host, "content-type": "application/json" };
  const request = {
    method: "POST",
    protocol,
    hostname,
    port: Number(port),
    path: lendingPath,
    query: {},
    headers,
    body,
  };
  const signer = await s3.config.signer();
  const signed = await signer.sign(request, { signingService: lendingSigningName });
  const { status, text } = await exchange(`${protocol}//${host}${lendingPath}`, signed.headers, body, signal);
  if (status < 300) return JSON.parse(text) as Lending;
  const { __type: name = "UnknownError", message = text } = readFault(text);
  throw Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

/** Sends a request and reads all of its answer; a connection may break before the answer or within it. */
async function exchange(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const answer = await fetch(url, { method: "POST", headers, body, ...(signal && { signal }) });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    // fetch hides what became of the connection.
    throw (error as Error).cause ?? error;
  }
}

function readFault(text: string): { readonly __type?: string; readonly message?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
