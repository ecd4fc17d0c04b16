import { createHash, createHmac } from "node:crypto";
import { connect } from "node:net";
import { cbor } from "@smithy/core/cbor";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import type { TestServer } from "./server.ts";

/** Where requests go and whose key they are signed with. */
export interface Target {
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Returns a server as the target of raw requests by its administrator. */
export const targetOf = ({ url, clientOptions }: Pick<TestServer, "url" | "clientOptions">): Target => ({
  url,
  ...clientOptions.credentials,
});

/** A request before it becomes bytes. What is left out is as a well-behaved client would have it. */
export interface Draft {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  /** Of the credential scope. */
  readonly service?: string;
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly signedAt?: Date;
  /** Changes the headers after they were signed; undefined takes one away. */
  readonly afterSigning?: Record<string, string | undefined>;
  /** What goes over the wire in place of the body that was signed. */
  readonly sentBody?: string | Uint8Array;
  readonly contentLength?: string;
  readonly unsigned?: boolean;
}

class Sha256 {
  readonly #hash;
  constructor(secret?: string | Uint8Array) {
    this.#hash = secret ? createHmac("sha256", secret as string) : createHash("sha256");
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }
  reset(): void {}
}

const portOf = ({ url }: Target): number => Number(/:(\d+)$/.exec(url)![1]);

/** The bytes of a request, signed by the AWS SDK's signer. */
export async function rawRequest(target: Target, draft: Draft): Promise<Buffer> {
  const { method = "POST", path = "/", query = {}, body = "", service = "sagemaker", region = "us-east-1" } = draft;
  const { hostname, host } = new URL(target.url);
  const unsigned = new HttpRequest({
    method,
    hostname,
    port: portOf(target),
    path,
    query,
    headers: { host, ...draft.headers },
    body,
  });
  const signer = new SignatureV4({
    credentials: {
      accessKeyId: draft.accessKeyId ?? target.accessKeyId,
      secretAccessKey: draft.secretAccessKey ?? target.secretAccessKey,
    },
    region,
    service,
    sha256: Sha256 as never,
    uriEscapePath: service !== "s3",
  });
  const signed = draft.unsigned ? unsigned : await signer.sign(unsigned, { signingDate: draft.signedAt ?? new Date() });
  const sent = Buffer.from(draft.sentBody ?? body);
  const headers: Record<string, string | undefined> = {
    ...signed.headers,
    "content-length": draft.contentLength ?? String(sent.length),
    ...draft.afterSigning,
  };
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  const head = `${method} ${path}${pairs.length > 0 ? `?${pairs.join("&")}` : ""} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), sent]);
}

export interface RawAnswer {
  readonly status: number;
  /** AWS's error code, from JSON, CBOR or XML; empty when the answer has none. */
  readonly code: string;
  readonly message: string;
  readonly text: string;
}

/**
 * Sends bytes over a socket of their own and reads the first answer to its end.
 * @param ends whether the client then ends its side, as one that has nothing more to send
 */
export function sendRaw(target: Target, bytes: Uint8Array, ends = false): Promise<RawAnswer> {
  const { hostname } = new URL(target.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: portOf(target), allowHalfOpen: true });
    let received = "";
    const finish = () => {
      socket.destroy();
      resolve(readAnswer(received));
    };
    socket.on("connect", () => (ends ? socket.end(bytes) : socket.write(bytes)));
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      if (isWhole(received)) finish();
    });
    socket.on("end", finish);
    socket.on("error", (error) => (received ? finish() : reject(error)));
  });
}

function isWhole(received: string): boolean {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = /^content-length: (\d+)$/im.exec(received.slice(0, end))?.[1];
  return length !== undefined && received.length >= end + 4 + Number(length);
}

function readAnswer(received: string): RawAnswer {
  const text = Buffer.from(received, "latin1").toString();
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
  const body = text.slice(text.indexOf("\r\n\r\n") + 4);
  if (/^content-type: application\/cbor\r$/im.test(text)) {
    const bytes = Buffer.from(received.slice(received.indexOf("\r\n\r\n") + 4), "latin1");
    const { __type = "", message, Message } = cbor.deserialize(bytes) as Record<string, string>;
    return { status, code: __type.slice(__type.indexOf("#") + 1), message: message ?? Message ?? "", text };
  }
  if (body.startsWith("{")) {
    const { __type = "", code = "", message, Message } = JSON.parse(body) as Record<string, string>;
    const type = /^x-amzn-errortype: (.+)$/im.exec(text)?.[1] ?? "";
    return { status, code: (__type || code || type).trim(), message: message ?? Message ?? "", text };
  }
  const code = /<Code>(.*?)<\/Code>/s.exec(body)?.[1] ?? "";
  const message = /<Message>(.*?)<\/Message>/s.exec(body)?.[1] ?? body.trim();
  return { status, code, message, text };
}
