import { type IncomingHttpHeaders, request } from "node:http";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { URL } from "node:url";

export interface BrowserAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Uint8Array | Readable;
}

/** What a browser at the server's own address sends and keeps, without a browser. */
export interface Browser {
  readonly cookie: string | undefined;
  /** Proves to the server that a page of Studio asks; undefined before signing in. */
  csrf: string | undefined;
  /** Sends a request as a page of Studio does. A header of value undefined is left out. */
  ask(path: string, asked?: Asked): Promise<BrowserAnswer>;
  /** Takes the session of a whole answer that came by another way. */
  takeSession(answer: string): void;
  /** Uses up a link that the command line has printed. */
  signIn(link: string): Promise<BrowserAnswer>;
}

export function createBrowser(server: { readonly url: string }): Browser {
  let cookie: string | undefined;
  const browser: Browser = {
    get cookie() {
      return cookie;
    },
    csrf: undefined,
    async ask(path, { method = "GET", headers = {}, body } = {}) {
      const answer = await send(new URL(path, server.url), method, body, {
        "sec-fetch-site": "same-origin",
        "sec-fetch-mode": "cors",
        "sec-fetch-dest": "empty",
        ...(method !== "GET" && { origin: server.url }),
        ...(browser.csrf !== undefined && { "x-sagebrush-csrf": browser.csrf }),
        ...(cookie !== undefined && path.startsWith("/_studio/") && { cookie }),
        ...headers,
      });
      const [given] = answer.headers["set-cookie"] ?? [];
      if (given !== undefined) cookie = given.includes("Max-Age=0;") ? undefined : given.split(";")[0];
      return answer;
    },
    takeSession(answer) {
      cookie = /^set-cookie: ([^;]+)/im.exec(answer)?.[1];
      browser.csrf = /"csrf":"([^"]+)"/.exec(answer)?.[1];
    },
    async signIn(link) {
      const body = JSON.stringify({ link: new URL(link).hash.slice(1) });
      const answer = await browser.ask("/_studio/session", { method: "POST", body });
      if (answer.status === 200) browser.csrf = (JSON.parse(answer.text) as { csrf: string }).csrf;
      return answer;
    },
  };
  return browser;
}

async function send(
  url: URL,
  method: string,
  body: Asked["body"],
  headers: Readonly<Record<string, string | undefined>>,
): Promise<BrowserAnswer> {
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const sent = request(url, { method, headers: Object.fromEntries(given), agent: false });
  const answered = new Promise<BrowserAnswer>((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (response) => {
      const { statusCode: status = 0, headers } = response;
      // An answer that breaks off fails the call: nothing else would hear of it.
      buffer(response).then((bytes) => resolve({ status, headers, text: bytes.toString() }), reject);
    });
  });
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) sent.end(body);
  else body.pipe(sent);
  return answered;
}
