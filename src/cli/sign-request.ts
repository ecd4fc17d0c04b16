import { createHmac, hash } from "node:crypto";
import type { AccessKey } from "../server/home/keys.ts";

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/**
 * Returns the headers of a request without query and body, signed with AWS Signature Version 4 for the service
 * "sagebrush". The signer of the AWS clients takes longer to load than these commands take to run.
 */
export function signRequest(request: {
  method: string;
  url: URL;
  key: AccessKey;
  region: string;
  /** Milliseconds since 1970. */
  now: number;
}): Record<string, string> {
  const time = new Date(request.now).toISOString().replace(/[-:]|\.\d+/g, "");
  const date = time.slice(0, 8);
  const scope = `${date}/${request.region}/sagebrush/aws4_request`;
  const canonical = [
    request.method,
    request.url.pathname,
    "",
    `host:${request.url.host}`,
    `x-amz-date:${time}`,
    "",
    "host;x-amz-date",
    hash("sha256", ""),
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", time, scope, hash("sha256", canonical)].join("\n");
  const signingKey = [date, request.region, "sagebrush", "aws4_request"].reduce<string | Buffer>(
    (key, part) => hmac(key, part),
    `AWS4${request.key.secret}`,
  );
  const signature = hmac(signingKey as Buffer, toSign).toString("hex");
  return {
    "x-amz-date": time,
    authorization: `AWS4-HMAC-SHA256 Credential=${request.key.accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  };
}
