import { hash } from "node:crypto";
import { Fault } from "../aws/faults.ts";
import {
  allDocuments,
  Conflict,
  type ResourceChange,
  type ResourceDocument,
  type ResourceKey,
} from "../stores/resources/port.ts";
import type { Context } from "./context.ts";
import { defineKind, type Nothing } from "./define-kind.ts";
import { defineUpkeep } from "./define-upkeep.ts";

interface WantedToken {
  readonly key: ResourceKey;
  /** The id of what was made: another thing may have its name by now. Absent in tokens of earlier versions. */
  readonly madeId?: string;
  /** Hash of the request without its token. */
  readonly requestHash: string;
}

/** What was made with a token. */
interface Made {
  readonly key: ResourceKey;
  readonly id: string | undefined;
}

/** How long a token is remembered; after that the same token makes something new. */
const keptMilliseconds = 24 * 3_600_000;

/** A client's token and what was made with it; one kind for the tokens of all kinds. */
export const idempotencyToken = defineKind<WantedToken, Nothing>({
  service: "sagebrush",
  kind: "idempotency-token",
  key: ["Kind", "Token"],
  exactCase: true,
});

/** Removes expired tokens. */
export const tokenExpiry = defineUpkeep({
  name: "token-expiry",
  everyMilliseconds: 3_600_000,
  async run({ resources, clock }, signal) {
    const modified = { before: clock.now() - keptMilliseconds };
    for await (const { key, version } of allDocuments(resources, idempotencyToken.name, { modified })) {
      signal.throwIfAborted();
      await resources.write([{ delete: key, expected: version }]).catch(ignoreConflict);
    }
  },
});

/** A token that was used again meanwhile stays. */
function ignoreConflict(error: unknown): void {
  if (!(error instanceof Conflict)) throw error;
}

/**
 * Remembers what was made with each token, so that a client that missed the response gets the same one when it retries.
 */
export interface Idempotency {
  /** Returns what was made with the request's token. @throws Fault when a different request used the token */
  find(context: Context, input: Readonly<Record<string, unknown>>): Promise<Made | undefined>;
  /** Returns the changes that remember the token, to be written in one batch with what is made. */
  changes(context: Context, input: Readonly<Record<string, unknown>>, made: Made): Promise<ResourceChange[]>;
}

const otherParameters = (message: string): Fault => new Fault("ValidationException", message);

/**
 * @param member the input member that holds the token; without one nothing is remembered
 * @param faultOf the fault of a service for a token that was used with other parameters
 */
export function createIdempotency(
  kind: string,
  member: string | undefined,
  faultOf: (message: string) => Fault = otherParameters,
): Idempotency {
  if (member === undefined) return { find: async () => undefined, changes: async () => [] };
  const keyOf = (context: Context, token: string) => idempotencyToken.key(context, { Kind: kind, Token: token });
  const hashOf = (input: Readonly<Record<string, unknown>>) =>
    hash("sha256", JSON.stringify({ ...input, [member]: undefined }), "hex");
  const lookUp = (context: Context, token: string) => idempotencyToken.find(context, keyOf(context, token));
  const isKept = (context: Context, found: ResourceDocument | undefined) =>
    found !== undefined && found.modified > context.clock.now() - keptMilliseconds;

  return {
    async find(context, input) {
      const token = input[member] as string | undefined;
      const found = token === undefined ? undefined : await lookUp(context, token);
      if (!found || !isKept(context, found)) return undefined;
      if (found.wanted.requestHash === hashOf(input)) return { key: found.wanted.key, id: found.wanted.madeId };
      throw faultOf(
        `Idempotent parameters do not match: ${member} "${token}" was used with other parameters. Repeat a request unchanged, or use a new token.`,
      );
    },

    async changes(context, input, made) {
      const token = input[member] as string | undefined;
      if (token === undefined) return [];
      const found = await lookUp(context, token);
      const now = context.clock.now();
      const document = {
        key: keyOf(context, token),
        id: context.ids.ulid(),
        created: now,
        modified: now,
        wanted: { key: made.key, madeId: made.id, requestHash: hashOf(input) },
        actual: {},
      };
      return [await idempotencyToken.put(context, { ...document, version: found?.version })];
    },
  };
}
