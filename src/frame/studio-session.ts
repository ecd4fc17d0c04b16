import { defineKind, type Nothing } from "./define-kind.ts";

/** A signed-in browser. Neither what its cookie holds nor a key can be found from it. */
export interface WantedSession {
  readonly accessKeyId: string;
  /** Made from the key's secret and the cookie: a key that changes its secret ends the session. */
  readonly keyProof: string;
  /** The id of the role's document, where the caller is a role that has one. */
  readonly roleId?: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Named by a hash of the cookie. */
export const studioSession = defineKind<WantedSession, Nothing>({
  service: "sagebrush",
  kind: "studio-session",
  key: ["Hash"],
  scope: "account",
  exactCase: true,
});
