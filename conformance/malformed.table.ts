import { badCbor, badContentCoding, wrongAction } from "./malformed-protocols.table.ts";
import type { Draft } from "./raw-request.ts";

/** What is wrong with a request. */
export const malformedKinds = [
  "bad JSON",
  "wrong type",
  "missing member",
  "bad signature",
  "bad name",
  "body cut off",
  "headers over the limit",
  "unknown operation",
  "wrong region in the credential scope",
  "wrong content length",
  "bad CBOR",
  "bad content coding",
  "wrong action or version",
] as const;
type MalformedKind = (typeof malformedKinds)[number];

export interface MalformedRow {
  readonly kind: MalformedKind;
  /** What is sent. */
  readonly draft: Draft;
  readonly status: number;
  /** AWS's code; empty where the request could not be read as HTTP and the answer is plain text. */
  readonly code: string;
  /** What stands in the message. */
  readonly text: string;
  /** The client ends its side after what it sent. */
  readonly ends?: boolean;
}

/** The bucket that rows about S3 speak of. It is there and stays empty. */
export const bucket = "malformed-bucket";

const target = (name: string) => ({ "x-amz-target": name, "content-type": "application/x-amz-json-1.1" });
const encode = (body: unknown) =>
  typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
const sagemaker = (operation: string, body: unknown, more: Draft = {}): Draft => ({
  ...more,
  headers: { ...target(`SageMaker.${operation}`), ...more.headers },
  body: encode(body),
});
const logs = (operation: string, body: unknown, more: Draft = {}): Draft => ({
  ...more,
  service: "logs",
  headers: target(`Logs_20140328.${operation}`),
  body: encode(body),
});
const form = (service: string, body: string, more: Draft = {}): Draft => ({
  ...more,
  service,
  headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8", ...more.headers },
  body,
});
const s3 = (method: string, path: string, more: Draft = {}): Draft => ({ ...more, method, path, service: "s3" });
const put = (more: Draft): Draft => s3("PUT", `/${bucket}/never-there`, more);
const get = (more: Draft): Draft => s3("GET", `/${bucket}`, more);
const invoke = (more: Draft): Draft => ({
  ...more,
  path: "/endpoints/none/invocations",
  headers: { "content-type": "text/csv" },
});
const listModels = (more: Draft = {}): Draft => sagemaker("ListModels", {}, more);
const whoAmI = (more: Draft = {}): Draft => form("sts", "Action=GetCallerIdentity&Version=2011-06-15", more);
const listRoles = (more: Draft = {}): Draft => form("iam", "Action=ListRoles&Version=2010-05-08", more);

export type Expected = readonly [draft: Draft, status: number, code: string, text: string, ends?: "ends"];
const rowsOf = (kind: MalformedKind, expected: readonly Expected[]): MalformedRow[] =>
  expected.map(([draft, status, code, text, ends]) => ({ kind, draft, status, code, text, ends: ends === "ends" }));

const badJson = (
  [
    ["{", "Expected property name or '}' in JSON at position 1"],
    ["[1,2", "Expected ',' or ']' after array element"],
    ["nope", "Unexpected token 'o'"],
    ['{"ModelName":}', "Unexpected token '}'"],
    ['"x', "Unterminated string"],
    ['{"ModelName":"a",}', "Expected double-quoted property name"],
    ["{}{}", "Unexpected non-whitespace character after JSON"],
    ["{'ModelName':'a'}", "Expected property name or '}'"],
    ['{"MaxResults":NaN}', "Unexpected token 'N'"],
    ['{"NameContains":"\u0001"}', "Bad control character in string literal"],
    ['{"NameContains":"a" "b"}', "Expected ',' or '}' after property value"],
    ["/* none */{}", "Unexpected token '/'"],
    ['{"MaxResults":0x10}', "Expected ',' or '}' after property value"],
    ['{"MaxResults":01}', "Unexpected number"],
    ["undefined", '"undefined" is not valid JSON'],
    ['{"NameContains":"\\x"}', "Bad escaped character"],
    ['{"NameContains":"\\u12"}', "Bad Unicode escape"],
    ["[".repeat(100_000), "Unexpected end of JSON input"],
    ['{"MaxResults":1.}', "Unterminated fractional number"],
    ["   ", "Unexpected end of JSON input"],
    [Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), "it is not UTF-8"],
  ] as const
).map(([body, text]): Expected => [sagemaker("ListModels", body), 400, "SerializationException", text]);

const model = { ModelName: "a", ExecutionRoleArn: "arn:aws:iam::123456789012:role/SageMakerRole" };
const wrongType = (
  [
    ["ListModels", null, "NULL_VALUE can not be converted to a structure"],
    ["ListModels", [], "Start of list found where not expected"],
    ["ListModels", '"text"', "STRING_VALUE can not be converted to a structure"],
    ["ListModels", 1, "NUMBER_VALUE can not be converted to a structure"],
    ["DescribeModel", { ModelName: 1 }, "NUMBER_VALUE can not be converted to a String at 'modelName'"],
    ["DescribeModel", { ModelName: ["a"] }, "Start of list found where not expected at 'modelName'"],
    ["DescribeModel", { ModelName: {} }, "Start of structure or map found where not expected at 'modelName'"],
    ["DescribeModel", { ModelName: true }, "TRUE_VALUE can not be converted to a String at 'modelName'"],
    ["ListModels", { MaxResults: "ten" }, "STRING_VALUE can not be converted to an Integer at 'maxResults'"],
    ["ListModels", { MaxResults: true }, "TRUE_VALUE can not be converted to an Integer at 'maxResults'"],
    ["ListModels", { MaxResults: [] }, "Start of list found where not expected at 'maxResults'"],
    ["ListModels", { MaxResults: 1.5 }, "'1.5' can not be converted to an Integer at 'maxResults'"],
    ["ListModels", { CreationTimeAfter: "yesterday" }, "can not be converted to a Timestamp at 'creationTimeAfter'"],
    ["ListModels", { CreationTimeAfter: {} }, "Start of structure or map found where not expected"],
    ["ListModels", { CreationTimeAfter: 1e300 }, "can not be converted to a Timestamp at 'creationTimeAfter'"],
    ["CreateModel", { ...model, Containers: "x" }, "STRING_VALUE can not be converted to a list at 'containers'"],
    ["CreateModel", { ...model, PrimaryContainer: 7 }, "NUMBER_VALUE can not be converted to a structure"],
    ["CreateModel", { ...model, PrimaryContainer: { Environment: { A: 1 } } }, "at 'primaryContainer.environment.A"],
    ["CreateModel", { ...model, EnableNetworkIsolation: "yes" }, "STRING_VALUE can not be converted to a Boolean"],
    ["CreateModel", { ...model, Tags: [1] }, "NUMBER_VALUE can not be converted to a structure at 'tags.1.member'"],
    ["CreateModel", { ...model, Tags: [{ Key: 1 }] }, "can not be converted to a String at 'tags.1.member.key'"],
  ] as const
).map(([operation, body, text]): Expected => [sagemaker(operation, body), 400, "SerializationException", text]);

const isNull = (...paths: string[]) =>
  `${paths.length} validation error${paths.length > 1 ? "s" : ""} detected: ${paths
    .map((path) => `Value null at '${path}' failed to satisfy constraint: Member must not be null`)
    .join("; ")}`;
const modelArn = "arn:aws:sagemaker:us-east-1:123456789012:model/a";
const missingMember: Expected[] = [
  ...(
    [
      ["DescribeModel", {}, isNull("modelName")],
      ["DescribeModel", { ModelName: null }, isNull("modelName")],
      ["DescribeEndpoint", {}, isNull("endpointName")],
      ["DescribeEndpointConfig", {}, isNull("endpointConfigName")],
      ["DescribeTrainingJob", {}, isNull("trainingJobName")],
      ["DeleteModel", {}, isNull("modelName")],
      ["CreateModel", {}, isNull("modelName")],
      ["CreateEndpointConfig", {}, isNull("endpointConfigName", "productionVariants")],
      ["CreateEndpointConfig", { EndpointConfigName: "a" }, isNull("productionVariants")],
      [
        "CreateEndpointConfig",
        { EndpointConfigName: "a", ProductionVariants: [{}] },
        isNull("productionVariants.1.member.variantName"),
      ],
      ["CreateEndpoint", {}, isNull("endpointName", "endpointConfigName")],
      ["CreateTrainingJob", {}, isNull("trainingJobName", "roleArn", "outputDataConfig")],
      ["AddTags", {}, isNull("resourceArn", "tags")],
      ["AddTags", { ResourceArn: modelArn, Tags: [{ Key: "a" }] }, isNull("tags.1.member.value")],
      ["DeleteTags", { ResourceArn: modelArn }, isNull("tagKeys")],
      ["CreateModel", { ...model, VpcConfig: { Subnets: ["s"] } }, isNull("vpcConfig.securityGroupIds")],
    ] as const
  ).map(([operation, body, text]): Expected => [sagemaker(operation, body), 400, "ValidationException", text]),
  [logs("CreateLogGroup", {}), 400, "InvalidParameterException", isNull("logGroupName")],
  [logs("CreateLogStream", { logGroupName: "g" }), 400, "InvalidParameterException", isNull("logStreamName")],
  [
    logs("PutLogEvents", { logGroupName: "g", logStreamName: "s", logEvents: [{ message: "x" }] }),
    400,
    "InvalidParameterException",
    isNull("logEvents.1.member.timestamp"),
  ],
  [form("iam", "Action=GetRole&Version=2010-05-08"), 400, "ValidationError", isNull("roleName")],
  [
    form("iam", "Action=CreateRole&Version=2010-05-08"),
    400,
    "ValidationError",
    isNull("roleName", "assumeRolePolicyDocument"),
  ],
];

const late = () => new Date(Date.now() - 16 * 60_000);
const early = () => new Date(Date.now() + 16 * 60_000);
const authorization = (value: string): Draft => ({ afterSigning: { authorization: value } });
const doesNotMatch = "The request signature we calculated does not match the signature you provided.";
const tokenInvalid = "The security token included in the request is invalid.";
const badSignature: Expected[] = [
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

const badName: Expected[] = [
  ...(
    [
      ["a_b", "satisfy regular expression pattern"],
      ["-a", "satisfy regular expression pattern"],
      ["a-", "satisfy regular expression pattern"],
      ["", "satisfy regular expression pattern"],
      ["ü", "satisfy regular expression pattern"],
      ["a b", "satisfy regular expression pattern"],
      ["../../etc/passwd", "satisfy regular expression pattern"],
      ["a\n", "satisfy regular expression pattern"],
      ["a".repeat(64), "have length less than or equal to 63"],
    ] as const
  ).map(
    ([name, words]): Expected => [
      sagemaker("DescribeModel", { ModelName: name }),
      400,
      "ValidationException",
      `1 validation error detected: Value '${name}' at 'modelName' failed to satisfy constraint: Member must ${words}`,
    ],
  ),
  [sagemaker("ListTags", { ResourceArn: "x" }), 400, "ValidationException", "Value 'x' at 'resourceArn'"],
  [sagemaker("ListModels", { NameContains: "%" }), 400, "ValidationException", "Value '%' at 'nameContains'"],
  [logs("CreateLogGroup", { logGroupName: "a b" }), 400, "InvalidParameterException", "Value 'a b' at 'logGroupName'"],
  [logs("CreateLogGroup", { logGroupName: "" }), 400, "InvalidParameterException", "2 validation errors detected"],
  [
    logs("CreateLogStream", { logGroupName: "g", logStreamName: "a:b" }),
    400,
    "InvalidParameterException",
    "Value 'a:b' at 'logStreamName'",
  ],
  [
    form("iam", "Action=GetRole&Version=2010-05-08&RoleName=a%20b"),
    400,
    "ValidationError",
    "Value 'a b' at 'roleName'",
  ],
  ...(
    [
      ["/ab", "must have 3 to 63 characters"],
      ["/UPPER-case", "lower-case letters, digits, dots and hyphens only"],
      ["/two..dots", "two dots next to each other"],
      ["/-begins", "must begin and end with a letter or digit"],
      ["/192.168.1.1", "must not look like an IP address"],
      ["/xn--bucket", "a prefix that S3 keeps for itself"],
    ] as const
  ).map(([path, text]): Expected => [s3("PUT", path), 400, "InvalidBucketName", text]),
  [s3("PUT", `/${bucket}/${"k".repeat(1025)}`), 400, "KeyTooLongError", "Your key is too long"],
];

const notWhole = "You did not provide the number of bytes specified by the Content-Length HTTP header";
const chunked = (body: string, more: Record<string, string> = {}): Draft =>
  put({
    body,
    headers: {
      "content-encoding": "aws-chunked",
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-trailer": "x-amz-checksum-crc32",
      "x-amz-decoded-content-length": "3",
      ...more,
    },
  });
const unframed = { "content-length": undefined, "transfer-encoding": "chunked" };
const cutOff: Expected[] = [
  ...[
    listModels({ contentLength: "100" }),
    sagemaker("CreateModel", '{"ModelName":"cut"', { contentLength: "500" }),
    sagemaker("CreateModel", { ...model, ModelName: "cut" }, { contentLength: "500" }),
    logs("CreateLogGroup", { logGroupName: "cut" }, { contentLength: "24" }),
    form("sts", "Action=GetCallerIdentity", { contentLength: "42" }),
    form("iam", "Action=CreateRole&RoleName=cut", { contentLength: "300" }),
    invoke({ body: "1,2", contentLength: "9" }),
    s3("POST", `/${bucket}`, { query: { delete: "" }, body: "<Delete><Object>", contentLength: "100" }),
    put({ body: "abc", contentLength: "4" }),
    put({ body: "", contentLength: "1" }),
    put({
      body: "x".repeat(100_000),
      contentLength: "1000000",
      headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    }),
    listModels({ afterSigning: unframed, sentBody: "5\r\n{}" }),
    listModels({ afterSigning: unframed, sentBody: "2\r\n{}\r\n" }),
    put({ body: "abc", afterSigning: unframed, sentBody: "9\r\nabc" }),
  ].map((draft): Expected => [draft, 400, "IncompleteBody", notWhole, "ends"]),
  ...["", "3", "3\r\n", "3\r\nab", "3\r\nabc\r\n", "3\r\nabc\r\n0\r\n"].map(
    (body): Expected => [chunked(body), 400, "IncompleteBody", notWhole],
  ),
  [
    chunked("3\r\nabc\r\n0\r\n\r\n"),
    400,
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed",
  ],
];

const overLimit = "The headers may have 16384 bytes at most.";
const section = "Your request header and query parameters exceed the maximum allowed size.";
const manyHeaders = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`x-header-${i}`, "0123456789"]));
const wide = (length: number) => ({ "x-wide": "w".repeat(length) });
const overTheLimit: Expected[] = [
  ...[
    listModels({ headers: wide(16_384) }),
    listModels({ headers: wide(20_000) }),
    listModels({ headers: wide(60_000) }),
    listModels({ headers: manyHeaders }),
    whoAmI({ headers: wide(17_000) }),
    listRoles({ headers: wide(17_000) }),
    invoke({ query: { wide: "w".repeat(17_000) } }),
    logs("DescribeLogGroups", {}, { query: { wide: "w".repeat(17_000) } }),
    { unsigned: true, method: "GET", headers: { cookie: "c".repeat(20_000) } },
    { unsigned: true, method: "GET", path: "/_sagebrush/status", headers: { cookie: "c".repeat(20_000) } },
  ].map((draft): Expected => [draft, 431, "RequestHeaderFieldsTooLarge", overLimit]),
  ...[
    get({ headers: wide(16_384) }),
    get({ headers: manyHeaders }),
    get({ query: { prefix: "p".repeat(17_000) } }),
    get({ query: { prefix: "p".repeat(60_000) } }),
    put({ headers: { "x-amz-meta-wide": "w".repeat(17_000) } }),
    put({ body: "x", headers: { "x-amz-meta-wide": "w".repeat(50_000) } }),
    s3("GET", `/${bucket}/${"k".repeat(20_000)}`),
    s3("DELETE", `/${bucket}/never-there`, { headers: wide(30_000) }),
  ].map((draft): Expected => [draft, 400, "RequestHeaderSectionTooLarge", section]),
  // Over four times the limit the server does not even read the rest.
  [listModels({ headers: wide(70_000) }), 431, "", overLimit],
  [listModels({ headers: wide(300_000) }), 431, "", overLimit],
];

const notBuilt = (title: string) => `${title} is not built in Sagebrush `;
const unknownOperation = (
  [
    [sagemaker("CreateDomain", {}), "SageMaker.CreateDomain"],
    [sagemaker("Nothing", {}), "SageMaker.Nothing"],
    [sagemaker("listmodels", {}), "SageMaker.listmodels"],
    [sagemaker("", {}), "SageMaker."],
    [sagemaker("ListModels", {}, { headers: target("SageMaker") }), "SageMaker"],
    [sagemaker("ListModels", {}, { headers: target("Unknown.ListModels") }), "Unknown.ListModels"],
    [sagemaker("ListModels", {}, { service: "glue", headers: target("AWSGlue.GetTables") }), "AWSGlue.GetTables"],
    [logs("StartQuery", {}), "CloudWatchLogs.StartQuery"],
    [
      sagemaker("", {}, { service: "monitoring", headers: target("GraniteServiceVersion20100801.PutDashboard") }),
      "CloudWatch.PutDashboard",
    ],
    [form("sts", "Action=AssumeRole&Version=2011-06-15"), "STS.AssumeRole"],
    [form("sts", "Version=2011-06-15"), "STS POST /"],
    [form("sts", ""), "STS POST /"],
    [form("iam", "Action=CreateUser&Version=2010-05-08"), "IAM.CreateUser"],
    [form("monitoring", "Action=PutDashboard&Version=2010-08-01"), "CloudWatch.PutDashboard"],
    [form("sqs", "Action=SendMessage&Version=2012-11-05"), "sqs.SendMessage"],
    [get({ query: { lifecycle: "" } }), "S3.GetBucketLifecycleConfiguration"],
    [get({ query: { replication: "" } }), "S3.GetBucketReplication"],
    [s3("PATCH", `/${bucket}/a`), `S3 PATCH /${bucket}/a`],
    [{ path: "/endpoints/e/async-invocations" }, "SageMakerRuntime.InvokeEndpointAsync"],
    [{ method: "GET", path: "/2015-03-31/functions", service: "lambda" }, "lambda GET /2015-03-31/functions"],
    [{ method: "PUT", path: "/FeatureGroup/x" }, "sagemaker PUT /FeatureGroup/x"],
  ] as const
).map(([draft, title]): Expected => [draft, 501, "UnsupportedOperation", notBuilt(title)]);

const wrongRegion: Expected[] = [
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

const noHttp = (reason: string) => `The request is not well-formed HTTP/1.1 (${reason}).`;
const wrongLength: Expected[] = [
  ...["-1", "abc", "1.5", "0x2", "", "1e3", "2, 2", "99999999999999999999", "+2", "2 2", "NaN"].map(
    (contentLength): Expected => [listModels({ contentLength }), 400, "", noHttp("HPE_INVALID_CONTENT_LENGTH")],
  ),
  [put({ body: "ab", contentLength: "x" }), 400, "", noHttp("HPE_INVALID_CONTENT_LENGTH")],
  [put({ body: "ab", contentLength: "-5" }), 400, "", noHttp("HPE_INVALID_CONTENT_LENGTH")],
  [listModels({ afterSigning: { "transfer-encoding": "chunked" } }), 400, "", noHttp("HPE_INVALID_TRANSFER_ENCODING")],
  [
    listModels({ afterSigning: { "content-length": undefined, "transfer-encoding": "gzip" } }),
    400,
    "",
    noHttp("HPE_INVALID_TRANSFER_ENCODING"),
  ],
  [
    listModels({ afterSigning: unframed, sentBody: "zz\r\n{}\r\n0\r\n\r\n" }),
    400,
    "",
    noHttp("HPE_INVALID_CHUNK_SIZE"),
  ],
  [listModels({ contentLength: "9000000" }), 413, "RequestEntityTooLarge", "may have 8388608 bytes at most"],
  [invoke({ body: "1", contentLength: "30000000" }), 413, "RequestEntityTooLarge", "may have 26214400 bytes at most"],
  [
    chunked("3\r\nabc\r\n0\r\n\r\n", { "x-amz-decoded-content-length": "x" }),
    411,
    "MissingContentLength",
    "needs its length in x-amz-decoded-content-length",
  ],
  [
    chunked("3\r\nabc\r\n0\r\n\r\n", { "x-amz-decoded-content-length": "4" }),
    400,
    "IncompleteBody",
    "The chunks do not hold the 4 bytes",
  ],
  [
    chunked("4\r\nabcd\r\n0\r\n\r\n"),
    400,
    "IncompleteBody",
    "The chunks do not hold the 3 bytes that x-amz-decoded-content-length specifies",
  ],
];

/** Every row is sent on a connection of its own. */
export const malformedTable: readonly MalformedRow[] = [
  ...rowsOf("bad JSON", badJson),
  ...rowsOf("wrong type", wrongType),
  ...rowsOf("missing member", missingMember),
  ...rowsOf("bad signature", badSignature),
  ...rowsOf("bad name", badName),
  ...rowsOf("body cut off", cutOff),
  ...rowsOf("headers over the limit", overTheLimit),
  ...rowsOf("unknown operation", unknownOperation),
  ...rowsOf("wrong region in the credential scope", wrongRegion),
  ...rowsOf("wrong content length", wrongLength),
  ...rowsOf("bad CBOR", badCbor),
  ...rowsOf("bad content coding", badContentCoding),
  ...rowsOf("wrong action or version", wrongAction),
];
