/** The parts of a request that a signature covers, undecoded: a character for each byte. A URL is ASCII; node:http refuses others. */
export interface SignedRequest {
  readonly method: string;
  /** The path on the request line, without the query. */
  readonly path: string;
  /** What follows the first `?`; empty without one. */
  readonly query: string;
  /** Names in lower case; the values of a repeated name are joined by ",". */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** What SigV4 writes for each byte: letters, digits and `-._~` as they are, all others as %XX in upper case. */
const encodedBytes: readonly string[] = Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[A-Za-z0-9\-._~]/.test(character) ? character : `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
});

const encodedText = /^[A-Za-z0-9\-._~]*$/;
const unencoded = /%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~]/g;

/**
 * Encodes a name or value of a query anew. It is decoded as the operations read it: `+` is a blank, and a `%` without
 * two digits is a `%`. So two texts are the same here exactly when they hold the same bytes.
 */
export function encodeParameter(raw: string): string {
  if (encodedText.test(raw)) return raw;
  return raw.replace(unencoded, (whole, digits) =>
    digits ? encodedBytes[Number.parseInt(digits, 16)]! : whole === "+" ? "%20" : encodedBytes[whole.charCodeAt(0)]!,
  );
}

const encodedPath = /^(?:[A-Za-z0-9\-._~/]|%[0-9A-F]{2})*$/;
const unencodedInPath = /%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~/]/g;

/** Encodes a path anew, in which `+` is a plus and an encoded slash stays encoded. */
export function encodePathOnce(path: string): string {
  return path.replace(unencodedInPath, (whole, digits) =>
    digits ? encodedBytes[Number.parseInt(digits, 16)]! : encodedBytes[whole.charCodeAt(0)]!,
  );
}

/** Encodes a path as it stands, so that an encoded character is encoded twice. */
export function encodePathTwice(path: string): string {
  return path.replace(/[^A-Za-z0-9\-._~/]/g, (character) => encodedBytes[character.charCodeAt(0)]!);
}

/**
 * Returns the path that is signed. S3 signs the path encoded once and keeps `.`, `..` and empty segments, which keys
 * may contain. All other services sign it normalised and encoded a second time.
 */
export function canonicalPath(path: string, encodedOnce: boolean): string {
  if (path === "/" || path === "") return "/";
  if (!encodedOnce) return encodePathTwice(normalisePath(path));
  // A `%` with two digits may still stand for a character that needs none.
  return encodedPath.test(path) && !path.includes("%") ? path : encodePathOnce(path);
}

/** Removes dot segments as RFC 3986, 5.2.4, does, and empty segments too. */
function normalisePath(path: string): string {
  if (!path.includes("/.") && !path.includes("//")) return path;
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") kept.pop();
    else if (part !== "" && part !== ".") kept.push(part);
  }
  return `/${kept.join("/")}${kept.length > 0 && path.endsWith("/") ? "/" : ""}`;
}

type EncodedPair = readonly [name: string, value: string];

/** Returns the encoded parameters in the order of the query, without the signature of a presigned URL. */
export function encodedPairs(query: string): EncodedPair[] {
  const pairs: EncodedPair[] = [];
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = encodeParameter(equals < 0 ? pair : pair.slice(0, equals));
    if (name !== "X-Amz-Signature") pairs.push([name, equals < 0 ? "" : encodeParameter(pair.slice(equals + 1))]);
  }
  return pairs;
}

/** Returns the encoded parameters, sorted by name and value as bytes; one without a value has an equal sign too. */
export function canonicalQuery(query: string): string {
  if (query === "") return "";
  const pairs = encodedPairs(query);
  if (pairs.length > 1) pairs.sort((a, b) => compareText(a[0], b[0]) || compareText(a[1], b[1]));
  return joinPairs(pairs);
}

export const joinPairs = (pairs: readonly EncodedPair[]): string =>
  pairs.map(([name, value]) => `${name}=${value}`).join("&");

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The name of the host in HTTP/2, which clients sign as they send it. */
export const authority = ":authority";

/** Returns `name:value` lines, each run of blanks reduced to one. */
export function canonicalHeaders(headers: SignedRequest["headers"], signed: readonly string[]): string {
  let text = "";
  for (const name of signed) text += `${name}:${canonicalValue(headers[name === authority ? "host" : name] ?? "")}\n`;
  return text;
}

/** Only blanks and tabs are reduced: the byte 0xA0 is a part of characters in UTF-8. */
export const canonicalValue = (value: string): string =>
  / {2}|\t/.test(value) ? value.replace(/[ \t]+/g, " ").replace(/^ | $/g, "") : value;
