/** The parts of a request that a signature covers, undecoded. */
export interface SignedRequest {
  readonly method: string;
  /** The path on the request line, without the query. */
  readonly path: string;
  /** What follows the first `?`; empty without one. */
  readonly query: string;
  /** Names in lower case; the values of a repeated name are joined by ",". */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Encodes a text as SigV4 does in a URL: all but letters, digits and `-._~` as %XX in upper case. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Decodes %XX. A text with a stray `%`, or that is not UTF-8 when decoded, stays as it is. */
function decodeUri(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const encodedPath = /^(?:[A-Za-z0-9\-._~/]|%[0-9A-F]{2})*$/;

/**
 * Returns the path that is signed. S3 signs the path encoded once and keeps `.`, `..` and empty segments, which keys
 * may contain. All other services sign it normalised and encoded a second time.
 */
export function canonicalPath(path: string, encodedOnce: boolean): string {
  if (path === "/" || path === "") return "/";
  if (encodedOnce) {
    return encodedPath.test(path)
      ? path
      : path
          .split("/")
          .map((part) => encodeUri(decodeUri(part)))
          .join("/");
  }
  const normalised = path.includes("/.") || path.includes("//") ? normalisePath(path) : path;
  return normalised.split("/").map(encodeUri).join("/");
}

/** Removes dot segments as RFC 3986, 5.2.4, does, and empty segments too. */
function normalisePath(path: string): string {
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") kept.pop();
    else if (part !== "" && part !== ".") kept.push(part);
  }
  return `/${kept.join("/")}${kept.length > 0 && path.endsWith("/") ? "/" : ""}`;
}

/** Returns name and value of each parameter of a query, decoded once; a parameter without `=` has an empty value. */
export function parseQuery(query: string): [name: string, value: string][] {
  if (query === "") return [];
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      return equals < 0 ? [decodeUri(pair), ""] : [decodeUri(pair.slice(0, equals)), decodeUri(pair.slice(equals + 1))];
    });
}

/** Returns the parameters encoded, then sorted by name and value as bytes, without the signature of a presigned URL. */
export function canonicalQuery(query: string): string {
  if (query === "") return "";
  const pairs: [string, string][] = [];
  for (const [name, value] of parseQuery(query)) {
    if (name !== "X-Amz-Signature") pairs.push([encodeUri(name), encodeUri(value)]);
  }
  pairs.sort((a, b) => compareText(a[0], b[0]) || compareText(a[1], b[1]));
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Returns `name:value` lines, each run of spaces reduced to one. */
export function canonicalHeaders(headers: SignedRequest["headers"], signed: readonly string[]): string {
  let text = "";
  for (const name of signed) {
    const value = headers[name] ?? "";
    text += `${name}:${/ {2}|\t/.test(value) ? value.trim().replace(/\s+/g, " ") : value}\n`;
  }
  return text;
}
