import { hash } from "node:crypto";
import type { Caller } from "../../aws/caller.ts";
import { Fault } from "../../aws/faults.ts";
import type { Clock } from "../../base/clock.ts";
import { readSignature, type Signature, type SignatureRules } from "../../wire/read-signature.ts";
import { signatureFaults } from "../../wire/signature-faults.ts";
import { readSigv2, verifySigv2 } from "../../wire/sigv2.ts";
import { type ChunkSigning, verifySignature } from "../../wire/sigv4.ts";
import { SigningKeyCache } from "../../wire/sigv4-key-cache.ts";
import type { HttpRequest } from "../http/http-request.ts";
import type { KeySource } from "./key-source.ts";

/** The caller of a request, and what its signature says about its body. */
export interface Identified {
  readonly caller: Caller;
  /** The region of the credential scope; any region is served. */
  readonly region: string;
  /**
   * What the client signed as the hash of a body that has not been read yet: hex, UNSIGNED-PAYLOAD or STREAMING-...
   * Absent where the hash was computed from the body, which is thereby verified.
   */
  readonly payloadHash?: string;
  /** Set for chunks that are signed one by one. */
  readonly chunkSigning?: ChunkSigning;
}

export interface AuthenticatorOptions {
  /** The sources of keys, in the order in which they are asked. */
  readonly sources: readonly KeySource[];
  readonly clock: Clock;
  /** The region of requests whose signature names none (SigV2). */
  readonly defaultRegion: string;
}

export type Authenticator = (request: HttpRequest, rules: SignatureRules, maximumBytes: number) => Promise<Identified>;

/**
 * Makes the function that finds out who signed a request. It refuses, in AWS's words, a request that is not signed or
 * signed with an unknown key.
 */
export function createAuthenticator({ sources, clock, defaultRegion }: AuthenticatorOptions): Authenticator {
  const keys = new SigningKeyCache();

  const known = async (accessKeyId: string, region: string, rules: SignatureRules) => {
    for (const source of sources) {
      const found = await source.find(accessKeyId, region);
      if (found) return found;
    }
    throw signatureFaults.unknownKey(rules.family, accessKeyId);
  };

  const bySigv2 = async (request: HttpRequest, rules: SignatureRules): Promise<Identified | undefined> => {
    const signature = rules.family === "s3" ? readSigv2(request.head, clock.now()) : undefined;
    if (!signature) return undefined;
    const { secret, caller } = await known(signature.accessKeyId, defaultRegion, rules);
    verifySigv2(request.head, signature, secret, rules.hostBucket);
    return { caller, region: defaultRegion, payloadHash: "UNSIGNED-PAYLOAD" };
  };

  return async (request, rules, maximumBytes) => {
    const signature = readSignature(request.head, rules, clock.now(), defaultRegion);
    if (!signature) {
      const identified = await bySigv2(request, rules);
      if (!identified) throw signatureFaults.missing(rules.family);
      return identified;
    }
    const { secret, caller } = await known(signature.accessKeyId, signature.region, rules);
    const payloadHash = rules.family === "s3" ? signedPayloadHash(request, signature) : undefined;
    const hashed = payloadHash ?? hash("sha256", await request.body.whole(maximumBytes), "hex");
    const chunkSigning = verifySignature(request.head, signature, secret, hashed, rules, keys);
    return { caller, region: signature.region, payloadHash, chunkSigning };
  };
}

/**
 * Returns the hash that S3's clients send in a header, because a body may be too long to be read before the signature
 * is verified.
 */
function signedPayloadHash(request: HttpRequest, signature: Signature): string {
  const header = request.head.headers["x-amz-content-sha256"];
  if (signature.form === "presigned") {
    const inQuery = request.head.query.includes("X-Amz-Content-Sha256=")
      ? new URLSearchParams(request.head.query).get("X-Amz-Content-Sha256")
      : undefined;
    return inQuery ?? header ?? "UNSIGNED-PAYLOAD";
  }
  if (header === undefined) {
    throw new Fault("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  }
  if (!payloadHashForm.test(header)) {
    throw new Fault(
      "InvalidArgument",
      "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, or a valid sha256 value.",
      { members: { ArgumentName: "x-amz-content-sha256", ArgumentValue: header } },
    );
  }
  return header;
}

const payloadHashForm =
  /^([0-9a-f]{64}|UNSIGNED-PAYLOAD|STREAMING-UNSIGNED-PAYLOAD-TRAILER|STREAMING-AWS4-HMAC-SHA256-PAYLOAD(-TRAILER)?)$/;
