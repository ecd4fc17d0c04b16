import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSignature, type SignatureRules } from "./read-signature.ts";
import { recordedRequests } from "./recorded-requests.table.ts";
import { emptyPayloadHash, verifySignature } from "./sigv4.ts";
import { canonicalHeaders, canonicalPath, canonicalQuery, type SignedRequest } from "./sigv4-canonical.ts";
import { otherForms } from "./sigv4-forms.ts";
import { deriveSigningKey, SigningKeyCache } from "./sigv4-key-cache.ts";

const keys = new SigningKeyCache();
const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const s3: SignatureRules = { family: "s3", signingName: "s3" };
const inHost: SignatureRules = { ...s3, hostBucket: "b" };
const other: SignatureRules = { family: "json", signingName: "service" };

function isAccepted(request: SignedRequest, rules = s3, payloadHash = emptyPayloadHash, itsSecret = secret): boolean {
  const time = /\d{8}T\d{6}Z/.exec(`${request.headers["x-amz-date"]} ${request.query}`)![0];
  const now = Date.parse(time.replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z"));
  const signature = readSignature(request, rules, now, "us-west-2")!;
  try {
    verifySignature(request, signature, itsSecret, payloadHash, rules, keys);
    return true;
  } catch {
    return false;
  }
}

describe("requests of real clients", () => {
  const read = ({ line, headers }: (typeof recordedRequests)[number]): SignedRequest => {
    const [method, url] = line.split(" ") as [string, string];
    const [path, query = ""] = url.split("?") as [string, string?];
    return { method, path, query, headers };
  };

  it.each(recordedRequests)("$client: $line", (recorded) => {
    const request = read(recorded);
    const hash = recorded.headers["x-amz-content-sha256"];
    expect(isAccepted(request, s3, hash)).toBe(true);
    expect(isAccepted(request, s3, hash, "another secret")).toBe(false);
    expect(isAccepted({ ...request, method: "DELETE" }, s3, hash)).toBe(false);
    expect(isAccepted({ ...request, path: `${request.path}x` }, s3, hash)).toBe(false);
    expect(isAccepted({ ...request, query: `${request.query}&versionId=null` }, s3, hash)).toBe(false);
    expect(isAccepted({ ...request, headers: { ...recorded.headers, host: "elsewhere" } }, s3, hash)).toBe(false);
  });
});

/** Signs a canonical request that a client has made in its own way. */
function signed(request: SignedRequest, canonical: { path: string; query: string; headers: Record<string, string> }) {
  const time = "20260101T000000Z";
  const all: Record<string, string> = { ...canonical.headers, "x-amz-date": time };
  const names = Object.keys(all).sort();
  const lines = names.map((name) => `${name}:${all[name]}\n`).join("");
  const text = `${request.method}\n${canonical.path}\n${canonical.query}\n${lines}\n${names.join(";")}\n${emptyPayloadHash}`;
  const hash = createHash("sha256").update(text).digest("hex");
  const key = deriveSigningKey(secret, { date: "20260101", region: "us-west-2", service: "s3" });
  const scope = "20260101/us-west-2/s3/aws4_request";
  const signature = createHmac("sha256", key).update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash}`).digest("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...request, headers: { ...request.headers, "x-amz-date": time, authorization } };
}

describe("what was signed and what travels differ in encoding", () => {
  const accepted = (
    sent: Partial<SignedRequest>,
    canonical: { path?: string; query?: string; headers?: Record<string, string> },
  ) => {
    const request = { method: "GET", path: "/b/k", query: "", ...sent, headers: { host: "h", ...sent.headers } };
    const { path = canonicalPath(request.path, true), query = canonicalQuery(request.query) } = canonical;
    const headers = { ...(request.headers as Record<string, string>), ...canonical.headers };
    return isAccepted(signed(request as SignedRequest, { path, query, headers }));
  };

  it.each([
    ["a blank as a plus", "prefix=my+folder%2F", "prefix=my%20folder%2F"],
    ["slashes and unreserved characters", "prefix=a/b%7Ec*%2D", "prefix=a%2Fb~c%2A-"],
    ["digits in lower case", "prefix=a%2fb%c3%a9", "prefix=a%2Fb%C3%A9"],
    ["no equal sign, or nothing after it", "uploads&prefix=", "prefix=&uploads="],
    ["empty pairs", "&prefix=a&&", "prefix=a"],
    ["equal signs in a value", "marker=a=b", "marker=a%3Db"],
    ["a stray percent sign", "prefix=100%", "prefix=100%25"],
    ["bytes that are no text", "prefix=%ff", "prefix=%FF"],
    ["the order of encoded values", "k=a-&k=a%2F", "k=a%2F&k=a-"],
    ["the order of decoded values", "k=a%2F&k=a-", "k=a-&k=a%2F"],
    ["values in the order sent", "k=b&k=a", "k=b&k=a"],
    ["everything as sent", "prefix=a+b/&acl", "prefix=a+b/&acl"],
  ])("a query: %s", (_what, sent, canonical) => {
    expect(accepted({ query: sent }, { query: canonical })).toBe(true);
  });

  it.each([
    ["a plus where a blank was signed", "prefix=a%2Bb", "prefix=a%20b"],
    ["a blank where a plus was signed", "prefix=a+b", "prefix=a%2Bb"],
    ["decoded twice", "prefix=a%252Fb", "prefix=a%2Fb"],
    ["a text for its encoding", "prefix=%25FF", "prefix=%FF"],
    ["another parameter", "prefix=a&uploads", "prefix=a"],
    ["a value cut in two", "prefix=a&b", "prefix=a%26b"],
  ])("but not to another query: %s", (_what, sent, canonical) => {
    expect(accepted({ query: sent }, { query: canonical })).toBe(false);
  });

  it.each([
    ["characters that need no encoding", "/b/a%7E%2D%41", "/b/a~-A"],
    ["characters that need it", "/b/(a)'!*:@+", "/b/%28a%29%27%21%2A%3A%40%2B"],
    ["as sent", "/b/(a)'!*:@+", "/b/(a)'!*:@+"],
    ["an encoded slash of a key", "/b/a%2Fb", "/b/a/b"],
    ["an encoded slash, signed as such", "/b/a%2fb", "/b/a%2Fb"],
    ["a second slash", "/b//a/%2Fb", "/b//a//b"],
    ["dots of a key", "/b/./a/../c", "/b/./a/../c"],
    ["a bucket with a slash", "/b", "/b/"],
    ["a bucket without one", "/b/", "/b"],
  ])("a path of S3: %s", (_what, sent, canonical) => {
    expect(accepted({ path: sent }, { path: canonical })).toBe(true);
  });

  it.each([
    ["/%2Fa/%2Fb", "//a//b"],
    ["/a%2fb", "/a/b"],
    ["/%2F", "//"],
  ])("a path that is all key, since the host has the bucket: %s", (sent, canonical) => {
    const request = { method: "GET", path: sent, query: "", headers: { host: "b.localhost" } };
    const made = signed(request, { path: canonical, query: "", headers: { host: "b.localhost" } });
    expect(isAccepted(made, inHost)).toBe(true);
    expect(isAccepted(made, s3)).toBe(false);
  });

  it.each([
    ["a key for a bucket", "/b%2Fk", "/b/k"],
    ["a bucket for a key", "/b/k", "/b%2Fk"],
    ["dots", "/b/c", "/b/a/../c"],
    ["slashes that are lost", "/b/a/c", "/b/a//c"],
    ["decoded twice", "/b/%2541", "/b/A"],
    ["a plus for a blank", "/b/a+b", "/b/a%20b"],
  ])("but not another path: %s", (_what, sent, canonical) => {
    expect(accepted({ path: sent }, { path: canonical })).toBe(false);
  });

  it.each([
    ["runs of blanks", { "x-amz-meta-a": "a  b" }, { "x-amz-meta-a": "a b" }],
    ["runs of blanks, not reduced", { "x-amz-meta-a": "a  b" }, { "x-amz-meta-a": "a  b" }],
    ["a media type written anew", { "content-type": "a/b; c=d" }, { "content-type": "a/b;c=d" }],
    ["or the other way", { "content-type": "a/b;c=d" }, { "content-type": "a/b; c=d" }],
    ["a list on several lines", { "cache-control": "a,b" }, { "cache-control": "a, b" }],
    ["UTF-8 sent as latin-1", { "x-amz-meta-a": "b\xe9" }, { "x-amz-meta-a": "bé" }],
    ["a port left out", { host: "h" }, { host: "h:80" }],
    ["a port of a proxy", { host: "h:8443" }, { host: "h" }],
    ["a host in another case", { host: "H:1" }, { host: "h:1" }],
    ["what proxies write", { "accept-encoding": "gzip, br" }, { "accept-encoding": "identity" }],
  ])("headers: %s", (_what, sent, canonical) => {
    expect(
      accepted({ headers: sent as Record<string, string> }, { headers: canonical as Record<string, string> }),
    ).toBe(true);
  });

  it("an expectation that a proxy has met", () => {
    const request = { method: "GET", path: "/b/k", query: "", headers: { host: "h" } };
    const canonical = { path: "/b/k", query: "", headers: { host: "h", expect: "100-continue" } };
    expect(isAccepted(signed(request, canonical))).toBe(true);
    const more = { path: "/b/k", query: "", headers: { host: "h", "x-amz-meta-a": "b" } };
    expect(isAccepted(signed(request, more))).toBe(false);
  });

  it.each([
    [{ "x-amz-meta-a": "a, b" }, { "x-amz-meta-a": "a,b" }],
    [{ "x-amz-copy-source": "/b/a, b" }, { "x-amz-copy-source": "/b/a,b" }],
    // Read as UTF-8, so nobody can have meant the two characters of latin-1.
    [{ "x-amz-meta-a": "b\xc3\xa9" }, { "x-amz-meta-a": "bÃ©" }],
    [{ host: "h" }, { host: "g" }],
  ])("but not the header %o for %o", (sent, canonical) => {
    expect(
      accepted({ headers: sent as Record<string, string> }, { headers: canonical as Record<string, string> }),
    ).toBe(false);
  });

  it("however many headers a signer writes in its own way", () => {
    const names = Array.from({ length: 30 }, (_, at) => `x-amz-meta-${at}`);
    const of = (value: string) => Object.fromEntries(names.map((name) => [name, value]));
    expect(accepted({ headers: of("a  b") }, { headers: of("a  b") })).toBe(true);
    expect(accepted({ headers: of("b\xe9  c") }, { headers: of("bé c") })).toBe(true);
  });

  it("a wrong signature costs a bounded number of comparisons", () => {
    const headers = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`x-amz-meta-${at}`, "a  b\xff"]));
    const request = { method: "GET", path: "/b/(%2F)", query: "k=b+&k=a%2F&k=a-", headers };
    expect([...otherForms(request, Object.keys(headers).join(";"), "", s3)].length).toBeLessThanOrEqual(64);
  });
});

describe("one signature proves one thing", () => {
  const pieces = [
    "a",
    "b",
    "%41",
    "%61",
    "+",
    "%2B",
    "%20",
    "%",
    "%25",
    "41",
    "%2F",
    "%2f",
    "/",
    "=",
    "%3D",
    "&",
    "%26",
  ];
  const more = [".", "~", "%7E", "(", "%28", "%C3%A9", "%ff", ",", "acl", "k=", "k"];
  const text = (from: readonly string[]) =>
    fc.array(fc.constantFrom(...from), { maxLength: 3 }).map((all) => all.join(""));

  /** All that a client may have signed. */
  const forms = (request: SignedRequest, rules: SignatureRules) => {
    const ordinary = `${request.method}\n${canonicalPath(request.path, rules !== other)}\n${canonicalQuery(request.query)}\n${canonicalHeaders(request.headers, ["host"])}\nhost\nhash`;
    return [ordinary, ...otherForms(request, "host", "hash", rules)];
  };
  const decoded = (part: string) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return undefined;
    }
  };
  const meansTheSame = (a: readonly (string | undefined)[], b: readonly (string | undefined)[]) =>
    // What cannot be decoded is refused when it is read.
    a.includes(undefined) || b.includes(undefined) || JSON.stringify(a) === JSON.stringify(b);
  const readQuery = (query: string) => [...new URLSearchParams(query)].map((pair) => JSON.stringify(pair)).sort();
  const readPath = (path: string, rules: SignatureRules) => {
    if (rules === inHost) return [decoded(path)];
    const isS3 = rules === s3;
    const [, bucket = "", key = ""] = isS3 ? (/^\/([^/]*)\/?(.*)$/s.exec(path) ?? []) : ["", path, ""];
    return isS3 ? [decoded(bucket), decoded(key)] : path.split("/").map(decoded);
  };

  it.each([s3, inHost, other])("whatever is sent (%o)", (rules) => {
    // Few different pieces, so that many of the requests are alike.
    const urls = fc.shuffledSubarray([...pieces, ...more], { minLength: 2, maxLength: 4 }).chain((some) =>
      fc.array(fc.record({ path: text(some.filter((piece) => piece !== "&").concat("%25")), query: text(some) }), {
        minLength: 20,
        maxLength: 40,
      }),
    );
    fc.assert(
      fc.property(urls, (urls) => {
        const seen = new Map<string, SignedRequest>();
        for (const { path, query } of urls) {
          const request = { method: "GET", path: `/b${path}`, query, headers: { host: "h" } };
          if (rules === other && /\/\.|\/\/|\/$/.test(request.path)) continue;
          for (const form of forms(request, rules)) {
            const before = seen.get(form);
            if (before) {
              expect(readQuery(query), `${before.query} and ${query}`).toEqual(readQuery(before.query));
              const same = meansTheSame(readPath(request.path, rules), readPath(before.path, rules));
              expect(same, `${before.path} and ${request.path}`).toBe(true);
            } else seen.set(form, request);
          }
        }
      }),
      { numRuns: 1000, seed: 3 },
    );
  });
});

/** More of AWS's test suite for Signature Version 4 (aws-sig-v4-test-suite), as the requests travel over HTTP. */
describe("published vectors", () => {
  const unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  it.each([
    ["get-unreserved", { path: `/${unreserved}` }, "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"],
    ["get-utf8", { path: "/%E1%88%B4" }, "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"],
    ["get-space", { path: "/example%20space/" }, "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"],
    ["get-relative", { path: "/example/.." }, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    ["get-slashes", { path: "//example//" }, "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"],
    [
      "get-slash-pointless-dot",
      { path: "/./example" },
      "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
    ],
    [
      "get-vanilla-empty-query-key",
      { query: "Param1=value1" },
      "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
    ],
    [
      "get-vanilla-query-unreserved",
      { query: `${unreserved}=${unreserved}` },
      "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
    ],
    [
      "get-vanilla-query-order-value",
      { query: "Param1=value2&Param1=value1" },
      "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694",
    ],
    [
      "get-vanilla-utf8-query",
      { query: "%E1%88%B4=bar" },
      "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
    ],
    [
      "get-header-value-trim",
      { headers: { "my-header1": "value1", "my-header2": '"a   b   c"' } },
      "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    ],
    [
      "get-header-value-order",
      { headers: { "my-header1": "value4,value1,value3,value2" } },
      "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
    ],
    [
      "get-header-key-duplicate",
      { headers: { "my-header1": "value2,value2,value1" } },
      "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
    ],
  ] as const)("%s", (_name, sent, signature) => {
    const given = "headers" in sent ? (sent.headers as Record<string, string>) : {};
    const signedHeaders = ["host", ...Object.keys(given), "x-amz-date"].join(";");
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${signedHeaders}, Signature=${signature}`;
    const headers = { host: "example.amazonaws.com", "x-amz-date": "20150830T123600Z", ...given, authorization };
    expect(isAccepted({ method: "GET", path: "/", query: "", ...sent, headers }, other)).toBe(true);
  });
});
