import { createHmac, hash } from "node:crypto";
import type { AccessKey } from "../server/home/keys.ts";

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/**
 * Returns the headers of a request without query, signed with AWS Signature Version 4. The signer of the AWS clients
 * takes longer to load than these commands take to run.
 */
export function signRequest(request: {
  method: string;
  url: URL;
  key: AccessKey;
  region: string;
  /** In place of "sagebrush", whose requests are those of the administration. */
  service?: string;
  body?: string;
  /** The operation of Athena's protocol, "AmazonAthena.GetWorkGroup". */
  target?: string;
  /** Milliseconds since 1970. */
  now: number;
}): Record<string, string> {
  const time = new Date(request.now).toISOString().replace(/[-:]|\.\d+/g, "");
  const date = time.slice(0, 8);
  const { body = "", service = "sagebrush", target } = request;
  const scope = `${date}/${request.region}/${service}/aws4_request`;
  const bodyHash = hash("sha256", body);
  const headers: Record<string, string> = {
    host: request.url.host,
    "x-amz-content-sha256": bodyHash,
    "x-amz-date": time,
    ...(target !== undefined && { "x-amz-target": target }),
  };
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}`);
  const canonical = [request.method, request.url.pathname, "", ...lines, "", names, bodyHash].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", time, scope, hash("sha256", canonical)].join("\n");
  const signingKey = [date, request.region, service, "aws4_request"].reduce<string | Buffer>(
    (key, part) => hmac(key, part),
    `AWS4${request.key.secret}`,
  );
  const signature = hmac(signingKey as Buffer, toSign).toString("hex");
  const { host: _, ...sent } = headers;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${request.key.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}
