import { createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Caller } from "../../aws/caller.ts";
import { Fault } from "../../aws/faults.ts";
import type { ServiceHost } from "../../frame/context.ts";
import { createKindNames } from "../../frame/kind-naming.ts";
import { studioSession, type WantedSession } from "../../frame/studio-session.ts";
import type { Session, Sessions } from "../../fronts/front.ts";
import { signInPath } from "../../fronts/studio/studio-paths.ts";
import { allDocuments, Conflict, type ResourceKey } from "../../stores/resources/port.ts";
import type { RequestHead } from "../../wire/wire.ts";
import type { KeySource } from "../request/key-source.ts";
import { readCookie, setCookie } from "./session-cookie.ts";
import { createSignInProofs } from "./sign-in-proofs.ts";

/** As long as a session of AWS's console. */
const sessionSeconds = 12 * 60 * 60;

export interface StudioSessions extends Sessions {
  /** Returns the session of the request's cookie; undefined when there is none any more. */
  find(head: RequestHead): Promise<Session | undefined>;
}

/** Keeps the sessions of browsers as documents, so that they outlive the server's process. */
export function createStudioSessions(options: {
  readonly host: Pick<ServiceHost, "clock" | "ids" | "kinds" | "resources" | "objects">;
  readonly account: string;
  readonly region: string;
  readonly administratorKeyId: string;
  /** Where the keys are of those who sign in. */
  readonly sources: readonly KeySource[];
  /** By which browsers reach the server. */
  readonly address: () => string;
}): StudioSessions {
  const { host, account, region, administratorKeyId, sources, address } = options;
  const { clock, resources } = host;
  const { makeLink, useLink, makeChallenge, useChallenge } = createSignInProofs(clock);
  const keyOf = (token: string): ResourceKey => studioSession.key({ account, region }, { Hash: hash("sha256", token) });

  async function ownerOf(accessKeyId: string) {
    for (const source of sources) {
      const found = await source.find(accessKeyId, region);
      if (found) return found;
    }
    return undefined;
  }

  /** Returns the id of the document of the role that a caller is. */
  async function roleIdOf({ kind, arn }: Caller): Promise<string | undefined> {
    const name = kind === "role" ? /:assumed-role\/([^/]+)\//.exec(arn)?.[1] : undefined;
    if (name === undefined) return undefined;
    const entry = host.kinds.named("iam/role");
    if (entry === undefined) return undefined;
    return (await resources.get(createKindNames(entry).key({ account, region }, { RoleName: name })))?.id;
  }

  /** Returns the caller as whom a session goes on; undefined when its key or its role is gone. */
  async function callerOf(
    token: string,
    { accessKeyId, keyProof, roleId }: WantedSession,
  ): Promise<Caller | undefined> {
    const owner = await ownerOf(accessKeyId);
    if (owner === undefined || owner.caller.account !== account) return undefined;
    if (!same(keyProof, proofOf(token, owner.secret))) return undefined;
    if (roleId !== undefined && roleId !== (await roleIdOf(owner.caller))) return undefined;
    return owner.caller;
  }

  async function end(key: ResourceKey): Promise<void> {
    const document = await resources.get(key);
    if (!document) return;
    await resources.write([{ delete: key, expected: document.version }]).catch((error) => {
      // Another request has ended it first.
      if (!(error instanceof Conflict)) throw error;
    });
  }

  async function endOld(): Promise<void> {
    const now = clock.now();
    for await (const document of allDocuments(resources, studioSession.name, { account }))
      if (studioSession.read(document).wanted.expires <= now) await end(document.key);
  }

  return {
    makeLink: () => `${address()}${signInPath(makeLink())}`,
    makeChallenge,
    async find(head) {
      const token = readCookie(head);
      const document = token === undefined ? undefined : await resources.get(keyOf(token));
      if (token === undefined || document === undefined) return undefined;
      const { wanted } = studioSession.read(document);
      const caller = wanted.expires > clock.now() ? await callerOf(token, wanted) : undefined;
      if (caller !== undefined) return { caller, region, csrf: csrfOf(token), expires: wanted.expires };
      await end(document.key);
      return undefined;
    },
    async signIn({ head, secure }, proof) {
      const isGood = "link" in proof ? useLink(proof.link) : useChallenge(proof.challenge);
      if (!isGood)
        throw new Fault(
          "AccessDeniedException",
          "This sign-in was used already, or is older than five minutes. `bin/sagebrush studio` prints a new link.",
          { status: 403 },
        );
      const accessKeyId = "link" in proof ? administratorKeyId : proof.caller.accessKeyId;
      const owner = await ownerOf(accessKeyId);
      if (owner === undefined) throw new Fault("AccessDeniedException", "The access key is gone.", { status: 403 });
      await endOld();
      const token = randomBytes(32).toString("base64url");
      const now = clock.now();
      const expires = now + sessionSeconds * 1000;
      const roleId = await roleIdOf(owner.caller);
      const key = keyOf(token);
      const wanted: WantedSession = {
        ...{ accessKeyId, keyProof: proofOf(token, owner.secret), expires },
        ...(roleId !== undefined && { roleId }),
      };
      const document = { key, id: host.ids.ulid(), created: now, modified: now, wanted, actual: {} };
      await resources.write([await studioSession.put(host, document)]);
      return {
        setCookie: setCookie(head, token, sessionSeconds, secure),
        session: { caller: owner.caller, region, csrf: csrfOf(token), expires },
      };
    },
    async signOut({ head, secure }) {
      const token = readCookie(head);
      if (token !== undefined) await end(keyOf(token));
      return setCookie(head, "", 0, secure);
    },
  };
}

const macOf = (token: string, text: string): string => createHmac("sha256", token).update(text).digest("base64url");
const proofOf = (token: string, secret: string): string => macOf(token, `key ${secret}`);
const csrfOf = (token: string): string => macOf(token, "csrf");

const same = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
