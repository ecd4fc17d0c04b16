/** Who is signed in, as the Studio front says. */
export interface Session {
  readonly account: string;
  /** The server's own, or the one that was chosen. */
  readonly region: string;
  /** The server's own, which need be none of those that can be chosen. */
  readonly ownRegion: string;
  /** Sent with every request that acts, so that no other site's page can send one. */
  readonly csrf: string;
  readonly caller: { readonly arn: string };
  /** When it ends, in milliseconds since 1970. */
  readonly expires: number;
}

/** Below this path the public AWS API answers to the session's cookie. */
export const apiAddress = (): string => `${location.origin}/_studio/api`;

/** The regions that can be chosen; what is kept is kept by region. */
export const regions: readonly string[] = [
  ...["us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"],
  ...["eu-central-1", "eu-north-1", "eu-south-1", "eu-west-1", "eu-west-2", "eu-west-3"],
  ...["ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2"],
];

const keptRegion = "sagebrush-region";

/** Shows another region from now on. */
export function chooseRegion(region: string): void {
  localStorage.setItem(keptRegion, region);
  location.reload();
}

let current: Session | undefined;

/** The session that the page was started with. */
export function session(): Session {
  if (!current) throw new Error("Nobody is signed in.");
  return current;
}

/** Asks who is signed in; undefined for nobody. */
export async function readSession(): Promise<Session | undefined> {
  const response = await fetch("/_studio/session", { headers: { Accept: "application/json" } });
  if (!response.ok) return undefined;
  const read = (await response.json()) as Omit<Session, "ownRegion">;
  new BroadcastChannel(signingOut).onmessage = ({ data }: MessageEvent<SigningOut>) => {
    isEnding = data === "begins";
    if (data === "done") sessionStorage.clear();
  };
  const chosen = localStorage.getItem(keptRegion);
  const region = chosen && regions.includes(chosen) ? chosen : read.region;
  current = { ...read, ownRegion: read.region, region };
  return current;
}

/** Tells the other tabs, each of which alone reaches its storage. */
const signingOut = "sagebrush-signing-out";
type SigningOut = "begins" | "failed" | "done";
const tellTabs = (word: SigningOut): void => new BroadcastChannel(signingOut).postMessage(word);

/** Whether another tab ends the session: this one's socket may be closed, and its page left, before that tab hears of it. */
let isEnding = false;

/** Whether this page ends the session: that its socket is closed then leads nowhere else. */
let isLeaving = false;

/**
 * Ends the session, and forgets what its pages keep in their tabs.
 * @throws Error when the server has not ended it: then nothing is forgotten
 */
export async function signOut(): Promise<void> {
  isLeaving = true;
  tellTabs("begins");
  const answer = await fetch("/_studio/session", { method: "DELETE", headers: csrfHeaders() }).catch(() => undefined);
  // 401: it has ended already.
  if (!answer?.ok && answer?.status !== 401) {
    isLeaving = false;
    tellTabs("failed");
    throw new Error(answer ? `The server answers ${answer.status}.` : "The server does not answer.");
  }
  sessionStorage.clear();
  tellTabs("done");
  location.assign("/_studio/");
}

const csrfHeaders = (): Record<string, string> => ({ "x-sagebrush-csrf": session().csrf });

/** What every call is sent with. The service is named because no signature does it, and paths of several are alike. */
export const callHeaders = (service: string): Record<string, string> => ({
  ...csrfHeaders(),
  "x-sagebrush-region": session().region,
  "x-sagebrush-service": service,
});

/** Leaves for the page that signs in, which leads back to this one. */
export function goSignIn(): void {
  if (isLeaving) return;
  if (isEnding) sessionStorage.clear();
  location.assign(`/_studio/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`);
}
