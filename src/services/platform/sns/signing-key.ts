import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { Context } from "../../../frame/context.ts";
import { defineKind, type Nothing } from "../../../frame/define-kind.ts";
import { Conflict } from "../../../stores/resources/port.ts";
import { selfSigned } from "./self-signed.ts";

interface WantedKey {
  /** In PEM. */
  readonly privateKey: string;
  readonly certificate: string;
}

const years = 365 * 86_400_000;
const validYears = 30;

/** The key by which a home's topics sign what they send over HTTP, and its certificate. There is one. */
export const signingKeyKind = defineKind<WantedKey, Nothing>({
  service: "sns",
  kind: "signing-key",
  key: ["Name"],
  scope: "global",
});

/** Returns the key; it is made when it is first needed. */
export async function signingKey(context: Context): Promise<WantedKey> {
  const key = signingKeyKind.key(context, { Name: "topics" });
  const found = await context.cache.get(key);
  if (found) return signingKeyKind.read(found).wanted;
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const now = context.clock.now();
  const wanted = {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    certificate: selfSigned(privateKey, {
      ...{ name: "sns.sagebrush", from: now - 86_400_000, until: now + validYears * years },
      serial: Buffer.from(context.ids.uuid().replaceAll("-", "").slice(0, 30), "hex"),
    }),
  };
  const made = { key, id: context.ids.ulid(), created: now, modified: now, wanted, actual: {} };
  try {
    await context.resources.write([await signingKeyKind.put(context, made)]);
    return wanted;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return signingKey(context);
  }
}
