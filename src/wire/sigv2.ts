import { createHmac } from "node:crypto";
import { Fault } from "../aws/faults.ts";
import { signatureFaults } from "./signature-faults.ts";
import { sameText } from "./sigv4.ts";
import { encodePathOnce, type SignedRequest } from "./sigv4-canonical.ts";

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
  const parameters = new URLSearchParams(request.query);
  const accessKeyId = parameters.get("AWSAccessKeyId");
  const expires = parameters.get("Expires");
  // Base64 has no blank: programs that decode a link and do not encode it again leave a "+".
  const signature = parameters.get("Signature")?.replaceAll(" ", "+");
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
  if (now > Number(expires) * 1000) throw signatureFaults.expired("s3", Number(expires) * 1000, now);
  return { accessKeyId, expires, signature };
}

const words = (...lines: readonly string[]): ReadonlySet<string> => new Set(lines.flatMap((line) => line.split(" ")));

/**
 * The parameters that the signature covers: all by which S3 tells operations, objects and answers apart. A link for one
 * must not do another, so those that are newer than the signature version are in the list too.
 */
export const signedParameters = words(
  "abac accelerate acl analytics annotation annotationName attributes cors defaultObjectAcl delete encryption id",
  "intelligent-tiering inventory legal-hold lifecycle location logging metadataAnnotationTable metadataConfiguration",
  "metadataInventoryTable metadataJournalTable metadataTable metrics notification object-lock ownershipControls",
  "partNumber policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention select",
  "select-type session storageClass tagging torrent uploadId uploads versionId versioning versions website",
  "response-cache-control response-content-disposition response-content-encoding response-content-language",
  "response-content-type response-expires",
);

/** The parameters that it does not cover: which part of a listing is meant. */
export const unsignedParameters = words(
  "annotation-prefix bucket-region continuation-token delimiter encoding-type fetch-owner key-marker list-type marker",
  "max-annotation-results max-buckets max-directory-buckets max-keys max-parts max-uploads part-number-marker prefix",
  "start-after upload-id-marker version-id-marker x-id",
);

/** Verifies a presigned URL by the formula of the S3 documentation, "Signing and authenticating REST requests". */
export function verifySigv2(request: SignedRequest, signature: Sigv2Signature, secret: string, hostBucket = ""): void {
  // boto3 moves signed headers into the query of a presigned URL. Headers are read as latin-1, one character per byte,
  // so the query's UTF-8 is turned into the same.
  const parameters = [...new URLSearchParams(request.query)].map(
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
  const covered = parameters
    .filter(([name]) => signedParameters.has(name))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const resource = (writeEmpty: (name: string) => string) =>
    covered.map(([name, value]) => (value === "" ? writeEmpty(name) : `${name}=${value}`)).join("&");
  // Of "uploads=" some clients sign the equal sign, which others leave out or do not send.
  const resources = new Set([resource((name) => name), resource((name) => `${name}=`)]);
  const stringToSign = (path: string, resource: string) => {
    const signed = `${amazonHeaders}${path}${resource === "" ? "" : `?${resource}`}`;
    return [request.method, given("content-md5"), given("content-type"), signature.expires, signed].join("\n");
  };
  // The bucket is signed before the path, wherever it was sent. The host itself is not signed.
  const sent = hostBucket === "" ? request.path : `/${hostBucket}${request.path}`;
  for (const path of signedPaths(sent))
    for (const resource of resources) {
      const made = createHmac("sha1", secret).update(stringToSign(path, resource), "latin1").digest("base64");
      if (sameText(made, signature.signature)) return;
    }
  throw signatureFaults.mismatch("s3", {
    accessKeyId: signature.accessKeyId,
    given: signature.signature,
    stringToSign: Buffer.from(
      stringToSign(
        sent,
        resource((name) => name),
      ),
      "latin1",
    ).toString(),
  });
}

/** The path is signed as it is sent; a link that was passed on may have other characters encoded than at first. */
function signedPaths(path: string): ReadonlySet<string> {
  const once = encodePathOnce(path);
  const bucket = /^\/[^/]+/.exec(once)?.[0] ?? "";
  const key = once.slice(bucket.length);
  const paths = new Set([path, once, bucket + key.replaceAll("%2F", "/")]);
  // The signed path of a bucket ends with a slash, whether the URL's path does or not.
  if (key === "" && bucket !== "") paths.add(`${bucket}/`).add(`${path}/`);
  return paths;
}
