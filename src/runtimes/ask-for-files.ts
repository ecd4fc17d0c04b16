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
  const answer = await fetch(`${protocol}//${host}${lendingPath}`, {
    method: "POST",
    headers: signed.headers,
    body,
    ...(signal && { signal }),
  }).catch((error) => {
    // fetch hides what became of the connection.
    throw (error as Error).cause ?? error;
  });
  if (answer.ok) return (await answer.json()) as Lending;
  const text = await answer.text();
  const { __type: name = "UnknownError", message = text } = readFault(text);
  throw Object.assign(new Error(message), { name, $metadata: { httpStatusCode: answer.status } });
}

function readFault(text: string): { readonly __type?: string; readonly message?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
