// An import would read every export of the module, and some of them load much more.
const { createHash, createHmac } = process.getBuiltinModule("node:crypto");

export interface UnsignedRequest {
  readonly method: string;
  /** As on the request line. */
  readonly path: string;
  /** Names and values, encoded and sorted, as on the request line; empty without any. */
  readonly query: string;
  /** All that are signed, names in lower case; the host is among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The SHA-256 of the body, or the word that stands for it. */
  readonly payload: string;
  /** The signing name: "s3". */
  readonly service: string;
  /** In place of the run's own. */
  readonly key?: RequestKey;
}

export interface RequestKey {
  readonly id: string;
  readonly secret: string;
}

/** Returns the headers of a request with AWS Signature Version 4, by the run's own key unless the request names another. */
export function signedHeaders(request: UnsignedRequest, now = new Date()): Record<string, string> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION: region } = process.env;
  const { id, secret } = request.key ?? { id: AWS_ACCESS_KEY_ID, secret: AWS_SECRET_ACCESS_KEY };
  if (!id || !secret || !region) throw new Error("The run has no key and region of its own");
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const headers: Record<string, string> = {
    ...request.headers,
    "x-amz-content-sha256": request.payload,
    "x-amz-date": time,
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    ...[request.method, request.path, request.query],
    ...names.map((name) => `${name}:${headers[name]}`),
    ...["", names.join(";"), request.payload],
  ].join("\n");
  const parts = [time.slice(0, 8), region, request.service, "aws4_request"];
  const scope = parts.join("/");
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const key = parts.reduce<string | Buffer>((from, part) => hmac(from, part).digest(), `AWS4${secret}`);
  const signature = hmac(key, text).digest("hex");
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return headers;
}

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text);
