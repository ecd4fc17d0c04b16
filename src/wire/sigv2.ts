import { createHmac } from "node:crypto";
import { Fault } from "../aws/faults.ts";
import { signatureFaults } from "./signature-faults.ts";
import { sameText } from "./sigv4.ts";
import { parseQuery, type SignedRequest } from "./sigv4-canonical.ts";

/** A presigned URL of S3 in the older signature version 2, which boto3 uses for an endpoint that is not Amazon's. */
export interface Sigv2Signature {
  readonly accessKeyId: string;
  /** Seconds since 1970. */
  readonly expires: string;
  /** HMAC-SHA1 in base64. */
  readonly signature: string;
}

/** Reads the signature from the query; undefined when the query has none. */
export function readSigv2(request: SignedRequest, now: number): Sigv2Signature | undefined {
  if (!request.query.includes("AWSAccessKeyId=")) return undefined;
  const parameters = new Map(parseQuery(request.query));
  const accessKeyId = parameters.get("AWSAccessKeyId");
  const expires = parameters.get("Expires");
  const signature = parameters.get("Signature");
  if (!accessKeyId || !expires || !signature) {
    throw new Fault(
      "AccessDenied",
      "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
      { status: 403 },
    );
  }
  if (!/^\d{1,12}$/.test(expires)) {
    throw new Fault("AccessDenied", `Invalid date (should be seconds since epoch): ${expires}`, { status: 403 });
  }
  if (now > Number(expires) * 1000) {
    throw signatureFaults.expired("s3", new Date(Number(expires) * 1000).toISOString(), new Date(now).toISOString());
  }
  return { accessKeyId, expires, signature };
}

/** The query parameters that the signature covers. */
const signedParameters = new Set(
  [
    "accelerate acl cors delete inventory lifecycle location logging metrics notification partNumber policy replication",
    "requestPayment restore select select-type tagging torrent uploadId uploads versionId versioning versions website",
    "response-cache-control response-content-disposition response-content-encoding response-content-language",
    "response-content-type response-expires",
  ].flatMap((line) => line.split(" ")),
);

/** Verifies a presigned URL by the formula of the S3 documentation, "Signing and authenticating REST requests". */
export function verifySigv2(request: SignedRequest, signature: Sigv2Signature, secret: string): void {
  // boto3 moves signed headers into the query of a presigned URL. Headers are read as latin-1, one character per byte,
  // so the query's UTF-8 is turned into the same.
  const parameters = parseQuery(request.query).map(
    ([name, value]) => [name, Buffer.from(value).toString("latin1")] as const,
  );
  const given = (name: string) =>
    request.headers[name] ?? parameters.find(([parameter]) => parameter.toLowerCase() === name)?.[1] ?? "";
  const amazonNames = new Set(
    [...Object.keys(request.headers), ...parameters.map(([name]) => name.toLowerCase())].filter((name) =>
      name.startsWith("x-amz-"),
    ),
  );
  const amazonHeaders = [...amazonNames]
    .sort()
    .map((name) => `${name}:${given(name)}\n`)
    .join("");
  const resource = parameters
    .filter(([name]) => signedParameters.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`))
    .join("&");
  const signatureOf = (path: string) => {
    const signed = `${amazonHeaders}${path}${resource === "" ? "" : `?${resource}`}`;
    const text = [request.method, given("content-md5"), given("content-type"), signature.expires, signed].join("\n");
    return createHmac("sha1", secret).update(text, "latin1").digest("base64");
  };
  // The signed path of a bucket ends with a slash, whether the URL's path does or not.
  const paths = /^\/[^/]+$/.test(request.path) ? [request.path, `${request.path}/`] : [request.path];
  if (!paths.some((path) => sameText(signatureOf(path), signature.signature))) throw signatureFaults.mismatch("s3");
}
