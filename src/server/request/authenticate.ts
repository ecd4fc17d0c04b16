import { hash } from "node:crypto";
import type { Caller } from "../../aws/caller.ts";
import { Fault } from "../../aws/faults.ts";
import type { Clock } from "../../base/clock.ts";
import { type RunWanted, runAccessKey, runKey, runKeyPrefix } from "../../frame/run.ts";
import type { ResourceStore } from "../../stores/resources/port.ts";
import { signatureFaults } from "../../wire/signature-faults.ts";
import { readSigv2, verifySigv2 } from "../../wire/sigv2.ts";
import {
  type ChunkSigning,
  readSignature,
  type Signature,
  type SignatureRules,
  verifySignature,
} from "../../wire/sigv4.ts";
import { parseQuery } from "../../wire/sigv4-canonical.ts";
import { SigningKeyCache } from "../../wire/sigv4-key-cache.ts";
import type { AccessKey } from "../home/keys.ts";
import type { HttpRequest } from "../http/http-request.ts";

/** Who sent a request, and what its signature says about its body. */
export interface Identified {
  readonly caller: Caller;
  /** The region of the credential scope: any region is served. */
  readonly region: string;
  /**
   * What the client signed as the hash of a body that has not been looked at: hex, UNSIGNED-PAYLOAD or STREAMING-...
   * Absent where the hash was made from the body itself, which then is verified.
   */
  readonly payloadHash?: string;
  /** For chunks that are signed one by one. */
  readonly chunkSigning?: ChunkSigning;
}

export interface AuthenticatorOptions {
  readonly account: string;
  readonly administrator: { readonly key: AccessKey; readonly caller: Caller };
  readonly runSecret: string;
  readonly resources: ResourceStore;
  readonly clock: Clock;
  /** Of requests whose signature names none (SigV2). */
  readonly defaultRegion: string;
}

export type Authenticator = (request: HttpRequest, rules: SignatureRules, maximumBytes: number) => Promise<Identified>;

/** Finds out who signed a request. Refuses, in AWS's words, one that nobody or somebody unknown did. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const keys = new SigningKeyCache();
  const { administrator, clock } = options;

  const known = async (accessKeyId: string, region: string, rules: SignatureRules) => {
    if (accessKeyId === administrator.key.accessKeyId) {
      return { secret: administrator.key.secret, caller: administrator.caller };
    }
    const run = accessKeyId.startsWith(runKeyPrefix) ? await findRun(options, accessKeyId, region) : undefined;
    if (!run) throw signatureFaults.unknownKey(rules.family, accessKeyId);
    return run;
  };

  const bySigv2 = async (request: HttpRequest, rules: SignatureRules): Promise<Identified | undefined> => {
    const signature = rules.family === "s3" ? readSigv2(request.head, clock.now()) : undefined;
    if (!signature) return undefined;
    const { secret, caller } = await known(signature.accessKeyId, options.defaultRegion, rules);
    verifySigv2(request.head, signature, secret);
    return { caller, region: options.defaultRegion, payloadHash: "UNSIGNED-PAYLOAD" };
  };

  return async (request, rules, maximumBytes) => {
    const signature = readSignature(request.head, rules, clock.now());
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

/** S3 is told the hash of the body, since the body may be too long to be looked at first. */
function signedPayloadHash(request: HttpRequest, signature: Signature): string {
  const header = request.head.headers["x-amz-content-sha256"];
  if (signature.form === "presigned") {
    const inQuery = request.head.query.includes("X-Amz-Content-Sha256=")
      ? new Map(parseQuery(request.head.query)).get("X-Amz-Content-Sha256")
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

/** A run is known as long as its document says "Active". */
async function findRun(options: AuthenticatorOptions, accessKeyId: string, region: string) {
  const { account, resources, runSecret } = options;
  const runId = accessKeyId.slice(runKeyPrefix.length);
  const document =
    (await resources.get(runKey({ account, region }, runId))) ??
    // A run may call other regions than its own, where its document is not.
    (await resources.list("run", { account, nameContains: runId, limit: 1 })).documents[0];
  if (document?.status !== "Active") return undefined;
  const { grants } = document.wanted as RunWanted;
  const caller: Caller = {
    kind: "run",
    account,
    arn: `arn:aws:sts::${account}:assumed-role/SagebrushRun/${runId}`,
    userId: `AROASAGEBRUSHRUN00000:${runId}`,
    accessKeyId,
    runId,
    grants,
  };
  return { secret: runAccessKey(runSecret, runId).secret, caller };
}
