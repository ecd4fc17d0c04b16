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

  /** For a credential scope that names another day, region, service or terminator than the request's. */
  scope: (family: SignatureFamily, detail: string) =>
    family === "s3" ? signatureFaults.incomplete(family, detail) : fault("mismatch", family, detail),

  unknownKey: (family: SignatureFamily, accessKeyId: string) =>
    family === "s3"
      ? fault("unknownKey", family, "The AWS Access Key Id you provided does not exist in our records.", {
          AWSAccessKeyId: accessKeyId,
        })
      : fault("unknownKey", family, "The security token included in the request is invalid."),

  mismatch: (family: SignatureFamily) =>
    fault(
      "mismatch",
      family,
      family === "s3"
        ? "The request signature we calculated does not match the signature you provided. Check your key and signing method."
        : "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    ),

  /** For a request that was signed more than `skewMinutes` before or after now. */
  skewed(family: SignatureFamily, signed: string, now: string, limit: string, skewMinutes: number): Fault {
    if (family === "s3") {
      return fault("skewed", family, "The difference between the request time and the current time is too large.", {
        RequestTime: signed,
        ServerTime: now,
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
  expired: (family: SignatureFamily, expires: string, now: string) =>
    family === "s3"
      ? new Fault("AccessDenied", "Request has expired", {
          status: 403,
          members: { Expires: expires, ServerTime: now },
        })
      : fault("skewed", family, `Signature expired: ${expires} is now earlier than ${now}`),

  unsignedHeader: (family: SignatureFamily, name: string) =>
    family === "s3"
      ? fault("unsignedHeader", family, "There were headers present in the request which were not signed", {
          HeadersNotSigned: name,
        })
      : fault("unsignedHeader", family, `'${name}' must be a 'SignedHeader' in the AWS Authorization.`),
};
