/** Who is signed in, as the Studio front says. */
export interface Session {
  readonly account: string;
  readonly region: string;
  /** Sent with every request that acts, so that no other site's page can send one. */
  readonly csrf: string;
  readonly caller: { readonly arn: string };
  /** When it ends, in milliseconds since 1970. */
  readonly expires: number;
}

/** Below this path the public AWS API answers to the session's cookie. */
export const apiAddress = (): string => `${location.origin}/_studio/api`;

let current: Session | undefined;

/** The session that the page was started with. */
export function session(): Session {
  if (!current) throw new Error("Nobody is signed in.");
  return current;
}

/** Asks who is signed in; undefined for nobody. */
export async function readSession(): Promise<Session | undefined> {
  const response = await fetch("/_studio/session", { headers: { Accept: "application/json" } });
  current = response.ok ? ((await response.json()) as Session) : undefined;
  return current;
}

export async function signOut(): Promise<void> {
  await fetch("/_studio/session", { method: "DELETE", headers: csrfHeaders() });
  location.assign("/_studio/");
}

export const csrfHeaders = (): Record<string, string> => ({ "x-sagebrush-csrf": session().csrf });
