import type { RequestHead } from "../../wire/wire.ts";

/**
 * Returns the name of the cookie at the address by which the client knows the server. Browsers send a cookie to every
 * port of a host, so two servers on one machine need two names.
 */
const cookieName = ({ headers }: RequestHead): string =>
  `sagebrush-session-${/:(\d+)$/.exec(headers.host ?? "")?.[1] ?? "default"}`;

/** Returns what the request's cookie holds; undefined without one. */
export function readCookie(head: RequestHead): string | undefined {
  const start = `${cookieName(head)}=`;
  const found = (head.headers.cookie ?? "")
    .split(";")
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(start));
  return found?.slice(start.length);
}

/** Returns the header that gives the cookie to the browser, or takes it away. No page can read it. */
export const setCookie = (head: RequestHead, token: string, seconds: number, secure: boolean): string =>
  `${cookieName(head)}=${token}; Path=/_studio/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
