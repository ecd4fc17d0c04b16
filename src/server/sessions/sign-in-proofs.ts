import { createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../base/clock.ts";

/** What a browser signs in with, besides an access key. None of it outlives the process. */
export interface SignInProofs {
  makeLink(): string;
  /** Whether the link is good; it is not any more afterwards. */
  useLink(link: string): boolean;
  makeChallenge(): string;
  /** Whether the challenge is good; it is not any more afterwards. Ask only for a caller that is known. */
  useChallenge(challenge: string): boolean;
}

const validMilliseconds = 5 * 60_000;
/** Links that wait at the same time; the oldest makes room. */
const mostLinks = 100;

export function createSignInProofs(clock: Clock): SignInProofs {
  const links = new Map<string, number>();
  const usedChallenges = new Map<string, number>();
  const key = randomBytes(32);
  const macOf = (text: string) => createHmac("sha256", key).update(text).digest();

  function forgetOld(of: Map<string, number>): void {
    const now = clock.now();
    for (const [text, until] of of) if (until < now) of.delete(text);
  }

  return {
    makeLink() {
      forgetOld(links);
      const oldest = links.size >= mostLinks ? links.keys().next().value : undefined;
      if (oldest !== undefined) links.delete(oldest);
      const link = randomBytes(32).toString("base64url");
      links.set(hash("sha256", link), clock.now() + validMilliseconds);
      return link;
    },
    useLink(link) {
      const hashed = hash("sha256", link);
      const until = links.get(hashed);
      links.delete(hashed);
      return until !== undefined && clock.now() <= until;
    },
    // Anyone may ask for one, so nothing is kept of it until it is used.
    makeChallenge() {
      const text = `${clock.now() + validMilliseconds}.${randomBytes(18).toString("base64url")}`;
      return `${text}.${macOf(text).toString("base64url")}`;
    },
    useChallenge(challenge) {
      forgetOld(usedChallenges);
      const dot = challenge.lastIndexOf(".");
      const given = Buffer.from(challenge.slice(dot + 1), "base64url");
      const made = macOf(challenge.slice(0, Math.max(dot, 0)));
      if (given.length !== made.length || !timingSafeEqual(given, made)) return false;
      const until = Number(challenge.split(".")[0]);
      if (clock.now() > until || usedChallenges.has(challenge)) return false;
      usedChallenges.set(challenge, until);
      return true;
    },
  };
}
