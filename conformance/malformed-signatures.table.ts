import { type Expected, get, invoke, listModels, listRoles, put, whoAmI } from "./malformed-drafts.ts";
import type { Draft } from "./raw-request.ts";

/** Far outside the 15 minutes that AWS allows, because a row may be sent minutes after this table is read. */
const late = () => new Date(Date.now() - 60 * 60_000);
const early = () => new Date(Date.now() + 60 * 60_000);
const authorization = (value: string): Draft => ({ afterSigning: { authorization: value } });
const doesNotMatch = "The request signature we calculated does not match the signature you provided.";
const tokenInvalid = "The security token included in the request is invalid.";
export const badSignature: Expected[] = [
  [listModels({ unsigned: true }), 403, "MissingAuthenticationTokenException", "Missing Authentication Token"],
  [whoAmI({ unsigned: true }), 403, "MissingAuthenticationToken", "Request is missing Authentication Token"],
  [get({ unsigned: true }), 403, "AccessDenied", "Access Denied"],
  [put({ unsigned: true, body: "x" }), 403, "AccessDenied", "Access Denied"],
  [listModels({ secretAccessKey: "wrong" }), 403, "InvalidSignatureException", doesNotMatch],
  [whoAmI({ secretAccessKey: "wrong" }), 403, "SignatureDoesNotMatch", doesNotMatch],
  [get({ secretAccessKey: "wrong" }), 403, "SignatureDoesNotMatch", doesNotMatch],
  [listModels({ accessKeyId: "AKIANOBODY" }), 403, "UnrecognizedClientException", tokenInvalid],
  [listModels({ accessKeyId: "SBRN01KAJ5T2B7QZ0000000000" }), 403, "UnrecognizedClientException", tokenInvalid],
  [listRoles({ accessKeyId: "AKIANOBODY" }), 403, "InvalidClientTokenId", tokenInvalid],
  [get({ accessKeyId: "AKIANOBODY" }), 403, "InvalidAccessKeyId", "does not exist in our records"],
  [listModels({ signedAt: late() }), 403, "InvalidSignatureException", "Signature expired: "],
  [listModels({ signedAt: early() }), 403, "InvalidSignatureException", "Signature not yet current: "],
  [whoAmI({ signedAt: late() }), 403, "SignatureDoesNotMatch", "Signature expired: "],
  [get({ signedAt: late() }), 403, "RequestTimeTooSkewed", "The difference between the request time and the current"],
  [listModels({ sentBody: '{"MaxResults":1}' }), 403, "InvalidSignatureException", doesNotMatch],
  [put({ body: "signed", sentBody: "forged" }), 400, "XAmzContentSHA256Mismatch", "does not match what was computed"],
  [
    listModels({ afterSigning: { "x-amz-target": "SageMaker.ListTags" } }),
    403,
    "InvalidSignatureException",
    doesNotMatch,
  ],
  [
    get({ afterSigning: { "x-amz-meta-a": "b" } }),
    403,
    "AccessDenied",
    "headers present in the request which were not",
  ],
  [
    listModels(authorization("Basic YTpi")),
    400,
    "IncompleteSignatureException",
    "Unsupported AWS 'algorithm': 'Basic'",
  ],
  [
    listModels(authorization("AWS4-HMAC-SHA256")),
    400,
    "IncompleteSignatureException",
    "requires 'Credential' parameter",
  ],
  [
    listModels(authorization("AWS4-HMAC-SHA256 Credential=a")),
    400,
    "IncompleteSignatureException",
    "requires 'SignedHeaders' parameter",
  ],
  [
    listModels(authorization("AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=x")),
    400,
    "IncompleteSignatureException",
    "Credential must have exactly 5 slash-delimited elements",
  ],
  [get(authorization("AWS id:signature=")), 400, "InvalidRequest", "Please use AWS4-HMAC-SHA256."],
  [
    listModels({ afterSigning: { "x-amz-date": undefined } }),
    400,
    "IncompleteSignatureException",
    "requires existence of either a 'X-Amz-Date' or a 'Date' header",
  ],
  [
    listModels({ afterSigning: { "x-amz-date": "yesterday" } }),
    400,
    "IncompleteSignatureException",
    "Date must be in ISO-8601 'basic format'. Got 'yesterday'",
  ],
  [
    get({ unsigned: true, query: { "X-Amz-Algorithm": "AWS4-HMAC-SHA256" } }),
    400,
    "AuthorizationQueryParametersError",
    "X-Amz-Credential is missing",
  ],
  [
    get({ unsigned: true, query: { AWSAccessKeyId: "x", Expires: "1", Signature: "y" } }),
    403,
    "AccessDenied",
    "Request has expired",
  ],
  [
    put({ body: "x", headers: { "x-amz-content-sha256": "nonsense" } }),
    400,
    "InvalidArgument",
    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD",
  ],
];

export const wrongRegion: Expected[] = [
  ...[
    "",
    "nowhere",
    "US-EAST-1",
    "us_east_1",
    "us-east",
    "us-east-1a",
    "useast1",
    "us-east-100",
    "*",
    "1-us-east",
  ].flatMap((region): Expected[] => [
    [
      listModels({ region }),
      403,
      "InvalidSignatureException",
      `Credential should be scoped to a valid region, not '${region}'.`,
    ],
    [get({ region }), 400, "AuthorizationHeaderMalformed", `the region '${region}' is wrong; expecting`],
  ]),
  [whoAmI({ region: "nowhere" }), 403, "SignatureDoesNotMatch", "scoped to a valid region, not 'nowhere'"],
  [listRoles({ region: "aws-global" }), 403, "SignatureDoesNotMatch", "scoped to a valid region, not 'aws-global'"],
  [invoke({ region: "mars-1", body: "1" }), 403, "InvalidSignatureException", "scoped to a valid region, not 'mars-1'"],
  [listModels({ region: "a/b" }), 400, "IncompleteSignatureException", "must have exactly 5 slash-delimited elements"],
  [listModels({ service: "s3" }), 403, "InvalidSignatureException", "scoped to correct service: 'sagemaker'."],
];
