import { isUtf8 } from "node:buffer";
import type { SignatureRules } from "./read-signature.ts";
import {
  canonicalPath,
  canonicalQuery,
  canonicalValue,
  compareText,
  encodedPairs,
  encodePathOnce,
  encodePathTwice,
  joinPairs,
  type SignedRequest,
} from "./sigv4-canonical.ts";

/**
 * Yields the canonical requests that a client may have signed when it is not the ordinary one of sigv4-canonical.ts.
 * Signers differ in what they normalise, and what was signed is changed on its way: by HTTP libraries (Apache's, Netty,
 * .NET's), by proxies, by programs that pass links on.
 *
 * A signature must not prove two requests that do different things. So a form is a function of what the operation
 * reads, not of how it is spelled:
 *
 * - Path and query are decoded and encoded again, or taken as they travelled. Decoding either gives the bytes that the
 *   operation decodes. No form adds, drops or moves a segment, and none takes a `+` of a query for a plus.
 * - The order of parameters is free, as in SigV4 itself. A parameter given twice with different values is refused where
 *   the operation takes one (see repeated-parameter.ts), so its order has no effect.
 * - Values of headers differ in blanks only: in runs of them, which SigV4 itself does not count, and in lists, in which
 *   HTTP does not. A value in latin-1 is signed as UTF-8 only where the operation reads it as latin-1.
 * - The host, `expect` and `accept-encoding` have no effect on the operation.
 */
export function* otherForms(
  request: SignedRequest,
  signedHeaders: string,
  payloadHash: string,
  { family, hostBucket = "" }: Pick<SignatureRules, "family" | "hostBucket">,
): Generator<string> {
  const paths = family === "s3" ? s3Paths(request.path, hostBucket === "") : otherPaths(request.path);
  const queries = queryForms(request.query);
  let made = 0;
  for (const headers of headerForms(request.headers, signedHeaders.split(";")))
    for (const path of paths)
      for (const query of queries) {
        // The ordinary form comes first, and has been compared.
        if (made++ > 0) yield `${request.method}\n${path}\n${query}\n${headers}\n${signedHeaders}\n${payloadHash}`;
        if (made > mostForms) return;
      }
}

/** A wrong signature costs a comparison for each form; all that real clients send have under ten. */
const mostForms = 64;

const distinct = (...texts: readonly string[]): string[] => [...new Set(texts)];

function s3Paths(path: string, hasBucket: boolean): string[] {
  const ordinary = canonicalPath(path, true);
  const bucket = hasBucket ? (/^\/[^/]+/.exec(ordinary)?.[0] ?? "") : "";
  const key = ordinary.slice(bucket.length);
  return distinct(
    ordinary,
    // Signed as it is sent, whatever it leaves unencoded.
    path,
    // An encoded slash of a key may be signed as a slash. A bucket's name has none.
    bucket + key.replaceAll("%2F", "/"),
    // A bucket is addressed with and without a slash.
    ...(bucket !== "" && (key === "" || key === "/") ? [bucket, `${bucket}/`] : []),
  );
}

function otherPaths(path: string): string[] {
  const once = encodePathOnce(path);
  return distinct(
    canonicalPath(path, false),
    // Not normalised.
    encodePathTwice(path),
    // Sent with other characters encoded than those that were signed.
    encodePathTwice(once),
    // Encoded once. With a "%" in the decoded path this could be another path, encoded twice.
    ...(once.includes("%25") ? [] : [once]),
  );
}

function queryForms(query: string): string[] {
  if (query === "") return [""];
  const pairs = encodedPairs(query);
  const asSent = query
    .split("&")
    .filter((pair) => pair !== "" && !pair.startsWith("X-Amz-Signature="))
    .map((pair) => (pair.includes("=") ? pair : `${pair}=`));
  return distinct(
    canonicalQuery(query),
    // Go's and Rust's libraries sort before they encode.
    joinPairs(
      pairs.toSorted((a, b) => compareText(decode(a[0]), decode(b[0])) || compareText(decode(a[1]), decode(b[1]))),
    ),
    // Sorted by name alone.
    joinPairs(pairs.toSorted((a, b) => compareText(a[0], b[0]))),
    // Signed as it is sent; curl before version 8 does not sort.
    asSent.toSorted(compareText).join("&"),
    query,
  );
}

const decode = (text: string): string =>
  text.replace(/%([0-9A-F]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));

type Writing = (value: string) => string;

/** How a signer writes values; it writes all in one way. */
const writings: readonly Writing[] = [
  canonicalValue,
  // Runs of blanks are not reduced: Rust's object_store.
  (value) => value,
  // Node sends a text as latin-1 that the SDK for JavaScript signs as UTF-8.
  (value) => asUtf8(canonicalValue(value)),
];

function* headerForms(headers: SignedRequest["headers"], signed: readonly string[]): Generator<string> {
  const before = new Set<string>();
  for (const write of writings)
    for (const lines of linesOf(headers, signed, write, 0)) {
      if (before.has(lines)) continue;
      before.add(lines);
      yield lines;
    }
}

/** Yields all combinations of what each header may have been before it was sent. */
function* linesOf(
  headers: SignedRequest["headers"],
  signed: readonly string[],
  write: Writing,
  from: number,
): Generator<string> {
  const name = signed[from];
  if (name === undefined) {
    yield "";
    return;
  }
  for (const value of valueForms(name, headers[name], write))
    for (const rest of linesOf(headers, signed, write, from + 1)) yield `${name}:${value}\n${rest}`;
}

function valueForms(name: string, value: string | undefined, write: Writing): string[] {
  // nginx and others answer this header themselves and do not pass it on.
  if (value === undefined) return name === "expect" ? ["", "100-continue"] : [""];
  // Proxies write it anew. Go's SDK signs it.
  if (name === "accept-encoding") return distinct(value, "identity", "gzip");
  if (name === "host") return hostForms(value);
  const written = write(value);
  if (!listHeaders.has(name)) return [written];
  return distinct(written, written.replace(/ ?([,;]) ?/g, "$1"), written.replace(/ ?([,;]) ?/g, "$1 "));
}

/** Headers whose values HTTP libraries write anew, with or without a blank after a comma or semicolon: .NET's does. */
const listHeaders = new Set([
  ...["accept", "accept-language", "cache-control", "content-encoding", "content-language"],
  ...["content-type", "x-amz-object-attributes", "x-amz-optional-object-attributes"],
]);

/** The port of HTTP and HTTPS is signed or left out; a proxy may add its own. */
function hostForms(host: string): string[] {
  const name = host.replace(/:\d+$/, "");
  return distinct(host, host.toLowerCase(), name, ...(name === host ? [`${host}:80`, `${host}:443`] : []));
}

/** Bytes that are UTF-8 are read as that, by the operations too; any others are latin-1. */
const asUtf8 = (value: string): string =>
  !/[\x80-\xff]/.test(value) || isUtf8(Buffer.from(value, "latin1"))
    ? value
    : Buffer.from(value, "utf8").toString("latin1");
