import { isRegion } from "../aws/region.ts";
import { basicTime, type SignatureFamily, signatureFaults } from "./signature-faults.ts";
import { authority, type SignedRequest } from "./sigv4-canonical.ts";
import type { CredentialScope } from "./sigv4-key-cache.ts";

/** What a request claims about who signed it and how; unproven before `verifySignature`. */
export interface Signature extends CredentialScope {
  readonly form: "header" | "presigned";
  readonly accessKeyId: string;
  /** When the request was signed: "20150830T123600Z". */
  readonly time: string;
  readonly signedHeaders: string;
  /** 64 digits in lower-case hex. */
  readonly signature: string;
  /** How long a presigned URL is valid. */
  readonly expiresSeconds?: number;
}

/** What a wire service expects of its requests. */
export interface SignatureRules {
  readonly family: SignatureFamily;
  /** The service's name in the credential scope. */
  readonly signingName: string;
  /** The bucket of S3 that the host's name has in front, when the path is all key. */
  readonly hostBucket?: string;
}

export const algorithm = "AWS4-HMAC-SHA256";
const skewMinutes = 15;
const longestExpiry = 604_800;

/**
 * Reads the signature of a request from its Authorization header or its query; undefined when it has none. Refuses one
 * that is malformed, for another service, expired, or made too far in the past or the future.
 * @param defaultRegion what a client that signed for no region is told to sign for
 */
export function readSignature(
  request: SignedRequest,
  rules: SignatureRules,
  now: number,
  defaultRegion: string,
): Signature | undefined {
  const authorization = request.headers.authorization;
  const presigned = request.query.includes("X-Amz-Algorithm=");
  if (authorization === undefined && !presigned) return undefined;
  if (authorization !== undefined && rules.family === "s3") checkMechanism(authorization, request.query, presigned);
  const signature =
    authorization === undefined
      ? readPresigned(request, rules.family)
      : readHeader(authorization, request, rules.family);
  checkScope(signature, rules, defaultRegion);
  checkTime(signature, rules.family, now);
  checkSignedHeaders(signature, request, rules.family);
  return signature;
}

/** S3 tells an Authorization header that is no signature of this version from one that is malformed. */
function checkMechanism(authorization: string, query: string, presigned: boolean): void {
  if (presigned || /(^|&)(AWSAccessKeyId|Signature)=/.test(query)) throw signatureFaults.twoMechanisms(authorization);
  if (authorization.startsWith(algorithm)) return;
  throw /^AWS4?[ -]/.test(authorization)
    ? signatureFaults.otherMechanism()
    : signatureFaults.unknownAuthorization(authorization);
}

const wellFormed = /^AWS4-HMAC-SHA256 +Credential=([^\s,]+) *, *SignedHeaders=([^\s,]+) *, *Signature=([0-9a-f]{64})$/;

function readHeader(authorization: string, request: SignedRequest, family: SignatureFamily): Signature {
  const refuse = (detail: string) => signatureFaults.incomplete(family, detail);
  let [, credential, signedHeaders, signature] = wellFormed.exec(authorization) ?? [];
  if (credential === undefined) {
    const [given] = authorization.split(" ", 1);
    if (given !== algorithm) throw refuse(`Unsupported AWS 'algorithm': '${given}', expected '${algorithm}'.`);
    const parts = new Map<string, string>();
    for (const part of authorization
      .slice(algorithm.length)
      .split(",")
      .filter((text) => text.trim() !== "")) {
      const equals = part.indexOf("=");
      if (equals < 0)
        throw refuse(`'${part.trim()}' not a valid key=value pair (missing equal-sign) in Authorization header.`);
      parts.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
    }
    for (const name of ["Credential", "SignedHeaders", "Signature"]) {
      if (!parts.get(name)) throw refuse(`Authorization header requires '${name}' parameter.`);
    }
    credential = parts.get("Credential")!;
    signedHeaders = parts.get("SignedHeaders")!;
    signature = parts.get("Signature")!;
  }
  return {
    form: "header",
    ...readCredential(credential, family, refuse),
    time: readTime(request.headers, family, refuse),
    signedHeaders: signedHeaders!,
    signature: signature!,
  };
}

function readPresigned(request: SignedRequest, family: SignatureFamily): Signature {
  const refuse = (detail: string) => signatureFaults.incompleteQuery(family, detail);
  const parameters = new URLSearchParams(request.query);
  const names = ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"];
  const [given, credential, time, expires, signedHeaders, signature] = names.map(
    (name) => parameters.get(`X-Amz-${name}`) ?? "",
  );
  const missing = names.find((name) => !parameters.get(`X-Amz-${name}`));
  // A presigned URL of a query service needs no X-Amz-Expires: it is valid as long as a signed header is.
  if (missing && !(missing === "Expires" && family !== "s3")) {
    throw refuse(
      `Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters; X-Amz-${missing} is missing.`,
    );
  }
  if (given !== algorithm) throw refuse(`X-Amz-Algorithm only supports "${algorithm}"`);
  if (!/^\d{8}T\d{6}Z$/.test(time!)) {
    throw refuse(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`);
  }
  const expiresSeconds = expires ? Number(expires) : undefined;
  if (expires && /^-\d+$/.test(expires)) throw refuse("X-Amz-Expires must be non-negative");
  if (expires && !/^\d+$/.test(expires)) throw refuse("X-Amz-Expires should be a number");
  if (expiresSeconds !== undefined && expiresSeconds > longestExpiry) {
    throw refuse(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${longestExpiry} seconds`,
    );
  }
  return {
    form: "presigned",
    ...readCredential(credential!, family, (detail) => refuse(family === "s3" ? inCredential(detail) : detail)),
    time: time!,
    signedHeaders: signedHeaders!,
    signature: signature!,
    expiresSeconds,
  };
}

const inCredential = (detail: string): string => `Error parsing the X-Amz-Credential parameter; ${detail}`;

function readCredential(credential: string, family: SignatureFamily, refuse: (detail: string) => Error) {
  const parts = credential.split("/");
  if (parts.length !== 5) {
    if (family === "s3")
      throw refuse('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".');
    throw refuse(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  }
  const [accessKeyId, date, region, service, terminator] = parts as [string, string, string, string, string];
  if (terminator !== "aws4_request") {
    throw refuse(`Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`);
  }
  if (!/^\d{8}$/.test(date)) throw refuse(`Date in Credential scope must be YYYYMMDD, not '${date}'.`);
  return { accessKeyId, date, region, service };
}

/** Returns the time in X-Amz-Date or in Date, which has two forms. */
function readTime(
  headers: SignedRequest["headers"],
  family: SignatureFamily,
  refuse: (detail: string) => Error,
): string {
  const text = headers["x-amz-date"] ?? headers.date;
  if (text === undefined) throw signatureFaults.missingDate(family);
  if (/^\d{8}T\d{6}Z$/.test(text)) return text;
  const time = Date.parse(text);
  if (Number.isNaN(time)) {
    throw refuse(`Date must be in ISO-8601 'basic format'. Got '${text}'. See http://en.wikipedia.org/wiki/ISO_8601`);
  }
  return basicTime(time);
}

function parseBasicTime(text: string): number {
  const number = (from: number, to: number) => Number(text.slice(from, to));
  return Date.UTC(number(0, 4), number(4, 6) - 1, number(6, 8), number(9, 11), number(11, 13), number(13, 15));
}

function checkScope(signature: Signature, rules: SignatureRules, defaultRegion: string): void {
  const refuse = (detail: string, members?: Record<string, string>) =>
    signatureFaults.scope(rules.family, signature.form, detail, members);
  if (!isRegion(signature.region)) {
    throw refuse(
      rules.family === "s3"
        ? `the region '${signature.region}' is wrong; expecting '${defaultRegion}'`
        : `Credential should be scoped to a valid region, not '${signature.region}'.`,
      // Clients sign anew for the region that is named here.
      rules.family === "s3" ? { Region: defaultRegion } : undefined,
    );
  }
  if (signature.service !== rules.signingName) {
    throw refuse(
      rules.family === "s3"
        ? `incorrect service "${signature.service}". This endpoint belongs to "${rules.signingName}".`
        : `Credential should be scoped to correct service: '${rules.signingName}'.`,
    );
  }
  const day = signature.time.slice(0, 8);
  if (day !== signature.date) {
    throw refuse(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${signature.date}' != '${day}', from '${signature.time}'.`,
    );
  }
}

function checkTime(signature: Signature, family: SignatureFamily, now: number): void {
  const signed = parseBasicTime(signature.time);
  const skew = skewMinutes * 60_000;
  if (signed - now > skew) {
    if (family === "s3" && signature.form === "presigned") throw signatureFaults.notYet();
    throw signatureFaults.skewed(family, signature.time, now, basicTime(now + skew), skewMinutes);
  }
  if (signature.expiresSeconds !== undefined) {
    const expires = signed + signature.expiresSeconds * 1000;
    if (now > expires) throw signatureFaults.expired(family, expires, now, signature.expiresSeconds);
  } else if (now - signed > skew) {
    throw signatureFaults.skewed(family, signature.time, now, basicTime(now - skew), skewMinutes);
  }
}

/**
 * Requires that the host and every `x-amz-*` header are signed: otherwise a captured request could be redirected or
 * changed.
 */
function checkSignedHeaders(signature: Signature, request: SignedRequest, family: SignatureFamily): void {
  const signed = `;${signature.signedHeaders};`;
  if (!signed.includes(";host;") && !signed.includes(`;${authority};`))
    throw signatureFaults.unsignedHeader(family, "host");
  for (const name in request.headers) {
    if (name.startsWith("x-amz-") && name !== addedByCloudFront && !signed.includes(`;${name};`))
      throw signatureFaults.unsignedHeader(family, name);
  }
}

const addedByCloudFront = "x-amz-cf-id";
