import { expect, it } from "vitest";
import type { Fault } from "../../aws/faults.ts";
import type { Callers } from "../../fronts/front.ts";
import { createHostNames } from "../../wire/host-names.ts";
import type { HttpRequest } from "../http/http-request.ts";
import { createFrontGuard } from "./guard-front.ts";
import { trustedProxy } from "./trusted-proxy.setting.ts";

const guard = createFrontGuard(
  createHostNames("box.example.com, other.example.com"),
  "10.0.0.7, fd00::/16,10.1.0.0/16",
);

interface Sent {
  readonly callers?: Callers;
  readonly method?: string;
  readonly peer?: string;
  readonly local?: boolean;
  readonly upgrades?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the guard says of a request of a page at http://localhost:4620, with these differences. */
function verdict({ callers = "session", method = "GET", local = true, peer = "127.0.0.1", upgrades, headers }: Sent) {
  const head = { method, path: "/_studio/", query: "", headers: { host: "localhost:4620", ...headers } };
  try {
    const own = { address: "127.0.0.1", port: 4620 };
    return guard(callers, { head, peer, own, local } as unknown as HttpRequest, upgrades) ? "by TLS" : "plain";
  } catch (error) {
    return (error as Fault).status;
  }
}

const own = { origin: "http://localhost:4620", "sec-fetch-site": "same-origin" };
const byProxy = { host: "box.example.com", "x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1" };
const elsewhere = { local: false, peer: "192.0.2.1" };

it.each<[string, Sent, string | number]>([
  ["a page of the server", { headers: own }, "plain"],
  ["an address", { headers: { host: "127.0.0.1:4620" } }, "plain"],
  ["an address of IPv6", { headers: { host: "[::1]:4620" } }, "plain"],
  ["a name that the setting gives", { headers: { host: "other.example.com" } }, "plain"],
  ["another name", { headers: { host: "rebound.example.org" } }, 421],
  ["a name that ends like the server's", { headers: { host: "evilbox.example.com" } }, 421],
  ["a name below the server's", { headers: { host: "evil.box.example.com" } }, 421],
  ["another name, to a page for anyone", { callers: "anyone", headers: { host: "rebound.example.org" } }, 421],
  ["another name, signed", { callers: "signed", headers: { host: "rebound.example.org" } }, "plain"],

  ["a page, from another machine", { ...elsewhere, callers: "anyone" }, "plain"],
  ["Studio, from another machine in the clear", elsewhere, 403],
  ["Studio, by a proxy that is not trusted", { ...elsewhere, headers: byProxy }, 403],
  ["Studio, by a trusted proxy", { local: false, peer: "10.0.0.7", headers: byProxy }, "by TLS"],
  ["Studio, by a proxy of a trusted network", { local: false, peer: "::ffff:10.1.2.3", headers: byProxy }, "by TLS"],
  ["Studio, by a trusted proxy of IPv6", { local: false, peer: "fd00::1", headers: byProxy }, "by TLS"],
  [
    "Studio, by a trusted proxy without TLS",
    { local: false, peer: "10.0.0.7", headers: { ...byProxy, "x-forwarded-proto": "http" } },
    403,
  ],
  [
    "a scheme that the client made up",
    { local: false, peer: "10.0.0.7", headers: { ...byProxy, "x-forwarded-proto": "https, http" } },
    403,
  ],
  [
    "a page behind TLS",
    { method: "POST", local: false, peer: "10.0.0.7", headers: { ...byProxy, origin: "https://box.example.com" } },
    "by TLS",
  ],
  [
    "a page of the proxy without TLS",
    { method: "POST", local: false, peer: "10.0.0.7", headers: { ...byProxy, origin: "http://box.example.com" } },
    403,
  ],

  ["a POST of a page of the server", { method: "POST", headers: own }, "plain"],
  ["a POST without Origin", { method: "POST" }, 403],
  [
    "a POST of another site",
    { method: "POST", headers: { origin: "https://evil.example.org", "sec-fetch-site": "cross-site" } },
    403,
  ],
  [
    "a POST of another port",
    { method: "POST", headers: { origin: "http://localhost:8080", "sec-fetch-site": "same-site" } },
    403,
  ],
  ["a POST of a sandboxed page", { method: "POST", headers: { origin: "null", "sec-fetch-site": "same-origin" } }, 403],
  [
    "a GET of another site by code",
    { headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" } },
    403,
  ],
  [
    "an image of another site",
    { headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" } },
    403,
  ],
  [
    "a frame of another site",
    { headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" } },
    403,
  ],
  [
    "a link of another site",
    { headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" } },
    "plain",
  ],
  [
    "a form of another site",
    {
      method: "POST",
      headers: {
        origin: "https://evil.example.org",
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
      },
    },
    403,
  ],
  [
    "an address that somebody typed",
    { headers: { "sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" } },
    "plain",
  ],

  ["a WebSocket of a page of the server", { upgrades: true, headers: own }, "plain"],
  ["a WebSocket of another site", { upgrades: true, headers: { origin: "https://evil.example.org" } }, 403],
  ["a WebSocket without Origin", { upgrades: true }, 403],
])("%s: %o is %s", (_what, sent, expected) => {
  expect(verdict(sent)).toBe(expected);
});

it.each(["10.0.0.7", "10.0.0.0/8, fd00::/16", "::1", "fe80:0:0:0:1:2:3:4/64"])("%s is a list of proxies", (value) => {
  expect(trustedProxy.parse(value)).toBe(value);
  expect(() => createFrontGuard(createHostNames(""), value)).not.toThrow();
});

it.each(["proxy.example.com", "10.0.0", "10.0.0.256", "10.0.0.7/33", "fd00::1::2", "fd00::/129", "1:2:3", "10.0.0.7,"])(
  "%s is none",
  (value) => {
    expect(trustedProxy.parse(value)).toBeUndefined();
  },
);

it("names the two ways to reach Studio from another machine", () => {
  const head = { method: "GET", headers: { host: "192.0.2.9:4620" } };
  const own = { address: "::ffff:192.0.2.9", port: 4620 };
  const request = { head, peer: "192.0.2.1", own, local: false };
  expect(() => guard("session", request as unknown as HttpRequest)).toThrow(
    /SSH tunnel \(ssh -L 4620:192\.0\.2\.9:4620 .*SAGEBRUSH_TRUSTED_PROXY/,
  );
});
