import { bucket, type Expected, form, get, logs, model, s3, sagemaker, target } from "./malformed-drafts.ts";
import { cutOff, overTheLimit, wrongLength } from "./malformed-http.table.ts";
import { badCbor, badContentCoding, wrongAction } from "./malformed-protocols.table.ts";
import { badSignature, wrongRegion } from "./malformed-signatures.table.ts";
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

const notBuilt = (title: string) => `${title} is not built in Sagebrush `;
const unknownOperation = (
  [
    [sagemaker("CreateProject", {}), "SageMaker.CreateProject"],
    [sagemaker("Nothing", {}), "SageMaker.Nothing"],
    [sagemaker("listmodels", {}), "SageMaker.listmodels"],
    [sagemaker("", {}), "SageMaker."],
    [sagemaker("ListModels", {}, { headers: target("SageMaker") }), "SageMaker"],
    [sagemaker("ListModels", {}, { headers: target("Unknown.ListModels") }), "Unknown.ListModels"],
    [sagemaker("ListModels", {}, { service: "glue", headers: target("AWSGlue.CreateJob") }), "Glue.CreateJob"],
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
    [form("email", "Action=SendEmail&Version=2010-12-01"), "email.SendEmail"],
    [{ method: "GET", path: "/2015-03-31/functions", service: "lambda" }, "lambda GET /2015-03-31/functions"],
    [{ method: "PUT", path: "/BatchPutMetrics" }, "sagemaker PUT /BatchPutMetrics"],
  ] as const
).map(([draft, title]): Expected => [draft, 501, "UnsupportedOperation", notBuilt(title)]);

/** S3 has a code of its own: s3cmd, Terraform and others go on where they read NotImplemented. */
const unknownToS3 = (
  [
    [s3("PUT", `/${bucket}`, { query: { lifecycle: "" } }), "S3.PutBucketLifecycleConfiguration"],
    [get({ query: { analytics: "" } }), "S3.ListBucketAnalyticsConfigurations"],
    [get({ query: { ownershipControls: "" } }), "S3.GetBucketOwnershipControls"],
    [get({ query: { publicAccessBlock: "" } }), "S3.GetPublicAccessBlock"],
    [s3("PATCH", `/${bucket}/a`), `S3 PATCH /${bucket}/a`],
  ] as const
).map(([draft, title]): Expected => [draft, 501, "NotImplemented", notBuilt(title)]);

/** Every row is sent on a connection of its own. */
export const malformedTable: readonly MalformedRow[] = [
  ...rowsOf("bad JSON", badJson),
  ...rowsOf("wrong type", wrongType),
  ...rowsOf("missing member", missingMember),
  ...rowsOf("bad signature", badSignature),
  ...rowsOf("bad name", badName),
  ...rowsOf("body cut off", cutOff),
  ...rowsOf("headers over the limit", overTheLimit),
  ...rowsOf("unknown operation", [...unknownOperation, ...unknownToS3]),
  ...rowsOf("wrong region in the credential scope", wrongRegion),
  ...rowsOf("wrong content length", wrongLength),
  ...rowsOf("bad CBOR", badCbor),
  ...rowsOf("bad content coding", badContentCoding),
  ...rowsOf("wrong action or version", wrongAction),
];
