import { hash, timingSafeEqual } from "node:crypto";
import { algorithm, type Signature, type SignatureRules } from "./read-signature.ts";
import { signatureFaults } from "./signature-faults.ts";
import { canonicalHeaders, canonicalPath, canonicalQuery, type SignedRequest } from "./sigv4-canonical.ts";
import { otherForms } from "./sigv4-forms.ts";
import type { SigningKeyCache } from "./sigv4-key-cache.ts";

/** The SHA-256 of an empty body, in hex. */
export const emptyPayloadHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** What the chunks of a signed upload are verified with; see aws-chunked.ts. */
export interface ChunkSigning {
  readonly time: string;
  /** "20150830/us-east-1/s3/aws4_request". */
  readonly scope: string;
  /** The signature of the request itself, which precedes the first chunk's. */
  readonly seed: string;
  mac(stringToSign: string): string;
}

/**
 * Verifies that the request was signed with the given secret.
 * @param payloadHash the hash of the body that the client signed: the header x-amz-content-sha256, or the body's own
 * hash
 * @returns what the chunks of the body are verified with, when it has any
 */
export function verifySignature(
  request: SignedRequest,
  signature: Signature,
  secret: string,
  payloadHash: string,
  rules: SignatureRules,
  keys: SigningKeyCache,
): ChunkSigning {
  const s3 = rules.family === "s3";
  const { signedHeaders } = signature;
  const canonical = `${request.method}\n${canonicalPath(request.path, s3)}\n${canonicalQuery(request.query)}\n${canonicalHeaders(
    request.headers,
    signedHeaders.split(";"),
  )}\n${signedHeaders}\n${payloadHash}`;
  const scope = `${signature.date}/${signature.region}/${signature.service}/aws4_request`;
  const key = keys.get(secret, signature);
  const stringToSign = (request: string) => {
    // node:http reads the head of a request as latin-1, so its characters are its bytes.
    const requestHash = hash("sha256", Buffer.from(request, "latin1"), "hex");
    return `${algorithm}\n${signature.time}\n${scope}\n${requestHash}`;
  };
  const proves = (request: string) => sameText(key.hex(stringToSign(request)), signature.signature);
  if (!proves(canonical) && !provesAny(otherForms(request, signedHeaders, payloadHash, rules), proves)) {
    throw signatureFaults.mismatch(rules.family, {
      accessKeyId: signature.accessKeyId,
      given: signature.signature,
      stringToSign: stringToSign(canonical),
      canonicalRequest: Buffer.from(canonical, "latin1").toString(),
    });
  }
  return { time: signature.time, scope, seed: signature.signature, mac: (text) => key.hex(text) };
}

function provesAny(requests: Iterable<string>, proves: (request: string) => boolean): boolean {
  for (const request of requests) if (proves(request)) return true;
  return false;
}

/** Compares two texts in a time that does not depend on where they differ. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
