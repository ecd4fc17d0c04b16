import { createHmac } from "node:crypto";
import { HmacKey } from "./hmac-sha256.ts";

/** Where a credential is valid: the parts of "20150830/us-east-1/iam/aws4_request". */
export interface CredentialScope {
  /** YYYYMMDD, UTC. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** Derives the signing key of SigV4: kDate, kRegion, kService, kSigning, each from the one before. */
export function deriveSigningKey(secret: string, scope: CredentialScope): Uint8Array {
  let key: Uint8Array | string = `AWS4${secret}`;
  for (const part of [scope.date, scope.region, scope.service, "aws4_request"]) {
    key = createHmac("sha256", key).update(part).digest();
  }
  return key as Uint8Array;
}

/**
 * Keeps derived keys by secret and scope, which saves four HMACs for each request after the first of a day, region and
 * service.
 */
export class SigningKeyCache {
  readonly #keys = new Map<string, HmacKey>();
  readonly #limit: number;

  constructor(limit = 1000) {
    this.#limit = limit;
  }

  get(secret: string, scope: CredentialScope): HmacKey {
    const name = `${scope.date}/${scope.region}/${scope.service}/${secret}`;
    let key = this.#keys.get(name);
    if (!key) {
      // Clearing is rare and cheap: only a request with an existing access key gets here.
      if (this.#keys.size >= this.#limit) this.#keys.clear();
      key = new HmacKey(deriveSigningKey(secret, scope));
      this.#keys.set(name, key);
    }
    return key;
  }
}
