import { createHmac } from "node:crypto";
import { HmacKey } from "./hmac-sha256.ts";

/** What a credential is good for: "20150830/us-east-1/iam/aws4_request" in its parts. */
export interface CredentialScope {
  /** YYYYMMDD, UTC. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** The signing key of SigV4: kDate, kRegion, kService, kSigning, each the key of the next. */
export function deriveSigningKey(secret: string, scope: CredentialScope): Uint8Array {
  let key: Uint8Array | string = `AWS4${secret}`;
  for (const part of [scope.date, scope.region, scope.service, "aws4_request"]) {
    key = createHmac("sha256", key).update(part).digest();
  }
  return key as Uint8Array;
}

/** Derived keys by secret and scope: four HMACs saved with every request but the first of a day, region and service. */
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
      // Forgetting all of them is rare and costs little: a scope is only seen here with an access key that exists.
      if (this.#keys.size >= this.#limit) this.#keys.clear();
      key = new HmacKey(deriveSigningKey(secret, scope));
      this.#keys.set(name, key);
    }
    return key;
  }
}
