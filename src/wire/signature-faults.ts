import { Fault } from "../aws/faults.ts";

/**
 * The wording of refused signatures: S3's own, that of services with the query protocol, or that of all other services.
 */
export type SignatureFamily = "s3" | "query" | "json";

type Codes = Readonly<Record<SignatureFamily, readonly [code: string, status: number]>>;

const codes = {
  missing: {
    s3: ["AccessDenied", 403],
    query: ["MissingAuthenticationToken", 403],
    json: ["MissingAuthenticationTokenException", 403],
  },
  incomplete: {
    s3: ["AuthorizationHeaderMalformed", 400],
    query: ["IncompleteSignature", 400],
    json: ["IncompleteSignatureException", 400],
  },
  unknownKey: {
    s3: ["InvalidAccessKeyId", 403],
    query: ["InvalidClientTokenId", 403],
    json: ["UnrecognizedClientException", 403],
  },
  mismatch: {
    s3: ["SignatureDoesNotMatch", 403],
    query: ["SignatureDoesNotMatch", 403],
    json: ["InvalidSignatureException", 403],
  },
  skewed: {
    s3: ["RequestTimeTooSkewed", 403],
    query: ["SignatureDoesNotMatch", 403],
    json: ["InvalidSignatureException", 403],
  },
  unsignedHeader: {
    s3: ["AccessDenied", 403],
    query: ["SignatureDoesNotMatch", 403],
    json: ["InvalidSignatureException", 403],
  },
} satisfies Record<string, Codes>;

function fault(
  problem: keyof typeof codes,
  family: SignatureFamily,
  message: string,
  members?: Record<string, unknown>,
): Fault {
  const [code, status] = codes[problem][family];
  return new Fault(code as string, message, { status: status as number, members });
}

/** What was signed according to the server, beside what the client gave. */
interface ComputedSignature {
  readonly accessKeyId: string;
  readonly given: string;
  readonly stringToSign: string;
  /** Absent in signature version 2, which has none. */
  readonly canonicalRequest?: string;
}

/** Formats a time as "2015-08-30T12:36:00Z". */
const wholeSeconds = (time: number): string => new Date(time).toISOString().replace(/\.\d+/, "");

/** Formats a time as "20150830T123600Z". */
export const basicTime = (time: number): string => wholeSeconds(time).replace(/[-:]/g, "");

/** AWS's refusals of requests without a signature or with a wrong one. Clients match on their codes and texts. */
export const signatureFaults = {
  missing: (family: SignatureFamily) =>
    fault(
      "missing",
      family,
      { s3: "Access Denied", query: "Request is missing Authentication Token", json: "Missing Authentication Token" }[
        family
      ],
    ),

  /** For a signature with a missing or malformed part. */
  incomplete: (family: SignatureFamily, detail: string) =>
    fault("incomplete", family, family === "s3" ? `The authorization header is malformed; ${detail}` : detail),

  /** For the same in a presigned URL, where S3 has a code of its own. */
  incompleteQuery: (family: SignatureFamily, detail: string) =>
    family === "s3" ? new Fault("AuthorizationQueryParametersError", detail) : fault("incomplete", family, detail),

  /** S3's, for a request without a date; others count it as incomplete. */
  missingDate: (family: SignatureFamily) =>
    family === "s3"
      ? new Fault("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header", { status: 403 })
      : fault(
          "incomplete",
          family,
          "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
        ),

  /** For a credential scope that names another day, region, service or terminator than the request's. */
  scope(
    family: SignatureFamily,
    form: "header" | "presigned",
    detail: string,
    members?: Record<string, string>,
  ): Fault {
    if (family !== "s3") return fault("mismatch", family, detail);
    return form === "header"
      ? fault("incomplete", family, `The authorization header is malformed; ${detail}`, members)
      : new Fault("AuthorizationQueryParametersError", `Error parsing the X-Amz-Credential parameter; ${detail}`, {
          members,
        });
  },

  /** S3's, for a link that is sent with an Authorization header, as HTTP libraries add it by themselves. */
  twoMechanisms: (authorization: string) =>
    new Fault(
      "InvalidArgument",
      "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
      { members: { ArgumentName: "Authorization", ArgumentValue: authorization } },
    ),

  /** S3's, for an Authorization header of signature version 2 or 4A. */
  otherMechanism: () =>
    new Fault(
      "InvalidRequest",
      "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    ),

  /** S3's, for an Authorization header of any other kind. */
  unknownAuthorization: (authorization: string) =>
    new Fault("InvalidArgument", "Unsupported Authorization Type", {
      members: { ArgumentName: "Authorization", ArgumentValue: authorization },
    }),

  unknownKey: (family: SignatureFamily, accessKeyId: string) =>
    family === "s3"
      ? fault("unknownKey", family, "The AWS Access Key Id you provided does not exist in our records.", {
          AWSAccessKeyId: accessKeyId,
        })
      : fault("unknownKey", family, "The security token included in the request is invalid."),

  /** S3 says what it computed, so that a client can be compared with it. */
  mismatch: (family: SignatureFamily, computed?: ComputedSignature) =>
    fault(
      "mismatch",
      family,
      family === "s3"
        ? "The request signature we calculated does not match the signature you provided. Check your key and signing method."
        : "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
      family === "s3" && computed
        ? {
            AWSAccessKeyId: computed.accessKeyId,
            StringToSign: computed.stringToSign,
            SignatureProvided: computed.given,
            CanonicalRequest: computed.canonicalRequest,
          }
        : undefined,
    ),

  /** For a request that was signed more than `skewMinutes` before or after now. */
  skewed(family: SignatureFamily, signed: string, time: number, limit: string, skewMinutes: number): Fault {
    const now = basicTime(time);
    if (family === "s3") {
      return fault("skewed", family, "The difference between the request time and the current time is too large.", {
        RequestTime: signed,
        ServerTime: wholeSeconds(time),
        MaxAllowedSkewMilliseconds: String(skewMinutes * 60_000),
      });
    }
    const late = signed < now;
    return fault(
      "skewed",
      family,
      late
        ? `Signature expired: ${signed} is now earlier than ${limit} (${now} - ${skewMinutes} min.)`
        : `Signature not yet current: ${signed} is still later than ${limit} (${now} + ${skewMinutes} min.)`,
    );
  },

  /** For a presigned URL that has expired. */
  expired: (family: SignatureFamily, expires: number, now: number, seconds?: number) =>
    family === "s3"
      ? new Fault("AccessDenied", "Request has expired", {
          status: 403,
          members: { "X-Amz-Expires": seconds, Expires: wholeSeconds(expires), ServerTime: wholeSeconds(now) },
        })
      : fault("skewed", family, `Signature expired: ${basicTime(expires)} is now earlier than ${basicTime(now)}`),

  /** S3's, for a presigned URL whose time has not come. */
  notYet: () => new Fault("AccessDenied", "Request is not valid yet", { status: 403 }),

  unsignedHeader: (family: SignatureFamily, name: string) =>
    family === "s3"
      ? fault("unsignedHeader", family, "There were headers present in the request which were not signed", {
          HeadersNotSigned: name,
        })
      : fault("unsignedHeader", family, `'${name}' must be a 'SignedHeader' in the AWS Authorization.`),
};
